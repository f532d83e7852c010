// SPDX-License-Identifier: GPL-2.0
// What the other parts of the page are made of: elements, numbers, colours. Owns no state.
'use strict';

const COLOURS = 8;
const SVG = 'http://www.w3.org/2000/svg';

function byId(id)
{
	return document.getElementById(id);
}

// fill(NODE, WORD or NODE...): attributes come as one object
function fill(node, ...parts)
{
	for (const part of parts) {
		if (part === null || part === undefined)
			continue;
		if (part instanceof Node || typeof part !== 'object') {
			node.append(part);
			continue;
		}
		for (const [name, value] of Object.entries(part))
			node.setAttribute(name, value);
	}
	return node;
}

function make(name, ...parts)
{
	return fill(document.createElement(name), ...parts);
}

function draw(name, ...parts)
{
	return fill(document.createElementNS(SVG, name), ...parts);
}

// A number short enough for a table: 12.3k
function short(n)
{
	for (const [unit, size] of [['G', 1e9], ['M', 1e6], ['k', 1e3]]) {
		if (n >= size)
			return (n / size).toPrecision(3) + unit;
	}
	return n >= 100 || Number.isInteger(n) ? String(Math.round(n)) : n.toFixed(1);
}

function whole(n)
{
	return n.toLocaleString('en').replaceAll(',', '\u202f');
}

function duration(ms)
{
	if (ms < 1000)
		return Math.round(ms) + ' ms';
	if (ms < 60000)
		return (ms / 1000).toFixed(ms < 10000 ? 1 : 0) + ' s';
	return ms < 3600000 ? Math.round(ms / 60000) + ' min' : (ms / 3600000).toFixed(1) + ' h';
}

function clockTime(ms)
{
	return new Date(ms).toLocaleTimeString('en-GB');
}

// Of another day the date counts more than the second.
function eventTime(ms)
{
	const then = new Date(ms);

	if (then.toDateString() === new Date().toDateString())
		return clockTime(ms);
	return then.toLocaleString('sv').slice(5, 16);
}

function plural(n, word)
{
	return n + ' ' + word + (n === 1 ? '' : 's');
}

// The class that colours what belongs to a node, by its place among all.
function colourOf(status, id)
{
	const place = status.nodes.findIndex(node => node.id === id);

	return 'fill' + (place < 0 ? 0 : place % COLOURS);
}

function badge(kind, text)
{
	return make('span', { class: 'badge ' + kind }, text);
}

// A bar beside its number, which says the same.
function bar(percent, colour)
{
	return draw('svg', { class: 'bar', 'aria-hidden': 'true', viewBox: '0 0 100 6',
			     preserveAspectRatio: 'none' },
		    draw('rect', { class: 'bar-back', width: 100, height: 6, rx: 2 }),
		    draw('rect', { class: colour, width: Math.max(0, Math.min(100, percent)),
				   height: 6, rx: 2 }));
}

// SPDX-License-Identifier: GPL-2.0
// The wheel: a ring of the nodes' sectors that turns under the lanes' pointers, which stand still.
// Where a node is away, its sector is filled by the others: so the lanes have the owners that the
// kernel says, whatever is under them.

const MIDDLE = 200;
const RING = [88, 138];		// radii
const LANES = 168;
const TICKS_MIN = 1024;		// as in kmod/core/wheel.h

const wheel = { at: 0, clock: 0, period: 0, drawn: '' };

// A place on a circle, by its part of a turn from the top, clockwise.
function place(turn, radius)
{
	const angle = 2 * Math.PI * turn;

	return [MIDDLE + radius * Math.sin(angle), MIDDLE - radius * Math.cos(angle)];
}

function point(turn, radius)
{
	return place(turn, radius).map(v => v.toFixed(2)).join(' ');
}

// The nodes that have a place on the wheel: the tier's, if anybody is in the game.
function onWheel(status)
{
	const nodes = status.nodes.filter(node => node.weight > 0 &&
					  node.priority === status.priority);
	const sum = nodes.reduce((all, node) => all + node.weight, 0);
	let start = 0;

	return nodes.map(node => {
		const sector = { node, sum, from: start / sum, to: (start + node.weight) / sum };

		start += node.weight;
		return sector;
	});
}

function sectorPath(from, to)
{
	const [inner, outer] = RING;
	const half = (from + to) / 2;

	// By way of its middle: one arc cannot be a whole circle.
	return `M ${point(from, outer)} A ${outer} ${outer} 0 0 1 ${point(half, outer)}` +
	       ` A ${outer} ${outer} 0 0 1 ${point(to, outer)} L ${point(to, inner)}` +
	       ` A ${inner} ${inner} 0 0 0 ${point(half, inner)}` +
	       ` A ${inner} ${inner} 0 0 0 ${point(from, inner)} Z`;
}

function drawSector(status, sector)
{
	const { node, from, to } = sector;
	const away = !status.view.includes(node.id);
	const [x, y] = place((from + to) / 2, (RING[0] + RING[1]) / 2);
	const says = `node ${node.id}, weight ${node.weight}` + (away ? ', not in the game' : '');

	return draw('g', { 'data-sector': node.id },
		    draw('path', { d: sectorPath(from, to),
				   class: 'sector ' + (away ? 'away' : colourOf(status, node.id)) },
			 draw('title', says)),
		    draw('text', { x, y, class: 'sector-id' + (away ? ' away' : ''),
				   'data-x': x, 'data-y': y }, String(node.id)));
}

function drawLane(status, lane)
{
	const owner = status.owners[lane], turn = lane / status.owners.length;
	const many = status.owners.length > 32;
	const [x, y] = place(turn, LANES), [nx, ny] = place(turn, LANES + 22);
	const says = `lane ${lane}: ` + (owner ? `node ${owner}` : 'nobody');
	const mine = owner === status.node ? ' mine' : '';

	return draw('g', { class: 'lane' + (owner ? mine : ' nobody'), 'data-lane': lane,
			   'data-owner': owner || '' },
		    draw('title', says),
		    draw('path', { class: 'pointer', d: `M ${point(turn, RING[1] + 4)} L ` +
				   point(turn, LANES - (many ? 4 : 12)) }),
		    draw('circle', { cx: x, cy: y, r: many ? 3.5 : 11,
				     class: owner ? colourOf(status, owner) : '' }),
		    many ? null : draw('text', { x, y, class: 'lane-id' }, String(owner || '?')),
		    many ? null : draw('text', { x: nx, y: ny, class: 'lane-number' },
				       String(lane)));
}

// The same for those who do not see it.
function wheelText(status)
{
	const parts = status.nodes.filter(node => node.lanes)
		.map(node => `node ${node.id} owns ${node.lanes}`);
	const nobody = status.owners.filter(owner => !owner).length;

	if (nobody)
		parts.push(`nobody owns ${nobody}`);
	return plural(status.owners.length, 'lane') + ': ' + parts.join(', ') + '. ' +
	       (status.period_ms ? 'The wheel turns once in ' + duration(status.period_ms) :
		'The wheel stands still') +
	       (status.keeper ? `; node ${status.keeper} keeps the clock.` : '; nobody keeps the clock.');
}

function ticks(status)
{
	const sum = onWheel(status).reduce((all, sector) => all + sector.node.weight, 0);

	return sum ? Math.ceil(TICKS_MIN / sum) * sum : TICKS_MIN;
}

function drawWheel(status)
{
	const self = status.nodes.find(node => node.id === status.node);
	const sectors = onWheel(status);
	const says = wheelText(status);
	const looks = JSON.stringify([status.owners, status.view, status.node,
				      sectors.map(s => [s.node.id, s.from])]);

	wheel.at = performance.now();
	wheel.clock = status.clock_ns / 1e6;
	wheel.period = status.period_ms;
	wheel.ticks = ticks(status);
	byId('wheel-says').textContent = sectors.length ? '' : 'Nobody is on the wheel.';
	if (sectors.some(s => !status.view.includes(s.node.id)))
		byId('wheel-says').textContent = 'Hatched: away, and filled by the others.';
	if (byId('wheel-text').textContent !== says)
		byId('wheel-text').textContent = says;
	turnWheel();
	if (looks === wheel.drawn)
		return;
	wheel.drawn = looks;
	byId('sectors').replaceChildren(...sectors.map(s => drawSector(status, s)));
	if (sectors.length)
		byId('sectors').append(draw('path', { class: 'zero', d: `M ${point(0, RING[0] - 7)} L ` +
						      point(0, RING[1]) }));
	byId('lanes').replaceChildren(...status.owners.map((owner, lane) => drawLane(status, lane)));
	byId('hub').replaceChildren(
		draw('text', { x: MIDDLE, y: MIDDLE - 8, class: 'hub-big' },
		     String(self ? self.lanes : 0)),
		draw('text', { x: MIDDLE, y: MIDDLE + 22, class: 'hub-small' },
		     `of ${plural(status.owners.length, 'lane')}`),
		draw('text', { x: MIDDLE, y: MIDDLE + 42, class: 'hub-small' },
		     `node ${status.node}`));
	turnWheel();
}

// Which part of a turn is behind us now: between two answers the page counts on.
function turned()
{
	const clock = wheel.clock + performance.now() - wheel.at;

	return wheel.period ? clock % wheel.period / wheel.period : 0;
}

function turnWheel()
{
	const turn = turned();

	byId('sectors').setAttribute('transform', `rotate(${(-360 * turn).toFixed(2)} ${MIDDLE} ${MIDDLE})`);
	// Numbers stay upright.
	for (const text of byId('sectors').querySelectorAll('text'))
		text.setAttribute('transform', `rotate(${(360 * turn).toFixed(2)} ` +
				  `${text.dataset.x} ${text.dataset.y})`);
	if (byId('tick'))
		byId('tick').textContent = wheel.period ?
			`${Math.floor(turn * wheel.ticks)} of ${wheel.ticks}` : 'stands still';
}

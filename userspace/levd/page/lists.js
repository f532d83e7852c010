// SPDX-License-Identifier: GPL-2.0
// Nodes, servers, traffic and events, as lists that are made anew with each answer.

const SAMPLES = 60;
const samples = [];

function say(list)
{
	return list.length ? list.join(', ') : 'none';
}

function nodeState(node)
{
	if (node.state === 'active')
		return badge('good', 'active');
	if (node.reason && node.reason !== 'none')
		return badge(node.reason === 'drained' ? 'warn' : 'bad', 'silent: ' + node.reason);
	return badge('bad', node.age_ms === null ? 'never heard' : 'not heard');
}

function nodeMarks(status, node)
{
	const marks = [];

	if (node.id === status.node)
		marks.push('this node');
	if (node.id === status.keeper)
		marks.push('keeps the clock');
	if (node.digest && node.digest !== status.digest)
		marks.push('another config: version ' + node.version);
	if (node.key && node.key !== 'same')
		marks.push('key: ' + node.key);
	return marks.length ? make('span', { class: 'more' }, marks.join(', ')) : null;
}

function heartbeat(status, node)
{
	if (node.id === status.node)
		return '–';
	if (node.age_ms === null)
		return 'none yet';
	return duration(node.age_ms) + (node.heard ? '' : ', lost') +
	       (node.heard && !node.hears_us ? ', does not hear us' : '');
}

function showNodes(status)
{
	byId('nodes').tBodies[0].replaceChildren(...status.nodes.map(node => {
		const colour = colourOf(status, node.id);

		return make('tr', { 'data-node': node.id },
			    make('th', { scope: 'row' },
				 make('span', { class: 'disc ' + colour }, String(node.id))),
			    make('td', nodeState(node), nodeMarks(status, node)),
			    make('td', { class: 'number' }, String(node.lanes)),
			    make('td', { class: 'share' }, node.share_percent.toFixed(1) + ' %',
				 bar(node.share_percent, colour)),
			    make('td', { class: 'number less' }, String(node.weight)),
			    make('td', { class: 'number less' }, String(node.priority)),
			    make('td', { class: 'number' }, heartbeat(status, node)));
	}));
}

// Its weight, and how much of that checks leave it.
function serverWeight(server)
{
	const given = server.agreed_percent;

	return 'weight ' + server.weight +
		(given === null || given === 100 ? '' : `, ${given} % of it`);
}

// What the cluster does with a server, and why.
function serverState(server)
{
	const why = [];

	if (!server.reached)
		why.push('does not answer this node');
	if (server.health === 'down' && !server.check)
		why.push('this node says down');
	if (server.percent !== null && server.percent !== server.agreed_percent)
		why.push(`this node says ${server.percent} % of its weight`);
	if (server.check && server.check.reason)
		why.push('check: ' + server.check.reason);
	const more = why.length ? make('span', { class: 'more' }, why.join('; ')) : null;
	let state;

	if (server.state === 'drain')
		state = badge('warn', 'drained');
	else if (server.health === null)
		state = badge('warn', 'pending');
	else if (!server.up)
		state = badge('bad', 'down');
	else
		state = server.reached && server.health === 'up' ? badge('good', 'up') :
			badge('warn', 'up for the others');
	return [state, more];
}

function serverRow(server)
{
	const rate = server.packets_per_second;

	return make('tr', { 'data-server': server.address, 'data-pool': server.pool },
		    make('th', { scope: 'row' }, server.address,
			 make('span', { class: 'more' }, serverWeight(server))),
		    make('td', ...serverState(server)),
		    make('td', { class: 'share' }, server.share_percent.toFixed(1) + ' %',
			 bar(server.share_percent, 'bar-fill')),
		    make('td', { class: 'number' }, rate === null ? '–' : short(rate)),
		    make('td', { class: 'number less' },
			 server.flows === null ? '–' : whole(server.flows)));
}

function showServers(answer)
{
	const pools = [...new Set(answer.servers.map(server => server.pool))];
	const rows = [];

	for (const pool of pools) {
		if (pools.length > 1)
			rows.push(make('tr', { class: 'pool' },
				       make('th', { colspan: 5, scope: 'rowgroup' }, 'pool ' + pool)));
		rows.push(...answer.servers.filter(server => server.pool === pool).map(serverRow));
	}
	byId('servers').tBodies[0].replaceChildren(...rows);
	byId('services').replaceChildren(...answer.services.map(service => make('li',
		`service ${service.address}` +
		(service.proto ? ` ${service.proto}` : '') +
		(service.port ? ` port ${service.port}` : '') +
		`: pool ${service.pool}, ${plural(service.servers_up, 'server')} up`)));
}

function chart(name, unit, values)
{
	const last = values[values.length - 1], most = Math.max(...values.filter(v => v !== null), 1);
	const line = values.map((v, i) => v === null ? '' : (SAMPLES - values.length + i) + ',' +
				(38 - 36 * v / most).toFixed(2)).join(' ');

	return make('div', { class: 'chart', 'data-chart': name },
		    make('p', make('strong', last === null ? '–' : short(last) + unit), name),
		    draw('svg', { viewBox: `0 0 ${SAMPLES - 1} 40`, preserveAspectRatio: 'none',
				  role: 'img', 'aria-label': `${name}, the last minute, at most ` +
				  short(most) + unit },
			 draw('path', { class: 'floor', d: `M 0 39 L ${SAMPLES} 39` }),
			 draw('polyline', { points: line })));
}

function showTraffic(answer)
{
	const rising = Object.entries(answer.rates).filter(([, rate]) => rate > 0);

	samples.push(answer.rates);
	if (samples.length > SAMPLES)
		samples.shift();
	byId('charts').replaceChildren(
		chart('packets to servers', '/s', samples.map(rates => rates.packets_forwarded)),
		chart('bytes to servers', 'B/s', samples.map(rates => rates.bytes_forwarded)));
	byId('counters').tBodies[0].replaceChildren(...rising.map(([name, rate]) => make('tr',
		make('td', name.replaceAll('_', ' ')),
		make('td', { class: 'number' }, short(rate)),
		make('td', { class: 'number' }, whole(answer.stats[name])))));
	byId('counters').hidden = !rising.length;
}

// What an event says beside its name, in the words of levctl monitor.
function eventText(event)
{
	const leave = ['time_ms', 'device', 'event', 'clock_ns'];

	return Object.entries(event)
		.filter(([name, value]) => !leave.includes(name) && value !== 'none')
		.map(([name, value]) => {
			if (Array.isArray(value))
				value = say(value);
			if (typeof value === 'boolean')
				value = value ? 'yes' : 'no';
			return `${name} ${value}`;
		}).join(', ');
}

function eventKind(event)
{
	const bad = event.up === false || event.heard === false || event.state === 'silent' ||
		    event.event === 'conflict';

	return bad ? 'bad' : event.up || event.heard || event.state === 'active' ? 'good' : '';
}

let lastEvent = null;

function showEvents(answer)
{
	const newest = JSON.stringify(answer.events[0]);

	// A reader that speaks would say all of them again.
	if (newest === lastEvent)
		return;
	lastEvent = newest;
	byId('events').replaceChildren(...answer.events.map(event => make('li',
		make('time', { datetime: new Date(event.time_ms).toISOString() },
		     eventTime(event.time_ms)),
		make('b', { class: eventKind(event) }, event.event),
		make('span', eventText(event)))));
	if (!answer.events.length)
		byId('events').replaceChildren(make('li', make('span', 'nothing since levd started')));
}

function signatures(status)
{
	if (status.authenticated)
		return 'signed';
	return status.keys.id ? 'not all have to be signed' : 'not signed: there is no key';
}

function showFacts(answer)
{
	const status = answer.status;
	const sides = ['front', 'back'].map(side => {
		const mac = status.macs[side];

		return [side, `${status[side]} ${status[side + '_up'] ? 'up' : 'down'}, ${mac.mac} MAC` +
			(mac.why ? ` (${mac.why})` : '')];
	});
	const pending = status.pending ? `, version ${status.pending.version} waits for node ` +
		say(status.pending.waiting) : '';
	const rows = [
		['LevIP', say(answer.addresses.map(a => a.address + (a.side === 'back' ? ' (back)' : '')))],
		['tick', make('span', { id: 'tick' })],
		['next move', status.next_turn_ms === null ? 'none' : 'in ' + duration(status.next_turn_ms)],
		['clock', status.keeper ? `kept by node ${status.keeper}` : 'kept by nobody'],
		['view', say(status.view)],
		['config', `version ${status.version}${pending}`],
		...sides,
		['askers', whole(status.askers)],
		['frames', signatures(status) +
		 (status.keys.changes ? ', a new key waits for node ' + say(status.keys.waiting) : '')],
	];

	byId('facts').replaceChildren(...rows.flatMap(([name, value]) =>
		[make('dt', name), make('dd', value)]));
}

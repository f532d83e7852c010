// SPDX-License-Identifier: GPL-2.0
// Asks levd once a second, and shows what it says. Nothing is asked while nobody looks.

const INTERVAL = 1000;		// ms
const PATIENCE = 5000;

let heard = null;

function showHead(answer)
{
	const status = answer.status, state = byId('state');

	document.title = `${status.device}: ${status.state}`;
	byId('device').textContent = status.device;
	byId('who').textContent = `cluster ${status.id}, node ${status.node}`;
	state.textContent = status.state === 'active' ? 'active' : 'silent: ' + status.reason;
	state.hidden = false;
	state.className = 'badge ' + (status.state === 'active' ? 'good' : 'bad');
	byId('version').textContent = 'levd ' + answer.levd;
}

function show(answer)
{
	heard = Date.now();
	document.body.classList.remove('old', 'empty');
	byId('trouble').hidden = true;
	byId('live').textContent = 'live, ' + clockTime(heard);
	showHead(answer);
	showFacts(answer);
	drawWheel(answer.status);
	showNodes(answer.status);
	showServers(answer);
	showTraffic(answer);
	showEvents(answer);
}

function showTrouble(why)
{
	const since = heard ? ` What is shown is of ${clockTime(heard)}.` : '';
	const text = `Not live: ${why}.${since}`;

	document.body.classList.add('old');
	document.title = `${byId('device').textContent}: not live`;
	byId('live').textContent = 'not live';
	byId('trouble').hidden = false;
	if (byId('trouble').textContent !== text)
		byId('trouble').textContent = text;
}

async function ask()
{
	try {
		const reply = await fetch('status.json', { signal: AbortSignal.timeout(PATIENCE) });
		const answer = await reply.json();

		if (reply.ok)
			show(answer);
		else
			showTrouble(answer.error);
	} catch (error) {
		showTrouble('levd does not answer');
	}
}

async function go()
{
	if (!document.hidden)
		await ask();
	setTimeout(go, INTERVAL);
}

// Who wants no motion sees the wheel move with each answer.
function animate()
{
	if (!document.body.classList.contains('old'))
		turnWheel();
	requestAnimationFrame(animate);
}

if (!matchMedia('(prefers-reduced-motion: reduce)').matches)
	requestAnimationFrame(animate);
document.addEventListener('visibilitychange', () => document.hidden || ask());
go();

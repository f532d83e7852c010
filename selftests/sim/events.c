// SPDX-License-Identifier: GPL-2.0
/*
 * What happens in a storm, one thing after the other (see play.h): to links, to frames that were
 * recorded, to nodes. Called by play.c.
 */
#include "play.h"

#define REPLAYED	64

void play_heal(struct play *p)
{
	unsigned int id;

	for (id = 1; id <= p->sim->n; id++)
		sim_split(p->sim, lev_node_bit(id), false);
}

void play_links(struct play *p, const struct sim_link *as)
{
	unsigned int a, b, side;

	for (a = 1; a <= p->sim->n; a++)
		for (b = 1; b <= p->sim->n; b++)
			for (side = 0; side < __LEV_SIDE_MAX; side++) {
				struct sim_link *l = &p->sim->link[a][b][side];

				l->loss = as->loss;
				l->twice = as->twice;
				l->delay = as->delay;
				l->jitter = as->jitter;
			}
}

void play_again(struct play *p, unsigned int to, bool forged, u64 until)
{
	struct sim_keys wrong = { .now = PLAY_WRONG_KEY - 1 };
	struct sim *s = p->sim;
	unsigned int i;

	for (i = 0; i < s->n_tape && i < REPLAYED; i++)
		if (s->tape[i]->sent <= until && s->node[to]->running &&
		    s->node[to]->stalled <= s->now)
			sim_deliver(s, to, s->tape[i], forged ? wrong : s->tape[i]->keys);
}

static void node_event(struct play *p, const struct event *e)
{
	struct sim_node *n = p->sim->node[e->node];

	switch (e->kind) {
	case EVENT_CRASH:
		sim_crash(p->sim, e->node);
		break;
	case EVENT_STOP:
		if (n->running && n->stalled <= p->sim->now)
			sim_stop(p->sim, e->node);
		break;
	case EVENT_START:
		if (!n->running)
			play_restart(p, e->node, 0);
		break;
	case EVENT_DRAIN:
		sim_drain(p->sim, e->node, !n->m.local.drained);
		break;
	case EVENT_CARRIER:
		play_carrier(p, e->node, e->value, !n->up[e->value]);
		break;
	case EVENT_PAUSE:
		n->stalled = p->sim->now + e->value * MS;
		break;
	case EVENT_DRIFT:
		sim_drift(p->sim, e->node, (int)e->value - 500);
		break;
	case EVENT_AHEAD:
		sim_clock_ahead(p->sim, e->node, e->value * MS);
		break;
	case EVENT_REACH:
		p->truth[e->node] = e->mask & ((1ULL << p->story->servers) - 1);
		break;
	case EVENT_REPLAY:
		play_again(p, e->node, false, p->sim->now);
		sim_record(p->sim, e->other);
		break;
	case EVENT_FORGE:
		play_again(p, e->node, true, p->sim->now);
		break;
	default:
		play_restart(p, e->node, PLAY_WRONG_KEY);
	}
}

void play_event(struct play *p, const struct event *e)
{
	struct sim_link link = p->sim->link[1][1][0];
	unsigned int id;

	if (!e->node || e->node > p->sim->n || e->other > p->sim->n)
		return;
	play_time(p, e->wait * MS);
	switch (e->kind) {
	case EVENT_SPLIT:
		sim_split(p->sim, e->mask, true);
		break;
	case EVENT_HEAL:
		play_heal(p);
		break;
	case EVENT_CUT:
		sim_cut_way(p->sim, e->node, e->other, true);
		break;
	case EVENT_LOSS:
		link.loss = e->value;
		play_links(p, &link);
		break;
	case EVENT_JITTER:
		link.jitter = e->value * MS;
		play_links(p, &link);
		break;
	case EVENT_TWICE:
		link.twice = e->value;
		play_links(p, &link);
		break;
	case EVENT_LANES:
		for (id = 1; id <= p->sim->n; id++)
			if (e->mask & lev_node_bit(id))
				play_lanes(p, id, e->value);
		break;
	case EVENT_REKEY:
		for (id = 1; id <= p->sim->n; id++)
			if (e->mask & lev_node_bit(id))
				sim_rekey(p->sim, id, (u8)e->value);
		break;
	default:
		node_event(p, e);
	}
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Stories from seeds (see story.h). Called by main.c.
 */
#include <stdio.h>

#include "rnd.h"
#include "story.h"

static u32 pick(unsigned long long *seed, const u32 *list, unsigned int n)
{
	return list[rnd(seed, n)];
}

static unsigned int nodes(unsigned long long *seed)
{
	unsigned int size = rnd(seed, 100);

	if (size < 90)
		return 2 + rnd(seed, 5);
	if (size < 99)
		return 7 + rnd(seed, 10);
	return 17 + rnd(seed, 48);
}

static void settings(struct story *s, unsigned long long *seed)
{
	static const u32 heartbeats[] = { 5, 10, 20, 50, 100, 100, 100, 250, 1000 };
	static const u32 periods[] = { 0, 0, 200, 1000, 2000, 10000 };
	static const u32 failbacks[] = { 0, 0, 0, 700, LEV_FAILBACK_NEVER };
	struct lev_config cfg;

	lev_config_init(&cfg);
	s->params = cfg.params;
	s->params.heartbeat = pick(seed, heartbeats, ARRAY_SIZE(heartbeats));
	s->params.dead = rnd(seed, 3) ? LEV_DEAD_DEFAULT : 2 + rnd(seed, 9);
	s->params.period = pick(seed, periods, ARRAY_SIZE(periods));
	s->params.failback = pick(seed, failbacks, ARRAY_SIZE(failbacks));
	s->params.lanes = rnd(seed, 3) ? 1 + rnd(seed, 6) : 1 + rnd(seed, 40);
}

static void network(struct story *s, unsigned long long *seed)
{
	s->one_arm = !rnd(seed, 8);
	s->delay = 20 + rnd(seed, 300);
	s->jitter = rnd(seed, 3) ? 0 : rnd(seed, 50 * s->params.heartbeat);
	/* So that no quiet cluster loses a node, in a thousand million beats. */
	if (!s->one_arm && s->params.dead > 3 && !rnd(seed, 4))
		s->loss = 1 + rnd(seed, 3);
}

static u64 some(const struct story *s, unsigned long long *seed)
{
	return rnd_next(seed) >> (64 - s->n);
}

static u32 event_value(const struct story *s, unsigned long long *seed, enum event_kind kind)
{
	switch (kind) {
	case EVENT_LOSS:
		return rnd(seed, 3) ? rnd(seed, 40) : 0;
	case EVENT_JITTER:
		return rnd(seed, 3) ? rnd(seed, 3 * s->params.heartbeat) : 0;
	case EVENT_TWICE:
		return rnd(seed, 50);
	case EVENT_CARRIER:
		return rnd(seed, __LEV_SIDE_MAX);
	case EVENT_PAUSE:
		return rnd(seed, 15 * s->params.heartbeat);
	case EVENT_DRIFT:
		return rnd(seed, 1000);
	case EVENT_AHEAD:
		return 1 + rnd(seed, rnd(seed, 2) ? 50 : 100000);
	case EVENT_LANES:
		return 1 + rnd(seed, 40);
	case EVENT_REKEY:
		return 1 + rnd(seed, 3);
	default:
		return 0;
	}
}

static void storm(const struct story *s, struct act *act, unsigned long long *seed)
{
	unsigned int i;

	act->n = 1 + rnd(seed, STORY_EVENTS);
	if (!rnd(seed, 3))
		act->group = some(s, seed);
	for (i = 0; i < act->n; i++) {
		struct event *e = &act->event[i];

		e->kind = (enum event_kind)rnd(seed, __EVENT_MAX);
		e->wait = rnd(seed, 4) ? rnd(seed, 6 * s->params.heartbeat) : 0;
		e->node = 1 + rnd(seed, s->n);
		e->other = 1 + rnd(seed, s->n);
		e->value = event_value(s, seed, e->kind);
		e->mask = e->kind == EVENT_REACH ? rnd_next(seed) >> 60 : some(s, seed);
	}
}

static void act(const struct story *s, struct act *act, unsigned long long *seed)
{
	act->kind = rnd(seed, 3) ? (enum act_kind)rnd(seed, __ACT_MAX) : ACT_STORM;
	/* It takes half a minute, so more rarely. */
	if (act->kind == ACT_LATE && rnd(seed, 4))
		act->kind = ACT_CONFIG;
	act->node = 1 + rnd(seed, s->n);
	switch (act->kind) {
	case ACT_STORM:
		storm(s, act, seed);
		break;
	case ACT_PAUSE:
		act->value = 1 + rnd(seed, 12 * s->params.heartbeat);
		break;
	case ACT_CONFIG:
	case ACT_LATE:
		act->value = 1 + rnd(seed, 40);
		break;
	case ACT_SERVER:
		act->value = rnd(seed, 4);
		break;
	default:
		break;
	}
}

void story_make(struct story *s, unsigned long long seed)
{
	unsigned long long state = (seed + 1) * 0x9e3779b97f4a7c15ULL | 1;
	unsigned int i;

	memset(s, 0, sizeof(*s));
	s->seed = seed;
	s->n = nodes(&state);
	settings(s, &state);
	network(s, &state);
	s->servers = rnd(&state, 2) ? rnd(&state, 5) : 0;
	for (i = 1; i <= s->n; i++) {
		s->weight[i] = rnd(&state, 2) ? 1 : rnd(&state, 6);
		s->priority[i] = rnd(&state, 3) ? 100 : 99 + rnd(&state, 2);
	}
	s->n_acts = 1 + rnd(&state, s->n > 16 ? 2 : STORY_ACTS);
	for (i = 0; i < s->n_acts; i++)
		act(s, &s->act[i], &state);
}

static void print_event(const struct event *e)
{
	static const char *const names[] = {
		[EVENT_SPLIT] = "split", [EVENT_HEAL] = "heal", [EVENT_CUT] = "cut",
		[EVENT_LOSS] = "loss", [EVENT_JITTER] = "jitter", [EVENT_TWICE] = "twice",
		[EVENT_CRASH] = "crash", [EVENT_STOP] = "stop", [EVENT_START] = "start",
		[EVENT_DRAIN] = "drain", [EVENT_CARRIER] = "carrier", [EVENT_PAUSE] = "pause",
		[EVENT_DRIFT] = "drift", [EVENT_AHEAD] = "ahead", [EVENT_LANES] = "lanes",
		[EVENT_REACH] = "reach", [EVENT_REPLAY] = "replay", [EVENT_FORGE] = "forge",
		[EVENT_KEY] = "key", [EVENT_REKEY] = "rekey",
	};

	printf("#     after %u ms: %s node %u other %u value %u mask %#llx\n", e->wait,
	       names[e->kind], e->node, e->other, e->value, e->mask);
}

void story_print(const struct story *s)
{
	static const char *const names[] = {
		[ACT_STORM] = "storm", [ACT_CRASH] = "crash", [ACT_STOP] = "stop",
		[ACT_DRAIN] = "drain", [ACT_FRONT] = "front loses carrier",
		[ACT_BACK] = "back loses carrier", [ACT_PAUSE] = "pause", [ACT_RETURN] = "return",
		[ACT_CONFIG] = "config", [ACT_LATE] = "config that one does not get",
		[ACT_SERVER] = "server", [ACT_STRANGER] = "wrong key",
		[ACT_PARTIAL] = "some do not hear some", [ACT_REKEY] = "key change",
	};
	unsigned int i, j;

	printf("# seed %llu: %u nodes, heartbeat %u ms, dead %u, lanes %u, period %u ms\n", s->seed,
	       s->n, s->params.heartbeat, s->params.dead, s->params.lanes, s->params.period);
	printf("#   failback %d ms, %u servers, flight %u us + up to %u us, loss %u %%%s\n",
	       (int)s->params.failback, s->servers, s->delay, s->jitter, s->loss,
	       s->one_arm ? ", one arm" : "");
	printf("#   weight/priority");
	for (i = 1; i <= s->n; i++)
		printf(" %u/%u", s->weight[i], s->priority[i]);
	printf("\n");
	for (i = 0; i < s->n_acts; i++) {
		const struct act *act = &s->act[i];

		if (act->off)
			continue;
		printf("#   act %u: %s, node %u, value %u, group %#llx\n", i + 1,
		       names[act->kind], act->node, act->value, act->group);
		for (j = 0; j < act->n; j++)
			if (act->event[j].node)
				print_event(&act->event[j]);
	}
}

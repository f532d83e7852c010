// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/member.c kmod/core/hear.c kmod/core/clock.c kmod/core/agree.c */
/* sources: kmod/core/word.c */
/* sources: kmod/core/join.c kmod/core/key.c */
/* sources: kmod/core/config.c kmod/core/wire.c kmod/core/wheel.c */
/* sources: selftests/sim/sim.c selftests/sim/node.c selftests/sim/flight.c */
/*
 * Clusters in which everything happens at random, by seed; then quiet, and all that are
 * connected must be of one mind. LEV_SEEDS=n in the environment plays more of them.
 */
#include "changing.h"

#define SEEDS	200
#define EVENTS	30

static u64 answering;

/* At every step: a node that answers is in its own view, and what it believes is whole. */
static void whole(struct sim *s, unsigned int id)
{
	struct lev_member *m = sim_m(s, id);
	u64 self = lev_node_bit(id);

	assert_int_equal(!(m->view & self), m->reason != LEV_REASON_NONE);
	assert_int_equal(m->view & ~lev_config_nodes(m->cfg), 0);
	assert_true(m->reason != LEV_REASON_NONE || (m->ready && m->synced));
	assert_true(m->priority >= 0 || !m->view);
	if (m->view & self)
		answering++;
}

static void command_some(struct sim *s)
{
	u32 lanes = 1 + rnd(&s->seed, 20);
	unsigned int id;

	for (id = 1; id <= s->n; id++)
		if (rnd(&s->seed, 8)) {
			command(s, id, lanes);
			sim_run(s, rnd(&s->seed, 300) * MS);
		}
}

static void loss(struct sim *s, unsigned int percent)
{
	unsigned int a, b, side;

	for (a = 1; a <= s->n; a++)
		for (b = 1; b <= s->n; b++)
			for (side = 0; side < __LEV_SIDE_MAX; side++)
				s->link[a][b][side].loss = percent;
}

static void node_event(struct sim *s, unsigned int id)
{
	struct sim_node *n = s->node[id];
	enum lev_side side = rnd(&s->seed, 2);

	switch (rnd(&s->seed, 6)) {
	case 0:
		if (n->running)
			sim_crash(s, id);
		break;
	case 1:
		if (n->running)
			sim_stop(s, id);
		break;
	case 2:
		sim_drain(s, id, !sim_m(s, id)->local.drained);
		break;
	case 3:
		sim_carrier(s, id, side, !n->up[side]);
		break;
	case 4:
		n->stalled = s->now + rnd(&s->seed, 1500) * MS;
		break;
	default:
		sim_crash(s, id);
		sim_start(s, id);
	}
}

static void event(struct sim *s)
{
	unsigned int id = 1 + rnd(&s->seed, s->n), other = 1 + rnd(&s->seed, s->n);

	switch (rnd(&s->seed, 12)) {
	case 0:
		sim_split(s, rnd_next(&s->seed) & sim_set(s->n), true);
		break;
	case 1:
		for (id = 1; id <= s->n; id++)
			sim_split(s, lev_node_bit(id), false);
		break;
	case 2:
		sim_cut_way(s, id, other, true);
		break;
	case 3:
		loss(s, rnd(&s->seed, 25));
		break;
	case 4:
		command_some(s);
		break;
	case 5:
	case 6:
		if (!s->node[id]->running)
			sim_start(s, id);
		break;
	default:
		node_event(s, id);
	}
}

/* Quiet: all links whole but for one clean split, all run that did, all get one config. */
static u64 settle(struct sim *s)
{
	u64 group = rnd(&s->seed, 2) ? rnd_next(&s->seed) & sim_set(s->n) : 0;
	unsigned int id;

	loss(s, 0);
	for (id = 1; id <= s->n; id++) {
		sim_split(s, lev_node_bit(id), false);
		sim_cut_way(s, id, id, false);
		sim_carrier(s, id, LEV_SIDE_BACK, true);
		s->node[id]->stalled = 0;
	}
	sim_split(s, group, true);
	for (id = 1; id <= s->n; id++)
		command(s, id, 21);
	sim_run(s, 3000 * MS);
	return group;
}

static void assert_one_mind(struct sim *s, u64 group)
{
	u64 eligible = 0, lane, clock = rnd_next(&s->seed) >> 20;
	unsigned int id, first = 0;

	for (id = 1; id <= s->n; id++)
		if (group & lev_node_bit(id) && s->node[id]->running &&
		    s->node[id]->up[LEV_SIDE_FRONT] && !sim_m(s, id)->local.drained)
			eligible |= lev_node_bit(id);
	for (id = 1; id <= s->n; id++) {
		if (!(group & lev_node_bit(id)) || !s->node[id]->running)
			continue;
		first = first ? first : id;
		assert_int_equal(sim_m(s, id)->view, eligible);
		assert_int_equal(sim_m(s, id)->digest, sim_m(s, first)->digest);
		assert_int_equal(sim_m(s, id)->version, sim_m(s, first)->version);
		assert_int_equal(sim_m(s, id)->priority, sim_m(s, first)->priority);
		for (lane = 0; lane < 21; lane++)
			assert_int_equal(sim_owner_at(s, id, lane, clock),
					 sim_owner_at(s, first, lane, clock));
		assert_int_equal(!sim_owner(s, id, 0), !eligible);
	}
	assert_int_equal(sim_keepers(s, group), first ? 1 : 0);
}

static void assert_one_clock(struct sim *s, u64 group)
{
	unsigned int id, first = 0;

	for (id = 1; id <= s->n; id++)
		if (group & lev_node_bit(id) && s->node[id]->running) {
			first = first ? first : id;
			assert_in_range(sim_clock(s, id) - sim_clock(s, first) + MS, 0, 2 * MS);
		}
}

static void soak(unsigned long long seed)
{
	struct sim *s = sim_new(2 + seed % 5, seed);
	unsigned int i;
	u64 group;

	s->watch = whole;
	sim_start_all(s);
	for (i = 0; i < EVENTS; i++) {
		event(s);
		sim_run(s, rnd(&s->seed, 400) * MS);
	}
	group = settle(s);
	assert_one_mind(s, group);
	assert_one_mind(s, sim_set(s->n) & ~group);
	sim_run(s, 2000 * MS);
	assert_one_clock(s, group);
	assert_one_clock(s, sim_set(s->n) & ~group);
	sim_free(s);
}

static void random_clusters(void **state)
{
	const char *more = getenv("LEV_SEEDS");
	unsigned long long seed, seeds = more ? strtoull(more, NULL, 10) : SEEDS;

	(void)state;
	for (seed = 1; seed <= seeds; seed++) {
		/* A failure's seed is the last one named. */
		if (more)
			fprintf(stderr, "seed %llu\n", seed);
		soak(seed);
	}
	assert_true(answering > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_clusters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

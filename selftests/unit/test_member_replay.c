// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/member.c kmod/core/hear.c kmod/core/clock.c kmod/core/agree.c */
/* sources: kmod/core/word.c */
/* sources: kmod/core/join.c kmod/core/key.c */
/* sources: kmod/core/config.c kmod/core/wire.c kmod/core/wheel.c */
/* sources: selftests/sim/sim.c selftests/sim/node.c selftests/sim/flight.c */
/*
 * What a member does not believe: replays, foreign and forged beats. Each must leave what
 * the node holds for true as it was.
 */
#include "unit.h"
#include "sim.h"

static struct sim *running(unsigned int n, unsigned long long seed)
{
	struct sim *s = sim_new(n, seed);

	sim_start_all(s);
	sim_run(s, 1000 * MS);
	sim_assert_view(s, sim_set(n), sim_set(n));
	return s;
}

/* What a refused beat may not touch. */
struct truth {
	u64 view;
	u64 clock;
	u64 digest;
	u64 epoch;
	u8 keeper;
	struct lev_word agreed;
	struct lev_peer peer[LEV_NODE_ID_MAX + 1];
};

static void truth_of(struct sim *s, unsigned int id, struct truth *t)
{
	struct lev_member *m = sim_m(s, id);
	unsigned int i;

	memset(t, 0, sizeof(*t));
	t->view = m->view;
	t->clock = sim_clock(s, id);
	t->digest = m->digest;
	t->epoch = m->servers_epoch;
	t->keeper = m->keeper;
	t->agreed = m->agreed;
	memcpy(t->peer, m->peer, sizeof(t->peer));
	for (i = 0; i <= LEV_NODE_ID_MAX; i++) {
		t->peer[i].fresh_incarnation = 0;
		t->peer[i].fresh_sequence = 0;
		t->peer[i].fresh_at = 0;
	}
}

/* Plays the whole tape to a node: nothing is taken for true, whatever it returns. */
static void replay(struct sim *s, unsigned int to, bool refused)
{
	static struct truth before, after;
	unsigned int i;

	truth_of(s, to, &before);
	for (i = 0; i < s->n_tape; i++) {
		enum lev_hear heard = sim_inject(s, to, s->tape[i]);

		if (refused)
			assert_int_equal(heard, LEV_HEAR_REPLAYED);
	}
	truth_of(s, to, &after);
	assert_memory_equal(&before, &after, sizeof(before));
}

static void same_incarnation(void **state)
{
	struct sim *s = running(3, 1);

	(void)state;
	sim_record(s, 2);
	sim_run(s, 5000 * MS);
	sim_run(s, MS);
	assert_true(s->n_tape >= 100);
	replay(s, 1, true);
	sim_run(s, 10 * MS);
	replay(s, 3, true);
	sim_assert_view(s, 7, 7);
	sim_free(s);
}

/* A dead node is not brought back by what it said when it lived. */
static void dead_node(void **state)
{
	struct sim *s = running(3, 2);
	unsigned int i;

	(void)state;
	sim_record(s, 1);
	sim_run(s, 3000 * MS);
	sim_crash(s, 1);
	s->tape_of = 0;
	for (i = 0; i < 20; i++) {
		sim_run(s, 100 * MS);
		replay(s, 2, true);
		replay(s, 3, true);
	}
	sim_assert_view(s, 6, 6);
	sim_free(s);
}

/* Nor is the new incarnation of a node pushed aside by the old one, at once or later. */
static void restarted_node(void **state)
{
	static const unsigned int away[] = { 10, 1000 };
	unsigned int i, round;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(away); i++) {
		struct sim *s = running(3, 3 + i);

		sim_record(s, 1);
		sim_run(s, 1000 * MS);
		sim_crash(s, 1);
		s->tape_of = 0;
		sim_run(s, away[i] * MS);
		sim_start(s, 1);
		sim_run(s, 60 * MS);
		assert_true(sim_m(s, 2)->peer[1].incarnation == sim_m(s, 1)->incarnation);
		for (round = 0; round < 12; round++) {
			replay(s, 2, true);
			replay(s, 3, true);
			sim_run(s, 97 * MS);
		}
		sim_assert_view(s, 7, 7);
		/* It dies too: the old one does not come in its place. */
		sim_crash(s, 1);
		sim_run(s, 400 * MS);
		replay(s, 2, true);
		replay(s, 3, true);
		sim_run(s, 100 * MS);
		replay(s, 2, true);
		sim_assert_view(s, 6, 6);
		sim_free(s);
	}
}

/* A node under replay comes back all the same. */
static void replay_does_not_keep_out(void **state)
{
	struct sim *s = running(2, 5);
	unsigned int i, round;

	(void)state;
	sim_record(s, 1);
	sim_run(s, 2000 * MS);
	sim_crash(s, 1);
	s->tape_of = 0;
	sim_run(s, 1000 * MS);
	sim_start(s, 1);
	for (round = 0; round < 1000; round++) {
		for (i = 0; i < 2; i++)
			sim_inject(s, 2, s->tape[rnd(&s->seed, s->n_tape)]);
		sim_run(s, MS);
	}
	sim_assert_view(s, 3, 3);
	sim_free(s);
}

/* Frames that never came in on one side are no sign of life later. */
static void held_back_on_one_side(void **state)
{
	struct sim *s = running(2, 6);
	unsigned int i;

	(void)state;
	s->link[1][2][LEV_SIDE_BACK].cut = true;
	sim_record(s, 1);
	sim_run(s, 5000 * MS);
	s->tape_of = 0;
	sim_crash(s, 1);
	for (i = 0; i < s->n_tape; i++) {
		sim_run(s, 10 * MS);
		if (s->tape[i]->side == LEV_SIDE_BACK)
			sim_inject(s, 2, s->tape[i]);
	}
	sim_assert_view(s, 2, 2);
	sim_free(s);
}

/* A node that has just started knows no one: what it gets played it does not believe. */
static void starting_node(void **state)
{
	struct sim *s = running(2, 7);
	unsigned int i, before;

	(void)state;
	sim_record(s, 1);
	sim_run(s, 1000 * MS);
	s->tape_of = 0;
	sim_crash(s, 1);
	sim_crash(s, 2);
	sim_start(s, 2);
	before = s->node[2]->beats;
	for (i = 0; i < s->n_tape; i++) {
		sim_inject(s, 2, s->tape[i]);
		sim_run(s, 50 * MS);
		assert_false(sim_m(s, 2)->peer[1].known);
	}
	sim_assert_view(s, 2, 2);
	/* It names who speaks to it, at most each eighth of a heartbeat. */
	assert_true(s->node[2]->beats - before <= s->n_tape * 50 * 8 / 100 + 2);
	sim_free(s);
}

static void foreign_beats(void **state)
{
	struct sim *s = running(3, 8);
	static struct truth before, after;
	static struct lev_beat b;

	(void)state;
	truth_of(s, 2, &before);
	memset(&b, 0, sizeof(b));
	b.cluster = SIM_CLUSTER;
	b.incarnation = sim_m(s, 1)->incarnation;
	b.sequence = 1ULL << 40;
	b.side = LEV_SIDE_FRONT;
	/* Our own id, one that is not configured, the other side's frame. */
	b.node = 2;
	assert_int_equal(sim_inject_beat(s, 2, LEV_SIDE_FRONT, &b), LEV_HEAR_FOREIGN);
	b.node = 4;
	assert_int_equal(sim_inject_beat(s, 2, LEV_SIDE_FRONT, &b), LEV_HEAR_FOREIGN);
	b.node = 64;
	assert_int_equal(sim_inject_beat(s, 2, LEV_SIDE_FRONT, &b), LEV_HEAR_FOREIGN);
	b.node = 1;
	assert_int_equal(sim_inject_beat(s, 2, LEV_SIDE_BACK, &b), LEV_HEAR_FOREIGN);
	truth_of(s, 2, &after);
	assert_memory_equal(&before, &after, sizeof(before));
	sim_free(s);
}

/* A wrong signature keeps a node out that has not started, and moves no other. */
static void forged_beats(void **state)
{
	struct sim *s = sim_new(2, 9);
	unsigned int i;

	(void)state;
	sim_start(s, 1);
	for (i = 0; i < 50; i++) {
		lev_member_forged(sim_m(s, 1), 2, sim_local(s, 1));
		sim_run(s, 100 * MS);
		assert_int_equal(sim_m(s, 1)->reason, LEV_REASON_CONFIG);
	}
	sim_run(s, 1000 * MS);
	assert_int_equal(sim_m(s, 1)->reason, LEV_REASON_NONE);
	for (i = 0; i < 20; i++) {
		lev_member_forged(sim_m(s, 1), 2, sim_local(s, 1));
		sim_run(s, 50 * MS);
		sim_assert_view(s, 1, 1);
	}
	/* One that hears its like starts, whatever a third party sends. */
	sim_start(s, 2);
	for (i = 0; i < 20; i++) {
		lev_member_forged(sim_m(s, 2), 1, sim_local(s, 2));
		sim_run(s, 50 * MS);
	}
	sim_assert_view(s, 3, 3);
	sim_free(s);
}

/* Its own frames, from before its key was another one, say nothing of others' keys. */
static void forged_in_its_own_name(void **state)
{
	struct sim *s = sim_new(2, 11);
	unsigned int i;

	(void)state;
	sim_start(s, 1);
	for (i = 0; i < 20; i++) {
		lev_member_forged(sim_m(s, 1), 1, sim_local(s, 1));
		lev_member_forged(sim_m(s, 1), 64, sim_local(s, 1));
		sim_run(s, 100 * MS);
	}
	sim_assert_view(s, 1, 1);
	sim_free(s);
}

/* A device that is not up takes part in nothing. */
static void before_the_start(void **state)
{
	static struct truth before, after;
	struct sim *s = sim_new(2, 12);
	struct lev_pins_head head = { .node = 2, .side = LEV_SIDE_FRONT };
	static struct lev_beat b;

	(void)state;
	sim_start(s, 2);
	sim_run(s, 1000 * MS);
	lev_member_beat(sim_m(s, 2), &b, sim_local(s, 2));
	b.side = LEV_SIDE_FRONT;
	truth_of(s, 1, &before);
	assert_int_equal(sim_inject_beat(s, 1, LEV_SIDE_FRONT, &b), LEV_HEAR_FOREIGN);
	assert_int_equal(lev_member_hear_pins(sim_m(s, 1), &head, LEV_SIDE_FRONT),
			 LEV_HEAR_FOREIGN);
	assert_int_equal(lev_member_step(sim_m(s, 1), sim_local(s, 1)), 0);
	truth_of(s, 1, &after);
	assert_memory_equal(&before, &after, sizeof(before));
	sim_free(s);
}

/* Anything well formed, signed or not: no crash, and the node still serves. */
static void random_beats(void **state)
{
	struct sim *s = running(3, 10);
	static struct lev_beat b;
	unsigned int i, j;

	(void)state;
	for (i = 0; i < 20000; i++) {
		struct lev_member *m = sim_m(s, 1);

		memset(&b, 0, sizeof(b));
		b.cluster = SIM_CLUSTER;
		b.node = (u8)(1 + rnd(&s->seed, 4));
		b.side = (u8)rnd(&s->seed, 2);
		b.incarnation = rnd(&s->seed, 2) ? m->peer[2].incarnation : (u32)i;
		b.sequence = rnd_next(&s->seed) >> rnd(&s->seed, 64);
		b.reason = (u8)rnd(&s->seed, __LEV_REASON_MAX);
		b.keeper = (u8)rnd(&s->seed, 5);
		b.priority = (u8)rnd(&s->seed, 256);
		b.synced = rnd(&s->seed, 2);
		b.ready = rnd(&s->seed, 2);
		b.clock = rnd_next(&s->seed) >> rnd(&s->seed, 64);
		b.version = rnd_next(&s->seed) >> rnd(&s->seed, 64);
		b.digest = rnd(&s->seed, 2) ? m->digest : rnd_next(&s->seed);
		b.switch_at = rnd_next(&s->seed);
		b.servers_epoch = rnd_next(&s->seed);
		b.servers_at = rnd_next(&s->seed);
		b.n_servers = (u16)rnd(&s->seed, LEV_SERVERS_MAX + 1);
		b.n_hears = (u16)rnd(&s->seed, LEV_WIRE_HEARS_MAX + 1);
		for (j = 0; j < b.n_hears; j++) {
			b.hears[j].node = (u8)(1 + rnd(&s->seed, LEV_NODE_ID_MAX));
			b.hears[j].incarnation = m->incarnation;
			b.hears[j].sequence = (u32)m->sequence - rnd(&s->seed, 70);
		}
		sim_inject_beat(s, 1, b.side, &b);
		if (rnd(&s->seed, 4) == 0)
			sim_run(s, MS);
	}
	/* Nodes 1 and 2 were spoken for with windows far ahead: a restart mends that. */
	for (i = 1; i <= 3; i++)
		sim_crash(s, i);
	sim_start_all(s);
	sim_run(s, 1000 * MS);
	sim_assert_view(s, 7, 7);
	sim_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_incarnation),
		cmocka_unit_test(dead_node),
		cmocka_unit_test(restarted_node),
		cmocka_unit_test(replay_does_not_keep_out),
		cmocka_unit_test(held_back_on_one_side),
		cmocka_unit_test(starting_node),
		cmocka_unit_test(foreign_beats),
		cmocka_unit_test(forged_beats),
		cmocka_unit_test(forged_in_its_own_name),
		cmocka_unit_test(before_the_start),
		cmocka_unit_test(random_beats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

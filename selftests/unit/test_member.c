// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/member.c kmod/core/hear.c kmod/core/clock.c kmod/core/agree.c */
/* sources: kmod/core/word.c */
/* sources: kmod/core/join.c kmod/core/key.c */
/* sources: kmod/core/config.c kmod/core/wire.c kmod/core/wheel.c */
/* sources: selftests/sim/sim.c selftests/sim/node.c selftests/sim/flight.c */
/*
 * Views, the clock and its keeper: nodes that start, crash, stop, are cut off and come
 * back, in the in-process cluster of sim.h at the default 100 ms and 3.
 */
#include "unit.h"
#include "sim.h"

#define DEAD	(325 * MS)
#define FLIGHT	(1 * MS)	/* more than the 0.1 ms that it takes */

/* What the watcher remembers of each node: the clock must follow one ideal line. */
struct watch {
	u64 last[LEV_NODE_ID_MAX + 1];
	s64 ideal;		/* cluster clock minus virtual time */
	bool armed;
};

static void watch_clock(struct sim *s, unsigned int id)
{
	struct watch *w = s->arg;
	struct lev_member *m = sim_m(s, id);
	u64 clock = sim_clock(s, id);

	if (!w->armed || !m->synced)
		return;
	assert_true(clock >= w->last[id]);
	w->last[id] = clock;
	assert_in_range((s64)clock - (s64)s->now - w->ideal + (s64)MS, 0, 2 * MS);
}

static void watch_on(struct sim *s, struct watch *w, unsigned int keeper)
{
	*w = (struct watch){ .armed = true };
	w->ideal = (s64)sim_clock(s, keeper) - (s64)s->now;
	s->arg = w;
	s->watch = watch_clock;
}

static struct sim *running(unsigned int n, unsigned long long seed)
{
	struct sim *s = sim_new(n, seed);

	sim_start_all(s);
	sim_run(s, 1000 * MS);
	sim_assert_view(s, sim_set(n), sim_set(n));
	return s;
}

static void all_join_within_a_second(void **state)
{
	unsigned int n, ms;

	(void)state;
	for (n = 2; n <= 8; n++) {
		struct sim *s = sim_new(n, n);

		sim_start_all(s);
		for (ms = 0; ms < 1000; ms++) {
			sim_run(s, MS);
			assert_true(sim_keepers(s, sim_set(n)) <= 1);
		}
		sim_assert_view(s, sim_set(n), sim_set(n));
		assert_int_equal(sim_m(s, 1)->keeper, 1);
		sim_free(s);
	}
}

static void alone_serves_alone(void **state)
{
	struct sim *s = sim_new(3, 1);

	(void)state;
	sim_start(s, 2);
	assert_int_equal(sim_m(s, 2)->reason, LEV_REASON_STARTING);
	sim_run(s, 1000 * MS);
	assert_int_equal(sim_m(s, 2)->reason, LEV_REASON_NONE);
	sim_assert_view(s, 1 << 1, 1 << 1);
	assert_int_equal(sim_owner(s, 2, 0), 2);
	sim_free(s);
}

static void one_after_the_other(void **state)
{
	struct sim *s = sim_new(4, 9);
	struct watch w;
	unsigned int id;

	(void)state;
	sim_start(s, 4);
	sim_run(s, 1000 * MS);
	watch_on(s, &w, 4);
	for (id = 3; id; id--) {
		sim_start(s, id);
		sim_run(s, 1000 * MS);
		sim_assert_view(s, sim_set(4), sim_set(4) & ~sim_set(id - 1));
		assert_int_equal(sim_m(s, id)->keeper, 4);
	}
	sim_free(s);
}

static void clocks_agree_though_oscillators_differ(void **state)
{
	static const int ppm[] = { 100, -100, 50, 0 };
	struct sim *s = sim_new(4, 3);
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++)
		s->node[i + 1]->ppm = ppm[i];
	sim_start_all(s);
	for (i = 0; i < 20; i++) {
		sim_run(s, 1000 * MS);
		sim_assert_view(s, sim_set(4), sim_set(4));
	}
	sim_free(s);
}

/* Loses a node in @leave's way and says how long until the view shrank everywhere. */
static u64 until_gone(struct sim *s, unsigned int id, u64 most)
{
	u64 left = sim_set(s->n) & ~lev_node_bit(id), since = s->now;
	unsigned int other;

	for (;;) {
		bool all = true;

		for (other = 1; other <= s->n; other++)
			all &= other == id || sim_m(s, other)->view == left;
		if (all)
			return s->now - since;
		assert_true(s->now - since <= most);
		sim_run(s, MS / 10);
	}
}

static void crash_is_noticed_in_time(void **state)
{
	unsigned int seed;

	(void)state;
	for (seed = 1; seed <= 20; seed++) {
		struct sim *s = running(2 + seed % 4, seed);
		unsigned int victim = 1 + seed % s->n;
		u64 took;

		sim_run(s, rnd(&s->seed, 100) * MS);
		sim_crash(s, victim);
		took = until_gone(s, victim, DEAD + MS / 10);
		assert_true(took > 200 * MS);
		sim_run(s, 100 * MS);
		sim_assert_view(s, sim_set(s->n), sim_set(s->n) & ~lev_node_bit(victim));
		sim_free(s);
	}
}

static void reason_seen(struct sim *s, unsigned int id, enum lev_reason reason)
{
	unsigned int other;

	for (other = 1; other <= s->n; other++)
		if (other != id)
			assert_int_equal(sim_m(s, other)->peer[id].last.reason, reason);
}

static void leaving_takes_one_flight(void **state)
{
	unsigned int n;

	(void)state;
	for (n = 0; n < 100; n++) {
		static const enum lev_reason reasons[] = {
			LEV_REASON_STOPPING, LEV_REASON_DRAINED, LEV_REASON_FRONT_DOWN,
			LEV_REASON_BACK_DOWN,
		};
		struct sim *s = running(3, n + 1);
		unsigned int way = n % 4, id = 1 + n % 3;

		/* However lately the last beat went. */
		sim_run(s, n * MS);
		if (way == 0)
			sim_stop(s, id);
		else if (way == 1)
			sim_drain(s, id, true);
		else
			sim_carrier(s, id, way == 2 ? LEV_SIDE_FRONT : LEV_SIDE_BACK, false);
		until_gone(s, id, FLIGHT);
		reason_seen(s, id, reasons[way]);
		sim_run(s, 2000 * MS);
		if (way == 0)
			sim_start(s, id);
		else if (way == 1)
			sim_drain(s, id, false);
		else
			sim_carrier(s, id, way == 2 ? LEV_SIDE_FRONT : LEV_SIDE_BACK, true);
		sim_run(s, way ? 20 * MS : 1000 * MS);
		sim_assert_view(s, 7, 7);
		sim_free(s);
	}
}

/* Who watches it is gone at a time that the node knows: it leaves then, not at a beat's leisure. */
static void unwatched_at_its_time(void **state)
{
	struct sim *s = running(3, 7);
	struct lev_member *m = sim_m(s, 2);

	(void)state;
	sim_watch(s, 2, 777);
	sim_run(s, 775 * MS);
	sim_assert_view(s, 7, 7);
	sim_run(s, 3 * MS);
	assert_int_equal(m->reason, LEV_REASON_UNWATCHED);
	until_gone(s, 2, FLIGHT);
	reason_seen(s, 2, LEV_REASON_UNWATCHED);

	/* Watched again, or by nobody any more. */
	sim_watch(s, 2, 777);
	sim_run(s, 200 * MS);
	sim_assert_view(s, 7, 7);
	sim_run(s, 700 * MS);
	assert_int_equal(m->reason, LEV_REASON_UNWATCHED);
	sim_watch(s, 2, 0);
	sim_run(s, 200 * MS);
	sim_assert_view(s, 7, 7);
	sim_free(s);
}

static void both_sides_down_is_blind(void **state)
{
	struct sim *s = running(3, 5);
	struct watch w;

	(void)state;
	watch_on(s, &w, 1);
	sim_carrier(s, 1, LEV_SIDE_FRONT, false);
	sim_carrier(s, 1, LEV_SIDE_BACK, false);
	assert_int_equal(sim_m(s, 1)->view, 0);
	until_gone(s, 1, DEAD + FLIGHT);
	sim_run(s, 5000 * MS);
	sim_carrier(s, 1, LEV_SIDE_FRONT, true);
	sim_carrier(s, 1, LEV_SIDE_BACK, true);
	assert_int_equal(sim_m(s, 1)->reason, LEV_REASON_STARTING);
	sim_run(s, 1000 * MS);
	sim_assert_view(s, 7, 7);
	sim_free(s);
}

/* A common switch goes down and comes up: all are blind at once. */
static void all_blind_at_once(void **state)
{
	struct sim *s = running(4, 6);
	unsigned int id, side;
	struct watch w;

	(void)state;
	sim_crash(s, 1);
	sim_run(s, 1000 * MS);
	sim_start(s, 1);
	sim_run(s, 1000 * MS);
	assert_int_equal(sim_m(s, 1)->keeper, 2);
	watch_on(s, &w, 1);
	for (id = 1; id <= 4; id++)
		for (side = 0; side < __LEV_SIDE_MAX; side++)
			sim_carrier(s, id, side, false);
	sim_run(s, 3000 * MS);
	for (id = 1; id <= 4; id++)
		for (side = 0; side < __LEV_SIDE_MAX; side++)
			sim_carrier(s, id, side, true);
	sim_run(s, 1200 * MS);
	sim_assert_view(s, 15, 15);
	sim_free(s);
}

static void keeper_restarts(void **state)
{
	static const unsigned int away[] = { 1, 50, 200, 400, 3000 };
	unsigned int i, stop;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(away); i++)
		for (stop = 0; stop < 2; stop++) {
			struct sim *s = running(3, i + 1);
			struct watch w;

			watch_on(s, &w, 1);
			if (stop)
				sim_stop(s, 1);
			else
				sim_crash(s, 1);
			sim_run(s, away[i] * MS);
			sim_start(s, 1);
			w.last[1] = 0;
			sim_run(s, 1100 * MS);
			sim_assert_view(s, 7, 7);
			assert_int_equal(sim_m(s, 1)->keeper, 2);
			sim_free(s);
		}
}

static void split_and_heal(void **state)
{
	struct sim *s = running(5, 7);
	struct watch w;

	(void)state;
	watch_on(s, &w, 1);
	sim_split(s, 3, true);
	sim_run(s, 1000 * MS);
	sim_assert_view(s, 3, 3);
	sim_assert_view(s, 28, 28);
	sim_run(s, 20000 * MS);
	sim_split(s, 3, false);
	sim_run(s, 500 * MS);
	sim_assert_view(s, 31, 31);
	assert_int_equal(sim_m(s, 5)->keeper, 1);
	sim_free(s);
}

/* Two that started apart: the older clock stays, the younger one is stepped. */
static void older_clock_wins(void **state)
{
	struct sim *s = sim_new(2, 8);
	s64 ideal;

	(void)state;
	sim_split(s, 1, true);
	sim_start(s, 2);
	sim_run(s, 5000 * MS);
	sim_start(s, 1);
	sim_run(s, 5000 * MS);
	ideal = (s64)sim_clock(s, 2) - (s64)s->now;
	sim_split(s, 1, false);
	/* The younger one is a newcomer: it listens again. */
	sim_run(s, 1500 * MS);
	sim_assert_view(s, 3, 3);
	assert_int_equal(sim_m(s, 1)->keeper, 2);
	assert_in_range((s64)sim_clock(s, 1) - (s64)s->now - ideal + (s64)MS, 0, 2 * MS);
	sim_free(s);
}

/* A node that was blind has the older clock, but a cluster has begun without it. */
static void older_clock_listens(void **state)
{
	struct sim *s = sim_new(2, 16);
	unsigned int side;

	(void)state;
	sim_start(s, 2);
	sim_run(s, 5000 * MS);
	for (side = 0; side < __LEV_SIDE_MAX; side++)
		sim_carrier(s, 2, side, false);
	sim_start(s, 1);
	sim_run(s, 1000 * MS);
	sim_assert_view(s, 1, 1);
	for (side = 0; side < __LEV_SIDE_MAX; side++)
		sim_carrier(s, 2, side, true);
	sim_run(s, 1000 * MS);
	sim_assert_view(s, 3, 3);
	sim_free(s);
}

static void one_way_hearing_keeps_out(void **state)
{
	unsigned int deaf;

	(void)state;
	for (deaf = 0; deaf < 2; deaf++) {
		struct sim *s = running(3, 10);
		unsigned int other;

		for (other = 1; other <= 2; other++)
			sim_cut_way(s, deaf ? other : 3, deaf ? 3 : other, true);
		sim_run(s, 1000 * MS);
		sim_assert_view(s, 3, 3);
		assert_int_equal(sim_m(s, 3)->view, 4);
		sim_split(s, 4, false);
		sim_run(s, 500 * MS);
		sim_assert_view(s, 7, 7);
		sim_free(s);
	}
}

/* What two sides lose is made up by the other side: a port's loss alone changes no view. */
static void one_side_is_enough(void **state)
{
	struct sim *s = running(3, 11);
	unsigned int a, b;

	(void)state;
	for (a = 1; a <= 3; a++)
		for (b = 1; b <= 3; b++)
			s->link[a][b][LEV_SIDE_BACK].cut = true;
	sim_run(s, 1000 * MS);
	sim_assert_view(s, 7, 7);
	assert_int_equal(sim_m(s, 1)->peer[2].last.hears[0].sides, 1);
	sim_free(s);
}

/* A slow side delays nothing: the clock is in the first copy of a beat. */
static void slow_side_does_not_count(void **state)
{
	struct sim *s = sim_new(3, 15);
	unsigned int a, b;

	(void)state;
	for (a = 1; a <= 3; a++)
		for (b = 1; b <= 3; b++)
			s->link[a][b][LEV_SIDE_BACK].delay = 60 * MS;
	sim_start_all(s);
	for (a = 0; a < 8; a++) {
		sim_run(s, 1000 * MS);
		sim_assert_view(s, 7, 7);
		b = 1 + a % 3;
		sim_crash(s, b);
		sim_run(s, (u64)(500 + 37 * a) * MS);
		sim_start(s, b);
	}
	sim_free(s);
}

static void stalled_node_listens_again(void **state)
{
	struct sim *s = running(3, 12);
	struct watch w;

	(void)state;
	watch_on(s, &w, 1);
	s->node[1]->stalled = s->now + 200 * MS;
	sim_run(s, 201 * MS);
	assert_int_equal(sim_m(s, 1)->reason, LEV_REASON_NONE);
	sim_run(s, 1000 * MS);
	s->node[1]->stalled = s->now + 2000 * MS;
	sim_run(s, 100 * MS);
	assert_false(lev_member_stalled(sim_m(s, 1), sim_local(s, 1)));
	/* Frames that have waited may be read before its first step. */
	sim_run(s, 1899 * MS);
	assert_int_equal(sim_m(s, 1)->reason, LEV_REASON_NONE);
	assert_true(lev_member_stalled(sim_m(s, 1), sim_local(s, 1)));
	sim_run(s, 2 * MS);
	assert_int_equal(sim_m(s, 1)->reason, LEV_REASON_STARTING);
	assert_false(lev_member_stalled(sim_m(s, 1), sim_local(s, 1)));
	sim_run(s, 1000 * MS);
	sim_assert_view(s, 7, 7);
	sim_free(s);
}

/* Frames that come late by more than a tenth of a second do not move the clock. */
static void late_beats_move_nothing(void **state)
{
	struct sim *s = running(2, 13);
	struct watch w;
	unsigned int i, side;

	(void)state;
	watch_on(s, &w, 1);
	for (i = 0; i < 5; i++) {
		for (side = 0; side < __LEV_SIDE_MAX; side++)
			s->link[1][2][side].delay = 180 * MS;
		sim_run(s, 150 * MS);
		for (side = 0; side < __LEV_SIDE_MAX; side++)
			s->link[1][2][side].delay = 100000;
		sim_run(s, 1000 * MS);
	}
	sim_assert_view(s, 3, 3);
	sim_free(s);
}

static void sixty_four_at_once(void **state)
{
	struct sim *s = sim_new(LEV_NODE_ID_MAX, 14);

	(void)state;
	s->one_arm = true;
	sim_start_all(s);
	sim_run(s, 1000 * MS);
	sim_assert_view(s, U64_MAX, U64_MAX);
	sim_free(s);
}

/* Where askers may know somebody by the address of a device: also somebody who is gone. */
static void who_has_no_lanes_macs(void **state)
{
	struct sim *s = sim_new(3, 1);
	unsigned int id;

	(void)state;
	for (id = 1; id <= 3; id++)
		s->node[id]->m.local.virtual_sides = id == 2 ? 1 : 3;
	sim_start(s, 1);
	sim_run(s, 1000 * MS);
	/* Of who was never heard nothing is known. */
	assert_int_equal(lev_member_physical(sim_m(s, 1)), 0);
	sim_start(s, 2);
	sim_start(s, 3);
	sim_run(s, 1000 * MS);
	for (id = 1; id <= 3; id++)
		assert_int_equal(lev_member_physical(sim_m(s, id)), 2);
	sim_crash(s, 2);
	sim_run(s, 1000 * MS);
	assert_int_equal(lev_member_physical(sim_m(s, 1)), 2);
	s->node[3]->m.local.virtual_sides = 2;
	sim_run(s, 1000 * MS);
	assert_int_equal(lev_member_physical(sim_m(s, 1)), 3);
	assert_int_equal(lev_member_physical(sim_m(s, 3)), 3);
	s->node[3]->m.local.virtual_sides = 3;
	s->node[2]->m.local.virtual_sides = 3;
	sim_start(s, 2);
	sim_run(s, 2000 * MS);
	for (id = 1; id <= 3; id++)
		assert_int_equal(lev_member_physical(sim_m(s, id)), 0);
	sim_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_join_within_a_second),
		cmocka_unit_test(alone_serves_alone),
		cmocka_unit_test(one_after_the_other),
		cmocka_unit_test(clocks_agree_though_oscillators_differ),
		cmocka_unit_test(crash_is_noticed_in_time),
		cmocka_unit_test(leaving_takes_one_flight),
		cmocka_unit_test(unwatched_at_its_time),
		cmocka_unit_test(both_sides_down_is_blind),
		cmocka_unit_test(all_blind_at_once),
		cmocka_unit_test(keeper_restarts),
		cmocka_unit_test(split_and_heal),
		cmocka_unit_test(older_clock_wins),
		cmocka_unit_test(older_clock_listens),
		cmocka_unit_test(one_way_hearing_keeps_out),
		cmocka_unit_test(one_side_is_enough),
		cmocka_unit_test(slow_side_does_not_count),
		cmocka_unit_test(stalled_node_listens_again),
		cmocka_unit_test(late_beats_move_nothing),
		cmocka_unit_test(sixty_four_at_once),
		cmocka_unit_test(who_has_no_lanes_macs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

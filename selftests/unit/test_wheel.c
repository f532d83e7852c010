// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/wheel.c */
/*
 * The wheel's promises: exact shares, nobody else's lanes move, no lane without an owner,
 * and a next change that is neither missed nor early.
 */
#include "unit.h"
#include "core/wheel.h"

#define MS	LEV_NSEC_PER_MSEC
#define ALL	(~0ULL)

/* A wheel of one tier, ids from 1. */
static void wheel(struct lev_wheel *w, const u16 *weights, unsigned int n, unsigned int lanes)
{
	struct lev_wheel_node nodes[LEV_NODE_ID_MAX];
	unsigned int i;

	for (i = 0; i < n; i++)
		nodes[i] = (struct lev_wheel_node){ (u8)(i + 1), 100, weights[i] };
	lev_wheel_init(w, nodes, n, 100, lanes);
}

/* A random wheel; weights up to @heavy, ids with gaps. */
static void wheel_random(struct lev_wheel *w, u64 *seed, unsigned int n, unsigned int heavy,
			 unsigned int lanes)
{
	struct lev_wheel_node nodes[LEV_NODE_ID_MAX];
	unsigned int i, id = 0;

	for (i = 0; i < n; i++) {
		id += 1 + rnd(seed, LEV_NODE_ID_MAX / n);
		nodes[i] = (struct lev_wheel_node){ (u8)id, 7, (u16)(1 + rnd(seed, heavy)) };
	}
	lev_wheel_init(w, nodes, n, 7, lanes);
}

/* Ticks of a whole turn that each node has in a lane. */
static void count_turn(const struct lev_wheel *w, u64 present, unsigned int lane, u32 *ticks)
{
	u32 t;

	memset(ticks, 0, (LEV_NODE_ID_MAX + 1) * sizeof(*ticks));
	for (t = 0; t < w->ticks; t++)
		ticks[lev_wheel_owner(w, present, t, lane)]++;
}

static void init_takes_one_tier(void **state)
{
	static const struct lev_wheel_node nodes[] = {
		{ 2, 100, 3 }, { 5, 50, 9 }, { 9, 100, 0 }, { 64, 100, 4 },
	};
	struct lev_wheel w;

	(void)state;
	lev_wheel_init(&w, nodes, ARRAY_SIZE(nodes), 100, 16);
	assert_int_equal(w.n, 2);
	assert_int_equal(w.id[0], 2);
	assert_int_equal(w.id[1], 64);
	assert_int_equal(w.sum, 7);
	assert_int_equal(w.lanes, 16);
	assert_int_equal(w.ticks, 1029);	/* 147 x 7, the first from 1024 on */
	lev_wheel_init(&w, nodes, ARRAY_SIZE(nodes), 1, 16);
	assert_int_equal(w.n, 0);
	assert_int_equal(lev_wheel_owner(&w, ALL, 0, 0), 0);
}

static void tier_is_the_highest_present(void **state)
{
	static const struct lev_wheel_node nodes[] = {
		{ 1, 100, 1 }, { 2, 200, 0 }, { 3, 150, 1 }, { 4, 0, 1 }, { 5, 255, 1 },
	};

	(void)state;
	assert_int_equal(lev_wheel_tier(nodes, 5, ALL), 255);
	assert_int_equal(lev_wheel_tier(nodes, 5, 0xf), 150);
	assert_int_equal(lev_wheel_tier(nodes, 5, 0x3), 100);
	assert_int_equal(lev_wheel_tier(nodes, 5, 0x8), 0);
	assert_int_equal(lev_wheel_tier(nodes, 5, 0x2), -1);
	assert_int_equal(lev_wheel_tier(nodes, 5, 0), -1);
	assert_int_equal(lev_wheel_tier(nodes, 0, ALL), -1);
}

/* TacoPleX as it was: one lane, each node in turn. */
static void one_lane_takes_turns(void **state)
{
	static const u16 weights[] = { 1, 1 };
	struct lev_wheel w;
	u32 t;

	(void)state;
	wheel(&w, weights, 2, 1);
	assert_int_equal(w.ticks, 1024);
	for (t = 0; t < 1024; t++)
		assert_int_equal(lev_wheel_owner(&w, ALL, t, 0), t < 512 ? 1 : 2);
}

static void two_lanes_stand_opposite(void **state)
{
	static const u16 weights[] = { 1, 1 };
	struct lev_wheel w;
	u32 t;

	(void)state;
	wheel(&w, weights, 2, 2);
	for (t = 0; t < w.ticks; t++)
		assert_int_equal(lev_wheel_owner(&w, ALL, t, 0) + lev_wheel_owner(&w, ALL, t, 1),
				 3);
}

static void check_exact(const struct lev_wheel *w)
{
	u32 ticks[LEV_NODE_ID_MAX + 1];
	unsigned int lane, i;

	for (lane = 0; lane < w->lanes; lane++) {
		count_turn(w, ALL, lane, ticks);
		for (i = 0; i < w->n; i++)
			assert_int_equal(ticks[w->id[i]], w->ticks / w->sum * w->weight[i]);
	}
}

static void shares_are_exact(void **state)
{
	static const u16 even[] = { 1, 1 }, one_three[] = { 1, 3 }, three[] = { 5, 2, 1 };
	static const unsigned int lanes[] = { 1, 2, 3, 7, 16, 256 };
	struct lev_wheel w;
	u64 seed = 1;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(lanes); i++) {
		wheel(&w, even, 2, lanes[i]);
		check_exact(&w);
		wheel(&w, one_three, 2, lanes[i]);
		check_exact(&w);
		wheel(&w, three, 3, lanes[i]);
		check_exact(&w);
	}
	for (i = 0; i < 60; i++) {
		wheel_random(&w, &seed, 1 + rnd(&seed, 20), 1 + rnd(&seed, 40),
			     1 + rnd(&seed, 20));
		check_exact(&w);
	}
	wheel_random(&w, &seed, LEV_NODE_ID_MAX, LEV_WEIGHT_MAX, 3);
	check_exact(&w);
}

/*
 * With nodes absent the turn of a lane falls into pieces: own sectors, exact to the tick,
 * and pieces of absent nodes' sectors, each within one tick of its length. With k absent a
 * node has k + k(k-1) + ... + k! such pieces, each perhaps in two as inner wheels begin
 * anywhere; its share is as exact as they are many.
 */
static void shares_with_absent_nodes(void **state)
{
	static const unsigned int pieces[] = { 0, 2, 8, 30 };
	u32 ticks[LEV_NODE_ID_MAX + 1];
	struct lev_wheel w;
	u64 seed = 2;
	int round;

	(void)state;
	for (round = 0; round < 300; round++) {
		unsigned int n = 5 + rnd(&seed, 6), absent = 1 + rnd(&seed, 3), i;
		u64 present = ALL;
		s64 sum;

		wheel_random(&w, &seed, n, 1 + rnd(&seed, 30), 1 + rnd(&seed, 16));
		sum = w.sum;
		for (i = 0; i < absent; i++) {
			unsigned int at = rnd(&seed, n);

			if (present & lev_node_bit(w.id[at]))
				sum -= w.weight[at];
			present &= ~lev_node_bit(w.id[at]);
		}
		count_turn(&w, present, rnd(&seed, w.lanes), ticks);
		for (i = 0; i < n; i++) {
			s64 off = (s64)ticks[w.id[i]] * sum - (s64)w.ticks * w.weight[i];

			if (!(present & lev_node_bit(w.id[i])))
				assert_int_equal(ticks[w.id[i]], 0);
			else
				assert_true(llabs(off) < pieces[absent] * sum);
		}
	}
}

/* All of one set of nodes to another, one at a time; only the one's own lanes may move. */
static void only_its_own_lanes_move(void **state)
{
	struct lev_wheel w;
	u64 seed = 3;
	int round;

	(void)state;
	for (round = 0; round < 20000; round++) {
		unsigned int n = 1 + rnd(&seed, LEV_NODE_ID_MAX), lane, id;
		unsigned int heavy = rnd(&seed, 2) ? 1 + rnd(&seed, 4) : LEV_WEIGHT_MAX;
		u64 with, without;
		u32 t;

		wheel_random(&w, &seed, n, heavy, 1 + rnd(&seed, LEV_LANES_MAX));
		id = w.id[rnd(&seed, n)];
		with = rnd_next(&seed) & (rnd(&seed, 2) ? rnd_next(&seed) : ALL);
		with |= lev_node_bit(id);
		without = with & ~lev_node_bit(id);
		t = rnd(&seed, w.ticks);
		for (lane = 0; lane < min(w.lanes, 20U); lane++) {
			unsigned int a = lev_wheel_owner(&w, with, t, lane);
			unsigned int b = lev_wheel_owner(&w, without, t, lane);

			/* Leaving and returning are one and the same, seen from two sides. */
			if (a != id)
				assert_int_equal(a, b);
			assert_int_not_equal(b, id);
			assert_true(a && (with & lev_node_bit(a)));
		}
	}
}

static void every_lane_has_a_present_owner(void **state)
{
	struct lev_wheel w;
	u64 seed = 4, on;
	int round;
	unsigned int lane, owner, i;

	(void)state;
	for (round = 0; round < 20000; round++) {
		u64 present = rnd_next(&seed) & rnd_next(&seed) & rnd_next(&seed);
		u32 t;

		wheel_random(&w, &seed, 1 + rnd(&seed, LEV_NODE_ID_MAX), LEV_WEIGHT_MAX,
			     1 + rnd(&seed, LEV_LANES_MAX));
		for (on = 0, i = 0; i < w.n; i++)
			on |= lev_node_bit(w.id[i]);
		on &= present;
		t = rnd(&seed, w.ticks);
		lane = rnd(&seed, w.lanes);
		owner = lev_wheel_owner(&w, present, t, lane);
		if (on)
			assert_true(on & lev_node_bit(owner));
		else
			assert_int_equal(owner, 0);
		assert_int_equal(owner, lev_wheel_owner(&w, present, t, lane));
	}
}

static void standing_still_shares_lanes(void **state)
{
	struct lev_wheel w;
	u64 seed = 5;
	int round;

	(void)state;
	for (round = 0; round < 2000; round++) {
		unsigned int n = 1 + rnd(&seed, 40), lane, i;
		u32 lanes[LEV_NODE_ID_MAX + 1] = {};
		u32 tick;

		wheel_random(&w, &seed, n, 1 + rnd(&seed, 50), n + rnd(&seed, 200));
		tick = lev_wheel_tick(&w, rnd_next(&seed), 0);
		assert_int_equal(tick, 0);
		for (lane = 0; lane < w.lanes; lane++)
			lanes[lev_wheel_owner(&w, ALL, tick, lane)]++;
		for (i = 0; i < n; i++)
			assert_true(abs((int)(lanes[w.id[i]] * w.sum - w.lanes * w.weight[i])) <
				    (int)w.sum);
	}
}

/* As many lanes as nodes: each loses one lane, and no node is heir to many of the others. */
static void heirs_differ(void **state)
{
	static const unsigned int sizes[] = { 8, 16, 64 };
	u16 weights[LEV_NODE_ID_MAX];
	struct lev_wheel w;
	unsigned int i, k;

	(void)state;
	for (i = 0; i < LEV_NODE_ID_MAX; i++)
		weights[i] = 1;
	for (k = 0; k < ARRAY_SIZE(sizes); k++) {
		unsigned int heir[LEV_NODE_ID_MAX + 1] = {}, most = 0;

		wheel(&w, weights, sizes[k], sizes[k]);
		for (i = 0; i < sizes[k]; i++)
			heir[lev_wheel_owner(&w, ~lev_node_bit(i + 1), 0, i)]++;
		for (i = 1; i <= sizes[k]; i++)
			most = max(most, heir[i]);
		print_message("# %u nodes: one is heir to %u of the others\n", sizes[k], most);
		assert_true(most <= 3);
	}
}

static void tick_of_a_clock(void **state)
{
	static const u16 even[] = { 1, 1 };
	const u64 hour = 3600000 * MS;
	struct lev_wheel w;
	u64 seed = 6;
	int round;

	(void)state;
	wheel(&w, even, 2, 1);
	assert_int_equal(lev_wheel_tick(&w, 0, 1024 * MS), 0);
	assert_int_equal(lev_wheel_tick(&w, MS - 1, 1024 * MS), 0);
	assert_int_equal(lev_wheel_tick(&w, MS, 1024 * MS), 1);
	assert_int_equal(lev_wheel_tick(&w, 1024 * MS - 1, 1024 * MS), 1023);
	assert_int_equal(lev_wheel_tick(&w, 1024 * MS, 1024 * MS), 0);
	assert_int_equal(lev_wheel_tick(&w, ~0ULL, 0), 0);
	wheel_random(&w, &seed, LEV_NODE_ID_MAX, LEV_WEIGHT_MAX, 1);
	assert_int_equal(lev_wheel_tick(&w, 5 * hour - 1, hour), w.ticks - 1);
	for (round = 0; round < 10000; round++) {
		u64 clock = rnd_next(&seed), period = LEV_PERIOD_MIN * MS + rnd_next(&seed) % hour;
		u32 expect = (u32)((unsigned __int128)(clock % period) * w.ticks / period);

		assert_int_equal(lev_wheel_tick(&w, clock, period), expect);
	}
}

static bool owners_are(const struct lev_wheel *w, u64 present, u32 tick, const u8 *owners)
{
	unsigned int lane;

	for (lane = 0; lane < w->lanes; lane++) {
		if (lev_wheel_owner(w, present, tick, lane) != owners[lane])
			return false;
	}
	return true;
}

/* lev_wheel_next() by trying every tick. */
static u64 next_by_force(const struct lev_wheel *w, u64 present, u64 clock, u64 period,
			 const u8 *owners)
{
	u64 turn = clock - clock % period, at;
	u32 tick = lev_wheel_tick(w, clock, period), ahead;

	if (!owners_are(w, present, lev_wheel_tick(w, clock + 1, period), owners))
		return clock + 1;
	for (ahead = 1; ahead <= w->ticks; ahead++) {
		if (owners_are(w, present, (tick + ahead) % w->ticks, owners))
			continue;
		at = turn + ((tick + ahead) * period + w->ticks - 1) / w->ticks;
		return at > clock ? at : clock + 1;
	}
	return 0;
}

/* Follow lev_wheel_next() from change to change; return how often it had to be asked again. */
static unsigned int check_next(unsigned long long *seed, unsigned int nodes, unsigned int heavy,
			       unsigned int lanes)
{
	u64 period = (LEV_PERIOD_MIN + rnd(seed, LEV_PERIOD_MAX)) * MS;
	u64 present = rnd(seed, 4) ? rnd_next(seed) : rnd_next(seed) & rnd_next(seed);
	u64 clock = rnd_next(seed) >> (1 + rnd(seed, 40)), next, expect;
	unsigned int lane, step, again = 0;
	u8 owners[LEV_LANES_MAX];
	struct lev_wheel w;

	wheel_random(&w, seed, 1 + rnd(seed, nodes), heavy, 1 + rnd(seed, lanes));
	for (step = 0; step < 8; step++) {
		u32 tick = lev_wheel_tick(&w, clock, period);

		for (lane = 0; lane < w.lanes; lane++)
			owners[lane] = (u8)lev_wheel_owner(&w, present, tick, lane);
		expect = next_by_force(&w, present, clock, period, owners);
		next = lev_wheel_next(&w, present, clock, period, owners);
		for (; next < expect; again++) {
			assert_true(next > clock);
			clock = next;
			next = lev_wheel_next(&w, present, clock, period, owners);
		}
		assert_int_equal(next, expect);
		if (!next)
			break;
		/* Its first nanosecond, and not the one before. */
		assert_false(owners_are(&w, present, lev_wheel_tick(&w, next, period), owners));
		assert_true(owners_are(&w, present, lev_wheel_tick(&w, next - 1, period), owners));
		/* From there on, from just before, or from anywhere in the next turn. */
		clock = step % 2 ? next - 1 : next;
		if (step % 4 == 3)
			clock += rnd_next(seed) % period;
	}
	return again;
}

static void next_agrees_with_force(void **state)
{
	unsigned long long seed = 7;
	unsigned int again = 0;
	int round;

	(void)state;
	for (round = 0; round < 600; round++)
		again += check_next(&seed, 8, 1 + rnd(&seed, 20), 64);
	/* Few and seldom changes, so that the next one often lies in the turn after. */
	for (round = 0; round < 2000; round++)
		again += check_next(&seed, 4, 3, 3);
	assert_int_equal(again, 0);
	for (round = 0; round < 100; round++)
		again += check_next(&seed, 16, 1 + rnd(&seed, 100), 8);
	for (round = 0; round < 30; round++)
		again += check_next(&seed, LEV_NODE_ID_MAX, LEV_WEIGHT_MAX, 8);
	for (round = 0; round < 30; round++)
		again += check_next(&seed, LEV_NODE_ID_MAX, 1, LEV_LANES_MAX);
	print_message("# of up to %d nodes: asked again %u times\n", LEV_NODE_ID_MAX, again);
}

/* The worst case: a light node and a heavy one are left of many; the looks run out. */
static void next_is_bounded_and_never_late(void **state)
{
	const u64 period = 10000 * MS, present = lev_node_bit(3) | lev_node_bit(40);
	u16 weights[LEV_NODE_ID_MAX];
	unsigned long long seed = 9;
	unsigned int i, again = 0;
	struct lev_wheel w;
	u8 owners[2];

	(void)state;
	for (i = 0; i < LEV_NODE_ID_MAX; i++)
		weights[i] = i == 39 ? 1 : LEV_WEIGHT_MAX;
	wheel(&w, weights, LEV_NODE_ID_MAX, 2);
	for (i = 0; i < 100; i++) {
		u64 clock = rnd_next(&seed) % period, next;
		u32 tick = lev_wheel_tick(&w, clock, period), end;

		owners[0] = (u8)lev_wheel_owner(&w, present, tick, 0);
		owners[1] = (u8)lev_wheel_owner(&w, present, tick, 1);
		next = lev_wheel_next(&w, present, clock, period, owners);
		assert_true(next > clock && next < clock + period);
		end = lev_wheel_tick(&w, next, period);
		assert_int_not_equal(tick, end);
		for (; tick != end; tick = (tick + 1) % w.ticks)
			assert_true(owners_are(&w, present, tick, owners));
		again += owners_are(&w, present, end, owners);
	}
	print_message("# %u times of %u to be asked again\n", again, i);
	assert_in_range(again, 1, i - 1);
}

static void next_at_the_edges(void **state)
{
	static const u16 even[] = { 1, 1 };
	struct lev_wheel w;
	u8 owners[2] = { 1, 2 };

	(void)state;
	wheel(&w, even, 2, 2);
	assert_int_equal(lev_wheel_next(&w, ALL, 0, 1024 * MS, owners), 512 * MS);
	assert_int_equal(lev_wheel_next(&w, ALL, 512 * MS - 1, 1024 * MS, owners), 512 * MS);
	/* 10 ms / 1024 is no whole number of nanoseconds. */
	assert_int_equal(lev_wheel_next(&w, ALL, 0, 10 * MS + 1, owners), 5 * MS + 1);
	assert_int_equal(lev_wheel_next(&w, ALL, 0, 0, owners), 0);
	/* Not the owners of that clock: the answer is at once. */
	assert_int_equal(lev_wheel_next(&w, ALL, 600 * MS, 1024 * MS, owners), 600 * MS + 1);
	/* One alone, and none. */
	owners[0] = 2;
	assert_int_equal(lev_wheel_next(&w, 2, 7, 1024 * MS, owners), 0);
	owners[0] = 0;
	owners[1] = 0;
	assert_int_equal(lev_wheel_next(&w, 0, 7, 1024 * MS, owners), 0);
	lev_wheel_init(&w, NULL, 0, 100, 2);
	assert_int_equal(lev_wheel_next(&w, ALL, 7, 1024 * MS, owners), 0);
}

/* A known wheel, so that a change of the mapping cannot pass unseen. */
static void golden(void **state)
{
	static const siphash_key_t key = { { 1, 2 } };
	static u8 owners[4096 * 7];
	struct lev_wheel w;
	u64 seed = 8, present;
	unsigned int lane;
	u32 t;

	(void)state;
	wheel_random(&w, &seed, 20, LEV_WEIGHT_MAX, 7);
	present = lev_node_bit(w.id[1]) | lev_node_bit(w.id[7]) | lev_node_bit(w.id[18]);
	for (t = 0; t < 4096; t++) {
		for (lane = 0; lane < 7; lane++)
			owners[t * 7 + lane] = (u8)lev_wheel_owner(&w, present, t, lane);
	}
	assert_int_equal(siphash(owners, sizeof(owners), &key), 0x2db609a515435027ULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(init_takes_one_tier),
		cmocka_unit_test(tier_is_the_highest_present),
		cmocka_unit_test(one_lane_takes_turns),
		cmocka_unit_test(two_lanes_stand_opposite),
		cmocka_unit_test(shares_are_exact),
		cmocka_unit_test(shares_with_absent_nodes),
		cmocka_unit_test(only_its_own_lanes_move),
		cmocka_unit_test(every_lane_has_a_present_owner),
		cmocka_unit_test(standing_still_shares_lanes),
		cmocka_unit_test(heirs_differ),
		cmocka_unit_test(tick_of_a_clock),
		cmocka_unit_test(next_agrees_with_force),
		cmocka_unit_test(next_is_bounded_and_never_late),
		cmocka_unit_test(next_at_the_edges),
		cmocka_unit_test(golden),
	};

	return cmocka_run_group_tests_name("wheel", tests, NULL, NULL);
}

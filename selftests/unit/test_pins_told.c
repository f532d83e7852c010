// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/member.c kmod/core/hear.c kmod/core/clock.c kmod/core/agree.c */
/* sources: kmod/core/word.c */
/* sources: kmod/core/join.c kmod/core/key.c */
/* sources: kmod/core/config.c kmod/core/wire.c kmod/core/wheel.c kmod/core/keep.c */
/* sources: selftests/sim/sim.c selftests/sim/node.c selftests/sim/flight.c */
/*
 * Pins that nodes tell each other: whose are believed, which of two wins, and that no
 * recording is taken.
 */
#include "unit.h"
#include "sim.h"
#include "core/keep.h"

static struct sim *running(unsigned int n, unsigned long long seed)
{
	struct sim *s = sim_new(n, seed);

	sim_start_all(s);
	sim_run(s, 1000 * MS);
	sim_assert_view(s, sim_set(n), sim_set(n));
	return s;
}

static struct lev_pins_head next_of(struct sim *s, unsigned int id)
{
	struct lev_pins_head head;

	memset(&head, 0xa5, sizeof(head));
	assert_true(lev_member_pins(sim_m(s, id), &head));
	assert_int_equal(head.node, id);
	head.side = LEV_SIDE_FRONT;
	return head;
}

static enum lev_hear hear(struct sim *s, unsigned int id, struct lev_pins_head head,
			  enum lev_side side)
{
	head.side = side;
	return lev_member_hear_pins(sim_m(s, id), &head, side);
}

static void once_on_each_side(void **state)
{
	struct sim *s = running(3, 1);
	struct lev_pins_head head[100];
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(head); i++)
		head[i] = next_of(s, 2);
	for (i = 0; i < ARRAY_SIZE(head); i++) {
		assert_int_equal(hear(s, 1, head[i], LEV_SIDE_FRONT), LEV_HEAR_OK);
		assert_int_equal(hear(s, 1, head[i], LEV_SIDE_BACK), LEV_HEAR_OK);
	}
	for (i = 0; i < ARRAY_SIZE(head); i++) {
		assert_int_equal(hear(s, 1, head[i], LEV_SIDE_FRONT), LEV_HEAR_REPLAYED);
		assert_int_equal(hear(s, 1, head[i], LEV_SIDE_BACK), LEV_HEAR_REPLAYED);
	}
	/* They do not count among the beats, nor beats among them. */
	sim_run(s, 1000 * MS);
	sim_assert_view(s, 7, 7);
	assert_int_equal(hear(s, 1, next_of(s, 2), LEV_SIDE_FRONT), LEV_HEAR_OK);
	sim_free(s);
}

static void out_of_order(void **state)
{
	struct sim *s = running(2, 2);
	struct lev_pins_head head[64];
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(head); i++)
		head[i] = next_of(s, 2);
	for (i = ARRAY_SIZE(head); i--;)
		assert_int_equal(hear(s, 1, head[i], LEV_SIDE_FRONT), LEV_HEAR_OK);
	sim_free(s);
}

static void only_of_known_nodes(void **state)
{
	struct sim *s = running(3, 3);
	struct lev_pins_head head = next_of(s, 2), other;

	(void)state;
	other = head;
	other.node = 1;
	assert_int_equal(hear(s, 1, other, LEV_SIDE_FRONT), LEV_HEAR_FOREIGN);
	other.node = 9;
	assert_int_equal(hear(s, 1, other, LEV_SIDE_FRONT), LEV_HEAR_FOREIGN);
	other = head;
	other.incarnation ^= 1;
	assert_int_equal(hear(s, 1, other, LEV_SIDE_FRONT), LEV_HEAR_REPLAYED);
	assert_int_equal(lev_member_hear_pins(sim_m(s, 1), &head, LEV_SIDE_BACK),
			 LEV_HEAR_FOREIGN);
	assert_int_equal(hear(s, 1, head, LEV_SIDE_FRONT), LEV_HEAR_OK);
	sim_free(s);
}

/* A node that has just started has no window yet: what was recorded before is too old. */
static void no_recording(void **state)
{
	struct sim *s = running(2, 4);
	struct lev_pins_head old = next_of(s, 2);

	(void)state;
	sim_run(s, 10000 * MS);
	sim_crash(s, 1);
	sim_start(s, 1);
	assert_int_equal(hear(s, 1, next_of(s, 2), LEV_SIDE_FRONT), LEV_HEAR_REPLAYED);
	sim_run(s, 1000 * MS);
	sim_assert_view(s, 3, 3);
	assert_int_equal(hear(s, 1, old, LEV_SIDE_FRONT), LEV_HEAR_REPLAYED);
	assert_int_equal(hear(s, 1, next_of(s, 2), LEV_SIDE_FRONT), LEV_HEAR_OK);
	sim_free(s);
}

static void nobody_to_tell(void **state)
{
	struct sim *s = running(2, 5);
	struct lev_pins_head head;

	(void)state;
	sim_crash(s, 2);
	sim_run(s, 1000 * MS);
	assert_false(lev_member_pins(sim_m(s, 1), &head));
	sim_start(s, 2);
	sim_run(s, 1000 * MS);
	assert_true(lev_member_pins(sim_m(s, 1), &head));
	sim_free(s);
}

/* Two nodes that told each other their pins of one flow have the same one then. */
static void two_pins_become_one(void **state)
{
	enum { SERVERS = 4 };
	u16 origin, a, b;

	(void)state;
	for (origin = 0; origin <= SERVERS; origin++)
		for (a = 0; a < SERVERS; a++)
			for (b = 0; b < SERVERS; b++) {
				u16 first = origin < SERVERS ? origin : LEV_MAGLEV_NONE;
				bool to_b = lev_keep_takes(first, a, b, false);
				bool to_a = lev_keep_takes(first, b, a, false);

				if (a == b)
					continue;
				assert_int_equal(to_b, !to_a);
				if (a == first)
					assert_true(to_b);
			}
	assert_true(lev_keep_takes(1, LEV_MAGLEV_NONE, 1, false));
	assert_true(lev_keep_takes(1, 2, 3, true));
	assert_true(lev_keep_takes(1, 3, 2, true));
}

/* Who joins marks what it is told; what it marked by itself only one that knows better writes. */
static void learnt_entries(void **state)
{
	u16 entry = 3, origin = LEV_MAGLEV_NONE;

	(void)state;
	assert_true(lev_keep_learn(&entry, &origin, 5, false));
	assert_int_equal(entry, 3 | LEV_KEEP_MOVED);
	assert_int_equal(origin, 5);
	assert_false(lev_keep_learn(&entry, &origin, 6, false));
	assert_int_equal(origin, 5);
	assert_false(lev_keep_learn(&entry, &origin, LEV_MAGLEV_NONE, true));
	assert_int_equal(entry, 3 | LEV_KEEP_MOVED);
	assert_int_equal(origin, LEV_MAGLEV_NONE);
	/* A table without servers. */
	entry = LEV_MAGLEV_NONE;
	assert_true(lev_keep_learn(&entry, &origin, 1, false));
	assert_int_equal(lev_keep_server(entry), LEV_MAGLEV_NONE);
	assert_int_equal(origin, 1);
}

/* What is no change for the others is none for who joins, but what it was told stays. */
static void carried_over(void **state)
{
	static u16 old[LEV_TABLE_SIZE], old_origin[LEV_TABLE_SIZE];
	static u16 table[LEV_TABLE_SIZE], origin[LEV_TABLE_SIZE], map[LEV_SERVERS_MAX];
	struct lev_keep_moved moved;
	unsigned int i;

	(void)state;
	for (i = 0; i < LEV_SERVERS_MAX; i++)
		map[i] = (u16)i;
	for (i = 0; i < LEV_TABLE_SIZE; i++) {
		old[i] = i % 3;
		old_origin[i] = LEV_MAGLEV_NONE;
		table[i] = 7;
		if (i % 10 == 0)
			lev_keep_learn(&old[i], &old_origin[i], 8, false);
	}
	moved = lev_keep_compose(old, old_origin, map, table, origin, false);
	assert_int_equal(moved.now, 0);
	assert_int_equal(moved.all, (LEV_TABLE_SIZE + 9) / 10);
	for (i = 0; i < LEV_TABLE_SIZE; i++) {
		assert_int_equal(table[i], i % 10 ? 7 : 7 | LEV_KEEP_MOVED);
		assert_int_equal(origin[i], i % 10 ? LEV_MAGLEV_NONE : 8);
	}
}

/* An old flow whose entry is where it was needs no pin, and the others need not know of it. */
static void at_home_is_not_told(void **state)
{
	struct lev_keep_case c = {
		.current_server = 3, .origin = 3, .origin_usable = true, .hash = LEV_HASH_FLOW,
	};
	struct lev_keep_choice choice;
	enum lev_keep_kind kind;

	(void)state;
	for (kind = LEV_KEEP_SYN; kind <= LEV_KEEP_OTHER; kind++)
		for (c.since = 0; c.since <= 2 * LEV_KEEP_RECENT; c.since += LEV_KEEP_RECENT + 1) {
			c.kind = kind;
			choice = lev_keep_choose(&c);
			assert_int_equal(choice.server, 3);
			assert_int_equal(choice.pin, kind == LEV_KEEP_SYN);
		}
	/* A pin to a dead server is no guess. */
	c.pinned = true;
	c.pin = 4;
	choice = lev_keep_choose(&c);
	assert_int_equal(choice.server, 3);
	assert_true(choice.pin);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(once_on_each_side),
		cmocka_unit_test(out_of_order),
		cmocka_unit_test(only_of_known_nodes),
		cmocka_unit_test(no_recording),
		cmocka_unit_test(nobody_to_tell),
		cmocka_unit_test(two_pins_become_one),
		cmocka_unit_test(learnt_entries),
		cmocka_unit_test(carried_over),
		cmocka_unit_test(at_home_is_not_told),
	};

	return cmocka_run_group_tests_name("pins_told", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/member.c kmod/core/hear.c kmod/core/clock.c kmod/core/agree.c */
/* sources: kmod/core/word.c */
/* sources: kmod/core/join.c kmod/core/key.c */
/* sources: kmod/core/config.c kmod/core/wire.c kmod/core/wheel.c */
/* sources: selftests/sim/sim.c selftests/sim/node.c selftests/sim/flight.c */
/*
 * What a change of a pool is a change of: who is in the game compares with the table before,
 * who has just come with nothing, or with what others may remember.
 */
#include "unit.h"
#include "sim.h"

static enum lev_base base(struct sim *s, unsigned int id)
{
	return lev_join_base(sim_m(s, id), sim_local(s, id));
}

static void assert_base(struct sim *s, unsigned int id, enum lev_base wanted)
{
	assert_int_equal(base(s, id), wanted);
}

/* The next config of a node differs in how long changes are remembered. */
static void commit_memory(struct sim *s, unsigned int id, u32 ms)
{
	struct lev_config *cfg = sim_clone(s, id);

	cfg->params.memory = ms;
	sim_commit(s, id, cfg);
}

static struct sim *running(unsigned int n, unsigned long long seed)
{
	struct sim *s = sim_new(n, seed);
	unsigned int id;

	sim_start_all(s);
	for (id = 1; id <= n; id++)
		assert_base(s, id, LEV_BASE_NONE);
	sim_run(s, 1000 * MS);
	sim_assert_view(s, sim_set(n), sim_set(n));
	return s;
}

static void at_the_start(void **state)
{
	unsigned int n, id;

	(void)state;
	for (n = 1; n <= 3; n++) {
		struct sim *s = running(n, n);

		for (id = 1; id <= n; id++)
			assert_base(s, id, LEV_BASE_NONE);
		sim_run(s, LEV_JOIN_NS);
		for (id = 1; id <= n; id++)
			assert_base(s, id, LEV_BASE_OLD);
		sim_free(s);
	}
}

static void one_that_joins(void **state)
{
	bool memory;

	(void)state;
	for (memory = false;; memory = true) {
		struct sim *s = running(3, 4);

		sim_run(s, LEV_JOIN_NS);
		sim_m(s, 2)->remembers = memory;
		sim_crash(s, 3);
		sim_run(s, 1000 * MS);
		sim_start(s, 3);
		assert_base(s, 3, LEV_BASE_NONE);
		sim_run(s, 2000 * MS);
		assert_base(s, 3, memory ? LEV_BASE_JOIN : LEV_BASE_NONE);
		assert_base(s, 1, LEV_BASE_OLD);
		/* Until it is settled, even if the memory ends meanwhile. */
		lev_join_told(sim_m(s, 3));
		sim_m(s, 2)->remembers = false;
		sim_run(s, 500 * MS);
		assert_base(s, 3, memory ? LEV_BASE_JOIN : LEV_BASE_NONE);
		sim_run(s, LEV_JOIN_NS);
		assert_base(s, 3, LEV_BASE_OLD);
		sim_free(s);
		if (memory)
			break;
	}
}

/* How long a node listens; with memory until @told_ms after it began to ask. */
static unsigned int listens(bool memory, unsigned int told_ms)
{
	struct sim *s = running(2, 8);
	unsigned int ms = 0, asks = 0;

	sim_run(s, LEV_JOIN_NS);
	sim_crash(s, 2);
	sim_run(s, 1000 * MS);
	sim_m(s, 1)->remembers = memory;
	sim_start(s, 2);
	while (!sim_m(s, 2)->ready) {
		assert_true(sim_m(s, 2)->reason != LEV_REASON_NONE);
		sim_run(s, MS);
		ms++;
		asks += sim_m(s, 2)->wants;
		if (sim_m(s, 2)->wants && asks == told_ms)
			lev_join_told(sim_m(s, 2));
		assert_true(ms < 7000);
	}
	assert_int_equal(asks > 0, memory);
	sim_free(s);
	return ms;
}

/*
 * All were stalled at once, as guests of one machine are: nobody can tell, so the first one does
 * not wait.
 */
static void stalled_together(void **state)
{
	struct sim *s = running(2, 9);
	unsigned int id;

	(void)state;
	sim_run(s, LEV_JOIN_NS);
	for (id = 1; id <= 2; id++) {
		sim_m(s, id)->remembers = true;
		s->node[id]->stalled = s->now + 1000 * MS;
	}
	sim_run(s, 500 * MS);
	sim_run(s, 600 * MS);
	for (id = 1; id <= 2; id++)
		assert_int_equal(sim_m(s, id)->reason, LEV_REASON_STARTING);
	sim_run(s, 1000 * MS);
	assert_true(sim_m(s, 1)->reason == LEV_REASON_NONE ||
		    sim_m(s, 2)->reason == LEV_REASON_NONE);
	sim_run(s, LEV_LEARN_NS);
	sim_assert_view(s, 3, 3);
	sim_free(s);
}

/* Until they are, not longer. */
static void wait_ready(struct sim *s, u64 set)
{
	unsigned int id, ms = 0;

	for (id = 1; id <= s->n; id++)
		while (set & lev_node_bit(id) && !sim_m(s, id)->ready) {
			sim_run(s, MS);
			assert_true(++ms < 2000);
		}
}

/* Those of @set do nothing for a second. */
static void stall(struct sim *s, u64 set)
{
	unsigned int id;

	for (id = 1; id <= s->n; id++)
		if (set & lev_node_bit(id))
			s->node[id]->stalled = s->now + 1000 * MS;
	sim_run(s, 1100 * MS);
	for (id = 1; id <= s->n; id++)
		assert_int_equal(sim_m(s, id)->ready, !(set & lev_node_bit(id)));
}

/* A change that follows a stall, of one or of all, is one to all, also before they are ready. */
static void changes_after_a_stall(void **state)
{
	u64 sets[] = { sim_set(3), 1, 2, 4, 6 };
	unsigned int i, id;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(sets); i++) {
		struct sim *s = running(3, 20 + i);

		sim_run(s, LEV_JOIN_NS);
		stall(s, sets[i]);
		for (id = 1; id <= 3; id++)
			assert_base(s, id, LEV_BASE_OLD);
		/* Again, before they are ready. */
		stall(s, sets[i]);
		wait_ready(s, sets[i]);
		sim_run(s, 500 * MS);
		for (id = 1; id <= 3; id++)
			assert_base(s, id, LEV_BASE_OLD);
		sim_free(s);
	}
}

/* In its first seconds it has not been in the game for long enough. */
static void stalled_at_the_start(void **state)
{
	struct sim *s = sim_new(2, 29);

	(void)state;
	sim_start_all(s);
	sim_run(s, 1500 * MS);
	assert_true(sim_m(s, 2)->ready);
	s->node[2]->stalled = s->now + LEV_JOIN_NS;
	sim_run(s, LEV_JOIN_NS + 100 * MS);
	assert_false(sim_m(s, 2)->ready);
	wait_ready(s, 2);
	assert_base(s, 2, LEV_BASE_NONE);
	sim_free(s);
}

/* The others have forgotten what they did meanwhile. */
static void stalled_for_long(void **state)
{
	struct sim *s = running(3, 30);
	unsigned int id;

	(void)state;
	for (id = 1; id <= 3; id++)
		commit_memory(s, id, 10000);
	sim_run(s, LEV_JOIN_NS);
	s->node[3]->stalled = s->now + 9800 * MS;
	sim_run(s, 9860 * MS);
	assert_base(s, 3, LEV_BASE_OLD);
	sim_run(s, 300 * MS);
	assert_false(sim_m(s, 3)->ready);
	assert_base(s, 3, LEV_BASE_NONE);
	wait_ready(s, 4);
	assert_base(s, 3, LEV_BASE_NONE);
	sim_free(s);
}

/* What it has missed it is told before it answers. */
static void stalled_and_told(void **state)
{
	struct sim *s = running(3, 31);

	(void)state;
	sim_run(s, LEV_JOIN_NS);
	sim_m(s, 1)->remembers = true;
	stall(s, 4);
	sim_run(s, 2000 * MS);
	assert_false(sim_m(s, 3)->ready);
	assert_base(s, 3, LEV_BASE_LEARN);
	assert_true(lev_join_teaches(sim_m(s, 1)));
	lev_join_told(sim_m(s, 3));
	wait_ready(s, 4);
	sim_run(s, 500 * MS);
	assert_base(s, 3, LEV_BASE_OLD);
	sim_free(s);
}

/* Nor is what one sees again that saw nothing. */
static void blind(void **state)
{
	struct sim *s = running(3, 32);
	unsigned int side;

	(void)state;
	sim_run(s, LEV_JOIN_NS);
	for (side = 0; side < __LEV_SIDE_MAX; side++)
		sim_carrier(s, 3, side, false);
	sim_run(s, 500 * MS);
	assert_false(sim_m(s, 3)->ready);
	for (side = 0; side < __LEV_SIDE_MAX; side++)
		sim_carrier(s, 3, side, true);
	wait_ready(s, 4);
	assert_base(s, 3, LEV_BASE_NONE);
	sim_free(s);
}

/* It is silent until the others have told it what they know, but not for ever. */
static void listens_until_told(void **state)
{
	unsigned int without = listens(false, 0);

	(void)state;
	assert_int_equal(listens(true, 1), without);
	assert_in_range(listens(true, 2000), 2000, 2350);
	assert_in_range(listens(true, 0), LEV_LEARN_NS / MS, LEV_LEARN_NS / MS + 350);
}

/* The first one that remembers tells; those that joined with it do not. */
static void one_teaches(void **state)
{
	struct sim *s = running(4, 9);
	unsigned int id;

	(void)state;
	sim_run(s, LEV_JOIN_NS);
	sim_crash(s, 1);
	sim_run(s, 1000 * MS);
	for (id = 1; id <= 4; id++)
		assert_false(id != 1 && lev_join_teaches(sim_m(s, id)));
	sim_m(s, 3)->remembers = true;
	sim_m(s, 4)->remembers = true;
	sim_run(s, 500 * MS);
	sim_start(s, 1);
	sim_run(s, 500 * MS);
	assert_true(sim_m(s, 1)->wants);
	assert_false(lev_join_teaches(sim_m(s, 1)));
	assert_false(lev_join_teaches(sim_m(s, 2)));
	assert_true(lev_join_teaches(sim_m(s, 3)));
	assert_false(lev_join_teaches(sim_m(s, 4)));
	/* Those that remember do not ask: they have heard it all. */
	assert_false(sim_m(s, 2)->wants || sim_m(s, 3)->wants || sim_m(s, 4)->wants);
	lev_join_told(sim_m(s, 1));
	sim_run(s, 500 * MS);
	assert_false(lev_join_teaches(sim_m(s, 3)));
	sim_free(s);
}

/* Cut from each other, each may have changed what the other remembers. */
static void apart(void **state)
{
	struct sim *s = running(2, 10);
	unsigned int id;

	(void)state;
	sim_run(s, LEV_JOIN_NS);
	for (id = 1; id <= 2; id++)
		sim_m(s, id)->remembers = true;
	sim_run(s, 500 * MS);
	assert_false(sim_m(s, 1)->wants || sim_m(s, 2)->wants);
	sim_split(s, 2, true);
	sim_run(s, 5000 * MS);
	assert_base(s, 1, LEV_BASE_OLD);
	assert_base(s, 2, LEV_BASE_OLD);
	sim_split(s, 2, false);
	sim_run(s, 500 * MS);
	for (id = 1; id <= 2; id++) {
		assert_true(sim_m(s, id)->ready && sim_m(s, id)->wants);
		assert_base(s, id, LEV_BASE_LEARN);
		assert_true(lev_join_teaches(sim_m(s, id)));
	}
	lev_join_told(sim_m(s, 1));
	sim_run(s, 500 * MS);
	assert_base(s, 1, LEV_BASE_OLD);
	assert_true(lev_join_teaches(sim_m(s, 1)));
	assert_false(lev_join_teaches(sim_m(s, 2)));
	sim_run(s, LEV_LEARN_NS);
	assert_base(s, 2, LEV_BASE_OLD);
	assert_false(lev_join_teaches(sim_m(s, 1)));
	sim_free(s);
}

/* It is told at once, so that its table is built anew. */
static void is_told_of_memory(void **state)
{
	struct sim *s = running(2, 5);
	u32 todo;

	(void)state;
	assert_int_equal(lev_member_step(sim_m(s, 1), sim_local(s, 1)) & LEV_DO_SERVERS, 0);
	sim_m(s, 1)->peer[2].last.memory = true;
	todo = lev_member_step(sim_m(s, 1), sim_local(s, 1));
	assert_int_equal(todo & LEV_DO_SERVERS, LEV_DO_SERVERS);
	assert_base(s, 1, LEV_BASE_JOIN);
	todo = lev_member_step(sim_m(s, 1), sim_local(s, 1));
	assert_int_equal(todo & LEV_DO_SERVERS, 0);
	sim_free(s);
}

static unsigned int not_old;

static void watch(struct sim *s, unsigned int id)
{
	not_old += base(s, id) != LEV_BASE_OLD;
}

/* Agreed changes, and a cut, are no reason to forget. */
static void those_in_the_game_stay(void **state)
{
	struct sim *s = running(3, 6);
	unsigned int round, id;

	(void)state;
	sim_run(s, LEV_JOIN_NS);
	not_old = 0;
	s->watch = watch;
	for (round = 0; round < 20; round++) {
		for (id = 1; id <= 3; id++) {
			commit_memory(s, id, LEV_MEMORY_DEFAULT + 1000 * (round + 1));
			sim_run(s, rnd(&s->seed, 200) * MS);
		}
		sim_run(s, 1000 * MS);
		assert_int_equal(sim_m(s, 1)->digest, sim_m(s, 3)->digest);
	}
	sim_split(s, 4, true);
	sim_run(s, 20000 * MS);
	sim_split(s, 4, false);
	sim_run(s, 2000 * MS);
	sim_assert_view(s, 7, 7);
	assert_int_equal(not_old, 0);
	sim_free(s);
}

/* One that had another config in force knows nothing of what the others did meanwhile. */
static void one_with_another_config(void **state)
{
	struct sim *s = running(3, 7);
	unsigned int id;

	(void)state;
	sim_run(s, LEV_JOIN_NS);
	stall(s, 4);
	wait_ready(s, 4);
	assert_base(s, 3, LEV_BASE_OLD);
	for (id = 1; id <= 2; id++)
		commit_memory(s, id, LEV_MEMORY_DEFAULT + 1000);
	/* The two go on without the third. */
	sim_run(s, 32000 * MS);
	assert_int_equal(sim_m(s, 3)->reason, LEV_REASON_CONFIG);
	assert_base(s, 3, LEV_BASE_NONE);
	sim_m(s, 1)->remembers = true;
	sim_run(s, 500 * MS);
	assert_base(s, 3, LEV_BASE_JOIN);
	assert_base(s, 1, LEV_BASE_OLD);
	assert_base(s, 2, LEV_BASE_OLD);
	/* Nor does it when it has the others' config, until it has been in the game for a while. */
	sim_m(s, 1)->remembers = false;
	sim_m(s, 3)->wants = false;
	sim_commit(s, 3, sim_clone(s, 1));
	sim_run(s, 1000 * MS);
	assert_int_equal(sim_m(s, 3)->reason, LEV_REASON_NONE);
	assert_true(base(s, 3) == LEV_BASE_JOIN || base(s, 3) == LEV_BASE_NONE);
	sim_free(s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_the_start),
		cmocka_unit_test(one_that_joins),
		cmocka_unit_test(listens_until_told),
		cmocka_unit_test(stalled_together),
		cmocka_unit_test(changes_after_a_stall),
		cmocka_unit_test(stalled_at_the_start),
		cmocka_unit_test(stalled_for_long),
		cmocka_unit_test(stalled_and_told),
		cmocka_unit_test(blind),
		cmocka_unit_test(one_teaches),
		cmocka_unit_test(apart),
		cmocka_unit_test(is_told_of_memory),
		cmocka_unit_test(those_in_the_game_stay),
		cmocka_unit_test(one_with_another_config),
	};

	return cmocka_run_group_tests_name("member_join", tests, NULL, NULL);
}

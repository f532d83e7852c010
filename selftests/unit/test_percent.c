// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/member.c kmod/core/hear.c kmod/core/clock.c kmod/core/agree.c */
/* sources: kmod/core/word.c */
/* sources: kmod/core/join.c kmod/core/key.c */
/* sources: kmod/core/config.c kmod/core/wire.c kmod/core/wheel.c */
/* sources: selftests/sim/sim.c selftests/sim/node.c selftests/sim/flight.c */
/*
 * Servers that get less than their weight: the list of them, and how nodes agree on what each gets.
 */
#include "serving.h"

/* Against a plain array; and in each state the list is in order and zero behind its end. */
static void list_is_as_an_array(void **state)
{
	static u8 steps[LEV_SERVERS_MAX];
	unsigned long long seed = 7;
	struct lev_less less = {};
	unsigned int round, i, n = 0;

	(void)state;
	memset(steps, LEV_STEPS_FULL, sizeof(steps));
	for (round = 0; round < 20000; round++) {
		/* Few servers at first, so that it is emptied; then more than it has room for. */
		u32 server = rnd(&seed, round < 10000 ? 20 : LEV_SERVERS_MAX);
		u32 to = rnd(&seed, 2) ? LEV_STEPS_FULL : 1 + rnd(&seed, LEV_STEPS_FULL);
		bool room = n < LEV_LESS_MAX || steps[server] < LEV_STEPS_FULL ||
			    to == LEV_STEPS_FULL;

		assert_int_equal(lev_less_set(&less, server, to), room);
		if (room) {
			n += (to < LEV_STEPS_FULL) - (steps[server] < LEV_STEPS_FULL);
			steps[server] = (u8)to;
		}
		assert_int_equal(less.n, n);
		assert_true(lev_less_valid(&less, LEV_SERVERS_MAX));
		for (i = n; i < LEV_LESS_MAX; i++)
			assert_int_equal(less.entry[i], 0);
		server = rnd(&seed, LEV_SERVERS_MAX);
		assert_int_equal(lev_less_get(&less, server), steps[server]);
	}
	for (i = 0; i < LEV_SERVERS_MAX; i++)
		assert_int_equal(lev_less_get(&less, i), steps[i]);
	assert_int_equal(n, LEV_LESS_MAX);
}

static void what_no_config_can_say(void **state)
{
	static const struct {
		struct lev_less less;
		bool valid;
	} cases[] = {
		{ { 0, { 0 } }, true },
		{ { 2, { 0 << 5 | 1, 9 << 5 | 19 } }, true },
		{ { 1, { 10 << 5 | 1 } }, false },	/* no such server */
		{ { 1, { 3 << 5 } }, false },		/* nothing: it is down */
		{ { 1, { 3 << 5 | 20 } }, false },	/* all */
		{ { 1, { 3 << 5 | 31 } }, false },
		{ { 2, { 3 << 5 | 1, 3 << 5 | 2 } }, false },
		{ { 2, { 4 << 5 | 1, 3 << 5 | 1 } }, false },
		{ { 1, { 0x8000 | 3 << 5 | 1 } }, false },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(lev_less_valid(&cases[i].less, 10), cases[i].valid);
}

/* The steps that the nodes agreed on, the same on each; as percent / LEV_PERCENT_STEP. */
static void assert_steps(struct sim *s, unsigned int n, u32 server, u32 steps)
{
	unsigned int id;

	for (id = 1; id <= n; id++)
		assert_int_equal(lev_word_steps(&sim_m(s, id)->agreed, server), steps);
}

static void percent_is_the_median(void **state)
{
	static const struct {
		u32 votes[4];	/* 0: it fails */
		unsigned int n;
		u32 agreed;
	} cases[] = {
		{ { 10 }, 1, 10 },
		{ { 10, 20 }, 2, 20 },			/* a tie goes to what is more */
		{ { 1, 1 }, 2, 1 },
		{ { 0, 1 }, 2, 1 },
		{ { 1, 10, 20 }, 3, 10 },
		{ { 0, 7, 20 }, 3, 7 },
		{ { 0, 0, 20 }, 3, 0 },
		{ { 19, 5, 5, 20 }, 4, 19 },
		{ { 0, 0, 3, 20 }, 4, 3 },
	};
	unsigned int i, id;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sim *s = serving(cases[i].n, cases[i].n, 3, 40 + i);

		for (id = 1; id <= cases[i].n; id++) {
			if (!cases[i].votes[id - 1])
				sim_health(s, id, 1, false);
			else
				sim_percent(s, id, 1, cases[i].votes[id - 1]);
		}
		sim_run(s, 1000 * MS);
		assert_steps(s, cases[i].n, 1, cases[i].agreed);
		assert_steps(s, cases[i].n, 0, LEV_STEPS_FULL);
		assert_steps(s, cases[i].n, 2, LEV_STEPS_FULL);
		sim_free(s);
	}
}

/* What a server gets goes with it into another config, and is forgotten with it. */
static void percent_goes_with_its_server(void **state)
{
	struct lev_server first = { .pool = LEV_POOL_DEFAULT };
	struct sim *s = serving(2, 2, 3, 50);
	struct lev_config *cfg, *before;
	struct lev_word was, carried;
	struct lev_error err;
	unsigned int id, round;

	(void)state;
	first = sim_m(s, 1)->cfg->servers[0];
	for (id = 1; id <= 2; id++) {
		sim_percent(s, id, 0, 4);
		sim_percent(s, id, 2, 7);
	}
	sim_run(s, 1000 * MS);
	assert_steps(s, 2, 2, 7);
	before = sim_clone(s, 1);
	was = sim_m(s, 1)->agreed;
	for (round = 0; round < 2; round++) {
		for (id = 1; id <= 2; id++) {
			cfg = sim_clone(s, id);
			if (round)
				assert_int_equal(lev_config_server_put(cfg, &first, LEV_PUT_ADD,
								       &err), 0);
			else
				assert_int_equal(lev_config_server_del(cfg, &first, &err), 0);
			sim_commit(s, id, cfg);
		}
		sim_run(s, 2000 * MS);
		for (id = 1; id <= 2; id++)
			sim_reach(s, id, round ? 7 : 3);
		sim_run(s, 1000 * MS);
		assert_steps(s, 2, round ? 2 : 1, 7);
		assert_steps(s, 2, 0, LEV_STEPS_FULL);
		/* A plan that is made ready for the change is made of the same. */
		lev_word_remap(before, sim_m(s, 1)->cfg, &was, &carried);
		if (round)
			assert_int_equal(lev_word_steps(&carried, 0), 4);
		else
			assert_true(lev_word_same(&carried, &sim_m(s, 1)->agreed));
	}
	free(before);
	sim_free(s);
}

/* The epoch of the word in force, and whether server 2 is up. */
static void assert_word(struct sim *s, u64 epoch, bool up)
{
	unsigned int id;

	for (id = 1; id <= 3; id++) {
		assert_int_equal(sim_m(s, id)->servers_epoch, epoch);
		assert_false(sim_m(s, id)->servers_due);
		assert_int_equal(lev_map_test(sim_m(s, id)->agreed.up, 2), up);
	}
}

/*
 * Votes that change all the time make a word a second and no more, and put off neither each other
 * nor what is up.
 */
static void percents_wait(void **state)
{
	struct sim *s = serving(3, 3, 3, 70);
	unsigned int id, i;
	u64 epoch, began;

	(void)state;
	sim_run(s, 2000 * MS);
	epoch = sim_m(s, 1)->servers_epoch;
	began = s->now;
	for (i = 0; i < 500; i++) {
		for (id = 1; id <= 3; id++)
			sim_percent(s, id, 0, 1 + (i + 7 * id) % 19);
		sim_run(s, 10 * MS);
	}
	assert_in_range(sim_m(s, 1)->servers_epoch - epoch, 4, 6);
	epoch = sim_m(s, 1)->servers_epoch;
	for (id = 1; id <= 3; id++)
		sim_health(s, id, 2, false);
	for (i = 0; i < 40; i++) {
		for (id = 1; id <= 3; id++)
			sim_percent(s, id, 0, 1 + (i + 7 * id) % 19);
		sim_run(s, 10 * MS);
	}
	assert_word(s, epoch + 1, false);
	assert_true(s->now - began < 6000 * MS);
	sim_free(s);
}

/* More servers than a word has room for: what the nodes agree on is the same, and has that room. */
static void word_is_full(void **state)
{
	struct sim *s = serving(3, 3, 90, 60);
	unsigned int id, i;

	(void)state;
	for (id = 1; id <= 3; id++) {
		for (i = 64; i < 90; i++)
			lev_map_assign(sim_m(s, id)->reached, i, true);
		sim_reach(s, id, U64_MAX);
		/* Each server gets less from two of the three, a node gives less to 60. */
		for (i = 0; i < 90; i++)
			if (i % 3 != id - 1)
				sim_percent(s, id, i, 5);
	}
	sim_run(s, 3000 * MS);
	for (id = 1; id <= 3; id++) {
		assert_int_equal(sim_m(s, id)->agreed.less.n, LEV_LESS_MAX);
		assert_true(lev_word_same(&sim_m(s, id)->agreed, &sim_m(s, 1)->agreed));
	}
	assert_steps(s, 3, LEV_LESS_MAX - 1, 5);
	assert_steps(s, 3, LEV_LESS_MAX, LEV_STEPS_FULL);
	sim_free(s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(list_is_as_an_array),
		cmocka_unit_test(what_no_config_can_say),
		cmocka_unit_test(percent_is_the_median),
		cmocka_unit_test(percent_goes_with_its_server),
		cmocka_unit_test(percents_wait),
		cmocka_unit_test(word_is_full),
	};

	return cmocka_run_group_tests_name("percent", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/member.c kmod/core/hear.c kmod/core/clock.c kmod/core/agree.c */
/* sources: kmod/core/word.c */
/* sources: kmod/core/join.c kmod/core/key.c */
/* sources: kmod/core/config.c kmod/core/wire.c kmod/core/wheel.c */
/* sources: selftests/sim/sim.c selftests/sim/node.c selftests/sim/flight.c */
/*
 * Nodes whose configs differ: who falls silent, who goes on, and how they come together again.
 */
#include "changing.h"

static void settle_goes_on_without_one(void **state)
{
	struct sim *s = running(3, 7);

	(void)state;
	command(s, 1, 32);
	sim_run(s, 2000 * MS);
	command(s, 2, 32);
	sim_run(s, 27900 * MS);
	assert_int_equal(sim_m(s, 1)->cfg->params.lanes, LEV_LANES_DEFAULT);
	sim_assert_view(s, 7, 7);
	sim_run(s, 300 * MS);
	assert_lanes(s, 3, 32);
	sim_run(s, 300 * MS);
	assert_int_equal(sim_m(s, 3)->reason, LEV_REASON_CONFIG);
	assert_int_equal(sim_m(s, 1)->peer[3].last.reason, LEV_REASON_CONFIG);
	sim_assert_view(s, 7, 3);
	/* It gets the change at last. */
	command(s, 3, 32);
	assert_lanes(s, 4, 32);
	sim_run(s, 100 * MS);
	sim_assert_view(s, 7, 7);
	assert_int_equal(sim_m(s, 3)->version, sim_m(s, 1)->version);
	sim_free(s);
}

/* What is done to a node that is out must not put the others out. */
static void silent_node_is_edited_on(void **state)
{
	struct sim *s = running(3, 8);
	u32 lanes;

	(void)state;
	command(s, 1, 32);
	command(s, 2, 32);
	sim_run(s, 31000 * MS);
	sim_assert_view(s, 7, 3);
	for (lanes = 40; lanes < 50; lanes++) {
		command(s, 3, lanes);
		sim_run(s, 500 * MS);
		assert_int_equal(sim_m(s, 3)->reason, LEV_REASON_CONFIG);
		sim_assert_view(s, 7, 3);
	}
	command(s, 3, 32);
	sim_run(s, 100 * MS);
	sim_assert_view(s, 7, 7);
	/* The version that it brought is everybody's now, and changes go on. */
	command(s, 1, 64);
	command(s, 2, 64);
	command(s, 3, 64);
	sim_run(s, 500 * MS);
	assert_lanes(s, 7, 64);
	sim_assert_view(s, 7, 7);
	sim_free(s);
}

static void two_contents_under_one_version(void **state)
{
	struct sim *s = sim_new(3, 10);

	(void)state;
	/* The larger group. */
	command(s, 1, 30);
	command(s, 2, 31);
	command(s, 3, 31);
	sim_start_all(s);
	sim_run(s, 1100 * MS);
	assert_int_equal(sim_m(s, 1)->reason, LEV_REASON_CONFIG);
	sim_assert_view(s, 6, 6);
	sim_free(s);

	/* Of equal groups that with the lowest id. */
	s = sim_new(2, 11);
	command(s, 1, 30);
	command(s, 2, 31);
	sim_start_all(s);
	sim_run(s, 1100 * MS);
	assert_int_equal(sim_m(s, 2)->reason, LEV_REASON_CONFIG);
	sim_assert_view(s, 1, 1);
	command(s, 2, 30);
	sim_run(s, 1000 * MS);
	sim_assert_view(s, 3, 3);
	sim_free(s);
}

/* A split in which both sides were changed: one of them goes on after it, not both. */
static void split_changes_both_ways(void **state)
{
	struct sim *s = running(3, 12);

	(void)state;
	sim_split(s, 3, true);
	sim_run(s, 1000 * MS);
	command(s, 1, 30);
	command(s, 2, 30);
	command(s, 3, 31);
	sim_run(s, 1000 * MS);
	assert_lanes(s, 3, 30);
	assert_lanes(s, 4, 31);
	sim_split(s, 3, false);
	sim_run(s, 1000 * MS);
	sim_assert_view(s, 7, 3);
	assert_int_equal(sim_m(s, 3)->reason, LEV_REASON_CONFIG);
	sim_free(s);
}

/* One that had a cluster of its own, and was edited there, is a newcomer in the older one. */
static void younger_cluster_gives_way(void **state)
{
	struct sim *s = sim_new(3, 30);
	u32 lanes;

	(void)state;
	sim_split(s, 1, true);
	sim_start(s, 2);
	sim_start(s, 3);
	sim_run(s, 5000 * MS);
	sim_start(s, 1);
	sim_run(s, 1000 * MS);
	for (lanes = 40; lanes < 50; lanes++)
		command(s, 1, lanes);
	sim_assert_view(s, 1, 1);
	sim_split(s, 1, false);
	for (lanes = 0; lanes < 30; lanes++) {
		sim_run(s, 100 * MS);
		assert_int_equal(sim_m(s, 2)->reason, LEV_REASON_NONE);
		assert_int_equal(sim_m(s, 3)->reason, LEV_REASON_NONE);
	}
	sim_assert_view(s, 7, 6);
	assert_int_equal(sim_m(s, 1)->reason, LEV_REASON_CONFIG);
	command(s, 1, LEV_LANES_DEFAULT);
	sim_run(s, 1000 * MS);
	sim_assert_view(s, 7, 7);
	sim_free(s);
}

static void joiner_with_another_config(void **state)
{
	static const u64 versions[] = { 0, 1, 1000, U64_MAX / 2 };
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(versions); i++) {
		struct sim *s = sim_new(3, 13 + i);
		struct lev_config *cfg = sim_clone(s, 1);

		cfg->params.lanes = 99;
		cfg->version = versions[i];
		sim_install(s, 1, cfg);
		free(cfg);
		sim_start(s, 2);
		sim_run(s, 1000 * MS);
		sim_start(s, 1);
		sim_run(s, 3000 * MS);
		assert_int_equal(sim_m(s, 1)->reason, LEV_REASON_CONFIG);
		sim_assert_view(s, 2, 2);
		sim_start(s, 3);
		sim_run(s, 3000 * MS);
		sim_assert_view(s, 6, 6);
		command(s, 1, LEV_LANES_DEFAULT);
		sim_run(s, 1000 * MS);
		sim_assert_view(s, 7, 7);
		sim_free(s);
	}
}

static void node_2_answers(struct sim *s, unsigned int id)
{
	if (id == 2)
		assert_int_equal(sim_m(s, 2)->reason, LEV_REASON_NONE);
}

/*
 * Alone because it was not told of the others, and edited command by command: when it comes
 * to know them it has answered already, and has the higher version. It gives way all the same.
 */
static void stranger_with_a_higher_version(void **state)
{
	struct sim *s = sim_new(2, 20);
	u32 lanes;

	(void)state;
	sim_split(s, 1, true);
	sim_start(s, 2);
	sim_run(s, 5000 * MS);
	sim_start(s, 1);
	sim_run(s, 2000 * MS);
	for (lanes = 30; lanes < 40; lanes++)
		command(s, 1, lanes);
	sim_run(s, 100 * MS);
	never_silent(s, 1);
	s->watch = node_2_answers;
	sim_split(s, 1, false);
	sim_run(s, 3000 * MS);
	assert_int_equal(sim_m(s, 1)->reason, LEV_REASON_CONFIG);
	sim_assert_view(s, 2, 2);
	command(s, 1, LEV_LANES_DEFAULT);
	sim_run(s, 2000 * MS);
	sim_assert_view(s, 3, 3);
	sim_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settle_goes_on_without_one),
		cmocka_unit_test(silent_node_is_edited_on),
		cmocka_unit_test(two_contents_under_one_version),
		cmocka_unit_test(split_changes_both_ways),
		cmocka_unit_test(younger_cluster_gives_way),
		cmocka_unit_test(joiner_with_another_config),
		cmocka_unit_test(stranger_with_a_higher_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

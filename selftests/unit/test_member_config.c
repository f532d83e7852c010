// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/member.c kmod/core/hear.c kmod/core/clock.c kmod/core/agree.c */
/* sources: kmod/core/word.c */
/* sources: kmod/core/join.c kmod/core/key.c */
/* sources: kmod/core/config.c kmod/core/wire.c kmod/core/wheel.c */
/* sources: selftests/sim/sim.c selftests/sim/node.c selftests/sim/flight.c */
/*
 * How a change of the config comes into force on all nodes at one time.
 */
#include "changing.h"

/* They switched within 1 ms, soon after the last had it, and had two beats' time to make ready. */
static void assert_switched_together(struct sim *s, u64 group, u64 since)
{
	u64 first = U64_MAX, last = 0;
	unsigned int id;

	for (id = 1; id <= s->n; id++)
		if (group & lev_node_bit(id)) {
			first = min(first, s->node[id]->switched);
			last = max(last, s->node[id]->switched);
			assert_true(s->node[id]->notice >= 200 * MS);
			assert_int_equal(s->node[id]->ahead, 0);
		}
	assert_true(first > since);
	assert_true(last - first <= MS);
	assert_true(last - since <= 500 * MS);
}

static void three_switch_together(void **state)
{
	unsigned int order;

	(void)state;
	/* Each node is once the last to have it, the keeper too. */
	for (order = 0; order < 3; order++) {
		struct sim *s = running(3, order + 1);
		unsigned int a = 1 + order, b = 1 + (order + 1) % 3, c = 1 + (order + 2) % 3;
		u64 since;

		s->watch = never_silent;
		command(s, a, 32);
		sim_run(s, 5000 * MS);
		assert_int_equal(lev_member_waiting(sim_m(s, a)),
				 lev_node_bit(b) | lev_node_bit(c));
		assert_int_equal(sim_m(s, a)->cfg->params.lanes, LEV_LANES_DEFAULT);
		command(s, b, 32);
		sim_run(s, 5000 * MS);
		assert_int_equal(lev_member_waiting(sim_m(s, a)), lev_node_bit(c));
		assert_int_equal(lev_member_waiting(sim_m(s, b)), lev_node_bit(c));
		assert_int_equal(lev_member_waiting(sim_m(s, c)), 0);
		command(s, c, 32);
		since = s->now;
		sim_run(s, 1000 * MS);
		assert_lanes(s, 7, 32);
		assert_switched_together(s, 7, since);
		sim_assert_view(s, 7, 7);
		assert_int_equal(sim_m(s, a)->version, sim_m(s, c)->version);
		sim_free(s);
	}
}

static void alone_switches_at_once(void **state)
{
	struct sim *s = sim_new(2, 4);

	(void)state;
	sim_start(s, 1);
	sim_run(s, 1000 * MS);
	command(s, 1, 32);
	assert_lanes(s, 1, 32);
	sim_assert_view(s, 1, 1);
	assert_int_equal(sim_m(s, 1)->version, 1);
	sim_free(s);
}

/* One that is going has nobody to agree with. */
static void who_stops_waits_for_nobody(void **state)
{
	struct sim *s = running(2, 26);

	(void)state;
	assert_true(lev_member_must_agree(sim_m(s, 1)));
	sim_m(s, 1)->local.stopping = true;
	sim_run(s, 200 * MS);
	assert_int_equal(sim_m(s, 1)->reason, LEV_REASON_STOPPING);
	command(s, 1, 32);
	assert_lanes(s, 1, 32);
	assert_lanes(s, 2, LEV_LANES_DEFAULT);
	sim_free(s);
}

static void others_die_while_it_waits(void **state)
{
	struct sim *s = running(2, 5);

	(void)state;
	command(s, 1, 32);
	sim_run(s, 1000 * MS);
	assert_lanes(s, 2, LEV_LANES_DEFAULT);
	sim_crash(s, 2);
	sim_run(s, 500 * MS);
	assert_lanes(s, 1, 32);
	sim_free(s);
}

static void keeper_dies_before_the_time(void **state)
{
	struct sim *s = running(4, 6);
	unsigned int id;

	(void)state;
	for (id = 1; id <= 4; id++)
		command(s, id, 32);
	sim_run(s, 60 * MS);
	assert_true(sim_m(s, 3)->switch_digest != 0);
	sim_crash(s, 1);
	sim_run(s, 1000 * MS);
	assert_lanes(s, 14, 32);
	sim_assert_view(s, 14, 14);
	assert_true(s->node[4]->switched - s->node[2]->switched + MS <= 2 * MS);
	sim_free(s);
}

/* A joiner that has counted further while a change is pending here. */
static void change_outranks_what_it_replaces(void **state)
{
	struct sim *s = running(4, 9);
	struct lev_config *cfg;

	(void)state;
	sim_crash(s, 4);
	sim_run(s, 1000 * MS);
	command(s, 1, 32);
	command(s, 2, 32);
	sim_run(s, 100 * MS);
	cfg = sim_clone(s, 4);
	cfg->version = 90;
	sim_install(s, 4, cfg);
	free(cfg);
	sim_start(s, 4);
	sim_run(s, 1000 * MS);
	sim_assert_view(s, 15, 15);
	assert_int_equal(sim_m(s, 1)->version, 90);
	sim_run(s, 30000 * MS);
	assert_lanes(s, 3, 32);
	sim_assert_view(s, 15, 3);
	assert_int_equal(sim_m(s, 3)->reason, LEV_REASON_CONFIG);
	sim_free(s);
}

/* A change that is taken back, and made again: its first time is not taken for the second. */
static void change_is_taken_back(void **state)
{
	struct sim *s = running(2, 20);
	u64 since;

	(void)state;
	s->watch = never_silent;
	command(s, 1, 32);
	command(s, 2, 32);
	sim_run(s, 50 * MS);
	assert_true(sim_m(s, 2)->switch_digest != 0);
	command(s, 1, LEV_LANES_DEFAULT);
	command(s, 2, LEV_LANES_DEFAULT);
	assert_int_equal(sim_m(s, 2)->pending_version, 0);
	command(s, 1, 33);
	command(s, 2, 33);
	command(s, 1, 32);
	sim_run(s, 1000 * MS);
	assert_int_equal(sim_m(s, 1)->cfg->params.lanes, LEV_LANES_DEFAULT);
	command(s, 2, 32);
	since = s->now;
	sim_run(s, 1000 * MS);
	assert_lanes(s, 3, 32);
	assert_switched_together(s, 3, since);
	/* The keeper has named a time, and then gets another change: the other one waits. */
	command(s, 1, 34);
	command(s, 2, 34);
	sim_run(s, 50 * MS);
	assert_true(sim_m(s, 2)->switch_digest != 0);
	command(s, 1, 35);
	sim_run(s, 1000 * MS);
	assert_int_equal(sim_m(s, 2)->cfg->params.lanes, 32);
	sim_free(s);
}

static void never_lost(struct sim *s, unsigned int id)
{
	never_silent(s, id);
	assert_int_equal(sim_m(s, id)->view, sim_set(s->n));
}

/* The heartbeat itself changes, by a lot either way: nobody is lost, nobody falls silent. */
static void heartbeat_changes(void **state)
{
	static const u32 beats[] = { 1000, 10, 2000, 5, 100 };
	struct sim *s = running(3, 21);
	struct lev_config *cfg;
	unsigned int i, id;

	(void)state;
	s->watch = never_lost;
	for (i = 0; i < ARRAY_SIZE(beats); i++) {
		for (id = 1; id <= 3; id++) {
			cfg = sim_clone(s, id);
			cfg->params.heartbeat = beats[i];
			sim_commit(s, id, cfg);
			sim_run(s, 330 * MS);
		}
		sim_run(s, 12000 * MS);
		assert_int_equal(sim_m(s, 1)->cfg->params.heartbeat, beats[i]);
	}
	sim_free(s);
}

static void count_steps(struct sim *s, unsigned int id)
{
	unsigned int *steps = s->arg;

	steps[id]++;
}

/* A due change that is slow to be put in force does not keep the timer busy. */
static void due_change_does_not_spin(void **state)
{
	unsigned int steps[3] = {};
	struct sim *s = running(2, 22);

	(void)state;
	s->arg = steps;
	s->watch = count_steps;
	s->apply_delay = 150 * MS;
	command(s, 1, 32);
	command(s, 2, 32);
	sim_run(s, 1000 * MS);
	assert_lanes(s, 3, 32);
	sim_assert_view(s, 3, 3);
	assert_true(steps[1] < 100 && steps[2] < 100);
	sim_free(s);
}

/* What a node says as one that has the key and makes it up; the next number that it would use. */
static void says(struct sim *s, unsigned int of, struct lev_beat *beat)
{
	lev_member_beat(sim_m(s, of), beat, sim_local(s, of));
	beat->side = LEV_SIDE_FRONT;
}

static void version_out_of_thin_air(void **state)
{
	struct sim *s = running(3, 24);
	struct lev_beat beat;

	(void)state;
	says(s, 3, &beat);
	beat.version = U64_MAX;
	sim_inject_beat(s, 1, LEV_SIDE_FRONT, &beat);
	sim_inject_beat(s, 2, LEV_SIDE_FRONT, &beat);
	sim_crash(s, 3);
	sim_run(s, 1000 * MS);
	assert_true(sim_m(s, 1)->version < 1000);
	command(s, 1, 32);
	command(s, 2, 32);
	sim_run(s, 1000 * MS);
	assert_lanes(s, 3, 32);
	sim_free(s);
}

static void time_that_never_comes(void **state)
{
	struct sim *s = running(3, 25);
	struct lev_beat beat;
	unsigned int id;

	(void)state;
	for (id = 1; id <= 3; id++)
		command(s, id, 32);
	says(s, 1, &beat);
	beat.switch_digest = beat.pending_digest;
	beat.switch_at = U64_MAX;
	sim_crash(s, 1);
	for (id = 2; id <= 3; id++)
		sim_inject_beat(s, id, LEV_SIDE_FRONT, &beat);
	sim_run(s, 1000 * MS);
	assert_lanes(s, 6, 32);
	sim_free(s);
}

static void node_is_taken_out(void **state)
{
	struct sim *s = running(3, 23);
	struct lev_error err;
	unsigned int id;

	(void)state;
	/* The keeper is, and with it its clock. */
	sim_stop(s, 1);
	sim_run(s, 500 * MS);
	for (id = 2; id <= 3; id++) {
		struct lev_config *cfg = sim_clone(s, id);

		assert_int_equal(lev_config_node_del(cfg, 1, &err), 0);
		sim_commit(s, id, cfg);
	}
	sim_run(s, 1000 * MS);
	sim_assert_view(s, 6, 6);
	assert_false(sim_m(s, 2)->peer[1].known);
	sim_start(s, 1);
	sim_run(s, 1000 * MS);
	sim_assert_view(s, 6, 6);
	assert_true(s->node[2]->heard[LEV_HEAR_FOREIGN] > 5);
	sim_free(s);
}

/* A file's number: it rises, but what others have is welcome under any. */
static void numbers_of_files(void **state)
{
	struct sim *s = running(3, 19);
	struct lev_config *cfg;
	u64 in_force, wanted;

	(void)state;
	in_force = sim_m(s, 1)->digest;
	lev_member_renumber(sim_m(s, 1), 5);
	lev_member_renumber(sim_m(s, 1), 4);
	assert_int_equal(sim_m(s, 1)->version, 5);
	sim_run(s, 1000 * MS);
	/* The others take the number over. */
	assert_int_equal(sim_m(s, 2)->version, 5);
	assert_int_equal(sim_m(s, 3)->version, 5);
	assert_int_equal(lev_member_number(sim_m(s, 2), 6, 99), LEV_NUMBER_FREE);
	assert_int_equal(lev_member_number(sim_m(s, 2), 5, 99), LEV_NUMBER_TAKEN);
	assert_int_equal(lev_member_number(sim_m(s, 2), 4, 99), LEV_NUMBER_OLD);
	assert_int_equal(lev_member_number(sim_m(s, 2), 4, in_force), LEV_NUMBER_FREE);

	/* What waits counts, too, and there what is in force is old. */
	command(s, 1, 32);
	sim_run(s, 500 * MS);
	wanted = sim_m(s, 1)->pending_digest;
	assert_int_equal(sim_m(s, 1)->pending_version, 6);
	assert_int_equal(lev_member_number(sim_m(s, 1), 6, 99), LEV_NUMBER_TAKEN);
	assert_int_equal(lev_member_number(sim_m(s, 1), 7, 99), LEV_NUMBER_FREE);
	assert_int_equal(lev_member_number(sim_m(s, 1), 1, wanted), LEV_NUMBER_FREE);
	/* Another node has it, pending: it may be had here, though something else waits. */
	command(s, 2, 8);
	assert_int_equal(lev_member_number(sim_m(s, 2), 6, 99), LEV_NUMBER_TAKEN);
	assert_int_equal(lev_member_number(sim_m(s, 2), 6, wanted), LEV_NUMBER_FREE);
	sim_free(s);

	/* A node that is left out may have what the others have, whatever it has counted. */
	s = running(2, 20);
	sim_start(s, 1);
	cfg = sim_clone(s, 1);
	cfg->params.lanes = 64;
	sim_commit(s, 1, cfg);
	lev_member_renumber(sim_m(s, 1), 9);
	sim_run(s, 1000 * MS);
	assert_int_equal(sim_m(s, 1)->reason, LEV_REASON_CONFIG);
	in_force = sim_m(s, 2)->digest;
	assert_int_equal(lev_member_number(sim_m(s, 1), 3, in_force), LEV_NUMBER_FREE);
	assert_int_equal(lev_member_number(sim_m(s, 1), 3, 99), LEV_NUMBER_OLD);
	sim_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_switch_together),
		cmocka_unit_test(alone_switches_at_once),
		cmocka_unit_test(who_stops_waits_for_nobody),
		cmocka_unit_test(others_die_while_it_waits),
		cmocka_unit_test(keeper_dies_before_the_time),
		cmocka_unit_test(change_outranks_what_it_replaces),
		cmocka_unit_test(change_is_taken_back),
		cmocka_unit_test(heartbeat_changes),
		cmocka_unit_test(due_change_does_not_spin),
		cmocka_unit_test(version_out_of_thin_air),
		cmocka_unit_test(time_that_never_comes),
		cmocka_unit_test(node_is_taken_out),
		cmocka_unit_test(numbers_of_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

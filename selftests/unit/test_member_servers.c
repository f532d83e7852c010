// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/member.c kmod/core/hear.c kmod/core/clock.c kmod/core/agree.c */
/* sources: kmod/core/word.c */
/* sources: kmod/core/join.c kmod/core/key.c */
/* sources: kmod/core/config.c kmod/core/wire.c kmod/core/wheel.c */
/* sources: selftests/sim/sim.c selftests/sim/node.c selftests/sim/flight.c */
/*
 * Which servers are up, as the nodes agree on it, who falls silent for what it reaches, and
 * which tier is on the wheel.
 */
#include "serving.h"

#define DEAD	(325 * MS)

static void assert_up(struct sim *s, u64 group, u64 servers)
{
	unsigned int id;

	for (id = 1; id <= s->n; id++)
		if (group & lev_node_bit(id))
			assert_int_equal(get_unaligned_le64(sim_m(s, id)->agreed.up), servers);
}

static void not_busy(struct sim *s, unsigned int id)
{
	(void)id;
	assert_true(++*(unsigned int *)s->arg < 10000);
}

/* A keeper says that a server goes, at a time that never comes, and dies; and that server goes. */
static void time_that_never_comes(void **state)
{
	struct sim *s = serving(3, 3, 3, 30);
	unsigned int id, steps = 0;
	struct lev_beat beat;

	(void)state;
	lev_member_beat(sim_m(s, 1), &beat, sim_local(s, 1));
	beat.side = LEV_SIDE_FRONT;
	beat.servers_epoch++;
	beat.servers_at = U64_MAX;
	beat.agreed.up[0] = 5;
	sim_crash(s, 1);
	s->arg = &steps;
	s->watch = not_busy;
	for (id = 2; id <= 3; id++) {
		sim_inject_beat(s, id, LEV_SIDE_FRONT, &beat);
		sim_reach(s, id, 5);
	}
	sim_run(s, 3000 * MS);
	assert_up(s, 6, 5);
	sim_free(s);
}

/* One says that no server is up, and then that all are, but in a minute; and dies. */
static void time_that_is_far(void **state)
{
	struct sim *s = serving(3, 3, 3, 31);
	struct lev_beat beat;
	unsigned int id, all;

	(void)state;
	lev_member_beat(sim_m(s, 1), &beat, sim_local(s, 1));
	beat.side = LEV_SIDE_FRONT;
	sim_crash(s, 1);
	for (all = 0; all <= 1; all++) {
		beat.sequence++;
		beat.servers_epoch++;
		beat.servers_at = beat.clock + all * 59000 * MS;
		beat.agreed.up[0] = all ? 7 : 0;
		for (id = 2; id <= 3; id++)
			sim_inject_beat(s, id, LEV_SIDE_FRONT, &beat);
		sim_run(s, 10 * MS);
	}
	sim_run(s, 1000 * MS);
	assert_up(s, 6, 7);
	sim_assert_view(s, 6, 6);
	sim_free(s);
}

static void assert_served_together(struct sim *s, u64 since)
{
	u64 first = U64_MAX, last = 0;
	unsigned int id;

	for (id = 1; id <= s->n; id++) {
		first = min(first, s->node[id]->served);
		last = max(last, s->node[id]->served);
		assert_true(s->n == 1 || s->node[id]->notice >= 200 * MS);
		assert_int_equal(s->node[id]->ahead, 0);
	}
	assert_true(first >= since);
	assert_true(last - first <= MS);
}

static void majority_decides_a_tie_is_up(void **state)
{
	unsigned int n, down;

	(void)state;
	for (n = 1; n <= 6; n++) {
		struct sim *s = serving(n, n, 3, n);

		for (down = 1; down <= n; down++) {
			u64 since = s->now;
			bool up = 2 * (n - down) >= n && n != down;

			sim_reach(s, down, 5);
			sim_run(s, 1000 * MS);
			assert_up(s, sim_set(n), up ? 7 : 5);
			if (up != (2 * (n - down + 1) >= n))
				assert_served_together(s, since);
		}
		sim_run(s, 3000 * MS);
		sim_assert_view(s, sim_set(n), sim_set(n));
		sim_free(s);
	}
}

static void joiner_learns_before_it_is_ready(void **state)
{
	struct sim *s = serving(3, 3, 3, 10);
	unsigned int id;

	(void)state;
	sim_crash(s, 3);
	for (id = 1; id <= 2; id++)
		sim_reach(s, id, 3);
	sim_run(s, 1000 * MS);
	assert_up(s, 3, 3);
	sim_start(s, 3);
	sim_reach(s, 3, 7);
	while (sim_m(s, 3)->reason != LEV_REASON_NONE) {
		sim_run(s, MS);
		assert_true(s->now < 10000 * MS);
	}
	assert_up(s, 7, 3);
	sim_run(s, 2000 * MS);
	/* One of three reaches the third server: it stays down. */
	assert_up(s, 7, 3);
	sim_assert_view(s, 7, 7);
	sim_free(s);
}

/* Two of three start anew, and have not probed yet: that is no vote. */
static void newcomers_have_no_say(void **state)
{
	struct sim *s = serving(3, 3, 2, 11);
	unsigned int i, id;

	(void)state;
	sim_crash(s, 2);
	sim_crash(s, 3);
	sim_run(s, 1000 * MS);
	sim_start(s, 2);
	sim_start(s, 3);
	for (i = 0; i < 200; i++) {
		sim_run(s, 10 * MS);
		assert_up(s, 1, 3);
		assert_int_equal(sim_m(s, 1)->reason, LEV_REASON_NONE);
	}
	assert_int_equal(sim_m(s, 2)->reason, LEV_REASON_NO_SERVER);
	sim_assert_view(s, 7, 1);
	for (id = 2; id <= 3; id++)
		sim_reach(s, id, 3);
	sim_run(s, 500 * MS);
	sim_assert_view(s, 7, 7);
	sim_free(s);
}

static void blind_backs_leave_the_rest(void **state)
{
	struct sim *s = serving(3, 3, 2, 12);

	(void)state;
	/* Carrier is there, but nothing answers: two of three. */
	sim_reach(s, 1, 0);
	assert_int_equal(sim_m(s, 1)->reason, LEV_REASON_NO_SERVER);
	sim_reach(s, 2, 0);
	sim_run(s, 1000 * MS);
	sim_assert_view(s, 7, 4);
	assert_up(s, 7, 3);
	/* The keeper's own does not count either: one of two is a tie. */
	sim_reach(s, 2, 1);
	sim_run(s, 1000 * MS);
	assert_up(s, 7, 3);
	sim_reach(s, 2, 0);
	sim_run(s, 1000 * MS);
	/* All: then there is no server. */
	sim_reach(s, 3, 0);
	sim_run(s, 1000 * MS);
	assert_up(s, 7, 0);
	assert_int_equal(sim_m(s, 3)->view, 0);
	sim_reach(s, 2, 2);
	sim_run(s, 1000 * MS);
	assert_up(s, 7, 2);
	sim_assert_view(s, 7, 2);
	sim_free(s);
}

static void back_partial(void **state)
{
	struct sim *s = serving(2, 2, 3, 13);
	unsigned int i;

	(void)state;
	sim_reach(s, 1, 3);
	sim_run(s, 2900 * MS);
	sim_assert_view(s, 3, 3);
	sim_run(s, 300 * MS);
	assert_int_equal(sim_m(s, 1)->reason, LEV_REASON_BACK_PARTIAL);
	assert_int_equal(sim_m(s, 2)->peer[1].last.reason, LEV_REASON_BACK_PARTIAL);
	sim_assert_view(s, 3, 2);
	/* The better one becomes the worse one: the first takes over, never neither. */
	sim_reach(s, 2, 1);
	for (i = 0; i < 50; i++) {
		sim_run(s, 100 * MS);
		assert_true((sim_m(s, 1)->view | sim_m(s, 2)->view) != 0);
	}
	assert_int_equal(sim_m(s, 1)->reason, LEV_REASON_NONE);
	/* The better one leaves: what is left serves at once. */
	sim_reach(s, 2, 7);
	sim_run(s, 3500 * MS);
	assert_int_equal(sim_m(s, 1)->reason, LEV_REASON_BACK_PARTIAL);
	sim_drain(s, 2, true);
	sim_run(s, 20 * MS);
	assert_int_equal(sim_m(s, 1)->reason, LEV_REASON_NONE);
	sim_free(s);
}

static void checks_are_votes(void **state)
{
	struct sim *s = serving(3, 3, 3, 31);
	u64 since;

	(void)state;
	sim_health(s, 1, 1, false);
	sim_run(s, 1000 * MS);
	assert_up(s, 7, 7);
	since = s->now;
	sim_health(s, 3, 1, false);
	sim_run(s, 1000 * MS);
	assert_up(s, 7, 5);
	assert_served_together(s, since);
	/* Nobody is silent for what its checks say, neither who says it nor who does not. */
	sim_run(s, 4000 * MS);
	sim_assert_view(s, 7, 7);
	/* One by which all fail speaks of itself. */
	sim_health(s, 2, 0, false);
	sim_health(s, 2, 1, false);
	sim_health(s, 2, 2, false);
	sim_run(s, 4000 * MS);
	assert_up(s, 7, 5);
	sim_assert_view(s, 7, 7);
	sim_health(s, 3, 1, true);
	sim_health(s, 1, 1, true);
	sim_run(s, 1000 * MS);
	assert_up(s, 7, 7);
	sim_free(s);
}

/* One by which all fail, be it the keeper or not, speaks of itself: of the others it takes two. */
static void who_fails_all_has_no_say(void **state)
{
	unsigned int id, server;

	(void)state;
	for (id = 1; id <= 3; id++) {
		struct sim *s = serving(3, 3, 3, 33 + id);

		for (server = 0; server < 3; server++)
			sim_health(s, id, server, false);
		sim_health(s, id % 3 + 1, 1, false);
		sim_run(s, 2000 * MS);
		assert_up(s, 7, 7);
		sim_assert_view(s, 7, 7);
		sim_free(s);
	}
}

/* A verdict goes with its server, to another place in another config; a new one has none. */
static void checks_last_over_a_change(void **state)
{
	static const u8 ip[] = { 10, 0, 1, 50 };
	struct lev_server server = { .pool = LEV_POOL_DEFAULT, .weight = 1 };
	struct sim *s = serving(2, 2, 3, 32);
	struct lev_config *cfg;
	struct lev_error err;
	unsigned int id;

	(void)state;
	for (id = 1; id <= 2; id++)
		sim_health(s, id, 2, false);
	lev_addr_set4(&server.addr, ip);
	for (id = 1; id <= 2; id++) {
		cfg = sim_clone(s, id);
		assert_int_equal(lev_config_server_put(cfg, &server, LEV_PUT_ADD, &err), 0);
		sim_commit(s, id, cfg);
	}
	sim_run(s, 2000 * MS);
	for (id = 1; id <= 2; id++)
		sim_reach(s, id, 15);
	sim_run(s, 1000 * MS);
	assert_up(s, 3, 7);
	sim_free(s);
}

/* Only one that we reach is told of at once: of another nobody's vote changes. */
static void checks_are_told_at_once(void **state)
{
	struct sim *s = serving(2, 2, 3, 33);
	u32 todo = 0;

	(void)state;
	assert_int_equal(lev_member_health(sim_m(s, 1), 1, true), 0);
	assert_int_equal(lev_member_health(sim_m(s, 1), 1, false), LEV_DO_BEAT);
	assert_int_equal(lev_member_health(sim_m(s, 1), 1, false), 0);
	sim_reach(s, 1, 1);
	assert_int_equal(lev_member_health(sim_m(s, 1), 1, true), 0);
	assert_true(lev_member_percent(sim_m(s, 1), 0, LEV_STEPS_FULL, &todo) && !todo);
	assert_true(lev_member_percent(sim_m(s, 1), 1, 10, &todo) && !todo);
	assert_true(lev_member_percent(sim_m(s, 1), 0, 10, &todo) && todo == LEV_DO_BEAT);
	sim_free(s);
}

/* Each side of a split says its first word anew; after it there is one word again. */
static void split_words_become_one(void **state)
{
	struct sim *s = serving(4, 4, 2, 14);
	unsigned int id;

	(void)state;
	sim_split(s, 3, true);
	sim_run(s, 1000 * MS);
	for (id = 1; id <= 4; id++)
		sim_reach(s, id, id <= 2 ? 1 : 2);
	sim_run(s, 1000 * MS);
	assert_up(s, 3, 1);
	assert_up(s, 12, 2);
	sim_split(s, 3, false);
	sim_run(s, 2000 * MS);
	assert_up(s, 15, 3);
	for (id = 1; id <= 4; id++)
		assert_int_equal(sim_m(s, id)->servers_epoch, sim_m(s, 1)->servers_epoch);
	sim_free(s);
}

/* As above, but nothing changes after the heal that would make a new word. */
static void split_words_of_one_number(void **state)
{
	struct sim *s = serving(4, 4, 2, 15);
	unsigned int id;

	(void)state;
	sim_split(s, 3, true);
	sim_run(s, 1000 * MS);
	for (id = 1; id <= 4; id++)
		sim_reach(s, id, id <= 2 ? 3 : 2);
	sim_reach(s, 1, 1);
	sim_reach(s, 2, 1);
	sim_run(s, 1000 * MS);
	assert_int_equal(sim_m(s, 1)->servers_epoch, sim_m(s, 4)->servers_epoch);
	for (id = 3; id <= 4; id++)
		sim_m(s, id)->local.back_up = s->node[id]->up[LEV_SIDE_BACK] = false;
	sim_split(s, 3, false);
	sim_run(s, 2000 * MS);
	assert_up(s, 15, 1);
	sim_free(s);
}

static void tiers(struct sim *s, u32 failback)
{
	struct lev_error err;
	unsigned int id;

	for (id = 1; id <= s->n; id++) {
		struct lev_config *cfg = sim_clone(s, id);
		struct lev_node node = { 1, 1, 200 };

		cfg->params.failback = failback;
		assert_int_equal(lev_config_node_put(cfg, &node, LEV_PUT_SET, &err), 0);
		sim_install(s, id, cfg);
		free(cfg);
	}
	sim_start_all(s);
	sim_run(s, 1000 * MS);
	sim_assert_view(s, sim_set(s->n), sim_set(s->n));
}

static void assert_tier(struct sim *s, u64 group, int priority)
{
	unsigned int id;

	for (id = 1; id <= s->n; id++)
		if (group & lev_node_bit(id))
			assert_int_equal(sim_m(s, id)->priority, priority);
}

static bool some_lane_is_nobodys(struct sim *s)
{
	unsigned int lane, id;

	for (lane = 0; lane < LEV_LANES_DEFAULT; lane++) {
		for (id = 1; id <= s->n && sim_owner(s, id, lane) != id; id++)
			;
		if (id > s->n)
			return true;
	}
	return false;
}

/* Until the better tier is on the wheel: how long a lane is nobody's in its own eyes. */
static u64 gap_of_failback(struct sim *s)
{
	u64 none = 0, since = s->now;

	while (sim_m(s, 2)->priority != 200 || sim_m(s, 1)->priority != 200) {
		sim_run(s, MS / 4);
		if (some_lane_is_nobodys(s))
			none += MS / 4;
		assert_true(s->now - since < 1000 * MS);
	}
	sim_run(s, 20 * MS);
	assert_tier(s, 7, 200);
	return none;
}

/*
 * A node that was apart has lost all servers meanwhile, and may have found some of them again when
 * it meets the others: for these nothing changes.
 */
static void who_returns_takes_no_server_away(void **state)
{
	unsigned int apart, found, i;

	(void)state;
	for (apart = 1; apart <= 2; apart++)
		for (found = 0; found <= 1; found++) {
			struct sim *s = serving(2, 2, 3, 20 + 2 * apart + found);
			struct lev_member *other = sim_m(s, 3 - apart);

			sim_split(s, lev_node_bit(apart), true);
			sim_run(s, 1000 * MS);
			sim_reach(s, apart, 0);
			sim_run(s, 5000 * MS);
			assert_up(s, lev_node_bit(apart), 0);
			sim_reach(s, apart, found);
			sim_run(s, 500 * MS);
			sim_split(s, lev_node_bit(apart), false);
			for (i = 0; i < 3000; i++) {
				sim_run(s, MS);
				if (i == 1000)
					sim_reach(s, apart, 7);
				assert_int_equal(get_unaligned_le64(other->agreed.up), 7);
			}
			assert_up(s, 3, 7);
			sim_assert_view(s, 3, 3);
			sim_free(s);
		}
}

/* A config is changed whose keeper reaches nothing: who goes over later has its say all along. */
static void change_by_a_keeper_that_reaches_nothing(void **state)
{
	unsigned int way;

	(void)state;
	for (way = 0; way < 2; way++) {
		struct sim *s = serving(3, 3, 2, way + 1);
		unsigned int id, ms;

		if (way)
			sim_carrier(s, 1, LEV_SIDE_BACK, false);
		else
			sim_reach(s, 1, 0);
		sim_run(s, 1000 * MS);
		assert_int_equal(sim_m(s, 1)->keeper, 1);
		sim_assert_view(s, sim_set(3), 6);
		for (id = 1; id <= 3; id++) {
			struct lev_config *cfg = sim_clone(s, id);

			cfg->params.lanes = 3;
			sim_commit(s, id, cfg);
		}
		for (ms = 0; ms < 2000; ms++) {
			sim_run(s, MS);
			assert_up(s, sim_set(3), 3);
			sim_assert_view(s, sim_set(3), 6);
		}
		assert_int_equal(sim_m(s, 3)->cfg->params.lanes, 3);
		sim_free(s);
	}
}

static void failback_at_once(void **state)
{
	struct sim *s = sim_new(3, 20);
	unsigned int phase;

	(void)state;
	tiers(s, 0);
	assert_tier(s, 7, 200);
	assert_int_equal(sim_owner(s, 3, 0), 1);
	sim_crash(s, 1);
	sim_run(s, DEAD + MS);
	assert_tier(s, 6, 100);
	assert_int_equal(sim_keepers(s, 6), 1);
	sim_start(s, 1);
	assert_true(gap_of_failback(s) <= 15 * MS);
	for (phase = 0; phase < 100; phase += 9) {
		sim_drain(s, 1, true);
		sim_run(s, (500 + phase) * MS);
		assert_tier(s, 7, 100);
		sim_drain(s, 1, false);
		assert_true(gap_of_failback(s) <= 15 * MS);
	}
	sim_free(s);
}

static void failback_after_a_time(void **state)
{
	struct sim *s = sim_new(3, 21);
	unsigned int i;

	(void)state;
	tiers(s, 5000);
	for (i = 0; i < 2; i++) {
		sim_drain(s, 1, true);
		sim_run(s, 100 * MS);
		assert_tier(s, 7, 100);
		sim_drain(s, 1, false);
		sim_run(s, 4900 * MS);
		sim_assert_view(s, 7, 7);
		assert_tier(s, 7, 100);
		sim_run(s, 300 * MS);
		assert_tier(s, 7, 200);
	}
	/* It goes away while it waits: then it waits from the start. */
	sim_drain(s, 1, true);
	sim_run(s, 100 * MS);
	sim_drain(s, 1, false);
	sim_run(s, 4000 * MS);
	sim_drain(s, 1, true);
	sim_run(s, 100 * MS);
	sim_drain(s, 1, false);
	sim_run(s, 4900 * MS);
	assert_tier(s, 7, 100);
	sim_run(s, 300 * MS);
	assert_tier(s, 7, 200);
	sim_free(s);
}

static void failback_never(void **state)
{
	struct sim *s = sim_new(3, 22);

	(void)state;
	tiers(s, LEV_FAILBACK_NEVER);
	assert_tier(s, 7, 200);
	sim_crash(s, 1);
	sim_run(s, 1000 * MS);
	sim_start(s, 1);
	sim_run(s, 60000 * MS);
	sim_assert_view(s, 7, 7);
	assert_tier(s, 7, 100);
	/* But when nobody else is left. */
	sim_drain(s, 2, true);
	sim_drain(s, 3, true);
	sim_run(s, 20 * MS);
	assert_tier(s, 7, 200);
	assert_int_equal(sim_owner(s, 1, 0), 1);
	sim_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(majority_decides_a_tie_is_up),
		cmocka_unit_test(time_that_never_comes),
		cmocka_unit_test(time_that_is_far),
		cmocka_unit_test(joiner_learns_before_it_is_ready),
		cmocka_unit_test(newcomers_have_no_say),
		cmocka_unit_test(blind_backs_leave_the_rest),
		cmocka_unit_test(back_partial),
		cmocka_unit_test(checks_are_votes),
		cmocka_unit_test(who_fails_all_has_no_say),
		cmocka_unit_test(checks_last_over_a_change),
		cmocka_unit_test(checks_are_told_at_once),
		cmocka_unit_test(split_words_become_one),
		cmocka_unit_test(split_words_of_one_number),
		cmocka_unit_test(who_returns_takes_no_server_away),
		cmocka_unit_test(change_by_a_keeper_that_reaches_nothing),
		cmocka_unit_test(failback_at_once),
		cmocka_unit_test(failback_after_a_time),
		cmocka_unit_test(failback_never),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/* sources: userspace/levd/percent.c */
/*
 * How much of its weight levd's checks give a server: what an answer says, and how one rises.
 */
#include "unit.h"
#include "../../userspace/levd/percent.h"

#define FULL	LEV_PERCENT_FULL

static void answers_are_read(void **state)
{
	static const struct {
		const char *text;
		int percent;
	} cases[] = {
		{ "75%", 75 }, { "75%\n", 75 }, { " \r\n 5% up\n", 5 }, { "0%", 0 },
		{ "100%,x", 100 }, { "050%;", 50 },
		{ "101%", 100 }, { "99999999999999999999999%", 100 },
		{ "", -1 }, { "%", -1 }, { "75", -1 }, { "75 %", -1 }, { "-5%", -1 }, { "+5%", -1 },
		{ "7.5%", -1 }, { "75%up", -1 }, { "up 75%", -1 }, { "<p>75%", -1 }, { "75%%", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (percent_read(cases[i].text) != cases[i].percent)
			fail_msg("\"%s\": %d", cases[i].text, percent_read(cases[i].text));
	}
}

/* What is voted for after one answer. */
static unsigned int after(int answer)
{
	struct percent p;

	percent_begin(&p, FULL);
	percent_answer(&p, true, answer, 0);
	return percent_of(&p);
}

static void answers_count_in_steps(void **state)
{
	(void)state;
	assert_int_equal(after(0), 5);
	assert_int_equal(after(1), 5);
	assert_int_equal(after(7), 5);
	assert_int_equal(after(8), 10);
	assert_int_equal(after(52), 50);
	assert_int_equal(after(53), 55);
	assert_int_equal(after(97), 95);
	assert_int_equal(after(98), 100);
	assert_int_equal(after(100), 100);
	assert_int_equal(after(-1), 100);
}

/* The first counts at once, then one in each five seconds, if it says another thing. */
static void answers_do_not_trouble(void **state)
{
	struct percent p;

	(void)state;
	percent_begin(&p, FULL);
	percent_answer(&p, true, 50, 10);
	assert_int_equal(percent_of(&p), 50);
	percent_answer(&p, true, 80, 14.9);
	assert_int_equal(percent_of(&p), 50);
	percent_answer(&p, true, 70, 15);
	assert_int_equal(percent_of(&p), 70);
	/* One that says the same is no change, and none has to wait for it. */
	percent_answer(&p, true, 71, 19);
	percent_answer(&p, true, 20, 20);
	assert_int_equal(percent_of(&p), 20);
	percent_answer(&p, true, -1, 21);
	assert_int_equal(percent_of(&p), 20);
	percent_answer(&p, true, -1, 25);
	assert_int_equal(percent_of(&p), 100);
}

/* One that is down gets nothing anyway, and comes up with what it said last. */
static void first_after_it_came_up(void **state)
{
	struct percent p;

	(void)state;
	percent_begin(&p, FULL);
	percent_answer(&p, true, 50, 10);
	percent_turn(&p, false, 0, 11);
	assert_int_equal(percent_of(&p), 50);
	percent_answer(&p, false, 20, 12);
	percent_answer(&p, false, 30, 13);
	percent_turn(&p, true, 0, 13);
	assert_int_equal(percent_of(&p), 30);
	percent_answer(&p, true, 90, 17);
	assert_int_equal(percent_of(&p), 30);
	percent_answer(&p, true, 90, 18);
	assert_int_equal(percent_of(&p), 90);
}

/* A server that rises in @slow seconds, from @now on; true if it came to its end step by step. */
static bool rises_well(struct percent *p, double slow, double now, double jitter)
{
	double interval = percent_interval(slow);
	unsigned int last = percent_of(p), most = interval / slow * FULL + LEV_PERCENT_STEP;

	assert_true(interval >= 1);
	assert_int_equal(last, LEV_PERCENT_STEP);
	for (unsigned int i = 1; p->rises && i <= 20; i++) {
		percent_step(p, slow, now + i * interval + jitter);
		if (percent_of(p) < last || percent_of(p) > last + most)
			return false;
		last = percent_of(p);
		if (last == FULL && i * interval < slow - 0.01)
			return false;
	}
	return !p->rises && last == FULL;
}

static void rises_when_it_comes_up(void **state)
{
	static const double times[] = { 1, 1.5, 10, 20, 60, 61.7, 3600 };

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct percent p;

		percent_begin(&p, FULL);
		assert_int_equal(percent_of(&p), FULL);
		for (int k = -1; k <= 1; k++) {
			percent_turn(&p, false, times[i], 50);
			percent_turn(&p, true, times[i], 100);
			if (!rises_well(&p, times[i], 100, k * 0.01))
				fail_msg("%g s, jitter %d: at %u", times[i], k, percent_of(&p));
		}
	}
}

static void rises_in_time(void **state)
{
	struct percent p;

	(void)state;
	percent_begin(&p, FULL);
	percent_turn(&p, true, 60, 1000);
	assert_int_equal(percent_of(&p), 5);
	percent_step(&p, 60, 1003);
	assert_int_equal(percent_of(&p), 5);
	percent_step(&p, 60, 1006);
	assert_int_equal(percent_of(&p), 10);
	percent_step(&p, 60, 1030);
	assert_int_equal(percent_of(&p), 50);
	/* Down ends it, and it begins anew. */
	percent_turn(&p, false, 60, 1031);
	assert_false(p.rises);
	assert_int_equal(percent_of(&p), FULL);
	percent_turn(&p, true, 60, 1040);
	percent_step(&p, 60, 1043);
	assert_int_equal(percent_of(&p), 5);
	/* Late, as after a machine's sleep. */
	percent_step(&p, 60, 9999);
	assert_int_equal(percent_of(&p), FULL);
	assert_false(p.rises);
}

static void without_a_time_it_has_all(void **state)
{
	struct percent p;

	(void)state;
	percent_begin(&p, FULL);
	assert_int_equal(percent_of(&p), FULL);
	percent_turn(&p, true, 0, 10);
	assert_int_equal(percent_of(&p), FULL);
	assert_false(p.rises);
	percent_turn(&p, false, 0, 20);
	assert_int_equal(percent_of(&p), FULL);
}

static void both_together(void **state)
{
	struct percent p;

	(void)state;
	percent_begin(&p, FULL);
	percent_answer(&p, false, 50, 99);
	percent_turn(&p, true, 10, 100);
	assert_int_equal(percent_of(&p), 5);
	percent_step(&p, 10, 103);
	assert_int_equal(percent_of(&p), 15);
	/* 12.5 and 17.5 */
	percent_step(&p, 10, 102.5);
	assert_int_equal(percent_of(&p), 15);
	percent_step(&p, 10, 103.5);
	assert_int_equal(percent_of(&p), 20);
	percent_step(&p, 10, 110);
	assert_int_equal(percent_of(&p), 50);
}

/* Of a file that is read again. */
static void plans_change(void **state)
{
	struct percent p;

	(void)state;
	percent_begin(&p, FULL);
	percent_answer(&p, false, 50, 99);
	percent_turn(&p, true, 60, 100);
	percent_step(&p, 60, 130);
	assert_int_equal(percent_of(&p), 25);
	percent_plan(&p, 60, true);
	assert_int_equal(percent_of(&p), 25);
	assert_true(p.rises);
	/* Another time counts from when it came up. */
	percent_plan(&p, 120, true);
	percent_step(&p, 120, 130);
	assert_int_equal(percent_of(&p), 15);
	percent_plan(&p, 60, false);
	percent_step(&p, 60, 130);
	assert_int_equal(percent_of(&p), 50);
	/* Without such a time it ends, and does not go on with one. */
	percent_plan(&p, 0, false);
	assert_int_equal(percent_of(&p), FULL);
	percent_plan(&p, 60, false);
	assert_int_equal(percent_of(&p), FULL);
	assert_false(p.rises);
}

/* A levd that starts takes the vote of the one before it, until there is an answer. */
static void begins_with_the_last_vote(void **state)
{
	struct percent p;

	(void)state;
	percent_begin(&p, 35);
	assert_int_equal(percent_of(&p), 35);
	percent_answer(&p, true, 80, 0.1);
	assert_int_equal(percent_of(&p), 80);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_read),
		cmocka_unit_test(answers_count_in_steps),
		cmocka_unit_test(answers_do_not_trouble),
		cmocka_unit_test(first_after_it_came_up),
		cmocka_unit_test(rises_when_it_comes_up),
		cmocka_unit_test(rises_in_time),
		cmocka_unit_test(without_a_time_it_has_all),
		cmocka_unit_test(both_together),
		cmocka_unit_test(plans_change),
		cmocka_unit_test(begins_with_the_last_vote),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/* sources: userspace/levd/judge.c */
/*
 * Rise and fall of levd's checks.
 */
#include "unit.h"
#include "../../userspace/levd/judge.h"

/* Answers as "+" and "-", and after each of them the state as "u" or "d". */
static void judge(bool up, unsigned int rise, unsigned int fall, const char *answers,
		  const char *states)
{
	struct judge j = { .up = up };
	size_t i;

	for (i = 0; answers[i]; i++) {
		bool before = j.up;
		bool changed = judge_answer(&j, answers[i] == '+', rise, fall);

		assert_int_equal(changed, j.up != before);
		assert_int_equal(j.up ? 'u' : 'd', states[i]);
	}
	assert_int_equal(states[i], 0);
}

static void falls_and_rises(void **state)
{
	(void)state;
	judge(true, 2, 3, "+--+---+-+++-", "uuuuuudddduuu");
	judge(true, 1, 1, "-+--+", "dudd" "u");
	judge(false, 2, 3, "-+-++", "ddddu");
	judge(false, 100, 100, "++++", "dddd");
}

/* Whatever came before counts for nothing once an answer agrees with the state. */
static void only_in_a_row(void **state)
{
	(void)state;
	judge(true, 2, 3, "--+--+--+---", "uuuuuuuuuuud");
	judge(false, 3, 2, "++-++-+++", "ddddddddu");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(falls_and_rises),
		cmocka_unit_test(only_in_a_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

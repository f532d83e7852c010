// SPDX-License-Identifier: GPL-2.0
/* sources: */
/*
 * The pace of frames that tell of moves: never more than is allowed, and not much less.
 */
#include "unit.h"
#include "core/pace.h"
#include "uapi/linux/leveler.h"

#define SECOND	(1000 * LEV_NSEC_PER_MSEC)

/* As many as may go, for @seconds, looked after each @tick ns. Return: how many went. */
static u64 send_all(struct lev_pacer *p, u64 *now, u32 pace, u64 tick, u32 seconds)
{
	u64 end = *now + seconds * SECOND, n = 0;

	for (; *now < end; *now += tick)
		while (lev_pacer_take(p, *now, pace))
			n++;
	return n;
}

static void test_rates(void **state)
{
	static const u32 rates[] = { LEV_PACE_MIN, 3, 20, 99, 101, LEV_PACE_DEFAULT, 50000 };
	static const u64 ticks[] = { 1 * LEV_NSEC_PER_MSEC, 4 * LEV_NSEC_PER_MSEC,
				     10 * LEV_NSEC_PER_MSEC };
	unsigned int i, j;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		for (j = 0; j < ARRAY_SIZE(ticks); j++) {
			struct lev_pacer p = { 0 };
			u64 now = 12345678901ULL;
			u64 n = send_all(&p, &now, rates[i], ticks[j], 10);

			assert_in_range(n, 10ULL * rates[i], 10ULL * rates[i] + rates[i] / 100 + 1);
			/* Time that was not used is no credit for later. */
			now += 100 * SECOND;
			assert_true(send_all(&p, &now, rates[i], SECOND, 1) <= rates[i] / 100 + 1);
		}
	}
}

static void test_wait(void **state)
{
	struct lev_pacer p = { 0 };
	u64 now = 5 * SECOND;

	(void)state;
	assert_int_equal(lev_pacer_wait(&p, now), 0);
	assert_true(lev_pacer_take(&p, now, 20));
	assert_false(lev_pacer_take(&p, now, 20));
	assert_int_equal(lev_pacer_wait(&p, now), 40 * LEV_NSEC_PER_MSEC);
	now += lev_pacer_wait(&p, now) - 1;
	assert_false(lev_pacer_take(&p, now, 20));
	assert_true(lev_pacer_take(&p, now + 1, 20));
	/* The most that can be set: never without an end. */
	assert_true(send_all(&p, &now, LEV_PACE_MAX, SECOND, 1) <= LEV_PACE_MAX / 100 + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

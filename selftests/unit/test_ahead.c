// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/member.c kmod/core/hear.c kmod/core/clock.c kmod/core/agree.c */
/* sources: kmod/core/word.c */
/* sources: kmod/core/join.c kmod/core/key.c kmod/core/config.c kmod/core/wheel.c */
/*
 * Plans made ready before a switch: which switch is the next one, and when what was made ready
 * for it is right no more.
 */
#include "unit.h"
#include "core/basis.h"

static void next_switch(void **state)
{
	static const struct {
		const char *what;
		u64 pending, named, config_at, servers_at;
		bool due, differ;
		u32 ahead;
	} cases[] = {
		{ "nothing", 0, 0, 0, 0, false, false, 0 },
		{ "a change whose time is not named", 5, 0, 0, 0, false, false, 0 },
		{ "one whose time is named", 5, 5, 9, 0, false, false, LEV_DO_CONFIG },
		{ "a time of another change", 5, 6, 9, 0, false, false, 0 },
		{ "servers", 0, 0, 0, 9, true, true, LEV_DO_SERVERS },
		{ "a word on servers that changes nothing", 0, 0, 0, 9, true, false, 0 },
		{ "one that is in force", 0, 0, 0, 9, false, true, 0 },
		{ "both, the config first", 5, 5, 8, 9, true, true, LEV_DO_CONFIG },
		{ "both, the servers first", 5, 5, 9, 8, true, true, LEV_DO_SERVERS },
		{ "both at once", 5, 5, 9, 9, true, true, LEV_DO_CONFIG },
	};
	static struct lev_member m;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		memset(&m, 0, sizeof(m));
		m.pending_version = cases[i].pending;
		m.pending_digest = cases[i].pending;
		m.switch_digest = cases[i].named;
		m.switch_at = cases[i].config_at;
		m.servers_at = cases[i].servers_at;
		m.servers_due = cases[i].due;
		lev_map_assign(m.servers_next.up, 1000, cases[i].differ);
		if (lev_member_ahead(&m) != cases[i].ahead)
			fail_msg("%s: %#x", cases[i].what, lev_member_ahead(&m));
	}
}

static void each_part_counts(void **state)
{
	struct lev_basis a = { 1, { .up = { 2 } }, 3, 4, 5, LEV_BASE_OLD }, b[7];
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(b); i++)
		b[i] = a;
	assert_true(lev_basis_same(&a, &b[0]));
	b[0].digest++;
	lev_map_assign(b[1].word.up, LEV_SERVERS_MAX - 1, true);
	lev_less_set(&b[2].word.less, LEV_SERVERS_MAX - 1, 1);
	b[3].serial++;
	b[4].untold--;
	b[5].incarnation++;
	b[6].base = LEV_BASE_JOIN;
	for (i = 0; i < ARRAY_SIZE(b); i++)
		assert_false(lev_basis_same(&a, &b[i]));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(next_switch),
		cmocka_unit_test(each_part_counts),
	};

	return cmocka_run_group_tests_name("ahead", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/frag.c kmod/core/flow.c */
/*
 * The tracker of fragments, case by case. test_frag_soak.c plays it against a model.
 */
#include "packet.h"
#include "core/frag.h"

#define MS	LEV_NSEC_PER_MSEC
#define START	(5000 * MS)

/* What is held, as the module's sk_buffs would be. */
struct piece {
	struct piece *next;
	int id;
};

static struct lev_frags t;
static struct piece pieces[2 * LEV_FRAG_HELD_MAX];
static unsigned int n_pieces;

static int begin(void **state)
{
	(void)state;
	lev_frag_init(&t);
	n_pieces = 0;
	return 0;
}

static struct lev_frag_flow flow_no(u16 n)
{
	return (struct lev_frag_flow){
		.sport = cpu_to_be16(n),
		.dport = cpu_to_be16(80),
		.proto = IPPROTO_UDP,
	};
}

static bool flow_is(const struct lev_frag_flow *flow, u16 n)
{
	struct lev_frag_flow want = flow_no(n);

	return flow->sport == want.sport &&
	       flow->dport == want.dport && flow->proto == want.proto;
}

/* A later fragment comes and, if it is to be, is held. */
static enum lev_frag_verdict later(u64 k, u64 now, struct lev_frag_answer *answer)
{
	enum lev_frag_verdict verdict;
	struct piece *p;

	memset(answer, 0xa5, sizeof(*answer));
	verdict = lev_frag_later(&t, k, now, answer);
	if (verdict == LEV_FRAG_HOLD) {
		assert_true(n_pieces < ARRAY_SIZE(pieces));
		p = &pieces[n_pieces];
		p->id = (int)n_pieces++;
		p->next = *answer->chain;
		*answer->chain = p;
	}
	return verdict;
}

static void hold(u64 k, u64 now)
{
	struct lev_frag_answer answer;

	assert_int_equal(later(k, now, &answer), LEV_FRAG_HOLD);
	assert_null(answer.dropped);
}

static void *first(u64 k, u64 now, u16 n, void **dropped)
{
	struct lev_frag_flow flow = flow_no(n);

	return lev_frag_first(&t, k, now, &flow, dropped);
}

/* A first fragment for which nothing waits, and that needs no room. */
static void know(u64 k, u64 now, u16 n)
{
	void *dropped;

	assert_null(first(k, now, n, &dropped));
	assert_null(dropped);
}

static void is_known(u64 k, u64 now, u16 n)
{
	struct lev_frag_answer answer;

	assert_int_equal(later(k, now, &answer), LEV_FRAG_KNOWN);
	assert_true(flow_is(&answer.flow, n));
	assert_null(answer.dropped);
}

/* The chain has the @n pieces from @from on, newest first. */
static void chain_is(const void *chain, int from, int n)
{
	const struct piece *p = chain;

	while (n--) {
		assert_non_null(p);
		assert_int_equal(p->id, from + n);
		p = p->next;
	}
	assert_null(p);
}

static void in_order(void **state)
{
	u64 next;

	(void)state;
	know(1, START, 7);
	is_known(1, START, 7);
	is_known(1, START + 1999 * MS, 7);
	/* Nothing is held, so no timer is needed. */
	assert_null(lev_frag_due(&t, START + 9000 * MS, &next));
	assert_true(next == U64_MAX);
}

static void out_of_order(void **state)
{
	struct piece *p;
	void *dropped;
	u64 next;

	(void)state;
	hold(1, START);
	hold(2, START + 1 * MS);
	hold(1, START + 2 * MS);
	assert_null(lev_frag_due(&t, START + 3 * MS, &next));
	assert_true(next == START + 2000 * MS);
	assert_int_equal(t.n_held, 3);
	/* Its own two, newest first. */
	p = first(1, START + 3 * MS, 7, &dropped);
	assert_null(dropped);
	assert_int_equal(p->id, 2);
	assert_int_equal(p->next->id, 0);
	assert_null(p->next->next);
	assert_int_equal(t.n_held, 1);
	is_known(1, START + 3 * MS, 7);
	chain_is(first(2, START + 4 * MS, 8, &dropped), 1, 1);
	assert_int_equal(t.n_held, 0);
	is_known(2, START + 4 * MS, 8);
	/* The time counts anew from the first one. */
	is_known(1, START + 2002 * MS, 7);
}

/* The time counts from the first fragment, and later ones do not prolong it. */
static void known_for_two_seconds(void **state)
{
	struct lev_frag_answer answer;

	(void)state;
	know(1, START, 7);
	is_known(1, START + 1000 * MS, 7);
	is_known(1, START + 2000 * MS - 1, 7);
	assert_int_equal(later(1, START + 2000 * MS, &answer), LEV_FRAG_HOLD);
	assert_null(answer.dropped);
}

static void held_for_two_seconds(void **state)
{
	void *dropped;
	u64 next = 0;

	(void)state;
	hold(1, START);
	hold(2, START + 500 * MS);
	hold(1, START + 1999 * MS);
	assert_null(lev_frag_due(&t, START + 2000 * MS - 1, &next));
	assert_true(next == START + 2000 * MS);
	assert_int_equal(((struct piece *)lev_frag_due(&t, START + 2000 * MS, &next))->id, 2);
	assert_null(lev_frag_due(&t, START + 2000 * MS, &next));
	assert_true(next == START + 2500 * MS);
	/* The first one comes too late for those, and is known for those that come yet. */
	know(1, START + 2001 * MS, 7);
	chain_is(first(2, START + 2400 * MS, 8, &dropped), 1, 1);
	is_known(1, START + 4000 * MS, 7);
	assert_null(lev_frag_due(&t, U64_MAX, &next));
	assert_true(next == U64_MAX);
}

/* The timer has not run yet: what is due is not used any more, but handed back. */
static void due_before_the_timer_ran(void **state)
{
	struct lev_frag_answer answer;
	void *dropped;

	(void)state;
	hold(1, START);
	hold(2, START);
	assert_null(first(1, START + 2000 * MS, 7, &dropped));
	chain_is(dropped, 0, 1);
	assert_int_equal(later(2, START + 2000 * MS, &answer), LEV_FRAG_HOLD);
	chain_is(answer.dropped, 1, 1);
	assert_int_equal(t.n_held, 1);
}

static void second_first(void **state)
{
	(void)state;
	know(1, START, 7);
	know(1, START + 500 * MS, 7);
	is_known(1, START + 2400 * MS, 7);
	know(1, START + 2400 * MS, 8);
	is_known(1, START + 4399 * MS, 8);
}

/* It counts as new in the order of eviction, too. */
static void second_first_is_new(void **state)
{
	void *dropped;
	u64 k;

	(void)state;
	for (k = 0; k < LEV_FRAG_DATAGRAMS; k++)
		know(k, START, (u16)k);
	know(0, START, 7);
	assert_null(first(5000, START, 9, &dropped));
	is_known(0, START, 7);
	hold(1, START);
}

/* The clock was read before another had the lock: a later time was told already. */
static void time_runs_back(void **state)
{
	u64 next;

	(void)state;
	know(1, START + 10 * MS, 7);
	know(2, START, 8);
	is_known(2, START + 2010 * MS - 1, 8);
	hold(3, START + 3010 * MS);
	hold(4, START + 3000 * MS);
	assert_non_null(lev_frag_due(&t, START + 5010 * MS, &next));
	assert_non_null(lev_frag_due(&t, START + 5010 * MS, &next));
	assert_null(lev_frag_due(&t, START + 5010 * MS, &next));
}

static void limit_of_a_datagram(void **state)
{
	struct lev_frag_answer answer;
	void *dropped;
	int i;

	(void)state;
	for (i = 0; i < LEV_FRAG_HELD_EACH; i++)
		hold(1, START);
	for (i = 0; i < 1000; i++) {
		assert_int_equal(later(1, START, &answer), LEV_FRAG_FULL);
		assert_null(answer.dropped);
	}
	hold(2, START);
	chain_is(first(1, START, 7, &dropped), 0, LEV_FRAG_HELD_EACH);
	is_known(1, START, 7);
}

static void limit_of_all_held(void **state)
{
	struct lev_frag_answer answer;
	int i;

	(void)state;
	/* Known ones are older, but hold nothing. */
	know(1000, START, 7);
	for (i = 0; i < LEV_FRAG_HELD_MAX; i++)
		hold((u64)i / 16, START);
	assert_int_equal(t.n_held, LEV_FRAG_HELD_MAX);
	assert_int_equal(later(999, START, &answer), LEV_FRAG_HOLD);
	chain_is(answer.dropped, 0, 16);
	assert_int_equal(t.n_held, LEV_FRAG_HELD_MAX - 15);
	is_known(1000, START, 7);
	for (i = 0; i < 15; i++)
		hold(999, START);
	/* Even the datagram itself, if it is the oldest. */
	assert_int_equal(later(1, START, &answer), LEV_FRAG_HOLD);
	chain_is(answer.dropped, 16, 16);
	assert_int_equal(t.n_held, LEV_FRAG_HELD_MAX - 15);
}

static void limit_of_datagrams(void **state)
{
	struct lev_frag_answer answer;
	void *dropped;
	u64 k;

	(void)state;
	hold(0, START);
	for (k = 1; k < LEV_FRAG_DATAGRAMS; k++)
		know(k, START + k, (u16)k);
	is_known(1, START + k, 1);
	/* A lone later one is the oldest, then come known ones. */
	assert_null(first(2000, START + k, 7, &dropped));
	chain_is(dropped, 0, 1);
	assert_int_equal(t.n_held, 0);
	assert_int_equal(later(2001, START + k, &answer), LEV_FRAG_HOLD);
	assert_null(answer.dropped);
	assert_int_equal(later(1, START + k, &answer), LEV_FRAG_HOLD);
	is_known(3, START + k, 3);
	is_known(2000, START + k, 7);
}

/* Later fragments whose first ones never come, without end: what they cost is bounded. */
static void endless_later_ones(void **state)
{
	u64 k, next, back = 0, in = ARRAY_SIZE(pieces);
	struct lev_frag_answer answer;
	struct piece *p;

	(void)state;
	for (k = 0; k < in; k++) {
		assert_int_equal(later(k, START + k, &answer), LEV_FRAG_HOLD);
		for (p = answer.dropped; p; p = p->next)
			back++;
		assert_true(t.n_held <= LEV_FRAG_DATAGRAMS);
	}
	while ((p = lev_frag_due(&t, U64_MAX, &next)))
		for (; p; p = p->next)
			back++;
	assert_int_equal(back, in);
	assert_int_equal(t.n_held, 0);
	/* All entries are free again. */
	for (k = 0; k < LEV_FRAG_DATAGRAMS; k++)
		know(k, START + 9000 * MS, 1);
}

/* All in one bucket: the chains of buckets are kept right. */
static void one_bucket(void **state)
{
	void *dropped;
	u64 k;

	(void)state;
	for (k = 0; k < LEV_FRAG_DATAGRAMS; k++)
		know(k * LEV_FRAG_DATAGRAMS, START + k, (u16)k);
	for (k = 0; k < 500; k++)
		first((5000 + k) * LEV_FRAG_DATAGRAMS, START + 5000, (u16)(5000 + k), &dropped);
	for (k = 500; k < LEV_FRAG_DATAGRAMS; k++)
		is_known(k * LEV_FRAG_DATAGRAMS, START + 5000, (u16)k);
	for (k = 0; k < 500; k++)
		is_known((5000 + k) * LEV_FRAG_DATAGRAMS, START + 5000, (u16)(5000 + k));
}

static const char *const first4 = "4500001c 00012000 3f110000 " A4 PORTS "00080000";
static const char *const later4 = "4500001c 00012001 3f110000 " A4 "00000000 00000000";
static const char *const first6 = "60000000 00102c3f " A6 "11000001 00000007 " PORTS "00080000";
static const char *const later6 = "60000000 00102c3f " A6 "11000009 00000007 " PORTS "00080000";

/* The figures were computed by a program of their own. */
static void keys(void **state)
{
	struct lev_flow a, b;
	u8 data[MAX_PACKET];
	int six, part;

	(void)state;
	for (six = 0; six < 2; six++) {
		size_t len = from_hex(six ? first6 : first4, data);

		assert_int_equal(parse(six, data, len, len, &a), 0);
		len = from_hex(six ? later6 : later4, data);
		assert_int_equal(parse(six, data, len, len, &b), 0);
		assert_true(a.first && b.later);
		assert_int_equal(lev_frag_key(&a, &key),
				 six ? 0xd7bfa6c0d684e9ddULL : 0xc340f8d4e37079e7ULL);
		assert_int_equal(lev_frag_key(&b, &key), lev_frag_key(&a, &key));
		for (part = 0; part < 8; part++) {
			b = a;
			b.src.b[15] += part == 0;
			b.dst.b[15] += part == 1;
			b.frag_id += part == 2;
			b.proto += part == 3;
			b.sport += part == 4;
			b.dport += part == 5;
			b.ttl += part == 6;
			b.tot_len += part == 7;
			assert_int_equal(lev_frag_key(&b, &key) != lev_frag_key(&a, &key),
					 part < 3 || (part == 3 && !six));
		}
	}
}

#define TEST(f)	cmocka_unit_test_setup(f, begin)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(in_order),
		TEST(out_of_order),
		TEST(known_for_two_seconds),
		TEST(held_for_two_seconds),
		TEST(due_before_the_timer_ran),
		TEST(second_first),
		TEST(second_first_is_new),
		TEST(time_runs_back),
		TEST(limit_of_a_datagram),
		TEST(limit_of_all_held),
		TEST(limit_of_datagrams),
		TEST(endless_later_ones),
		TEST(one_bucket),
		TEST(keys),
	};

	return cmocka_run_group_tests_name("frag", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/frag.c kmod/core/flow.c */
/*
 * The tracker of fragments against a model of it: a plain array of datagrams, oldest first,
 * that is searched from end to end. Random first and later fragments, time that goes on, and
 * timers that run late.
 */
#include "unit.h"
#include "core/frag.h"

#define MS	LEV_NSEC_PER_MSEC
#define STEPS	10000

struct piece {
	struct piece *next;
	u64 key;
	bool out;
};

/* A datagram as the model knows it: ordered by the time that it began. */
struct model {
	u64 key;
	u64 due;
	u64 hash;
	unsigned int n_held;
};

static struct lev_frags t;
static struct model model[LEV_FRAG_DATAGRAMS];
static unsigned int n_model, n_held;
static struct piece pieces[STEPS];
static unsigned int n_pieces, n_out;

static struct model *model_find(u64 k)
{
	unsigned int i;

	for (i = 0; i < n_model; i++)
		if (model[i].key == k)
			return &model[i];
	return NULL;
}

static unsigned int model_remove(struct model *m)
{
	unsigned int held = m->n_held;

	n_held -= held;
	n_model--;
	memmove(m, m + 1, (size_t)(&model[n_model] - m) * sizeof(*m));
	return held;
}

static struct model *model_add(u64 k, u64 due)
{
	struct model *m = &model[n_model++];

	*m = (struct model){ .key = k, .due = due };
	return m;
}

/* Make room among all, or among those that hold something. */
static unsigned int model_evict(bool holding)
{
	struct model *m = model, *best;

	while (holding && !m->n_held)
		m++;
	/* Of two as old, one that holds something goes first. */
	for (best = m; m < model + n_model && m->due == best->due && !best->n_held; m++)
		if (m->n_held)
			best = m;
	return model_remove(best);
}

/* A chain comes back: every piece once, all of one datagram, as many as the model says. */
static void came_back(struct piece *p, u64 k, unsigned int n)
{
	for (; p; p = p->next, n--) {
		assert_true(n && !p->out);
		assert_true(p->key == k);
		p->out = true;
		n_out++;
	}
	assert_int_equal(n, 0);
}

static void dropped_is(struct piece *p, unsigned int n)
{
	came_back(p, p ? p->key : 0, n);
}

static unsigned int model_expire(u64 k, u64 now)
{
	struct model *m = model_find(k);

	return m && m->due <= now ? model_remove(m) : 0;
}

static void play_first(u64 k, u64 now, u64 hash)
{
	struct lev_frag_flow flow = { .sport = (__be16)hash, .dport = (__be16)(hash >> 16) };
	unsigned int dropped = model_expire(k, now), held = 0;
	struct model *m = model_find(k);
	void *out, *chain;

	if (m)
		held = model_remove(m);
	else if (n_model == LEV_FRAG_DATAGRAMS)
		dropped = model_evict(false);
	model_add(k, now + LEV_FRAG_TIMEOUT)->hash = hash;

	chain = lev_frag_first(&t, k, now, &flow, &out);
	came_back(chain, k, held);
	dropped_is(out, dropped);
}

static void play_later(u64 k, u64 now)
{
	unsigned int dropped = model_expire(k, now);
	enum lev_frag_verdict want = LEV_FRAG_HOLD, verdict;
	struct model *m = model_find(k);
	struct lev_frag_answer answer;
	struct piece *p;

	if (m && !m->n_held) {
		want = LEV_FRAG_KNOWN;
	} else if (m && m->n_held == LEV_FRAG_HELD_EACH) {
		want = LEV_FRAG_FULL;
	} else {
		if (n_held == LEV_FRAG_HELD_MAX)
			dropped = model_evict(true);
		else if (!m && n_model == LEV_FRAG_DATAGRAMS)
			dropped = model_evict(false);
		/* It may have moved, or be the one that went. */
		m = model_find(k);
		if (!m)
			m = model_add(k, now + LEV_FRAG_TIMEOUT);
		m->n_held++;
		n_held++;
	}

	verdict = lev_frag_later(&t, k, now, &answer);
	assert_int_equal(verdict, want);
	dropped_is(answer.dropped, dropped);
	if (verdict == LEV_FRAG_KNOWN) {
		assert_true(answer.flow.sport == (__be16)m->hash);
		assert_true(answer.flow.dport == (__be16)(m->hash >> 16));
	}
	if (verdict != LEV_FRAG_HOLD)
		return;
	p = &pieces[n_pieces++];
	p->key = k;
	p->next = *answer.chain;
	*answer.chain = p;
}

static void play_timer(u64 now)
{
	struct model *m = model;
	struct piece *p;
	u64 next;

	while ((p = lev_frag_due(&t, now, &next))) {
		while (m < model + n_model && !m->n_held)
			m++;
		assert_true(m < model + n_model && m->due <= now);
		came_back(p, m->key, m->n_held);
		model_remove(m);
	}
	while (m < model + n_model && !m->n_held)
		m++;
	assert_true(next == (m < model + n_model ? m->due : U64_MAX));
	assert_true(next > now);
}

/*
 * @keys: how many datagrams the fragments are of; @firsts: of 16 fragments, so many are first
 * ones; @mean: ns between two fragments.
 */
static void play(unsigned int keys, unsigned int firsts, unsigned int mean,
		 unsigned long long seed)
{
	u64 now = 1;
	int step;

	lev_frag_init(&t);
	n_model = 0;
	n_held = 0;
	n_pieces = 0;
	n_out = 0;
	memset(pieces, 0, sizeof(pieces));
	for (step = 0; step < STEPS; step++) {
		u64 k = (u64)rnd(&seed, keys) * 0x9e3779b97f4a7c15ULL;

		now += rnd(&seed, 2 * mean);
		if (rnd(&seed, 16) < firsts)
			play_first(k, now, rnd_next(&seed));
		else
			play_later(k, now);
		if (!rnd(&seed, 100))
			play_timer(now);
		assert_int_equal(t.n_held, n_held);
	}
	play_timer(U64_MAX - 1);
	assert_int_equal(n_out, n_pieces);
	assert_int_equal(t.n_held, 0);
}

static void few_datagrams(void **state)
{
	(void)state;
	play(20, 1, 10 * MS, 1);
}

static void many_datagrams(void **state)
{
	(void)state;
	play(1500, 4, MS, 2);
}

/* Neither limit is out of reach. */
static void all_that_may_be_held(void **state)
{
	(void)state;
	play(120, 0, MS / 20, 3);
	play(900, 1, MS / 20, 4);
}

/* A full table of known ones alone, and of waiting ones alone. */
static void one_list(void **state)
{
	(void)state;
	play(2000, 16, MS / 20, 5);
	play(6000, 0, MS / 20, 6);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_datagrams),
		cmocka_unit_test(many_datagrams),
		cmocka_unit_test(all_that_may_be_held),
		cmocka_unit_test(one_list),
	};

	return cmocka_run_group_tests_name("frag_soak", tests, NULL, NULL);
}

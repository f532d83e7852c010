// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/member.c kmod/core/hear.c kmod/core/clock.c kmod/core/agree.c */
/* sources: kmod/core/word.c */
/* sources: kmod/core/join.c kmod/core/key.c */
/* sources: kmod/core/config.c kmod/core/wire.c kmod/core/wheel.c */
/* sources: selftests/sim/sim.c selftests/sim/node.c selftests/sim/flight.c */
/*
 * Nodes that have the key and say anything, near what is true or not, by seed: when they are gone
 * the others serve as before, within seconds. LEV_SEEDS=n in the environment plays more of them.
 */
#include "serving.h"

#define SEEDS	500
#define HONEST	2
#define ROGUES	2
#define SERVERS	3
#define FOR		(2000 * MS)	/* so long they speak */
#define SOON		(10000 * MS)	/* as Documentation/security.rst says */

/* What a rogue is heard under. */
struct rogue {
	u8 node;
	u32 incarnation;
	u64 sequence;
};

static u64 odd(struct sim *s)
{
	u64 any = rnd_next(&s->seed);

	switch (rnd(&s->seed, 5)) {
	case 0:
		return rnd(&s->seed, 4);
	case 1:
		return U64_MAX - rnd(&s->seed, 4);
	case 2:
		return BIT_ULL(63);
	case 3:
		return any;
	default:
		return any >> rnd(&s->seed, 64);
	}
}

/* It, or something about it, by any step; or anything. */
static u64 near(struct sim *s, u64 value)
{
	if (!rnd(&s->seed, 3))
		return odd(s);
	return value + (rnd_next(&s->seed) >> (12 + rnd(&s->seed, 52))) -
	       (rnd_next(&s->seed) >> (12 + rnd(&s->seed, 52)));
}

static void lie(struct sim *s, struct lev_beat *b)
{
	u64 *word[] = { &b->clock, &b->version, &b->digest, &b->pending_version,
			&b->pending_digest, &b->switch_digest, &b->switch_at, &b->servers_epoch,
			&b->servers_at };
	unsigned int which = rnd(&s->seed, ARRAY_SIZE(word) + 7);

	if (which < ARRAY_SIZE(word))
		*word[which] = near(s, *word[which]);
	else if (which == ARRAY_SIZE(word))
		b->reason = rnd(&s->seed, __LEV_REASON_MAX);
	else if (which == ARRAY_SIZE(word) + 1)
		b->keeper = rnd(&s->seed, HONEST + ROGUES + 1);
	else if (which == ARRAY_SIZE(word) + 2)
		b->priority = rnd(&s->seed, 256);
	else if (which == ARRAY_SIZE(word) + 3)
		b->vote.up[0] = rnd(&s->seed, 256);
	else if (which == ARRAY_SIZE(word) + 4)
		b->agreed.up[0] = rnd(&s->seed, 256);
	else if (which == ARRAY_SIZE(word) + 5)
		memset(b->seal[0], rnd(&s->seed, 256), sizeof(b->seal[0]));
	else
		b->n_servers = rnd(&s->seed, LEV_SERVERS_MAX + 1);
}

static void flags(struct sim *s, struct lev_beat *b)
{
	b->synced = rnd(&s->seed, 8);
	b->ready = rnd(&s->seed, 8);
	b->memory = rnd(&s->seed, 2);
	b->wants = rnd(&s->seed, 2);
}

/* So that it is taken for alive. */
static void echo(struct sim *s, struct lev_beat *b)
{
	unsigned int id;

	b->n_hears = 0;
	for (id = 1; id <= HONEST; id++) {
		struct lev_hears *h = &b->hears[b->n_hears];

		if (!rnd(&s->seed, 20))
			continue;
		b->n_hears++;
		h->node = id;
		h->sides = 3;
		h->incarnation = sim_m(s, id)->incarnation;
		h->sequence = sim_m(s, id)->sequence;
	}
}

static void speak(struct sim *s, struct rogue *r)
{
	unsigned int like = 1 + rnd(&s->seed, HONEST), lies, id;
	static struct lev_beat b;

	/* As that one would send it now; its own numbers do not rise for it. */
	lev_member_beat(sim_m(s, like), &b, sim_local(s, like));
	sim_m(s, like)->sequence--;
	if (!rnd(&s->seed, 200)) {
		r->incarnation = rnd_next(&s->seed);
		r->sequence = 0;
	}
	b.node = rnd(&s->seed, 50) ? r->node : 1 + rnd(&s->seed, HONEST);
	b.incarnation = r->incarnation;
	b.sequence = rnd(&s->seed, 1000) ? ++r->sequence : odd(s);
	b.reason = LEV_REASON_NONE;
	echo(s, &b);
	for (lies = rnd(&s->seed, 2) * rnd(&s->seed, 4); lies; lies--)
		lie(s, &b);
	if (!rnd(&s->seed, 4))
		flags(s, &b);
	for (id = 1; id <= HONEST; id++)
		if (rnd(&s->seed, 10) && id != b.node)
			sim_inject_beat(s, id, b.side, &b);
}

static bool serves(struct sim *s)
{
	unsigned int id;

	for (id = 1; id <= HONEST; id++)
		if (sim_m(s, id)->view != sim_set(HONEST) ||
		    sim_m(s, id)->agreed.up[0] != sim_set(SERVERS) ||
		    sim_m(s, id)->digest != sim_m(s, 1)->digest)
			return false;
	return true;
}

static unsigned int taken;

static void rogues(unsigned long long seed)
{
	struct sim *s = serving(HONEST + ROGUES, HONEST, SERVERS, seed);
	struct rogue r[ROGUES];
	unsigned int i, gap;
	u64 end;

	for (i = 0; i < ROGUES; i++)
		r[i] = (struct rogue){ .node = HONEST + 1 + i, .incarnation = i + 1 };
	gap = 2 + rnd(&s->seed, 100);
	for (end = s->now + FOR; s->now < end;) {
		speak(s, &r[rnd(&s->seed, ROGUES)]);
		sim_run(s, rnd(&s->seed, gap) * MS);
		taken += sim_m(s, 1)->view > sim_set(HONEST);
	}
	for (end = s->now + SOON; s->now < end && !serves(s);)
		sim_run(s, 10 * MS);
	assert_true(serves(s));
	sim_run(s, 1000 * MS);
	assert_true(serves(s));
	sim_free(s);
}

static void gone_and_all_is_well(void **state)
{
	const char *more = getenv("LEV_SEEDS");
	unsigned long long seed, seeds = more ? strtoull(more, NULL, 10) : SEEDS;

	(void)state;
	for (seed = 1; seed <= seeds; seed++) {
		/* A failure's seed is the last one named. */
		if (more)
			fprintf(stderr, "seed %llu\n", seed);
		rogues(seed);
	}
	/* They were taken for nodes, or nothing much was tried. */
	assert_true(taken > 10 * seeds);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gone_and_all_is_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

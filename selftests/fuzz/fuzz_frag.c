// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/frag.c */
/*
 * The tracker of fragments: first and later ones, timers and time in any order. Each fragment that
 * is held comes back once, with those of its datagram; the tracker's lists are whole. An operation
 * of the input is one byte, what it does it to, and how often.
 */
#include "fuzz.h"
#include "core/frag.h"

#define MS		LEV_NSEC_PER_MSEC
#define PIECES		8192	/* of an input, at most */
#define KEYS		4096
#define KEY_BUCKETS	256	/* so many have collisions */
#define SAME_KEY	0x80

struct piece {
	struct piece *next;
	unsigned int of;
	bool held;
};

static struct lev_frags t;
static struct piece pieces[PIECES];
static struct lev_frag_flow told[KEYS];
static unsigned int n_pieces, n_held;
static u64 now;

static u64 key_of(unsigned int of)
{
	return (u64)(of / KEY_BUCKETS) << 32 | of % KEY_BUCKETS;
}

/* Return: of which datagram they are; all of one. */
static unsigned int came_back(struct piece *p)
{
	unsigned int of = p->of, n = 0;

	for (; p; p = p->next, n++) {
		fuzz_must(p->held && p->of == of);
		p->held = false;
	}
	fuzz_must(n <= LEV_FRAG_HELD_EACH && n <= n_held);
	n_held -= n;
	return of;
}

static void first(unsigned int of)
{
	void *held, *dropped;

	n_pieces++;
	told[of].sport++;
	told[of].proto = of % 2 ? IPPROTO_UDP : IPPROTO_TCP;
	held = lev_frag_first(&t, key_of(of), now, &told[of], &dropped);
	if (dropped)
		came_back(dropped);
	if (held)
		fuzz_must(came_back(held) == of);
}

static void later(unsigned int of)
{
	struct piece *p = &pieces[n_pieces++];
	struct lev_frag_answer answer = {};
	enum lev_frag_verdict verdict = lev_frag_later(&t, key_of(of), now, &answer);

	if (answer.dropped)
		came_back(answer.dropped);
	if (verdict == LEV_FRAG_KNOWN) {
		fuzz_must(told[of].sport && answer.flow.sport == told[of].sport);
		fuzz_must(answer.flow.proto == told[of].proto);
	}
	if (verdict != LEV_FRAG_HOLD)
		return;
	*p = (struct piece){ .next = *answer.chain, .of = of, .held = true };
	*answer.chain = p;
	fuzz_must(!p->next || (p->next->held && p->next->of == of));
	n_held++;
}

static void due(u64 at)
{
	u64 next = 0;
	void *chain;

	while ((chain = lev_frag_due(&t, at, &next)))
		came_back(chain);
	fuzz_must(next > at || next == U64_MAX);
	fuzz_must((next == U64_MAX) == !n_held);
}

static bool in_bucket(u16 wanted)
{
	u16 i = t.buckets[t.entries[wanted].key % LEV_FRAG_DATAGRAMS];

	while (i != LEV_FRAG_NONE && i != wanted)
		i = t.entries[i].chain;
	return i == wanted;
}

/* Return: how many are in it. */
static unsigned int check_list(const struct lev_frag_list *list, bool waits)
{
	unsigned int n = 0, held = 0;
	u16 i, older = LEV_FRAG_NONE;
	u64 before = 0;

	for (i = list->oldest; i != LEV_FRAG_NONE; older = i, i = t.entries[i].newer) {
		const struct lev_frag *f = &t.entries[i];

		fuzz_must(++n <= LEV_FRAG_DATAGRAMS && f->older == older && in_bucket(i));
		fuzz_must(f->due >= before && f->due <= t.now + LEV_FRAG_TIMEOUT);
		fuzz_must(!f->n_held == !waits && !f->held == !waits);
		fuzz_must(f->n_held <= LEV_FRAG_HELD_EACH);
		before = f->due;
		held += f->n_held;
	}
	fuzz_must(list->newest == older);
	fuzz_must(held == (waits ? t.n_held : 0));
	return n;
}

static void check(void)
{
	unsigned int n = check_list(&t.known, false) + check_list(&t.waiting, true);
	u16 i;

	for (i = t.free; i != LEV_FRAG_NONE; i = t.entries[i].older)
		fuzz_must(++n <= LEV_FRAG_DATAGRAMS);
	fuzz_must(n == LEV_FRAG_DATAGRAMS);
}

static void operate(struct fuzz_input *in)
{
	unsigned int what = fuzz_take(in, 1) % 4, of, times;
	bool same;
	s8 step;

	if (what == 2) {
		due(now);
		return;
	}
	if (what == 3) {
		/* Back, too: callers may have read the clock before they waited. */
		step = fuzz_take(in, 1);
		now += step * (50 * (s64)MS);
		return;
	}
	of = fuzz_take(in, 2) % KEYS;
	times = fuzz_take(in, 1);
	same = times & SAME_KEY;
	times = 1 + times % SAME_KEY * 8;
	while (times-- && n_pieces < PIECES) {
		if (what)
			later(of);
		else
			first(of);
		if (!same)
			of = (of + 1) % KEYS;
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct fuzz_input in = { data, size };

	now = 1000000 * MS;
	n_pieces = 0;
	n_held = 0;
	memset(told, 0, sizeof(told));
	lev_frag_init(&t);
	while (in.left && n_pieces < PIECES) {
		operate(&in);
		fuzz_must(t.n_held == n_held && n_held <= LEV_FRAG_HELD_MAX);
	}
	check();
	due(U64_MAX);
	check();
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The tracker of fragments (see frag.h). Owns no state but what it is handed; called under
 * its owner's lock.
 *
 * All datagrams live equally long, so in each of its two lists the oldest is due first.
 */
#include "frag.h"

static u16 index_of(const struct lev_frags *t, const struct lev_frag *f)
{
	return (u16)(f - t->entries);
}

static struct lev_frag *entry(struct lev_frags *t, u16 index)
{
	return index == LEV_FRAG_NONE ? NULL : &t->entries[index];
}

static u16 *bucket(struct lev_frags *t, u64 key)
{
	return &t->buckets[key & (LEV_FRAG_DATAGRAMS - 1)];
}

/* A datagram that holds nothing has its first fragment. */
static struct lev_frag_list *list_of(struct lev_frags *t, const struct lev_frag *f)
{
	return f->n_held ? &t->waiting : &t->known;
}

static void list_append(struct lev_frags *t, struct lev_frag_list *list, struct lev_frag *f)
{
	f->older = list->newest;
	f->newer = LEV_FRAG_NONE;
	if (list->newest == LEV_FRAG_NONE)
		list->oldest = index_of(t, f);
	else
		t->entries[list->newest].newer = index_of(t, f);
	list->newest = index_of(t, f);
}

static void list_remove(struct lev_frags *t, struct lev_frag_list *list,
			const struct lev_frag *f)
{
	if (f->older == LEV_FRAG_NONE)
		list->oldest = f->newer;
	else
		t->entries[f->older].newer = f->newer;
	if (f->newer == LEV_FRAG_NONE)
		list->newest = f->older;
	else
		t->entries[f->newer].older = f->older;
}

static struct lev_frag *find(struct lev_frags *t, u64 key)
{
	struct lev_frag *f = entry(t, *bucket(t, key));

	while (f && f->key != key)
		f = entry(t, f->chain);
	return f;
}

/* Take what it holds. The caller puts it into the other list, or forgets it. */
static void *take_held(struct lev_frags *t, struct lev_frag *f)
{
	void *held = f->held;

	t->n_held -= f->n_held;
	f->n_held = 0;
	f->held = NULL;
	return held;
}

/* Returns what it held. */
static void *forget(struct lev_frags *t, struct lev_frag *f)
{
	u16 *at = bucket(t, f->key);

	while (*at != index_of(t, f))
		at = &t->entries[*at].chain;
	*at = f->chain;
	list_remove(t, list_of(t, f), f);
	f->older = t->free;
	t->free = index_of(t, f);
	return take_held(t, f);
}

/* The oldest of all. The caller knows that there is one. */
static struct lev_frag *oldest(struct lev_frags *t)
{
	struct lev_frag *known = entry(t, t->known.oldest);
	struct lev_frag *waiting = entry(t, t->waiting.oldest);

	if (!known || !waiting)
		return known ? known : waiting;
	return known->due < waiting->due ? known : waiting;
}

/* A new entry, in no list yet. The caller knows that one is free. */
static struct lev_frag *add(struct lev_frags *t, u64 key)
{
	struct lev_frag *f = entry(t, t->free);
	u16 *head = bucket(t, key);

	t->free = f->older;
	f->key = key;
	f->due = t->now + LEV_FRAG_TIMEOUT;
	f->held = NULL;
	f->n_held = 0;
	f->chain = *head;
	*head = index_of(t, f);
	return f;
}

/* The key's entry, as of @now. One whose time is over is forgotten, even if no timer ran. */
static struct lev_frag *find_now(struct lev_frags *t, u64 key, u64 now, void **dropped)
{
	struct lev_frag *f = find(t, key);

	*dropped = NULL;
	t->now = max(t->now, now);
	if (!f || f->due > t->now)
		return f;
	*dropped = forget(t, f);
	return NULL;
}

void lev_frag_init(struct lev_frags *t)
{
	static const struct lev_frag_list empty = { LEV_FRAG_NONE, LEV_FRAG_NONE };
	u16 i;

	t->now = 0;
	t->n_held = 0;
	t->known = empty;
	t->waiting = empty;
	memset(t->buckets, 0xff, sizeof(t->buckets));
	t->free = LEV_FRAG_NONE;
	for (i = 0; i < LEV_FRAG_DATAGRAMS; i++) {
		t->entries[i].older = t->free;
		t->free = i;
	}
}

u64 lev_frag_key(const struct lev_flow *flow, const siphash_key_t *key)
{
	struct {
		struct lev_addr src;
		struct lev_addr dst;
		__be32 id;
		u8 proto;
		u8 zero[3];
	} __aligned(8) in = {
		.src = flow->src,
		.dst = flow->dst,
		.id = cpu_to_be32(flow->frag_id),
		.proto = lev_addr_is4(&flow->dst) ? flow->proto : 0,
	};

	BUILD_BUG_ON(sizeof(in) != 40);
	return siphash(&in, sizeof(in), key);
}

void *lev_frag_first(struct lev_frags *t, u64 key, u64 now, const struct lev_frag_flow *flow,
		     void **dropped)
{
	struct lev_frag *f = find_now(t, key, now, dropped);
	void *held = NULL;

	if (f) {
		list_remove(t, list_of(t, f), f);
		held = take_held(t, f);
		f->due = t->now + LEV_FRAG_TIMEOUT;
	} else {
		if (t->free == LEV_FRAG_NONE)
			*dropped = forget(t, oldest(t));
		f = add(t, key);
	}
	f->flow = *flow;
	list_append(t, &t->known, f);
	return held;
}

enum lev_frag_verdict lev_frag_later(struct lev_frags *t, u64 key, u64 now,
				     struct lev_frag_answer *answer)
{
	struct lev_frag *f = find_now(t, key, now, &answer->dropped);

	if (f && !f->n_held) {
		answer->flow = f->flow;
		return LEV_FRAG_KNOWN;
	}
	if (f && f->n_held == LEV_FRAG_HELD_EACH)
		return LEV_FRAG_FULL;

	/* One datagram that makes room is enough: it holds at least one, and frees its entry. */
	if (t->n_held == LEV_FRAG_HELD_MAX) {
		struct lev_frag *victim = entry(t, t->waiting.oldest);

		answer->dropped = forget(t, victim);
		if (victim == f)
			f = NULL;
	} else if (!f && t->free == LEV_FRAG_NONE) {
		answer->dropped = forget(t, oldest(t));
	}
	if (!f) {
		f = add(t, key);
		list_append(t, &t->waiting, f);
	}
	f->n_held++;
	t->n_held++;
	answer->chain = &f->held;
	return LEV_FRAG_HOLD;
}

void *lev_frag_due(struct lev_frags *t, u64 now, u64 *next)
{
	struct lev_frag *f = entry(t, t->waiting.oldest);

	if (f && f->due <= now)
		return forget(t, f);
	*next = f ? f->due : U64_MAX;
	return NULL;
}

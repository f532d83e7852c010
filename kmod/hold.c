// SPDX-License-Identifier: GPL-2.0
/*
 * Fragments that wait (see hold.h). What is held is linked by skb->next, newest first, as
 * core/frag.c keeps it.
 */
#include <linux/skbuff.h>
#include <linux/slab.h>

#include "hold.h"

static void give_up(struct lev_cluster *c, struct sk_buff *list)
{
	const struct sk_buff *skb;
	unsigned int n = 0;

	for (skb = list; skb; skb = skb->next)
		n++;
	if (!n)
		return;
	lev_stats_add(c->stats, LEV_STAT_PACKETS_DROPPED, n);
	kfree_skb_list(list);
}

static struct sk_buff *oldest_first(struct sk_buff *skb)
{
	struct sk_buff *list = NULL, *next;

	for (; skb; skb = next) {
		next = skb->next;
		skb->next = list;
		list = skb;
	}
	return list;
}

struct sk_buff *lev_hold_first(struct lev_cluster *c, const struct lev_flow *flow,
			       const siphash_key_t *key)
{
	struct lev_frag_flow known = {
		.sport = flow->sport,
		.dport = flow->dport,
		.proto = flow->proto,
	};
	struct lev_hold *h = c->hold;
	struct sk_buff *list;
	void *dropped;

	spin_lock(&h->lock);
	list = lev_frag_first(&h->frags, lev_frag_key(flow, key), lev_now(), &known, &dropped);
	spin_unlock(&h->lock);
	give_up(c, dropped);
	return oldest_first(list);
}

enum lev_frag_verdict lev_hold_later(struct lev_cluster *c, struct sk_buff *skb,
				     struct lev_flow *flow, const siphash_key_t *key)
{
	struct lev_hold *h = c->hold;
	struct lev_frag_answer answer;
	enum lev_frag_verdict verdict;

	/* As ip_rcv(): a sender on this machine might have no room left to send the first one. */
	skb_orphan(skb);
	spin_lock(&h->lock);
	verdict = lev_frag_later(&h->frags, lev_frag_key(flow, key), lev_now(), &answer);
	if (verdict == LEV_FRAG_HOLD) {
		skb->next = *answer.chain;
		*answer.chain = skb;
		queue_delayed_work(lev_wq, &h->work, nsecs_to_jiffies(LEV_FRAG_TIMEOUT));
	}
	spin_unlock(&h->lock);
	give_up(c, answer.dropped);
	if (verdict == LEV_FRAG_KNOWN) {
		flow->sport = answer.flow.sport;
		flow->dport = answer.flow.dport;
		flow->proto = answer.flow.proto;
	}
	return verdict;
}

/* Gives up what is due at @now. Returns when the next is, U64_MAX: nothing waits. */
static u64 expire(struct lev_hold *h, u64 now)
{
	struct sk_buff *list;
	u64 next;

	do {
		spin_lock_bh(&h->lock);
		list = lev_frag_due(&h->frags, now, &next);
		spin_unlock_bh(&h->lock);
		give_up(h->cluster, list);
	} while (list);
	return next;
}

static void work_fn(struct work_struct *work)
{
	struct lev_hold *h = container_of(to_delayed_work(work), struct lev_hold, work);
	u64 now = lev_now(), next = expire(h, now);

	if (next != U64_MAX)
		queue_delayed_work(lev_wq, &h->work, nsecs_to_jiffies(next - now) + 1);
}

void lev_hold_flush(struct lev_cluster *c)
{
	expire(c->hold, U64_MAX);
}

struct lev_hold *lev_hold_alloc(struct lev_cluster *c)
{
	struct lev_hold *h = kvzalloc(sizeof(*h), GFP_KERNEL);

	if (!h)
		return NULL;
	h->cluster = c;
	spin_lock_init(&h->lock);
	INIT_DELAYED_WORK(&h->work, work_fn);
	lev_frag_init(&h->frags);
	return h;
}

void lev_hold_free(struct lev_hold *h)
{
	if (!h)
		return;
	cancel_delayed_work_sync(&h->work);
	expire(h, U64_MAX);
	kvfree(h);
}

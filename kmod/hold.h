/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fragments that wait for their first one, whose ports say where they go. Owns the tracker
 * of core/frag.c and the packets that it holds. Called by forward.c, in softirq.
 */
#ifndef _LEV_HOLD_H
#define _LEV_HOLD_H

#include "cluster.h"
#include "core/frag.h"

/**
 * struct lev_hold - a cluster's tracker
 * @cluster: whose
 * @lock: protects @frags, taken for fragments only
 * @work: gives up what has waited in vain
 * @frags: the tracker
 */
struct lev_hold {
	struct lev_cluster *cluster;
	spinlock_t lock;
	struct delayed_work work;
	struct lev_frags frags;
};

/**
 * lev_hold_first() - the first fragment of a datagram came
 * @c: cluster
 * @flow: of it
 * @key: the cluster's hash key
 *
 * Return: those that waited for it, a list by their next, the oldest first; the caller's now
 */
struct sk_buff *lev_hold_first(struct lev_cluster *c, const struct lev_flow *flow,
			       const siphash_key_t *key);

/**
 * lev_hold_later() - a later fragment came
 * @c: cluster
 * @skb: the fragment, not shared; kept if the answer is LEV_FRAG_HOLD
 * @flow: of it; ports and protocol are filled in if the answer is LEV_FRAG_KNOWN
 * @key: the cluster's hash key
 *
 * Return: what is to be done with it
 */
enum lev_frag_verdict lev_hold_later(struct lev_cluster *c, struct sk_buff *skb,
				     struct lev_flow *flow, const siphash_key_t *key);

/* Give up all that waits, as a device from which it may have come goes. Context: process. */
void lev_hold_flush(struct lev_cluster *c);

struct lev_hold *lev_hold_alloc(struct lev_cluster *c);

/* Takes NULL. */
void lev_hold_free(struct lev_hold *h);

#endif /* _LEV_HOLD_H */

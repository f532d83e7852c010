/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Connections kept, the glue of core/keep.h and core/pin.h: what a plan remembers of the plan
 * before it, and the table of pins that such plans share.
 */
#ifndef _LEV_KEEP_H
#define _LEV_KEEP_H

#include <linux/ktime.h>
#include <linux/refcount.h>

#include "cluster.h"
#include "core/pin.h"

struct lev_plan;

#define LEV_SWEEP_SECONDS	5

/* How many pins are walked before others may run: less than a millisecond. */
#define LEV_KEEP_PIECE		16384

/**
 * struct lev_keep - the pins of a cluster, there while any change is remembered
 * @refs: one of each plan that remembers a change
 * @pins: the table; written in any context without a lock (core/pin.h)
 * @counted: the targets' counts are of this table; config_mutex
 */
struct lev_keep {
	refcount_t refs;
	struct lev_pins pins;
	bool counted;
};

/* The clock of pins and changes, seconds; it may wrap. Context: any. */
static inline u32 lev_keep_now(void)
{
	return (u32)ktime_get_boottime_seconds();
}

/**
 * lev_keep_remember() - a plan remembers what it moves, and what the plan before it remembers
 * @c: cluster; the caller holds its config_mutex
 * @plan: new, not yet published
 * @cfg: that @plan is of
 * @old: the plan before it, of the same hash key, or NULL
 * @base: what it is compared with
 *
 * With LEV_BASE_LEARN and LEV_BASE_JOIN there is room for what others remember (teach.h).
 *
 * Without memory for that it remembers nothing (@plan->forgets): flows of entries that moved lose
 * their server.
 */
void lev_keep_remember(struct lev_cluster *c, struct lev_plan *plan,
		       const struct lev_config *cfg, const struct lev_plan *old,
		       enum lev_base base);

/**
 * lev_keep_begin() - a plan is about to be published: its changes are of now
 * @c: cluster; the caller holds its config_mutex
 * @plan: not yet published; it may have been built a while ago
 */
void lev_keep_begin(struct lev_cluster *c, struct lev_plan *plan);

/* A plan is gone that held the table. Takes NULL. Context: process. */
void lev_keep_put(struct lev_keep *keep);

/* Do the targets' counts say anything? Takes NULL. The caller holds the config_mutex. */
static inline bool lev_keep_counted(const struct lev_keep *keep)
{
	return keep && keep->counted;
}

/**
 * lev_keep_forget_number() - remove the pins of a target's number before another gets it
 * @c: cluster; the caller holds its config_mutex
 * @number: of a target that is in no plan any more
 *
 * Context: process; waits for packets that are under way
 */
void lev_keep_forget_number(struct lev_cluster *c, u16 number);

#endif /* _LEV_KEEP_H */

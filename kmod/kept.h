/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The server of a flow whose entry moved in a change that is remembered: forward.c asks here for
 * such flows alone, so that the path of all others is short.
 */
#ifndef _LEV_KEPT_H
#define _LEV_KEPT_H

#include "plan.h"

/**
 * lev_kept_choose() - the server for a packet whose entry moved, or has no server
 * @c: cluster
 * @plan: plan in force
 * @s: the service that it is for
 * @flow: as parsed
 * @hash: from lev_flow_hash()
 *
 * Pins the flow where that is due, and tells the other nodes so.
 *
 * Return: target, or NULL if there is none
 * Context: softirq, RCU
 */
struct lev_target *lev_kept_choose(struct lev_cluster *c, const struct lev_plan *plan,
				   const struct lev_plan_service *s, const struct lev_flow *flow,
				   u64 hash);

/**
 * struct lev_kept - where a flow's packets go, and why
 * @entry: where it stands in the pool's table
 * @target: that serves it, or NULL
 * @moved: a change moved its entry, and is remembered
 * @pinned: @target is so by a pin
 * @origin: of an entry that moved, the target from before that, if it can serve; else NULL
 */
struct lev_kept {
	u32 entry;
	const struct lev_target *target;
	bool moved;
	bool pinned;
	const struct lev_target *origin;
};

/**
 * lev_kept_look() - as a packet of a flow is chosen for, but nothing is changed by it
 * @plan: plan in force
 * @s: the service that it is for
 * @flow: of the packet
 * @kept: filled in
 *
 * A flow of TCP that is not pinned is taken for one that begins.
 *
 * Context: any, RCU or config_mutex
 */
void lev_kept_look(const struct lev_plan *plan, const struct lev_plan_service *s,
		   const struct lev_flow *flow, struct lev_kept *kept);

#endif /* _LEV_KEPT_H */

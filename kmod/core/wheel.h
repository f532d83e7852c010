/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The wheel: who owns which lane at which tick. A pure function of the nodes, their
 * weights, who is present, and the tick. Called by kmod/lanes.c under the cluster's lock.
 */
#ifndef _LEV_CORE_WHEEL_H
#define _LEV_CORE_WHEEL_H

#include "base.h"

/* A turn has a multiple of the weights' sum in ticks, and at least this many. */
#define LEV_WHEEL_TICKS_MIN	1024

/* So many sectors at most does lev_wheel_next() look at: it runs in softirq. */
#define LEV_WHEEL_LOOKS		1024

/**
 * struct lev_wheel - the nodes of one tier around the wheel
 * @n: nodes on it (weight above 0)
 * @lanes: pointers around it, at equal distances
 * @sum: of the weights
 * @ticks: in one turn; a multiple of @sum
 * @id: node ids, ascending
 * @weight: of each
 * @start: of each one's sector, in units of weight: the sum of the weights before it
 */
struct lev_wheel {
	unsigned int n;
	unsigned int lanes;
	u32 sum;
	u32 ticks;
	u8 id[LEV_NODE_ID_MAX];
	u16 weight[LEV_NODE_ID_MAX];
	u16 start[LEV_NODE_ID_MAX];
};

/**
 * struct lev_wheel_node - what the wheel wants to know of a node
 * @id: 1..LEV_NODE_ID_MAX
 * @priority: its tier
 * @weight: 0..LEV_WEIGHT_MAX; 0 is never on the wheel
 */
struct lev_wheel_node {
	u8 id;
	u8 priority;
	u16 weight;
};

/**
 * lev_wheel_init() - put the nodes of one tier on the wheel
 * @w: filled in
 * @nodes: all configured nodes, by ascending id, present or not
 * @n: how many
 * @priority: the tier
 * @lanes: 1..LEV_LANES_MAX
 */
void lev_wheel_init(struct lev_wheel *w, const struct lev_wheel_node *nodes,
		    unsigned int n, unsigned int priority, unsigned int lanes);

/**
 * lev_wheel_tier() - the highest priority that has a present node with a weight
 * @nodes: all configured nodes
 * @n: how many
 * @present: set of nodes
 *
 * Return: the priority, or -1 if no such node is present
 */
int lev_wheel_tier(const struct lev_wheel_node *nodes, unsigned int n, u64 present);

/**
 * lev_wheel_tick() - which tick of its turn the wheel is at
 * @w: the wheel
 * @clock: cluster clock, ns
 * @period: of a turn, ns; 0: the wheel stands still
 *
 * Return: 0..@w->ticks - 1
 */
u32 lev_wheel_tick(const struct lev_wheel *w, u64 clock, u64 period);

/**
 * lev_wheel_owner() - the owner of a lane
 * @w: the wheel
 * @present: set of nodes; others on the wheel leave their sector to be filled from a
 *           wheel of those that remain, and so on
 * @tick: 0..@w->ticks - 1
 * @lane: 0..@w->lanes - 1
 *
 * Return: node id, or 0 if no node of the wheel is present
 */
unsigned int lev_wheel_owner(const struct lev_wheel *w, u64 present, u32 tick,
			     unsigned int lane);

/**
 * lev_wheel_next() - when the wheel next moves a lane, if the view stays as it is
 * @w: the wheel
 * @present: set of nodes
 * @clock: cluster clock, ns
 * @period: of a turn, ns
 * @owners: current owner of each lane (as lev_wheel_owner() gave them for @clock)
 *
 * Return: the first cluster clock, in ns, after @clock at which a lane's owner differs from
 * @owners, or 0 if that never happens (the wheel stands still, or one node owns all). If
 * LEV_WHEEL_LOOKS do not reach that far (nodes by the dozen, most of them absent, weights
 * far apart), an earlier clock after @clock, to ask again at: never a later one
 */
u64 lev_wheel_next(const struct lev_wheel *w, u64 present, u64 clock, u64 period,
		   const u8 *owners);

#endif /* _LEV_CORE_WHEEL_H */

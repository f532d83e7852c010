/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who owns which lane now: the wheel's answer for the present view and time.
 */
#ifndef _LEV_LANES_H
#define _LEV_LANES_H

#include "cluster.h"

/**
 * lev_lanes_update() - ask the wheel
 * @c: cluster; the caller holds its lock
 * @clock: cluster clock, ns
 * @view_changed: the view or the config did, so a lane gained now is a takeover, no turn
 *
 * Publishes the owners, marks what we gained to be announced, and sets turn_at.
 */
void lev_lanes_update(struct lev_cluster *c, u64 clock, bool view_changed);

/**
 * lev_lanes_retell() - announce what is ours as if it had just been gained
 * @c: cluster; the caller holds its lock
 *
 * A node that served apart from us told its askers that all lanes are its own. What is ours
 * now may never have been another's in our eyes, so nothing was gained.
 */
void lev_lanes_retell(struct lev_cluster *c);

/**
 * lev_lanes_none() - we own nothing: the cluster stops
 * @c: cluster; the caller holds its lock
 */
void lev_lanes_none(struct lev_cluster *c);

/**
 * lev_lanes_owned() - how many lanes are ours
 * @c: cluster
 *
 * Return: count, as of now
 */
unsigned int lev_lanes_owned(const struct lev_cluster *c);

/* True if the lane was ours when the wheel was last asked. Context: any. */
static inline bool lev_lane_ours(const struct lev_cluster *c, unsigned int lane)
{
	return c->self && READ_ONCE(c->owner[lane]) == c->self;
}

/*
 * To whom a lane's MAC address belongs. After a change of their number there are addresses of
 * lanes that are no more; each then is another one of a lane that is.
 */
static inline unsigned int lev_lane_of_number(const struct lev_cluster *c, unsigned int number)
{
	unsigned int lanes = READ_ONCE(c->n_lanes);

	return lanes ? number % lanes : 0;
}

/* True if the lane of this MAC address was ours when the wheel was last asked. Context: any. */
static inline bool lev_lane_mac_ours(const struct lev_cluster *c, unsigned int number)
{
	return lev_lane_ours(c, lev_lane_of_number(c, number));
}

/* Frames may come to a lane that moved for so long: a switch that missed that is told again. */
#define LEV_LANE_LATE	HZ
#define LEV_LANE_AGAIN	(LEV_LANE_LATE / 2)

/* True if the lane of this MAC address was ours a moment ago. Context: any. */
static inline bool lev_lane_mac_late(const struct lev_cluster *c, unsigned int number)
{
	unsigned long lost = READ_ONCE(c->lost_at[number]);

	return lost && time_in_range(jiffies, lost - 1, lost + LEV_LANE_LATE);
}

/**
 * lev_lane_ours_now() - ask the wheel itself, for one lane
 * @c: cluster
 * @lane: lane
 *
 * A timer may be late; whoever must answer alone goes by the clock. If the lane has just come to
 * us, what the timer would do for it is done. No lane is ours if the timer is so late that others
 * have taken ours over: after a freeze frames that have waited come before it.
 *
 * Return: true if the lane is ours at this moment
 * Context: softirq
 */
bool lev_lane_ours_now(struct lev_cluster *c, unsigned int lane);

#endif /* _LEV_LANES_H */

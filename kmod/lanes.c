// SPDX-License-Identifier: GPL-2.0
/*
 * Who owns which lane now (see lanes.h). Written under the cluster's lock, read without.
 */
#include "event.h"
#include "lanes.h"

/* The wheel stands for one tier of the config in force. */
static void wheel_refresh(struct lev_cluster *c)
{
	struct lev_wheel_node nodes[LEV_NODE_ID_MAX];
	struct lev_member *m = c->member;
	unsigned int n = lev_config_wheel_nodes(m->cfg, nodes);

	lev_wheel_init(&c->wheel, nodes, n, m->priority, m->cfg->params.lanes);
	c->wheel_priority = m->priority;
}

static u64 period(const struct lev_cluster *c)
{
	return c->member->cfg->params.period * LEV_NSEC_PER_MSEC;
}

/* Which MAC addresses are not ours any more: those of @before, of @lanes lanes. */
static void mark_lost(struct lev_cluster *c, const u8 *before, unsigned int lanes)
{
	unsigned int number;

	lockdep_assert_held(&c->lock);
	for (number = 0; lanes && number < LEV_LANES_MAX; number++)
		if (before[number % lanes] == c->self && !lev_lane_mac_ours(c, number))
			WRITE_ONCE(c->lost_at[number], jiffies | 1);
}

void lev_lanes_update(struct lev_cluster *c, u64 clock, bool view_changed)
{
	unsigned int lane, gained = 0, lost = 0, owned = 0, lanes = c->n_lanes;
	struct lev_member *m = c->member;
	u8 before[LEV_LANES_MAX];
	bool reshaped;
	u32 tick;

	lockdep_assert_held(&c->lock);
	c->turned_at = clock;
	if (view_changed || c->wheel_priority != m->priority)
		wheel_refresh(c);
	if (!m->synced) {
		lev_lanes_none(c);
		return;
	}

	memcpy(before, c->owner, sizeof(before));
	reshaped = lanes && lanes != c->wheel.lanes;
	tick = lev_wheel_tick(&c->wheel, clock, period(c));
	for (lane = 0; lane < c->wheel.lanes; lane++) {
		unsigned int owner = m->priority < 0 ? 0 :
			lev_wheel_owner(&c->wheel, m->view, tick, lane);
		bool was_ours = lane < lanes && before[lane] == c->self;

		WRITE_ONCE(c->owner[lane], owner);
		owned += owner == c->self;
		if (owner == c->self && !was_ours) {
			__set_bit(lane, c->gained);
			if (view_changed)
				__set_bit(lane, c->taken_over);
			gained++;
		}
		lost += owner != c->self && was_ours;
	}
	WRITE_ONCE(c->n_lanes, c->wheel.lanes);
	if (lost || reshaped)
		mark_lost(c, before, lanes);
	c->turn_at = m->priority < 0 ? 0 :
		lev_wheel_next(&c->wheel, m->view, clock, period(c), c->owner);

	if (gained) {
		lev_stats_add(c->stats, view_changed ? LEV_STAT_TAKEOVERS : LEV_STAT_TURNS, gained);
		mod_delayed_work(lev_wq, &c->announce_work, 0);
	}
	if (gained || lost)
		lev_event_lanes(c, clock, gained, lost, owned, view_changed);
	/* Askers and MAC addresses are of other lanes now. */
	if (reshaped)
		lev_lanes_retell(c);
	/* The settings may have changed, too. */
	if (view_changed)
		mod_delayed_work(lev_wq, &c->refresh_work, 0);
}

void lev_lanes_retell(struct lev_cluster *c)
{
	unsigned int lane;

	lockdep_assert_held(&c->lock);
	for (lane = 0; lane < c->n_lanes; lane++)
		if (lev_lane_ours(c, lane)) {
			__set_bit(lane, c->gained);
			__set_bit(lane, c->taken_over);
		}
	mod_delayed_work(lev_wq, &c->announce_work, 0);
}

bool lev_lane_ours_now(struct lev_cluster *c, unsigned int lane)
{
	struct lev_member *m = c->member;
	bool ours = false;
	u64 now, clock;

	spin_lock(&c->lock);
	now = lev_now();
	if (c->running && m->synced && m->priority >= 0 && lane < c->wheel.lanes &&
	    !lev_member_stalled(m, now)) {
		clock = lev_member_clock(m, now);
		ours = lev_wheel_owner(&c->wheel, m->view,
				       lev_wheel_tick(&c->wheel, clock, period(c)),
				       lane) == c->self;
		/* What answers carry must be taken when it comes back: not after the timer. */
		if (ours && !lev_lane_ours(c, lane))
			lev_lanes_update(c, clock, false);
	}
	spin_unlock(&c->lock);
	return ours;
}

void lev_lanes_none(struct lev_cluster *c)
{
	u8 before[LEV_LANES_MAX];

	lockdep_assert_held(&c->lock);
	memcpy(before, c->owner, sizeof(before));
	memset(c->owner, 0, sizeof(c->owner));
	mark_lost(c, before, c->n_lanes);
	bitmap_zero(c->gained, LEV_LANES_MAX);
	bitmap_zero(c->taken_over, LEV_LANES_MAX);
	c->turn_at = 0;
}

unsigned int lev_lanes_owned(const struct lev_cluster *c)
{
	unsigned int lane, owned = 0, n = READ_ONCE(c->n_lanes);

	for (lane = 0; lane < n; lane++)
		owned += lev_lane_ours(c, lane);
	return owned;
}

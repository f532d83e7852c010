// SPDX-License-Identifier: GPL-2.0
/*
 * Announcements (see announce.h). A round first tells switches of the lanes that came to us and
 * are still ours, where lanes have MAC addresses, and then walks over those askers of such lanes
 * that may know them by another address; if all lanes are ours, these hear it by broadcast first.
 * Lanes gained meanwhile wait for the next round. What came by a takeover is told once more,
 * since its old owner may not be there to forward for those that missed it; and each lane that has
 * a MAC address, since nothing else tells a switch that missed its frame.
 */
#include "announce.h"
#include "arp.h"
#include "asker.h"
#include "follow.h"
#include "frame.h"
#include "lanes.h"
#include "macs.h"
#include "ndisc.h"
#include "pace.h"
#include "plan.h"
#include "xmit.h"

/* RFC 5227, 1.1: ANNOUNCE_INTERVAL. */
#define AGAIN_AFTER	(2 * HZ)

static void send(struct lev_cluster *c, struct sk_buff *skb)
{
	if (skb && lev_xmit(skb))
		lev_count(c, ANNOUNCEMENTS);
	else
		lev_count(c, ANNOUNCE_DROPPED);
}

static struct sk_buff *announcement(struct net_device *dev, const struct lev_addr *levip,
				    const u8 *mac, const struct lev_asker *to)
{
	if (lev_addr_is4(levip))
		return lev_arp_gratuitous(dev, levip, mac, to ? to->mac : NULL);
	return lev_ndisc_advert(dev, levip, mac, to ? &to->addr : NULL, to ? to->mac : NULL,
				false);
}

/* One asker, or all. */
static void tell(struct lev_cluster *c, enum lev_side side, const struct lev_addr *levip,
		 unsigned int lane, const struct lev_asker *to)
{
	struct lev_port *port = lev_port_of(c, side);
	struct net_device *dev = rcu_dereference(port->dev);
	u8 mac[ETH_ALEN];
	const u8 *from;

	from = dev ? lev_port_mac(port, dev, lane, mac) : NULL;
	if (from)
		send(c, announcement(dev, levip, from, to));
}

/*
 * Where lanes have MAC addresses, all hear that of the first lane: from whichever lane they are,
 * it gets here, and their next probe tells them their own. Return: whether that is done.
 */
static bool tell_all(struct lev_cluster *c, const struct lev_plan *plan)
{
	for (; c->all_cursor < plan->n_addresses; c->all_cursor++) {
		const struct lev_address *levip = &plan->addresses[c->all_cursor];

		if (!(c->asker_sides & BIT(levip->side)))
			continue;
		if (!lev_pace_may_send(c))
			return false;
		tell(c, levip->side, &levip->addr, 0, NULL);
	}
	return true;
}

/*
 * Then it is right for every asker, also for one that we do not know: who has asked while we were
 * not there asks its old owner alone, until that one's silence has lasted for long.
 */
static bool all_ours(const struct lev_cluster *c)
{
	unsigned int lanes = READ_ONCE(c->n_lanes);

	return lanes && lev_lanes_owned(c) == lanes;
}

/* The lane of this asker, if it is among those to tell; else -1. */
static int lane_to_tell(struct lev_cluster *c, const struct lev_plan *plan,
			const struct lev_asker *asker)
{
	int lane = lev_asker_in_lane(asker, plan, READ_ONCE(c->n_lanes));

	if (lane < 0 || !(c->asker_sides & BIT(asker->side)) || !test_bit(lane, c->telling))
		return -1;
	if (lev_lane_ours(c, lane))
		return lane;
	lev_count(c, ANNOUNCE_DROPPED);
	return -1;
}

/* Return: whether all are told. */
static bool tell_askers(struct lev_cluster *c, const struct lev_plan *plan)
{
	struct lev_asker asker;
	unsigned int next;
	int lane;

	if (!c->asker_sides)
		return true;
	while ((next = lev_asker_next(c->askers, c->asker_cursor, &asker))) {
		lane = lane_to_tell(c, plan, &asker);
		if (lane >= 0) {
			if (!lev_pace_may_send(c))
				return false;
			tell(c, asker.side, &asker.levip, lane, &asker);
			lev_follow_told(c, &asker);
		}
		c->asker_cursor = next;
	}
	return true;
}

/* Has the lane of this number a MAC address on that side? */
static bool has_mac(const struct lev_cluster *c, enum lev_side side, unsigned int number)
{
	return rcu_access_pointer(c->port[side].dev) && number < READ_ONCE(c->port[side].n_macs);
}

/* Switches on a side hear where the lane of this MAC address is. */
static void move(struct lev_cluster *c, enum lev_side side, unsigned int number)
{
	struct net_device *dev = lev_port_dev(c, side);

	if (dev)
		send(c, lev_frame_lane(&c->port[side], dev, number));
}

/* Return: whether all lanes have been moved, on both sides. */
static bool move_all(struct lev_cluster *c)
{
	for (; c->mac_cursor < LEV_LANES_MAX * __LEV_SIDE_MAX; c->mac_cursor++) {
		unsigned int number = c->mac_cursor / __LEV_SIDE_MAX;
		unsigned int lane = lev_lane_of_number(c, number);
		enum lev_side side = c->mac_cursor % __LEV_SIDE_MAX;

		if (!test_bit(lane, c->telling) || !lev_lane_ours(c, lane) ||
		    !has_mac(c, side, number))
			continue;
		if (!lev_pace_may_send(c))
			return false;
		move(c, side, number);
	}
	return true;
}

static bool macs_told(const struct lev_cluster *c)
{
	return has_mac(c, LEV_SIDE_FRONT, 0) || has_mac(c, LEV_SIDE_BACK, 0);
}

/*
 * What is told once more, and when. Turns may come faster than that: they join those that wait.
 * A takeover has its whole time, and those wait with it.
 */
static void plan_again(struct lev_cluster *c)
{
	bool macs = macs_told(c);
	const unsigned long *more = macs ? c->gained : c->taken_over;

	lockdep_assert_held(&c->lock);
	if (bitmap_empty(more, LEV_LANES_MAX))
		return;
	if (bitmap_empty(c->again, LEV_LANES_MAX) || !bitmap_empty(c->taken_over, LEV_LANES_MAX))
		c->again_at = jiffies + (macs ? LEV_LANE_AGAIN : AGAIN_AFTER);
	bitmap_or(c->again, c->again, more, LEV_LANES_MAX);
}

/* Return: false if there is nothing to tell yet. */
static bool begin_round(struct lev_cluster *c)
{
	bitmap_zero(c->telling, LEV_LANES_MAX);
	if (time_after_eq(jiffies, c->again_at)) {
		bitmap_copy(c->telling, c->again, LEV_LANES_MAX);
		bitmap_zero(c->again, LEV_LANES_MAX);
	}
	spin_lock_bh(&c->lock);
	bitmap_or(c->telling, c->telling, c->gained, LEV_LANES_MAX);
	plan_again(c);
	bitmap_zero(c->gained, LEV_LANES_MAX);
	bitmap_zero(c->taken_over, LEV_LANES_MAX);
	c->asker_sides = lev_member_physical(c->member) | c->tell_sides;
	c->tell_sides = 0;
	spin_unlock_bh(&c->lock);
	/* With one arm all have asked on the front. */
	if (lev_ports_one(c) && c->asker_sides)
		c->asker_sides = BIT(LEV_SIDE_FRONT) | BIT(LEV_SIDE_BACK);
	c->all_cursor = all_ours(c) ? 0 : LEV_ADDRESSES_MAX;
	c->mac_cursor = 0;
	c->asker_cursor = 0;
	return !bitmap_empty(c->telling, LEV_LANES_MAX);
}

static bool more_gained(struct lev_cluster *c)
{
	bool more;

	spin_lock_bh(&c->lock);
	more = !bitmap_empty(c->gained, LEV_LANES_MAX);
	spin_unlock_bh(&c->lock);
	return more;
}

/* What there is to tell after a round, or instead of one, that had nothing to tell. */
static void wait_for_next(struct lev_cluster *c)
{
	if (more_gained(c))
		queue_delayed_work(lev_wq, &c->announce_work, 0);
	else if (!bitmap_empty(c->again, LEV_LANES_MAX))
		queue_delayed_work(lev_wq, &c->announce_work,
				   time_before(jiffies, c->again_at) ? c->again_at - jiffies : 0);
}

static void announce_work_fn(struct work_struct *work)
{
	struct lev_cluster *c = container_of(to_delayed_work(work), struct lev_cluster,
					     announce_work);
	const struct lev_plan *plan;

	rcu_read_lock();
	plan = rcu_dereference(c->plan);
	if (!plan)
		goto out;
	if (bitmap_empty(c->telling, LEV_LANES_MAX) && !begin_round(c)) {
		wait_for_next(c);
	} else if (tell_all(c, plan) && move_all(c) && tell_askers(c, plan)) {
		bitmap_zero(c->telling, LEV_LANES_MAX);
		wait_for_next(c);
	} else {
		queue_delayed_work(lev_wq, &c->announce_work, lev_pace_wait(c));
	}
out:
	rcu_read_unlock();
}

/* Time between two lanes, so that each has its turn within the interval; 0: no lane has one. */
static unsigned long refresh_gap(struct lev_cluster *c)
{
	unsigned long gap = 0;
	u32 refresh;

	spin_lock_bh(&c->lock);
	refresh = c->member->cfg->params.refresh;
	if (c->running && refresh)
		gap = max(msecs_to_jiffies(refresh / c->member->cfg->params.lanes), 1UL);
	spin_unlock_bh(&c->lock);
	return gap;
}

static void refresh(struct lev_cluster *c, unsigned int number)
{
	enum lev_side side;

	for (side = 0; side < __LEV_SIDE_MAX; side++)
		if (has_mac(c, side, number))
			move(c, side, number);
}

/* One lane after the other: nothing else is sent from its address, so switches would forget it. */
static void refresh_work_fn(struct work_struct *work)
{
	struct lev_cluster *c = container_of(to_delayed_work(work), struct lev_cluster,
					     refresh_work);
	unsigned long gap = refresh_gap(c);
	unsigned int number, lanes = READ_ONCE(c->n_lanes);

	if (!gap)
		return;
	rcu_read_lock();
	c->refresh_cursor = lanes ? (c->refresh_cursor + 1) % lanes : 0;
	for (number = c->refresh_cursor; lanes && number < LEV_LANES_MAX; number += lanes)
		if (lev_lane_mac_ours(c, number))
			refresh(c, number);
	rcu_read_unlock();
	queue_delayed_work(lev_wq, &c->refresh_work, gap);
}

void lev_announce_stop(struct lev_cluster *c)
{
	cancel_delayed_work_sync(&c->announce_work);
	cancel_delayed_work_sync(&c->refresh_work);
	bitmap_zero(c->telling, LEV_LANES_MAX);
	bitmap_zero(c->again, LEV_LANES_MAX);
}

void lev_announce_init(struct lev_cluster *c)
{
	INIT_DELAYED_WORK(&c->announce_work, announce_work_fn);
	INIT_DELAYED_WORK(&c->refresh_work, refresh_work_fn);
}

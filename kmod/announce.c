// SPDX-License-Identifier: GPL-2.0
/*
 * Announcements (see announce.h). A round walks over the askers and tells those whose lane
 * came to us and is still ours; if all lanes are ours, all hear it by broadcast first. Lanes
 * gained meanwhile wait for the next round. What came by a takeover is told once more,
 * since its old owner may not be there to forward for those that missed it.
 */
#include "announce.h"
#include "arp.h"
#include "asker.h"
#include "lanes.h"
#include "ndisc.h"
#include "plan.h"
#include "xmit.h"

/* Pace: so many frames, then a pause. */
#define BURST		32
#define BURST_PAUSE	msecs_to_jiffies(10)
/* RFC 5227, 1.1: ANNOUNCE_INTERVAL. */
#define AGAIN_AFTER	(2 * HZ)

static struct sk_buff *announcement(struct net_device *dev, const struct lev_addr *levip,
				    const struct lev_asker *to)
{
	if (lev_addr_is4(levip))
		return lev_arp_gratuitous(dev, levip, dev->dev_addr, to ? to->mac : NULL);
	return lev_ndisc_advert(dev, levip, dev->dev_addr, to ? &to->addr : NULL,
				to ? to->mac : NULL, false);
}

/* One asker, or all. */
static void tell(struct lev_cluster *c, enum lev_side side, const struct lev_addr *levip,
		 const struct lev_asker *to)
{
	struct net_device *dev = lev_port_dev(c, side);
	struct sk_buff *skb;

	if (!dev)
		return;
	skb = announcement(dev, levip, to);
	if (skb && lev_xmit(skb))
		lev_count(c, ANNOUNCEMENTS);
	else
		lev_count(c, ANNOUNCE_DROPPED);
}

static void tell_all(struct lev_cluster *c, const struct lev_plan *plan)
{
	u32 i;

	for (i = 0; i < plan->n_addresses; i++)
		tell(c, plan->addresses[i].side, &plan->addresses[i].addr, NULL);
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

/* Is this asker's lane among those to tell? Then it was told, if the lane is still ours. */
static bool tell_asker(struct lev_cluster *c, const struct lev_plan *plan,
		       const struct lev_asker *asker)
{
	int index = lev_plan_address(plan, &asker->levip);
	unsigned int lanes = READ_ONCE(c->n_lanes), lane;
	struct lev_addr key;

	if (index < 0 || !lanes)
		return false;
	lev_asker_key(asker, &key);
	lane = lev_asker_lane(&key, index, plan->n_addresses, lanes, &plan->hash_key);
	if (!test_bit(lane, c->telling))
		return false;
	if (lev_lane_ours(c, lane))
		tell(c, asker->side, &asker->levip, asker);
	else
		lev_count(c, ANNOUNCE_DROPPED);
	return true;
}

/* Takes up what was gained since the last round. False: nothing to tell. */
static bool begin_round(struct lev_cluster *c)
{
	bitmap_copy(c->telling, c->again, LEV_LANES_MAX);
	spin_lock_bh(&c->lock);
	bitmap_or(c->telling, c->telling, c->gained, LEV_LANES_MAX);
	bitmap_copy(c->again, c->taken_over, LEV_LANES_MAX);
	bitmap_zero(c->gained, LEV_LANES_MAX);
	bitmap_zero(c->taken_over, LEV_LANES_MAX);
	spin_unlock_bh(&c->lock);
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

static void announce_work_fn(struct work_struct *work)
{
	struct lev_cluster *c = container_of(to_delayed_work(work), struct lev_cluster,
					     announce_work);
	const struct lev_plan *plan;
	struct lev_asker asker;
	unsigned int sent = 0;

	rcu_read_lock();
	plan = rcu_dereference(c->plan);
	if (!plan)
		goto out;
	if (bitmap_empty(c->telling, LEV_LANES_MAX)) {
		if (!begin_round(c))
			goto out;
		if (all_ours(c))
			tell_all(c, plan);
	}
	do {
		c->asker_cursor = lev_asker_next(c->askers, c->asker_cursor, &asker);
		sent += c->asker_cursor && tell_asker(c, plan, &asker);
	} while (c->asker_cursor && sent < BURST);

	if (c->asker_cursor) {
		queue_delayed_work(lev_wq, &c->announce_work, BURST_PAUSE);
		goto out;
	}
	bitmap_zero(c->telling, LEV_LANES_MAX);
	if (more_gained(c))
		queue_delayed_work(lev_wq, &c->announce_work, 0);
	else if (!bitmap_empty(c->again, LEV_LANES_MAX))
		queue_delayed_work(lev_wq, &c->announce_work, AGAIN_AFTER);
out:
	rcu_read_unlock();
}

void lev_announce_stop(struct lev_cluster *c)
{
	cancel_delayed_work_sync(&c->announce_work);
	bitmap_zero(c->telling, LEV_LANES_MAX);
	bitmap_zero(c->again, LEV_LANES_MAX);
}

void lev_announce_init(struct lev_cluster *c)
{
	INIT_DELAYED_WORK(&c->announce_work, announce_work_fn);
}

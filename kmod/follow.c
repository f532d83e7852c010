// SPDX-License-Identifier: GPL-2.0
/*
 * Whether askers have followed (see follow.h). A walk over the table asks those that owe a sign, a
 * second later another one those that still do. Its frames keep the pace with announcements.
 */
#include "arp.h"
#include "follow.h"
#include "lanes.h"
#include "macs.h"
#include "ndisc.h"
#include "pace.h"
#include "plan.h"
#include "xmit.h"

/* RFC 4861, 10: MAX_UNICAST_SOLICIT and RETRANS_TIMER, as Linux has them for ARP too. */
#define PROBES		3
#define PROBE_AFTER	HZ

static struct sk_buff *question(struct net_device *dev, const struct lev_asker *asker,
				const u8 *mac)
{
	if (lev_addr_is4(&asker->levip))
		return lev_arp_request(dev, &asker->levip, mac, &asker->addr, asker->mac);
	return lev_ndisc_solicit(dev, &asker->levip, mac, &asker->addr, asker->mac);
}

/* Return: whether it was sent. */
static bool ask(struct lev_cluster *c, const struct lev_asker *asker, unsigned int lane)
{
	struct lev_port *port = lev_port_of(c, asker->side);
	struct net_device *dev = rcu_dereference(port->dev);
	struct sk_buff *skb;
	u8 mac[ETH_ALEN];
	const u8 *from;

	from = dev ? lev_port_mac(port, dev, lane, mac) : NULL;
	skb = from ? question(dev, asker, from) : NULL;
	if (!skb || !lev_xmit(skb))
		return false;
	lev_count(c, ASKER_PROBES);
	return true;
}

/* The lane of this asker if it is ours by the clock, as a late question calls it back; or -1 */
static int our_lane(struct lev_cluster *c, const struct lev_plan *plan,
		    const struct lev_asker *asker)
{
	int lane = lev_asker_in_lane(asker, plan, READ_ONCE(c->n_lanes));
	bool ours;

	local_bh_disable();
	ours = lane >= 0 && lev_lane_ours_now(c, lane);
	local_bh_enable();
	return ours ? lane : -1;
}

/*
 * One that owes a sign, as it was a moment ago: it may have given it meanwhile, or been told of
 * another move. Return: false if it has to wait until a frame may be sent.
 */
static bool look_after(struct lev_cluster *c, const struct lev_plan *plan,
		       const struct lev_asker *asker)
{
	int lane = our_lane(c, plan, asker);

	if (lane < 0) {
		/* Whose the lane is now tells it, and asks it. */
		lev_asker_change_unsure(c->askers, asker, asker->unsure, 0);
		return true;
	}
	if (asker->unsure > PROBES) {
		if (lev_asker_change_unsure(c->askers, asker, asker->unsure, LEV_ASKER_GIVEN_UP))
			lev_count(c, ASKERS_STRAY);
		return true;
	}
	if (!lev_pace_may_send(c))
		return false;
	c->follow_again = true;
	/* Before it is asked, since it may answer while we still send. */
	if (lev_asker_change_unsure(c->askers, asker, asker->unsure, asker->unsure + 1) &&
	    !ask(c, asker, lane))
		lev_asker_change_unsure(c->askers, asker, asker->unsure + 1, asker->unsure);
	return true;
}

/* From where the walk stands. Return: whether it has come to its end. */
static bool go_on(struct lev_cluster *c, const struct lev_plan *plan)
{
	struct lev_asker asker;
	unsigned int next;

	while ((next = lev_asker_next(c->askers, c->follow_cursor, &asker))) {
		if (asker.unsure && asker.unsure != LEV_ASKER_GIVEN_UP &&
		    !look_after(c, plan, &asker))
			return false;
		c->follow_cursor = next;
	}
	c->follow_cursor = 0;
	return true;
}

static void follow_work_fn(struct work_struct *work)
{
	struct lev_cluster *c = container_of(to_delayed_work(work), struct lev_cluster,
					     follow_work);
	const struct lev_plan *plan;

	rcu_read_lock();
	plan = rcu_dereference(c->plan);
	if (!plan)
		goto out;
	if (!go_on(c, plan)) {
		queue_delayed_work(lev_wq, &c->follow_work, lev_pace_wait(c));
		goto out;
	}
	if (c->follow_again)
		queue_delayed_work(lev_wq, &c->follow_work, PROBE_AFTER);
	c->follow_again = false;
out:
	rcu_read_unlock();
}

void lev_follow_told(struct lev_cluster *c, const struct lev_asker *asker)
{
	if (asker->unsure == LEV_ASKER_GIVEN_UP)
		return;
	lev_asker_set_unsure(c->askers, asker, 1);
	queue_delayed_work(lev_wq, &c->follow_work, PROBE_AFTER);
}

void lev_follow_heard(struct lev_port *port, const struct lev_addr *addr,
		      const struct lev_addr *levip)
{
	struct lev_asker asker = {
		.addr = *addr,
		.levip = *levip,
		.side = port->side,
	};

	lev_asker_set_unsure(port->cluster->askers, &asker, 0);
}

void lev_follow_stop(struct lev_cluster *c)
{
	cancel_delayed_work_sync(&c->follow_work);
	c->follow_cursor = 0;
	c->follow_again = false;
}

void lev_follow_init(struct lev_cluster *c)
{
	INIT_DELAYED_WORK(&c->follow_work, follow_work_fn);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Answers for LevIPs (see answer.h). Owns the time of the last conflict event.
 */
#include <linux/if_arp.h>

#include "answer.h"
#include "asker.h"
#include "beat.h"
#include "event.h"
#include "follow.h"
#include "lanes.h"
#include "macs.h"
#include "ndisc.h"
#include "plan.h"
#include "step.h"
#include "xmit.h"

bool lev_answer_is_ours(struct lev_cluster *c, const struct lev_addr *addr)
{
	const struct lev_plan *plan = rcu_dereference(c->plan);

	return plan && lev_plan_address(plan, addr) >= 0;
}

/*
 * Front and back may be on one segment: what we say on one comes in on the other. A lane's address
 * is ours or another node's.
 */
static bool is_own(const struct lev_cluster *c, const u8 *mac)
{
	enum lev_side side;

	if (lev_macs_known(c, mac))
		return true;
	for (side = 0; side < __LEV_SIDE_MAX; side++) {
		struct net_device *dev = lev_port_dev(c, side);

		if (dev && ether_addr_equal_unaligned(mac, dev->dev_addr))
			return true;
	}
	return false;
}

/*
 * Somebody says that a LevIP is at its MAC. Another node may; a third party is reported,
 * an event a second at most, and not fought: that would only make two of us (RFC 5227, 2.4).
 */
static void claim(struct lev_cluster *c, const struct lev_addr *levip, const u8 *mac)
{
	unsigned long told = READ_ONCE(c->conflict_told);
	u64 clock;

	if (is_own(c, mac) || !lev_beat_stranger(c, mac))
		return;
	lev_count(c, CONFLICTS);
	if (told && time_before(jiffies, told + HZ))
		return;
	WRITE_ONCE(c->conflict_told, jiffies | 1);
	spin_lock_bh(&c->lock);
	clock = lev_member_clock(c->member, lev_now());
	spin_unlock_bh(&c->lock);
	lev_event_conflict(c, clock, levip, mac);
}

static void learn(struct lev_port *port, const struct lev_addr *addr,
		  const struct lev_addr *levip, const u8 *mac)
{
	struct lev_asker asker = {
		.addr = *addr,
		.levip = *levip,
		.side = port->side,
	};

	memcpy(asker.mac, mac, ETH_ALEN);
	lev_asker_learn(port->cluster->askers, &asker);
}

static bool on_side(const struct lev_port *port, const struct lev_plan *plan,
		    unsigned int index)
{
	return plan->addresses[index].side == port->side || lev_ports_one(port->cluster);
}

/* The lane of this asker, if it is ours; else -1. */
static int our_lane(struct lev_cluster *c, const struct lev_plan *plan, unsigned int index,
		    const struct lev_addr *asker)
{
	unsigned int lanes = READ_ONCE(c->n_lanes), lane;

	if (!lanes)
		return -1;
	lane = lev_plan_lane(plan, index, asker, lanes);
	return lev_lane_ours_now(c, lane) ? (int)lane : -1;
}

/* An address probe (RFC 5227, 2.1.1) comes from nobody. */
static bool is_probe(const struct lev_arp *arp)
{
	return !memchr_inv(arp->sender.b + 12, 0, 4);
}

static void answer_arp(struct lev_port *port, struct net_device *dev,
		       const struct lev_plan *plan, unsigned int index,
		       const struct lev_arp *arp)
{
	struct lev_cluster *c = port->cluster;
	struct sk_buff *skb;
	u8 mac[ETH_ALEN];
	const u8 *from;
	int lane;

	if (!on_side(port, plan, index))
		return;
	lev_count(c, ARP_REQUESTS);
	if (!is_probe(arp))
		learn(port, &arp->sender, &arp->target, arp->sender_mac);
	lane = our_lane(c, plan, index, &arp->sender);
	if (lane < 0)
		return;
	from = lev_port_mac(port, dev, lane, mac);
	skb = from ? lev_arp_reply(dev, arp, from) : NULL;
	if (skb && lev_xmit(skb))
		lev_count(c, ARP_REPLIES);
}

bool lev_answer_arp(struct lev_port *port, struct net_device *dev, const struct lev_arp *arp)
{
	const struct lev_plan *plan = rcu_dereference(port->cluster->plan);
	int target, sender;

	if (!plan)
		return false;
	target = lev_plan_address(plan, &arp->target);
	sender = lev_plan_address(plan, &arp->sender);
	if (sender >= 0)
		claim(port->cluster, &arp->sender, arp->sender_mac);
	else if (target >= 0 && arp->op == ARPOP_REQUEST)
		answer_arp(port, dev, plan, target, arp);
	else if (target >= 0)
		lev_follow_heard(port, &arp->sender, &arp->target);
	return sender >= 0 || target >= 0;
}

static void answer_nd(struct lev_port *port, struct net_device *dev,
		      const struct lev_plan *plan, unsigned int index,
		      const struct lev_nd *nd, const u8 *mac)
{
	struct lev_cluster *c = port->cluster;
	struct lev_addr key;
	struct sk_buff *skb;
	u8 own[ETH_ALEN];
	const u8 *from;
	int lane;

	if (!on_side(port, plan, index))
		return;
	lev_count(c, ND_SOLICITS);
	/* Without the option it has an entry for us already, which its next probe will tell. */
	if (nd->has_mac)
		learn(port, &nd->sender, &nd->target, mac);
	lev_nd_key(&key, mac);
	lane = our_lane(c, plan, index, &key);
	if (lane < 0)
		return;
	from = lev_port_mac(port, dev, lane, own);
	skb = from ? lev_ndisc_advert(dev, &nd->target, from, nd->dad ? NULL : &nd->sender, mac,
				      !nd->dad) : NULL;
	if (skb && lev_xmit(skb))
		lev_count(c, ND_ADVERTS);
}

bool lev_answer_nd(struct lev_port *port, struct net_device *dev, const struct lev_nd *nd,
		   const u8 *from)
{
	const struct lev_plan *plan = rcu_dereference(port->cluster->plan);
	const u8 *mac = nd->has_mac ? nd->mac : from;
	bool solicit = nd->type == LEV_ND_SOLICIT_TYPE;
	int target, sender;

	if (!plan)
		return false;
	target = lev_plan_address(plan, &nd->target);
	sender = lev_plan_address(plan, &nd->sender);
	if (sender >= 0)
		claim(port->cluster, &nd->sender, mac);
	/* Who looks whether the address is free is about to take it: no other sign may come. */
	else if (target >= 0 && (!solicit || nd->dad))
		claim(port->cluster, &nd->target, mac);
	if (sender < 0 && target >= 0 && solicit)
		answer_nd(port, dev, plan, target, nd, mac);
	if (sender < 0 && target < 0 && !solicit && lev_plan_address(plan, &nd->to) >= 0) {
		lev_follow_heard(port, &nd->target, &nd->to);
		return true;
	}
	return sender >= 0 || target >= 0;
}

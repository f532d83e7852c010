// SPDX-License-Identifier: GPL-2.0
/*
 * Answers for LevIPs (see answer.h). Owns the time of the last conflict event.
 */
#include <linux/if_arp.h>

#include "answer.h"
#include "asker.h"
#include "beat.h"
#include "event.h"
#include "lanes.h"
#include "plan.h"
#include "port.h"
#include "step.h"
#include "xmit.h"

bool lev_answer_is_ours(struct lev_cluster *c, const struct lev_addr *addr)
{
	const struct lev_plan *plan = rcu_dereference(c->plan);

	return plan && lev_plan_address(plan, addr) >= 0;
}

/* Front and back may be on one segment: what we say on one comes in on the other. */
static bool is_own(const struct lev_cluster *c, const u8 *mac)
{
	enum lev_side side;

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

static void learn(struct lev_cluster *c, enum lev_side side, const struct lev_arp *arp)
{
	struct lev_asker asker = {
		.addr = arp->sender,
		.levip = arp->target,
		.side = side,
	};

	ether_addr_copy(asker.mac, arp->sender_mac);
	lev_asker_learn(c->askers, &asker);
}

/* An address probe (RFC 5227, 2.1.1) comes from nobody. */
static bool is_probe(const struct lev_arp *arp)
{
	return !memchr_inv(arp->sender.b + 12, 0, 4);
}

static void answer(struct lev_port *port, struct net_device *dev, const struct lev_plan *plan,
		   unsigned int index, const struct lev_arp *arp)
{
	struct lev_cluster *c = port->cluster;
	unsigned int lanes = READ_ONCE(c->n_lanes), lane;
	struct sk_buff *skb;

	if (plan->addresses[index].side != port->side && !lev_ports_one(c))
		return;
	lev_count(c, ARP_REQUESTS);
	if (!is_probe(arp))
		learn(c, port->side, arp);
	if (!lanes)
		return;
	lane = lev_asker_lane(&arp->sender, index, plan->n_addresses, lanes, &plan->hash_key);
	if (!lev_lane_ours_now(c, lane))
		return;
	skb = lev_arp_reply(dev, arp, dev->dev_addr);
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
		answer(port, dev, plan, target, arp);
	return sender >= 0 || target >= 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Heartbeats (see beat.h). Owns the beat timer and the peers' MAC addresses; both under
 * the cluster's lock. Frames are built under the lock and sent behind it.
 */
#include <linux/rtnetlink.h>
#include <linux/pkt_sched.h>

#include "beat.h"
#include "sign.h"
#include "step.h"
#include "xmit.h"

static const u8 group[ETH_ALEN] = LEV_WIRE_GROUP;

/* One copy for one side; the beat in scratch is the same but for that. */
static struct sk_buff *build(struct lev_cluster *c, struct net_device *dev, enum lev_side side)
{
	size_t len = LEV_WIRE_BEAT_MAX;
	struct sk_buff *skb;

	skb = alloc_skb(LL_RESERVED_SPACE(dev) + len + dev->needed_tailroom, GFP_ATOMIC);
	if (!skb)
		return NULL;
	skb_reserve(skb, LL_RESERVED_SPACE(dev));
	skb_reset_network_header(skb);
	c->scratch->side = side;
	len = lev_wire_write(c->scratch, skb->data);
	skb_put(skb, len);
	skb->dev = dev;
	skb->protocol = htons(LEV_WIRE_ETHERTYPE);
	skb->priority = TC_PRIO_CONTROL;
	if (lev_sign(c, skb->data, len) ||
	    dev_hard_header(skb, dev, LEV_WIRE_ETHERTYPE, group, dev->dev_addr, len) < 0) {
		kfree_skb(skb);
		return NULL;
	}
	return skb;
}

/* Builds a beat for each port that is there. The caller sends them without the lock. */
static void prepare(struct lev_cluster *c, struct sk_buff **frames)
{
	struct net_device *front = lev_port_dev(c, LEV_SIDE_FRONT);
	enum lev_side side;
	u64 now = lev_now();

	lockdep_assert_held(&c->lock);
	lev_member_beat(c->member, c->scratch, now);
	c->beat_sent = now;
	for (side = 0; side < __LEV_SIDE_MAX; side++) {
		struct net_device *dev = lev_port_dev(c, side);

		frames[side] = dev && (side == LEV_SIDE_FRONT || dev != front) ?
			build(c, dev, side) : NULL;
	}
}

static void send(struct lev_cluster *c, struct sk_buff **frames)
{
	enum lev_side side;

	for (side = 0; side < __LEV_SIDE_MAX; side++)
		if (frames[side] && lev_xmit(frames[side]))
			lev_count(c, BEATS_SENT);
}

static enum hrtimer_restart beat_timer_fn(struct hrtimer *timer)
{
	struct lev_cluster *c = container_of(timer, struct lev_cluster, beat_timer);
	struct sk_buff *frames[__LEV_SIDE_MAX] = {};

	rcu_read_lock();
	spin_lock(&c->lock);
	if (c->running) {
		u64 interval = c->member->cfg->params.heartbeat * LEV_NSEC_PER_MSEC;

		lev_step(c, 0);
		prepare(c, frames);
		hrtimer_start(timer, ns_to_ktime(c->beat_sent + interval), HRTIMER_MODE_ABS_SOFT);
	}
	spin_unlock(&c->lock);
	send(c, frames);
	rcu_read_unlock();
	return HRTIMER_NORESTART;
}

void lev_beat_goodbye(struct lev_cluster *c)
{
	struct sk_buff *frames[__LEV_SIDE_MAX] = {};

	ASSERT_RTNL();
	rcu_read_lock();
	spin_lock_bh(&c->lock);
	c->member->local.stopping = true;
	lev_step(c, 0);
	prepare(c, frames);
	spin_unlock_bh(&c->lock);
	local_bh_disable();
	send(c, frames);
	local_bh_enable();
	rcu_read_unlock();
}

static void reject(struct lev_cluster *c, enum lev_stat why)
{
	lev_count(c, BEATS_REJECTED);
	lev_stats_add(c->stats, why, 1);
}

/* The signature comes before anything in the beat is believed. */
static bool signature_right(struct lev_cluster *c, struct sk_buff *skb, size_t len)
{
	if (lev_sign_right(c, skb->data, len))
		return true;
	reject(c, LEV_STAT_BEATS_FORGED);
	spin_lock(&c->lock);
	lev_member_forged(c->member, lev_wire_node(skb->data), lev_now());
	spin_unlock(&c->lock);
	return false;
}

static void hear(struct lev_port *port, struct sk_buff *skb, size_t len)
{
	struct lev_cluster *c = port->cluster;
	enum lev_hear heard;
	u32 todo = 0;

	lockdep_assert_held(&c->lock);
	if (lev_wire_read(skb->data, len, c->scratch)) {
		reject(c, LEV_STAT_BEATS_MALFORMED);
		return;
	}
	heard = lev_member_hear(c->member, c->scratch, port->side, lev_now(), &todo);
	if (heard == LEV_HEAR_OK) {
		lev_count(c, BEATS_HEARD);
		/* A first beat may be a recording: its sender has yet to answer us. */
		if (c->member->peer[c->scratch->node].known)
			ether_addr_copy(c->peer_mac[c->scratch->node][port->side],
					eth_hdr(skb)->h_source);
	} else {
		reject(c, heard == LEV_HEAR_FOREIGN ? LEV_STAT_BEATS_FOREIGN :
		       LEV_STAT_BEATS_REPLAYED);
	}
	lev_step(c, todo);
}

bool lev_beat_rx(struct lev_port *port, struct sk_buff *skb)
{
	struct lev_cluster *c = port->cluster;
	size_t len = skb_linearize(skb) ? 0 : lev_wire_length(skb->data, skb->len);

	if (!len) {
		reject(c, LEV_STAT_BEATS_MALFORMED);
		return false;
	}
	if (lev_wire_cluster(skb->data) != c->id) {
		reject(c, LEV_STAT_BEATS_FOREIGN);
		return false;
	}
	if (!signature_right(c, skb, len))
		return true;
	spin_lock(&c->lock);
	if (c->running)
		hear(port, skb, len);
	spin_unlock(&c->lock);
	return true;
}

bool lev_beat_stranger(struct lev_cluster *c, const u8 *mac)
{
	unsigned int id, side;
	bool stranger;

	spin_lock_bh(&c->lock);
	stranger = c->member->ready;
	for (id = 1; id <= LEV_NODE_ID_MAX && stranger; id++)
		for (side = 0; side < __LEV_SIDE_MAX; side++)
			stranger &= !ether_addr_equal_unaligned(c->peer_mac[id][side], mac);
	spin_unlock_bh(&c->lock);
	return stranger;
}

void lev_beat_start(struct lev_cluster *c)
{
	spin_lock_bh(&c->lock);
	memset(c->peer_mac, 0, sizeof(c->peer_mac));
	spin_unlock_bh(&c->lock);
}

void lev_beat_init(struct lev_cluster *c)
{
	hrtimer_setup(&c->beat_timer, beat_timer_fn, CLOCK_BOOTTIME, HRTIMER_MODE_ABS_SOFT);
}

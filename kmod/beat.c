// SPDX-License-Identifier: GPL-2.0
/*
 * Heartbeats (see beat.h). Owns the beat timer and the peers' MAC addresses; both under
 * the cluster's lock. Frames are built under the lock and sent behind it.
 */
#include <linux/rtnetlink.h>

#include "beat.h"
#include "frame.h"
#include "sign.h"
#include "step.h"
#include "xmit.h"

/* One copy for one side; the beat in scratch is the same but for that. */
static struct sk_buff *build(struct lev_cluster *c, struct net_device *dev, enum lev_side side)
{
	struct sk_buff *skb = lev_frame_alloc(dev, LEV_WIRE_BEAT_MAX);

	if (!skb)
		return NULL;
	c->scratch->side = side;
	return lev_frame_finish(c, skb, lev_wire_write(c->scratch, skb->data));
}

/* Builds a beat for each port that is there. The caller sends them without the lock. */
static void prepare(struct lev_cluster *c, struct sk_buff **frames)
{
	struct net_device *front = lev_port_dev(c, LEV_SIDE_FRONT);
	enum lev_side side;

	lockdep_assert_held(&c->lock);
	lev_member_beat(c->member, c->scratch, lev_now());
	lev_sign_seal(c, c->scratch);
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

/*
 * Who has not been heard for that long, and is lost, may be a client by now, or a router. Not at
 * once: a node that was not run for a moment goes on with what it was about.
 */
#define MAC_MEMORY	(5 * NSEC_PER_SEC)

static void forget_macs(struct lev_cluster *c, u64 now)
{
	u64 memory = max_t(u64, MAC_MEMORY, 2 * lev_member_limit(c->member));
	unsigned int id, side;
	u64 bits = 0, word;

	lockdep_assert_held(&c->lock);
	for (id = 1; id <= LEV_NODE_ID_MAX; id++)
		for (side = 0; side < __LEV_SIDE_MAX; side++) {
			word = now - c->peer_mac_at[id] < memory ? c->peer_mac[id][side] : 0;
			WRITE_ONCE(c->peer_mac[id][side], word);
			bits |= word ? lev_beat_mac_bit((const u8 *)&word) : 0;
		}
	WRITE_ONCE(c->peer_macs, bits);
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
		forget_macs(c, lev_now());
		prepare(c, frames);
		hrtimer_start(timer, ns_to_ktime(lev_now() + interval), HRTIMER_MODE_ABS_SOFT);
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

/* The signature comes before anything in the beat is believed. Return: LEV_PROOF_*, or 0. */
static u8 signature(struct lev_cluster *c, struct sk_buff *skb, size_t len,
		    siphash_key_t *hash_key)
{
	u8 proof = lev_sign_proof(c, skb->data, len, hash_key);

	if (proof)
		return proof;
	reject(c, LEV_STAT_BEATS_FORGED);
	spin_lock(&c->lock);
	lev_member_forged(c->member, lev_wire_node(skb->data), lev_now());
	spin_unlock(&c->lock);
	return 0;
}

static u64 mac_word(const u8 *mac)
{
	u64 word = 0;

	memcpy(&word, mac, ETH_ALEN);
	return word;
}

static void remember_mac(struct lev_cluster *c, unsigned int node, enum lev_side side,
			 const u8 *mac)
{
	lockdep_assert_held(&c->lock);
	WRITE_ONCE(c->peer_mac[node][side], mac_word(mac));
	WRITE_ONCE(c->peer_macs, c->peer_macs | lev_beat_mac_bit(mac));
	c->peer_mac_at[node] = lev_now();
}

bool lev_beat_is_node(const struct lev_cluster *c, const u8 *mac)
{
	u64 word = mac_word(mac);
	unsigned int id, side;

	for (id = 1; id <= LEV_NODE_ID_MAX; id++)
		for (side = 0; side < __LEV_SIDE_MAX; side++)
			if (READ_ONCE(c->peer_mac[id][side]) == word)
				return true;
	return false;
}

static void hear(struct lev_port *port, struct sk_buff *skb, size_t len, u8 proof,
		 const siphash_key_t *hash_key)
{
	struct lev_cluster *c = port->cluster;
	enum lev_hear heard;
	u32 todo = 0;

	lockdep_assert_held(&c->lock);
	if (lev_wire_read(skb->data, len, c->scratch)) {
		reject(c, LEV_STAT_BEATS_MALFORMED);
		return;
	}
	c->scratch->proof = proof;
	c->scratch->hash_key = *hash_key;
	heard = lev_member_hear(c->member, c->scratch, port->side, lev_now(), &todo);
	if (heard == LEV_HEAR_OK) {
		lev_count(c, BEATS_HEARD);
		/* A first beat may be a recording: its sender has yet to answer us. */
		if (c->member->peer[c->scratch->node].known)
			remember_mac(c, c->scratch->node, port->side, eth_hdr(skb)->h_source);
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
	siphash_key_t hash_key;
	u8 proof;

	if (!len) {
		reject(c, LEV_STAT_BEATS_MALFORMED);
		return false;
	}
	if (lev_wire_cluster(skb->data) != READ_ONCE(c->id)) {
		reject(c, LEV_STAT_BEATS_FOREIGN);
		return false;
	}
	proof = signature(c, skb, len, &hash_key);
	if (!proof)
		return true;
	spin_lock(&c->lock);
	if (c->running)
		hear(port, skb, len, proof, &hash_key);
	spin_unlock(&c->lock);
	return true;
}

bool lev_beat_stranger(struct lev_cluster *c, const u8 *mac)
{
	bool ready;

	spin_lock_bh(&c->lock);
	ready = c->member->ready;
	spin_unlock_bh(&c->lock);
	return ready && !lev_beat_is_node(c, mac);
}

void lev_beat_start(struct lev_cluster *c)
{
	spin_lock_bh(&c->lock);
	memset(c->peer_mac, 0, sizeof(c->peer_mac));
	WRITE_ONCE(c->peer_macs, 0);
	spin_unlock_bh(&c->lock);
}

void lev_beat_init(struct lev_cluster *c)
{
	hrtimer_setup(&c->beat_timer, beat_timer_fn, CLOCK_BOOTTIME, HRTIMER_MODE_ABS_SOFT);
}

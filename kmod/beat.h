/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Heartbeats: the timer that sends ours, and what happens to those that come in.
 */
#ifndef _LEV_BEAT_H
#define _LEV_BEAT_H

#include "cluster.h"

/**
 * lev_beat_rx() - a frame of our EtherType came in
 * @port: where
 * @skb: the frame; not consumed
 *
 * Return: true if it is of this cluster; another cluster on the device sees it otherwise
 * Context: softirq, RCU
 */
bool lev_beat_rx(struct lev_port *port, struct sk_buff *skb);

/**
 * lev_beat_goodbye() - tell the others that we leave
 * @c: cluster, still running
 * Context: process, RTNL
 */
void lev_beat_goodbye(struct lev_cluster *c);

/**
 * lev_beat_stranger() - is this the MAC address of a third party?
 * @c: cluster
 * @mac: address, not one of ours
 *
 * Return: true if no beat that we accepted came from there. While we listen we do not know the
 * other nodes yet: then nobody is a stranger
 */
bool lev_beat_stranger(struct lev_cluster *c, const u8 *mac);

/* Where a MAC address stands in lev_cluster.peer_macs: others may stand there, too. */
static inline u64 lev_beat_mac_bit(const u8 *mac)
{
	return BIT_ULL((mac[4] ^ mac[5]) % 64);
}

/* Does another node send its beats from there? Context: any. */
bool lev_beat_is_node(const struct lev_cluster *c, const u8 *mac);

/**
 * lev_beat_from_node() - as lev_beat_is_node(), for each packet
 * @c: cluster
 * @mac: address
 *
 * Return: true if another node sends its beats from there
 * Context: any
 */
static inline bool lev_beat_from_node(const struct lev_cluster *c, const u8 *mac)
{
	return unlikely(READ_ONCE(c->peer_macs) & lev_beat_mac_bit(mac)) &&
	       lev_beat_is_node(c, mac);
}

/* Whose MAC address is whose is learned anew. Context: process, before the timers run. */
void lev_beat_start(struct lev_cluster *c);

void lev_beat_init(struct lev_cluster *c);

#endif /* _LEV_BEAT_H */

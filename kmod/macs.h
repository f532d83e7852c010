/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The MAC addresses of lanes on front and back: whether answers carry them, and that the device
 * takes frames to them. Called by port.c, commit.c, rx.c, answer.c and announce.c.
 */
#ifndef _LEV_MACS_H
#define _LEV_MACS_H

#include "cluster.h"
#include "core/lanemac.h"

/**
 * lev_macs_sync() - have what the config and the devices of now want
 * @c: cluster
 *
 * To be called whenever settings, addresses, the id, a port's device or what is below it may have
 * changed. Lanes of a pending config have their addresses before it is in force. Addresses of
 * lanes that are no more stay until the device goes: askers may know them still.
 *
 * Context: process, RTNL
 */
void lev_macs_sync(struct lev_cluster *c);

/* The port's device goes. Context: process, RTNL. */
void lev_macs_leave(struct lev_port *port);

/**
 * lev_macs_take() - a frame came in that is not for the device's own address
 * @port: where
 * @skb: the frame
 *
 * If it is to a lane of ours, or to one that we had a moment ago (it was on its way while the lane
 * moved), it is for this machine from now on, as act_skbedit can have it. All others stay as they
 * are: of those that a switch floods one node takes each.
 *
 * Context: softirq, RCU
 */
void lev_macs_take(struct lev_port *port, struct sk_buff *skb);

/* The ports whose answers carry lanes' addresses: bit for each enum lev_side. Context: any. */
u8 lev_macs_sides(const struct lev_cluster *c);

/**
 * lev_port_of() - the port that serves a side
 * @c: cluster
 * @side: side
 *
 * Return: the front's, if both are one device
 * Context: RTNL or RCU
 */
static inline struct lev_port *lev_port_of(struct lev_cluster *c, enum lev_side side)
{
	return &c->port[lev_ports_one(c) ? LEV_SIDE_FRONT : side];
}

/**
 * lev_port_mac() - the address that answers for a lane carry
 * @port: as lev_port_of() names it
 * @dev: its device
 * @lane: lane
 * @buf: ETH_ALEN bytes
 *
 * Return: @buf with the lane's address; the device's own if lanes have none here; NULL if this one
 *	is to have one in a moment: nobody must hear another one meanwhile
 * Context: any
 */
static inline const u8 *lev_port_mac(const struct lev_port *port, const struct net_device *dev,
				     unsigned int lane, u8 *buf)
{
	if (lane < READ_ONCE(port->n_macs)) {
		lev_lane_mac(READ_ONCE(port->cluster->id), port->side, lane, buf);
		return buf;
	}
	return READ_ONCE(port->mac_why) == LEV_MAC_WHY_NONE ? NULL : dev->dev_addr;
}

/* Is it the address of a lane of this cluster, on either side? Context: any. */
static inline bool lev_macs_known(const struct lev_cluster *c, const u8 *mac)
{
	return lev_lane_of_mac(READ_ONCE(c->id), LEV_SIDE_FRONT, mac) >= 0 ||
	       lev_lane_of_mac(READ_ONCE(c->id), LEV_SIDE_BACK, mac) >= 0;
}

#endif /* _LEV_MACS_H */

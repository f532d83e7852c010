/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames to the other nodes: room for one, and its signature and Ethernet header. Called by
 * beat.c, sync.c and teach.c, which write what is in between. And those to switches, for
 * announce.c.
 */
#ifndef _LEV_FRAME_H
#define _LEV_FRAME_H

#include "cluster.h"

/**
 * lev_frame_alloc() - an empty frame
 * @dev: where it is to be sent
 * @max: most bytes behind the Ethernet header that will be written
 *
 * Return: skb, write at its data, or NULL
 * Context: any
 */
struct sk_buff *lev_frame_alloc(struct net_device *dev, size_t max);

/**
 * lev_frame_finish() - sign it, and complete it for lev_xmit()
 * @c: cluster; the caller is in an RCU reader
 * @skb: consumed if this fails
 * @len: bytes that were written, with the tag
 *
 * Return: @skb or NULL
 */
struct sk_buff *lev_frame_finish(struct lev_cluster *c, struct sk_buff *skb, size_t len);

/**
 * lev_frame_lane() - what tells switches that a lane is here, complete
 * @port: where it is to be sent
 * @dev: its device
 * @lane: lane that has a MAC address there
 *
 * Return: skb or NULL
 * Context: any
 */
struct sk_buff *lev_frame_lane(const struct lev_port *port, struct net_device *dev,
			       unsigned int lane);

#endif /* _LEV_FRAME_H */

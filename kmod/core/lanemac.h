/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The MAC addresses of lanes, and the frame that says where one is. Pure; called by kmod/macs.c,
 * rx.c, answer.c, frame.c and nl_explain.c.
 */
#ifndef _LEV_CORE_LANEMAC_H
#define _LEV_CORE_LANEMAC_H

#include "base.h"
#include <uapi/linux/leveler_wire.h>

#define LEV_LANE_MAC_LEN	6

/* Bytes of a frame that says where a lane is, behind the Ethernet header. */
#define LEV_LANE_FRAME_LEN	sizeof(struct lev_wire_lane)

/**
 * lev_lane_mac() - the address of a lane
 * @cluster: cluster id: no two clusters on a segment have the same one
 * @side: front and back may be one segment: they differ too
 * @lane: below LEV_LANES_MAX
 * @mac: LEV_LANE_MAC_LEN bytes, filled in: locally administered, unicast (IEEE 802, 8.2.2)
 */
void lev_lane_mac(u16 cluster, enum lev_side side, unsigned int lane, u8 *mac);

/**
 * lev_lane_of_mac() - whose address is this?
 * @cluster: cluster id
 * @side: side
 * @mac: LEV_LANE_MAC_LEN bytes
 *
 * Return: the lane, or -1: no lane of this cluster and side has it
 */
int lev_lane_of_mac(u16 cluster, enum lev_side side, const u8 *mac);

/**
 * lev_lane_write() - the frame that says where a lane is
 * @cluster: cluster id
 * @side: side that it is sent on
 * @lane: lane
 * @buf: LEV_LANE_FRAME_LEN bytes
 *
 * It is its source that tells switches; what is in it is for people who look at a capture.
 *
 * Return: LEV_LANE_FRAME_LEN
 */
size_t lev_lane_write(u16 cluster, enum lev_side side, unsigned int lane, u8 *buf);

#endif /* _LEV_CORE_LANEMAC_H */

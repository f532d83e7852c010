// SPDX-License-Identifier: GPL-2.0
/*
 * The MAC addresses of lanes (see lanemac.h).
 */
#include "lanemac.h"

/* The first three bytes by side: 02 is locally administered, then "Lv" and the next one. */
static const u8 prefix[__LEV_SIDE_MAX][3] = {
	[LEV_SIDE_FRONT] = LEV_WIRE_LANE_FRONT,
	[LEV_SIDE_BACK] = LEV_WIRE_LANE_BACK,
};

static_assert(LEV_CLUSTER_ID_MAX <= 0xffff);
static_assert(LEV_LANES_MAX <= 0x100);

void lev_lane_mac(u16 cluster, enum lev_side side, unsigned int lane, u8 *mac)
{
	memcpy(mac, prefix[side], sizeof(prefix[side]));
	put_unaligned_be16(cluster, mac + 3);
	mac[5] = lane;
}

int lev_lane_of_mac(u16 cluster, enum lev_side side, const u8 *mac)
{
	if (memcmp(mac, prefix[side], sizeof(prefix[side])) ||
	    get_unaligned_be16(mac + 3) != cluster)
		return -1;
	return mac[5];
}

size_t lev_lane_write(u16 cluster, enum lev_side side, unsigned int lane, u8 *buf)
{
	struct lev_wire_lane *w = (struct lev_wire_lane *)buf;

	memset(buf, 0, sizeof(*w));
	put_unaligned_be32(LEV_WIRE_MAGIC, &w->magic);
	w->version = LEV_WIRE_VERSION;
	w->type = LEV_WIRE_LANE;
	put_unaligned_be16(cluster, &w->cluster);
	w->lane = lane;
	w->side = side;
	return sizeof(*w);
}

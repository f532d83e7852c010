// SPDX-License-Identifier: GPL-2.0
/*
 * Frames to the other nodes (see frame.h). Owns nothing.
 */
#include "core/lanemac.h"
#include "frame.h"
#include "sign.h"
#include "xmit.h"

static const u8 group[ETH_ALEN] = LEV_WIRE_GROUP;

struct sk_buff *lev_frame_alloc(struct net_device *dev, size_t max)
{
	return lev_xmit_alloc(dev, max, htons(LEV_WIRE_ETHERTYPE));
}

struct sk_buff *lev_frame_finish(struct lev_cluster *c, struct sk_buff *skb, size_t len)
{
	skb_put(skb, len);
	if (lev_sign(c, skb->data, len)) {
		kfree_skb(skb);
		return NULL;
	}
	return lev_xmit_address(skb, group, skb->dev->dev_addr);
}

struct sk_buff *lev_frame_lane(const struct lev_port *port, struct net_device *dev,
			       unsigned int lane)
{
	struct sk_buff *skb = lev_frame_alloc(dev, LEV_LANE_FRAME_LEN);
	u16 id = READ_ONCE(port->cluster->id);
	u8 mac[ETH_ALEN];

	if (!skb)
		return NULL;
	skb_put(skb, lev_lane_write(id, port->side, lane, skb_tail_pointer(skb)));
	lev_lane_mac(id, port->side, lane, mac);
	return lev_xmit_address(skb, dev->broadcast, mac);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Frames to the other nodes (see frame.h). Owns nothing.
 */
#include <linux/pkt_sched.h>

#include "frame.h"
#include "sign.h"

static const u8 group[ETH_ALEN] = LEV_WIRE_GROUP;

struct sk_buff *lev_frame_alloc(struct net_device *dev, size_t max)
{
	struct sk_buff *skb = alloc_skb(LL_RESERVED_SPACE(dev) + max + dev->needed_tailroom,
					GFP_ATOMIC);

	if (!skb)
		return NULL;
	skb_reserve(skb, LL_RESERVED_SPACE(dev));
	skb_reset_network_header(skb);
	skb->dev = dev;
	skb->protocol = htons(LEV_WIRE_ETHERTYPE);
	skb->priority = TC_PRIO_CONTROL;
	return skb;
}

struct sk_buff *lev_frame_finish(struct lev_cluster *c, struct sk_buff *skb, size_t len)
{
	struct net_device *dev = skb->dev;

	skb_put(skb, len);
	if (lev_sign(c, skb->data, len) ||
	    dev_hard_header(skb, dev, LEV_WIRE_ETHERTYPE, group, dev->dev_addr, len) < 0) {
		kfree_skb(skb);
		return NULL;
	}
	return skb;
}

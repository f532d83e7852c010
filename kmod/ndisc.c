// SPDX-License-Identifier: GPL-2.0
/*
 * Neighbour Discovery in packets (see ndisc.h).
 */
#include <linux/pkt_sched.h>

#include "ndisc.h"

bool lev_ndisc_parse(struct sk_buff *skb, struct lev_nd *nd)
{
	unsigned int len;

	if (!lev_ndisc_may_be(skb))
		return false;
	/* The checksum is over all of it. A packet of another length is none of ours. */
	len = LEV_ND_IP_LEN + ntohs(((const struct ipv6hdr *)skb->data)->payload_len);
	return pskb_may_pull(skb, len) && lev_nd_parse(skb->data, len, nd);
}

struct sk_buff *lev_ndisc_advert(struct net_device *dev, const struct lev_addr *levip,
				 const u8 *mac, const struct lev_addr *to, const u8 *to_mac,
				 bool solicited)
{
	/* RFC 2464, 7: of ff02::1 */
	static const u8 all_nodes[ETH_ALEN] = { 0x33, 0x33, 0, 0, 0, 1 };
	unsigned int len = LEV_ND_IP_LEN + LEV_ND_ADVERT_LEN;
	struct sk_buff *skb;

	skb = alloc_skb(LL_RESERVED_SPACE(dev) + len + dev->needed_tailroom, GFP_ATOMIC);
	if (!skb)
		return NULL;
	skb_reserve(skb, LL_RESERVED_SPACE(dev));
	skb_reset_network_header(skb);
	skb->dev = dev;
	skb->protocol = htons(ETH_P_IPV6);
	skb->priority = TC_PRIO_CONTROL;
	lev_nd_advert(skb_put(skb, len), levip, mac, to, solicited);
	if (dev_hard_header(skb, dev, ETH_P_IPV6, to ? to_mac : all_nodes, mac, len) < 0) {
		kfree_skb(skb);
		return NULL;
	}
	return skb;
}

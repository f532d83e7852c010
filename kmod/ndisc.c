// SPDX-License-Identifier: GPL-2.0
/*
 * Neighbour Discovery in packets (see ndisc.h).
 */
#include "ndisc.h"
#include "xmit.h"

bool lev_ndisc_parse(struct sk_buff *skb, struct lev_nd *nd)
{
	unsigned int len;

	if (!lev_ndisc_may_be(skb))
		return false;
	/* The checksum is over all of it. A packet of another length is none of ours. */
	len = LEV_ND_IP_LEN + ntohs(((const struct ipv6hdr *)skb->data)->payload_len);
	return pskb_may_pull(skb, len) && lev_nd_parse(skb->data, len, nd);
}

static struct sk_buff *alloc(struct net_device *dev)
{
	unsigned int len = LEV_ND_IP_LEN + LEV_ND_MESSAGE_LEN;
	struct sk_buff *skb = lev_xmit_alloc(dev, len, htons(ETH_P_IPV6));

	if (skb)
		skb_put(skb, len);
	return skb;
}

struct sk_buff *lev_ndisc_advert(struct net_device *dev, const struct lev_addr *levip,
				 const u8 *mac, const struct lev_addr *to, const u8 *to_mac,
				 bool solicited)
{
	/* RFC 2464, 7: of ff02::1 */
	static const u8 all_nodes[ETH_ALEN] = { 0x33, 0x33, 0, 0, 0, 1 };
	struct sk_buff *skb = alloc(dev);

	if (!skb)
		return NULL;
	lev_nd_advert(skb->data, levip, mac, to, solicited);
	return lev_xmit_address(skb, to ? to_mac : all_nodes, mac);
}

struct sk_buff *lev_ndisc_solicit(struct net_device *dev, const struct lev_addr *levip,
				  const u8 *mac, const struct lev_addr *to, const u8 *to_mac)
{
	struct sk_buff *skb = alloc(dev);

	if (!skb)
		return NULL;
	lev_nd_solicit(skb->data, levip, mac, to);
	return lev_xmit_address(skb, to_mac, mac);
}

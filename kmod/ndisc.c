// SPDX-License-Identifier: GPL-2.0
/*
 * Neighbour Discovery messages (see ndisc.h).
 */
#include <net/ndisc.h>

#include "ndisc.h"

/* Hop limit of all that was sent on this link (RFC 4861, 7.1). */
#define HOP_LIMIT	255

bool lev_ndisc_parse(struct sk_buff *skb, struct lev_ndisc *nd)
{
	unsigned int len = sizeof(struct ipv6hdr) + sizeof(struct nd_msg);
	const struct ipv6hdr *ip6;
	const struct nd_msg *msg;

	if (!pskb_may_pull(skb, sizeof(*ip6)))
		return false;
	ip6 = (const struct ipv6hdr *)skb->data;
	if (ip6->nexthdr != IPPROTO_ICMPV6 || ip6->hop_limit != HOP_LIMIT ||
	    !pskb_may_pull(skb, len))
		return false;
	ip6 = (const struct ipv6hdr *)skb->data;
	msg = (const struct nd_msg *)(ip6 + 1);
	if (msg->icmph.icmp6_code ||
	    (msg->icmph.icmp6_type != NDISC_NEIGHBOUR_SOLICITATION &&
	     msg->icmph.icmp6_type != NDISC_NEIGHBOUR_ADVERTISEMENT))
		return false;
	nd->type = msg->icmph.icmp6_type;
	memcpy(nd->sender.b, &ip6->saddr, sizeof(nd->sender.b));
	memcpy(nd->target.b, &msg->target, sizeof(nd->target.b));
	return true;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Attributes that several kinds of messages have (see nl.h). Owns nothing.
 */
#include "nl.h"

int lev_nl_put_addr(struct sk_buff *skb, int attr, const struct lev_addr *addr)
{
	return lev_addr_is4(addr) ? nla_put(skb, attr, 4, addr->b + 12) :
		nla_put(skb, attr, sizeof(addr->b), addr->b);
}

int lev_nl_put_device(struct sk_buff *skb, const struct lev_cluster *c)
{
	return nla_put_u32(skb, LEV_A_IFINDEX, c->dev->ifindex) ? :
	       nla_put_string(skb, LEV_A_IFNAME, c->dev->name);
}

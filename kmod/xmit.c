// SPDX-License-Identifier: GPL-2.0
/*
 * The only file that sends (see xmit.h).
 */
#include <linux/if_arp.h>
#include <linux/inetdevice.h>
#include <net/addrconf.h>
#include <net/arp.h>
#include <net/ndisc.h>

#include "xmit.h"

bool lev_xmit(struct sk_buff *skb)
{
	return dev_queue_xmit(skb) == NET_XMIT_SUCCESS;
}

static void probe4(struct net_device *dev, __be32 addr, const u8 *mac)
{
	__be32 from = inet_select_addr(dev, addr, RT_SCOPE_LINK);

	arp_send(ARPOP_REQUEST, ETH_P_ARP, addr, dev, from, mac, NULL, NULL);
}

static void probe6(struct net_device *dev, const struct in6_addr *addr, bool all)
{
	struct in6_addr from, to = *addr;
	struct sk_buff *skb;

	if (ipv6_dev_get_saddr(dev_net(dev), dev, addr, 0, &from))
		return;
	if (all)
		addrconf_addr_solict_mult(addr, &to);
	skb = ndisc_ns_create(dev, addr, &from, 0);
	if (skb)
		ndisc_send_skb(skb, &to, &from);
}

void lev_xmit_probe(struct net_device *dev, const struct lev_addr *addr, const u8 *mac)
{
	struct in6_addr addr6;
	__be32 addr4;

	if (lev_addr_is4(addr)) {
		memcpy(&addr4, addr->b + 12, sizeof(addr4));
		probe4(dev, addr4, mac);
	} else {
		memcpy(&addr6, addr->b, sizeof(addr6));
		probe6(dev, &addr6, !mac);
	}
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The only file that sends (see xmit.h).
 */
#include <linux/if_arp.h>
#include <linux/inetdevice.h>
#include <net/arp.h>

#include "xmit.h"

bool lev_xmit(struct sk_buff *skb)
{
	return dev_queue_xmit(skb) == NET_XMIT_SUCCESS;
}

void lev_xmit_probe(struct net_device *dev, __be32 addr, const u8 *mac)
{
	__be32 from = inet_select_addr(dev, addr, RT_SCOPE_LINK);

	arp_send(ARPOP_REQUEST, ETH_P_ARP, addr, dev, from, mac, NULL, NULL);
}

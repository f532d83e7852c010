// SPDX-License-Identifier: GPL-2.0
/*
 * ARP frames (see arp.h).
 */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <net/arp.h>

#include "arp.h"

static __be32 ipv4(const struct lev_addr *a)
{
	__be32 v;

	memcpy(&v, a->b + 12, sizeof(v));
	return v;
}

bool lev_arp_parse(const u8 *data, size_t len, struct lev_arp *arp)
{
	if (len < LEV_ARP_LEN || get_unaligned_be16(data) != ARPHRD_ETHER ||
	    get_unaligned_be16(data + 2) != ETH_P_IP || data[4] != ETH_ALEN || data[5] != 4)
		return false;
	arp->op = get_unaligned_be16(data + 6);
	if (arp->op != ARPOP_REQUEST && arp->op != ARPOP_REPLY)
		return false;
	memcpy(arp->sender_mac, data + 8, ETH_ALEN);
	lev_addr_set4(&arp->sender, data + 14);
	memcpy(arp->target_mac, data + 18, ETH_ALEN);
	lev_addr_set4(&arp->target, data + 24);
	return is_valid_ether_addr(arp->sender_mac);
}

struct sk_buff *lev_arp_reply(struct net_device *dev, const struct lev_arp *arp, const u8 *mac)
{
	return arp_create(ARPOP_REPLY, ETH_P_ARP, ipv4(&arp->sender), dev, ipv4(&arp->target),
			  arp->sender_mac, mac, arp->sender_mac);
}

struct sk_buff *lev_arp_request(struct net_device *dev, const struct lev_addr *addr,
				const u8 *mac, const struct lev_addr *to, const u8 *to_mac)
{
	return arp_create(ARPOP_REQUEST, ETH_P_ARP, ipv4(to), dev, ipv4(addr), to_mac, mac, NULL);
}

struct sk_buff *lev_arp_gratuitous(struct net_device *dev, const struct lev_addr *addr,
				   const u8 *mac, const u8 *to)
{
	return arp_create(ARPOP_REQUEST, ETH_P_ARP, ipv4(addr), dev, ipv4(addr),
			  to ? to : dev->broadcast, mac, NULL);
}

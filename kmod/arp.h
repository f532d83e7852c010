/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ARP frames (RFC 826) to a struct and back. Owns nothing. Called by rx.c, answer.c,
 * announce.c and follow.c.
 */
#ifndef _LEV_ARP_H
#define _LEV_ARP_H

#include <linux/if_ether.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "core/base.h"

/**
 * struct lev_arp - an ARP frame for IPv4 over Ethernet
 * @op: ARPOP_REQUEST or ARPOP_REPLY
 * @sender_mac: sender hardware address
 * @sender: sender protocol address
 * @target_mac: target hardware address
 * @target: target protocol address
 */
struct lev_arp {
	u16 op;
	u8 sender_mac[ETH_ALEN];
	struct lev_addr sender;
	u8 target_mac[ETH_ALEN];
	struct lev_addr target;
};

/* Bytes of an ARP frame behind the Ethernet header. */
#define LEV_ARP_LEN	28

/**
 * lev_arp_parse() - bytes to a struct
 * @data: behind the Ethernet header
 * @len: bytes there
 * @arp: filled in
 *
 * Return: false if it is not a request or reply for IPv4 over Ethernet, or its sender's
 * MAC address is none that a host may have (RFC 1812, 3.3.2)
 */
bool lev_arp_parse(const u8 *data, size_t len, struct lev_arp *arp);

/**
 * lev_arp_reply() - the answer to a request
 * @dev: where it came in
 * @arp: the request
 * @mac: what the answer says
 *
 * Return: a frame, or NULL without memory
 */
struct sk_buff *lev_arp_reply(struct net_device *dev, const struct lev_arp *arp, const u8 *mac);

/**
 * lev_arp_request() - ask one host for its own address
 * @dev: where to send it
 * @addr: who asks, IPv4
 * @mac: where that is; the host corrects its entry by it (RFC 826), and answers there
 * @to: address of the host
 * @to_mac: its MAC address
 *
 * Return: a frame, or NULL without memory
 */
struct sk_buff *lev_arp_request(struct net_device *dev, const struct lev_addr *addr,
				const u8 *mac, const struct lev_addr *to, const u8 *to_mac);

/**
 * lev_arp_gratuitous() - tell one host, or all, that an address is at a MAC address now
 * @dev: where to send it
 * @addr: the address, IPv4
 * @mac: where it is now
 * @to: the host, or NULL: all
 *
 * A request whose sender and target are both @addr: the one form that Linux, BSD and
 * routers take at once (RFC 5944, 4.6; in Linux it overrides locktime).
 *
 * Return: a frame, or NULL without memory
 */
struct sk_buff *lev_arp_gratuitous(struct net_device *dev, const struct lev_addr *addr,
				   const u8 *mac, const u8 *to);

#endif /* _LEV_ARP_H */

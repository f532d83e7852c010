/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Neighbour Discovery in packets (RFC 4861; core/nd.h has the bytes). Owns nothing. Called
 * by rx.c, answer.c, announce.c and follow.c.
 */
#ifndef _LEV_NDISC_H
#define _LEV_NDISC_H

#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "core/nd.h"

/**
 * lev_ndisc_parse() - is this packet a solicitation or an advertisement?
 * @skb: IPv6 packet, from its header on; may be moved
 * @nd: filled in
 *
 * Return: false if it is neither, or malformed; nobody else takes that for one either
 */
bool lev_ndisc_parse(struct sk_buff *skb, struct lev_nd *nd);

/* Worth lev_ndisc_parse()? Asked of each packet, so in line. The header may be moved. */
static inline bool lev_ndisc_may_be(struct sk_buff *skb)
{
	return pskb_may_pull(skb, sizeof(struct ipv6hdr)) &&
	       ((const struct ipv6hdr *)skb->data)->nexthdr == IPPROTO_ICMPV6;
}

/**
 * lev_ndisc_advert() - tell one host, or all, where a LevIP is
 * @dev: where to send it
 * @levip: the address, IPv6
 * @mac: where it is
 * @to: address of the host, or NULL: all
 * @to_mac: its MAC address; not read without @to
 * @solicited: it has asked
 *
 * Unsolicited, Linux sets a host's entry to STALE with the new MAC address at once, by
 * Override; solicited, to REACHABLE (ndisc_recv_na()). A host that has no entry gets none
 * (RFC 9131 lets routers make one).
 *
 * Return: a frame, or NULL without memory
 */
struct sk_buff *lev_ndisc_advert(struct net_device *dev, const struct lev_addr *levip,
				 const u8 *mac, const struct lev_addr *to, const u8 *to_mac,
				 bool solicited);

/**
 * lev_ndisc_solicit() - ask one host for its own address
 * @dev: where to send it
 * @levip: who asks, IPv6
 * @mac: where that is; the host corrects its entry by it, and answers there
 * @to: address of the host
 * @to_mac: its MAC address
 *
 * Return: a frame, or NULL without memory
 */
struct sk_buff *lev_ndisc_solicit(struct net_device *dev, const struct lev_addr *levip,
				  const u8 *mac, const struct lev_addr *to, const u8 *to_mac);

#endif /* _LEV_NDISC_H */

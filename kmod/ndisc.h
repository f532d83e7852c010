/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Neighbour Discovery messages (RFC 4861) to a struct. Owns nothing. Called by rx.c, in
 * softirq.
 */
#ifndef _LEV_NDISC_H
#define _LEV_NDISC_H

#include <linux/skbuff.h>

#include "core/base.h"

/**
 * struct lev_ndisc - a Neighbour Solicitation or Advertisement
 * @type: NDISC_NEIGHBOUR_SOLICITATION or NDISC_NEIGHBOUR_ADVERTISEMENT
 * @sender: source of the packet
 * @target: the address that it is about
 */
struct lev_ndisc {
	u8 type;
	struct lev_addr sender;
	struct lev_addr target;
};

/**
 * lev_ndisc_parse() - is this packet a message of Neighbour Discovery?
 * @skb: IPv6 packet, from its header on; may be moved
 * @nd: filled in
 *
 * Only what no router may have forwarded (hop limit 255) counts.
 *
 * Return: false if it is none, or malformed
 */
bool lev_ndisc_parse(struct sk_buff *skb, struct lev_ndisc *nd);

#endif /* _LEV_NDISC_H */

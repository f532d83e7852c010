/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets that Linux as a router refuses for their source or their options. Pure; called by
 * kmod/forward.c in softirq, for those of a service that flow.c marks as odd.
 */
#ifndef _LEV_CORE_ODD_H
#define _LEV_CORE_ODD_H

#include "base.h"

/* Bytes that lev_odd_refused6() may look at: the longest hop-by-hop header. */
#define LEV_ODD_PULL	(40 + 256 * 8)

/* By the first byte of its source, which each packet pays for: 0/8, 127/8, 224/3 may be odd. */
static __always_inline bool lev_odd_source4(u8 first)
{
	return (u8)(first - 1) >= 223 || first == 127;
}

/* The same of IPv6: ::/8 (none, loopback), fe00::/7 (on one link, multicast). */
static __always_inline bool lev_odd_source6(u8 first)
{
	return (u8)(first + 2) < 3;
}

/**
 * lev_odd_refused4() - does Linux refuse to forward this IPv4 packet?
 * @data: from the IP header on, as far as lev_flow_parse4() found it good
 *
 * For its source (RFC 1812 5.3.7): 0.0.0.0, 127/8, multicast, 255.255.255.255. For its options
 * (RFC 791 3.1, RFC 2113): one that is cut, or whose pointer is wrong, a second record of route or
 * of time, a source route, CIPSO. The last two are refused unless the administrator sets up
 * more than is known here. As ip_route_input_slow() and __ip_options_compile() do.
 *
 * Return: true if so
 */
bool lev_odd_refused4(const u8 *data);

/**
 * lev_odd_refused6() - does Linux refuse to forward this IPv6 packet?
 * @data: from the IP header on, of which at least that is there
 * @len: readable bytes at @data
 * @total: length of the packet from lev_flow_parse6(), bytes
 * @one_link: it would leave where it came from
 *
 * For its source (RFC 4291 2.5 to 2.7): one that is none, loopback or multicast, or that is of
 * one link only and it would leave that. For its hop-by-hop header (RFC 8200 4.2, 4.3): cut, eight
 * bytes of padding or more in a row, padding that is not zero, more than 8 options, an
 * unknown one that does not allow to be skipped, a wrong router alert (RFC 2711), jumbo payload
 * (RFC 2675) or IOAM (RFC 9486), and CALIPSO, which is refused unless the administrator sets it
 * up. As ip6_rcv_core(), ip6_parse_tlv() and ip6_forward() do. Other extension headers, a routing
 * header among them, are not a router's business.
 *
 * Return: true if so
 */
bool lev_odd_refused6(const u8 *data, size_t len, size_t total, bool one_link);

#endif /* _LEV_CORE_ODD_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Neighbour Solicitations and Advertisements (RFC 4861) to a struct and back. Pure; called
 * by kmod/ndisc.c.
 */
#ifndef _LEV_CORE_ND_H
#define _LEV_CORE_ND_H

#include "base.h"

/* Bytes of an IPv6 header, and of a message that we write behind it. */
#define LEV_ND_IP_LEN		40
#define LEV_ND_MESSAGE_LEN	32
/* ICMPv6 types (RFC 4861, 4.3 and 4.4). */
#define LEV_ND_SOLICIT_TYPE	135
#define LEV_ND_ADVERT_TYPE	136

/**
 * struct lev_nd - a Neighbour Solicitation or Advertisement
 * @type: LEV_ND_SOLICIT_TYPE or LEV_ND_ADVERT_TYPE
 * @dad: a solicitation from nobody: Duplicate Address Detection (RFC 4862, 5.4.2)
 * @has_mac: the sender says its MAC address: source of a solicitation, target of an
 *	advertisement
 * @mac: which one, if it does
 * @sender: source of the packet
 * @to: its destination
 * @target: the address that it is about
 */
struct lev_nd {
	u8 type;
	bool dad;
	bool has_mac;
	u8 mac[6];
	struct lev_addr sender;
	struct lev_addr to;
	struct lev_addr target;
};

/**
 * lev_nd_parse() - bytes to a struct
 * @data: from the IPv6 header on
 * @len: bytes there
 * @nd: filled in
 *
 * Behind an extension header there is none for us: no host sends it so, and in fragments
 * it is forbidden (RFC 6980, 5).
 *
 * Return: false if it is neither, or if RFC 4861, 7.1.1 or 7.1.2, has it discarded, or if an
 * address in it is an IPv4 address, which must not be asked for so
 */
bool lev_nd_parse(const u8 *data, size_t len, struct lev_nd *nd);

/**
 * lev_nd_advert() - write an advertisement of an address of ours
 * @data: filled in: LEV_ND_IP_LEN + LEV_ND_MESSAGE_LEN bytes
 * @levip: the address; the packet comes from there, too
 * @mac: where it is
 * @to: whom to tell, or NULL: all nodes (ff02::1)
 * @solicited: an answer to @to, which confirms to it that its path works
 *
 * Override is set: this MAC address replaces another. Router is set, on all nodes alike: who
 * uses a LevIP uses it as a router, whether the node's kernel forwards or not; a flag that
 * changed with the lane would have hosts drop their routes (RFC 4861, 7.2.5).
 */
void lev_nd_advert(u8 *data, const struct lev_addr *levip, const u8 *mac,
		   const struct lev_addr *to, bool solicited);

/**
 * lev_nd_solicit() - write a solicitation to one host, of its own address
 * @data: filled in: LEV_ND_IP_LEN + LEV_ND_MESSAGE_LEN bytes
 * @levip: where the packet comes from
 * @mac: where that is, which the host takes from the packet (RFC 4861, 7.2.3)
 * @to: the host
 */
void lev_nd_solicit(u8 *data, const struct lev_addr *levip, const u8 *mac,
		    const struct lev_addr *to);

/**
 * lev_nd_key() - what stands for an asker's address when its lane is sought
 * @key: filled in: the link-local address that its MAC address makes (RFC 4291, appendix A)
 * @mac: its MAC address
 *
 * A host has several IPv6 addresses, and asks from one of them and probes from another: Linux
 * asks from that of the packet that waits, and probes from its link-local one. All of them
 * share one cache entry, so all must be in one lane.
 */
void lev_nd_key(struct lev_addr *key, const u8 *mac);

/* Is the address one that lev_nd_key() makes? */
bool lev_nd_is_key(const struct lev_addr *addr);

#endif /* _LEV_CORE_ND_H */

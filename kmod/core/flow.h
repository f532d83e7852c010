/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A packet's flow: parsed from its headers, or from those that an ICMP error quotes, and
 * hashed. Pure; called by kmod/forward.c for each packet, in softirq.
 */
#ifndef _LEV_CORE_FLOW_H
#define _LEV_CORE_FLOW_H

#include "base.h"

/**
 * struct lev_flow - a flow as the packet says it
 * @src: the client
 * @dst: the service
 * @sport: network order; 0 if the protocol has no ports, or this is a later fragment
 * @dport: as @sport
 * @syn: TCP, SYN without ACK: opens a connection
 * @closing: TCP, FIN or RST; in a bad header beside @syn
 * @first: the first one of several fragments
 * @later: a fragment that is not the first one
 * @proto: IPPROTO_*, behind any IPv6 extension headers; of a later IPv6 fragment, what its
 *         fragment header names
 * @ttl: TTL or hop limit as received
 * @odd: a router may have to refuse it, by its source or its options: see odd.h
 * @frag_id: of a fragment, the identification: IPv4 16 bits, IPv6 32 bits; else 0
 * @tot_len: length of the packet that the header states, from the IP header on, bytes
 */
struct lev_flow {
	struct lev_addr src;
	struct lev_addr dst;
	__be16 sport;
	__be16 dport;
	bool syn;
	bool closing;
	bool first;
	bool later;
	u8 proto;
	u8 ttl;
	bool odd;
	u32 frag_id;
	u32 tot_len;
};

/*
 * Longest run of headers that lev_flow_parse4() and 6() look at, in bytes, even where more
 * is readable: so all nodes see the same. The caller makes so much readable, or the packet.
 */
#define LEV_FLOW_PULL_MAX	256

/* What lev_flow_parse4() needs of that: the longest IPv4 header, and TCP's up to its flags. */
#define LEV_FLOW_PULL4		74

/* Whether packets of this protocol have ports that are read. */
static inline bool lev_flow_has_ports(u32 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		return true;
	default:
		return false;
	}
}

/**
 * lev_flow_parse4() - parse an IPv4 packet (RFC 791)
 * @data: from the IP header on
 * @len: readable bytes at @data
 * @total: bytes of the whole packet, from the IP header on (at least @len)
 * @flow: filled in
 *
 * Ports are read for TCP, UDP, UDP-Lite, SCTP and DCCP when they lie within @len and within
 * the length that the header states (a short frame is padded), and TCP's flags likewise.
 *
 * Return: 0, or -EINVAL if the kernel's own receive path would drop it too (short, wrong
 * version, header length or total length); the header checksum is not looked at
 */
int lev_flow_parse4(const u8 *data, size_t len, size_t total, struct lev_flow *flow);

/**
 * lev_flow_parse6() - parse an IPv6 packet (RFC 8200)
 * @data: from the IP header on
 * @len: readable bytes at @data
 * @total: bytes of the whole packet
 * @flow: filled in
 *
 * Return: as lev_flow_parse4(); hop-by-hop, routing, destination and fragment headers are
 * walked while they lie within @len, else the flow has no ports and the protocol of the
 * header that does not. Behind the fragment header of a first fragment the walk goes on,
 * so it shows the same flow as an unfragmented packet; in a later one it ends there, as it
 * does at a second fragment header inside a first fragment
 */
int lev_flow_parse6(const u8 *data, size_t len, size_t total, struct lev_flow *flow);

/**
 * lev_flow_parse_error4() - the flow that an ICMP error is about (RFC 792, RFC 1812 4.3.2.3)
 * @data: the ICMP packet, from its IP header on
 * @len: readable bytes at @data
 * @outer: what lev_flow_parse4() said of it
 * @inner: filled in, not with anything of use if this fails
 *
 * Errors are: destination unreachable, source quench, time exceeded, parameter problem. Each
 * quotes the begin of the packet that it is about, which went from the service to the client:
 * the quote is turned round, so that @inner goes where the client's packets go. It has the
 * TTL and the length of the ICMP packet, no TCP flags, and is never a fragment. The quote is
 * cut short, so its length fields say nothing here; the ICMP checksum is not looked at.
 *
 * Return: 0; -EINVAL if this is no error, if the quote did not come from @outer's destination
 * (so it is not about that service), or if it shows no whole flow: cut before the ports, or a
 * later fragment
 */
int lev_flow_parse_error4(const u8 *data, size_t len, const struct lev_flow *outer,
			  struct lev_flow *inner);

/**
 * lev_flow_parse_error6() - the flow that an ICMPv6 error is about (RFC 4443, 2.1 and 3)
 * @data: the ICMPv6 packet, from its IP header on
 * @len: readable bytes at @data
 * @outer: what lev_flow_parse6() said of it
 * @inner: as lev_flow_parse_error4() fills it in
 *
 * All types below 128 are errors, those not yet known too. Both the packet and its quote may
 * have extension headers.
 *
 * Return: as lev_flow_parse_error4()
 */
int lev_flow_parse_error6(const u8 *data, size_t len, const struct lev_flow *outer,
			  struct lev_flow *inner);

/**
 * lev_flow_hash() - the hash that all nodes share
 * @flow: as parsed
 * @how: LEV_HASH_FLOW or LEV_HASH_SOURCE
 * @key: the cluster's hash key
 *
 * Computed over bytes in network order, so the same on every architecture. A first fragment
 * hashes as its flow's whole packets do. A later one has no ports: what it lacks is found by
 * lev_frag_later(); without that its hash, over ports of 0, is that of a flow without ports.
 *
 * Return: the whole hash, SipHash-1-3
 */
u64 lev_flow_hash(const struct lev_flow *flow, enum lev_hash how, const siphash_key_t *key);

/**
 * lev_hash_entry() - where a flow stands in a pool's table
 * @hash: from lev_flow_hash(); its high 32 bits count
 *
 * Return: index into the table, 0..LEV_TABLE_SIZE - 1
 */
static inline u32 lev_hash_entry(u64 hash)
{
	return (u32)(((hash >> 32) * LEV_TABLE_SIZE) >> 32);
}

/**
 * lev_asker_lane() - the lane that an asker is put into for a LevIP
 * @asker: its address
 * @index: place of the LevIP among those that an asker may have in one route, below @count
 * @count: how many these are; an asker's lanes for them are evenly spaced
 * @lanes: how many lanes there are, from 1
 * @key: the cluster's hash key
 *
 * Return: 0..@lanes - 1
 */
unsigned int lev_asker_lane(const struct lev_addr *asker, unsigned int index,
			    unsigned int count, unsigned int lanes, const siphash_key_t *key);

#endif /* _LEV_CORE_FLOW_H */

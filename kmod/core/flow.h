/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A packet's flow: parsed from its network header, and hashed. Pure; called by
 * kmod/forward.c for each packet, in softirq.
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
 * @proto: IPPROTO_*, behind any IPv6 extension headers; of an IPv6 fragment, first or
 *         later, what its fragment header names
 * @ttl: TTL or hop limit as received
 * @fragment: part of a fragmented packet (first or later)
 * @tot_len: length of the packet that the header states, from the IP header on, bytes
 */
struct lev_flow {
	struct lev_addr src;
	struct lev_addr dst;
	__be16 sport;
	__be16 dport;
	u8 proto;
	u8 ttl;
	bool fragment;
	u32 tot_len;
};

/*
 * Longest run of headers that lev_flow_parse4() and 6() look at, in bytes, even where more
 * is readable: so all nodes see the same. The caller makes so much readable, or the packet.
 */
#define LEV_FLOW_PULL_MAX	256

/**
 * lev_flow_parse4() - parse an IPv4 packet (RFC 791)
 * @data: from the IP header on
 * @len: readable bytes at @data
 * @total: bytes of the whole packet, from the IP header on (at least @len)
 * @flow: filled in
 *
 * Ports are read for TCP, UDP, UDP-Lite, SCTP and DCCP when they lie within @len and within
 * the length that the header states (a short frame is padded).
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
 * header that does not. The walk ends at the fragment header of a fragment
 */
int lev_flow_parse6(const u8 *data, size_t len, size_t total, struct lev_flow *flow);

/**
 * lev_flow_hash() - the hash that all nodes share
 * @flow: as parsed
 * @how: LEV_HASH_FLOW or LEV_HASH_SOURCE
 * @key: the cluster's hash key
 *
 * Computed over bytes in network order, so the same on every architecture. The ports of a
 * fragment count as 0, those of a first one too, so all fragments of a packet go to one
 * server.
 *
 * Return: index into a pool's table, 0..LEV_TABLE_SIZE - 1
 */
u32 lev_flow_hash(const struct lev_flow *flow, enum lev_hash how, const siphash_key_t *key);

/**
 * lev_asker_lane() - the lane that an asker is put into for a LevIP
 * @asker: its address
 * @index: place of the LevIP among the cluster's addresses, below @count
 * @count: how many addresses the cluster has; an asker's lanes for them are evenly spaced
 * @lanes: how many lanes there are, from 1
 * @key: the cluster's hash key
 *
 * Return: 0..@lanes - 1
 */
unsigned int lev_asker_lane(const struct lev_addr *asker, unsigned int index,
			    unsigned int count, unsigned int lanes, const siphash_key_t *key);

#endif /* _LEV_CORE_FLOW_H */

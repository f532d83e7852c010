// SPDX-License-Identifier: GPL-2.0
/*
 * A packet's flow: parse and hash. Owns no state; called by kmod/forward.c for each packet
 * of a service, and for lanes by whoever knows an asker's address.
 */
#include "flow.h"

#define IP4_HEADER	20
#define IP4_FRAGMENT	0x3fff	/* more fragments, offset */
#define IP4_OFFSET	0x1fff
#define IP6_HEADER	40
#define IP6_EXTENSION	8	/* the least, and the unit of its length */
#define IP6_FRAGMENT	0xfff9	/* offset, more fragments */
#define IP6_OFFSET	0xfff8
#define PORTS		4

static void read_ports(const u8 *data, size_t at, size_t end, struct lev_flow *flow)
{
	switch (flow->proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		if (at + PORTS > end)
			return;
		memcpy(&flow->sport, data + at, sizeof(flow->sport));
		memcpy(&flow->dport, data + at + 2, sizeof(flow->dport));
		return;
	}
}

/*
 * Up to where ports are looked for: not into the padding of a short frame, and not further
 * than any node does, however much of the packet happens to lie in one piece here.
 */
static size_t readable(size_t len, const struct lev_flow *flow)
{
	return min_t(size_t, min_t(size_t, len, flow->tot_len), LEV_FLOW_PULL_MAX);
}

int lev_flow_parse4(const u8 *data, size_t len, size_t total, struct lev_flow *flow)
{
	size_t header, stated;
	u16 fragment;

	if (len < IP4_HEADER || data[0] >> 4 != 4)
		return -EINVAL;
	header = (data[0] & 0xf) * 4;
	if (header < IP4_HEADER || header > len)
		return -EINVAL;
	stated = get_unaligned_be16(data + 2);
	/* Receive offload (GRO) may join segments to more than 16 bits can state. */
	if (!stated && total > U16_MAX)
		stated = total;
	if (stated < header || stated > total)
		return -EINVAL;

	memset(flow, 0, sizeof(*flow));
	lev_addr_set4(&flow->src, data + 12);
	lev_addr_set4(&flow->dst, data + 16);
	flow->proto = data[9];
	flow->ttl = data[8];
	flow->tot_len = (u32)stated;
	fragment = get_unaligned_be16(data + 6);
	flow->fragment = fragment & IP4_FRAGMENT;
	if (!(fragment & IP4_OFFSET))
		read_ports(data, header, readable(len, flow), flow);
	return 0;
}

/*
 * Walk the extension headers, each at least IP6_EXTENSION bytes on. The walk ends at the
 * header of a fragment, even of a first one: so all fragments show the same protocol.
 */
static void walk6(const u8 *data, size_t end, struct lev_flow *flow)
{
	size_t at = IP6_HEADER;
	u16 fragment;

	flow->proto = data[6];
	for (;;) {
		switch (flow->proto) {
		case IPPROTO_HOPOPTS:
		case IPPROTO_ROUTING:
		case IPPROTO_DSTOPTS:
			if (at + IP6_EXTENSION > end)
				return;
			flow->proto = data[at];
			at += (data[at + 1] + 1) * IP6_EXTENSION;
			break;
		case IPPROTO_FRAGMENT:
			if (at + IP6_EXTENSION > end)
				return;
			flow->proto = data[at];
			fragment = get_unaligned_be16(data + at + 2);
			at += IP6_EXTENSION;
			/* With neither set the packet is whole (RFC 6946). */
			if (!(fragment & IP6_FRAGMENT))
				break;
			flow->fragment = true;
			if (!(fragment & IP6_OFFSET))
				read_ports(data, at, end, flow);
			return;
		default:
			read_ports(data, at, end, flow);
			return;
		}
	}
}

int lev_flow_parse6(const u8 *data, size_t len, size_t total, struct lev_flow *flow)
{
	size_t stated;

	if (len < IP6_HEADER || data[0] >> 4 != 6)
		return -EINVAL;
	stated = IP6_HEADER + get_unaligned_be16(data + 4);
	/* A jumbogram (RFC 2675), or joined by receive offload (GRO). */
	if (stated == IP6_HEADER && total > IP6_HEADER + U16_MAX)
		stated = total;
	if (stated > total)
		return -EINVAL;

	memset(flow, 0, sizeof(*flow));
	memcpy(flow->src.b, data + 8, sizeof(flow->src.b));
	memcpy(flow->dst.b, data + 24, sizeof(flow->dst.b));
	flow->ttl = data[7];
	flow->tot_len = (u32)stated;
	walk6(data, readable(len, flow), flow);
	return 0;
}

static u64 hash4(const struct lev_flow *flow, const siphash_key_t *key)
{
	struct {
		u8 src[4];
		u8 dst[4];
		__be16 sport;
		__be16 dport;
		u8 proto;
		u8 zero[3];
	} __aligned(8) in = { .proto = flow->proto };

	BUILD_BUG_ON(sizeof(in) != 16);
	memcpy(in.src, flow->src.b + 12, sizeof(in.src));
	memcpy(in.dst, flow->dst.b + 12, sizeof(in.dst));
	if (!flow->fragment) {
		in.sport = flow->sport;
		in.dport = flow->dport;
	}
	return siphash(&in, sizeof(in), key);
}

static u64 hash6(const struct lev_flow *flow, const siphash_key_t *key)
{
	struct {
		struct lev_addr src;
		struct lev_addr dst;
		__be16 sport;
		__be16 dport;
		u8 proto;
		u8 zero[3];
	} __aligned(8) in = { .src = flow->src, .dst = flow->dst, .proto = flow->proto };

	BUILD_BUG_ON(sizeof(in) != 40);
	if (!flow->fragment) {
		in.sport = flow->sport;
		in.dport = flow->dport;
	}
	return siphash(&in, sizeof(in), key);
}

u32 lev_flow_hash(const struct lev_flow *flow, enum lev_hash how, const siphash_key_t *key)
{
	u64 hash;

	if (how == LEV_HASH_SOURCE)
		hash = siphash(&flow->src, sizeof(flow->src), key);
	else if (lev_addr_is4(&flow->src) && lev_addr_is4(&flow->dst))
		hash = hash4(flow, key);
	else
		hash = hash6(flow, key);
	return (u32)(((hash >> 32) * LEV_TABLE_SIZE) >> 32);
}

unsigned int lev_asker_lane(const struct lev_addr *asker, unsigned int index,
			    unsigned int count, unsigned int lanes, const siphash_key_t *key)
{
	/* The low half: the high one may choose the same machine's server, by its source. */
	u64 low = siphash(asker, sizeof(*asker), key) & U32_MAX;
	unsigned int first = (unsigned int)((low * lanes) >> 32);

	return (first + index * lanes / count) % lanes;
}

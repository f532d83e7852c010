// SPDX-License-Identifier: GPL-2.0
/*
 * A packet's flow: parse and hash. Owns no state; called by kmod/forward.c for each packet
 * of a service, and for lanes by whoever knows an asker's address.
 */
#include "flow.h"
#include "odd.h"
#include "sip.h"

#define IP4_HEADER	20
#define IP4_PLAIN	0x45	/* version 4, no options */
#define IP4_FRAGMENT	0x3fff	/* more fragments, offset */
#define IP4_OFFSET	0x1fff
#define IP6_HEADER	40
#define IP6_EXTENSION	8	/* the least, and the unit of its length */
#define IP6_FRAGMENT	0xfff9	/* offset, more fragments */
#define IP6_OFFSET	0xfff8
#define PORTS		4
#define TCP_FLAGS	13	/* where they are */
#define TCP_FIN		0x01
#define TCP_SYN		0x02
#define TCP_RST		0x04
#define TCP_ACK		0x10
#define ICMP_HEADER	8
/* Unreachable, source quench, time exceeded, parameter problem; all are below 32. */
#define ICMP4_ERRORS	(BIT(3) | BIT(4) | BIT(11) | BIT(12))
#define ICMP6_INFO	0x80	/* set in the types that are no errors */

/* What not every packet has. The other fields are always written. */
static inline void clear(struct lev_flow *flow)
{
	flow->sport = 0;
	flow->dport = 0;
	flow->syn = false;
	flow->closing = false;
	flow->first = false;
	flow->later = false;
	flow->frag_id = 0;
}

/* False if the protocol has ports, but they are not there. */
static __always_inline bool read_ports(const u8 *data, size_t at, size_t end, struct lev_flow *flow)
{
	if (!lev_flow_has_ports(flow->proto))
		return true;
	if (at + PORTS > end)
		return false;
	flow->sport = cpu_to_be16(get_unaligned_be16(data + at));
	flow->dport = cpu_to_be16(get_unaligned_be16(data + at + 2));
	return true;
}

static __always_inline void read_transport(const u8 *data, size_t at, size_t end,
					   struct lev_flow *flow)
{
	u8 flags;

	read_ports(data, at, end, flow);
	if (flow->proto != IPPROTO_TCP || at + TCP_FLAGS >= end)
		return;
	flags = data[at + TCP_FLAGS];
	flow->syn = (flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
	flow->closing = (flags & (TCP_FIN | TCP_RST)) != 0;
}

/*
 * Up to where headers are looked for: not into the padding of a short frame, and not further
 * than any node does, however much of the packet happens to lie in one piece here.
 */
static size_t readable(size_t len, const struct lev_flow *flow)
{
	return min_t(size_t, min_t(size_t, len, flow->tot_len), LEV_FLOW_PULL_MAX);
}

/* Not a plain header: its length, or 0 if it is none. */
static inline size_t header4(const u8 *data, size_t len)
{
	size_t header = (data[0] & 0xf) * 4;

	return data[0] >> 4 == 4 && header >= IP4_HEADER && header <= len ? header : 0;
}

int lev_flow_parse4(const u8 *data, size_t len, size_t total, struct lev_flow *flow)
{
	size_t header = IP4_HEADER, stated;
	u16 fragment;

	if (len < IP4_HEADER)
		return -EINVAL;
	flow->odd = lev_odd_source4(data[12]);
	if (unlikely(data[0] != IP4_PLAIN)) {
		header = header4(data, len);
		if (!header)
			return -EINVAL;
		flow->odd = true;
	}
	stated = get_unaligned_be16(data + 2);
	/* Receive offload (GRO) may join segments to more than 16 bits can state. */
	if (unlikely(!stated) && total > U16_MAX)
		stated = total;
	if (stated < header || stated > total)
		return -EINVAL;

	clear(flow);
	lev_addr_set4(&flow->src, data + 12);
	lev_addr_set4(&flow->dst, data + 16);
	flow->proto = data[9];
	flow->ttl = data[8];
	flow->tot_len = (u32)stated;
	fragment = get_unaligned_be16(data + 6);
	if (fragment & IP4_FRAGMENT) {
		flow->later = (fragment & IP4_OFFSET) != 0;
		flow->first = !flow->later;
		flow->frag_id = get_unaligned_be16(data + 4);
	}
	/* These headers end below LEV_FLOW_PULL_MAX. */
	BUILD_BUG_ON(LEV_FLOW_PULL4 > LEV_FLOW_PULL_MAX);
	if (!flow->later)
		read_transport(data, header, min(len, stated), flow);
	return 0;
}

static void read_fragment6(const u8 *header, struct lev_flow *flow)
{
	u16 fragment = get_unaligned_be16(header + 2);

	flow->proto = header[0];
	/* With neither set the packet is whole (RFC 6946). */
	if (!(fragment & IP6_FRAGMENT))
		return;
	flow->later = (fragment & IP6_OFFSET) != 0;
	flow->first = !flow->later;
	flow->frag_id = get_unaligned_be32(header + 4);
}

/*
 * Walk the extension headers, each at least IP6_EXTENSION bytes on; @flow->proto names the
 * one at @at. Return where the header is that @flow->proto names then; 0 if it is an extension
 * header that is not there, or a fragment header in a first fragment, which names no flow.
 */
static size_t walk6(const u8 *data, size_t at, size_t end, struct lev_flow *flow)
{
	for (;;) {
		switch (flow->proto) {
		case IPPROTO_HOPOPTS:
			flow->odd = true;
			fallthrough;
		case IPPROTO_ROUTING:
		case IPPROTO_DSTOPTS:
			if (at + IP6_EXTENSION > end)
				return 0;
			flow->proto = data[at];
			at += (data[at + 1] + 1) * IP6_EXTENSION;
			break;
		case IPPROTO_FRAGMENT:
			if (at + IP6_EXTENSION > end || flow->first)
				return 0;
			read_fragment6(data + at, flow);
			at += IP6_EXTENSION;
			if (flow->later)
				return at;
			break;
		default:
			return at;
		}
	}
}

int lev_flow_parse6(const u8 *data, size_t len, size_t total, struct lev_flow *flow)
{
	size_t stated, end, at;

	if (len < IP6_HEADER || data[0] >> 4 != 6)
		return -EINVAL;
	stated = IP6_HEADER + get_unaligned_be16(data + 4);
	/* A jumbogram (RFC 2675), or joined by receive offload (GRO). */
	if (unlikely(stated == IP6_HEADER) && total > IP6_HEADER + U16_MAX)
		stated = total;
	if (stated > total)
		return -EINVAL;

	clear(flow);
	lev_addr_set6(&flow->src, data + 8);
	lev_addr_set6(&flow->dst, data + 24);
	flow->proto = data[6];
	flow->ttl = data[7];
	flow->odd = lev_odd_source6(data[8]);
	flow->tot_len = (u32)stated;
	/* It says in IPv6 what is an address of IPv4 to us: it shall not pass for one. */
	if (unlikely(!data[24]) && lev_addr_is4(&flow->dst))
		return -EINVAL;
	end = readable(len, flow);
	at = walk6(data, IP6_HEADER, end, flow);
	if (at && !flow->later)
		read_transport(data, at, end, flow);
	return 0;
}

/* The last step: @inner's addresses are turned round already, its ports are at @at. */
static int end_error(const u8 *data, size_t at, size_t end, const struct lev_flow *outer,
		     struct lev_flow *inner)
{
	if (!lev_addr_eq(&inner->dst, &outer->dst) || !read_ports(data, at, end, inner))
		return -EINVAL;
	swap(inner->sport, inner->dport);
	/* The quote may be of a first fragment, the error itself is about the whole flow. */
	inner->first = false;
	inner->frag_id = 0;
	inner->ttl = outer->ttl;
	inner->odd = outer->odd;
	inner->tot_len = outer->tot_len;
	return 0;
}

int lev_flow_parse_error4(const u8 *data, size_t len, const struct lev_flow *outer,
			  struct lev_flow *inner)
{
	size_t at = (data[0] & 0xf) * 4, end = readable(len, outer), header;
	const u8 *quote;

	if (outer->proto != IPPROTO_ICMP || outer->later ||
	    at + ICMP_HEADER + IP4_HEADER > end || data[at] >= 32 ||
	    !(BIT(data[at]) & ICMP4_ERRORS))
		return -EINVAL;
	at += ICMP_HEADER;
	quote = data + at;
	header = (quote[0] & 0xf) * 4;
	if (quote[0] >> 4 != 4 || header < IP4_HEADER || at + header > end ||
	    (get_unaligned_be16(quote + 6) & IP4_OFFSET))
		return -EINVAL;

	clear(inner);
	lev_addr_set4(&inner->src, quote + 16);
	lev_addr_set4(&inner->dst, quote + 12);
	inner->proto = quote[9];
	return end_error(data, at + header, end, outer, inner);
}

int lev_flow_parse_error6(const u8 *data, size_t len, const struct lev_flow *outer,
			  struct lev_flow *inner)
{
	size_t at, end = readable(len, outer);
	const u8 *quote;

	if (outer->proto != IPPROTO_ICMPV6 || outer->later)
		return -EINVAL;
	/* Where the ICMPv6 header is; only that is asked here. */
	clear(inner);
	inner->proto = data[6];
	at = walk6(data, IP6_HEADER, end, inner);
	if (!at || at + ICMP_HEADER + IP6_HEADER > end || (data[at] & ICMP6_INFO))
		return -EINVAL;
	at += ICMP_HEADER;
	quote = data + at;
	if (quote[0] >> 4 != 6)
		return -EINVAL;

	clear(inner);
	lev_addr_set6(&inner->src, quote + 24);
	lev_addr_set6(&inner->dst, quote + 8);
	inner->proto = quote[6];
	at = walk6(data, at + IP6_HEADER, end, inner);
	if (!at || inner->later)
		return -EINVAL;
	return end_error(data, at, end, outer, inner);
}

/* The last word of a hash: both ports, protocol, three bytes of zero. */
static __always_inline u64 last_word(const struct lev_flow *flow)
{
	return (u64)flow->proto << 32 | (u32)get_unaligned_le16(&flow->dport) << 16 |
	       get_unaligned_le16(&flow->sport);
}

static __always_inline void add_addr(struct lev_sip *s, const struct lev_addr *addr)
{
	lev_sip_add(s, get_unaligned_le64(addr->b));
	lev_sip_add(s, get_unaligned_le64(addr->b + 8));
}

static u64 hash4(const struct lev_flow *flow, const siphash_key_t *key)
{
	struct lev_sip s = lev_sip_begin(key);

	lev_sip_add(&s, (u64)get_unaligned_le32(flow->dst.b + 12) << 32 |
			get_unaligned_le32(flow->src.b + 12));
	lev_sip_add(&s, last_word(flow));
	return lev_sip_end(&s, 2);
}

static u64 hash6(const struct lev_flow *flow, const siphash_key_t *key)
{
	struct lev_sip s = lev_sip_begin(key);

	add_addr(&s, &flow->src);
	add_addr(&s, &flow->dst);
	lev_sip_add(&s, last_word(flow));
	return lev_sip_end(&s, 5);
}

static u64 hash_addr(const struct lev_addr *addr, const siphash_key_t *key)
{
	struct lev_sip s = lev_sip_begin(key);

	add_addr(&s, addr);
	return lev_sip_end(&s, 2);
}

u64 lev_flow_hash(const struct lev_flow *flow, enum lev_hash how, const siphash_key_t *key)
{
	if (how == LEV_HASH_SOURCE)
		return hash_addr(&flow->src, key);
	if (lev_addr_is4(&flow->src) && lev_addr_is4(&flow->dst))
		return hash4(flow, key);
	return hash6(flow, key);
}

unsigned int lev_asker_lane(const struct lev_addr *asker, unsigned int index,
			    unsigned int count, unsigned int lanes, const siphash_key_t *key)
{
	/* The low half: the high one may choose the same machine's server, by its source. */
	u64 low = hash_addr(asker, key) & U32_MAX;
	unsigned int first = (unsigned int)((low * lanes) >> 32);

	return (first + index * lanes / count) % lanes;
}

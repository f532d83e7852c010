// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/flow.c kmod/core/odd.c kmod/core/nd.c */
/*
 * Packets: flows, what ICMP errors quote, what a router refuses, and neighbour discovery. Nothing
 * is read beyond what is readable, and what lies beyond the length that the headers state is of no
 * account. The first byte of the input says how much longer the packet is than what is readable,
 * and whether the checksum is set right; the others are the packet.
 */
#include "fuzz.h"
#include "core/flow.h"
#include "core/nd.h"
#include "core/odd.h"

#define IP4_MIN		20
#define IP6_MIN		40
#define CHECKSUM	0x80
#define ONE_LINK	0x40

static const siphash_key_t key = { { 0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL } };

static int parse(bool six, const u8 *data, size_t len, size_t total, struct lev_flow *flow)
{
	/* A field that is not written shows. */
	memset(flow, 0xa5, sizeof(*flow));
	return (six ? lev_flow_parse6 : lev_flow_parse4)(data, len, total, flow);
}

static int parse_error(bool six, const u8 *data, size_t len, const struct lev_flow *outer,
		       struct lev_flow *inner)
{
	memset(inner, 0xa5, sizeof(*inner));
	return (six ? lev_flow_parse_error6 : lev_flow_parse_error4)(data, len, outer, inner);
}

static void check_fields(const struct lev_flow *flow, bool six, size_t total)
{
	fuzz_must(flow->tot_len <= total && flow->tot_len >= (six ? IP6_MIN : IP4_MIN));
	fuzz_must(!flow->first || !flow->later);
	fuzz_must(!flow->later || (!flow->sport && !flow->dport && !flow->syn));
	fuzz_must(flow->first || flow->later || !flow->frag_id);
	fuzz_must(flow->proto == IPPROTO_TCP || (!flow->syn && !flow->closing));
	fuzz_must(lev_flow_has_ports(flow->proto) || (!flow->sport && !flow->dport));
	fuzz_must(lev_addr_is4(&flow->dst) == !six);
}

static void check_hash(const struct lev_flow *flow)
{
	u64 hash = lev_flow_hash(flow, LEV_HASH_FLOW, &key);
	u64 source = lev_flow_hash(flow, LEV_HASH_SOURCE, &key);
	struct lev_flow whole = *flow;

	fuzz_must(lev_hash_entry(hash) < LEV_TABLE_SIZE);
	fuzz_must(lev_asker_lane(&flow->src, flow->ttl % 7, 7, 1 + flow->proto, &key) <=
		  flow->proto);
	/* What is no part of a flow's name does not count. */
	whole.first = false;
	whole.frag_id = 0;
	whole.tot_len = 0;
	whole.ttl = 0;
	whole.syn = false;
	fuzz_must(lev_flow_hash(&whole, LEV_HASH_FLOW, &key) == hash);
	whole.dst.b[15] ^= 1;
	whole.sport = 0;
	fuzz_must(lev_flow_hash(&whole, LEV_HASH_SOURCE, &key) == source);
	fuzz_must(lev_flow_hash(&whole, LEV_HASH_FLOW, &key) != hash);
}

static void check_error(bool six, const u8 *data, size_t len, const struct lev_flow *outer)
{
	size_t enough = min_t(size_t, min_t(size_t, len, outer->tot_len), LEV_FLOW_PULL_MAX);
	u8 *exact = fuzz_copy(data, enough);
	struct lev_flow inner, again;
	int ret = parse_error(six, data, len, outer, &inner);

	fuzz_must(parse_error(six, exact, enough, outer, &again) == ret);
	free(exact);
	if (ret)
		return;
	check_fields(&inner, six, outer->tot_len);
	check_hash(&inner);
	fuzz_must(lev_flow_hash(&inner, LEV_HASH_FLOW, &key) ==
		  lev_flow_hash(&again, LEV_HASH_FLOW, &key));
	fuzz_must(outer->proto == (six ? IPPROTO_ICMPV6 : IPPROTO_ICMP) && !outer->later);
	fuzz_must(lev_addr_eq(&inner.dst, &outer->dst));
	fuzz_must(!inner.first && !inner.later && !inner.syn && !inner.closing);
	fuzz_must(inner.ttl == outer->ttl && inner.tot_len == outer->tot_len &&
		  inner.odd == outer->odd);
}

/* Only the header may be looked at. */
static bool refused4(const u8 *data)
{
	u8 *header = fuzz_copy(data, (data[0] & 0xf) * 4);
	bool refused = lev_odd_refused4(header);

	free(header);
	return refused;
}

/* Only the header and its hop-by-hop options may be looked at. */
static bool refused6(const u8 *data, size_t len, size_t total, bool one_link)
{
	size_t enough = IP6_MIN;
	bool refused;
	u8 *exact;

	if (data[6] == IPPROTO_HOPOPTS && len > IP6_MIN + 1)
		enough += (data[IP6_MIN + 1] + 1) * 8;
	enough = min(enough, len);
	fuzz_must(enough <= LEV_ODD_PULL);
	exact = fuzz_copy(data, enough);
	refused = lev_odd_refused6(exact, enough, total, one_link);
	free(exact);
	fuzz_must(lev_odd_refused6(data, len, total, one_link) == refused);
	return refused;
}

static void check_packet(bool six, const u8 *data, size_t len, size_t total, bool one_link)
{
	size_t enough = six ? LEV_FLOW_PULL_MAX : LEV_FLOW_PULL4;
	struct lev_flow flow, again;
	u8 *exact;

	if (parse(six, data, len, total, &flow))
		return;
	check_fields(&flow, six, total);
	check_hash(&flow);

	/* Neither padding counts, nor what happens to be readable further on. */
	enough = min_t(size_t, min_t(size_t, enough, len), flow.tot_len);
	exact = fuzz_copy(data, enough);
	fuzz_must(!parse(six, exact, enough, flow.tot_len, &again));
	fuzz_must(!memcmp(&flow, &again, sizeof(flow)));
	free(exact);

	check_error(six, data, len, &flow);
	/* One that is refused is marked, so that somebody asks. */
	if (six ? refused6(data, len, flow.tot_len, one_link) : refused4(data))
		fuzz_must(flow.odd);
}

static bool is_any(const struct lev_addr *addr)
{
	return !lev_addr_half(addr, 0) && !lev_addr_half(addr, 1);
}

/* What we write about the addresses of a good message is a good message. */
static void check_written(const struct lev_nd *nd)
{
	u8 *data = malloc(LEV_ND_IP_LEN + LEV_ND_MESSAGE_LEN);
	size_t len = LEV_ND_IP_LEN + LEV_ND_MESSAGE_LEN;
	bool solicited = !is_any(&nd->sender);
	struct lev_nd again;
	struct lev_addr made;

	fuzz_must(data);
	lev_nd_key(&made, nd->mac);
	fuzz_must(lev_nd_is_key(&made));
	lev_nd_advert(data, &nd->target, nd->mac, solicited ? &nd->sender : NULL, solicited);
	fuzz_must(lev_nd_parse(data, len, &again));
	fuzz_must(again.type == LEV_ND_ADVERT_TYPE && again.has_mac);
	fuzz_must(lev_addr_eq(&again.target, &nd->target) &&
		  lev_addr_eq(&again.sender, &nd->target));
	fuzz_must(!memcmp(again.mac, nd->mac, sizeof(nd->mac)));
	if (solicited) {
		lev_nd_solicit(data, &nd->target, nd->mac, &nd->sender);
		fuzz_must(lev_nd_parse(data, len, &again));
		fuzz_must(again.type == LEV_ND_SOLICIT_TYPE && again.has_mac && !again.dad);
		fuzz_must(lev_addr_eq(&again.target, &nd->sender) &&
			  lev_addr_eq(&again.to, &nd->sender));
	}
	free(data);
}

static void check_nd(const u8 *data, size_t len)
{
	struct lev_nd nd, again;
	size_t stated;
	u8 *exact;

	if (!lev_nd_parse(data, len, &nd))
		return;
	fuzz_must(nd.type == LEV_ND_SOLICIT_TYPE || nd.type == LEV_ND_ADVERT_TYPE);
	fuzz_must(nd.sender.b[0] != 0xff && nd.target.b[0] != 0xff);
	fuzz_must(!lev_addr_is4(&nd.sender) && !lev_addr_is4(&nd.target));
	fuzz_must(nd.dad == (nd.type == LEV_ND_SOLICIT_TYPE && is_any(&nd.sender)));
	fuzz_must(!nd.dad || !nd.has_mac);
	fuzz_must(!nd.has_mac || !(nd.mac[0] & 1));

	stated = LEV_ND_IP_LEN + get_unaligned_be16(data + 4);
	fuzz_must(stated <= len);
	exact = fuzz_copy(data, stated);
	fuzz_must(lev_nd_parse(exact, stated, &again));
	fuzz_must(!memcmp(&nd, &again, sizeof(nd)));
	free(exact);
	if (nd.has_mac && !is_any(&nd.target))
		check_written(&nd);
}

/* No fuzzer guesses it. */
static void mend_checksum(u8 *data, size_t len)
{
	u32 sum = IPPROTO_ICMPV6;
	size_t size, i;

	if (len < LEV_ND_IP_LEN + 4)
		return;
	size = get_unaligned_be16(data + 4);
	if (size < 4 || size > len - LEV_ND_IP_LEN)
		return;
	put_unaligned_be16(0, data + LEV_ND_IP_LEN + 2);
	sum += size;
	for (i = 8; i < LEV_ND_IP_LEN + size; i++)
		sum += i % 2 ? data[i] : data[i] << 8;
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	put_unaligned_be16(~sum, data + LEV_ND_IP_LEN + 2);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static const size_t beyond[] = { 0, 4, 1400, 70000 };
	size_t len, total;
	u8 *packet;

	if (!size)
		return 0;
	len = size - 1;
	total = len + beyond[data[0] % ARRAY_SIZE(beyond)];
	packet = fuzz_copy(data + 1, len);
	if (data[0] & CHECKSUM)
		mend_checksum(packet, len);
	check_packet(false, packet, len, total, data[0] & ONE_LINK);
	check_packet(true, packet, len, total, data[0] & ONE_LINK);
	check_nd(packet, len);
	free(packet);
	return 0;
}

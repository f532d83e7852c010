// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/flow.c */
/*
 * Flows: tables of packets and what is to be read from them, every packet also cut short at
 * every length, and the hashes that all nodes share.
 */
#include "packet.h"

enum part { WHOLE, FIRST, LATER };

struct packet {
	const char *name;
	const char *hex;
	size_t total;	/* of the packet; 0: as long as the digits say */
	int ret;
	u8 proto;
	u16 sport;
	u16 dport;
	enum part part;
	u32 tot_len;
	u32 frag_id;
};

/* IPv4: version and length, DSCP, total length, id, fragment, TTL 63, protocol, checksum */
static const struct packet packets4[] = {
	{ "TCP", "45000028 00004000 3f060000 " A4 PORTS "00000000 00000000 50020000 00000000",
	  0, 0, IPPROTO_TCP, 12345, 80, WHOLE, 40, 0 },
	{ "UDP", "4500001c 00000000 3f110000 " A4 PORTS "00080000",
	  0, 0, IPPROTO_UDP, 12345, 80, WHOLE, 28, 0 },
	{ "UDP-Lite", "4500001c 00000000 3f880000 " A4 PORTS "00080000",
	  0, 0, IPPROTO_UDPLITE, 12345, 80, WHOLE, 28, 0 },
	{ "SCTP", "45000020 00000000 3f840000 " A4 PORTS "00000000 00000000",
	  0, 0, IPPROTO_SCTP, 12345, 80, WHOLE, 32, 0 },
	{ "DCCP", "45000020 00000000 3f210000 " A4 PORTS "00000000 00000000",
	  0, 0, IPPROTO_DCCP, 12345, 80, WHOLE, 32, 0 },
	{ "ICMP has no ports", "4500001c 00000000 3f010000 " A4 "08001234 00010002",
	  0, 0, IPPROTO_ICMP, 0, 0, WHOLE, 28, 0 },
	{ "GRE has no ports", "4500001c 00000000 3f2f0000 " A4 "20001234 00010002",
	  0, 0, IPPROTO_GRE, 0, 0, WHOLE, 28, 0 },
	{ "options of 40 bytes",
	  "4f000044 00000000 3f110000 " A4
	  "01010101 01010101 01010101 01010101 01010101 01010101 01010101 01010101 01010101 "
	  "01010101 " PORTS "00080000",
	  0, 0, IPPROTO_UDP, 12345, 80, WHOLE, 68, 0 },
	{ "first fragment", "4500001c 00012000 3f110000 " A4 PORTS "00080000",
	  0, 0, IPPROTO_UDP, 12345, 80, FIRST, 28, 1 },
	{ "middle fragment", "4500001c 00012001 3f110000 " A4 PORTS "00080000",
	  0, 0, IPPROTO_UDP, 0, 0, LATER, 28, 1 },
	{ "last fragment", "4500001c 00010100 3f110000 " A4 PORTS "00080000",
	  0, 0, IPPROTO_UDP, 0, 0, LATER, 28, 1 },
	{ "the largest identification", "4500001c ffff2001 3f110000 " A4 PORTS "00080000",
	  0, 0, IPPROTO_UDP, 0, 0, LATER, 28, 0xffff },
	{ "the reserved bit is no fragment", "4500001c 00018000 3f110000 " A4 PORTS "00080000",
	  0, 0, IPPROTO_UDP, 12345, 80, WHOLE, 28, 0 },
	{ "frame padded beyond the packet", "4500001c 00000000 3f110000 " A4 PORTS
	  "00080000 00000000 0000", 0, 0, IPPROTO_UDP, 12345, 80, WHOLE, 28, 0 },
	{ "padding is not read as ports", "45000016 00000000 3f110000 " A4 PORTS "00080000",
	  0, 0, IPPROTO_UDP, 0, 0, WHOLE, 22, 0 },
	{ "ports cut off", "45000016 00000000 3f110000 " A4 "3039",
	  0, 0, IPPROTO_UDP, 0, 0, WHOLE, 22, 0 },
	{ "header alone", "45000014 00000000 3f060000 " A4,
	  0, 0, IPPROTO_TCP, 0, 0, WHOLE, 20, 0 },
	{ "longer than readable", "450005dc 00000000 3f060000 " A4 PORTS "00000000",
	  1500, 0, IPPROTO_TCP, 12345, 80, WHOLE, 1500, 0 },
	{ "joined by GRO, over 64 KiB", "45000000 00000000 3f060000 " A4 PORTS "00000000",
	  70000, 0, IPPROTO_TCP, 12345, 80, WHOLE, 70000, 0 },
	{ "short of 20 bytes", "45000014 00000000 3f060000 0a000001 0a0001", .ret = -EINVAL },
	{ "empty", "", .ret = -EINVAL },
	{ "version 6", "65000014 00000000 3f060000 " A4, .ret = -EINVAL },
	{ "header length under 20", "44000014 00000000 3f060000 " A4, .ret = -EINVAL },
	{ "header length over the packet", "46000014 00000000 3f060000 " A4, .ret = -EINVAL },
	{ "header length over what is readable", "46000018 00000000 3f060000 " A4,
	  .total = 24, .ret = -EINVAL },
	{ "total length under the header", "46000017 00000000 3f060000 " A4 "00000000",
	  .ret = -EINVAL },
	{ "total length 0", "45000000 00000000 3f060000 " A4 PORTS, .ret = -EINVAL },
	{ "total length over the packet", "4500001d 00000000 3f110000 " A4 PORTS "00080000",
	  .ret = -EINVAL },
};

/* IPv6: version, class, label; payload length, next header, hop limit 63 */
static const struct packet packets6[] = {
	{ "TCP", "60000000 0014063f " A6 PORTS "00000000 00000000 50020000 00000000",
	  0, 0, IPPROTO_TCP, 12345, 80, WHOLE, 60, 0 },
	{ "UDP", "60000000 0008113f " A6 PORTS "00080000",
	  0, 0, IPPROTO_UDP, 12345, 80, WHOLE, 48, 0 },
	{ "ICMPv6 has no ports", "60000000 00083a3f " A6 "80001234 00010002",
	  0, 0, IPPROTO_ICMPV6, 0, 0, WHOLE, 48, 0 },
	{ "no next header", "60000000 00003b3f " A6, 0, 0, IPPROTO_NONE, 0, 0, WHOLE, 40, 0 },
	{ "hop-by-hop", "60000000 0010003f " A6 "11000104 00000000 " PORTS "00080000",
	  0, 0, IPPROTO_UDP, 12345, 80, WHOLE, 56, 0 },
	{ "hop-by-hop, routing, destination",
	  "60000000 0030003f " A6 "2b000104 00000000 3c020400 00000000 " "20010db8 00000000 "
	  "00000000 00000009 11000104 00000000 " PORTS "00080000",
	  0, 0, IPPROTO_UDP, 12345, 80, WHOLE, 88, 0 },
	{ "first fragment",
	  "60000000 00102c3f " A6 "11000001 00000007 " PORTS "00080000",
	  0, 0, IPPROTO_UDP, 12345, 80, FIRST, 56, 7 },
	{ "later fragment",
	  "60000000 00102c3f " A6 "11000009 00000007 " PORTS "00080000",
	  0, 0, IPPROTO_UDP, 0, 0, LATER, 56, 7 },
	{ "last fragment",
	  "60000000 00102c3f " A6 "11000008 00000007 " PORTS "00080000",
	  0, 0, IPPROTO_UDP, 0, 0, LATER, 56, 7 },
	{ "a fragment header on a whole packet",
	  "60000000 00102c3f " A6 "11000000 00000007 " PORTS "00080000",
	  0, 0, IPPROTO_UDP, 12345, 80, WHOLE, 56, 0 },
	{ "the largest identification",
	  "60000000 00102c3f " A6 "11000009 ffffffff " PORTS "00080000",
	  0, 0, IPPROTO_UDP, 0, 0, LATER, 56, 0xffffffff },
	{ "options behind the header of a first fragment",
	  "60000000 00182c3f " A6 "3c000001 00000007 11000104 00000000 " PORTS "00080000",
	  0, 0, IPPROTO_UDP, 12345, 80, FIRST, 64, 7 },
	{ "options behind the header of a later fragment are its data",
	  "60000000 00182c3f " A6 "3c000009 00000007 11000104 00000000 " PORTS "00080000",
	  0, 0, IPPROTO_DSTOPTS, 0, 0, LATER, 64, 7 },
	{ "a fragment in a first fragment",
	  "60000000 00182c3f " A6 "2c000001 00000007 11000009 00000008 " PORTS "00080000",
	  0, 0, IPPROTO_FRAGMENT, 0, 0, FIRST, 64, 7 },
	{ "a fragment behind the header of a whole packet",
	  "60000000 00182c3f " A6 "2c000000 00000007 11000009 00000008 " PORTS "00080000",
	  0, 0, IPPROTO_UDP, 0, 0, LATER, 64, 8 },
	{ "extension header beyond the packet",
	  "60000000 00103c3f " A6 "11020104 00000000 " PORTS "00080000",
	  0, 0, IPPROTO_UDP, 0, 0, WHOLE, 56, 0 },
	{ "extension header cut off", "60000000 00043c3f " A6 "11000104",
	  0, 0, IPPROTO_DSTOPTS, 0, 0, WHOLE, 44, 0 },
	{ "fragment header cut off", "60000000 00042c3f " A6 "11000008",
	  0, 0, IPPROTO_FRAGMENT, 0, 0, WHOLE, 44, 0 },
	{ "padding is not read as ports", "60000000 0002113f " A6 PORTS "00080000",
	  0, 0, IPPROTO_UDP, 0, 0, WHOLE, 42, 0 },
	{ "authentication header ends the walk",
	  "60000000 0010333f " A6 "11010000 00000000 " PORTS "00080000",
	  0, 0, IPPROTO_AH, 0, 0, WHOLE, 56, 0 },
	{ "jumbogram",
	  "60000000 0000003f " A6 "0600c204 00011170 " PORTS "00080000",
	  70040, 0, IPPROTO_TCP, 12345, 80, WHOLE, 70040, 0 },
	{ "joined by GRO, over 64 KiB", "60000000 0000063f " A6 PORTS "00000000",
	  70000, 0, IPPROTO_TCP, 12345, 80, WHOLE, 70000, 0 },
	{ "payload length 0 is a bare header", "60000000 0000063f " A6 PORTS "00000000",
	  0, 0, IPPROTO_TCP, 0, 0, WHOLE, 40, 0 },
	{ "payload length 0 and an extension header", "60000000 0000003f " A6 "11000104 00000000 "
	  PORTS "00080000", 0, 0, IPPROTO_HOPOPTS, 0, 0, WHOLE, 40, 0 },
	{ "short of 40 bytes", "60000000 0000063f 20010db8", .ret = -EINVAL },
	{ "empty", "", .ret = -EINVAL },
	{ "version 4", "40000000 0000063f " A6, .ret = -EINVAL },
	{ "payload length over the packet", "60000000 0009113f " A6 PORTS "00080000",
	  .ret = -EINVAL },
};

static enum part part_of(const struct lev_flow *flow)
{
	assert_false(flow->first && flow->later);
	return flow->first ? FIRST : flow->later ? LATER : WHOLE;
}

static bool flow_is(const struct lev_flow *flow, const struct packet *p, bool six)
{
	return flow->proto == p->proto && be16_to_cpu(flow->sport) == p->sport &&
	       be16_to_cpu(flow->dport) == p->dport && part_of(flow) == p->part &&
	       flow->frag_id == p->frag_id &&
	       (flow->proto == IPPROTO_TCP || (!flow->syn && !flow->closing)) &&
	       flow->tot_len == p->tot_len && flow->ttl == 63 && flow->src.b[15] == 1 &&
	       flow->dst.b[15] == 200 && lev_addr_is4(&flow->src) == !six &&
	       lev_addr_is4(&flow->dst) == !six;
}

static void check_packets(bool six, const struct packet *p, size_t n)
{
	u8 data[MAX_PACKET];
	struct lev_flow flow;

	for (; n--; p++) {
		size_t len = from_hex(p->hex, data), cut;

		int ret = parse(six, data, len, p->total ? p->total : len, &flow);

		if (ret != p->ret || (!ret && !flow_is(&flow, p, six)))
			fail_msg("%s: %d, protocol %u, ports %u %u, part %d, length %u", p->name,
				 ret, flow.proto, be16_to_cpu(flow.sport), be16_to_cpu(flow.dport),
				 part_of(&flow), flow.tot_len);
		for (cut = 0; cut < len; cut++) {
			parse(six, data, cut, cut, &flow);
			parse(six, data, cut, p->total ? p->total : len, &flow);
		}
	}
}

static void parse4(void **state)
{
	(void)state;
	check_packets(false, packets4, ARRAY_SIZE(packets4));
}

static void parse6(void **state)
{
	(void)state;
	check_packets(true, packets6, ARRAY_SIZE(packets6));
}

/* Nodes that have more of the packet in one piece must not see more of it. */
static void ports_too_far_away(void **state)
{
	u8 data[MAX_PACKET] = {};
	struct lev_flow flow;
	size_t far;

	(void)state;
	for (far = 48; far + 16 <= MAX_PACKET; far += 8) {
		memset(data, 0, sizeof(data));
		data[0] = 0x60;
		put_unaligned_be16((u16)(far + 8 - 40), data + 4);
		data[6] = IPPROTO_DSTOPTS;
		data[40] = IPPROTO_UDP;
		data[41] = (u8)((far - 40) / 8 - 1);
		data[far] = 0x30;
		assert_int_equal(parse(true, data, far + 8, far + 8, &flow), 0);
		assert_int_equal(flow.proto, IPPROTO_UDP);
		assert_int_equal(be16_to_cpu(flow.sport),
				 far + 4 <= LEV_FLOW_PULL_MAX ? 0x3000 : 0);
	}
}

/* SYN without ACK opens, FIN and RST close; only if the flags are there, and are TCP's. */
static void tcp_flags(void **state)
{
	static const char *const hex[] = {
		"45000028 00004000 3f060000 " A4 PORTS "00000000 00000000 50000000 00000000",
		"60000000 0014063f " A6 PORTS "00000000 00000000 50000000 00000000",
	};
	static const size_t at[] = { 20 + 13, 40 + 13 };
	struct lev_flow flow;
	u8 data[MAX_PACKET];
	unsigned int flags;
	int six;

	(void)state;
	for (six = 0; six < 2; six++) {
		size_t len = from_hex(hex[six], data);

		for (flags = 0; flags < 256; flags++) {
			data[at[six]] = (u8)flags;
			parse(six, data, len, len, &flow);
			assert_int_equal(flow.syn, (flags & 0x02) && !(flags & 0x10));
			assert_int_equal(flow.closing, (flags & 0x05) != 0);
		}
		data[at[six]] = 0x07;
		parse(six, data, at[six] + 1, len, &flow);
		assert_true(flow.syn && flow.closing);
		parse(six, data, at[six], len, &flow);
		assert_true(!flow.syn && !flow.closing && flow.dport);
		data[six ? 6 : 9] = IPPROTO_UDP;
		parse(six, data, len, len, &flow);
		assert_true(!flow.syn && !flow.closing);
	}
}

/* As in the longest IPv4 header: the caller need not make more readable than it is told. */
static void flags_behind_options(void **state)
{
	u8 data[MAX_PACKET] = { 0x4f, [9] = IPPROTO_TCP, [60 + 13] = 0x02 };
	struct lev_flow flow;

	(void)state;
	put_unaligned_be16(80, data + 2);
	assert_int_equal(parse(false, data, LEV_FLOW_PULL4, 80, &flow), 0);
	assert_true(flow.syn);
}

static void flow_of(struct lev_flow *flow, bool six, const char *name)
{
	const struct packet *p = six ? packets6 : packets4;
	u8 data[MAX_PACKET];
	size_t len;

	while (strcmp(p->name, name))
		p++;
	len = from_hex(p->hex, data);
	assert_int_equal(parse(six, data, len, p->total ? p->total : len, flow), 0);
}

/*
 * Nodes of one cluster may run different builds: the mapping must never change. The figures
 * were computed a second time by a program of its own.
 */
static void golden(void **state)
{
	static const struct {
		const char *name;
		bool six;
		enum lev_hash how;
		u32 hash;
	} v[] = {
		{ "TCP", false, LEV_HASH_FLOW, 49934 },
		{ "UDP", false, LEV_HASH_FLOW, 43960 },
		{ "GRE has no ports", false, LEV_HASH_FLOW, 38321 },
		{ "first fragment", false, LEV_HASH_FLOW, 43960 },
		{ "last fragment", false, LEV_HASH_FLOW, 32132 },
		{ "TCP", false, LEV_HASH_SOURCE, 59803 },
		{ "TCP", true, LEV_HASH_FLOW, 57015 },
		{ "UDP", true, LEV_HASH_FLOW, 6750 },
		{ "first fragment", true, LEV_HASH_FLOW, 6750 },
		{ "last fragment", true, LEV_HASH_FLOW, 47498 },
		{ "TCP", true, LEV_HASH_SOURCE, 6997 },
	};
	struct lev_flow flow;
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(v); i++) {
		flow_of(&flow, v[i].six, v[i].name);
		assert_int_equal(lev_hash_entry(lev_flow_hash(&flow, v[i].how, &key)), v[i].hash);
	}
	flow_of(&flow, false, "TCP");
	assert_int_equal(lev_flow_hash(&flow, LEV_HASH_FLOW, &key), 0xc30d938cec481207ULL);
	flow_of(&flow, true, "TCP");
	assert_int_equal(lev_flow_hash(&flow, LEV_HASH_FLOW, &key), 0xdeb627f977f6bd79ULL);
	assert_int_equal(lev_hash_entry(0), 0);
	assert_int_equal(lev_hash_entry(U32_MAX), 0);
	assert_int_equal(lev_hash_entry(1ULL << 63), LEV_TABLE_SIZE / 2);
	assert_int_equal(lev_hash_entry(U64_MAX), LEV_TABLE_SIZE - 1);
}

/* Each part of the flow counts, and under "source" the source alone. */
static void what_the_hash_looks_at(void **state)
{
	struct lev_flow a, b;
	unsigned int part;
	int six;

	(void)state;
	for (six = 0; six < 2; six++) {
		flow_of(&a, six, "TCP");
		for (part = 0; part < 11; part++) {
			bool in_flow = part < 5, in_source = part == 0;

			b = a;
			b.src.b[15] += part == 0;
			b.dst.b[15] += part == 1;
			b.sport = cpu_to_be16((u16)(be16_to_cpu(a.sport) + (part == 2)));
			b.dport = cpu_to_be16((u16)(be16_to_cpu(a.dport) + (part == 3)));
			b.proto = part == 4 ? IPPROTO_UDP : a.proto;
			b.ttl -= part == 5;
			b.tot_len += part == 6;
			b.frag_id += part == 7;
			b.syn ^= part == 8;
			b.closing ^= part == 9;
			b.first ^= part == 10;
			assert_int_equal(lev_flow_hash(&a, LEV_HASH_FLOW, &key) !=
					 lev_flow_hash(&b, LEV_HASH_FLOW, &key), in_flow);
			assert_int_equal(lev_flow_hash(&a, LEV_HASH_SOURCE, &key) !=
					 lev_flow_hash(&b, LEV_HASH_SOURCE, &key), in_source);
		}
	}
}

/* An IPv6 packet whose source looks like that of IPv4: all of its other address counts. */
static void mapped_on_one_side(void **state)
{
	struct lev_flow a, b, four;
	unsigned int i;

	(void)state;
	flow_of(&four, 0, "TCP");
	flow_of(&a, 1, "TCP");
	a.src = four.src;
	for (i = 0; i < sizeof(a.dst.b); i++) {
		b = a;
		b.dst.b[i]++;
		assert_int_not_equal(lev_flow_hash(&a, LEV_HASH_FLOW, &key),
				     lev_flow_hash(&b, LEV_HASH_FLOW, &key));
	}
}

static void first_fragment_follows_its_flow(void **state)
{
	struct lev_flow whole, first;
	int six;

	(void)state;
	for (six = 0; six < 2; six++) {
		flow_of(&whole, six, "UDP");
		flow_of(&first, six, "first fragment");
		assert_int_equal(lev_flow_hash(&whole, LEV_HASH_FLOW, &key),
				 lev_flow_hash(&first, LEV_HASH_FLOW, &key));
		if (!six)
			continue;
		flow_of(&first, six, "options behind the header of a first fragment");
		assert_int_equal(lev_flow_hash(&whole, LEV_HASH_FLOW, &key),
				 lev_flow_hash(&first, LEV_HASH_FLOW, &key));
	}
}

static void hashes_are_even(void **state)
{
	static unsigned int hits[LEV_TABLE_SIZE];
	unsigned int i, tenth[10] = {}, most = 0;
	struct lev_flow flow;

	(void)state;
	flow_of(&flow, false, "TCP");
	for (i = 0; i < 1000000; i++) {
		u32 hash;

		flow.sport = cpu_to_be16((u16)i);
		flow.src.b[14] = (u8)(i >> 16);
		hash = lev_hash_entry(lev_flow_hash(&flow, LEV_HASH_FLOW, &key));
		assert_true(hash < LEV_TABLE_SIZE);
		tenth[hash * 10 / LEV_TABLE_SIZE]++;
		hits[hash]++;
		most = max(most, hits[hash]);
	}
	/* 15.3 hits an entry on average; a tenth of the table has 100,000 +- 300. */
	assert_true(most < 50);
	for (i = 0; i < 10; i++)
		assert_in_range(tenth[i], 98500, 101500);
}

static void lanes_of_an_asker(void **state)
{
	static const u8 ip[4] = { 10, 0, 0, 1 };
	unsigned int lanes, count, i, hits[16] = {};
	struct lev_addr asker;

	(void)state;
	lev_addr_set4(&asker, ip);
	assert_int_equal(lev_asker_lane(&asker, 0, 1, 16, &key), 6);
	assert_int_equal(lev_asker_lane(&asker, 0, 1, 256, &key), 101);
	for (lanes = 1; lanes <= LEV_LANES_MAX; lanes++) {
		for (count = 1; count <= LEV_ADDRESSES_MAX; count++) {
			unsigned int first = lev_asker_lane(&asker, 0, count, lanes, &key);

			assert_true(first < lanes);
			for (i = 0; i < count; i++)
				assert_int_equal(lev_asker_lane(&asker, i, count, lanes, &key),
						 (first + i * lanes / count) % lanes);
		}
	}
	/* All lanes get askers: 16,000 of them, 1,000 +- 31 to a lane. */
	for (i = 0; i < 16000; i++) {
		asker.b[14] = (u8)(i >> 8);
		asker.b[15] = (u8)i;
		hits[lev_asker_lane(&asker, 0, 1, 16, &key)]++;
	}
	for (i = 0; i < 16; i++)
		assert_in_range(hits[i], 850, 1150);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(parse4),
		cmocka_unit_test(parse6),
		cmocka_unit_test(ports_too_far_away),
		cmocka_unit_test(tcp_flags),
		cmocka_unit_test(flags_behind_options),
		cmocka_unit_test(golden),
		cmocka_unit_test(what_the_hash_looks_at),
		cmocka_unit_test(mapped_on_one_side),
		cmocka_unit_test(first_fragment_follows_its_flow),
		cmocka_unit_test(hashes_are_even),
		cmocka_unit_test(lanes_of_an_asker),
	};

	return cmocka_run_group_tests_name("flow", tests, NULL, NULL);
}

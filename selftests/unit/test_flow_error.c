// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/flow.c */
/*
 * ICMP errors: tables of packets and the flow that each is about, every one also cut short at
 * every length.
 */
#include "packet.h"

struct error {
	const char *name;
	const char *hex;
	int ret;
	u8 proto;	/* of the flow */
	u16 sport;
	u16 dport;
	size_t quote;	/* this much of the packet is needed */
};

/*
 * The ICMP packet is from a router, the quoted one from 10.0.1.200 to 10.0.0.1. The quotes
 * state 1,500 bytes, which are not there.
 */
#define R4	"0a0000fe 0a0001c8 "
#define QA4	"0a0001c8 0a000001 "
#define QPORTS	"0050 3039 "

#define ICMP4(len, head)	"450000" len " 00000000 3f010000 " R4 head " 1234 00000000 "
#define QUOTE4(proto)		"450005dc 00000000 40" proto "0000 " QA4
#define TCP4			QUOTE4("06") QPORTS "00000001"

static const struct error errors4[] = {
	{ "time exceeded, TCP", ICMP4("38", "0b00") TCP4, 0, IPPROTO_TCP, 12345, 80, 52 },
	{ "port unreachable, UDP", ICMP4("38", "0303") QUOTE4("11") QPORTS "05c80000",
	  0, IPPROTO_UDP, 12345, 80, 52 },
	{ "fragmentation needed, SCTP", ICMP4("38", "0304") QUOTE4("84") QPORTS "00000001",
	  0, IPPROTO_SCTP, 12345, 80, 52 },
	{ "source quench", ICMP4("38", "0400") TCP4, 0, IPPROTO_TCP, 12345, 80, 52 },
	{ "parameter problem", ICMP4("38", "0c00") TCP4, 0, IPPROTO_TCP, 12345, 80, 52 },
	{ "no ports: GRE", ICMP4("38", "0303") QUOTE4("2f") "00000800 00000000",
	  0, IPPROTO_GRE, 0, 0, 48 },
	{ "no ports: an echo's reply", ICMP4("38", "0301") QUOTE4("01") "00001234 00010001",
	  0, IPPROTO_ICMP, 0, 0, 48 },
	{ "options in both headers",
	  "46000044 00000000 3f010000 " R4 "01010100 0b00 1234 00000000 "
	  "470005dc 00000000 40060000 " QA4 "01010101 01010100 " QPORTS "00000001",
	  0, IPPROTO_TCP, 12345, 80, 64 },
	{ "quote of a first fragment",
	  ICMP4("38", "0b01") "450005dc 00012000 40110000 " QA4 QPORTS "05c80000",
	  0, IPPROTO_UDP, 12345, 80, 52 },
	{ "a first fragment of an ICMP packet",
	  "45000038 00012000 3f010000 " R4 "0b00 1234 00000000 " TCP4,
	  0, IPPROTO_TCP, 12345, 80, 52 },
	{ "quote of a later fragment",
	  ICMP4("38", "0b01") "450005dc 00012001 40110000 " QA4 QPORTS "05c80000", .ret = -EINVAL },
	{ "a later fragment of an ICMP packet",
	  "45000038 00012001 3f010000 " R4 "0b00 1234 00000000 " TCP4, .ret = -EINVAL },
	{ "redirect", ICMP4("38", "0500") TCP4, .ret = -EINVAL },
	{ "echo request", ICMP4("38", "0800") TCP4, .ret = -EINVAL },
	{ "a type above 31", ICMP4("38", "2300") TCP4, .ret = -EINVAL },
	{ "not ICMP", "45000038 00000000 3f110000 " R4 "0b00 1234 00000000 " TCP4, .ret = -EINVAL },
	{ "quoted source is another",
	  ICMP4("38", "0b00") "450005dc 00000000 40060000 0a0001c9 0a000001 " QPORTS "00000001",
	  .ret = -EINVAL },
	{ "the client's own packet is quoted",
	  ICMP4("38", "0b00") "450005dc 00000000 40060000 " A4 PORTS "00000001", .ret = -EINVAL },
	{ "quoted version", ICMP4("38", "0b00") "650005dc 00000000 40060000 " QA4 QPORTS
	  "00000001", .ret = -EINVAL },
	{ "quoted header length under 20", ICMP4("38", "0b00") "440005dc 00000000 40060000 " QA4
	  QPORTS "00000001", .ret = -EINVAL },
	{ "quoted header longer than the packet",
	  ICMP4("38", "0b00") "4f0005dc 00000000 402f0000 " QA4 QPORTS "00000001", .ret = -EINVAL },
	{ "ports in the padding", ICMP4("30", "0b00") TCP4, .ret = -EINVAL },
	{ "nothing quoted", ICMP4("1c", "0b00"), .ret = -EINVAL },
	{ "no ICMP header", "45000014 00000000 3f010000 " R4, .ret = -EINVAL },
};

#define R6	"20010db80000000000000000000000fe 20010db80000000000000000000000c8 "
#define QA6	"20010db80000000000000000000000c8 20010db8000000000000000000000001 "

#define ICMP6(len, head)	"60000000 00" len "3a3f " R6 head " 1234 00000000 "
#define QUOTE6(next)		"60000000 05b4" next "40 " QA6
#define TCP6			QUOTE6("06") QPORTS "00000001"

static const struct error errors6[] = {
	{ "too big, TCP", ICMP6("38", "0200") TCP6, 0, IPPROTO_TCP, 12345, 80, 92 },
	{ "unreachable, UDP", ICMP6("38", "0104") QUOTE6("11") QPORTS "05b40000",
	  0, IPPROTO_UDP, 12345, 80, 92 },
	{ "time exceeded", ICMP6("38", "0300") TCP6, 0, IPPROTO_TCP, 12345, 80, 92 },
	{ "parameter problem", ICMP6("38", "0401") TCP6, 0, IPPROTO_TCP, 12345, 80, 92 },
	{ "an error not yet known", ICMP6("38", "7f00") TCP6, 0, IPPROTO_TCP, 12345, 80, 92 },
	{ "no ports: an echo's reply", ICMP6("38", "0103") QUOTE6("3a") "81001234 00010001",
	  0, IPPROTO_ICMPV6, 0, 0, 88 },
	{ "extension headers in both",
	  "60000000 0048003f " R6 "3a000104 00000000 0200 1234 00000000 "
	  QUOTE6("3c") "06000104 00000000 " QPORTS "00000001",
	  0, IPPROTO_TCP, 12345, 80, 108 },
	{ "quote of a first fragment",
	  ICMP6("40", "0301") QUOTE6("2c") "11000001 00000007 " QPORTS "05b40000",
	  0, IPPROTO_UDP, 12345, 80, 100 },
	{ "quote of a later fragment",
	  ICMP6("40", "0301") QUOTE6("2c") "11000009 00000007 " QPORTS "05b40000", .ret = -EINVAL },
	{ "a later fragment of an ICMPv6 packet",
	  "60000000 00402c3f " R6 "3a000009 00000007 0200 1234 00000000 " TCP6, .ret = -EINVAL },
	{ "echo request", ICMP6("38", "8000") TCP6, .ret = -EINVAL },
	{ "not ICMPv6", "60000000 0038113f " R6 "0200 1234 00000000 " TCP6, .ret = -EINVAL },
	{ "quoted source is another",
	  ICMP6("38", "0200") "60000000 05b40640 20010db80000000000000000000000c9 "
	  "20010db8000000000000000000000001 " QPORTS "00000001", .ret = -EINVAL },
	{ "quoted version", ICMP6("38", "0200") "40000000 05b40640 " QA6 QPORTS "00000001",
	  .ret = -EINVAL },
	{ "quoted extension header cut off", ICMP6("34", "0200") QUOTE6("3c") "06000104",
	  .ret = -EINVAL },
	{ "quoted extension header over the packet",
	  ICMP6("38", "0200") QUOTE6("3c") "06100104 00000000", .ret = -EINVAL },
	{ "quoted ports cut off", ICMP6("32", "0200") QUOTE6("06") "0050", .ret = -EINVAL },
	{ "nothing quoted", ICMP6("08", "0200"), .ret = -EINVAL },
	{ "no ICMPv6 header", "60000000 00003a3f " R6, .ret = -EINVAL },
	{ "extension header cut off", "60000000 0004003f " R6 "3a000104", .ret = -EINVAL },
};

/* As the client's own packets are parsed, but for what is not the flow's. */
static bool inner_is(const struct lev_flow *inner, const struct lev_flow *outer,
		     const struct error *e, bool six)
{
	struct lev_flow own = { .proto = e->proto };
	u8 addresses[32];

	assert_int_equal(from_hex(six ? A6 : A4, addresses), six ? 32 : 8);
	if (six) {
		memcpy(&own.src, addresses, 16);
		memcpy(&own.dst, addresses + 16, 16);
	} else {
		lev_addr_set4(&own.src, addresses);
		lev_addr_set4(&own.dst, addresses + 4);
	}
	own.sport = cpu_to_be16(e->sport);
	own.dport = cpu_to_be16(e->dport);
	return lev_addr_eq(&inner->src, &own.src) && lev_addr_eq(&inner->dst, &own.dst) &&
	       inner->sport == own.sport && inner->dport == own.dport &&
	       inner->proto == own.proto && inner->ttl == outer->ttl &&
	       inner->tot_len == outer->tot_len && !inner->first && !inner->later &&
	       !inner->frag_id && !inner->syn && !inner->closing &&
	       lev_flow_hash(inner, LEV_HASH_FLOW, &key) ==
	       lev_flow_hash(&own, LEV_HASH_FLOW, &key);
}

static void check_errors(bool six, const struct error *e, size_t n)
{
	struct lev_flow outer, inner;
	u8 data[MAX_PACKET];

	for (; n--; e++) {
		size_t len = from_hex(e->hex, data), cut;
		int ret;

		assert_int_equal(parse(six, data, len, len, &outer), 0);
		ret = parse_error(six, data, len, &outer, &inner);
		if (ret != e->ret || (!ret && !inner_is(&inner, &outer, e, six)))
			fail_msg("%s: %d, protocol %u, ports %u %u", e->name, ret, inner.proto,
				 be16_to_cpu(inner.sport), be16_to_cpu(inner.dport));
		for (cut = 0; cut < len; cut++) {
			if (parse(six, data, cut, len, &outer))
				continue;
			ret = parse_error(six, data, cut, &outer, &inner);
			if (ret != (e->ret || cut < e->quote ? -EINVAL : 0))
				fail_msg("%s: %d with %zu bytes", e->name, ret, cut);
		}
	}
}

static void errors_of_ipv4(void **state)
{
	(void)state;
	check_errors(false, errors4, ARRAY_SIZE(errors4));
}

static void errors_of_ipv6(void **state)
{
	(void)state;
	check_errors(true, errors6, ARRAY_SIZE(errors6));
}

/* Every type by itself: which are errors. */
static void types(void **state)
{
	struct lev_flow outer, inner;
	u8 data[MAX_PACKET];
	unsigned int type;
	size_t len;

	(void)state;
	for (type = 0; type < 256; type++) {
		len = from_hex(errors4[0].hex, data);
		data[20] = (u8)type;
		parse(false, data, len, len, &outer);
		assert_int_equal(!parse_error(false, data, len, &outer, &inner),
				 type == 3 || type == 4 || type == 11 || type == 12);
		len = from_hex(errors6[0].hex, data);
		data[40] = (u8)type;
		parse(true, data, len, len, &outer);
		assert_int_equal(!parse_error(true, data, len, &outer, &inner), type < 128);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_of_ipv4),
		cmocka_unit_test(errors_of_ipv6),
		cmocka_unit_test(types),
	};

	return cmocka_run_group_tests_name("flow_error", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/odd.c kmod/core/flow.c */
/*
 * What a router refuses: tables of sources, of IPv4 options and of IPv6 hop-by-hop headers. One
 * that is refused must also be marked as odd by the parser, or nobody asks.
 */
#include "packet.h"
#include "core/odd.h"

#define FROM6	"60000000 0008113f 20010db8000000000000000000000001"
#define PORTS8	"3039 0050 0008 0000"		/* a whole UDP header */

struct source {
	const char *name;
	const char *address;
	bool odd;
	bool refused;
	bool refused_one_link;	/* IPv6: the same if it leaves where it came from */
};

static const struct source sources4[] = {
	{ "0.0.0.0", "00000000", true, true, true },
	{ "0.0.0.1", "00000001", true, false, false },
	{ "1.0.0.0", "01000000", false, false, false },
	{ "126.255.255.255", "7effffff", false, false, false },
	{ "127.0.0.0", "7f000000", true, true, true },
	{ "127.255.255.255", "7fffffff", true, true, true },
	{ "128.0.0.0", "80000000", false, false, false },
	{ "223.255.255.255", "dfffffff", false, false, false },
	{ "224.0.0.0", "e0000000", true, true, true },
	{ "239.255.255.255", "efffffff", true, true, true },
	{ "240.0.0.0", "f0000000", true, false, false },
	{ "255.255.255.254", "fffffffe", true, false, false },
	{ "255.255.255.255", "ffffffff", true, true, true },
	{ "the destination", "0a0001c8", false, false, false },
};

static const struct source sources6[] = {
	{ "::", "00000000 00000000 00000000 00000000", true, true, true },
	{ "::1", "00000000 00000000 00000000 00000001", true, true, true },
	{ "::2", "00000000 00000000 00000000 00000002", true, false, false },
	{ "::1:0", "00000000 00000000 00000000 00010000", true, false, false },
	{ "::ffff:10.0.0.1", "00000000 00000000 0000ffff 0a000001", true, false, false },
	{ "64:ff9b::10.0.0.1", "0064ff9b 00000000 00000000 0a000001", true, false, false },
	{ "100::1", "01000000 00000000 00000000 00000001", false, false, false },
	{ "fd00::1", "fd000000 00000000 00000000 00000001", false, false, false },
	{ "fe7f::1", "fe7f0000 00000000 00000000 00000001", true, false, false },
	{ "fe80::1", "fe800000 00000000 00000000 00000001", true, true, false },
	{ "febf::1", "febfffff 00000000 00000000 00000001", true, true, false },
	{ "fec0::1", "fec00000 00000000 00000000 00000001", true, false, false },
	{ "ff02::1", "ff020000 00000000 00000000 00000001", true, true, true },
	{ "the destination", "20010db80000000000000000000000c8", false, false, false },
};

struct options {
	const char *name;
	const char *hex;
	bool refused;
};

/* Filled up to a multiple of four bytes with ends of the list. */
static const struct options options4[] = {
	{ "ends", "00000000", false },
	{ "no operations", "01010101", false },
	{ "anything behind the end", "00ff0183", false },
	{ "no length", "01010194", true },
	{ "length 0", "9400", true },
	{ "length 1", "9401", true },
	{ "longer than the header", "94050000", true },
	{ "to the end of the header", "94040000", false },
	{ "router alert", "94040000", false },
	{ "router alert of another value", "94040001", false },
	{ "router alert, short", "940300", true },
	{ "unknown", "de04ffff", false },
	{ "unknown, of two bytes", "de02", false },
	{ "security", "820b000000000000000000", false },
	{ "stream", "88040001", false },
	{ "loose source route", "83070400000000", true },
	{ "strict source route", "89070400000000", true },
	{ "source route behind others", "0194040000 83070400000000", true },
	{ "CIPSO", "86060000 0001", true },
	{ "record of route, two free", "070b0400000000 00000000", false },
	{ "record of route, one free", "070b080a000001 00000000", false },
	{ "record of route, full", "070b0c0a0000010a000002", false },
	{ "record of route, three bytes free", "070a0800000000 000000", true },
	{ "record of route, pointer too low", "070703 00000000", true },
	{ "record of route, no pointer", "0702", true },
	{ "record of route, empty", "070304", false },
	{ "record of route, twice", "070304 070304", true },
	{ "times, one free", "44080500 00000000", false },
	{ "times, full", "44080900 00000001", false },
	{ "times, full, one missed", "44080910 00000001", false },
	{ "times, full, 15 missed", "440809f0 00000001", true },
	{ "times, pointer too low", "44080400 00000000", true },
	{ "times, three bytes free", "44070500 000000", true },
	{ "times, no flags", "440305", true },
	{ "times, twice", "44040500 44040500", true },
	{ "times and a record of route", "44080500 00000000 070304", false },
	{ "times with addresses, one free", "440c0501 00000000 00000000", false },
	{ "times with addresses, four bytes free", "44080501 00000000", true },
	{ "times with addresses, 15 missed", "440809f1 00000000", true },
	{ "times of given addresses", "440c0503 0a000001 00000000", false },
	{ "times of given addresses, four bytes", "44080503 0a000001", true },
	{ "times of given addresses, full, 15 missed", "440809f3 00000000", false },
	{ "times of unknown flags", "44080502 00000000", false },
};

/* Of a hop-by-hop header, which begins with two more bytes; what is there makes its length. */
static const struct options options6[] = {
	{ "six bytes", "010400000000", false },
	{ "six single bytes", "000000000000", false },
	{ "seven single bytes", "00000000000000 1e050000000000", false },
	{ "eight single bytes", "0000000000000000 1e0400000000", true },
	{ "seven, an option, five", "01050000000000 1e00 0103000000", false },
	{ "four, an option, eight", "01020000 1e00 0106000000000000", true },
	{ "five and three", "0103000000 010100 1e0400000000", true },
	{ "padding that is not zero", "010400000001", true },
	{ "PadN of no bytes", "0100 1e020000", false },
	{ "no length", "010300000005", true },
	{ "no length of an unknown one", "01030000001e", true },
	{ "longer than the header", "1e0500000000", true },
	{ "up to its end", "1e0400000000", false },
	{ "router alert", "050200000100", false },
	{ "router alert and single bytes", "050200000000", false },
	{ "router alert, short", "050100010100", true },
	{ "unknown, skip", "3e0400000000", false },
	{ "unknown, drop", "7e0400000000", true },
	{ "unknown, drop and tell", "be0400000000", true },
	{ "unknown, drop and tell unless multicast", "fe0400000000", true },
	{ "of destinations: home address", "c904 00000000", true },
	{ "eight options", "1e001e001e001e00 1e001e001e001e00 010400000000", false },
	{ "nine options", "1e001e001e001e00 1e001e001e001e00 1e00 01020000", true },
	{ "IOAM in its place", "0100 3102 0000", false },
	{ "IOAM out of it", "3104 00000000", true },
	{ "CALIPSO", "0100 0708 0000000100000000 0000", true },
	{ "jumbo payload of a short packet", "c20400000010", true },
	{ "jumbo payload", "c204 00011170", true },
};

/* Options are read from memory that ends behind them. */
static bool refused(bool six, const u8 *data, size_t len, size_t total, bool one_link)
{
	u8 *exact = exact_copy(data, len);
	bool is = six ? lev_odd_refused6(exact, len, total, one_link) : lev_odd_refused4(exact);

	free(exact);
	return is;
}

static void check(const char *name, bool six, const char *hex, bool odd, bool is_refused,
		  bool refused_one_link)
{
	struct lev_flow flow;
	u8 data[MAX_PACKET];
	size_t len = from_hex(hex, data);

	assert_int_equal(parse(six, data, len, len, &flow), 0);
	if (flow.odd != odd || refused(six, data, len, flow.tot_len, false) != is_refused ||
	    refused(six, data, len, flow.tot_len, true) != refused_one_link)
		fail_msg("%s: odd %d, should be %d; refused should be %d, on one link %d",
			 name, flow.odd, odd, is_refused, refused_one_link);
}

static void source_table(const struct source *table, size_t n, bool six)
{
	char hex[2 * MAX_PACKET];
	size_t i;

	for (i = 0; i < n; i++) {
		snprintf(hex, sizeof(hex), six ?
			 "60000000 0008113f %s 20010db80000000000000000000000c8 " PORTS8 :
			 "4500001c 00000000 3f110000 %s 0a0001c8 " PORTS8, table[i].address);
		check(table[i].name, six, hex, table[i].odd, table[i].refused,
		      table[i].refused_one_link);
	}
}

static void sources(void **state)
{
	(void)state;
	source_table(sources4, ARRAY_SIZE(sources4), false);
	source_table(sources6, ARRAY_SIZE(sources6), true);
}

/* In IPv6 it is nobody's address, and no service's. */
static void mapped_destination(void **state)
{
	static const char hex[] = FROM6 "00000000000000000000ffff0a0001c8" PORTS8;
	struct lev_flow flow;
	u8 data[MAX_PACKET];
	size_t len = from_hex(hex, data);

	(void)state;
	assert_int_equal(parse(true, data, len, len, &flow), -EINVAL);
	check("compatible destination", true, FROM6 "0000000000000000000000000a0001c8" PORTS8,
	      false, false, false);
}

/* The header alone with these options, in @data. Return: its length */
static size_t with_options4(const char *options, u8 *data)
{
	u8 bytes[MAX_PACKET] = { 0 };
	size_t len = (from_hex(options, bytes) + 3) / 4 * 4;

	from_hex("45000014 00000000 3f2f0000 " A4, data);
	memcpy(data + 20, bytes, len);
	data[0] = (u8)(0x45 + len / 4);
	data[3] = (u8)(20 + len);
	return 20 + len;
}

static void ip4_options(void **state)
{
	u8 data[MAX_PACKET];
	struct lev_flow flow;
	size_t i, len;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(options4); i++) {
		len = with_options4(options4[i].hex, data);
		assert_int_equal(parse(false, data, len, len, &flow), 0);
		if (!flow.odd || refused(false, data, len, len, false) != options4[i].refused)
			fail_msg("%s: odd %d", options4[i].name, flow.odd);
	}
}

/* A hop-by-hop header with these options and UDP, in @data. Return: how long they are */
static size_t with_options6(const char *options, u8 *data)
{
	size_t len = from_hex(options, data + 42) + 2;

	assert_int_equal(len % 8, 0);
	from_hex("60000000 0000003f " A6, data);
	data[40] = IPPROTO_UDP;
	data[41] = (u8)(len / 8 - 1);
	from_hex(PORTS8, data + 40 + len);
	data[5] = (u8)(len + 8);
	return 40 + len + 8;
}

static void hop_by_hop(void **state)
{
	u8 data[MAX_PACKET];
	struct lev_flow flow;
	size_t i, len, cut;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(options6); i++) {
		len = with_options6(options6[i].hex, data);
		assert_int_equal(parse(true, data, len, len, &flow), 0);
		if (!flow.odd || refused(true, data, len, len, false) != options6[i].refused)
			fail_msg("%s: odd %d", options6[i].name, flow.odd);
		/* Without all of the header, in memory or as the packet states. */
		for (cut = 40; cut < len - 8; cut++) {
			assert_true(refused(true, data, cut, len, false));
			assert_true(refused(true, data, len, cut, false));
		}
	}
}

/* Joined by receive offload (GRO), to more than 16 bits can state. */
static void jumbo(void **state)
{
	struct lev_flow flow;
	u8 data[MAX_PACKET];
	size_t len = with_options6("c204 00011170", data);

	(void)state;
	data[5] = 0;
	assert_int_equal(parse(true, data, len, 40 + 70000, &flow), 0);
	assert_true(flow.odd);
	assert_false(refused(true, data, len, flow.tot_len, false));
	/* Another length, too short a length, one that is stated twice. */
	assert_true(refused(true, data, len, flow.tot_len + 1, false));
	put_unaligned_be32(U16_MAX, data + 44);
	assert_true(refused(true, data, len, 40 + U16_MAX, false));
	put_unaligned_be32(70000, data + 44);
	data[5] = 8;
	assert_true(refused(true, data, len, flow.tot_len, false));
	/* Out of its place, and in it. */
	len = with_options6("00 c20400011170 01050000000000", data);
	data[5] = 0;
	assert_true(refused(true, data, len, 40 + 70000, false));
	len = with_options6("01020000 c20400011170 01020000", data);
	data[5] = 0;
	assert_false(refused(true, data, len, 40 + 70000, false));
}

/* Elsewhere than at the first place a router does not look at options; nor at a routing header. */
static void not_a_routers(void **state)
{
	(void)state;
	check("destination options", true, "60000000 00103c3f " A6 "1100 7e0400000000 " PORTS8,
	      false, false, false);
	check("hop-by-hop header behind them", true, "60000000 00183c3f " A6
	      "0000 010400000000 1100 7e0400000000 " PORTS8, true, false, false);
	check("routing header of type 0", true, "60000000 00202b3f " A6
	      "11020001 00000000 20010db8000000000000000000000009 " PORTS8, false, false, false);
}

/* An error goes where the flow goes that it quotes, but is as odd as it is. */
static void errors(void **state)
{
	static const char quote4[] = "0b001234 00000000 "
		"4500001c 00000000 3f110000 0a0001c8 0a000001 00503039 00080000";
	static const char quote6[] = "01001234 00000000 "
		"60000000 0008113f 20010db80000000000000000000000c8 "
		"20010db8000000000000000000000001 00503039 00080000";
	struct lev_flow outer, inner;
	char hex[2 * MAX_PACKET];
	u8 data[MAX_PACKET];
	size_t len;
	int odd;

	(void)state;
	for (odd = 0; odd < 2; odd++) {
		snprintf(hex, sizeof(hex), "45000038 00000000 3f010000 %s 0a0001c8 %s",
			 odd ? "7f000001" : "0a000001", quote4);
		len = from_hex(hex, data);
		assert_int_equal(parse(false, data, len, len, &outer), 0);
		assert_int_equal(parse_error(false, data, len, &outer, &inner), 0);
		assert_int_equal(inner.odd, odd);

		snprintf(hex, sizeof(hex), "60000000 00383a3f %s000000000000000000000001 %s %s",
			 odd ? "00000000" : "20010db8", "20010db80000000000000000000000c8", quote6);
		len = from_hex(hex, data);
		assert_int_equal(parse(true, data, len, len, &outer), 0);
		assert_int_equal(parse_error(true, data, len, &outer, &inner), 0);
		assert_int_equal(inner.odd, odd);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(sources),
		cmocka_unit_test(mapped_destination),
		cmocka_unit_test(ip4_options),
		cmocka_unit_test(hop_by_hop),
		cmocka_unit_test(jumbo),
		cmocka_unit_test(not_a_routers),
		cmocka_unit_test(errors),
	};

	return cmocka_run_group_tests_name("odd", tests, NULL, NULL);
}

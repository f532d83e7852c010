// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/flow.c kmod/core/odd.c */
/*
 * Flows of a million packets that nobody means: random bytes, and good packets with some bytes
 * changed, cut short or longer than readable. Nothing may be read beyond them, and what is
 * found must make sense.
 */
#include "packet.h"
#include "core/odd.h"

#define ROUNDS	1000000

/* Good packets, to be spoiled. */
static const char *const good[] = {
	"45000028 00004000 3f060000 " A4 PORTS "00000000 00000000 50020000 00000000",
	"4600002c 00012000 3f060000 " A4 "01010100 " PORTS "00000000 00000000 50020000 00000000",
	"4500001c 00012001 3f110000 " A4 PORTS "00080000",
	"45000038 00000000 3f010000 0a0000fe 0a0001c8 0b00 1234 00000000 "
	"450005dc 00000000 40060000 0a0001c8 0a000001 0050 3039 00000001",
	"60000000 0014063f " A6 PORTS "00000000 00000000 50020000 00000000",
	"60000000 0030003f " A6 "2b000104 00000000 3c020400 00000000 20010db8 00000000 "
	"00000000 00000009 11000104 00000000 " PORTS "00080000",
	"60000000 00182c3f " A6 "3c000001 00000007 11000104 00000000 " PORTS "00080000",
	"60000000 0018003f " A6 "11010000 05020000 01000000 00000000 " PORTS "00080000",
	"47000024 00000000 3f110000 " A4 "94040000 01000000 " PORTS "00080000",
	"60000000 00102c3f " A6 "11000009 00000007 " PORTS "00080000",
	"60000000 00583a3f 20010db80000000000000000000000fe 20010db80000000000000000000000c8 "
	"0200 1234 00000000 60000000 05b42c40 20010db80000000000000000000000c8 "
	"20010db8000000000000000000000001 3c000001 00000007 06020104 00000000 00000000 00000000 "
	"00000000 00000000 0050 3039 00000001",
};

static u8 packets[ARRAY_SIZE(good)][MAX_PACKET];
static size_t lengths[ARRAY_SIZE(good)];

static void check_flow(const struct lev_flow *flow, bool six, size_t total)
{
	assert_true(flow->tot_len <= total && flow->tot_len >= (six ? 40 : 20));
	assert_false(flow->first && flow->later);
	assert_true(!flow->later || (!flow->sport && !flow->dport && !flow->syn));
	assert_true(flow->first || flow->later || !flow->frag_id);
	assert_true(flow->proto == IPPROTO_TCP || (!flow->syn && !flow->closing));
}

/* One packet, in both families' parsers. Returns whether it is an ICMP error. */
static bool check_packet(const u8 *data, size_t len, size_t total)
{
	u8 *exact = exact_copy(data, len);
	struct lev_flow flow, inner;
	bool found = false;
	int six, ret;

	for (six = 0; six < 2; six++) {
		memset(&flow, 0xa5, sizeof(flow));
		memset(&inner, 0xa5, sizeof(inner));
		if ((six ? lev_flow_parse6 : lev_flow_parse4)(exact, len, total, &flow))
			continue;
		check_flow(&flow, six, total);
		/* One that is refused is marked, so that somebody asks. */
		if (six ? lev_odd_refused6(exact, len, flow.tot_len, false) :
			  lev_odd_refused4(exact))
			assert_true(flow.odd);
		ret = six ? lev_flow_parse_error6(exact, len, &flow, &inner) :
			    lev_flow_parse_error4(exact, len, &flow, &inner);
		if (ret)
			continue;
		found = true;
		check_flow(&inner, six, total);
		assert_true(lev_addr_eq(&inner.dst, &flow.dst));
		assert_true(!inner.first && !inner.later && !inner.syn && !inner.closing);
	}
	free(exact);
	return found;
}

/* Mostly numbers that mean something to a parser. */
static u8 telling_byte(unsigned long long *seed)
{
	static const u8 telling[] = { 0, 1, 6, 8, 9, 11, 17, 43, 44, 51, 58, 59, 60, 0x45, 0x60,
				      0xff };

	return rnd(seed, 2) ? telling[rnd(seed, ARRAY_SIZE(telling))] : (u8)rnd(seed, 256);
}

static void random_bytes(void **state)
{
	unsigned long long seed = 1;
	u8 data[MAX_PACKET] = {};
	int round;

	(void)state;
	for (round = 0; round < ROUNDS / 10; round++) {
		size_t len = rnd(&seed, rnd(&seed, 4) ? 128 : MAX_PACKET), i;
		bool six = rnd(&seed, 2);

		for (i = 0; i < len; i++)
			data[i] = telling_byte(&seed);
		if (len > 6) {
			data[0] = six ? 0x60 : (u8)(0x45 + rnd(&seed, 2));
			put_unaligned_be16((u16)rnd(&seed, (unsigned int)len + 1),
					   data + (six ? 4 : 2));
		}
		check_packet(data, len, len + (rnd(&seed, 4) ? 0 : rnd(&seed, 100000)));
	}
}

static void spoiled_packets(void **state)
{
	unsigned long long seed = 2;
	unsigned int errors = 0;
	u8 data[MAX_PACKET];
	unsigned int i;
	int round;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(good); i++)
		lengths[i] = from_hex(good[i], packets[i]);
	for (round = 0; round < ROUNDS / 10 * 9; round++) {
		unsigned int which = rnd(&seed, ARRAY_SIZE(good)), n = rnd(&seed, 4);
		size_t len = lengths[which];

		memcpy(data, packets[which], len);
		while (n--)
			data[rnd(&seed, (unsigned int)len)] = telling_byte(&seed);
		if (!rnd(&seed, 2))
			len = rnd(&seed, (unsigned int)len + 1);
		errors += check_packet(data, len, lengths[which]);
	}
	/* Not all were spoiled beyond use. */
	assert_true(errors > ROUNDS / 100);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_bytes),
		cmocka_unit_test(spoiled_packets),
	};

	return cmocka_run_group_tests_name("flow_any", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/nd.c */
/*
 * Neighbour Discovery: a solicitation of Linux and what RFC 4861 has discarded, an
 * advertisement of ours byte for byte, and random bytes.
 */
#include "unit.h"
#include "core/nd.h"

/* fe80::aa:ff:fe00:1 at 02:aa:00:00:00:01 asks the group for fd00:a::200; the sum is set later. */
static const u8 solicit[72] = {
	0x60, 0, 0, 0, 0, 32, 58, 255,
	0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0xaa, 0, 0xff, 0xfe, 0, 0, 1,
	0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0, 2, 0,
	135, 0, 0, 0, 0, 0, 0, 0,
	0xfd, 0, 0, 0x0a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0,
	1, 1, 2, 0xaa, 0, 0, 0, 1,
};

static const u8 mac[6] = { 2, 0xaa, 0, 0, 0, 1 };
static const struct lev_addr levip = { { 0xfd, 0, 0, 0x0a, [14] = 2 } };

/* By the book, and not as nd.c does it. */
static void set_sum(u8 *p, size_t len)
{
	u64 total = 58 + len - 40;
	size_t i;

	p[42] = 0;
	p[43] = 0;
	for (i = 8; i < len; i++)
		total += i & 1 ? p[i] : p[i] * 256;
	while (total > 0xffff)
		total = total % 65536 + total / 65536;
	p[42] = (u8)(~total >> 8);
	p[43] = (u8)~total;
}

/* Of a copy of just this many bytes, so that a look beyond them is seen. */
static bool parse_exact(const u8 *p, size_t len, struct lev_nd *nd)
{
	u8 *copy = malloc(len ? len : 1);
	bool ret;

	assert_non_null(copy);
	memcpy(copy, p, len);
	ret = lev_nd_parse(copy, len, nd);
	free(copy);
	return ret;
}

/* One that is as @solicit but for a few bytes, its sum right. */
static bool parse_changed(size_t at, const void *bytes, size_t n, size_t len, struct lev_nd *nd)
{
	u8 p[128] = { 0 };

	memcpy(p, solicit, sizeof(solicit));
	p[5] = (u8)(len - 40);
	if (n)
		memcpy(p + at, bytes, n);
	set_sum(p, len);
	return parse_exact(p, len, nd);
}

static void test_solicit(void **state)
{
	struct lev_nd nd;

	(void)state;
	assert_true(parse_changed(0, NULL, 0, 72, &nd));
	assert_int_equal(nd.type, LEV_ND_SOLICIT_TYPE);
	assert_false(nd.dad);
	assert_true(nd.has_mac);
	assert_memory_equal(nd.mac, mac, 6);
	assert_memory_equal(nd.sender.b, solicit + 8, 16);
	assert_true(lev_addr_eq(&nd.target, &levip));
	/* Without the option. */
	assert_true(parse_changed(0, NULL, 0, 64, &nd));
	assert_false(nd.has_mac);
	/* Behind another option, a nonce (RFC 3971). */
	assert_true(parse_changed(64, "\x0e\x01\1\2\3\4\5\6\x01\x01\x02\xaa\0\0\0\1", 16, 80, &nd));
	assert_true(nd.has_mac);
	assert_memory_equal(nd.mac, mac, 6);
}

static void test_dad(void **state)
{
	static const u8 any[16];
	struct lev_nd nd;
	u8 p[72];

	(void)state;
	assert_true(parse_changed(8, any, 16, 64, &nd));
	assert_true(nd.dad);
	assert_false(nd.has_mac);
	/* With the option, or to the address itself. */
	assert_false(parse_changed(8, any, 16, 72, &nd));
	memcpy(p, any, 16);
	memcpy(p + 16, levip.b, 16);
	assert_false(parse_changed(8, p, 32, 64, &nd));
}

static void test_discarded(void **state)
{
	static const struct {
		const char *why;
		size_t at, n;
		const char *bytes;
	} cases[] = {
		{ "IPv4", 0, 1, "\x45" },
		{ "not ICMPv6", 6, 1, "\x11" },
		{ "behind options", 6, 1, "\x3c" },
		{ "hop limit", 7, 1, "\xfe" },
		{ "from a group", 8, 1, "\xff" },
		{ "other type", 40, 1, "\x85" },
		{ "code", 41, 1, "\x01" },
		{ "target a group", 48, 1, "\xff" },
		{ "target an IPv4 address", 48, 16, "\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\0\0\xc8" },
		{ "sender an IPv4 address", 8, 16, "\0\0\0\0\0\0\0\0\0\0\xff\xff\x0a\0\0\x01" },
		{ "option of length 0", 65, 1, "\0" },
		{ "option too long", 65, 1, "\x02" },
		{ "MAC of a group", 66, 1, "\x03" },
		{ "no MAC", 66, 6, "\0\0\0\0\0\0" },
		{ "solicited to all", 40, 5, "\x88\0\0\0\xe0" },
	};
	struct lev_nd nd;
	u8 p[72];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		if (parse_changed(cases[i].at, cases[i].bytes, cases[i].n, 72, &nd))
			fail_msg("%s", cases[i].why);
	/* Cut off anywhere, and each bit of the message and its addresses wrong. */
	memcpy(p, solicit, sizeof(p));
	set_sum(p, sizeof(p));
	for (i = 0; i < sizeof(p); i++)
		assert_false(parse_exact(p, i, &nd));
	for (i = 8 * 8; i < 8 * sizeof(p); i++) {
		p[i / 8] ^= 1 << i % 8;
		assert_false(parse_exact(p, sizeof(p), &nd));
		p[i / 8] ^= 1 << i % 8;
	}
	assert_true(parse_exact(p, sizeof(p), &nd));
	/* Padding of the frame is none of the message. */
	p[5] = 24;
	set_sum(p, 64);
	assert_true(parse_exact(p, sizeof(p), &nd));
	assert_false(nd.has_mac);
}

static void test_solicit_of_ours(void **state)
{
	static const u8 option[] = { 1, 1, 2, 0xaa, 0, 0, 0, 1 };
	struct lev_addr to;
	struct lev_nd nd;
	u8 p[72], q[72];

	(void)state;
	memcpy(to.b, solicit + 8, 16);
	lev_nd_solicit(p, &levip, mac, &to);
	assert_memory_equal(p, "\x60\0\0\0\0\x20\x3a\xff", 8);
	assert_memory_equal(p + 8, levip.b, 16);
	assert_memory_equal(p + 24, to.b, 16);
	assert_memory_equal(p + 40, "\x87\0", 2);
	assert_memory_equal(p + 44, "\0\0\0\0", 4);
	assert_memory_equal(p + 48, to.b, 16);
	assert_memory_equal(p + 64, option, sizeof(option));
	memcpy(q, p, sizeof(q));
	set_sum(q, sizeof(q));
	assert_memory_equal(p, q, sizeof(p));
	assert_true(parse_exact(p, sizeof(p), &nd));
	assert_int_equal(nd.type, LEV_ND_SOLICIT_TYPE);
	assert_true(lev_addr_eq(&nd.sender, &levip) && lev_addr_eq(&nd.to, &to) &&
		    lev_addr_eq(&nd.target, &to));
	assert_false(nd.dad);
}

static void test_advert(void **state)
{
	static const u8 message[] = {
		0xfd, 0, 0, 0x0a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0,
		2, 1, 2, 0xaa, 0, 0, 0, 1,
	};
	static const u8 all[16] = { 0xff, 2, [15] = 1 };
	struct lev_addr to;
	struct lev_nd nd;
	u8 p[72], q[72];

	(void)state;
	memcpy(to.b, solicit + 8, 16);
	lev_nd_advert(p, &levip, mac, &to, true);
	assert_memory_equal(p, "\x60\0\0\0\0\x20\x3a\xff", 8);
	assert_memory_equal(p + 8, levip.b, 16);
	assert_memory_equal(p + 24, to.b, 16);
	assert_int_equal(p[40], 136);
	assert_int_equal(p[41], 0);
	assert_memory_equal(p + 44, "\xe0\0\0\0", 4);
	assert_memory_equal(p + 48, message, sizeof(message));
	memcpy(q, p, sizeof(q));
	set_sum(q, sizeof(q));
	assert_memory_equal(p, q, sizeof(p));
	assert_true(parse_exact(p, sizeof(p), &nd));
	assert_int_equal(nd.type, LEV_ND_ADVERT_TYPE);
	assert_true(nd.has_mac);
	assert_memory_equal(nd.mac, mac, 6);

	lev_nd_advert(p, &levip, mac, NULL, false);
	assert_memory_equal(p + 24, all, 16);
	assert_int_equal(p[44], 0xa0);
	assert_true(parse_exact(p, sizeof(p), &nd));
	/* From nobody. */
	memset(p + 8, 0, 16);
	set_sum(p, sizeof(p));
	assert_false(parse_exact(p, sizeof(p), &nd));
}

static void test_key(void **state)
{
	struct lev_addr key, other = levip;

	(void)state;
	lev_nd_key(&key, mac);
	assert_memory_equal(key.b, solicit + 8, 16);
	assert_true(lev_nd_is_key(&key));
	assert_false(lev_nd_is_key(&other));
}

static void test_random(void **state)
{
	unsigned long long seed = 1;
	u8 p[128];
	int n;

	(void)state;
	for (n = 0; n < 200000; n++) {
		size_t len = 40 + rnd(&seed, 88), i;
		struct lev_nd nd;

		memset(p, 0, sizeof(p));
		memcpy(p, solicit, sizeof(solicit));
		p[5] = (u8)(len - 40);
		for (i = rnd(&seed, 4); i; i--)
			p[rnd(&seed, (unsigned int)len)] = (u8)rnd(&seed, 256);
		for (i = 64; i < len; i++)
			p[i] = (u8)rnd(&seed, 3);
		set_sum(p, len < 44 ? 44 : len);
		if (parse_exact(p, len, &nd))
			assert_true(len >= 64 && p[7] == 255 && !p[41]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_solicit),
		cmocka_unit_test(test_dad),
		cmocka_unit_test(test_discarded),
		cmocka_unit_test(test_solicit_of_ours),
		cmocka_unit_test(test_advert),
		cmocka_unit_test(test_key),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

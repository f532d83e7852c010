// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/wire.c kmod/core/word.c kmod/core/config.c */
/*
 * Heartbeats as bytes: what is written is read, the bytes are those of leveler_wire.h, and
 * nothing else is taken for a beat.
 */
#include "unit.h"
#include "core/wire.h"

#define HEAD	sizeof(struct lev_wire_beat)
/* In the golden beat, behind two hears and two maps: who gets less. */
#define LESS	(HEAD + 2 * sizeof(struct lev_wire_hears) + 2 * 2)

static unsigned long long seed = 1;

/* Every field random within its range; the maps hold no bit beyond their servers. */
static void beat_random(struct lev_beat *b, unsigned int servers, unsigned int hears)
{
	unsigned int i;

	memset(b, 0, sizeof(*b));
	b->cluster = (u16)rnd(&seed, 65536);
	b->node = (u8)(1 + rnd(&seed, LEV_NODE_ID_MAX));
	b->side = (u8)rnd(&seed, __LEV_SIDE_MAX);
	b->incarnation = (u32)rnd_next(&seed);
	b->sequence = rnd_next(&seed);
	b->reason = (u8)rnd(&seed, __LEV_REASON_MAX);
	b->keeper = (u8)rnd(&seed, LEV_NODE_ID_MAX + 1);
	b->priority = (u8)rnd(&seed, 256);
	b->synced = rnd(&seed, 2);
	b->keyed = rnd(&seed, 2);
	b->two = rnd(&seed, 2);
	b->ready = rnd(&seed, 2);
	b->memory = rnd(&seed, 2);
	b->wants = rnd(&seed, 2);
	b->virtual_sides = (u8)rnd(&seed, 4);
	b->clock = rnd_next(&seed);
	b->version = rnd_next(&seed);
	b->digest = rnd_next(&seed);
	b->pending_version = rnd_next(&seed);
	b->pending_digest = rnd_next(&seed);
	b->switch_digest = rnd_next(&seed);
	b->switch_at = rnd_next(&seed);
	b->servers_epoch = rnd_next(&seed);
	b->servers_at = rnd_next(&seed);
	b->n_servers = (u16)servers;
	b->n_hears = (u16)hears;
	for (i = 0; i < LEV_WIRE_SEAL_LEN; i++) {
		b->seal[0][i] = (u8)rnd(&seed, 256);
		b->seal[1][i] = (u8)rnd(&seed, 256);
	}
	for (i = 0; i < servers; i++) {
		b->vote.up[i / 8] |= rnd(&seed, 2) << i % 8;
		b->agreed.up[i / 8] |= rnd(&seed, 2) << i % 8;
	}
	for (i = 0; servers && i < LEV_LESS_MAX; i++) {
		lev_less_set(&b->vote.less, rnd(&seed, servers), 1 + rnd(&seed, LEV_STEPS_FULL));
		lev_less_set(&b->agreed.less, i * servers / LEV_LESS_MAX, 1 + i % 19);
	}
	for (i = 0; i < hears; i++)
		b->hears[i] = (struct lev_hears){
			.node = (u8)(1 + rnd(&seed, LEV_NODE_ID_MAX)),
			.sides = (u8)rnd(&seed, 4),
			.incarnation = (u32)rnd_next(&seed),
			.sequence = (u32)rnd_next(&seed),
		};
}

/* A copy of just this many bytes, so that a look beyond them is seen. */
static u8 *exact(const u8 *bytes, size_t len)
{
	u8 *copy = malloc(len ? len : 1);

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	return copy;
}

static size_t length(const u8 *bytes, size_t len)
{
	u8 *copy = exact(bytes, len);
	size_t ret = lev_wire_length(copy, len);

	free(copy);
	return ret;
}

static unsigned int type(const u8 *bytes, size_t len)
{
	u8 *copy = exact(bytes, len);
	unsigned int ret = lev_wire_type(copy, len);

	free(copy);
	return ret;
}

static int read_exact(const u8 *bytes, size_t len, struct lev_beat *out)
{
	u8 *copy = exact(bytes, len);
	int ret = lev_wire_read(copy, len, out);

	free(copy);
	return ret;
}

static void what_is_written_is_read(void **state)
{
	static const unsigned int servers[] = { 0, 1, 7, 8, 9, 100, LEV_SERVERS_MAX };
	static const unsigned int hears[] = { 0, 1, 63, LEV_WIRE_HEARS_MAX };
	static struct lev_beat in, out;
	u8 bytes[LEV_WIRE_BEAT_MAX];
	unsigned int i, j, round;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(servers); i++)
		for (j = 0; j < ARRAY_SIZE(hears); j++)
			for (round = 0; round < 20; round++) {
				size_t len;

				beat_random(&in, servers[i], hears[j]);
				len = lev_wire_write(&in, bytes);
				assert_true(len <= sizeof(bytes));
				assert_int_equal(length(bytes, len), len);
				assert_int_equal(lev_wire_cluster(bytes), in.cluster);
				memset(&out, 0xa5, sizeof(out));
				assert_int_equal(read_exact(bytes, len, &out), 0);
				assert_memory_equal(&in, &out, sizeof(in));
			}
	in.two = true;
	for (i = 0; i < LEV_LESS_MAX; i++)
		lev_less_set(&in.vote.less, i, 1);
	assert_int_equal(in.vote.less.n + in.agreed.less.n, 2 * LEV_LESS_MAX);
	assert_int_equal(lev_wire_write(&in, bytes), LEV_WIRE_BEAT_MAX);
	/* With an Ethernet header it is one frame. */
	assert_true(LEV_WIRE_BEAT_MAX <= ETH_DATA_LEN);
}

/* The protocol, byte by byte. A change here is a new LEV_WIRE_VERSION. */
static const u8 golden[] = {
	0x4c, 0x45, 0x56, 0x4c,				/* LEVL */
	0x05, 0x01, 0x12, 0x34,				/* version, type, cluster */
	0x05, 0x01, 0x00, 0xe8,				/* node, side, length */
	0xde, 0xad, 0xbe, 0xef,				/* incarnation */
	0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08,	/* sequence */
	0x06, 0x02, 0x87, 0xc8,				/* reason, keeper, flags, priority */
	0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18,	/* clock */
	0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28,	/* config: version, */
	0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38,	/* digest */
	0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48,	/* pending: version, */
	0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58,	/* digest */
	0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68,	/* switch: digest, */
	0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78,	/* time */
	0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88,	/* servers: epoch, */
	0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98,	/* time */
	0x00, 0x0a, 0x00, 0x02,				/* servers, hears */
	0x02, 0x01,					/* less: by vote, as agreed */
	0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8,	/* hash key, sealed */
	0xe9, 0xea, 0xeb, 0xec, 0xed, 0xee, 0xef, 0xf0,
	0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8,	/* and for the old key */
	0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff, 0x00,
	0x03, 0x03, 0xa1, 0xa2, 0xa3, 0xa4, 0xb1, 0xb2, 0xb3, 0xb4,
	0x40, 0x01, 0xc1, 0xc2, 0xc3, 0xc4, 0xd1, 0xd2, 0xd3, 0xd4,
	0x01, 0x02,					/* vote: 0 and 9 */
	0xff, 0x03,					/* agreed: all ten */
	0x00, 0x0a,					/* by vote: 0, 10/20; */
	0x01, 0x33,					/* 9, 19/20 */
	0x00, 0x41,					/* as agreed: 2, 1/20 */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,	/* signatures */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
};

static void bytes_are_the_protocols(void **state)
{
	static const struct lev_beat beat = {
		.cluster = 0x1234, .node = 5, .side = LEV_SIDE_BACK, .incarnation = 0xdeadbeef,
		.sequence = 0x0102030405060708, .reason = LEV_REASON_DRAINED, .keeper = 2,
		.priority = 200, .synced = true, .keyed = true, .two = true, .ready = true,
		.clock = 0x1112131415161718, .version = 0x2122232425262728,
		.digest = 0x3132333435363738, .pending_version = 0x4142434445464748,
		.pending_digest = 0x5152535455565758, .switch_digest = 0x6162636465666768,
		.switch_at = 0x7172737475767778, .servers_epoch = 0x8182838485868788,
		.servers_at = 0x9192939495969798, .n_servers = 10, .n_hears = 2,
		.seal = { { 0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xe8,
			    0xe9, 0xea, 0xeb, 0xec, 0xed, 0xee, 0xef, 0xf0 },
			  { 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8,
			    0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff, 0x00 } },
		.vote = { .up = { 0x01, 0x02 },
			  .less = { 2, { 0 << 5 | 10, 9 << 5 | 19 } } },
		.agreed = { .up = { 0xff, 0x03 }, .less = { 1, { 2 << 5 | 1 } } },
		.hears = { { 3, 3, 0xa1a2a3a4, 0xb1b2b3b4 }, { 64, 1, 0xc1c2c3c4, 0xd1d2d3d4 } },
	};
	static struct lev_beat out;
	u8 bytes[LEV_WIRE_BEAT_MAX];

	(void)state;
	memset(bytes, 0xa5, sizeof(bytes));
	assert_int_equal(sizeof(struct lev_wire_beat), 138);
	assert_int_equal(sizeof(struct lev_wire_hears), 10);
	assert_int_equal(lev_wire_write(&beat, bytes), sizeof(golden));
	assert_memory_equal(bytes, golden, sizeof(golden));
	assert_int_equal(bytes[sizeof(golden)], 0xa5);
	assert_int_equal(read_exact(golden, sizeof(golden), &out), 0);
	assert_memory_equal(&out, &beat, sizeof(out));
}

static void flags_are_one_bit_each(void **state)
{
	static struct lev_beat b, out;
	u8 bytes[LEV_WIRE_BEAT_MAX];
	unsigned int flags;

	(void)state;
	for (flags = 0; flags < 256; flags++) {
		size_t len;

		beat_random(&b, 1, 1);
		b.synced = flags & LEV_WIRE_SYNCED;
		b.keyed = flags & LEV_WIRE_KEYED;
		b.two = flags & LEV_WIRE_TWO;
		b.ready = flags & LEV_WIRE_READY;
		b.memory = flags & LEV_WIRE_MEMORY;
		b.wants = flags & LEV_WIRE_WANTS;
		b.virtual_sides = (flags & LEV_WIRE_VFRONT ? 1 : 0) |
				  (flags & LEV_WIRE_VBACK ? 2 : 0);
		len = lev_wire_write(&b, bytes);
		assert_int_equal(bytes[26], flags);
		assert_int_equal(lev_wire_read(bytes, len, &out), 0);
		assert_memory_equal(&b, &out, sizeof(b));
	}
}

static void every_truncation_is_refused(void **state)
{
	static struct lev_beat b, out;
	u8 bytes[LEV_WIRE_BEAT_MAX + 60];
	unsigned int round;
	size_t len, cut;

	(void)state;
	for (round = 0; round < 3; round++) {
		beat_random(&b, round * LEV_SERVERS_MAX / 2, round * LEV_WIRE_HEARS_MAX / 2);
		memset(bytes, 0, sizeof(bytes));
		len = lev_wire_write(&b, bytes);
		for (cut = 0; cut < len; cut++) {
			assert_int_equal(length(bytes, cut), 0);
			/* Its type is known from the head on, nothing before. */
			assert_int_equal(type(bytes, cut), cut < LEV_WIRE_HEAD ? 0 : LEV_WIRE_BEAT);
			assert_int_equal(read_exact(bytes, cut, &out), -EINVAL);
		}
		/* Padding of a short frame is not of the beat. */
		for (cut = len; cut < len + 60; cut++)
			assert_int_equal(length(bytes, cut), len);
		assert_int_equal(read_exact(bytes, len + 1, &out), -EINVAL);
	}
}

/* What a byte at this place may be, in the golden beat; others are refused. */
static bool allowed(size_t at, u8 value)
{
	switch (at) {
	case 8:
		return value >= 1 && value <= LEV_NODE_ID_MAX;
	case 9:
		return value < __LEV_SIDE_MAX;
	case 24:
		return value < __LEV_REASON_MAX;
	case 25:
		return value <= LEV_NODE_ID_MAX;
	case 26:		/* it has two signatures */
		return value & LEV_WIRE_TWO;
	case HEAD:
	case HEAD + 10:
		return value >= 1 && value <= LEV_NODE_ID_MAX;
	case HEAD + 1:
	case HEAD + 11:
		return value < 4;
	case 101:		/* servers: 10 is the last that is named, 16 take the same bytes */
		return value >= 10 && value <= 16;
	case LESS:		/* server 0 or 8, before 9; 1 or 9, behind 0 */
	case LESS + 2:
		return value <= 1;
	case LESS + 4:		/* server 2: there is no 10 */
		return !value;
	case LESS + 3:		/* server 8 or 9 */
		if (lev_less_server(value) > 1)
			return false;
		fallthrough;
	case LESS + 1:
	case LESS + 5:
		return lev_less_steps(value) && lev_less_steps(value) < LEV_STEPS_FULL;
	}
	/* Magic, version, type, length, servers, hears. */
	if (at < 6 || at == 10 || at == 11 || (at >= 100 && at < 106))
		return value == golden[at];
	return true;
}

static void every_byte_out_of_range_is_refused(void **state)
{
	static struct lev_beat out;
	u8 bytes[sizeof(golden)];
	unsigned int value;
	size_t at;

	(void)state;
	for (at = 0; at < sizeof(golden); at++)
		for (value = 0; value < 256; value++) {
			int ret;

			memcpy(bytes, golden, sizeof(bytes));
			bytes[at] = (u8)value;
			ret = read_exact(bytes, sizeof(bytes), &out);
			assert_int_equal(ret, allowed(at, (u8)value) ? 0 : -EINVAL);
		}
}

static void garbage_is_refused(void **state)
{
	static struct lev_beat out;
	u8 bytes[LEV_WIRE_BEAT_MAX + 60];
	unsigned int i, taken = 0;

	(void)state;
	for (i = 0; i < 100000; i++) {
		size_t len = rnd(&seed, i % 2 ? sizeof(golden) + 8 : sizeof(bytes)), at;

		for (at = 0; at < len; at++)
			bytes[at] = (u8)rnd_next(&seed);
		/* Half of it begins well, and some of that has the length of a beat. */
		if (i % 2)
			memcpy(bytes, golden, min(len, (size_t)rnd(&seed, HEAD + 1)));
		if (i % 4 == 1 && len > 104) {
			put_unaligned_be16((u16)rnd(&seed, LEV_SERVERS_MAX + 2), bytes + 100);
			put_unaligned_be16((u16)rnd(&seed, LEV_WIRE_HEARS_MAX + 2), bytes + 102);
			put_unaligned_be16((u16)len, bytes + 10);
		}
		taken += !read_exact(bytes, len, &out);
		if (length(bytes, len))
			assert_true(length(bytes, len) <= len);
	}
	assert_true(taken < 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(bytes_are_the_protocols),
		cmocka_unit_test(flags_are_one_bit_each),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(every_byte_out_of_range_is_refused),
		cmocka_unit_test(garbage_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/wire.c kmod/core/wire_pins.c kmod/core/wire_moved.c */
/* sources: kmod/core/word.c kmod/core/config.c */
/*
 * Frames that say what moved as bytes: what is written is read, the bytes are those of
 * leveler_wire.h, and nothing else is taken for such a frame.
 */
#include "unit.h"
#include "core/wire.h"
#include "core/wire_moved.h"

#define HEAD	(sizeof(struct lev_wire_pins) + sizeof(struct lev_wire_moved))

static unsigned long long seed = 1;

static u16 random_entry(void)
{
	switch (rnd(&seed, 3)) {
	case 0:
		return LEV_WIRE_NO_SERVER;
	case 1:
		return LEV_WIRE_NOT_MOVED;
	default:
		return (u16)rnd(&seed, LEV_SERVERS_MAX);
	}
}

static void random_frame(struct lev_pins_head *h, struct lev_told_moved *m, u16 *entries,
			 unsigned int count)
{
	unsigned int i;

	memset(h, 0, sizeof(*h));
	memset(m, 0, sizeof(*m));
	h->cluster = (u16)rnd(&seed, 65536);
	h->node = (u8)(1 + rnd(&seed, LEV_NODE_ID_MAX));
	h->side = (u8)rnd(&seed, __LEV_SIDE_MAX);
	h->keyed = rnd(&seed, 2);
	h->two = rnd(&seed, 2);
	h->incarnation = (u32)rnd_next(&seed);
	h->sequence = rnd_next(&seed);
	h->beat = rnd_next(&seed);
	h->digest = rnd_next(&seed);
	h->count = (u16)count;
	m->server = (u16)rnd(&seed, LEV_SERVERS_MAX);
	m->first = (u32)rnd(&seed, LEV_TABLE_SIZE - count + 1);
	m->age = (u32)rnd_next(&seed);
	for (i = 0; i < count; i++)
		entries[i] = random_entry();
}

/* Reads a copy of just this many bytes, so that a look beyond them is seen. */
static int read_exact(const u8 *bytes, size_t len, size_t *length, struct lev_pins_head *head,
		      struct lev_told_moved *moved)
{
	u8 *copy = malloc(len ? len : 1);
	int ret;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	*length = lev_wire_moved_length(copy, len);
	ret = lev_wire_moved_read(copy, len, head, moved);
	free(copy);
	return ret;
}

static void what_is_written_is_read(void **state)
{
	static const unsigned int counts[] = { 0, 1, 2, LEV_WIRE_ENTRIES_MAX };
	static u16 entries[LEV_WIRE_ENTRIES_MAX];
	u8 bytes[LEV_WIRE_MOVED_LEN_MAX];
	struct lev_told_moved min, mout;
	struct lev_pins_head in, out;
	unsigned int i, j, round;
	size_t len, length;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(counts); i++)
		for (round = 0; round < 20; round++) {
			random_frame(&in, &min, entries, counts[i]);
			len = lev_wire_moved_write(&in, &min, entries, bytes);
			assert_true(len <= sizeof(bytes));
			assert_int_equal(lev_wire_type(bytes, len), LEV_WIRE_MOVED);
			assert_int_equal(lev_wire_cluster(bytes), in.cluster);
			assert_int_equal(lev_wire_length(bytes, len), 0);
			assert_int_equal(lev_wire_pins_length(bytes, len), 0);
			memset(&out, 0, sizeof(out));
			memset(&mout, 0, sizeof(mout));
			assert_int_equal(read_exact(bytes, len, &length, &out, &mout), 0);
			assert_int_equal(length, len);
			assert_memory_equal(&in, &out, sizeof(in));
			assert_memory_equal(&min, &mout, sizeof(min));
			for (j = 0; j < counts[i]; j++)
				assert_int_equal(lev_wire_moved_get(bytes, j), entries[j]);
		}
	assert_int_equal(len, LEV_WIRE_MOVED_LEN_MAX);
	assert_true(LEV_WIRE_MOVED_LEN_MAX <= 1400);
}

/* The protocol, byte by byte. A change here is a new LEV_WIRE_VERSION. */
static const u8 golden[] = {
	0x4c, 0x45, 0x56, 0x4c,				/* LEVL */
	0x05, 0x03, 0x12, 0x34,				/* version, type, cluster */
	0x05, 0x01, 0x00, 0x5c,				/* node, side, length */
	0xde, 0xad, 0xbe, 0xef,				/* incarnation */
	0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08,	/* sequence */
	0x00, 0x02, 0x02, 0x00,				/* count, flags, 0 */
	0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18,	/* beat */
	0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28,	/* digest */
	0x02, 0x01, 0x00, 0x00,				/* server, 0 */
	0x00, 0x00, 0x31, 0x32,				/* first */
	0x41, 0x42, 0x43, 0x44,				/* age */
	0x00, 0x07, 0xff, 0xff,				/* entries */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,	/* signature */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
};

static void bytes_are_the_protocols(void **state)
{
	static const struct lev_pins_head head = {
		.cluster = 0x1234, .node = 5, .side = LEV_SIDE_BACK, .keyed = true,
		.incarnation = 0xdeadbeef, .sequence = 0x0102030405060708,
		.beat = 0x1112131415161718, .digest = 0x2122232425262728, .count = 2,
	};
	static const struct lev_told_moved moved = { 0x201, 0x3132, 0x41424344 };
	static const u16 entries[] = { 7, LEV_WIRE_NOT_MOVED };
	u8 bytes[LEV_WIRE_MOVED_LEN_MAX];

	(void)state;
	memset(bytes, 0xa5, sizeof(bytes));
	assert_int_equal(lev_wire_moved_write(&head, &moved, entries, bytes), sizeof(golden));
	assert_memory_equal(bytes, golden, sizeof(golden));
}

static void shorter_ones_are_not_taken(void **state)
{
	static u16 entries[3];
	struct lev_told_moved moved;
	struct lev_pins_head head;
	u8 bytes[LEV_WIRE_MOVED_LEN_MAX + 20] = {};
	size_t len, cut, length;

	(void)state;
	random_frame(&head, &moved, entries, ARRAY_SIZE(entries));
	len = lev_wire_moved_write(&head, &moved, entries, bytes);
	for (cut = 0; cut < len; cut++) {
		assert_int_equal(read_exact(bytes, cut, &length, &head, &moved), -EINVAL);
		assert_int_equal(length, 0);
	}
	/* Padding is no part of it. */
	assert_int_equal(lev_wire_moved_length(bytes, len + 20), len);
}

/* One byte of the golden frame changed: is the frame taken? */
static bool taken(size_t at, u8 value)
{
	struct lev_told_moved moved;
	struct lev_pins_head head;
	u8 bytes[sizeof(golden)];
	size_t length;

	memcpy(bytes, golden, sizeof(bytes));
	bytes[at] = value;
	return !read_exact(bytes, sizeof(bytes), &length, &head, &moved);
}

static void fields_are_checked(void **state)
{
	(void)state;
	assert_true(taken(HEAD, 0x00));
	assert_false(taken(0, 0x4d));		/* magic */
	assert_false(taken(4, LEV_WIRE_VERSION + 1));
	assert_false(taken(5, LEV_WIRE_PINS));
	assert_false(taken(8, 0));		/* node */
	assert_false(taken(8, LEV_NODE_ID_MAX + 1));
	assert_false(taken(9, __LEV_SIDE_MAX));
	assert_false(taken(11, 0x5b));		/* length */
	assert_false(taken(25, 3));		/* count */
	assert_false(taken(26, 1));		/* flags */
	assert_false(taken(27, 1));
	assert_false(taken(44, 0x04));		/* server 1025 */
	assert_false(taken(46, 1));
	assert_false(taken(48, 1));		/* first, far beyond the table */
	assert_true(taken(HEAD, 0x03));		/* entry 775 */
	assert_false(taken(HEAD, 0x04));	/* entry 1031 */
	assert_false(taken(HEAD + 3, 0xfe));	/* nearly LEV_WIRE_NOT_MOVED */
}

/* The last entries of a table, and one that would be behind it. */
static void ends_with_the_table(void **state)
{
	static u16 entries[LEV_WIRE_ENTRIES_MAX];
	struct lev_told_moved moved = { 0 };
	struct lev_pins_head head, out;
	u8 bytes[LEV_WIRE_MOVED_LEN_MAX];
	size_t len;

	(void)state;
	random_frame(&head, &moved, entries, LEV_WIRE_ENTRIES_MAX);
	moved.first = LEV_TABLE_SIZE - LEV_WIRE_ENTRIES_MAX;
	len = lev_wire_moved_write(&head, &moved, entries, bytes);
	assert_int_equal(lev_wire_moved_read(bytes, len, &out, &moved), 0);
	moved.first++;
	len = lev_wire_moved_write(&head, &moved, entries, bytes);
	assert_int_equal(lev_wire_moved_read(bytes, len, &out, &moved), -EINVAL);
	moved.first = U32_MAX;
	len = lev_wire_moved_write(&head, &moved, entries, bytes);
	assert_int_equal(lev_wire_moved_read(bytes, len, &out, &moved), -EINVAL);
}

/* The room for entries is that of one frame, whatever a frame says that it has. */
static void more_than_a_frame_holds(void **state)
{
	static u16 entries[LEV_WIRE_ENTRIES_MAX];
	struct lev_told_moved moved = { 0 };
	struct lev_pins_head head;
	u8 bytes[LEV_WIRE_MOVED_LEN_MAX + sizeof(__be16)] = {};
	size_t len;

	(void)state;
	random_frame(&head, &moved, entries, LEV_WIRE_ENTRIES_MAX);
	len = lev_wire_moved_write(&head, &moved, entries, bytes);
	assert_int_equal(lev_wire_moved_length(bytes, sizeof(bytes)), len);
	put_unaligned_be16(LEV_WIRE_ENTRIES_MAX + 1, bytes + 24);
	put_unaligned_be16((u16)(len + sizeof(__be16)), bytes + 10);
	assert_int_equal(lev_wire_moved_length(bytes, sizeof(bytes)), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(bytes_are_the_protocols),
		cmocka_unit_test(shorter_ones_are_not_taken),
		cmocka_unit_test(fields_are_checked),
		cmocka_unit_test(ends_with_the_table),
		cmocka_unit_test(more_than_a_frame_holds),
	};

	return cmocka_run_group_tests_name("wire_moved", tests, NULL, NULL);
}

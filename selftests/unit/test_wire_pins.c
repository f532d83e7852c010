// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/wire.c kmod/core/wire_pins.c kmod/core/word.c kmod/core/config.c */
/*
 * Frames with pins as bytes: what is written is read, the bytes are those of leveler_wire.h,
 * and nothing else is taken for such a frame.
 */
#include "unit.h"
#include "core/wire.h"
#include "core/wire_pins.h"

#define HEAD	sizeof(struct lev_wire_pins)
#define PIN	sizeof(struct lev_wire_pin)

static unsigned long long seed = 1;

static void random_frame(struct lev_pins_head *h, struct lev_told_pin *pins, unsigned int count)
{
	unsigned int i;

	memset(h, 0, sizeof(*h));
	memset(pins, 0, count * sizeof(*pins));
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
	for (i = 0; i < count; i++) {
		pins[i].hash = rnd_next(&seed);
		pins[i].server = (u16)rnd(&seed, LEV_SERVERS_MAX);
		pins[i].age = (u16)rnd(&seed, 65536);
		pins[i].flags = (u8)rnd(&seed, 4);
	}
}

/* Reads a copy of just this many bytes, so that a look beyond them is seen. */
static int read_exact(const u8 *bytes, size_t len, size_t *length, struct lev_pins_head *head)
{
	u8 *copy = malloc(len ? len : 1);
	int ret;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	*length = lev_wire_pins_length(copy, len);
	ret = lev_wire_pins_read(copy, len, head);
	free(copy);
	return ret;
}

static void what_is_written_is_read(void **state)
{
	static const unsigned int counts[] = { 1, 2, 3, LEV_WIRE_PINS_MAX - 1, LEV_WIRE_PINS_MAX };
	static struct lev_told_pin pins[LEV_WIRE_PINS_MAX];
	u8 bytes[LEV_WIRE_PINS_LEN_MAX];
	struct lev_pins_head in, out;
	unsigned int i, j, round;
	size_t len, length;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(counts); i++)
		for (round = 0; round < 20; round++) {
			random_frame(&in, pins, counts[i]);
			len = lev_wire_pins_write(&in, pins, bytes);
			assert_true(len <= sizeof(bytes));
			assert_int_equal(lev_wire_type(bytes, len), LEV_WIRE_PINS);
			assert_int_equal(lev_wire_cluster(bytes), in.cluster);
			assert_int_equal(lev_wire_length(bytes, len), 0);
			memset(&out, 0, sizeof(out));
			assert_int_equal(read_exact(bytes, len, &length, &out), 0);
			assert_int_equal(length, len);
			assert_memory_equal(&in, &out, sizeof(in));
			for (j = 0; j < counts[i]; j++) {
				struct lev_told_pin pin = lev_wire_pins_get(bytes, j);

				assert_int_equal(pin.hash, pins[j].hash);
				assert_int_equal(pin.server, pins[j].server);
				assert_int_equal(pin.age, pins[j].age);
				assert_int_equal(pin.flags, pins[j].flags);
			}
		}
	assert_int_equal(len, LEV_WIRE_PINS_LEN_MAX);
	assert_true(LEV_WIRE_PINS_LEN_MAX <= 1400);
}

/* The protocol, byte by byte. A change here is a new LEV_WIRE_VERSION. */
static const u8 golden[] = {
	0x4c, 0x45, 0x56, 0x4c,				/* LEVL */
	0x05, 0x02, 0x12, 0x34,				/* version, type, cluster */
	0x05, 0x01, 0x00, 0x6c,				/* node, side, length */
	0xde, 0xad, 0xbe, 0xef,				/* incarnation */
	0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08,	/* sequence */
	0x00, 0x02, 0x02, 0x00,				/* count, flags, 0 */
	0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18,	/* beat */
	0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27, 0x28,	/* digest */
	0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38,	/* hash */
	0x02, 0x01, 0x01, 0x02, 0x02, 0x00, 0x00, 0x00,	/* server, age, flags, 0 */
	0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48,
	0x00, 0x07, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,
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
	static const struct lev_told_pin pins[] = {
		{ 0x3132333435363738, 0x201, 0x102, LEV_WIRE_PIN_BEGINS },
		{ 0x4142434445464748, 7, 0, LEV_WIRE_PIN_CLOSING },
	};
	u8 bytes[LEV_WIRE_PINS_LEN_MAX];

	(void)state;
	memset(bytes, 0xa5, sizeof(bytes));
	assert_int_equal(HEAD, 44);
	assert_int_equal(PIN, 16);
	assert_int_equal(lev_wire_pins_write(&head, pins, bytes), sizeof(golden));
	assert_memory_equal(bytes, golden, sizeof(golden));
	assert_int_equal(bytes[sizeof(golden)], 0xa5);
}

static void every_truncation_is_refused(void **state)
{
	static struct lev_told_pin pins[LEV_WIRE_PINS_MAX];
	u8 bytes[LEV_WIRE_PINS_LEN_MAX + 60] = {};
	struct lev_pins_head head, out;
	size_t len, cut, length;

	(void)state;
	random_frame(&head, pins, LEV_WIRE_PINS_MAX);
	len = lev_wire_pins_write(&head, pins, bytes);
	for (cut = 0; cut < len; cut++) {
		assert_int_equal(read_exact(bytes, cut, &length, &out), -EINVAL);
		assert_int_equal(length, 0);
	}
	/* Padding is not of the frame. */
	for (cut = len + 1; cut < len + 60; cut++) {
		assert_int_equal(read_exact(bytes, cut, &length, &out), -EINVAL);
		assert_int_equal(length, len);
	}
}

/* What a byte at this place may be, in the golden frame; others are refused. */
static bool allowed(size_t at, u8 value)
{
	/* Magic, version, type, length, count. */
	if (at < 6 || at == 10 || at == 11 || at == 24 || at == 25)
		return value == golden[at];
	if (at == 8)
		return value >= 1 && value <= LEV_NODE_ID_MAX;
	if (at == 9)
		return value < __LEV_SIDE_MAX;
	if (at == 26)
		return !(value & ~LEV_WIRE_KEYED);
	if (at == 27)
		return !value;
	if (at < HEAD || at >= HEAD + 2 * PIN)
		return true;
	switch ((at - HEAD) % PIN) {
	case 8:
		return value < LEV_SERVERS_MAX >> 8;
	case 12:
		return value < 4;
	case 13:
	case 14:
	case 15:
		return !value;
	}
	return true;
}

static void every_byte_out_of_range_is_refused(void **state)
{
	struct lev_pins_head head;
	u8 bytes[sizeof(golden)];
	size_t at, length;
	unsigned int value;

	(void)state;
	for (at = 0; at < sizeof(golden); at++)
		for (value = 0; value < 256; value++) {
			int ret;

			memcpy(bytes, golden, sizeof(bytes));
			bytes[at] = (u8)value;
			ret = read_exact(bytes, sizeof(bytes), &length, &head);
			assert_int_equal(ret, allowed(at, (u8)value) ? 0 : -EINVAL);
		}
}

static void garbage_is_refused(void **state)
{
	u8 bytes[LEV_WIRE_PINS_LEN_MAX + 60];
	struct lev_pins_head head;
	unsigned int i;
	size_t length;

	(void)state;
	for (i = 0; i < 50000; i++) {
		size_t len = rnd(&seed, sizeof(bytes)), at;

		for (at = 0; at < len; at++)
			bytes[at] = (u8)rnd_next(&seed);
		if (i % 2)
			memcpy(bytes, golden, min(len, (size_t)rnd(&seed, HEAD + 1)));
		if (i % 4 == 1 && len > HEAD) {
			put_unaligned_be16((u16)rnd(&seed, LEV_WIRE_PINS_MAX + 2), bytes + 24);
			put_unaligned_be16((u16)len, bytes + 10);
		}
		read_exact(bytes, len, &length, &head);
		assert_true(length <= len);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(bytes_are_the_protocols),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(every_byte_out_of_range_is_refused),
		cmocka_unit_test(garbage_is_refused),
	};

	return cmocka_run_group_tests_name("wire_pins", tests, NULL, NULL);
}

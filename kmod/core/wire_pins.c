// SPDX-License-Identifier: GPL-2.0
/*
 * Frames with pins to and from bytes (see wire_pins.h). Every length is checked in
 * lev_wire_pins_length() before any byte behind the head is read.
 */
#include "wire.h"
#include "wire_pins.h"

static size_t pins_len(unsigned int count, unsigned int tags)
{
	return sizeof(struct lev_wire_pins) + count * sizeof(struct lev_wire_pin) +
	       tags * LEV_WIRE_TAG_LEN;
}

static const struct lev_wire_pin *pin_at(const u8 *buf, unsigned int i)
{
	return (const struct lev_wire_pin *)(buf + sizeof(struct lev_wire_pins)) + i;
}

void lev_wire_head_write(const struct lev_pins_head *head, u8 type, size_t len, u8 *buf)
{
	struct lev_wire_pins *w = (struct lev_wire_pins *)buf;

	/* Signatures are checked before the type of a frame counts. */
	BUILD_BUG_ON(offsetof(struct lev_wire_pins, flags) !=
		     offsetof(struct lev_wire_beat, flags));
	memset(buf, 0, len);
	put_unaligned_be32(LEV_WIRE_MAGIC, &w->magic);
	w->version = LEV_WIRE_VERSION;
	w->type = type;
	put_unaligned_be16(head->cluster, &w->cluster);
	w->node = head->node;
	w->side = head->side;
	put_unaligned_be16(len, &w->length);
	put_unaligned_be32(head->incarnation, &w->incarnation);
	put_unaligned_be64(head->sequence, &w->sequence);
	put_unaligned_be16(head->count, &w->count);
	w->flags = (head->keyed ? LEV_WIRE_KEYED : 0) | (head->two ? LEV_WIRE_TWO : 0);
	put_unaligned_be64(head->beat, &w->beat);
	put_unaligned_be64(head->digest, &w->digest);
}

int lev_wire_head_read(const u8 *buf, struct lev_pins_head *head)
{
	const struct lev_wire_pins *w = (const struct lev_wire_pins *)buf;

	if (!w->node || w->node > LEV_NODE_ID_MAX || w->side >= __LEV_SIDE_MAX ||
	    w->flags & ~(LEV_WIRE_KEYED | LEV_WIRE_TWO) || w->zero)
		return -EINVAL;
	head->cluster = get_unaligned_be16(&w->cluster);
	head->node = w->node;
	head->side = w->side;
	head->keyed = w->flags & LEV_WIRE_KEYED;
	head->two = w->flags & LEV_WIRE_TWO;
	head->incarnation = get_unaligned_be32(&w->incarnation);
	head->sequence = get_unaligned_be64(&w->sequence);
	head->beat = get_unaligned_be64(&w->beat);
	head->digest = get_unaligned_be64(&w->digest);
	head->count = get_unaligned_be16(&w->count);
	return 0;
}

size_t lev_wire_pins_write(const struct lev_pins_head *head, const struct lev_told_pin *pins,
			   u8 *buf)
{
	size_t len = pins_len(head->count, head->two ? 2 : 1);
	unsigned int i;

	lev_wire_head_write(head, LEV_WIRE_PINS, len, buf);
	for (i = 0; i < head->count; i++) {
		struct lev_wire_pin *p =
			(struct lev_wire_pin *)(buf + sizeof(struct lev_wire_pins)) + i;

		put_unaligned_be64(pins[i].hash, &p->hash);
		put_unaligned_be16(pins[i].server, &p->server);
		put_unaligned_be16(pins[i].age, &p->age);
		p->flags = pins[i].flags;
	}
	return len;
}

size_t lev_wire_pins_length(const u8 *buf, size_t len)
{
	const struct lev_wire_pins *w = (const struct lev_wire_pins *)buf;
	unsigned int count;
	size_t want;

	if (len < pins_len(1, 1) || lev_wire_type(buf, len) != LEV_WIRE_PINS)
		return 0;
	count = get_unaligned_be16(&w->count);
	want = pins_len(count, lev_wire_tags(buf));
	if (!count || count > LEV_WIRE_PINS_MAX || len < want ||
	    get_unaligned_be16(&w->length) != want)
		return 0;
	return want;
}

static bool pin_ok(const struct lev_wire_pin *p)
{
	return get_unaligned_be16(&p->server) < LEV_SERVERS_MAX &&
	       !(p->flags & ~(LEV_WIRE_PIN_CLOSING | LEV_WIRE_PIN_BEGINS)) &&
	       !p->zero[0] && !p->zero[1] && !p->zero[2];
}

int lev_wire_pins_read(const u8 *buf, size_t len, struct lev_pins_head *head)
{
	unsigned int i;

	if (!len || lev_wire_pins_length(buf, len) != len || lev_wire_head_read(buf, head))
		return -EINVAL;
	for (i = 0; i < head->count; i++)
		if (!pin_ok(pin_at(buf, i)))
			return -EINVAL;
	return 0;
}

struct lev_told_pin lev_wire_pins_get(const u8 *buf, unsigned int i)
{
	const struct lev_wire_pin *p = pin_at(buf, i);

	return (struct lev_told_pin){
		.hash = get_unaligned_be64(&p->hash),
		.server = get_unaligned_be16(&p->server),
		.age = get_unaligned_be16(&p->age),
		.flags = p->flags,
	};
}

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames with pins to and from bytes. Pure; called by kmod/sync.c, which signs and checks
 * signatures in between. The bytes are drawn in uapi/linux/leveler_wire.h.
 */
#ifndef _LEV_CORE_WIRE_PINS_H
#define _LEV_CORE_WIRE_PINS_H

#include "base.h"
#include <uapi/linux/leveler_wire.h>

/* Room for any frame with pins. */
#define LEV_WIRE_PINS_LEN_MAX	(sizeof(struct lev_wire_pins) +				\
				 LEV_WIRE_PINS_MAX * sizeof(struct lev_wire_pin) +	\
				 LEV_WIRE_TAGS_MAX * LEV_WIRE_TAG_LEN)

/**
 * struct lev_pins_head - what stands before the pins, or before the entries that moved
 * @cluster: id
 * @node: sender's id
 * @side: enum lev_side that it was sent on
 * @keyed: the frame has a signature
 * @two: it has a second one, by the sender's old key
 * @incarnation: of the sender, as in its beats
 * @sequence: rises by one with each such frame of an incarnation
 * @beat: sequence of the sender's last beat
 * @digest: of the sender's config, which gives the servers their indices
 * @count: pins or entries that follow
 */
struct lev_pins_head {
	u16 cluster;
	u8 node;
	u8 side;
	bool keyed;
	bool two;
	u32 incarnation;
	u64 sequence;
	u64 beat;
	u64 digest;
	u16 count;
};

/**
 * struct lev_told_pin - a pin as nodes tell it each other
 * @hash: of the flow
 * @server: index in the config
 * @age: since it was seen, seconds
 * @flags: LEV_WIRE_PIN_*
 */
struct lev_told_pin {
	u64 hash;
	u16 server;
	u16 age;
	u8 flags;
};

/* The head alone, for any type of frame that has one; zeroes behind it up to @len. */
void lev_wire_head_write(const struct lev_pins_head *head, u8 type, size_t len, u8 *buf);

/* Return: 0, or -EINVAL if a field is out of its range. The caller has checked the length. */
int lev_wire_head_read(const u8 *buf, struct lev_pins_head *head);

/**
 * lev_wire_pins_write() - pins to bytes, the tags zero
 * @head: @count is 1..LEV_WIRE_PINS_MAX
 * @pins: so many
 * @buf: LEV_WIRE_PINS_LEN_MAX bytes
 *
 * Return: length with the tags, which the caller fills in at the end
 */
size_t lev_wire_pins_write(const struct lev_pins_head *head, const struct lev_told_pin *pins,
			   u8 *buf);

/**
 * lev_wire_pins_length() - check a frame: magic, version, type, lengths
 * @buf: behind the Ethernet header
 * @len: bytes there, padding included
 *
 * Return: length with the tags (at most @len), or 0 if it is not a well formed frame with pins
 */
size_t lev_wire_pins_length(const u8 *buf, size_t len);

/**
 * lev_wire_pins_read() - bytes to the head
 * @buf: a frame with pins
 * @len: as lev_wire_pins_length() returned it
 * @head: filled in
 *
 * Return: 0, or -EINVAL if a field is out of its range, in a pin too
 */
int lev_wire_pins_read(const u8 *buf, size_t len, struct lev_pins_head *head);

/**
 * lev_wire_pins_get() - one pin of a frame that lev_wire_pins_read() accepted
 * @buf: the frame
 * @i: which, below the head's count
 *
 * Return: the pin
 */
struct lev_told_pin lev_wire_pins_get(const u8 *buf, unsigned int i);

#endif /* _LEV_CORE_WIRE_PINS_H */

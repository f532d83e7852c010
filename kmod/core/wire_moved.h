/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames that say what moved to and from bytes. Pure; called by kmod/teach.c, which signs and
 * checks signatures in between. The bytes are drawn in uapi/linux/leveler_wire.h.
 */
#ifndef _LEV_CORE_WIRE_MOVED_H
#define _LEV_CORE_WIRE_MOVED_H

#include "wire_pins.h"

/* Room for any such frame. */
#define LEV_WIRE_MOVED_LEN_MAX	(sizeof(struct lev_wire_pins) +			\
				 sizeof(struct lev_wire_moved) +		\
				 LEV_WIRE_ENTRIES_MAX * sizeof(__be16) +		\
				 LEV_WIRE_TAGS_MAX * LEV_WIRE_TAG_LEN)

/**
 * struct lev_told_moved - a part of a pool's table as nodes tell it each other
 * @server: index of the pool's first server in the config: names the pool
 * @first: number of the first entry
 * @age: since the pool's last change, seconds
 */
struct lev_told_moved {
	u16 server;
	u32 first;
	u32 age;
};

/**
 * lev_wire_moved_write() - entries to bytes, the tags zero
 * @head: @count is 0..LEV_WIRE_ENTRIES_MAX; 0: all was told
 * @moved: which part
 * @entries: so many: a server's index, LEV_WIRE_NO_SERVER or LEV_WIRE_NOT_MOVED
 * @buf: LEV_WIRE_MOVED_LEN_MAX bytes
 *
 * Return: length with the tags, which the caller fills in at the end
 */
size_t lev_wire_moved_write(const struct lev_pins_head *head, const struct lev_told_moved *moved,
			    const u16 *entries, u8 *buf);

/**
 * lev_wire_moved_length() - check a frame: magic, version, type, lengths
 * @buf: behind the Ethernet header
 * @len: bytes there, padding included
 *
 * Return: length with the tags (at most @len), or 0 if it is not a well formed frame of this type
 */
size_t lev_wire_moved_length(const u8 *buf, size_t len);

/**
 * lev_wire_moved_read() - bytes to what stands before the entries
 * @buf: a frame
 * @len: as lev_wire_moved_length() returned it
 * @head: filled in
 * @moved: filled in; @first and the count behind it are within LEV_TABLE_SIZE
 *
 * Return: 0, or -EINVAL if a field is out of its range, an entry too
 */
int lev_wire_moved_read(const u8 *buf, size_t len, struct lev_pins_head *head,
			struct lev_told_moved *moved);

/**
 * lev_wire_moved_get() - one entry of a frame that lev_wire_moved_read() accepted
 * @buf: the frame
 * @i: which, below the head's count
 *
 * Return: a server's index, LEV_WIRE_NO_SERVER or LEV_WIRE_NOT_MOVED
 */
u16 lev_wire_moved_get(const u8 *buf, unsigned int i);

#endif /* _LEV_CORE_WIRE_MOVED_H */

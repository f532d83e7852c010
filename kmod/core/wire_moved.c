// SPDX-License-Identifier: GPL-2.0
/*
 * Frames that say what moved to and from bytes (see wire_moved.h). Every length is checked in
 * lev_wire_moved_length() before any byte behind the head is read.
 */
#include "wire.h"
#include "wire_moved.h"

static size_t moved_len(unsigned int count, unsigned int tags)
{
	return sizeof(struct lev_wire_pins) + sizeof(struct lev_wire_moved) +
	       count * sizeof(__be16) + tags * LEV_WIRE_TAG_LEN;
}

static const struct lev_wire_moved *moved_at(const u8 *buf)
{
	return (const struct lev_wire_moved *)(buf + sizeof(struct lev_wire_pins));
}

static const u8 *entry_at(const u8 *buf, unsigned int i)
{
	return (const u8 *)(moved_at(buf) + 1) + i * sizeof(__be16);
}

size_t lev_wire_moved_write(const struct lev_pins_head *head, const struct lev_told_moved *moved,
			    const u16 *entries, u8 *buf)
{
	struct lev_wire_moved *w = (struct lev_wire_moved *)(buf + sizeof(struct lev_wire_pins));
	size_t len = moved_len(head->count, head->two ? 2 : 1);
	unsigned int i;

	lev_wire_head_write(head, LEV_WIRE_MOVED, len, buf);
	put_unaligned_be16(moved->server, &w->server);
	put_unaligned_be32(moved->first, &w->first);
	put_unaligned_be32(moved->age, &w->age);
	for (i = 0; i < head->count; i++)
		put_unaligned_be16(entries[i], (u8 *)(w + 1) + i * sizeof(__be16));
	return len;
}

size_t lev_wire_moved_length(const u8 *buf, size_t len)
{
	const struct lev_wire_pins *w = (const struct lev_wire_pins *)buf;
	unsigned int count;
	size_t want;

	if (len < moved_len(0, 1) || lev_wire_type(buf, len) != LEV_WIRE_MOVED)
		return 0;
	count = get_unaligned_be16(&w->count);
	want = moved_len(count, lev_wire_tags(buf));
	if (count > LEV_WIRE_ENTRIES_MAX || len < want ||
	    get_unaligned_be16(&w->length) != want)
		return 0;
	return want;
}

static bool entry_ok(u16 entry)
{
	return entry < LEV_SERVERS_MAX || entry == LEV_WIRE_NO_SERVER ||
	       entry == LEV_WIRE_NOT_MOVED;
}

int lev_wire_moved_read(const u8 *buf, size_t len, struct lev_pins_head *head,
			struct lev_told_moved *moved)
{
	const struct lev_wire_moved *w = moved_at(buf);
	unsigned int i;

	if (!len || lev_wire_moved_length(buf, len) != len || lev_wire_head_read(buf, head) ||
	    w->zero)
		return -EINVAL;
	moved->server = get_unaligned_be16(&w->server);
	moved->first = get_unaligned_be32(&w->first);
	moved->age = get_unaligned_be32(&w->age);
	if (moved->server >= LEV_SERVERS_MAX || moved->first > LEV_TABLE_SIZE ||
	    head->count > LEV_TABLE_SIZE - moved->first)
		return -EINVAL;
	for (i = 0; i < head->count; i++)
		if (!entry_ok(get_unaligned_be16(entry_at(buf, i))))
			return -EINVAL;
	return 0;
}

u16 lev_wire_moved_get(const u8 *buf, unsigned int i)
{
	return get_unaligned_be16(entry_at(buf, i));
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Heartbeats to and from bytes (see wire.h). Every length is checked in lev_wire_length()
 * before any byte behind the fixed head is read.
 */
#include "wire.h"

static size_t map_len(unsigned int servers)
{
	return (servers + 7) / 8;
}

/* @less is how many entries there are in both lists. */
static size_t beat_len(unsigned int servers, unsigned int hears, unsigned int less,
		       unsigned int tags)
{
	return sizeof(struct lev_wire_beat) + hears * sizeof(struct lev_wire_hears) +
	       2 * map_len(servers) + less * sizeof(__be16) + tags * LEV_WIRE_TAG_LEN;
}

unsigned int lev_wire_tags(const u8 *buf)
{
	return ((const struct lev_wire_beat *)buf)->flags & LEV_WIRE_TWO ? 2 : 1;
}

static u8 *write_less(u8 *p, const struct lev_less *less)
{
	unsigned int i;

	for (i = 0; i < less->n; i++, p += sizeof(__be16))
		put_unaligned_be16(less->entry[i], p);
	return p;
}

static void write_words(u8 *p, const struct lev_beat *beat)
{
	size_t len = map_len(beat->n_servers);

	memcpy(p, beat->vote.up, len);
	memcpy(p + len, beat->agreed.up, len);
	write_less(write_less(p + 2 * len, &beat->vote.less), &beat->agreed.less);
}

size_t lev_wire_write(const struct lev_beat *beat, u8 *buf)
{
	struct lev_wire_beat *w = (struct lev_wire_beat *)buf;
	size_t len = beat_len(beat->n_servers, beat->n_hears,
			      beat->vote.less.n + beat->agreed.less.n, beat->two ? 2 : 1);
	u8 *p = buf + sizeof(*w);
	unsigned int i;

	memset(buf, 0, len);
	put_unaligned_be32(LEV_WIRE_MAGIC, &w->magic);
	w->version = LEV_WIRE_VERSION;
	w->type = LEV_WIRE_BEAT;
	put_unaligned_be16(beat->cluster, &w->cluster);
	w->node = beat->node;
	w->side = beat->side;
	put_unaligned_be16(len, &w->length);
	put_unaligned_be32(beat->incarnation, &w->incarnation);
	put_unaligned_be64(beat->sequence, &w->sequence);
	w->reason = beat->reason;
	w->keeper = beat->keeper;
	w->flags = (beat->synced ? LEV_WIRE_SYNCED : 0) | (beat->keyed ? LEV_WIRE_KEYED : 0) |
		   (beat->ready ? LEV_WIRE_READY : 0) | (beat->memory ? LEV_WIRE_MEMORY : 0) |
		   (beat->wants ? LEV_WIRE_WANTS : 0) |
		   (beat->virtual_sides & BIT(LEV_SIDE_FRONT) ? LEV_WIRE_VFRONT : 0) |
		   (beat->virtual_sides & BIT(LEV_SIDE_BACK) ? LEV_WIRE_VBACK : 0) |
		   (beat->two ? LEV_WIRE_TWO : 0);
	w->priority = beat->priority;
	put_unaligned_be64(beat->clock, &w->clock);
	put_unaligned_be64(beat->version, &w->config_version);
	put_unaligned_be64(beat->digest, &w->config_digest);
	put_unaligned_be64(beat->pending_version, &w->pending_version);
	put_unaligned_be64(beat->pending_digest, &w->pending_digest);
	put_unaligned_be64(beat->switch_digest, &w->switch_digest);
	put_unaligned_be64(beat->switch_at, &w->switch_at);
	put_unaligned_be64(beat->servers_epoch, &w->servers_epoch);
	put_unaligned_be64(beat->servers_at, &w->servers_at);
	put_unaligned_be16(beat->n_servers, &w->servers);
	put_unaligned_be16(beat->n_hears, &w->hears);
	w->vote_less = beat->vote.less.n;
	w->agreed_less = beat->agreed.less.n;
	memcpy(w->seal, beat->seal, sizeof(w->seal));

	for (i = 0; i < beat->n_hears; i++) {
		struct lev_wire_hears *h = (struct lev_wire_hears *)p;

		h->node = beat->hears[i].node;
		h->sides = beat->hears[i].sides;
		put_unaligned_be32(beat->hears[i].incarnation, &h->incarnation);
		put_unaligned_be32(beat->hears[i].sequence, &h->sequence);
		p += sizeof(*h);
	}
	write_words(p, beat);
	return len;
}

unsigned int lev_wire_type(const u8 *buf, size_t len)
{
	const struct lev_wire_beat *w = (const struct lev_wire_beat *)buf;

	if (len < LEV_WIRE_HEAD ||
	    get_unaligned_be32(&w->magic) != LEV_WIRE_MAGIC || w->version != LEV_WIRE_VERSION)
		return 0;
	return w->type;
}

size_t lev_wire_length(const u8 *buf, size_t len)
{
	const struct lev_wire_beat *w = (const struct lev_wire_beat *)buf;
	unsigned int servers, hears;
	size_t want;

	if (len < beat_len(0, 0, 0, 1) || lev_wire_type(buf, len) != LEV_WIRE_BEAT)
		return 0;

	servers = get_unaligned_be16(&w->servers);
	hears = get_unaligned_be16(&w->hears);
	if (servers > LEV_SERVERS_MAX || hears > LEV_WIRE_HEARS_MAX ||
	    w->vote_less > LEV_LESS_MAX || w->agreed_less > LEV_LESS_MAX)
		return 0;

	want = beat_len(servers, hears, w->vote_less + w->agreed_less, lev_wire_tags(buf));
	if (get_unaligned_be16(&w->length) != want || len < want)
		return 0;
	return want;
}

unsigned int lev_wire_cluster(const u8 *buf)
{
	return get_unaligned_be16(&((const struct lev_wire_beat *)buf)->cluster);
}

unsigned int lev_wire_node(const u8 *buf)
{
	return ((const struct lev_wire_beat *)buf)->node;
}

static int read_hears(const u8 *p, struct lev_hears *out)
{
	const struct lev_wire_hears *h = (const struct lev_wire_hears *)p;

	if (!h->node || h->node > LEV_NODE_ID_MAX || h->sides > 3)
		return -EINVAL;
	out->node = h->node;
	out->sides = h->sides;
	out->incarnation = get_unaligned_be32(&h->incarnation);
	out->sequence = get_unaligned_be32(&h->sequence);
	return 0;
}

static const u8 *read_less(const u8 *p, unsigned int n, struct lev_less *less)
{
	for (; less->n < n; less->n++, p += sizeof(__be16))
		less->entry[less->n] = get_unaligned_be16(p);
	return p;
}

static int read_words(const u8 *p, const struct lev_wire_beat *w, struct lev_beat *beat)
{
	size_t len = map_len(beat->n_servers);

	memcpy(beat->vote.up, p, len);
	memcpy(beat->agreed.up, p + len, len);
	read_less(read_less(p + 2 * len, w->vote_less, &beat->vote.less), w->agreed_less,
		  &beat->agreed.less);
	return lev_less_valid(&beat->vote.less, beat->n_servers) &&
	       lev_less_valid(&beat->agreed.less, beat->n_servers) ? 0 : -EINVAL;
}

int lev_wire_read(const u8 *buf, size_t len, struct lev_beat *beat)
{
	const struct lev_wire_beat *w = (const struct lev_wire_beat *)buf;
	const u8 *p = buf + sizeof(*w);
	unsigned int i;

	if (!len || lev_wire_length(buf, len) != len)
		return -EINVAL;
	if (!w->node || w->node > LEV_NODE_ID_MAX || w->keeper > LEV_NODE_ID_MAX ||
	    w->side >= __LEV_SIDE_MAX || w->reason >= __LEV_REASON_MAX)
		return -EINVAL;

	memset(beat, 0, sizeof(*beat));
	beat->cluster = get_unaligned_be16(&w->cluster);
	beat->node = w->node;
	beat->side = w->side;
	beat->incarnation = get_unaligned_be32(&w->incarnation);
	beat->sequence = get_unaligned_be64(&w->sequence);
	beat->reason = w->reason;
	beat->keeper = w->keeper;
	beat->priority = w->priority;
	beat->synced = w->flags & LEV_WIRE_SYNCED;
	beat->keyed = w->flags & LEV_WIRE_KEYED;
	beat->two = w->flags & LEV_WIRE_TWO;
	beat->ready = w->flags & LEV_WIRE_READY;
	beat->memory = w->flags & LEV_WIRE_MEMORY;
	beat->wants = w->flags & LEV_WIRE_WANTS;
	beat->virtual_sides = (w->flags & LEV_WIRE_VFRONT ? BIT(LEV_SIDE_FRONT) : 0) |
			      (w->flags & LEV_WIRE_VBACK ? BIT(LEV_SIDE_BACK) : 0);
	beat->clock = get_unaligned_be64(&w->clock);
	beat->version = get_unaligned_be64(&w->config_version);
	beat->digest = get_unaligned_be64(&w->config_digest);
	beat->pending_version = get_unaligned_be64(&w->pending_version);
	beat->pending_digest = get_unaligned_be64(&w->pending_digest);
	beat->switch_digest = get_unaligned_be64(&w->switch_digest);
	beat->switch_at = get_unaligned_be64(&w->switch_at);
	beat->servers_epoch = get_unaligned_be64(&w->servers_epoch);
	beat->servers_at = get_unaligned_be64(&w->servers_at);
	beat->n_servers = get_unaligned_be16(&w->servers);
	beat->n_hears = get_unaligned_be16(&w->hears);
	memcpy(beat->seal, w->seal, sizeof(beat->seal));

	for (i = 0; i < beat->n_hears; i++, p += sizeof(struct lev_wire_hears))
		if (read_hears(p, &beat->hears[i]))
			return -EINVAL;
	return read_words(p, w, beat);
}

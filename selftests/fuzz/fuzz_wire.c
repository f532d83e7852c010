// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/wire.c kmod/core/wire_pins.c kmod/core/wire_moved.c kmod/core/lanemac.c */
/* sources: kmod/core/word.c kmod/core/config.c */
/*
 * Frames from the wire: what is read is in range, and is written back to the same bytes. The first
 * byte of the input says whether what each frame begins with is set right, and of which type it is
 * then; the others are the frame.
 */
#include "fuzz.h"
#include "core/lanemac.h"
#include "core/wire.h"
#include "core/wire_moved.h"

#define MEND		0x80
#define TYPES		4

/* Where the counts are, in all types the same place as in a heartbeat or in front of pins. */
static size_t stated(const u8 *frame, unsigned int type)
{
	const struct lev_wire_beat *b = (const struct lev_wire_beat *)frame;
	const struct lev_wire_pins *p = (const struct lev_wire_pins *)frame;
	size_t count = get_unaligned_be16(&p->count);
	size_t tags = lev_wire_tags(frame) * LEV_WIRE_TAG_LEN;

	if (type == LEV_WIRE_PINS)
		return sizeof(*p) + count * sizeof(struct lev_wire_pin) + tags;
	if (type == LEV_WIRE_MOVED)
		return sizeof(*p) + sizeof(struct lev_wire_moved) + count * 2 + tags;
	return sizeof(*b) + get_unaligned_be16(&b->hears) * sizeof(struct lev_wire_hears) +
	       (get_unaligned_be16(&b->servers) + 7) / 8 * 2 +
	       (b->vote_less + b->agreed_less) * sizeof(__be16) + tags;
}

static void mend(u8 *frame, size_t size, unsigned int type)
{
	struct lev_wire_beat *w = (struct lev_wire_beat *)frame;

	if (size < sizeof(*w))
		return;
	put_unaligned_be32(LEV_WIRE_MAGIC, &w->magic);
	w->version = LEV_WIRE_VERSION;
	w->type = type;
	put_unaligned_be16(stated(frame, type), &w->length);
}

static void same_but_tag(u8 *frame, size_t len, const u8 *written)
{
	size_t tags = lev_wire_tags(frame) * LEV_WIRE_TAG_LEN;

	memset(frame + len - tags, 0, tags);
	fuzz_must(!memcmp(frame, written, len));
}

static void beat(const u8 *data, size_t size)
{
	size_t len = lev_wire_length(data, size);
	static struct lev_beat b;
	u8 *frame, *written;

	fuzz_must(len <= size && len <= LEV_WIRE_BEAT_MAX);
	fuzz_must(!len || len == stated(data, LEV_WIRE_BEAT));
	frame = fuzz_copy(data, len);
	if (!lev_wire_read(frame, len, &b)) {
		fuzz_must(lev_wire_type(frame, len) == LEV_WIRE_BEAT);
		fuzz_must(b.cluster == lev_wire_cluster(frame) && b.node == lev_wire_node(frame));
		fuzz_must(b.node && b.node <= LEV_NODE_ID_MAX && b.keeper <= LEV_NODE_ID_MAX);
		fuzz_must(b.side < __LEV_SIDE_MAX && b.reason < __LEV_REASON_MAX);
		fuzz_must(b.n_servers <= LEV_SERVERS_MAX && b.n_hears <= LEV_WIRE_HEARS_MAX);
		fuzz_must(lev_less_valid(&b.vote.less, b.n_servers));
		fuzz_must(lev_less_valid(&b.agreed.less, b.n_servers));
		written = malloc(LEV_WIRE_BEAT_MAX);
		fuzz_must(written && lev_wire_write(&b, written) == len);
		same_but_tag(frame, len, written);
		free(written);
	}
	free(frame);
}

static void head_in_range(const struct lev_pins_head *head)
{
	fuzz_must(head->node && head->node <= LEV_NODE_ID_MAX && head->side < __LEV_SIDE_MAX);
}

static void pins(const u8 *data, size_t size)
{
	size_t len = lev_wire_pins_length(data, size);
	struct lev_told_pin told[LEV_WIRE_PINS_MAX];
	struct lev_pins_head head;
	u8 *frame, *written;
	unsigned int i;

	fuzz_must(len <= size && len <= LEV_WIRE_PINS_LEN_MAX);
	fuzz_must(!len || len == stated(data, LEV_WIRE_PINS));
	frame = fuzz_copy(data, len);
	if (!lev_wire_pins_read(frame, len, &head)) {
		head_in_range(&head);
		fuzz_must(head.count && head.count <= LEV_WIRE_PINS_MAX);
		for (i = 0; i < head.count; i++) {
			told[i] = lev_wire_pins_get(frame, i);
			fuzz_must(told[i].server < LEV_SERVERS_MAX);
		}
		written = malloc(LEV_WIRE_PINS_LEN_MAX);
		fuzz_must(written && lev_wire_pins_write(&head, told, written) == len);
		same_but_tag(frame, len, written);
		free(written);
	}
	free(frame);
}

static void moved(const u8 *data, size_t size)
{
	size_t len = lev_wire_moved_length(data, size);
	u16 entries[LEV_WIRE_ENTRIES_MAX];
	struct lev_told_moved told;
	struct lev_pins_head head;
	u8 *frame, *written;
	unsigned int i;

	fuzz_must(len <= size && len <= LEV_WIRE_MOVED_LEN_MAX);
	fuzz_must(!len || len == stated(data, LEV_WIRE_MOVED));
	frame = fuzz_copy(data, len);
	if (!lev_wire_moved_read(frame, len, &head, &told)) {
		head_in_range(&head);
		fuzz_must(head.count <= LEV_WIRE_ENTRIES_MAX && told.server < LEV_SERVERS_MAX);
		fuzz_must(told.first <= LEV_TABLE_SIZE);
		fuzz_must(told.first + head.count <= LEV_TABLE_SIZE);
		for (i = 0; i < head.count; i++) {
			entries[i] = lev_wire_moved_get(frame, i);
			fuzz_must(entries[i] < LEV_SERVERS_MAX ||
				  entries[i] == LEV_WIRE_NO_SERVER ||
				  entries[i] == LEV_WIRE_NOT_MOVED);
		}
		written = malloc(LEV_WIRE_MOVED_LEN_MAX);
		fuzz_must(written && lev_wire_moved_write(&head, &told, entries, written) == len);
		same_but_tag(frame, len, written);
		free(written);
	}
	free(frame);
}

/* Those are only written here, and read by no leveler. */
static void lane(const u8 *data, size_t size)
{
	struct fuzz_input in = { data, size };
	u16 cluster = fuzz_take(&in, 2);
	enum lev_side side = fuzz_take(&in, 1) % __LEV_SIDE_MAX;
	unsigned int which = fuzz_take(&in, 1);
	u8 mac[LEV_LANE_MAC_LEN], again[LEV_LANE_MAC_LEN], frame[LEV_LANE_FRAME_LEN];
	int of;

	lev_lane_mac(cluster, side, which, mac);
	fuzz_must(lev_lane_of_mac(cluster, side, mac) == (int)which);
	fuzz_must(lev_lane_of_mac(cluster, !side, mac) == -1);
	fuzz_must(lev_lane_of_mac(cluster + 1, side, mac) == -1);
	fuzz_must(lev_lane_write(cluster, side, which, frame) == sizeof(frame));
	fuzz_must(lev_wire_type(frame, sizeof(frame)) == LEV_WIRE_LANE);

	put_unaligned_be64(fuzz_take(&in, 8), frame);
	memcpy(mac, frame, sizeof(mac));
	of = lev_lane_of_mac(cluster, side, mac);
	fuzz_must(of >= -1 && of < LEV_LANES_MAX);
	if (of < 0)
		return;
	lev_lane_mac(cluster, side, of, again);
	fuzz_must(!memcmp(mac, again, sizeof(mac)));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	unsigned int type;
	u8 *frame;

	if (!size)
		return 0;
	frame = fuzz_copy(data + 1, size - 1);
	if (data[0] & MEND)
		mend(frame, size - 1, 1 + data[0] % TYPES);
	type = lev_wire_type(frame, size - 1);
	fuzz_must(!type || size > LEV_WIRE_HEAD);
	fuzz_must(type == LEV_WIRE_BEAT || !lev_wire_length(frame, size - 1));
	fuzz_must(type == LEV_WIRE_PINS || !lev_wire_pins_length(frame, size - 1));
	fuzz_must(type == LEV_WIRE_MOVED || !lev_wire_moved_length(frame, size - 1));
	beat(frame, size - 1);
	pins(frame, size - 1);
	moved(frame, size - 1);
	lane(frame, size - 1);
	free(frame);
	return 0;
}

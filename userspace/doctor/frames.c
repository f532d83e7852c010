// SPDX-License-Identifier: GPL-2.0
/*
 * Builds and reads the frames of "levctl doctor" (see frames.h). Owns no state.
 */
#include <string.h>
#include <linux/leveler_wire.h>

#include "frames.h"

#define HEAD		14
#define TYPE_IP4	0x0800
#define TYPE_ARP	0x0806
#define TYPE_IP6	0x86dd
#define ARP_LEN		28
#define ARP_REQUEST	1
#define IP4_LEN		20
#define IP6_LEN		40
#define ECHO_LEN	8
#define ND_LEN		24
#define ND_OPTION	8
#define ICMP4		1
#define ICMP6		58
#define ECHO4_REPLY	0
#define ECHO4_REQUEST	8
#define ECHO6_REQUEST	128
#define ECHO6_REPLY	129
#define ND_SOLICIT	135
#define ND_ADVERT	136
#define SOURCE_MAC	1
#define TARGET_MAC	2

static uint16_t get16(const uint8_t *p)
{
	return p[0] << 8 | p[1];
}

static void put16(uint8_t *p, uint16_t v)
{
	p[0] = v >> 8;
	p[1] = v;
}

static uint32_t sum16(const uint8_t *p, size_t len, uint32_t sum)
{
	for (; len > 1; p += 2, len -= 2)
		sum += get16(p);
	return len ? sum + (*p << 8) : sum;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static void take_ip(struct lev_ip *ip, const uint8_t *bytes, uint8_t len)
{
	ip->len = len;
	memcpy(ip->b, bytes, len);
}

/* Requests tell where their sender is, too; one of nobody does not. */
static void read_arp(const uint8_t *p, size_t len, struct lev_frame *f)
{
	static const uint8_t head[] = { 0, 1, 8, 0, 6, 4 }, nobody[4];

	if (len < ARP_LEN || memcmp(p, head, sizeof(head)) || !memcmp(p + 14, nobody, 4))
		return;
	f->kind = LEV_FRAME_SAYS;
	memcpy(f->mac, p + 8, LEV_MAC_LEN);
	take_ip(&f->ip, p + 14, 4);
}

static void read_echo(const uint8_t *p, struct lev_frame *f)
{
	f->kind = LEV_FRAME_ECHO;
	f->id = get16(p + 4);
	f->sequence = get16(p + 6);
}

static void read_ip4(const uint8_t *p, size_t len, struct lev_frame *f)
{
	size_t head = len ? (p[0] & 15) * 4u : 0;

	if (len < IP4_LEN || p[0] >> 4 != 4 || head < IP4_LEN || len < head + ECHO_LEN ||
	    p[9] != ICMP4 || p[head] != ECHO4_REPLY)
		return;
	take_ip(&f->ip, p + 12, 4);
	read_echo(p + head, f);
}

/* Of an advertisement without the option, its sender is meant. */
static void read_advert(const uint8_t *p, size_t len, struct lev_frame *f)
{
	f->kind = LEV_FRAME_SAYS;
	take_ip(&f->ip, p + 8, 16);
	memcpy(f->mac, f->src, LEV_MAC_LEN);
	for (p += ND_LEN, len -= ND_LEN; len >= ND_OPTION && p[1]; ) {
		size_t size = p[1] * 8u;

		if (size > len)
			return;
		if (p[0] == TARGET_MAC)
			memcpy(f->mac, p + 2, LEV_MAC_LEN);
		p += size;
		len -= size;
	}
}

static void read_ip6(const uint8_t *p, size_t len, struct lev_frame *f)
{
	if (len < IP6_LEN + ECHO_LEN || p[0] >> 4 != 6 || p[6] != ICMP6)
		return;
	if (p[IP6_LEN] == ND_ADVERT && len >= IP6_LEN + ND_LEN) {
		read_advert(p + IP6_LEN, len - IP6_LEN, f);
	} else if (p[IP6_LEN] == ECHO6_REPLY) {
		take_ip(&f->ip, p + 8, 16);
		read_echo(p + IP6_LEN, f);
	}
}

static void read_beat(const uint8_t *p, size_t len, struct lev_frame *f)
{
	struct lev_wire_beat beat;

	if (len < sizeof(beat))
		return;
	memcpy(&beat, p, sizeof(beat));
	if (get16((uint8_t *)&beat.magic) != LEV_WIRE_MAGIC >> 16 ||
	    get16((uint8_t *)&beat.magic + 2) != (LEV_WIRE_MAGIC & 0xffff) ||
	    beat.version != LEV_WIRE_VERSION || beat.type != LEV_WIRE_BEAT ||
	    beat.node < 1 || beat.node > LEV_NODE_ID_MAX || beat.side >= __LEV_SIDE_MAX)
		return;
	f->kind = LEV_FRAME_BEAT;
	f->cluster = get16((uint8_t *)&beat.cluster);
	f->node = beat.node;
	f->side = beat.side;
}

void lev_frame_read(const uint8_t *data, size_t len, struct lev_frame *f)
{
	memset(f, 0, sizeof(*f));
	if (len < HEAD)
		return;
	memcpy(f->dst, data, LEV_MAC_LEN);
	memcpy(f->src, data + 6, LEV_MAC_LEN);
	switch (get16(data + 12)) {
	case TYPE_ARP:
		read_arp(data + HEAD, len - HEAD, f);
		break;
	case TYPE_IP4:
		read_ip4(data + HEAD, len - HEAD, f);
		break;
	case TYPE_IP6:
		read_ip6(data + HEAD, len - HEAD, f);
		break;
	case LEV_WIRE_ETHERTYPE:
		read_beat(data + HEAD, len - HEAD, f);
		break;
	}
}

static uint8_t *put_head(uint8_t *buf, const uint8_t *to, const uint8_t *from, uint16_t type)
{
	memcpy(buf, to, LEV_MAC_LEN);
	memcpy(buf + 6, from, LEV_MAC_LEN);
	put16(buf + 12, type);
	return buf + HEAD;
}

static size_t ask_arp(uint8_t *buf, const uint8_t *from, const struct lev_ip *sender,
		      const struct lev_ip *target)
{
	static const uint8_t all[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	static const uint8_t head[] = { 0, 1, 8, 0, 6, 4, 0, ARP_REQUEST };
	uint8_t *p = put_head(buf, all, from, TYPE_ARP);

	memset(p, 0, ARP_LEN);
	memcpy(p, head, sizeof(head));
	memcpy(p + 8, from, LEV_MAC_LEN);
	if (sender)
		memcpy(p + 14, sender->b, 4);
	memcpy(p + 24, target->b, 4);
	return HEAD + ARP_LEN;
}

static uint8_t *put_ip6(uint8_t *p, size_t payload, const uint8_t *sender, const uint8_t *target)
{
	memset(p, 0, IP6_LEN);
	p[0] = 0x60;
	put16(p + 4, payload);
	p[6] = ICMP6;
	p[7] = 255;
	if (sender)
		memcpy(p + 8, sender, 16);
	memcpy(p + 24, target, 16);
	return p + IP6_LEN;
}

/* Behind its header; the checksum field is zero. */
static void sum_icmp6(uint8_t *icmp, size_t len)
{
	const uint8_t *ip = icmp - IP6_LEN;

	put16(icmp + 2, fold(sum16(icmp, len, sum16(ip + 8, 32, len + ICMP6))));
}

/* To the group of those whose address ends like the target's (RFC 4291, 2.7.1). */
static size_t ask_nd(uint8_t *buf, const uint8_t *from, const struct lev_ip *sender,
		     const struct lev_ip *target)
{
	uint8_t group[16] = { 0xff, 0x02, [11] = 1, 0xff }, to[] = { 0x33, 0x33, 0xff, 0, 0, 0 };
	size_t len = ND_LEN + (sender ? ND_OPTION : 0);
	uint8_t *p;

	memcpy(group + 13, target->b + 13, 3);
	memcpy(to + 3, target->b + 13, 3);
	p = put_head(buf, to, from, TYPE_IP6);
	p = put_ip6(p, len, sender ? sender->b : NULL, group);
	memset(p, 0, len);
	p[0] = ND_SOLICIT;
	memcpy(p + 8, target->b, 16);
	if (sender) {
		p[ND_LEN] = SOURCE_MAC;
		p[ND_LEN + 1] = 1;
		memcpy(p + ND_LEN + 2, from, LEV_MAC_LEN);
	}
	sum_icmp6(p, len);
	return HEAD + IP6_LEN + len;
}

size_t lev_frame_ask(uint8_t *buf, const uint8_t *from, const struct lev_ip *sender,
		     const struct lev_ip *target)
{
	return target->len == 4 ? ask_arp(buf, from, sender, target) :
	       ask_nd(buf, from, sender, target);
}

static uint8_t *put_ip4(uint8_t *p, size_t size, const uint8_t *sender, const uint8_t *target)
{
	memset(p, 0, IP4_LEN);
	p[0] = 0x45;
	put16(p + 2, size);
	p[6] = 0x40;	/* do not fragment */
	p[8] = 64;
	p[9] = ICMP4;
	memcpy(p + 12, sender, 4);
	memcpy(p + 16, target, 4);
	put16(p + 10, fold(sum16(p, IP4_LEN, 0)));
	return p + IP4_LEN;
}

size_t lev_frame_ping(uint8_t *buf, const struct lev_ping *ping)
{
	bool is4 = ping->target->len == 4;
	size_t head = is4 ? IP4_LEN : IP6_LEN, size = ping->size;
	uint8_t *p = put_head(buf, ping->to, ping->from, is4 ? TYPE_IP4 : TYPE_IP6);

	if (size < head + ECHO_LEN)
		size = head + ECHO_LEN;
	if (size > LEV_FRAME_MAX - HEAD)
		size = LEV_FRAME_MAX - HEAD;
	p = is4 ? put_ip4(p, size, ping->sender->b, ping->target->b) :
	    put_ip6(p, size - head, ping->sender->b, ping->target->b);
	memset(p, 0, size - head);
	p[0] = is4 ? ECHO4_REQUEST : ECHO6_REQUEST;
	put16(p + 4, ping->id);
	put16(p + 6, ping->sequence);
	if (is4)
		put16(p + 2, fold(sum16(p, size - head, 0)));
	else
		sum_icmp6(p, size - head);
	return HEAD + size;
}

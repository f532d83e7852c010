// SPDX-License-Identifier: GPL-2.0
/*
 * Spoils frames (see mutate.h). Owns nothing.
 */
#include <stdbool.h>
#include <string.h>

#include "mutate.h"

#define ETH		14
#define IP4		20
#define IP6		40
#define EXTENSION	8
#define TCP		6
#define UDP		17
#define FRAGMENT	44
#define IDS		48	/* so few identifications that fragments meet */

/* Mostly numbers that mean something to a parser. */
static const uint8_t telling[] = { 0, 1, 4, 5, 6, 8, 9, 11, 17, 41, 43, 44, 47, 50, 51, 58, 59,
				   60, 89, 132, 135, 136, 0x45, 0x4f, 0x60, 0x7f, 0x80, 0xfe,
				   0xff };
static const uint8_t extensions[] = { 0, 43, 44, 51, 60, 135 };
static const uint16_t ethertypes[] = { 0x0800, 0x86dd, 0x0806, 0x88b5, 0x8100, 0x8847, 0x0026 };

/* splitmix64, by Sebastiano Vigna (public domain) */
static uint64_t next(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

static unsigned int rnd(uint64_t *seed, unsigned int below)
{
	return (unsigned int)((next(seed) >> 32) * below >> 32);
}

static uint8_t telling_byte(uint64_t *seed)
{
	return rnd(seed, 2) ? telling[rnd(seed, sizeof(telling))] : (uint8_t)next(seed);
}

static void put16(uint8_t *at, unsigned int value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static unsigned int get16(const uint8_t *at)
{
	return at[0] << 8 | at[1];
}

static void fill(uint8_t *at, unsigned int n, uint64_t *seed)
{
	while (n--)
		*at++ = (uint8_t)next(seed);
}

static bool has_ports(uint8_t proto)
{
	return proto == TCP || proto == UDP;
}

/* Room for @n bytes at @at, by moving what is behind; the frame's end may be lost. */
static void insert(struct frame *f, unsigned int at, unsigned int n)
{
	if (at + n > FRAME_MAX)
		n = FRAME_MAX - at;
	if (f->len + n > FRAME_MAX)
		f->len = FRAME_MAX - n;
	memmove(f->data + at + n, f->data + at, f->len > at ? f->len - at : 0);
	f->len += n;
}

/* A length near what is right, or not at all. */
static unsigned int near(unsigned int right, uint64_t *seed)
{
	switch (rnd(seed, 4)) {
	case 0:
		return right + rnd(seed, 17) - 8;
	case 1:
		return rnd(seed, 48);
	case 2:
		return right ? rnd(seed, right) : 0;
	default:
		return rnd(seed, 65536);
	}
}

/* Offset and more-fragments, as IPv6 has them in one field. */
static unsigned int place(uint64_t *seed)
{
	switch (rnd(seed, 4)) {
	case 0:
		return 1;				/* the first one */
	case 1:
		return rnd(seed, 16) << 3 | 1;		/* overlaps its neighbours */
	case 2:
		return rnd(seed, 8192) << 3 | 1;	/* one of a train without end */
	default:
		return rnd(seed, 65536);
	}
}

/* IPv4 */

static void sum4(uint8_t *ip, unsigned int have)
{
	unsigned int n = (ip[0] & 0xf) * 4, i;
	uint32_t sum = 0;

	if (n < IP4 || n > have)
		return;
	put16(ip + 10, 0);
	for (i = 0; i < n; i += 2)
		sum += get16(ip + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	put16(ip + 10, ~sum & 0xffff);
}

static void vary4(uint8_t *ip, uint64_t *seed)
{
	if (rnd(seed, 4))
		ip[15] = (uint8_t)next(seed);
	else
		fill(ip + 12, 4, seed);
	put16(ip + 4, rnd(seed, IDS));
	if (has_ports(ip[9]))
		fill(ip + IP4, 2, seed);
}

static void options4(struct frame *f, uint64_t *seed)
{
	unsigned int n = 1 + rnd(seed, 10);
	uint8_t *ip = f->data + ETH;

	insert(f, ETH + IP4, n * 4);
	fill(ip + IP4, n * 4, seed);
	ip[0] = (uint8_t)(0x45 + n);
	put16(ip + 2, get16(ip + 2) + n * 4);
}

static void break4(struct frame *f, uint64_t *seed)
{
	uint8_t *ip = f->data + ETH;
	unsigned int field;

	switch (rnd(seed, 8)) {
	case 0:
		ip[0] = (uint8_t)(0x40 | rnd(seed, 16));
		break;
	case 1:
		put16(ip + 2, near(get16(ip + 2), seed));
		break;
	case 2:
		ip[9] = telling_byte(seed);
		break;
	case 3:
		ip[8] = (uint8_t)rnd(seed, 3);
		break;
	case 4:
		ip[0] = telling_byte(seed);
		break;
	case 5:
		options4(f, seed);
		break;
	default:
		field = place(seed);
		put16(ip + 6, field >> 3 | (field & 1) << 13);
	}
}

/* IPv6 */

static void vary6(uint8_t *ip, uint64_t *seed)
{
	if (rnd(seed, 4))
		fill(ip + 22, 2, seed);
	else
		fill(ip + 10, 14, seed);
	if (ip[6] == FRAGMENT)
		put16(ip + IP6 + 6, rnd(seed, IDS));
	else if (has_ports(ip[6]))
		fill(ip + IP6, 2, seed);
}

/* One more extension header, before those that are there. */
static void extend6(struct frame *f, uint8_t type, uint64_t *seed)
{
	uint8_t *ip = f->data + ETH, *header = ip + IP6;

	insert(f, ETH + IP6, EXTENSION);
	memset(header, 0, EXTENSION);
	header[0] = ip[6];
	ip[6] = type;
	if (type == FRAGMENT) {
		put16(header + 2, rnd(seed, 8) ? place(seed) : 0);
		put16(header + 6, rnd(seed, IDS));
	} else {
		header[1] = rnd(seed, 16) ? 0 : (uint8_t)next(seed);
		if (rnd(seed, 8))
			header[2] = 1, header[3] = 4;	/* padding, as it should be */
		else
			fill(header + 2, 6, seed);
	}
	put16(ip + 4, get16(ip + 4) + EXTENSION);
}

static void extensions6(struct frame *f, uint64_t *seed)
{
	unsigned int n = rnd(seed, 4) ? 1 + rnd(seed, 3) : 1 + rnd(seed, 40);

	while (n--)
		extend6(f, extensions[rnd(seed, sizeof(extensions))], seed);
}

static void break6(struct frame *f, uint64_t *seed)
{
	uint8_t *ip = f->data + ETH;

	switch (rnd(seed, 8)) {
	case 0:
		put16(ip + 4, near(get16(ip + 4), seed));
		break;
	case 1:
		ip[6] = telling_byte(seed);
		break;
	case 2:
		ip[7] = (uint8_t)rnd(seed, 3);
		break;
	case 3:
		ip[0] = telling_byte(seed);
		break;
	case 4:
	case 5:
		extend6(f, FRAGMENT, seed);
		break;
	default:
		extensions6(f, seed);
	}
}

/* Any */

static void tag(struct frame *f, uint64_t *seed)
{
	insert(f, 12, 4);
	put16(f->data + 12, rnd(seed, 4) ? 0x8100 : 0x88a8);
	put16(f->data + 14, rnd(seed, 2) ? 0 : rnd(seed, 65536));
}

static void break_any(struct frame *f, uint64_t *seed)
{
	unsigned int n = 1 + rnd(seed, 8), size;

	switch (rnd(seed, 16)) {
	case 0:
		tag(f, seed);
		break;
	case 1:
		put16(f->data + 12, ethertypes[rnd(seed, sizeof(ethertypes) / 2)]);
		break;
	case 2:
		f->len = FRAME_MIN + rnd(seed, FRAME_MAX - FRAME_MIN + 1);
		fill(f->data + ETH, f->len - ETH, seed);
		break;
	case 3 ... 6:
		f->len = FRAME_MIN + rnd(seed, f->len - FRAME_MIN + 1);
		break;
	case 7 ... 8:
		size = f->len + rnd(seed, FRAME_MAX - f->len + 1);
		fill(f->data + f->len, size - f->len, seed);
		f->len = size;
		break;
	case 9 ... 11:
		while (n-- && f->len > ETH)
			f->data[ETH + rnd(seed, f->len - ETH)] ^= 1 << rnd(seed, 8);
		break;
	default:
		if (f->len > ETH)
			f->data[ETH + rnd(seed, f->len - ETH)] = telling_byte(seed);
	}
}

/* A leveler's own frame: its number, 8 bytes, is a later one. */
static void vary_wire(uint8_t *wire, uint64_t *seed)
{
	put16(wire + 22, get16(wire + 22) + rnd(seed, 1000));
}

/* The IPv4 header is behind a tag, if there is one. */
static void sum(struct frame *f)
{
	unsigned int at = 12;

	if (get16(f->data + at) == 0x8100)
		at += 4;
	at += 2;
	if (f->len >= at + IP4 && get16(f->data + at - 2) == 0x0800)
		sum4(f->data + at, f->len - at);
}

void mutate(struct frame *f, uint64_t *seed)
{
	unsigned int type = get16(f->data + 12), wrong = rnd(seed, 4);

	if (type == 0x0800)
		vary4(f->data + ETH, seed);
	else if (type == 0x86dd)
		vary6(f->data + ETH, seed);
	else if (type == 0x88b5)
		vary_wire(f->data + ETH, seed);
	while (wrong--) {
		if (type == 0x0800 && rnd(seed, 4))
			break4(f, seed);
		else if (type == 0x86dd && rnd(seed, 4))
			break6(f, seed);
		else
			break_any(f, seed);
	}
	if (rnd(seed, 16))
		sum(f);
}

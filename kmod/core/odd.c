// SPDX-License-Identifier: GPL-2.0
/*
 * What Linux as a router refuses (see odd.h). Owns no state; called by kmod/forward.c in softirq.
 */
#include "odd.h"

#define IP4_HEADER	20
#define IP4_END		0
#define IP4_NOOP	1
#define IP4_ROUTE	7	/* record of route */
#define IP4_TIME	68	/* record of time */
#define IP4_TIME_ADDR	1	/* with addresses */
#define IP4_TIME_ASKED	3	/* of those addresses that are given */
#define IP4_LOOSE	131	/* source routes */
#define IP4_STRICT	137
#define IP4_CIPSO	134
#define IP4_ALERT	148

#define IP6_HEADER	40
#define IP6_UNIT	8	/* of an extension header's length */
#define IP6_PAD_MAX	7
#define IP6_OPTIONS_MAX	8	/* net.ipv6.max_hbh_opts_number, unless set */
#define IP6_PAD1	0
#define IP6_PADN	1
#define IP6_ALERT	0x05
#define IP6_CALIPSO	0x07
#define IP6_IOAM	0x31
#define IP6_JUMBO	0xc2
#define IP6_NO_SKIP	0xc0	/* any of these bits: who does not know it drops the packet */

/* The third byte points to where the next @size bytes go, counted from 1; beyond it: it is full. */
static bool pointer_wrong(const u8 *option, unsigned int first, unsigned int size)
{
	unsigned int len = option[1], at = option[2];

	return at < first || (at <= len && at + size - 1 > len);
}

static bool time_wrong(const u8 *option)
{
	unsigned int kind = option[3] & 0xf, missed = option[3] >> 4;
	bool with_addr = kind == IP4_TIME_ADDR || kind == IP4_TIME_ASKED;

	if (pointer_wrong(option, 5, with_addr ? 8 : 4))
		return true;
	/* Those that found it full are counted in four bits. */
	return option[2] > option[1] && kind != IP4_TIME_ASKED && missed == 15;
}

/* @seen: a bit for each kind that may be there once only */
static bool option4_wrong(const u8 *option, unsigned int *seen)
{
	unsigned int had = *seen;

	switch (option[0]) {
	case IP4_ROUTE:
		*seen |= BIT(0);
		return (had & BIT(0)) || option[1] < 3 || pointer_wrong(option, 4, 4);
	case IP4_TIME:
		*seen |= BIT(1);
		return (had & BIT(1)) || option[1] < 4 || time_wrong(option);
	case IP4_ALERT:
		return option[1] < 4;
	case IP4_LOOSE:
	case IP4_STRICT:
	case IP4_CIPSO:
		return true;
	default:
		return false;
	}
}

static bool options4_wrong(const u8 *option, size_t len)
{
	unsigned int seen = 0;

	while (len && option[0] != IP4_END) {
		size_t size = 1;

		if (option[0] != IP4_NOOP) {
			if (len < 2 || option[1] < 2 || option[1] > len ||
			    option4_wrong(option, &seen))
				return true;
			size = option[1];
		}
		option += size;
		len -= size;
	}
	return false;
}

bool lev_odd_refused4(const u8 *data)
{
	u32 source = get_unaligned_be32(data + 12);

	return source == 0 || source == U32_MAX || source >> 24 == 127 || source >> 28 == 14 ||
	       options4_wrong(data + IP4_HEADER, (data[0] & 0xf) * 4 - IP4_HEADER);
}

/* PadN: what is padded must be zeroes. */
static bool padding_wrong(const u8 *option)
{
	size_t i;

	for (i = 0; i < option[1]; i++)
		if (option[2 + i])
			return true;
	return false;
}

/* @at: place of the option in the packet, which is aligned to that */
static bool option6_wrong(const u8 *data, size_t at, size_t total)
{
	const u8 *option = data + at;

	switch (option[0]) {
	case IP6_ALERT:
		return option[1] != 2;
	case IP6_IOAM:
		return at % 4 != 0;
	case IP6_JUMBO:
		return option[1] != 4 || at % 4 != 2 || get_unaligned_be16(data + 4) ||
		       total <= IP6_HEADER + U16_MAX ||
		       get_unaligned_be32(option + 2) != total - IP6_HEADER;
	case IP6_CALIPSO:
		return true;
	default:
		return (option[0] & IP6_NO_SKIP) != 0;
	}
}

/* Bytes of the option at @at; 0 if it does not end before @end. */
static size_t option6_size(const u8 *data, size_t at, size_t end)
{
	if (data[at] == IP6_PAD1)
		return 1;
	if (end - at < 2 || data[at + 1] + 2U > end - at)
		return 0;
	return data[at + 1] + 2;
}

/* The options from @at to @end. */
static bool options6_wrong(const u8 *data, size_t at, size_t end, size_t total)
{
	unsigned int padded = 0, count = 0;
	size_t size;

	for (; at < end; at += size) {
		size = option6_size(data, at, end);
		if (!size)
			return true;
		if (data[at] > IP6_PADN) {
			if (++count > IP6_OPTIONS_MAX || option6_wrong(data, at, total))
				return true;
			padded = 0;
			continue;
		}
		padded += size;
		if (padded > IP6_PAD_MAX || (data[at] == IP6_PADN && padding_wrong(data + at)))
			return true;
	}
	return false;
}

static bool hop_by_hop_wrong(const u8 *data, size_t len, size_t total)
{
	size_t at = IP6_HEADER, have = min_t(size_t, len, total), end;

	if (at + IP6_UNIT > have)
		return true;
	end = at + (data[at + 1] + 1) * IP6_UNIT;
	return end > have || options6_wrong(data, at + 2, end, total);
}

static bool source6_wrong(const u8 *source, bool one_link)
{
	static const u8 none[15];

	/* ::, ::1 */
	if (!memcmp(source, none, sizeof(none)) && source[15] <= 1)
		return true;
	if (source[0] == 0xff)
		return true;
	return !one_link && source[0] == 0xfe && source[1] >> 6 == 2;
}

bool lev_odd_refused6(const u8 *data, size_t len, size_t total, bool one_link)
{
	return source6_wrong(data + 8, one_link) ||
	       (data[6] == IPPROTO_HOPOPTS && hop_by_hop_wrong(data, len, total));
}

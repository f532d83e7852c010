/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets for the tests of core/flow: written as hex digits, and parsed from memory that ends
 * where the packet ends, so that the sanitizer sees a read beyond.
 */
#ifndef _LEV_SELFTESTS_PACKET_H
#define _LEV_SELFTESTS_PACKET_H

#include "unit.h"
#include "core/flow.h"

#define MAX_PACKET	400

#define A4	"0a000001 0a0001c8 "			/* 10.0.0.1 10.0.1.200 */
#define A6	"20010db8000000000000000000000001 20010db80000000000000000000000c8 "
#define PORTS	"3039 0050 "				/* 12345 80 */

static const siphash_key_t key = { { 0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL } };

static inline size_t from_hex(const char *hex, u8 *out)
{
	size_t n = 0;

	for (; *hex; hex++) {
		char pair[3] = { hex[0], hex[1] };

		if (*hex == ' ')
			continue;
		assert_true(n < MAX_PACKET);
		out[n++] = (u8)strtoul(pair, NULL, 16);
		hex++;
	}
	return n;
}

static inline u8 *exact_copy(const u8 *data, size_t len)
{
	u8 *exact = malloc(len ? len : 1);

	assert_non_null(exact);
	memcpy(exact, data, len);
	return exact;
}

static inline int parse(bool six, const u8 *data, size_t len, size_t total,
			struct lev_flow *flow)
{
	u8 *exact = exact_copy(data, len);
	int ret;

	/* A field that is not written shows. */
	memset(flow, 0xa5, sizeof(*flow));
	ret = (six ? lev_flow_parse6 : lev_flow_parse4)(exact, len, total, flow);
	free(exact);
	return ret;
}

static inline int parse_error(bool six, const u8 *data, size_t len,
			      const struct lev_flow *outer, struct lev_flow *inner)
{
	u8 *exact = exact_copy(data, len);
	int ret;

	memset(inner, 0xa5, sizeof(*inner));
	ret = (six ? lev_flow_parse_error6 : lev_flow_parse_error4)(exact, len, outer, inner);
	free(exact);
	return ret;
}

#endif /* _LEV_SELFTESTS_PACKET_H */

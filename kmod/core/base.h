/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What kmod/core/ needs of its surroundings: in the kernel its own headers, elsewhere
 * selftests/unit/kernel.h, which gives the same names to a user-space build. The one
 * address type lives here too.
 */
#ifndef _LEV_CORE_BASE_H
#define _LEV_CORE_BASE_H

#ifdef __KERNEL__
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/siphash.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/types.h>
#include "../compat_unaligned.h"
#else
#include "kernel.h"
#endif

#include <uapi/linux/leveler.h>

#define LEV_NSEC_PER_MSEC	1000000ULL

/**
 * struct lev_addr - an IPv4 or IPv6 address
 * @b: network order; an IPv4 address is held as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2), so
 *     that one comparison and one hash serve both families
 */
struct lev_addr {
	u8 b[16];
};

static inline bool lev_addr_is4(const struct lev_addr *a)
{
	static const u8 mapped[12] = { [10] = 0xff, [11] = 0xff };

	return !memcmp(a->b, mapped, sizeof(mapped));
}

static inline void lev_addr_set4(struct lev_addr *a, const void *be32)
{
	memset(a->b, 0, 10);
	a->b[10] = 0xff;
	a->b[11] = 0xff;
	memcpy(a->b + 12, be32, 4);
}

static inline int lev_addr_cmp(const struct lev_addr *a, const struct lev_addr *b)
{
	return memcmp(a->b, b->b, sizeof(a->b));
}

/* Each packet is compared with services: by words, and in line. */
static inline bool lev_addr_eq(const struct lev_addr *a, const struct lev_addr *b)
{
	u64 x[2], y[2];

	memcpy(x, a->b, sizeof(x));
	memcpy(y, b->b, sizeof(y));
	return !((x[0] ^ y[0]) | (x[1] ^ y[1]));
}

/* The bit that stands for a node in a set of nodes. */
static inline u64 lev_node_bit(unsigned int id)
{
	return id ? 1ULL << (id - 1) : 0;
}

#endif /* _LEV_CORE_BASE_H */

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

/*
 * What follows is done for each packet, so by words and in line: some architectures' kernels call
 * memcpy() and memcmp() of however few bytes.
 */

/* One half of an address, 0 or 1: to compare, to copy, or to look up here. */
static __always_inline u64 lev_addr_half(const struct lev_addr *a, unsigned int half)
{
	return get_unaligned_le64(a->b + half * sizeof(u64));
}

static __always_inline bool lev_addr_eq(const struct lev_addr *a, const struct lev_addr *b)
{
	return lev_addr_half(a, 0) == lev_addr_half(b, 0) &&
	       lev_addr_half(a, 1) == lev_addr_half(b, 1);
}

static __always_inline bool lev_addr_is4(const struct lev_addr *a)
{
	return !lev_addr_half(a, 0) && get_unaligned_be32(a->b + 8) == 0xffff;
}

static __always_inline void lev_addr_set4(struct lev_addr *a, const void *be32)
{
	put_unaligned_le64(0, a->b);
	/* One word, as it is read: two halves would be waited for. */
	put_unaligned_le64((u64)get_unaligned_le32(be32) << 32 | 0xffff0000, a->b + 8);
}

static __always_inline void lev_addr_set6(struct lev_addr *a, const void *be128)
{
	put_unaligned_le64(get_unaligned_le64(be128), a->b);
	put_unaligned_le64(get_unaligned_le64((const u8 *)be128 + sizeof(u64)), a->b + sizeof(u64));
}

static inline int lev_addr_cmp(const struct lev_addr *a, const struct lev_addr *b)
{
	return memcmp(a->b, b->b, sizeof(a->b));
}

/* The bit that stands for a node in a set of nodes. */
static inline u64 lev_node_bit(unsigned int id)
{
	return id ? 1ULL << (id - 1) : 0;
}

#endif /* _LEV_CORE_BASE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The names of the kernel that kmod/core/ uses, for a build in user space: unit tests,
 * simulator, fuzzers. Included by kmod/core/base.h where __KERNEL__ is not defined. Each
 * gives the kernel's result, bit for bit; none is made for speed.
 */
#ifndef _LEV_SELFTESTS_KERNEL_H
#define _LEV_SELFTESTS_KERNEL_H

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <linux/if_ether.h>
#include <linux/types.h>
#include <netinet/in.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;

#define U8_MAX		((u8)~0U)
#define U16_MAX		((u16)~0U)
#define U32_MAX		((u32)~0U)
#define U64_MAX		((u64)~0ULL)
#define S32_MAX		((s32)(U32_MAX >> 1))
#define S64_MAX		((s64)(U64_MAX >> 1))
#define S64_MIN		((s64)(-S64_MAX - 1))

#define BIT(nr)		(1UL << (nr))
#define BIT_ULL(nr)	(1ULL << (nr))
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define BUILD_BUG_ON(c)	static_assert(!(c), "BUILD_BUG_ON: " #c)

#define __force
#define __packed	__attribute__((__packed__))
#define __aligned(x)	__attribute__((__aligned__(x)))
#define __maybe_unused	__attribute__((__unused__))
#define __noreturn	__attribute__((__noreturn__))
#define fallthrough	__attribute__((__fallthrough__))
#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)

#define READ_ONCE(x)	(*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v)						\
do {									\
	*(volatile __typeof__(x) *)&(x) = (v);				\
} while (0)

/* Not weaker than the kernel's: acquire orders more than reads. */
#define smp_rmb()	__atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_wmb()	__atomic_thread_fence(__ATOMIC_RELEASE)
#define smp_load_acquire(p)	__atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, v)	__atomic_store_n(p, v, __ATOMIC_RELEASE)
/* Returns what was there: @from if it did change it. */
#define cmpxchg64(p, from, to)						\
({									\
	__typeof__(*(p)) _was = (from);					\
									\
	__atomic_compare_exchange_n(p, &_was, to, false,		\
				    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);	\
	_was;								\
})

/* As in the kernel, both sides of min() and max() must be of one type. */
#define min(a, b)							\
({									\
	__typeof__(a) _min_a = (a);					\
	__typeof__(b) _min_b = (b);					\
	(void)(&_min_a == &_min_b);					\
	_min_a < _min_b ? _min_a : _min_b;				\
})
#define max(a, b)							\
({									\
	__typeof__(a) _max_a = (a);					\
	__typeof__(b) _max_b = (b);					\
	(void)(&_max_a == &_max_b);					\
	_max_a > _max_b ? _max_a : _max_b;				\
})
#define min_t(type, a, b)						\
({									\
	type _mint_a = (a), _mint_b = (b);				\
	_mint_a < _mint_b ? _mint_a : _mint_b;				\
})
#define max_t(type, a, b)						\
({									\
	type _maxt_a = (a), _maxt_b = (b);				\
	_maxt_a > _maxt_b ? _maxt_a : _maxt_b;				\
})
#define min3(a, b, c)		min(min(a, b), c)
#define max3(a, b, c)		max(max(a, b), c)
#define clamp(v, lo, hi)	min(max(v, lo), hi)
#define clamp_t(type, v, lo, hi) min_t(type, max_t(type, v, lo), hi)
#define swap(a, b)							\
do {									\
	__typeof__(a) _swap = (a);					\
	(a) = (b);							\
	(b) = _swap;							\
} while (0)

#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))

#define container_of(ptr, type, member)					\
	((type *)((char *)(ptr) - offsetof(type, member)))

/* Bytes: the same on every architecture, so they are put together by hand. */
static inline u64 lev_get_be(const void *p, unsigned int n)
{
	const u8 *b = p;
	u64 v = 0;

	while (n--)
		v = v << 8 | *b++;
	return v;
}

static inline void lev_put_be(u64 v, void *p, unsigned int n)
{
	u8 *b = p;

	while (n--) {
		b[n] = (u8)v;
		v >>= 8;
	}
}

static inline u64 lev_get_le(const void *p, unsigned int n)
{
	const u8 *b = p;
	u64 v = 0;

	while (n--)
		v = v << 8 | b[n];
	return v;
}

static inline void lev_put_le(u64 v, void *p, unsigned int n)
{
	u8 *b = p;

	while (n--) {
		*b++ = (u8)v;
		v >>= 8;
	}
}

#define LEV_BYTE_ORDER(bits, bytes, order)				\
static inline u##bits get_unaligned_##order##bits(const void *p)	\
{									\
	return (u##bits)lev_get_##order(p, bytes);			\
}									\
static inline void put_unaligned_##order##bits(u##bits v, void *p)	\
{									\
	lev_put_##order(v, p, bytes);					\
}									\
static inline __##order##bits cpu_to_##order##bits(u##bits v)		\
{									\
	__##order##bits r;						\
									\
	lev_put_##order(v, &r, bytes);					\
	return r;							\
}									\
static inline u##bits order##bits##_to_cpu(__##order##bits v)		\
{									\
	return (u##bits)lev_get_##order(&v, bytes);			\
}

LEV_BYTE_ORDER(16, 2, be)
LEV_BYTE_ORDER(32, 4, be)
LEV_BYTE_ORDER(64, 8, be)
LEV_BYTE_ORDER(16, 2, le)
LEV_BYTE_ORDER(32, 4, le)
LEV_BYTE_ORDER(64, 8, le)

#undef LEV_BYTE_ORDER

static inline u64 div64_u64(u64 n, u64 d)
{
	return n / d;
}

static inline u64 div64_u64_rem(u64 n, u64 d, u64 *rem)
{
	*rem = n % d;
	return n / d;
}

static inline s64 div64_s64(s64 n, s64 d)
{
	return n / d;
}

static inline u64 div_u64(u64 n, u32 d)
{
	return n / d;
}

static inline u64 div_u64_rem(u64 n, u32 d, u32 *rem)
{
	*rem = (u32)(n % d);
	return n / d;
}

static inline s64 div_s64(s64 n, s32 d)
{
	return n / d;
}

static inline u64 mul_u64_u64_div_u64(u64 a, u64 mul, u64 d)
{
	return (u64)((unsigned __int128)a * mul / d);
}

static inline unsigned int hweight64(u64 v)
{
	return (unsigned int)__builtin_popcountll(v);
}

/* Number of the lowest bit; the caller knows that there is one. */
static inline unsigned int __ffs64(u64 v)
{
	return (unsigned int)__builtin_ctzll(v);
}

/* Number of the highest bit, from 1; 0 if there is none. */
static inline int fls64(u64 v)
{
	return v ? 64 - __builtin_clzll(v) : 0;
}

static inline void sort(void *base, size_t num, size_t size,
			int (*cmp)(const void *, const void *),
			void (*swap_func)(void *, void *, int))
{
	(void)swap_func;
	if (num)
		qsort(base, num, size, cmp);
}

static inline ssize_t strscpy(char *dst, const char *src, size_t size)
{
	size_t len = strnlen(src, size);

	if (!size)
		return -E2BIG;
	if (len < size) {
		memcpy(dst, src, len + 1);
		return (ssize_t)len;
	}
	memcpy(dst, src, size - 1);
	dst[size - 1] = '\0';
	return -E2BIG;
}

typedef struct {
	u64 key[2];
} siphash_key_t;

static inline u64 rol64(u64 v, unsigned int n)
{
	return v << n | v >> (64 - n);
}

static inline void lev_sip_rounds(u64 v[4], unsigned int n)
{
	while (n--) {
		v[0] += v[1];
		v[2] += v[3];
		v[1] = rol64(v[1], 13) ^ v[0];
		v[3] = rol64(v[3], 16) ^ v[2];
		v[0] = rol64(v[0], 32) + v[3];
		v[2] += v[1];
		v[3] = rol64(v[3], 21) ^ v[0];
		v[1] = rol64(v[1], 17) ^ v[2];
		v[2] = rol64(v[2], 32);
	}
}

/* SipHash (Aumasson, Bernstein 2012) with @each rounds for a word and @last ones at the end. */
static inline u64 lev_siphash(const void *data, size_t len, const siphash_key_t *key,
			      unsigned int each, unsigned int last)
{
	u64 v[4] = {
		key->key[0] ^ 0x736f6d6570736575ULL,
		key->key[1] ^ 0x646f72616e646f6dULL,
		key->key[0] ^ 0x6c7967656e657261ULL,
		key->key[1] ^ 0x7465646279746573ULL,
	};
	const u8 *b = data;
	size_t left = len;
	u64 word;

	for (; left >= 8; left -= 8, b += 8) {
		word = lev_get_le(b, 8);
		v[3] ^= word;
		lev_sip_rounds(v, each);
		v[0] ^= word;
	}
	word = (u64)len << 56 | lev_get_le(b, (unsigned int)left);
	v[3] ^= word;
	lev_sip_rounds(v, each);
	v[0] ^= word;
	v[2] ^= 0xff;
	lev_sip_rounds(v, last);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static inline u64 siphash(const void *data, size_t len, const siphash_key_t *key)
{
	return lev_siphash(data, len, key, 2, 4);
}

#endif /* _LEV_SELFTESTS_KERNEL_H */

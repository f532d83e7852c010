/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SipHash-1-3 of a few 64-bit words, in line: the hash of each packet. Pure; called by flow.c, in
 * softirq.
 */
#ifndef _LEV_CORE_SIP_H
#define _LEV_CORE_SIP_H

#include "base.h"

/*
 * SipHash (Aumasson, Bernstein: SipHash: a fast short-input PRF, INDOCRYPT 2012) with one round a
 * word and three at the end, which the kernel's hsiphash() too takes for tables that a sender must
 * not be able to fill unevenly. That is all it is for: no hash goes to a sender, and frames that
 * tell one to other nodes are signed by other means.
 */
struct lev_sip {
	u64 v0, v1, v2, v3;
};

static __always_inline void lev_sip_round(struct lev_sip *s)
{
	s->v0 += s->v1;
	s->v1 = rol64(s->v1, 13) ^ s->v0;
	s->v0 = rol64(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = rol64(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = rol64(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = rol64(s->v1, 17) ^ s->v2;
	s->v2 = rol64(s->v2, 32);
}

static __always_inline struct lev_sip lev_sip_begin(const siphash_key_t *key)
{
	return (struct lev_sip){
		.v0 = 0x736f6d6570736575ULL ^ key->key[0],
		.v1 = 0x646f72616e646f6dULL ^ key->key[1],
		.v2 = 0x6c7967656e657261ULL ^ key->key[0],
		.v3 = 0x7465646279746573ULL ^ key->key[1],
	};
}

/* Eight bytes more, as a little-endian number. */
static __always_inline void lev_sip_add(struct lev_sip *s, u64 word)
{
	s->v3 ^= word;
	lev_sip_round(s);
	s->v0 ^= word;
}

/* Return: the hash; @words: how many were added. */
static __always_inline u64 lev_sip_end(struct lev_sip *s, unsigned int words)
{
	lev_sip_add(s, (u64)words * sizeof(u64) << 56);
	s->v2 ^= 0xff;
	lev_sip_round(s);
	lev_sip_round(s);
	lev_sip_round(s);
	return s->v0 ^ s->v1 ^ s->v2 ^ s->v3;
}

#endif /* _LEV_CORE_SIP_H */

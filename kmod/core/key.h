/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The cluster's key, and how it changes without an interruption: while it does, a node has two,
 * signs with both, and believes either. Pure; the member's part is in member.h, and the signatures
 * themselves are kmod/sign.c's.
 */
#ifndef _LEV_CORE_KEY_H
#define _LEV_CORE_KEY_H

#include "base.h"

/* Whose signatures a frame has, as its receiver finds. */
#define LEV_PROOF_NOW	0x01	/* the first one is by our key */
#define LEV_PROOF_HAS	0x02	/* one is by our key */
#define LEV_PROOF_OLD	0x04	/* one is by our old key */
#define LEV_PROOF_TWO	0x08	/* it has two */
#define LEV_PROOF_WAS	0x10	/* the first one is by our old key */

/**
 * struct lev_key - a secret that the nodes share
 * @len: bytes, 0: no key, so a frame's signature is zeroes
 * @b: the secret
 */
struct lev_key {
	u8 len;
	u8 b[LEV_KEY_MAX];
};

/**
 * struct lev_keyring - the keys of a node
 * @now: signs first
 * @old: the one before it, if @two: signs too
 * @two: the key changes
 */
struct lev_keyring {
	struct lev_key now;
	struct lev_key old;
	bool two;
};

/* Which of two keys stays as the old one when a third one comes. */
enum lev_key_keep {
	LEV_KEY_KEEP_NOW,
	LEV_KEY_KEEP_OLD,
};

/* Compared where no peer can measure how long it takes. */
static inline bool lev_key_same(const struct lev_key *a, const struct lev_key *b)
{
	return a->len == b->len && !memcmp(a->b, b->b, a->len);
}

static inline bool lev_keyring_same(const struct lev_keyring *a, const struct lev_keyring *b)
{
	return lev_key_same(&a->now, &b->now) && a->two == b->two &&
	       (!a->two || lev_key_same(&a->old, &b->old));
}

/**
 * lev_keyring_set() - the admin gives another key
 * @ring: keys; the one that is known to the others stays as the old one
 * @key: the new one; if it is the old one, both change places
 * @keep: lev_key_keep()
 */
void lev_keyring_set(struct lev_keyring *ring, const struct lev_key *key,
		     enum lev_key_keep keep);

/* The old one is given up, or is another one (of no length: none, so no frame without any). */
void lev_keyring_set_old(struct lev_keyring *ring, const struct lev_key *old);

/* Which of the keys before are still there, as the signatures by them: LEV_PROOF_HAS, _OLD. */
u8 lev_keyring_stays(const struct lev_keyring *was, const struct lev_keyring *ring);

#endif /* _LEV_CORE_KEY_H */

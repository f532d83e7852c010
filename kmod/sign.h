/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Signatures of heartbeats, and the keys made from the cluster's secret. Owns the
 * transform in struct lev_cluster: written under RTNL, read under RCU.
 */
#ifndef _LEV_SIGN_H
#define _LEV_SIGN_H

#include "cluster.h"

/**
 * struct lev_signer - what is made from id and secret
 * @hmac: the transform, NULL: no secret
 * @hash_key: key of the digest and of the tables
 */
struct lev_signer {
	struct crypto_shash *hmac;
	siphash_key_t hash_key;
};

/**
 * lev_sign_make() - make transform and hash key
 * @id: of the cluster
 * @key: the secret, or none
 * @signer: filled in; lev_sign_drop() frees it
 *
 * Return: 0 or an error of the crypto layer
 */
int lev_sign_make(u16 id, const struct lev_key *key, struct lev_signer *signer);

/**
 * lev_sign_exchange() - put a signer in the place of the cluster's
 * @c: cluster, not running; RTNL
 * @signer: afterwards the cluster's old one, which nobody uses any more
 */
void lev_sign_exchange(struct lev_cluster *c, struct lev_signer *signer);

/* Frees what lev_sign_make() or lev_sign_exchange() has left there. Context: process. */
void lev_sign_drop(struct lev_signer *signer);

/* Frees the cluster's transform. Context: process. */
void lev_sign_free(struct lev_cluster *c);

/**
 * lev_sign() - write a beat's tag
 * @c: cluster; the caller is in an RCU reader
 * @frame: the beat
 * @len: its length with the tag; zeroes are written if there is no key
 *
 * Return: 0 or an error
 */
int lev_sign(struct lev_cluster *c, u8 *frame, size_t len);

/**
 * lev_sign_right() - check a beat's tag, in constant time
 * @c: cluster; the caller is in an RCU reader
 * @frame: the beat
 * @len: its length with the tag
 *
 * Return: true if it is right; without a key every beat that is not signed is
 */
bool lev_sign_right(struct lev_cluster *c, const u8 *frame, size_t len);

#endif /* _LEV_SIGN_H */

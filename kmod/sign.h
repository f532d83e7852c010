/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Signatures of the frames between nodes, and the keys made from the cluster's secret. Owns
 * lev_cluster.keys and .signers: written under config_mutex, the latter read under RCU. When a
 * change of the key is done is for core/key.c to say.
 */
#ifndef _LEV_SIGN_H
#define _LEV_SIGN_H

#include "cluster.h"

/**
 * struct lev_signing - what is made from keys and a cluster's id
 * @signers: one for each key
 * @hash_key: key of the digest and of the tables
 */
struct lev_signing {
	struct lev_signers *signers;
	siphash_key_t hash_key;
};

/**
 * lev_sign_make() - make signers and hash key
 * @id: of the cluster
 * @keys: one or two; any may be none
 * @signing: filled in; lev_sign_drop() frees it
 *
 * Return: 0 or an error of the crypto layer
 */
int lev_sign_make(u16 id, const struct lev_keyring *keys, struct lev_signing *signing);

/**
 * lev_sign_exchange() - take other keys, and what is made from them, into use
 * @c: cluster, running or not; config_mutex
 * @keys: afterwards the cluster's old ones
 * @signing: likewise; nobody uses them any more. Of a running cluster the hash key must be the same
 */
void lev_sign_exchange(struct lev_cluster *c, struct lev_keyring *keys,
		       struct lev_signing *signing);

/* Frees what lev_sign_make() or lev_sign_exchange() has left there. Context: process. */
void lev_sign_drop(struct lev_signing *signing);

/**
 * lev_sign_drop_old() - the others have the new key: give the old one up
 * @c: cluster; config_mutex
 *
 * Return: whether it was; not, if that does not hold any more, or for want of memory
 */
bool lev_sign_drop_old(struct lev_cluster *c);

/* Frees the transforms, forgets the keys. Context: process. */
void lev_sign_free(struct lev_cluster *c);

/**
 * lev_sign() - write a frame's tags
 * @c: cluster; the caller is in an RCU reader
 * @frame: the frame
 * @len: its length with the tags; zeroes are written if there is no key
 *
 * Return: 0 or an error
 */
int lev_sign(struct lev_cluster *c, u8 *frame, size_t len);

/**
 * lev_sign_proof() - check a frame's tags, in constant time
 * @c: cluster; the caller is in an RCU reader
 * @frame: the frame
 * @len: its length with the tags
 * @hash_key: of a beat: the sender's, if the frame is to be believed; NULL: it is no beat
 *
 * Return: LEV_PROOF_*, whose they are; 0: nobody's, do not believe it
 */
u8 lev_sign_proof(struct lev_cluster *c, const u8 *frame, size_t len, siphash_key_t *hash_key);

/**
 * lev_sign_seal() - hide the hash key in a beat from those without a key of ours
 * @c: cluster; the caller is in an RCU reader
 * @beat: its .seal is made from .hash_key
 */
void lev_sign_seal(struct lev_cluster *c, struct lev_beat *beat);

/**
 * lev_sign_id() - a number that names a key, to compare it with that of other nodes
 * @c: cluster; the caller is in an RCU reader
 * @old: of the old one
 *
 * Return: the same for the same key in any cluster; 0: there is no such key
 */
u32 lev_sign_id(struct lev_cluster *c, bool old);

#endif /* _LEV_SIGN_H */

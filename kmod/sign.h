/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Signatures of heartbeats, and the keys made from the cluster's secret. Owns the
 * transform in struct lev_cluster: written under RTNL, read under RCU.
 */
#ifndef _LEV_SIGN_H
#define _LEV_SIGN_H

#include "cluster.h"

/**
 * lev_sign_setup() - make transform and hash key from id and secret
 * @c: cluster, not running; RTNL
 *
 * Return: 0 or an error of the crypto layer; then nothing has changed
 */
int lev_sign_setup(struct lev_cluster *c);

/* Frees the transform. Context: process. */
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

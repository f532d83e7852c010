/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pace of all frames that tell of moves, or ask whether askers have followed. Owns the pacer.
 * Called by announce.c and follow.c.
 */
#ifndef _LEV_PACE_H
#define _LEV_PACE_H

#include "cluster.h"

/* May such a frame go? If so it is counted. Context: process. */
bool lev_pace_may_send(struct lev_cluster *c);

/* Until one may, in jiffies, from 1. Context: process. */
unsigned long lev_pace_wait(struct lev_cluster *c);

#endif /* _LEV_PACE_H */

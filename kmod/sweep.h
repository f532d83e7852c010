/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sweeper: while a change is remembered it removes pins of idle flows, counts the others,
 * and ends the memory when nobody needs it any more.
 */
#ifndef _LEV_SWEEP_H
#define _LEV_SWEEP_H

#include "cluster.h"

void lev_sweep_init(struct lev_cluster *c);

/* The last reference to the device is gone: nothing runs when this returns. Process context. */
void lev_sweep_stop(struct lev_cluster *c);

#endif /* _LEV_SWEEP_H */

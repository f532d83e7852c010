/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Announcements: when lanes come to us, switches learn where their MAC addresses are, and, where
 * a node answers with its own, the askers in them are told. Switches are told again and again.
 */
#ifndef _LEV_ANNOUNCE_H
#define _LEV_ANNOUNCE_H

#include "cluster.h"

void lev_announce_init(struct lev_cluster *c);

/* Nothing is sent when this returns. Context: process. */
void lev_announce_stop(struct lev_cluster *c);

#endif /* _LEV_ANNOUNCE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Have the askers followed a move? One that was told where its LevIP is now is asked for its own
 * address, in the name of the LevIP. That corrects its entry once more, and its answer is the sign.
 * By Neighbour Discovery that comes where the entry leads; by ARP to who has asked, so it only says
 * that the question has arrived, by which a host corrects its entry.
 */
#ifndef _LEV_FOLLOW_H
#define _LEV_FOLLOW_H

#include "asker.h"
#include "cluster.h"

void lev_follow_init(struct lev_cluster *c);

/* Nothing is sent when this returns. Context: process. */
void lev_follow_stop(struct lev_cluster *c);

/* This asker was told of a move, and will be asked. Context: process, RCU. */
void lev_follow_told(struct lev_cluster *c, const struct lev_asker *asker);

/* A host has answered to a LevIP, so it knows where that is. Context: softirq, RCU. */
void lev_follow_heard(struct lev_port *port, const struct lev_addr *addr,
		      const struct lev_addr *levip);

#endif /* _LEV_FOLLOW_H */

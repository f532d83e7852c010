/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of a cluster (see sim.h) have for each other: sim.c calls node.c, and both call
 * flight.c.
 */
#ifndef _LEV_SELFTESTS_INSIDE_H
#define _LEV_SELFTESTS_INSIDE_H

#include "sim.h"

#define NEVER		U64_MAX

/* flight.c: a frame that somebody had is let go; one is to come at a time; the next that comes. */
void sim_frame_put(struct sim_frame *f);
void sim_push(struct sim *s, u64 at, unsigned int to, struct sim_frame *f);
struct sim_arrival sim_pop(struct sim *s);
/* To all others, by their links. */
void sim_transmit(struct sim *s, unsigned int id, struct sim_frame *f);

/* node.c: a machine that is not started comes, and goes. */
void sim_node_new(struct sim *s, unsigned int id, const struct lev_config *cfg);
void sim_node_free(struct sim_node *n);
/* When it has something to do next, and it does it. */
u64 sim_node_due(const struct sim_node *n);
void sim_node_act(struct sim *s, unsigned int id);

#endif /* _LEV_SELFTESTS_INSIDE_H */

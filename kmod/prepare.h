/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Plans made ready before they are due: to build one takes milliseconds, on each node others, and
 * all are to switch at one time. Called by commit.c, in process context with the config_mutex.
 */
#ifndef _LEV_PREPARE_H
#define _LEV_PREPARE_H

#include "cluster.h"

/**
 * lev_prepare() - have the plan of the switch that comes next, if its time is named, or none
 * @c: cluster; the caller holds its config_mutex
 *
 * Without memory there is none; the switch tries again.
 */
void lev_prepare(struct lev_cluster *c);

/**
 * lev_prepare_plan() - the plan to publish now: what was made ready if it is right, or new
 * @c: cluster; the caller holds its config_mutex, and has a target for each server
 * @cfg: config
 * @digest: of @cfg
 * @word: what is agreed of the servers
 * @old: the plan in force if its flows count, or NULL
 *
 * What was made ready and is not right is freed.
 *
 * Return: the plan, the caller's, or NULL without memory
 */
struct lev_plan *lev_prepare_plan(struct lev_cluster *c, const struct lev_config *cfg, u64 digest,
				  const struct lev_word *word, const struct lev_plan *old);

/* What was made ready is of no use any more. The caller holds the config_mutex. */
void lev_prepare_drop(struct lev_cluster *c);

#endif /* _LEV_PREPARE_H */

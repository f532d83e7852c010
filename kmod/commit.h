/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which config is in force, and how a change becomes so: at once, or when all nodes have
 * it. Called by the control side in process context, with the config_mutex.
 */
#ifndef _LEV_COMMIT_H
#define _LEV_COMMIT_H

#include "cluster.h"

/* The config that the next change builds on. The caller holds the config_mutex. */
const struct lev_config *lev_commit_newest(struct lev_cluster *c);

/* A copy of it to edit, or NULL. Freed with kvfree(), or given to lev_commit(). */
struct lev_config *lev_commit_clone(struct lev_cluster *c);

/**
 * lev_commit() - a valid edited config takes effect, now or when all nodes have it
 * @c: cluster; the caller holds its config_mutex
 * @cfg: taken over, also on failure
 * @number: its version, that lev_member_number() has nothing against; 0: the next one
 *
 * Return: 0 or -ENOMEM; then nothing has changed
 */
int lev_commit(struct lev_cluster *c, struct lev_config *cfg, u32 number);

/**
 * lev_commit_replan() - a new plan for the config in force and the servers agreed to be up
 * @c: cluster; the caller holds its config_mutex
 *
 * Return: 0 or -ENOMEM; then the old plan stays
 */
int lev_commit_replan(struct lev_cluster *c);

/**
 * lev_commit_rekey() - digest and tables are keyed, and the hash key is another
 * @c: cluster; the caller holds its config_mutex
 *
 * A pending change waits on.
 *
 * Return: 0 or -ENOMEM; then nothing has changed
 */
int lev_commit_rekey(struct lev_cluster *c);

void lev_commit_init(struct lev_cluster *c);

#endif /* _LEV_COMMIT_H */

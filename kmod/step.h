/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One step of the member, and what follows from it inside the cluster: lanes, events,
 * timers, work. Called by every entry after it has told the member something.
 */
#ifndef _LEV_STEP_H
#define _LEV_STEP_H

#include "cluster.h"

/**
 * lev_step() - let the member look around
 * @c: cluster; the caller holds its lock
 * @todo: LEV_DO_* that are due already
 */
void lev_step(struct lev_cluster *c, u32 todo);

/**
 * lev_step_start() - the cluster begins to take part
 * @c: cluster; ports are open
 * Context: process, RTNL
 */
void lev_step_start(struct lev_cluster *c);

/**
 * lev_step_stop() - the cluster leaves: nothing is armed when this returns
 * @c: cluster
 * Context: process, RTNL
 */
void lev_step_stop(struct lev_cluster *c);

/**
 * lev_step_changed() - a config was put in force: lanes and beats are of it
 * @c: cluster; the caller holds its lock
 */
void lev_step_changed(struct lev_cluster *c);

/* In lev_cluster.todo beside LEV_DO_*: the devices lack something of ours for want of memory. */
#define LEV_TODO_DEVICES	0x10000

/**
 * lev_step_again() - there was no memory for something on a device: apply_work tries again
 * @c: cluster; the caller does not hold its lock
 */
void lev_step_again(struct lev_cluster *c);

/* Queue apply_work, which holds the device until it has run. */
void lev_step_apply(struct lev_cluster *c);

void lev_step_init(struct lev_cluster *c);

#endif /* _LEV_STEP_H */

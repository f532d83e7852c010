/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a node remembers of changes, told to one that joins: which entries of the pools' tables
 * moved, and from which server. The pins are told by sync.c, in between.
 */
#ifndef _LEV_TEACH_H
#define _LEV_TEACH_H

#include "cluster.h"

struct lev_plan;
struct lev_pool;

/**
 * lev_teach_pool() - tell what is remembered of a pool
 * @c: cluster; the caller holds its config_mutex
 * @plan: in force
 * @pool: of @plan
 *
 * Context: process
 */
void lev_teach_pool(struct lev_cluster *c, const struct lev_plan *plan,
		    const struct lev_pool *pool);

/* All was told, pins too. The caller holds the config_mutex. Context: process. */
void lev_teach_end(struct lev_cluster *c, const struct lev_plan *plan);

/**
 * lev_teach_rx() - another node tells what it remembers
 * @port: where
 * @skb: data behind the Ethernet header
 *
 * Return: whether it was for us, and is done with
 * Context: softirq, RCU
 */
bool lev_teach_rx(struct lev_port *port, struct sk_buff *skb);

#endif /* _LEV_TEACH_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Solicited-node groups (RFC 4291, 2.7.1): who asks for an IPv6 LevIP speaks to one, so front
 * and back must be in those of their LevIPs (RFC 4861, 7.2.1), owners and others alike.
 */
#ifndef _LEV_GROUP_H
#define _LEV_GROUP_H

#include "cluster.h"

/**
 * lev_groups_sync() - be in the groups of the plan's LevIPs, and in no others
 * @c: cluster
 *
 * To be called whenever the plan's addresses, a port's device, or IPv6 on it may have changed.
 *
 * Context: process, RTNL
 */
void lev_groups_sync(struct lev_cluster *c);

/* The port's device goes. Context: process, RTNL. */
void lev_groups_leave(struct lev_port *port);

#endif /* _LEV_GROUP_H */

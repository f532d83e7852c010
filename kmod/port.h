/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Front and back: the lower devices of a cluster, their ingress hooks, their carrier.
 */
#ifndef _LEV_PORT_H
#define _LEV_PORT_H

#include "cluster.h"

void lev_port_init(struct lev_cluster *c);

/**
 * lev_ports_open() - hold and hook the lower devices that are there, if they are not yet
 * @c: cluster, running or not: what comes in for a LevIP is never the kernel's to answer
 *
 * A device that is not there, or goes, is taken up again when one of its name appears.
 *
 * Return: 0 or an error; what could be hooked is hooked all the same
 * Context: process, RTNL
 */
int lev_ports_open(struct lev_cluster *c);

/* Unhook and release them. No hook runs when this returns. Context: process, RTNL. */
void lev_ports_close(struct lev_cluster *c);

int lev_port_notifier_init(void);
void lev_port_notifier_exit(void);

#endif /* _LEV_PORT_H */

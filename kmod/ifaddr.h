/* SPDX-License-Identifier: GPL-2.0 */
/*
 * LevIPs on the device, as /32 and /128, so that they are local and "ip address" shows them.
 */
#ifndef _LEV_IFADDR_H
#define _LEV_IFADDR_H

#include "cluster.h"

/**
 * lev_ifaddr_sync() - put the LevIPs of the config in force on the device, take others off
 * @c: cluster; the caller holds its config_mutex, and not RTNL
 *
 * Touches only addresses that it has put there itself. What there is no memory for is tried again.
 */
void lev_ifaddr_sync(struct lev_cluster *c);

#endif /* _LEV_IFADDR_H */

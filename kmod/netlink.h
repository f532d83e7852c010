/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Registers the generic netlink family.
 */
#ifndef _LEV_NETLINK_H
#define _LEV_NETLINK_H

int lev_netlink_init(void);
void lev_netlink_exit(void);

#endif /* _LEV_NETLINK_H */

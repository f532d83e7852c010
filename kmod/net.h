/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What Leveler has in each network namespace: its list of clusters.
 */
#ifndef _LEV_NET_H
#define _LEV_NET_H

#include "cluster.h"

/**
 * struct lev_net - a namespace's part
 * @clusters: of struct lev_cluster; RCU, written under RTNL
 */
struct lev_net {
	struct list_head clusters;
};

struct lev_net *lev_net(struct net *net);

int lev_net_init(void);
void lev_net_exit(void);

#endif /* _LEV_NET_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * A namespace's list of clusters (see net.h). The clusters of a dying namespace go with
 * its devices, through the link kind's dellink.
 */
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "net.h"

static unsigned int net_id;

struct lev_net *lev_net(struct net *net)
{
	return net_generic(net, net_id);
}

static int __net_init init(struct net *net)
{
	INIT_LIST_HEAD(&lev_net(net)->clusters);
	return 0;
}

static struct pernet_operations ops = {
	.init = init,
	.id = &net_id,
	.size = sizeof(struct lev_net),
};

int lev_net_init(void)
{
	return register_pernet_subsys(&ops);
}

void lev_net_exit(void)
{
	unregister_pernet_subsys(&ops);
}

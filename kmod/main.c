// SPDX-License-Identifier: GPL-2.0
/*
 * Leveler: many front machines behind one address. Only the order of init and exit.
 */
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <leveler_version.h>

#include "cluster.h"
#include "device.h"
#include "net.h"
#include "netlink.h"
#include "param.h"
#include "port.h"
#include "server.h"

struct workqueue_struct *lev_wq;

/* Plans wait for RCU, then for the queue; their targets then wait for RCU again. */
static void finish_work(void)
{
	rcu_barrier();
	destroy_workqueue(lev_wq);
	rcu_barrier();
}

static int __init lev_init(void)
{
	int ret;

	lev_wq = alloc_workqueue("leveler", WQ_UNBOUND | WQ_HIGHPRI, 0);
	if (!lev_wq)
		return -ENOMEM;
	ret = lev_net_init();
	if (ret)
		goto err_wq;
	ret = lev_port_notifier_init();
	if (ret)
		goto err_net;
	ret = lev_server_notifier_init();
	if (ret)
		goto err_port;
	ret = lev_device_init();
	if (ret)
		goto err_server;
	ret = lev_netlink_init();
	if (ret)
		goto err_device;
	ret = lev_param_create();
	if (ret)
		goto err_netlink;
	return 0;

err_netlink:
	lev_netlink_exit();
err_device:
	lev_device_exit();
err_server:
	lev_server_notifier_exit();
err_port:
	lev_port_notifier_exit();
err_net:
	lev_net_exit();
err_wq:
	finish_work();
	return ret;
}

static void __exit lev_exit(void)
{
	lev_netlink_exit();
	lev_device_exit();
	lev_server_notifier_exit();
	lev_port_notifier_exit();
	lev_net_exit();
	finish_work();
}

module_init(lev_init);
module_exit(lev_exit);

MODULE_LICENSE("GPL");
MODULE_VERSION(LEV_VERSION);
MODULE_DESCRIPTION("Leveler: many front machines behind one address");
MODULE_ALIAS_RTNL_LINK(LEV_LINK_KIND);
MODULE_ALIAS_GENL_FAMILY(LEV_GENL_NAME);
MODULE_SOFTDEP("pre: hmac sha256");

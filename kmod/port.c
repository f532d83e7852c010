// SPDX-License-Identifier: GPL-2.0
/*
 * Front and back (see port.h). Owns struct lev_port; written under RTNL, in which the
 * notifier runs too.
 */
#include <linux/if_arp.h>
#include <linux/netfilter_arp.h>
#include <linux/rtnetlink.h>

#include "group.h"
#include "hold.h"
#include "macs.h"
#include "net.h"
#include "port.h"
#include "rx.h"
#include "step.h"

static const u8 group[ETH_ALEN] = LEV_WIRE_GROUP;

/*
 * Joined segments could not be parted again; the kernel's own forwarding does so too. From v6.15 on
 * a device may have a lock of its own, which dev_disable_lro() takes and under which the notifier
 * hears of it: so it is left to a work. That holds the cluster's device.
 */
static void lro_work_fn(struct work_struct *work)
{
	struct lev_cluster *c = container_of(work, struct lev_cluster, lro_work);
	enum lev_side side;

	rtnl_lock();
	for (side = 0; side < __LEV_SIDE_MAX; side++) {
		struct net_device *dev = rtnl_dereference(c->port[side].dev);

		if (dev)
			dev_disable_lro(dev);
	}
	rtnl_unlock();
	dev_put(c->dev);
}

static void disable_lro_soon(struct lev_cluster *c)
{
	dev_hold(c->dev);
	if (!queue_work(lev_wq, &c->lro_work))
		dev_put(c->dev);
}

static int hook_front(struct lev_port *port, struct net_device *dev)
{
	port->ops = (struct nf_hook_ops){
		.hook = lev_rx,
		.priv = port,
		.dev = dev,
		.pf = NFPROTO_NETDEV,
		.hooknum = NF_NETDEV_INGRESS,
		.priority = INT_MIN,
	};
	return nf_register_net_hook(port->cluster->net, &port->ops);
}

/* The rest of what comes in there is taken by hook_stack()'s. */
static void hook_back(struct lev_port *port, struct net_device *dev)
{
	port->wire = (struct packet_type){
		.type = htons(LEV_WIRE_ETHERTYPE),
		.dev = dev,
		.func = lev_rx_back_wire,
	};
	dev_add_pack(&port->wire);
}

/* One-arm: the front's hook and group serve both. */
static int hook(struct lev_port *port, struct net_device *dev)
{
	int ret;

	ret = dev_mc_add(dev, group);
	if (ret)
		return ret;
	if (port->side == LEV_SIDE_FRONT)
		ret = hook_front(port, dev);
	else
		hook_back(port, dev);
	if (ret)
		dev_mc_del(dev, group);
	else
		port->hooked = true;
	return ret;
}

static void unhook(struct lev_port *port, struct net_device *dev)
{
	if (port->side == LEV_SIDE_FRONT)
		nf_unregister_net_hook(port->cluster->net, &port->ops);
	else
		dev_remove_pack(&port->wire);
	dev_mc_del(dev, group);
	port->hooked = false;
}

static void detach(struct lev_port *port)
{
	struct net_device *dev = rtnl_dereference(port->dev);

	if (!dev)
		return;
	lev_groups_leave(port);
	lev_macs_leave(port);
	if (port->hooked)
		unhook(port, dev);
	RCU_INIT_POINTER(port->dev, NULL);
	synchronize_net();
	lev_hold_flush(port->cluster);
	netdev_put(dev, &port->tracker);
}

/* Only Ethernet: what the admin named may have been replaced by something else. */
static bool suits(const struct net_device *dev)
{
	return dev->type == ARPHRD_ETHER && !(dev->flags & IFF_LOOPBACK);
}

static int attach(struct lev_port *port, struct net_device *dev)
{
	struct lev_cluster *c = port->cluster;
	bool one = port->side == LEV_SIDE_BACK &&
		   dev == rtnl_dereference(c->port[LEV_SIDE_FRONT].dev);
	int ret;

	if (rtnl_dereference(port->dev) || !suits(dev))
		return 0;
	netdev_hold(dev, &port->tracker, GFP_KERNEL);
	rcu_assign_pointer(port->dev, dev);
	ret = one ? 0 : hook(port, dev);
	if (ret) {
		RCU_INIT_POINTER(port->dev, NULL);
		synchronize_net();
		netdev_put(dev, &port->tracker);
		return ret;
	}
	disable_lro_soon(c);
	return 0;
}

/* Where the kernel comes to what is ours, whatever device of the namespace it is on. */
static int hook_stack(struct lev_cluster *c)
{
	static const struct nf_hook_ops hooks[LEV_STACK_HOOKS] = {
		{ .hook = lev_arp_out, .pf = NFPROTO_ARP, .hooknum = NF_ARP_OUT },
		{ .hook = lev_rx_back_arp, .pf = NFPROTO_ARP, .hooknum = NF_ARP_IN },
		{ .hook = lev_rx_back_ip6, .pf = NFPROTO_IPV6, .hooknum = NF_INET_LOCAL_IN },
	};
	unsigned int i;
	int ret;

	if (c->stack_hooked)
		return 0;
	for (i = 0; i < LEV_STACK_HOOKS; i++) {
		c->stack_ops[i] = hooks[i];
		c->stack_ops[i].priv = c;
		c->stack_ops[i].priority = INT_MIN;
	}
	ret = nf_register_net_hooks(c->net, c->stack_ops, LEV_STACK_HOOKS);
	c->stack_hooked = !ret;
	return ret;
}

int lev_ports_open(struct lev_cluster *c)
{
	enum lev_side side;
	int ret;

	ASSERT_RTNL();
	ret = hook_stack(c);
	for (side = 0; side < __LEV_SIDE_MAX && !ret; side++) {
		struct net_device *dev = __dev_get_by_name(c->net, c->port[side].name);

		ret = dev ? attach(&c->port[side], dev) : 0;
	}
	lev_groups_sync(c);
	lev_macs_sync(c);
	return ret;
}

void lev_ports_close(struct lev_cluster *c)
{
	enum lev_side side;

	ASSERT_RTNL();
	for (side = 0; side < __LEV_SIDE_MAX; side++)
		detach(&c->port[side]);
	if (c->stack_hooked)
		nf_unregister_net_hooks(c->net, c->stack_ops, LEV_STACK_HOOKS);
	c->stack_hooked = false;
}

void lev_port_init(struct lev_cluster *c)
{
	enum lev_side side;

	INIT_WORK(&c->lro_work, lro_work_fn);
	for (side = 0; side < __LEV_SIDE_MAX; side++) {
		c->port[side].cluster = c;
		c->port[side].side = side;
		c->port[side].mac_why = LEV_MAC_WHY_NO_DEVICE;
	}
}

static void device_event(struct lev_cluster *c, unsigned long event, struct net_device *dev)
{
	enum lev_side side;

	for (side = 0; side < __LEV_SIDE_MAX; side++) {
		struct lev_port *port = &c->port[side];

		if (event == NETDEV_UNREGISTER && rtnl_dereference(port->dev) == dev)
			detach(port);
		/* As it goes up it is tried once more: there may have been no memory. */
		if ((event == NETDEV_REGISTER || event == NETDEV_CHANGENAME ||
		     event == NETDEV_UP) && !strcmp(port->name, dev->name) && attach(port, dev))
			netdev_warn(c->dev, "cannot use %s\n", dev->name);
	}
	lev_groups_sync(c);
	lev_macs_sync(c);
	/* IPv6 drops an address that it has no memory to make a route for as the device goes up. */
	if (event == NETDEV_UP && dev == c->dev)
		lev_step_again(c);
	spin_lock_bh(&c->lock);
	lev_step(c, 0);
	spin_unlock_bh(&c->lock);
}

static bool is_port(const struct lev_cluster *c, const struct net_device *dev)
{
	return rtnl_dereference(c->port[LEV_SIDE_FRONT].dev) == dev ||
	       rtnl_dereference(c->port[LEV_SIDE_BACK].dev) == dev;
}

static int notify(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct lev_cluster *c;

	switch (event) {
	case NETDEV_PRE_TYPE_CHANGE:
		/* Its addresses would have another length. */
		list_for_each_entry(c, &lev_net(dev_net(dev))->clusters, list)
			if (is_port(c, dev))
				return NOTIFY_BAD;
		break;
	case NETDEV_UP:
	case NETDEV_DOWN:
	case NETDEV_CHANGE:
	case NETDEV_CHANGEMTU:
	case NETDEV_REGISTER:
	case NETDEV_UNREGISTER:
	case NETDEV_CHANGENAME:
	case NETDEV_CHANGEUPPER:
		list_for_each_entry(c, &lev_net(dev_net(dev))->clusters, list)
			device_event(c, event, dev);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block notifier = { .notifier_call = notify };

int lev_port_notifier_init(void)
{
	return register_netdevice_notifier(&notifier);
}

void lev_port_notifier_exit(void)
{
	unregister_netdevice_notifier(&notifier);
}

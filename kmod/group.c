// SPDX-License-Identifier: GPL-2.0
/*
 * Solicited-node groups (see group.h). Owns the groups of a struct lev_port, under RTNL.
 *
 * IPv6's own membership, not the MAC filter alone: it is also reported by MLD, without which
 * a switch that snoops would not pass the groups on, and IPv6 keeps it and reports it anew
 * when the device goes down and up.
 */
#include <linux/rtnetlink.h>
#include <net/addrconf.h>

#include "group.h"
#include "plan.h"
#include "step.h"

static void group_of(const struct lev_addr *levip, struct in6_addr *group)
{
	struct in6_addr addr;

	memcpy(&addr, levip->b, sizeof(addr));
	addrconf_addr_solict_mult(&addr, group);
}

static bool is_wanted(const struct lev_port *port, const struct lev_addr *levip)
{
	const struct lev_plan *plan;
	int index;
	bool ret;

	rcu_read_lock();
	plan = rcu_dereference(port->cluster->plan);
	index = plan ? lev_plan_address(plan, levip) : -1;
	ret = index >= 0 && plan->addresses[index].side == port->side;
	rcu_read_unlock();
	return ret;
}

/* The plan's address at @index, to be copied: joining sleeps. False: there are no more. */
static bool address_at(const struct lev_cluster *c, u32 index, struct lev_address *address)
{
	const struct lev_plan *plan;
	bool ret;

	rcu_read_lock();
	plan = rcu_dereference(c->plan);
	ret = plan && index < plan->n_addresses;
	if (ret)
		*address = plan->addresses[index];
	rcu_read_unlock();
	return ret;
}

static bool is_in(const struct lev_port *port, const struct lev_addr *levip)
{
	u32 i;

	for (i = 0; i < port->n_groups; i++)
		if (lev_addr_eq(&port->groups[i], levip))
			return true;
	return false;
}

/* Leave those that @keep is not true of. */
static void leave(struct lev_port *port, struct net_device *dev,
		  bool (*keep)(const struct lev_port *port, const struct lev_addr *levip))
{
	struct in6_addr group;
	u32 i, kept = 0;

	for (i = 0; i < port->n_groups; i++) {
		if (keep && keep(port, &port->groups[i])) {
			port->groups[kept++] = port->groups[i];
			continue;
		}
		group_of(&port->groups[i], &group);
		ipv6_dev_mc_dec(dev, &group);
	}
	port->n_groups = kept;
}

static void join_missing(struct lev_port *port, struct net_device *dev)
{
	struct lev_cluster *c = port->cluster;
	struct lev_address address;
	struct in6_addr group;
	int ret;
	u32 i;

	for (i = 0; address_at(c, i, &address); i++) {
		if (lev_addr_is4(&address.addr) || address.side != port->side ||
		    is_in(port, &address.addr))
			continue;
		group_of(&address.addr, &group);
		/* The plan may have been exchanged meanwhile; then this is called again. */
		ret = port->n_groups == LEV_ADDRESSES_MAX ? -E2BIG : ipv6_dev_mc_inc(dev, &group);
		if (!ret)
			port->groups[port->n_groups++] = address.addr;
		else if (ret == -ENOMEM)
			lev_step_again(c);
		else
			netdev_warn(c->dev, "cannot join an IPv6 group on %s\n", dev->name);
	}
}

/* What IPv6 forgot with its part of the device, we are in no more. */
static void notice(struct lev_port *port, const struct inet6_dev *idev)
{
	if (port->idev != idev)
		port->n_groups = 0;
	port->idev = idev;
}

void lev_groups_sync(struct lev_cluster *c)
{
	enum lev_side side;

	ASSERT_RTNL();
	for (side = 0; side < __LEV_SIDE_MAX; side++) {
		struct lev_port *port = &c->port[side];
		struct net_device *dev = rtnl_dereference(port->dev);
		struct inet6_dev *idev = dev ? __in6_dev_get(dev) : NULL;

		notice(port, idev);
		if (!idev)
			continue;
		leave(port, dev, is_wanted);
		join_missing(port, dev);
	}
}

void lev_groups_leave(struct lev_port *port)
{
	struct net_device *dev = rtnl_dereference(port->dev);

	ASSERT_RTNL();
	notice(port, __in6_dev_get(dev));
	leave(port, dev, NULL);
	port->idev = NULL;
}

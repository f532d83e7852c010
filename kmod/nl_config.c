// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that change what is in a cluster: addresses, nodes, services, servers. Each
 * edits a clone of the newest config, and commits it whole. Runs in process context.
 */
#include <linux/inetdevice.h>
#include <net/addrconf.h>

#include "device.h"
#include "nl_edit.h"
#include "step.h"

/* With an address of this machine itself its neighbours would be told of another's MAC. */
static int check_own(struct net *net, const struct lev_addr *addr, struct lev_error *err)
{
	struct net_device *dev;
	struct in6_addr v6;
	bool own;
	__be32 v4;

	memcpy(&v4, addr->b + 12, sizeof(v4));
	memcpy(&v6, addr->b, sizeof(v6));
	rcu_read_lock();
	dev = lev_addr_is4(addr) ? __ip_dev_find(net, v4, false) : ipv6_dev_find(net, &v6, NULL);
	own = dev && !lev_device_is(dev);
	rcu_read_unlock();
	if (!own)
		return 0;
	err->attr = LEV_ADDRESS_A_ADDR;
	err->msg = "this machine has the address already, on another device";
	return -EADDRINUSE;
}

int lev_nl_address_add(struct sk_buff *skb, struct genl_info *info)
{
	struct lev_address address = { .side = LEV_SIDE_FRONT };
	struct lev_error err = {};
	struct lev_edit e;
	int ret;

	ret = lev_edit_begin(&e, info, LEV_A_ADDRESS, LEV_ADDRESS_A_MAX, lev_nl_address_policy);
	if (ret)
		return ret;
	lev_edit_u32(e.tb[LEV_ADDRESS_A_SIDE], &address.side);
	ret = lev_edit_addr(e.tb, LEV_ADDRESS_A_ADDR, &address.addr, &err) ? :
	      check_own(genl_info_net(info), &address.addr, &err) ? :
	      lev_config_address_put(e.cfg, &address, &err);
	return lev_edit_finish(&e, ret, &err);
}

int lev_nl_address_del(struct sk_buff *skb, struct genl_info *info)
{
	struct lev_error err = {};
	struct lev_addr addr;
	struct lev_edit e;
	int ret;

	ret = lev_edit_begin(&e, info, LEV_A_ADDRESS, LEV_ADDRESS_A_MAX, lev_nl_address_policy);
	if (ret)
		return ret;
	ret = lev_edit_addr(e.tb, LEV_ADDRESS_A_ADDR, &addr, &err) ? :
	      lev_config_address_del(e.cfg, &addr, &err);
	return lev_edit_finish(&e, ret, &err);
}

static int check_admin(const struct lev_edit *e, u32 id, struct lev_error *err)
{
	struct nlattr *attr = e->tb[LEV_NODE_A_ADMIN];

	if (!attr)
		return 0;
	err->attr = LEV_NODE_A_ADMIN;
	if (nla_get_u32(attr) >= __LEV_ADMIN_MAX) {
		err->msg = "state must be active or drain";
		return -ERANGE;
	}
	if (id != e->c->self) {
		err->msg = "a node is drained on that node itself";
		return -EOPNOTSUPP;
	}
	return 0;
}

/* Draining is no config: it is told by heartbeats, and each node decides it for itself. */
static void set_admin(struct lev_edit *e)
{
	spin_lock_bh(&e->c->lock);
	e->c->member->local.drained = nla_get_u32(e->tb[LEV_NODE_A_ADMIN]) == LEV_ADMIN_DRAIN;
	lev_step(e->c, 0);
	spin_unlock_bh(&e->c->lock);
}

static int node_put(struct genl_info *info, enum lev_put how)
{
	struct lev_node node = {
		.weight = LEV_WEIGHT_DEFAULT,
		.priority = LEV_PRIORITY_DEFAULT,
	};
	const struct lev_node *old;
	struct lev_error err = {};
	struct lev_edit e;
	int ret;

	ret = lev_edit_begin(&e, info, LEV_A_NODE, LEV_NODE_A_MAX, lev_nl_node_policy);
	if (ret)
		return ret;
	lev_edit_u32(e.tb[LEV_NODE_A_ID], &node.id);
	old = lev_config_node(e.cfg, node.id);
	if (how == LEV_PUT_SET && old)
		node = *old;
	lev_edit_u32(e.tb[LEV_NODE_A_WEIGHT], &node.weight);
	lev_edit_u32(e.tb[LEV_NODE_A_PRIORITY], &node.priority);
	ret = lev_config_node_put(e.cfg, &node, how, &err) ? : check_admin(&e, node.id, &err) ? :
	      lev_edit_commit(&e);
	if (!ret && e.tb[LEV_NODE_A_ADMIN])
		set_admin(&e);
	return lev_edit_finish(&e, ret, &err);
}

int lev_nl_node_add(struct sk_buff *skb, struct genl_info *info)
{
	return node_put(info, LEV_PUT_ADD);
}

int lev_nl_node_set(struct sk_buff *skb, struct genl_info *info)
{
	return node_put(info, LEV_PUT_SET);
}

int lev_nl_node_del(struct sk_buff *skb, struct genl_info *info)
{
	struct lev_error err = {};
	struct lev_edit e;
	u32 id = 0;
	int ret;

	ret = lev_edit_begin(&e, info, LEV_A_NODE, LEV_NODE_A_MAX, lev_nl_node_policy);
	if (ret)
		return ret;
	lev_edit_u32(e.tb[LEV_NODE_A_ID], &id);
	if (id && id == e.c->self) {
		err.attr = LEV_NODE_A_ID;
		err.msg = "a node cannot remove itself; delete the cluster here";
		ret = -EBUSY;
	} else {
		ret = lev_config_node_del(e.cfg, id, &err);
	}
	return lev_edit_finish(&e, ret, &err);
}

static void get_pool(struct nlattr *attr, char *pool)
{
	if (attr)
		nla_strscpy(pool, attr, LEV_POOL_SIZE);
}

static int service_put(struct genl_info *info, enum lev_put how)
{
	struct lev_service service = { .pool = LEV_POOL_DEFAULT };
	const struct lev_service *old;
	struct lev_error err = {};
	struct lev_edit e;
	int ret;

	ret = lev_edit_begin(&e, info, LEV_A_SERVICE, LEV_SERVICE_A_MAX, lev_nl_service_policy);
	if (ret)
		return ret;
	ret = lev_edit_addr(e.tb, LEV_SERVICE_A_ADDR, &service.addr, &err);
	if (ret)
		return lev_edit_finish(&e, ret, &err);
	lev_edit_u32(e.tb[LEV_SERVICE_A_PROTO], &service.proto);
	lev_edit_u32(e.tb[LEV_SERVICE_A_PORT], &service.port);
	old = lev_config_service(e.cfg, &service);
	if (how == LEV_PUT_SET && old)
		service = *old;
	lev_edit_u32(e.tb[LEV_SERVICE_A_HASH], &service.hash);
	get_pool(e.tb[LEV_SERVICE_A_POOL], service.pool);
	return lev_edit_finish(&e, lev_config_service_put(e.cfg, &service, how, &err), &err);
}

int lev_nl_service_add(struct sk_buff *skb, struct genl_info *info)
{
	return service_put(info, LEV_PUT_ADD);
}

int lev_nl_service_set(struct sk_buff *skb, struct genl_info *info)
{
	return service_put(info, LEV_PUT_SET);
}

int lev_nl_service_del(struct sk_buff *skb, struct genl_info *info)
{
	struct lev_service key = {};
	struct lev_error err = {};
	struct lev_edit e;
	int ret;

	ret = lev_edit_begin(&e, info, LEV_A_SERVICE, LEV_SERVICE_A_MAX, lev_nl_service_policy);
	if (ret)
		return ret;
	lev_edit_u32(e.tb[LEV_SERVICE_A_PROTO], &key.proto);
	lev_edit_u32(e.tb[LEV_SERVICE_A_PORT], &key.port);
	ret = lev_edit_addr(e.tb, LEV_SERVICE_A_ADDR, &key.addr, &err) ? :
	      lev_config_service_del(e.cfg, &key, &err);
	return lev_edit_finish(&e, ret, &err);
}

static int server_put(struct genl_info *info, enum lev_put how)
{
	struct lev_server server = { .pool = LEV_POOL_DEFAULT, .weight = LEV_WEIGHT_DEFAULT };
	const struct lev_server *old;
	struct lev_error err = {};
	struct lev_edit e;
	int ret;

	ret = lev_edit_begin(&e, info, LEV_A_SERVER, LEV_SERVER_A_MAX, lev_nl_server_policy);
	if (ret)
		return ret;
	ret = lev_edit_addr(e.tb, LEV_SERVER_A_ADDR, &server.addr, &err);
	if (ret)
		return lev_edit_finish(&e, ret, &err);
	get_pool(e.tb[LEV_SERVER_A_POOL], server.pool);
	old = lev_config_server(e.cfg, &server);
	if (how == LEV_PUT_SET && old)
		server = *old;
	lev_edit_u32(e.tb[LEV_SERVER_A_WEIGHT], &server.weight);
	lev_edit_u32(e.tb[LEV_SERVER_A_ADMIN], &server.admin);
	return lev_edit_finish(&e, lev_config_server_put(e.cfg, &server, how, &err), &err);
}

int lev_nl_server_add(struct sk_buff *skb, struct genl_info *info)
{
	return server_put(info, LEV_PUT_ADD);
}

int lev_nl_server_set(struct sk_buff *skb, struct genl_info *info)
{
	return server_put(info, LEV_PUT_SET);
}

int lev_nl_server_del(struct sk_buff *skb, struct genl_info *info)
{
	struct lev_server key = { .pool = LEV_POOL_DEFAULT };
	struct lev_error err = {};
	struct lev_edit e;
	int ret;

	ret = lev_edit_begin(&e, info, LEV_A_SERVER, LEV_SERVER_A_MAX, lev_nl_server_policy);
	if (ret)
		return ret;
	get_pool(e.tb[LEV_SERVER_A_POOL], key.pool);
	ret = lev_edit_addr(e.tb, LEV_SERVER_A_ADDR, &key.addr, &err) ? :
	      lev_config_server_del(e.cfg, &key, &err);
	return lev_edit_finish(&e, ret, &err);
}

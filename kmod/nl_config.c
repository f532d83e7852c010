// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that change what is in a cluster: addresses, nodes, services, servers. Each
 * edits a clone of the newest config, and commits it whole. Runs in process context.
 */
#include "device.h"
#include "nl_edit.h"
#include "nl_take.h"
#include "step.h"

int lev_nl_address_add(struct sk_buff *skb, struct genl_info *info)
{
	struct lev_address address;
	struct lev_error err = {};
	struct lev_edit e;
	int ret;

	ret = lev_edit_begin(&e, info, LEV_A_ADDRESS, LEV_ADDRESS_A_MAX, lev_nl_address_policy);
	if (ret)
		return ret;
	ret = lev_take_address(e.tb, &address, &err) ? :
	      lev_take_own(genl_info_net(info), &address.addr, &err) ? :
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

static int check_watch(const struct lev_edit *e, u32 id, struct lev_error *err)
{
	struct nlattr *attr = e->tb[LEV_NODE_A_WATCH];
	u32 ms = attr ? nla_get_u32(attr) : 0;

	if (!attr)
		return 0;
	err->attr = LEV_NODE_A_WATCH;
	if (ms && (ms < LEV_WATCH_MIN || ms > LEV_WATCH_MAX)) {
		err->msg = "watch must be 0 or 500 ms to 1 hour";
		return -ERANGE;
	}
	if (id != e->c->self) {
		err->msg = "a node is watched on that node itself";
		return -EOPNOTSUPP;
	}
	return 0;
}

/*
 * Draining, and who watches, is no config: it is told by heartbeats, and each node decides it for
 * itself.
 */
static void set_local(struct lev_edit *e)
{
	struct nlattr *admin = e->tb[LEV_NODE_A_ADMIN], *watch = e->tb[LEV_NODE_A_WATCH];
	struct lev_local *local = &e->c->member->local;

	spin_lock_bh(&e->c->lock);
	if (admin)
		local->drained = nla_get_u32(admin) == LEV_ADMIN_DRAIN;
	if (watch)
		local->watch_until = nla_get_u32(watch) ?
			lev_now() + (u64)nla_get_u32(watch) * NSEC_PER_MSEC : 0;
	lev_step(e->c, 0);
	spin_unlock_bh(&e->c->lock);
}

static int node_put(struct genl_info *info, enum lev_put how)
{
	struct lev_error err = {};
	struct lev_node node;
	struct lev_edit e;
	int ret;

	ret = lev_edit_begin(&e, info, LEV_A_NODE, LEV_NODE_A_MAX, lev_nl_node_policy);
	if (ret)
		return ret;
	lev_take_node(e.tb, how == LEV_PUT_SET ? e.cfg : NULL, &node);
	ret = lev_config_node_put(e.cfg, &node, how, &err) ? : check_admin(&e, node.id, &err) ? :
	      check_watch(&e, node.id, &err) ? : lev_edit_commit(&e);
	if (!ret && (e.tb[LEV_NODE_A_ADMIN] || e.tb[LEV_NODE_A_WATCH]))
		set_local(&e);
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

static int service_put(struct genl_info *info, enum lev_put how)
{
	struct lev_service service;
	struct lev_error err = {};
	struct lev_edit e;
	int ret;

	ret = lev_edit_begin(&e, info, LEV_A_SERVICE, LEV_SERVICE_A_MAX, lev_nl_service_policy);
	if (ret)
		return ret;
	ret = lev_take_service(e.tb, how == LEV_PUT_SET ? e.cfg : NULL, &service, &err) ? :
	      lev_config_service_put(e.cfg, &service, how, &err);
	return lev_edit_finish(&e, ret, &err);
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
	struct lev_service key;
	struct lev_error err = {};
	struct lev_edit e;
	int ret;

	ret = lev_edit_begin(&e, info, LEV_A_SERVICE, LEV_SERVICE_A_MAX, lev_nl_service_policy);
	if (ret)
		return ret;
	ret = lev_take_service(e.tb, NULL, &key, &err) ? :
	      lev_config_service_del(e.cfg, &key, &err);
	return lev_edit_finish(&e, ret, &err);
}

static bool is_percent(u32 percent)
{
	return percent >= LEV_PERCENT_STEP && percent <= LEV_PERCENT_FULL &&
	       !(percent % LEV_PERCENT_STEP);
}

static u32 steps_of(const struct lev_edit *e)
{
	return nla_get_u32(e->tb[LEV_SERVER_A_PERCENT]) / LEV_PERCENT_STEP;
}

/* Of our votes only who holds the config_mutex, as we do, changes any. */
static bool has_room(const struct lev_edit *e, u32 server)
{
	struct lev_less less = e->c->member->less;

	lockdep_assert_held(&e->c->config_mutex);
	return lev_less_set(&less, server, steps_of(e));
}

static int check_votes(const struct lev_edit *e, const struct lev_server *server,
		       struct lev_error *err)
{
	struct nlattr *health = e->tb[LEV_SERVER_A_HEALTH], *percent = e->tb[LEV_SERVER_A_PERCENT];
	const struct lev_config *active = e->c->active;
	const struct lev_server *s;

	if (!health && !percent)
		return 0;
	if (health && nla_get_u32(health) >= __LEV_HEALTH_MAX) {
		err->attr = LEV_SERVER_A_HEALTH;
		err->msg = "health must be up or down";
		return -ERANGE;
	}
	if (percent && !is_percent(nla_get_u32(percent))) {
		err->attr = LEV_SERVER_A_PERCENT;
		err->msg = "percent must be 5 to 100 in steps of 5";
		return -ERANGE;
	}
	s = lev_config_server(active, server);
	if (!s) {
		err->attr = LEV_SERVER_A_ADDR;
		err->msg = "this server is not in force yet";
		return -EBUSY;
	}
	if (percent && !has_room(e, s - active->servers)) {
		err->attr = LEV_SERVER_A_PERCENT;
		err->msg = "64 servers get less than 100 percent already";
		return -ENOSPC;
	}
	return 0;
}

/* What checks say is no config: it is this node's vote on the server, told by heartbeats. */
static void set_votes(struct lev_edit *e, const struct lev_server *server)
{
	struct nlattr *health = e->tb[LEV_SERVER_A_HEALTH];
	const struct lev_config *active = e->c->active;
	u32 i = lev_config_server(active, server) - active->servers;
	struct lev_member *m = e->c->member;
	u32 todo = 0;

	/* The texts above say these. */
	BUILD_BUG_ON(LEV_PERCENT_STEP != 5 || LEV_PERCENT_FULL != 100 || LEV_LESS_MAX != 64);
	spin_lock_bh(&e->c->lock);
	if (health)
		todo |= lev_member_health(m, i, nla_get_u32(health) == LEV_HEALTH_UP);
	if (e->tb[LEV_SERVER_A_PERCENT])
		lev_member_percent(m, i, steps_of(e), &todo);
	lev_step(e->c, todo);
	spin_unlock_bh(&e->c->lock);
}

static int server_put(struct genl_info *info, enum lev_put how)
{
	struct lev_server server;
	struct lev_error err = {};
	struct lev_edit e;
	int ret;

	ret = lev_edit_begin(&e, info, LEV_A_SERVER, LEV_SERVER_A_MAX, lev_nl_server_policy);
	if (ret)
		return ret;
	ret = lev_take_server(e.tb, how == LEV_PUT_SET ? e.cfg : NULL, &server, &err) ? :
	      lev_config_server_put(e.cfg, &server, how, &err) ? :
	      check_votes(&e, &server, &err) ? : lev_edit_commit(&e);
	if (!ret && (e.tb[LEV_SERVER_A_HEALTH] || e.tb[LEV_SERVER_A_PERCENT]))
		set_votes(&e, &server);
	return lev_edit_finish(&e, ret, &err);
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
	struct lev_error err = {};
	struct lev_server key;
	struct lev_edit e;
	int ret;

	ret = lev_edit_begin(&e, info, LEV_A_SERVER, LEV_SERVER_A_MAX, lev_nl_server_policy);
	if (ret)
		return ret;
	ret = lev_take_server(e.tb, NULL, &key, &err) ? :
	      lev_config_server_del(e.cfg, &key, &err);
	return lev_edit_finish(&e, ret, &err);
}

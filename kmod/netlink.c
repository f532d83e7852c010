// SPDX-License-Identifier: GPL-2.0
/*
 * Requests of the generic netlink family (see nl.h): each clones the newest config, edits
 * the clone, and commits it whole. Runs in process context; takes the config_mutex.
 */
#include <linux/module.h>

#include "device.h"
#include "net.h"
#include "netlink.h"
#include "nl.h"
#include "step.h"

static const struct nla_policy cluster_policy[LEV_CLUSTER_A_MAX + 1] = {
	[LEV_CLUSTER_A_ID] = { .type = NLA_U32 },
	[LEV_CLUSTER_A_SELF] = { .type = NLA_U32 },
	[LEV_CLUSTER_A_FRONT] = { .type = NLA_NUL_STRING, .len = IFNAMSIZ - 1 },
	[LEV_CLUSTER_A_BACK] = { .type = NLA_NUL_STRING, .len = IFNAMSIZ - 1 },
	[LEV_CLUSTER_A_MAC] = { .type = NLA_U32 },
	[LEV_CLUSTER_A_LANES] = { .type = NLA_U32 },
	[LEV_CLUSTER_A_PERIOD] = { .type = NLA_U32 },
	[LEV_CLUSTER_A_HEARTBEAT] = { .type = NLA_U32 },
	[LEV_CLUSTER_A_DEAD] = { .type = NLA_U32 },
	[LEV_CLUSTER_A_FAILBACK] = { .type = NLA_U32 },
	[LEV_CLUSTER_A_KEY] = { .type = NLA_BINARY, .len = LEV_KEY_MAX },
};

static const struct nla_policy address_policy[LEV_ADDRESS_A_MAX + 1] = {
	[LEV_ADDRESS_A_ADDR] = { .type = NLA_BINARY, .len = 16 },
	[LEV_ADDRESS_A_SIDE] = { .type = NLA_U32 },
};

static const struct nla_policy node_policy[LEV_NODE_A_MAX + 1] = {
	[LEV_NODE_A_ID] = { .type = NLA_U32 },
	[LEV_NODE_A_WEIGHT] = { .type = NLA_U32 },
	[LEV_NODE_A_PRIORITY] = { .type = NLA_U32 },
	[LEV_NODE_A_ADMIN] = { .type = NLA_U32 },
};

static const struct nla_policy service_policy[LEV_SERVICE_A_MAX + 1] = {
	[LEV_SERVICE_A_ADDR] = { .type = NLA_BINARY, .len = 16 },
	[LEV_SERVICE_A_PROTO] = { .type = NLA_U32 },
	[LEV_SERVICE_A_PORT] = { .type = NLA_U32 },
	[LEV_SERVICE_A_HASH] = { .type = NLA_U32 },
	[LEV_SERVICE_A_POOL] = { .type = NLA_NUL_STRING, .len = LEV_POOL_SIZE - 1 },
};

static const struct nla_policy server_policy[LEV_SERVER_A_MAX + 1] = {
	[LEV_SERVER_A_ADDR] = { .type = NLA_BINARY, .len = 16 },
	[LEV_SERVER_A_POOL] = { .type = NLA_NUL_STRING, .len = LEV_POOL_SIZE - 1 },
	[LEV_SERVER_A_WEIGHT] = { .type = NLA_U32 },
	[LEV_SERVER_A_ADMIN] = { .type = NLA_U32 },
};

static const struct nla_policy policy[LEV_A_MAX + 1] = {
	[LEV_A_IFINDEX] = { .type = NLA_U32 },
	[LEV_A_IFNAME] = { .type = NLA_NUL_STRING, .len = IFNAMSIZ - 1 },
	[LEV_A_CLUSTER] = NLA_POLICY_NESTED(cluster_policy),
	[LEV_A_ADDRESS] = NLA_POLICY_NESTED(address_policy),
	[LEV_A_NODE] = NLA_POLICY_NESTED(node_policy),
	[LEV_A_SERVICE] = NLA_POLICY_NESTED(service_policy),
	[LEV_A_SERVER] = NLA_POLICY_NESTED(server_policy),
};

int lev_nl_put_addr(struct sk_buff *skb, int attr, const struct lev_addr *addr)
{
	return lev_addr_is4(addr) ? nla_put(skb, attr, 4, addr->b + 12) :
		nla_put(skb, attr, sizeof(addr->b), addr->b);
}

int lev_nl_put_device(struct sk_buff *skb, const struct lev_cluster *c)
{
	return nla_put_u32(skb, LEV_A_IFINDEX, c->dev->ifindex) ? :
	       nla_put_string(skb, LEV_A_IFNAME, c->dev->name);
}

struct lev_cluster *lev_nl_find(struct net *net, struct nlattr **attrs,
				netdevice_tracker *tracker, struct netlink_ext_ack *extack)
{
	struct nlattr *by = attrs[LEV_A_IFINDEX] ? attrs[LEV_A_IFINDEX] : attrs[LEV_A_IFNAME];
	struct net_device *dev;

	if (!by) {
		NL_SET_ERR_MSG(extack, "which cluster? its device is missing");
		return ERR_PTR(-EINVAL);
	}
	rcu_read_lock();
	dev = attrs[LEV_A_IFINDEX] ? dev_get_by_index_rcu(net, nla_get_u32(by)) :
		dev_get_by_name_rcu(net, nla_data(by));
	if (dev && lev_device_is(dev))
		netdev_hold(dev, tracker, GFP_ATOMIC);
	else if (dev)
		dev = ERR_PTR(-EOPNOTSUPP);
	rcu_read_unlock();

	if (!dev) {
		NL_SET_ERR_MSG_ATTR(extack, by, "no such device");
		return ERR_PTR(-ENODEV);
	}
	if (IS_ERR(dev)) {
		NL_SET_ERR_MSG_ATTR(extack, by, "this device is no cluster");
		return ERR_CAST(dev);
	}
	return netdev_priv(dev);
}

/*
 * One request: the cluster, its config to edit, and the nest that says how. begin() takes
 * the cluster's config_mutex, finish() releases it and commits if @ret is 0.
 */
struct edit {
	struct genl_info *info;
	struct lev_cluster *c;
	netdevice_tracker tracker;
	struct lev_config *cfg;
	struct nlattr *tb[__LEV_CLUSTER_A_MAX];
};

static_assert(LEV_ADDRESS_A_MAX <= LEV_CLUSTER_A_MAX);
static_assert(LEV_NODE_A_MAX <= LEV_CLUSTER_A_MAX);
static_assert(LEV_SERVICE_A_MAX <= LEV_CLUSTER_A_MAX);
static_assert(LEV_SERVER_A_MAX <= LEV_CLUSTER_A_MAX);

static int parse_nest(struct genl_info *info, int nest, int max, const struct nla_policy *p,
		      struct nlattr **tb)
{
	if (GENL_REQ_ATTR_CHECK(info, nest)) {
		NL_SET_ERR_MSG(info->extack, "what to change is missing");
		return -EINVAL;
	}
	return nla_parse_nested(tb, max, info->attrs[nest], p, info->extack);
}

static int begin(struct edit *e, struct genl_info *info, int nest, int max,
		 const struct nla_policy *p)
{
	int ret;

	memset(e, 0, sizeof(*e));
	e->info = info;
	ret = parse_nest(info, nest, max, p, e->tb);
	if (ret)
		return ret;
	e->c = lev_nl_find(genl_info_net(info), info->attrs, &e->tracker, info->extack);
	if (IS_ERR(e->c))
		return PTR_ERR(e->c);
	mutex_lock(&e->c->config_mutex);
	e->cfg = lev_device_clone(e->c);
	if (e->cfg)
		return 0;
	mutex_unlock(&e->c->config_mutex);
	netdev_put(e->c->dev, &e->tracker);
	return -ENOMEM;
}

/* The core's refusal as extack. A word that was not given has no place in the request. */
static void blame(struct genl_info *info, struct nlattr **tb, const struct lev_error *err)
{
	if (!info->extack || !err->msg)
		return;
	info->extack->_msg = err->msg;
	if (err->attr && tb[err->attr])
		NL_SET_BAD_ATTR(info->extack, tb[err->attr]);
}

static int finish(struct edit *e, int ret, const struct lev_error *err)
{
	if (ret)
		kvfree(e->cfg);
	else
		ret = lev_device_commit(e->c, e->cfg);
	blame(e->info, e->tb, err);
	mutex_unlock(&e->c->config_mutex);
	netdev_put(e->c->dev, &e->tracker);
	return ret;
}

static void get_u32(struct nlattr *attr, u32 *value)
{
	if (attr)
		*value = nla_get_u32(attr);
}

static int get_addr(struct nlattr **tb, int attr, struct lev_addr *addr, struct lev_error *err)
{
	if (!tb[attr]) {
		err->msg = "the address is missing";
		return -EINVAL;
	}
	err->attr = attr;
	if (nla_len(tb[attr]) == 4) {
		lev_addr_set4(addr, nla_data(tb[attr]));
		err->attr = 0;
		return 0;
	}
	err->msg = nla_len(tb[attr]) == 16 ? "this version serves IPv4 only" :
		"an address has 4 or 16 bytes";
	return -EAFNOSUPPORT;
}

static int get_params(struct nlattr **tb, struct lev_config *cfg, struct lev_error *err)
{
	struct lev_params params = cfg->params;

	get_u32(tb[LEV_CLUSTER_A_MAC], &params.mac);
	get_u32(tb[LEV_CLUSTER_A_LANES], &params.lanes);
	get_u32(tb[LEV_CLUSTER_A_PERIOD], &params.period);
	get_u32(tb[LEV_CLUSTER_A_HEARTBEAT], &params.heartbeat);
	get_u32(tb[LEV_CLUSTER_A_DEAD], &params.dead);
	get_u32(tb[LEV_CLUSTER_A_FAILBACK], &params.failback);
	return lev_config_params(cfg, &params, err);
}

static int get_number(struct nlattr *attr, u32 max, u32 *value, int type, const char *msg,
		      struct lev_error *err)
{
	if (!attr)
		return 0;
	*value = nla_get_u32(attr);
	if (*value >= 1 && *value <= max)
		return 0;
	err->attr = type;
	err->msg = msg;
	return -ERANGE;
}

static int get_identity(struct nlattr **tb, struct lev_identity *identity,
			struct lev_error *err)
{
	struct nlattr *key = tb[LEV_CLUSTER_A_KEY];
	u32 id = 0, self = 0;
	int ret;

	memset(identity, 0, sizeof(*identity));
	ret = get_number(tb[LEV_CLUSTER_A_ID], LEV_CLUSTER_ID_MAX, &id, LEV_CLUSTER_A_ID,
			 "a cluster's id must be 1 to 65535", err) ? :
	      get_number(tb[LEV_CLUSTER_A_SELF], LEV_NODE_ID_MAX, &self, LEV_CLUSTER_A_SELF,
			 "a node's id must be 1 to 64", err);
	if (ret)
		return ret;
	identity->id = id;
	identity->self = self;
	if (tb[LEV_CLUSTER_A_FRONT])
		nla_strscpy(identity->port[LEV_SIDE_FRONT], tb[LEV_CLUSTER_A_FRONT], IFNAMSIZ);
	if (tb[LEV_CLUSTER_A_BACK])
		nla_strscpy(identity->port[LEV_SIDE_BACK], tb[LEV_CLUSTER_A_BACK], IFNAMSIZ);
	if (!key)
		return 0;
	if (nla_len(key) && nla_len(key) < LEV_KEY_MIN) {
		err->attr = LEV_CLUSTER_A_KEY;
		err->msg = "a key has 16 to 64 bytes";
		return -ERANGE;
	}
	identity->set_key = true;
	identity->key.len = nla_len(key);
	memcpy(identity->key.b, nla_data(key), nla_len(key));
	return 0;
}

/* A node is in the config that it runs. */
static int ensure_self(struct lev_config *cfg, u32 self, struct lev_error *err)
{
	struct lev_node node = {
		.id = self,
		.weight = LEV_WEIGHT_DEFAULT,
		.priority = LEV_PRIORITY_DEFAULT,
	};

	return !self || lev_config_node(cfg, self) ? 0 :
		lev_config_node_put(cfg, &node, LEV_PUT_ADD, err);
}

static bool changes_identity(struct nlattr **tb)
{
	return tb[LEV_CLUSTER_A_ID] || tb[LEV_CLUSTER_A_SELF] || tb[LEV_CLUSTER_A_FRONT] ||
	       tb[LEV_CLUSTER_A_BACK] || tb[LEV_CLUSTER_A_KEY];
}

/* Says which device was not there: the extack of the core call has no attribute. */
static void blame_port(struct genl_info *info, struct nlattr **tb, int ret)
{
	struct net *net = genl_info_net(info);
	int attrs[] = { LEV_CLUSTER_A_FRONT, LEV_CLUSTER_A_BACK };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(attrs) && (ret == -ENODEV || ret == -EINVAL); i++) {
		struct nlattr *attr = tb[attrs[i]];
		struct net_device *dev;

		if (!attr)
			continue;
		rcu_read_lock();
		dev = dev_get_by_name_rcu(net, nla_data(attr));
		if (ret == -ENODEV ? !dev : dev && !lev_device_suits(dev)) {
			NL_SET_BAD_ATTR(info->extack, attr);
			ret = 0;
		}
		rcu_read_unlock();
	}
}

static int require(struct genl_info *info, struct nlattr **tb)
{
	static const int needed[] = { LEV_CLUSTER_A_ID, LEV_CLUSTER_A_SELF,
				      LEV_CLUSTER_A_FRONT, LEV_CLUSTER_A_BACK };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(needed); i++)
		if (!tb[needed[i]]) {
			NL_SET_ERR_MSG(info->extack, "a cluster needs id, node, front and back");
			return -EINVAL;
		}
	return 0;
}

static int nl_cluster_add(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[LEV_CLUSTER_A_MAX + 1];
	struct lev_identity identity;
	struct lev_error err = {};
	struct lev_config *cfg;
	int ret;

	if (GENL_REQ_ATTR_CHECK(info, LEV_A_IFNAME)) {
		NL_SET_ERR_MSG(info->extack, "the device's name is missing");
		return -EINVAL;
	}
	ret = parse_nest(info, LEV_A_CLUSTER, LEV_CLUSTER_A_MAX, cluster_policy, tb) ? :
	      require(info, tb);
	if (ret)
		return ret;
	cfg = kvmalloc(sizeof(*cfg), GFP_KERNEL);
	if (!cfg)
		return -ENOMEM;
	lev_config_init(cfg);
	cfg->version = 1;
	ret = get_identity(tb, &identity, &err) ? : get_params(tb, cfg, &err) ? :
	      ensure_self(cfg, identity.self, &err);
	if (ret) {
		kvfree(cfg);
		blame(info, tb, &err);
		goto out;
	}
	ret = lev_device_create(genl_info_net(info), nla_data(info->attrs[LEV_A_IFNAME]),
				&identity, cfg, info->extack);
	if (ret == -EEXIST)
		NL_SET_BAD_ATTR(info->extack, info->attrs[LEV_A_IFNAME]);
	else
		blame_port(info, tb, ret);
out:
	memzero_explicit(&identity, sizeof(identity));
	return ret;
}

static int nl_cluster_set(struct sk_buff *skb, struct genl_info *info)
{
	struct lev_identity identity;
	struct lev_error err = {};
	struct edit e;
	int ret;

	ret = begin(&e, info, LEV_A_CLUSTER, LEV_CLUSTER_A_MAX, cluster_policy);
	if (ret)
		return ret;
	ret = get_identity(e.tb, &identity, &err) ? : get_params(e.tb, e.cfg, &err) ? :
	      ensure_self(e.cfg, identity.self, &err);
	if (!ret && changes_identity(e.tb)) {
		ret = lev_device_identify(e.c, &identity, info->extack);
		blame_port(info, e.tb, ret);
	}
	memzero_explicit(&identity, sizeof(identity));
	return finish(&e, ret, &err);
}

static int nl_cluster_del(struct sk_buff *skb, struct genl_info *info)
{
	netdevice_tracker tracker;
	struct net_device *dev;
	struct lev_cluster *c;
	bool registered;

	c = lev_nl_find(genl_info_net(info), info->attrs, &tracker, info->extack);
	if (IS_ERR(c))
		return PTR_ERR(c);
	dev = c->dev;
	rtnl_lock();
	/* Looked at while we hold it: somebody else may be about to free it. */
	registered = dev->reg_state == NETREG_REGISTERED;
	netdev_put(dev, &tracker);
	if (registered)
		unregister_netdevice(dev);
	rtnl_unlock();
	return registered ? 0 : -ENODEV;
}

static int nl_address_add(struct sk_buff *skb, struct genl_info *info)
{
	struct lev_address address = { .side = LEV_SIDE_FRONT };
	struct lev_error err = {};
	struct edit e;
	int ret;

	ret = begin(&e, info, LEV_A_ADDRESS, LEV_ADDRESS_A_MAX, address_policy);
	if (ret)
		return ret;
	get_u32(e.tb[LEV_ADDRESS_A_SIDE], &address.side);
	ret = get_addr(e.tb, LEV_ADDRESS_A_ADDR, &address.addr, &err) ? :
	      lev_config_address_put(e.cfg, &address, &err);
	return finish(&e, ret, &err);
}

static int nl_address_del(struct sk_buff *skb, struct genl_info *info)
{
	struct lev_error err = {};
	struct lev_addr addr;
	struct edit e;
	int ret;

	ret = begin(&e, info, LEV_A_ADDRESS, LEV_ADDRESS_A_MAX, address_policy);
	if (ret)
		return ret;
	ret = get_addr(e.tb, LEV_ADDRESS_A_ADDR, &addr, &err) ? :
	      lev_config_address_del(e.cfg, &addr, &err);
	return finish(&e, ret, &err);
}

/* Draining is no config: it is told by heartbeats, and each node decides it for itself. */
static int set_admin(struct edit *e, u32 id, struct lev_error *err)
{
	struct nlattr *attr = e->tb[LEV_NODE_A_ADMIN];

	err->attr = LEV_NODE_A_ADMIN;
	if (nla_get_u32(attr) >= __LEV_ADMIN_MAX) {
		err->msg = "state must be active or drain";
		return -ERANGE;
	}
	if (id != e->c->self) {
		err->msg = "a node is drained on that node itself";
		return -EOPNOTSUPP;
	}
	spin_lock_bh(&e->c->lock);
	e->c->member->local.drained = nla_get_u32(attr) == LEV_ADMIN_DRAIN;
	lev_step(e->c, 0);
	spin_unlock_bh(&e->c->lock);
	return 0;
}

static int node_put(struct genl_info *info, enum lev_put how)
{
	struct lev_node node = {
		.weight = LEV_WEIGHT_DEFAULT,
		.priority = LEV_PRIORITY_DEFAULT,
	};
	const struct lev_node *old;
	struct lev_error err = {};
	struct edit e;
	int ret;

	ret = begin(&e, info, LEV_A_NODE, LEV_NODE_A_MAX, node_policy);
	if (ret)
		return ret;
	get_u32(e.tb[LEV_NODE_A_ID], &node.id);
	old = lev_config_node(e.cfg, node.id);
	if (how == LEV_PUT_SET && old)
		node = *old;
	get_u32(e.tb[LEV_NODE_A_WEIGHT], &node.weight);
	get_u32(e.tb[LEV_NODE_A_PRIORITY], &node.priority);
	ret = lev_config_node_put(e.cfg, &node, how, &err);
	if (!ret && e.tb[LEV_NODE_A_ADMIN])
		ret = set_admin(&e, node.id, &err);
	return finish(&e, ret, &err);
}

static int nl_node_add(struct sk_buff *skb, struct genl_info *info)
{
	return node_put(info, LEV_PUT_ADD);
}

static int nl_node_set(struct sk_buff *skb, struct genl_info *info)
{
	return node_put(info, LEV_PUT_SET);
}

static int nl_node_del(struct sk_buff *skb, struct genl_info *info)
{
	struct lev_error err = {};
	struct edit e;
	u32 id = 0;
	int ret;

	ret = begin(&e, info, LEV_A_NODE, LEV_NODE_A_MAX, node_policy);
	if (ret)
		return ret;
	get_u32(e.tb[LEV_NODE_A_ID], &id);
	if (id && id == e.c->self) {
		err.attr = LEV_NODE_A_ID;
		err.msg = "a node cannot remove itself; delete the cluster here";
		ret = -EBUSY;
	} else {
		ret = lev_config_node_del(e.cfg, id, &err);
	}
	return finish(&e, ret, &err);
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
	struct edit e;
	int ret;

	ret = begin(&e, info, LEV_A_SERVICE, LEV_SERVICE_A_MAX, service_policy);
	if (ret)
		return ret;
	ret = get_addr(e.tb, LEV_SERVICE_A_ADDR, &service.addr, &err);
	if (ret)
		return finish(&e, ret, &err);
	get_u32(e.tb[LEV_SERVICE_A_PROTO], &service.proto);
	get_u32(e.tb[LEV_SERVICE_A_PORT], &service.port);
	old = lev_config_service(e.cfg, &service);
	if (how == LEV_PUT_SET && old)
		service = *old;
	get_u32(e.tb[LEV_SERVICE_A_HASH], &service.hash);
	get_pool(e.tb[LEV_SERVICE_A_POOL], service.pool);
	return finish(&e, lev_config_service_put(e.cfg, &service, how, &err), &err);
}

static int nl_service_add(struct sk_buff *skb, struct genl_info *info)
{
	return service_put(info, LEV_PUT_ADD);
}

static int nl_service_set(struct sk_buff *skb, struct genl_info *info)
{
	return service_put(info, LEV_PUT_SET);
}

static int nl_service_del(struct sk_buff *skb, struct genl_info *info)
{
	struct lev_service key = {};
	struct lev_error err = {};
	struct edit e;
	int ret;

	ret = begin(&e, info, LEV_A_SERVICE, LEV_SERVICE_A_MAX, service_policy);
	if (ret)
		return ret;
	get_u32(e.tb[LEV_SERVICE_A_PROTO], &key.proto);
	get_u32(e.tb[LEV_SERVICE_A_PORT], &key.port);
	ret = get_addr(e.tb, LEV_SERVICE_A_ADDR, &key.addr, &err) ? :
	      lev_config_service_del(e.cfg, &key, &err);
	return finish(&e, ret, &err);
}

static int server_put(struct genl_info *info, enum lev_put how)
{
	struct lev_server server = { .pool = LEV_POOL_DEFAULT, .weight = LEV_WEIGHT_DEFAULT };
	const struct lev_server *old;
	struct lev_error err = {};
	struct edit e;
	int ret;

	ret = begin(&e, info, LEV_A_SERVER, LEV_SERVER_A_MAX, server_policy);
	if (ret)
		return ret;
	ret = get_addr(e.tb, LEV_SERVER_A_ADDR, &server.addr, &err);
	if (ret)
		return finish(&e, ret, &err);
	get_pool(e.tb[LEV_SERVER_A_POOL], server.pool);
	old = lev_config_server(e.cfg, &server);
	if (how == LEV_PUT_SET && old)
		server = *old;
	get_u32(e.tb[LEV_SERVER_A_WEIGHT], &server.weight);
	get_u32(e.tb[LEV_SERVER_A_ADMIN], &server.admin);
	return finish(&e, lev_config_server_put(e.cfg, &server, how, &err), &err);
}

static int nl_server_add(struct sk_buff *skb, struct genl_info *info)
{
	return server_put(info, LEV_PUT_ADD);
}

static int nl_server_set(struct sk_buff *skb, struct genl_info *info)
{
	return server_put(info, LEV_PUT_SET);
}

static int nl_server_del(struct sk_buff *skb, struct genl_info *info)
{
	struct lev_server key = { .pool = LEV_POOL_DEFAULT };
	struct lev_error err = {};
	struct edit e;
	int ret;

	ret = begin(&e, info, LEV_A_SERVER, LEV_SERVER_A_MAX, server_policy);
	if (ret)
		return ret;
	get_pool(e.tb[LEV_SERVER_A_POOL], key.pool);
	ret = get_addr(e.tb, LEV_SERVER_A_ADDR, &key.addr, &err) ? :
	      lev_config_server_del(e.cfg, &key, &err);
	return finish(&e, ret, &err);
}

#define DO(command, function)					\
	{ .cmd = LEV_CMD_##command, .doit = function, .flags = GENL_UNS_ADMIN_PERM }
#define DUMP(command, function)	{ .cmd = LEV_CMD_##command, .dumpit = function }

static const struct genl_ops ops[] = {
	DO(CLUSTER_ADD, nl_cluster_add),
	DO(CLUSTER_SET, nl_cluster_set),
	DO(CLUSTER_DEL, nl_cluster_del),
	DUMP(CLUSTER_GET, lev_nl_cluster_dumpit),
	DO(ADDRESS_ADD, nl_address_add),
	DO(ADDRESS_DEL, nl_address_del),
	DUMP(ADDRESS_GET, lev_nl_address_dumpit),
	DO(NODE_ADD, nl_node_add),
	DO(NODE_SET, nl_node_set),
	DO(NODE_DEL, nl_node_del),
	DUMP(NODE_GET, lev_nl_node_dumpit),
	DO(SERVICE_ADD, nl_service_add),
	DO(SERVICE_SET, nl_service_set),
	DO(SERVICE_DEL, nl_service_del),
	DUMP(SERVICE_GET, lev_nl_service_dumpit),
	DO(SERVER_ADD, nl_server_add),
	DO(SERVER_SET, nl_server_set),
	DO(SERVER_DEL, nl_server_del),
	DUMP(SERVER_GET, lev_nl_server_dumpit),
	{ .cmd = LEV_CMD_STATUS_GET, .doit = lev_nl_status_doit },
	{ .cmd = LEV_CMD_STATS_GET, .doit = lev_nl_stats_doit },
};

static const struct genl_multicast_group groups[] = {
	{ .name = LEV_GENL_MCGRP_EVENTS },
};

struct genl_family lev_genl_family __ro_after_init = {
	.name = LEV_GENL_NAME,
	.version = LEV_GENL_VERSION,
	.maxattr = LEV_A_MAX,
	.policy = policy,
	.netnsok = true,
	.module = THIS_MODULE,
	.ops = ops,
	.n_ops = ARRAY_SIZE(ops),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
};

int lev_netlink_init(void)
{
	return genl_register_family(&lev_genl_family);
}

void lev_netlink_exit(void)
{
	genl_unregister_family(&lev_genl_family);
}

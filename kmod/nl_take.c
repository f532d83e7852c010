// SPDX-License-Identifier: GPL-2.0
/*
 * Reads what the nests of a request say (see nl_take.h). Owns nothing; process context.
 */
#include <linux/inetdevice.h>
#include <net/addrconf.h>

#include "nl_edit.h"
#include "nl_take.h"

int lev_take_address(struct nlattr **tb, struct lev_address *address, struct lev_error *err)
{
	*address = (struct lev_address){ .side = LEV_SIDE_FRONT };
	lev_edit_u32(tb[LEV_ADDRESS_A_SIDE], &address->side);
	return lev_edit_addr(tb, LEV_ADDRESS_A_ADDR, &address->addr, err);
}

void lev_take_node(struct nlattr **tb, const struct lev_config *from, struct lev_node *node)
{
	const struct lev_node *old;

	*node = (struct lev_node){
		.weight = LEV_WEIGHT_DEFAULT,
		.priority = LEV_PRIORITY_DEFAULT,
	};
	lev_edit_u32(tb[LEV_NODE_A_ID], &node->id);
	old = from ? lev_config_node(from, node->id) : NULL;
	if (old)
		*node = *old;
	lev_edit_u32(tb[LEV_NODE_A_WEIGHT], &node->weight);
	lev_edit_u32(tb[LEV_NODE_A_PRIORITY], &node->priority);
}

static void take_pool(struct nlattr *attr, char *pool)
{
	if (attr)
		nla_strscpy(pool, attr, LEV_POOL_SIZE);
}

int lev_take_service(struct nlattr **tb, const struct lev_config *from,
		     struct lev_service *service, struct lev_error *err)
{
	const struct lev_service *old;
	int ret;

	*service = (struct lev_service){ .pool = LEV_POOL_DEFAULT };
	ret = lev_edit_addr(tb, LEV_SERVICE_A_ADDR, &service->addr, err);
	if (ret)
		return ret;
	lev_edit_u32(tb[LEV_SERVICE_A_PROTO], &service->proto);
	lev_edit_u32(tb[LEV_SERVICE_A_PORT], &service->port);
	old = from ? lev_config_service(from, service) : NULL;
	if (old)
		*service = *old;
	lev_edit_u32(tb[LEV_SERVICE_A_HASH], &service->hash);
	take_pool(tb[LEV_SERVICE_A_POOL], service->pool);
	return 0;
}

int lev_take_server(struct nlattr **tb, const struct lev_config *from,
		    struct lev_server *server, struct lev_error *err)
{
	const struct lev_server *old;
	int ret;

	*server = (struct lev_server){ .pool = LEV_POOL_DEFAULT, .weight = LEV_WEIGHT_DEFAULT };
	if (!from && (tb[LEV_SERVER_A_HEALTH] || tb[LEV_SERVER_A_PERCENT])) {
		err->attr = tb[LEV_SERVER_A_HEALTH] ? LEV_SERVER_A_HEALTH : LEV_SERVER_A_PERCENT;
		err->msg = tb[LEV_SERVER_A_HEALTH] ?
			"health is set of a server that is there" :
			"percent is set of a server that is there";
		return -EOPNOTSUPP;
	}
	ret = lev_edit_addr(tb, LEV_SERVER_A_ADDR, &server->addr, err);
	if (ret)
		return ret;
	take_pool(tb[LEV_SERVER_A_POOL], server->pool);
	old = from ? lev_config_server(from, server) : NULL;
	if (old)
		*server = *old;
	lev_edit_u32(tb[LEV_SERVER_A_WEIGHT], &server->weight);
	lev_edit_u32(tb[LEV_SERVER_A_ADMIN], &server->admin);
	return 0;
}

int lev_take_params(struct nlattr **tb, struct lev_config *cfg, struct lev_error *err)
{
	struct lev_params params = cfg->params;

	lev_edit_u32(tb[LEV_CLUSTER_A_MAC], &params.mac);
	lev_edit_u32(tb[LEV_CLUSTER_A_LANES], &params.lanes);
	lev_edit_u32(tb[LEV_CLUSTER_A_PERIOD], &params.period);
	lev_edit_u32(tb[LEV_CLUSTER_A_HEARTBEAT], &params.heartbeat);
	lev_edit_u32(tb[LEV_CLUSTER_A_DEAD], &params.dead);
	lev_edit_u32(tb[LEV_CLUSTER_A_FAILBACK], &params.failback);
	lev_edit_u32(tb[LEV_CLUSTER_A_FLOWS], &params.flows);
	lev_edit_u32(tb[LEV_CLUSTER_A_MEMORY], &params.memory);
	lev_edit_u32(tb[LEV_CLUSTER_A_REFRESH], &params.refresh);
	lev_edit_u32(tb[LEV_CLUSTER_A_PACE], &params.pace);
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

static int get_key(struct nlattr **tb, int type, struct lev_key *key, struct lev_error *err)
{
	if (!tb[type])
		return 0;
	if (nla_len(tb[type]) && nla_len(tb[type]) < LEV_KEY_MIN) {
		err->attr = type;
		err->msg = "a key has 16 to 64 bytes";
		return -ERANGE;
	}
	key->len = nla_len(tb[type]);
	memcpy(key->b, nla_data(tb[type]), nla_len(tb[type]));
	return 0;
}

int lev_take_identity(struct nlattr **tb, struct lev_identity *identity, struct lev_error *err)
{
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
	identity->set_key = tb[LEV_CLUSTER_A_KEY];
	identity->set_old_key = tb[LEV_CLUSTER_A_OLD_KEY];
	return get_key(tb, LEV_CLUSTER_A_KEY, &identity->keys.now, err) ? :
	       get_key(tb, LEV_CLUSTER_A_OLD_KEY, &identity->keys.old, err);
}

int lev_take_complete(struct genl_info *info, struct nlattr **tb)
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

int lev_take_own(struct net *net, const struct lev_addr *addr, struct lev_error *err)
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

void lev_take_blame_port(struct genl_info *info, struct nlattr **tb, int ret)
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

// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that make, change and remove a cluster. Runs in process context.
 */
#include "device.h"
#include "nl_edit.h"

static int get_params(struct nlattr **tb, struct lev_config *cfg, struct lev_error *err)
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

int lev_nl_cluster_add(struct sk_buff *skb, struct genl_info *info)
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
	ret = lev_edit_nest(info, LEV_A_CLUSTER, LEV_CLUSTER_A_MAX, lev_nl_cluster_policy, tb) ? :
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
		lev_edit_blame(info, tb, &err);
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

int lev_nl_cluster_set(struct sk_buff *skb, struct genl_info *info)
{
	struct lev_identity identity;
	struct lev_error err = {};
	struct lev_edit e;
	int ret;

	ret = lev_edit_begin(&e, info, LEV_A_CLUSTER, LEV_CLUSTER_A_MAX, lev_nl_cluster_policy);
	if (ret)
		return ret;
	ret = get_identity(e.tb, &identity, &err) ? : get_params(e.tb, e.cfg, &err) ? :
	      ensure_self(e.cfg, identity.self, &err);
	if (!ret && changes_identity(e.tb)) {
		ret = lev_device_identify(e.c, &identity, info->extack);
		blame_port(info, e.tb, ret);
		if (!ret) {
			ret = lev_edit_commit(&e);
			if (ret)
				lev_device_identify(e.c, &identity, NULL);
		}
	}
	memzero_explicit(&identity, sizeof(identity));
	return lev_edit_finish(&e, ret, &err);
}

int lev_nl_cluster_del(struct sk_buff *skb, struct genl_info *info)
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
	if (registered)
		return 0;
	NL_SET_ERR_MSG(info->extack, LEV_DEVICE_GOES);
	return -ENODEV;
}

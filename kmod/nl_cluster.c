// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that make, change and remove a cluster. Runs in process context.
 */
#include "device.h"
#include "nl_edit.h"
#include "nl_take.h"

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
	       tb[LEV_CLUSTER_A_BACK] || tb[LEV_CLUSTER_A_KEY] ||
	       tb[LEV_CLUSTER_A_OLD_KEY];
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
	      lev_take_complete(info, tb);
	if (ret)
		return ret;
	cfg = kvmalloc(sizeof(*cfg), GFP_KERNEL);
	if (!cfg)
		return -ENOMEM;
	lev_config_init(cfg);
	cfg->version = 1;
	ret = lev_take_identity(tb, &identity, &err) ? : lev_take_params(tb, cfg, &err) ? :
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
		lev_take_blame_port(info, tb, ret);
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
	ret = lev_take_identity(e.tb, &identity, &err) ? : lev_take_params(e.tb, e.cfg, &err) ? :
	      ensure_self(e.cfg, identity.self, &err);
	if (!ret && changes_identity(e.tb)) {
		ret = lev_device_identify(e.c, &identity, e.cfg, 0, info->extack);
		e.cfg = NULL;
		lev_take_blame_port(info, e.tb, ret);
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

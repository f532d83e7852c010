// SPDX-License-Identifier: GPL-2.0
/*
 * What the requests that change something share (see nl_edit.h). Runs in process context;
 * takes the config_mutex.
 */
#include "commit.h"
#include "device.h"
#include "nl_edit.h"

static_assert(LEV_ADDRESS_A_MAX <= LEV_CLUSTER_A_MAX);
static_assert(LEV_NODE_A_MAX <= LEV_CLUSTER_A_MAX);
static_assert(LEV_SERVICE_A_MAX <= LEV_CLUSTER_A_MAX);
static_assert(LEV_SERVER_A_MAX <= LEV_CLUSTER_A_MAX);

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

int lev_edit_nest(struct genl_info *info, int nest, int max, const struct nla_policy *p,
		  struct nlattr **tb)
{
	if (GENL_REQ_ATTR_CHECK(info, nest)) {
		NL_SET_ERR_MSG(info->extack, "what to change is missing");
		return -EINVAL;
	}
	return nla_parse_nested(tb, max, info->attrs[nest], p, info->extack);
}

int lev_edit_begin(struct lev_edit *e, struct genl_info *info, int nest, int max,
		   const struct nla_policy *p)
{
	int ret;

	memset(e, 0, sizeof(*e));
	e->info = info;
	ret = lev_edit_nest(info, nest, max, p, e->tb);
	if (ret)
		return ret;
	e->c = lev_nl_find(genl_info_net(info), info->attrs, &e->tracker, info->extack);
	if (IS_ERR(e->c))
		return PTR_ERR(e->c);
	mutex_lock(&e->c->config_mutex);
	e->cfg = lev_commit_clone(e->c);
	if (e->cfg)
		return 0;
	mutex_unlock(&e->c->config_mutex);
	netdev_put(e->c->dev, &e->tracker);
	return -ENOMEM;
}

void lev_edit_blame(struct genl_info *info, struct nlattr **tb, const struct lev_error *err)
{
	if (!info->extack || !err->msg)
		return;
	info->extack->_msg = err->msg;
	if (err->attr && tb[err->attr])
		NL_SET_BAD_ATTR(info->extack, tb[err->attr]);
}

int lev_edit_commit(struct lev_edit *e)
{
	struct lev_config *cfg = e->cfg;

	e->cfg = NULL;
	return lev_commit(e->c, cfg, 0);
}

int lev_edit_finish(struct lev_edit *e, int ret, const struct lev_error *err)
{
	if (!ret && e->cfg)
		ret = lev_edit_commit(e);
	kvfree(e->cfg);
	lev_edit_blame(e->info, e->tb, err);
	mutex_unlock(&e->c->config_mutex);
	netdev_put(e->c->dev, &e->tracker);
	return ret;
}

void lev_edit_u32(struct nlattr *attr, u32 *value)
{
	if (attr)
		*value = nla_get_u32(attr);
}

int lev_edit_addr(struct nlattr **tb, int attr, struct lev_addr *addr, struct lev_error *err)
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
	if (nla_len(tb[attr]) == 16) {
		memcpy(addr->b, nla_data(tb[attr]), sizeof(addr->b));
		if (lev_addr_is4(addr)) {
			err->msg = "an IPv4 address has 4 bytes";
			return -EINVAL;
		}
		err->attr = 0;
		return 0;
	}
	err->msg = "an address has 4 or 16 bytes";
	return -EAFNOSUPPORT;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The request that says the whole of a cluster, under a number: all is read and checked aside, then
 * put in force as one change. Runs in process context.
 */
#include "commit.h"
#include "device.h"
#include "nl_edit.h"
#include "nl_take.h"

/**
 * struct whole - what the request says
 * @version: its number
 * @check: nothing is to be changed
 * @cluster: attributes of LEV_A_CLUSTER
 * @identity: who this node is
 * @cfg: what all nodes share
 */
struct whole {
	u32 version;
	bool check;
	struct nlattr *cluster[LEV_CLUSTER_A_MAX + 1];
	struct lev_identity identity;
	struct lev_config *cfg;
};

static int add_address(struct nlattr **tb, struct lev_config *cfg, struct lev_error *err)
{
	struct lev_address address;

	return lev_take_address(tb, &address, err) ? : lev_config_address_put(cfg, &address, err);
}

static int add_node(struct nlattr **tb, struct lev_config *cfg, struct lev_error *err)
{
	struct lev_node node;

	lev_take_node(tb, NULL, &node);
	if (!tb[LEV_NODE_A_ADMIN] && !tb[LEV_NODE_A_WATCH])
		return lev_config_node_put(cfg, &node, LEV_PUT_ADD, err);
	err->attr = tb[LEV_NODE_A_ADMIN] ? LEV_NODE_A_ADMIN : LEV_NODE_A_WATCH;
	err->msg = "what a node is asked for is no part of the config";
	return -EINVAL;
}

static int add_service(struct nlattr **tb, struct lev_config *cfg, struct lev_error *err)
{
	struct lev_service service;

	return lev_take_service(tb, NULL, &service, err) ? :
	       lev_config_service_put(cfg, &service, LEV_PUT_ADD, err);
}

static int add_server(struct nlattr **tb, struct lev_config *cfg, struct lev_error *err)
{
	struct lev_server server;

	return lev_take_server(tb, NULL, &server, err) ? :
	       lev_config_server_put(cfg, &server, LEV_PUT_ADD, err);
}

/* What the request has as often as there are such things. */
static const struct kind {
	int nest;
	int max;
	const struct nla_policy *policy;
	int (*add)(struct nlattr **tb, struct lev_config *cfg, struct lev_error *err);
} kinds[] = {
	{ LEV_A_ADDRESS, LEV_ADDRESS_A_MAX, lev_nl_address_policy, add_address },
	{ LEV_A_NODE, LEV_NODE_A_MAX, lev_nl_node_policy, add_node },
	{ LEV_A_SERVICE, LEV_SERVICE_A_MAX, lev_nl_service_policy, add_service },
	{ LEV_A_SERVER, LEV_SERVER_A_MAX, lev_nl_server_policy, add_server },
};

static const struct kind *kind_of(const struct nlattr *nest)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (nla_type(nest) == kinds[i].nest)
			return &kinds[i];
	return NULL;
}

static int take_things(struct genl_info *info, struct lev_config *cfg)
{
	struct nlattr *nest, *tb[LEV_CLUSTER_A_MAX + 1];
	int rem, ret = 0;

	nlmsg_for_each_attr(nest, info->nlhdr, GENL_HDRLEN, rem) {
		const struct kind *kind = kind_of(nest);
		struct lev_error err = {};

		if (!kind)
			continue;
		ret = nla_parse_nested(tb, kind->max, nest, kind->policy, info->extack);
		if (ret)
			return ret;
		ret = kind->add(tb, cfg, &err);
		if (!ret)
			continue;
		NL_SET_BAD_ATTR(info->extack, nest);
		lev_edit_blame(info, tb, &err);
		return ret;
	}
	return 0;
}

static int take_number(struct genl_info *info, struct whole *w)
{
	struct nlattr *tb[LEV_CONFIG_A_MAX + 1];
	int ret;

	ret = lev_edit_nest(info, LEV_A_CONFIG, LEV_CONFIG_A_MAX, lev_nl_config_policy, tb);
	if (ret)
		return ret;
	w->check = nla_get_flag(tb[LEV_CONFIG_A_CHECK]);
	lev_edit_u32(tb[LEV_CONFIG_A_VERSION], &w->version);
	if (w->version >= LEV_VERSION_MIN)
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, tb[LEV_CONFIG_A_VERSION],
			    "a config has a number from 1 on");
	return -ERANGE;
}

static int take_cluster(struct genl_info *info, struct whole *w)
{
	struct lev_error err = {};
	int ret;

	ret = lev_edit_nest(info, LEV_A_CLUSTER, LEV_CLUSTER_A_MAX, lev_nl_cluster_policy,
			    w->cluster) ? : lev_take_complete(info, w->cluster);
	if (ret)
		return ret;
	ret = lev_take_identity(w->cluster, &w->identity, &err) ? :
	      lev_take_params(w->cluster, w->cfg, &err);
	lev_edit_blame(info, w->cluster, &err);
	return ret;
}

static int check_self(struct genl_info *info, const struct whole *w)
{
	if (lev_config_node(w->cfg, w->identity.self))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, w->cluster[LEV_CLUSTER_A_SELF],
			    "this node is not among the nodes");
	return -ENOENT;
}

/* An address that is in the config already is not asked about again. */
static int check_addresses(struct genl_info *info, const struct lev_config *cfg,
			   const struct lev_config *old)
{
	struct nlattr *nest, *tb[LEV_ADDRESS_A_MAX + 1];
	struct lev_address address;
	int rem, ret = 0;

	nlmsg_for_each_attr(nest, info->nlhdr, GENL_HDRLEN, rem) {
		struct lev_error err = {};

		if (nla_type(nest) != LEV_A_ADDRESS)
			continue;
		ret = nla_parse_nested(tb, LEV_ADDRESS_A_MAX, nest, lev_nl_address_policy,
				       info->extack) ? : lev_take_address(tb, &address, &err);
		if (!ret && (!old || !lev_config_address(old, &address.addr)))
			ret = lev_take_own(genl_info_net(info), &address.addr, &err);
		lev_edit_blame(info, tb, &err);
		if (ret)
			break;
	}
	return ret;
}

static int check_number(struct genl_info *info, struct lev_cluster *c, const struct whole *w)
{
	u64 digest = lev_config_digest(w->cfg, &c->hash_key);
	struct nlattr *tb[LEV_CONFIG_A_MAX + 1];
	enum lev_number number;

	spin_lock_bh(&c->lock);
	number = lev_member_number(c->member, w->version, digest);
	spin_unlock_bh(&c->lock);
	if (number == LEV_NUMBER_FREE)
		return 0;
	if (number == LEV_NUMBER_TAKEN)
		NL_SET_ERR_MSG(info->extack,
			       "another content has this number here: give it a higher one");
	else
		NL_SET_ERR_MSG(info->extack, "what is here has a higher number");
	lev_edit_nest(info, LEV_A_CONFIG, LEV_CONFIG_A_MAX, lev_nl_config_policy, tb);
	NL_SET_BAD_ATTR(info->extack, tb[LEV_CONFIG_A_VERSION]);
	return -ESTALE;
}

/* Who checks is told whether the key is another one, which nothing else tells. */
static int answer(struct genl_info *info, bool rekeys)
{
	struct sk_buff *skb = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	struct nlattr *nest;
	void *head;

	if (!skb)
		return -ENOMEM;
	head = genlmsg_put_reply(skb, info, &lev_genl_family, 0, LEV_CMD_CONFIG_SET);
	nest = head ? nla_nest_start(skb, LEV_A_CONFIG) : NULL;
	if (!nest || nla_put_u8(skb, LEV_CONFIG_A_REKEYS, rekeys)) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	genlmsg_end(skb, head);
	return genlmsg_reply(skb, info);
}

/* Takes the config over. */
static int create(struct genl_info *info, struct whole *w)
{
	struct lev_config *cfg = w->cfg;
	int ret;

	ret = check_addresses(info, cfg, NULL);
	if (!ret && w->check) {
		ret = lev_device_check(genl_info_net(info), &w->identity, info->extack) ? :
		      answer(info, w->identity.keys.now.len);
	} else if (!ret) {
		w->cfg = NULL;
		ret = lev_device_create(genl_info_net(info), nla_data(info->attrs[LEV_A_IFNAME]),
					&w->identity, cfg, info->extack);
		if (ret == -EEXIST)
			NL_SET_BAD_ATTR(info->extack, info->attrs[LEV_A_IFNAME]);
	}
	lev_take_blame_port(info, w->cluster, ret);
	return ret;
}

static int change(struct genl_info *info, struct whole *w)
{
	netdevice_tracker tracker;
	struct lev_cluster *c;
	int ret;

	c = lev_nl_find(genl_info_net(info), info->attrs, &tracker, info->extack);
	if (IS_ERR(c))
		return PTR_ERR(c);
	mutex_lock(&c->config_mutex);
	ret = check_addresses(info, w->cfg, lev_commit_newest(c)) ? : check_number(info, c, w);
	if (!ret && w->check) {
		ret = lev_device_check(c->net, &w->identity, info->extack) ? :
		      answer(info, lev_device_rekeys(c, &w->identity));
	} else if (!ret) {
		ret = lev_device_identify(c, &w->identity, w->cfg, w->version, info->extack);
		w->cfg = NULL;
	}
	lev_take_blame_port(info, w->cluster, ret);
	mutex_unlock(&c->config_mutex);
	netdev_put(c->dev, &tracker);
	return ret;
}

/* Named, and not there yet? */
static bool is_new(struct genl_info *info)
{
	bool there;

	if (info->attrs[LEV_A_IFINDEX] || !info->attrs[LEV_A_IFNAME])
		return false;
	rcu_read_lock();
	there = dev_get_by_name_rcu(genl_info_net(info), nla_data(info->attrs[LEV_A_IFNAME]));
	rcu_read_unlock();
	return !there;
}

int lev_nl_config_set(struct sk_buff *skb, struct genl_info *info)
{
	struct whole w = {};
	int ret;

	w.cfg = kvmalloc(sizeof(*w.cfg), GFP_KERNEL);
	if (!w.cfg)
		return -ENOMEM;
	lev_config_init(w.cfg);
	ret = take_number(info, &w) ? : take_cluster(info, &w) ? : take_things(info, w.cfg) ? :
	      check_self(info, &w);
	if (!ret) {
		w.cfg->version = w.version;
		ret = is_new(info) ? create(info, &w) : change(info, &w);
	}
	kvfree(w.cfg);
	memzero_explicit(&w.identity, sizeof(w.identity));
	return ret;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Module parameters (see param.h): read once, at load. What they make is an ordinary
 * cluster, lev0, that levctl can change later.
 */
#include <linux/inet.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/slab.h>

#include "device.h"
#include "param.h"

static char *front, *back, *levip, *servip, *servers, *nodes;
static unsigned int id, node;

module_param(front, charp, 0444);
MODULE_PARM_DESC(front, "front device (Net A); makes a cluster at load");
module_param(back, charp, 0444);
MODULE_PARM_DESC(back, "back device (Net B); default: as front");
module_param(id, uint, 0444);
MODULE_PARM_DESC(id, "cluster id, 1-65535");
module_param(node, uint, 0444);
MODULE_PARM_DESC(node, "this node's id, 1-64");
module_param(nodes, charp, 0444);
MODULE_PARM_DESC(nodes, "ids of all nodes, as 1,2,3");
module_param(levip, charp, 0444);
MODULE_PARM_DESC(levip, "addresses to share in front, as 10.0.0.200");
module_param(servip, charp, 0444);
MODULE_PARM_DESC(servip, "addresses that the servers share, as 10.0.1.200");
module_param(servers, charp, 0444);
MODULE_PARM_DESC(servers, "servers' own addresses, as 10.0.1.101,10.0.1.102");

typedef int (*add_fn)(struct lev_config *cfg, const char *word, struct lev_error *err);

static int parse_addr(const char *word, struct lev_addr *addr, struct lev_error *err)
{
	const char *end;
	__be32 v4;

	if (in4_pton(word, -1, (u8 *)&v4, -1, &end) && !*end) {
		lev_addr_set4(addr, &v4);
		return 0;
	}
	if (in6_pton(word, -1, addr->b, -1, &end) && !*end && !lev_addr_is4(addr))
		return 0;
	err->msg = "not an address";
	return -EINVAL;
}

static int add_node(struct lev_config *cfg, const char *word, struct lev_error *err)
{
	struct lev_node n = { .weight = LEV_WEIGHT_DEFAULT, .priority = LEV_PRIORITY_DEFAULT };

	err->msg = "not a number";
	return kstrtou32(word, 10, &n.id) ? : lev_config_node_put(cfg, &n, LEV_PUT_ADD, err);
}

static int add_levip(struct lev_config *cfg, const char *word, struct lev_error *err)
{
	struct lev_address address = { .side = LEV_SIDE_FRONT };

	return parse_addr(word, &address.addr, err) ? : lev_config_address_put(cfg, &address, err);
}

static int add_servip(struct lev_config *cfg, const char *word, struct lev_error *err)
{
	struct lev_service s = { .pool = LEV_POOL_DEFAULT };

	return parse_addr(word, &s.addr, err) ? :
		lev_config_service_put(cfg, &s, LEV_PUT_ADD, err);
}

static int add_server(struct lev_config *cfg, const char *word, struct lev_error *err)
{
	struct lev_server s = { .pool = LEV_POOL_DEFAULT, .weight = LEV_WEIGHT_DEFAULT };

	return parse_addr(word, &s.addr, err) ? : lev_config_server_put(cfg, &s, LEV_PUT_ADD, err);
}

/* Each word of a list that commas part. */
static int add_all(struct lev_config *cfg, const char *name, const char *list, add_fn add)
{
	char *copy, *rest, *word;
	int ret = 0;

	if (!list)
		return 0;
	copy = kstrdup(list, GFP_KERNEL);
	if (!copy)
		return -ENOMEM;
	rest = copy;
	while (!ret && (word = strsep(&rest, ","))) {
		struct lev_error err = {};

		ret = add(cfg, word, &err);
		if (ret)
			pr_err("leveler: %s: \"%s\": %s\n", name, word, err.msg);
	}
	kfree(copy);
	return ret;
}

static int fill_port(struct lev_identity *identity, enum lev_side side, const char *param,
		     const char *name)
{
	if (*name && strscpy(identity->port[side], name, IFNAMSIZ) > 0)
		return 0;
	pr_err("leveler: %s: \"%s\": not a device's name\n", param, name);
	return -EINVAL;
}

static int fill_identity(struct lev_identity *identity)
{
	if (!id || id > LEV_CLUSTER_ID_MAX) {
		pr_err("leveler: id must be 1 to 65535\n");
		return -ERANGE;
	}
	if (!node || node > LEV_NODE_ID_MAX) {
		pr_err("leveler: node must be 1 to 64\n");
		return -ERANGE;
	}
	identity->id = id;
	identity->self = node;
	return fill_port(identity, LEV_SIDE_FRONT, "front", front) ? :
	       fill_port(identity, LEV_SIDE_BACK, "back", back ? back : front);
}

static int fill_config(struct lev_config *cfg)
{
	struct lev_error err;
	char self[12];
	int ret;

	lev_config_init(cfg);
	cfg->version = 1;
	ret = add_all(cfg, "nodes", nodes, add_node);
	if (ret)
		return ret;
	if (!lev_config_node(cfg, node)) {
		snprintf(self, sizeof(self), "%u", node);
		ret = add_node(cfg, self, &err);
		if (ret)
			return ret;
	}
	return add_all(cfg, "levip", levip, add_levip) ? :
	       add_all(cfg, "servip", servip, add_servip) ? :
	       add_all(cfg, "servers", servers, add_server);
}

int lev_param_create(void)
{
	struct lev_identity identity = {};
	struct lev_config *cfg;
	int ret;

	if (!front) {
		if (!back && !id && !node && !nodes && !levip && !servip && !servers)
			return 0;
		pr_err("leveler: front is missing\n");
		return -EINVAL;
	}
	ret = fill_identity(&identity);
	if (ret)
		return ret;
	cfg = kvmalloc(sizeof(*cfg), GFP_KERNEL);
	if (!cfg)
		return -ENOMEM;
	ret = fill_config(cfg);
	if (ret) {
		kvfree(cfg);
		return ret;
	}
	ret = lev_device_create(current->nsproxy->net_ns, "lev0", &identity, cfg, NULL);
	if (ret)
		pr_err("leveler: no cluster on front %s, back %s: error %d\n", front,
		       identity.port[LEV_SIDE_BACK], ret);
	return ret;
}

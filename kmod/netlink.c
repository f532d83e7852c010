// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family (see nl.h): policies and the table of commands. The handlers
 * are in nl_cluster.c, nl_config.c, nl_apply.c, nl_dump.c, nl_status.c and nl_explain.c.
 */
#include <linux/module.h>

#include "netlink.h"
#include "nl.h"

const struct nla_policy lev_nl_cluster_policy[LEV_CLUSTER_A_MAX + 1] = {
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
	[LEV_CLUSTER_A_FLOWS] = { .type = NLA_U32 },
	[LEV_CLUSTER_A_MEMORY] = { .type = NLA_U32 },
	[LEV_CLUSTER_A_REFRESH] = { .type = NLA_U32 },
	[LEV_CLUSTER_A_PACE] = { .type = NLA_U32 },
	[LEV_CLUSTER_A_KEY] = { .type = NLA_BINARY, .len = LEV_KEY_MAX },
	[LEV_CLUSTER_A_OLD_KEY] = { .type = NLA_BINARY, .len = LEV_KEY_MAX },
};

const struct nla_policy lev_nl_address_policy[LEV_ADDRESS_A_MAX + 1] = {
	[LEV_ADDRESS_A_ADDR] = { .type = NLA_BINARY, .len = 16 },
	[LEV_ADDRESS_A_SIDE] = { .type = NLA_U32 },
};

const struct nla_policy lev_nl_node_policy[LEV_NODE_A_MAX + 1] = {
	[LEV_NODE_A_ID] = { .type = NLA_U32 },
	[LEV_NODE_A_WEIGHT] = { .type = NLA_U32 },
	[LEV_NODE_A_PRIORITY] = { .type = NLA_U32 },
	[LEV_NODE_A_ADMIN] = { .type = NLA_U32 },
	[LEV_NODE_A_WATCH] = { .type = NLA_U32 },
};

const struct nla_policy lev_nl_service_policy[LEV_SERVICE_A_MAX + 1] = {
	[LEV_SERVICE_A_ADDR] = { .type = NLA_BINARY, .len = 16 },
	[LEV_SERVICE_A_PROTO] = { .type = NLA_U32 },
	[LEV_SERVICE_A_PORT] = { .type = NLA_U32 },
	[LEV_SERVICE_A_HASH] = { .type = NLA_U32 },
	[LEV_SERVICE_A_POOL] = { .type = NLA_NUL_STRING, .len = LEV_POOL_SIZE - 1 },
};

const struct nla_policy lev_nl_server_policy[LEV_SERVER_A_MAX + 1] = {
	[LEV_SERVER_A_ADDR] = { .type = NLA_BINARY, .len = 16 },
	[LEV_SERVER_A_POOL] = { .type = NLA_NUL_STRING, .len = LEV_POOL_SIZE - 1 },
	[LEV_SERVER_A_WEIGHT] = { .type = NLA_U32 },
	[LEV_SERVER_A_ADMIN] = { .type = NLA_U32 },
	[LEV_SERVER_A_HEALTH] = { .type = NLA_U32 },
	[LEV_SERVER_A_PERCENT] = { .type = NLA_U32 },
};

const struct nla_policy lev_nl_explain_policy[LEV_EXPLAIN_A_MAX + 1] = {
	[LEV_EXPLAIN_A_SRC] = { .type = NLA_BINARY, .len = 16 },
	[LEV_EXPLAIN_A_DST] = { .type = NLA_BINARY, .len = 16 },
	[LEV_EXPLAIN_A_PROTO] = { .type = NLA_U32 },
	[LEV_EXPLAIN_A_SPORT] = { .type = NLA_U32 },
	[LEV_EXPLAIN_A_DPORT] = { .type = NLA_U32 },
};

const struct nla_policy lev_nl_config_policy[LEV_CONFIG_A_MAX + 1] = {
	[LEV_CONFIG_A_VERSION] = { .type = NLA_U32 },
	[LEV_CONFIG_A_CHECK] = { .type = NLA_FLAG },
};

static const struct nla_policy policy[LEV_A_MAX + 1] = {
	[LEV_A_IFINDEX] = { .type = NLA_U32 },
	[LEV_A_IFNAME] = { .type = NLA_NUL_STRING, .len = IFNAMSIZ - 1 },
	[LEV_A_CLUSTER] = NLA_POLICY_NESTED(lev_nl_cluster_policy),
	[LEV_A_ADDRESS] = NLA_POLICY_NESTED(lev_nl_address_policy),
	[LEV_A_NODE] = NLA_POLICY_NESTED(lev_nl_node_policy),
	[LEV_A_SERVICE] = NLA_POLICY_NESTED(lev_nl_service_policy),
	[LEV_A_SERVER] = NLA_POLICY_NESTED(lev_nl_server_policy),
	[LEV_A_EXPLAIN] = NLA_POLICY_NESTED(lev_nl_explain_policy),
	[LEV_A_CONFIG] = NLA_POLICY_NESTED(lev_nl_config_policy),
};

#define DO(command, function)					\
	{ .cmd = LEV_CMD_##command, .doit = function, .flags = GENL_UNS_ADMIN_PERM }
#define DUMP(command, function)	{ .cmd = LEV_CMD_##command, .dumpit = function }

static const struct genl_ops ops[] = {
	DO(CLUSTER_ADD, lev_nl_cluster_add),
	DO(CLUSTER_SET, lev_nl_cluster_set),
	DO(CLUSTER_DEL, lev_nl_cluster_del),
	DUMP(CLUSTER_GET, lev_nl_cluster_dumpit),
	DO(ADDRESS_ADD, lev_nl_address_add),
	DO(ADDRESS_DEL, lev_nl_address_del),
	DUMP(ADDRESS_GET, lev_nl_address_dumpit),
	DO(NODE_ADD, lev_nl_node_add),
	DO(NODE_SET, lev_nl_node_set),
	DO(NODE_DEL, lev_nl_node_del),
	DUMP(NODE_GET, lev_nl_node_dumpit),
	DO(SERVICE_ADD, lev_nl_service_add),
	DO(SERVICE_SET, lev_nl_service_set),
	DO(SERVICE_DEL, lev_nl_service_del),
	DUMP(SERVICE_GET, lev_nl_service_dumpit),
	DO(SERVER_ADD, lev_nl_server_add),
	DO(SERVER_SET, lev_nl_server_set),
	DO(SERVER_DEL, lev_nl_server_del),
	DUMP(SERVER_GET, lev_nl_server_dumpit),
	{ .cmd = LEV_CMD_STATUS_GET, .doit = lev_nl_status_doit },
	{ .cmd = LEV_CMD_STATS_GET, .doit = lev_nl_stats_doit },
	/* By what it tells, flows could be found that all meet at one server. */
	DO(EXPLAIN, lev_nl_explain_doit),
	DO(CONFIG_SET, lev_nl_config_set),
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

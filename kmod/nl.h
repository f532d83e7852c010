/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The generic netlink family, and what its files share: netlink.c (policies and
 * commands), nl_cluster.c and nl_config.c (changes), nl_apply.c (the whole at once), nl_dump.c
 * (dumps), nl_status.c (status and counters), nl_explain.c (what becomes of a packet), event.c
 * (notifications).
 */
#ifndef _LEV_NL_H
#define _LEV_NL_H

#include <net/genetlink.h>

#include "cluster.h"

extern struct genl_family lev_genl_family;
extern const struct nla_policy lev_nl_cluster_policy[LEV_CLUSTER_A_MAX + 1];
extern const struct nla_policy lev_nl_address_policy[LEV_ADDRESS_A_MAX + 1];
extern const struct nla_policy lev_nl_node_policy[LEV_NODE_A_MAX + 1];
extern const struct nla_policy lev_nl_service_policy[LEV_SERVICE_A_MAX + 1];
extern const struct nla_policy lev_nl_server_policy[LEV_SERVER_A_MAX + 1];
extern const struct nla_policy lev_nl_explain_policy[LEV_EXPLAIN_A_MAX + 1];
extern const struct nla_policy lev_nl_config_policy[LEV_CONFIG_A_MAX + 1];

/**
 * lev_nl_put_addr() - an address, 4 or 16 bytes by its family
 * @skb: message
 * @attr: attribute type
 * @addr: address
 *
 * Return: 0 or -EMSGSIZE
 */
int lev_nl_put_addr(struct sk_buff *skb, int attr, const struct lev_addr *addr);

/**
 * lev_nl_put_device() - LEV_A_IFINDEX and LEV_A_IFNAME
 * @skb: message
 * @c: cluster
 *
 * Return: 0 or -EMSGSIZE
 */
int lev_nl_put_device(struct sk_buff *skb, const struct lev_cluster *c);

/**
 * lev_nl_put_cluster() - the nest LEV_A_CLUSTER
 * @skb: message
 * @c: cluster; the caller holds its config_mutex
 * @p: its settings, in force or pending
 *
 * Return: 0 or -EMSGSIZE
 */
int lev_nl_put_cluster(struct sk_buff *skb, struct lev_cluster *c, const struct lev_params *p);

/**
 * lev_nl_put_service() - the nest LEV_A_SERVICE
 * @skb: message
 * @c: cluster; the caller holds its config_mutex
 * @s: a service of the config in force
 *
 * Return: 0 or -EMSGSIZE
 */
int lev_nl_put_service(struct sk_buff *skb, struct lev_cluster *c, const struct lev_service *s);

/* lev_nl_put_server() - the nest LEV_A_SERVER, as lev_nl_put_service() */
int lev_nl_put_server(struct sk_buff *skb, struct lev_cluster *c, const struct lev_server *s);

/**
 * typedef lev_nl_fill_fn - puts into an answer what it is about
 * @skb: message, with the cluster's device in it
 * @c: cluster, its device held
 * @info: request
 * @arg: the caller's
 *
 * Return: 0; -EMSGSIZE; or another error, extack set
 */
typedef int (*lev_nl_fill_fn)(struct sk_buff *skb, struct lev_cluster *c,
			      struct genl_info *info, void *arg);

/**
 * lev_nl_reply() - answer a request by one message
 * @info: request; it names the cluster
 * @size: room for the answer, bytes
 * @cmd: of the answer
 * @fill: puts the rest
 * @arg: for @fill
 *
 * Return: 0 or an error, extack set
 */
int lev_nl_reply(struct genl_info *info, size_t size, u8 cmd, lev_nl_fill_fn fill, void *arg);

/**
 * lev_nl_find() - the cluster that a request names
 * @net: namespace
 * @attrs: its top attributes
 * @tracker: for lev_nl_put()
 * @extack: says what is wrong
 *
 * Return: the cluster, its device held, or ERR_PTR
 */
struct lev_cluster *lev_nl_find(struct net *net, struct nlattr **attrs,
				netdevice_tracker *tracker, struct netlink_ext_ack *extack);

int lev_nl_cluster_add(struct sk_buff *skb, struct genl_info *info);
int lev_nl_cluster_set(struct sk_buff *skb, struct genl_info *info);
int lev_nl_cluster_del(struct sk_buff *skb, struct genl_info *info);
int lev_nl_address_add(struct sk_buff *skb, struct genl_info *info);
int lev_nl_address_del(struct sk_buff *skb, struct genl_info *info);
int lev_nl_node_add(struct sk_buff *skb, struct genl_info *info);
int lev_nl_node_set(struct sk_buff *skb, struct genl_info *info);
int lev_nl_node_del(struct sk_buff *skb, struct genl_info *info);
int lev_nl_service_add(struct sk_buff *skb, struct genl_info *info);
int lev_nl_service_set(struct sk_buff *skb, struct genl_info *info);
int lev_nl_service_del(struct sk_buff *skb, struct genl_info *info);
int lev_nl_server_add(struct sk_buff *skb, struct genl_info *info);
int lev_nl_server_set(struct sk_buff *skb, struct genl_info *info);
int lev_nl_server_del(struct sk_buff *skb, struct genl_info *info);
int lev_nl_config_set(struct sk_buff *skb, struct genl_info *info);
int lev_nl_status_doit(struct sk_buff *skb, struct genl_info *info);
int lev_nl_stats_doit(struct sk_buff *skb, struct genl_info *info);
int lev_nl_explain_doit(struct sk_buff *skb, struct genl_info *info);
int lev_nl_cluster_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int lev_nl_address_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int lev_nl_node_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int lev_nl_service_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int lev_nl_server_dumpit(struct sk_buff *skb, struct netlink_callback *cb);

#endif /* _LEV_NL_H */

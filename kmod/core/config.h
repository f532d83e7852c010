/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The config that all nodes share: what it holds, how it may change, its digest. Pure.
 * kmod/device.c clones the newest one, edits the clone, and puts it in force; a config
 * that is in force or pending is never written again.
 */
#ifndef _LEV_CORE_CONFIG_H
#define _LEV_CORE_CONFIG_H

#include "base.h"
#include "wheel.h"

/**
 * struct lev_params - settings of the cluster as a whole
 * @mac: whose MAC addresses answers carry
 * @lanes: 1..LEV_LANES_MAX
 * @period: of a turn of the wheel, ms; 0: it stands still
 * @heartbeat: between two beats, ms
 * @dead: missed beats after which a node is lost
 * @failback: ms until a returning better node takes over, or LEV_FAILBACK_NEVER
 * @flows: room for so many pinned flows
 * @memory: ms for which a change of a pool is remembered at least
 * @refresh: ms between two frames from the MAC address of a lane; 0: only when it moves
 * @pace: frames a second that tell of moves, at most
 */
struct lev_params {
	u32 mac;
	u32 lanes;
	u32 period;
	u32 heartbeat;
	u32 dead;
	u32 failback;
	u32 flows;
	u32 memory;
	u32 refresh;
	u32 pace;
};

/**
 * struct lev_node - a leveler
 * @id: 1..LEV_NODE_ID_MAX
 * @weight: its sector's width, 0..LEV_WEIGHT_MAX
 * @priority: its tier, 0..LEV_PRIORITY_MAX; the highest with an eligible node is on the wheel
 */
struct lev_node {
	u32 id;
	u32 weight;
	u32 priority;
};

/**
 * struct lev_address - a LevIP
 * @addr: what is answered for
 * @side: enum lev_side, the net on which it is answered for
 */
struct lev_address {
	struct lev_addr addr;
	u32 side;
};

/**
 * struct lev_service - a ServIP, or one protocol and port of it
 * @addr: destination of its packets
 * @proto: IPPROTO_*, or 0 for all
 * @port: host order, or 0 for all
 * @hash: enum lev_hash
 * @pool: whose servers serve it
 */
struct lev_service {
	struct lev_addr addr;
	u32 proto;
	u32 port;
	u32 hash;
	char pool[LEV_POOL_SIZE];
};

/**
 * struct lev_server - a machine of a pool
 * @addr: its own address on the back net
 * @pool: the pool
 * @weight: its share of the pool's table, 0..LEV_WEIGHT_MAX
 * @admin: enum lev_admin; a drained server gets no new flows
 */
struct lev_server {
	struct lev_addr addr;
	char pool[LEV_POOL_SIZE];
	u32 weight;
	u32 admin;
};

/**
 * struct lev_config - all that the nodes must agree on
 * @version: rises by one with each change
 * @params: settings of the cluster
 * @n_nodes: in @nodes
 * @n_addresses: in @addresses
 * @n_services: in @services
 * @n_servers: in @servers
 * @nodes: by ascending id
 * @addresses: by ascending address
 * @services: by ascending address, protocol, port
 * @servers: by ascending pool and address: the order of the heartbeat's bit maps
 */
struct lev_config {
	u64 version;
	struct lev_params params;
	u32 n_nodes;
	u32 n_addresses;
	u32 n_services;
	u32 n_servers;
	struct lev_node nodes[LEV_NODE_ID_MAX];
	struct lev_address addresses[LEV_ADDRESSES_MAX];
	struct lev_service services[LEV_SERVICES_MAX];
	struct lev_server servers[LEV_SERVERS_MAX];
};

/**
 * struct lev_error - why an edit was refused
 * @msg: a sentence for people, of static life
 * @attr: attribute of the edited thing's nest in uapi/linux/leveler.h that was wrong, or 0
 */
struct lev_error {
	const char *msg;
	int attr;
};

/* How lev_config_*_put() treats a thing that exists already. */
enum lev_put {
	LEV_PUT_ADD,	/* -EEXIST if it is there */
	LEV_PUT_SET,	/* -ENOENT if it is not there */
};

/**
 * lev_config_init() - an empty config with the defaults
 * @cfg: filled in
 */
void lev_config_init(struct lev_config *cfg);

/**
 * lev_config_params() - change the cluster's settings
 * @cfg: changed only if all of @params is valid
 * @params: new settings
 * @err: filled in on refusal
 *
 * Return: 0, -ERANGE or -EINVAL
 */
int lev_config_params(struct lev_config *cfg, const struct lev_params *params,
		      struct lev_error *err);

/* Each of these: 0, or -EEXIST, -ENOENT, -ENOSPC, -ERANGE, -EINVAL with @err filled in. */
int lev_config_node_put(struct lev_config *cfg, const struct lev_node *node,
			enum lev_put how, struct lev_error *err);
int lev_config_node_del(struct lev_config *cfg, u32 id, struct lev_error *err);
int lev_config_address_put(struct lev_config *cfg, const struct lev_address *address,
			   struct lev_error *err);
int lev_config_address_del(struct lev_config *cfg, const struct lev_addr *addr,
			   struct lev_error *err);
int lev_config_service_put(struct lev_config *cfg, const struct lev_service *service,
			   enum lev_put how, struct lev_error *err);
int lev_config_service_del(struct lev_config *cfg, const struct lev_service *service,
			   struct lev_error *err);
int lev_config_server_put(struct lev_config *cfg, const struct lev_server *server,
			  enum lev_put how, struct lev_error *err);
int lev_config_server_del(struct lev_config *cfg, const struct lev_server *server,
			  struct lev_error *err);

/* Look-ups: the thing, or NULL. */
const struct lev_node *lev_config_node(const struct lev_config *cfg, u32 id);
const struct lev_address *lev_config_address(const struct lev_config *cfg,
					     const struct lev_addr *addr);
const struct lev_service *lev_config_service(const struct lev_config *cfg,
					     const struct lev_service *key);
const struct lev_server *lev_config_server(const struct lev_config *cfg,
					   const struct lev_server *key);

/**
 * lev_config_spacing() - where a LevIP stands among those that one route may name together
 * @addresses: LevIPs
 * @n: how many
 * @index: of the LevIP
 * @count: filled in: how many are of its family and side
 *
 * Return: how many of these come before it
 */
u32 lev_config_spacing(const struct lev_address *addresses, u32 n, u32 index, u32 *count);

/**
 * lev_config_digest() - a number that differs if the content differs
 * @cfg: its version does not count
 * @key: the cluster's hash key
 *
 * Return: SipHash of the content in a canonical form, never 0
 */
u64 lev_config_digest(const struct lev_config *cfg, const siphash_key_t *key);

/**
 * lev_config_nodes() - the set of configured nodes
 * @cfg: config
 *
 * Return: bit id - 1 for each
 */
u64 lev_config_nodes(const struct lev_config *cfg);

/**
 * lev_config_wheel_nodes() - the nodes as the wheel wants them
 * @cfg: config
 * @out: LEV_NODE_ID_MAX places
 *
 * Return: how many
 */
unsigned int lev_config_wheel_nodes(const struct lev_config *cfg, struct lev_wheel_node *out);

/**
 * lev_config_remap() - carry a bit map of servers over to another config
 * @from: config that @map is of
 * @to: config that @out is of
 * @map: a bit for each server of @from
 * @out: a bit for each server of @to; servers that are new are 0
 */
void lev_config_remap(const struct lev_config *from, const struct lev_config *to,
		      const u8 *map, u8 *out);

static inline bool lev_map_test(const u8 *map, unsigned int i)
{
	return map[i / 8] & (1 << (i % 8));
}

static inline void lev_map_assign(u8 *map, unsigned int i, bool on)
{
	if (on)
		map[i / 8] |= 1 << (i % 8);
	else
		map[i / 8] &= ~(1 << (i % 8));
}

#endif /* _LEV_CORE_CONFIG_H */

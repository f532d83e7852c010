/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The plan: the immutable snapshot that the packet path reads. Built in process context,
 * published under RCU, never written after that.
 */
#ifndef _LEV_PLAN_H
#define _LEV_PLAN_H

#include "cluster.h"
#include "core/flow.h"
#include "core/maglev.h"

struct lev_target;

/**
 * struct lev_pool - the servers behind services, and the table that chooses among them
 * @name: of the pool
 * @used: servers in the table
 * @table: entries are indices into the plan's targets
 */
struct lev_pool {
	char name[LEV_POOL_SIZE];
	u32 used;
	u16 *table;
};

/**
 * struct lev_plan_service - a service as packets look for it
 * @addr: destination
 * @port: network order, 0: any
 * @proto: 0: any
 * @hash: enum lev_hash
 * @pool: whose table
 */
struct lev_plan_service {
	struct lev_addr addr;
	__be16 port;
	u8 proto;
	u8 hash;
	const struct lev_pool *pool;
};

/**
 * struct lev_plan - the snapshot
 * @free_work: frees it, when no reader is left
 * @hash_key: of the cluster
 * @n_addresses: in @addresses
 * @addresses: LevIPs, ascending
 * @n_pools: in @pools
 * @pools: by name
 * @n_targets: in @targets
 * @targets: one for each server of the config, by its index; each held
 * @shares: entries of its pool's table that each of them has
 * @n_services: in @services
 * @services: of the config
 * @mask: size of @slots less one
 * @slots: hash table by address: index into @services plus one, the first of an address;
 *         an address's services stand side by side, ordered by protocol and port
 */
struct lev_plan {
	struct rcu_work free_work;
	siphash_key_t hash_key;
	u32 n_addresses;
	struct lev_address addresses[LEV_ADDRESSES_MAX];
	u32 n_pools;
	struct lev_pool *pools;
	u32 n_targets;
	struct lev_target **targets;
	u32 *shares;
	u32 n_services;
	struct lev_plan_service *services;
	u32 mask;
	u16 *slots;
};

/**
 * lev_plan_build() - make a plan
 * @c: cluster; the caller holds its config_mutex, and has a target for each server
 * @cfg: config
 * @up: map of the servers that are up
 *
 * Return: the plan or NULL without memory
 */
struct lev_plan *lev_plan_build(struct lev_cluster *c, const struct lev_config *cfg,
				const u8 *up);

/* Frees a plan that no reader sees. Takes NULL. Context: process. */
void lev_plan_free(struct lev_plan *plan);

/**
 * lev_plan_publish() - packets see this plan from now on
 * @c: cluster; the caller holds its config_mutex
 * @plan: the plan, or NULL; the old one is freed when nobody reads it any more
 */
void lev_plan_publish(struct lev_cluster *c, struct lev_plan *plan);

/**
 * lev_plan_service() - the service that a packet is for
 * @plan: plan
 * @addr: destination
 * @proto: protocol
 * @port: destination port, network order
 *
 * The most exact wins: address, protocol and port; address and protocol; address.
 *
 * Return: service or NULL
 * Context: any, RCU
 */
const struct lev_plan_service *lev_plan_service(const struct lev_plan *plan,
						const struct lev_addr *addr, u8 proto,
						__be16 port);

/**
 * lev_plan_serves() - is there a service at this address, of whatever protocol?
 * @plan: plan
 * @addr: destination
 *
 * Return: whether there is
 * Context: any, RCU
 */
bool lev_plan_serves(const struct lev_plan *plan, const struct lev_addr *addr);

/**
 * lev_plan_address() - is this a LevIP?
 * @plan: plan
 * @addr: address
 *
 * Return: index or -1
 * Context: any, RCU
 */
int lev_plan_address(const struct lev_plan *plan, const struct lev_addr *addr);

/**
 * lev_plan_pool() - a pool by its name
 * @plan: plan
 * @name: name
 *
 * Return: pool or NULL; no service uses it then
 */
const struct lev_pool *lev_plan_pool(const struct lev_plan *plan, const char *name);

#endif /* _LEV_PLAN_H */

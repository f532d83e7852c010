/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The plan: the immutable snapshot that the packet path reads. Built in process context,
 * published under RCU, never written after that, but for what other nodes tell of changes (@told).
 */
#ifndef _LEV_PLAN_H
#define _LEV_PLAN_H

#include "cluster.h"
#include "core/basis.h"
#include "core/flow.h"
#include "core/keep.h"
#include "core/maglev.h"
#include <uapi/linux/leveler_wire.h>

/* One is a part of a pool's table that fills a frame; so many are the whole table. */
#define LEV_LESSONS	DIV_ROUND_UP(LEV_TABLE_SIZE, LEV_WIRE_ENTRIES_MAX)

struct lev_keep;
struct lev_target;

/**
 * struct lev_pool - the servers behind services, and the table that chooses among them
 * @name: of the pool
 * @used: servers in the table
 * @first: index of its first server in the config; they stand side by side
 * @end: index behind its last one
 * @table: entries are indices into the plan's targets, marked as in core/keep.h; more may be
 *         marked under lock, if the plan has @told
 * @origin: of the marked entries; NULL: no change is remembered; written likewise
 * @changed_at: of that, local time of the last change, seconds; written likewise
 * @moved: what that change did; written likewise
 * @changes: by this plan, so @changed_at is when it is published
 * @over: the memory may end; config_mutex, written by sweep.c
 */
struct lev_pool {
	char name[LEV_POOL_SIZE];
	u32 used;
	u32 first;
	u32 end;
	u16 *table;
	u16 *origin;
	u32 changed_at;
	struct lev_keep_moved moved;
	bool changes;
	bool over;
};

/**
 * struct lev_plan_service - a service as packets look for it
 * @addr: destination
 * @port: network order, 0: any
 * @proto: 0: any
 * @hash: enum lev_hash
 * @more: the next service is at the same address
 * @mix: makes pins of one client differ by the pool, if @hash is LEV_HASH_SOURCE; else 0
 * @pool: whose table
 */
struct lev_plan_service {
	struct lev_addr addr;
	__be16 port;
	u8 proto;
	u8 hash;
	bool more;
	u32 mix;
	const struct lev_pool *pool;
};

/**
 * struct lev_plan - the snapshot
 * @free_work: frees it, when no reader is left
 * @serial: no other plan of the cluster has it
 * @hash_key: of the cluster
 * @digest: of the config
 * @incarnation: of the member, when it was built
 * @word: what is agreed of the servers
 * @memory: for how long a change is remembered, seconds
 * @told: bit map of the lessons that came in, lock; NULL: none is expected
 * @untold: lessons that did not come in yet, lock
 * @keep: pins, held; NULL: no change is remembered
 * @forgets: there was no memory for @keep, or for what a pool remembers
 * @n_addresses: in @addresses
 * @addresses: LevIPs, ascending
 * @spacing: of each of them, place and count as lev_config_spacing() tells them
 * @n_pools: in @pools
 * @pools: by name
 * @n_targets: in @targets
 * @targets: one for each server of the config, by its index; each held
 * @shares: entries of its pool's table that each of them has
 * @numbers_mask: size of @numbers less one
 * @numbers: hash table by the number of a target: index plus one
 * @n_services: in @services
 * @services: of the config
 * @mask: size of @slots less one
 * @slots: hash table by address: index into @services plus one, the first of an address;
 *         an address's services stand side by side, ordered by protocol and port
 */
struct lev_plan {
	struct rcu_work free_work;
	u64 serial;
	siphash_key_t hash_key;
	u64 digest;
	u32 incarnation;
	struct lev_word word;
	u32 memory;
	unsigned long *told;
	u32 untold;
	struct lev_keep *keep;
	bool forgets;
	u32 n_addresses;
	struct lev_address addresses[LEV_ADDRESSES_MAX];
	struct {
		u8 place;
		u8 count;
	} spacing[LEV_ADDRESSES_MAX];
	u32 n_pools;
	struct lev_pool *pools;
	u32 n_targets;
	struct lev_target **targets;
	u32 *shares;
	u32 numbers_mask;
	u16 *numbers;
	u32 n_services;
	struct lev_plan_service *services;
	u32 mask;
	u16 *slots;
};

/**
 * lev_plan_build() - make a plan
 * @c: cluster; the caller holds its config_mutex, and has a target for each server
 * @cfg: config
 * @basis: digest of @cfg, servers that are up, what becomes of @old's flows
 * @old: the plan in force, or NULL
 *
 * Return: the plan or NULL without memory
 */
struct lev_plan *lev_plan_build(struct lev_cluster *c, const struct lev_config *cfg,
				const struct lev_basis *basis, const struct lev_plan *old);

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
 * lev_plan_lane() - the lane that an asker is put into
 * @plan: plan
 * @index: of the LevIP, from lev_plan_address()
 * @asker: its address, or what stands for it: lev_nd_key()
 * @lanes: how many lanes there are, from 1
 *
 * Return: lane
 * Context: any, RCU
 */
static inline unsigned int lev_plan_lane(const struct lev_plan *plan, unsigned int index,
					 const struct lev_addr *asker, unsigned int lanes)
{
	return lev_asker_lane(asker, plan->spacing[index].place, plan->spacing[index].count, lanes,
			      &plan->hash_key);
}

/**
 * lev_plan_pool() - a pool by its name
 * @plan: plan
 * @name: name
 *
 * Return: pool or NULL; no service uses it then
 */
const struct lev_pool *lev_plan_pool(const struct lev_plan *plan, const char *name);

/**
 * lev_plan_server() - the server that a pin names
 * @plan: plan
 * @pool: the flow's
 * @number: of the target
 *
 * Return: index, or LEV_MAGLEV_NONE if the pool has no such server any more
 * Context: any, RCU
 */
u16 lev_plan_server(const struct lev_plan *plan, const struct lev_pool *pool, u16 number);

/* May flows stay with this server? It may be drained or of weight 0. Context: any, RCU. */
static inline bool lev_plan_usable(const struct lev_plan *plan, u16 index)
{
	return index != LEV_MAGLEV_NONE && lev_map_test(plan->word.up, index);
}

/* The plan in force. The caller holds the config_mutex. */
static inline struct lev_plan *lev_plan_held(struct lev_cluster *c)
{
	return rcu_dereference_protected(c->plan, lockdep_is_held(&c->config_mutex));
}

#endif /* _LEV_PLAN_H */

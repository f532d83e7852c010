// SPDX-License-Identifier: GPL-2.0
/*
 * The plan (see plan.h). lev_cluster.plan is written under config_mutex, read under RCU.
 */
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "keep.h"
#include "plan.h"
#include "server.h"

/* Services are the admin's to name, so that no sender can make them collide. */
static inline u32 slot_of(const struct lev_addr *addr, u32 mask)
{
	return hash_64(lev_addr_half(addr, 0) ^ lev_addr_half(addr, 1), 32) & mask;
}

const struct lev_pool *lev_plan_pool(const struct lev_plan *plan, const char *name)
{
	u32 i;

	for (i = 0; i < plan->n_pools; i++)
		if (!strcmp(plan->pools[i].name, name))
			return &plan->pools[i];
	return NULL;
}

/* The table of one pool, of the servers that are in use now. */
static int build_table(struct lev_plan *plan, struct lev_pool *pool,
		       const struct lev_config *cfg, struct lev_maglev_member *members)
{
	unsigned int n = 0;
	u32 i, steps;

	for (i = 0; i < cfg->n_servers; i++) {
		const struct lev_server *s = &cfg->servers[i];

		if (strcmp(s->pool, pool->name))
			continue;
		if (!pool->end)
			pool->first = i;
		pool->end = i + 1;
		steps = lev_word_steps(&plan->word, i);
		if (s->admin != LEV_ADMIN_ACTIVE || !s->weight || !steps)
			continue;
		members[n++] = (struct lev_maglev_member){
			.addr = s->addr,
			.index = i,
			.weight = s->weight * steps,
		};
	}
	pool->table = kvmalloc_array(LEV_TABLE_SIZE, sizeof(*pool->table), GFP_KERNEL);
	if (!pool->table)
		return -ENOMEM;
	lev_maglev_build(pool->table, members, n, &plan->hash_key);
	pool->used = n;
	for (i = 0; n && i < LEV_TABLE_SIZE; i++)
		plan->shares[pool->table[i]]++;
	return 0;
}

/* One pool for each name that a service has. */
static int build_pools(struct lev_plan *plan, const struct lev_config *cfg)
{
	struct lev_maglev_member *members;
	int ret = 0;
	u32 i;

	plan->pools = kvcalloc(max(cfg->n_services, 1U), sizeof(*plan->pools), GFP_KERNEL);
	plan->shares = kvcalloc(max(cfg->n_servers, 1U), sizeof(*plan->shares), GFP_KERNEL);
	members = kvcalloc(max(cfg->n_servers, 1U), sizeof(*members), GFP_KERNEL);
	if (!plan->pools || !plan->shares || !members)
		ret = -ENOMEM;
	for (i = 0; i < cfg->n_services && !ret; i++) {
		struct lev_pool *pool = &plan->pools[plan->n_pools];

		if (lev_plan_pool(plan, cfg->services[i].pool))
			continue;
		strscpy(pool->name, cfg->services[i].pool, sizeof(pool->name));
		plan->n_pools++;
		ret = build_table(plan, pool, cfg, members);
		cond_resched();
	}
	kvfree(members);
	return ret;
}

static int build_targets(struct lev_plan *plan, struct lev_cluster *c,
			 const struct lev_config *cfg)
{
	u32 i;

	plan->targets = kvcalloc(max(cfg->n_servers, 1U), sizeof(*plan->targets), GFP_KERNEL);
	plan->numbers_mask = roundup_pow_of_two(max(2 * cfg->n_servers, 2U)) - 1;
	plan->numbers = kvcalloc(plan->numbers_mask + 1, sizeof(*plan->numbers), GFP_KERNEL);
	if (!plan->targets || !plan->numbers)
		return -ENOMEM;
	for (i = 0; i < cfg->n_servers; i++) {
		struct lev_target *t = lev_target_find(c, &cfg->servers[i].addr);
		u32 slot;

		if (!t)
			return -ENOENT;
		refcount_inc(&t->refs);
		plan->targets[plan->n_targets++] = t;
		slot = t->number & plan->numbers_mask;
		while (plan->numbers[slot])
			slot = (slot + 1) & plan->numbers_mask;
		plan->numbers[slot] = i + 1;
	}
	return 0;
}

/* The same on all nodes. The low half only: the high one chooses the entry of the table. */
static u32 pool_mix(const char *pool, const siphash_key_t *key)
{
	char name[LEV_POOL_SIZE] __aligned(SIPHASH_ALIGNMENT) = {};

	strscpy(name, pool, sizeof(name));
	return (u32)siphash(name, sizeof(name), key);
}

static int build_services(struct lev_plan *plan, const struct lev_config *cfg)
{
	u32 i, size = roundup_pow_of_two(max(2 * cfg->n_services, 2U));

	plan->services = kvcalloc(max(cfg->n_services, 1U), sizeof(*plan->services), GFP_KERNEL);
	plan->slots = kvcalloc(size, sizeof(*plan->slots), GFP_KERNEL);
	if (!plan->services || !plan->slots)
		return -ENOMEM;
	plan->mask = size - 1;
	for (i = 0; i < cfg->n_services; i++) {
		const struct lev_service *s = &cfg->services[i];
		u32 slot;

		plan->services[i] = (struct lev_plan_service){
			.addr = s->addr,
			.port = htons(s->port),
			.proto = s->proto,
			.hash = s->hash,
			.mix = s->hash == LEV_HASH_SOURCE ?
				pool_mix(s->pool, &plan->hash_key) : 0,
			.pool = lev_plan_pool(plan, s->pool),
		};
		plan->n_services++;
		if (i && lev_addr_eq(&s->addr, &cfg->services[i - 1].addr)) {
			plan->services[i - 1].more = true;
			continue;
		}
		slot = slot_of(&s->addr, plan->mask);
		while (plan->slots[slot])
			slot = (slot + 1) & plan->mask;
		plan->slots[slot] = i + 1;
	}
	return 0;
}

static void space_addresses(struct lev_plan *plan)
{
	u32 i, count;

	for (i = 0; i < plan->n_addresses; i++) {
		plan->spacing[i].place = lev_config_spacing(plan->addresses, plan->n_addresses, i,
							    &count);
		plan->spacing[i].count = count;
	}
}

/*
 * With another key flows have other hashes. Who joins has missed what the others did since it was
 * stopped: what it remembers from before that would stand against what it is told.
 */
static bool is_of_use(const struct lev_plan *old, const struct lev_plan *plan, enum lev_base base)
{
	return !memcmp(&old->hash_key, &plan->hash_key, sizeof(plan->hash_key)) &&
	       (base != LEV_BASE_JOIN || old->incarnation == plan->incarnation);
}

struct lev_plan *lev_plan_build(struct lev_cluster *c, const struct lev_config *cfg,
				const struct lev_basis *basis, const struct lev_plan *old)
{
	struct lev_plan *plan = kvzalloc(sizeof(*plan), GFP_KERNEL);

	lockdep_assert_held(&c->config_mutex);
	if (!plan)
		return NULL;
	plan->serial = ++c->plans;
	plan->hash_key = c->hash_key;
	plan->digest = basis->digest;
	plan->incarnation = basis->incarnation;
	plan->word = basis->word;
	plan->memory = DIV_ROUND_UP(cfg->params.memory, MSEC_PER_SEC);
	plan->n_addresses = cfg->n_addresses;
	memcpy(plan->addresses, cfg->addresses, sizeof(plan->addresses));
	space_addresses(plan);
	if (build_pools(plan, cfg) || build_targets(plan, c, cfg) || build_services(plan, cfg)) {
		lev_plan_free(plan);
		return NULL;
	}
	if (old && !is_of_use(old, plan, basis->base))
		old = NULL;
	lev_keep_remember(c, plan, cfg, old, basis->base);
	return plan;
}

void lev_plan_free(struct lev_plan *plan)
{
	u32 i;

	if (!plan)
		return;
	for (i = 0; i < plan->n_pools; i++) {
		kvfree(plan->pools[i].table);
		kvfree(plan->pools[i].origin);
	}
	lev_keep_put(plan->keep);
	for (i = 0; i < plan->n_targets; i++)
		lev_target_put(plan->targets[i]);
	kvfree(plan->told);
	kvfree(plan->pools);
	kvfree(plan->targets);
	kvfree(plan->numbers);
	kvfree(plan->shares);
	kvfree(plan->services);
	kvfree(plan->slots);
	kvfree(plan);
}

static void free_work_fn(struct work_struct *work)
{
	lev_plan_free(container_of(to_rcu_work(work), struct lev_plan, free_work));
}

void lev_plan_publish(struct lev_cluster *c, struct lev_plan *plan)
{
	struct lev_plan *old;

	if (plan)
		lev_keep_begin(c, plan);
	old = rcu_replace_pointer(c->plan, plan, lockdep_is_held(&c->config_mutex));
	if (plan && plan->keep)
		queue_delayed_work(lev_wq, &c->sweep_work, LEV_SWEEP_SECONDS * HZ);
	if (!old)
		return;
	INIT_RCU_WORK(&old->free_work, free_work_fn);
	queue_rcu_work(lev_wq, &old->free_work);
}

/* The first of the services at an address, which stand side by side; or NULL. */
static inline const struct lev_plan_service *first_at(const struct lev_plan *plan,
						      const struct lev_addr *addr)
{
	u32 slot = slot_of(addr, plan->mask);

	while (plan->slots[slot]) {
		const struct lev_plan_service *s = &plan->services[plan->slots[slot] - 1];

		if (lev_addr_eq(&s->addr, addr))
			return s;
		slot = (slot + 1) & plan->mask;
	}
	return NULL;
}

bool lev_plan_serves(const struct lev_plan *plan, const struct lev_addr *addr)
{
	return first_at(plan, addr);
}

const struct lev_plan_service *lev_plan_service(const struct lev_plan *plan,
						const struct lev_addr *addr, u8 proto,
						__be16 port)
{
	const struct lev_plan_service *s = first_at(plan, addr), *best = NULL;

	if (!s)
		return NULL;
	/* Ordered by protocol and port: what matches later is more exact. */
	do {
		if ((!s->proto || s->proto == proto) && (!s->port || s->port == port))
			best = s;
	} while ((s++)->more);
	return best;
}

u16 lev_plan_server(const struct lev_plan *plan, const struct lev_pool *pool, u16 number)
{
	u32 slot = number & plan->numbers_mask;

	for (; plan->numbers[slot]; slot = (slot + 1) & plan->numbers_mask) {
		u32 i = plan->numbers[slot] - 1;

		/* A machine may be in several pools. */
		if (plan->targets[i]->number == number && i >= pool->first && i < pool->end)
			return i;
	}
	return LEV_MAGLEV_NONE;
}

int lev_plan_address(const struct lev_plan *plan, const struct lev_addr *addr)
{
	u32 i;

	for (i = 0; i < plan->n_addresses; i++)
		if (lev_addr_eq(&plan->addresses[i].addr, addr))
			return i;
	return -1;
}

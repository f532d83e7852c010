// SPDX-License-Identifier: GPL-2.0
/*
 * What a plan remembers, and the table of pins (see keep.h). Runs in process context under
 * config_mutex; owns struct lev_keep, which is freed with the last plan that holds it.
 */
#include <linux/slab.h>

#include "keep.h"
#include "plan.h"
#include "server.h"

static struct lev_keep *alloc_keep(u32 flows)
{
	/* The change must go on: no memory is no reason to end other processes. */
	gfp_t gfp = GFP_KERNEL | __GFP_RETRY_MAYFAIL;
	struct lev_keep *keep = kzalloc(sizeof(*keep), GFP_KERNEL);
	struct lev_pin *memory;

	if (!keep)
		return NULL;
	memory = kvzalloc(array_size(flows, sizeof(*memory)), gfp);
	if (!memory || lev_pins_init(&keep->pins, memory, flows)) {
		kvfree(memory);
		kfree(keep);
		return NULL;
	}
	refcount_set(&keep->refs, 1);
	return keep;
}

void lev_keep_put(struct lev_keep *keep)
{
	if (!keep || !refcount_dec_and_test(&keep->refs))
		return;
	kvfree(keep->pins.pin);
	kfree(keep);
}

static bool learns(enum lev_base base)
{
	return base == LEV_BASE_LEARN || base == LEV_BASE_JOIN;
}

/* For each server of the old pool its index in the new config, or LEV_MAGLEV_NONE. */
static u16 *server_map(const struct lev_plan *old, const struct lev_pool *pool,
		       const struct lev_config *cfg)
{
	u16 *map = kmalloc_array(LEV_SERVERS_MAX, sizeof(*map), GFP_KERNEL);
	struct lev_server key = {};
	u32 i;

	if (!map)
		return NULL;
	strscpy(key.pool, pool->name, sizeof(key.pool));
	for (i = 0; i < LEV_SERVERS_MAX; i++)
		map[i] = LEV_MAGLEV_NONE;
	for (i = pool->first; i < pool->end; i++) {
		const struct lev_server *s;

		key.addr = old->targets[i]->addr;
		s = lev_config_server(cfg, &key);
		if (s)
			map[i] = s - cfg->servers;
	}
	return map;
}

static int remember_pool(struct lev_pool *pool, const struct lev_config *cfg,
			 const struct lev_plan *old, const struct lev_pool *was,
			 enum lev_base base)
{
	u16 *origin = kvmalloc_array(LEV_TABLE_SIZE, sizeof(*origin), GFP_KERNEL);
	u16 *map = server_map(old, was, cfg);
	struct lev_keep_moved moved;

	if (!origin || !map) {
		kvfree(origin);
		kfree(map);
		return -ENOMEM;
	}
	moved = lev_keep_compose(was->table, was->over ? NULL : was->origin, map, pool->table,
				 origin, base != LEV_BASE_JOIN);
	kfree(map);
	if (!moved.all && !learns(base)) {
		kvfree(origin);
		return 0;
	}
	pool->origin = origin;
	pool->changed_at = was->changed_at;
	pool->changes = moved.now;
	pool->moved = moved;
	if (!moved.now)
		pool->moved.now = was->moved.now;
	return 0;
}

/* A pool that was not there before, or in a plan that is of no use. */
static int learn_pool(struct lev_pool *pool)
{
	u32 i;

	pool->origin = kvmalloc_array(LEV_TABLE_SIZE, sizeof(*pool->origin), GFP_KERNEL);
	if (!pool->origin)
		return -ENOMEM;
	for (i = 0; i < LEV_TABLE_SIZE; i++)
		pool->origin[i] = LEV_MAGLEV_NONE;
	pool->changes = true;
	return 0;
}

static int expect_lessons(struct lev_plan *plan)
{
	u32 i;

	/* A pool without servers is not told. */
	for (i = 0; i < plan->n_pools; i++)
		if (plan->pools[i].first < plan->pools[i].end)
			plan->untold += LEV_LESSONS;
	plan->told = kvcalloc(BITS_TO_LONGS(max(plan->n_pools, 1U) * LEV_LESSONS),
			      sizeof(*plan->told), GFP_KERNEL);
	return plan->told ? 0 : -ENOMEM;
}

static void forget_pool(struct lev_pool *pool)
{
	u32 i;

	for (i = 0; i < LEV_TABLE_SIZE; i++)
		pool->table[i] = lev_keep_server(pool->table[i]);
	kvfree(pool->origin);
	pool->origin = NULL;
}

static struct lev_keep *keep_of(const struct lev_plan *old, const struct lev_config *cfg)
{
	if (!old || !old->keep)
		return alloc_keep(cfg->params.flows);
	refcount_inc(&old->keep->refs);
	return old->keep;
}

void lev_keep_remember(struct lev_cluster *c, struct lev_plan *plan,
		       const struct lev_config *cfg, const struct lev_plan *old,
		       enum lev_base base)
{
	bool remembers = false;
	int ret = learns(base) ? expect_lessons(plan) : 0;
	u32 i;

	lockdep_assert_held(&c->config_mutex);
	for (i = 0; i < plan->n_pools && !ret; i++) {
		struct lev_pool *pool = &plan->pools[i];
		const struct lev_pool *was = old ? lev_plan_pool(old, pool->name) : NULL;

		if (base != LEV_BASE_NONE && was)
			ret = remember_pool(pool, cfg, old, was, base);
		else if (learns(base))
			ret = learn_pool(pool);
		remembers |= !!pool->origin;
		cond_resched();
	}
	if (remembers && !ret) {
		plan->keep = keep_of(old, cfg);
		if (plan->keep)
			return;
	}
	if (!remembers && !ret)
		return;

	plan->forgets = true;
	for (i = 0; i < plan->n_pools; i++)
		if (plan->pools[i].origin)
			forget_pool(&plan->pools[i]);
}

void lev_keep_begin(struct lev_cluster *c, struct lev_plan *plan)
{
	u32 i;

	lockdep_assert_held(&c->config_mutex);
	for (i = 0; i < plan->n_pools; i++)
		if (plan->pools[i].changes)
			plan->pools[i].changed_at = lev_keep_now();
	if (!plan->forgets)
		return;
	lev_count(c, FLOWS_LOST);
	netdev_warn_once(c->dev, "no memory to remember a change: flows may lose their server\n");
}

void lev_keep_forget_number(struct lev_cluster *c, u16 number)
{
	const struct lev_plan *plan = lev_plan_held(c);
	struct lev_pins *pins;
	u32 at, now;

	if (!plan || !plan->keep)
		return;
	pins = &plan->keep->pins;
	now = lev_keep_now();
	synchronize_rcu();
	for (at = 0; at < lev_pins_count(pins); at += LEV_KEEP_PIECE) {
		u32 end = min(lev_pins_count(pins), at + LEV_KEEP_PIECE);

		lev_pins_sweep(pins, at, end, now, plan->memory, number);
		cond_resched();
	}
}

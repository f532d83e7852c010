// SPDX-License-Identifier: GPL-2.0
/*
 * What a node remembers, told to one that joins (see teach.h). Sent in process context by
 * sweep.c, under config_mutex; taken in softirq, where lock protects what is written to the plan.
 */
#include "keep.h"
#include "plan.h"
#include "sign.h"
#include "step.h"
#include "sync.h"
#include "teach.h"
#include "core/wire_moved.h"

/* Frames that are sent in a row; then packets get their turn. */
#define FRAMES_AT_ONCE	8

struct lesson {
	struct lev_told_moved moved;
	u16 entry[LEV_WIRE_ENTRIES_MAX];
};

static size_t write_lesson(const struct lev_pins_head *head, const void *what, u8 *buf)
{
	const struct lesson *l = what;

	return lev_wire_moved_write(head, &l->moved, l->entry, buf);
}

static void send(struct lev_cluster *c, const struct lev_plan *plan, const struct lesson *l,
		 unsigned int count)
{
	local_bh_disable();
	rcu_read_lock();
	lev_sync_send(c, plan->digest, count, LEV_WIRE_MOVED_LEN_MAX, write_lesson, l);
	rcu_read_unlock();
	local_bh_enable();
}

static unsigned int lesson_size(u32 first)
{
	return min_t(u32, LEV_WIRE_ENTRIES_MAX, LEV_TABLE_SIZE - first);
}

/* A pool that remembers nothing is told, too: who joins knows then that it has missed nothing. */
static u16 told_entry(const struct lev_pool *pool, u32 i)
{
	BUILD_BUG_ON(LEV_WIRE_NO_SERVER != LEV_MAGLEV_NONE);
	if (!pool->origin || pool->over || !(lev_keep_entry(&pool->table[i]) & LEV_KEEP_MOVED))
		return LEV_WIRE_NOT_MOVED;
	return READ_ONCE(pool->origin[i]);
}

void lev_teach_pool(struct lev_cluster *c, const struct lev_plan *plan,
		    const struct lev_pool *pool)
{
	unsigned int i, n, frames = 0;
	struct lesson *l;
	u32 first;

	lockdep_assert_held(&c->config_mutex);
	/* It is named by its first server; without one it has no flows. */
	if (pool->first == pool->end)
		return;
	l = kmalloc(sizeof(*l), GFP_KERNEL);
	/* It is asked for again. */
	if (!l)
		return;
	for (first = 0; first < LEV_TABLE_SIZE; first += n) {
		n = lesson_size(first);
		l->moved.server = pool->first;
		l->moved.first = first;
		l->moved.age = lev_keep_now() - READ_ONCE(pool->changed_at);
		for (i = 0; i < n; i++)
			l->entry[i] = told_entry(pool, first + i);
		send(c, plan, l, n);
		if (!(++frames % FRAMES_AT_ONCE))
			cond_resched();
	}
	kfree(l);
}

void lev_teach_end(struct lev_cluster *c, const struct lev_plan *plan)
{
	struct lesson *l = kzalloc(sizeof(*l), GFP_KERNEL);

	lockdep_assert_held(&c->config_mutex);
	if (l)
		send(c, plan, l, 0);
	kfree(l);
}

static int pool_at(const struct lev_plan *plan, u16 server)
{
	u32 i;

	for (i = 0; i < plan->n_pools; i++)
		if (plan->pools[i].first == server && plan->pools[i].end > server)
			return i;
	return -1;
}

/* Marks what moved. Who has a lower id than we have knows better; while we join, anyone does. */
static void take(struct lev_cluster *c, const struct lev_plan *plan, struct lev_pool *pool,
		 const struct lev_pins_head *head, const struct lev_told_moved *moved,
		 const u8 *frame)
{
	u32 changed_at = lev_keep_now() - min(moved->age, plan->memory);
	bool prefer = head->node < c->self || c->member->joins;
	unsigned int i, marked = 0;
	bool any = false;

	lockdep_assert_held(&c->lock);
	for (i = 0; i < head->count; i++) {
		u16 told = lev_wire_moved_get(frame, i);
		u32 at = moved->first + i;

		if (told == LEV_WIRE_NOT_MOVED)
			continue;
		/* Of another pool, or none: nothing that this pool's flows could go to. */
		if (told < pool->first || told >= pool->end)
			told = LEV_MAGLEV_NONE;
		any = true;
		marked += lev_keep_learn(&pool->table[at], &pool->origin[at], told, prefer);
	}
	if (any)
		WRITE_ONCE(pool->changed_at, lev_keep_changed(pool->moved.all, pool->changed_at,
							      changed_at));
	WRITE_ONCE(pool->moved.all, pool->moved.all + marked);
}

static void lesson(struct lev_cluster *c, struct lev_plan *plan, const struct lev_pins_head *head,
		   const struct lev_told_moved *moved, const u8 *frame)
{
	u32 at = moved->first / LEV_WIRE_ENTRIES_MAX;
	int i = pool_at(plan, moved->server);

	lockdep_assert_held(&c->lock);
	if (i < 0 || moved->first % LEV_WIRE_ENTRIES_MAX ||
	    head->count != lesson_size(moved->first) ||
	    __test_and_set_bit(i * LEV_LESSONS + at, plan->told))
		return;
	plan->untold--;
	take(c, plan, &plan->pools[i], head, moved, frame);
}

static void learn(struct lev_cluster *c, const struct lev_pins_head *head,
		  const struct lev_told_moved *moved, const u8 *frame)
{
	struct lev_plan *plan;

	spin_lock(&c->lock);
	/* Under lock: a plan that comes later wants to be told by itself. */
	plan = rcu_dereference(c->plan);
	if (!plan || !plan->told || !plan->keep || plan->digest != head->digest) {
		spin_unlock(&c->lock);
		return;
	}
	if (head->count) {
		lesson(c, plan, head, moved, frame);
	} else if (!plan->untold && c->member->wants) {
		lev_join_told(c->member);
		lev_step(c, LEV_DO_BEAT);
	}
	spin_unlock(&c->lock);
}

bool lev_teach_rx(struct lev_port *port, struct sk_buff *skb)
{
	size_t len = skb_linearize(skb) ? 0 : lev_wire_moved_length(skb->data, skb->len);
	struct lev_cluster *c = port->cluster;
	struct lev_told_moved moved;
	struct lev_pins_head head;

	if (!len || lev_wire_cluster(skb->data) != READ_ONCE(c->id)) {
		lev_count(c, PINS_REJECTED);
		return false;
	}
	if (!lev_sign_proof(c, skb->data, len, NULL) ||
	    lev_wire_moved_read(skb->data, len, &head, &moved) || !lev_sync_accept(port, &head)) {
		lev_count(c, PINS_REJECTED);
		return true;
	}
	learn(c, &head, &moved, skb->data);
	return true;
}

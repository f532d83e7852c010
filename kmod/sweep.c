// SPDX-License-Identifier: GPL-2.0
/*
 * The sweeper (see sweep.h): a work that runs while a plan holds pins. It takes config_mutex
 * for one piece of the table at a time, so that a change need not wait; if the plan is another
 * one then, the round ends, and its counts are of no use. Owns the targets' counts.
 */
#include <linux/delay.h>
#include <linux/slab.h>

#include "commit.h"
#include "event.h"
#include "keep.h"
#include "plan.h"
#include "server.h"
#include "sweep.h"
#include "sync.h"
#include "teach.h"

/* The ring of sync.c is to have room for new pins: it holds each for 20 ms. */
#define TELL_AT_ONCE	1000
#define TELL_REST_MS	25

/* So long at most the ring may take to be told, ms. */
#define TELL_LIMIT_MS	1000

/*
 * A round through the table. @told: pins told again since the last rest; @all: each is to be told
 * in it; @teach: and before that what moved in each pool, of which @pool is the next; @needed: for
 * each pool of the plan, pins that need its memory.
 */
struct round {
	u64 serial;
	u32 now;
	u32 at;
	u32 told;
	u32 pool;
	bool all;
	bool teach;
	bool complete;
	u32 *needed;
};

static struct lev_plan *plan_to_sweep(struct lev_cluster *c)
{
	struct lev_plan *plan = lev_plan_held(c);

	return plan && plan->keep ? plan : NULL;
}

/*
 * A flow that only we see is idle in the eyes of the others, and they would forget it, and send
 * it to its entry's origin. So each pin is told again four times in the idle time, a part of
 * them in each round.
 */
static bool tell_again(const struct lev_plan *plan, const struct lev_pin_info *pin, u32 now)
{
	u32 rounds = max(plan->memory / 4 / LEV_SWEEP_SECONDS, 1U);

	return (u32)pin->hash % rounds == now / LEV_SWEEP_SECONDS % rounds &&
	       (s32)(now - pin->seen) <= (s32)(rounds * LEV_SWEEP_SECONDS);
}

static void tell(struct lev_cluster *c, const struct lev_plan *plan,
		 const struct lev_pin_info *pin, u16 index)
{
	local_bh_disable();
	lev_sync_tell(c, plan->digest, pin->hash, index,
		      pin->flags & LEV_PIN_CLOSING ? LEV_WIRE_PIN_CLOSING : 0, pin->seen);
	local_bh_enable();
}

/* Return: whether it was told. */
static bool count_pin(struct lev_cluster *c, struct lev_plan *plan,
		      const struct lev_pin_info *pin, struct round *r)
{
	bool again = r->all || tell_again(plan, pin, r->now), told = false;
	u32 i, entry = lev_hash_entry(pin->hash);
	struct lev_target *target = NULL;

	/* A machine of several pools: any of them may be the flow's. */
	for (i = 0; i < plan->n_pools; i++) {
		u16 index = lev_plan_server(plan, &plan->pools[i], pin->server);
		u16 at = lev_keep_entry(&plan->pools[i].table[entry]);

		if (index == LEV_MAGLEV_NONE)
			continue;
		target = plan->targets[index];
		if (!(at & LEV_KEEP_MOVED))
			continue;
		r->needed[i] += lev_keep_needs(at, index);
		if (again)
			tell(c, plan, pin, index);
		told = again;
	}
	if (target)
		target->counting++;
	return told;
}

/* One piece, or as many pins as may be told at once. Return: whether there is more. */
static bool sweep_piece(struct lev_cluster *c, struct lev_plan *plan, struct round *r)
{
	struct lev_pins *pins = &plan->keep->pins;
	u32 end = min(lev_pins_count(pins), r->at + LEV_KEEP_PIECE);
	struct lev_pin_info pin;

	lev_pins_sweep(pins, r->at, end, r->now, plan->memory, -1);
	while (r->told < TELL_AT_ONCE &&
	       lev_pins_next(pins, &r->at, end, r->now, plan->memory, &pin))
		r->told += count_pin(c, plan, &pin, r);
	return r->at < lev_pins_count(pins);
}

/* Whoever removes the device waits for us, which may be all that is removed on the machine. */
static bool goes_on(struct lev_cluster *c, const struct lev_plan *plan, const struct round *r)
{
	return plan && plan->serial == r->serial &&
	       READ_ONCE(c->dev->reg_state) == NETREG_REGISTERED;
}

static bool begin(struct lev_cluster *c, struct round *r)
{
	struct lev_plan *plan;
	u32 i;

	mutex_lock(&c->config_mutex);
	plan = plan_to_sweep(c);
	if (plan) {
		r->serial = plan->serial;
		r->now = lev_keep_now();
		r->needed = kvcalloc(max(plan->n_pools, 1U), sizeof(*r->needed), GFP_KERNEL);
		for (i = 0; i < plan->n_targets; i++)
			plan->targets[i]->counting = 0;
		spin_lock_bh(&c->lock);
		r->all = c->tell_all_pins;
		r->teach = c->running && lev_join_teaches(c->member);
		c->tell_all_pins = false;
		spin_unlock_bh(&c->lock);
	}
	mutex_unlock(&c->config_mutex);
	return r->needed;
}

/* A server of a pool is taken out of it; for so long that its change might be over. */
static bool is_out(const struct lev_server *s, const struct lev_pool *pool, u32 now, u32 memory)
{
	return (s->admin != LEV_ADMIN_ACTIVE || !s->weight) && pool->origin &&
	       lev_keep_over(READ_ONCE(pool->changed_at), now, memory, 0, false);
}

/* Once for each machine that gets no new flows, when none was seen at it for long. */
static void tell_drained(struct lev_cluster *c, struct lev_plan *plan)
{
	u32 i, k, now = lev_keep_now();
	u64 clock;

	spin_lock_bh(&c->lock);
	clock = lev_member_clock(c->member, lev_now());
	spin_unlock_bh(&c->lock);
	for (i = 0; i < plan->n_targets; i++)
		plan->targets[i]->out = !plan->targets[i]->counting;
	for (k = 0; k < plan->n_pools; k++)
		for (i = plan->pools[k].first; i < plan->pools[k].end; i++)
			plan->targets[i]->out &= is_out(&c->active->servers[i], &plan->pools[k],
							now, plan->memory);
	for (i = 0; i < plan->n_targets; i++) {
		struct lev_target *t = plan->targets[i];

		if (t->out && !t->drained)
			lev_event_drained(c, clock, &t->addr);
		t->drained = t->out;
	}
}

/* The round is complete: publish the counts, and end what is over. */
static void end(struct lev_cluster *c, struct lev_plan *plan, const struct round *r)
{
	bool over = false, lesson;
	u32 i;

	spin_lock_bh(&c->lock);
	lesson = c->running && (r->teach || c->member->wants);
	spin_unlock_bh(&c->lock);
	for (i = 0; i < plan->n_targets; i++)
		WRITE_ONCE(plan->targets[i]->flows, plan->targets[i]->counting);
	plan->keep->counted = true;
	tell_drained(c, plan);
	for (i = 0; i < plan->n_pools; i++) {
		struct lev_pool *pool = &plan->pools[i];

		pool->over = pool->origin && lev_keep_over(pool->changed_at, lev_keep_now(),
							   plan->memory, r->needed[i], lesson);
		over |= pool->over;
	}
	/* Without memory for a new plan the old one goes on to remember. */
	if (over)
		lev_commit_replan(c);
}

/* All is told but what still waits in the ring. */
static void end_teaching(struct lev_cluster *c, const struct round *r)
{
	const struct lev_plan *plan;
	unsigned int ms;

	for (ms = 0; ms < TELL_LIMIT_MS && !lev_sync_idle(c) &&
	     READ_ONCE(c->dev->reg_state) == NETREG_REGISTERED; ms += TELL_REST_MS)
		msleep(TELL_REST_MS);
	mutex_lock(&c->config_mutex);
	plan = plan_to_sweep(c);
	if (goes_on(c, plan, r))
		lev_teach_end(c, plan);
	mutex_unlock(&c->config_mutex);
}

/* What was cut short before all pins were told is begun anew. */
static void next_round(struct lev_cluster *c, const struct round *r)
{
	bool again = r->all && !r->complete;

	spin_lock_bh(&c->lock);
	c->tell_all_pins |= again;
	c->teaching = false;
	spin_unlock_bh(&c->lock);
	mutex_lock(&c->config_mutex);
	if (plan_to_sweep(c))
		queue_delayed_work(lev_wq, &c->sweep_work,
				   again ? HZ / 10 : LEV_SWEEP_SECONDS * HZ);
	mutex_unlock(&c->config_mutex);
}

static void sweep_work_fn(struct work_struct *work)
{
	struct lev_cluster *c = container_of(to_delayed_work(work), struct lev_cluster,
					     sweep_work);
	struct round r = {};
	struct lev_plan *plan;
	bool more = begin(c, &r);

	while (more) {
		mutex_lock(&c->config_mutex);
		plan = plan_to_sweep(c);
		more = goes_on(c, plan, &r);
		if (more && r.teach && r.pool < plan->n_pools) {
			lev_teach_pool(c, plan, &plan->pools[r.pool++]);
		} else if (more) {
			more = sweep_piece(c, plan, &r);
			if (!more) {
				r.complete = true;
				end(c, plan, &r);
			}
		}
		mutex_unlock(&c->config_mutex);
		cond_resched();
		if (r.told >= TELL_AT_ONCE) {
			r.told = 0;
			msleep(TELL_REST_MS);
		}
	}
	kvfree(r.needed);
	if (r.teach && r.complete)
		end_teaching(c, &r);

	next_round(c, &r);
}

/*
 * A device that could not be registered goes under RTNL. Who holds the config_mutex waits for that,
 * and the sweeper for the config_mutex: it is not to be waited for there. It was never started, as
 * that takes a plan, which such a device does not have yet, and others always have.
 */
void lev_sweep_stop(struct lev_cluster *c)
{
	if (rcu_access_pointer(c->plan))
		cancel_delayed_work_sync(&c->sweep_work);
}

void lev_sweep_init(struct lev_cluster *c)
{
	INIT_DELAYED_WORK(&c->sweep_work, sweep_work_fn);
}

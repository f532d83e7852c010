// SPDX-License-Identifier: GPL-2.0
/*
 * Pins between nodes (see sync.h). Owns a ring of pins to tell: written by packets in softirq
 * and emptied by a timer in softirq, both under its own lock. Frames are sent without it.
 */
#include <linux/slab.h>

#include "frame.h"
#include "keep.h"
#include "plan.h"
#include "server.h"
#include "sign.h"
#include "sync.h"
#include "xmit.h"

#define RING_SIZE	4096			/* a power of two */
#define GATHER_NS	(100 * NSEC_PER_USEC)	/* so long the first pin of a frame waits */
/* Two copies in a row may both be lost by one full queue; and a node may switch a bit later. */
#define AGAIN_NS	(20 * NSEC_PER_MSEC)
#define FRAMES_AT_ONCE	8			/* then packets get their turn */

/**
 * struct lev_queued - a pin to tell
 * @hash: of the flow
 * @digest: of the config that @server is of
 * @told_at: when it was told first, ns
 * @seen: lev_keep_now()
 * @server: index
 * @flags: LEV_WIRE_PIN_*
 */
struct lev_queued {
	u64 hash;
	u64 digest;
	u64 told_at;
	u32 seen;
	u16 server;
	u8 flags;
};

/**
 * struct lev_sync - what waits to be told
 * @lock: protects all but @batch; taken last
 * @cluster: whose
 * @timer: tells
 * @due: when it fires, ns; U64_MAX: not
 * @running: between start and stop
 * @head: where the next pin goes; these three run on, and count modulo RING_SIZE
 * @first: the next to be told for the first time
 * @second: the next to be told for the second time
 * @batch: of one frame; the timer's alone
 * @ring: pins from @second to @head
 */
struct lev_sync {
	spinlock_t lock;		/* protects what is below, but for @batch */
	struct lev_cluster *cluster;
	struct hrtimer timer;
	u64 due;
	bool running;
	u32 head;
	u32 first;
	u32 second;
	struct lev_told_pin batch[LEV_WIRE_PINS_MAX];
	struct lev_queued ring[RING_SIZE];
};

static struct lev_queued *at(struct lev_sync *s, u32 i)
{
	return &s->ring[i % RING_SIZE];
}

static void arm(struct lev_sync *s, u64 when)
{
	lockdep_assert_held(&s->lock);
	if (when >= s->due)
		return;
	s->due = when;
	hrtimer_start(&s->timer, ns_to_ktime(when), HRTIMER_MODE_ABS_SOFT);
}

static void empty(struct lev_sync *s)
{
	lockdep_assert_held(&s->lock);
	s->first = s->head;
	s->second = s->head;
}

void lev_sync_tell(struct lev_cluster *c, u64 digest, u64 hash, u16 server, u8 flags, u32 seen)
{
	struct lev_sync *s = c->sync;
	bool full;

	spin_lock(&s->lock);
	full = s->head - s->second == RING_SIZE;
	if (s->running && !full) {
		*at(s, s->head++) = (struct lev_queued){
			.hash = hash,
			.digest = digest,
			.seen = seen,
			.server = server,
			.flags = flags,
		};
		arm(s, lev_now() + GATHER_NS);
	}
	spin_unlock(&s->lock);
	if (full)
		lev_count(c, PINS_DROPPED);
}

static struct lev_told_pin told(const struct lev_queued *q, u32 now)
{
	return (struct lev_told_pin){
		.hash = q->hash,
		.server = q->server,
		.age = min_t(u32, now - q->seen, U16_MAX),
		.flags = q->flags,
	};
}

/*
 * What one frame can tell: pins of one config, for the first time, or else those that are due
 * for the second time. Return: how many are in the batch.
 */
static unsigned int take_batch(struct lev_sync *s, u64 now, u64 *digest, bool *again)
{
	u32 seconds = lev_keep_now(), end, *next;
	unsigned int n = 0;

	lockdep_assert_held(&s->lock);
	*again = s->first == s->head;
	next = *again ? &s->second : &s->first;
	end = *again ? s->first : s->head;
	while (*next != end && n < LEV_WIRE_PINS_MAX) {
		struct lev_queued *q = at(s, *next);

		if ((n && q->digest != *digest) || (*again && now - q->told_at < AGAIN_NS))
			break;
		*digest = q->digest;
		s->batch[n++] = told(q, seconds);
		if (!*again)
			q->told_at = now;
		++*next;
	}
	return n;
}

bool lev_sync_send(struct lev_cluster *c, u64 digest, unsigned int count, size_t max,
		   lev_sync_write write, const void *what)
{
	struct net_device *front = lev_port_dev(c, LEV_SIDE_FRONT);
	struct lev_pins_head head;
	enum lev_side side;
	bool heard;

	spin_lock(&c->lock);
	heard = c->running && lev_member_pins(c->member, &head);
	spin_unlock(&c->lock);
	if (!heard)
		return false;
	head.digest = digest;
	head.count = count;
	for (side = 0; side < __LEV_SIDE_MAX; side++) {
		struct net_device *dev = lev_port_dev(c, side);
		struct sk_buff *skb;

		if (!dev || (side != LEV_SIDE_FRONT && dev == front))
			continue;
		skb = lev_frame_alloc(dev, max);
		if (!skb)
			continue;
		head.side = side;
		skb = lev_frame_finish(c, skb, write(&head, what, skb->data));
		if (skb)
			lev_xmit(skb);
	}
	return true;
}

static size_t write_pins(const struct lev_pins_head *head, const void *what, u8 *buf)
{
	return lev_wire_pins_write(head, what, buf);
}

/* Return: false if nobody is there to be told. */
static bool send_batch(struct lev_cluster *c, unsigned int n, u64 digest, bool again)
{
	if (!lev_sync_send(c, digest, n, LEV_WIRE_PINS_LEN_MAX, write_pins, c->sync->batch))
		return false;
	if (!again)
		lev_stats_add(c->stats, LEV_STAT_PINS_SENT, n);
	return true;
}

static enum hrtimer_restart timer_fn(struct hrtimer *timer)
{
	struct lev_sync *s = container_of(timer, struct lev_sync, timer);
	unsigned int n = 1, frames;
	bool again;
	u64 digest;

	rcu_read_lock();
	spin_lock(&s->lock);
	s->due = U64_MAX;
	for (frames = 0; frames < FRAMES_AT_ONCE && n; frames++) {
		bool told;

		n = take_batch(s, lev_now(), &digest, &again);
		spin_unlock(&s->lock);
		told = !n || send_batch(s->cluster, n, digest, again);
		spin_lock(&s->lock);
		if (!told)
			empty(s);
	}
	if (s->running && s->first != s->head)
		arm(s, lev_now() + GATHER_NS);
	else if (s->running && s->second != s->first)
		arm(s, at(s, s->second)->told_at + AGAIN_NS);
	spin_unlock(&s->lock);
	rcu_read_unlock();
	return HRTIMER_NORESTART;
}

static const struct lev_pool *pool_of(const struct lev_plan *plan, u16 index)
{
	u32 i;

	for (i = 0; i < plan->n_pools; i++)
		if (index >= plan->pools[i].first && index < plan->pools[i].end)
			return &plan->pools[i];
	return NULL;
}

/* The server that a flow is pinned to here, if it may stay there; or LEV_MAGLEV_NONE. */
static u16 our_server(const struct lev_plan *plan, const struct lev_pool *pool, u64 hash, u32 seen)
{
	/* Not as seen now: a pin lives no longer for being told of. */
	int number = lev_pins_find(&plan->keep->pins, hash, seen, plan->memory);
	u16 ours = number < 0 ? LEV_MAGLEV_NONE : lev_plan_server(plan, pool, number);

	return lev_plan_usable(plan, ours) ? ours : LEV_MAGLEV_NONE;
}

/* Whether another node's pin is to take the place of ours, or to be the first one. */
static bool wanted(const struct lev_plan *plan, const struct lev_told_pin *pin, u16 origin,
		   u16 ours)
{
	bool begins = pin->flags & LEV_WIRE_PIN_BEGINS;

	/* One that has just started may not know yet that the server is up. */
	if (ours != LEV_MAGLEV_NONE && !lev_plan_usable(plan, pin->server))
		return false;
	/* The same server: only a flow that begins anew is not closing any more. */
	if (ours == pin->server)
		return begins;
	return lev_keep_takes(origin, ours, pin->server, begins);
}

/* A pin of another node. What does not fit our plan is passed over: it is told again. */
static void take(struct lev_cluster *c, const struct lev_plan *plan,
		 const struct lev_told_pin *pin)
{
	u32 entry = lev_hash_entry(pin->hash), seen = lev_keep_now() - pin->age;
	const struct lev_pool *pool = pool_of(plan, pin->server);
	u8 flags = LEV_PIN_FOREIGN;

	if (!pool || pin->age > plan->memory ||
	    !(lev_keep_entry(&pool->table[entry]) & LEV_KEEP_MOVED) ||
	    !wanted(plan, pin, READ_ONCE(pool->origin[entry]),
		    our_server(plan, pool, pin->hash, seen)))
		return;
	if (pin->flags & LEV_WIRE_PIN_CLOSING)
		flags |= LEV_PIN_CLOSING;
	if (lev_pins_put(&plan->keep->pins, pin->hash, plan->targets[pin->server]->number, flags,
			 seen, plan->memory) == LEV_PINS_EVICTED)
		lev_count(c, FLOWS_EVICTED);
}

bool lev_sync_accept(struct lev_port *port, const struct lev_pins_head *head)
{
	struct lev_cluster *c = port->cluster;
	bool ok;

	spin_lock(&c->lock);
	ok = c->running && lev_member_hear_pins(c->member, head, port->side) == LEV_HEAR_OK;
	spin_unlock(&c->lock);
	return ok;
}

bool lev_sync_rx(struct lev_port *port, struct sk_buff *skb)
{
	size_t len = skb_linearize(skb) ? 0 : lev_wire_pins_length(skb->data, skb->len);
	struct lev_cluster *c = port->cluster;
	const struct lev_plan *plan;
	struct lev_pins_head head;
	unsigned int i;

	if (!len || lev_wire_cluster(skb->data) != READ_ONCE(c->id)) {
		lev_count(c, PINS_REJECTED);
		return false;
	}
	plan = rcu_dereference(c->plan);
	if (!lev_sign_proof(c, skb->data, len, NULL) || lev_wire_pins_read(skb->data, len, &head) ||
	    !lev_sync_accept(port, &head) || !plan || plan->digest != head.digest) {
		lev_count(c, PINS_REJECTED);
		return true;
	}
	lev_count(c, PINS_HEARD);
	for (i = 0; plan->keep && i < head.count; i++) {
		struct lev_told_pin pin = lev_wire_pins_get(skb->data, i);

		take(c, plan, &pin);
	}
	return true;
}

bool lev_sync_idle(struct lev_cluster *c)
{
	struct lev_sync *s = c->sync;
	bool idle;

	spin_lock_bh(&s->lock);
	idle = s->first == s->head;
	spin_unlock_bh(&s->lock);
	return idle;
}

void lev_sync_start(struct lev_cluster *c)
{
	spin_lock_bh(&c->sync->lock);
	c->sync->running = true;
	spin_unlock_bh(&c->sync->lock);
}

void lev_sync_stop(struct lev_cluster *c)
{
	struct lev_sync *s = c->sync;

	spin_lock_bh(&s->lock);
	s->running = false;
	empty(s);
	spin_unlock_bh(&s->lock);
	hrtimer_cancel(&s->timer);
	s->due = U64_MAX;
}

int lev_sync_alloc(struct lev_cluster *c)
{
	struct lev_sync *s = kvzalloc(sizeof(*s), GFP_KERNEL);

	if (!s)
		return -ENOMEM;
	spin_lock_init(&s->lock);
	s->cluster = c;
	s->due = U64_MAX;
	hrtimer_setup(&s->timer, timer_fn, CLOCK_BOOTTIME, HRTIMER_MODE_ABS_SOFT);
	c->sync = s;
	return 0;
}

void lev_sync_free(struct lev_cluster *c)
{
	kvfree(c->sync);
	c->sync = NULL;
}

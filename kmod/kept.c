// SPDX-License-Identifier: GPL-2.0
/*
 * The server of a flow whose entry moved (see kept.h). Owns nothing; reads the plan under RCU.
 */
#include "keep.h"
#include "kept.h"
#include "server.h"
#include "sync.h"

static enum lev_keep_kind kind_of(const struct lev_flow *flow)
{
	if (flow->proto != IPPROTO_TCP)
		return LEV_KEEP_OTHER;
	return flow->syn ? LEV_KEEP_SYN : LEV_KEEP_TCP;
}

static void pin(struct lev_cluster *c, const struct lev_plan *plan, u64 hash, u16 index,
		bool begins, u32 now)
{
	switch (lev_pins_put(&plan->keep->pins, hash, plan->targets[index]->number, 0, now,
			     plan->memory)) {
	case LEV_PINS_BUSY:
		lev_count(c, FLOWS_LOST);
		return;
	case LEV_PINS_EVICTED:
		lev_count(c, FLOWS_EVICTED);
		break;
	case LEV_PINS_NEW:
	case LEV_PINS_UPDATED:
		break;
	}
	lev_count(c, FLOWS_PINNED);
	lev_sync_tell(c, plan->digest, hash, index, begins ? LEV_WIRE_PIN_BEGINS : 0, now);
}

/* What is known of a flow whose entry is marked; @number is its pin's or -1. */
static struct lev_keep_case case_of(const struct lev_plan *plan,
				    const struct lev_plan_service *s,
				    const struct lev_flow *flow, u32 entry, int number, u32 now)
{
	const struct lev_pool *pool = s->pool;
	u16 origin = READ_ONCE(pool->origin[entry]);
	struct lev_keep_case k = {
		.kind = kind_of(flow),
		.hash = s->hash,
		.since = now - READ_ONCE(pool->changed_at),
		.current_server = lev_keep_server(pool->table[entry]),
		.origin = origin,
		.origin_usable = lev_plan_usable(plan, origin),
	};

	if (number >= 0) {
		k.pinned = true;
		k.pin = lev_plan_server(plan, pool, number);
		k.pin_usable = lev_plan_usable(plan, k.pin);
	}
	return k;
}

static struct lev_target *target_of(const struct lev_plan *plan, u16 server)
{
	return server == LEV_MAGLEV_NONE ? NULL : plan->targets[server];
}

/* The server of a flow that has no pin, or none that holds; pins it where that is due. */
static noinline u16 choose_anew(struct lev_cluster *c, const struct lev_plan *plan,
				const struct lev_plan_service *s, const struct lev_flow *flow,
				u64 hash, u32 entry, int number, u32 now)
{
	struct lev_keep_case k = case_of(plan, s, flow, entry, number, now);
	struct lev_keep_choice choice = lev_keep_choose(&k);

	if (choice.pin)
		pin(c, plan, hash, choice.server, lev_keep_begins(k.hash, k.kind), now);
	return choice.server;
}

struct lev_target *lev_kept_choose(struct lev_cluster *c, const struct lev_plan *plan,
				   const struct lev_plan_service *s, const struct lev_flow *flow,
				   u64 hash)
{
	u32 entry = lev_hash_entry(hash), now;
	u16 server = LEV_MAGLEV_NONE;
	int number;

	if (!(lev_keep_entry(&s->pool->table[entry]) & LEV_KEEP_MOVED))
		return NULL;
	hash ^= s->mix;
	now = lev_keep_now();
	number = lev_pins_find(&plan->keep->pins, hash, now, plan->memory);
	if (number >= 0)
		server = lev_plan_server(plan, s->pool, number);
	if (unlikely(!lev_keep_stays(s->hash, kind_of(flow), lev_plan_usable(plan, server))))
		server = choose_anew(c, plan, s, flow, hash, entry, number, now);
	/* All of a client's connections are one flow with LEV_HASH_SOURCE: one's end is not its. */
	if (flow->closing && s->hash == LEV_HASH_FLOW)
		lev_pins_close(&plan->keep->pins, hash);
	return target_of(plan, server);
}

void lev_kept_look(const struct lev_plan *plan, const struct lev_plan_service *s,
		   const struct lev_flow *flow, struct lev_kept *kept)
{
	u64 hash = lev_flow_hash(flow, s->hash, &plan->hash_key);
	u32 now = lev_keep_now();
	struct lev_keep_case k;
	u16 server;

	memset(kept, 0, sizeof(*kept));
	kept->entry = lev_hash_entry(hash);
	server = lev_keep_entry(&s->pool->table[kept->entry]);
	if (server & LEV_KEEP_MOVED) {
		k = case_of(plan, s, flow, kept->entry,
			    lev_pins_look(&plan->keep->pins, hash ^ s->mix, now, plan->memory),
			    now);
		if (k.kind == LEV_KEEP_TCP && !k.pin_usable)
			k.kind = LEV_KEEP_SYN;
		server = lev_keep_choose(&k).server;
		kept->moved = true;
		kept->pinned = k.pinned && server == k.pin;
		if (k.origin_usable)
			kept->origin = plan->targets[k.origin];
	}
	kept->target = target_of(plan, server);
}

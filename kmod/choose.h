/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a packet of a service goes: done by forward.c for each packet, told by nl_explain.c, so
 * that what is told is what is done. Owns nothing; reads the plan under RCU, in any context.
 */
#ifndef _LEV_CHOOSE_H
#define _LEV_CHOOSE_H

#include "kept.h"
#include "plan.h"
#include "server.h"

/**
 * lev_choose() - the machine that serves the flow of a packet
 * @c: cluster
 * @plan: plan
 * @s: the flow's service, one of @plan
 * @flow: the flow
 *
 * Return: target, or NULL if none of the pool is in use
 * Context: softirq, RCU
 */
static inline struct lev_target *lev_choose(struct lev_cluster *c, const struct lev_plan *plan,
					    const struct lev_plan_service *s,
					    const struct lev_flow *flow)
{
	u64 hash = lev_flow_hash(flow, s->hash, &plan->hash_key);
	u16 server = READ_ONCE(s->pool->table[lev_hash_entry(hash)]);

	/* Neither LEV_KEEP_MOVED nor LEV_MAGLEV_NONE. */
	if (likely(server < LEV_SERVERS_MAX))
		return plan->targets[server];
	return lev_kept_choose(c, plan, s, flow, hash);
}

/**
 * lev_way() - can a packet be sent to a target now?
 * @c: cluster
 * @target: from lev_choose(), maybe NULL
 * @back: filled in if it can: the device that it leaves by
 * @mac: filled in if it can: the server's MAC address, from lev_target_mac_word()
 *
 * Return: LEV_WHY_SERVED if it can, else LEV_WHY_NO_SERVER, LEV_WHY_DEVICE_DOWN or
 * LEV_WHY_NO_MAC
 * Context: any, RCU
 */
static inline enum lev_why lev_way(const struct lev_cluster *c, const struct lev_target *target,
				   struct net_device **back, u64 *mac)
{
	if (!target)
		return LEV_WHY_NO_SERVER;
	*back = lev_port_dev(c, LEV_SIDE_BACK);
	if (!*back)
		return LEV_WHY_DEVICE_DOWN;
	*mac = lev_target_mac_word(target);
	return *mac ? LEV_WHY_SERVED : LEV_WHY_NO_MAC;
}

#endif /* _LEV_CHOOSE_H */

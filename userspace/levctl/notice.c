// SPDX-License-Identifier: GPL-2.0
/*
 * Prints what an event says. Owns no state; called by cmd_monitor.c and levd.
 */
#include <inttypes.h>

#include "levctl.h"

/* What the event says of nodes and lanes; each kind of event has its own few of them. */
static void put_nodes(struct lev_out *o, const struct lev_notice *n)
{
	if (lev_has(n->has, LEV_EVENT_A_NODE))
		lev_out_uint(o, "node", " node %s", n->node);
	if (lev_has(n->has, LEV_EVENT_A_HEARD))
		lev_out_bool(o, "heard", " heard %s", n->heard);
	if (n->type == LEV_EVENT_STATE)
		lev_out_str(o, "state", " %s",
			    n->reason ? LEV_STATE_SILENT : LEV_STATE_ACTIVE);
	if (lev_has(n->has, LEV_EVENT_A_REASON))
		lev_out_str(o, "reason", " reason %s", lev_name(&lev_reason_names, n->reason));
	if (lev_has(n->has, LEV_EVENT_A_VIEW))
		lev_out_set(o, "view", n->type == LEV_EVENT_VIEW ? " %s" : " view %s", n->view);
	if (lev_has(n->has, LEV_EVENT_A_GAINED))
		lev_out_uint(o, "gained", " gained %s", n->gained);
	if (lev_has(n->has, LEV_EVENT_A_LOST))
		lev_out_uint(o, "lost", " lost %s", n->lost);
	if (lev_has(n->has, LEV_EVENT_A_OWNED))
		lev_out_uint(o, "owned", " owned %s", n->owned);
	if (lev_has(n->has, LEV_EVENT_A_VIEW_CHANGED))
		lev_out_str(o, "cause", " by %s", n->view_changed ? "takeover" : "turn");
}

/* What the event says of the config and of addresses. */
static void put_rest(struct lev_out *o, const struct lev_notice *n)
{
	char digest[LEV_DIGEST_STR], ip[LEV_IP_STR], mac[LEV_MAC_STR];

	if (lev_has(n->has, LEV_EVENT_A_VERSION))
		lev_out_uint(o, "version", " version %s", n->version);
	if (lev_has(n->has, LEV_EVENT_A_DIGEST))
		lev_out_str(o, "digest", " digest %s", lev_digest_str(n->digest, digest));
	if (lev_has(n->has, LEV_EVENT_A_ADDR))
		lev_out_str(o, "address", " %s", lev_ip_str(&n->ip, ip));
	if (lev_has(n->has, LEV_EVENT_A_UP))
		lev_out_bool(o, "up", " up %s", n->up);
	if (lev_has(n->has, LEV_EVENT_A_MAC))
		lev_out_str(o, "mac", " mac %s", lev_mac_str(n->mac, mac));
	if (lev_has(n->has, LEV_EVENT_A_CHANGES))
		lev_out_bool(o, "changes", " changes %s", n->changes);
}

void put_notice(struct lev_out *o, const char *device, const struct lev_notice *n)
{
	lev_out_text(o, "[%" PRIu64 ".%06" PRIu64 "] ", n->clock / 1000000000,
		     n->clock / 1000 % 1000000);
	lev_out_str(o, "device", "%s", device);
	lev_out_str(o, "event", " %s", lev_name(&lev_event_names, n->type));
	lev_out_uint(o, "clock_ns", LEV_JSON_ONLY, n->clock);
	put_nodes(o, n);
	put_rest(o, n);
}

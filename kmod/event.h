/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Notifications to the group "events". Called from anywhere, also with the cluster's lock.
 */
#ifndef _LEV_EVENT_H
#define _LEV_EVENT_H

#include "cluster.h"

void lev_event_state(struct lev_cluster *c, u64 clock, enum lev_reason reason);
void lev_event_peer(struct lev_cluster *c, u64 clock, unsigned int node, bool heard,
		    enum lev_reason reason);
void lev_event_view(struct lev_cluster *c, u64 clock, u64 view);
void lev_event_lanes(struct lev_cluster *c, u64 clock, unsigned int gained, unsigned int lost,
		     unsigned int owned, bool view_changed);
void lev_event_keeper(struct lev_cluster *c, u64 clock, unsigned int node);
void lev_event_config(struct lev_cluster *c, u64 clock, bool pending, u64 version, u64 digest);
void lev_event_server(struct lev_cluster *c, u64 clock, const struct lev_addr *addr, bool up);
void lev_event_key(struct lev_cluster *c, u64 clock, bool changes);
void lev_event_drained(struct lev_cluster *c, u64 clock, const struct lev_addr *addr);
void lev_event_conflict(struct lev_cluster *c, u64 clock, const struct lev_addr *addr,
			const u8 *mac);

#endif /* _LEV_EVENT_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * One node's picture of its cluster (see member.h): orders the steps of time, and decides
 * why we are silent, who is in the view, and which tier is on the wheel.
 */
#include "member.h"

static u64 interval(const struct lev_member *m)
{
	return m->cfg->params.heartbeat * LEV_NSEC_PER_MSEC;
}

static u64 limit(const struct lev_params *p)
{
	return p->heartbeat * LEV_NSEC_PER_MSEC * (4 * p->dead + 1) / 4;
}

u64 lev_member_limit(const struct lev_member *m)
{
	return limit(&m->cfg->params);
}

/* All that send are heard once in this time, and have heard us. */
static u64 listen_time(const struct lev_member *m)
{
	return lev_member_limit(m) + 2 * interval(m) + (lev_join_waits(m) ? LEV_LEARN_NS : 0);
}

u64 lev_member_heard_at(const struct lev_peer *p)
{
	return max(p->heard_at[LEV_SIDE_FRONT], p->heard_at[LEV_SIDE_BACK]);
}

bool lev_member_two_way(const struct lev_peer *p)
{
	return p->heard && p->hears_us;
}

bool lev_member_settled(const struct lev_peer *p)
{
	return lev_member_two_way(p) && !p->younger && p->last.ready &&
	       p->last.reason != LEV_REASON_CONFIG &&
	       p->last.reason != LEV_REASON_STOPPING;
}

bool lev_member_key_mismatch(const struct lev_member *m, u64 now)
{
	unsigned int id;

	if (m->ready || !m->forged_at || now - m->forged_at >= lev_member_limit(m))
		return false;
	lev_for_each_node(m, id)
		if (lev_member_two_way(&m->peer[id]))
			return false;
	return true;
}

/* Forget whom we heard, but not what they proved: a recording must not pass for them. */
void lev_member_listen(struct lev_member *m, u64 now)
{
	unsigned int id;

	m->ready = false;
	m->listen_since = now;
	m->servers_epoch = LEV_EPOCH_NONE;
	for (id = 1; id <= LEV_NODE_ID_MAX; id++) {
		struct lev_peer *p = &m->peer[id];

		p->heard = false;
		p->hears_us = false;
		p->fresh_at = 0;
		memset(p->heard_at, 0, sizeof(p->heard_at));
	}
}

void lev_member_start(struct lev_member *m, u8 self, u16 cluster, bool keyed, u32 incarnation,
		      u64 now)
{
	m->self = self;
	m->cluster = cluster;
	m->keyed = keyed;
	m->incarnation = incarnation;
	m->sequence = 0;
	m->pins_sequence = 0;
	m->local.stopping = false;
	m->synced = false;
	m->keeper = 0;
	m->offset = 0;
	m->late = 0;
	m->clock_last = 0;
	m->left_at = 0;
	m->joined_at = 0;
	m->joins = false;
	m->wants = false;
	m->met = 0;
	m->forged_at = 0;
	m->switch_digest = 0;
	m->servers_due = false;
	m->partial_since = 0;
	m->better_since = 0;
	m->hurried_at = 0;
	m->priority = -1;
	m->view = 0;
	m->reason = LEV_REASON_STARTING;
	m->stepped_at = now;
	memset(m->reached, 0, sizeof(m->reached));
	memset(&m->agreed, 0, sizeof(m->agreed));
	memset(&m->servers_next, 0, sizeof(m->servers_next));
	memset(m->peer, 0, sizeof(m->peer));
	lev_member_listen(m, now);
}

/* What is known of servers, over to another config. */
static void carry_servers(struct lev_member *m, const struct lev_config *cfg)
{
	u8 *maps[] = { m->reached, m->failed, m->agreed.up, m->servers_next.up };
	struct lev_less *less[] = { &m->less, &m->agreed.less, &m->servers_next.less };
	u8 carried[LEV_SERVER_MAP_SIZE];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(maps); i++) {
		lev_config_remap(m->cfg, cfg, maps[i], carried);
		memcpy(maps[i], carried, sizeof(carried));
	}
	for (i = 0; i < ARRAY_SIZE(less); i++)
		lev_less_remap(m->cfg, cfg, less[i]);
}

void lev_member_config(struct lev_member *m, const struct lev_config *cfg, u64 version,
		       u64 digest)
{
	unsigned int i;

	if (m->cfg)
		carry_servers(m, cfg);
	/* What was in time under the old config's beat is not late under the new one's. */
	if (m->cfg && limit(&m->cfg->params) != limit(&cfg->params))
		m->stepped_at = 0;
	/* A change is newer than what it takes the place of, whoever had counted further. */
	if (m->pending_version && digest == m->pending_digest)
		version = max(version, m->version + 1);
	m->cfg = cfg;
	m->version = version;
	m->digest = digest;
	for (i = 1; i <= LEV_NODE_ID_MAX; i++)
		if (!lev_config_node(cfg, i))
			memset(&m->peer[i], 0, sizeof(m->peer[i]));
}

void lev_member_pending(struct lev_member *m, u64 version, u64 digest, u64 now)
{
	/* A time that was named for a change that was given up does not hold for its return. */
	if (digest != m->pending_digest)
		m->switch_digest = 0;
	m->pending_version = version;
	m->pending_digest = digest;
	m->pending_since = now;
}

u32 lev_member_health(struct lev_member *m, u32 server, bool healthy)
{
	if (lev_map_test(m->failed, server) == !healthy)
		return 0;
	lev_map_assign(m->failed, server, !healthy);
	return lev_map_test(m->reached, server) ? LEV_DO_BEAT : 0;
}

bool lev_member_percent(struct lev_member *m, u32 server, u32 steps, u32 *todo)
{
	if (lev_less_get(&m->less, server) == steps)
		return true;
	if (!lev_less_set(&m->less, server, steps))
		return false;
	if (lev_map_test(m->reached, server))
		*todo |= LEV_DO_BEAT;
	return true;
}

void lev_member_vote(const struct lev_member *m, struct lev_word *vote)
{
	unsigned int i;

	for (i = 0; i < LEV_SERVER_MAP_SIZE; i++)
		vote->up[i] = m->reached[i] & ~m->failed[i];
	vote->less = m->less;
}

static unsigned int reach(const struct lev_member *m, const u8 *reached)
{
	unsigned int n = 0;
	u32 i;

	for (i = 0; i < m->cfg->n_servers; i++)
		n += lev_map_test(reached, i) && lev_map_test(m->agreed.up, i);
	return n;
}

/* Does another node reach servers that we do not, and for longer than probes are apart? */
static bool partial(struct lev_member *m, u64 now)
{
	unsigned int mine = reach(m, m->reached);
	unsigned int id, best = 0;

	lev_for_each_node(m, id) {
		const struct lev_peer *p = &m->peer[id];

		if (lev_member_two_way(p) && p->last.reason == LEV_REASON_NONE &&
		    p->last.digest == m->digest)
			best = max(best, reach(m, p->last.vote.up));
	}
	if (best <= mine) {
		m->partial_since = 0;
		return false;
	}
	if (!m->partial_since)
		m->partial_since = now;
	return now - m->partial_since >= LEV_PARTIAL_NS;
}

static enum lev_reason decide(struct lev_member *m, bool mismatch, u64 now)
{
	if (m->local.stopping)
		return LEV_REASON_STOPPING;
	if (m->local.drained)
		return LEV_REASON_DRAINED;
	if (m->local.watch_until && now >= m->local.watch_until)
		return LEV_REASON_UNWATCHED;
	if (!m->local.front_up)
		return LEV_REASON_FRONT_DOWN;
	if (!m->local.back_up)
		return LEV_REASON_BACK_DOWN;
	if (mismatch)
		return LEV_REASON_CONFIG;
	if (!m->ready)
		return LEV_REASON_STARTING;
	if (m->cfg->n_services && !reach(m, m->reached))
		return LEV_REASON_NO_SERVER;
	if (partial(m, now))
		return LEV_REASON_BACK_PARTIAL;
	return LEV_REASON_NONE;
}

static u64 view(const struct lev_member *m)
{
	u64 set = m->reason == LEV_REASON_NONE ? lev_node_bit(m->self) : 0;
	unsigned int id;

	lev_for_each_node(m, id)
		if (lev_member_two_way(&m->peer[id]) &&
		    m->peer[id].last.reason == LEV_REASON_NONE)
			set |= lev_node_bit(id);
	return set;
}

/* Does a node of this tier, with a weight, stand in the view? */
static bool tier_present(const struct lev_member *m, int priority)
{
	u32 i;

	for (i = 0; i < m->cfg->n_nodes; i++) {
		const struct lev_node *n = &m->cfg->nodes[i];

		if ((int)n->priority == priority && n->weight && m->view & lev_node_bit(n->id))
			return true;
	}
	return false;
}

/* A better tier waits: has it waited for failback? */
static bool failback_due(struct lev_member *m, u64 now)
{
	u32 failback = m->cfg->params.failback;

	if (failback == LEV_FAILBACK_NEVER)
		return false;
	if (!m->better_since)
		m->better_since = now;
	return now - m->better_since >= failback * LEV_NSEC_PER_MSEC;
}

/*
 * The tier on the wheel. A tier that is gone is left at once, by each node for itself; when
 * to go back to a better one is for the keeper to say.
 */
static int tier(struct lev_member *m, u64 now)
{
	const struct lev_peer *keeper = &m->peer[m->keeper];
	struct lev_wheel_node nodes[LEV_NODE_ID_MAX];
	unsigned int n = lev_config_wheel_nodes(m->cfg, nodes);
	int best = lev_wheel_tier(nodes, n, m->view);

	if (m->keeper && m->keeper != m->self && lev_member_settled(keeper) &&
	    tier_present(m, keeper->last.priority)) {
		m->better_since = 0;
		return keeper->last.priority;
	}
	if (best <= m->priority || !tier_present(m, m->priority) || failback_due(m, now)) {
		m->better_since = 0;
		return best;
	}
	return m->priority;
}

static void expire(struct lev_member *m, u64 now)
{
	unsigned int id;

	lev_for_each_node(m, id) {
		struct lev_peer *p = &m->peer[id];

		if (p->heard && now - lev_member_heard_at(p) >= lev_member_limit(m))
			p->heard = false;
	}
}

/* The dead time is another one since the last step: it begins now. */
static void heard_now(struct lev_member *m, u64 now)
{
	unsigned int id, side;

	lev_for_each_node(m, id)
		for (side = 0; side < __LEV_SIDE_MAX; side++)
			if (m->peer[id].heard && m->peer[id].heard_at[side])
				m->peer[id].heard_at[side] = now;
}

bool lev_member_stalled(const struct lev_member *m, u64 now)
{
	return m->stepped_at && now - m->stepped_at >= lev_member_limit(m) && m->cfg->n_nodes > 1;
}

/* A node that was blind or stalled knows nothing of now: it listens again before it answers. */
static void check_senses(struct lev_member *m, u64 now)
{
	bool blind = !m->local.front_up && !m->local.back_up;

	if (!m->stepped_at)
		heard_now(m, now);
	if (blind || lev_member_stalled(m, now)) {
		lev_join_leave(m, blind);
		lev_member_listen(m, now);
	}
	m->stepped_at = now;
}

static void check_ready(struct lev_member *m, bool mismatch, u64 now)
{
	if (!m->ready && !mismatch && m->synced && m->keeper &&
	    (m->keeper == m->self || m->servers_epoch != LEV_EPOCH_NONE) &&
	    now - m->listen_since >= listen_time(m))
		m->ready = true;
}

u32 lev_member_step(struct lev_member *m, u64 now)
{
	enum lev_reason reason = m->reason;
	u64 old_view = m->view;
	int priority = m->priority;
	unsigned int winner;
	bool mismatch;
	u32 todo;

	if (!m->self)
		return 0;
	check_senses(m, now);
	expire(m, now);
	todo = lev_clock_step(m, now);
	todo |= lev_agree_config_step(m, now);
	winner = lev_agree_config_winner(m);
	mismatch = winner || lev_member_key_mismatch(m, now);
	todo |= lev_key_step(m, winner);
	if (todo & LEV_DO_CONFIG)
		mismatch = mismatch && m->reason == LEV_REASON_CONFIG;
	todo |= lev_join_step(m, mismatch, now);
	check_ready(m, mismatch, now);
	todo |= lev_agree_servers_step(m, now);
	if (lev_member_ahead(m))
		todo |= LEV_DO_PREPARE;

	m->reason = decide(m, mismatch, now);
	if (m->reason != reason)
		todo |= LEV_DO_STATE | LEV_DO_BEAT;
	m->view = view(m);
	m->priority = tier(m, now);
	if (m->view != old_view || m->priority != priority)
		todo |= LEV_DO_VIEW;
	/* The others wait for the keeper's word to go over to the better tier. */
	if (m->priority != priority && m->keeper == m->self)
		todo |= LEV_DO_BEAT;
	return todo;
}

/* Local time of a cluster time. */
static u64 local_time(const struct lev_member *m, u64 clock)
{
	return clock - m->offset;
}

u64 lev_member_next(const struct lev_member *m, u64 now)
{
	u64 next = now + interval(m), at;
	unsigned int id;

	lev_for_each_node(m, id)
		if (m->peer[id].heard)
			next = min(next, lev_member_heard_at(&m->peer[id]) + lev_member_limit(m));
	/* Once it is due it is the caller's to carry out, which may take a while. */
	at = local_time(m, m->switch_at);
	if (m->pending_version && m->switch_digest == m->pending_digest && at > now)
		next = min(next, at);
	if (m->servers_due)
		next = min(next, local_time(m, m->servers_at));
	if (m->local.watch_until > now)
		next = min(next, m->local.watch_until);
	return max(next, now + 1);
}

static void beat_hears(struct lev_member *m, struct lev_beat *beat, u64 now)
{
	unsigned int id, side;

	lev_for_each_node(m, id) {
		const struct lev_peer *p = &m->peer[id];
		struct lev_hears *h = &beat->hears[beat->n_hears];

		if (p->heard) {
			h->node = id;
			h->incarnation = p->incarnation;
			h->sequence = p->last.sequence;
			for (side = 0; side < __LEV_SIDE_MAX; side++)
				if (p->heard_at[side] &&
				    now - p->heard_at[side] < lev_member_limit(m))
					h->sides |= 1 << side;
			beat->n_hears++;
		}
	}
	lev_for_each_node(m, id) {
		const struct lev_peer *p = &m->peer[id];

		if (beat->n_hears < LEV_WIRE_HEARS_MAX &&
		    p->fresh_at && now - p->fresh_at < lev_member_limit(m)) {
			struct lev_hears *h = &beat->hears[beat->n_hears++];

			h->node = id;
			h->incarnation = p->fresh_incarnation;
			h->sequence = p->fresh_sequence;
		}
	}
}

void lev_member_beat(struct lev_member *m, struct lev_beat *beat, u64 now)
{
	memset(beat, 0, sizeof(*beat));
	beat->cluster = m->cluster;
	beat->node = m->self;
	beat->incarnation = m->incarnation;
	beat->sequence = ++m->sequence;
	beat->reason = m->reason;
	beat->keeper = m->keeper;
	beat->priority = max(m->priority, 0);
	beat->synced = m->synced;
	beat->keyed = m->keyed;
	beat->two = m->two_keys;
	beat->hash_key = m->hash_key;
	beat->ready = m->ready;
	beat->memory = m->remembers;
	beat->wants = m->wants;
	beat->virtual_sides = m->local.virtual_sides;
	beat->clock = lev_member_clock(m, now);
	beat->version = m->version;
	beat->digest = m->digest;
	beat->pending_version = m->pending_version;
	beat->pending_digest = m->pending_digest;
	beat->switch_digest = m->switch_digest;
	beat->switch_at = m->switch_at;
	beat->servers_epoch = m->servers_epoch;
	beat->servers_at = m->servers_at;
	beat->n_servers = m->cfg->n_servers;
	lev_member_vote(m, &beat->vote);
	beat->agreed = m->servers_next;
	beat_hears(m, beat, now);
}

u64 lev_member_hurry(struct lev_member *m, u64 now)
{
	u64 gap = div_u64(interval(m), LEV_HURRY_DIVISOR);

	if (m->hurried_at <= now)
		m->hurried_at = max(now, m->hurried_at + gap);
	return m->hurried_at;
}

u8 lev_member_physical(const struct lev_member *m)
{
	u8 all = BIT(LEV_SIDE_FRONT) | BIT(LEV_SIDE_BACK), sides = m->local.virtual_sides;
	unsigned int id;

	lev_for_each_node(m, id)
		if (m->peer[id].known && m->peer[id].last.sequence)
			sides &= m->peer[id].last.virtual_sides;
	return all & ~sides;
}

static bool heard_by_any(const struct lev_member *m)
{
	unsigned int id;

	lev_for_each_node(m, id)
		if (lev_member_two_way(&m->peer[id]))
			return true;
	return false;
}

bool lev_member_pins(struct lev_member *m, struct lev_pins_head *head)
{
	if (!heard_by_any(m))
		return false;
	memset(head, 0, sizeof(*head));
	head->cluster = m->cluster;
	head->node = m->self;
	head->incarnation = m->incarnation;
	head->sequence = ++m->pins_sequence;
	head->beat = m->sequence;
	head->keyed = m->keyed;
	head->two = m->two_keys;
	return true;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * What the nodes agree on (see member.h): which config is in force and from when, and
 * what holds of the servers. The clock's keeper names the times, at which all switch.
 */
#include "member.h"

/* Three beats: time for a word of the keeper to reach everybody, though two were lost. */
static u64 notice(const struct lev_member *m)
{
	return 3 * m->cfg->params.heartbeat * LEV_NSEC_PER_MSEC;
}

/*
 * No keeper names a time as far ahead as twice the notice; of a change of the config, that is the
 * longest one, since another heartbeat may be in force with him. One that is further away was named
 * by a clock that nobody follows any more, or by somebody who says anything: it has come.
 */
#define CONFIG_FAR_NS (6 * LEV_HEARTBEAT_MAX * LEV_NSEC_PER_MSEC)

static bool has_come(struct lev_member *m, u64 at, u64 far, u64 now)
{
	u64 clock = lev_member_clock(m, now);

	return clock >= at || at - clock > far;
}

static bool switch_has_come(struct lev_member *m, u64 now)
{
	return has_come(m, m->switch_at, CONFIG_FAR_NS, now);
}

static bool peer_has(const struct lev_peer *p, u64 digest)
{
	return p->last.digest == digest ||
	       (p->last.pending_version && p->last.pending_digest == digest);
}

u64 lev_member_waiting(const struct lev_member *m)
{
	unsigned int id;
	u64 waiting = 0;

	if (!m->pending_version)
		return 0;
	lev_for_each_node(m, id)
		if (lev_member_settled(&m->peer[id]) && !peer_has(&m->peer[id], m->pending_digest))
			waiting |= lev_node_bit(id);
	return waiting;
}

bool lev_member_must_agree(const struct lev_member *m)
{
	unsigned int id;

	if (m->reason == LEV_REASON_STARTING || m->reason == LEV_REASON_CONFIG ||
	    m->reason == LEV_REASON_STOPPING)
		return false;
	lev_for_each_node(m, id)
		if (lev_member_settled(&m->peer[id]))
			return true;
	return false;
}

/* Is this content what another node has, or is about to have? */
static bool anyone_has(const struct lev_member *m, u64 digest)
{
	unsigned int id;

	lev_for_each_node(m, id)
		if (lev_member_settled(&m->peer[id]) && peer_has(&m->peer[id], digest))
			return true;
	return false;
}

enum lev_number lev_member_number(const struct lev_member *m, u64 version, u64 digest)
{
	u64 newest = max(m->version, m->pending_version);

	if (digest == (m->pending_version ? m->pending_digest : m->digest) ||
	    anyone_has(m, digest) || version > newest)
		return LEV_NUMBER_FREE;
	return version == newest ? LEV_NUMBER_TAKEN : LEV_NUMBER_OLD;
}

void lev_member_renumber(struct lev_member *m, u64 version)
{
	m->version = max(m->version, version);
}

/* One content of the config and who has it in force. */
struct camp {
	u64 version;
	u64 digest;
	unsigned int size;
	unsigned int lowest;
};

/* Higher version first, then the larger group, then the one with the lowest id. */
static bool camp_beats(const struct camp *a, const struct camp *b)
{
	if (a->version != b->version)
		return a->version > b->version;
	if (a->size != b->size)
		return a->size > b->size;
	return a->lowest < b->lowest;
}

static bool counts(const struct lev_member *m, unsigned int id, bool settled_only)
{
	if (id == m->self)
		return !settled_only || (m->ready && m->reason != LEV_REASON_CONFIG);
	if (settled_only)
		return lev_member_settled(&m->peer[id]);
	return lev_member_two_way(&m->peer[id]) &&
	       m->peer[id].last.reason != LEV_REASON_STOPPING;
}

static u64 digest_of(const struct lev_member *m, unsigned int id)
{
	return id == m->self ? m->digest : m->peer[id].last.digest;
}

/* The camp of one node's config, over all nodes that count. */
static void gather(const struct lev_member *m, unsigned int of, bool settled_only,
		   struct camp *camp)
{
	unsigned int id;

	memset(camp, 0, sizeof(*camp));
	camp->digest = digest_of(m, of);
	lev_for_each_node(m, id) {
		if (!counts(m, id, settled_only) || digest_of(m, id) != camp->digest)
			continue;
		camp->version = max(camp->version, id == m->self ? m->version :
				    m->peer[id].last.version);
		if (!camp->size++)
			camp->lowest = id;
	}
}

static bool anyone_settled(const struct lev_member *m)
{
	unsigned int id;

	lev_for_each_node(m, id)
		if (counts(m, id, true))
			return true;
	return false;
}

/* Nearly always all are of one mind: then there is nothing to weigh. */
static bool anyone_differs(const struct lev_member *m, bool settled_only)
{
	unsigned int id;

	lev_for_each_node(m, id)
		if (counts(m, id, settled_only) && digest_of(m, id) != m->digest)
			return true;
	return false;
}

/* Who has another config than ours in force, if that is the cluster's? */
unsigned int lev_agree_config_winner(const struct lev_member *m)
{
	bool settled_only = anyone_settled(m);
	struct camp best = {}, camp;
	unsigned int id;

	if (!anyone_differs(m, settled_only))
		return 0;
	lev_for_each_node(m, id) {
		if (!counts(m, id, settled_only))
			continue;
		gather(m, id, settled_only, &camp);
		if (!best.size || camp_beats(&camp, &best))
			best = camp;
	}
	return best.size && best.digest != m->digest ? best.lowest : 0;
}

/* Another node has our pending change in force already: we are late. */
static bool others_switched(const struct lev_member *m)
{
	unsigned int id;

	lev_for_each_node(m, id)
		if (lev_member_settled(&m->peer[id]) &&
		    m->peer[id].last.digest == m->pending_digest)
			return true;
	return false;
}

/* Changes are counted one by one: who is further ahead has not counted them. */
#define LEAP_MAX BIT_ULL(32)

static void level_version(struct lev_member *m)
{
	unsigned int id;

	lev_for_each_node(m, id) {
		const struct lev_peer *p = &m->peer[id];

		if (lev_member_settled(p) && p->last.digest == m->digest &&
		    p->last.version > m->version && p->last.version - m->version < LEAP_MAX)
			m->version = p->last.version;
	}
}

/* The keeper's part: a time when all have the change, none when one has it no more. */
static u32 name_switch(struct lev_member *m, u64 now)
{
	bool named = m->switch_digest == m->pending_digest;

	if (named == !lev_member_waiting(m) || (named && switch_has_come(m, now)))
		return 0;
	m->switch_digest = named ? 0 : m->pending_digest;
	m->switch_at = lev_member_clock(m, now) + notice(m);
	return LEV_DO_BEAT;
}

u32 lev_agree_config_step(struct lev_member *m, u64 now)
{
	u64 settled = m->pending_since + LEV_SETTLE_DEFAULT * LEV_NSEC_PER_MSEC;
	u32 todo = 0;

	level_version(m);
	if (!m->pending_version) {
		m->switch_digest = 0;
		return 0;
	}
	if (!lev_member_must_agree(m) || others_switched(m) || now >= settled)
		return LEV_DO_CONFIG;

	if (m->keeper == m->self)
		todo |= name_switch(m, now);
	if (m->switch_digest == m->pending_digest && switch_has_come(m, now))
		todo |= LEV_DO_CONFIG;
	return todo;
}

/* Does this peer's vote mean the same servers as ours, and has it a say? */
static bool votes(const struct lev_member *m, const struct lev_peer *p)
{
	return lev_member_settled(p) && p->last.digest == m->digest &&
	       p->last.n_servers == m->cfg->n_servers &&
	       p->last.reason != LEV_REASON_BACK_DOWN;
}

static bool finds_any(const struct lev_member *m, const struct lev_word *vote)
{
	u32 i;

	for (i = 0; i < m->cfg->n_servers; i++)
		if (lev_map_test(vote->up, i))
			return true;
	return false;
}

/* The votes that count, read server by server: each with the place in its list. */
struct ballots {
	unsigned int n;
	const struct lev_word *vote[LEV_NODE_ID_MAX + 1];
	u8 at[LEV_NODE_ID_MAX + 1];
};

/* What one of them gives to the next server, which is @i. */
static u32 read_steps(struct ballots *b, unsigned int v, u32 i)
{
	const struct lev_less *less = &b->vote[v]->less;
	u32 steps = LEV_STEPS_FULL;

	if (b->at[v] < less->n && lev_less_server(less->entry[b->at[v]]) == i)
		steps = lev_less_steps(less->entry[b->at[v]++]);
	return lev_map_test(b->vote[v]->up, i) ? steps : 0;
}

/* As much as half of them give, or more. There are votes. */
static u32 median(struct ballots *b, u32 i)
{
	u8 of[LEV_STEPS_FULL + 1] = {};
	u32 steps = LEV_STEPS_FULL;
	unsigned int v, ayes;

	for (v = 0; v < b->n; v++)
		of[read_steps(b, v, i)]++;
	for (ayes = of[steps]; 2 * ayes < b->n; ayes += of[steps])
		steps--;
	return steps;
}

/*
 * The median of those that can say, where down is nothing: so a server is up if the majority finds
 * it up. A tie goes to what is more. A node that reaches nothing, or has not probed yet, or finds
 * all servers fail, speaks of itself and not of the servers: it has no say. Of more servers than a
 * word has room for, the last ones get their whole weight.
 */
static void count_votes(const struct lev_member *m, struct lev_word *word)
{
	struct ballots b = {};
	struct lev_word own;
	unsigned int id;
	u32 i;

	lev_member_vote(m, &own);
	if (m->local.back_up && finds_any(m, &own))
		b.vote[b.n++] = &own;
	lev_for_each_node(m, id)
		if (votes(m, &m->peer[id]) && finds_any(m, &m->peer[id].last.vote))
			b.vote[b.n++] = &m->peer[id].last.vote;
	memset(word, 0, sizeof(*word));
	for (i = 0; b.n && i < m->cfg->n_servers; i++) {
		u32 steps = median(&b, i);

		lev_map_assign(word->up, i, steps);
		if (steps)
			lev_less_set(&word->less, i, steps);
	}
}

static bool anyone_votes(const struct lev_member *m)
{
	unsigned int id;

	lev_for_each_node(m, id)
		if (votes(m, &m->peer[id]))
			return true;
	return false;
}

/* One that has yet to go over to our config, or we to its: what it reaches cannot be said yet. */
static bool anyone_between(const struct lev_member *m)
{
	unsigned int id;

	lev_for_each_node(m, id)
		if (lev_member_settled(&m->peer[id]) && m->peer[id].last.digest != m->digest)
			return true;
	return false;
}

/*
 * Which servers are up is said at once, whatever was said before. What they get of their weights
 * may change all the time: that waits until the last word holds, which it would put off for ever,
 * and for some time from then on, since for each word tables are built and flows remembered.
 */
static bool may_say(const struct lev_member *m, const struct lev_word *word, u64 clock)
{
	/* The first word is said even if nothing is up: those that start wait for it. */
	if (m->servers_epoch == LEV_EPOCH_NONE ||
	    memcmp(word->up, m->servers_next.up, sizeof(word->up)))
		return true;
	return !lev_word_same(word, &m->servers_next) && !m->servers_due &&
	       clock - m->servers_at >= LEV_PERCENT_NS;
}

/*
 * The keeper's part: a word on the servers when the count differs from the last word. Not while
 * nodes go over to another config, one after the other: a keeper that reaches no server itself
 * would find that nobody does.
 */
static u32 keep_servers(struct lev_member *m, u64 now)
{
	struct lev_word word;
	u64 clock = lev_member_clock(m, now);

	if (anyone_between(m))
		return 0;
	count_votes(m, &word);
	if (!may_say(m, &word, clock))
		return 0;
	m->servers_next = word;
	m->servers_epoch++;
	m->servers_at = anyone_votes(m) ? clock + notice(m) : clock;
	m->servers_due = true;
	return LEV_DO_BEAT;
}

u32 lev_agree_servers_step(struct lev_member *m, u64 now)
{
	u32 todo = 0;

	if (m->keeper == m->self && m->synced)
		todo |= keep_servers(m, now);
	if (m->servers_due && has_come(m, m->servers_at, 2 * notice(m), now)) {
		m->servers_due = false;
		if (!lev_word_same(&m->agreed, &m->servers_next)) {
			m->agreed = m->servers_next;
			todo |= LEV_DO_SERVERS;
		}
	}
	return todo;
}

u32 lev_member_ahead(const struct lev_member *m)
{
	bool config = m->pending_version && m->switch_digest == m->pending_digest;
	bool servers = m->servers_due && !lev_word_same(&m->agreed, &m->servers_next);

	if (config && servers)
		return m->switch_at <= m->servers_at ? LEV_DO_CONFIG : LEV_DO_SERVERS;
	if (config)
		return LEV_DO_CONFIG;
	return servers ? LEV_DO_SERVERS : 0;
}

void lev_agree_heard(struct lev_member *m, const struct lev_beat *beat)
{
	if (beat->node != m->keeper || beat->keeper != beat->node)
		return;
	/* It names a time, or takes it back; one that has switched says so by its digest. */
	if (m->pending_version && beat->digest != m->pending_digest) {
		m->switch_digest = beat->switch_digest == m->pending_digest ?
			beat->switch_digest : 0;
		m->switch_at = beat->switch_at;
	}
	if (beat->digest != m->digest || beat->n_servers != m->cfg->n_servers ||
	    beat->servers_epoch == LEV_EPOCH_NONE)
		return;
	/* Two keepers that were apart may have come to the same number with other words. */
	if (beat->servers_epoch != m->servers_epoch ||
	    !lev_word_same(&beat->agreed, &m->servers_next)) {
		m->servers_epoch = beat->servers_epoch;
		m->servers_at = beat->servers_at;
		m->servers_due = true;
		m->servers_next = beat->agreed;
	}
}

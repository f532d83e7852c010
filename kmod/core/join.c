// SPDX-License-Identifier: GPL-2.0
/*
 * What a node has missed while it was away (see member.h): whom it asks for what others remember
 * of changes, who tells it, and what its own tables are compared with meanwhile. Owns .left_at,
 * .joined_at, .joins, .wants and .met of struct lev_member; called by member.c and by the glue,
 * under the cluster's lock.
 */
#include "member.h"

static bool joined(const struct lev_member *m, u64 now)
{
	return m->joined_at && now - m->joined_at >= LEV_JOIN_NS;
}

/*
 * Who was stalled for less time than changes are remembered has missed none that the others do not
 * remember as it would itself. So it counts on, as they do: all may have been stalled.
 */
static bool only_stalled(const struct lev_member *m, u64 now)
{
	return m->left_at && now - m->left_at < m->cfg->params.memory * LEV_NSEC_PER_MSEC;
}

/*
 * We begin to listen, at the time of a step that comes too late, or since no link is there. Without
 * links servers are out of sight, too: they come back one after the other.
 */
void lev_join_leave(struct lev_member *m, bool blind)
{
	if (blind)
		m->left_at = 0;
	else if (m->ready && joined(m, m->stepped_at))
		m->left_at = m->stepped_at;
}

static bool remembers(const struct lev_peer *p)
{
	return lev_member_two_way(p) && p->last.memory;
}

static bool others_remember(const struct lev_member *m)
{
	unsigned int id;

	lev_for_each_node(m, id)
		if (remembers(&m->peer[id]))
			return true;
	return false;
}

/* Those that were all stalled at once cannot tell each other: nobody would answer meanwhile. */
bool lev_join_waits(const struct lev_member *m)
{
	unsigned int id;

	if (!m->wants)
		return false;
	lev_for_each_node(m, id)
		if (remembers(&m->peer[id]) && m->peer[id].last.ready)
			return true;
	return false;
}

/* Has one come that served while we did not hear it, and remembers? */
static bool met_again(struct lev_member *m)
{
	bool again = false;
	u64 met = 0;
	unsigned int id;

	lev_for_each_node(m, id) {
		const struct lev_peer *p = &m->peer[id];

		if (!lev_member_two_way(p))
			continue;
		met |= lev_node_bit(id);
		again |= !(m->met & lev_node_bit(id)) && remembers(p) && p->last.ready;
	}
	m->met = met;
	return again;
}

void lev_join_want(struct lev_member *m, u64 now)
{
	m->wants = true;
	m->wants_since = now;
}

u32 lev_join_step(struct lev_member *m, bool mismatch, u64 now)
{
	bool did = m->joins, again = met_again(m);

	if (m->wants && now - m->wants_since >= LEV_LEARN_NS)
		m->wants = false;
	if (mismatch || m->ready)
		m->left_at = 0;
	if (mismatch || (!m->ready && !only_stalled(m, now)))
		m->joined_at = 0;
	else if (!m->joined_at)
		m->joined_at = now;
	m->joins = !joined(m, now) && (m->joins || others_remember(m));
	if ((!m->joins || did) && (!again || !joined(m, now)))
		return 0;
	lev_join_want(m, now);
	return LEV_DO_SERVERS | LEV_DO_BEAT;
}

void lev_join_told(struct lev_member *m)
{
	m->wants = false;
}

enum lev_base lev_join_base(const struct lev_member *m, u64 now)
{
	if (joined(m, now))
		return m->wants ? LEV_BASE_LEARN : LEV_BASE_OLD;
	return m->joins ? LEV_BASE_JOIN : LEV_BASE_NONE;
}

/* The first of those that remember tells @asker, if it is not @asker itself. */
static bool first_but(const struct lev_member *m, unsigned int asker)
{
	unsigned int id;

	for (id = 1; id < m->self; id++)
		if (id != asker && remembers(&m->peer[id]) && m->peer[id].last.ready)
			return false;
	return true;
}

bool lev_join_teaches(const struct lev_member *m)
{
	unsigned int id;

	if (!m->ready || !m->remembers)
		return false;
	lev_for_each_node(m, id)
		if (lev_member_two_way(&m->peer[id]) && m->peer[id].last.wants &&
		    m->peer[id].last.digest == m->digest && first_but(m, id))
			return true;
	return false;
}

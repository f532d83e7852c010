// SPDX-License-Identifier: GPL-2.0
/*
 * The cluster clock (see member.h): who keeps it, and how the others follow. The oldest
 * clock wins, so a node that joins, or comes back, never moves it.
 */
#include "member.h"

/* A difference over this is stepped over, a smaller one is slewed. */
#define STEP_NS		(100 * (s64)LEV_NSEC_PER_MSEC)
/* So many beats in a row may be that late before it is the clock that is. */
#define LATE_MAX	3
/*
 * A beat may be late, but never early. One that is ahead of our clock tells the truth at
 * once; of one that is behind, only this part is believed, enough to follow an oscillator.
 */
#define SLEW_DIVISOR	16
/* Clocks within this are of one age: then the lowest id keeps it. */
#define SAME_AGE_NS	(1000 * (s64)LEV_NSEC_PER_MSEC)

u64 lev_member_clock(struct lev_member *m, u64 now)
{
	u64 clock;

	if (!m->synced)
		return 0;
	clock = now + m->offset;
	if (clock < m->clock_last && m->clock_last - clock < STEP_NS)
		return m->clock_last;
	m->clock_last = clock;
	return clock;
}

/*
 * A node that served alone before it knew of us has a clock of its own. Until it follows
 * ours, its config and servers are not those of our cluster, whatever their numbers.
 * While we listen we have no cluster to defend, and follow whoever keeps a clock.
 */
bool lev_clock_younger(const struct lev_member *m, const struct lev_beat *beat, u64 now)
{
	return m->ready && m->synced && beat->synced &&
	       (s64)(now + m->offset - beat->clock) > SAME_AGE_NS;
}

void lev_clock_heard(struct lev_member *m, const struct lev_beat *beat, u64 now)
{
	s64 difference;

	if (beat->node != m->keeper || beat->keeper != beat->node || !beat->synced)
		return;
	difference = (s64)(beat->clock - now - m->offset);
	/* A beat may be late, but never early: one that is behind is believed if more are. */
	if (m->synced && difference < -STEP_NS && m->late < LATE_MAX) {
		m->late++;
		return;
	}
	m->late = 0;
	if (!m->synced || difference > 0 || difference < -STEP_NS)
		m->offset += difference;
	else
		m->offset += div64_s64(difference, SLEW_DIVISOR);
	m->synced = true;
}

/* Where a peer's clock stands now, as it told it last. */
static u64 peer_clock(const struct lev_peer *p, u64 now)
{
	return p->last.clock + (now - p->last_at);
}

/* Is clock a, kept by node a_id, to be followed rather than b of b_id? */
static bool older(u64 a, unsigned int a_id, u64 b, unsigned int b_id)
{
	if ((s64)(a - b) > SAME_AGE_NS)
		return true;
	if ((s64)(b - a) > SAME_AGE_NS)
		return false;
	return a_id < b_id;
}

/* A peer that says that it keeps the clock, and is not on its way in or out. */
static bool keeps(const struct lev_peer *p, unsigned int id)
{
	return lev_member_settled(p) && p->last.synced && p->last.keeper == id;
}

static bool keeps_ourselves(const struct lev_member *m)
{
	return m->synced && m->keeper == m->self;
}

/* The keeper whose clock is the oldest among those that keep one, or 0. */
static unsigned int best_keeper(struct lev_member *m, u64 now)
{
	unsigned int id, best = 0;
	u64 clock, best_clock = 0;

	lev_for_each_node(m, id) {
		if (id == m->self) {
			if (!keeps_ourselves(m) || !m->ready ||
			    m->reason == LEV_REASON_CONFIG)
				continue;
			clock = now + m->offset;
		} else if (keeps(&m->peer[id], id)) {
			clock = peer_clock(&m->peer[id], now);
		} else {
			continue;
		}
		if (!best || older(clock, id, best_clock, best)) {
			best = id;
			best_clock = clock;
		}
	}
	/* One that is out of the game keeps the clock only if nobody else does. */
	return best || !keeps_ourselves(m) ? best : m->self;
}

/*
 * Nobody keeps the clock: the lowest id takes it over, of those that have it, or of all if
 * none has. Each node sees the same, so at most one does.
 */
static bool take_over(const struct lev_member *m, u64 now)
{
	bool mine = m->synced && m->ready;
	unsigned int id;

	if (!mine && now - m->listen_since < lev_member_limit(m))
		return false;
	lev_for_each_node(m, id) {
		const struct lev_peer *p = &m->peer[id];
		bool theirs = lev_member_settled(p) && p->last.synced;

		if (id == m->self || !lev_member_two_way(p) ||
		    p->last.reason == LEV_REASON_CONFIG || p->last.reason == LEV_REASON_STOPPING)
			continue;
		if ((theirs && !mine) || (theirs == mine && id < m->self))
			return false;
	}
	return true;
}

/*
 * Follow the keeper: its clock is at hand in its last beat. Who had a cluster of its own is
 * a newcomer from now on: it gives up what that one agreed on.
 */
static void follow(struct lev_member *m, unsigned int keeper, u64 now)
{
	u64 offset = peer_clock(&m->peer[keeper], now) - now;
	s64 difference = (s64)(offset - m->offset);

	m->keeper = keeper;
	m->late = 0;
	if (m->synced && difference > SAME_AGE_NS) {
		m->ready = false;
		m->listen_since = now;
		m->servers_epoch = LEV_EPOCH_NONE;
	}
	if (!m->synced || difference > STEP_NS || difference < -STEP_NS)
		m->offset = offset;
	m->synced = true;
}

u32 lev_clock_step(struct lev_member *m, u64 now)
{
	unsigned int keeper = best_keeper(m, now);

	if (keeper == m->keeper && keeper)
		return 0;
	if (keeper) {
		follow(m, keeper, now);
		return LEV_DO_KEEPER;
	}
	if (lev_member_key_mismatch(m, now) || !take_over(m, now)) {
		keeper = m->keeper;
		m->keeper = 0;
		return keeper ? LEV_DO_KEEPER : 0;
	}
	if (!m->synced) {
		/* The first node of all: the clock begins at 0. */
		m->offset = -now;
		m->synced = true;
	}
	m->keeper = m->self;
	return LEV_DO_KEEPER | LEV_DO_BEAT;
}

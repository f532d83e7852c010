// SPDX-License-Identifier: GPL-2.0
/*
 * What must hold of a cluster (see play.h). Reads the members of the simulated nodes, and says
 * sim_fail() where one does not hold.
 */
#include "play.h"

/* Oscillators are that far apart at most, and followed by this part of the difference a beat. */
#define DRIFT_PPM	1000
#define SLEW		16

/* A clock that is farther off is set, as STEP_NS in clock.c says. */
#define SET_MS		100

/* So many lanes are looked at while time passes. */
#define LANES_WATCHED	8

void laws_step(struct sim *s, unsigned int id)
{
	const struct lev_member *m = sim_m(s, id);
	u64 self = lev_node_bit(id);

	sim_must(!(m->view & self) == (m->reason != LEV_REASON_NONE));
	sim_must(!(m->view & ~lev_config_nodes(m->cfg)));
	sim_must(m->reason != LEV_REASON_NONE || (m->ready && m->synced));
	sim_must(m->priority >= 0 || !m->view || !(m->view & self) ||
		 !lev_config_node(m->cfg, id)->weight);
}

static bool member(const struct play *p, unsigned int id)
{
	const struct sim_node *n = p->sim->node[id];

	return n->running && !n->key &&
	       (n->up[LEV_SIDE_FRONT] || (n->up[LEV_SIDE_BACK] && !p->story->one_arm));
}

static u64 members(const struct play *p, u64 group)
{
	unsigned int id;
	u64 set = 0;

	for (id = 1; id <= p->sim->n; id++)
		if (group & lev_node_bit(id) && member(p, id))
			set |= lev_node_bit(id);
	return set;
}

/* Servers in use that a node reaches. */
static unsigned int reaches(const struct play *p, unsigned int id)
{
	const struct lev_member *m = sim_m(p->sim, id);
	unsigned int i, n = 0;

	for (i = 0; i < m->cfg->n_servers; i++)
		n += p->truth[id] >> i & 1 && lev_map_test(m->agreed.up, i);
	return n;
}

u64 laws_eligible(const struct play *p, u64 group)
{
	unsigned int id, best = 0;
	u64 set = members(p, group);

	for (id = 1; id <= p->sim->n; id++) {
		const struct sim_node *n = p->sim->node[id];

		if (!n->up[LEV_SIDE_FRONT] || !n->up[LEV_SIDE_BACK] || n->m.local.drained)
			set &= ~lev_node_bit(id);
		if (set & lev_node_bit(id))
			best = max(best, reaches(p, id));
	}
	for (id = 1; p->story->servers && id <= p->sim->n; id++)
		if (!best || reaches(p, id) < best)
			set &= ~lev_node_bit(id);
	return set;
}

/* The highest tier that somebody of a set gives a share to, or -1. */
static int best_tier(const struct play *p, u64 set)
{
	unsigned int id;
	int best = -1;

	for (id = 1; id <= p->sim->n; id++)
		if (set & lev_node_bit(id) && p->story->weight[id])
			best = max(best, (int)p->story->priority[id]);
	return best;
}

static void one_mind(struct play *p, u64 set, u64 eligible)
{
	unsigned int id, first = (unsigned int)__builtin_ctzll(set) + 1;
	const struct lev_member *a = sim_m(p->sim, first);

	for (id = first; id <= p->sim->n; id++) {
		const struct lev_member *m = sim_m(p->sim, id);

		if (!(set & lev_node_bit(id)))
			continue;
		sim_must(m->view == eligible);
		sim_must(m->keeper == a->keeper);
		sim_must(m->digest == a->digest && m->version == a->version);
		sim_must(!m->pending_version);
		sim_must(m->priority == a->priority);
		sim_must(lev_word_same(&m->agreed, &a->agreed));
	}
	sim_must(set & lev_node_bit(a->keeper));
	if (p->story->params.failback != LEV_FAILBACK_NEVER)
		sim_must(a->priority == best_tier(p, eligible));
	else
		sim_must(a->priority <= best_tier(p, eligible));
}

static int ascending(const void *a, const void *b)
{
	return *(const u8 *)a - *(const u8 *)b;
}

/* Of what the nodes of a set give a server, the one in the middle, or the upper of two. */
static u32 middle(const struct play *p, u64 set, unsigned int server)
{
	unsigned int id, n = 0;
	u8 given[LEV_NODE_ID_MAX];

	for (id = 1; id <= p->sim->n; id++)
		if (set & lev_node_bit(id))
			given[n++] = lev_less_get(&sim_m(p->sim, id)->less, server);
	qsort(given, n, sizeof(given[0]), ascending);
	return given[n / 2];
}

/* Servers are in use that the majority reaches: easy to say where all reach the same. */
static void one_word(struct play *p, u64 set)
{
	unsigned int id, i, first = 0;

	for (id = 1; id <= p->sim->n; id++) {
		if (!(set & lev_node_bit(id)))
			continue;
		first = first ? first : id;
		if (!p->sim->node[id]->up[LEV_SIDE_BACK] || p->truth[id] != p->truth[first])
			return;
	}
	for (i = 0; i < sim_m(p->sim, first)->cfg->n_servers; i++)
		sim_must(lev_word_steps(&sim_m(p->sim, first)->agreed, i) ==
			 (p->truth[first] >> i & 1 ? middle(p, set, i) : 0));
}

/* Do all clocks go with the first one's, or are at most so far from it? */
static bool clocks_within(struct play *p, u64 set, u64 apart)
{
	unsigned int id, first = (unsigned int)__builtin_ctzll(set) + 1;

	for (id = first; id <= p->sim->n; id++)
		if (set & lev_node_bit(id) &&
		    sim_clock(p->sim, id) - sim_clock(p->sim, first) + apart > 2 * apart)
			return false;
	return true;
}

static u64 clocks_apart(const struct play *p)
{
	return MS + play_flight(p) + SLEW * play_beat(p) * DRIFT_PPM / 1000000;
}

bool laws_slews(struct play *p, u64 group)
{
	u64 set = members(p, group);

	return set && !clocks_within(p, set, clocks_apart(p)) &&
	       clocks_within(p, set, SET_MS * MS);
}

static void one_clock(struct play *p, u64 set)
{
	sim_must(clocks_within(p, set, clocks_apart(p)));
}

static void one_owner(struct play *p, u64 set, u64 eligible)
{
	unsigned int id, first = (unsigned int)__builtin_ctzll(set) + 1;
	unsigned int lane, lanes = sim_m(p->sim, first)->cfg->params.lanes;
	u64 clock = sim_clock(p->sim, first);

	for (lane = 0; lane < lanes; lane++) {
		unsigned int owner = sim_owner_at(p->sim, first, lane, clock);

		sim_must(!owner == (best_tier(p, eligible) < 0));
		sim_must(!owner || (eligible & lev_node_bit(owner) && p->story->weight[owner]));
		for (id = first + 1; id <= p->sim->n; id++)
			if (set & lev_node_bit(id))
				sim_must(sim_owner_at(p->sim, id, lane, clock) == owner);
	}
}

/* Once all have been heard with the key, it is the only one. */
static void one_key(struct play *p, u64 set)
{
	unsigned int id;

	if (set != sim_set(p->sim->n) || !p->key)
		return;
	for (id = 1; id <= p->sim->n; id++) {
		sim_must(!p->sim->node[id]->ring.two && !sim_m(p->sim, id)->two_keys);
		sim_must(sim_keys(p->sim, id).now == p->key);
	}
}

void laws_quiet(struct play *p, u64 group)
{
	u64 set = members(p, group), eligible = laws_eligible(p, group);
	unsigned int id;

	/* Who is cut off answers for nothing, nor who hears others and has not their key. */
	for (id = 1; id <= p->sim->n; id++)
		if (group & ~set & lev_node_bit(id) && p->sim->node[id]->running &&
		    (set || !p->sim->node[id]->key))
			sim_must(sim_m(p->sim, id)->reason != LEV_REASON_NONE);
	if (!set)
		return;
	one_mind(p, set, eligible);
	one_word(p, set);
	one_clock(p, set);
	one_owner(p, set, eligible);
	one_key(p, set);
}

/* Of a wheel with a place in the view: is all of it there? */
static bool wheel_full(struct play *p, const struct lev_member *m, struct lev_wheel *w)
{
	struct lev_wheel_node nodes[LEV_NODE_ID_MAX];
	unsigned int i, n = lev_config_wheel_nodes(m->cfg, nodes);

	(void)p;
	if (m->priority < 0)
		return false;
	lev_wheel_init(w, nodes, n, (unsigned int)m->priority, m->cfg->params.lanes);
	for (i = 0; i < w->n; i++)
		if (!(m->view & lev_node_bit(w->id[i])))
			return false;
	return true;
}

void laws_shares(struct play *p, u64 group)
{
	u64 set = members(p, group);
	const struct lev_member *m;
	unsigned int count[LEV_NODE_ID_MAX + 1] = {}, i;
	struct lev_wheel w;
	u32 tick;

	if (!set)
		return;
	m = sim_m(p->sim, (unsigned int)__builtin_ctzll(set) + 1);
	if (!wheel_full(p, m, &w))
		return;
	for (tick = 0; tick < w.ticks; tick++)
		count[lev_wheel_owner(&w, m->view, tick, m->cfg->params.lanes - 1)]++;
	for (i = 0; i < w.n; i++)
		sim_must(count[w.id[i]] == w.ticks / w.sum * w.weight[i]);
}

/* The lanes that a node answers for now, as bits. */
static u64 answers(struct play *p, unsigned int id)
{
	const struct sim_node *n = p->sim->node[id];
	unsigned int lane;
	u64 set = 0, clock;

	if (!n->running || n->key || n->stalled > p->sim->now || !n->up[LEV_SIDE_FRONT] ||
	    n->m.reason != LEV_REASON_NONE)
		return 0;
	clock = sim_clock(p->sim, id);
	for (lane = 0; lane < LANES_WATCHED && lane < n->m.cfg->params.lanes; lane++)
		if (sim_owner_at(p->sim, id, lane, clock) == id)
			set |= 1ULL << lane;
	return set;
}

static u32 fewest_lanes(const struct play *p)
{
	unsigned int id;
	u32 lanes = LANES_WATCHED;

	for (id = 1; id <= p->sim->n; id++)
		lanes = min(lanes, sim_m(p->sim, id)->cfg->params.lanes);
	return lanes;
}

/*
 * Where a lane moves nobody may answer for it as long as clocks differ, and a look at each turn may
 * meet just that. So look closely, for a turn at most.
 */
static bool answered_soon(struct play *p, unsigned int lane, u64 slice)
{
	u64 turn = sim_m(p->sim, 1)->cfg->params.period * MS;
	unsigned int id, looks;

	for (looks = 0; turn && looks < 256; looks++) {
		play_time(p, min(turn, 2 * slice) / 256);
		for (id = 1; id <= p->sim->n; id++)
			if (answers(p, id) >> lane & 1)
				return true;
	}
	return false;
}

void laws_answered(struct play *p, u64 window, u64 bound)
{
	u64 slice = max(play_beat(p) / 10, MS / 2), end = p->sim->now + window;
	u64 since[LANES_WATCHED];
	unsigned int lane, id;

	for (lane = 0; lane < LANES_WATCHED; lane++)
		since[lane] = p->sim->now;
	while (p->sim->now < end) {
		u64 answered = 0, now;

		play_time(p, slice);
		now = p->sim->now;
		for (id = 1; id <= p->sim->n; id++)
			answered |= answers(p, id);
		for (lane = 0; lane < fewest_lanes(p); lane++) {
			if (answered >> lane & 1)
				since[lane] = now;
			sim_must(now - since[lane] <= bound + slice ||
				 answered_soon(p, lane, slice));
		}
	}
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Plays a story (see play.h): makes the cluster, lets happen what the story says, and has the
 * laws looked at in between. Called by main.c.
 */
#include "play.h"

/* As kmod/server.c probes, but sooner. */
#define PROBE		(50 * MS)

static void probe(struct play *p)
{
	unsigned int id;

	for (id = 1; id <= p->sim->n; id++) {
		struct lev_member *m = sim_m(p->sim, id);
		u64 reached = 0;
		unsigned int i;

		for (i = 0; i < m->cfg->n_servers; i++)
			reached |= (u64)lev_map_test(m->reached, i) << i;
		if (p->sim->node[id]->running && p->sim->node[id]->stalled <= p->sim->now &&
		    reached != p->truth[id])
			sim_reach(p->sim, id, p->truth[id]);
	}
}

void play_time(struct play *p, u64 ns)
{
	u64 end = p->sim->now + ns;

	while (p->sim->now < end) {
		sim_run(p->sim, min(end - p->sim->now, PROBE));
		if (p->story->servers)
			probe(p);
	}
}

void play_lanes(struct play *p, unsigned int id, u32 lanes)
{
	struct lev_config *cfg = sim_clone(p->sim, id);

	cfg->params.lanes = lanes;
	sim_commit(p->sim, id, cfg);
}

/* Of one arm both sides are the same device. */
void play_carrier(struct play *p, unsigned int id, enum lev_side side, bool up)
{
	if (p->story->one_arm)
		sim_carrier(p->sim, id, !side, up);
	sim_carrier(p->sim, id, side, up);
}

void play_restart(struct play *p, unsigned int id, u8 key)
{
	sim_crash(p->sim, id);
	p->sim->node[id]->key = key;
	p->sim->node[id]->stalled = 0;
	sim_start(p->sim, id);
}

static struct sim_link usual(const struct play *p)
{
	return (struct sim_link){
		.loss = p->story->loss,
		.delay = p->story->delay * 1000ULL,
		.jitter = p->story->jitter * 1000ULL,
	};
}

/* Until a cluster is quiet: all that may have to be waited for, one after the other. */
static void settle(struct play *p)
{
	u64 time = 6 * play_limit(p) + 20 * play_beat(p) + 500 * MS;

	if (p->story->servers)
		time += LEV_PARTIAL_NS + 1000 * MS;
	if (p->story->params.failback != LEV_FAILBACK_NEVER)
		time += p->story->params.failback * MS;
	play_time(p, time);
}

/* A recording that is younger may be new to who has missed it, and passes for a sign of life. */
static u64 old_enough(const struct play *p)
{
	u64 young = (LEV_ECHO_RECENT + 2) * play_beat(p);

	return p->sim->now > young ? p->sim->now - young : 0;
}

static void quiet(struct play *p, u64 group)
{
	u64 all = sim_set(p->sim->n);
	unsigned int i, id;

	p->doing = "quiet";
	if (laws_slews(p, group & all) || laws_slews(p, ~group & all))
		play_time(p, LAWS_SLEW_BEATS * play_beat(p));
	for (i = 0; i < 8; i++) {
		play_time(p, play_beat(p) + MS / 3);
		laws_quiet(p, group & all);
		laws_quiet(p, ~group & all);
	}
	if (p->story->seed % 8 == 0) {
		laws_shares(p, group & all);
		laws_shares(p, ~group & all);
	}
	/* Recordings say nothing new to anybody. */
	p->doing = "replay";
	for (id = 1; id <= p->sim->n; id++)
		if (p->sim->node[id]->running)
			play_again(p, id, false, old_enough(p));
	laws_quiet(p, group & all);
	laws_quiet(p, ~group & all);
}

/* Faults end, but for a clean split; all are told the same at last. */
static void mend(struct play *p, u64 group, u32 lanes)
{
	struct sim_link as = usual(p);
	unsigned int id;

	play_heal(p);
	play_links(p, &as);
	sim_split(p->sim, group & sim_set(p->sim->n), true);
	for (id = 1; id <= p->sim->n; id++) {
		struct sim_node *n = p->sim->node[id];

		n->stalled = 0;
		if (!p->story->one_arm)
			sim_carrier(p->sim, id, LEV_SIDE_BACK, true);
		if (n->key)
			play_restart(p, id, 0);
		sim_rekey(p->sim, id, p->key);
		play_lanes(p, id, lanes);
	}
}

static void storm(struct play *p, const struct act *act)
{
	unsigned int i;

	p->doing = "storm";
	for (i = 0; i < act->n; i++)
		play_event(p, &act->event[i]);
	p->key++;
	mend(p, act->group, 41 + p->act);
	settle(p);
	quiet(p, act->group);
}

static void return_all(struct play *p)
{
	unsigned int id;

	for (id = 1; id <= p->sim->n; id++) {
		p->truth[id] = (1ULL << p->story->servers) - 1;
		play_carrier(p, id, LEV_SIDE_FRONT, true);
		play_carrier(p, id, LEV_SIDE_BACK, true);
		sim_drain(p->sim, id, false);
		if (!p->sim->node[id]->running)
			play_restart(p, id, 0);
	}
}

/* The same change for all, by somebody who goes from node to node. */
static void configure(struct play *p, const struct act *act)
{
	unsigned int first = rnd(&p->sim->seed, p->sim->n), i;

	for (i = 0; i < p->sim->n; i++) {
		play_lanes(p, 1 + (first + i) % p->sim->n, act->value);
		laws_answered(p, rnd(&p->sim->seed, 2000 / p->sim->n) * MS,
			      play_beat(p) + play_flight(p));
	}
}

/* Recorded under the key before it. */
static void refused(struct play *p)
{
	struct sim *s = p->sim;
	unsigned int id, forged;

	for (id = 1; s->n_tape && id <= s->n; id++) {
		if (!s->node[id]->running || s->node[id]->ring.two)
			continue;
		forged = s->node[id]->forged;
		sim_deliver(s, id, s->tape[0], s->tape[0]->keys);
		sim_must(s->node[id]->forged == forged + 1);
	}
}

/* Another key for all, with time between them: nobody notices. */
static void rekey(struct play *p)
{
	unsigned int first = rnd(&p->sim->seed, p->sim->n), i, id;
	u64 eligible = laws_eligible(p, sim_set(p->sim->n));

	sim_record(p->sim, 1 + first);
	play_time(p, 2 * play_beat(p));
	p->key++;
	for (i = 0; i < p->sim->n; i++) {
		sim_rekey(p->sim, 1 + (first + i) % p->sim->n, p->key);
		laws_answered(p, rnd(&p->sim->seed, 2000 / p->sim->n) * MS,
			      play_beat(p) + play_flight(p));
		for (id = 1; id <= p->sim->n; id++)
			sim_must(!(eligible & lev_node_bit(id)) ||
				 sim_m(p->sim, id)->view == eligible);
	}
	settle(p);
	refused(p);
}

/* One does not get it: the others wait for it half a minute, then it is out until it has it. */
static void one_late(struct play *p, const struct act *act)
{
	const struct sim_node *late = p->sim->node[act->node];
	u64 all = sim_set(p->sim->n);
	unsigned int id;

	for (id = 1; id <= p->sim->n; id++)
		if (id != act->node)
			play_lanes(p, id, act->value);
	play_time(p, LEV_SETTLE_DEFAULT * MS);
	settle(p);
	if (late->running && late->m.cfg->params.lanes != act->value &&
	    laws_eligible(p, all & ~lev_node_bit(act->node)))
		sim_must(late->m.reason != LEV_REASON_NONE);
	play_lanes(p, act->node, act->value);
}

/*
 * Who hears whom is no matter of groups any more, so there are several views; but a node that owns
 * a lane in the view of more owns it in its own, which is smaller: each lane is still answered for.
 */
static void partial(struct play *p, bool answered)
{
	unsigned int a, b;

	for (a = 1; a <= p->sim->n; a++)
		for (b = 1; b <= p->sim->n; b++)
			if (a != b && !rnd(&p->sim->seed, 4))
				sim_cut_way(p->sim, a, b, true);
	settle(p);
	if (answered)
		laws_answered(p, 20 * play_beat(p),
			      play_beat(p) / LEV_HURRY_DIVISOR + play_flight(p));
	play_heal(p);
}

static void server(struct play *p, const struct act *act)
{
	unsigned int id;

	if (act->value >= p->story->servers)
		return;
	for (id = 1; id <= p->sim->n; id++)
		p->truth[id] ^= 1ULL << act->value;
	/* Meanwhile those who check give the next one some of its weight, each another part. */
	for (id = 1; id <= p->sim->n; id++)
		if (p->sim->node[id]->running && act->value + 1 < p->story->servers)
			sim_percent(p->sim, id, act->value + 1,
				    1 + (p->sim->node[id]->m.sequence + id * 7) % LEV_STEPS_FULL);
}

/* One that has but its front and one that has but its back do not hear each other. */
static bool all_fronts_up(const struct play *p)
{
	unsigned int id;

	for (id = 1; id <= p->sim->n; id++)
		if (!p->sim->node[id]->up[LEV_SIDE_FRONT])
			return false;
	return true;
}

/*
 * It dies, and somebody says its last words again and again: it does not live on by that. One of
 * them that was lost is new to who has missed it, and may pass for a sign of life.
 */
static void crash(struct play *p, const struct act *act)
{
	if (!p->story->loss) {
		sim_record(p->sim, act->node);
		play_time(p, 2 * play_beat(p));
	}
	sim_crash(p->sim, act->node);
	if (!p->story->loss)
		sim_repeat(p->sim, play_beat(p), 2 * play_limit(p));
}

/* Does what an act says to a whole cluster. Return: for how long nobody may answer for a lane. */
static u64 strike(struct play *p, const struct act *act)
{
	u64 limit = play_limit(p) + play_flight(p);
	u64 word = play_flight(p) + play_beat(p) / LEV_HURRY_DIVISOR;
	struct sim_node *n = p->sim->node[act->node];

	/* What says goodbye may be lost. */
	if (p->story->loss)
		word = limit;
	switch (act->kind) {
	case ACT_CRASH:
		crash(p, act);
		return limit;
	case ACT_STOP:
		if (n->running)
			sim_stop(p->sim, act->node);
		return word;
	case ACT_DRAIN:
		sim_drain(p->sim, act->node, true);
		return word;
	case ACT_FRONT:
		play_carrier(p, act->node, LEV_SIDE_FRONT, false);
		return p->story->one_arm ? limit : word;
	case ACT_BACK:
		if (!all_fronts_up(p))
			return word;
		play_carrier(p, act->node, LEV_SIDE_BACK, false);
		return p->story->one_arm ? limit : word;
	case ACT_PAUSE:
		n->stalled = p->sim->now + act->value * MS;
		return limit;
	case ACT_STRANGER:
		play_restart(p, act->node, PLAY_WRONG_KEY);
		return limit;
	case ACT_RETURN:
		return_all(p);
		return word;
	case ACT_SERVER:
		server(p, act);
		return word;
	default:
		return word;
	}
}

/* Will somebody be there to answer whatever becomes of the node that the act is about? */
static bool others_answer(const struct play *p, const struct act *act)
{
	/* Or is it left as it is, see strike()? Then so is who is silent for its sake. */
	bool struck = act->kind != ACT_BACK || all_fronts_up(p);
	u64 hit = struck ? lev_node_bit(act->node) : 0;
	u64 rest = laws_eligible(p, sim_set(p->sim->n) & ~hit);
	unsigned int id;

	for (id = 1; act->kind == ACT_SERVER && id <= p->sim->n; id++)
		if (!(p->truth[id] ^ 1ULL << act->value))
			return false;
	for (id = 1; id <= p->sim->n; id++)
		if (rest & lev_node_bit(id) && p->story->weight[id])
			return true;
	return false;
}

static void single(struct play *p, const struct act *act)
{
	u64 window = play_limit(p) + 5 * play_beat(p), bound;
	bool answered;

	p->doing = "before";
	mend(p, 0, sim_m(p->sim, 1)->cfg->params.lanes);
	settle(p);
	quiet(p, 0);
	answered = others_answer(p, act);
	p->doing = "act";
	switch (act->kind) {
	case ACT_CONFIG:
		if (answered)
			configure(p, act);
		break;
	case ACT_REKEY:
		if (answered)
			rekey(p);
		break;
	case ACT_LATE:
		one_late(p, act);
		break;
	case ACT_PARTIAL:
		partial(p, answered);
		break;
	default:
		bound = strike(p, act);
		if (answered)
			laws_answered(p, window, bound);
	}
	settle(p);
	quiet(p, 0);
}

static struct lev_config *config(const struct story *story)
{
	struct lev_config *cfg = malloc(sizeof(*cfg));
	struct lev_service service = { .pool = LEV_POOL_DEFAULT };
	struct lev_error err;
	unsigned int i;

	sim_must(cfg);
	lev_config_init(cfg);
	sim_must(!lev_config_params(cfg, &story->params, &err));
	for (i = 1; i <= story->n; i++) {
		struct lev_node node = { i, story->weight[i], story->priority[i] };

		sim_must(!lev_config_node_put(cfg, &node, LEV_PUT_ADD, &err));
	}
	lev_addr_set4(&service.addr, "\x0a\x00\x01\xc8");
	if (story->servers)
		sim_must(!lev_config_service_put(cfg, &service, LEV_PUT_ADD, &err));
	for (i = 0; i < story->servers; i++) {
		struct lev_server server = { .pool = LEV_POOL_DEFAULT, .weight = 1 };
		u8 addr[4] = { 10, 0, 1, (u8)(101 + i) };

		lev_addr_set4(&server.addr, addr);
		sim_must(!lev_config_server_put(cfg, &server, LEV_PUT_ADD, &err));
	}
	return cfg;
}

static void begin(struct play *p)
{
	struct lev_config *cfg = config(p->story);
	struct sim_link as = usual(p);
	unsigned int id;

	p->doing = "begin";
	p->sim = sim_new(p->story->n, p->story->seed);
	p->sim->one_arm = p->story->one_arm;
	p->sim->watch = laws_step;
	play_links(p, &as);
	for (id = 1; id <= p->sim->n; id++) {
		sim_install(p->sim, id, cfg);
		p->truth[id] = (1ULL << p->story->servers) - 1;
	}
	free(cfg);
	sim_record(p->sim, 1);
	for (id = 1; id <= p->sim->n; id++) {
		sim_start(p->sim, id);
		if (!rnd(&p->sim->seed, 3))
			play_time(p, rnd(&p->sim->seed, 4) * play_beat(p));
	}
}

void play_story(struct play *p, const struct story *story)
{
	unsigned int id;

	memset(p, 0, sizeof(*p));
	p->story = story;
	begin(p);
	settle(p);
	quiet(p, 0);
	/* Those of EVENT_REKEY are lower. */
	p->key = 10;
	for (p->act = 0; p->act < story->n_acts; p->act++) {
		const struct act *act = &story->act[p->act];

		if (act->off || act->node > story->n)
			continue;
		if (act->kind == ACT_STORM)
			storm(p, act);
		else
			single(p, act);
	}
	for (id = 1; id <= p->sim->n; id++)
		p->beats += p->sim->node[id]->beats;
	play_free(p);
}

void play_free(struct play *p)
{
	if (p->sim)
		sim_free(p->sim);
	p->sim = NULL;
}

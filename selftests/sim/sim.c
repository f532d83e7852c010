// SPDX-License-Identifier: GPL-2.0
/*
 * The cluster in one process (see sim.h). Owns virtual time and the links; what a machine does is
 * in node.c, and frames fly by flight.c.
 */
#include "inside.h"

#define FLIGHT		(100 * 1000ULL)
/* Work that the kernel does in process context comes a little later. */
#define APPLY_DELAY	(50 * 1000ULL)

void (*sim_on_fail)(const char *file, int line, const char *what);

void sim_fail(const char *file, int line, const char *what)
{
	if (sim_on_fail)
		sim_on_fail(file, line, what);
	fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
	abort();
}

struct sim *sim_new(unsigned int n, unsigned long long seed)
{
	struct sim *s = calloc(1, sizeof(*s));
	struct lev_config *cfg = malloc(sizeof(*cfg));
	struct lev_error err;
	unsigned int id, to, side;

	sim_must(s);
	sim_must(cfg);
	s->n = n;
	s->seed = seed * 0x9e3779b97f4a7c15ULL + 1;
	s->now = 1000 * MS;
	s->apply_delay = APPLY_DELAY;
	lev_config_init(cfg);
	for (id = 1; id <= n; id++) {
		struct lev_node node = { id, LEV_WEIGHT_DEFAULT, LEV_PRIORITY_DEFAULT };

		sim_must(!lev_config_node_put(cfg, &node, LEV_PUT_ADD, &err));
	}
	for (id = 1; id <= n; id++) {
		sim_node_new(s, id, cfg);
		for (to = 1; to <= n; to++)
			for (side = 0; side < __LEV_SIDE_MAX; side++)
				s->link[id][to][side].delay = FLIGHT;
	}
	free(cfg);
	return s;
}

void sim_free(struct sim *s)
{
	unsigned int id;

	while (s->n_heap)
		sim_frame_put(sim_pop(s).frame);
	while (s->n_tape)
		sim_frame_put(s->tape[--s->n_tape]);
	for (id = 1; id <= s->n; id++)
		sim_node_free(s->node[id]);
	free(s->heap);
	free(s);
}

void sim_start_all(struct sim *s)
{
	unsigned int id;

	for (id = 1; id <= s->n; id++)
		sim_start(s, id);
}

void sim_cut_way(struct sim *s, unsigned int from, unsigned int to, bool cut)
{
	unsigned int side;

	for (side = 0; side < __LEV_SIDE_MAX; side++)
		s->link[from][to][side].cut = cut;
}

void sim_split(struct sim *s, u64 group, bool cut)
{
	unsigned int a, b;

	for (a = 1; a <= s->n; a++)
		for (b = 1; b <= s->n; b++)
			if (!(group & lev_node_bit(a)) != !(group & lev_node_bit(b)))
				sim_cut_way(s, a, b, cut);
}

static void arrive(struct sim *s)
{
	struct sim_arrival a = sim_pop(s);
	struct sim_node *n = s->node[a.to];

	if (n->running && n->stalled > s->now)
		sim_push(s, n->stalled, a.to, a.frame);
	else if (n->running && n->up[a.frame->side])
		sim_deliver(s, a.to, a.frame, a.frame->keys);
	sim_frame_put(a.frame);
}

void sim_run(struct sim *s, u64 ns)
{
	u64 end = s->now + ns;

	for (;;) {
		u64 at = s->n_heap ? s->heap[0].at : NEVER;
		unsigned int id, who = 0;

		for (id = 1; id <= s->n; id++) {
			u64 due = sim_node_due(s->node[id]);

			if (due < at) {
				at = due;
				who = id;
			}
		}
		if (at > end)
			break;
		s->now = max(s->now, at);
		if (who)
			sim_node_act(s, who);
		else
			arrive(s);
	}
	s->now = end;
}

u64 sim_set(unsigned int n)
{
	return n >= 64 ? U64_MAX : (1ULL << n) - 1;
}

unsigned int sim_keepers(const struct sim *s, u64 group)
{
	unsigned int id, keepers = 0;

	for (id = 1; id <= s->n; id++)
		keepers += group & lev_node_bit(id) && s->node[id]->running &&
			   s->node[id]->m.keeper == id;
	return keepers;
}

/* As kmod/lanes.c asks the wheel. */
unsigned int sim_owner_at(struct sim *s, unsigned int id, unsigned int lane, u64 clock)
{
	struct lev_member *m = sim_m(s, id);
	struct lev_wheel_node nodes[LEV_NODE_ID_MAX];
	unsigned int n = lev_config_wheel_nodes(m->cfg, nodes);
	struct lev_wheel w;

	if (!s->node[id]->running || !m->synced || m->priority < 0)
		return 0;
	lev_wheel_init(&w, nodes, n, (unsigned int)m->priority, m->cfg->params.lanes);
	return lev_wheel_owner(&w, m->view,
			       lev_wheel_tick(&w, clock, m->cfg->params.period * MS), lane);
}

unsigned int sim_owner(struct sim *s, unsigned int id, unsigned int lane)
{
	return sim_owner_at(s, id, lane, sim_clock(s, id));
}

void sim_assert_view(struct sim *s, u64 group, u64 view)
{
	unsigned int id, first = 0;

	for (id = 1; id <= s->n; id++) {
		if (!s->node[id]->running || !(group & lev_node_bit(id)))
			continue;
		if (!first)
			first = id;
		sim_must(sim_m(s, id)->view == view);
		sim_must(sim_m(s, id)->keeper == sim_m(s, first)->keeper);
		sim_must(sim_clock(s, id) - sim_clock(s, first) + MS <= 2 * MS);
	}
	sim_must(sim_keepers(s, group) == 1);
}

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A cluster of the simulator whose config is changed, for tests of members.
 */
#ifndef _UNIT_CHANGING_H
#define _UNIT_CHANGING_H

#include "unit.h"
#include "sim.h"

/* @n nodes that have met. */
static inline struct sim *running(unsigned int n, unsigned long long seed)
{
	struct sim *s = sim_new(n, seed);

	sim_start_all(s);
	sim_run(s, 1000 * MS);
	sim_assert_view(s, sim_set(n), sim_set(n));
	return s;
}

/* The command: this many lanes from now on. */
static inline void command(struct sim *s, unsigned int id, u32 lanes)
{
	struct lev_config *cfg = sim_clone(s, id);

	cfg->params.lanes = lanes;
	sim_commit(s, id, cfg);
}

static inline void assert_lanes(struct sim *s, u64 group, u32 lanes)
{
	unsigned int id;

	for (id = 1; id <= s->n; id++)
		if (group & lev_node_bit(id)) {
			assert_int_equal(sim_m(s, id)->cfg->params.lanes, lanes);
			assert_null(s->node[id]->pending);
			assert_int_equal(sim_m(s, id)->pending_version, 0);
		}
}

static inline void never_silent(struct sim *s, unsigned int id)
{
	assert_int_equal(sim_m(s, id)->reason, LEV_REASON_NONE);
}

#endif /* _UNIT_CHANGING_H */

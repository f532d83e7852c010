/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A cluster of the simulator that has a service and servers, for tests of members.
 */
#ifndef _UNIT_SERVING_H
#define _UNIT_SERVING_H

#include "unit.h"
#include "sim.h"

/* Servers are 10.0.1.101 and on. Of @n nodes the first @started run, reach all, and have met. */
static inline struct sim *serving(unsigned int n, unsigned int started, unsigned int servers,
				  unsigned long long seed)
{
	static const u8 ip[] = { 10, 0, 1, 200 };
	struct sim *s = sim_new(n, seed);
	struct lev_config *cfg = sim_clone(s, 1);
	struct lev_service service = { .pool = LEV_POOL_DEFAULT };
	struct lev_error err;
	unsigned int i;

	lev_addr_set4(&service.addr, ip);
	assert_int_equal(lev_config_service_put(cfg, &service, LEV_PUT_ADD, &err), 0);
	for (i = 0; i < servers; i++) {
		u8 addr[] = { 10, 0, 1, (u8)(101 + i) };
		struct lev_server server = { .pool = LEV_POOL_DEFAULT, .weight = 1 };

		lev_addr_set4(&server.addr, addr);
		assert_int_equal(lev_config_server_put(cfg, &server, LEV_PUT_ADD, &err), 0);
	}
	for (i = 1; i <= n; i++)
		sim_install(s, i, cfg);
	free(cfg);
	for (i = 1; i <= started; i++)
		sim_start(s, i);
	for (i = 1; i <= started; i++)
		sim_reach(s, i, sim_set(servers));
	sim_run(s, 1500 * MS);
	sim_assert_view(s, sim_set(started), sim_set(started));
	return s;
}

#endif /* _UNIT_SERVING_H */

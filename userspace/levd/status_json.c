// SPDX-License-Identifier: GPL-2.0
/*
 * /status.json: what "levctl -j" shows of the cluster, by the same code, with what levd knows
 * beside it: how fast counters go up, checks, the last events. Owns no state; called by web.c.
 */
#include <time.h>

#include "scene.h"

static void put_rate(struct lev_out *o, const char *key, double rate)
{
	if (rate < 0)
		lev_out_null(o, key, LEV_JSON_ONLY, "");
	else
		lev_out_rate(o, key, LEV_JSON_ONLY, rate);
}

static void put_check(struct lev_out *o, const struct check *c)
{
	if (!c) {
		lev_out_null(o, "check", LEV_JSON_ONLY, "");
		return;
	}
	lev_out_object(o, "check");
	lev_out_bool(o, "up", LEV_JSON_ONLY, c->judge.up);
	lev_out_str(o, "reason", LEV_JSON_ONLY, c->reason);
	lev_out_close(o);
}

static void show_lists(struct lev_out *o, const struct scene *s)
{
	lev_out_array(o, "addresses");
	for (unsigned int i = 0; i < s->n_addresses; i++) {
		lev_out_row(o);
		put_address(o, &s->address[i]);
		lev_out_row_end(o);
	}
	lev_out_close(o);
	lev_out_array(o, "services");
	for (unsigned int i = 0; i < s->n_services; i++) {
		lev_out_row(o);
		put_service(o, &s->service[i]);
		lev_out_row_end(o);
	}
	lev_out_close(o);
	lev_out_array(o, "servers");
	for (unsigned int i = 0; i < s->n_servers; i++) {
		lev_out_row(o);
		put_server(o, &s->server[i]);
		put_rate(o, "packets_per_second", rates_server(&s->server[i]));
		put_check(o, checks_find(&s->server[i]));
		lev_out_row_end(o);
	}
	lev_out_close(o);
}

static void show_rates(struct lev_out *o)
{
	lev_out_object(o, "rates");
	for (unsigned int i = 0; i < __LEV_STAT_MAX; i++)
		put_rate(o, stat_names[i], rates_counter(i));
	lev_out_close(o);
}

void status_write(FILE *f, const struct levd *d, const struct scene *s)
{
	struct lev_out *o = lev_out_new(f, true, false);
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	lev_out_object(o, NULL);
	lev_out_str(o, "levd", LEV_JSON_ONLY, LEV_VERSION);
	lev_out_uint(o, "time_ms", LEV_JSON_ONLY, (uint64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000);
	show_picture(o, "status", &s->picture);
	show_stats(o, s->stats);
	show_rates(o);
	show_lists(o, s);
	recent_show(o, d->device);
	lev_out_close(o);
	lev_out_end(o);
	lev_out_free(o);
}

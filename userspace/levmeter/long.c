// SPDX-License-Identifier: GPL-2.0
/*
 * Long HTTP downloads that are kept open during the run. A broken one stays broken, so that
 * one fault counts once. Driven by meter.c.
 */
#include "long.h"

#define STARTS_PER_TICK	10

static struct longs *owner(struct conn *c)
{
	return (struct longs *)c->set;
}

static void count_server(struct conn *c)
{
	if (c->counted || !c->http.named)
		return;
	c->counted = true;
	tally_add(&owner(c)->servers, c->http.name);
}

static void long_heard(struct conn *c, size_t len)
{
	owner(c)->bytes += len;
	count_server(c);
}

static void long_good(struct conn *c)
{
	struct longs *l = owner(c);

	count_server(c);
	l->finished++;
}

static void long_bad(struct conn *c, const char *reason)
{
	struct longs *l = owner(c);

	c->retired = true;
	l->broken++;
	tally_add(&l->reasons, reason);
	tally_add(&l->broken_on, c->http.named ? c->http.name : "unknown");
}

int long_begin(struct longs *l)
{
	l->set.patient = true;
	l->set.heard = long_heard;
	l->set.good = long_good;
	l->set.bad = long_bad;
	return conn_set_open(&l->set);
}

void long_start_due(struct longs *l, uint64_t now)
{
	unsigned int i, started = 0;

	for (i = 0; i < l->set.room && started < STARTS_PER_TICK; i++) {
		struct conn *c = &l->set.conns[i];

		if (c->state != CONN_FREE || c->retired)
			continue;
		conn_start(c, now);
		started++;
	}
}

void long_expire(struct longs *l, uint64_t now)
{
	l->open = conn_expire(&l->set, now);
}

void long_end(struct longs *l)
{
	conn_set_close(&l->set);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Fresh connections at a steady rate, with an HTTP request (--http) or without (--tcp): each is
 * good or has failed. Driven by meter.c.
 */
#include "fresh.h"

static struct fresh *owner(struct conn *c)
{
	return (struct fresh *)c->set;
}

unsigned int fresh_room(double rate, uint64_t timeout)
{
	/* One timeout for the answer and one for the server to close; a tenth of reserve. */
	return (unsigned int)(rate * (double)timeout / (double)NSEC_PER_SEC * 2.2) + 64;
}

static void fresh_good(struct conn *c)
{
	struct fresh *f = owner(c);
	uint64_t now = loop_now();

	f->ok++;
	hist_add(&f->time, (now - c->started) / 1000);
	gap_completed(&f->gap, c->started, now < f->end ? now : f->end);
	neigh_answered(f->set.neigh, c->mac);
	if (f->set.request)
		tally_add(&f->servers, c->http.name);
}

static void fresh_bad(struct conn *c, const char *reason)
{
	struct fresh *f = owner(c);

	f->failed++;
	tally_add(&f->reasons, reason);
}

int fresh_begin(struct fresh *f, double rate, uint64_t now)
{
	f->pace = (struct pace){ .begin = now, .rate = rate };
	f->gap = (struct gap){ .interval = pace_interval(&f->pace) };
	f->end = UINT64_MAX;
	f->set.room = fresh_room(rate, f->set.timeout);
	f->set.good = fresh_good;
	f->set.bad = fresh_bad;
	return conn_set_open(&f->set);
}

/* The oldest one is the next in the ring, so this seldom looks further than one. */
static struct conn *free_conn(struct fresh *f)
{
	unsigned int i;

	for (i = 0; i < f->set.room; i++) {
		struct conn *c = &f->set.conns[f->hint++ % f->set.room];

		if (c->state == CONN_FREE)
			return c;
	}
	return NULL;
}

void fresh_start_due(struct fresh *f, uint64_t now)
{
	unsigned int n = pace_take(&f->pace, now);
	struct conn *c;

	while (n--) {
		c = free_conn(f);
		if (!c)
			return;
		now = loop_now();
		gap_first_start(&f->gap, now);
		f->started++;
		conn_start(c, now);
	}
}

void fresh_end(struct fresh *f)
{
	conn_set_close(&f->set);
	f->started = f->ok + f->failed;
}

uint64_t fresh_gap(const struct fresh *f, uint64_t now)
{
	return gap_completed_end(&f->gap, now < f->end ? now : f->end);
}

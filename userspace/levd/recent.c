// SPDX-License-Identifier: GPL-2.0
/*
 * The events that happened last, for who looks at the page. Owns a ring of them; filled by event.c,
 * told by status_json.c.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../levctl/levctl.h"
#include "levd.h"

#define RECENT_MAX	100

/**
 * struct recent - what happened
 * @ms: when, of the time of day
 * @check: it is of levd's own, and @notice not used
 * @notice: of the kernel
 * @address: of a check: whose
 * @pool: its pool
 * @up: what it is now
 * @reason: why
 */
struct recent {
	uint64_t ms;
	bool check;
	struct lev_notice notice;
	char address[LEV_IP_STR];
	char pool[LEV_POOL_SIZE];
	bool up;
	char reason[REASON_SIZE];
};

static struct recent ring[RECENT_MAX];
static unsigned int n_all;

static struct recent *next(void)
{
	struct recent *r = &ring[n_all++ % RECENT_MAX];
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	memset(r, 0, sizeof(*r));
	r->ms = (uint64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
	return r;
}

void recent_notice(const struct lev_notice *n)
{
	/* The wheel turns all the time: nothing else would be left. */
	if (n->type != LEV_EVENT_LANES || n->view_changed)
		next()->notice = *n;
}

void recent_check(const struct check *c)
{
	struct recent *r = next();

	r->check = true;
	memcpy(r->address, c->address, sizeof(r->address));
	memcpy(r->pool, c->pool, sizeof(r->pool));
	memcpy(r->reason, c->reason, sizeof(r->reason));
	r->up = c->judge.up;
}

static void put_check(struct lev_out *o, const char *device, const struct recent *r)
{
	lev_out_str(o, "device", LEV_JSON_ONLY, device);
	lev_out_str(o, "event", LEV_JSON_ONLY, NOTIFY_CHECK_NAME);
	lev_out_str(o, "address", LEV_JSON_ONLY, r->address);
	lev_out_str(o, "pool", LEV_JSON_ONLY, r->pool);
	lev_out_bool(o, "up", LEV_JSON_ONLY, r->up);
	lev_out_str(o, "reason", LEV_JSON_ONLY, r->reason);
}

void recent_show(struct lev_out *o, const char *device)
{
	unsigned int n = n_all < RECENT_MAX ? n_all : RECENT_MAX;

	lev_out_array(o, "events");
	for (unsigned int i = 1; i <= n; i++) {
		const struct recent *r = &ring[(n_all - i) % RECENT_MAX];

		lev_out_object(o, NULL);
		lev_out_uint(o, "time_ms", LEV_JSON_ONLY, r->ms);
		if (r->check)
			put_check(o, device, r);
		else
			put_notice(o, device, &r->notice);
		lev_out_close(o);
	}
	lev_out_close(o);
}

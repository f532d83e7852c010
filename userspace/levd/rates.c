// SPDX-License-Identifier: GPL-2.0
/*
 * How fast counters go up: looks at them once a second while there is somebody to tell. Owns the
 * last two looks; called by web.c and status_json.c.
 */
#include <stdlib.h>
#include <string.h>

#include "scene.h"

#define INTERVAL	1.0	/* s */

/**
 * struct look - what was so at one time
 * @scene: NULL: the kernel did not tell
 * @at: when, s
 */
struct look {
	struct scene *scene;
	ev_tstamp at;
};

static struct look before, last;
static ev_timer timer;

static void forget(struct look *look)
{
	scene_free(look->scene);
	look->scene = NULL;
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
	(void)events;
	forget(&before);
	before = last;
	last.scene = scene_ask(w->data);
	last.at = ev_now(loop);
}

void rates_start(struct levd *d)
{
	if (ev_is_active(&timer))
		return;
	ev_timer_init(&timer, on_timer, 0, INTERVAL);
	timer.data = d;
	ev_timer_start(d->loop, &timer);
}

void rates_stop(struct levd *d)
{
	ev_timer_stop(d->loop, &timer);
	forget(&before);
	forget(&last);
}

/* A counter that falls is another cluster's, which was made anew. */
static double rate(uint64_t from, uint64_t to)
{
	double seconds = last.at - before.at;

	return to < from || seconds <= 0 ? -1 : (double)(to - from) / seconds;
}

double rates_counter(enum lev_stat which)
{
	if (!before.scene || !last.scene)
		return -1;
	return rate(before.scene->stats[which], last.scene->stats[which]);
}

static const struct lev_server *find(const struct scene *s, const struct lev_server *like)
{
	for (unsigned int i = 0; s && i < s->n_servers; i++) {
		if (lev_ip_equal(&s->server[i].ip, &like->ip) &&
		    !strcmp(s->server[i].pool, like->pool))
			return &s->server[i];
	}
	return NULL;
}

double rates_server(const struct lev_server *s)
{
	const struct lev_server *from = find(before.scene, s), *to = find(last.scene, s);

	return from && to ? rate(from->packets, to->packets) : -1;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Lets go who has been connected for long without a whole request (see guests.h): libmicrohttpd
 * does so with who is silent, but a byte now and then is enough for it. Called by libmicrohttpd and
 * the loop.
 */
#include <stdlib.h>
#include <sys/socket.h>

#include "guests.h"

/* s; more than a slow line needs for a request and the page. */
#define PATIENCE	30

struct guest {
	struct guest *next;
	struct guest **here;
	int fd;
	ev_tstamp since;
};

/* libmicrohttpd finds the connection ended, and closes it. */
static void on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
	struct guests *g = w->data;

	(void)events;
	for (struct guest *i = g->first; i; i = i->next)
		if (ev_now(loop) - i->since >= PATIENCE)
			shutdown(i->fd, SHUT_RDWR);
}

void guests_start(struct guests *g, struct ev_loop *loop)
{
	g->loop = loop;
	ev_timer_init(&g->timer, on_timer, 1, 1);
	g->timer.data = g;
	ev_timer_start(loop, &g->timer);
}

void guests_stop(struct guests *g)
{
	ev_timer_stop(g->loop, &g->timer);
}

static void *arrives(struct guests *g, struct MHD_Connection *c)
{
	struct guest *i = calloc(1, sizeof(*i));

	if (!i)
		return NULL;
	i->fd = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	i->since = ev_now(g->loop);
	i->next = g->first;
	i->here = &g->first;
	if (i->next)
		i->next->here = &i->next;
	g->first = i;
	return i;
}

static void leaves(struct guest *i)
{
	if (!i)
		return;
	*i->here = i->next;
	if (i->next)
		i->next->here = i->here;
	free(i);
}

void guests_connection(void *arg, struct MHD_Connection *c, void **guest,
		       enum MHD_ConnectionNotificationCode what)
{
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		*guest = arrives(arg, c);
		return;
	}
	leaves(*guest);
	*guest = NULL;
}

void guests_completed(void *arg, struct MHD_Connection *c, void **request,
		      enum MHD_RequestTerminationCode how)
{
	struct guest *i =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
	struct guests *g = arg;

	(void)request;
	if (i && how == MHD_REQUEST_TERMINATED_COMPLETED_OK)
		i->since = ev_now(g->loop);
}

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who is connected to the page and for how long without a request that came to its end: owned by
 * web.c, which tells of connections as libmicrohttpd does.
 */
#ifndef _LEVD_GUESTS_H
#define _LEVD_GUESTS_H

#include <ev.h>
#include <microhttpd.h>

/**
 * struct guests - the connections of one listening socket
 * @loop: whose time it is
 * @timer: looks once a second for who is there too long
 * @first: of a list
 */
struct guests {
	struct ev_loop *loop;
	ev_timer timer;
	struct guest *first;
};

void guests_start(struct guests *g, struct ev_loop *loop);
void guests_stop(struct guests *g);

/* MHD_NotifyConnectionCallback and MHD_RequestCompletedCallback; @arg is the guests. */
void guests_connection(void *arg, struct MHD_Connection *c, void **guest,
		       enum MHD_ConnectionNotificationCode what);
void guests_completed(void *arg, struct MHD_Connection *c, void **request,
		      enum MHD_RequestTerminationCode how);

#endif /* _LEVD_GUESTS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a request over HTTP asks for. Pure: no I/O. Called by web.c.
 */
#ifndef _LEVD_ROUTE_H
#define _LEVD_ROUTE_H

#include <stdbool.h>

/* The first are answered by what they show, the others by why not. */
enum route {
	ROUTE_PAGE,
	ROUTE_METRICS,
	ROUTE_HEALTH,
	ROUTE_STATUS,
	ROUTE_UNKNOWN,	/* there is nothing of that name */
	ROUTE_METHOD,	/* it is not only to be read */
	ROUTE_BODY,	/* it brings something */
};

/**
 * route_of() - what a request asks for
 * @method: as sent
 * @path: without what is behind a question mark
 * @body: it has a body
 */
enum route route_of(const char *method, const char *path, bool body);

#endif /* _LEVD_ROUTE_H */

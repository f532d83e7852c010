// SPDX-License-Identifier: GPL-2.0
/*
 * What a request over HTTP asks for (see route.h). Owns no state.
 */
#include <stddef.h>
#include <string.h>

#include "route.h"

static const char *const paths[] = {
	[ROUTE_PAGE] = "/",
	[ROUTE_METRICS] = "/metrics",
	[ROUTE_HEALTH] = "/health",
	[ROUTE_STATUS] = "/status.json",
};

enum route route_of(const char *method, const char *path, bool body)
{
	if (strcmp(method, "GET") && strcmp(method, "HEAD"))
		return ROUTE_METHOD;
	if (body)
		return ROUTE_BODY;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		if (!strcmp(path, paths[i]))
			return i;
	}
	return ROUTE_UNKNOWN;
}

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All that levd shows of its cluster over HTTP, as the kernel tells it at one time: asked for by
 * scene.c, told by metrics.c and status_json.c.
 */
#ifndef _LEVD_SCENE_H
#define _LEVD_SCENE_H

#include <stdio.h>

#include "../levctl/stats.h"
#include "../levctl/status.h"
#include "levd.h"

/**
 * struct scene - one cluster
 * @picture: settings, nodes, what is so now
 * @stats: this node's counters
 * @address: LevIPs
 * @n_addresses: how many
 * @service: services
 * @n_services: how many
 * @server: servers
 * @n_servers: how many
 */
struct scene {
	struct picture picture;
	uint64_t stats[__LEV_STAT_MAX];
	struct lev_address address[LEV_ADDRESSES_MAX];
	unsigned int n_addresses;
	struct lev_service service[LEV_SERVICES_MAX];
	unsigned int n_services;
	struct lev_server server[LEV_SERVERS_MAX];
	unsigned int n_servers;
};

/* scene.c: ask the kernel. NULL: it has no such cluster, or could not be asked. */
struct scene *scene_ask(struct levd *d);
void scene_free(struct scene *s);

/* metrics.c: in the text format of Prometheus. @s: NULL if the kernel does not tell. */
void metrics_write(FILE *f, const char *device, const struct scene *s);

/* status_json.c: as one JSON object. */
void status_write(FILE *f, const struct levd *d, const struct scene *s);

/* rates.c: looks at the counters once a second, or no more. */
void rates_start(struct levd *d);
void rates_stop(struct levd *d);

/* rates.c: over the last second; negative if that is not known. */
double rates_counter(enum lev_stat which);
double rates_server(const struct lev_server *s);

#endif /* _LEVD_SCENE_H */

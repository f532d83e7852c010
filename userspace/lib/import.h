/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A cluster, made of what another balancer's config says. The readers (import_keepalived.c,
 * import_ipvsadm.c) tell what they find; here it becomes a whole cluster. Owns what is made.
 */
#ifndef _LEV_IMPORT_H
#define _LEV_IMPORT_H

#include "whole.h"

/**
 * struct lev_place - where something stands
 * @file: name of the file, or NULL: nowhere
 * @line: from 1
 */
struct lev_place {
	const char *file;
	unsigned int line;
};

/* Hears each thing that could not be carried over. */
typedef void (*lev_import_fn)(const struct lev_place *at, const char *text, void *arg);

#define LEV_IMPORT_POOLS	LEV_SERVICES_MAX

/**
 * struct lev_import_pool - servers that belong together, in the order of their addresses
 * @name: of the pool
 * @first: index of the first of them in the cluster
 * @n: how many
 */
struct lev_import_pool {
	char name[LEV_POOL_SIZE];
	unsigned int first;
	unsigned int n;
};

/**
 * struct lev_import - a cluster that grows
 * @whole: what it has so far
 * @host: name of the machine whose config it was, or empty
 * @pool: each set of servers, once
 * @n_pools: how many
 * @device: where the LevIPs are, in the order found
 * @n_devices: how many, two at most
 * @at_device: of each LevIP, which of them
 * @check: how the servers of pools are checked
 * @n_checks: how many
 * @say: hears what could not be carried over
 * @arg: for @say
 */
struct lev_import {
	struct lev_whole whole;
	char host[256];
	struct lev_import_pool pool[LEV_IMPORT_POOLS];
	unsigned int n_pools;
	char device[2][IFNAMSIZ];
	unsigned int n_devices;
	unsigned int at_device[LEV_ADDRESSES_MAX];
	struct lev_whole_check check[LEV_IMPORT_POOLS];
	unsigned int n_checks;
	lev_import_fn say;
	void *arg;
};

#define LEV_IMPORT_AT	256	/* addresses of one group */

/**
 * struct lev_import_service - one virtual server as others have it
 * @place: where it begins
 * @name: for its pool, or NULL
 * @proto: protocol, with ports
 * @hash: how servers are picked
 * @at: addresses with ports, 0 for any
 * @n_at: how many
 * @server: its servers; of each, address, weight (of any size) and port count
 * @n_servers: how many
 * @check: how they are checked; its pool is not known yet, and without words there is none
 */
struct lev_import_service {
	struct lev_place place;
	const char *name;
	uint32_t proto;
	uint32_t hash;
	struct lev_import_at {
		struct lev_place place;
		struct lev_ip ip;
		uint32_t port;
	} at[LEV_IMPORT_AT];
	unsigned int n_at;
	struct lev_import_server {
		struct lev_place place;
		struct lev_ip ip;
		uint32_t port;
		uint32_t weight;
	} server[LEV_SERVERS_MAX];
	unsigned int n_servers;
	struct lev_whole_check check;
};

/* A cluster of this node alone, with nothing in it. */
struct lev_import *lev_import_new(lev_import_fn say, void *arg);
void lev_import_free(struct lev_import *im);

/* One thing that could not be carried over. */
void lev_import_say(const struct lev_import *im, const struct lev_place *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The name of the machine whose config it is. */
void lev_import_host(struct lev_import *im, const struct lev_place *at, const char *host);

/* A LevIP on a device. */
void lev_import_address(struct lev_import *im, const struct lev_place *at,
			const struct lev_ip *ip, const char *device);

/* A service, with its servers; they are changed on the way. */
void lev_import_service(struct lev_import *im, struct lev_import_service *s);

/* A port as a number: whether it is one. */
bool lev_import_port(const char *text, uint32_t *port);

/**
 * lev_import_end() - all was told
 * @im: the cluster; complete now
 *
 * Return: whether there is anything in it
 */
bool lev_import_end(struct lev_import *im);

#endif /* _LEV_IMPORT_H */

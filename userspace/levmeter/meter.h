/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One run: all probes together on one event loop. Called by main.c; read by the reports.
 */
#ifndef LEVMETER_METER_H
#define LEVMETER_METER_H

#include <stdint.h>

#include "fresh.h"
#include "long.h"
#include "loop.h"
#include "neigh.h"
#include "options.h"
#include "probe_udp.h"

/* "GET PATH HTTP/1.1" and a few header lines */
#define REQUEST_MAX	1536

/**
 * struct meter - one run
 * @o: what was asked for
 * @loop: the event loop
 * @neigh: the neighbour entry that is watched
 * @udp: probes of --udp
 * @http: connections of --http
 * @tcp: connections of --tcp
 * @longs: downloads of --long
 * @begin: when it began
 * @end: when sending ended; UINT64_MAX before
 * @late: the longest time that the meter itself came too late
 * @fresh_request: for --http
 * @long_request: for --long
 */
struct meter {
	const struct options *o;
	struct loop loop;
	struct neigh neigh;
	struct udp udp;
	struct fresh http;
	struct fresh tcp;
	struct longs longs;
	uint64_t begin;
	uint64_t end;
	uint64_t late;
	char fresh_request[REQUEST_MAX];
	char long_request[REQUEST_MAX];
};

/**
 * meter_run() - measure until the duration is over or a signal came
 * @m: filled in, for the report
 * @o: what was asked for
 *
 * Return: 0, or -1 if it could not run and has said why on standard error.
 */
int meter_run(struct meter *m, const struct options *o);

#endif

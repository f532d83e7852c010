/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fresh connections at a steady rate, with an HTTP request (--http) or without (--tcp).
 * Driven by meter.c; read by the reports.
 */
#ifndef LEVMETER_FRESH_H
#define LEVMETER_FRESH_H

#include <stdbool.h>
#include <stdint.h>

#include "conn.h"
#include "gap.h"
#include "hist.h"
#include "pace.h"
#include "tally.h"

/**
 * struct fresh - the fresh connections of a run
 * @set: the connections; first, so that a connection finds its owner
 * @pace: when the next one is due
 * @hint: where to look for a free one
 * @started: how many
 * @ok: answered in full
 * @failed: all others
 * @end: when starting ended, UINT64_MAX before
 * @gap: by completion time
 * @time: from start to completion, in microseconds
 * @servers: good answers by server
 * @reasons: failed ones by reason
 */
struct fresh {
	struct conn_set set;
	struct pace pace;
	unsigned int hint;
	uint64_t started;
	uint64_t ok;
	uint64_t failed;
	uint64_t end;
	struct gap gap;
	struct hist time;
	struct tally servers;
	struct tally reasons;
};

/**
 * fresh_room() - how many can be open at once
 * @rate: connections a second
 * @timeout: nanoseconds
 *
 * Return: the number of sockets that they need.
 */
unsigned int fresh_room(double rate, uint64_t timeout);

/**
 * fresh_begin() - make ready
 * @f: zeroed, but for what a &struct conn_set takes from its owner
 * @rate: connections a second
 * @now: when the first one is due
 *
 * Return: 0 or -errno.
 */
int fresh_begin(struct fresh *f, double rate, uint64_t now);

/**
 * fresh_start_due() - start what is due
 * @f: the connections
 * @now: the time
 */
void fresh_start_due(struct fresh *f, uint64_t now);

/**
 * fresh_end() - give all back; undecided ones count as never started
 * @f: the connections
 */
void fresh_end(struct fresh *f);

/**
 * fresh_gap() - the longest gap up to now, or to the end of starting
 * @f: the connections
 * @now: the time
 *
 * Return: nanoseconds.
 */
uint64_t fresh_gap(const struct fresh *f, uint64_t now);

#endif

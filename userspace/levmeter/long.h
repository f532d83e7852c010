/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Long HTTP downloads that are kept open during the run: does each one survive?
 * Driven by meter.c; read by the reports.
 */
#ifndef LEVMETER_LONG_H
#define LEVMETER_LONG_H

#include <stdbool.h>
#include <stdint.h>

#include "conn.h"
#include "tally.h"

/**
 * struct longs - the long downloads of a run
 * @set: the connections; first, so that a connection finds its owner
 * @open: how many are on their way, at the last look
 * @finished: came to their proper end; each was started anew
 * @broken: were reset, cut short, stalled or refused; none was started anew
 * @bytes: that came, heads included
 * @servers: downloads by server
 * @reasons: broken ones by reason
 * @broken_on: broken ones by server, "unknown" if none has answered
 */
struct longs {
	struct conn_set set;
	unsigned int open;
	uint64_t finished;
	uint64_t broken;
	uint64_t bytes;
	struct tally servers;
	struct tally reasons;
	struct tally broken_on;
};

/**
 * long_begin() - make ready
 * @l: zeroed, but for what a &struct conn_set takes from its owner, and @set.room
 *
 * Return: 0 or -errno.
 */
int long_begin(struct longs *l);

/**
 * long_start_due() - start those that have not been started or have finished
 * @l: the downloads
 * @now: the time
 *
 * To be called once a tick: it starts a few at a time, so short pages cannot make a storm.
 */
void long_start_due(struct longs *l, uint64_t now);

/**
 * long_expire() - break those that were silent for too long
 * @l: the downloads
 * @now: the time
 */
void long_expire(struct longs *l, uint64_t now);

/**
 * long_end() - cut all that are open and give all back
 * @l: the downloads
 */
void long_end(struct longs *l);

#endif

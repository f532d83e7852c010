/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How long was nothing answered? Two accounts of the longest gap, in nanoseconds: by send time
 * (UDP probes) and by completion time (fresh connections, UDP silence). Pure: no I/O, no clock.
 * Used by probe_udp.c and fresh.c; the definitions are repeated in levmeter(8).
 */
#ifndef LEVMETER_GAP_H
#define LEVMETER_GAP_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct gap - the account
 * @interval: normal time between two probes, which is no gap
 * @last: the last good moment
 * @worst: the longest gap so far
 * @begun: @last is valid
 * @missed: something was lost since @last
 */
struct gap {
	uint64_t interval;
	uint64_t last;
	uint64_t worst;
	bool begun;
	bool missed;
};

/**
 * gap_sent_result() - the outcome of one probe, told in the order of sending
 * @g: the account
 * @sent: when the probe was sent
 * @answered: or lost
 *
 * A gap lies between two answered probes with at least one lost probe between them, and is the
 * difference of their send times less one interval. So n probes lost in a row are a gap of n
 * intervals, also at the begin and at the end of a run; and a meter that was itself too late
 * to send is not a gap.
 */
void gap_sent_result(struct gap *g, uint64_t sent, bool answered);

/**
 * gap_completed() - a connection or probe succeeded, told in the order of completion
 * @g: the account
 * @started: when it was begun
 * @completed: when it was answered in full
 *
 * A gap is the time between two completions, less one interval. Before the first completion,
 * only the wait for its start counts: the time that it took is not a gap.
 */
void gap_completed(struct gap *g, uint64_t started, uint64_t completed);

/**
 * gap_first_start() - the first one begins, so an absence of answers counts from here
 * @g: the account
 * @now: the time
 */
void gap_first_start(struct gap *g, uint64_t now);

/**
 * gap_completed_end() - the gap at a moment: what was seen, and what goes on
 * @g: the account
 * @end: the time now, or when the run ended
 *
 * Return: the longest gap in nanoseconds.
 */
uint64_t gap_completed_end(const struct gap *g, uint64_t end);

#endif

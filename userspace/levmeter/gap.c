// SPDX-License-Identifier: GPL-2.0
/*
 * How long was nothing answered: the longest gap by send time and by completion time.
 * Used by probe_udp.c and fresh.c.
 */
#include "gap.h"

static void worst(struct gap *g, uint64_t length)
{
	if (length > g->worst)
		g->worst = length;
}

static uint64_t beyond(uint64_t from, uint64_t to, uint64_t interval)
{
	return to > from && to - from > interval ? to - from - interval : 0;
}

void gap_sent_result(struct gap *g, uint64_t sent, bool answered)
{
	if (!g->begun) {
		/* As if the probe before the first one had been answered. */
		g->last = sent > g->interval ? sent - g->interval : 0;
		g->begun = true;
	}
	if (answered) {
		if (g->missed)
			worst(g, beyond(g->last, sent, g->interval));
		g->last = sent;
		g->missed = false;
	} else {
		/* As if the next probe, one interval later, will be answered. */
		worst(g, beyond(g->last, sent + g->interval, g->interval));
		g->missed = true;
	}
}

void gap_first_start(struct gap *g, uint64_t now)
{
	if (g->begun)
		return;
	g->last = now;
	g->begun = true;
	g->missed = true;
}

void gap_completed(struct gap *g, uint64_t started, uint64_t completed)
{
	if (g->missed)
		worst(g, beyond(g->last, started, 0));
	else
		worst(g, beyond(g->last, completed, g->interval));
	g->missed = false;
	if (completed > g->last)
		g->last = completed;
}

uint64_t gap_completed_end(const struct gap *g, uint64_t end)
{
	uint64_t tail = 0;

	if (g->begun)
		tail = beyond(g->last, end, g->missed ? 0 : g->interval);
	return tail > g->worst ? tail : g->worst;
}

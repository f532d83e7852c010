// SPDX-License-Identifier: GPL-2.0
/*
 * When is the next probe due, at a steady rate, without drift and without bursts.
 * Used by probe_udp.c and fresh.c.
 */
#include "pace.h"

uint64_t pace_interval(const struct pace *p)
{
	return (uint64_t)((double)NSEC_PER_SEC / p->rate);
}

uint64_t pace_when(const struct pace *p)
{
	return p->begin + (uint64_t)((double)p->next * ((double)NSEC_PER_SEC / p->rate));
}

unsigned int pace_take(struct pace *p, uint64_t now)
{
	unsigned int burst = (unsigned int)(p->rate / 50);
	uint64_t due;

	if (now < pace_when(p))
		return 0;
	/* Rounding may put a due time one nanosecond off: the one asked about is due. */
	due = (uint64_t)((double)(now - p->begin) / ((double)NSEC_PER_SEC / p->rate)) + 1;
	if (due <= p->next)
		due = p->next + 1;
	due -= p->next;
	p->next += due;
	if (burst < 2)
		burst = 2;
	return due < burst ? (unsigned int)due : burst;
}

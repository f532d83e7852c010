/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When is the next probe due, at a steady rate? Pure: no I/O, no clock.
 * Used by probe_udp.c and fresh.c.
 */
#ifndef LEVMETER_PACE_H
#define LEVMETER_PACE_H

#include <stdint.h>

#define NSEC_PER_SEC	1000000000ULL
#define NSEC_PER_MSEC	1000000ULL

/**
 * struct pace - a steady rate
 * @begin: when number 0 is due
 * @rate: a second
 * @next: number of the next one
 */
struct pace {
	uint64_t begin;
	double rate;
	uint64_t next;
};

/**
 * pace_interval() - the time between two
 * @p: the pace
 *
 * Return: nanoseconds.
 */
uint64_t pace_interval(const struct pace *p);

/**
 * pace_when() - when the next one is due
 * @p: the pace
 *
 * Return: the time in nanoseconds.
 */
uint64_t pace_when(const struct pace *p);

/**
 * pace_take() - how many are due
 * @p: the pace; moves on past all that were due
 * @now: the time
 *
 * A meter that was held up for long must not send a burst that nobody asked for: at most
 * 20 ms' worth (and at least 2) are due at once, the others are skipped.
 *
 * Return: how many to send now.
 */
unsigned int pace_take(struct pace *p, uint64_t now);

#endif

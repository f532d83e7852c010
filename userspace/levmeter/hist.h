/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A histogram of times in fixed memory, for percentiles. Pure: no I/O, no clock.
 * Used by the probes; read by the reports.
 */
#ifndef LEVMETER_HIST_H
#define LEVMETER_HIST_H

#include <stdint.h>

/* Each power of two is cut into 2^HIST_SUB_BITS bins: an error of at most 1/64. */
#define HIST_SUB_BITS	6
#define HIST_BINS	((64 - HIST_SUB_BITS + 1) << HIST_SUB_BITS)

/**
 * struct hist - how often each time was seen
 * @count: of all times
 * @max: the largest, exact
 * @bin: counts by size
 */
struct hist {
	uint64_t count;
	uint64_t max;
	uint32_t bin[HIST_BINS];
};

/**
 * hist_add() - note one time
 * @h: a zeroed histogram to begin with
 * @value: in any unit, the same for all
 */
void hist_add(struct hist *h, uint64_t value);

/**
 * hist_percentile() - the time that @percent of all do not exceed
 * @h: the histogram
 * @percent: 0 to 100
 *
 * Return: the upper end of the bin, but never above the largest value; 0 if @h is empty.
 */
uint64_t hist_percentile(const struct hist *h, double percent);

#endif

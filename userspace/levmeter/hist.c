// SPDX-License-Identifier: GPL-2.0
/*
 * A histogram of times in fixed memory: linear bins within each power of two.
 * Used by the probes; read by the reports.
 */
#include "hist.h"

#define SUB	(1u << HIST_SUB_BITS)

static unsigned int bin_of(uint64_t value)
{
	unsigned int shift;

	if (value < SUB)
		return value;
	shift = 63 - __builtin_clzll(value) - HIST_SUB_BITS;
	return ((shift + 1) << HIST_SUB_BITS) + ((value >> shift) & (SUB - 1));
}

static uint64_t bin_end(unsigned int bin)
{
	unsigned int shift;

	if (bin < SUB)
		return bin;
	shift = (bin >> HIST_SUB_BITS) - 1;
	return ((((uint64_t)bin & (SUB - 1)) | SUB) << shift) + ((1ULL << shift) - 1);
}

void hist_add(struct hist *h, uint64_t value)
{
	h->bin[bin_of(value)]++;
	h->count++;
	if (value > h->max)
		h->max = value;
}

uint64_t hist_percentile(const struct hist *h, double percent)
{
	double want = (double)h->count * percent / 100.0;
	uint64_t seen = 0;
	unsigned int i;

	for (i = 0; i < HIST_BINS; i++) {
		seen += h->bin[i];
		if (seen && (double)seen >= want)
			return bin_end(i) < h->max ? bin_end(i) : h->max;
	}
	return h->max;
}

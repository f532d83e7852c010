// SPDX-License-Identifier: GPL-2.0
/*
 * Counters of a cluster (see stats.h).
 */
#include <linux/cpumask.h>

#include "stats.h"

struct lev_stats __percpu *lev_stats_alloc(void)
{
	struct lev_stats __percpu *stats = alloc_percpu(struct lev_stats);
	int cpu;

	if (stats)
		for_each_possible_cpu(cpu)
			u64_stats_init(&per_cpu_ptr(stats, cpu)->sync);
	return stats;
}

u64 lev_stats_read(const struct lev_stats __percpu *stats, enum lev_stat which)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct lev_stats *s = per_cpu_ptr(stats, cpu);
		unsigned int start;
		u64 value;

		do {
			start = u64_stats_fetch_begin(&s->sync);
			value = u64_stats_read(&s->value[which]);
		} while (u64_stats_fetch_retry(&s->sync, start));
		sum += value;
	}
	return sum;
}

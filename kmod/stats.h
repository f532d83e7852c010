/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of a cluster, one for each enum lev_stat, per CPU: counted anywhere, read by
 * netlink and sysfs.
 */
#ifndef _LEV_STATS_H
#define _LEV_STATS_H

#include <linux/percpu.h>
#include <linux/u64_stats_sync.h>
#include <uapi/linux/leveler.h>

/**
 * struct lev_stats - one CPU's counters
 * @value: by enum lev_stat
 * @sync: for readers on 32 bits
 */
struct lev_stats {
	u64_stats_t value[__LEV_STAT_MAX];
	struct u64_stats_sync sync;
};

struct lev_stats __percpu *lev_stats_alloc(void);
u64 lev_stats_read(const struct lev_stats __percpu *stats, enum lev_stat which);

/* Context: any but hard interrupts. */
static inline void lev_stats_add(struct lev_stats __percpu *stats, enum lev_stat which, u64 n)
{
	struct lev_stats *s;

	local_bh_disable();
	s = this_cpu_ptr(stats);
	u64_stats_update_begin(&s->sync);
	u64_stats_add(&s->value[which], n);
	u64_stats_update_end(&s->sync);
	local_bh_enable();
}

/* A packet was forwarded. Context: softirq. */
static inline void lev_stats_forwarded(struct lev_stats __percpu *stats, u64 bytes)
{
	struct lev_stats *s = this_cpu_ptr(stats);

	u64_stats_update_begin(&s->sync);
	u64_stats_inc(&s->value[LEV_STAT_PACKETS_FORWARDED]);
	u64_stats_add(&s->value[LEV_STAT_BYTES_FORWARDED], bytes);
	u64_stats_update_end(&s->sync);
}

#define lev_count(cluster, which)	lev_stats_add((cluster)->stats, LEV_STAT_##which, 1)

#endif /* _LEV_STATS_H */

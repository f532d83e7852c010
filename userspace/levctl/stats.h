/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One cluster's counters on this node: asked for by cmd_stats.c, for itself, cmd_top.c,
 * cmd_doctor.c and levd.
 */
#ifndef _LEVCTL_STATS_H
#define _LEVCTL_STATS_H

#include "args.h"

/* By enum lev_stat. */
extern const char *const stat_names[__LEV_STAT_MAX];

/**
 * stats_ask() - ask the kernel for them
 * @ctl: the run
 * @args: the device
 * @value: filled in, by enum lev_stat
 * @n: filled in: how many the module has; NULL: it does not matter
 *
 * Return: an exit status
 */
int stats_ask(struct ctl *ctl, struct args *args, uint64_t value[__LEV_STAT_MAX],
	      unsigned int *n);

/* As a JSON object with the key "stats", or text. */
void show_stats(struct lev_out *o, const uint64_t value[__LEV_STAT_MAX]);

#endif /* _LEVCTL_STATS_H */

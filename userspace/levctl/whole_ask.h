/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The whole of a cluster as the kernel has it now, for cmd_apply.c and cmd_save.c.
 */
#ifndef _LEVCTL_WHOLE_ASK_H
#define _LEVCTL_WHOLE_ASK_H

#include "../lib/whole.h"
#include "args.h"

/**
 * struct whole_now - what the kernel has
 * @version: number of the newest config
 * @digest: of it
 * @keyed: the cluster has a key
 * @whole: all of it
 */
struct whole_now {
	uint64_t version;
	uint64_t digest;
	bool keyed;
	struct lev_whole whole;
};

/**
 * whole_ask() - ask the kernel for it
 * @ctl: the run
 * @device: the cluster's
 * @now: filled in: one state, though it takes several requests
 *
 * Return: an exit status
 */
int whole_ask(struct ctl *ctl, const char *device, struct whole_now *now);

#endif /* _LEVCTL_WHOLE_ASK_H */

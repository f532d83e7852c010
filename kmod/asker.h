/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Askers: who asked for a LevIP lately, and so has an entry that must follow a move. All
 * nodes hear broadcast requests, so all know the same ones, more or less.
 */
#ifndef _LEV_ASKER_H
#define _LEV_ASKER_H

#include <linux/if_ether.h>
#include <linux/spinlock.h>

#include "core/base.h"

/* A bounded table: sets by hash, in a set the one that asked longest ago gives way. */
#define LEV_ASKER_SETS		1024
#define LEV_ASKER_WAYS		4
#define LEV_ASKERS_MAX		(LEV_ASKER_SETS * LEV_ASKER_WAYS)

/**
 * struct lev_asker - one that asked
 * @addr: its address
 * @levip: what it asked for
 * @mac: its MAC address
 * @side: enum lev_side that it asked on
 * @at: jiffies64 when it last asked; 0: the place is free
 */
struct lev_asker {
	struct lev_addr addr;
	struct lev_addr levip;
	u8 mac[ETH_ALEN];
	u8 side;
	u64 at;
};

/**
 * struct lev_askers - the table
 * @lock: protects @way
 * @way: the places
 */
struct lev_askers {
	spinlock_t lock;
	struct lev_asker way[LEV_ASKERS_MAX];
};

struct lev_askers *lev_askers_alloc(void);
void lev_askers_free(struct lev_askers *askers);

/* Remember, or refresh. Context: softirq. */
void lev_asker_learn(struct lev_askers *askers, const struct lev_asker *asker);

/**
 * lev_asker_get() - one place of the table
 * @askers: table
 * @i: 0..LEV_ASKERS_MAX - 1
 * @asker: copied out
 *
 * Return: false if nobody is there, or it has not asked for too long
 */
bool lev_asker_get(struct lev_askers *askers, unsigned int i, struct lev_asker *asker);

unsigned int lev_askers_count(struct lev_askers *askers);

#endif /* _LEV_ASKER_H */

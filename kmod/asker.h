/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Askers: who asked for a LevIP lately, and so has an entry that must follow a move. All
 * nodes hear broadcast requests, so all know the same ones, more or less. It is also kept here
 * whether one has followed its last move, for follow.c.
 */
#ifndef _LEV_ASKER_H
#define _LEV_ASKER_H

#include <linux/bitmap.h>
#include <linux/if_ether.h>
#include <linux/spinlock.h>

#include "core/nd.h"

struct lev_plan;

/* A bounded table: sets by hash, in a set the one that asked longest ago gives way. */
#define LEV_ASKER_SETS		1024
#define LEV_ASKER_WAYS		4
#define LEV_ASKERS_MAX		(LEV_ASKER_SETS * LEV_ASKER_WAYS)

#define LEV_ASKER_GIVEN_UP	255

/**
 * struct lev_asker - one that asked
 * @addr: its address
 * @levip: what it asked for
 * @mac: its MAC address
 * @side: enum lev_side that it asked on
 * @unsure: 0, or 1 since it was told of a move, and 1 more for each time that it was asked since
 *	whether it has followed; or LEV_ASKER_GIVEN_UP until it gives a sign. See follow.h
 * @at: jiffies64 when it last asked; 0: the place is free
 */
struct lev_asker {
	struct lev_addr addr;
	struct lev_addr levip;
	u8 mac[ETH_ALEN];
	u8 side;
	u8 unsure;
	u64 at;
};

/**
 * struct lev_askers - the table
 * @lock: protects @way and @used
 * @used: places that were ever taken, so that a walk touches no others
 * @way: the places
 */
struct lev_askers {
	spinlock_t lock;
	DECLARE_BITMAP(used, LEV_ASKERS_MAX);
	struct lev_asker way[LEV_ASKERS_MAX];
};

struct lev_askers *lev_askers_alloc(void);
void lev_askers_free(struct lev_askers *askers);

/* Remember, or refresh: it is told where the LevIP is, so it follows. Context: softirq. */
void lev_asker_learn(struct lev_askers *askers, const struct lev_asker *asker);

/**
 * lev_asker_next() - walk over the table
 * @askers: table
 * @i: first place to look at; the walk begins at 0
 * @asker: copied out
 *
 * Return: where to go on, or 0 if there are no more that have asked lately
 */
unsigned int lev_asker_next(struct lev_askers *askers, unsigned int i, struct lev_asker *asker);

/**
 * lev_asker_find() - look one up
 * @askers: table
 * @asker: its address, what it asked for, and the side; the rest is filled in
 *
 * Return: false if it has not asked lately
 */
bool lev_asker_find(struct lev_askers *askers, struct lev_asker *asker);

/**
 * lev_asker_set_unsure() - is it known whether it has followed a move?
 * @askers: table
 * @asker: its address, what it asked for, and the side
 * @unsure: what it is from now on
 *
 * Context: process, softirq
 */
void lev_asker_set_unsure(struct lev_askers *askers, const struct lev_asker *asker, u8 unsure);

/**
 * lev_asker_change_unsure() - the same, if it still is what we think
 * @askers: table
 * @asker: its address, what it asked for, and the side
 * @from: what we think that it is
 * @to: what it is from now on
 *
 * Return: false if it was told of another move meanwhile, has given a sign, or is gone
 * Context: process, softirq
 */
bool lev_asker_change_unsure(struct lev_askers *askers, const struct lev_asker *asker, u8 from,
			     u8 to);

/* What stands for its address when its lane is sought: in IPv6, see lev_nd_key(). */
static inline void lev_asker_key(const struct lev_asker *asker, struct lev_addr *key)
{
	if (lev_addr_is4(&asker->levip))
		*key = asker->addr;
	else
		lev_nd_key(key, asker->mac);
}

/**
 * lev_asker_in_lane() - the lane that an asker is in
 * @asker: who
 * @plan: plan
 * @lanes: how many lanes there are, or 0
 *
 * Return: lane, or -1 if what it asked for is no LevIP of the plan, or there are no lanes
 * Context: any, RCU
 */
int lev_asker_in_lane(const struct lev_asker *asker, const struct lev_plan *plan,
		      unsigned int lanes);

unsigned int lev_askers_count(struct lev_askers *askers);

#endif /* _LEV_ASKER_H */

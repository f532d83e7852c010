/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Maglev: the table that maps a hash to a server of a pool, the same on every node. Pure;
 * called by kmod/plan.c, in process context, for a table that no reader sees yet.
 *
 * Source: Eisenbud et al., "Maglev: A Fast and Reliable Software Network Load Balancer",
 * NSDI 2016, section 3.4, with weights.
 */
#ifndef _LEV_CORE_MAGLEV_H
#define _LEV_CORE_MAGLEV_H

#include "base.h"

/* An entry for which there is no server. The bit above it is not Maglev's: see keep.h. */
#define LEV_MAGLEV_NONE		0x7fff

/* A server's weight as the config has it times the steps that it gets of it, see word.h. */
#define LEV_MAGLEV_WEIGHT_MAX	(LEV_WEIGHT_MAX * LEV_STEPS_FULL)

/**
 * struct lev_maglev_member - a server as the table sees it
 * @addr: its address; decides its order of preference, so members need no numbering
 * @index: what is written into the table for it
 * @weight: 0..LEV_MAGLEV_WEIGHT_MAX; 0 gets no entry
 * @offset: scratch of the build
 * @skip: scratch of the build
 * @next: scratch of the build
 * @taken: scratch of the build
 * @loser: scratch of the build
 */
struct lev_maglev_member {
	struct lev_addr addr;
	u16 index;
	u16 weight;
	u32 offset;
	u32 skip;
	u32 next;
	u32 taken;
	u32 loser;
};

/**
 * lev_maglev_build() - fill a pool's table
 * @table: LEV_TABLE_SIZE entries; LEV_MAGLEV_NONE in all if no member has a weight
 * @members: in any order; sorted by address here, so the order given does not matter
 * @n: how many, up to LEV_SERVERS_MAX
 * @key: the cluster's hash key
 *
 * Takes in the order of LEV_TABLE_SIZE times log2(@n) steps, whatever the weights: some
 * milliseconds. It does not sleep; a caller that builds many tables must do so in between.
 */
void lev_maglev_build(u16 *table, struct lev_maglev_member *members, unsigned int n,
		      const siphash_key_t *key);

#endif /* _LEV_CORE_MAGLEV_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All that a plan follows from: so one that was made ready for a switch can be told from one
 * that would be another if it was made at the switch. Pure; used under config_mutex by prepare.c.
 */
#ifndef _LEV_CORE_BASIS_H
#define _LEV_CORE_BASIS_H

#include "base.h"
#include "member.h"

/**
 * struct lev_basis - what a plan is made from
 * @digest: of its config, keyed: so of the hash key, too
 * @word: what is agreed of the servers of that config
 * @serial: of the plan before it, 0: none
 * @untold: lessons that the plan before it waits for; each one that comes changes what it remembers
 * @incarnation: of the member
 * @base: what becomes of the flows of the plan before it
 */
struct lev_basis {
	u64 digest;
	struct lev_word word;
	u64 serial;
	u32 untold;
	u32 incarnation;
	enum lev_base base;
};

/* Would plans of these two be the same, but for their serial and the time of their change? */
static inline bool lev_basis_same(const struct lev_basis *a, const struct lev_basis *b)
{
	return a->digest == b->digest && lev_word_same(&a->word, &b->word) &&
	       a->serial == b->serial && a->untold == b->untold &&
	       a->incarnation == b->incarnation && a->base == b->base;
}

#endif /* _LEV_CORE_BASIS_H */

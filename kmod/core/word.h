/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A word on servers: which are up, and which of them get less than their weight. Pure. Votes and
 * what is agreed are such words (wire.h, agree.c), and a plan follows from one (kmod/plan.c).
 */
#ifndef _LEV_CORE_WORD_H
#define _LEV_CORE_WORD_H

#include "base.h"
#include "config.h"

#define LEV_SERVER_MAP_SIZE	(LEV_SERVERS_MAX / 8)

/* An entry of lev_less: the index of a server, then its steps, as on the wire. */
#define LEV_LESS_BITS		5
#define LEV_LESS_STEPS		((1 << LEV_LESS_BITS) - 1)

/**
 * struct lev_less - servers that get less than their weight
 * @n: how many
 * @entry: by index, which rises; each has 1 to LEV_STEPS_FULL - 1 steps. Zero from @n on, so that
 *         the same is the same in memory
 */
struct lev_less {
	u16 n;
	u16 entry[LEV_LESS_MAX];
};

/**
 * struct lev_word - a word on the servers of a config
 * @up: bit map of those that are up
 * @less: of those, who gets less than its weight; of others it says nothing
 */
struct lev_word {
	u8 up[LEV_SERVER_MAP_SIZE];
	struct lev_less less;
};

/* The server that an entry is of, and what it gets. */
static inline u32 lev_less_server(u16 entry)
{
	return entry >> LEV_LESS_BITS;
}

static inline u32 lev_less_steps(u16 entry)
{
	return entry & LEV_LESS_STEPS;
}

/**
 * lev_less_get() - what a server gets
 * @less: who gets less
 * @server: index
 *
 * Return: steps, 1 to LEV_STEPS_FULL
 */
u32 lev_less_get(const struct lev_less *less, u32 server);

/**
 * lev_less_set() - change what a server gets
 * @less: who gets less
 * @server: index
 * @steps: 1 to LEV_STEPS_FULL
 *
 * Return: false if there are LEV_LESS_MAX already; then nothing is changed
 */
bool lev_less_set(struct lev_less *less, u32 server, u32 steps);

/**
 * lev_less_valid() - can it be of a config?
 * @less: as it came
 * @n_servers: of the config
 *
 * Return: whether the entries are in order, of its servers, and give less than the whole weight
 */
bool lev_less_valid(const struct lev_less *less, u32 n_servers);

/**
 * lev_less_remap() - carry it over to another config
 * @from: config that @less is of
 * @to: config that it is to be of; servers that are new get their whole weight
 * @less: changed
 */
void lev_less_remap(const struct lev_config *from, const struct lev_config *to,
		    struct lev_less *less);

/* The same for a word: servers that are new are down. @out is another one than @word. */
void lev_word_remap(const struct lev_config *from, const struct lev_config *to,
		    const struct lev_word *word, struct lev_word *out);

/* The steps that a server gets, 0 if it is down. */
static inline u32 lev_word_steps(const struct lev_word *word, u32 server)
{
	return lev_map_test(word->up, server) ? lev_less_get(&word->less, server) : 0;
}

static inline bool lev_word_same(const struct lev_word *a, const struct lev_word *b)
{
	return !memcmp(a, b, sizeof(*a));
}

#endif /* _LEV_CORE_WORD_H */

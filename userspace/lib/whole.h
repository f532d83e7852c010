/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The whole of a cluster, as a file says it or as the kernel has it: how two differ, and how one is
 * written. By tables that name each word once. Called by levctl's apply, whole_out.c and import.c.
 */
#ifndef _LEV_WHOLE_H
#define _LEV_WHOLE_H

#include "model.h"

/**
 * struct lev_whole - all that is configured of a cluster
 * @n_clusters: 1, or 0 if there is none
 * @n_nodes: in @node, and so on
 */
struct lev_whole {
	unsigned int n_clusters;
	unsigned int n_nodes;
	unsigned int n_addresses;
	unsigned int n_services;
	unsigned int n_servers;
	struct lev_cluster cluster[1];
	struct lev_node node[LEV_NODE_ID_MAX];
	struct lev_address address[LEV_ADDRESSES_MAX];
	struct lev_service service[LEV_SERVICES_MAX];
	struct lev_server server[LEV_SERVERS_MAX];
};

enum lev_field_kind {
	LEV_FIELD_NUMBER,
	LEV_FIELD_TIME,
	LEV_FIELD_TIME_OR_NEVER,
	LEV_FIELD_NAME,		/* of an enum */
	LEV_FIELD_TEXT,
	LEV_FIELD_IP,
	LEV_FIELD_PROTO,
};

/**
 * struct lev_field - a word of a thing
 * @word: as people write it
 * @kind: of value
 * @key: it is part of what names the thing
 * @local: it differs from node to node
 * @attr: netlink attribute
 * @offset: in the thing's struct of model.h
 * @initial: value of a number, time or name that is not said; with @key that has no default, 0
 * @text: the same of a text, or NULL
 * @names: of an enum
 */
struct lev_field {
	const char *word;
	enum lev_field_kind kind;
	bool key;
	bool local;
	uint16_t attr;
	uint16_t offset;
	uint32_t initial;
	const char *text;
	const struct lev_names *names;
};

/**
 * struct lev_kind - a kind of thing
 * @noun: what one is called
 * @list: what a file calls all of them
 * @nest: netlink attribute of one
 * @fields: its words; the last has no name
 * @read: from a nest into the struct
 * @at: offset of the first in struct lev_whole
 * @count: offset of their number there
 * @size: of one
 * @max: how many there can be
 */
struct lev_kind {
	const char *noun;
	const char *list;
	uint16_t nest;
	const struct lev_field *fields;
	int (*read)(struct nlattr *nest, void *thing);
	size_t at;
	size_t count;
	size_t size;
	unsigned int max;
};

/* All kinds, in the order of a file; the last has no noun. */
extern const struct lev_kind lev_kinds[];

#define LEV_VALUE_STR	48	/* room for any value as text, with its NUL */

/**
 * lev_whole_add() - one thing more, from a nest
 * @w: gets it, with defaults for what the nest does not say
 * @nest: an attribute of a message's top; others than things are passed over
 *
 * Return: 0, or -1 if it is not what it should be, or one too many
 */
int lev_whole_add(struct lev_whole *w, struct nlattr *nest);

/* Gives each word of a thing its default that the bits of its @has do not name. */
void lev_whole_initial(const struct lev_kind *k, void *thing);

/* How many things of a kind there are, and the one at @i. */
unsigned int lev_whole_count(const struct lev_whole *w, const struct lev_kind *k);
const void *lev_whole_thing(const struct lev_whole *w, const struct lev_kind *k, unsigned int i);

/* The value of a thing's word as text, or NULL if it is one that says nothing (any protocol). */
const char *lev_field_str(const struct lev_field *f, const void *thing, char buf[LEV_VALUE_STR]);

/* Has the word the value that it has if it is not said? Never of one without a default. */
bool lev_field_initial(const struct lev_field *f, const void *thing);

#define LEV_NAME_STR	128	/* room for the words that name a thing, with the NUL */

/**
 * struct lev_difference - one word, or thing, that is not the same in two
 * @change: "add", "set" or "del"
 * @noun: of what
 * @name: which, as "10.0.1.101 pool web"; empty for the cluster
 * @word: with "set", what of it; else NULL
 * @from: its value before
 * @to: and after
 */
struct lev_difference {
	const char *change;
	const char *noun;
	const char *name;
	const char *word;
	const char *from;
	const char *to;
};

typedef void (*lev_difference_fn)(const struct lev_difference *d, void *arg);

/**
 * lev_whole_compare() - what makes one of the other
 * @from: what is there
 * @to: what is to be
 * @fn: called for each difference: what goes first, then what is new or another
 * @arg: for @fn
 */
void lev_whole_compare(const struct lev_whole *from, const struct lev_whole *to,
		       lev_difference_fn fn, void *arg);

#define LEV_WHOLE_WORDS	8

/**
 * struct lev_whole_check - how servers are checked, by the words that a cluster's file has for it
 * @pool: which servers
 * @n: how many words
 * @word: their names and values
 */
struct lev_whole_check {
	char pool[LEV_POOL_SIZE];
	unsigned int n;
	struct lev_whole_word {
		const char *name;
		char text[256];
	} word[LEV_WHOLE_WORDS];
};

#endif /* _LEV_WHOLE_H */

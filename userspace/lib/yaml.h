/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads a YAML file into a tree of words, each with its line. Knows nothing of what the words mean:
 * levctl/file.c does.
 */
#ifndef _LEV_YAML_H
#define _LEV_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define LEV_YAML_SIZE	(1 << 20)	/* bytes: ten times the largest config */
#define LEV_YAML_DEPTH	3		/* maps and lists in each other */
#define LEV_YAML_NAMES	64		/* in one map: more than there are words */

/* What a place in the tree is. */
enum lev_yaml_kind {
	LEV_YAML_WORD,
	LEV_YAML_LIST,
	LEV_YAML_MAP,
};

/**
 * struct lev_yaml - a place in the tree
 * @kind: what it is
 * @line: where it begins, with its name if it has one; from 1
 * @name: within a map, its name; else NULL
 * @text: of a word
 * @first: of a map or list, what is in it; NULL: nothing
 * @next: what follows in the map or list around it
 * @last: for who builds the tree
 */
struct lev_yaml {
	enum lev_yaml_kind kind;
	unsigned int line;
	char *name;
	char *text;
	struct lev_yaml *first;
	struct lev_yaml *next;
	struct lev_yaml *last;
};

/**
 * struct lev_yaml_error - why a file is not what it should be
 * @line: where, from 1; 0: it is not about one
 * @text: what is wrong there
 */
struct lev_yaml_error {
	unsigned int line;
	char text[160];
};

/**
 * lev_yaml_parse() - a text as a tree
 * @text: the whole file
 * @len: bytes in it
 * @error: says why not
 *
 * A tree without words for machines: no anchors, aliases or tags; one document; no name twice in a
 * map. Numbers and names are all words.
 *
 * Return: the tree, or NULL
 */
struct lev_yaml *lev_yaml_parse(const char *text, size_t len, struct lev_yaml_error *error);

/* The same of an open file. */
struct lev_yaml *lev_yaml_read(FILE *file, struct lev_yaml_error *error);

void lev_yaml_free(struct lev_yaml *root);

/* What in a map has this name, or NULL. */
const struct lev_yaml *lev_yaml_find(const struct lev_yaml *map, const char *name);

#endif /* _LEV_YAML_H */

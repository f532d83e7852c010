/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads the form of keepalived.conf into a tree: statements of words, some with a block of others
 * in braces. Knows nothing of what they mean: import_keepalived.c does.
 */
#ifndef _LEV_STANZA_H
#define _LEV_STANZA_H

#include <stdbool.h>
#include <stddef.h>

#define LEV_STANZA_DEPTH	16	/* blocks in each other */
#define LEV_STANZA_WORDS	64	/* of one statement */
#define LEV_STANZA_FILES	256	/* included, in all */
#define LEV_STANZA_NESTED	8	/* included by each other */

/**
 * struct lev_stanza - a statement
 * @file: where it stands; the reader of files keeps the name
 * @line: from 1
 * @word: its words, the first one there in any case
 * @n: how many
 * @block: braces follow
 * @first: what is in them
 * @next: the next statement
 * @last: for who builds the tree
 */
struct lev_stanza {
	const char *file;
	unsigned int line;
	char **word;
	unsigned int n;
	bool block;
	struct lev_stanza *first;
	struct lev_stanza *next;
	struct lev_stanza *last;
};

struct lev_stanza_reader;

/**
 * typedef lev_include_fn - reads what is included
 * @r: to be given the texts, by lev_stanza_text()
 * @from: name of the file that includes
 * @name: of what it includes; may be a pattern
 * @arg: the caller's
 *
 * Return: 0, or -1 with an error set by lev_stanza_text() or lev_stanza_wrong()
 */
typedef int (*lev_include_fn)(struct lev_stanza_reader *r, const char *from, const char *name,
			      void *arg);

/**
 * struct lev_stanza_error - why it could not be read
 * @file: where
 * @line: where there; 0: it is not about one
 * @text: what is wrong
 */
struct lev_stanza_error {
	const char *file;
	unsigned int line;
	char text[160];
};

/* A reader; @include may be NULL: then nothing can be included. NULL: no memory. */
struct lev_stanza_reader *lev_stanza_new(lev_include_fn include, void *arg);
void lev_stanza_free(struct lev_stanza_reader *r);

/**
 * lev_stanza_text() - read a file's text
 * @r: the reader
 * @file: the file's name, which stays as long as the reader
 * @text: all of it
 * @len: bytes in it
 *
 * Return: 0, or -1
 */
int lev_stanza_text(struct lev_stanza_reader *r, const char *file, const char *text, size_t len);

/* An error that the reader of an included file found; gives -1. */
int lev_stanza_wrong(struct lev_stanza_reader *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

const struct lev_stanza_error *lev_stanza_error(const struct lev_stanza_reader *r);

/* The first statement of all that was read, or NULL. */
const struct lev_stanza *lev_stanza_first(const struct lev_stanza_reader *r);

#endif /* _LEV_STANZA_H */

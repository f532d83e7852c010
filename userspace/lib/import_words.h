/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the readers of keepalived.conf's parts (import_keepalived.c, import_checks.c) share: a
 * statement's words, and telling of one.
 */
#ifndef _LEV_IMPORT_WORDS_H
#define _LEV_IMPORT_WORDS_H

#include <string.h>

#include "import.h"
#include "stanza.h"

static inline bool is(const struct lev_stanza *s, const char *word)
{
	return !strcmp(s->word[0], word);
}

/* The word at @i, or an empty one. */
static inline const char *word(const struct lev_stanza *s, unsigned int i)
{
	return i < s->n ? s->word[i] : "";
}

static inline struct lev_place place(const struct lev_stanza *s)
{
	return (struct lev_place){ s->file, s->line };
}

/* Something about a statement. */
void lev_import_tell(const struct lev_import *im, const struct lev_stanza *s, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* A statement, with what is in its block, has no counterpart. */
void lev_import_left_out(const struct lev_import *im, const struct lev_stanza *s);

#endif /* _LEV_IMPORT_WORDS_H */

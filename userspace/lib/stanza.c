// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the form of keepalived.conf (see stanza.h). Owns the tree.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stanza.h"

#define WORD_SHOWN	32	/* bytes of a wrong word that a message has */

/**
 * struct lev_stanza_reader - a tree that grows
 * @root: of it, which is no statement
 * @open: blocks that are open, the root first
 * @depth: how many
 * @files: read so far
 * @nested: files that are open
 * @file: the innermost of them
 * @line: where it is read
 * @include: reads what is included
 * @arg: for @include
 * @error: why it went wrong
 */
struct lev_stanza_reader {
	struct lev_stanza root;
	struct lev_stanza *open[LEV_STANZA_DEPTH + 1];
	unsigned int depth;
	unsigned int files;
	unsigned int nested;
	const char *file;
	unsigned int line;
	lev_include_fn include;
	void *arg;
	struct lev_stanza_error error;
};

/**
 * struct text - what is left of a file
 * @at: next byte
 * @end: behind the last
 */
struct text {
	const char *at;
	const char *end;
};

struct lev_stanza_reader *lev_stanza_new(lev_include_fn include, void *arg)
{
	struct lev_stanza_reader *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->include = include;
	r->arg = arg;
	r->open[0] = &r->root;
	r->depth = 1;
	return r;
}

static void free_all(struct lev_stanza *s)
{
	while (s) {
		struct lev_stanza *next = s->next;

		free_all(s->first);
		for (unsigned int i = 0; i < s->n; i++)
			free(s->word[i]);
		free(s->word);
		free(s);
		s = next;
	}
}

void lev_stanza_free(struct lev_stanza_reader *r)
{
	if (!r)
		return;
	free_all(r->root.first);
	free(r);
}

const struct lev_stanza_error *lev_stanza_error(const struct lev_stanza_reader *r)
{
	return &r->error;
}

const struct lev_stanza *lev_stanza_first(const struct lev_stanza_reader *r)
{
	return r->root.first;
}

int lev_stanza_wrong(struct lev_stanza_reader *r, const char *fmt, ...)
{
	va_list ap;

	r->error.file = r->file;
	r->error.line = r->line;
	va_start(ap, fmt);
	vsnprintf(r->error.text, sizeof(r->error.text), fmt, ap);
	va_end(ap);
	return -1;
}

static int no_memory(struct lev_stanza_reader *r)
{
	return lev_stanza_wrong(r, "%s", strerror(ENOMEM));
}

static bool is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

/* Blanks, comments, and line ends that a backslash hides; a line's own end stays. */
static void skip_blanks(struct lev_stanza_reader *r, struct text *t)
{
	for (; t->at < t->end; t->at++) {
		if (*t->at == '\\' && t->end - t->at > 1 && t->at[1] == '\n') {
			t->at++;
			r->line++;
		} else if (*t->at == '#' || *t->at == '!') {
			while (t->at < t->end && *t->at != '\n')
				t->at++;
			return;
		} else if (!is_one_of(*t->at, " \t\r\f\v")) {
			return;
		}
	}
}

/* Where a word ends: quotes hold blanks together, and ${...} is no block. NULL: a quote is open. */
static const char *word_end(const struct text *t)
{
	const char *s = t->at;
	bool quoted = false;

	for (; s < t->end && *s != '\n'; s++) {
		if (*s == '\\' && t->end - s > 1 && s[1] != '\n') {
			s++;
		} else if (*s == '"') {
			quoted = !quoted;
		} else if (!quoted && *s == '$' && t->end - s > 1 && s[1] == '{') {
			while (s < t->end && *s != '}' && *s != '\n')
				s++;
			if (s == t->end || *s == '\n')
				break;
		} else if (!quoted && is_one_of(*s, " \t\r\f\v{}#!\\")) {
			break;
		}
	}
	return quoted ? NULL : s;
}

/* Without quotes; a backslash stands before what would mean something else. */
static char *copy_word(const char *from, const char *end)
{
	char *word = malloc(end - from + 1), *to = word;

	for (; word && from < end; from++) {
		if (*from == '\\' && end - from > 1)
			*to++ = *++from;
		else if (*from != '"')
			*to++ = *from;
	}
	if (word)
		*to = '\0';
	return word;
}

static struct lev_stanza *add_stanza(struct lev_stanza_reader *r)
{
	struct lev_stanza *around = r->open[r->depth - 1], *s = calloc(1, sizeof(*s));

	if (!s) {
		no_memory(r);
		return NULL;
	}
	s->file = r->file;
	s->line = r->line;
	if (around->last)
		around->last->next = s;
	else
		around->first = s;
	around->last = s;
	return s;
}

static int add_word(struct lev_stanza_reader *r, struct lev_stanza *s, struct text *t)
{
	const char *end = word_end(t);
	char **words;

	if (!end)
		return lev_stanza_wrong(r, "a quote is not closed");
	/* A backslash with nothing behind it, or a byte that is none of a text. */
	if (end == t->at || memchr(t->at, '\0', end - t->at))
		return lev_stanza_wrong(r, "at \"%.*s\": this is not a word",
					end == t->at ? 1 : end - t->at < WORD_SHOWN ?
					(int)(end - t->at) : WORD_SHOWN, t->at);
	if (s->n == LEV_STANZA_WORDS)
		return lev_stanza_wrong(r, "\"%s\" has more than %d words", s->word[0],
					LEV_STANZA_WORDS);
	words = realloc(s->word, (s->n + 1) * sizeof(*words));
	if (!words)
		return no_memory(r);
	s->word = words;
	s->word[s->n] = copy_word(t->at, end);
	if (!s->word[s->n])
		return no_memory(r);
	s->n++;
	t->at = end;
	return 0;
}

static int open_block(struct lev_stanza_reader *r, struct lev_stanza *s)
{
	/* The brace may stand in a line of its own, behind the statement that it belongs to. */
	if (!s)
		s = r->open[r->depth - 1]->last;
	if (!s || s->block)
		return lev_stanza_wrong(r, "\"{\" without a word before it");
	if (r->depth > LEV_STANZA_DEPTH)
		return lev_stanza_wrong(r, "\"%s\": a block too deep within others", s->word[0]);
	s->block = true;
	r->open[r->depth++] = s;
	return 0;
}

static bool is_include(const struct lev_stanza *s)
{
	static const char *const names[] = {
		"include", "includer", "includem", "includew", "includeb", "includea",
	};

	for (size_t i = 0; s->n == 2 && i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcmp(s->word[0], names[i]))
			return true;
	}
	return false;
}

/* Takes the last statement of the innermost block out of the tree. */
static void take_out(struct lev_stanza_reader *r, const struct lev_stanza *s)
{
	struct lev_stanza *around = r->open[r->depth - 1], *last = around->first;

	if (last == s) {
		around->first = NULL;
		around->last = NULL;
		return;
	}
	while (last->next != s)
		last = last->next;
	last->next = NULL;
	around->last = last;
}

/* What is included takes the place of the statement. */
static int include(struct lev_stanza_reader *r, struct lev_stanza *s)
{
	int ret;

	take_out(r, s);
	if (!r->include)
		ret = lev_stanza_wrong(r, "\"%s\": nothing can be included here", s->word[1]);
	else if (r->nested == LEV_STANZA_NESTED)
		ret = lev_stanza_wrong(r, "\"%s\": more than %d files that include each other",
				       s->word[1], LEV_STANZA_NESTED);
	else
		ret = r->include(r, r->file, s->word[1], r->arg);
	free_all(s);
	return ret;
}

/* A statement is over. */
static int end_stanza(struct lev_stanza_reader *r, struct lev_stanza **s)
{
	struct lev_stanza *ended = *s;

	*s = NULL;
	return ended && is_include(ended) ? include(r, ended) : 0;
}

/* What stands at the next place that is no blank. @s: the statement that goes on, or NULL. */
static int take(struct lev_stanza_reader *r, struct text *t, struct lev_stanza **s,
		unsigned int outermost)
{
	int ret = 0;

	switch (*t->at) {
	case '\n':
		ret = end_stanza(r, s);
		r->line++;
		t->at++;
		break;
	case '{':
		ret = open_block(r, *s);
		*s = NULL;
		t->at++;
		break;
	case '}':
		ret = end_stanza(r, s);
		if (!ret && r->depth == outermost)
			return lev_stanza_wrong(r, "\"}\" without \"{\" before it");
		if (!ret)
			r->depth--;
		t->at++;
		break;
	default:
		if (!*s)
			*s = add_stanza(r);
		ret = *s ? add_word(r, *s, t) : -1;
	}
	return ret;
}

static int read_text(struct lev_stanza_reader *r, struct text *t)
{
	const unsigned int outermost = r->depth;
	struct lev_stanza *s = NULL;
	int ret = 0;

	while (!ret) {
		skip_blanks(r, t);
		if (t->at == t->end)
			break;
		ret = take(r, t, &s, outermost);
	}
	if (!ret)
		ret = end_stanza(r, &s);
	if (!ret && r->depth > outermost)
		ret = lev_stanza_wrong(r, "\"%s\" of line %u: no \"}\" behind it",
				       r->open[r->depth - 1]->word[0],
				       r->open[r->depth - 1]->line);
	return ret;
}

int lev_stanza_text(struct lev_stanza_reader *r, const char *file, const char *text, size_t len)
{
	struct text t = { text, text + len };
	const char *around = r->file;
	unsigned int line = r->line;
	int ret;

	if (r->files++ == LEV_STANZA_FILES)
		return lev_stanza_wrong(r, "\"%s\": more than %d files", file, LEV_STANZA_FILES);
	r->nested++;
	r->file = file;
	r->line = 1;
	ret = read_text(r, &t);
	r->nested--;
	r->file = around;
	r->line = line;
	return ret;
}

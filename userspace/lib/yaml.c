// SPDX-License-Identifier: GPL-2.0
/*
 * Reads YAML into a tree (see yaml.h), over the events of libyaml. Owns the tree while it grows.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "yaml.h"

#define WORD_SHOWN	32	/* bytes of a wrong word that a message has */

/**
 * struct reader - a tree that grows
 * @parser: libyaml's
 * @text: what is read
 * @len: bytes of it
 * @root: the tree, or NULL as long as there is none
 * @open: maps and lists that are open, the outermost first
 * @depth: how many
 * @name: in the innermost map, the name whose value comes next; else NULL
 * @name_line: where that stands
 * @error: the caller's
 */
struct reader {
	yaml_parser_t parser;
	const char *text;
	size_t len;
	struct lev_yaml *root;
	struct lev_yaml *open[LEV_YAML_DEPTH];
	unsigned int depth;
	char *name;
	unsigned int name_line;
	struct lev_yaml_error *error;
};

__attribute__((format(printf, 3, 4)))
static int wrong(struct lev_yaml_error *error, unsigned int line, const char *fmt, ...)
{
	va_list ap;

	error->line = line;
	va_start(ap, fmt);
	vsnprintf(error->text, sizeof(error->text), fmt, ap);
	va_end(ap);
	return -1;
}

static int no_memory(struct lev_yaml_error *error)
{
	return wrong(error, 0, "%s", strerror(ENOMEM));
}

void lev_yaml_free(struct lev_yaml *root)
{
	while (root) {
		struct lev_yaml *next = root->next;

		lev_yaml_free(root->first);
		free(root->name);
		free(root->text);
		free(root);
		root = next;
	}
}

const struct lev_yaml *lev_yaml_find(const struct lev_yaml *map, const char *name)
{
	const struct lev_yaml *y = map->first;

	while (y && (!y->name || strcmp(y->name, name)))
		y = y->next;
	return y;
}

/* What stands at a place of the text, up to a blank; a column counts characters. */
static void word_at(const struct reader *r, size_t line, size_t column, char word[WORD_SHOWN + 1])
{
	const char *s = r->text, *end = r->text + r->len;
	size_t n = 0;

	while (s < end && line)
		line -= *s++ == '\n';
	while (s < end && column && *s != '\n') {
		s++;
		while (s < end && (*s & 0xc0) == 0x80)
			s++;
		column--;
	}
	while (s < end && n < WORD_SHOWN && !strchr(" \t\r\n", *s))
		word[n++] = *s++;
	word[n] = '\0';
}

static bool is_tab(const struct reader *r, size_t line, size_t column)
{
	const char *s = r->text, *end = r->text + r->len;

	while (s < end && line)
		line -= *s++ == '\n';
	return column < (size_t)(end - s) && s[column] == '\t';
}

static unsigned int line_of_byte(const struct reader *r, size_t offset)
{
	unsigned int line = 1;

	for (size_t i = 0; i < offset && i < r->len; i++)
		line += r->text[i] == '\n';
	return line;
}

/* What libyaml found wrong, with the word that stands there. */
static int not_yaml(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	const yaml_mark_t *at = &p->problem_mark;
	char word[WORD_SHOWN + 1];

	if (p->error == YAML_MEMORY_ERROR)
		return no_memory(r->error);
	if (p->error == YAML_READER_ERROR)
		return wrong(r->error, line_of_byte(r, p->problem_offset), "not UTF-8 text: %s",
			     p->problem);
	if (is_tab(r, at->line, at->column))
		return wrong(r->error, at->line + 1, "a tab: YAML indents by blanks");
	word_at(r, at->line, at->column, word);
	return wrong(r->error, at->line + 1, "at \"%s\": not YAML: %s%s%s", word,
		     p->context ? p->context : "", p->context ? ", " : "", p->problem);
}

static bool in_map(const struct reader *r)
{
	return r->depth && r->open[r->depth - 1]->kind == LEV_YAML_MAP;
}

/* Hangs a new place into the tree; the name that waits becomes its own. */
static struct lev_yaml *add(struct reader *r, enum lev_yaml_kind kind, unsigned int line)
{
	struct lev_yaml *y = calloc(1, sizeof(*y));
	struct lev_yaml *around = r->depth ? r->open[r->depth - 1] : NULL;

	if (!y) {
		no_memory(r->error);
		return NULL;
	}
	y->kind = kind;
	y->line = r->name ? r->name_line : line;
	y->name = r->name;
	r->name = NULL;
	if (!around)
		r->root = y;
	else if (around->last)
		around->last->next = y;
	else
		around->first = y;
	if (around)
		around->last = y;
	return y;
}

static int take_name(struct reader *r, char *text, unsigned int line)
{
	const struct lev_yaml *y = r->open[r->depth - 1]->first;
	unsigned int names = 0;

	r->name = text;
	r->name_line = line;
	for (; y; y = y->next) {
		if (!strcmp(y->name, text))
			return wrong(r->error, line, "\"%s\" is given twice: line %u has it too",
				     text, y->line);
		if (++names == LEV_YAML_NAMES)
			return wrong(r->error, line, "\"%s\" is a name too many", text);
	}
	return 0;
}

static int take_word(struct reader *r, const yaml_event_t *e, unsigned int line)
{
	const char *value = (const char *)e->data.scalar.value;
	struct lev_yaml *y;
	char *text;

	if (strlen(value) != e->data.scalar.length)
		return wrong(r->error, line, "\"%s\": a byte of zero is in it", value);
	text = strdup(value);
	if (!text)
		return no_memory(r->error);
	if (in_map(r) && !r->name)
		return take_name(r, text, line);
	y = add(r, LEV_YAML_WORD, line);
	if (!y) {
		free(text);
		return -1;
	}
	y->text = text;
	return 0;
}

static int open_place(struct reader *r, enum lev_yaml_kind kind, unsigned int line)
{
	struct lev_yaml *y;

	if (in_map(r) && !r->name)
		return wrong(r->error, line, "a %s cannot be a name",
			     kind == LEV_YAML_MAP ? "map" : "list");
	if (r->depth == LEV_YAML_DEPTH)
		return wrong(r->error, line, "a %s too deep within others",
			     kind == LEV_YAML_MAP ? "map" : "list");
	y = add(r, kind, line);
	if (!y)
		return -1;
	r->open[r->depth++] = y;
	return 0;
}

/* Words that would make something else of the file than what stands there. */
static int check_plain(struct reader *r, const void *anchor, const void *tag, unsigned int line)
{
	if (anchor)
		return wrong(r->error, line, "\"&%s\": anchors are not known here",
			     (const char *)anchor);
	if (tag)
		return wrong(r->error, line, "\"%s\": tags are not known here", (const char *)tag);
	return 0;
}

/* One event; 1: it was the last. */
static int take_event(struct reader *r, const yaml_event_t *e)
{
	unsigned int line = e->start_mark.line + 1;
	int ret;

	switch (e->type) {
	case YAML_STREAM_END_EVENT:
		return 1;
	case YAML_DOCUMENT_START_EVENT:
		return r->root ? wrong(r->error, line, "a second document begins") : 0;
	case YAML_ALIAS_EVENT:
		return wrong(r->error, line, "\"*%s\": aliases are not known here",
			     (const char *)e->data.alias.anchor);
	case YAML_SCALAR_EVENT:
		ret = check_plain(r, e->data.scalar.anchor, e->data.scalar.tag, line);
		return ret ? ret : take_word(r, e, line);
	case YAML_SEQUENCE_START_EVENT:
		ret = check_plain(r, e->data.sequence_start.anchor, e->data.sequence_start.tag,
				  line);
		return ret ? ret : open_place(r, LEV_YAML_LIST, line);
	case YAML_MAPPING_START_EVENT:
		ret = check_plain(r, e->data.mapping_start.anchor, e->data.mapping_start.tag,
				  line);
		return ret ? ret : open_place(r, LEV_YAML_MAP, line);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		r->depth--;
		return 0;
	default:
		return 0;
	}
}

static int take_all(struct reader *r)
{
	yaml_event_t event;
	int ret;

	do {
		if (!yaml_parser_parse(&r->parser, &event))
			return not_yaml(r);
		ret = take_event(r, &event);
		yaml_event_delete(&event);
	} while (!ret);
	return ret < 0 ? -1 : 0;
}

struct lev_yaml *lev_yaml_parse(const char *text, size_t len, struct lev_yaml_error *error)
{
	struct reader r = { .text = text, .len = len, .error = error };
	int ret;

	if (!yaml_parser_initialize(&r.parser)) {
		no_memory(error);
		return NULL;
	}
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, len);
	ret = take_all(&r);
	if (!ret && !r.root)
		ret = wrong(error, 0, "there is nothing in it");
	yaml_parser_delete(&r.parser);
	free(r.name);
	if (!ret)
		return r.root;
	lev_yaml_free(r.root);
	return NULL;
}

struct lev_yaml *lev_yaml_read(FILE *file, struct lev_yaml_error *error)
{
	char *text = malloc(LEV_YAML_SIZE + 1);
	struct lev_yaml *root = NULL;
	size_t len;

	if (!text) {
		no_memory(error);
		return NULL;
	}
	errno = 0;
	len = fread(text, 1, LEV_YAML_SIZE + 1, file);
	if (ferror(file))
		wrong(error, 0, "%s", strerror(errno));
	else if (len > LEV_YAML_SIZE)
		wrong(error, 0, "it has more than %d bytes", LEV_YAML_SIZE);
	else
		root = lev_yaml_parse(text, len, error);
	free(text);
	return root;
}

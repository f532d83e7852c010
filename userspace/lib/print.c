// SPDX-License-Identifier: GPL-2.0
/*
 * Printing: one call a value, which gives text or JSON. Owns the JSON document while it
 * grows and the text of the open table. Called by each command that shows something.
 */
#include <errno.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "print.h"

#define DEPTH_MAX	8
#define COLUMNS_MAX	16

/**
 * struct lev_out - a printer
 * @file: where text and JSON go
 * @json: JSON, not text
 * @flags: JSON_C_TO_STRING_*
 * @open: JSON objects and arrays that are open, the document first
 * @depth: how many
 * @table: text of the open table, cells apart by tabs, rows by line ends; NULL: none open
 * @cells: table's text, complete when @table is closed
 * @cells_len: its length
 * @indent: before each line of the table
 * @rows: of the table, so far
 * @fresh: the next cell is the first of its row
 */
struct lev_out {
	FILE *file;
	bool json;
	int flags;
	struct json_object *open[DEPTH_MAX];
	unsigned int depth;
	FILE *table;
	char *cells;
	size_t cells_len;
	const char *indent;
	unsigned int rows;
	bool fresh;
};

/* There is nothing sensible to do without memory, and no state to lose. */
static void *must(void *p)
{
	if (!p) {
		fprintf(stderr, "out of memory\n");
		abort();
	}
	return p;
}

struct lev_out *lev_out_new(FILE *file, bool json, bool pretty)
{
	struct lev_out *o = must(calloc(1, sizeof(*o)));

	o->file = file;
	o->json = json;
	o->flags = JSON_C_TO_STRING_NOSLASHESCAPE;
	if (pretty)
		o->flags |= JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED;
	return o;
}

bool lev_out_is_json(const struct lev_out *o)
{
	return o->json;
}

void lev_out_drop(struct lev_out *o)
{
	if (o->table)
		fclose(o->table);
	o->table = NULL;
	free(o->cells);
	o->cells = NULL;
	if (o->depth)
		json_object_put(o->open[0]);
	o->depth = 0;
}

void lev_out_free(struct lev_out *o)
{
	if (!o)
		return;
	lev_out_drop(o);
	free(o);
}

/* Adds @v, which may be NULL for null, to the open object or array. */
static void json_add(struct lev_out *o, const char *key, struct json_object *v)
{
	struct json_object *parent = o->open[o->depth - 1];

	if (key)
		json_object_object_add(parent, key, v);
	else
		json_object_array_add(parent, v);
}

static void json_open(struct lev_out *o, const char *key, struct json_object *v)
{
	must(v);
	if (o->depth == DEPTH_MAX)
		abort();
	if (o->depth)
		json_add(o, key, v);
	o->open[o->depth++] = v;
}

void lev_out_object(struct lev_out *o, const char *key)
{
	if (o->json)
		json_open(o, key, json_object_new_object());
}

void lev_out_array(struct lev_out *o, const char *key)
{
	if (o->json)
		json_open(o, key, json_object_new_array());
}

void lev_out_close(struct lev_out *o)
{
	/* The document itself stays until lev_out_end(). */
	if (o->json && o->depth > 1)
		o->depth--;
}

/* Prints a value's text, as the cell of a table or in its format. */
static void put_text(struct lev_out *o, const char *fmt, const char *value)
{
	if (o->table) {
		fprintf(o->table, "%s%s", o->fresh ? "" : "\t", value);
		o->fresh = false;
	} else {
		fprintf(o->file, fmt ? fmt : "%s", value);
	}
}

/* Prints a value: @v (taken over) if the printer does JSON, else @text. */
static void put(struct lev_out *o, const char *key, const char *fmt, struct json_object *v,
		const char *text)
{
	if (o->json)
		json_add(o, key, v);
	else if (!fmt || *fmt)
		put_text(o, fmt, text);
}

void lev_out_text(struct lev_out *o, const char *fmt, ...)
{
	va_list ap;

	if (o->json)
		return;
	va_start(ap, fmt);
	vfprintf(o->file, fmt, ap);
	va_end(ap);
}

void lev_out_str(struct lev_out *o, const char *key, const char *fmt, const char *s)
{
	put(o, key, fmt, o->json ? must(json_object_new_string(s)) : NULL, s);
}

void lev_out_uint(struct lev_out *o, const char *key, const char *fmt, uint64_t v)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, v);
	put(o, key, fmt, o->json ? must(json_object_new_uint64(v)) : NULL, text);
}

void lev_out_bool(struct lev_out *o, const char *key, const char *fmt, bool v)
{
	put(o, key, fmt, o->json ? must(json_object_new_boolean(v)) : NULL, v ? "yes" : "no");
}

void lev_out_time(struct lev_out *o, const char *key, const char *fmt, uint32_t ms)
{
	char text[LEV_TIME_STR];

	put(o, key, fmt, o->json ? must(json_object_new_uint64(ms)) : NULL,
	    lev_time_str(ms, text));
}

void lev_out_percent(struct lev_out *o, const char *key, const char *fmt, uint32_t part,
		     uint32_t whole)
{
	double v = whole ? 100.0 * part / whole : 0;
	char number[32], text[34];

	snprintf(number, sizeof(number), "%.1f", v);
	snprintf(text, sizeof(text), "%s%%", number);
	put(o, key, fmt, o->json ? must(json_object_new_double_s(v, number)) : NULL, text);
}

void lev_out_rate(struct lev_out *o, const char *key, const char *fmt, double v)
{
	char text[32];

	snprintf(text, sizeof(text), "%.1f", v);
	put(o, key, fmt, o->json ? must(json_object_new_double_s(v, text)) : NULL, text);
}

void lev_out_set(struct lev_out *o, const char *key, const char *fmt, uint64_t set)
{
	char text[LEV_SET_STR];

	if (!o->json) {
		put(o, key, fmt, NULL, lev_set_str(set, text));
		return;
	}
	lev_out_array(o, key);
	for (unsigned int id = 1; id <= LEV_NODE_ID_MAX; id++) {
		if (lev_in_set(set, id))
			lev_out_uint(o, NULL, LEV_JSON_ONLY, id);
	}
	lev_out_close(o);
}

void lev_out_null(struct lev_out *o, const char *key, const char *fmt, const char *word)
{
	put(o, key, fmt, NULL, word);
}

void lev_out_table(struct lev_out *o, const char *key, const char *indent, const char *header)
{
	lev_out_array(o, key);
	if (o->json)
		return;
	o->table = must(open_memstream(&o->cells, &o->cells_len));
	o->indent = indent;
	o->rows = 0;
	if (header)
		fprintf(o->table, "%s\n", header);
}

void lev_out_row(struct lev_out *o)
{
	lev_out_object(o, NULL);
	o->fresh = true;
	o->rows++;
}

void lev_out_row_end(struct lev_out *o)
{
	lev_out_close(o);
	if (o->table)
		fputc('\n', o->table);
}

/* How wide each column of the closed table must be. */
static void measure(const char *cells, size_t width[COLUMNS_MAX])
{
	unsigned int column = 0;
	size_t len;

	for (const char *cell = cells; *cell; cell += len + 1) {
		len = strcspn(cell, "\t\n");
		if (column == COLUMNS_MAX)
			abort();
		if (len > width[column])
			width[column] = len;
		column = cell[len] == '\n' ? 0 : column + 1;
	}
}

void lev_out_table_end(struct lev_out *o)
{
	size_t width[COLUMNS_MAX] = { 0 };
	unsigned int column = 0;
	size_t len;

	lev_out_close(o);
	if (!o->table)
		return;
	fclose(o->table);
	o->table = NULL;
	must(o->cells);

	measure(o->cells, width);
	for (const char *cell = o->cells; o->rows && *cell; cell += len + 1) {
		len = strcspn(cell, "\t\n");
		fprintf(o->file, "%s%.*s", column ? "" : o->indent, (int)len, cell);
		if (cell[len] == '\n') {
			fputc('\n', o->file);
			column = 0;
		} else {
			fprintf(o->file, "%*s", (int)(width[column++] - len + 2), "");
		}
	}
	free(o->cells);
	o->cells = NULL;
}

int lev_out_end(struct lev_out *o)
{
	if (o->depth) {
		fprintf(o->file, "%s\n", json_object_to_json_string_ext(o->open[0], o->flags));
		json_object_put(o->open[0]);
		o->depth = 0;
	}
	return fflush(o->file) || ferror(o->file) ? -1 : 0;
}

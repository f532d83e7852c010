/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Printing: one call a value, which gives text or JSON, so that the two cannot drift apart.
 * Text goes out as it is printed, a table when it is closed; JSON goes out at lev_out_end().
 */
#ifndef _LEV_PRINT_H
#define _LEV_PRINT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "words.h"

struct lev_out;

/*
 * Each value has a key, its name in JSON (NULL within an array), and a text format with one
 * %s for the value. LEV_CELL is the value alone, as a table wants it: cells are put
 * apart by the printer. LEV_JSON_ONLY has no text.
 */
#define LEV_CELL	NULL
#define LEV_JSON_ONLY	""

/**
 * lev_out_new() - a printer
 * @file: where to
 * @json: JSON, not text
 * @pretty: JSON with line breaks and indentation
 *
 * Return: the printer; memory that runs out ends the program
 */
struct lev_out *lev_out_new(FILE *file, bool json, bool pretty);
void lev_out_free(struct lev_out *o);

/* Is it JSON that it prints? */
bool lev_out_is_json(const struct lev_out *o);

/* A JSON object or array within the open one, or the document itself; no text. */
void lev_out_object(struct lev_out *o, const char *key);
void lev_out_array(struct lev_out *o, const char *key);
void lev_out_close(struct lev_out *o);

/**
 * lev_out_table() - begin a table: in JSON an array of objects
 * @o: the printer
 * @key: as for a value
 * @indent: text before each line
 * @header: titles, a tab between two; NULL for none
 */
void lev_out_table(struct lev_out *o, const char *key, const char *indent, const char *header);
void lev_out_row(struct lev_out *o);
void lev_out_row_end(struct lev_out *o);

/* The table's columns are aligned and printed; without a row nothing is. */
void lev_out_table_end(struct lev_out *o);

/* Text that JSON has no use for. */
void lev_out_text(struct lev_out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void lev_out_str(struct lev_out *o, const char *key, const char *fmt, const char *s);
void lev_out_uint(struct lev_out *o, const char *key, const char *fmt, uint64_t v);

/* true or false; text: yes or no. */
void lev_out_bool(struct lev_out *o, const char *key, const char *fmt, bool v);

/* Milliseconds; text: with a unit. */
void lev_out_time(struct lev_out *o, const char *key, const char *fmt, uint32_t ms);

/* 100 * @part / @whole with one decimal; text: with a % sign. */
void lev_out_percent(struct lev_out *o, const char *key, const char *fmt, uint32_t part,
		     uint32_t whole);

/* A number with one decimal. */
void lev_out_rate(struct lev_out *o, const char *key, const char *fmt, double v);

/* Array of node ids; text: "1 2", or "none". */
void lev_out_set(struct lev_out *o, const char *key, const char *fmt, uint64_t set);

/* null; text: @word. */
void lev_out_null(struct lev_out *o, const char *key, const char *fmt, const char *word);

/* The document is given up: what was not printed yet is forgotten, and a new one begins. */
void lev_out_drop(struct lev_out *o);

/**
 * lev_out_end() - end of the document: all must be closed
 * @o: the printer
 *
 * Return: 0, or -1 with errno if something could not be written
 */
int lev_out_end(struct lev_out *o);

#endif /* _LEV_PRINT_H */

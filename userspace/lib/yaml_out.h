/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes a YAML file: maps and lists of words, what is deep in one line. Called by whole_out.c.
 */
#ifndef _LEV_YAML_OUT_H
#define _LEV_YAML_OUT_H

#include <stdbool.h>
#include <stdio.h>

struct lev_yaml_out;

/* A writer, or NULL without memory. What fails on the way is told at the end. */
struct lev_yaml_out *lev_yaml_out_new(FILE *file);

/* A map or a list begins, within the open one; @name: in a map. */
void lev_yaml_open(struct lev_yaml_out *y, const char *name, bool list);
void lev_yaml_close(struct lev_yaml_out *y);

/* A word, quoted as far as it must be. */
void lev_yaml_put(struct lev_yaml_out *y, const char *name, const char *value);

/* The end; the writer is freed. 0, or -1 if something could not be written. */
int lev_yaml_out_end(struct lev_yaml_out *y);

#endif /* _LEV_YAML_OUT_H */

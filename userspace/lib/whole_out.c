// SPDX-License-Identifier: GPL-2.0
/*
 * Writes the whole of a cluster (see whole_out.h), by the tables of whole.c. Owns no state.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "whole_out.h"
#include "yaml_out.h"

/**
 * struct writer - a file that is written
 * @out: the printer, for JSON, or NULL
 * @yaml: the other one, or NULL
 */
struct writer {
	struct lev_out *out;
	struct lev_yaml_out *yaml;
};

static void open_place(const struct writer *w, const char *name, bool list)
{
	if (w->yaml)
		lev_yaml_open(w->yaml, name, list);
	else if (list)
		lev_out_array(w->out, name);
	else
		lev_out_object(w->out, name);
}

static void close_place(const struct writer *w)
{
	if (w->yaml)
		lev_yaml_close(w->yaml);
	else
		lev_out_close(w->out);
}

static void put(const struct writer *w, const char *name, const char *value)
{
	if (w->yaml)
		lev_yaml_put(w->yaml, name, value);
	else
		lev_out_str(w->out, name, LEV_JSON_ONLY, value);
}

/* What is as it would be without a word is not said. */
static void put_words(const struct writer *w, const struct lev_kind *k, const void *thing)
{
	char buf[LEV_VALUE_STR];

	for (const struct lev_field *f = k->fields; f->word; f++) {
		const char *value = lev_field_str(f, thing, buf);

		if (value && !f->local && !lev_field_initial(f, thing))
			put(w, f->word, value);
	}
}

static void put_devices(const struct writer *w, const struct lev_whole *whole)
{
	put(w, "front", whole->cluster->front);
	put(w, "back", whole->cluster->back);
}

/* What is said of the own node alone. */
static void put_own(const struct writer *w, const struct lev_whole_file *f)
{
	if (f->host)
		put(w, "host", f->host);
	if (!f->shared)
		put_devices(w, f->whole);
	if (f->key)
		put(w, "key", f->key);
}

static void put_list(const struct writer *w, const struct lev_kind *k,
		     const struct lev_whole_file *f)
{
	unsigned int n = lev_whole_count(f->whole, k);

	open_place(w, k->list, true);
	for (unsigned int i = 0; i < n; i++) {
		const void *thing = lev_whole_thing(f->whole, k, i);

		open_place(w, NULL, false);
		put_words(w, k, thing);
		if (k->nest == LEV_A_NODE && f->whole->node[i].id == f->whole->cluster->self)
			put_own(w, f);
		close_place(w);
	}
	close_place(w);
}

static void put_checks(const struct writer *w, const struct lev_whole_file *f)
{
	if (!f->n_checks)
		return;
	open_place(w, "checks", true);
	for (unsigned int i = 0; i < f->n_checks; i++) {
		const struct lev_whole_check *c = &f->check[i];

		open_place(w, NULL, false);
		if (strcmp(c->pool, LEV_POOL_DEFAULT))
			put(w, "pool", c->pool);
		for (unsigned int k = 0; k < c->n; k++)
			put(w, c->word[k].name, c->word[k].text);
		close_place(w);
	}
	close_place(w);
}

static void put_all(const struct writer *w, const struct lev_whole_file *f)
{
	char version[24];

	open_place(w, NULL, false);
	snprintf(version, sizeof(version), "%" PRIu64, f->version);
	put(w, "version", version);
	open_place(w, "cluster", false);
	put_words(w, &lev_kinds[0], f->whole->cluster);
	if (f->shared)
		put_devices(w, f->whole);
	close_place(w);
	for (const struct lev_kind *k = lev_kinds + 1; k->noun; k++)
		put_list(w, k, f);
	put_checks(w, f);
	close_place(w);
}

int lev_whole_write(const struct lev_whole_file *f, struct lev_out *out, FILE *file)
{
	struct writer w = { 0 };

	if (lev_out_is_json(out)) {
		w.out = out;
		put_all(&w, f);
		return 0;
	}
	w.yaml = lev_yaml_out_new(file);
	if (!w.yaml)
		return -1;
	put_all(&w, f);
	return lev_yaml_out_end(w.yaml);
}

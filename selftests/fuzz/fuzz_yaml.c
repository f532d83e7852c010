// SPDX-License-Identifier: GPL-2.0
/* sources: userspace/lib/yaml.c userspace/lib/yaml_out.c */
/* libraries: yaml-0.1 */
/*
 * Any bytes as a cluster's file: a tree in which each place makes sense, or a line that the file
 * has and words; and a tree is read as it was written.
 */
#include "fuzz.h"
#include "../../userspace/lib/yaml.h"
#include "../../userspace/lib/yaml_out.h"

static unsigned int lines;

static void check_place(const struct lev_yaml *y, bool in_map, unsigned int depth)
{
	const struct lev_yaml *in;

	fuzz_must(y->line >= 1 && y->line <= lines);
	fuzz_must(in_map == !!y->name);
	fuzz_must((y->kind == LEV_YAML_WORD) == !!y->text);
	fuzz_must(y->kind != LEV_YAML_WORD || !y->first);
	fuzz_must(y->kind == LEV_YAML_WORD || depth < LEV_YAML_DEPTH);
	for (in = y->first; in; in = in->next) {
		check_place(in, y->kind == LEV_YAML_MAP, depth + 1);
		if (in->name)
			fuzz_must(lev_yaml_find(y, in->name) == in);
	}
}

static void write_place(struct lev_yaml_out *out, const struct lev_yaml *y)
{
	const struct lev_yaml *in;

	if (y->kind == LEV_YAML_WORD) {
		lev_yaml_put(out, y->name, y->text);
		return;
	}
	lev_yaml_open(out, y->name, y->kind == LEV_YAML_LIST);
	for (in = y->first; in; in = in->next)
		write_place(out, in);
	lev_yaml_close(out);
}

/* The writer writes maps, lists of maps, and words with a name. */
static bool can_be_written(const struct lev_yaml *y)
{
	const struct lev_yaml *in;

	if (y->kind == LEV_YAML_WORD)
		return y->name;
	for (in = y->first; in; in = in->next)
		if (!can_be_written(in))
			return false;
	return true;
}

static bool same(const struct lev_yaml *a, const struct lev_yaml *b)
{
	for (; a && b; a = a->next, b = b->next)
		if (a->kind != b->kind || !a->name != !b->name ||
		    (a->name && strcmp(a->name, b->name)) ||
		    (a->text && strcmp(a->text, b->text)) || !same(a->first, b->first))
			return false;
	return !a && !b;
}

static void check_written(const struct lev_yaml *root)
{
	struct lev_yaml_error error;
	struct lev_yaml_out *out;
	struct lev_yaml *again;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	fuzz_must(f);
	out = lev_yaml_out_new(f);
	fuzz_must(out);
	write_place(out, root);
	fuzz_must(!lev_yaml_out_end(out));
	fclose(f);
	again = lev_yaml_parse(text, len, &error);
	fuzz_must(again);
	fuzz_must(same(root, again));
	lev_yaml_free(again);
	free(text);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct lev_yaml_error error = { 0 };
	char *text = (char *)fuzz_copy(data, size);
	struct lev_yaml *root;
	size_t i;

	/* libyaml takes more for a line end than a line feed. */
	lines = 1;
	for (i = 0; i < size; i++)
		lines += text[i] == '\n' || text[i] == '\r' || (text[i] & 0x80);
	root = lev_yaml_parse(text, size, &error);
	if (root) {
		check_place(root, false, 0);
		if (root->kind == LEV_YAML_MAP && can_be_written(root))
			check_written(root);
	} else {
		fuzz_must(error.line <= lines + 1);
		fuzz_must(*error.text && strlen(error.text) < sizeof(error.text));
	}
	lev_yaml_free(root);
	free(text);
	return 0;
}

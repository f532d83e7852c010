// SPDX-License-Identifier: GPL-2.0
/* sources: userspace/lib/yaml.c userspace/lib/yaml_out.c */
/* libraries: yaml-0.1 */
/*
 * Files of a cluster as trees of words: each word has its line, what is wrong has line and word,
 * and what is written reads as it was.
 */
#include "unit.h"
#include "../../userspace/lib/yaml.h"
#include "../../userspace/lib/yaml_out.h"

static struct lev_yaml_error error;

static struct lev_yaml *parse(const char *text)
{
	memset(&error, 0, sizeof(error));
	return lev_yaml_parse(text, strlen(text), &error);
}

static const struct lev_yaml *get(const struct lev_yaml *map, const char *name,
				  enum lev_yaml_kind kind, unsigned int line)
{
	const struct lev_yaml *y = lev_yaml_find(map, name);

	assert_non_null(y);
	assert_int_equal(y->kind, kind);
	assert_int_equal(y->line, line);
	return y;
}

static void words_have_lines(void **state)
{
	struct lev_yaml *root = parse("# a comment\n"
				      "version: 12\n"
				      "cluster:\n"
				      "  id: 7\n"
				      "  front: \"eth0\"\n"
				      "nodes:\n"
				      "- {id: 1,\n"
				      "   host: one}\n"
				      "- id: 2\n"
				      "servers: []\n"
				      "services:\n");
	const struct lev_yaml *y;

	(void)state;
	assert_non_null(root);
	assert_int_equal(root->kind, LEV_YAML_MAP);
	assert_string_equal(get(root, "version", LEV_YAML_WORD, 2)->text, "12");
	y = get(root, "cluster", LEV_YAML_MAP, 3);
	assert_string_equal(get(y, "id", LEV_YAML_WORD, 4)->text, "7");
	assert_string_equal(get(y, "front", LEV_YAML_WORD, 5)->text, "eth0");
	assert_null(lev_yaml_find(y, "back"));
	y = get(root, "nodes", LEV_YAML_LIST, 6)->first;
	assert_int_equal(y->line, 7);
	assert_string_equal(get(y, "host", LEV_YAML_WORD, 8)->text, "one");
	y = y->next;
	assert_int_equal(y->line, 9);
	assert_string_equal(get(y, "id", LEV_YAML_WORD, 9)->text, "2");
	assert_null(y->next);
	assert_null(get(root, "servers", LEV_YAML_LIST, 10)->first);
	assert_string_equal(get(root, "services", LEV_YAML_WORD, 11)->text, "");
	lev_yaml_free(root);
}

/* Text, line and words of what is wrong with it. */
static const struct {
	const char *text;
	unsigned int line;
	const char *says;
} bad[] = {
	{ "", 0, "there is nothing in it" },
	{ "# only words\n\n", 0, "there is nothing in it" },
	{ "a: 1\nb:\n\tc: 2\n", 3, "a tab" },
	{ "a: 1\nb: {c: 2\nd: 3\n", 3, "at \":\"" },
	{ "a: b: c\n", 1, "at \":\"" },
	{ "a: 1\n- b\n", 2, "at \"-\"" },
	{ "a: [1, 2\n", 2, "not YAML" },
	{ "a: 'open\n", 2, "not YAML" },
	{ "a: \"\\q\"\n", 1, "at \"\\q\"\"" },
	{ "a: 1\na: 2\n", 2, "\"a\" is given twice: line 1" },
	{ "a: {b: 1, c: 2, b: 3}\n", 1, "\"b\" is given twice" },
	{ "a: &anchor 1\n", 1, "\"&anchor\"" },
	{ "a: &anchor [1]\n", 1, "\"&anchor\"" },
	{ "a: &anchor {b: 1}\n", 1, "\"&anchor\"" },
	{ "a: 1\nb: *anchor\n", 2, "\"*anchor\"" },
	{ "a: !!int 1\n", 1, "tags are not known" },
	{ "a: !mine {b: 1}\n", 1, "\"!mine\"" },
	{ "{a: 1}: 2\n", 1, "a map cannot be a name" },
	{ "[a]: 2\n", 1, "a list cannot be a name" },
	{ "a: {b: {c: {d: 1}}}\n", 1, "a map too deep" },
	{ "a:\n- - - 1\n", 2, "a list too deep" },
	{ "a: 1\n---\nb: 2\n", 2, "a second document" },
	{ "a: 1\nb: \"x\\0y\"\n", 2, "\"x\": a byte of zero" },
	{ "a: 1\nb: \xff\n", 2, "not UTF-8" },
	{ "a: 1\n\nb: \x01\n", 3, "not UTF-8" },
	{ "\xc3\xa4: 1\n\xc3\xa4\xc3\xb6: @wrong\n", 2, "at \"@wrong\"" },
	{ "%YAML 3.0\n---\na: 1\n", 1, "not YAML" },
};

static void wrong_ones_are_named(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct lev_yaml *root = parse(bad[i].text);

		if (root || error.line != bad[i].line || !strstr(error.text, bad[i].says))
			fail_msg("%s: line %u: %s", bad[i].text, error.line, error.text);
	}
}

static void names_have_a_limit(void **state)
{
	char text[LEV_YAML_NAMES * 8 + 16] = "";
	struct lev_yaml *root;
	int i, at = 0;

	(void)state;
	for (i = 0; i < LEV_YAML_NAMES; i++)
		at += sprintf(text + at, "n%d: 1\n", i);
	root = parse(text);
	assert_non_null(root);
	lev_yaml_free(root);
	sprintf(text + at, "more: 1\n");
	assert_null(parse(text));
	assert_int_equal(error.line, LEV_YAML_NAMES + 1);
	assert_non_null(strstr(error.text, "\"more\""));
}

static struct lev_yaml *read_bytes(size_t len, char fill)
{
	char *text = malloc(len);
	struct lev_yaml *root;
	FILE *f;

	assert_non_null(text);
	memset(text, '\n', len);
	text[0] = fill;
	f = fmemopen(text, len, "r");
	assert_non_null(f);
	memset(&error, 0, sizeof(error));
	root = lev_yaml_read(f, &error);
	fclose(f);
	free(text);
	return root;
}

static void files_have_a_limit(void **state)
{
	struct lev_yaml *root = read_bytes(LEV_YAML_SIZE, 'a');

	(void)state;
	assert_non_null(root);
	assert_string_equal(root->text, "a");
	lev_yaml_free(root);
	assert_null(read_bytes(LEV_YAML_SIZE + 1, 'a'));
	assert_int_equal(error.line, 0);
	assert_non_null(strstr(error.text, "more than 1048576 bytes"));
}

static void what_is_written_is_read(void **state)
{
	static const char *const words[] = {
		"eth0", "", " a b ", "null", "1", "fd00::1", "a: b", "#x", "'", "\"", "{", "- x",
		"\xc3\xa4", "&a", "*a", "!x", "%", "@", "a\nb", "\t",
	};
	struct lev_yaml_out *out;
	struct lev_yaml *root;
	const struct lev_yaml *y;
	char *text = NULL;
	size_t len, i;
	FILE *f = open_memstream(&text, &len);

	(void)state;
	assert_non_null(f);
	out = lev_yaml_out_new(f);
	assert_non_null(out);
	lev_yaml_open(out, NULL, false);
	lev_yaml_put(out, "version", "5");
	lev_yaml_open(out, "things", true);
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		lev_yaml_open(out, NULL, false);
		lev_yaml_put(out, "word", words[i]);
		lev_yaml_close(out);
	}
	lev_yaml_close(out);
	lev_yaml_open(out, "none", true);
	lev_yaml_close(out);
	lev_yaml_close(out);
	assert_int_equal(lev_yaml_out_end(out), 0);
	fclose(f);
	assert_ptr_equal(strstr(text, "version: 5\nthings:\n- {word: eth0}\n"), text);
	root = lev_yaml_parse(text, len, &error);
	if (!root)
		fail_msg("line %u: %s in %s", error.line, error.text, text);
	y = lev_yaml_find(root, "things")->first;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++, y = y->next)
		assert_string_equal(lev_yaml_find(y, "word")->text, words[i]);
	assert_null(y);
	assert_null(lev_yaml_find(root, "none")->first);
	lev_yaml_free(root);
	free(text);
}

static void what_cannot_be_written_is_told(void **state)
{
	FILE *full = fopen("/dev/full", "w");
	struct lev_yaml_out *out;

	(void)state;
	if (!full)
		skip();
	setbuf(full, NULL);
	out = lev_yaml_out_new(full);
	assert_non_null(out);
	lev_yaml_open(out, NULL, false);
	lev_yaml_put(out, "version", "5");
	lev_yaml_close(out);
	assert_int_equal(lev_yaml_out_end(out), -1);
	fclose(full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_have_lines),
		cmocka_unit_test(wrong_ones_are_named),
		cmocka_unit_test(names_have_a_limit),
		cmocka_unit_test(files_have_a_limit),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(what_cannot_be_written_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

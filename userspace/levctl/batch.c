// SPDX-License-Identifier: GPL-2.0
/*
 * Batch files: one command a line, without the word levctl. Owns the file while it runs;
 * called by main.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "levctl.h"

#define WORDS_MAX	64

/*
 * Cuts a line into words, in place: at blanks, up to a word that begins with #; "..." and
 * '...' hold blanks together. Returns how many, or -1 if a quote is not closed or there are
 * too many.
 */
static int cut(char *line, char *words[WORDS_MAX])
{
	static const char blanks[] = " \t\r\n";
	int n = 0;

	for (;;) {
		line += strspn(line, blanks);
		if (!*line || *line == '#')
			return n;
		if (n == WORDS_MAX)
			return -1;
		if (*line == '"' || *line == '\'') {
			char *end = strchr(line + 1, *line);

			if (!end)
				return -1;
			words[n++] = line + 1;
			line = end;
		} else {
			words[n++] = line;
			line += strcspn(line, blanks);
			if (!*line)
				return n;
		}
		*line++ = '\0';
	}
}

static int run_line(struct ctl *ctl, char *line)
{
	char *words[WORDS_MAX];
	int n = cut(line, words);

	ctl->command = NULL;
	ctl->verb = NULL;
	if (n < 0)
		return say_wrong(ctl, "a quote is not closed, or there are more than %d words",
				 WORDS_MAX);
	return n ? run_command(ctl, n, words) : DONE;
}

int run_batch(struct ctl *ctl, const char *file)
{
	bool from_stdin = !strcmp(file, "-");
	FILE *f = from_stdin ? stdin : fopen(file, "re");
	size_t size = 0;
	char *line = NULL;
	int ret = DONE;

	if (!f)
		return say_wrong(ctl, "\"-b\": \"%s\": %s", file, strerror(errno));
	ctl->batch = from_stdin ? "stdin" : file;
	errno = 0;
	while (!ret && getline(&line, &size, f) >= 0) {
		ctl->line++;
		ret = run_line(ctl, line);
	}
	if (!ret && ferror(f)) {
		ctl->command = NULL;
		ret = say_wrong(ctl, "%s", strerror(errno));
	}
	free(line);
	if (!from_stdin)
		fclose(f);
	return ret;
}

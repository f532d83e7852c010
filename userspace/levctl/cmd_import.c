// SPDX-License-Identifier: GPL-2.0
/*
 * levctl import: what another balancer's config says, as a file that levctl apply reads, and on
 * stderr each thing that could not be carried over. Needs no module. Called by main.c.
 */
#include <errno.h>
#include <glob.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "levctl.h"
#include "../lib/import_ipvsadm.h"
#include "../lib/import_keepalived.h"
#include "../lib/whole_out.h"

#define FILE_SIZE	(1 << 20)

/**
 * struct import - a run of the command
 * @ctl: the run
 * @im: what is made
 * @reader: of keepalived's form
 * @name: of the files read, which messages name
 * @n_names: how many
 */
struct import {
	struct ctl *ctl;
	struct lev_import *im;
	struct lev_stanza_reader *reader;
	char *name[LEV_STANZA_FILES + 1];
	unsigned int n_names;
};

/* From here on messages are about this place. */
static void at(struct ctl *ctl, const char *file, unsigned int line)
{
	ctl->batch = file;
	ctl->line = line;
}

static void say_left_out(const struct lev_place *place, const char *text, void *arg)
{
	const struct import *i = arg;

	at(i->ctl, place->file ? place->file : i->name[0], place->line);
	say_wrong(i->ctl, "%s", text);
}

/* A file's text, to be freed, or NULL with errno; @name: also "-". */
static char *read_file(const char *name, size_t *len)
{
	bool from_stdin = !strcmp(name, "-");
	FILE *f = from_stdin ? stdin : fopen(name, "re");
	char *text = f ? malloc(FILE_SIZE + 1) : NULL;
	int err = 0;

	if (f && text) {
		errno = 0;
		*len = fread(text, 1, FILE_SIZE + 1, f);
		err = ferror(f) ? errno : *len > FILE_SIZE ? EFBIG : 0;
	} else {
		err = errno;
	}
	if (f && !from_stdin)
		fclose(f);
	if (!err)
		return text;
	free(text);
	errno = err;
	return NULL;
}

static const char *keep_name(struct import *i, const char *name)
{
	if (i->n_names == LEV_STANZA_FILES + 1)
		return NULL;
	i->name[i->n_names] = strdup(strcmp(name, "-") ? name : "stdin");
	return i->name[i->n_names] ? i->name[i->n_names++] : NULL;
}

static int read_included(struct import *i, struct lev_stanza_reader *r, const char *path)
{
	const char *name = keep_name(i, path);
	size_t len;
	char *text = name ? read_file(path, &len) : NULL;
	int ret;

	if (!name)
		return lev_stanza_wrong(r, "\"%s\": no room for more than %d files", path,
					LEV_STANZA_FILES);
	if (!text)
		return lev_stanza_wrong(r, "\"%s\": %s", path, strerror(errno));
	ret = lev_stanza_text(r, name, text, len);
	free(text);
	return ret;
}

/* A pattern, from the directory of the file that includes; it may match none, a name may not. */
static int include(struct lev_stanza_reader *r, const char *from, const char *name, void *arg)
{
	char pattern[PATH_MAX], dir[PATH_MAX];
	struct import *i = arg;
	glob_t found;
	int ret;

	snprintf(dir, sizeof(dir), "%s", from);
	if (snprintf(pattern, sizeof(pattern), "%s%s%s", *name == '/' ? "" : dirname(dir),
		     *name == '/' ? "" : "/", name) >= (int)sizeof(pattern))
		return lev_stanza_wrong(r, "\"%s\": %s", name, strerror(ENAMETOOLONG));
	ret = glob(pattern, GLOB_MARK, NULL, &found);
	if (ret == GLOB_NOMATCH)
		return strpbrk(name, "*?[") ? 0 :
		       lev_stanza_wrong(r, "\"%s\": there is no such file", name);
	if (ret)
		return lev_stanza_wrong(r, "\"%s\": %s", name,
					strerror(ret == GLOB_NOSPACE ? ENOMEM : EACCES));
	for (size_t k = 0; k < found.gl_pathc && !ret; k++) {
		const char *path = found.gl_pathv[k];

		if (path[strlen(path) - 1] != '/')
			ret = read_included(i, r, path);
	}
	globfree(&found);
	return ret;
}

static int from_keepalived(struct import *i, const char *text, size_t len)
{
	const struct lev_stanza_error *e;

	i->reader = lev_stanza_new(include, i);
	if (!i->reader)
		return say_failed(i->ctl, "%s", strerror(ENOMEM));
	if (!lev_stanza_text(i->reader, i->name[0], text, len))
		return lev_import_keepalived(i->im, lev_stanza_first(i->reader)) ?
		       say_failed(i->ctl, "%s", strerror(ENOMEM)) : DONE;
	e = lev_stanza_error(i->reader);
	at(i->ctl, e->file, e->line);
	return say_wrong(i->ctl, "%s", e->text);
}

static int from_ipvsadm(struct import *i, const char *text, size_t len)
{
	unsigned int line;
	char error[160];

	if (!lev_import_ipvsadm(i->im, i->name[0], text, len, &line, error))
		return DONE;
	at(i->ctl, i->name[0], line);
	return say_wrong(i->ctl, "%s", error);
}

static const struct {
	const char *name;
	int (*read)(struct import *i, const char *text, size_t len);
} kinds[] = {
	{ "keepalived", from_keepalived },
	{ "ipvsadm", from_ipvsadm },
};

static int write_file(struct import *i)
{
	const struct lev_whole_file file = {
		.whole = &i->im->whole, .version = 1, .shared = true,
		.host = *i->im->host ? i->im->host : NULL, .check = i->im->check,
		.n_checks = i->im->n_checks,
	};

	at(i->ctl, i->name[0], 0);
	if (!lev_import_end(i->im)) {
		at(i->ctl, i->name[0], 0);
		return say_wrong(i->ctl, "there is nothing in it that a cluster could have");
	}
	at(i->ctl, NULL, 0);
	return lev_whole_write(&file, i->ctl->out, stdout) ?
	       say_failed(i->ctl, "cannot write") : DONE;
}

static int import(struct import *i, size_t kind, const char *name)
{
	size_t len;
	char *text = read_file(name, &len);
	int ret;

	if (!text)
		return say_wrong(i->ctl, "\"%s\": %s", name, strerror(errno));
	i->im = lev_import_new(say_left_out, i);
	if (!i->im || !keep_name(i, name))
		ret = say_failed(i->ctl, "%s", strerror(ENOMEM));
	else
		ret = kinds[kind].read(i, text, len);
	if (!ret)
		ret = write_file(i);
	free(text);
	return ret;
}

static int run(struct ctl *ctl, int argc, char **argv)
{
	const char *batch = ctl->batch;
	unsigned int line = ctl->line;
	struct import i = { .ctl = ctl };
	size_t kind = 0;
	int ret;

	if (!argc)
		return say_wrong(ctl, "a kind is missing: keepalived, ipvsadm");
	while (kind < ARRAY_SIZE(kinds) && strcmp(kinds[kind].name, argv[0]))
		kind++;
	if (kind == ARRAY_SIZE(kinds))
		return say_wrong(ctl, "\"%s\" is not one of: keepalived, ipvsadm", argv[0]);
	ctl->verb = kinds[kind].name;
	if (argc > 2)
		ret = say_wrong(ctl, "\"%s\" is a word too many", argv[2]);
	else if (argc < 2 && kinds[kind].read == from_keepalived)
		ret = say_wrong(ctl, "a file is missing");
	else
		ret = import(&i, kind, argc > 1 ? argv[1] : "-");
	lev_stanza_free(i.reader);
	lev_import_free(i.im);
	while (i.n_names)
		free(i.name[--i.n_names]);
	at(ctl, batch, line);
	ctl->verb = NULL;
	return ret;
}

const struct command cmd_import = {
	.name = "import",
	.about = "a file that apply reads, from keepalived's or ipvsadm's",
	.grammar =
		"levctl import keepalived FILE\n"
		"levctl import ipvsadm [FILE]\n",
	.help =
		"FILE is a keepalived.conf, or what \"ipvsadm-save -n\" writes; -: standard\n"
		"input. The cluster's file goes to stdout, and each thing that could not be\n"
		"carried over to stderr, with its line. Nothing is changed: look it over, name\n"
		"your devices and nodes, and apply it.\n",
	.example =
		"levctl import keepalived /etc/keepalived/keepalived.conf >lev0.yaml\n"
		"ipvsadm-save -n | levctl import ipvsadm >lev0.yaml\n",
	.run = run,
};

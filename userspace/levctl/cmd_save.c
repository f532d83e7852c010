// SPDX-License-Identifier: GPL-2.0
/*
 * levctl save: the whole of a cluster as a file that levctl apply reads. Called by main.c.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "whole_ask.h"
#include "../lib/yaml_out.h"

/**
 * struct save - a file that is written: as YAML, or through the printer as JSON, which is YAML too
 * @out: the printer, or NULL
 * @yaml: the other one, or NULL
 */
struct save {
	struct lev_out *out;
	struct lev_yaml_out *yaml;
};

static void open_place(const struct save *s, const char *name, bool list)
{
	if (s->yaml)
		lev_yaml_open(s->yaml, name, list);
	else if (list)
		lev_out_array(s->out, name);
	else
		lev_out_object(s->out, name);
}

static void close_place(const struct save *s)
{
	if (s->yaml)
		lev_yaml_close(s->yaml);
	else
		lev_out_close(s->out);
}

static void put(const struct save *s, const char *name, const char *value)
{
	if (s->yaml)
		lev_yaml_put(s->yaml, name, value);
	else
		lev_out_str(s->out, name, LEV_JSON_ONLY, value);
}

/* What is as it would be without a word is not said. */
static void put_words(const struct save *s, const struct lev_kind *k, const void *thing)
{
	char buf[LEV_VALUE_STR];

	for (const struct lev_field *f = k->fields; f->word; f++) {
		const char *value = lev_field_str(f, thing, buf);

		if (value && !f->local && !lev_field_initial(f, thing))
			put(s, f->word, value);
	}
}

/* Of other nodes the kernel knows neither name nor devices. */
static void put_own(const struct save *s, const struct whole_now *now)
{
	char host[256];

	if (gethostname(host, sizeof(host)))
		host[0] = '\0';
	host[sizeof(host) - 1] = '\0';
	if (*host)
		put(s, "host", host);
	put(s, "front", now->whole.cluster->front);
	put(s, "back", now->whole.cluster->back);
	if (now->keyed)
		put(s, "key", "keep");
}

static void put_list(const struct save *s, const struct lev_kind *k, const struct whole_now *now)
{
	unsigned int n = lev_whole_count(&now->whole, k);

	open_place(s, k->list, true);
	for (unsigned int i = 0; i < n; i++) {
		const void *thing = lev_whole_thing(&now->whole, k, i);

		open_place(s, NULL, false);
		put_words(s, k, thing);
		if (k->nest == LEV_A_NODE && now->whole.node[i].id == now->whole.cluster->self)
			put_own(s, now);
		close_place(s);
	}
	close_place(s);
}

static void put_all(const struct save *s, const struct whole_now *now)
{
	char version[24];

	open_place(s, NULL, false);
	snprintf(version, sizeof(version), "%" PRIu64, now->version);
	put(s, "version", version);
	open_place(s, "cluster", false);
	put_words(s, &lev_kinds[0], now->whole.cluster);
	close_place(s);
	for (const struct lev_kind *k = lev_kinds + 1; k->noun; k++)
		put_list(s, k, now);
	close_place(s);
}

static int save(struct ctl *ctl, const struct whole_now *now)
{
	struct save s = { 0 };
	int ret;

	if (lev_out_is_json(ctl->out)) {
		s.out = ctl->out;
		put_all(&s, now);
		return DONE;
	}
	s.yaml = lev_yaml_out_new(stdout);
	if (!s.yaml)
		return say_failed(ctl, "%s", strerror(ENOMEM));
	put_all(&s, now);
	ret = lev_yaml_out_end(s.yaml);
	return ret ? say_failed(ctl, "cannot write") : DONE;
}

static int run(struct ctl *ctl, int argc, char **argv)
{
	struct args args = { 0 };
	struct whole_now *now;
	int ret;

	if (!argc)
		return say_wrong(ctl, "a device is missing (example: lev0)");
	if (argc > 1)
		return say_wrong(ctl, "\"%s\" is a word too many", argv[1]);
	ret = args_device(ctl, &args, argv[0]);
	if (ret)
		return ret;
	now = calloc(1, sizeof(*now));
	if (!now)
		return say_failed(ctl, "%s", strerror(ENOMEM));
	ret = whole_ask(ctl, args.device, now);
	if (!ret)
		ret = save(ctl, now);
	free(now);
	return ret;
}

const struct command cmd_save = {
	.name = "save",
	.about = "a cluster as a file that apply reads",
	.grammar = "levctl save DEVICE\n",
	.help =
		"The newest config, pending or in force, and what is this node's own. What only the\n"
		"others know is to be added to their entries: host, front, back and key. The kernel\n"
		"does not tell the key: \"key: keep\" leaves a cluster the one that it has.\n",
	.example = "levctl save lev0 >/etc/leveler/lev0.yaml\n",
	.run = run,
};

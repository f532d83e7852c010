// SPDX-License-Identifier: GPL-2.0
/*
 * levctl apply: makes a cluster what a file says, as one change, or says what would change. Called
 * by main.c.
 */
#include <errno.h>
#include <inttypes.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/genetlink.h>

#include "file.h"
#include "whole_ask.h"

/**
 * struct apply - a run of the command
 * @device: the cluster's
 * @name: of the file
 * @check: nothing is to be changed
 * @node: id of this node; 0: it goes by its host's name
 * @file: the file, read
 * @there: the cluster is there
 * @now: then, what it is
 * @wanted: what it is to be
 * @rekeys: the kernel says that the key is another one
 */
struct apply {
	const char *device;
	const char *name;
	bool check;
	uint32_t node;
	struct file file;
	bool there;
	struct whole_now now;
	struct lev_whole wanted;
	bool rekeys;
};

static const struct word words[] = {
	{
		.name = "file", .kind = WORD_DEVICE, .positional = true,
		.help = "YAML, see leveler.conf(5); -: standard input",
	}, {
		.name = "check", .kind = WORD_DEVICE,
		.help = "check all of it and show what would change; without a value",
	}, {
		.name = "node", .kind = WORD_NUMBER, .min = 1, .max = LEV_NODE_ID_MAX,
		.help = "id of this node; not said: the one whose \"host\" is this machine's name",
	}, { 0 }
};

static int read_line(struct ctl *ctl, struct apply *a, int argc, char **argv)
{
	struct args args = { 0 };
	int ret;

	if (!argc)
		return say_wrong(ctl, "a device is missing (example: lev0)");
	ret = args_device(ctl, &args, argv[0]);
	if (ret)
		return ret;
	if (argc < 2)
		return say_wrong(ctl, "a file is missing");
	a->device = argv[0];
	a->name = argv[1];
	for (int i = 2; i < argc; i++) {
		if (!strcmp(argv[i], "check") && !a->check) {
			a->check = true;
		} else if (!strcmp(argv[i], "node") && !a->node) {
			if (++i == argc)
				return say_wrong(ctl, "\"node\" has no value behind it");
			if (lev_parse_number(argv[i], &a->node) == -EINVAL)
				return say_wrong(ctl, "\"node\": \"%s\" is not a number", argv[i]);
			if (a->node < 1 || a->node > LEV_NODE_ID_MAX)
				return say_wrong(ctl, "\"node\": \"%s\" is out of range (1..%u)",
						 argv[i], LEV_NODE_ID_MAX);
		} else {
			return say_wrong(ctl, "\"%s\" is not a word that fits here", argv[i]);
		}
	}
	return DONE;
}

/* What is there now, where that is of interest. */
static int look(struct ctl *ctl, struct apply *a)
{
	int ret;

	a->there = if_nametoindex(a->device);
	if (a->there && (a->check || a->file.keep_key)) {
		ctl->line = 0;
		ctl->verb = NULL;
		ret = whole_ask(ctl, a->device, &a->now);
		if (ret)
			return ret;
	}
	if (!a->file.keep_key || a->now.keyed)
		return DONE;
	ctl->line = a->file.keep_key;
	ctl->verb = "node";
	return say_wrong(ctl, "\"key\": \"keep\": %s: name the key's file",
			 a->there ? "the cluster has no key" : "there is no such cluster yet");
}

static void take_answer(struct nlattr *tb[LEV_A_MAX + 1], void *arg)
{
	struct nlattr *nla = tb[LEV_A_CONFIG] ?
		nla_find(nla_data(tb[LEV_A_CONFIG]), nla_len(tb[LEV_A_CONFIG]),
			 LEV_CONFIG_A_REKEYS) : NULL;
	struct apply *a = arg;

	a->rekeys = nla && nla_get_u8(nla);
}

/* The request, read back as the kernel reads it. */
static int read_back(struct ctl *ctl, struct apply *a, struct nl_msg *msg)
{
	struct nlattr *nla;
	int rem;

	nlmsg_for_each_attr(nla, nlmsg_hdr(msg), GENL_HDRLEN, rem) {
		if (lev_whole_add(&a->wanted, nla))
			return say_failed(ctl, "no room for the request");
	}
	return DONE;
}

static void put_or_null(struct lev_out *o, const char *key, const char *value)
{
	if (value)
		lev_out_str(o, key, LEV_CELL, value);
	else
		lev_out_null(o, key, LEV_CELL, "-");
}

static void show_difference(const struct lev_difference *d, void *arg)
{
	struct lev_out *o = arg;

	lev_out_row(o);
	lev_out_str(o, "change", LEV_CELL, d->change);
	lev_out_str(o, "noun", LEV_CELL, d->noun);
	put_or_null(o, "name", *d->name ? d->name : NULL);
	put_or_null(o, "word", d->word);
	put_or_null(o, "from", d->from);
	put_or_null(o, "to", d->to);
	lev_out_row_end(o);
}

static void show_set(struct lev_out *o, const char *noun, const char *word, const char *from,
		     const char *to)
{
	const struct lev_difference d = {
		.change = "set", .noun = noun, .name = "", .word = word, .from = from, .to = to,
	};

	show_difference(&d, o);
}

/* Number and key are no words of a thing. */
static void show_rest(struct lev_out *o, const struct apply *a)
{
	const struct arg *key = args_find(&a->file.cluster, LEV_CLUSTER_A_KEY);
	char from[24], to[24];

	if (!a->there)
		return;
	if (a->file.version > a->now.version) {
		snprintf(from, sizeof(from), "%" PRIu64, a->now.version);
		snprintf(to, sizeof(to), "%u", a->file.version);
		show_set(o, "config", "version", from, to);
	}
	if (a->rekeys)
		show_set(o, "cluster", "key", a->now.keyed ? "a key" : "none",
			 !key->key_len ? "none" : a->now.keyed ? "another key" : "a key");
}

static void show(struct ctl *ctl, struct apply *a)
{
	lev_out_table(ctl->out, NULL, "", "CHANGE\tNOUN\tNAME\tWORD\tFROM\tTO");
	show_rest(ctl->out, a);
	lev_whole_compare(&a->now.whole, &a->wanted, show_difference, ctl->out);
	lev_out_table_end(ctl->out);
}

/* The file is read. */
static int send_file(struct ctl *ctl, struct apply *a)
{
	struct nl_msg *msg;
	int ret;

	ret = look(ctl, a);
	if (ret)
		return ret;
	msg = file_message(ctl, &a->file, a->device, a->check);
	if (!msg)
		return REFUSED;
	ret = read_back(ctl, a, msg);
	if (!ret && lev_nl_do(ctl->nl, msg, take_answer, a))
		ret = file_refused(ctl, &a->file);
	if (!ret && a->check)
		show(ctl, a);
	nlmsg_free(msg);
	return ret;
}

int file_apply(struct ctl *ctl, struct file *file, const char *device)
{
	struct apply *a = calloc(1, sizeof(*a));
	int ret;

	if (!a)
		return say_failed(ctl, "%s", strerror(ENOMEM));
	a->device = device;
	a->file = *file;
	ret = send_file(ctl, a);
	*file = a->file;
	/* There may be a key in it. */
	explicit_bzero(&a->file.cluster, sizeof(a->file.cluster));
	free(a);
	return ret;
}

static int run(struct ctl *ctl, int argc, char **argv)
{
	struct apply *a = calloc(1, sizeof(*a));
	const char *batch = ctl->batch;
	unsigned int line = ctl->line;
	int ret;

	if (!a)
		return say_failed(ctl, "%s", strerror(ENOMEM));
	ret = read_line(ctl, a, argc, argv);
	if (!ret)
		ret = file_read(ctl, &a->file, a->name, a->node);
	if (!ret)
		ret = send_file(ctl, a);
	file_free(&a->file);
	free(a);
	ctl->batch = batch;
	ctl->line = line;
	ctl->verb = NULL;
	return ret;
}

const struct command cmd_apply = {
	.name = "apply",
	.about = "make a cluster what a file says, as one change",
	.grammar = "levctl apply DEVICE FILE [check] [node ID]\n",
	.words = words,
	.help =
		"The file is the same on each node. All of it is checked first; then what differs\n"
		"takes effect at once, as any change does, or nothing at all. What is not in the\n"
		"file goes. A cluster that is not there yet is made. The file has a number, its\n"
		"version: another content needs a higher one than what is there.\n",
	.example =
		"levctl apply lev0 /etc/leveler/lev0.yaml check\n"
		"levctl apply lev0 /etc/leveler/lev0.yaml\n",
	.run = run,
};

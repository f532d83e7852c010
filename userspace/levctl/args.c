// SPDX-License-Identifier: GPL-2.0
/*
 * Reads a command line by a noun's table of words, in any order, and writes it into a
 * netlink request. Owns no state; called by noun.c and by the commands that take a device.
 */
#include <string.h>
#include <netlink/attr.h>

#include "args.h"

int args_device(const struct ctl *ctl, struct args *args, const char *text)
{
	if (!lev_is_device_name(text))
		return say_wrong(ctl, "\"%s\" is not a device's name", text);
	args->device = text;
	return DONE;
}

int args_one_device(const struct ctl *ctl, struct args *args, int argc, char **argv)
{
	if (argc > 1)
		return say_wrong(ctl, "\"%s\" is a word too many", argv[1]);
	return argc ? args_device(ctl, args, argv[0]) : DONE;
}

const struct arg *args_find(const struct args *args, uint16_t attr)
{
	for (unsigned int i = 0; i < args->n; i++) {
		if (args->arg[i].word->attr == attr)
			return &args->arg[i];
	}
	return NULL;
}

static int add_arg(const struct ctl *ctl, struct args *args, const struct word *w,
		   const char *text)
{
	struct arg *arg = &args->arg[args->n];

	if (args->n == ARGS_MAX)
		return say_wrong(ctl, "\"%s\" is a word too many", text);
	arg->word = w;
	arg->text = text;
	arg->line = ctl->line;
	args->n++;
	return read_value(ctl, arg);
}

/* The word that is typed as @name with @verb, or NULL. */
static const struct word *find_word(const struct word *words, enum verb verb, const char *name)
{
	for (const struct word *w = words; w->name; w++) {
		if (!w->positional && w->verbs & verb && !strcmp(w->name, name))
			return w;
	}
	return NULL;
}

/* The words that have no name before them; @used: how many there were. */
static int read_positional(const struct ctl *ctl, struct args *args, enum verb verb,
			   int argc, char **argv, int *used)
{
	*used = 0;
	for (const struct word *w = args->words; w->name && w->positional; w++) {
		int ret;

		if (!(w->verbs & verb))
			continue;
		/* Where it may be left out, what follows may be the name of another word. */
		if (*used == argc || (!(w->needed & verb) &&
				      find_word(args->words, verb, argv[*used])))
			return DONE;
		ret = add_arg(ctl, args, w, argv[*used]);
		if (ret)
			return ret;
		++*used;
	}
	return DONE;
}

int args_word(const struct ctl *ctl, struct args *args, const char *name, const char *text)
{
	const struct word *w = args->words;

	while (w->name && (!(w->verbs & ADD) || strcmp(w->name, name)))
		w++;
	if (!w->name)
		return say_wrong(ctl, "\"%s\" is not a word that fits here", name);
	return add_arg(ctl, args, w, text);
}

int args_needed(const struct ctl *ctl, const struct args *args, enum verb verb)
{
	bool change = false;

	for (const struct word *w = args->words; w->name; w++) {
		if (w->needed & verb && !args_find(args, w->attr))
			return say_wrong(ctl, "\"%s\" is missing", w->name);
	}
	for (unsigned int i = 0; i < args->n; i++)
		change |= !args->arg[i].word->key;
	if (verb == SET && !change)
		return say_wrong(ctl, "nothing to set is named");
	return DONE;
}

int args_read(const struct ctl *ctl, struct args *args, const struct word *words,
	      enum verb verb, int argc, char **argv)
{
	int i, ret;

	args->words = words;
	ret = read_positional(ctl, args, verb, argc, argv, &i);
	for (; !ret && i < argc; i += 2) {
		const struct word *w = find_word(words, verb, argv[i]);

		if (!w)
			return say_wrong(ctl, "\"%s\" is not a word that fits here", argv[i]);
		if (args_find(args, w->attr))
			return say_wrong(ctl, "\"%s\" is given twice", argv[i]);
		if (i + 1 == argc)
			return say_wrong(ctl, "\"%s\" has no value behind it", argv[i]);
		ret = add_arg(ctl, args, w, argv[i + 1]);
	}
	return ret ? ret : args_needed(ctl, args, verb);
}

static int put_arg(struct nl_msg *msg, const struct arg *arg)
{
	switch (arg->word->kind) {
	case WORD_NUMBER:
	case WORD_TIME:
	case WORD_TIME_OR_NEVER:
	case WORD_NAME:
	case WORD_PROTO:
		return nla_put_u32(msg, arg->word->attr, arg->number);
	case WORD_DEVICE:
	case WORD_POOL:
	case WORD_TEXT:
		return nla_put_string(msg, arg->word->attr, arg->text);
	case WORD_ADDRESS:
		return nla_put(msg, arg->word->attr, arg->ip.len, arg->ip.b);
	case WORD_KEY:
		return nla_put(msg, arg->word->attr, arg->key_len, arg->key);
	}
	return -1;
}

int args_put(struct args *args, struct nl_msg *msg, uint16_t nest)
{
	struct nlattr *start;

	if (args->device) {
		args->device_offset = lev_nl_here(msg);
		if (nla_put_string(msg, LEV_A_IFNAME, args->device))
			return -1;
	}
	if (!nest || !args->n)
		return 0;

	args->nest_offset = lev_nl_here(msg);
	start = nla_nest_start(msg, nest | NLA_F_NESTED);
	if (!start)
		return -1;
	for (unsigned int i = 0; i < args->n; i++) {
		args->arg[i].offset = lev_nl_here(msg);
		if (put_arg(msg, &args->arg[i]))
			return -1;
	}
	return nla_nest_end(msg, start);
}

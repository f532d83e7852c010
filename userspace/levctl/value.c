// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the value of one word, as the word's table says, or says what is wrong with it. Owns
 * no state; called by args.c.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "args.h"

static int wrong(const struct ctl *ctl, const struct arg *arg, const char *what)
{
	return say_wrong(ctl, "\"%s\": \"%s\" %s", arg->word->name, arg->text, what);
}

static bool in_range(const struct word *w, uint32_t v)
{
	return (v >= w->min && v <= w->max) || (w->zero && !v);
}

static int read_number(const struct ctl *ctl, struct arg *arg)
{
	const struct word *w = arg->word;
	int err = lev_parse_number(arg->text, &arg->number);

	if (err == -EINVAL)
		return wrong(ctl, arg, "is not a number");
	if (err || !in_range(w, arg->number))
		return say_wrong(ctl, "\"%s\": \"%s\" is out of range (%u..%u)",
				 w->name, arg->text, w->min, w->max);
	return DONE;
}

static int read_time(const struct ctl *ctl, struct arg *arg)
{
	char min[LEV_TIME_STR], max[LEV_TIME_STR];
	const struct word *w = arg->word;
	bool never = w->kind == WORD_TIME_OR_NEVER;
	int err;

	if (never && !strcmp(arg->text, "never")) {
		arg->number = LEV_FAILBACK_NEVER;
		return DONE;
	}
	err = lev_parse_time(arg->text, &arg->number);
	if (err == -EINVAL)
		return say_wrong(ctl, "\"%s\": \"%s\" is not a time (examples: 100ms, 10s, 2m%s)",
				 w->name, arg->text, never ? ", never" : "");
	if (err || !in_range(w, arg->number))
		return say_wrong(ctl, "\"%s\": \"%s\" is out of range (%s%s..%s%s)",
				 w->name, arg->text, w->zero ? "0, or " : "",
				 lev_time_str(w->min, min), lev_time_str(w->max, max),
				 never ? ", or never" : "");
	return DONE;
}

static int read_name(const struct ctl *ctl, struct arg *arg)
{
	const struct lev_names *names = arg->word->names;
	int v = lev_parse_name(names, arg->text);
	char list[64] = "";

	if (v >= 0) {
		arg->number = v;
		return DONE;
	}
	for (unsigned int i = 0; i < names->n; i++) {
		size_t at = strlen(list);

		snprintf(list + at, sizeof(list) - at, "%s%s", i ? ", " : "", names->name[i]);
	}
	return say_wrong(ctl, "\"%s\": \"%s\" is not one of: %s", arg->word->name, arg->text,
			 list);
}

static int read_pool(const struct ctl *ctl, struct arg *arg)
{
	size_t len = strlen(arg->text);

	if (len < 1 || len >= LEV_POOL_SIZE)
		return say_wrong(ctl, "\"%s\": \"%s\" is not a pool's name (1..%d bytes)",
				 arg->word->name, arg->text, LEV_POOL_SIZE - 1);
	for (const char *s = arg->text; *s; s++) {
		if (!isgraph((unsigned char)*s))
			return wrong(ctl, arg, "is not a pool's name (no spaces in it)");
	}
	return DONE;
}

static int read_proto(const struct ctl *ctl, struct arg *arg)
{
	switch (lev_parse_proto(arg->text, &arg->number)) {
	case 0:
		return DONE;
	case -ERANGE:
		return wrong(ctl, arg, "is out of range (1..255)");
	}
	return wrong(ctl, arg, "is not a protocol (tcp, udp, sctp, dccp, udplite, or a number)");
}

int read_value(const struct ctl *ctl, struct arg *arg)
{
	switch (arg->word->kind) {
	case WORD_NUMBER:
		return read_number(ctl, arg);
	case WORD_TIME:
	case WORD_TIME_OR_NEVER:
		return read_time(ctl, arg);
	case WORD_NAME:
		return read_name(ctl, arg);
	case WORD_DEVICE:
		if (lev_is_device_name(arg->text))
			return DONE;
		return wrong(ctl, arg, "is not a device's name");
	case WORD_POOL:
		return read_pool(ctl, arg);
	case WORD_ADDRESS:
		return lev_parse_ip(arg->text, &arg->ip) ? DONE :
			wrong(ctl, arg, "is not an IPv4 or IPv6 address");
	case WORD_PROTO:
		return read_proto(ctl, arg);
	case WORD_KEY:
		if (!strcmp(arg->text, "none"))
			return DONE;
		return read_key(ctl, arg->word->name, arg->text, arg->key, &arg->key_len);
	case WORD_TEXT:
		return *arg->text ? DONE :
			say_wrong(ctl, "\"%s\" has no value", arg->word->name);
	}
	return WRONG_WORDS;
}

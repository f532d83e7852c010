// SPDX-License-Identifier: GPL-2.0
/*
 * The words of checks and of programs that are told of events (see checks.h). Owns no state; called
 * by file.c and levd.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "checks.h"
#include "file.h"

static const char *const type_names[] = {
	[CHECK_TCP] = "tcp",
	[CHECK_HTTP] = "http",
	[CHECK_HTTPS] = "https",
	[CHECK_UDP] = "udp",
	[CHECK_ICMP] = "icmp",
	[CHECK_PROGRAM] = "program",
};

static const struct lev_names check_type_names = { type_names, ARRAY_SIZE(type_names) };

/* Who says how much of its weight a server gets. */
static const char *const weight_names[] = { "answer" };

static const struct lev_names check_weight_names = { weight_names, ARRAY_SIZE(weight_names) };

static const struct word words_of_check[] = {
	{
		.name = "pool", .kind = WORD_POOL, .attr = CHECK_W_POOL, .verbs = ADD,
	}, {
		.name = "type", .kind = WORD_NAME, .attr = CHECK_W_TYPE, .verbs = ADD,
		.needed = ADD, .names = &check_type_names,
	}, {
		.name = "port", .kind = WORD_NUMBER, .attr = CHECK_W_PORT, .verbs = ADD,
		.min = 1, .max = 65535,
	}, {
		.name = "path", .kind = WORD_TEXT, .attr = CHECK_W_PATH, .verbs = ADD,
	}, {
		.name = "host", .kind = WORD_TEXT, .attr = CHECK_W_HOST, .verbs = ADD,
	}, {
		.name = "status", .kind = WORD_TEXT, .attr = CHECK_W_STATUS, .verbs = ADD,
	}, {
		.name = "body", .kind = WORD_TEXT, .attr = CHECK_W_BODY, .verbs = ADD,
	}, {
		.name = "send", .kind = WORD_TEXT, .attr = CHECK_W_SEND, .verbs = ADD,
	}, {
		.name = "expect", .kind = WORD_TEXT, .attr = CHECK_W_EXPECT, .verbs = ADD,
	}, {
		.name = "program", .kind = WORD_TEXT, .attr = CHECK_W_PROGRAM, .verbs = ADD,
	}, {
		.name = "interval", .kind = WORD_TIME, .attr = CHECK_W_INTERVAL, .verbs = ADD,
		.min = 100, .max = 3600000,
	}, {
		.name = "timeout", .kind = WORD_TIME, .attr = CHECK_W_TIMEOUT, .verbs = ADD,
		.min = 10, .max = 3600000,
	}, {
		.name = "rise", .kind = WORD_NUMBER, .attr = CHECK_W_RISE, .verbs = ADD,
		.min = 1, .max = 100,
	}, {
		.name = "fall", .kind = WORD_NUMBER, .attr = CHECK_W_FALL, .verbs = ADD,
		.min = 1, .max = 100,
	}, {
		.name = "slowstart", .kind = WORD_TIME, .attr = CHECK_W_SLOWSTART, .verbs = ADD,
		.min = 1000, .max = 3600000,
	}, {
		.name = "weight", .kind = WORD_NAME, .attr = CHECK_W_WEIGHT, .verbs = ADD,
		.names = &check_weight_names,
	}, { 0 }
};

static const struct word words_of_notify[] = {
	{
		.name = "program", .kind = WORD_TEXT, .attr = NOTIFY_W_PROGRAM, .verbs = ADD,
		.needed = ADD,
	}, {
		.name = "event", .kind = WORD_TEXT, .attr = NOTIFY_W_EVENT, .verbs = ADD,
	}, { 0 }
};

#define TYPE(t) (1U << CHECK_##t)
#define HTTPS (TYPE(HTTP) | TYPE(HTTPS))

/* Which types a word is for, and which need it. Those that are not here are for all. */
static const struct {
	enum check_word word;
	unsigned int fits;
	unsigned int needed;
} fits[] = {
	{ CHECK_W_PORT, HTTPS | TYPE(TCP) | TYPE(UDP), TYPE(TCP) | TYPE(UDP) },
	{ CHECK_W_PATH, HTTPS, 0 },
	{ CHECK_W_HOST, HTTPS, 0 },
	{ CHECK_W_STATUS, HTTPS, 0 },
	{ CHECK_W_BODY, HTTPS, 0 },
	{ CHECK_W_SEND, TYPE(UDP), TYPE(UDP) },
	{ CHECK_W_EXPECT, TYPE(UDP), 0 },
	{ CHECK_W_PROGRAM, TYPE(PROGRAM), TYPE(PROGRAM) },
	{ CHECK_W_WEIGHT, HTTPS | TYPE(PROGRAM), 0 },
};

bool check_status(const char *text, unsigned int *first, unsigned int *last)
{
	char word[8];
	char *dash;

	if (strlen(text) >= sizeof(word))
		return false;
	snprintf(word, sizeof(word), "%s", text);
	dash = strchr(word, '-');
	if (dash)
		*dash++ = '\0';
	return !lev_parse_number(word, first) && !lev_parse_number(dash ? dash : word, last) &&
	       *first >= 100 && *last <= 599 && *first <= *last;
}

static int hex_digit(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	return isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : -1;
}

int check_bytes(const char *text, unsigned char bytes[CHECK_BYTES_MAX])
{
	size_t len = strlen(text);

	if (strncmp(text, "0x", 2)) {
		if (len > CHECK_BYTES_MAX)
			return -1;
		memcpy(bytes, text, len);
		return len;
	}
	text += 2;
	len -= 2;
	if (!len || len % 2 || len / 2 > CHECK_BYTES_MAX)
		return -1;
	for (size_t i = 0; i < len; i++) {
		int digit = hex_digit(text[i]);

		if (digit < 0)
			return -1;
		bytes[i / 2] = i % 2 ? bytes[i / 2] << 4 | digit : digit;
	}
	return len / 2;
}

static int say_value(const struct ctl *ctl, const struct arg *arg, const char *what)
{
	return say_wrong(ctl, "\"%s\": \"%s\" %s", arg->word->name, arg->text, what);
}

/* A word's line is where it stands, not where its thing begins. */
static struct ctl at_arg(const struct ctl *ctl, const struct arg *arg)
{
	struct ctl there = *ctl;

	there.line = arg->line;
	return there;
}

static int check_program(const struct ctl *ctl, const struct arg *program)
{
	struct ctl there;

	if (!program || *program->text == '/')
		return DONE;
	there = at_arg(ctl, program);
	return say_value(&there, program, "is not a path from the root, as /usr/bin/true");
}

static bool is_path(const char *text)
{
	const char *c = text;

	/* curl would leave out what is behind #, and take nothing that has to be escaped. */
	while (isgraph((unsigned char)*c) && *c != '#')
		c++;
	return *text == '/' && !*c;
}

static bool is_host(const char *text)
{
	const char *c = text;

	while (isalnum((unsigned char)*c) || (*c && strchr("-._", *c)))
		c++;
	return !*c;
}

/* Is what a value says right in itself? */
static int check_value(const struct ctl *ctl, const struct arg *arg)
{
	struct ctl there = at_arg(ctl, arg);
	unsigned char bytes[CHECK_BYTES_MAX];
	unsigned int first, last;

	switch (arg->word->attr) {
	case CHECK_W_PATH:
		return is_path(arg->text) ? DONE :
			say_value(&there, arg, "is not a path from /, without blanks and #, other "
				  "characters than ASCII as %XX");
	case CHECK_W_HOST:
		return is_host(arg->text) ? DONE :
			say_value(&there, arg, "is not a host's name (its port is a word of its "
				  "own)");
	case CHECK_W_STATUS:
		return check_status(arg->text, &first, &last) ? DONE :
			say_value(&there, arg, "is not a status, or range of them "
				  "(examples: 200, 200-299)");
	case CHECK_W_SEND:
	case CHECK_W_EXPECT:
		return check_bytes(arg->text, bytes) >= 0 ? DONE :
			say_value(&there, arg, "is not text, or 0x and pairs of hexadecimal "
				  "digits, of at most 1024 bytes");
	case CHECK_W_BODY:
		return strlen(arg->text) <= CHECK_BYTES_MAX ? DONE :
			say_value(&there, arg, "is longer than 1024 bytes");
	case CHECK_W_PROGRAM:
		return check_program(ctl, arg);
	}
	return DONE;
}

static int check_timeout(const struct ctl *ctl, const struct args *args)
{
	const struct arg *timeout = args_find(args, CHECK_W_TIMEOUT);
	const struct arg *interval = args_find(args, CHECK_W_INTERVAL);
	char text[LEV_TIME_STR];
	struct ctl there;

	if (!timeout || timeout->number <= (interval ? interval->number : CHECK_INTERVAL_DEFAULT))
		return DONE;
	there = at_arg(ctl, timeout);
	return say_wrong(&there, "\"timeout\": \"%s\" is longer than \"interval\", %s",
			 timeout->text, interval ? interval->text :
			 lev_time_str(CHECK_INTERVAL_DEFAULT, text));
}

static int check_check(const struct ctl *ctl, const struct args *args)
{
	const struct arg *type = args_find(args, CHECK_W_TYPE);
	int ret = DONE;

	for (size_t i = 0; i < ARRAY_SIZE(fits); i++) {
		const struct arg *arg = args_find(args, fits[i].word);
		const struct word *w = words_of_check;

		while (w->attr != fits[i].word)
			w++;
		if (!arg && fits[i].needed & 1U << type->number)
			return say_wrong(ctl, "\"%s\" is missing, which type \"%s\" needs",
					 w->name, type->text);
		if (arg && !(fits[i].fits & 1U << type->number)) {
			struct ctl there = at_arg(ctl, arg);

			return say_wrong(&there, "\"%s\" does not fit type \"%s\"", w->name,
					 type->text);
		}
	}
	for (unsigned int i = 0; i < args->n && !ret; i++)
		ret = check_value(ctl, &args->arg[i]);
	return ret ? ret : check_timeout(ctl, args);
}

int notify_event(const char *text)
{
	return strcmp(text, NOTIFY_CHECK_NAME) ? lev_parse_name(&lev_event_names, text) :
		NOTIFY_CHECK;
}

static int check_notify(const struct ctl *ctl, const struct args *args)
{
	const struct arg *event = args_find(args, NOTIFY_W_EVENT);

	if (event && notify_event(event->text) < 0) {
		struct ctl there = at_arg(ctl, event);

		return say_value(&there, event, "is not an event (examples: state, server, "
				 NOTIFY_CHECK_NAME ")");
	}
	return check_program(ctl, args_find(args, NOTIFY_W_PROGRAM));
}

static const struct noun noun_of_check = { .words = words_of_check, .check = check_check };
static const struct noun noun_of_notify = { .words = words_of_notify, .check = check_notify };

const struct command check_words = { .name = "check", .noun = &noun_of_check };
const struct command notify_words = { .name = "notify", .noun = &noun_of_notify };

static const char *pool_of(const struct args *args, uint16_t attr)
{
	const struct arg *pool = args_find(args, attr);

	return pool ? pool->text : LEV_POOL_DEFAULT;
}

static bool has_server(const struct part *servers, const char *pool)
{
	for (unsigned int i = 0; i < servers->n; i++) {
		if (!strcmp(pool_of(&servers->thing[i], LEV_SERVER_A_POOL), pool))
			return true;
	}
	return false;
}

int checks_fit(struct ctl *ctl, const struct part *checks, const struct part *servers)
{
	ctl->verb = check_words.name;
	for (unsigned int i = 0; i < checks->n; i++) {
		const char *pool = pool_of(&checks->thing[i], CHECK_W_POOL);

		ctl->line = checks->line[i];
		if (!has_server(servers, pool))
			return say_wrong(ctl, "\"pool\": \"%s\" has no server", pool);
		for (unsigned int k = 0; k < i; k++) {
			if (!strcmp(pool_of(&checks->thing[k], CHECK_W_POOL), pool))
				return say_wrong(ctl, "\"pool\": \"%s\" has a check in line %u "
						 "already", pool, checks->line[k]);
		}
	}
	return DONE;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the lines of "ipvsadm-save -n" (see import_ipvsadm.h): -A is a service, -a one of its
 * servers. Owns a copy of the text, in which words are cut, while it runs.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import_ipvsadm.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

#define WORD_SHOWN	32	/* bytes of a wrong word that a message has */

enum option {
	ADD_SERVICE,
	ADD_SERVER,
	TCP,
	UDP,
	SCTP,
	FWMARK,
	SERVER,
	SCHEDULER,
	FLAGS,
	PERSISTENT,
	WEIGHT,
	DIRECT,
	OTHER_METHOD,
	IPV6,		/* it says of a mark what an address says by itself */
	LEFT_OUT,
};

/* What may stand in a line; @why: of one that is left out. */
static const struct {
	const char *letter;
	const char *name;
	enum option option;
	bool value;
	const char *why;
} options[] = {
	{ "-A", "--add-service", ADD_SERVICE, false, NULL },
	{ "-a", "--add-server", ADD_SERVER, false, NULL },
	{ "-t", "--tcp-service", TCP, true, NULL },
	{ "-u", "--udp-service", UDP, true, NULL },
	{ "--sctp-service", "--sctp-service", SCTP, true, NULL },
	{ "-f", "--fwmark-service", FWMARK, true, NULL },
	{ "-r", "--real-server", SERVER, true, NULL },
	{ "-s", "--scheduler", SCHEDULER, true, NULL },
	{ "-b", "--sched-flags", FLAGS, true, NULL },
	{ "-w", "--weight", WEIGHT, true, NULL },
	{ "-g", "--gatewaying", DIRECT, false, NULL },
	{ "-i", "--ipip", OTHER_METHOD, false, NULL },
	{ "-m", "--masquerading", OTHER_METHOD, false, NULL },
	{ "-6", "--ipv6", IPV6, false, NULL },
	{ "-p", "--persistent", PERSISTENT, false, NULL },
	{ "-M", "--netmask", LEFT_OUT, true, "\"hash source\" goes by the whole address" },
	{ "-O", "--ops", LEFT_OUT, false, "\"hash flow\" keeps a flow at its server" },
	{ "-x", "--u-threshold", LEFT_OUT, true, "connections are not counted" },
	{ "-y", "--l-threshold", LEFT_OUT, true, "connections are not counted" },
	{ "--pe", "--pe", LEFT_OUT, true, "packets are not read beyond their ports" },
	{ "--tun-type", "--tun-type", LEFT_OUT, true, "there are no tunnels" },
	{ "--tun-port", "--tun-port", LEFT_OUT, true, "there are no tunnels" },
	{ "--tun-nocsum", "--tun-nocsum", LEFT_OUT, false, "there are no tunnels" },
	{ "--tun-csum", "--tun-csum", LEFT_OUT, false, "there are no tunnels" },
	{ "--tun-remcsum", "--tun-remcsum", LEFT_OUT, false, "there are no tunnels" },
};

/**
 * struct line - one of the file
 * @place: where
 * @option: ADD_SERVICE or ADD_SERVER
 * @virtual: the service as it is written, or NULL
 * @proto: of it; 0: it is a mark
 * @server: as it is written, or NULL
 * @scheduler: name of it, or NULL
 * @flags: of the scheduler, or NULL
 * @persistent: clients stay at their server
 * @method: option for another way than direct routing, or NULL
 * @weight: of the server
 */
struct line {
	struct lev_place place;
	enum option option;
	const char *virtual;
	uint32_t proto;
	const char *server;
	const char *scheduler;
	const char *flags;
	bool persistent;
	const char *method;
	uint32_t weight;
};

/**
 * struct reader - the file
 * @im: gets what is found
 * @line: lines that mean something
 * @n: how many
 * @error: the caller's
 * @error_line: the caller's
 */
struct reader {
	struct lev_import *im;
	struct line *line;
	size_t n;
	char *error;
	unsigned int *error_line;
};

__attribute__((format(printf, 3, 4)))
static int wrong(const struct reader *r, const struct line *l, const char *fmt, ...)
{
	va_list ap;

	*r->error_line = l->place.line;
	va_start(ap, fmt);
	vsnprintf(r->error, 160, fmt, ap);
	va_end(ap);
	return -1;
}

/* The next word of a line, cut off in place; NULL: none. */
static char *next_word(char **at)
{
	static const char blanks[] = " \t\r\f\v";
	char *word = *at + strspn(*at, blanks), *end;

	if (!*word || *word == '#')
		return NULL;
	end = word + strcspn(word, blanks);
	*at = *end ? end + 1 : end;
	*end = '\0';
	return word;
}

static int find_option(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		if (!strcmp(options[i].letter, word) || !strcmp(options[i].name, word))
			return i;
	}
	return -1;
}

static void take_virtual(struct line *l, enum option option, const char *value)
{
	l->virtual = value;
	l->proto = option == TCP ? IPPROTO_TCP : option == UDP ? IPPROTO_UDP :
		   option == SCTP ? IPPROTO_SCTP : 0;
}

/* One option with its value, if it has one. */
static int take_option(const struct reader *r, struct line *l, const char *word,
		       const char *value, int i)
{
	switch (options[i].option) {
	case ADD_SERVICE:
	case ADD_SERVER:
		return wrong(r, l, "\"%.*s\" is not at the begin of its line", WORD_SHOWN, word);
	case TCP:
	case UDP:
	case SCTP:
	case FWMARK:
		take_virtual(l, options[i].option, value);
		break;
	case SERVER:
		l->server = value;
		break;
	case SCHEDULER:
		l->scheduler = value;
		break;
	case FLAGS:
		l->flags = value;
		break;
	case PERSISTENT:
		l->persistent = true;
		break;
	case WEIGHT:
		if (lev_parse_number(value, &l->weight))
			return wrong(r, l, "\"%s\": \"%.*s\" is not a number", word, WORD_SHOWN,
				     value);
		break;
	case OTHER_METHOD:
		l->method = word;
		break;
	case LEFT_OUT:
		lev_import_say(r->im, &l->place, "\"%s\" is left out: %s", word, options[i].why);
		break;
	case DIRECT:
	case IPV6:
		break;
	}
	return 0;
}

/* The options of a line, from its second word on. */
static int take_options(const struct reader *r, struct line *l, char *at)
{
	char *word, *value;
	int i, ret = 0;

	while (!ret && (word = next_word(&at))) {
		i = find_option(word);
		if (i < 0)
			return wrong(r, l, "\"%.*s\" is not an option that is known here",
				     WORD_SHOWN, word);
		value = options[i].value ? next_word(&at) : NULL;
		if (options[i].value && !value)
			return wrong(r, l, "\"%s\" has no value behind it", word);
		/* The time behind -p may be there or not. */
		if (options[i].option == PERSISTENT && at[strspn(at, " \t")] != '-')
			next_word(&at);
		ret = take_option(r, l, word, value, i);
	}
	return ret;
}

static int take_line(struct reader *r, const char *file, unsigned int number, char *text)
{
	struct line *l = &r->line[r->n];
	char *word = next_word(&text);
	int i, ret;

	if (word && !strcmp(word, "ipvsadm"))
		word = next_word(&text);
	if (!word)
		return 0;
	*l = (struct line){ .place = { file, number }, .weight = LEV_WEIGHT_DEFAULT };
	i = find_option(word);
	if (i < 0 || options[i].option > ADD_SERVER)
		return wrong(r, l, "\"%.*s\" is neither -A nor -a: is it from \"ipvsadm-save -n\"?",
			     WORD_SHOWN, word);
	l->option = options[i].option;
	ret = take_options(r, l, text);
	if (ret)
		return ret;
	if (!l->virtual)
		return wrong(r, l, "no service is named");
	if (l->option == ADD_SERVER && !l->server)
		return wrong(r, l, "no server is named");
	r->n++;
	return 0;
}

/* ADDRESS:PORT, [ADDRESS]:PORT, or an address alone */
static bool parse_end(const char *text, struct lev_ip *ip, uint32_t *port)
{
	bool brackets = *text == '[';
	size_t len = brackets ? strcspn(++text, "]") : strcspn(text, ":");
	char address[LEV_IP_STR];

	*port = 0;
	if (len >= sizeof(address))
		return false;
	memcpy(address, text, len);
	address[len] = '\0';
	if (!lev_parse_ip(address, ip))
		return !brackets && lev_parse_ip(text, ip);
	text += len;
	if (brackets && *text++ != ']')
		return false;
	return !*text || (*text == ':' && lev_import_port(text + 1, port));
}

static void take_servers(const struct reader *r, const struct line *service,
			 struct lev_import_service *to)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct line *l = &r->line[i];
		struct lev_import_server server = { .place = l->place, .weight = l->weight };

		if (l->option != ADD_SERVER || l->proto != service->proto ||
		    strcmp(l->virtual, service->virtual))
			continue;
		if (!parse_end(l->server, &server.ip, &server.port)) {
			lev_import_say(r->im, &l->place, "\"%s\" is left out: it is not an address "
				       "and a port (ipvsadm-save wants -n)", l->server);
			continue;
		}
		if (l->method)
			lev_import_say(r->im, &l->place, "\"%s\": servers get packets as they are, "
				       "by MAC address (direct routing): on each \"levctl "
				       "realserver setup\"", l->method);
		if (to->n_servers == LEV_SERVERS_MAX)
			lev_import_say(r->im, &l->place, "a cluster has at most %u servers",
				       LEV_SERVERS_MAX);
		else
			to->server[to->n_servers++] = server;
	}
}

/* sh and mh go by the client's address, unless they are told to take ports too. */
static void take_scheduler(const struct reader *r, const struct line *l,
			   struct lev_import_service *to)
{
	const char *name = l->scheduler ? l->scheduler : "wlc";
	bool hashes = !strcmp(name, "sh") || !strcmp(name, "mh");

	if (hashes && !(l->flags && strstr(l->flags, "-port")))
		to->hash = LEV_HASH_SOURCE;
	if (!hashes)
		lev_import_say(r->im, &l->place, "\"%s\" is left out: all nodes pick a server by "
			       "one hash, weighted", name);
	if (!l->persistent)
		return;
	to->hash = LEV_HASH_SOURCE;
	lev_import_say(r->im, &l->place, "\"-p\" becomes \"hash source\": a client stays at its "
		       "server, without a time");
}

static void take_service(const struct reader *r, const struct line *l,
			 struct lev_import_service *to)
{
	struct lev_import_at *at = &to->at[0];

	memset(to, 0, sizeof(*to));
	to->place = l->place;
	to->proto = l->proto;
	at->place = l->place;
	if (!l->proto) {
		lev_import_say(r->im, &l->place, "\"-f %s\" is left out: a service has an address, "
			       "protocol and port of its own", l->virtual);
		return;
	}
	if (!parse_end(l->virtual, &at->ip, &at->port)) {
		lev_import_say(r->im, &l->place, "\"%s\" is left out: it is not an address and a "
			       "port (ipvsadm-save wants -n)", l->virtual);
		return;
	}
	to->n_at = 1;
	take_scheduler(r, l, to);
	take_servers(r, l, to);
	lev_import_service(r->im, to);
}

/* A server whose service no line adds. */
static void say_lost(const struct reader *r, const struct line *l)
{
	for (size_t i = 0; i < r->n; i++) {
		if (r->line[i].option == ADD_SERVICE && r->line[i].proto == l->proto &&
		    !strcmp(r->line[i].virtual, l->virtual))
			return;
	}
	lev_import_say(r->im, &l->place, "\"%s\" is left out: no line adds its service, \"%s\"",
		       l->server, l->virtual);
}

static int take_all(struct reader *r, const char *file, char *text)
{
	unsigned int number = 1;
	int ret = 0;

	for (; text && !ret; number++) {
		char *end = strchr(text, '\n');

		if (end)
			*end++ = '\0';
		ret = take_line(r, file, number, text);
		text = end;
	}
	return ret;
}

int lev_import_ipvsadm(struct lev_import *im, const char *file, const char *text, size_t len,
		       unsigned int *line, char error[160])
{
	struct reader r = { .im = im, .error = error, .error_line = line };
	struct lev_import_service *scratch = malloc(sizeof(*scratch));
	char *copy = malloc(len + 1);
	size_t lines = 1;
	int ret = -1;

	*line = 0;
	snprintf(error, 160, "%s", strerror(ENOMEM));
	if (!copy || !scratch)
		goto out;
	/* What stands behind a byte of zero would not be seen. */
	for (size_t i = 0; i < len; i++) {
		copy[i] = text[i] ? text[i] : '?';
		lines += text[i] == '\n';
	}
	copy[len] = '\0';
	r.line = calloc(lines, sizeof(*r.line));
	if (!r.line)
		goto out;
	ret = take_all(&r, file, copy);
	for (size_t i = 0; i < r.n && !ret; i++) {
		if (r.line[i].option == ADD_SERVICE)
			take_service(&r, &r.line[i], scratch);
		else
			say_lost(&r, &r.line[i]);
	}
out:
	free(r.line);
	free(copy);
	free(scratch);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The command line: popt takes it apart, each word is checked here, and a wrong one is named.
 * Used by main.c.
 */
#include <popt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "pace.h"

#define RATE_MIN	0.1
#define RATE_MAX	20000.0
#define LONGS_MAX	1000.0
#define IN_FLIGHT_MAX	20000.0
#define PATH_MAX_LEN	1024
#define NAME_MAX_LEN	32
#define ECHO_PORT	7
#define HTTP_PORT	80

/* Words as popt hands them over, NULL if not given. They live as long as the program. */
static struct {
	char *udp, *http, *tcp, *longs, *udp_port, *path, *long_path;
	char *duration, *timeout, *interval, *netns, *neigh, *echo, *name;
	int json, pretty, quiet, progress, version;
} word;

static struct poptOption measure_table[] = {
	{ "udp", 0, POPT_ARG_STRING, &word.udp, 0,
	  "send RATE UDP probes a second", "RATE" },
	{ "http", 0, POPT_ARG_STRING, &word.http, 0,
	  "fetch --path over RATE fresh connections a second", "RATE" },
	{ "tcp", 0, POPT_ARG_STRING, &word.tcp, 0,
	  "open and close RATE fresh connections a second", "RATE" },
	{ "long", 0, POPT_ARG_STRING, &word.longs, 0,
	  "keep COUNT long HTTP downloads open", "COUNT" },
	POPT_TABLEEND
};

static struct poptOption how_table[] = {
	{ "duration", 0, POPT_ARG_STRING, &word.duration, 0,
	  "how long (default: until SIGINT or SIGTERM)", "TIME" },
	{ "timeout", 0, POPT_ARG_STRING, &word.timeout, 0,
	  "give up an answer after TIME (default: 2s)", "TIME" },
	{ "udp-port", 0, POPT_ARG_STRING, &word.udp_port, 0,
	  "port of UDP probes (default: 7, echo)", "PORT" },
	{ "path", 0, POPT_ARG_STRING, &word.path, 0,
	  "what --http asks for (default: /)", "PATH" },
	{ "long-path", 0, POPT_ARG_STRING, &word.long_path, 0,
	  "what --long asks for (default: as --path)", "PATH" },
	{ "neigh", 0, POPT_ARG_STRING, &word.neigh, 0,
	  "watch the MAC of this next hop (default: the one towards ADDRESS)", "ADDRESS" },
	{ "neigh-netns", 0, POPT_ARG_STRING, &word.netns, 0,
	  "read the neighbour cache in this network namespace", "NAME" },
	POPT_TABLEEND
};

static struct poptOption report_table[] = {
	{ "json", 'j', POPT_ARG_NONE, &word.json, 0, "report in JSON", NULL },
	{ "pretty", 'p', POPT_ARG_NONE, &word.pretty, 0, "JSON with line breaks", NULL },
	{ "interval", 0, POPT_ARG_STRING, &word.interval, 0,
	  "time between progress lines (default: 1s)", "TIME" },
	{ "progress", 0, POPT_ARG_NONE, &word.progress, 0,
	  "progress lines even if standard error is no terminal", NULL },
	{ "quiet", 'q', POPT_ARG_NONE, &word.quiet, 0, "no progress lines", NULL },
	POPT_TABLEEND
};

static struct poptOption echo_table[] = {
	{ "echo", 0, POPT_ARG_STRING, &word.echo, 0,
	  "answer UDP probes at ADDRESS[:PORT]: to be run by a server", "ADDRESS" },
	{ "name", 0, POPT_ARG_STRING, &word.name, 0,
	  "server's name in the answers (default: the host's)", "NAME" },
	POPT_TABLEEND
};

static struct poptOption table[] = {
	{ NULL, 0, POPT_ARG_INCLUDE_TABLE, measure_table, 0, "What to measure (any mix):", NULL },
	{ NULL, 0, POPT_ARG_INCLUDE_TABLE, how_table, 0, "How:", NULL },
	{ NULL, 0, POPT_ARG_INCLUDE_TABLE, report_table, 0, "The report:", NULL },
	{ NULL, 0, POPT_ARG_INCLUDE_TABLE, echo_table, 0, "The other end:", NULL },
	{ "version", 'V', POPT_ARG_NONE, &word.version, 0, "show the version", NULL },
	POPT_AUTOHELP
	POPT_TABLEEND
};

__attribute__((format(printf, 1, 2))) static bool wrong(const char *format, ...)
{
	va_list args;

	fputs("levmeter: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputs("\n", stderr);
	return false;
}

static bool read_rate(const char *option, const char *text, double *rate)
{
	if (text && !number_parse(text, RATE_MIN, RATE_MAX, rate))
		return wrong("%s: \"%s\" is not a rate (%g to %g a second)", option, text,
			     RATE_MIN, RATE_MAX);
	return true;
}

static bool read_time(const char *option, const char *text, uint64_t *ns)
{
	if (text && !time_parse(text, ns))
		return wrong("%s: \"%s\" is not a time (such as 500ms, 10s, 2m)", option, text);
	return true;
}

static bool read_whole(const char *option, const char *text, double max, double *number)
{
	if (text && (!number_parse(text, 1, max, number) || strchr(text, '.')))
		return wrong("%s: \"%s\" is not a number from 1 to %g", option, text, max);
	return true;
}

static bool read_path(const char *option, const char *text, const char **path)
{
	const char *c;

	if (!text)
		return true;
	for (c = text; *c; c++)
		if (*c <= ' ' || *c > '~')
			break;
	if (text[0] != '/' || *c || c - text > PATH_MAX_LEN)
		return wrong("%s: \"%s\" is not a path (/..., no spaces)", option, text);
	*path = text;
	return true;
}

static bool read_neigh(struct options *o)
{
	if (word.netns && !word.netns[0])
		return wrong("--neigh-netns: \"\" is not the name of a network namespace");
	o->netns = word.netns;
	if (!word.neigh)
		return true;
	o->has_neigh = true;
	if (!addr_parse(word.neigh, 0, &o->neigh) || o->neigh.v4.sin_port)
		return wrong("--neigh: \"%s\" is not an address (IPv4 or IPv6)", word.neigh);
	return true;
}

static bool read_words(struct options *o)
{
	double longs = 0, udp_port = ECHO_PORT;

	if (!read_rate("--udp", word.udp, &o->udp) || !read_rate("--http", word.http, &o->http) ||
	    !read_rate("--tcp", word.tcp, &o->tcp) ||
	    !read_whole("--long", word.longs, LONGS_MAX, &longs) ||
	    !read_whole("--udp-port", word.udp_port, 65535, &udp_port) ||
	    !read_path("--path", word.path, &o->path))
		return false;
	o->long_path = o->path;
	if (!read_path("--long-path", word.long_path, &o->long_path) ||
	    !read_time("--duration", word.duration, &o->duration) ||
	    !read_time("--timeout", word.timeout, &o->timeout) ||
	    !read_time("--interval", word.interval, &o->interval) || !read_neigh(o))
		return false;
	o->longs = (unsigned int)longs;
	o->udp_port = (uint16_t)udp_port;
	o->json = word.json || word.pretty;
	o->pretty = word.pretty;
	o->quiet = word.quiet;
	o->progress = word.progress;
	return true;
}

static bool read_target(struct options *o, const char *text, uint16_t port)
{
	if (!addr_parse(text, port, &o->target))
		return wrong("\"%s\" is not an address (IPv4, IPv6, IPv4:PORT or [IPv6]:PORT)",
			     text);
	return true;
}

static bool check_echo(struct options *o, const char *extra)
{
	if (extra)
		return wrong("\"%s\": --echo takes no second address", extra);
	if (o->udp > 0 || o->http > 0 || o->tcp > 0 || o->longs)
		return wrong("--echo answers probes: it cannot measure at the same time");
	o->echo = true;
	o->name = word.name;
	if (word.name && (!word.name[0] || strlen(word.name) > NAME_MAX_LEN))
		return wrong("--name: \"%s\" is not a name of 1 to %d characters", word.name,
			     NAME_MAX_LEN);
	return read_target(o, word.echo, ECHO_PORT);
}

static bool check_measure(struct options *o, const char *address)
{
	double in_flight = (o->udp + o->http + o->tcp) * (double)o->timeout / NSEC_PER_SEC;

	if (!address)
		return wrong("no ADDRESS is given (try --help)");
	if (word.name)
		return wrong("--name: \"%s\" is only for --echo", word.name);
	if (!read_target(o, address, HTTP_PORT))
		return false;
	if (o->udp <= 0 && o->http <= 0 && o->tcp <= 0 && !o->longs)
		return wrong("nothing to measure: give --udp, --http, --tcp or --long");
	if (in_flight > IN_FLIGHT_MAX)
		return wrong("--timeout: at these rates up to %.0f answers would be awaited at "
			     "once, more than %.0f", in_flight, IN_FLIGHT_MAX);
	return true;
}

bool options_read(struct options *o, int argc, const char **argv)
{
	poptContext context = poptGetContext("levmeter", argc, argv, table, 0);
	const char *address;
	int code;
	bool good;

	*o = (struct options){ .path = "/", .timeout = 2 * NSEC_PER_SEC,
			       .interval = NSEC_PER_SEC };
	poptSetOtherOptionHelp(context, "[OPTIONS] ADDRESS[:PORT]");
	code = poptGetNextOpt(context);
	if (code < -1) {
		wrong("%s: %s", poptBadOption(context, POPT_BADOPTION_NOALIAS),
		      poptStrerror(code));
		poptFreeContext(context);
		return false;
	}
	if (word.version) {
		puts("levmeter " LEVMETER_VERSION);
		exit(0);
	}
	/* The words that are left belong to argv, not to the context. */
	address = poptGetArg(context);
	if (address && poptPeekArg(context))
		good = wrong("\"%s\": only one ADDRESS is measured", poptPeekArg(context));
	else
		good = read_words(o) &&
		       (word.echo ? check_echo(o, address) : check_measure(o, address));
	poptFreeContext(context);
	return good;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the statements of keepalived.conf (see import_keepalived.h): vrrp_instance becomes LevIPs,
 * virtual_server becomes services and pools, and each other thing is told. Owns no state.
 */
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "import_keepalived.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* Why a thing is not carried over; what is not here is unknown. */
static const struct {
	const char *word;
	const char *why;
} reasons[] = {
	{ "advert_int", "heartbeats go every 100ms: \"heartbeat\" of the cluster says otherwise" },
	{ "priority", "all nodes work at once: \"priority\" of a node makes it a spare" },
	{ "state", "no node is master: all work at once" },
	{ "authentication", "\"key\" of the cluster signs heartbeats" },
	{ "unicast_peer", "heartbeats are multicast on front and back" },
	{ "unicast_src_ip", "heartbeats are multicast on front and back" },
	{ "mcast_src_ip", "heartbeats have no address but the device's MAC address" },
	{ "track_interface", "the carriers of front and back are watched in any case" },
	{ "track_script", "a script can say \"levctl node set DEVICE ID state drain\"" },
	{ "track_process", "a script can say \"levctl node set DEVICE ID state drain\"" },
	{ "track_file", "a script can say \"levctl node set DEVICE ID state drain\"" },
	{ "vrrp_script", "a script can say \"levctl node set DEVICE ID state drain\"" },
	{ "vrrp_sync_group", "a cluster has both its devices in one" },
	{ "virtual_routes", "routes are the machine's own" },
	{ "virtual_rules", "rules are the machine's own" },
	{ "static_ipaddress", "addresses of a machine are its own" },
	{ "static_routes", "routes are the machine's own" },
	{ "static_rules", "rules are the machine's own" },
	{ "lvs_sync_daemon", "there is nothing to synchronise" },
	{ "lvs_sync_daemon_interface", "there is nothing to synchronise" },
	{ "notification_email", "no mail is sent: a program in the file's \"notify\" can" },
	{ "notification_email_from", "no mail is sent: a program in the file's \"notify\" can" },
	{ "smtp_server", "no mail is sent: a program in the file's \"notify\" can" },
	{ "smtp_connect_timeout", "no mail is sent: a program in the file's \"notify\" can" },
	{ "smtp_alert", "no mail is sent: a program in the file's \"notify\" can" },
	{ "notify", "levd runs the programs of the file's \"notify\": name them there" },
	{ "notify_master", "levd runs the programs of the file's \"notify\": name them there" },
	{ "notify_backup", "levd runs the programs of the file's \"notify\": name them there" },
	{ "notify_fault", "levd runs the programs of the file's \"notify\": name them there" },
	{ "notify_stop", "levd runs the programs of the file's \"notify\": name them there" },
	{ "notify_up", "levd runs the programs of the file's \"notify\": name them there" },
	{ "notify_down", "levd runs the programs of the file's \"notify\": name them there" },
	{ "quorum_up", "levd runs the programs of the file's \"notify\": name them there" },
	{ "quorum_down", "levd runs the programs of the file's \"notify\": name them there" },
	{ "quorum", "a service goes on with any server that is up" },
	{ "hysteresis", "a service goes on with any server that is up" },
	{ "alpha", "servers are up once they answer by ARP" },
	{ "omega", "servers are up as long as they answer by ARP" },
	{ "sorry_server", "packets are dropped if no server is up" },
	{ "inhibit_on_failure", "a server that is down gets no packets" },
	{ "HTTP_GET", "levd checks servers, as the file's \"checks\" say: add them" },
	{ "SSL_GET", "levd checks servers, as the file's \"checks\" say: add them" },
	{ "TCP_CHECK", "levd checks servers, as the file's \"checks\" say: add them" },
	{ "UDP_CHECK", "levd checks servers, as the file's \"checks\" say: add them" },
	{ "SMTP_CHECK", "levd checks servers, as the file's \"checks\" say: add them" },
	{ "DNS_CHECK", "levd checks servers, as the file's \"checks\" say: add them" },
	{ "MISC_CHECK", "levd checks servers, as the file's \"checks\" say: add them" },
	{ "BFD_CHECK", "levd checks servers, as the file's \"checks\" say: add them" },
	{ "PING_CHECK", "levd checks servers, as the file's \"checks\" say: add them" },
	{ "FILE_CHECK", "a script can say \"levctl server set DEVICE ADDRESS state drain\"" },
	{ "delay_loop", "\"interval\" of a check says it" },
	{ "delay_before_retry", "\"interval\" of a check says it" },
	{ "retry", "\"fall\" of a check says it" },
	{ "virtualhost", "levd checks servers, as the file's \"checks\" say: add them" },
	{ "ops", "\"hash flow\" keeps a flow at its server" },
	{ "persistence_granularity", "\"hash source\" goes by the whole address" },
	{ "net_namespace", "\"levctl -n\" goes into a network namespace" },
};

static struct lev_place place(const struct lev_stanza *s)
{
	return (struct lev_place){ s->file, s->line };
}

__attribute__((format(printf, 3, 4)))
static void say(const struct lev_import *im, const struct lev_stanza *s, const char *fmt, ...)
{
	const struct lev_place at = place(s);
	char text[384];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	lev_import_say(im, &at, "%s", text);
}

static bool is(const struct lev_stanza *s, const char *word)
{
	return !strcmp(s->word[0], word);
}

static const char *word(const struct lev_stanza *s, unsigned int i)
{
	return i < s->n ? s->word[i] : "";
}

/* A statement, with what is in its block, that has no counterpart. */
static void left_out(const struct lev_import *im, const struct lev_stanza *s)
{
	const char *why = "there is nothing like it here";

	if (s->word[0][0] == '@')
		why = "a line for some machines only";
	else if (strchr("$~", s->word[0][0]))
		why = "variables are not known here: write them out";
	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++) {
		if (is(s, reasons[i].word))
			why = reasons[i].why;
	}
	say(im, s, "\"%.100s%s%.60s\" is left out: %s", s->word[0], s->n > 1 ? " " : "",
	    word(s, 1), why);
}

static bool has_colon_or_dot(const char *text)
{
	return strpbrk(text, ".:");
}

/* ADDRESS or ADDRESS/PREFIX */
static bool parse_address(const char *text, struct lev_ip *ip)
{
	char address[LEV_IP_STR];
	size_t len = strcspn(text, "/");

	if (len >= sizeof(address))
		return false;
	memcpy(address, text, len);
	address[len] = '\0';
	return lev_parse_ip(address, ip);
}

/* vrrp_instance */

static void take_address(struct lev_import *im, const struct lev_stanza *s, const char *device)
{
	const struct lev_place at = place(s);
	struct lev_ip ip;

	for (unsigned int i = 1; i + 1 < s->n; i++) {
		if (!strcmp(s->word[i], "dev"))
			device = s->word[i + 1];
	}
	if (!parse_address(s->word[0], &ip))
		say(im, s, "\"%s\" is left out: it is not an address", s->word[0]);
	else if (!device)
		say(im, s, "\"%s\" is left out: it has no device, nor has its instance",
		    s->word[0]);
	else
		lev_import_address(im, &at, &ip, device);
}

static void take_addresses(struct lev_import *im, const struct lev_stanza *block,
			   const char *device)
{
	/* A shared address that is not announced on IPv6 is one all the same. */
	for (const struct lev_stanza *s = block->first; s; s = s->next) {
		if (has_colon_or_dot(s->word[0]))
			take_address(im, s, device);
		else
			left_out(im, s);
	}
}

static void take_id(struct lev_import *im, const struct lev_stanza *s)
{
	struct lev_cluster *c = im->whole.cluster;
	uint32_t id;

	if (lev_parse_number(word(s, 1), &id) || id < 1 || id > 255)
		say(im, s, "\"%s\" is left out: \"%s\" is not a number of 1..255", s->word[0],
		    word(s, 1));
	else if (c->id && c->id != id)
		say(im, s, "\"%s %u\" is left out: there is one cluster, with the first id, %u",
		    s->word[0], id, c->id);
	else
		c->id = id;
}

static void take_delay(struct lev_import *im, const struct lev_stanza *s)
{
	struct lev_cluster *c = im->whole.cluster;
	char *end;
	double seconds = strtod(word(s, 1), &end);

	if (end == word(s, 1) || *end || !(seconds >= 0 && seconds * 1000 <= LEV_FAILBACK_MAX))
		left_out(im, s);
	else if (c->failback != LEV_FAILBACK_NEVER)
		c->failback = seconds * 1000;
}

static const char *find_word(const struct lev_stanza *block, const char *name)
{
	for (const struct lev_stanza *s = block->first; s; s = s->next) {
		if (is(s, name) && s->n > 1)
			return s->word[1];
	}
	return NULL;
}

static void take_instance(struct lev_import *im, const struct lev_stanza *block)
{
	const char *device = find_word(block, "interface");

	for (const struct lev_stanza *s = block->first; s; s = s->next) {
		if (is(s, "virtual_router_id"))
			take_id(im, s);
		else if (is(s, "virtual_ipaddress") || is(s, "virtual_ipaddress_excluded"))
			take_addresses(im, s, device);
		else if (is(s, "nopreempt"))
			im->whole.cluster->failback = LEV_FAILBACK_NEVER;
		else if (is(s, "preempt_delay"))
			take_delay(im, s);
		else if (!is(s, "interface") && !is(s, "use_vmac"))
			left_out(im, s);
	}
}

/* virtual_server_group and virtual_server */

/* The last part of an address, of which ranges are made: its digits' base, or 0. */
static unsigned int last_part(const char *address, const char **part)
{
	const char *colon = strrchr(address, ':'), *dot = strrchr(address, '.');

	if (dot && (!colon || dot > colon)) {
		*part = dot + 1;
		return 10;
	}
	*part = colon ? colon + 1 : NULL;
	return colon ? 16 : 0;
}

/* One more address with a port; false if there is no room, said. */
static bool add_at(struct lev_import *im, const struct lev_stanza *s,
		   struct lev_import_service *to, const struct lev_ip *ip, uint32_t port)
{
	if (to->n_at == LEV_IMPORT_AT) {
		say(im, s, "a group has at most %d addresses here", LEV_IMPORT_AT);
		return false;
	}
	to->at[to->n_at++] = (struct lev_import_at){ .place = place(s), .ip = *ip, .port = port };
	return true;
}

/* ADDRESS, or ADDRESS-LAST, where LAST is what the last part goes up to. */
static bool take_range(struct lev_import *im, const struct lev_stanza *s, const char *text,
		       uint32_t port, struct lev_import_service *to)
{
	char first[LEV_IP_STR], *dash, *end;
	unsigned long from, last;
	const char *part;
	struct lev_ip ip;
	unsigned int base;

	if (strlen(text) >= sizeof(first))
		return false;
	strcpy(first, text);
	dash = strchr(first, '-');
	if (dash)
		*dash++ = '\0';
	if (!lev_parse_ip(first, &ip))
		return false;
	if (!dash)
		return add_at(im, s, to, &ip, port) || true;
	base = last_part(first, &part);
	from = strtoul(part, NULL, base);
	last = strtoul(dash, &end, base);
	if (end == dash || *end || *dash == '-' || *dash == '+' || last < from ||
	    last > (ip.len == 4 ? 0xff : 0xffff))
		return false;
	for (; from <= last; from++) {
		if (ip.len == 16)
			ip.b[14] = from >> 8;
		ip.b[ip.len - 1] = from;
		if (!add_at(im, s, to, &ip, port))
			break;
	}
	return true;
}

/* ADDRESS PORT, from the word @i on. */
static void take_at(struct lev_import *im, const struct lev_stanza *s, unsigned int i,
		    struct lev_import_service *to)
{
	uint32_t port = 0;

	if (!strcmp(word(s, i), "fwmark"))
		say(im, s, "\"fwmark %s\" is left out: a service has an address, protocol and "
		    "port of its own", word(s, i + 1));
	else if (i + 1 < s->n && !lev_import_port(s->word[i + 1], &port))
		say(im, s, "\"%s\" is left out: \"%s\" is not a port", s->word[i],
		    s->word[i + 1]);
	else if (!take_range(im, s, word(s, i), port, to))
		say(im, s, "\"%s\" is left out: it is not an address", word(s, i));
}

static void take_group(struct lev_import *im, const struct lev_stanza *first,
		       const struct lev_stanza *server, struct lev_import_service *to)
{
	const struct lev_stanza *group = first;

	while (group && !(is(group, "virtual_server_group") &&
			  !strcmp(word(group, 1), word(server, 2))))
		group = group->next;
	if (!group) {
		say(im, server, "\"%s\" is left out: there is no such group", word(server, 2));
		return;
	}
	to->name = word(server, 2);
	for (const struct lev_stanza *s = group->first; s; s = s->next)
		take_at(im, s, 0, to);
}

/* Checks, and what else is about one server, are told with their own lines. */
static void take_server(struct lev_import *im, const struct lev_stanza *block, uint32_t weight,
			struct lev_import_service *to)
{
	struct lev_import_server server = { .place = place(block), .weight = weight };

	if (!lev_parse_ip(word(block, 1), &server.ip) ||
	    (block->n > 2 && !lev_import_port(block->word[2], &server.port))) {
		say(im, block, "\"real_server %s %s\" is left out: it is not an address and a port",
		    word(block, 1), word(block, 2));
		return;
	}
	for (const struct lev_stanza *s = block->first; s; s = s->next) {
		if (!is(s, "weight"))
			left_out(im, s);
		else if (lev_parse_number(word(s, 1), &server.weight))
			say(im, s, "\"weight\": \"%s\" is not a number", word(s, 1));
	}
	if (to->n_servers == LEV_SERVERS_MAX)
		say(im, block, "a cluster has at most %u servers", LEV_SERVERS_MAX);
	else
		to->server[to->n_servers++] = server;
}

/* sh and mh go by the client's address, unless they are told to take ports too. */
static void take_scheduler(struct lev_import *im, const struct lev_stanza *s,
			   const struct lev_stanza *block, struct lev_import_service *to)
{
	const char *name = word(s, 1);
	bool by_source = !strcmp(name, "sh") || !strcmp(name, "mh");

	for (const struct lev_stanza *flag = block->first; flag; flag = flag->next) {
		if (is(flag, "sh-port") || is(flag, "mh-port"))
			by_source = false;
	}
	if (by_source)
		to->hash = LEV_HASH_SOURCE;
	else if (strcmp(name, "sh") && strcmp(name, "mh"))
		say(im, s, "\"%s %s\" is left out: all nodes pick a server by one hash, weighted",
		    s->word[0], name);
}

static void take_method(struct lev_import *im, const struct lev_stanza *s)
{
	if (strcasecmp(word(s, 1), "DR"))
		say(im, s, "\"%s %s\": servers get packets as they are, by MAC address (direct "
		    "routing): on each \"levctl realserver setup\"", s->word[0], word(s, 1));
}

static void take_protocol(struct lev_import *im, const struct lev_stanza *s,
			  struct lev_import_service *to)
{
	if (!strcasecmp(word(s, 1), "TCP"))
		to->proto = IPPROTO_TCP;
	else if (!strcasecmp(word(s, 1), "UDP"))
		to->proto = IPPROTO_UDP;
	else if (!strcasecmp(word(s, 1), "SCTP"))
		to->proto = IPPROTO_SCTP;
	else
		say(im, s, "\"protocol\": \"%s\" is not one of: TCP, UDP, SCTP", word(s, 1));
}

static bool is_flag(const struct lev_stanza *s)
{
	return is(s, "sh-port") || is(s, "mh-port") || is(s, "sh-fallback") ||
	       is(s, "mh-fallback") || is(s, "ip_family");
}

static void take_setting(struct lev_import *im, const struct lev_stanza *s,
			 const struct lev_stanza *block, struct lev_import_service *to)
{
	if (is(s, "lb_algo") || is(s, "lvs_sched")) {
		take_scheduler(im, s, block, to);
	} else if (is(s, "lb_kind") || is(s, "lvs_method")) {
		take_method(im, s);
	} else if (is(s, "protocol")) {
		take_protocol(im, s, to);
	} else if (is(s, "persistence_timeout")) {
		to->hash = LEV_HASH_SOURCE;
		say(im, s, "\"persistence_timeout\" becomes \"hash source\": a client stays at "
		    "its server, without a time");
	} else if (!is(s, "weight") && !is_flag(s)) {
		left_out(im, s);
	}
}

static void take_service(struct lev_import *im, const struct lev_stanza *first,
			 const struct lev_stanza *block, struct lev_import_service *to)
{
	uint32_t weight = LEV_WEIGHT_DEFAULT;

	memset(to, 0, sizeof(*to));
	to->place = place(block);
	to->proto = IPPROTO_TCP;
	if (!strcmp(word(block, 1), "group"))
		take_group(im, first, block, to);
	else
		take_at(im, block, 1, to);
	/* Of what has no address the rest would say nothing more. */
	if (!to->n_at)
		return;
	if (find_word(block, "weight") && lev_parse_number(find_word(block, "weight"), &weight))
		weight = LEV_WEIGHT_DEFAULT;
	for (const struct lev_stanza *s = block->first; s; s = s->next) {
		if (is(s, "real_server"))
			take_server(im, s, weight, to);
		else
			take_setting(im, s, block, to);
	}
	lev_import_service(im, to);
}

static void take_globals(struct lev_import *im, const struct lev_stanza *block)
{
	for (const struct lev_stanza *s = block->first; s; s = s->next) {
		const struct lev_place at = place(s);

		if (is(s, "router_id"))
			lev_import_host(im, &at, word(s, 1));
		else
			left_out(im, s);
	}
}

int lev_import_keepalived(struct lev_import *im, const struct lev_stanza *first)
{
	struct lev_import_service *scratch = malloc(sizeof(*scratch));

	if (!scratch)
		return -1;
	for (const struct lev_stanza *s = first; s; s = s->next) {
		if (is(s, "global_defs"))
			take_globals(im, s);
		else if (is(s, "vrrp_instance"))
			take_instance(im, s);
		else if (is(s, "virtual_server"))
			take_service(im, first, s, scratch);
		else if (!is(s, "virtual_server_group"))
			left_out(im, s);
	}
	free(scratch);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the statements of keepalived.conf (see import_keepalived.h): vrrp_instance becomes LevIPs,
 * virtual_server becomes services and pools, and each other thing is told. Owns no state.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "import_checks.h"
#include "import_keepalived.h"
#include "import_words.h"

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
		lev_import_tell(im, s, "\"%s\" is left out: it is not an address", s->word[0]);
	else if (!device)
		lev_import_tell(im, s, "\"%s\" is left out: it has no device, nor has its instance",
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
			lev_import_left_out(im, s);
	}
}

static void take_id(struct lev_import *im, const struct lev_stanza *s)
{
	struct lev_cluster *c = im->whole.cluster;
	uint32_t id;

	if (lev_parse_number(word(s, 1), &id) || id < 1 || id > 255)
		lev_import_tell(im, s, "\"%s\" is left out: \"%s\" is not a number of 1..255",
				s->word[0], word(s, 1));
	else if (c->id && c->id != id)
		lev_import_tell(im, s, "\"%s %u\" is left out: there is one cluster, with the "
				"first id, %u", s->word[0], id, c->id);
	else
		c->id = id;
}

static void take_delay(struct lev_import *im, const struct lev_stanza *s)
{
	struct lev_cluster *c = im->whole.cluster;
	char *end;
	double seconds = strtod(word(s, 1), &end);

	if (end == word(s, 1) || *end || !(seconds >= 0 && seconds * 1000 <= LEV_FAILBACK_MAX))
		lev_import_left_out(im, s);
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
			lev_import_left_out(im, s);
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
		lev_import_tell(im, s, "a group has at most %d addresses here", LEV_IMPORT_AT);
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
		lev_import_tell(im, s, "\"fwmark %s\" is left out: a service has an address, "
				"protocol and port of its own", word(s, i + 1));
	else if (i + 1 < s->n && !lev_import_port(s->word[i + 1], &port))
		lev_import_tell(im, s, "\"%s\" is left out: \"%s\" is not a port", s->word[i],
				s->word[i + 1]);
	else if (!take_range(im, s, word(s, i), port, to))
		lev_import_tell(im, s, "\"%s\" is left out: it is not an address", word(s, i));
}

static void take_group(struct lev_import *im, const struct lev_stanza *first,
		       const struct lev_stanza *server, struct lev_import_service *to)
{
	const struct lev_stanza *group = first;

	while (group && !(is(group, "virtual_server_group") &&
			  !strcmp(word(group, 1), word(server, 2))))
		group = group->next;
	if (!group) {
		lev_import_tell(im, server, "\"%s\" is left out: there is no such group",
				word(server, 2));
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
		lev_import_tell(im, block, "\"real_server %s %s\" is left out: it is not an "
				"address and a port", word(block, 1), word(block, 2));
		return;
	}
	for (const struct lev_stanza *s = block->first; s; s = s->next) {
		if (lev_import_is_check(s))
			lev_import_take_check(im, s, to, &server);
		else if (!is(s, "weight"))
			lev_import_left_out(im, s);
		else if (lev_parse_number(word(s, 1), &server.weight))
			lev_import_tell(im, s, "\"weight\": \"%s\" is not a number", word(s, 1));
	}
	if (to->n_servers == LEV_SERVERS_MAX)
		lev_import_tell(im, block, "a cluster has at most %u servers", LEV_SERVERS_MAX);
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
		lev_import_tell(im, s, "\"%s %s\" is left out: all nodes pick a server by one "
				"hash, weighted", s->word[0], name);
}

static void take_method(struct lev_import *im, const struct lev_stanza *s)
{
	if (strcasecmp(word(s, 1), "DR"))
		lev_import_tell(im, s, "\"%s %s\": servers get packets as they are, by MAC address "
				"(direct routing): on each \"levctl realserver setup\"", s->word[0],
				word(s, 1));
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
		lev_import_tell(im, s, "\"protocol\": \"%s\" is not one of: TCP, UDP, SCTP",
				word(s, 1));
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
		lev_import_tell(im, s, "\"persistence_timeout\" becomes \"hash source\": a client "
				"stays at its server, without a time");
	} else if (!is(s, "weight") && !is_flag(s) && !lev_import_is_for_checks(s)) {
		lev_import_left_out(im, s);
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
	lev_import_end_check(im, block, to);
	lev_import_service(im, to);
}

static void take_globals(struct lev_import *im, const struct lev_stanza *block)
{
	for (const struct lev_stanza *s = block->first; s; s = s->next) {
		const struct lev_place at = place(s);

		if (is(s, "router_id"))
			lev_import_host(im, &at, word(s, 1));
		else
			lev_import_left_out(im, s);
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
			lev_import_left_out(im, s);
	}
	free(scratch);
	return 0;
}

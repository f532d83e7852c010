// SPDX-License-Identifier: GPL-2.0
/*
 * Makes a cluster of what the readers of other configs found (see import.h).
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import.h"

/* What is put in where nothing is known. */
#define ID_UNKNOWN	1
#define FRONT_UNKNOWN	"eth0"
#define BACK_UNKNOWN	"eth1"

static const struct lev_place nowhere;

static const struct lev_kind *kind(uint16_t nest)
{
	const struct lev_kind *k = lev_kinds;

	while (k->nest != nest)
		k++;
	return k;
}

struct lev_import *lev_import_new(lev_import_fn say, void *arg)
{
	struct lev_import *im = calloc(1, sizeof(*im));

	if (!im)
		return NULL;
	im->say = say;
	im->arg = arg;
	im->whole.n_clusters = 1;
	lev_whole_initial(kind(LEV_A_CLUSTER), im->whole.cluster);
	im->whole.cluster->self = 1;
	im->whole.n_nodes = 1;
	im->whole.node->id = 1;
	lev_whole_initial(kind(LEV_A_NODE), im->whole.node);
	im->whole.node->id = 1;
	return im;
}

void lev_import_free(struct lev_import *im)
{
	free(im);
}

void lev_import_say(const struct lev_import *im, const struct lev_place *at, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	im->say(at, text, im->arg);
}

bool lev_import_port(const char *text, uint32_t *port)
{
	return !lev_parse_number(text, port) && *port <= 65535;
}

/* Letters, digits and signs: what a file can hold as it is. */
static bool is_plain(const char *text)
{
	while (*text > ' ' && *text < 0x7f)
		text++;
	return !*text;
}

/* Index of a device, or -1, said why. */
static int find_device(struct lev_import *im, const struct lev_place *at, const char *address,
		       const char *device)
{
	unsigned int i = 0;

	if (!lev_is_device_name(device) || !is_plain(device)) {
		lev_import_say(im, at, "\"%s\": \"%s\" is not a device's name", address, device);
		return -1;
	}
	while (i < im->n_devices && strcmp(im->device[i], device))
		i++;
	if (i == 2) {
		lev_import_say(im, at, "\"%s\": on a third device, \"%s\": a cluster has two, "
			       "front and back", address, device);
		return -1;
	}
	if (i == im->n_devices) {
		memcpy(im->device[i], device, strlen(device) + 1);
		im->n_devices++;
	}
	return i;
}

void lev_import_host(struct lev_import *im, const struct lev_place *at, const char *host)
{
	if (*host && is_plain(host) && strlen(host) < sizeof(im->host))
		memcpy(im->host, host, strlen(host) + 1);
	else
		lev_import_say(im, at, "\"%.64s\" is left out: it is not a machine's name", host);
}

void lev_import_address(struct lev_import *im, const struct lev_place *at,
			const struct lev_ip *ip, const char *device)
{
	struct lev_address *a = &im->whole.address[im->whole.n_addresses];
	char text[LEV_IP_STR];
	int i;

	lev_ip_str(ip, text);
	for (unsigned int k = 0; k < im->whole.n_addresses; k++) {
		if (lev_ip_equal(&im->whole.address[k].ip, ip))
			return;
	}
	if (!lev_ip_shareable(ip)) {
		lev_import_say(im, at, "\"%s\": it cannot be a LevIP", text);
		return;
	}
	if (im->whole.n_addresses == LEV_ADDRESSES_MAX) {
		lev_import_say(im, at, "\"%s\": a cluster has at most %u addresses", text,
			       LEV_ADDRESSES_MAX);
		return;
	}
	i = find_device(im, at, text, device);
	if (i < 0)
		return;
	lev_whole_initial(kind(LEV_A_ADDRESS), a);
	a->ip = *ip;
	im->at_device[im->whole.n_addresses++] = i;
}

/* What the kernel would refuse, and what is not of the service's family. */
static bool is_usable_server(const struct lev_import *im, const struct lev_import_service *s,
			     const struct lev_import_server *server)
{
	char text[LEV_IP_STR];

	lev_ip_str(&server->ip, text);
	if (server->ip.len == 4 ? !lev_ip_shareable(&server->ip) : server->ip.b[0] == 0xff) {
		lev_import_say(im, &server->place, "\"%s\": it cannot be a server", text);
		return false;
	}
	if (s->n_at && server->ip.len != s->at[0].ip.len) {
		lev_import_say(im, &server->place,
			       "\"%s\": it is not of the family of its service", text);
		return false;
	}
	for (unsigned int i = 0; server->port && i < s->n_at; i++) {
		if (s->at[i].port == server->port)
			continue;
		lev_import_say(im, &server->place, "port %u of \"%s\": packets go on as they are, "
			       "to the port that the client named", server->port, text);
		break;
	}
	return true;
}

static int compare(const void *a, const void *b)
{
	const struct lev_import_server *x = a, *y = b;

	if (x->ip.len != y->ip.len)
		return x->ip.len < y->ip.len ? -1 : 1;
	return memcmp(x->ip.b, y->ip.b, x->ip.len);
}

/* In order, each once; of one that was there with several ports the weights count together. */
static void sort_servers(const struct lev_import *im, struct lev_import_service *s)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < s->n_servers; i++) {
		if (is_usable_server(im, s, &s->server[i]))
			s->server[n++] = s->server[i];
	}
	s->n_servers = n;
	qsort(s->server, n, sizeof(s->server[0]), compare);
	n = 0;
	for (unsigned int i = 0; i < s->n_servers; i++) {
		struct lev_import_server *last = n ? &s->server[n - 1] : NULL;

		if (!last || compare(last, &s->server[i]))
			s->server[n++] = s->server[i];
		else
			last->weight += s->server[i].weight < UINT32_MAX - last->weight ?
					s->server[i].weight : 0;
	}
	s->n_servers = n;
}

/* Weights above what there is here keep their proportions, and none becomes 0. */
static void scale_weights(const struct lev_import *im, struct lev_import_service *s)
{
	uint64_t max = 0;

	for (unsigned int i = 0; i < s->n_servers; i++) {
		if (s->server[i].weight > max)
			max = s->server[i].weight;
	}
	if (max <= LEV_WEIGHT_MAX)
		return;
	lev_import_say(im, &s->place, "weights up to %u: they go up to %u here, and are scaled",
		       (unsigned int)max, LEV_WEIGHT_MAX);
	for (unsigned int i = 0; i < s->n_servers; i++) {
		uint64_t w = s->server[i].weight;

		s->server[i].weight = w && w * LEV_WEIGHT_MAX < max ? 1 : w * LEV_WEIGHT_MAX / max;
	}
}

static bool same_servers(const struct lev_import *im, const struct lev_import_pool *p,
			 const struct lev_import_service *s)
{
	if (p->n != s->n_servers)
		return false;
	for (unsigned int i = 0; i < p->n; i++) {
		const struct lev_server *server = &im->whole.server[p->first + i];

		if (!lev_ip_equal(&server->ip, &s->server[i].ip) ||
		    server->weight != s->server[i].weight)
			return false;
	}
	return true;
}

static bool is_taken(const struct lev_import *im, const char *name)
{
	for (unsigned int i = 0; i < im->n_pools; i++) {
		if (!strcmp(im->pool[i].name, name))
			return true;
	}
	return false;
}

/* By the group's name if it can be one, else by protocol and port, else by a number. */
static void name_pool(const struct lev_import *im, struct lev_import_pool *p,
		      const struct lev_import_service *s)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789-_.";
	char proto[LEV_PROTO_STR];

	if (s->name && *s->name && strlen(s->name) < LEV_POOL_SIZE &&
	    !s->name[strspn(s->name, letters)])
		snprintf(p->name, sizeof(p->name), "%s", s->name);
	else
		snprintf(p->name, sizeof(p->name), "%s-%u", lev_proto_str(s->proto, proto),
			 s->n_at ? s->at[0].port & 0xffff : 0);
	for (unsigned int i = im->n_pools + 1; is_taken(im, p->name); i++)
		snprintf(p->name, sizeof(p->name), "pool-%u", i);
}

/* The pool that has just these servers, made if there is none; NULL: there is no room, said. */
static const struct lev_import_pool *find_pool(struct lev_import *im,
					       const struct lev_import_service *s)
{
	struct lev_import_pool *p = im->pool;

	for (unsigned int i = 0; i < im->n_pools; i++, p++) {
		if (same_servers(im, p, s))
			return p;
	}
	if (im->n_pools == LEV_IMPORT_POOLS ||
	    s->n_servers > LEV_SERVERS_MAX - im->whole.n_servers) {
		lev_import_say(im, &s->place, "a cluster has at most %u services, and %u servers "
			       "in all pools: this one is left out", LEV_SERVICES_MAX,
			       LEV_SERVERS_MAX);
		return NULL;
	}
	name_pool(im, p, s);
	p->first = im->whole.n_servers;
	p->n = s->n_servers;
	for (unsigned int i = 0; i < p->n; i++) {
		struct lev_server *server = &im->whole.server[im->whole.n_servers++];

		lev_whole_initial(kind(LEV_A_SERVER), server);
		server->ip = s->server[i].ip;
		server->weight = s->server[i].weight;
		memcpy(server->pool, p->name, sizeof(p->name));
	}
	im->n_pools++;
	return p;
}

static bool has_service(const struct lev_import *im, const struct lev_service *like)
{
	for (unsigned int i = 0; i < im->whole.n_services; i++) {
		const struct lev_service *s = &im->whole.service[i];

		if (lev_ip_equal(&s->ip, &like->ip) && s->proto == like->proto &&
		    s->port == like->port)
			return true;
	}
	return false;
}

static void add_service(struct lev_import *im, const struct lev_import_service *s,
			const struct lev_import_at *at, const char *pool)
{
	struct lev_service service = { 0 };
	char text[LEV_IP_STR];

	lev_whole_initial(kind(LEV_A_SERVICE), &service);
	service.ip = at->ip;
	service.proto = s->proto;
	service.port = at->port;
	service.hash = s->hash;
	memcpy(service.pool, pool, sizeof(service.pool));
	lev_ip_str(&at->ip, text);
	if (!lev_ip_shareable(&at->ip))
		lev_import_say(im, &at->place, "\"%s\": it cannot be a ServIP", text);
	else if (has_service(im, &service))
		lev_import_say(im, &at->place, "\"%s\": there is such a service before", text);
	else if (im->whole.n_services == LEV_SERVICES_MAX)
		lev_import_say(im, &at->place, "\"%s\": a cluster has at most %u services", text,
			       LEV_SERVICES_MAX);
	else
		im->whole.service[im->whole.n_services++] = service;
}

/* A pool is checked once: by what was said of it first. */
static void add_check(struct lev_import *im, const struct lev_import_service *s, const char *pool)
{
	struct lev_whole_check *c = im->check;

	if (!s->check.n)
		return;
	while (c < im->check + im->n_checks && strcmp(c->pool, pool))
		c++;
	if (c < im->check + im->n_checks) {
		lev_import_say(im, &s->place, "its servers are checked as those of the service "
			       "before that has the same");
		return;
	}
	*c = s->check;
	memcpy(c->pool, pool, sizeof(c->pool));
	im->n_checks++;
}

void lev_import_service(struct lev_import *im, struct lev_import_service *s)
{
	const struct lev_import_pool *p;
	unsigned int n = 0;

	/* A pool is of one family. */
	for (unsigned int i = 0; i < s->n_at; i++) {
		if (s->at[i].ip.len == s->at[0].ip.len)
			s->at[n++] = s->at[i];
		else
			lev_import_say(im, &s->at[i].place,
				       "an address of another family than the first");
	}
	s->n_at = n;
	if (!n)
		return;
	sort_servers(im, s);
	scale_weights(im, s);
	if (!s->n_servers)
		lev_import_say(im, &s->place, "it has no server");
	p = find_pool(im, s);
	for (unsigned int i = 0; p && i < n; i++)
		add_service(im, s, &s->at[i], p->name);
	if (p && p->n)
		add_check(im, s, p->name);
}

/* With a single pool nobody needs its name. */
static void drop_name(struct lev_import *im)
{
	if (im->n_pools != 1)
		return;
	for (unsigned int i = 0; i < im->whole.n_services; i++)
		strcpy(im->whole.service[i].pool, LEV_POOL_DEFAULT);
	for (unsigned int i = 0; i < im->whole.n_servers; i++)
		strcpy(im->whole.server[i].pool, LEV_POOL_DEFAULT);
	for (unsigned int i = 0; i < im->n_checks; i++)
		strcpy(im->check[i].pool, LEV_POOL_DEFAULT);
}

/* A server's own address cannot be shared. */
static void drop_addresses(struct lev_import *im)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < im->whole.n_addresses; i++) {
		const struct lev_address *a = &im->whole.address[i];
		bool server = false;
		char text[LEV_IP_STR];

		for (unsigned int k = 0; k < im->whole.n_servers; k++)
			server |= lev_ip_equal(&im->whole.server[k].ip, &a->ip);
		if (server) {
			lev_import_say(im, &nowhere, "\"%s\" is left out as a LevIP: a server "
				       "has it", lev_ip_str(&a->ip, text));
			continue;
		}
		im->at_device[n] = im->at_device[i];
		im->whole.address[n++] = *a;
	}
	im->whole.n_addresses = n;
}

static bool is_service(const struct lev_import *im, const struct lev_ip *ip)
{
	for (unsigned int i = 0; i < im->whole.n_services; i++) {
		if (lev_ip_equal(&im->whole.service[i].ip, ip))
			return true;
	}
	return false;
}

/* The front is where clients find the services, or the device that came first. */
static void choose_devices(struct lev_import *im)
{
	struct lev_cluster *c = im->whole.cluster;
	unsigned int front = 0, both = 0;

	for (unsigned int i = im->whole.n_addresses; i-- > 0;) {
		if (!is_service(im, &im->whole.address[i].ip))
			continue;
		front = im->at_device[i];
		both++;
	}
	for (unsigned int i = 0; i < im->whole.n_addresses; i++)
		im->whole.address[i].side = im->at_device[i] == front ? LEV_SIDE_FRONT :
									LEV_SIDE_BACK;
	strcpy(c->front, im->n_devices ? im->device[front] : FRONT_UNKNOWN);
	strcpy(c->back, im->n_devices == 2 ? im->device[!front] :
	       im->n_devices ? c->front : BACK_UNKNOWN);
	if (im->n_devices < 2)
		lev_import_say(im, &nowhere, "front %s and back %s are put in: name your devices",
			       c->front, c->back);
	if (both)
		lev_import_say(im, &nowhere, "LevIP and ServIP are the same address here: servers "
			       "need a way back of their own, or accept_local is to be set on the "
			       "back (see \"ServIP on Net A\" in the quick start)");
	if (!im->whole.n_addresses)
		lev_import_say(im, &nowhere, "there is no LevIP: add one to \"addresses\", and on "
			       "the router a route by it");
}

bool lev_import_end(struct lev_import *im)
{
	if (!im->whole.n_addresses && !im->whole.n_services)
		return false;
	drop_name(im);
	drop_addresses(im);
	if (!im->whole.cluster->id) {
		im->whole.cluster->id = ID_UNKNOWN;
		lev_import_say(im, &nowhere, "id %u is put in for the cluster: no other cluster on "
			       "these nets may have it", ID_UNKNOWN);
	}
	choose_devices(im);
	lev_import_say(im, &nowhere, "node 1 is put in for this machine: add the others to "
		       "\"nodes\", each with its host");
	return true;
}

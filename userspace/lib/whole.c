// SPDX-License-Identifier: GPL-2.0
/*
 * The whole of a cluster (see whole.h): the tables of its words, and what goes by them. Owns no
 * state.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "whole.h"

#define FIELD(kind_, word_, attr_, type, member, ...)			\
	{ .word = (word_), .kind = LEV_FIELD_##kind_, .attr = (attr_),	\
	  .offset = offsetof(struct type, member), ##__VA_ARGS__ }

static const struct lev_field cluster_fields[] = {
	FIELD(NUMBER, "id", LEV_CLUSTER_A_ID, lev_cluster, id),
	FIELD(NUMBER, "node", LEV_CLUSTER_A_SELF, lev_cluster, self, .local = true),
	FIELD(TEXT, "front", LEV_CLUSTER_A_FRONT, lev_cluster, front, .local = true),
	FIELD(TEXT, "back", LEV_CLUSTER_A_BACK, lev_cluster, back, .local = true),
	FIELD(NAME, "mac", LEV_CLUSTER_A_MAC, lev_cluster, mac,
	      .initial = LEV_MAC_VIRTUAL, .names = &lev_mac_names),
	FIELD(NUMBER, "lanes", LEV_CLUSTER_A_LANES, lev_cluster, lanes,
	      .initial = LEV_LANES_DEFAULT),
	FIELD(TIME, "period", LEV_CLUSTER_A_PERIOD, lev_cluster, period,
	      .initial = LEV_PERIOD_DEFAULT),
	FIELD(TIME, "heartbeat", LEV_CLUSTER_A_HEARTBEAT, lev_cluster, heartbeat,
	      .initial = LEV_HEARTBEAT_DEFAULT),
	FIELD(NUMBER, "dead", LEV_CLUSTER_A_DEAD, lev_cluster, dead, .initial = LEV_DEAD_DEFAULT),
	FIELD(TIME_OR_NEVER, "failback", LEV_CLUSTER_A_FAILBACK, lev_cluster, failback),
	FIELD(NUMBER, "flows", LEV_CLUSTER_A_FLOWS, lev_cluster, flows,
	      .initial = LEV_FLOWS_DEFAULT),
	FIELD(TIME, "memory", LEV_CLUSTER_A_MEMORY, lev_cluster, memory,
	      .initial = LEV_MEMORY_DEFAULT),
	FIELD(TIME, "refresh", LEV_CLUSTER_A_REFRESH, lev_cluster, refresh,
	      .initial = LEV_REFRESH_DEFAULT),
	FIELD(NUMBER, "pace", LEV_CLUSTER_A_PACE, lev_cluster, pace, .initial = LEV_PACE_DEFAULT),
	{ 0 }
};

static const struct lev_field node_fields[] = {
	FIELD(NUMBER, "id", LEV_NODE_A_ID, lev_node, id, .key = true),
	FIELD(NUMBER, "weight", LEV_NODE_A_WEIGHT, lev_node, weight,
	      .initial = LEV_WEIGHT_DEFAULT),
	FIELD(NUMBER, "priority", LEV_NODE_A_PRIORITY, lev_node, priority,
	      .initial = LEV_PRIORITY_DEFAULT),
	{ 0 }
};

static const struct lev_field address_fields[] = {
	FIELD(IP, "address", LEV_ADDRESS_A_ADDR, lev_address, ip, .key = true),
	FIELD(NAME, "side", LEV_ADDRESS_A_SIDE, lev_address, side, .names = &lev_side_names),
	{ 0 }
};

static const struct lev_field service_fields[] = {
	FIELD(IP, "address", LEV_SERVICE_A_ADDR, lev_service, ip, .key = true),
	FIELD(PROTO, "proto", LEV_SERVICE_A_PROTO, lev_service, proto, .key = true),
	FIELD(NUMBER, "port", LEV_SERVICE_A_PORT, lev_service, port, .key = true),
	FIELD(NAME, "hash", LEV_SERVICE_A_HASH, lev_service, hash, .names = &lev_hash_names),
	FIELD(TEXT, "pool", LEV_SERVICE_A_POOL, lev_service, pool, .text = LEV_POOL_DEFAULT),
	{ 0 }
};

static const struct lev_field server_fields[] = {
	FIELD(IP, "address", LEV_SERVER_A_ADDR, lev_server, ip, .key = true),
	FIELD(TEXT, "pool", LEV_SERVER_A_POOL, lev_server, pool, .key = true,
	      .text = LEV_POOL_DEFAULT),
	FIELD(NUMBER, "weight", LEV_SERVER_A_WEIGHT, lev_server, weight,
	      .initial = LEV_WEIGHT_DEFAULT),
	FIELD(NAME, "state", LEV_SERVER_A_ADMIN, lev_server, admin, .names = &lev_admin_names),
	{ 0 }
};

#define READ(name)							\
static int read_##name(struct nlattr *nest, void *thing)		\
{									\
	return lev_##name##_read(nest, thing);				\
}

READ(cluster)
READ(node)
READ(address)
READ(service)
READ(server)

#define KIND(name, plural, nest_) {					\
	.noun = #name, .list = #plural, .nest = (nest_),		\
	.fields = name##_fields, .read = read_##name,			\
	.at = offsetof(struct lev_whole, name),				\
	.count = offsetof(struct lev_whole, n_##plural),		\
	.size = sizeof(struct lev_##name),				\
	.max = sizeof(((struct lev_whole *)NULL)->name) / sizeof(struct lev_##name), \
}

const struct lev_kind lev_kinds[] = {
	KIND(cluster, clusters, LEV_A_CLUSTER),
	KIND(node, nodes, LEV_A_NODE),
	KIND(address, addresses, LEV_A_ADDRESS),
	KIND(service, services, LEV_A_SERVICE),
	KIND(server, servers, LEV_A_SERVER),
	{ 0 }
};

unsigned int lev_whole_count(const struct lev_whole *w, const struct lev_kind *k)
{
	return *(const unsigned int *)((const char *)w + k->count);
}

const void *lev_whole_thing(const struct lev_whole *w, const struct lev_kind *k, unsigned int i)
{
	return (const char *)w + k->at + i * k->size;
}

static uint32_t number(const struct lev_field *f, const void *thing)
{
	return *(const uint32_t *)((const char *)thing + f->offset);
}

static const char *text(const struct lev_field *f, const void *thing)
{
	return (const char *)thing + f->offset;
}

static bool is_number(const struct lev_field *f)
{
	return f->kind != LEV_FIELD_TEXT && f->kind != LEV_FIELD_IP;
}

/* Each struct begins with @has, a bit for each attribute that was there. */
void lev_whole_initial(const struct lev_kind *k, void *thing)
{
	uint64_t has = *(uint64_t *)thing;

	for (const struct lev_field *f = k->fields; f->word; f++) {
		char *to = (char *)thing + f->offset;

		if (lev_has(has, f->attr))
			continue;
		if (is_number(f))
			memcpy(to, &f->initial, sizeof(f->initial));
		else if (f->text)
			memcpy(to, f->text, strlen(f->text) + 1);
	}
}

int lev_whole_add(struct lev_whole *w, struct nlattr *nest)
{
	const struct lev_kind *k = lev_kinds;
	unsigned int *count;
	void *thing;

	while (k->noun && k->nest != nla_type(nest))
		k++;
	if (!k->noun)
		return 0;
	count = (unsigned int *)((char *)w + k->count);
	if (*count == k->max)
		return -1;
	thing = (char *)w + k->at + *count * k->size;
	if (k->read(nest, thing))
		return -1;
	lev_whole_initial(k, thing);
	++*count;
	return 0;
}

bool lev_field_initial(const struct lev_field *f, const void *thing)
{
	if (f->kind == LEV_FIELD_IP)
		return false;
	if (f->kind == LEV_FIELD_TEXT)
		return f->text && !strcmp(text(f, thing), f->text);
	return number(f, thing) == f->initial;
}

const char *lev_field_str(const struct lev_field *f, const void *thing, char buf[LEV_VALUE_STR])
{
	switch (f->kind) {
	case LEV_FIELD_TEXT:
		return text(f, thing);
	case LEV_FIELD_IP:
		return lev_ip_str((const struct lev_ip *)text(f, thing), buf);
	case LEV_FIELD_NAME:
		return lev_name(f->names, number(f, thing));
	case LEV_FIELD_TIME_OR_NEVER:
		if (number(f, thing) == LEV_FAILBACK_NEVER)
			return "never";
		return lev_time_str(number(f, thing), buf);
	case LEV_FIELD_TIME:
		return lev_time_str(number(f, thing), buf);
	case LEV_FIELD_PROTO:
		return number(f, thing) ? lev_proto_str(number(f, thing), buf) : NULL;
	case LEV_FIELD_NUMBER:
		/* A key without a value, as no port. */
		if (f->key && !number(f, thing))
			return NULL;
		snprintf(buf, LEV_VALUE_STR, "%" PRIu32, number(f, thing));
		return buf;
	}
	return NULL;
}

static bool same(const struct lev_field *f, const void *a, const void *b)
{
	if (f->kind == LEV_FIELD_TEXT)
		return !strcmp(text(f, a), text(f, b));
	if (f->kind == LEV_FIELD_IP)
		return lev_ip_equal((const struct lev_ip *)text(f, a),
				    (const struct lev_ip *)text(f, b));
	return number(f, a) == number(f, b);
}

/* The thing of this name, or NULL. */
static const void *find(const struct lev_whole *w, const struct lev_kind *k, const void *like)
{
	for (unsigned int i = 0; i < lev_whole_count(w, k); i++) {
		const void *thing = lev_whole_thing(w, k, i);
		const struct lev_field *f = k->fields;

		while (f->word && (!f->key || same(f, thing, like)))
			f++;
		if (!f->word)
			return thing;
	}
	return NULL;
}

/* The first word that names a thing goes without saying. */
static void put_name(const struct lev_kind *k, const void *thing, char name[LEV_NAME_STR])
{
	char buf[LEV_VALUE_STR];
	size_t at = 0;

	name[0] = '\0';
	for (const struct lev_field *f = k->fields; f->word; f++) {
		const char *value = f->key ? lev_field_str(f, thing, buf) : NULL;

		if (!value || (at && lev_field_initial(f, thing)))
			continue;
		at += snprintf(name + at, LEV_NAME_STR - at, "%s%s%s%s", at ? " " : "",
			       at ? f->word : "", at ? " " : "", value);
	}
}

static void tell(const char *change, const struct lev_kind *k, const void *thing,
		 lev_difference_fn fn, void *arg)
{
	char name[LEV_NAME_STR];
	const struct lev_difference d = { .change = change, .noun = k->noun, .name = name };

	put_name(k, thing, name);
	fn(&d, arg);
}

static void compare_words(const struct lev_kind *k, const void *from, const void *to,
			  lev_difference_fn fn, void *arg)
{
	char name[LEV_NAME_STR], was[LEV_VALUE_STR], is[LEV_VALUE_STR];

	put_name(k, to, name);
	for (const struct lev_field *f = k->fields; f->word; f++) {
		struct lev_difference d = {
			.change = "set", .noun = k->noun, .name = name, .word = f->word,
		};

		if (same(f, from, to))
			continue;
		d.from = lev_field_str(f, from, was);
		d.to = lev_field_str(f, to, is);
		fn(&d, arg);
	}
}

void lev_whole_compare(const struct lev_whole *from, const struct lev_whole *to,
		       lev_difference_fn fn, void *arg)
{
	const struct lev_kind *k;
	unsigned int i;

	for (k = lev_kinds; k->noun; k++) {
		for (i = 0; i < lev_whole_count(from, k); i++) {
			const void *thing = lev_whole_thing(from, k, i);

			if (!find(to, k, thing))
				tell("del", k, thing, fn, arg);
		}
	}
	for (k = lev_kinds; k->noun; k++) {
		for (i = 0; i < lev_whole_count(to, k); i++) {
			const void *thing = lev_whole_thing(to, k, i);
			const void *old = find(from, k, thing);

			if (old)
				compare_words(k, old, thing, fn, arg);
			else
				tell("add", k, thing, fn, arg);
		}
	}
}

// SPDX-License-Identifier: GPL-2.0
/*
 * /metrics: what is known of a cluster, in the text format of Prometheus (see scene.h). Counters
 * come from the one list of them. Owns no state; called by web.c.
 */
#include <inttypes.h>
#include <stdarg.h>

#include "scene.h"

/* Begins the samples of one name. */
static void family(FILE *f, const char *name, const char *type, const char *help)
{
	fprintf(f, "# HELP leveler_%s %s\n# TYPE leveler_%s %s\n", name, help, name, type);
}

/* The value of a label: a device may be called nearly anything. */
static void put_escaped(FILE *f, const char *value)
{
	for (; *value; value++) {
		if (*value == '\\' || *value == '"')
			fputc('\\', f);
		if (*value == '\n')
			fputs("\\n", f);
		else
			fputc(*value, f);
	}
}

/* Begins a sample. Labels beside the device's come in pairs, name and value; the last is NULL. */
static void __attribute__((sentinel)) sample(FILE *f, const char *name, const char *device, ...)
{
	const char *label;
	va_list ap;

	fprintf(f, "leveler_%s{device=\"", name);
	put_escaped(f, device);
	va_start(ap, device);
	while ((label = va_arg(ap, const char *))) {
		fprintf(f, "\",%s=\"", label);
		put_escaped(f, va_arg(ap, const char *));
	}
	va_end(ap);
	fputs("\"} ", f);
}

static void put_number(FILE *f, double v)
{
	fprintf(f, "%.15g\n", v);
}

static const struct {
	const char *name;
	const char *help;
} counters[] = {
#define COUNTER(upper, lower, doc) [LEV_STAT_##upper] = { #lower "_total", doc },
	LEV_STATS(COUNTER)
};

static void write_counters(FILE *f, const char *device, const struct scene *s)
{
	for (unsigned int i = 0; i < __LEV_STAT_MAX; i++) {
		family(f, counters[i].name, "counter", counters[i].help);
		sample(f, counters[i].name, device, NULL);
		fprintf(f, "%" PRIu64 "\n", s->stats[i]);
	}
}

/* A value of the cluster, or false if there is none now. */
#define CLUSTER_VALUE(name, there, value)					\
static bool cluster_##name(const struct scene *s, double *v)			\
{										\
	const struct lev_status *st __attribute__((unused)) = &s->picture.status; \
										\
	*v = (there) ? (value) : 0;						\
	return there;								\
}

static unsigned int count(uint64_t set)
{
	return __builtin_popcountll(set);
}

CLUSTER_VALUE(active, true, !st->reason)
CLUSTER_VALUE(lanes, true, st->lanes)
CLUSTER_VALUE(owned, true, lanes_of(st, st->self))
CLUSTER_VALUE(unowned, true, lanes_of(st, 0))
CLUSTER_VALUE(view, true, count(st->view))
CLUSTER_VALUE(askers, true, st->askers)
CLUSTER_VALUE(authenticated, true, authenticated(st))
CLUSTER_VALUE(rekeys, true, key_changes(st))
CLUSTER_VALUE(version, true, st->version)
CLUSTER_VALUE(pending, true, lev_has(st->has, LEV_STATUS_A_PENDING_VERSION))
CLUSTER_VALUE(waiting, true, count(st->waiting))
CLUSTER_VALUE(period, true, s->picture.cluster.period / 1000.0)
CLUSTER_VALUE(next, lev_has(st->has, LEV_STATUS_A_NEXT_TURN), st->next_turn / 1000.0)

static const struct {
	const char *name;
	const char *help;
	bool (*value)(const struct scene *s, double *v);
} cluster_values[] = {
	{ "active", "1 if this node is in the game, 0 if it is silent", cluster_active },
	{ "lanes", "lanes of the cluster", cluster_lanes },
	{ "lanes_owned", "lanes that this node owns", cluster_owned },
	{ "lanes_unowned", "lanes that nobody owns", cluster_unowned },
	{ "view_nodes", "nodes that are in the game, as this node sees it", cluster_view },
	{ "askers", "askers known", cluster_askers },
	{ "authenticated", "1 if all frames that are accepted are signed", cluster_authenticated },
	{ "key_pending", "1 if a new key waits for other nodes", cluster_rekeys },
	{ "config_version", "version of the config in force", cluster_version },
	{ "config_pending", "1 if a change waits for other nodes", cluster_pending },
	{ "config_waiting_nodes", "nodes that the pending change waits for", cluster_waiting },
	{ "period_seconds", "one turn of the wheel; 0: it stands still", cluster_period },
	{ "next_move_seconds", "time until the wheel moves a lane", cluster_next },
};

static void write_cluster(FILE *f, const char *device, const struct scene *s)
{
	for (size_t i = 0; i < ARRAY_SIZE(cluster_values); i++) {
		double v;

		if (!cluster_values[i].value(s, &v))
			continue;
		family(f, cluster_values[i].name, "gauge", cluster_values[i].help);
		sample(f, cluster_values[i].name, device, NULL);
		put_number(f, v);
	}
}

static void write_sides(FILE *f, const char *device, const struct lev_status *st)
{
	family(f, "side_up", "gauge", "1 if the lower device of a side is up");
	sample(f, "side_up", device, "side", "front", "lower", st->front, NULL);
	put_number(f, st->front_up);
	sample(f, "side_up", device, "side", "back", "lower", st->back, NULL);
	put_number(f, st->back_up);
	family(f, "side_mac_virtual", "gauge",
	       "1 if answers on a side carry the MAC addresses of lanes");
	sample(f, "side_mac_virtual", device, "side", "front", NULL);
	put_number(f, st->front_mac == LEV_MAC_VIRTUAL);
	sample(f, "side_mac_virtual", device, "side", "back", NULL);
	put_number(f, st->back_mac == LEV_MAC_VIRTUAL);
}

/**
 * struct one_node - a node, and what was heard of it
 * @s: the scene
 * @node: as configured
 * @peer: NULL: it is this node, or nothing was heard yet
 */
struct one_node {
	const struct scene *s;
	const struct lev_node *node;
	const struct lev_peer *peer;
};

static bool is_self(const struct one_node *n)
{
	return n->node->id == n->s->picture.status.self;
}

static double part_of(const struct one_node *n)
{
	uint32_t part, whole;

	share_of(&n->s->picture, n->node, &part, &whole);
	return whole ? (double)part / whole : 0;
}

#define NODE_VALUE(name, there, value)						\
static bool node_##name(const struct one_node *n, double *v)			\
{										\
	const struct lev_status *st __attribute__((unused)) = &n->s->picture.status; \
										\
	*v = (there) ? (value) : 0;						\
	return there;								\
}

NODE_VALUE(active, true, is_self(n) ? !st->reason : lev_in_set(st->view, n->node->id))
NODE_VALUE(lanes, true, lanes_of(st, n->node->id))
NODE_VALUE(share, true, part_of(n))
NODE_VALUE(weight, true, n->node->weight)
NODE_VALUE(priority, true, n->node->priority)
NODE_VALUE(keeper, true, st->keeper == n->node->id)
NODE_VALUE(heard, !is_self(n), n->peer && n->peer->heard)
NODE_VALUE(hears_us, !is_self(n), n->peer && n->peer->hears_us)
NODE_VALUE(age, n->peer && lev_has(n->peer->has, LEV_PEER_A_AGE), n->peer->age / 1000.0)

static const struct {
	const char *name;
	const char *help;
	bool (*value)(const struct one_node *n, double *v);
} node_values[] = {
	{ "node_active", "1 if the node is in the game, as this node sees it", node_active },
	{ "node_lanes", "lanes that the node owns", node_lanes },
	{ "node_share_ratio", "the node's part of the askers, 0 to 1", node_share },
	{ "node_weight", "weight of the node", node_weight },
	{ "node_priority", "priority of the node", node_priority },
	{ "node_keeper", "1 if the node keeps the cluster's clock", node_keeper },
	{ "node_heard", "1 if this node hears the node", node_heard },
	{ "node_hears_this_node", "1 if the node hears this node", node_hears_us },
	{ "node_heartbeat_age_seconds", "time since the node's last heartbeat", node_age },
};

/* A set of states: 1 for the one that is so. Of a node that was never heard nothing is said. */
static void write_reason(FILE *f, const char *device, const struct one_node *n, const char *id)
{
	uint32_t reason = n->s->picture.status.reason;

	if (!is_self(n)) {
		if (!n->peer || !lev_has(n->peer->has, LEV_PEER_A_REASON))
			return;
		reason = n->peer->reason;
	}
	for (unsigned int i = 0; i < lev_reason_names.n; i++) {
		sample(f, "node_reason", device, "node", id, "reason",
		       lev_name(&lev_reason_names, i), NULL);
		put_number(f, i == reason);
	}
}

static void write_nodes(FILE *f, const char *device, const struct scene *s)
{
	for (size_t i = 0; i <= ARRAY_SIZE(node_values); i++) {
		bool reason = i == ARRAY_SIZE(node_values);

		if (reason)
			family(f, "node_reason", "gauge", "1 for why the node is silent, or none");
		else
			family(f, node_values[i].name, "gauge", node_values[i].help);
		for (unsigned int k = 0; k < s->picture.n_nodes; k++) {
			const struct lev_node *node = &s->picture.node[k];
			struct one_node n = { s, node, peer_of(&s->picture.status, node->id) };
			char id[16];
			double v;

			snprintf(id, sizeof(id), "%u", node->id);
			if (reason) {
				write_reason(f, device, &n, id);
			} else if (node_values[i].value(&n, &v)) {
				sample(f, node_values[i].name, device, "node", id, NULL);
				put_number(f, v);
			}
		}
	}
}

#define SERVER_VALUE(name, there, value)					\
static bool server_##name(const struct lev_server *s, double *v)		\
{										\
	*v = (there) ? (value) : 0;						\
	return there;								\
}

SERVER_VALUE(up, true, s->up)
SERVER_VALUE(reached, true, s->reached)
SERVER_VALUE(healthy, lev_has(s->has, LEV_SERVER_A_HEALTH), s->health == LEV_HEALTH_UP)
SERVER_VALUE(drained, true, s->admin == LEV_ADMIN_DRAIN)
SERVER_VALUE(weight, true, s->weight)
SERVER_VALUE(part, lev_has(s->has, LEV_SERVER_A_PERCENT), (double)s->percent / LEV_PERCENT_FULL)
SERVER_VALUE(agreed_part, lev_has(s->has, LEV_SERVER_A_AGREED_PERCENT),
	     (double)s->agreed_percent / LEV_PERCENT_FULL)
SERVER_VALUE(share, true, (double)s->share / LEV_TABLE_SIZE)
SERVER_VALUE(packets, true, s->packets)
SERVER_VALUE(flows, lev_has(s->has, LEV_SERVER_A_FLOWS), s->flows)

static const struct {
	const char *name;
	const char *type;
	const char *help;
	bool (*value)(const struct lev_server *s, double *v);
} server_values[] = {
	{ "server_up", "gauge", "1 if the cluster agreed that the server is up", server_up },
	{ "server_reached", "gauge", "1 if the server answers this node's probes", server_reached },
	{ "server_healthy", "gauge", "0 if this node's checks find it down", server_healthy },
	{ "server_drained", "gauge", "1 if the server is drained", server_drained },
	{ "server_weight", "gauge", "weight of the server", server_weight },
	{ "server_weight_ratio", "gauge",
	  "of its weight, what this node's checks give the server, 0 to 1", server_part },
	{ "server_weight_agreed_ratio", "gauge",
	  "of its weight, what the cluster agreed to give the server, 0 to 1", server_agreed_part },
	{ "server_share_ratio", "gauge", "the server's part of its pool's table, 0 to 1",
	  server_share },
	{ "server_packets_total", "counter", "packets sent to the server by this node",
	  server_packets },
	{ "server_flows_pinned", "gauge", "flows pinned to the server", server_flows },
};

static void write_servers(FILE *f, const char *device, const struct scene *s)
{
	for (size_t i = 0; i < ARRAY_SIZE(server_values); i++) {
		family(f, server_values[i].name, server_values[i].type, server_values[i].help);
		for (unsigned int k = 0; k < s->n_servers; k++) {
			const struct lev_server *server = &s->server[k];
			char ip[LEV_IP_STR];
			double v;

			if (!server_values[i].value(server, &v))
				continue;
			sample(f, server_values[i].name, device, "server",
			       lev_ip_str(&server->ip, ip), "pool", server->pool, NULL);
			put_number(f, v);
		}
	}
}

static void write_services(FILE *f, const char *device, const struct scene *s)
{
	family(f, "service_servers_up", "gauge", "servers in use for the service");
	for (unsigned int i = 0; i < s->n_services; i++) {
		const struct lev_service *service = &s->service[i];
		char ip[LEV_IP_STR], proto[LEV_PROTO_STR] = "any", port[16] = "any";

		if (service->proto)
			lev_proto_str(service->proto, proto);
		if (service->port)
			snprintf(port, sizeof(port), "%u", service->port);
		sample(f, "service_servers_up", device, "service", lev_ip_str(&service->ip, ip),
		       "proto", proto, "port", port, "pool", service->pool, NULL);
		put_number(f, service->up);
	}
}

static void write_info(FILE *f, const char *device, const struct scene *s)
{
	char cluster[16], node[16];

	snprintf(cluster, sizeof(cluster), "%u", s->picture.cluster.id);
	snprintf(node, sizeof(node), "%u", s->picture.status.self);
	family(f, "info", "gauge", "which cluster and node this is, and the version of levd");
	sample(f, "info", device, "cluster", cluster, "node", node, "version", LEV_VERSION, NULL);
	put_number(f, 1);
}

void metrics_write(FILE *f, const char *device, const struct scene *s)
{
	family(f, "up", "gauge", "1 if the kernel has the cluster");
	sample(f, "up", device, NULL);
	put_number(f, !!s);
	if (!s)
		return;
	write_info(f, device, s);
	write_cluster(f, device, s);
	write_sides(f, device, &s->picture.status);
	write_nodes(f, device, s);
	write_services(f, device, s);
	write_servers(f, device, s);
	write_counters(f, device, s);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the netlink API's nests into structs, by tables: one line an attribute. Owns no
 * state. Called by the commands of levctl.
 */
#include <stdlib.h>
#include <string.h>

#include "model.h"

enum field_kind {
	FIELD_INT,	/* of the field's own size, exactly */
	FIELD_STR,	/* a string that fits, with its NUL */
	FIELD_IP,	/* struct lev_ip */
	FIELD_MAC,	/* six bytes */
};

/* Where an attribute goes. */
struct field {
	uint16_t attr;
	uint8_t kind;
	uint16_t offset;
	uint16_t size;
};

#define FIELD(kind, attr, type, member) \
	{ attr, kind, offsetof(struct type, member), sizeof(((struct type *)NULL)->member) }
#define INT(attr, type, member)	FIELD(FIELD_INT, attr, type, member)
#define STR(attr, type, member)	FIELD(FIELD_STR, attr, type, member)

static const struct field cluster_fields[] = {
	INT(LEV_CLUSTER_A_ID, lev_cluster, id),
	INT(LEV_CLUSTER_A_SELF, lev_cluster, self),
	STR(LEV_CLUSTER_A_FRONT, lev_cluster, front),
	STR(LEV_CLUSTER_A_BACK, lev_cluster, back),
	INT(LEV_CLUSTER_A_MAC, lev_cluster, mac),
	INT(LEV_CLUSTER_A_LANES, lev_cluster, lanes),
	INT(LEV_CLUSTER_A_PERIOD, lev_cluster, period),
	INT(LEV_CLUSTER_A_HEARTBEAT, lev_cluster, heartbeat),
	INT(LEV_CLUSTER_A_DEAD, lev_cluster, dead),
	INT(LEV_CLUSTER_A_FAILBACK, lev_cluster, failback),
	INT(LEV_CLUSTER_A_FLOWS, lev_cluster, flows),
	INT(LEV_CLUSTER_A_MEMORY, lev_cluster, memory),
	INT(LEV_CLUSTER_A_REFRESH, lev_cluster, refresh),
	INT(LEV_CLUSTER_A_PACE, lev_cluster, pace),
	INT(LEV_CLUSTER_A_KEYED, lev_cluster, keyed),
	{ 0 }
};

static const struct field address_fields[] = {
	FIELD(FIELD_IP, LEV_ADDRESS_A_ADDR, lev_address, ip),
	INT(LEV_ADDRESS_A_SIDE, lev_address, side),
	{ 0 }
};

static const struct field node_fields[] = {
	INT(LEV_NODE_A_ID, lev_node, id),
	INT(LEV_NODE_A_WEIGHT, lev_node, weight),
	INT(LEV_NODE_A_PRIORITY, lev_node, priority),
	INT(LEV_NODE_A_ADMIN, lev_node, admin),
	INT(LEV_NODE_A_WATCH, lev_node, watch),
	{ 0 }
};

static const struct field service_fields[] = {
	FIELD(FIELD_IP, LEV_SERVICE_A_ADDR, lev_service, ip),
	INT(LEV_SERVICE_A_PROTO, lev_service, proto),
	INT(LEV_SERVICE_A_PORT, lev_service, port),
	INT(LEV_SERVICE_A_HASH, lev_service, hash),
	STR(LEV_SERVICE_A_POOL, lev_service, pool),
	INT(LEV_SERVICE_A_UP, lev_service, up),
	INT(LEV_SERVICE_A_MOVED, lev_service, moved),
	INT(LEV_SERVICE_A_REMEMBERED, lev_service, remembered),
	{ 0 }
};

static const struct field server_fields[] = {
	FIELD(FIELD_IP, LEV_SERVER_A_ADDR, lev_server, ip),
	STR(LEV_SERVER_A_POOL, lev_server, pool),
	INT(LEV_SERVER_A_WEIGHT, lev_server, weight),
	INT(LEV_SERVER_A_ADMIN, lev_server, admin),
	INT(LEV_SERVER_A_HEALTH, lev_server, health),
	INT(LEV_SERVER_A_PERCENT, lev_server, percent),
	INT(LEV_SERVER_A_AGREED_PERCENT, lev_server, agreed_percent),
	INT(LEV_SERVER_A_REACHED, lev_server, reached),
	INT(LEV_SERVER_A_UP, lev_server, up),
	FIELD(FIELD_MAC, LEV_SERVER_A_MAC, lev_server, mac),
	INT(LEV_SERVER_A_SHARE, lev_server, share),
	INT(LEV_SERVER_A_PACKETS, lev_server, packets),
	INT(LEV_SERVER_A_FLOWS, lev_server, flows),
	{ 0 }
};

static const struct field status_fields[] = {
	INT(LEV_STATUS_A_SELF, lev_status, self),
	INT(LEV_STATUS_A_REASON, lev_status, reason),
	INT(LEV_STATUS_A_KEYED, lev_status, keyed),
	INT(LEV_STATUS_A_VIEW, lev_status, view),
	INT(LEV_STATUS_A_KEEPER, lev_status, keeper),
	INT(LEV_STATUS_A_CLOCK, lev_status, clock),
	INT(LEV_STATUS_A_PRIORITY, lev_status, priority),
	INT(LEV_STATUS_A_VERSION, lev_status, version),
	INT(LEV_STATUS_A_DIGEST, lev_status, digest),
	INT(LEV_STATUS_A_PENDING_VERSION, lev_status, pending_version),
	INT(LEV_STATUS_A_PENDING_DIGEST, lev_status, pending_digest),
	INT(LEV_STATUS_A_WAITING, lev_status, waiting),
	INT(LEV_STATUS_A_NEXT_TURN, lev_status, next_turn),
	STR(LEV_STATUS_A_FRONT, lev_status, front),
	INT(LEV_STATUS_A_FRONT_UP, lev_status, front_up),
	STR(LEV_STATUS_A_BACK, lev_status, back),
	INT(LEV_STATUS_A_BACK_UP, lev_status, back_up),
	INT(LEV_STATUS_A_ASKERS, lev_status, askers),
	INT(LEV_STATUS_A_FRONT_MAC, lev_status, front_mac),
	INT(LEV_STATUS_A_FRONT_MAC_WHY, lev_status, front_mac_why),
	INT(LEV_STATUS_A_BACK_MAC, lev_status, back_mac),
	INT(LEV_STATUS_A_BACK_MAC_WHY, lev_status, back_mac_why),
	INT(LEV_STATUS_A_KEY_ID, lev_status, key_id),
	INT(LEV_STATUS_A_OLD_KEY_ID, lev_status, old_key_id),
	INT(LEV_STATUS_A_KEY_WAITING, lev_status, key_waiting),
	{ 0 }
};

static const struct field peer_fields[] = {
	INT(LEV_PEER_A_ID, lev_peer, id),
	INT(LEV_PEER_A_HEARD, lev_peer, heard),
	INT(LEV_PEER_A_HEARS_US, lev_peer, hears_us),
	INT(LEV_PEER_A_AGE, lev_peer, age),
	INT(LEV_PEER_A_REASON, lev_peer, reason),
	INT(LEV_PEER_A_VERSION, lev_peer, version),
	INT(LEV_PEER_A_DIGEST, lev_peer, digest),
	INT(LEV_PEER_A_PENDING_DIGEST, lev_peer, pending_digest),
	INT(LEV_PEER_A_KEEPER, lev_peer, keeper),
	INT(LEV_PEER_A_HEARS, lev_peer, hears),
	INT(LEV_PEER_A_REACHED, lev_peer, reached),
	INT(LEV_PEER_A_INCARNATION, lev_peer, incarnation),
	INT(LEV_PEER_A_FRONT_MAC, lev_peer, front_mac),
	INT(LEV_PEER_A_BACK_MAC, lev_peer, back_mac),
	INT(LEV_PEER_A_KEY, lev_peer, key),
	{ 0 }
};

static const struct field notice_fields[] = {
	INT(LEV_EVENT_A_TYPE, lev_notice, type),
	INT(LEV_EVENT_A_CLOCK, lev_notice, clock),
	INT(LEV_EVENT_A_NODE, lev_notice, node),
	INT(LEV_EVENT_A_HEARD, lev_notice, heard),
	INT(LEV_EVENT_A_REASON, lev_notice, reason),
	INT(LEV_EVENT_A_VIEW, lev_notice, view),
	INT(LEV_EVENT_A_GAINED, lev_notice, gained),
	INT(LEV_EVENT_A_LOST, lev_notice, lost),
	INT(LEV_EVENT_A_OWNED, lev_notice, owned),
	INT(LEV_EVENT_A_VIEW_CHANGED, lev_notice, view_changed),
	INT(LEV_EVENT_A_VERSION, lev_notice, version),
	INT(LEV_EVENT_A_DIGEST, lev_notice, digest),
	FIELD(FIELD_IP, LEV_EVENT_A_ADDR, lev_notice, ip),
	INT(LEV_EVENT_A_UP, lev_notice, up),
	FIELD(FIELD_MAC, LEV_EVENT_A_MAC, lev_notice, mac),
	INT(LEV_EVENT_A_CHANGES, lev_notice, changes),
	{ 0 }
};

static const struct field explain_fields[] = {
	INT(LEV_EXPLAIN_A_WHY, lev_explain, why),
	INT(LEV_EXPLAIN_A_LEVIP, lev_explain, levip),
	INT(LEV_EXPLAIN_A_ENTRY, lev_explain, entry),
	INT(LEV_EXPLAIN_A_MOVED, lev_explain, moved),
	INT(LEV_EXPLAIN_A_PINNED, lev_explain, pinned),
	FIELD(FIELD_IP, LEV_EXPLAIN_A_ORIGIN, lev_explain, origin),
	{ 0 }
};

static const struct field lane_fields[] = {
	FIELD(FIELD_IP, LEV_LANE_A_ADDR, lev_lane, ip),
	INT(LEV_LANE_A_SIDE, lev_lane, side),
	INT(LEV_LANE_A_LANE, lev_lane, lane),
	INT(LEV_LANE_A_OWNER, lev_lane, owner),
	FIELD(FIELD_MAC, LEV_LANE_A_MAC, lev_lane, mac),
	{ 0 }
};

/* Reads one attribute to where its field says. */
static int read_field(const struct nlattr *nla, const struct field *f, void *to)
{
	uint16_t len = nla_len(nla);
	struct lev_ip *ip = to;

	switch (f->kind) {
	case FIELD_INT:
	case FIELD_MAC:
		if (len != f->size)
			return -1;
		memcpy(to, nla_data(nla), len);
		return 0;
	case FIELD_STR:
		if (strnlen(nla_data(nla), len) >= f->size)
			return -1;
		nla_strlcpy(to, nla, f->size);
		return 0;
	case FIELD_IP:
		if (len != 4 && len != 16)
			return -1;
		ip->len = len;
		memcpy(ip->b, nla_data(nla), len);
		return 0;
	}
	return -1;
}

/* Reads a nest into the struct at @to, which begins with its @has. */
static int read_nest(struct nlattr *nest, const struct field *fields, void *to, size_t size)
{
	uint64_t *has = to;
	struct nlattr *nla;
	int rem;

	memset(to, 0, size);
	if (!nest)
		return 0;
	nla_for_each_nested(nla, nest, rem) {
		const struct field *f = fields;

		while (f->attr && f->attr != nla_type(nla))
			f++;
		if (!f->attr)
			continue;
		if (read_field(nla, f, (char *)to + f->offset))
			return -1;
		*has |= 1ULL << f->attr;
	}
	return 0;
}

int lev_cluster_read(struct nlattr *nest, struct lev_cluster *c)
{
	return read_nest(nest, cluster_fields, c, sizeof(*c));
}

int lev_address_read(struct nlattr *nest, struct lev_address *a)
{
	return read_nest(nest, address_fields, a, sizeof(*a));
}

int lev_node_read(struct nlattr *nest, struct lev_node *n)
{
	return read_nest(nest, node_fields, n, sizeof(*n));
}

int lev_service_read(struct nlattr *nest, struct lev_service *s)
{
	return read_nest(nest, service_fields, s, sizeof(*s));
}

int lev_server_read(struct nlattr *nest, struct lev_server *s)
{
	return read_nest(nest, server_fields, s, sizeof(*s));
}

int lev_notice_read(struct nlattr *nest, struct lev_notice *n)
{
	return read_nest(nest, notice_fields, n, sizeof(*n));
}

int lev_explain_read(struct nlattr *nest, struct lev_explain *e)
{
	struct nlattr *nla;
	int rem;

	if (read_nest(nest, explain_fields, e, sizeof(*e)))
		return -1;
	if (!nest)
		return 0;
	nla_for_each_nested(nla, nest, rem) {
		if (nla_type(nla) != LEV_EXPLAIN_A_LANE)
			continue;
		if (e->n_lanes == LEV_ADDRESSES_MAX ||
		    read_nest(nla, lane_fields, &e->lane[e->n_lanes++], sizeof(*e->lane)))
			return -1;
	}
	return 0;
}

static int read_owners(const struct nlattr *nla, struct lev_status *s)
{
	if (nla_len(nla) > LEV_LANES_MAX)
		return -1;
	s->lanes = nla_len(nla);
	memcpy(s->owner, nla_data(nla), s->lanes);
	return 0;
}

static int read_peer(struct nlattr *nla, struct lev_status *s)
{
	if (s->n_peers == LEV_NODE_ID_MAX)
		return -1;
	return read_nest(nla, peer_fields, &s->peer[s->n_peers++], sizeof(*s->peer));
}

int lev_status_read(struct nlattr *nest, struct lev_status *s)
{
	struct nlattr *nla;
	int err = 0;
	int rem;

	if (read_nest(nest, status_fields, s, sizeof(*s)))
		return -1;
	s->peer = calloc(LEV_NODE_ID_MAX, sizeof(*s->peer));
	if (!s->peer)
		return -1;
	if (!nest)
		return 0;
	nla_for_each_nested(nla, nest, rem) {
		if (nla_type(nla) == LEV_STATUS_A_OWNERS)
			err |= read_owners(nla, s);
		else if (nla_type(nla) == LEV_STATUS_A_PEER)
			err |= read_peer(nla, s);
	}
	return err ? -1 : 0;
}

void lev_status_free(struct lev_status *s)
{
	free(s->peer);
	s->peer = NULL;
}

int lev_stats_read(struct nlattr *nest, uint64_t value[__LEV_STAT_MAX])
{
	struct nlattr *nla;
	int rem;

	memset(value, 0, __LEV_STAT_MAX * sizeof(*value));
	if (!nest)
		return 0;
	nla_for_each_nested(nla, nest, rem) {
		unsigned int type = nla_type(nla);

		/* What pads has no value; another release's may have the type of one of ours. */
		if (type < 1 || type > __LEV_STAT_MAX || !nla_len(nla))
			continue;
		if (nla_len(nla) != sizeof(*value))
			return -1;
		memcpy(&value[type - 1], nla_data(nla), sizeof(*value));
	}
	return 0;
}

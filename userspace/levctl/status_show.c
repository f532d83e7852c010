// SPDX-License-Identifier: GPL-2.0
/*
 * Prints one cluster for "levctl status". Owns no state; called by cmd_status.c, cmd_top.c and
 * levd.
 */
#include <inttypes.h>

#include "status.h"

/* Whose MAC addresses a node's answers carry, if it is the same on both sides. */
static void put_mac(struct lev_out *o, uint32_t front, uint32_t back)
{
	lev_out_str(o, "mac", LEV_CELL, front == back ? lev_name(&lev_mac_names, front) : "mixed");
}

/* The config that a node has in force: text shows those that differ, see show_others(). */
static void put_version(struct lev_out *o, bool known, uint64_t version, uint64_t digest)
{
	char text[LEV_DIGEST_STR];

	if (known) {
		lev_out_uint(o, "version", LEV_JSON_ONLY, version);
		lev_out_str(o, "digest", LEV_JSON_ONLY, lev_digest_str(digest, text));
	} else {
		lev_out_null(o, "version", LEV_JSON_ONLY, "");
		lev_out_null(o, "digest", LEV_JSON_ONLY, "");
	}
}

/* Names a key; the same word on each node that has it. */
static void put_key_id(struct lev_out *o, const char *key, const char *fmt, const char *none,
		       uint32_t id)
{
	char text[9];

	snprintf(text, sizeof(text), "%08" PRIx32, id);
	if (id)
		lev_out_str(o, key, fmt, text);
	else
		lev_out_null(o, key, fmt, none);
}

/* What this node has heard of another one. */
static void put_peer(struct lev_out *o, const struct lev_status *s, const struct lev_peer *peer)
{
	lev_out_str(o, "state", LEV_CELL, lev_in_set(s->view, peer->id) ? LEV_STATE_ACTIVE :
		    LEV_STATE_SILENT);
	if (lev_has(peer->has, LEV_PEER_A_REASON))
		lev_out_str(o, "reason", LEV_CELL, lev_name(&lev_reason_names, peer->reason));
	else
		lev_out_null(o, "reason", LEV_CELL, "-");
	if (lev_has(peer->has, LEV_PEER_A_AGE))
		lev_out_time(o, "age_ms", LEV_CELL, peer->age);
	else
		lev_out_null(o, "age_ms", LEV_CELL, "-");
	lev_out_bool(o, "heard", LEV_CELL, peer->heard);
	lev_out_bool(o, "hears_us", LEV_CELL, peer->hears_us);
	put_version(o, lev_has(peer->has, LEV_PEER_A_DIGEST), peer->version, peer->digest);
	if (lev_has(peer->has, LEV_PEER_A_FRONT_MAC))
		put_mac(o, peer->front_mac, peer->back_mac);
	else
		lev_out_null(o, "mac", LEV_CELL, "-");
	if (peer->key)
		lev_out_str(o, "key", LEV_CELL, lev_name(&lev_peer_key_names, peer->key));
	else
		lev_out_null(o, "key", LEV_CELL, "-");
}

static void put_self(struct lev_out *o, const struct lev_status *s)
{
	lev_out_str(o, "state", LEV_CELL, s->reason ? LEV_STATE_SILENT : LEV_STATE_ACTIVE);
	lev_out_str(o, "reason", LEV_CELL, lev_name(&lev_reason_names, s->reason));
	lev_out_null(o, "age_ms", LEV_CELL, "-");
	lev_out_null(o, "heard", LEV_CELL, "-");
	lev_out_null(o, "hears_us", LEV_CELL, "-");
	put_version(o, true, s->version, s->digest);
	put_mac(o, s->front_mac, s->back_mac);
	lev_out_null(o, "key", LEV_CELL, "-");
}

static void show_nodes(struct lev_out *o, const struct picture *p)
{
	static const struct lev_peer unknown;

	lev_out_table(o, "nodes", "  ",
		      "ID\tWEIGHT\tPRIORITY\tSTATE\tREASON\tAGE\tHEARD\tHEARS-US\tMAC\tKEY\tLANES\tSHARE");
	for (unsigned int i = 0; i < p->n_nodes; i++) {
		const struct lev_node *n = &p->node[i];
		const struct lev_peer *peer = peer_of(&p->status, n->id);
		uint32_t part, whole;

		lev_out_row(o);
		lev_out_uint(o, "id", LEV_CELL, n->id);
		lev_out_uint(o, "weight", LEV_CELL, n->weight);
		lev_out_uint(o, "priority", LEV_CELL, n->priority);
		if (n->id == p->status.self)
			put_self(o, &p->status);
		else
			put_peer(o, &p->status, peer ? peer : &unknown);
		lev_out_uint(o, "lanes", LEV_CELL, lanes_of(&p->status, n->id));
		share_of(p, n, &part, &whole);
		lev_out_percent(o, "share_percent", LEV_CELL, part, whole);
		lev_out_row_end(o);
	}
	lev_out_table_end(o);
}

/* One line an owner: "lanes of node 1: 0-3, 7"; an owner of 0 is nobody. */
static void show_lanes_of(struct lev_out *o, const struct lev_status *s, uint32_t id)
{
	const char *between = "";

	if (!lanes_of(s, id))
		return;
	if (id)
		lev_out_text(o, "  lanes of node %u: ", id);
	else
		lev_out_text(o, "  lanes of nobody: ");
	for (unsigned int i = 0; i < s->lanes; i++) {
		unsigned int first = i;

		if (s->owner[i] != id)
			continue;
		while (i + 1 < s->lanes && s->owner[i + 1] == id)
			i++;
		lev_out_text(o, i > first ? "%s%u-%u" : "%s%u", between, first, i);
		between = ", ";
	}
	lev_out_text(o, "\n");
}

static void show_owners(struct lev_out *o, const struct lev_status *s)
{
	for (uint32_t id = 0; id <= LEV_NODE_ID_MAX; id++)
		show_lanes_of(o, s, id);

	lev_out_array(o, "owners");
	for (unsigned int i = 0; i < s->lanes; i++) {
		if (s->owner[i])
			lev_out_uint(o, NULL, LEV_JSON_ONLY, s->owner[i]);
		else
			lev_out_null(o, NULL, LEV_JSON_ONLY, "");
	}
	lev_out_close(o);
}

/* Whose config is another one. The table below says it by their reason, this says which. */
static void show_others(struct lev_out *o, const struct lev_status *s)
{
	char digest[LEV_DIGEST_STR];

	for (unsigned int i = 0; i < s->n_peers; i++) {
		const struct lev_peer *p = &s->peer[i];

		if (p->heard && lev_has(p->has, LEV_PEER_A_DIGEST) && p->digest != s->digest)
			lev_out_text(o, "  node %u has another: version %" PRIu64 ", digest %s\n",
				     p->id, p->version, lev_digest_str(p->digest, digest));
	}
}

static void show_config(struct lev_out *o, const struct lev_status *s)
{
	char digest[LEV_DIGEST_STR];

	lev_out_uint(o, "version", "  config version %s", s->version);
	lev_out_str(o, "digest", ", digest %s\n", lev_digest_str(s->digest, digest));
	if (!lev_has(s->has, LEV_STATUS_A_PENDING_VERSION)) {
		lev_out_null(o, "pending", LEV_JSON_ONLY, "");
		return;
	}
	lev_out_object(o, "pending");
	lev_out_uint(o, "version", "  pending: version %s", s->pending_version);
	lev_out_str(o, "digest", ", digest %s", lev_digest_str(s->pending_digest, digest));
	lev_out_set(o, "waiting", ", waits for node %s\n", s->waiting);
	lev_out_close(o);
}

/* While the key changes, two are accepted. */
static void show_key(struct lev_out *o, const struct lev_status *s)
{
	bool changes = key_changes(s);

	lev_out_object(o, "keys");
	put_key_id(o, "id", s->keyed || changes ? "  key %s" : LEV_JSON_ONLY, "none", s->key_id);
	lev_out_bool(o, "changes", LEV_JSON_ONLY, changes);
	put_key_id(o, "old", changes ? ", %s is accepted still" : LEV_JSON_ONLY, "none",
		   s->old_key_id);
	if (changes)
		lev_out_set(o, "waiting", ", waits for node %s", s->key_waiting);
	else
		lev_out_null(o, "waiting", LEV_JSON_ONLY, "");
	lev_out_text(o, s->keyed || changes ? "\n" : "");
	lev_out_close(o);
}

static void show_self(struct lev_out *o, const struct picture *p)
{
	const struct lev_status *s = &p->status;

	lev_out_str(o, "device", "%s: ", p->device);
	lev_out_text(o, "cluster %u, node %u, ", p->cluster.id, s->self);
	put_cluster(o, LEV_JSON_ONLY, &p->cluster);
	lev_out_str(o, "state", "%s", s->reason ? LEV_STATE_SILENT : LEV_STATE_ACTIVE);
	lev_out_str(o, "reason", s->reason ? ": %s" : LEV_JSON_ONLY,
		    lev_name(&lev_reason_names, s->reason));
	lev_out_bool(o, "authenticated", LEV_JSON_ONLY, authenticated(s));
	lev_out_text(o, "\n");
	if (!authenticated(s))
		lev_out_text(o, "  unauthenticated: %s\n", key_changes(s) ?
			     "frames without a key are accepted still" :
			     "the cluster has no key");
	show_key(o, s);
	lev_out_text(o, "  front %s %s, back %s %s\n", s->front, s->front_up ? "up" : "down",
		     s->back, s->back_up ? "up" : "down");
	lev_out_bool(o, "front_up", LEV_JSON_ONLY, s->front_up);
	lev_out_bool(o, "back_up", LEV_JSON_ONLY, s->back_up);
}

/* Whose MAC addresses answers carry on a side, and why not those of lanes. */
static void show_mac(struct lev_out *o, const char *side, uint32_t mac, uint32_t why)
{
	lev_out_object(o, side);
	lev_out_str(o, "mac", "%s", lev_name(&lev_mac_names, mac));
	if (mac != LEV_MAC_VIRTUAL)
		lev_out_str(o, "why", " (%s)", lev_name(&lev_mac_why_names, why));
	else
		lev_out_null(o, "why", LEV_JSON_ONLY, "");
	lev_out_close(o);
}

static void show_macs(struct lev_out *o, const struct lev_status *s)
{
	lev_out_text(o, "  MAC addresses: front ");
	lev_out_object(o, "macs");
	show_mac(o, "front", s->front_mac, s->front_mac_why);
	lev_out_text(o, ", back ");
	show_mac(o, "back", s->back_mac, s->back_mac_why);
	lev_out_close(o);
	lev_out_text(o, "\n");
}

static void show_view(struct lev_out *o, const struct lev_status *s)
{
	lev_out_set(o, "view", "  view: %s", s->view);
	if (lev_has(s->has, LEV_STATUS_A_PRIORITY))
		lev_out_uint(o, "priority", ", priority %s on the wheel", s->priority);
	else
		lev_out_null(o, "priority", LEV_JSON_ONLY, "");
	lev_out_uint(o, "askers", s->askers == 1 ? ", %s asker known\n" : ", %s askers known\n",
		     s->askers);
	lev_out_text(o, "  clock %" PRIu64 ".%06" PRIu64 " s", s->clock / 1000000000,
		     s->clock / 1000 % 1000000);
	lev_out_uint(o, "clock_ns", LEV_JSON_ONLY, s->clock);
	if (s->keeper)
		lev_out_uint(o, "keeper", ", kept by node %s\n", s->keeper);
	else
		lev_out_null(o, "keeper", ", kept by %s\n", "nobody");
}

static void show_wheel(struct lev_out *o, const struct picture *p)
{
	const struct lev_status *s = &p->status;
	char period[LEV_TIME_STR];

	lev_out_text(o, p->cluster.lanes == 1 ? "  %u lane, " : "  %u lanes, ", p->cluster.lanes);
	if (p->cluster.period)
		lev_out_text(o, "one turn in %s", lev_time_str(p->cluster.period, period));
	else
		lev_out_text(o, "the wheel stands still");
	if (lev_has(s->has, LEV_STATUS_A_NEXT_TURN))
		lev_out_time(o, "next_turn_ms", ", next move in %s", s->next_turn);
	else
		lev_out_null(o, "next_turn_ms", LEV_JSON_ONLY, "");
	lev_out_text(o, "\n");
}

void show_picture(struct lev_out *o, const char *key, const struct picture *p)
{
	lev_out_object(o, key);
	show_self(o, p);
	show_macs(o, &p->status);
	show_config(o, &p->status);
	show_others(o, &p->status);
	show_view(o, &p->status);
	show_wheel(o, p);
	show_ring(o, &p->status);
	show_nodes(o, p);
	show_owners(o, &p->status);
	lev_out_close(o);
}

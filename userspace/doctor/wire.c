// SPDX-License-Identifier: GPL-2.0
/*
 * What was heard on front and back: others that speak for LevIP, two nodes of one id, nodes of
 * which a side is not heard, MAC addresses of lanes that do not pass. Pure; called by levctl's
 * cmd_doctor.c.
 */
#include <string.h>

#include "asks.h"
#include "checks.h"

static const char *side_name(unsigned int dev)
{
	return dev ? "back" : "front";
}

/* On the machine that has it, wherever it has it. */
static void tell_speaker(const struct lev_asks *a, const struct lev_site *s,
			 const struct lev_ask *ask, const uint8_t *mac, struct lev_findings *fs)
{
	const struct lev_server *server = lev_asks_server(s, mac);
	char ip[LEV_IP_STR], text[LEV_MAC_STR];
	struct lev_finding *f;

	if (lev_asks_is_leveler(a, s, mac))
		return;
	f = lev_found(fs, LEV_FAULT, "another-speaker");
	lev_ip_str(&ask->ip, ip);
	lev_mac_str(mac, text);
	lev_say(f->what, "%s on %s says that it has LevIP %s", text, s->dev[ask->dev].name, ip);
	lev_say(f->why, "who believes it sends past the levelers");
	/* A machine that nobody knows may have it for good, and answer on the wrong device. */
	if (server) {
		lev_ip_str(&server->ip, f->on);
		lev_say(f->mend, "ip -o address show to %s | awk '{ print $4, \"dev\", $2 }' | "
			"xargs -r -n 3 ip address del", ip);
	} else {
		lev_say(f->on, "%s", text);
		lev_say(f->mend, "ip -o address show to %s", ip);
	}
}

static void check_speakers(const struct lev_asks *a, const struct lev_site *s,
			   struct lev_findings *fs)
{
	for (unsigned int i = 0; i < a->n; i++) {
		const struct lev_ask *ask = &a->ask[i];
		unsigned int before = lev_found_so_far(fs);

		/* Of one that is a ServIP too, lev_check_servers() tells. */
		if (ask->kind != LEV_ASK_LEVIP)
			continue;
		for (unsigned int k = 0; k < ask->n_heard; k++) {
			if (!lev_site_is_servip(s, &ask->ip) ||
			    !lev_asks_server(s, ask->heard[k]))
				tell_speaker(a, s, ask, ask->heard[k], fs);
		}
		lev_checked(fs, before);
	}
}

static bool is_configured(const struct lev_site *s, unsigned int id)
{
	for (unsigned int i = 0; i < s->whole->n_nodes; i++) {
		if (s->whole->node[i].id == id)
			return true;
	}
	return false;
}

static bool is_heard(const struct lev_asks *a, unsigned int id)
{
	for (unsigned int i = 0; i < a->n_beats; i++) {
		if (a->beat[i].node == id)
			return true;
	}
	return false;
}

/* Does the kernel hear it, if we did not in our time? */
static bool is_known(const struct lev_site *s, unsigned int id)
{
	for (unsigned int i = 0; i < s->status->n_peers; i++) {
		if (s->status->peer[i].id == id)
			return s->status->peer[i].heard;
	}
	return false;
}

/* An id that nobody uses: one that is configured, if there is such. */
static unsigned int free_id(const struct lev_asks *a, const struct lev_site *s)
{
	for (int configured = 1; configured >= 0; configured--) {
		for (unsigned int id = 1; id <= LEV_NODE_ID_MAX; id++) {
			if (id != s->status->self && !is_heard(a, id) && !is_known(s, id) &&
			    is_configured(s, id) == configured)
				return id;
		}
	}
	return LEV_NODE_ID_MAX;
}

/* The MAC address of another machine that says that it is this node too, or NULL. */
static const uint8_t *find_twin(const struct lev_asks *a, const struct lev_site *s, unsigned int i)
{
	const struct lev_heard_beat *beat = &a->beat[i];

	if (beat->node == s->status->self)
		return beat->mac;
	for (unsigned int k = 0; k < i; k++) {
		if (a->beat[k].node == beat->node && a->beat[k].side == beat->side &&
		    memcmp(a->beat[k].mac, beat->mac, LEV_MAC_LEN))
			return beat->mac;
	}
	return NULL;
}

/* Each id is told of once, by the first of its heartbeats that gives it away. */
static void check_ids(const struct lev_asks *a, const struct lev_site *s, struct lev_findings *fs)
{
	unsigned int before = lev_found_so_far(fs);
	uint64_t told = 0;

	for (unsigned int i = 0; i < a->n_beats; i++) {
		const struct lev_heard_beat *beat = &a->beat[i];
		const uint8_t *twin = find_twin(a, s, i);
		char text[LEV_MAC_STR];
		struct lev_finding *f;

		if (!twin || lev_in_set(told, beat->node))
			continue;
		told |= 1ULL << (beat->node - 1);
		f = lev_found(fs, LEV_FAULT, "two-ids");
		lev_mac_str(twin, text);
		if (beat->node == s->status->self) {
			lev_say(f->what, "%s on %s is node %u, as this one is", text,
				s->dev[beat->dev].name, beat->node);
		} else {
			lev_say(f->what, "%s on %s is node %u, as another one is", text,
				s->dev[beat->dev].name, beat->node);
			lev_say(f->on, "%s", text);
		}
		lev_say(f->why, "they do not hear each other, and both answer as one");
		lev_say(f->mend, "levctl cluster set %s node %u", s->device, free_id(a, s));
	}
	lev_checked(fs, before);
}

static void check_strangers(const struct lev_asks *a, const struct lev_site *s,
			    struct lev_findings *fs)
{
	unsigned int before = lev_found_so_far(fs);
	uint64_t told = 0;

	for (unsigned int i = 0; i < a->n_beats; i++) {
		const struct lev_heard_beat *beat = &a->beat[i];
		char text[LEV_MAC_STR];
		struct lev_finding *f;

		if (is_configured(s, beat->node) || lev_in_set(told, beat->node))
			continue;
		told |= 1ULL << (beat->node - 1);
		f = lev_found(fs, LEV_WARNING, "unknown-node");
		lev_say(f->what, "%s on %s is node %u of this cluster, which is not configured "
			"here", lev_mac_str(beat->mac, text), s->dev[beat->dev].name, beat->node);
		lev_say(f->why, "it is not listened to, and both answer for LevIP");
		lev_say(f->mend, "levctl node add %s %u", s->device, beat->node);
	}
	lev_checked(fs, before);
}

static bool heard_by(const struct lev_asks *a, unsigned int node, unsigned int dev)
{
	for (unsigned int i = 0; i < a->n_beats; i++) {
		if (a->beat[i].node == node && a->beat[i].dev == dev)
			return true;
	}
	return false;
}

static void check_sides(const struct lev_asks *a, const struct lev_site *s,
			struct lev_findings *fs)
{
	unsigned int before = lev_found_so_far(fs);

	if (s->n_devs < 2)
		return;
	for (unsigned int id = 1; id <= LEV_NODE_ID_MAX; id++) {
		unsigned int deaf = heard_by(a, id, 0) ? 1 : 0;
		struct lev_finding *f;

		if (heard_by(a, id, 0) == heard_by(a, id, 1) || !s->dev[deaf].up)
			continue;
		f = lev_found(fs, LEV_WARNING, "one-side");
		lev_say(f->what, "node %u is heard on %s, and not on %s (%s)", id,
			s->dev[!deaf].name, s->dev[deaf].name, side_name(deaf));
		lev_say(f->why, "a switch drops its frames there (IGMP snooping, port security, "
			"storm control), or the cable is out");
		lev_say(f->mend, "tcpdump -n -i %s ether proto 0x88b5", s->dev[deaf].name);
	}
	lev_checked(fs, before);
}

/* Some neighbour answered the device's own address, and none of those that of a lane. */
static bool is_lane_blocked(const struct lev_asks *a, unsigned int dev)
{
	bool plain = false;

	for (unsigned int i = 0; i + 1 < a->n; i++) {
		const struct lev_ask *ask = &a->ask[i], *lane = &a->ask[i + 1];

		if (ask->kind != LEV_ASK_PLAIN || lane->kind != LEV_ASK_LANE || ask->dev != dev)
			continue;
		if (lane->moved || !lane->sent || lane->n_heard)
			return false;
		plain |= ask->n_heard;
	}
	return plain;
}

static void check_lanes(const struct lev_asks *a, const struct lev_site *s,
			struct lev_findings *fs)
{
	for (unsigned int dev = 0; dev < s->n_devs; dev++) {
		unsigned int before = lev_found_so_far(fs);

		if (is_lane_blocked(a, dev)) {
			struct lev_finding *f = lev_found(fs, LEV_FAULT, "lane-mac");

			lev_say(f->what, "on %s (%s), neighbours answer this node, but not the MAC "
				"address of a lane", s->dev[dev].name, side_name(dev));
			lev_say(f->why, "a hypervisor blocks forged transmits, a switch's port "
				"allows one address, or the device has no unicast filter");
			lev_say(f->mend, "levctl cluster set %s mac physical", s->device);
		}
		lev_checked(fs, before);
	}
}

void lev_check_wire(const struct lev_site *s, const struct lev_asks *a, struct lev_findings *fs)
{
	check_speakers(a, s, fs);
	check_ids(a, s, fs);
	check_strangers(a, s, fs);
	check_sides(a, s, fs);
	check_lanes(a, s, fs);
}

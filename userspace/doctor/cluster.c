// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel tells of the cluster itself, as findings: why this node is silent, whom it does
 * not hear, whose MAC addresses answers carry, the clock, the module's age. Pure; called by
 * levctl's cmd_doctor.c.
 */
#include <inttypes.h>

#include "checks.h"

static void check_module(const struct lev_site *s, struct lev_findings *fs)
{
	unsigned int before = lev_found_so_far(fs);
	struct lev_finding *f;

	if (s->api_version != LEV_GENL_VERSION || s->api_attrs != LEV_A_MAX ||
	    s->api_stats != __LEV_STAT_MAX) {
		bool older = s->api_version < LEV_GENL_VERSION || s->api_attrs < LEV_A_MAX ||
			     s->api_stats < __LEV_STAT_MAX;

		f = lev_found(fs, LEV_WARNING, "version");
		lev_say(f->what, "the module that is loaded is %s than levctl",
			older ? "older" : "newer");
		lev_say(f->why, "what the one knows and the other does not is not shown");
		/* What is loaded is at work: it is taken out first. */
		if (older)
			lev_say(f->mend, "levctl node set %s %u state drain && systemctl stop "
				"levd@%s && levctl cluster del %s && rmmod leveler && "
				"systemctl start levd@%s", s->device, s->status->self, s->device,
				s->device, s->device);
		else
			lev_say(f->mend, "make tools && make -C userspace install");
	}
	lev_checked(fs, before);
}

static void tell_down(const struct lev_site_dev *dev, struct lev_finding *f)
{
	if (!dev->there) {
		lev_say(f->what, "there is no device %s", dev->name);
	} else if (!dev->up) {
		lev_say(f->what, "%s is down", dev->name);
		lev_say(f->mend, "ip link set %s up", dev->name);
	} else {
		lev_say(f->what, "%s has no carrier: cable or switch", dev->name);
		lev_say(f->mend, "ethtool %s", dev->name);
	}
}

static enum lev_severity severity_of(uint32_t reason)
{
	return reason == LEV_REASON_STARTING || reason == LEV_REASON_DRAINED ? LEV_HINT :
	       LEV_FAULT;
}

static void tell_reason(const struct lev_site *s, struct lev_finding *f)
{
	switch (s->status->reason) {
	case LEV_REASON_STARTING:
		lev_say(f->what, "it has not heard the others yet, or not got what they know");
		lev_say(f->mend, "levctl monitor %s", s->device);
		break;
	case LEV_REASON_FRONT_DOWN:
		tell_down(lev_site_front(s), f);
		break;
	case LEV_REASON_BACK_DOWN:
		tell_down(lev_site_back(s), f);
		break;
	case LEV_REASON_NO_SERVER:
	case LEV_REASON_BACK_PARTIAL:
		lev_say(f->what, s->status->reason == LEV_REASON_NO_SERVER ?
			"it reaches no server" : "another node reaches servers that it does not");
		lev_say(f->mend, "levctl server show %s", s->device);
		break;
	case LEV_REASON_DRAINED:
		lev_say(f->what, "it was told to be");
		lev_say(f->mend, "levctl node set %s %u state active", s->device, s->status->self);
		break;
	case LEV_REASON_UNWATCHED:
		lev_say(f->what, "levd, which has to watch it, is gone or hangs");
		lev_say(f->mend, "systemctl restart levd@%s", s->device);
		break;
	case LEV_REASON_CONFIG:
		lev_say(f->what, "the others have another config, or another key");
		lev_say(f->mend, "levctl status %s", s->device);
		break;
	default:
		lev_say(f->what, "%s is down", s->device);
		lev_say(f->mend, "ip link set %s up", s->device);
	}
}

static void check_reason(const struct lev_site *s, struct lev_findings *fs)
{
	unsigned int before = lev_found_so_far(fs);

	if (s->status->reason) {
		struct lev_finding *f = lev_found(fs, severity_of(s->status->reason), "silent");

		lev_say(f->why, "this node answers nobody (%s)",
			lev_name(&lev_reason_names, s->status->reason));
		tell_reason(s, f);
	}
	lev_checked(fs, before);
}

static const struct lev_peer *find_peer(const struct lev_status *s, uint32_t id)
{
	for (unsigned int i = 0; i < s->n_peers; i++) {
		if (s->peer[i].id == id)
			return &s->peer[i];
	}
	return NULL;
}

static void check_peer(const struct lev_site *s, uint32_t id, struct lev_findings *fs)
{
	const struct lev_peer *peer = find_peer(s->status, id);
	unsigned int before = lev_found_so_far(fs);
	struct lev_finding *f;

	if (!peer || !peer->heard) {
		f = lev_found(fs, LEV_WARNING, "not-heard");
		lev_say(f->what, "node %u is not heard, on front or back", id);
		lev_say(f->why, "it is off, or a switch drops its heartbeats: IGMP snooping, "
			"port security, storm control");
		lev_say(f->mend, "tcpdump -n -i %s ether proto 0x88b5", lev_site_front(s)->name);
	} else if (!peer->hears_us) {
		f = lev_found(fs, LEV_WARNING, "not-hearing");
		lev_say(f->what, "node %u is heard, and does not hear this node", id);
		lev_say(f->why, "a switch or a firewall drops this node's heartbeats: "
			"IGMP snooping, port security, storm control");
		lev_say(f->mend, "levctl status %s", s->device);
	} else if (peer->keeper != s->status->keeper) {
		f = lev_found(fs, LEV_WARNING, "clock");
		lev_say(f->what, "node %u follows the clock of node %u, this one that of "
			"node %u", id, peer->keeper, s->status->keeper);
		lev_say(f->why, "lanes move at two times: some do not hear some others");
		lev_say(f->mend, "levctl status %s", s->device);
	}
	lev_checked(fs, before);
}

/* Of a node that has another key than this one, or one more. */
static void check_key(const struct lev_site *s, uint32_t id, struct lev_findings *fs)
{
	const struct lev_peer *peer = find_peer(s->status, id);
	unsigned int before = lev_found_so_far(fs);
	struct lev_finding *f = NULL;

	if (lev_in_set(s->status->key_waiting, id)) {
		f = lev_found(fs, LEV_WARNING, "key");
		lev_say(f->what, "the key changes, and node %u has yet to get the new one", id);
		lev_say(f->why, "the old one is good until it has, and the change ends then");
		lev_say(f->on, "node %u", id);
	} else if (peer && peer->key == LEV_PEER_KEY_NEW) {
		f = lev_found(fs, LEV_WARNING, "key");
		lev_say(f->what, "node %u has got a new key, which this one has not", id);
		lev_say(f->why, "the old one is good until all have it, and the change ends then");
	} else if (peer && peer->key == LEV_PEER_KEY_OTHER) {
		f = lev_found(fs, LEV_FAULT, "key");
		lev_say(f->what, "node %u has another key than this one", id);
		lev_say(f->why, "neither believes the other's heartbeats");
		lev_say(f->on, "node %u", id);
	}
	if (f)
		lev_say(f->mend, "levctl cluster set %s key /etc/leveler/%s.key", s->device,
			s->device);
	lev_checked(fs, before);
}

static void check_mac(const struct lev_site *s, const char *side, const struct lev_site_dev *dev,
		      uint32_t why, struct lev_findings *fs)
{
	unsigned int before = lev_found_so_far(fs);

	if (why == LEV_MAC_WHY_DEVICE || why == LEV_MAC_WHY_REFUSED) {
		struct lev_finding *f = lev_found(fs, LEV_WARNING, "mac-physical");

		lev_say(f->what, why == LEV_MAC_WHY_DEVICE ?
			"%s (%s) hands up frames to its own MAC address alone" :
			"%s (%s) takes no further MAC addresses", dev->name, side);
		lev_say(f->why,
			"no lane has a MAC address there: each asker has to follow each move");
		lev_say(f->mend, "levctl cluster set %s mac physical", s->device);
	}
	lev_checked(fs, before);
}

static void check_counters(const struct lev_site *s, struct lev_findings *fs)
{
	unsigned int before = lev_found_so_far(fs);
	uint64_t conflicts = s->stats[LEV_STAT_CONFLICTS];

	if (conflicts) {
		struct lev_finding *f = lev_found(fs, LEV_HINT, "conflicts");

		lev_say(f->what, "%" PRIu64 " frames of others have claimed a LevIP so far",
			conflicts);
		lev_say(f->why, "who believes them sends past the levelers");
		lev_say(f->mend, "levctl monitor %s", s->device);
	}
	lev_checked(fs, before);
}

void lev_check_cluster(const struct lev_site *s, struct lev_findings *fs)
{
	const struct lev_status *status = s->status;

	check_module(s, fs);
	check_reason(s, fs);
	for (unsigned int i = 0; i < s->whole->n_nodes; i++) {
		uint32_t id = s->whole->node[i].id;

		if (id == status->self || status->reason == LEV_REASON_STOPPING)
			continue;
		check_peer(s, id, fs);
		check_key(s, id, fs);
	}
	check_mac(s, "front", lev_site_front(s), status->front_mac_why, fs);
	if (s->n_devs > 1)
		check_mac(s, "back", lev_site_back(s), status->back_mac_why, fs);
	check_counters(s, fs);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Sends one packet of each kind that a leveler lives by through the chains that see it (see
 * firewall.h). The module's own hooks come first on the front, so what it takes there, no chain
 * sees. Owns no state.
 */
#include <string.h>
#include <linux/leveler_wire.h>

#include "firewall.h"
#include "rules.h"

/**
 * struct kind - a kind of packet
 * @p: one of them
 * @what: what they are
 * @why: what comes of it if they are dropped
 * @severity: of that
 * @let: a rule's words for them; one more word is the device
 */
struct kind {
	struct lev_packet p;
	const char *what;
	const char *why;
	enum lev_severity severity;
	const char *let;
};

/* A rule that lets the packets pass, before all others of the chain. */
static void mend_chain(struct lev_finding *f, const struct kind *k, struct json_object *chain)
{
	const char *family = lev_rules_text(chain, "family");
	bool on_device = !strcmp(family, "netdev") ||
			 !strcmp(lev_rules_text(chain, "hook"), "ingress");
	char dev[LEV_WHAT] = "";

	if (!on_device && k->p.iif)
		snprintf(dev, sizeof(dev), "iifname \"%s\" ", k->p.iif);
	else if (!on_device && k->p.oif)
		snprintf(dev, sizeof(dev), "oifname \"%s\" ", k->p.oif);
	lev_say(f->mend, "nft 'insert rule %s %s %s %s%s%saccept'", family,
		lev_rules_text(chain, "table"), lev_rules_text(chain, "name"), dev,
		strcmp(family, "arp") ? k->let : "", strcmp(family, "arp") ? " " : "");
}

static void judge(const struct kind *k, struct json_object *ruleset, struct lev_findings *fs)
{
	for (size_t i = 0; i < json_object_array_length(ruleset); i++) {
		struct json_object *o = json_object_array_get_idx(ruleset, i), *chain = NULL;
		struct lev_finding *f;
		enum lev_fate fate;

		if (!json_object_is_type(o, json_type_object) ||
		    !json_object_object_get_ex(o, "chain", &chain))
			continue;
		fate = lev_rules_judge(ruleset, chain, &k->p);
		if (fate == LEV_FATE_PASSES)
			continue;
		f = lev_found(fs, fate == LEV_FATE_MAYBE ? LEV_WARNING : k->severity, "firewall");
		lev_say(f->what, "chain %s of table %s %s %s %s", lev_rules_text(chain, "name"),
			lev_rules_text(chain, "family"), lev_rules_text(chain, "table"),
			fate == LEV_FATE_MAYBE ? "may drop" : "drops", k->what);
		lev_say(f->why, "%s", k->why);
		mend_chain(f, k, chain);
	}
}

static void check_kind(const struct kind *k, struct json_object *ruleset, struct lev_findings *fs)
{
	unsigned int before = lev_found_so_far(fs);

	judge(k, ruleset, fs);
	lev_checked(fs, before);
}

static void check_beats(const struct lev_site *s, struct json_object *ruleset,
			struct lev_findings *fs)
{
	struct kind in = {
		.p = { .hooks = LEV_HOOK_INGRESS, .iif = lev_site_back(s)->name },
		.what = "heartbeats of others", .why = "this node does not hear the others",
	};
	char ether[8], let[32];

	snprintf(ether, sizeof(ether), "%d", LEV_WIRE_ETHERTYPE);
	snprintf(let, sizeof(let), "ether type 0x%04x", LEV_WIRE_ETHERTYPE);
	in.p.ether = ether;
	in.let = let;
	if (s->n_devs > 1)
		check_kind(&in, ruleset, fs);
	for (unsigned int i = 0; i < s->n_devs; i++) {
		struct kind out = in;

		out.p = (struct lev_packet){
			.hooks = LEV_HOOK_EGRESS, .ether = ether, .oif = s->dev[i].name,
		};
		out.what = "this node's heartbeats";
		out.why = "the others do not hear this node";
		check_kind(&out, ruleset, fs);
	}
}

static void check_arp(const struct lev_site *s, unsigned int dev, struct json_object *ruleset,
		      struct lev_findings *fs)
{
	const char *name = s->dev[dev].name;
	const struct kind kinds[] = {
		{
			.p = { .hooks = LEV_HOOK_INGRESS | LEV_HOOK_INPUT, .ether = "arp",
			       .iif = name, .arp = "reply" },
			.what = "ARP answers", .why = "this node finds no server and no router",
			.let = "ether type arp",
		}, {
			.p = { .hooks = LEV_HOOK_EGRESS | LEV_HOOK_OUTPUT, .ether = "arp",
			       .oif = name, .arp = "request" },
			.what = "this node's ARP requests",
			.why = "this node finds no server and no router",
			.let = "ether type arp",
		}, {
			.p = { .hooks = LEV_HOOK_EGRESS, .ether = "arp", .oif = name,
			       .arp = "reply" },
			.what = "this node's ARP answers", .why = "nobody finds LevIP through it",
			.let = "ether type arp",
		},
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		check_kind(&kinds[i], ruleset, fs);
}

/* Connection tracking leaves Neighbour Discovery alone. */
static void check_nd(const struct lev_site *s, unsigned int dev, struct json_object *ruleset,
		     struct lev_findings *fs)
{
	static const char let[] = "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert }";
	const char *name = s->dev[dev].name;
	const struct kind kinds[] = {
		{
			.p = { .hooks = LEV_HOOK_INGRESS | LEV_HOOK_PREROUTING | LEV_HOOK_INPUT,
			       .ether = "ip6", .iif = name, .l4 = "ipv6-icmp",
			       .icmp6 = "nd-neighbor-advert", .ct = "untracked" },
			.what = "neighbour advertisements",
			.why = "this node finds no server and no router", .let = let,
		}, {
			.p = { .hooks = LEV_HOOK_OUTPUT | LEV_HOOK_POSTROUTING | LEV_HOOK_EGRESS,
			       .ether = "ip6", .oif = name, .l4 = "ipv6-icmp",
			       .icmp6 = "nd-neighbor-solicit", .ct = "untracked" },
			.what = "this node's neighbour solicitations",
			.why = "this node finds no server and no router", .let = let,
		}, {
			.p = { .hooks = LEV_HOOK_EGRESS, .ether = "ip6", .oif = name,
			       .l4 = "ipv6-icmp", .icmp6 = "nd-neighbor-advert",
			       .ct = "untracked" },
			.what = "this node's neighbour advertisements",
			.why = "nobody finds LevIP through it", .let = let,
		},
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		check_kind(&kinds[i], ruleset, fs);
}

/*
 * Connection tracking has not seen the client's packets, which Leveler forwards: to it the second
 * packet of a TCP connection is invalid, and an answer by UDP is new.
 */
static void check_answers(const struct lev_site *s, struct json_object *ruleset,
			  struct lev_findings *fs)
{
	unsigned int before = lev_found_so_far(fs);

	for (unsigned int i = 0; i < s->whole->n_services; i++) {
		const struct lev_service *service = &s->whole->service[i];
		bool is4 = service->ip.len == 4, udp = service->proto == 17;
		char ip[LEV_IP_STR], what[LEV_WHAT], let[LEV_WHAT], port[12];
		struct kind k = {
			.p = {
				.hooks = LEV_HOOK_INGRESS | LEV_HOOK_PREROUTING |
					 LEV_HOOK_FORWARD | LEV_HOOK_POSTROUTING | LEV_HOOK_EGRESS,
				.ether = is4 ? "ip" : "ip6", .iif = lev_site_back(s)->name,
				.oif = lev_site_front(s)->name, .saddr = &service->ip,
				.ct = udp ? "new" : "invalid",
			},
			.what = what, .why = "clients get no answer through this node", .let = let,
			.severity = lev_site_has_levip(s, service->ip.len, LEV_SIDE_BACK) ?
				    LEV_FAULT : LEV_WARNING,
		};

		/* Most are TCP where nothing is said. */
		if (!service->proto || service->proto == 6 || udp)
			k.p.l4 = udp ? "udp" : "tcp";
		else
			k.p.ct = NULL;
		snprintf(port, sizeof(port), "%u", service->port);
		if (service->port)
			k.p.sport = port;
		lev_ip_str(&service->ip, ip);
		snprintf(what, sizeof(what), "what servers answer from ServIP %s", ip);
		snprintf(let, sizeof(let), "%s saddr %s", is4 ? "ip" : "ip6", ip);
		judge(&k, ruleset, fs);
		/* One is enough: what drops it drops the others, too. */
		if (lev_found_so_far(fs) != before)
			break;
	}
	lev_checked(fs, before);
}

void lev_check_firewall(const struct lev_site *s, struct json_object *ruleset,
			struct lev_findings *fs)
{
	if (!json_object_is_type(ruleset, json_type_array))
		return;
	check_beats(s, ruleset, fs);
	for (unsigned int i = 0; i < s->n_devs; i++) {
		check_arp(s, i, ruleset, fs);
		if (lev_site_has_levip(s, 16, __LEV_SIDE_MAX) || lev_site_has_service(s, 16))
			check_nd(s, i, ruleset, fs);
	}
	check_answers(s, ruleset, fs);
}

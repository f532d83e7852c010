/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a ruleset of nftables, as libnftables tells it in JSON, does with a packet of which most is
 * known. Pure; called by firewall.c.
 */
#ifndef _LEV_RULES_H
#define _LEV_RULES_H

#include <json-c/json.h>

#include "../lib/words.h"

/* Where chains are hooked in; bits. */
enum lev_hook {
	LEV_HOOK_INGRESS = 1 << 0,
	LEV_HOOK_EGRESS = 1 << 1,
	LEV_HOOK_PREROUTING = 1 << 2,
	LEV_HOOK_INPUT = 1 << 3,
	LEV_HOOK_FORWARD = 1 << 4,
	LEV_HOOK_OUTPUT = 1 << 5,
	LEV_HOOK_POSTROUTING = 1 << 6,
};

/**
 * struct lev_packet - a packet; what is NULL is not known, or it has no such thing
 * @hooks: that it passes
 * @ether: its EtherType in nft's words: arp, ip, ip6, or a decimal number
 * @iif: device that it comes in by
 * @oif: device that it goes out by
 * @arp: operation: request, reply
 * @saddr: where it comes from
 * @daddr: where it goes to
 * @l4: protocol in nft's words: tcp, udp, ipv6-icmp, ...
 * @sport: source port, in digits
 * @icmp6: type of ICMPv6
 * @ct: state of connection tracking
 */
struct lev_packet {
	unsigned int hooks;
	const char *ether;
	const char *iif;
	const char *oif;
	const char *arp;
	const struct lev_ip *saddr;
	const struct lev_ip *daddr;
	const char *l4;
	const char *sport;
	const char *icmp6;
	const char *ct;
};

enum lev_fate {
	LEV_FATE_PASSES,
	LEV_FATE_MAYBE,		/* dropped, unless a rule that is not understood lets it pass */
	LEV_FATE_DROPPED,
};

/**
 * lev_rules_judge() - what a base chain does with a packet
 * @ruleset: array of tables, chains and rules
 * @chain: of it
 * @p: the packet
 *
 * Return: its fate; LEV_FATE_PASSES if the chain is no base chain or does not see it
 */
enum lev_fate lev_rules_judge(struct json_object *ruleset, struct json_object *chain,
			      const struct lev_packet *p);

/* A text of an object, or "" if it has none. */
const char *lev_rules_text(struct json_object *o, const char *key);

#endif /* _LEV_RULES_H */

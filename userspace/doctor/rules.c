// SPDX-License-Identifier: GPL-2.0
/*
 * Walks the chains of a ruleset with one packet (see rules.h). What a rule asks that is not known,
 * or not understood, is neither true nor false. Owns no state.
 */
#include <string.h>

#include "rules.h"
#include "site.h"

#define DEPTH_MAX	8

enum truth { NO, YES, MAYBE };

enum step { GO_ON, RETURN, ACCEPT, DROP };

/**
 * struct walk - a packet on its way through a base chain
 * @ruleset: all
 * @p: the packet
 * @family: of the chain's table
 * @table: its name
 * @sure: no rule that may be true has decided
 */
struct walk {
	struct json_object *ruleset;
	const struct lev_packet *p;
	const char *family;
	const char *table;
	bool sure;
};

static struct json_object *get(struct json_object *o, const char *key)
{
	struct json_object *v = NULL;

	return json_object_is_type(o, json_type_object) &&
	       json_object_object_get_ex(o, key, &v) ? v : NULL;
}

static bool has(struct json_object *o, const char *key)
{
	return json_object_is_type(o, json_type_object) && json_object_object_get_ex(o, key, NULL);
}

const char *lev_rules_text(struct json_object *o, const char *key)
{
	struct json_object *v = get(o, key);

	return v ? json_object_get_string(v) : "";
}

static enum truth not(enum truth t)
{
	return t == MAYBE ? MAYBE : t == NO ? YES : NO;
}

/* A name ends with a star if only its begin counts. */
static bool same_text(const char *value, const char *wanted)
{
	size_t len = strlen(wanted);

	if (len && wanted[len - 1] == '*')
		return !strncmp(value, wanted, len - 1);
	return !strcmp(value, wanted);
}

static enum truth in_prefix(const struct lev_ip *ip, struct json_object *prefix)
{
	struct json_object *len = get(prefix, "len");
	struct lev_ip net;
	int bits;

	if (!ip || !len || !lev_parse_ip(lev_rules_text(prefix, "addr"), &net))
		return MAYBE;
	bits = json_object_get_int(len);
	if (bits < 0 || bits > net.len * 8)
		return MAYBE;
	return lev_site_same_net(ip, &net, bits) ? YES : NO;
}

/* @value or @ip is what the packet has; @wanted a value of nft, or several. */
static enum truth is_one_of(const char *value, const struct lev_ip *ip, struct json_object *wanted)
{
	enum truth found = NO;
	struct lev_ip other;

	if (has(wanted, "set"))
		wanted = get(wanted, "set");
	if (json_object_is_type(wanted, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(wanted) && found != YES; i++) {
			enum truth t = is_one_of(value, ip, json_object_array_get_idx(wanted, i));

			found = t == NO ? found : t;
		}
		return found;
	}
	if (has(wanted, "prefix"))
		return in_prefix(ip, get(wanted, "prefix"));
	if (!json_object_is_type(wanted, json_type_string) &&
	    !json_object_is_type(wanted, json_type_int))
		return MAYBE;
	if (*json_object_get_string(wanted) == '@')
		return MAYBE;
	if (!ip)
		return same_text(value, json_object_get_string(wanted)) ? YES : NO;
	return lev_parse_ip(json_object_get_string(wanted), &other) ?
	       (lev_ip_equal(ip, &other) ? YES : NO) : MAYBE;
}

/* What of a packet a rule asks for: whether there is such a thing, and a text or an address. */
struct asked {
	enum truth there;
	const char *text;
	const struct lev_ip *ip;
};

static struct asked text_of(const char *text)
{
	return (struct asked){ .there = text ? YES : MAYBE, .text = text };
}

static struct asked ip_of(const struct lev_ip *ip)
{
	return (struct asked){ .there = ip ? YES : MAYBE, .ip = ip };
}

static struct asked meta(const struct lev_packet *p, const char *key)
{
	bool is_ip = !strcmp(p->ether, "ip"), is_ip6 = !strcmp(p->ether, "ip6");

	if (!strcmp(key, "iifname") || !strcmp(key, "iif"))
		return text_of(p->iif ? p->iif : "");
	if (!strcmp(key, "oifname") || !strcmp(key, "oif"))
		return text_of(p->oif ? p->oif : "");
	if (!strcmp(key, "protocol"))
		return text_of(p->ether);
	if (!strcmp(key, "nfproto"))
		return text_of(is_ip ? "ipv4" : is_ip6 ? "ipv6" : NULL);
	if (!strcmp(key, "l4proto") && (is_ip || is_ip6))
		return text_of(p->l4);
	return text_of(NULL);
}

static struct asked of_arp(const struct lev_packet *p, const char *field)
{
	if (!strcmp(field, "operation"))
		return text_of(p->arp);
	if (!strcmp(field, "htype"))
		return text_of("1");
	if (!strcmp(field, "ptype"))
		return text_of("ip");
	return text_of(NULL);
}

static struct asked of_ip(const struct lev_packet *p, const char *field)
{
	if (!strcmp(field, "saddr"))
		return ip_of(p->saddr);
	if (!strcmp(field, "daddr"))
		return ip_of(p->daddr);
	if (!strcmp(field, "protocol") || !strcmp(field, "nexthdr"))
		return text_of(p->l4);
	/* RFC 4861, 7.1 */
	if (!strcmp(field, "hoplimit") && p->icmp6)
		return text_of("255");
	return text_of(NULL);
}

/* A field of a header that the packet does not have is in no rule that is true. */
static struct asked payload(const struct lev_packet *p, const char *protocol, const char *field)
{
	static const struct asked none = { .there = NO };
	bool is_ip = !strcmp(p->ether, "ip"), is_ip6 = !strcmp(p->ether, "ip6");

	if (!strcmp(protocol, "ether"))
		return text_of(strcmp(field, "type") ? NULL : p->ether);
	if (!strcmp(protocol, "arp"))
		return strcmp(p->ether, "arp") ? none : of_arp(p, field);
	if (!strcmp(protocol, "ip"))
		return is_ip ? of_ip(p, field) : none;
	if (!strcmp(protocol, "ip6"))
		return is_ip6 ? of_ip(p, field) : none;
	if (!is_ip && !is_ip6)
		return none;
	if (!p->l4)
		return text_of(NULL);
	if (!strcmp(protocol, "icmpv6"))
		return strcmp(p->l4, "ipv6-icmp") ? none :
		       text_of(strcmp(field, "type") ? NULL : p->icmp6);
	if (strcmp(protocol, p->l4) && strcmp(protocol, "th"))
		return none;
	return text_of(strcmp(field, "sport") ? NULL : p->sport);
}

static struct asked find_asked(const struct lev_packet *p, struct json_object *left)
{
	struct json_object *o = get(left, "payload");

	if (o)
		return payload(p, lev_rules_text(o, "protocol"), lev_rules_text(o, "field"));
	o = get(left, "meta");
	if (o)
		return meta(p, lev_rules_text(o, "key"));
	o = get(left, "ct");
	if (o && !strcmp(lev_rules_text(o, "key"), "state"))
		return text_of(p->ct);
	return text_of(NULL);
}

static enum truth match(const struct lev_packet *p, struct json_object *m)
{
	struct asked asked = find_asked(p, get(m, "left"));
	const char *op = lev_rules_text(m, "op");
	enum truth t;

	if (asked.there != YES)
		return asked.there;
	t = is_one_of(asked.text, asked.ip, get(m, "right"));
	if (!strcmp(op, "==") || !strcmp(op, "in"))
		return t;
	return strcmp(op, "!=") ? MAYBE : not(t);
}

static enum step walk_chain(struct walk *w, const char *name, unsigned int depth);

/* @o may be a verdict; GO_ON if it is none, or leads back here. */
static enum step take_verdict(struct walk *w, struct json_object *o, unsigned int depth)
{
	enum step step;

	if (has(o, "drop") || has(o, "reject"))
		return DROP;
	if (has(o, "accept"))
		return ACCEPT;
	if (has(o, "return"))
		return RETURN;
	if (has(o, "jump") || has(o, "goto")) {
		bool jump = has(o, "jump");

		step = walk_chain(w, lev_rules_text(get(o, jump ? "jump" : "goto"), "target"),
				  depth + 1);
		return step == GO_ON && !jump ? RETURN : step;
	}
	return GO_ON;
}

/*
 * A verdict under a condition. One that is not known leaves what would become of the packet open:
 * it goes on, and what comes is not sure any more.
 */
static enum step decide(struct walk *w, enum truth t, struct json_object *verdict,
			unsigned int depth)
{
	enum step step = t == NO ? GO_ON : take_verdict(w, verdict, depth);

	if (t != MAYBE || step == GO_ON)
		return step;
	if (step != DROP)
		w->sure = false;
	return GO_ON;
}

static enum step take_map(struct walk *w, enum truth t, struct json_object *map, unsigned int depth)
{
	struct asked asked = find_asked(w->p, get(map, "key"));
	struct json_object *data = get(get(map, "data"), "set");

	if (asked.there == NO)
		return GO_ON;
	if (!json_object_is_type(data, json_type_array)) {
		w->sure = false;
		return GO_ON;
	}
	for (size_t i = 0; i < json_object_array_length(data); i++) {
		struct json_object *pair = json_object_array_get_idx(data, i);
		enum truth is = MAYBE;
		enum step step;

		if (asked.there == YES)
			is = is_one_of(asked.text, asked.ip, json_object_array_get_idx(pair, 0));
		if (is == YES && t == MAYBE)
			is = MAYBE;
		step = decide(w, is, json_object_array_get_idx(pair, 1), depth);
		if (step != GO_ON || is == YES)
			return step;
	}
	return GO_ON;
}

/* Words that let a packet pass to the next one, whatever it is. */
static bool is_harmless(struct json_object *o)
{
	static const char *const words[] = {
		"counter", "log", "mangle", "notrack", "quota", "ct helper", "drop", "reject",
		"accept", "return", "jump", "goto",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (has(o, words[i]))
			return true;
	}
	return false;
}

static enum step walk_rule(struct walk *w, struct json_object *rule, unsigned int depth)
{
	struct json_object *expr = get(rule, "expr");
	enum truth t = YES;

	for (size_t i = 0; expr && i < json_object_array_length(expr); i++) {
		struct json_object *o = json_object_array_get_idx(expr, i);
		enum step step = GO_ON;

		if (has(o, "match")) {
			enum truth is = match(w->p, get(o, "match"));

			if (is == NO)
				return GO_ON;
			t = is == MAYBE ? MAYBE : t;
		} else if (has(o, "vmap")) {
			step = take_map(w, t, get(o, "vmap"), depth);
		} else if (is_harmless(o)) {
			step = decide(w, t, o, depth);
		} else {
			t = MAYBE;
		}
		if (step != GO_ON)
			return step;
	}
	return GO_ON;
}

static enum step walk_chain(struct walk *w, const char *name, unsigned int depth)
{
	if (depth > DEPTH_MAX) {
		w->sure = false;
		return GO_ON;
	}
	for (size_t i = 0; i < json_object_array_length(w->ruleset); i++) {
		struct json_object *rule = get(json_object_array_get_idx(w->ruleset, i), "rule");
		enum step step;

		if (!rule || strcmp(lev_rules_text(rule, "chain"), name) ||
		    strcmp(lev_rules_text(rule, "table"), w->table) ||
		    strcmp(lev_rules_text(rule, "family"), w->family))
			continue;
		step = walk_rule(w, rule, depth);
		if (step == RETURN)
			return GO_ON;
		if (step != GO_ON)
			return step;
	}
	return GO_ON;
}

/* Does a chain of a device see what comes in or goes out by it? */
static bool is_on(struct json_object *chain, const char *dev)
{
	return dev && is_one_of(dev, NULL, get(chain, "dev")) == YES;
}

static bool is_seen(struct json_object *chain, const struct lev_packet *p)
{
	static const char *const names[] = {
		"ingress", "egress", "prerouting", "input", "forward", "output", "postrouting",
	};
	const char *family = lev_rules_text(chain, "family"), *hook = lev_rules_text(chain, "hook");
	unsigned int i = 0;

	while (i < sizeof(names) / sizeof(*names) && strcmp(names[i], hook))
		i++;
	if (i == sizeof(names) / sizeof(*names) || !(p->hooks & 1 << i))
		return false;
	if (1 << i == LEV_HOOK_INGRESS)
		return is_on(chain, p->iif);
	if (1 << i == LEV_HOOK_EGRESS)
		return is_on(chain, p->oif);
	if (!strcmp(family, "inet"))
		return !strcmp(p->ether, "ip") || !strcmp(p->ether, "ip6");
	return !strcmp(family, p->ether);
}

enum lev_fate lev_rules_judge(struct json_object *ruleset, struct json_object *chain,
			      const struct lev_packet *p)
{
	struct walk w = {
		.ruleset = ruleset,
		.p = p,
		.family = lev_rules_text(chain, "family"),
		.table = lev_rules_text(chain, "table"),
		.sure = true,
	};
	enum step step;

	if (!is_seen(chain, p))
		return LEV_FATE_PASSES;
	step = walk_chain(&w, lev_rules_text(chain, "name"), 0);
	if (step == GO_ON && !strcmp(lev_rules_text(chain, "policy"), "drop"))
		step = DROP;
	if (step != DROP)
		return LEV_FATE_PASSES;
	return w.sure ? LEV_FATE_DROPPED : LEV_FATE_MAYBE;
}

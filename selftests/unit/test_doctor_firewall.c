// SPDX-License-Identifier: GPL-2.0
/* sources: userspace/doctor/rules.c userspace/doctor/firewall.c userspace/doctor/finding.c */
/* sources: userspace/doctor/site.c userspace/lib/words.c */
/* libraries: libnl-3.0 json-c */
/*
 * Rulesets, in the words of libnftables, and what levctl doctor says of them.
 */
#include "doctor.h"
#include "../../userspace/doctor/firewall.h"
#include "../../userspace/doctor/rules.h"

static struct lev_whole whole;
static struct lev_site site;
static struct lev_findings findings;

/* An IPv4 service, whose servers have a LevIP as their gateway. */
static void setup_site(void)
{
	memset(&whole, 0, sizeof(whole));
	memset(&site, 0, sizeof(site));
	site.whole = &whole;
	site.n_devs = 2;
	snprintf(site.dev[0].name, IFNAMSIZ, "eth0");
	snprintf(site.dev[1].name, IFNAMSIZ, "eth1");
	whole.n_services = 1;
	assert_true(lev_parse_ip("10.0.1.200", &whole.service[0].ip));
	whole.n_addresses = 1;
	assert_true(lev_parse_ip("10.0.1.254", &whole.address[0].ip));
	whole.address[0].side = LEV_SIDE_BACK;
}

#define CHAIN(family, name, hook, policy) \
	"{\"chain\":{\"family\":\"" family "\",\"table\":\"t\",\"name\":\"" name "\"," \
	"\"hook\":\"" hook "\",\"prio\":0,\"policy\":\"" policy "\",\"dev\":\"eth1\"}}"
#define RULE(family, chain, expr) \
	",{\"rule\":{\"family\":\"" family "\",\"table\":\"t\",\"chain\":\"" chain "\"," \
	"\"expr\":[" expr "]}}"
#define MATCH(op, left, right) \
	"{\"match\":{\"op\":\"" op "\",\"left\":{" left "},\"right\":" right "}}"
#define META(key)		"\"meta\":{\"key\":\"" key "\"}"
#define FIELD(proto, field)	"\"payload\":{\"protocol\":\"" proto "\",\"field\":\"" field "\"}"
#define ND_TYPES		"{\"set\":[\"nd-neighbor-solicit\",\"nd-neighbor-advert\"]}"
#define STATE			"\"ct\":{\"key\":\"state\"}"
#define DROP			"{\"drop\":null}"
#define TAKE			"{\"accept\":null}"
#define JUMP(to)		"{\"jump\":{\"target\":\"" to "\"}}"
#define GOTO(to)		"{\"goto\":{\"target\":\"" to "\"}}"

static void check(const char *ruleset)
{
	char text[4096];
	struct json_object *rules;

	snprintf(text, sizeof(text), "[{\"metainfo\":{\"version\":\"1.0.6\"}},%s]", ruleset);
	rules = json_tokener_parse(text);
	if (!rules)
		fail_msg("no JSON: %s", text);
	memset(&findings, 0, sizeof(findings));
	lev_check_firewall(&site, rules, &findings);
	json_object_put(rules);
}

static void nothing(const char *ruleset)
{
	check(ruleset);
	if (findings.n)
		fail_msg("%s", findings.finding[0].what);
	assert_true(findings.good);
}

static void only(const char *ruleset, enum lev_severity severity, const char *says,
		 const char *command)
{
	check(ruleset);
	assert_only(&findings, severity, "firewall", says, command);
}

static void beats(void **state)
{
	(void)state;
	setup_site();
	only(CHAIN("netdev", "c", "ingress", "accept")
	     RULE("netdev", "c", MATCH("==", FIELD("ether", "type"), "34997") "," DROP),
	     LEV_FAULT, "chain c of table netdev t drops heartbeats of others",
	     "nft 'insert rule netdev t c ether type 0x88b5 accept'");
	only(CHAIN("netdev", "c", "egress", "accept")
	     RULE("netdev", "c", MATCH("==", META("protocol"), "{\"set\":[34997,\"ip6\"]}")
		  ",{\"counter\":null}," DROP),
	     LEV_FAULT, "drops this node's heartbeats", NULL);
	/* Another EtherType, and one device that is both. */
	nothing(CHAIN("netdev", "c", "ingress", "accept")
		RULE("netdev", "c", MATCH("==", FIELD("ether", "type"), "34998") "," DROP));
	site.n_devs = 1;
	nothing(CHAIN("netdev", "c", "ingress", "accept")
		RULE("netdev", "c", MATCH("==", FIELD("ether", "type"), "34997") "," DROP));
}

static void arp(void **state)
{
	(void)state;
	setup_site();
	check(CHAIN("arp", "input", "input", "drop"));
	assert_int_equal(findings.of[LEV_FAULT], 2);
	assert_string_equal(findings.finding[0].mend,
			    "nft 'insert rule arp t input iifname \"eth0\" accept'");
	only(CHAIN("arp", "input", "input", "drop")
	     RULE("arp", "input", MATCH("==", META("iifname"), "\"eth1\"") "," TAKE),
	     LEV_FAULT, "drops ARP answers", NULL);
	nothing(CHAIN("arp", "input", "input", "drop")
		RULE("arp", "input", MATCH("==", FIELD("arp", "operation"), "\"reply\"") "," TAKE));
	/* Where answers come from is not known. */
	check(CHAIN("arp", "input", "input", "drop")
	      RULE("arp", "input", MATCH("==", FIELD("arp", "saddr ip"), "\"10.0.1.101\"")
		   "," TAKE));
	assert_int_equal(findings.of[LEV_WARNING], 2);
	nothing(CHAIN("arp", "input", "input", "accept")
		RULE("arp", "input", MATCH("==", FIELD("arp", "saddr ip"), "\"10.0.1.9\"")
		     "," DROP));
}

static void nd(void **state)
{
	(void)state;
	setup_site();
	nothing(CHAIN("inet", "input", "input", "drop"));
	whole.n_addresses = 2;
	assert_true(lev_parse_ip("fd00:a::200", &whole.address[1].ip));
	check(CHAIN("inet", "input", "input", "drop"));
	assert_int_equal(findings.of[LEV_FAULT], 2);
	assert_string_equal(findings.finding[1].mend,
			    "nft 'insert rule inet t input iifname \"eth1\" "
			    "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept'");
	nothing(CHAIN("ip6", "input", "input", "drop")
		RULE("ip6", "input", MATCH("==", FIELD("ip6", "nexthdr"), "\"ipv6-icmp\"")
		     "," TAKE));
	nothing(CHAIN("ip6", "input", "input", "drop")
		RULE("ip6", "input", MATCH("==", FIELD("icmpv6", "type"), ND_TYPES) "," TAKE));
	nothing(CHAIN("ip6", "input", "input", "drop")
		RULE("ip6", "input", MATCH("==", FIELD("ip6", "hoplimit"), "255") ","
		     MATCH("==", FIELD("icmpv6", "type"), ND_TYPES) "," TAKE));
	nothing(CHAIN("ip", "input", "input", "drop"));
	check(CHAIN("ip6", "input", "input", "drop")
	      RULE("ip6", "input", MATCH("in", STATE, "[\"established\",\"new\"]") "," TAKE));
	assert_int_equal(findings.of[LEV_FAULT], 2);
}

#define NET_10			"{\"prefix\":{\"addr\":\"10.0.0.0\",\"len\":8}}"
#define FORWARD(policy, rules)	CHAIN("inet", "f", "forward", policy) rules
#define FRULE(expr)		RULE("inet", "f", expr)
#define SADDR			FIELD("ip", "saddr")

static void answers(void **state)
{
	static const char drops[] =
		"chain f of table inet t drops what servers answer from ServIP 10.0.1.200";

	(void)state;
	setup_site();
	nothing(FORWARD("accept", ""));
	only(FORWARD("drop", ""), LEV_FAULT, drops,
	     "nft 'insert rule inet t f iifname \"eth1\" ip saddr 10.0.1.200 accept'");
	only(FORWARD("accept", FRULE(MATCH("in", STATE, "\"invalid\"") "," DROP)),
	     LEV_FAULT, drops, NULL);
	only(FORWARD("accept", FRULE(MATCH("!=", STATE, "\"established\"") ",{\"reject\":null}")),
	     LEV_FAULT, drops, NULL);
	nothing(FORWARD("accept", FRULE(MATCH("in", STATE, "[\"new\",\"untracked\"]") "," DROP)));
	only(FORWARD("drop", FRULE(MATCH("in", STATE, "[\"established\",\"related\"]") "," TAKE)),
	     LEV_FAULT, drops, NULL);
	only(FORWARD("accept", FRULE("{\"vmap\":{\"key\":{" STATE "},\"data\":{\"set\":"
	     "[[\"established\"," TAKE "],[\"invalid\"," DROP "]]}}}")), LEV_FAULT, drops, NULL);
	nothing(FORWARD("drop", FRULE("{\"vmap\":{\"key\":{" META("iifname") "},\"data\":{\"set\":"
		"[[\"eth1\"," TAKE "]]}}}")));
	nothing(FORWARD("drop", FRULE(MATCH("==", SADDR, NET_10) "," TAKE)));
	only(FORWARD("accept", FRULE(MATCH("!=", SADDR, "{\"set\":[\"10.0.1.201\","
	     "{\"prefix\":{\"addr\":\"192.168.0.0\",\"len\":16}}]}") "," DROP)),
	     LEV_FAULT, drops, NULL);
	nothing(FORWARD("drop", FRULE(MATCH("==", META("iifname"), "\"eth*\"") ","
		MATCH("==", META("oif"), "\"eth0\"") "," TAKE)));
	nothing(FORWARD("accept", FRULE(MATCH("==", FIELD("ip6", "saddr"), "\"fd00::1\"")
		"," DROP)));
	nothing(FORWARD("accept", FRULE(MATCH("==", FIELD("udp", "dport"), "53") "," DROP)));

	/* They may have another way. */
	whole.address[0].side = LEV_SIDE_FRONT;
	only(FORWARD("drop", ""), LEV_WARNING, drops, NULL);
	/* By UDP they are new, and a port is known. */
	setup_site();
	whole.service[0].proto = 17;
	whole.service[0].port = 53;
	nothing(FORWARD("accept", FRULE(MATCH("in", STATE, "\"invalid\"") "," DROP)));
	nothing(FORWARD("drop", FRULE(MATCH("==", FIELD("udp", "sport"), "53") "," TAKE)));
	only(FORWARD("drop", FRULE(MATCH("==", FIELD("tcp", "sport"), "53") "," TAKE)), LEV_FAULT,
	     drops, NULL);
}

/* What is not known may let them pass, and alone drops nothing. */
static void unknown(void **state)
{
	static const char may[] = "may drop what servers answer";

	(void)state;
	setup_site();
	only(FORWARD("drop", FRULE(MATCH("==", META("mark"), "1") "," TAKE)),
	     LEV_WARNING, may, NULL);
	only(FORWARD("drop", FRULE("{\"limit\":{\"rate\":1}}," TAKE)), LEV_WARNING, may, NULL);
	only(FORWARD("drop", FRULE("{\"xt\":null}," TAKE)), LEV_WARNING, may, NULL);
	only(FORWARD("drop", FRULE(MATCH("==", SADDR, "\"@set\"") "," TAKE)),
	     LEV_WARNING, may, NULL);
	nothing(FORWARD("accept", FRULE(MATCH("==", SADDR, "\"@set\"") "," DROP)));
	nothing(FORWARD("accept", FRULE(MATCH("==", META("mark"), "1") "," DROP)));
	only(FORWARD("drop", FRULE(MATCH("==", META("mark"), "1") "," DROP)),
	     LEV_FAULT, "drops", NULL);
}

static void jumps(void **state)
{
	(void)state;
	setup_site();
	only(FORWARD("accept", FRULE(JUMP("x")) RULE("inet", "x", DROP)), LEV_FAULT, "drops", NULL);
	nothing(FORWARD("drop", FRULE(JUMP("x")) FRULE(TAKE) RULE("inet", "x", "{\"return\":null}")
		RULE("inet", "x", DROP)));
	only(FORWARD("drop", FRULE(GOTO("x")) FRULE(TAKE)), LEV_FAULT, "drops", NULL);
	/* Another table's chain of that name, and a ring, which the kernel would not take. */
	nothing(FORWARD("accept", FRULE(JUMP("x")) RULE("ip", "x", DROP)));
	check(FORWARD("drop", FRULE(JUMP("f"))));
	assert_int_equal(findings.of[LEV_WARNING], 1);
	/* What is no ruleset. */
	memset(&findings, 0, sizeof(findings));
	lev_check_firewall(&site, NULL, &findings);
	assert_int_equal(findings.n + findings.good, 0);
	nothing("{\"chain\":7},{\"rule\":{}},{}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(beats),
		cmocka_unit_test(arp),
		cmocka_unit_test(nd),
		cmocka_unit_test(answers),
		cmocka_unit_test(unknown),
		cmocka_unit_test(jumps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

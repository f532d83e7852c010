// SPDX-License-Identifier: GPL-2.0
/* sources: userspace/lib/import.c userspace/lib/import_keepalived.c */
/* sources: userspace/lib/import_checks.c userspace/lib/import_words.c */
/* sources: userspace/lib/import_ipvsadm.c userspace/lib/stanza.c userspace/lib/model.c */
/* sources: userspace/lib/whole.c userspace/lib/whole_out.c userspace/lib/words.c */
/* sources: userspace/lib/print.c userspace/lib/yaml.c userspace/lib/yaml_out.c */
/* libraries: libnl-3.0 yaml-0.1 json-c */
/*
 * Configs of keepalived and ipvsadm as clusters: what is carried over, what is told with which
 * line, what is wrong; and each cluster is read again by the reader of levctl's files.
 */
#include "unit.h"
#include "../../userspace/lib/import_ipvsadm.h"
#include "../../userspace/lib/import_keepalived.h"
#include "../../userspace/lib/whole_out.h"
#include "../../userspace/lib/yaml.h"

static char said[16384], error[160];
static unsigned int error_line;

static void hear(const struct lev_place *at, const char *text, void *arg)
{
	size_t n = strlen(said);

	(void)arg;
	if (at->file)
		snprintf(said + n, sizeof(said) - n, "%u: %s\n", at->line, text);
	else
		snprintf(said + n, sizeof(said) - n, "%s\n", text);
}

/* The cluster as a file, which is good YAML, without what comes before its addresses. */
static char *as_file(struct lev_import *im)
{
	const struct lev_whole_file file = { .whole = &im->whole, .version = 1, .shared = true,
					     .check = im->check, .n_checks = im->n_checks };
	struct lev_out *out = lev_out_new(stdout, false, false);
	struct lev_yaml_error yaml_error = { 0 };
	struct lev_yaml *root;
	char *text = NULL, *part;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	assert_int_equal(lev_whole_write(&file, out, f), 0);
	fclose(f);
	lev_out_free(out);
	root = lev_yaml_parse(text, len, &yaml_error);
	if (!root)
		fail_msg("line %u: %s in %s", yaml_error.line, yaml_error.text, text);
	assert_string_equal(lev_yaml_find(root, "version")->text, "1");
	assert_non_null(lev_yaml_find(root, "cluster")->first);
	assert_non_null(lev_yaml_find(root, "nodes")->first);
	lev_yaml_free(root);
	part = strdup(strstr(text, "cluster:"));
	free(text);
	return part;
}

/* NULL: it is wrong, or there is nothing in it. */
static char *keepalived(const char *text)
{
	struct lev_stanza_reader *r = lev_stanza_new(NULL, NULL);
	struct lev_import *im = lev_import_new(hear, NULL);
	char *file = NULL;

	assert_non_null(r);
	assert_non_null(im);
	said[0] = '\0';
	error[0] = '\0';
	if (lev_stanza_text(r, "k", text, strlen(text))) {
		snprintf(error, sizeof(error), "%s", lev_stanza_error(r)->text);
		error_line = lev_stanza_error(r)->line;
	} else {
		assert_int_equal(lev_import_keepalived(im, lev_stanza_first(r)), 0);
		if (lev_import_end(im))
			file = as_file(im);
	}
	lev_import_free(im);
	lev_stanza_free(r);
	return file;
}

static char *ipvsadm(const char *text)
{
	struct lev_import *im = lev_import_new(hear, NULL);
	char *file = NULL;

	said[0] = '\0';
	if (!lev_import_ipvsadm(im, "i", text, strlen(text), &error_line, error)) {
		error[0] = '\0';
		if (lev_import_end(im))
			file = as_file(im);
	}
	lev_import_free(im);
	return file;
}

static void is(char *file, const char *wanted)
{
	if (!file)
		fail_msg("line %u: %s", error_line, error);
	assert_string_equal(file, wanted);
	free(file);
}

static void hears(const char *says)
{
	if (!strstr(said, says))
		fail_msg("\"%s\" is not in \"%s\"", says, said);
}

static void instance_and_server(void **state)
{
	(void)state;
	is(keepalived("vrrp_instance A {\n"
		      " interface net0\n"
		      " virtual_router_id 51\n"
		      " nopreempt\n"
		      " virtual_ipaddress { 10.0.0.200/24 label x\n 10.0.1.254/24 dev net1 }\n"
		      "}\n"
		      "virtual_server 10.0.0.200 80 {\n"
		      " lb_algo sh\n"
		      " lb_kind DR\n"
		      " protocol UDP\n"
		      " real_server 10.0.1.102 80 { weight 3\n }\n"
		      " real_server 10.0.1.101 80 {\n }\n"
		      "}\n"),
	   "cluster: {id: 51, failback: never, front: net0, back: net1}\n"
	   "nodes:\n"
	   "- {id: 1}\n"
	   "addresses:\n"
	   "- {address: 10.0.0.200}\n"
	   "- {address: 10.0.1.254, side: back}\n"
	   "services:\n"
	   "- {address: 10.0.0.200, proto: udp, port: 80, hash: source}\n"
	   "servers:\n"
	   "- {address: 10.0.1.101}\n"
	   "- {address: 10.0.1.102, weight: 3}\n");
	assert_null(strstr(said, "left out"));
	hears("LevIP and ServIP are the same address");
}

/* Sets of servers that are the same are one pool; ranges, any port, IPv6. */
static void pools(void **state)
{
	(void)state;
	is(keepalived("virtual_server 10.0.1.200 0 { real_server 10.0.1.101 { } }\n"
		      "virtual_server group web { real_server 10.0.1.102 80 { }\n"
		      "  real_server 10.0.1.102 81 { weight 2\n }\n }\n"
		      "virtual_server 10.0.1.201 { protocol SCTP\n real_server 10.0.1.101 0 { } }\n"
		      "virtual_server_group web { 10.0.1.210-211 80\n fwmark 3\n }\n"
		      "virtual_server fd00::fe-100 443 { real_server fd00::1 443 { }\n"
		      "  real_server 10.0.1.1 443 { }\n }\n"),
	   "cluster: {id: 1, front: eth0, back: eth1}\n"
	   "nodes:\n"
	   "- {id: 1}\n"
	   "addresses: []\n"
	   "services:\n"
	   "- {address: 10.0.1.200, proto: tcp, pool: tcp-0}\n"
	   "- {address: 10.0.1.210, proto: tcp, port: 80, pool: web}\n"
	   "- {address: 10.0.1.211, proto: tcp, port: 80, pool: web}\n"
	   "- {address: 10.0.1.201, proto: sctp, pool: tcp-0}\n"
	   "- {address: 'fd00::fe', proto: tcp, port: 443, pool: tcp-443}\n"
	   "- {address: 'fd00::ff', proto: tcp, port: 443, pool: tcp-443}\n"
	   "- {address: 'fd00::100', proto: tcp, port: 443, pool: tcp-443}\n"
	   "servers:\n"
	   "- {address: 10.0.1.101, pool: tcp-0}\n"
	   "- {address: 10.0.1.102, pool: web, weight: 3}\n"
	   "- {address: 'fd00::1', pool: tcp-443}\n");
}

static void what_is_left_out_has_its_line(void **state)
{
	char *file = keepalived("! a comment\n"
				"virtual_server 10.0.1.200 80 { # and another\n"
				" lb_kind NAT\n"
				" lvs_sched wlc\n"
				" persistence_timeout 50\n"
				" quorum 2\n"
				" real_server 10.0.1.101 8080 {\n"
				"  HTTP_GET {\n"
				"   url { path \"/a } b\" }\n"
				"  }\n"
				" }\n"
				"}\n"
				"virtual_server fwmark 1 {\n"
				" lb_kind TUN\n"
				"}\n"
				"vrrp_instance A {\n"
				" interface net0\n"
				" priority \\\n"
				"  150\n"
				"@here state MASTER\n"
				" colour red\n"
				" virtual_ipaddress { $VIP\n 10.0.0.300\n 224.0.0.1\n }\n"
				"}\n"
				"virtual_server $VIP 80 { }\n");

	(void)state;
	assert_non_null(file);
	free(file);
	hears("3: \"lb_kind NAT\": servers get packets as they are");
	hears("4: \"lvs_sched wlc\" is left out");
	hears("5: \"persistence_timeout\" becomes \"hash source\"");
	hears("6: \"quorum 2\" is left out: a service goes on");
	hears("7: port 8080 of \"10.0.1.101\"");
	hears("9: \"path\" is left out: \"/a } b\" does not fit");
	hears("8: \"HTTP_GET\" is left out: what to try is not said, or not known");
	hears("13: \"fwmark 1\" is left out");
	assert_null(strstr(said, "14:"));
	hears("18: \"priority 150\" is left out");
	hears("20: \"@here state\" is left out: a line for some machines only");
	hears("21: \"colour red\" is left out: there is nothing like it");
	hears("22: \"$VIP\" is left out: variables");
	hears("23: \"10.0.0.300\" is left out: it is not an address");
	hears("24: \"224.0.0.1\": it cannot be a LevIP");
	hears("27: \"$VIP\" is left out: it is not an address");
	hears("front eth0 and back eth1 are put in");
}

/* A pool has one check: of its first server, with what is said for all. */
static void checks_become_checks(void **state)
{
	char *file = keepalived("virtual_server 10.0.1.200 80 {\n"
				" delay_loop 5\n"
				" retry 2\n"
				" virtualhost www.example\n"
				" real_server 10.0.1.1 80 {\n"
				"  HTTP_GET {\n"
				"   url { path /a\n    status_code 200-204\n    digest 1234\n   }\n"
				"   url { path /b\n   }\n"
				"   connect_timeout 9\n"
				"   colour red\n"
				"  }\n"
				" }\n"
				" real_server 10.0.1.2 80 { TCP_CHECK { connect_port 81\n }\n }\n"
				"}\n"
				"virtual_server 10.0.1.201 25 {\n"
				" virtualhost www.example\n"
				" real_server 10.0.1.3 25 { TCP_CHECK { connect_timeout 3\n }\n }\n"
				" real_server 10.0.1.4 25 { TCP_CHECK { connect_timeout 3\n }\n }\n"
				"}\n"
				"virtual_server 10.0.1.202 443 {\n"
				" real_server 10.0.1.5 443 { SSL_GET { connect_timeout 0\n }\n }\n"
				"}\n"
				"virtual_server 10.0.1.203 21 {\n"
				" delay_loop 5\n"
				" real_server 10.0.1.6 21 { MISC_CHECK { misc_path \"/bin/ftp -x\"\n }\n }\n"
				"}\n"
				"virtual_server 10.0.1.204 22 {\n"
				" real_server 10.0.1.7 22 { MISC_CHECK { misc_path /bin/ssh\n misc_dynamic\n }\n }\n"
				"}\n"
				"virtual_server 10.0.1.206 81 {\n"
				" virtualhost www.example:81\n"
				" real_server 10.0.1.8 81 {\n"
				"  HTTP_GET {\n   url { path /\n    status_code 299-200\n   }\n  }\n }\n"
				"}\n"
				"virtual_server 10.0.1.207 82 {\n"
				" real_server 10.0.1.9 82 { MISC_CHECK { misc_path check_web\n }\n }\n"
				"}\n"
				"virtual_server 10.0.1.205 25 {\n"
				" real_server 10.0.1.3 25 { TCP_CHECK { connect_timeout 4\n }\n }\n"
				" real_server 10.0.1.4 25 { }\n"
				"}\n");

	(void)state;
	assert_non_null(file);
	assert_string_equal(strstr(file, "checks:"), "checks:\n"
			    "- {pool: tcp-80, type: http, path: /a, status: 200-204, timeout: 5s, port: 80, "
			    "interval: 5s, fall: 3, host: www.example}\n"
			    "- {pool: tcp-25, type: tcp, timeout: 3s, port: 25, interval: 3s}\n"
			    "- {pool: tcp-443, type: https, port: 443}\n"
			    "- {pool: tcp-22, type: program, program: /bin/ssh}\n"
			    "- {pool: tcp-81, type: http, path: /, port: 81}\n");
	free(file);
	hears("9: \"digest 1234\" is left out: a check reads no digest");
	hears("11: \"url\" is left out: a check asks for one path");
	hears("14: \"colour red\" is left out");
	hears("17: \"TCP_CHECK\" is left out: it is not as the first one");
	hears("1: a check's timeout of 9s becomes 5s");
	hears("22: \"virtualhost www.example\" is left out: no check asks by HTTP");
	hears("31: \"connect_timeout\" is left out: \"0\" is not a number of 1..3600");
	hears("\"misc_path\" is left out: \"/bin/ftp -x\" does not fit");
	hears("\"delay_loop 5\" is left out: servers are asked by ARP");
	hears("\"virtualhost\" is left out: \"www.example:81\" does not fit");
	hears("\"status_code 299-200\" is left out: it is not one range");
	hears("\"misc_dynamic\" is left out: with \"weight: answer\" a program");
	hears("\"misc_path\" is left out: \"check_web\" does not fit");
	hears("its servers are checked as those of the service before");
}

static void weights_keep_their_proportions(void **state)
{
	char *file = keepalived("virtual_server 10.0.1.200 80 { weight 4000\n"
				" real_server 10.0.1.1 80 { weight 2000\n }\n"
				" real_server 10.0.1.2 80 { weight 1\n }\n"
				" real_server 10.0.1.3 80 { weight 0\n }\n"
				" real_server 10.0.1.4 80 { }\n}\n");

	(void)state;
	assert_non_null(file);
	assert_non_null(strstr(file, "- {address: 10.0.1.1, weight: 500}\n"
				     "- {address: 10.0.1.2}\n"
				     "- {address: 10.0.1.3, weight: 0}\n"
				     "- {address: 10.0.1.4, weight: 1000}\n"));
	free(file);
	hears("1: weights up to 4000: they go up to 1000 here");
}

static const struct {
	const char *text;
	unsigned int line;
	const char *says;
} bad[] = {
	{ "a {\n", 2, "\"a\" of line 1: no \"}\" behind it" },
	{ "a\n}\n", 2, "\"}\" without \"{\"" },
	{ "{\n}\n", 1, "\"{\" without a word" },
	{ "a { }\n{ }\n", 2, "\"{\" without a word" },
	{ "a\n\"b\n", 2, "a quote is not closed" },
	{ "a \\", 1, "at \"\\\": this is not a word" },
	{ "include b\n", 1, "nothing can be included" },
	{ "a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{", 1, "a block too deep" },
	{ "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a\\\n"
	  "  a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a\n", 2,
	  "\"a\" has more than 64 words" },
};

static void wrong_files_are_named(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char *file = keepalived(bad[i].text);

		if (file || error_line != bad[i].line || !strstr(error, bad[i].says))
			fail_msg("%s: line %u: %s", bad[i].text, error_line, error);
	}
	assert_null(keepalived(""));
	assert_null(keepalived("global_defs { router_id x\n}\n"));
	assert_string_equal(error, "");
}

/* There is room for so much, and what is more is told. */
static void too_much(void **state)
{
	static char text[1 << 18];
	int at = 0, i;
	char *file;

	(void)state;
	at += sprintf(text + at, "virtual_server_group g {\n10.1.0.0-255 80\n10.1.1.0-255 80\n}\n"
		      "virtual_server group g {\n");
	for (i = 0; i < LEV_SERVERS_MAX + 1; i++)
		at += sprintf(text + at, "real_server 10.2.%d.%d 80 { }\n", i >> 8, i & 255);
	at += sprintf(text + at, "}\nvirtual_server 10.3.0.1 80 { real_server 10.4.0.1 80 { } }\n");
	sprintf(text + at, "vrrp_instance A { interface a\n virtual_ipaddress {\n");
	for (i = 0; i < LEV_ADDRESSES_MAX + 1; i++)
		sprintf(text + strlen(text), "10.5.0.%d\n", i);
	sprintf(text + strlen(text), "10.6.0.1 dev b\n10.6.0.2 dev c\n}\n}\n");
	file = keepalived(text);
	assert_non_null(file);
	assert_non_null(strstr(file, "10.1.0.255"));
	assert_null(strstr(file, "10.1.1.0"));
	assert_null(strstr(file, "10.4.0.1"));
	assert_null(strstr(file, "10.5.0.64"));
	free(file);
	hears("3: a group has at most 256 addresses");
	hears("1030: a cluster has at most 1024 servers");
	hears("1032: a cluster has at most 256 services, and 1024 servers");
	hears("1099: \"10.5.0.64\": a cluster has at most 64 addresses");
}

static void of_ipvsadm(void **state)
{
	(void)state;
	is(ipvsadm("-A -t 10.0.1.200:80 -s wlc -p 300\n"
		   "-a -t 10.0.1.200:80 -r 10.0.1.101:8080 -m -w 2\n"
		   "-a -t 10.0.1.200:80 -r 10.0.1.102:80 -g -w 1\n"
		   "-A -u [fd00::200]:53 -s mh -b mh-fallback,mh-port\n"
		   "\n"
		   "-a -u [fd00::200]:53 -r [fd00::101]:53 -g -w 1 -x 10 -y 5\n"
		   "-A -f 3 -s rr -6\n"
		   "-a -f 3 -r 10.0.1.101 -g\n"
		   "-a -t 10.0.1.9:80 -r 10.0.1.101:80\n"
		   "ipvsadm --add-service --tcp-service 10.0.1.201:0 --persistent # and so on\n"
		   "-a -t 10.0.1.201:0 -r 10.0.1.103:0 -i --tun-type ipip\n"
		   "-A -t www:http -s sh\n"),
	   "cluster: {id: 1, front: eth0, back: eth1}\n"
	   "nodes:\n"
	   "- {id: 1}\n"
	   "addresses: []\n"
	   "services:\n"
	   "- {address: 10.0.1.200, proto: tcp, port: 80, hash: source, pool: tcp-80}\n"
	   "- {address: 'fd00::200', proto: udp, port: 53, pool: udp-53}\n"
	   "- {address: 10.0.1.201, proto: tcp, hash: source, pool: tcp-0}\n"
	   "servers:\n"
	   "- {address: 10.0.1.101, pool: tcp-80, weight: 2}\n"
	   "- {address: 10.0.1.102, pool: tcp-80}\n"
	   "- {address: 'fd00::101', pool: udp-53}\n"
	   "- {address: 10.0.1.103, pool: tcp-0}\n");
	hears("1: \"wlc\" is left out");
	hears("1: \"-p\" becomes \"hash source\"");
	hears("2: \"-m\": servers get packets as they are");
	hears("2: port 8080 of \"10.0.1.101\"");
	hears("6: \"-x\" is left out");
	hears("7: \"-f 3\" is left out");
	hears("9: \"10.0.1.101:80\" is left out: no line adds its service");
	hears("11: \"-i\": servers get packets as they are");
	hears("11: \"--tun-type\" is left out");
	hears("12: \"www:http\" is left out: it is not an address");
}

/* The same address by two protocols, and the same servers by two sets of weights. */
static void alike(void **state)
{
	(void)state;
	is(ipvsadm("-A -t 10.0.1.200:53\n"
		   "-A -u 10.0.1.200:53\n"
		   "-A -t 10.0.1.201:53\n"
		   "-a -t 10.0.1.200:53 -r 10.0.1.101:53 -g -w 1\n"
		   "-a -u 10.0.1.200:53 -r 10.0.1.102:53 -g -w 1\n"
		   "-a -t 10.0.1.201:53 -r 10.0.1.101:53 -g -w 3\n"),
	   "cluster: {id: 1, front: eth0, back: eth1}\n"
	   "nodes:\n"
	   "- {id: 1}\n"
	   "addresses: []\n"
	   "services:\n"
	   "- {address: 10.0.1.200, proto: tcp, port: 53, pool: tcp-53}\n"
	   "- {address: 10.0.1.200, proto: udp, port: 53, pool: udp-53}\n"
	   "- {address: 10.0.1.201, proto: tcp, port: 53, pool: pool-3}\n"
	   "servers:\n"
	   "- {address: 10.0.1.101, pool: tcp-53}\n"
	   "- {address: 10.0.1.102, pool: udp-53}\n"
	   "- {address: 10.0.1.101, pool: pool-3, weight: 3}\n");
}

static const struct {
	const char *text;
	unsigned int line;
	const char *says;
} bad_ipvsadm[] = {
	{ "\nhello\n", 2, "\"hello\" is neither -A nor -a" },
	{ "-A -s rr\n", 1, "no service is named" },
	{ "-A -t\n", 1, "\"-t\" has no value" },
	{ "-A -t 10.0.0.1:80 --frob\n", 1, "\"--frob\" is not an option" },
	{ "-A -t 10.0.0.1:80\n-a -t 10.0.0.1:80\n", 2, "no server is named" },
	{ "-a -t 10.0.0.1:80 -r 10.0.0.2:80 -w x\n", 1, "\"-w\": \"x\" is not a number" },
	{ "-A -t 10.0.0.1:80 -A\n", 1, "\"-A\" is not at the begin" },
};

static void wrong_lines_are_named(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad_ipvsadm) / sizeof(bad_ipvsadm[0]); i++) {
		char *file = ipvsadm(bad_ipvsadm[i].text);

		if (file || error_line != bad_ipvsadm[i].line ||
		    !strstr(error, bad_ipvsadm[i].says))
			fail_msg("%s: line %u: %s", bad_ipvsadm[i].text, error_line, error);
	}
	assert_null(ipvsadm("\n# nothing\n"));
	assert_string_equal(error, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instance_and_server),
		cmocka_unit_test(pools),
		cmocka_unit_test(what_is_left_out_has_its_line),
		cmocka_unit_test(checks_become_checks),
		cmocka_unit_test(weights_keep_their_proportions),
		cmocka_unit_test(wrong_files_are_named),
		cmocka_unit_test(too_much),
		cmocka_unit_test(of_ipvsadm),
		cmocka_unit_test(alike),
		cmocka_unit_test(wrong_lines_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

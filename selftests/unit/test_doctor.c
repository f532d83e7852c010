// SPDX-License-Identifier: GPL-2.0
/* sources: userspace/doctor/finding.c userspace/doctor/site.c userspace/doctor/sysctls.c */
/* sources: userspace/doctor/links.c userspace/doctor/cluster.c userspace/lib/words.c */
/* libraries: libnl-3.0 */
/*
 * What levctl doctor finds in what it read of a leveler: nothing on a good one, and each finding
 * alone with what is said and the command that mends it.
 */
#include "doctor.h"

static struct lev_whole whole;
static struct lev_status status;
static struct lev_peer peer;
static uint64_t stats[__LEV_STAT_MAX];
static struct lev_site site;
static struct lev_findings findings;

static void add_service(const char *text, const char *way)
{
	snprintf(site.way[whole.n_services], IFNAMSIZ, "%s", way);
	whole.service[whole.n_services++].ip = ip_of(text);
}

static void add_levip(const char *text, enum lev_side side)
{
	struct lev_ip ip = ip_of(text);

	whole.address[whole.n_addresses].side = side;
	whole.address[whole.n_addresses++].ip = ip;
	add_addr(&site, text, ip.len * 8, "lev0");
}

/* Two nodes, of which this is the first, and nothing is wrong. */
static void good(void)
{
	memset(&whole, 0, sizeof(whole));
	memset(&status, 0, sizeof(status));
	memset(&site, 0, sizeof(site));
	memset(stats, 0, sizeof(stats));
	site = (struct lev_site){
		.device = "lev0", .whole = &whole, .status = &status, .stats = stats,
		.n_devs = 2, .forward4 = 1, .forward6 = 1, .api_version = LEV_GENL_VERSION,
		.api_attrs = LEV_A_MAX, .api_stats = __LEV_STAT_MAX,
		.dev = {
			{ .name = "eth0", .there = true, .up = true, .mtu = 1500,
			  .forwarding = { .dev = 1 } },
			{ .name = "eth1.5", .there = true, .up = true, .mtu = 1500,
			  .forwarding = { .dev = 1 } },
		},
	};
	peer = (struct lev_peer){ .id = 2, .heard = 1, .hears_us = 1, .keeper = 1 };
	status.self = 1;
	status.keeper = 1;
	status.peer = &peer;
	status.n_peers = 1;
	whole.n_nodes = 2;
	whole.node[0].id = 1;
	whole.node[1].id = 2;
	add_levip("10.0.0.200", LEV_SIDE_FRONT);
	add_levip("fd00:a::200", LEV_SIDE_FRONT);
	add_service("10.0.1.200", "eth1.5");
	add_service("fd00:b::200", "eth1.5");
	add_addr(&site, "10.0.0.101", 24, "eth0");
	add_addr(&site, "10.0.1.1", 24, "eth1.5");
	add_addr(&site, "127.0.0.1", 8, "lo");
}

static void with_gateways(void)
{
	good();
	add_levip("10.0.1.254", LEV_SIDE_BACK);
	add_levip("fd00:b::254", LEV_SIDE_BACK);
}

static void check(void)
{
	memset(&findings, 0, sizeof(findings));
	lev_check_cluster(&site, &findings);
	lev_check_sysctls(&site, &findings);
	lev_check_links(&site, &findings);
}

static void only(enum lev_severity severity, const char *name, const char *says,
		 const char *command)
{
	check();
	assert_only(&findings, severity, name, says, command);
}

static void nothing_wrong(void **state)
{
	unsigned int good_checks;

	(void)state;
	with_gateways();
	check();
	assert_int_equal(findings.n, 0);
	good_checks = findings.good;
	assert_in_range(good_checks, 12, 40);
	site.dev[0].promiscuous = true;
	status.front_mac = LEV_MAC_VIRTUAL;
	only(LEV_HINT, "promiscuous", "eth0 takes all", "levctl cluster set lev0 mac physical");
	assert_int_equal(findings.good, good_checks - 1);
	/* With the device's own address that is somebody else's doing. */
	status.front_mac = LEV_MAC_PHYSICAL;
	check();
	assert_int_equal(findings.n, 0);
}

static void forwarding(void **state)
{
	(void)state;
	good();
	site.forward4 = 0;
	site.dev[0].forwarding.dev = 0;
	site.dev[1].forwarding.dev = 0;
	only(LEV_WARNING, "forwarding", "net.ipv4.ip_forward is 0",
	     "sysctl -w net.ipv4.ip_forward=1");
	with_gateways();
	site.forward4 = 0;
	site.dev[1].forwarding.dev = 0;
	only(LEV_FAULT, "forwarding", "ip_forward", "sysctl -w net.ipv4.ip_forward=1");
	site.forward4 = 1;
	only(LEV_FAULT, "forwarding", "forwarding of eth1.5 is 0",
	     "sysctl -w net/ipv4/conf/eth1.5/forwarding=1");
	good();
	site.dev[0].forwarding.dev = 0;
	only(LEV_WARNING, "forwarding", "forwarding of eth0 is 0",
	     "sysctl -w net.ipv4.conf.eth0.forwarding=1");
	with_gateways();
	site.forward6 = 0;
	only(LEV_FAULT, "forwarding", "net.ipv6.conf.all.forwarding is 0",
	     "sysctl -w net.ipv6.conf.all.forwarding=1");
	/* It is nobody's concern where there is no such service. */
	whole.n_services = 1;
	check();
	assert_int_equal(findings.n, 0);
}

static void rp_filter(void **state)
{
	(void)state;
	with_gateways();
	site.dev[1].rp_filter.all = 1;
	check();
	assert_int_equal(findings.n, 0);
	snprintf(site.way[0], IFNAMSIZ, "eth0");
	only(LEV_FAULT, "rp-filter",
	     "rp_filter of eth1.5 is 1, and the route to 10.0.1.200 is by eth0",
	     "sysctl -w net/ipv4/conf/eth1.5/rp_filter=2");
	site.dev[1].rp_filter.dev = 2;
	check();
	assert_int_equal(findings.n, 0);
	*site.way[0] = 0;
	only(LEV_FAULT, "rp-filter", "no route", "ip route add 10.0.1.200/32 dev eth1.5");
	site.dev[1].rp_filter = (struct lev_rs_setting){ 0 };
	check();
	assert_int_equal(findings.n, 0);
}

static void arp(void **state)
{
	struct lev_site_addr *third;

	(void)state;
	good();
	site.dev[0].proxy_arp = (struct lev_rs_setting){ .all = 1, .dev = 1 };
	only(LEV_WARNING, "proxy-arp", "eth0",
	     "sysctl -w net.ipv4.conf.all.proxy_arp=0 net.ipv4.conf.eth0.proxy_arp=0");
	good();
	site.dev[1].proxy_arp.dev = 1;
	only(LEV_WARNING, "proxy-arp", "eth1.5", "sysctl -w net/ipv4/conf/eth1.5/proxy_arp=0");
	good();
	site.dev[1].proxy_arp_pvlan.all = 1;
	only(LEV_FAULT, "proxy-arp-pvlan", "eth1.5",
	     "sysctl -w net.ipv4.conf.all.proxy_arp_pvlan=0");
	good();
	site.dev[0].arp_filter.dev = 1;
	only(LEV_HINT, "arp-filter", "eth0", "sysctl -w net.ipv4.conf.eth0.arp_filter=0");
	good();
	site.dev[0].arp_ignore.dev = 8;
	only(LEV_WARNING, "arp-ignore", "eth0", "sysctl -w net.ipv4.conf.eth0.arp_ignore=0");
	good();
	third = add_addr(&site, "10.0.0.9", 25, "eth2");
	check();
	assert_int_equal(findings.n, 0);
	third->ip = ip_of("10.0.9.9");
	third->prefix = 18;
	only(LEV_WARNING, "arp-ignore", "eth2 is in the net of LevIP 10.0.0.200",
	     "sysctl -w net.ipv4.conf.eth2.arp_ignore=1");
	third->arp_ignore = 1;
	check();
	assert_int_equal(findings.n, 0);
	/* ServIP and LevIP at once. */
	with_gateways();
	add_levip("10.0.1.200", LEV_SIDE_FRONT);
	only(LEV_FAULT, "accept-local", "10.0.1.200",
	     "sysctl -w net/ipv4/conf/eth1.5/accept_local=1");
	site.dev[1].accept_local.all = 1;
	check();
	assert_int_equal(findings.n, 0);
}

static void addresses(void **state)
{
	(void)state;
	good();
	add_addr(&site, "10.0.0.200", 24, "eth0");
	only(LEV_FAULT, "levip-elsewhere", "eth0 has LevIP 10.0.0.200",
	     "ip address del 10.0.0.200/24 dev eth0");
	good();
	add_addr(&site, "fd00:b::200", 128, "lo");
	only(LEV_FAULT, "servip-here", "lo has ServIP fd00:b::200",
	     "ip address del fd00:b::200/128 dev lo");
	good();
	snprintf(site.addr[1].dev, IFNAMSIZ, "lev1");
	check();
	assert_int_equal(findings.n, 2);
	assert_string_equal(findings.finding[1].name, "levip-missing");
	assert_string_equal(findings.finding[1].mend,
			    "ip address add fd00:a::200/128 dev lev0 nodad");
	/* A config that is not in force yet has addresses that are not there yet. */
	status.has = 1ULL << LEV_STATUS_A_PENDING_VERSION;
	check();
	assert_int_equal(findings.n, 1);
}

static void links(void **state)
{
	(void)state;
	good();
	site.dev[0].mtu = 9000;
	only(LEV_WARNING, "mtu", "eth0 takes packets of 9000 bytes, eth1.5 only of 1500",
	     "ip link set dev eth1.5 mtu 9000");
	good();
	site.dev[1].mtu = 9000;
	site.bridge_nf[LEV_BRIDGE_NF_ARP] = true;
	site.bridge_nf[LEV_BRIDGE_NF_IP6] = true;
	check();
	assert_int_equal(findings.n, 0);
	site.dev[0].bridge = true;
	only(LEV_WARNING, "bridge-nf", "bridge eth0",
	     "sysctl -w net.bridge.bridge-nf-call-arptables=0 "
	     "net.bridge.bridge-nf-call-ip6tables=0");
	/* One arm is one device. */
	good();
	site.n_devs = 1;
	snprintf(site.way[0], IFNAMSIZ, "eth0");
	site.dev[0].rp_filter.dev = 1;
	check();
	assert_int_equal(findings.n, 0);
}

static void reason(enum lev_reason reason, enum lev_severity severity, const char *says,
		   const char *command)
{
	status.reason = reason;
	only(severity, "silent", says, command);
	assert_non_null(strstr(findings.finding[0].why, lev_name(&lev_reason_names, reason)));
}

static void silent(void **state)
{
	(void)state;
	good();
	reason(LEV_REASON_STARTING, LEV_HINT, "not heard", "levctl monitor lev0");
	reason(LEV_REASON_DRAINED, LEV_HINT, "told", "levctl node set lev0 1 state active");
	reason(LEV_REASON_UNWATCHED, LEV_FAULT, "levd", "systemctl restart levd@lev0");
	reason(LEV_REASON_STOPPING, LEV_FAULT, "lev0 is down", "ip link set lev0 up");
	reason(LEV_REASON_NO_SERVER, LEV_FAULT, "no server", "levctl server show lev0");
	reason(LEV_REASON_BACK_PARTIAL, LEV_FAULT, "does not", "levctl server show lev0");
	reason(LEV_REASON_CONFIG, LEV_FAULT, "another config", "levctl status lev0");
	reason(LEV_REASON_FRONT_DOWN, LEV_FAULT, "eth0 has no carrier", "ethtool eth0");
	site.dev[1].up = false;
	reason(LEV_REASON_BACK_DOWN, LEV_FAULT, "eth1.5 is down", "ip link set eth1.5 up");
	site.dev[1].there = false;
	reason(LEV_REASON_BACK_DOWN, LEV_FAULT, "no device eth1.5", "");
}

static void others(void **state)
{
	(void)state;
	good();
	peer.hears_us = 0;
	only(LEV_WARNING, "not-hearing", "node 2", "levctl status lev0");
	peer.heard = 0;
	only(LEV_WARNING, "not-heard", "node 2", "tcpdump -n -i eth0 ether proto 0x88b5");
	status.n_peers = 0;
	only(LEV_WARNING, "not-heard", "node 2", "tcpdump -n -i eth0 ether proto 0x88b5");
	good();
	peer.keeper = 2;
	only(LEV_WARNING, "clock", "node 2 follows the clock of node 2, this one that of node 1",
	     "levctl status lev0");
	good();
	status.front_mac_why = LEV_MAC_WHY_DEVICE;
	only(LEV_WARNING, "mac-physical", "eth0 (front) hands up",
	     "levctl cluster set lev0 mac physical");
	status.front_mac_why = LEV_MAC_WHY_CONFIG;
	status.back_mac_why = LEV_MAC_WHY_REFUSED;
	only(LEV_WARNING, "mac-physical", "eth1.5 (back) takes no further",
	     "levctl cluster set lev0 mac physical");
	good();
	stats[LEV_STAT_CONFLICTS] = 3;
	only(LEV_HINT, "conflicts", "3 frames", "levctl monitor lev0");
}

static void keys(void **state)
{
	static const char command[] = "levctl cluster set lev0 key /etc/leveler/lev0.key";

	(void)state;
	good();
	peer.key = LEV_PEER_KEY_OTHER;
	only(LEV_FAULT, "key", "node 2 has another key", command);
	assert_string_equal(findings.finding[0].on, "node 2");
	peer.key = LEV_PEER_KEY_NEW;
	only(LEV_WARNING, "key", "node 2 has got a new key", command);
	assert_string_equal(findings.finding[0].on, "");
	peer.key = LEV_PEER_KEY_OLD;
	status.key_waiting = 1 << 1;
	only(LEV_WARNING, "key", "node 2 has yet to get the new one", command);
	assert_string_equal(findings.finding[0].on, "node 2");
}

static void versions(void **state)
{
	(void)state;
	good();
	site.api_stats--;
	only(LEV_WARNING, "version", "older",
	     "levctl node set lev0 1 state drain && systemctl stop levd@lev0 && levctl "
	     "cluster del lev0 && rmmod leveler && systemctl start levd@lev0");
	good();
	site.api_attrs++;
	only(LEV_WARNING, "version", "newer", "make tools && make -C userspace install");
	good();
	site.api_version++;
	only(LEV_WARNING, "version", "newer", "make tools && make -C userspace install");
}

/* More than there is room for are counted, and written nowhere else. */
static void many(void **state)
{
	(void)state;
	memset(&findings, 0, sizeof(findings));
	for (unsigned int i = 0; i < LEV_FINDINGS_MAX + 5; i++)
		lev_say(lev_found(&findings, LEV_FAULT, "many")->what, "%u", i);
	assert_int_equal(findings.n, LEV_FINDINGS_MAX);
	assert_int_equal(findings.more, 5);
	assert_int_equal(findings.of[LEV_FAULT], LEV_FINDINGS_MAX + 5);
	assert_string_equal(findings.finding[LEV_FINDINGS_MAX - 1].what, "127");
}

static void assert_mend_in(const char *mend, const char *expected)
{
	char text[LEV_MEND];

	assert_string_equal(lev_mend_in("left", mend, text), expected);
}

static void namespaces(void **state)
{
	(void)state;
	assert_mend_in("sysctl -w net.ipv4.ip_forward=1",
		       "ip netns exec left sysctl -w net.ipv4.ip_forward=1");
	assert_mend_in("nft 'insert rule ip t c accept'",
		       "ip netns exec left nft 'insert rule ip t c accept'");
	assert_mend_in("levctl cluster del lev0 && rmmod leveler",
		       "ip netns exec left sh -c 'levctl cluster del lev0 && rmmod leveler'");
	assert_mend_in("modprobe leveler", "modprobe leveler");
	assert_mend_in("make tools && make -C userspace install",
		       "make tools && make -C userspace install");
	assert_mend_in("systemctl restart levd@lev0", "systemctl restart levd@lev0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_wrong),
		cmocka_unit_test(forwarding),
		cmocka_unit_test(rp_filter),
		cmocka_unit_test(arp),
		cmocka_unit_test(addresses),
		cmocka_unit_test(links),
		cmocka_unit_test(silent),
		cmocka_unit_test(others),
		cmocka_unit_test(keys),
		cmocka_unit_test(versions),
		cmocka_unit_test(many),
		cmocka_unit_test(namespaces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/* sources: userspace/lib/realserver.c userspace/lib/words.c */
/* libraries: libnl-3.0 */
/*
 * What is wrong with a server: each fault alone, by the rules of the kernel for its settings, with
 * what is said of it and the command that mends it.
 */
#include "unit.h"
#include "../../userspace/lib/realserver.h"

static struct lev_rs_host h;
static char why[LEV_RS_WHY], mend[LEV_RS_MEND];

/* A server of which nothing is to be said. */
static void good(const char *ip)
{
	memset(&h, 0, sizeof(h));
	assert_true(lev_parse_ip(ip, &h.ip));
	h.dev = "eth0";
	h.up = true;
	h.lo_up = true;
	h.on_lo = h.ip.len * 8;
	h.arp_ignore.dev = 1;
	h.arp_announce.dev = 2;
}

static void only(enum lev_rs_fault fault, const char *says, const char *command)
{
	assert_int_equal(lev_rs_faults(&h), 1 << fault);
	lev_rs_tell(&h, fault, why, mend);
	if (!strstr(why, says))
		fail_msg("\"%s\" is not in \"%s\"", says, why);
	assert_string_equal(mend, command);
}

static void nothing_wrong(void **state)
{
	(void)state;
	good("10.0.1.200");
	assert_int_equal(lev_rs_faults(&h), 0);
	h.arp_ignore.dev = 2;
	assert_int_equal(lev_rs_faults(&h), 0);
	h.arp_ignore = (struct lev_rs_setting){ .all = 1 };
	h.arp_announce = (struct lev_rs_setting){ .all = 2 };
	assert_int_equal(lev_rs_faults(&h), 0);
	/* IPv6 needs none of these. */
	good("fd00:b::200");
	h.arp_ignore.dev = 0;
	h.arp_announce.dev = 0;
	h.rp_filter.dev = 1;
	h.elsewhere = true;
	assert_int_equal(lev_rs_faults(&h), 0);
}

static void addresses(void **state)
{
	(void)state;
	good("10.0.1.200");
	h.on_lo = 0;
	only(LEV_RS_NO_ALIAS, "lo does not have it", "ip address add 10.0.1.200/32 dev lo");
	h.on_lo = 24;
	only(LEV_RS_ALIAS_WIDE, "10.0.1.200/24",
	     "ip address del 10.0.1.200/24 dev lo && ip address add 10.0.1.200/32 dev lo");
	good("10.0.1.200");
	h.on_dev = 24;
	only(LEV_RS_ON_DEVICE, "answers ARP", "ip address del 10.0.1.200/24 dev eth0");
	good("fd00:b::200");
	h.on_lo = 0;
	only(LEV_RS_NO_ALIAS, "lo", "ip address add fd00:b::200/128 dev lo nodad");
	good("fd00:b::200");
	h.on_dev = 64;
	only(LEV_RS_ON_DEVICE, "Neighbour", "ip address del fd00:b::200/64 dev eth0");
	good("10.0.1.200");
	h.up = false;
	only(LEV_RS_DEVICE_DOWN, "eth0 is down", "ip link set eth0 up");
	good("fd00:b::200");
	h.lo_up = false;
	only(LEV_RS_LO_DOWN, "lo is down", "ip link set lo up");
}

/* Values of all and of the device, what is wrong then, and what mends it. */
static const struct {
	uint32_t all;
	uint32_t dev;
	enum lev_rs_fault fault;
	const char *mend;
} ignore[] = {
	{ 0, 0, LEV_RS_ANSWERS, "net.ipv4.conf.eth0.arp_ignore=1" },
	{ 0, 3, LEV_RS_ANSWERS, "net.ipv4.conf.eth0.arp_ignore=1" },
	{ 1, 4, LEV_RS_ANSWERS, "net.ipv4.conf.eth0.arp_ignore=1" },
	{ 0, 9, LEV_RS_ANSWERS, "net.ipv4.conf.eth0.arp_ignore=1" },
	{ 3, 1, LEV_RS_ANSWERS,
	  "net.ipv4.conf.all.arp_ignore=0 net.ipv4.conf.eth0.arp_ignore=1" },
	{ 2, 8, LEV_RS_MUTE, "net.ipv4.conf.eth0.arp_ignore=1" },
	{ 8, 1, LEV_RS_MUTE, "net.ipv4.conf.all.arp_ignore=0 net.ipv4.conf.eth0.arp_ignore=1" },
};

static void arp(void **state)
{
	char command[LEV_RS_MEND];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ignore) / sizeof(ignore[0]); i++) {
		good("10.0.1.200");
		h.arp_ignore = (struct lev_rs_setting){ ignore[i].all, ignore[i].dev };
		snprintf(command, sizeof(command), "sysctl -w %s", ignore[i].mend);
		only(ignore[i].fault, "arp_ignore is", command);
		assert_int_equal(lev_rs_overruled(&h.arp_ignore), ignore[i].all > 2);
	}
	good("10.0.1.200");
	h.arp_announce = (struct lev_rs_setting){ 0, 1 };
	only(LEV_RS_ANNOUNCES, "arp_announce is 1 (of all 0, of eth0 1",
	     "sysctl -w net.ipv4.conf.eth0.arp_announce=2");
	h.arp_announce = (struct lev_rs_setting){ 3, 2 };
	h.dev = "eth0.100";
	only(LEV_RS_ANNOUNCES, "arp_announce is 3",
	     "sysctl -w net.ipv4.conf.all.arp_announce=0 net/ipv4/conf/eth0.100/arp_announce=2");
}

static void reverse_path(void **state)
{
	(void)state;
	good("10.0.1.200");
	h.rp_filter = (struct lev_rs_setting){ 1, 0 };
	assert_int_equal(lev_rs_faults(&h), 0);
	h.elsewhere = true;
	only(LEV_RS_RP_FILTER, "not by eth0", "sysctl -w net.ipv4.conf.eth0.rp_filter=2");
	h.rp_filter.dev = 2;
	assert_int_equal(lev_rs_faults(&h), 0);
}

/* All at once: each has its words, and they fit. */
static void all_of_them(void **state)
{
	unsigned int fault, seen = 0;

	(void)state;
	good("fd00:bbbb:bbbb:bbbb:bbbb:bbbb:bbbb:200");
	h.dev = "averylongdevice";
	for (fault = 0; fault < __LEV_RS_FAULT_MAX; fault++) {
		lev_rs_tell(&h, fault, why, mend);
		assert_true(strlen(why) < LEV_RS_WHY - 1 && strlen(mend) < LEV_RS_MEND - 1);
		assert_true(*why && *mend);
		assert_string_not_equal(lev_name(&lev_rs_fault_names, fault), "unknown");
		seen++;
	}
	assert_int_equal(seen, __LEV_RS_FAULT_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_wrong),
		cmocka_unit_test(addresses),
		cmocka_unit_test(arp),
		cmocka_unit_test(reverse_path),
		cmocka_unit_test(all_of_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

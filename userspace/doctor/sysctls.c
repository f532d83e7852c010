// SPDX-License-Identifier: GPL-2.0
/*
 * Settings of the kernel that drop what servers answer, or answer ARP in Leveler's place. Pure;
 * called by levctl's cmd_doctor.c.
 */
#include <string.h>

#include "checks.h"

#define RP_FILTER_STRICT	1
#define RP_FILTER_LOOSE		2
#define ARP_IGNORE_ALL		8

/* Of most settings the higher of the two counts, and of those that are on or off, either. */
static uint32_t effective(const struct lev_rs_setting *s)
{
	return s->all > s->dev ? s->all : s->dev;
}

/* A device's setting as sysctl wants it: with a dot in the device's name, with slashes. */
static void put_setting(char *buf, size_t size, const char *dev, const char *name, uint32_t value)
{
	snprintf(buf, size, strchr(dev, '.') ? "net/ipv4/conf/%s/%s=%u" : "net.ipv4.conf.%s.%s=%u",
		 dev, name, value);
}

static void mend_setting(struct lev_finding *f, const char *dev, const char *name, uint32_t value)
{
	char setting[LEV_WHAT];

	put_setting(setting, sizeof(setting), dev, name, value);
	lev_say(f->mend, "sysctl -w %s", setting);
}

/* Off for all and for the device, wherever it is on. */
static void mend_off(struct lev_finding *f, const char *dev, const char *name,
		     const struct lev_rs_setting *s)
{
	char setting[LEV_WHAT];

	put_setting(setting, sizeof(setting), dev, name, 0);
	if (s->all && s->dev)
		lev_say(f->mend, "sysctl -w net.ipv4.conf.all.%s=0 %s", name, setting);
	else if (s->all)
		lev_say(f->mend, "sysctl -w net.ipv4.conf.all.%s=0", name);
	else
		lev_say(f->mend, "sysctl -w %s", setting);
}

/*
 * What is wrong with the way of servers' answers through this node: sure to matter if they have a
 * LevIP as their gateway, but they may answer by another way (Net C).
 */
static enum lev_severity for_answers(const struct lev_site *s, unsigned int len)
{
	return lev_site_has_levip(s, len, LEV_SIDE_BACK) ? LEV_FAULT : LEV_WARNING;
}

static const char no_answers[] = "what servers answer through this node is dropped";
static const char no_errors[] = "nobody is told of packets that are too long for the back";

/* The kernel asks the device that a packet comes in on; ip_forward sets those of all devices. */
static void check_forwarding4(const struct lev_site *s, struct lev_findings *fs)
{
	const struct lev_site_dev *front = lev_site_front(s), *back = lev_site_back(s);
	struct lev_finding *f;

	if (!back->forwarding.dev && back->there) {
		f = lev_found(fs, for_answers(s, 4), "forwarding");
		lev_say(f->why, "%s", no_answers);
		if (!s->forward4) {
			lev_say(f->what, "net.ipv4.ip_forward is 0");
			lev_say(f->mend, "sysctl -w net.ipv4.ip_forward=1");
			return;
		}
		lev_say(f->what, "forwarding of %s is 0", back->name);
		mend_setting(f, back->name, "forwarding", 1);
	}
	if (!front->forwarding.dev && front->there && front != back) {
		f = lev_found(fs, LEV_WARNING, "forwarding");
		lev_say(f->what, "forwarding of %s is 0", front->name);
		lev_say(f->why, "%s", no_errors);
		mend_setting(f, front->name, "forwarding", 1);
	}
}

static void check_forwarding(const struct lev_site *s, struct lev_findings *fs)
{
	unsigned int before = lev_found_so_far(fs);
	struct lev_finding *f;

	if (lev_site_has_service(s, 4)) {
		check_forwarding4(s, fs);
		lev_checked(fs, before);
	}
	if (!lev_site_has_service(s, 16))
		return;
	before = lev_found_so_far(fs);
	if (!s->forward6) {
		f = lev_found(fs, for_answers(s, 16), "forwarding");
		lev_say(f->what, "net.ipv6.conf.all.forwarding is 0");
		lev_say(f->why, "%s", no_answers);
		lev_say(f->mend, "sysctl -w net.ipv6.conf.all.forwarding=1");
	}
	lev_checked(fs, before);
}

/* An answer comes from ServIP: the filter asks the route to that, and not the one to the server. */
static void check_rp_filter(const struct lev_site *s, struct lev_findings *fs)
{
	const struct lev_site_dev *back = lev_site_back(s);
	uint32_t filter = effective(&back->rp_filter);
	unsigned int before = lev_found_so_far(fs);
	char ip[LEV_IP_STR];

	for (unsigned int i = 0; i < s->whole->n_services && filter && back->there; i++) {
		const struct lev_service *service = &s->whole->service[i];
		struct lev_finding *f;

		if (service->ip.len != 4 || !strcmp(s->way[i], back->name) ||
		    (*s->way[i] && filter != RP_FILTER_STRICT) ||
		    lev_site_is_levip(s, &service->ip))
			continue;
		f = lev_found(fs, for_answers(s, 4), "rp-filter");
		lev_ip_str(&service->ip, ip);
		lev_say(f->why, "%s", no_answers);
		if (!*s->way[i]) {
			lev_say(f->what, "rp_filter of %s is %u, and there is no route to %s",
				back->name, filter, ip);
			lev_say(f->mend, "ip route add %s/32 dev %s", ip, back->name);
			continue;
		}
		lev_say(f->what, "rp_filter of %s is %u, and the route to %s is by %s",
			back->name, filter, ip, s->way[i]);
		mend_setting(f, back->name, "rp_filter", RP_FILTER_LOOSE);
		break;
	}
	lev_checked(fs, before);
}

/* A ServIP that is a LevIP too is this node's own address, and its answers come in from outside. */
static void check_accept_local(const struct lev_site *s, struct lev_findings *fs)
{
	const struct lev_site_dev *back = lev_site_back(s);
	unsigned int before = lev_found_so_far(fs);
	char ip[LEV_IP_STR];

	for (unsigned int i = 0; i < s->whole->n_services && back->there; i++) {
		const struct lev_ip *servip = &s->whole->service[i].ip;
		struct lev_finding *f;

		if (servip->len != 4 || effective(&back->accept_local) ||
		    !lev_site_is_levip(s, servip))
			continue;
		f = lev_found(fs, for_answers(s, 4), "accept-local");
		lev_say(f->what, "%s is ServIP and LevIP, and accept_local of %s is 0",
			lev_ip_str(servip, ip), back->name);
		lev_say(f->why, "%s", no_answers);
		mend_setting(f, back->name, "accept_local", 1);
		break;
	}
	lev_checked(fs, before);
}

static void check_proxies(const struct lev_site_dev *dev, struct lev_findings *fs)
{
	unsigned int before = lev_found_so_far(fs);
	struct lev_finding *f;

	if (effective(&dev->proxy_arp_pvlan)) {
		f = lev_found(fs, LEV_FAULT, "proxy-arp-pvlan");
		lev_say(f->what, "%s answers ARP for its neighbours (proxy_arp_pvlan is on)",
			dev->name);
		lev_say(f->why, "frames for servers and other levelers come to this node");
		mend_off(f, dev->name, "proxy_arp_pvlan", &dev->proxy_arp_pvlan);
	}
	if (effective(&dev->proxy_arp)) {
		f = lev_found(fs, LEV_WARNING, "proxy-arp");
		lev_say(f->what, "%s answers ARP for what other devices lead to (proxy_arp is on)",
			dev->name);
		lev_say(f->why,
			"who asks for a ServIP there gets this node's answer and passes LevIP by");
		mend_off(f, dev->name, "proxy_arp", &dev->proxy_arp);
	}
	lev_checked(fs, before);
}

static void check_arp(const struct lev_site_dev *dev, struct lev_findings *fs)
{
	unsigned int before = lev_found_so_far(fs);
	struct lev_finding *f;

	if (effective(&dev->arp_ignore) == ARP_IGNORE_ALL) {
		f = lev_found(fs, LEV_WARNING, "arp-ignore");
		lev_say(f->what, "%s answers ARP for no address, not even its own "
			"(arp_ignore is 8)", dev->name);
		lev_say(f->why, "neighbours cannot reach this node's own address");
		mend_off(f, dev->name, "arp_ignore", &dev->arp_ignore);
	}
	if (effective(&dev->arp_filter)) {
		f = lev_found(fs, LEV_HINT, "arp-filter");
		lev_say(f->what, "%s answers ARP only those that its routes lead to "
			"(arp_filter is on)", dev->name);
		lev_say(f->why,
			"servers and routers behind another route do not find this node's address");
		mend_off(f, dev->name, "arp_filter", &dev->arp_filter);
	}
	lev_checked(fs, before);
}

/* Front and back are kept silent by the module, other devices are not. */
static void check_other_devices(const struct lev_site *s, struct lev_findings *fs)
{
	unsigned int before = lev_found_so_far(fs);
	char ip[LEV_IP_STR];

	for (unsigned int i = 0; i < s->n_addrs; i++) {
		const struct lev_site_addr *a = &s->addr[i];

		if (a->ip.len != 4 || a->arp_ignore || !a->prefix || a->prefix == 32 ||
		    !strcmp(a->dev, s->device) || !strcmp(a->dev, lev_site_front(s)->name) ||
		    !strcmp(a->dev, lev_site_back(s)->name))
			continue;
		for (unsigned int k = 0; k < s->whole->n_addresses; k++) {
			const struct lev_ip *levip = &s->whole->address[k].ip;
			struct lev_finding *f;

			if (!lev_site_same_net(levip, &a->ip, a->prefix))
				continue;
			f = lev_found(fs, LEV_WARNING, "arp-ignore");
			lev_say(f->what, "%s is in the net of LevIP %s, and answers ARP for it",
				a->dev, lev_ip_str(levip, ip));
			lev_say(f->why, "askers get two answers, one with a wrong MAC address");
			mend_setting(f, a->dev, "arp_ignore", LEV_ARP_IGNORE);
			break;
		}
	}
	lev_checked(fs, before);
}

void lev_check_sysctls(const struct lev_site *s, struct lev_findings *fs)
{
	check_forwarding(s, fs);
	check_rp_filter(s, fs);
	check_accept_local(s, fs);
	for (unsigned int i = 0; i < s->n_devs; i++) {
		if (!s->dev[i].there)
			continue;
		check_proxies(&s->dev[i], fs);
		check_arp(&s->dev[i], fs);
	}
	check_other_devices(s, fs);
}

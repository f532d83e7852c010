// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses of this machine that are Leveler's, the MTU of front and back, and what a bridge does
 * with frames first. Pure; called by levctl's cmd_doctor.c.
 */
#include <string.h>

#include "checks.h"

static void mend_address(struct lev_finding *f, const struct lev_site_addr *a)
{
	char ip[LEV_IP_STR];

	lev_say(f->mend, "ip address del %s/%u dev %s", lev_ip_str(&a->ip, ip), a->prefix, a->dev);
}

static void check_elsewhere(const struct lev_site *s, struct lev_findings *fs)
{
	unsigned int before = lev_found_so_far(fs);
	struct lev_finding *f;
	char ip[LEV_IP_STR];

	for (unsigned int i = 0; i < s->n_addrs; i++) {
		const struct lev_site_addr *a = &s->addr[i];

		if (!strcmp(a->dev, s->device))
			continue;
		if (lev_site_is_levip(s, &a->ip)) {
			f = lev_found(fs, LEV_FAULT, "levip-elsewhere");
			lev_say(f->what, "%s has LevIP %s too", a->dev, lev_ip_str(&a->ip, ip));
			lev_say(f->why, "the kernel speaks for it there, whoever's turn it is");
			mend_address(f, a);
		} else if (lev_site_is_servip(s, &a->ip)) {
			f = lev_found(fs, LEV_FAULT, "servip-here");
			lev_say(f->what, "%s has ServIP %s", a->dev, lev_ip_str(&a->ip, ip));
			lev_say(f->why, "what servers answer from it is dropped here as forged");
			mend_address(f, a);
		}
	}
	lev_checked(fs, before);
}

static bool on_device(const struct lev_site *s, const struct lev_ip *ip)
{
	for (unsigned int i = 0; i < s->n_addrs; i++) {
		if (lev_ip_equal(&s->addr[i].ip, ip) && !strcmp(s->addr[i].dev, s->device))
			return true;
	}
	return false;
}

/* The module puts them there; somebody may have taken one off. */
static void check_missing(const struct lev_site *s, struct lev_findings *fs)
{
	unsigned int before = lev_found_so_far(fs);
	char ip[LEV_IP_STR];

	/* The newest config is not in force yet. */
	if (lev_has(s->status->has, LEV_STATUS_A_PENDING_VERSION))
		return;
	for (unsigned int i = 0; i < s->whole->n_addresses; i++) {
		const struct lev_ip *levip = &s->whole->address[i].ip;
		struct lev_finding *f;

		if (on_device(s, levip))
			continue;
		f = lev_found(fs, LEV_WARNING, "levip-missing");
		lev_say(f->what, "%s does not have LevIP %s", s->device, lev_ip_str(levip, ip));
		lev_say(f->why, "packets for LevIP itself, such as pings, are not taken");
		lev_say(f->mend, "ip address add %s/%d dev %s%s", ip, levip->len * 8, s->device,
			levip->len == 4 ? "" : " nodad");
	}
	lev_checked(fs, before);
}

static void check_mtu(const struct lev_site *s, struct lev_findings *fs)
{
	const struct lev_site_dev *front = lev_site_front(s), *back = lev_site_back(s);
	unsigned int before = lev_found_so_far(fs);
	struct lev_finding *f;

	if (!front->there || !back->there)
		return;
	if (front->mtu > back->mtu) {
		f = lev_found(fs, LEV_WARNING, "mtu");
		lev_say(f->what, "%s takes packets of %u bytes, %s only of %u", front->name,
			front->mtu, back->name, back->mtu);
		lev_say(f->why, "longer ones do not reach a server, an ICMP error goes back");
		lev_say(f->mend, "ip link set dev %s mtu %u", back->name, front->mtu);
	}
	lev_checked(fs, before);
}

static void check_promiscuous(const struct lev_site *s, struct lev_findings *fs)
{
	for (unsigned int i = 0; i < s->n_devs; i++) {
		unsigned int before = lev_found_so_far(fs);
		struct lev_finding *f;

		if (s->dev[i].there && s->dev[i].promiscuous &&
		    lev_site_mac(s, i) == LEV_MAC_VIRTUAL) {
			f = lev_found(fs, LEV_HINT, "promiscuous");
			lev_say(f->what, "%s takes all frames of its wire", s->dev[i].name);
			lev_say(f->why, "it may have no room in its filter for the lanes' MAC "
				"addresses: others' frames cost time");
			lev_say(f->mend, "levctl cluster set %s mac physical", s->device);
		}
		lev_checked(fs, before);
	}
}

static void check_bridge(const struct lev_site *s, struct lev_findings *fs)
{
	static const char *const name[] = {
		[LEV_BRIDGE_NF_ARP] = "arptables",
		[LEV_BRIDGE_NF_IP] = "iptables",
		[LEV_BRIDGE_NF_IP6] = "ip6tables",
	};

	for (unsigned int i = 0; i < s->n_devs; i++) {
		unsigned int before = lev_found_so_far(fs);
		struct lev_finding *f = NULL;
		size_t at = 0;

		for (unsigned int k = 0; k < __LEV_BRIDGE_NF_MAX && s->dev[i].bridge; k++) {
			if (!s->bridge_nf[k])
				continue;
			if (!f)
				f = lev_found(fs, LEV_WARNING, "bridge-nf");
			at += snprintf(f->mend + at, sizeof(f->mend) - at,
				       "%snet.bridge.bridge-nf-call-%s=0",
				       at ? " " : "sysctl -w ", name[k]);
		}
		if (f) {
			lev_say(f->what, "frames of bridge %s go through the firewall first "
				"(bridge-nf-call)", s->dev[i].name);
			lev_say(f->why, "its rules and its tracking may drop packets for services");
		}
		lev_checked(fs, before);
	}
}

void lev_check_links(const struct lev_site *s, struct lev_findings *fs)
{
	check_elsewhere(s, fs);
	check_missing(s, fs);
	check_mtu(s, fs);
	check_promiscuous(s, fs);
	check_bridge(s, fs);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Judges a server by what was found on it (see realserver.h). Owns no state.
 */
#include <stdio.h>
#include <string.h>

#include "realserver.h"

#define ARP_IGNORE_ALL		8	/* of arp_ignore: answer for no address at all */
#define RP_FILTER_STRICT	1
#define RP_FILTER_LOOSE		2

static const char *const fault_names[__LEV_RS_FAULT_MAX] = {
	[LEV_RS_DEVICE_DOWN] = "device-down",
	[LEV_RS_LO_DOWN] = "lo-down",
	[LEV_RS_NO_ALIAS] = "no-alias",
	[LEV_RS_ALIAS_WIDE] = "alias-wide",
	[LEV_RS_ON_DEVICE] = "on-device",
	[LEV_RS_ANSWERS] = "answers",
	[LEV_RS_MUTE] = "mute",
	[LEV_RS_ANNOUNCES] = "announces",
	[LEV_RS_RP_FILTER] = "rp-filter",
};

const struct lev_names lev_rs_fault_names = { fault_names, __LEV_RS_FAULT_MAX };

static bool is_v4(const struct lev_rs_host *h)
{
	return h->ip.len == 4;
}

static uint32_t effective(const struct lev_rs_setting *s)
{
	return s->all > s->dev ? s->all : s->dev;
}

/* Both settings of ARP go up to 2 here; the kernel takes most that is above for 0. */
bool lev_rs_overruled(const struct lev_rs_setting *s)
{
	return s->all > 2;
}

/* 1 and 2 keep silent about addresses of other devices; what is above 2 does not, but for 8. */
static unsigned int arp_faults(const struct lev_rs_host *h)
{
	uint32_t ignore = effective(&h->arp_ignore);
	unsigned int faults = 0;

	if (ignore == ARP_IGNORE_ALL)
		faults |= 1 << LEV_RS_MUTE;
	else if (ignore < LEV_ARP_IGNORE || ignore > 2)
		faults |= 1 << LEV_RS_ANSWERS;
	if (effective(&h->arp_announce) != LEV_ARP_ANNOUNCE)
		faults |= 1 << LEV_RS_ANNOUNCES;
	if (effective(&h->rp_filter) == RP_FILTER_STRICT && h->elsewhere)
		faults |= 1 << LEV_RS_RP_FILTER;
	return faults;
}

unsigned int lev_rs_faults(const struct lev_rs_host *h)
{
	unsigned int faults = is_v4(h) ? arp_faults(h) : 0;

	if (!h->up)
		faults |= 1 << LEV_RS_DEVICE_DOWN;
	if (!h->lo_up)
		faults |= 1 << LEV_RS_LO_DOWN;
	if (!h->on_lo)
		faults |= 1 << LEV_RS_NO_ALIAS;
	else if (h->on_lo != h->ip.len * 8u)
		faults |= 1 << LEV_RS_ALIAS_WIDE;
	if (h->on_dev)
		faults |= 1 << LEV_RS_ON_DEVICE;
	return faults;
}

char *lev_rs_alias(const struct lev_ip *ip, unsigned int prefix, char buf[LEV_RS_ALIAS])
{
	char text[LEV_IP_STR];

	snprintf(buf, LEV_RS_ALIAS, "%s/%u", lev_ip_str(ip, text), prefix);
	return buf;
}

/* A setting's name as sysctl wants it: of a device with a dot in its name, with slashes. */
static const char *sysctl_form(const char *dev)
{
	return strchr(dev, '.') ? "net/ipv4/conf/%s/%s=%u" : "net.ipv4.conf.%s.%s=%u";
}

/* @dev: what the device is to have; "all" is left alone where that helps. */
static void mend_setting(const struct lev_rs_host *h, const char *name,
			 const struct lev_rs_setting *s, uint32_t dev, char mend[LEV_RS_MEND])
{
	int at = snprintf(mend, LEV_RS_MEND, "sysctl -w ");

	if (s->all > dev && s->all > 2)
		at += snprintf(mend + at, LEV_RS_MEND - at, "net.ipv4.conf.all.%s=0 ", name);
	snprintf(mend + at, LEV_RS_MEND - at, sysctl_form(h->dev), h->dev, name, dev);
}

static void tell_setting(const struct lev_rs_host *h, enum lev_rs_fault fault,
			 char why[LEV_RS_WHY], char mend[LEV_RS_MEND])
{
	const struct lev_rs_setting *s = &h->arp_ignore;
	const char *name = "arp_ignore", *form = "%s answers ARP for it";
	uint32_t wanted = LEV_ARP_IGNORE;
	int at;

	if (fault == LEV_RS_MUTE) {
		form = "%s answers ARP for no address, not even its own";
	} else if (fault == LEV_RS_ANNOUNCES) {
		s = &h->arp_announce;
		name = "arp_announce";
		form = "ARP requests by %s may name it as their sender";
		wanted = LEV_ARP_ANNOUNCE;
	} else if (fault == LEV_RS_RP_FILTER) {
		s = &h->rp_filter;
		name = "rp_filter";
		form = "packets for it are dropped if their way back is not by %s";
		wanted = RP_FILTER_LOOSE;
	}
	at = snprintf(why, LEV_RS_WHY, form, h->dev);
	snprintf(why + at, LEV_RS_WHY - at, ": %s is %u (of all %u, of %s %u: the higher counts)",
		 name, effective(s), s->all, h->dev, s->dev);
	mend_setting(h, name, s, wanted, mend);
}

static void tell_alias(const struct lev_rs_host *h, enum lev_rs_fault fault,
		       char why[LEV_RS_WHY], char mend[LEV_RS_MEND])
{
	const char *nodad = is_v4(h) ? "" : " nodad";
	char is[LEV_RS_ALIAS], wanted[LEV_RS_ALIAS];

	lev_rs_alias(&h->ip, h->ip.len * 8, wanted);
	if (fault == LEV_RS_NO_ALIAS) {
		snprintf(why, LEV_RS_WHY, "lo does not have it: its packets are not taken");
		snprintf(mend, LEV_RS_MEND, "ip address add %s dev lo%s", wanted, nodad);
	} else if (fault == LEV_RS_ALIAS_WIDE) {
		lev_rs_alias(&h->ip, h->on_lo, is);
		snprintf(why, LEV_RS_WHY, "lo has it as %s: all of that net leads to lo", is);
		snprintf(mend, LEV_RS_MEND,
			 "ip address del %s dev lo && ip address add %s dev lo%s", is, wanted,
			 nodad);
	} else {
		lev_rs_alias(&h->ip, h->on_dev, is);
		snprintf(why, LEV_RS_WHY, "%s has it too, and answers %s for it", h->dev,
			 is_v4(h) ? "ARP" : "Neighbour Discovery");
		snprintf(mend, LEV_RS_MEND, "ip address del %s dev %s", is, h->dev);
	}
}

void lev_rs_tell(const struct lev_rs_host *h, enum lev_rs_fault fault, char why[LEV_RS_WHY],
		 char mend[LEV_RS_MEND])
{
	const char *down = fault == LEV_RS_LO_DOWN ? "lo" : h->dev;

	switch (fault) {
	case LEV_RS_DEVICE_DOWN:
	case LEV_RS_LO_DOWN:
		snprintf(why, LEV_RS_WHY, "%s is down: its packets are not taken", down);
		snprintf(mend, LEV_RS_MEND, "ip link set %s up", down);
		break;
	case LEV_RS_NO_ALIAS:
	case LEV_RS_ALIAS_WIDE:
	case LEV_RS_ON_DEVICE:
		tell_alias(h, fault, why, mend);
		break;
	default:
		tell_setting(h, fault, why, mend);
	}
}

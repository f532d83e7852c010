/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a server must be like to have ServIP without speaking of it: judged by what was found on
 * it, in words and with the command that mends it. Called by levctl's realserver.
 */
#ifndef _LEV_REALSERVER_H
#define _LEV_REALSERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "words.h"

/* Of arp_ignore: answer for addresses of the device alone. */
#define LEV_ARP_IGNORE		1
/* Of arp_announce: ask with an address of the device. */
#define LEV_ARP_ANNOUNCE	2

/**
 * struct lev_rs_setting - a setting of the kernel; of most the higher of the two counts
 * @all: for all devices
 * @dev: for the one
 */
struct lev_rs_setting {
	uint32_t all;
	uint32_t dev;
};

/**
 * struct lev_rs_host - what was found on a server
 * @ip: ServIP
 * @dev: the device by which its packets come
 * @up: the device is up
 * @lo_up: the loopback device is
 * @on_lo: prefix length of ServIP there; 0: it is not there
 * @on_dev: the same of the device
 * @arp_ignore: IPv4 only, as the two below
 * @arp_announce: which sender ARP requests name
 * @rp_filter: reverse path filter
 * @elsewhere: there is a default route, and it does not go by the device
 */
struct lev_rs_host {
	struct lev_ip ip;
	const char *dev;
	bool up;
	bool lo_up;
	unsigned int on_lo;
	unsigned int on_dev;
	struct lev_rs_setting arp_ignore;
	struct lev_rs_setting arp_announce;
	struct lev_rs_setting rp_filter;
	bool elsewhere;
};

enum lev_rs_fault {
	LEV_RS_DEVICE_DOWN,
	LEV_RS_LO_DOWN,
	LEV_RS_NO_ALIAS,
	LEV_RS_ALIAS_WIDE,
	LEV_RS_ON_DEVICE,
	LEV_RS_ANSWERS,
	LEV_RS_MUTE,
	LEV_RS_ANNOUNCES,
	LEV_RS_RP_FILTER,
	__LEV_RS_FAULT_MAX
};

extern const struct lev_names lev_rs_fault_names;

#define LEV_RS_WHY	192
#define LEV_RS_MEND	192

/* All that is wrong, a bit of 1 << fault for each. */
unsigned int lev_rs_faults(const struct lev_rs_host *h);

/* Is it so high for all devices that none of its own helps the one? */
bool lev_rs_overruled(const struct lev_rs_setting *s);

/**
 * lev_rs_tell() - a fault in words
 * @h: where it was found
 * @fault: which
 * @why: what is wrong, a sentence about ServIP
 * @mend: the command that mends it
 */
void lev_rs_tell(const struct lev_rs_host *h, enum lev_rs_fault fault, char why[LEV_RS_WHY],
		 char mend[LEV_RS_MEND]);

/* ServIP as an address of a host, as "10.0.1.200/32". */
#define LEV_RS_ALIAS	(LEV_IP_STR + 4)
char *lev_rs_alias(const struct lev_ip *ip, unsigned int prefix, char buf[LEV_RS_ALIAS]);

#endif /* _LEV_REALSERVER_H */

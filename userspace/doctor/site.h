/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What was read of this machine and its cluster, for the checks of "levctl doctor". Filled by
 * levctl's doctor_*.c; the checks only read it.
 */
#ifndef _LEV_SITE_H
#define _LEV_SITE_H

#include "../lib/realserver.h"
#include "../lib/whole.h"

#define LEV_SITE_ADDRS		512
#define LEV_SITE_NEIGHBOURS	64

/**
 * struct lev_site_dev - the front or the back
 * @name: of the device
 * @there: there is such a device
 * @up: it is set up
 * @mtu: of it
 * @mac: its own MAC address
 * @promiscuous: it takes all frames of the wire, and nobody has asked it to
 * @bridge: it is a bridge
 * @forwarding: settings of IPv4, as all that follow
 * @rp_filter: reverse path filter
 * @arp_ignore: for which addresses ARP is answered
 * @arp_filter: ARP is answered by the device that leads to the asker
 * @proxy_arp: ARP is answered for addresses that are reached by other devices
 * @proxy_arp_pvlan: and for those of the same device
 * @accept_local: packets may come from addresses of this machine
 */
struct lev_site_dev {
	char name[IFNAMSIZ];
	bool there;
	bool up;
	unsigned int mtu;
	uint8_t mac[6];
	bool promiscuous;
	bool bridge;
	struct lev_rs_setting forwarding;
	struct lev_rs_setting rp_filter;
	struct lev_rs_setting arp_ignore;
	struct lev_rs_setting arp_filter;
	struct lev_rs_setting proxy_arp;
	struct lev_rs_setting proxy_arp_pvlan;
	struct lev_rs_setting accept_local;
};

/**
 * struct lev_site_addr - an address of this machine
 * @ip: the address
 * @prefix: length of its net's
 * @dev: its device
 * @arp_ignore: of that device, where it counts (0 for IPv6); not 0 if it answers no ARP at all
 * @tentative: it may be another machine's
 */
struct lev_site_addr {
	struct lev_ip ip;
	unsigned int prefix;
	char dev[IFNAMSIZ];
	uint32_t arp_ignore;
	bool tentative;
};

/**
 * struct lev_site_neighbour - a machine that the kernel knows on the front or the back
 * @ip: its address
 * @dev: index of the device
 */
struct lev_site_neighbour {
	struct lev_ip ip;
	unsigned int dev;
};

enum lev_bridge_nf {
	LEV_BRIDGE_NF_ARP,
	LEV_BRIDGE_NF_IP,
	LEV_BRIDGE_NF_IP6,
	__LEV_BRIDGE_NF_MAX
};

/**
 * struct lev_site - all of it
 * @device: the cluster's
 * @whole: its config
 * @status: what is so now
 * @stats: counters, by enum lev_stat
 * @n_devs: 1 if front and back are one device
 * @dev: front and back
 * @forward4: net.ipv4.ip_forward
 * @forward6: net.ipv6.conf.all.forwarding
 * @addr: addresses of the machine
 * @n_addrs: how many
 * @neighbour: machines that the kernel knows on front and back
 * @n_neighbours: how many
 * @way: by which device the kernel's route to each service's address goes; empty: there is none
 * @bridge_nf: frames of bridges go through iptables and the like
 * @api_version: of the module
 * @api_attrs: the highest attribute that it knows
 * @api_stats: counters that it has
 */
struct lev_site {
	const char *device;
	const struct lev_whole *whole;
	const struct lev_status *status;
	const uint64_t *stats;
	unsigned int n_devs;
	struct lev_site_dev dev[__LEV_SIDE_MAX];
	uint32_t forward4;
	uint32_t forward6;
	struct lev_site_addr addr[LEV_SITE_ADDRS];
	unsigned int n_addrs;
	struct lev_site_neighbour neighbour[LEV_SITE_NEIGHBOURS];
	unsigned int n_neighbours;
	char way[LEV_SERVICES_MAX][IFNAMSIZ];
	bool bridge_nf[__LEV_BRIDGE_NF_MAX];
	unsigned int api_version;
	unsigned int api_attrs;
	unsigned int api_stats;
};

static inline const struct lev_site_dev *lev_site_front(const struct lev_site *s)
{
	return &s->dev[0];
}

static inline const struct lev_site_dev *lev_site_back(const struct lev_site *s)
{
	return &s->dev[s->n_devs - 1];
}

/* Whose MAC addresses answers carry on a device: enum lev_mac. */
static inline uint32_t lev_site_mac(const struct lev_site *s, unsigned int dev)
{
	return dev ? s->status->back_mac : s->status->front_mac;
}

/* Is there a LevIP of this family (its length) on a side? Of all sides: __LEV_SIDE_MAX. */
bool lev_site_has_levip(const struct lev_site *s, unsigned int len, enum lev_side side);

/* Is there a service of this family? */
bool lev_site_has_service(const struct lev_site *s, unsigned int len);

/* Is it one of the LevIPs? */
bool lev_site_is_levip(const struct lev_site *s, const struct lev_ip *ip);

/* Is it the address of a service? */
bool lev_site_is_servip(const struct lev_site *s, const struct lev_ip *ip);

/* Are the first @prefix bits of two addresses of one family the same? */
bool lev_site_same_net(const struct lev_ip *a, const struct lev_ip *b, unsigned int prefix);

#endif /* _LEV_SITE_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * This machine's devices, addresses and settings of ARP (see machine.h). Owns the socket.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>

#include "machine.h"

#define CONF	"/proc/sys/net/ipv4/conf"

int machine_open(const struct ctl *ctl, struct machine *m)
{
	int err;

	m->sock = nl_socket_alloc();
	err = m->sock ? nl_connect(m->sock, NETLINK_ROUTE) : -NLE_NOMEM;
	return err ? say_failed(ctl, "cannot ask the kernel: %s", nl_geterror(err)) : DONE;
}

void machine_close(struct machine *m)
{
	nl_socket_free(m->sock);
}

static int say_no_answer(const struct ctl *ctl, int err)
{
	return say_failed(ctl, "the kernel does not tell: %s", nl_geterror(err));
}

/* Packets of a bridge's or bond's port are the master's; those of a VRF stay the device's. */
static int check_master(const struct ctl *ctl, struct machine *m, const char *dev, int master)
{
	struct rtnl_link *link;
	const char *type;
	int err, ret = DONE;

	if (!master)
		return DONE;
	err = rtnl_link_get_kernel(m->sock, master, NULL, &link);
	if (err)
		return say_no_answer(ctl, err);
	type = rtnl_link_get_type(link);
	if (!type || strcmp(type, "vrf"))
		ret = say_wrong(ctl, "\"dev\": \"%s\" is a port of \"%s\": name that", dev,
				rtnl_link_get_name(link));
	rtnl_link_put(link);
	return ret;
}

int machine_device(const struct ctl *ctl, struct machine *m, const char *dev, unsigned int *index)
{
	struct rtnl_link *link;
	int err, ret;

	err = rtnl_link_get_kernel(m->sock, 0, dev, &link);
	if (err == -NLE_NODEV || err == -NLE_OBJ_NOTFOUND)
		return say_wrong(ctl, "\"dev\": there is no device \"%s\"", dev);
	if (err)
		return say_no_answer(ctl, err);
	*index = rtnl_link_get_ifindex(link);
	if (rtnl_link_get_flags(link) & IFF_LOOPBACK)
		ret = say_wrong(ctl, "\"dev\": \"%s\": name the device by which packets come", dev);
	else
		ret = check_master(ctl, m, dev, rtnl_link_get_master(link));
	rtnl_link_put(link);
	return ret;
}

static int is_up(struct machine *m, unsigned int index, bool *up)
{
	struct rtnl_link *link;
	int err = rtnl_link_get_kernel(m->sock, index, NULL, &link);

	if (err)
		return err;
	*up = rtnl_link_get_flags(link) & IFF_UP;
	rtnl_link_put(link);
	return 0;
}

/* Where ServIP is. */
static int find_address(struct machine *m, unsigned int index, struct lev_rs_host *h)
{
	struct nl_cache *cache;
	struct nl_object *o;
	int err = rtnl_addr_alloc_cache(m->sock, &cache);

	if (err)
		return err;
	for (o = nl_cache_get_first(cache); o; o = nl_cache_get_next(o)) {
		struct rtnl_addr *addr = (struct rtnl_addr *)o;
		const struct nl_addr *local = rtnl_addr_get_local(addr);
		unsigned int at = rtnl_addr_get_ifindex(addr);
		unsigned int prefix = rtnl_addr_get_prefixlen(addr);

		if (!local || nl_addr_get_len(local) != h->ip.len ||
		    memcmp(nl_addr_get_binary_addr(local), h->ip.b, h->ip.len))
			continue;
		/* One may be there with two lengths: the right one does no harm. */
		if (at == MACHINE_LO && (!h->on_lo || prefix < h->on_lo))
			h->on_lo = prefix;
		if (at == index)
			h->on_dev = prefix;
	}
	nl_cache_free(cache);
	return 0;
}

static bool goes_by(struct rtnl_route *route, unsigned int index)
{
	for (int i = 0; i < rtnl_route_get_nnexthops(route); i++) {
		if (rtnl_route_nh_get_ifindex(rtnl_route_nexthop_n(route, i)) == (int)index)
			return true;
	}
	return false;
}

/* The default route of the lowest metric counts. */
static int find_way_back(struct machine *m, unsigned int index, bool *elsewhere)
{
	uint32_t best = UINT32_MAX;
	struct nl_cache *cache;
	struct nl_object *o;
	int err = rtnl_route_alloc_cache(m->sock, AF_INET, 0, &cache);

	if (err)
		return err;
	for (o = nl_cache_get_first(cache); o; o = nl_cache_get_next(o)) {
		struct rtnl_route *route = (struct rtnl_route *)o;

		if (rtnl_route_get_table(route) != RT_TABLE_MAIN ||
		    rtnl_route_get_type(route) != RTN_UNICAST ||
		    nl_addr_get_prefixlen(rtnl_route_get_dst(route)) ||
		    rtnl_route_get_priority(route) >= best)
			continue;
		best = rtnl_route_get_priority(route);
		*elsewhere = !goes_by(route, index);
	}
	nl_cache_free(cache);
	return 0;
}

static FILE *open_setting(const char *dev, const char *name, const char *mode)
{
	char path[sizeof(CONF) + IFNAMSIZ + 32];

	snprintf(path, sizeof(path), CONF "/%s/%s", dev, name);
	return fopen(path, mode);
}

int machine_get(const char *dev, const char *name, uint32_t *value)
{
	FILE *f = open_setting(dev, name, "re");
	int n;

	if (!f)
		return -1;
	n = fscanf(f, "%u", value);
	fclose(f);
	if (n == 1)
		return 0;
	errno = EIO;
	return -1;
}

int machine_set(const char *dev, const char *name, uint32_t value)
{
	FILE *f = open_setting(dev, name, "we");
	int ret;

	if (!f)
		return -1;
	ret = fprintf(f, "%u\n", value) < 0 ? -1 : 0;
	return fclose(f) ? -1 : ret;
}

static int get_both(const char *dev, const char *name, struct lev_rs_setting *s)
{
	return machine_get("all", name, &s->all) || machine_get(dev, name, &s->dev) ? -1 : 0;
}

int machine_look(const struct ctl *ctl, struct machine *m, unsigned int index,
		 struct lev_rs_host *h)
{
	int err = is_up(m, index, &h->up);

	if (!err)
		err = is_up(m, MACHINE_LO, &h->lo_up);
	if (!err)
		err = find_address(m, index, h);
	if (!err && h->ip.len == 4)
		err = find_way_back(m, index, &h->elsewhere);
	if (err)
		return say_no_answer(ctl, err);
	if (h->ip.len != 4)
		return DONE;
	if (get_both(h->dev, "arp_ignore", &h->arp_ignore) ||
	    get_both(h->dev, "arp_announce", &h->arp_announce) ||
	    get_both(h->dev, "rp_filter", &h->rp_filter))
		return say_failed(ctl, "%s/%s: %s", CONF, h->dev, strerror(errno));
	return DONE;
}

int machine_alias(struct machine *m, const struct lev_ip *ip, bool add)
{
	struct nl_addr *local = nl_addr_build(ip->len == 4 ? AF_INET : AF_INET6, ip->b, ip->len);
	struct rtnl_addr *addr = rtnl_addr_alloc();
	int err = -NLE_NOMEM;

	if (local && addr) {
		nl_addr_set_prefixlen(local, ip->len * 8);
		rtnl_addr_set_ifindex(addr, MACHINE_LO);
		/* The address is on all servers: none of them may ask whether it is in use. */
		if (ip->len != 4)
			rtnl_addr_set_flags(addr, IFA_F_NODAD);
		err = rtnl_addr_set_local(addr, local);
	}
	if (!err)
		err = add ? rtnl_addr_add(m->sock, addr, 0) : rtnl_addr_delete(m->sock, addr, 0);
	rtnl_addr_put(addr);
	nl_addr_put(local);
	return err;
}

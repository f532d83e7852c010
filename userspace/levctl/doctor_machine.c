// SPDX-License-Identifier: GPL-2.0
/*
 * Reads this machine for levctl's doctor: devices, addresses, routes, settings under /proc/sys, and
 * what the module says of itself (see doctor.h). Owns the sockets.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <linux/genetlink.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/neighbour.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>

#include "doctor.h"
#include "machine.h"

static int say_no_answer(const struct ctl *ctl, int err)
{
	return say_failed(ctl, "the kernel does not tell: %s", nl_geterror(err));
}

static int get_both(const char *dev, const char *name, struct lev_rs_setting *s)
{
	return machine_get("all", name, &s->all) || machine_get(dev, name, &s->dev) ? -1 : 0;
}

static int read_settings(struct lev_site_dev *dev)
{
	const struct {
		const char *name;
		struct lev_rs_setting *to;
	} settings[] = {
		{ "forwarding", &dev->forwarding },
		{ "rp_filter", &dev->rp_filter },
		{ "arp_ignore", &dev->arp_ignore },
		{ "arp_filter", &dev->arp_filter },
		{ "proxy_arp", &dev->proxy_arp },
		{ "proxy_arp_pvlan", &dev->proxy_arp_pvlan },
		{ "accept_local", &dev->accept_local },
	};

	for (size_t i = 0; i < ARRAY_SIZE(settings); i++) {
		if (get_both(dev->name, settings[i].name, settings[i].to))
			return -1;
	}
	return 0;
}

static void take_mac(struct rtnl_link *link, uint8_t mac[6])
{
	const struct nl_addr *addr = rtnl_link_get_addr(link);

	if (addr && nl_addr_get_len(addr) == 6)
		memcpy(mac, nl_addr_get_binary_addr(addr), 6);
}

static int read_device(const struct ctl *ctl, struct machine *m, struct lev_site_dev *dev)
{
	struct rtnl_link *link;
	const char *type;
	int err = rtnl_link_get_kernel(m->sock, 0, dev->name, &link);

	if (err == -NLE_NODEV || err == -NLE_OBJ_NOTFOUND)
		return DONE;
	if (err)
		return say_no_answer(ctl, err);
	type = rtnl_link_get_type(link);
	dev->there = true;
	dev->up = rtnl_link_get_flags(link) & IFF_UP;
	dev->mtu = rtnl_link_get_mtu(link);
	take_mac(link, dev->mac);
	dev->bridge = type && !strcmp(type, "bridge");
	dev->promiscuous = rtnl_link_get_promiscuity(link) &&
			   !(rtnl_link_get_flags(link) & IFF_PROMISC);
	rtnl_link_put(link);
	if (read_settings(dev))
		return say_failed(ctl, "/proc/sys/net/ipv4/conf/%s: %s", dev->name,
				  strerror(errno));
	return DONE;
}

/* Does this device answer no ARP, whatever its settings are? */
static bool is_silent(struct nl_cache *links, int index)
{
	struct rtnl_link *link = rtnl_link_get(links, index);
	unsigned int flags = link ? rtnl_link_get_flags(link) : 0;

	rtnl_link_put(link);
	return !(flags & IFF_UP) || flags & IFF_NOARP;
}

static void take_address(struct lev_site *s, struct rtnl_addr *addr, struct nl_cache *links)
{
	const struct nl_addr *local = rtnl_addr_get_local(addr);
	struct lev_site_addr *a = &s->addr[s->n_addrs];
	struct lev_rs_setting ignore;

	if (!local || s->n_addrs == LEV_SITE_ADDRS ||
	    nl_addr_get_len(local) > sizeof(a->ip.b))
		return;
	a->ip.len = nl_addr_get_len(local);
	memcpy(a->ip.b, nl_addr_get_binary_addr(local), a->ip.len);
	a->prefix = rtnl_addr_get_prefixlen(addr);
	if (!rtnl_link_i2name(links, rtnl_addr_get_ifindex(addr), a->dev, sizeof(a->dev)))
		return;
	a->arp_ignore = is_silent(links, rtnl_addr_get_ifindex(addr));
	a->tentative = rtnl_addr_get_flags(addr) & (IFA_F_TENTATIVE | IFA_F_DADFAILED);
	if (a->ip.len == 4 && !a->arp_ignore && !get_both(a->dev, "arp_ignore", &ignore))
		a->arp_ignore = ignore.all > ignore.dev ? ignore.all : ignore.dev;
	s->n_addrs++;
}

static int read_addresses(const struct ctl *ctl, struct machine *m, struct lev_site *s)
{
	struct nl_cache *links = NULL, *addrs = NULL;
	int err = rtnl_link_alloc_cache(m->sock, AF_UNSPEC, &links);

	if (!err)
		err = rtnl_addr_alloc_cache(m->sock, &addrs);
	if (!err) {
		for (struct nl_object *o = nl_cache_get_first(addrs); o; o = nl_cache_get_next(o))
			take_address(s, (struct rtnl_addr *)o, links);
	}
	nl_cache_free(addrs);
	nl_cache_free(links);
	return err ? say_no_answer(ctl, err) : DONE;
}

#define NUD_FOUND	(NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT)

/* Those whose MAC address is known, of unicast addresses. */
static void take_neighbour(struct lev_site *s, struct rtnl_neigh *neigh, unsigned int dev)
{
	struct lev_site_neighbour *n = &s->neighbour[s->n_neighbours];
	const struct nl_addr *dst = rtnl_neigh_get_dst(neigh);

	if (s->n_neighbours == LEV_SITE_NEIGHBOURS || !dst ||
	    nl_addr_get_len(dst) > sizeof(n->ip.b) || !(rtnl_neigh_get_state(neigh) & NUD_FOUND))
		return;
	n->dev = dev;
	n->ip.len = nl_addr_get_len(dst);
	memcpy(n->ip.b, nl_addr_get_binary_addr(dst), n->ip.len);
	if (lev_ip_shareable(&n->ip) && !lev_site_is_levip(s, &n->ip) &&
	    !lev_site_is_servip(s, &n->ip))
		s->n_neighbours++;
}

static int read_neighbours(const struct ctl *ctl, struct machine *m, struct lev_site *s)
{
	struct nl_cache *cache;
	int err = rtnl_neigh_alloc_cache(m->sock, &cache);

	if (err)
		return say_no_answer(ctl, err);
	for (unsigned int i = 0; i < s->n_devs; i++) {
		int index = if_nametoindex(s->dev[i].name);

		for (struct nl_object *o = nl_cache_get_first(cache); o; o = nl_cache_get_next(o)) {
			struct rtnl_neigh *neigh = (struct rtnl_neigh *)o;

			if (index && rtnl_neigh_get_ifindex(neigh) == index)
				take_neighbour(s, neigh, i);
		}
	}
	nl_cache_free(cache);
	return DONE;
}

/* The name of the device that the kernel would send by; empty if it has no route. */
static int read_way(const struct ctl *ctl, struct machine *m, const struct lev_ip *ip,
		    char dev[IFNAMSIZ])
{
	struct nl_addr *dst = nl_addr_build(ip->len == 4 ? AF_INET : AF_INET6, ip->b, ip->len);
	struct rtnl_route *route = NULL;
	struct rtnl_link *link;
	int err = dst ? rtnl_route_lookup(m->sock, dst, &route) : -NLE_NOMEM;

	nl_addr_put(dst);
	if (err || !rtnl_route_get_nnexthops(route)) {
		rtnl_route_put(route);
		return err == -NLE_NOMEM ? say_no_answer(ctl, err) : DONE;
	}
	err = rtnl_link_get_kernel(m->sock,
				   rtnl_route_nh_get_ifindex(rtnl_route_nexthop_n(route, 0)),
				   NULL, &link);
	rtnl_route_put(route);
	if (err)
		return say_no_answer(ctl, err);
	snprintf(dev, IFNAMSIZ, "%s", rtnl_link_get_name(link));
	rtnl_link_put(link);
	return DONE;
}

/* A number under /proc/sys/net; 0 if it is not there. */
static uint32_t read_number(const char *name)
{
	char path[128];
	uint32_t v = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/sys/net/%s", name);
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (fscanf(f, "%u", &v) != 1)
		v = 0;
	fclose(f);
	return v;
}

static int take_family(struct nl_msg *msg, void *arg)
{
	struct nlattr *tb[CTRL_ATTR_MAX + 1];
	struct lev_site *s = arg;

	if (genlmsg_parse(nlmsg_hdr(msg), 0, tb, CTRL_ATTR_MAX, NULL))
		return NL_SKIP;
	if (tb[CTRL_ATTR_VERSION])
		s->api_version = nla_get_u32(tb[CTRL_ATTR_VERSION]);
	if (tb[CTRL_ATTR_MAXATTR])
		s->api_attrs = nla_get_u32(tb[CTRL_ATTR_MAXATTR]);
	return NL_OK;
}

/* Which release of the API the module has, by the kernel's word on its family. */
static int read_family(const struct ctl *ctl, struct lev_site *s)
{
	struct nl_sock *sock = nl_socket_alloc();
	struct nl_msg *msg = nlmsg_alloc();
	int err = -NLE_NOMEM;

	if (sock && msg)
		err = genl_connect(sock);
	if (!err) {
		genlmsg_put(msg, 0, 0, GENL_ID_CTRL, 0, 0, CTRL_CMD_GETFAMILY, 1);
		nla_put_string(msg, CTRL_ATTR_FAMILY_NAME, LEV_GENL_NAME);
		nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, take_family, s);
		/* It frees the message. */
		err = nl_send_sync(sock, msg);
		msg = NULL;
	}
	nlmsg_free(msg);
	nl_socket_free(sock);
	return err < 0 ? say_no_answer(ctl, err) : DONE;
}

static int read_machine(const struct ctl *ctl, struct machine *m, struct lev_site *s)
{
	int ret = DONE;

	for (unsigned int i = 0; i < s->n_devs && !ret; i++)
		ret = read_device(ctl, m, &s->dev[i]);
	if (!ret)
		ret = read_addresses(ctl, m, s);
	if (!ret)
		ret = read_neighbours(ctl, m, s);
	for (unsigned int i = 0; i < s->whole->n_services && !ret; i++)
		ret = read_way(ctl, m, &s->whole->service[i].ip, s->way[i]);
	return ret;
}

int doctor_machine(const struct ctl *ctl, struct lev_site *s)
{
	struct machine m = { 0 };
	int ret = machine_open(ctl, &m);

	if (!ret)
		ret = read_machine(ctl, &m, s);
	machine_close(&m);
	s->forward4 = read_number("ipv4/ip_forward");
	s->forward6 = read_number("ipv6/conf/all/forwarding");
	s->bridge_nf[LEV_BRIDGE_NF_ARP] = read_number("bridge/bridge-nf-call-arptables");
	s->bridge_nf[LEV_BRIDGE_NF_IP] = read_number("bridge/bridge-nf-call-iptables");
	s->bridge_nf[LEV_BRIDGE_NF_IP6] = read_number("bridge/bridge-nf-call-ip6tables");
	return ret ? ret : read_family(ctl, s);
}

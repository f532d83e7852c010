// SPDX-License-Identifier: GPL-2.0
/*
 * Which MAC address do our packets go to? Asks rtnetlink for the route, then for the neighbour
 * cache entry of its next hop. Used by meter.c and the probes.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "neigh.h"
#include "pace.h"

#define ROUTE_LASTS	(1000 * NSEC_PER_MSEC)
#define ROUTE_RETRY	(50 * NSEC_PER_MSEC)

static size_t ip_len(const union addr *a)
{
	return a->sa.sa_family == AF_INET ? 4 : 16;
}

static const void *ip_of(const union addr *a)
{
	if (a->sa.sa_family == AF_INET)
		return &a->v4.sin_addr;
	return &a->v6.sin6_addr;
}

static void set_ip(union addr *a, int family, const void *ip, size_t len)
{
	if (len != (family == AF_INET ? 4u : 16u))
		return;
	memset(a, 0, sizeof(*a));
	a->sa.sa_family = (sa_family_t)family;
	memcpy(family == AF_INET ? (void *)&a->v4.sin_addr : (void *)&a->v6.sin6_addr, ip, len);
}

/* Sends @msg and reads the one answer: a value by the callback, or an error. */
static int ask(struct neigh *n, struct nl_msg *msg)
{
	int err = nl_send_auto(n->sock, msg);

	nlmsg_free(msg);
	return err < 0 ? err : nl_recvmsgs_default(n->sock);
}

static void took_route(struct neigh *n, struct nlmsghdr *nlh)
{
	struct nlattr *attr[RTA_MAX + 1];
	struct rtmsg *rtm = nlmsg_data(nlh);
	const struct rtvia *via;

	if (nlmsg_parse(nlh, sizeof(*rtm), attr, RTA_MAX, NULL) < 0 || !attr[RTA_OIF])
		return;
	n->ifindex = (int)nla_get_u32(attr[RTA_OIF]);
	if (attr[RTA_GATEWAY]) {
		set_ip(&n->hop, rtm->rtm_family, nla_data(attr[RTA_GATEWAY]),
		       (size_t)nla_len(attr[RTA_GATEWAY]));
	} else if (attr[RTA_VIA] && nla_len(attr[RTA_VIA]) > (int)sizeof(*via)) {
		via = nla_data(attr[RTA_VIA]);
		set_ip(&n->hop, via->rtvia_family, via->rtvia_addr,
		       (size_t)nla_len(attr[RTA_VIA]) - sizeof(*via));
	}
}

static void took_entry(struct neigh *n, struct nlmsghdr *nlh)
{
	struct nlattr *attr[NDA_MAX + 1];
	char text[3 * 20 + 1];
	const uint8_t *mac;
	int i, len;

	if (nlmsg_parse(nlh, sizeof(struct ndmsg), attr, NDA_MAX, NULL) < 0 || !attr[NDA_LLADDR])
		return;
	mac = nla_data(attr[NDA_LLADDR]);
	len = nla_len(attr[NDA_LLADDR]);
	if (len < 1 || len > 20)
		return;
	for (i = 0; i < len; i++)
		sprintf(text + 3 * i, "%02x:", mac[i]);
	text[3 * len - 1] = '\0';
	n->current = (int)tally_find(&n->macs, text);
}

static int took(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *nlh = nlmsg_hdr(msg);

	if (nlh->nlmsg_type == RTM_NEWROUTE)
		took_route(arg, nlh);
	else if (nlh->nlmsg_type == RTM_NEWNEIGH)
		took_entry(arg, nlh);
	return NL_OK;
}

static int ask_route(struct neigh *n)
{
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETROUTE, NLM_F_REQUEST);
	struct rtmsg rtm = {
		.rtm_family = (unsigned char)n->towards.sa.sa_family,
		.rtm_dst_len = (unsigned char)(ip_len(&n->towards) * 8),
	};

	n->ifindex = 0;
	n->hop = n->towards;
	if (!msg)
		return -NLE_NOMEM;
	if (nlmsg_append(msg, &rtm, sizeof(rtm), NLMSG_ALIGNTO) < 0 ||
	    nla_put(msg, RTA_DST, (int)ip_len(&n->towards), ip_of(&n->towards)) < 0 ||
	    (n->towards.sa.sa_family == AF_INET6 && n->towards.v6.sin6_scope_id &&
	     nla_put_u32(msg, RTA_OIF, n->towards.v6.sin6_scope_id) < 0)) {
		nlmsg_free(msg);
		return -NLE_NOMEM;
	}
	return ask(n, msg);
}

static int ask_entry(struct neigh *n)
{
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETNEIGH, NLM_F_REQUEST);
	struct ndmsg ndm = {
		.ndm_family = (unsigned char)n->hop.sa.sa_family,
		.ndm_ifindex = n->ifindex,
	};

	if (!msg)
		return -NLE_NOMEM;
	if (nlmsg_append(msg, &ndm, sizeof(ndm), NLMSG_ALIGNTO) < 0 ||
	    nla_put(msg, NDA_DST, (int)ip_len(&n->hop), ip_of(&n->hop)) < 0) {
		nlmsg_free(msg);
		return -NLE_NOMEM;
	}
	return ask(n, msg);
}

static int enter(const char *netns)
{
	char path[256];
	int fd, err;

	snprintf(path, sizeof(path), "%s%s", strchr(netns, '/') ? "" : "/run/netns/", netns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = setns(fd, CLONE_NEWNET) ? -errno : 0;
	close(fd);
	return err;
}

/* A netlink socket stays in the namespace where it was opened: only this step is done there. */
static int connect_in(struct neigh *n, const char *netns)
{
	int home = -1, err = 0;

	if (netns) {
		home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
		err = home < 0 ? -errno : enter(netns);
	}
	if (!err && nl_connect(n->sock, NETLINK_ROUTE) < 0)
		err = -EPROTONOSUPPORT;
	if (home >= 0) {
		if (setns(home, CLONE_NEWNET) && !err)
			err = -errno;
		close(home);
	}
	return err;
}

int neigh_open(struct neigh *n, const union addr *towards, const char *netns)
{
	int err;

	memset(n, 0, sizeof(*n));
	n->towards = *towards;
	n->current = NEIGH_NONE;
	n->last = NEIGH_NONE;
	n->sock = nl_socket_alloc();
	if (!n->sock)
		return -ENOMEM;
	nl_socket_disable_auto_ack(n->sock);
	nl_socket_modify_cb(n->sock, NL_CB_VALID, NL_CB_CUSTOM, took, n);
	err = connect_in(n, netns);
	if (err)
		neigh_close(n);
	return err;
}

void neigh_close(struct neigh *n)
{
	if (n->sock)
		nl_socket_free(n->sock);
	n->sock = NULL;
}

void neigh_sample(struct neigh *n, uint64_t now)
{
	n->current = NEIGH_NONE;
	if (now >= n->route_until)
		n->route_until = now + (ask_route(n) < 0 ? ROUTE_RETRY : ROUTE_LASTS);
	if (!n->ifindex || ask_entry(n) < 0 || n->current == NEIGH_NONE)
		return;
	if (n->last != NEIGH_NONE && n->last != n->current)
		n->changes++;
	n->last = n->current;
	n->macs.row[n->current].count += n->unknown;
	n->unknown = 0;
}

void neigh_answered(struct neigh *n, int mac)
{
	if (mac == NEIGH_NONE)
		mac = n->current;
	if (mac != NEIGH_NONE)
		n->macs.row[mac].count++;
	else
		n->unknown++;
}

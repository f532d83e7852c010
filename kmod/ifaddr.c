// SPDX-License-Identifier: GPL-2.0
/*
 * LevIPs on the device (see ifaddr.h). The kernel exports no call that adds an address, so
 * we ask rtnetlink, as "ip address" does, from a socket of our own.
 */
#include <linux/if_addr.h>
#include <linux/net.h>
#include <linux/rtnetlink.h>
#include <linux/sched/mm.h>
#include <net/addrconf.h>
#include <net/netlink.h>
#include <net/sock.h>

#include "ifaddr.h"
#include "step.h"

struct request {
	struct nlmsghdr head;
	struct ifaddrmsg ifa;
	u8 attrs[2 * (NLA_HDRLEN + sizeof(struct in6_addr)) + NLA_HDRLEN + sizeof(u32)];
};

static void put_attr(struct request *r, u16 type, const void *data, u16 len)
{
	struct nlattr *nla = (void *)r + NLMSG_ALIGN(r->head.nlmsg_len);

	nla->nla_type = type;
	nla->nla_len = nla_attr_size(len);
	memcpy(nla_data(nla), data, len);
	r->head.nlmsg_len = NLMSG_ALIGN(r->head.nlmsg_len) + NLA_ALIGN(nla->nla_len);
}

static void fill(struct request *r, const struct lev_cluster *c, u16 type,
		 const struct lev_addr *addr)
{
	bool is4 = lev_addr_is4(addr);
	const u8 *bytes = is4 ? addr->b + 12 : addr->b;
	u32 flags = IFA_F_NODAD, len = is4 ? 4 : 16;

	memset(r, 0, sizeof(*r));
	r->head.nlmsg_len = NLMSG_LENGTH(sizeof(r->ifa));
	r->head.nlmsg_type = type;
	r->head.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK |
			      (type == RTM_NEWADDR ? NLM_F_CREATE | NLM_F_EXCL : 0);
	r->ifa.ifa_family = is4 ? AF_INET : AF_INET6;
	r->ifa.ifa_prefixlen = 8 * len;
	r->ifa.ifa_index = c->dev->ifindex;
	put_attr(r, IFA_LOCAL, bytes, len);
	put_attr(r, IFA_ADDRESS, bytes, len);
	if (!is4)
		put_attr(r, IFA_FLAGS, &flags, sizeof(flags));
}

/* The kernel has answered before sendmsg returns. */
static int read_answer(struct socket *sock)
{
	struct {
		struct nlmsghdr head;
		struct nlmsgerr err;
		u8 more[128];
	} answer;
	struct kvec vec = { .iov_base = &answer, .iov_len = sizeof(answer) };
	struct msghdr msg = {};
	int len = kernel_recvmsg(sock, &msg, &vec, 1, sizeof(answer), MSG_DONTWAIT);

	if (len < 0)
		return len;
	if (len < (int)NLMSG_LENGTH(sizeof(answer.err)) ||
	    answer.head.nlmsg_type != NLMSG_ERROR)
		return -EPROTO;
	return answer.err.error;
}

static int ask(struct lev_cluster *c, u16 type, const struct lev_addr *addr)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct msghdr msg = { .msg_name = &kernel, .msg_namelen = sizeof(kernel) };
	struct request request;
	struct socket *sock;
	struct kvec vec;
	int ret;

	ret = sock_create_kern(c->net, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, &sock);
	if (ret)
		return ret;
	fill(&request, c, type, addr);
	vec.iov_base = &request;
	vec.iov_len = request.head.nlmsg_len;
	ret = kernel_sendmsg(sock, &msg, &vec, 1, vec.iov_len);
	if (ret >= 0)
		ret = read_answer(sock);
	sock_release(sock);
	return ret;
}

/*
 * Maybe for the answer alone (then there is none to read), and what was asked is done. For a
 * socket, too, there may be no memory: sock_create_kern() says ENFILE then.
 */
static bool no_memory(int ret)
{
	return ret == -ENOMEM || ret == -ENOBUFS || ret == -ENFILE || ret == -EAGAIN;
}

static void take_off_old(struct lev_cluster *c)
{
	u32 i, kept = 0;

	for (i = 0; i < c->n_ifaddrs; i++) {
		bool keep = lev_config_address(c->active, &c->ifaddrs[i]);

		if (!keep && no_memory(ask(c, RTM_DELADDR, &c->ifaddrs[i]))) {
			lev_step_again(c);
			keep = true;
		}
		if (keep)
			c->ifaddrs[kept++] = c->ifaddrs[i];
	}
	c->n_ifaddrs = kept;
}

static bool is_on(const struct lev_cluster *c, const struct lev_addr *addr)
{
	u32 i;

	for (i = 0; i < c->n_ifaddrs; i++)
		if (lev_addr_eq(&c->ifaddrs[i], addr))
			return true;
	return false;
}

/* IPv6 takes the addresses off a device that goes down, unless it is told to keep them. */
static void keep_when_down(struct net_device *dev)
{
	struct inet6_dev *idev;

	rcu_read_lock();
	idev = __in6_dev_get(dev);
	if (idev)
		WRITE_ONCE(idev->cnf.keep_addr_on_down, 1);
	rcu_read_unlock();
}

/* Also if we think that it is on: somebody may have taken it off. */
static void put_on(struct lev_cluster *c, const struct lev_addr *addr)
{
	bool known = is_on(c, addr), again;
	int ret;

	/* Old ones are still there, and are tried again. */
	if (!known && c->n_ifaddrs == LEV_ADDRESSES_MAX)
		return;
	ret = ask(c, RTM_NEWADDR, addr);
	again = no_memory(ret);
	if (again)
		lev_step_again(c);
	else if (ret && ret != -EEXIST && ret != -ENODEV)
		netdev_warn(c->dev, "cannot add an address to the device: %d\n", ret);
	if (!known && (!ret || again))
		c->ifaddrs[c->n_ifaddrs++] = *addr;
}

void lev_ifaddr_sync(struct lev_cluster *c)
{
	u32 i;

	lockdep_assert_held(&c->config_mutex);
	keep_when_down(c->dev);
	take_off_old(c);
	for (i = 0; i < c->active->n_addresses; i++)
		put_on(c, &c->active->addresses[i].addr);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The answerer of UDP probes that a server runs (--echo). Each answer leaves from the address
 * that the probe was sent to, so it also works bound to 0.0.0.0 or [::] with several addresses.
 *
 * It answers only what has the exact size and magic of a probe, and an answer is longer than
 * a probe: so two answerers that are set on each other never loop.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "echo.h"
#include "loop.h"
#include "tally.h"
#include "udp_wire.h"

#define ANSWERS_AT_ONCE	64

struct echo {
	struct watch w;
	const char *name;
};

/* One message buffer for both ways: the answer goes back with the control data of the probe. */
struct message {
	struct msghdr hdr;
	struct iovec iov;
	union addr peer;
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct in6_pktinfo))];
	char data[sizeof(struct udp_probe) + TALLY_NAME_MAX];
};

static ssize_t receive(int fd, struct message *m)
{
	m->iov = (struct iovec){ .iov_base = m->data, .iov_len = sizeof(m->data) };
	m->hdr = (struct msghdr){
		.msg_name = &m->peer,
		.msg_namelen = sizeof(m->peer),
		.msg_iov = &m->iov,
		.msg_iovlen = 1,
		.msg_control = m->control,
		.msg_controllen = sizeof(m->control),
	};
	return recvmsg(fd, &m->hdr, MSG_DONTWAIT | MSG_TRUNC);
}

/* From the address that was asked, by whatever route the answer takes now. */
static void keep_address_only(struct message *m)
{
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(&m->hdr); c; c = CMSG_NXTHDR(&m->hdr, c)) {
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo *info = (struct in_pktinfo *)CMSG_DATA(c);

			info->ipi_spec_dst = info->ipi_addr;
			info->ipi_ifindex = 0;
		} else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
			struct in6_pktinfo *info = (struct in6_pktinfo *)CMSG_DATA(c);

			if (!IN6_IS_ADDR_LINKLOCAL(&info->ipi6_addr))
				info->ipi6_ifindex = 0;
		}
	}
}

static void echo_ready(struct watch *w, uint32_t events)
{
	struct echo *e = (struct echo *)w;
	size_t name_len = strlen(e->name);
	struct message m;
	ssize_t len;
	int i;

	(void)events;
	for (i = 0; i < ANSWERS_AT_ONCE; i++) {
		len = receive(w->fd, &m);
		if (len < 0)
			return;
		if (len != sizeof(struct udp_probe) || memcmp(m.data, UDP_MAGIC, 8))
			continue;
		keep_address_only(&m);
		memcpy(m.data + sizeof(struct udp_probe), e->name, name_len);
		m.iov.iov_len = sizeof(struct udp_probe) + name_len;
		/* An answer that cannot be sent is a lost one: the meter will see it. */
		if (sendmsg(w->fd, &m.hdr, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
			continue;
	}
}

static int open_socket(const union addr *at)
{
	bool v6 = at->sa.sa_family == AF_INET6;
	int on = 1, err = 0;
	int fd = socket(at->sa.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	if (v6 && (setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on)) ||
		   setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on))))
		err = -errno;
	if (!v6 && setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)))
		err = -errno;
	if (!err && bind(fd, &at->sa, addr_len(at)))
		err = -errno;
	if (!err)
		return fd;
	close(fd);
	return err;
}

static const char *host_name(void)
{
	static char name[TALLY_NAME_MAX + 1];

	if (gethostname(name, sizeof(name) - 1) || !name[0])
		strcpy(name, "unnamed");
	return name;
}

int echo_run(const struct options *o)
{
	struct echo e = { .w.ready = echo_ready, .name = o->name ? o->name : host_name() };
	char text[TARGET_TEXT_MAX];
	struct loop loop;
	int err;

	addr_format(&o->target, text);
	err = loop_open(&loop);
	if (err) {
		fprintf(stderr, "levmeter: no event loop: %s\n", strerror(-err));
		return 2;
	}
	e.w.fd = open_socket(&o->target);
	err = e.w.fd < 0 ? e.w.fd : loop_watch(&loop, &e.w, EPOLLIN);
	if (err) {
		fprintf(stderr, "levmeter: --echo: %s: %s\n", text, strerror(-err));
	} else if (!o->quiet) {
		printf("levmeter: answering as %s on %s\n", e.name, text);
		fflush(stdout);
	}
	while (!err && !loop.stops)
		err = loop_wait(&loop, UINT64_MAX);
	loop_drop(&e.w);
	loop_close(&loop);
	return err ? 2 : 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Checks by one socket: TCP (it connects), UDP (an answer comes), ICMP (an echo comes). Called by
 * checks.c.
 */
#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "levd.h"

/**
 * struct sock - a check that runs
 * @io: its socket
 * @check: whose
 * @id: of the echo
 * @seq: of the echo
 */
struct sock {
	ev_io io;
	struct check *check;
	uint16_t id;
	uint16_t seq;
};

static bool is4(const struct check *c)
{
	return c->ip.len == 4;
}

static void finish(struct sock *s)
{
	ev_io_stop(s->check->levd->loop, &s->io);
	close(s->io.fd);
	free(s);
}

static void fail(struct sock *s, int err)
{
	struct check *c = s->check;

	finish(s);
	check_done(c, false, "%s", strerror(err));
}

static void good(struct sock *s, const char *reason)
{
	struct check *c = s->check;

	finish(s);
	check_done(c, true, "%s", reason);
}

static void tcp_ready(struct sock *s)
{
	socklen_t len = sizeof(int);
	int err = 0;

	if (getsockopt(s->io.fd, SOL_SOCKET, SO_ERROR, &err, &len))
		err = errno;
	if (err)
		fail(s, err);
	else
		good(s, "connected");
}

static void udp_ready(struct sock *s)
{
	unsigned char answer[CHECK_BYTES_MAX];
	struct check *c = s->check;
	const struct spec *spec = c->spec;
	ssize_t n = recv(s->io.fd, answer, sizeof(answer), 0);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n < 0) {
		fail(s, errno);
	} else if (n < (ssize_t)spec->expect_len ||
		   memcmp(answer, spec->expect, spec->expect_len)) {
		finish(s);
		check_done(c, false, "another answer than expected");
	} else {
		good(s, "answered");
	}
}

/* The answer to our own request: a raw socket gets all that the server sends. */
static bool is_echo(const struct sock *s, const unsigned char *b, ssize_t n)
{
	uint16_t id, seq;

	if (is4(s->check)) {
		ssize_t head = n >= (ssize_t)sizeof(struct iphdr) ? (b[0] & 15) * 4 : n;

		b += head;
		n -= head;
	}
	if (n < 8 || b[0] != (is4(s->check) ? ICMP_ECHOREPLY : ICMP6_ECHO_REPLY) || b[1])
		return false;
	memcpy(&id, b + 4, sizeof(id));
	memcpy(&seq, b + 6, sizeof(seq));
	return id == s->id && seq == s->seq;
}

static void icmp_ready(struct sock *s)
{
	unsigned char b[256];
	ssize_t n;

	while ((n = recv(s->io.fd, b, sizeof(b), 0)) >= 0) {
		if (is_echo(s, b, n)) {
			good(s, "echoed");
			return;
		}
	}
	if (errno != EAGAIN)
		fail(s, errno);
}

static void on_ready(struct ev_loop *loop, ev_io *w, int events)
{
	struct sock *s = w->data;

	(void)loop;
	(void)events;
	switch (s->check->spec->type) {
	case CHECK_TCP:
		tcp_ready(s);
		break;
	case CHECK_UDP:
		udp_ready(s);
		break;
	default:
		icmp_ready(s);
		break;
	}
}

/* RFC 1071; of ICMPv6 the kernel makes it. */
static uint16_t checksum(const uint16_t *words, size_t n)
{
	uint32_t sum = 0;

	while (n--)
		sum += *words++;
	sum = (sum >> 16) + (sum & 0xffff);
	return ~(sum + (sum >> 16));
}

static int send_echo(struct sock *s)
{
	uint16_t echo[8] = { 0 };
	ssize_t n;

	s->id = random();
	s->seq = random();
	*(uint8_t *)echo = is4(s->check) ? ICMP_ECHO : ICMP6_ECHO_REQUEST;
	echo[2] = s->id;
	echo[3] = s->seq;
	if (is4(s->check))
		echo[1] = checksum(echo, ARRAY_SIZE(echo));
	n = send(s->io.fd, echo, sizeof(echo), 0);
	return n < 0 ? -1 : 0;
}

static int open_socket(const struct check *c)
{
	int family = is4(c) ? AF_INET : AF_INET6;
	int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;

	switch (c->spec->type) {
	case CHECK_TCP:
		return socket(family, SOCK_STREAM | flags, 0);
	case CHECK_UDP:
		return socket(family, SOCK_DGRAM | flags, 0);
	default:
		return socket(family, SOCK_RAW | flags, is4(c) ? IPPROTO_ICMP : IPPROTO_ICMPV6);
	}
}

static int connect_to(int fd, const struct check *c)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	struct sockaddr_in four = { .sin_family = AF_INET };

	if (is4(c)) {
		four.sin_port = htons(c->spec->port);
		memcpy(&four.sin_addr, c->ip.b, 4);
		return connect(fd, (struct sockaddr *)&four, sizeof(four));
	}
	/* Of a raw socket the port would be a protocol. */
	six.sin6_port = htons(c->spec->port);
	memcpy(&six.sin6_addr, c->ip.b, 16);
	return connect(fd, (struct sockaddr *)&six, sizeof(six));
}

static int begin(struct sock *s)
{
	const struct check *c = s->check;
	ssize_t n = 0;

	if (connect_to(s->io.fd, c) && errno != EINPROGRESS)
		return -1;
	if (c->spec->type == CHECK_UDP)
		n = send(s->io.fd, c->spec->send, c->spec->send_len, 0);
	else if (c->spec->type == CHECK_ICMP)
		n = send_echo(s);
	return n < 0 ? -1 : 0;
}

static void start(struct check *c)
{
	struct sock *s = calloc(1, sizeof(*s));
	int fd = s ? open_socket(c) : -1;

	if (fd < 0) {
		free(s);
		check_done(c, false, "no socket: %s", strerror(errno));
		return;
	}
	s->check = c;
	s->io.data = s;
	ev_io_init(&s->io, on_ready, fd, c->spec->type == CHECK_TCP ? EV_WRITE : EV_READ);
	if (begin(s)) {
		fail(s, errno);
		return;
	}
	c->probe = s;
	ev_io_start(c->levd->loop, &s->io);
}

static void stop(struct check *c)
{
	finish(c->probe);
}

const struct probe_type probe_socket = { .start = start, .stop = stop };

// SPDX-License-Identifier: GPL-2.0
/*
 * One TCP connection from its begin to its end, with or without an HTTP request on it. Owners
 * (fresh.c, long.c) are called back once per connection with its outcome.
 */
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "conn.h"

#define READ_MAX	65536

int conn_set_open(struct conn_set *set)
{
	unsigned int i;

	set->conns = calloc(set->room, sizeof(*set->conns));
	if (!set->conns)
		return -ENOMEM;
	for (i = 0; i < set->room; i++) {
		set->conns[i].set = set;
		set->conns[i].w.fd = -1;
	}
	return 0;
}

static void end(struct conn *c)
{
	loop_drop(&c->w);
	c->state = CONN_FREE;
}

/*
 * Cut a connection with a reset. Closing it first in the proper way would leave our port in
 * TIME_WAIT for a minute, and a fast meter would run out of ports and blame the servers.
 */
static void cut(struct conn *c)
{
	struct linger now = { .l_onoff = 1 };

	if (c->w.fd >= 0)
		setsockopt(c->w.fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	end(c);
}

void conn_set_close(struct conn_set *set)
{
	unsigned int i;

	for (i = 0; set->conns && i < set->room; i++)
		cut(&set->conns[i]);
	free(set->conns);
	set->conns = NULL;
}

static const char *reason_of(int err)
{
	switch (err) {
	case ECONNREFUSED:
		return "refused";
	case ECONNRESET:
	case EPIPE:
		return "reset";
	case ETIMEDOUT:
		return "timeout";
	case EHOSTUNREACH:
	case ENETUNREACH:
	case ENETDOWN:
		return "unreachable";
	default:
		return strerror(err);
	}
}

static void fail(struct conn *c, const char *reason)
{
	cut(c);
	c->set->bad(c, reason);
}

static void connected(struct conn *c)
{
	struct conn_set *set = c->set;
	socklen_t len = sizeof(int);
	ssize_t sent;
	int err = 0;

	if (getsockopt(c->w.fd, SOL_SOCKET, SO_ERROR, &err, &len))
		err = errno;
	if (err) {
		fail(c, reason_of(err));
		return;
	}
	if (!set->request) {
		set->good(c);
		cut(c);
		return;
	}
	/* A new socket's buffer takes a request of this size as a whole. */
	sent = send(c->w.fd, set->request, set->request_len, MSG_NOSIGNAL);
	if (sent != (ssize_t)set->request_len) {
		fail(c, sent < 0 ? reason_of(errno) : "request cut");
		return;
	}
	c->state = CONN_TALKING;
	loop_change(set->loop, &c->w, EPOLLIN);
}

static void closed(struct conn *c)
{
	bool whole = http_eof(&c->http) == HTTP_DONE;

	if (!whole) {
		fail(c, c->http.status ? "short" : "no answer");
		return;
	}
	c->set->good(c);
	end(c);
}

static void talk(struct conn *c)
{
	static char buffer[READ_MAX];
	struct conn_set *set = c->set;
	ssize_t len = recv(c->w.fd, buffer, sizeof(buffer), MSG_DONTWAIT);
	enum http_verdict verdict;

	if (len < 0) {
		if (errno != EAGAIN && errno != EINTR)
			fail(c, reason_of(errno));
		return;
	}
	if (!len) {
		closed(c);
		return;
	}
	if (set->patient)
		c->deadline = loop_now() + set->timeout;
	verdict = http_feed(&c->http, buffer, (size_t)len);
	if (set->heard && verdict != HTTP_BAD)
		set->heard(c, (size_t)len);
	if (verdict == HTTP_BAD) {
		fail(c, c->http.status >= 400 ? "status" : "not HTTP");
	} else if (verdict == HTTP_DONE) {
		set->good(c);
		c->state = CONN_CLOSING;
		c->deadline = loop_now() + set->timeout;
	}
}

/* The one whose side closes first keeps the port in TIME_WAIT: let it be the server. */
static void drain(struct conn *c)
{
	char rest[512];
	ssize_t len = recv(c->w.fd, rest, sizeof(rest), MSG_DONTWAIT);

	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (len)
		cut(c);
	else
		end(c);
}

static void conn_ready(struct watch *w, uint32_t events)
{
	struct conn *c = (struct conn *)w;

	(void)events;
	switch (c->state) {
	case CONN_CONNECTING:
		connected(c);
		break;
	case CONN_TALKING:
		talk(c);
		break;
	default:
		drain(c);
		break;
	}
}

void conn_start(struct conn *c, uint64_t now)
{
	struct conn_set *set = c->set;
	int on = 1;

	c->counted = false;
	c->started = now;
	c->deadline = now + set->timeout;
	c->mac = set->neigh->current;
	http_begin(&c->http);
	c->w.ready = conn_ready;
	c->w.fd = socket(set->to.sa.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->w.fd < 0) {
		fail(c, reason_of(errno));
		return;
	}
	setsockopt(c->w.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(c->w.fd, &set->to.sa, addr_len(&set->to)) && errno != EINPROGRESS) {
		fail(c, reason_of(errno));
		return;
	}
	if (loop_watch(set->loop, &c->w, EPOLLOUT)) {
		fail(c, reason_of(errno));
		return;
	}
	c->state = CONN_CONNECTING;
}

unsigned int conn_expire(struct conn_set *set, uint64_t now)
{
	unsigned int i, undecided = 0;

	for (i = 0; i < set->room; i++) {
		struct conn *c = &set->conns[i];

		if (c->state == CONN_FREE)
			continue;
		if (now < c->deadline)
			undecided += c->state != CONN_CLOSING;
		else if (c->state == CONN_CLOSING)
			cut(c);
		else
			fail(c, c->state == CONN_TALKING && set->patient ? "stalled" : "timeout");
	}
	return undecided;
}

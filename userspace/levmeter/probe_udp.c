// SPDX-License-Identifier: GPL-2.0
/*
 * UDP probes at a steady rate, each from a socket of its own, so each is a new flow.
 * Driven by meter.c. Outcomes come in any order; the gap is told of them in the order of sending.
 */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "probe_udp.h"
#include "udp_wire.h"

enum state {
	WAITING,
	ANSWERED,
	LOST,
};

/* One probe; @w.fd is -1 unless it is WAITING. */
struct udp_slot {
	struct watch w;
	struct udp *udp;
	enum state state;
	int mac;
	uint64_t seq;
	uint64_t sent;
};

unsigned int udp_room(double rate, uint64_t timeout)
{
	/* A tenth more, for the time between two looks at the clock. */
	return (unsigned int)(rate * (double)timeout / (double)NSEC_PER_SEC * 1.1) + 64;
}

int udp_begin(struct udp *u, double rate, uint64_t now)
{
	unsigned int i;

	u->pace = (struct pace){ .begin = now, .rate = rate };
	u->gap = (struct gap){ .interval = pace_interval(&u->pace) };
	u->silence = u->gap;
	u->end = UINT64_MAX;
	u->room = udp_room(rate, u->timeout);
	u->slots = calloc(u->room, sizeof(*u->slots));
	if (!u->slots)
		return -ENOMEM;
	for (i = 0; i < u->room; i++) {
		u->slots[i].udp = u;
		u->slots[i].w.fd = -1;
	}
	if (getrandom(&u->run, sizeof(u->run), 0) != sizeof(u->run))
		return -EIO;
	return 0;
}

static void lose(struct udp_slot *s)
{
	loop_drop(&s->w);
	s->state = LOST;
	s->udp->lost++;
}

static void answer(struct udp_slot *s, const char *name)
{
	struct udp *u = s->udp;
	uint64_t now = loop_now();

	hist_add(&u->rtt, (now - s->sent) / 1000);
	gap_completed(&u->silence, s->sent, now < u->end ? now : u->end);
	tally_add(&u->servers, name);
	neigh_answered(u->neigh, s->mac);
	loop_drop(&s->w);
	s->state = ANSWERED;
	u->answered++;
}

static void udp_ready(struct watch *w, uint32_t events)
{
	struct udp_slot *s = (struct udp_slot *)w;
	struct {
		struct udp_probe probe;
		char name[TALLY_NAME_MAX + 1];
	} got;
	ssize_t len;

	(void)events;
	len = recv(w->fd, &got, sizeof(got) - 1, MSG_DONTWAIT);
	if (len < 0) {
		/* An ICMP error says that nobody will answer. */
		if (errno != EAGAIN && errno != EINTR)
			lose(s);
		return;
	}
	if ((size_t)len < sizeof(got.probe) ||
	    memcmp(got.probe.magic, UDP_MAGIC, sizeof(got.probe.magic)) ||
	    got.probe.run != s->udp->run || got.probe.seq != htobe64(s->seq))
		return;
	got.name[(size_t)len - sizeof(got.probe)] = '\0';
	answer(s, got.name);
}

static void send_probe(struct udp *u, uint64_t now)
{
	struct udp_slot *s = &u->slots[u->next % u->room];
	struct udp_probe probe = { .run = u->run, .seq = htobe64(u->next), .sent = htobe64(now) };

	memcpy(probe.magic, UDP_MAGIC, sizeof(probe.magic));
	gap_first_start(&u->silence, now);
	s->seq = u->next++;
	s->sent = now;
	s->state = WAITING;
	s->mac = u->neigh->current;
	s->w.ready = udp_ready;
	s->w.fd = socket(u->to.sa.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	u->sent++;
	/* What this machine cannot send is lost too: a client would feel it just so. */
	if (s->w.fd < 0 || connect(s->w.fd, &u->to.sa, addr_len(&u->to)) ||
	    loop_watch(u->loop, &s->w, EPOLLIN) ||
	    send(s->w.fd, &probe, sizeof(probe), MSG_NOSIGNAL) != sizeof(probe))
		lose(s);
}

void udp_send_due(struct udp *u, uint64_t now)
{
	unsigned int n = pace_take(&u->pace, now);

	while (n-- && u->next - u->first < u->room)
		send_probe(u, loop_now());
}

bool udp_expire(struct udp *u, uint64_t now)
{
	while (u->first < u->next) {
		struct udp_slot *s = &u->slots[u->first % u->room];

		if (s->state == WAITING && (now < s->sent || now - s->sent < u->timeout))
			return true;
		if (s->state == WAITING)
			lose(s);
		gap_sent_result(&u->gap, s->sent, s->state == ANSWERED);
		u->first++;
	}
	return false;
}

uint64_t udp_silence(const struct udp *u, uint64_t now)
{
	return gap_completed_end(&u->silence, now < u->end ? now : u->end);
}

void udp_end(struct udp *u)
{
	unsigned int i;

	for (i = 0; u->slots && i < u->room; i++) {
		if (u->slots[i].w.fd < 0)
			continue;
		loop_drop(&u->slots[i].w);
		u->sent--;
	}
	free(u->slots);
	u->slots = NULL;
}

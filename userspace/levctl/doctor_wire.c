// SPDX-License-Identifier: GPL-2.0
/*
 * Asks and listens on front and back for levctl's doctor (see doctor.h): a second or a little more,
 * three times at most for each question, and one frame a millisecond. Owns the sockets.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/leveler_wire.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "doctor.h"
#include "status.h"

#define TRIES		3
#define TRY_MS		300
#define LISTEN_MIN_MS	1000
#define BEATS		3	/* of each node are to be heard, at least */
#define FRAMES_AT_ONCE	256

/**
 * struct wire - a run
 * @asks: what is asked and heard
 * @site: of which cluster
 * @fd: a socket for each device; -1: none
 * @buf: a frame
 */
struct wire {
	struct lev_asks *asks;
	const struct lev_site *site;
	int fd[__LEV_SIDE_MAX];
	uint8_t buf[LEV_FRAME_MAX];
};

/*
 * Few of a busy leveler's frames are copied: ARP, heartbeats, advertisements, answers to pings; and
 * none of a VLAN above the device, which is another net.
 */
static struct sock_filter filter[] = {
	BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_VLAN_TAG),
	BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xfff),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 10),
	BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_ARP, 9, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, LEV_WIRE_ETHERTYPE, 8, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IPV6, 2, 0),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 0, 5),
	BPF_JUMP(BPF_JMP | BPF_JA, 2, 0, 0),
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 20),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 58, 3, 2),
	BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 23),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 1, 0),
	BPF_STMT(BPF_RET | BPF_K, 0),
	BPF_STMT(BPF_RET | BPF_K, LEV_FRAME_MAX),
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* The filter is there before the first frame. */
static int open_device(const char *name)
{
	struct sock_fprog program = { ARRAY_SIZE(filter), filter };
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = if_nametoindex(name),
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1;

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof(one)) ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at))) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Not for ever where frames come faster than they are read. */
static void take_frames(struct wire *w, unsigned int dev)
{
	struct lev_frame f;
	ssize_t len;

	for (int i = 0; i < FRAMES_AT_ONCE; i++) {
		len = recv(w->fd[dev], w->buf, sizeof(w->buf), 0);
		if (len < 0)
			break;
		lev_frame_read(w->buf, len, &f);
		lev_asks_heard(w->asks, w->site, dev, &f);
	}
}

/* Listens until then. */
static void hear(struct wire *w, int64_t until)
{
	struct pollfd fds[__LEV_SIDE_MAX];
	int64_t left;

	while ((left = until - now_ms()) > 0) {
		for (unsigned int i = 0; i < __LEV_SIDE_MAX; i++)
			fds[i] = (struct pollfd){ .fd = w->fd[i], .events = POLLIN };
		if (poll(fds, __LEV_SIDE_MAX, left) <= 0)
			continue;
		for (unsigned int i = 0; i < __LEV_SIDE_MAX; i++) {
			/* A device that went has an error that nobody clears. */
			if (fds[i].revents & (POLLERR | POLLHUP | POLLNVAL)) {
				close(w->fd[i]);
				w->fd[i] = -1;
			} else if (fds[i].revents) {
				take_frames(w, i);
			}
		}
	}
}

/* A frame that cannot be sent is one that is not answered. */
static void ask_all(struct wire *w)
{
	for (unsigned int i = 0; i < w->asks->n; i++) {
		struct lev_ask *ask = &w->asks->ask[i];

		if (ask->n_heard || ask->held || w->fd[ask->dev] < 0)
			continue;
		ask->sent = true;
		send(w->fd[ask->dev], w->buf, lev_asks_frame(w->asks, i, w->buf), 0);
		hear(w, now_ms() + 1);
	}
}

static int64_t listen_ms(const struct lev_site *s)
{
	int64_t ms = (int64_t)s->whole->cluster[0].heartbeat * BEATS;

	return ms < LISTEN_MIN_MS ? LISTEN_MIN_MS : ms;
}

/* The wheel may have moved lanes meanwhile. */
static int ask_lanes(struct ctl *ctl, struct wire *w)
{
	struct args args = { .device = w->site->device };
	struct picture *now = calloc(1, sizeof(*now));
	int ret;

	if (!now)
		return say_failed(ctl, "%s", strerror(ENOMEM));
	ret = picture_ask(ctl, &args, now);
	if (!ret)
		lev_asks_lanes(w->asks, &now->status);
	lev_status_free(&now->status);
	free(now);
	return ret;
}

static int ask_and_hear(struct ctl *ctl, struct wire *w)
{
	int64_t begin = now_ms();
	int ret;

	for (int i = 1; i <= TRIES; i++) {
		ret = ask_lanes(ctl, w);
		if (ret)
			return ret;
		ask_all(w);
		hear(w, begin + i * TRY_MS);
	}
	hear(w, begin + listen_ms(w->site));
	return ask_lanes(ctl, w);
}

int doctor_wire(struct ctl *ctl, const struct lev_site *s, struct lev_asks *a)
{
	struct wire w = { .asks = a, .site = s, .fd = { -1, -1 } };
	int ret = DONE;

	a->cluster = s->whole->cluster[0].id;
	a->id = getpid();
	lev_asks_plan(a, s);
	for (unsigned int i = 0; i < s->n_devs && !ret; i++) {
		if (!s->dev[i].there || !s->dev[i].up)
			continue;
		w.fd[i] = open_device(s->dev[i].name);
		if (w.fd[i] < 0)
			ret = say_failed(ctl, "cannot listen on %s: %s", s->dev[i].name,
					 strerror(errno));
	}
	if (!ret && (w.fd[0] >= 0 || w.fd[1] >= 0))
		ret = ask_and_hear(ctl, &w);
	for (unsigned int i = 0; i < __LEV_SIDE_MAX; i++) {
		if (w.fd[i] >= 0)
			close(w.fd[i]);
	}
	return ret;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * spoil [-r] DEVICE FILE COUNT SEED: reads good frames, one in hex a line, and sends COUNT spoiled
 * ones, equally many of each. FILE counts what arrives where they go (a device's rx_packets): no
 * more are on their way at any time than BATCH, so none is lost for lack of room. With -r frames
 * are sent from a ring in shared memory, and then all of a frame but its Ethernet header lies in
 * pages, as large packets come from real devices. Owns the sockets and the ring.
 * Status: 0, or 1 if not all have arrived.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "mutate.h"

#define BATCH		64
#define GOOD_MAX	64
#define SLOT		2048
#define PATIENCE	20	/* seconds until what has not arrived is lost */

static struct frame good[GOOD_MAX];
static unsigned int n_good;
static struct frame batch[BATCH];
static uint8_t *ring;

static void die(const char *what)
{
	fprintf(stderr, "spoil: %s: %s\n", what, errno ? strerror(errno) : "wrong");
	exit(1);
}

static void read_good(void)
{
	char line[2 * FRAME_MAX + 2];

	while (n_good < GOOD_MAX && fgets(line, sizeof(line), stdin)) {
		struct frame *f = &good[n_good++];
		unsigned int byte;

		while (f->len < FRAME_MAX && sscanf(line + 2 * f->len, "%2x", &byte) == 1)
			f->data[f->len++] = (uint8_t)byte;
		if (f->len < FRAME_MIN)
			die("frame");
	}
	if (!n_good)
		die("no frames");
}

static unsigned long long arrived(int fd)
{
	char text[32] = "";

	if (pread(fd, text, sizeof(text) - 1, 0) <= 0)
		die("cannot read what arrived");
	return strtoull(text, NULL, 10);
}

static const struct timespec pause_time = { .tv_nsec = 100000 };

static void wait_for(int fd, unsigned long long count)
{
	time_t end = time(NULL) + PATIENCE;

	while (arrived(fd) < count) {
		if (time(NULL) > end) {
			errno = 0;
			fprintf(stderr, "spoil: %llu have not arrived\n", count - arrived(fd));
			exit(1);
		}
		nanosleep(&pause_time, NULL);
	}
}

static int open_socket(const char *device)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = (int)if_nametoindex(device),
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0 || !to.sll_ifindex || bind(fd, (struct sockaddr *)&to, sizeof(to)))
		die(device);
	return fd;
}

static void open_ring(int fd)
{
	struct tpacket_req req = {
		.tp_block_size = SLOT * BATCH,
		.tp_block_nr = 1,
		.tp_frame_size = SLOT,
		.tp_frame_nr = BATCH,
	};
	int version = TPACKET_V2;

	if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_TX_RING, &req, sizeof(req)))
		die("ring");
	ring = mmap(NULL, SLOT * BATCH, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (ring == MAP_FAILED)
		die("ring");
}

/* A send() has failed: a busy machine may have let the backlog fill up. */
static void wait_for_room(void)
{
	if (errno != ENOBUFS)
		die("send");
	nanosleep(&pause_time, NULL);
}

/* All slots are free: a call of send() that waits returns when each has been taken. */
static void send_ring(int fd, unsigned int n)
{
	static unsigned int slot;
	unsigned int i;

	for (i = 0; i < n; i++) {
		struct tpacket2_hdr *head = (void *)(ring + slot * SLOT);

		memcpy((uint8_t *)head + TPACKET2_HDRLEN - sizeof(struct sockaddr_ll),
		       batch[i].data, batch[i].len);
		head->tp_len = batch[i].len;
		__atomic_store_n(&head->tp_status, TP_STATUS_SEND_REQUEST, __ATOMIC_RELEASE);
		slot = (slot + 1) % BATCH;
	}
	while (send(fd, NULL, 0, 0) < 0)
		wait_for_room();
}

static void send_batch(int fd, unsigned int n)
{
	static struct mmsghdr message[BATCH];
	static struct iovec piece[BATCH];
	unsigned int i;
	int ret;

	for (i = 0; i < n; i++) {
		piece[i] = (struct iovec){ batch[i].data, batch[i].len };
		message[i].msg_hdr.msg_iov = &piece[i];
		message[i].msg_hdr.msg_iovlen = 1;
	}
	for (i = 0; i < n; i += (unsigned int)(ret > 0 ? ret : 0)) {
		ret = sendmmsg(fd, message + i, n - i, 0);
		if (ret <= 0)
			wait_for_room();
	}
}

int main(int argc, char **argv)
{
	bool use_ring = argc > 1 && !strcmp(argv[1], "-r");
	unsigned long long count, sent, had;
	uint64_t seed;
	int fd, counter;

	argv += use_ring;
	if (argc - use_ring != 5) {
		fprintf(stderr, "usage: spoil [-r] DEVICE FILE COUNT SEED <FRAMES\n");
		return 1;
	}
	count = strtoull(argv[3], NULL, 0);
	seed = strtoull(argv[4], NULL, 0);
	read_good();
	fd = open_socket(argv[1]);
	if (use_ring)
		open_ring(fd);
	counter = open(argv[2], O_RDONLY);
	if (counter < 0)
		die(argv[2]);
	for (sent = 0; sent < count;) {
		unsigned int n;

		for (n = 0; n < BATCH && sent < count; n++, sent++) {
			batch[n] = good[sent % n_good];
			mutate(&batch[n], &seed);
		}
		/* Others send, too: so not from the very beginning. */
		had = arrived(counter);
		if (use_ring)
			send_ring(fd, n);
		else
			send_batch(fd, n);
		wait_for(counter, had + n);
	}
	return 0;
}

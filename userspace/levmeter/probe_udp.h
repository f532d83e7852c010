/* SPDX-License-Identifier: GPL-2.0 */
/*
 * UDP probes at a steady rate, each from a socket of its own, so each is a new flow.
 * Driven by meter.c; read by the reports.
 */
#ifndef LEVMETER_PROBE_UDP_H
#define LEVMETER_PROBE_UDP_H

#include <stdbool.h>
#include <stdint.h>

#include "gap.h"
#include "hist.h"
#include "loop.h"
#include "neigh.h"
#include "pace.h"
#include "tally.h"
#include "target.h"

struct udp_slot;

/**
 * struct udp - the UDP probes of a run
 * @loop: watches the sockets
 * @neigh: counts answers by MAC
 * @to: where to
 * @timeout: a probe that waited longer is lost
 * @pace: when the next one is due
 * @run: random, tells our probes from others
 * @slots: those on their way, by number modulo @room
 * @room: how many there can be
 * @first: number of the oldest one that @gap has not been told of
 * @next: number of the next one
 * @sent: probes that were tried, also those that this machine could not send
 * @answered: in time
 * @lost: not answered in time
 * @end: when sending ended, UINT64_MAX before
 * @gap: by send time
 * @silence: by arrival of answers
 * @rtt: response times in microseconds
 * @servers: answered probes by server
 */
struct udp {
	struct loop *loop;
	struct neigh *neigh;
	union addr to;
	uint64_t timeout;
	struct pace pace;
	uint64_t run;
	struct udp_slot *slots;
	unsigned int room;
	uint64_t first;
	uint64_t next;
	uint64_t sent;
	uint64_t answered;
	uint64_t lost;
	uint64_t end;
	struct gap gap;
	struct gap silence;
	struct hist rtt;
	struct tally servers;
};

/**
 * udp_room() - how many probes can be on their way at once
 * @rate: probes a second
 * @timeout: nanoseconds
 *
 * Return: the number of sockets that they need.
 */
unsigned int udp_room(double rate, uint64_t timeout);

/**
 * udp_begin() - make ready
 * @u: filled in but for @loop, @neigh, @to and @timeout, which are set
 * @rate: probes a second
 * @now: when the first one is due
 *
 * Return: 0 or -errno.
 */
int udp_begin(struct udp *u, double rate, uint64_t now);

/**
 * udp_send_due() - send what is due
 * @u: the probes
 * @now: the time
 */
void udp_send_due(struct udp *u, uint64_t now);

/**
 * udp_expire() - give up those that waited too long
 * @u: the probes
 * @now: the time
 *
 * Return: whether any is still on its way.
 */
bool udp_expire(struct udp *u, uint64_t now);

/**
 * udp_silence() - the longest silence up to now, or to the end of sending
 * @u: the probes
 * @now: the time
 *
 * Return: nanoseconds.
 */
uint64_t udp_silence(const struct udp *u, uint64_t now);

/**
 * udp_end() - give all back; those on their way count as never sent
 * @u: the probes
 */
void udp_end(struct udp *u);

#endif

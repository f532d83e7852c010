/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One TCP connection from its begin to its end, with or without an HTTP request on it.
 * Calls its owner (fresh.c or long.c) when something is known; driven by meter.c's ticks.
 */
#ifndef LEVMETER_CONN_H
#define LEVMETER_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http.h"
#include "loop.h"
#include "neigh.h"
#include "target.h"

struct conn;

/**
 * struct conn_set - connections of one kind
 * @loop: watches the sockets
 * @neigh: tells the MAC at the start of each
 * @to: where to
 * @request: what to send, or NULL: done as soon as it is connected
 * @request_len: bytes
 * @timeout: for the whole connection, or for each silence within it
 * @patient: @timeout is for each silence
 * @room: how many there can be
 * @conns: all of them, free or in use
 * @heard: bytes came; NULL if the owner does not care
 * @good: all that was asked for is here
 * @bad: it failed, for a reason in one or two words
 */
struct conn_set {
	struct loop *loop;
	struct neigh *neigh;
	union addr to;
	const char *request;
	size_t request_len;
	uint64_t timeout;
	bool patient;
	unsigned int room;
	struct conn *conns;
	void (*heard)(struct conn *c, size_t len);
	void (*good)(struct conn *c);
	void (*bad)(struct conn *c, const char *reason);
};

enum conn_state {
	CONN_FREE,
	CONN_CONNECTING,
	CONN_TALKING,
	CONN_CLOSING,	/* all is here: waits for the server to close first */
};

/**
 * struct conn - one connection
 * @w: its socket
 * @set: where it belongs
 * @state: how far it is
 * @mac: of the next hop when it was started
 * @started: when
 * @deadline: when to give it up
 * @http: the answer
 * @counted: for its owner: its server has been counted
 * @retired: for its owner: not to be started any more
 */
struct conn {
	struct watch w;
	struct conn_set *set;
	enum conn_state state;
	int mac;
	uint64_t started;
	uint64_t deadline;
	struct http http;
	bool counted;
	bool retired;
};

/**
 * conn_set_open() - make room for connections
 * @set: with all fields set but @conns
 *
 * Return: 0 or -errno.
 */
int conn_set_open(struct conn_set *set);

/**
 * conn_set_close() - cut all connections and give the room back
 * @set: the set
 */
void conn_set_close(struct conn_set *set);

/**
 * conn_start() - begin a connection
 * @c: a free one
 * @now: the time
 *
 * May call @bad of its set at once.
 */
void conn_start(struct conn *c, uint64_t now);

/**
 * conn_expire() - give up those that are over their deadline
 * @set: the set
 * @now: the time
 *
 * Return: how many are in use and not yet decided.
 */
unsigned int conn_expire(struct conn_set *set, uint64_t now);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which MAC address do our packets go to? Reads the neighbour cache entry of the next hop by
 * rtnetlink, in this or another network namespace, and counts answered probes by it.
 * Used by meter.c and the probes.
 */
#ifndef LEVMETER_NEIGH_H
#define LEVMETER_NEIGH_H

#include <stdint.h>

#include "tally.h"
#include "target.h"

struct nl_sock;

#define NEIGH_NONE	(-1)

/**
 * struct neigh - the entry that is watched
 * @sock: rtnetlink
 * @towards: the address whose next hop it is
 * @hop: the next hop, found again now and then
 * @ifindex: the device that leads to it, 0 while there is no route
 * @route_until: when to ask for the route again
 * @current: index of the MAC in @macs, or NEIGH_NONE while it is not resolved
 * @last: index of the last one known, or NEIGH_NONE
 * @unknown: answers that came before any MAC was read: they count for the next one
 * @changes: how often one MAC took the place of another
 * @macs: all seen, with the number of answered probes
 */
struct neigh {
	struct nl_sock *sock;
	union addr towards;
	union addr hop;
	int ifindex;
	uint64_t route_until;
	int current;
	int last;
	uint64_t unknown;
	uint64_t changes;
	struct tally macs;
};

/**
 * neigh_open() - begin to watch
 * @n: filled in
 * @towards: the next hop to this address is watched
 * @netns: name of the network namespace whose cache is read, or NULL for our own
 *
 * Return: 0 or -errno.
 */
int neigh_open(struct neigh *n, const union addr *towards, const char *netns);

/**
 * neigh_close() - give all back
 * @n: the entry
 */
void neigh_close(struct neigh *n);

/**
 * neigh_sample() - read the cache now
 * @n: the entry
 * @now: the time
 */
void neigh_sample(struct neigh *n, uint64_t now);

/**
 * neigh_answered() - count an answered probe
 * @n: the entry
 * @mac: @n->current when the probe was sent; if that was NEIGH_NONE, the one known now, or
 *	next, counts
 */
void neigh_answered(struct neigh *n, int mac);

#endif

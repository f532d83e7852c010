/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fragments: how later ones find the flow of their first one, in whatever order they come.
 * Pure; kmod/hold.c calls it in softirq and under the one lock that guards a tracker.
 *
 * Only a first fragment has ports. A tracker remembers, for each datagram in pieces, what its
 * first fragment said, and meanwhile holds the later ones that came before it. Nothing is put
 * together here. Duplicates and overlaps all go to the one server, whose kernel drops the ones
 * and gives up the datagram for the others (RFC 5722).
 */
#ifndef _LEV_CORE_FRAG_H
#define _LEV_CORE_FRAG_H

#include "flow.h"

#define LEV_FRAG_TIMEOUT	(2000 * LEV_NSEC_PER_MSEC)	/* from a datagram's begin here */
#define LEV_FRAG_DATAGRAMS	1024	/* tracked at one time; a power of 2 */
#define LEV_FRAG_HELD_EACH	64	/* 64 KiB in pieces of 1,500 bytes are 45 */
#define LEV_FRAG_HELD_MAX	4096	/* of all datagrams */

/**
 * struct lev_frag_flow - what a first fragment knows and later ones lack
 * @sport: network order
 * @dport: network order
 * @proto: IPPROTO_*
 */
struct lev_frag_flow {
	__be16 sport;
	__be16 dport;
	u8 proto;
};

/**
 * struct lev_frag_list - datagrams by age
 * @oldest: index, or LEV_FRAG_NONE
 * @newest: index, or LEV_FRAG_NONE
 */
struct lev_frag_list {
	u16 oldest;
	u16 newest;
};

/**
 * struct lev_frag - a datagram in pieces
 * @key: from lev_frag_key()
 * @due: when it is forgotten, ns
 * @flow: of the first fragment, once that is there
 * @held: the later ones that wait for it, newest first; how they are linked is the caller's
 * @n_held: how many; 0 if the first one is there
 * @chain: next in its bucket, LEV_FRAG_NONE: none
 * @older: in its list; a free one has the next free one here
 * @newer: in its list
 */
struct lev_frag {
	u64 key;
	u64 due;
	struct lev_frag_flow flow;
	void *held;
	u16 n_held;
	u16 chain;
	u16 older;
	u16 newer;
};

#define LEV_FRAG_NONE		0xffff

/**
 * struct lev_frags - a tracker; all its memory, about 50 KiB
 * @now: latest time that it was told, ns: callers may have read the clock before they waited
 *       for the lock
 * @n_held: fragments held in all
 * @free: first unused entry, or LEV_FRAG_NONE
 * @known: datagrams whose first fragment is there
 * @waiting: those that wait for it; each holds at least one fragment
 * @buckets: first entry of each, by key
 * @entries: the datagrams
 */
struct lev_frags {
	u64 now;
	u32 n_held;
	u16 free;
	struct lev_frag_list known;
	struct lev_frag_list waiting;
	u16 buckets[LEV_FRAG_DATAGRAMS];
	struct lev_frag entries[LEV_FRAG_DATAGRAMS];
};

/* What to do with a later fragment. */
enum lev_frag_verdict {
	LEV_FRAG_KNOWN,		/* its flow is told: send it where that goes */
	LEV_FRAG_HOLD,		/* keep it: link it into the chain that is told */
	LEV_FRAG_FULL,		/* its datagram holds all that it may: drop it */
};

/**
 * struct lev_frag_answer - what lev_frag_later() has to say
 * @flow: with LEV_FRAG_KNOWN, what the fragment lacks
 * @chain: with LEV_FRAG_HOLD, where the chain's head is kept: the caller puts the fragment
 *         before what is there, before it gives up the lock
 * @dropped: chain of another datagram that had to make room or of an older one with this
 *           key, or NULL; the caller's to free, with any verdict
 */
struct lev_frag_answer {
	struct lev_frag_flow flow;
	void **chain;
	void *dropped;
};

/**
 * lev_frag_init() - an empty tracker
 * @t: memory for it; holds nothing
 */
void lev_frag_init(struct lev_frags *t);

/**
 * lev_frag_key() - which datagram a fragment belongs to
 * @flow: of a first or later fragment, as lev_flow_parse4() or 6() filled it in
 * @key: the cluster's hash key, which no sender knows: so none can choose collisions
 *
 * Source, destination and identification, for IPv4 the protocol too (RFC 791, 3.2). In IPv6
 * the fragments of one datagram may name different protocols (RFC 8200, 4.5).
 *
 * Return: 64 bits that stand for the datagram
 */
u64 lev_frag_key(const struct lev_flow *flow, const siphash_key_t *key);

/**
 * lev_frag_first() - a first fragment came
 * @t: tracker
 * @key: from lev_frag_key()
 * @now: ns
 * @flow: what the later ones have to know
 * @dropped: as in struct lev_frag_answer
 *
 * A second first fragment replaces the one before, and the time starts anew. If it is a
 * duplicate, nothing changes. If the sender uses an identification again, which happens
 * within 2 s at more than 32,768 datagrams a second to one address, this is right for the new
 * datagram. If it is neither, it overlaps, and the servers' kernels give up what they have.
 *
 * Return: the chain of the later ones that waited, newest first, to be sent where the first
 * one goes; or NULL
 */
void *lev_frag_first(struct lev_frags *t, u64 key, u64 now, const struct lev_frag_flow *flow,
		     void **dropped);

/**
 * lev_frag_later() - a later fragment came
 * @t: tracker
 * @key: from lev_frag_key()
 * @now: ns
 * @answer: filled in
 *
 * More of them do not prolong a datagram's time, as in the kernel's reassembly. If all
 * LEV_FRAG_HELD_MAX are held, or all LEV_FRAG_DATAGRAMS tracked, the oldest datagram makes
 * room: a stream of fragments whose first one never comes loses its own oldest ones.
 *
 * Return: what to do with it
 */
enum lev_frag_verdict lev_frag_later(struct lev_frags *t, u64 key, u64 now,
				     struct lev_frag_answer *answer);

/**
 * lev_frag_due() - what has waited in vain
 * @t: tracker
 * @now: ns; U64_MAX: all that is held, before a tracker's memory goes
 * @next: when the next is due, ns; U64_MAX: nothing is held. Told if this returns NULL
 *
 * To be called until it returns NULL. Datagrams whose first fragment is there need no timer.
 *
 * Return: a chain that is the caller's now, or NULL
 */
void *lev_frag_due(struct lev_frags *t, u64 now, u64 *next);

#endif /* _LEV_CORE_FRAG_H */

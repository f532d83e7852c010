/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Connections kept: where the packets of an entry go that got another server, and how several
 * changes of one pool compose. Pure; tables are composed in process context before any reader
 * sees them, lev_keep_choose() is called for packets in softirq.
 *
 * While a change of a pool is remembered, LEV_KEEP_MOVED in an entry of its table says that
 * the entry moved in some remembered change; its flows are looked up among the pins then. A
 * second table, the origins, says which server such an entry had before the oldest of these
 * changes: flows that have no pin have not been seen since.
 */
#ifndef _LEV_CORE_KEEP_H
#define _LEV_CORE_KEEP_H

#include "base.h"
#include "maglev.h"

/* Of an entry; the other bits are an index or LEV_MAGLEV_NONE, which may have moved too. */
#define LEV_KEEP_MOVED		0x8000

/*
 * Where a packet does not tell whether its flow is old, the first one in so many seconds after
 * a change is taken for one of an old flow. So long does Linux connection tracking hold a UDP
 * flow that had no answer (nf_conntrack_udp_timeout).
 */
#define LEV_KEEP_RECENT		30

/* An entry as packets read it, if its origin is to be read behind that (lev_keep_learn()). */
static inline u16 lev_keep_entry(const u16 *entry)
{
	/* Pairs with the store-release in lev_keep_learn(). */
	return smp_load_acquire(entry);
}

/* The server of an entry, or LEV_MAGLEV_NONE. */
static inline u16 lev_keep_server(u16 entry)
{
	return entry & ~LEV_KEEP_MOVED;
}

/**
 * struct lev_keep_moved - what a change did to a table
 * @now: entries that had a server and got another one, or none
 * @all: entries that moved in this change or in an earlier one that is remembered
 */
struct lev_keep_moved {
	u32 now;
	u32 all;
};

/**
 * lev_keep_compose() - remember a change of a pool
 * @old: the pool's table until now
 * @old_origin: its origins, or NULL if no change is remembered; then marks in @old are nothing
 * @map: for each index in @old and @old_origin that in @table, or LEV_MAGLEV_NONE if that
 *       server is gone from the config (one that is only down or drained is not)
 * @table: the new table as lev_maglev_build() made it; marks are added
 * @origin: filled in, LEV_TABLE_SIZE entries: the server that a marked entry had before the
 *          oldest remembered change, LEV_MAGLEV_NONE if that is gone, and for all others
 * @counts: this is a change; if not, only what was remembered before is carried over
 *
 * An entry that moved away and back stays marked: flows may have begun in between.
 *
 * Return: what moved
 */
struct lev_keep_moved lev_keep_compose(const u16 *old, const u16 *old_origin, const u16 *map,
				       u16 *table, u16 *origin, bool counts);

/**
 * lev_keep_learn() - another node remembers that an entry moved
 * @entry: of the table that packets read meanwhile; it is marked
 * @origin: of the entry; written
 * @told: what the other takes for it: a server, or LEV_MAGLEV_NONE if that is gone
 * @prefer: it knows better than we do, if we have marked the entry too
 *
 * One at a time.
 *
 * Return: whether this marked the entry
 */
bool lev_keep_learn(u16 *entry, u16 *origin, u16 told, bool prefer);

/**
 * lev_keep_changed() - when the last change was, of what is remembered here and what was learnt
 * @remembers: any is remembered here
 * @changed: when the last one of these was, seconds of a clock that may wrap; else anything
 * @told: when the last one of those was that another node remembers
 *
 * Else a flow would be taken for an old one on one node, and for a new one on another.
 *
 * Return: when
 */
static inline u32 lev_keep_changed(bool remembers, u32 changed, u32 told)
{
	return remembers && (s32)(changed - told) >= 0 ? changed : told;
}

/* What a packet tells about the age of its flow. */
enum lev_keep_kind {
	LEV_KEEP_SYN,		/* TCP with SYN and without ACK: a new one */
	LEV_KEEP_TCP,		/* other TCP: an old one */
	LEV_KEEP_OTHER,		/* another protocol: nothing */
};

/**
 * struct lev_keep_case - a packet in a marked entry
 * @current_server: that of the entry, or LEV_MAGLEV_NONE
 * @origin: of the entry, or LEV_MAGLEV_NONE
 * @pin: server that the flow is pinned to; only if @pinned
 * @origin_usable: it is known and up; it may be drained or of weight 0
 * @pinned: the flow has a pin
 * @pin_usable: as @origin_usable
 * @kind: of packet
 * @hash: how the service's flows are told apart
 * @since: seconds since the last change of the pool
 */
struct lev_keep_case {
	u16 current_server;
	u16 origin;
	u16 pin;
	bool origin_usable;
	bool pinned;
	bool pin_usable;
	enum lev_keep_kind kind;
	enum lev_hash hash;
	u32 since;
};

/**
 * struct lev_keep_choice - what to do with it
 * @server: where it goes, or LEV_MAGLEV_NONE
 * @pin: pin the flow to @server, in place of the pin that it may have
 */
struct lev_keep_choice {
	u16 server;
	bool pin;
};

/**
 * lev_keep_choose() - the server for a packet in a marked entry
 * @c: the case
 *
 * With LEV_HASH_SOURCE all packets of a client are one flow, and a new connection of it says
 * nothing about the others: it goes where the client is pinned to, and if it is not, by
 * recent activity as other protocols do. A client's TCP that is no SYN goes to the origin.
 *
 * Where the origin is the entry's server an old flow needs no pin: it goes there with or without
 * one. That must be so for a node that has just joined, which would tell the others otherwise
 * that flows live where it only guesses they do.
 *
 * Return: the choice
 */
struct lev_keep_choice lev_keep_choose(const struct lev_keep_case *c);

/* Does a flow begin with this packet, so that nothing known of it counts? */
static inline bool lev_keep_begins(enum lev_hash hash, enum lev_keep_kind kind)
{
	return hash == LEV_HASH_FLOW && kind == LEV_KEEP_SYN;
}

/* Does a packet of a pinned flow go where the pin says? This is lev_keep_choose()'s first rule. */
static inline bool lev_keep_stays(enum lev_hash hash, enum lev_keep_kind kind, bool pin_usable)
{
	return pin_usable && !lev_keep_begins(hash, kind);
}

/**
 * lev_keep_takes() - is another node's pin of a flow to take the place of ours?
 * @origin: of the flow's entry, or LEV_MAGLEV_NONE
 * @ours: server that it is pinned to here, or LEV_MAGLEV_NONE if that may not be used
 * @theirs: server that the other node has pinned it to, which may be used
 * @begins: the other node saw the flow begin
 *
 * Two nodes pin one flow to two servers if one of them was late to switch, or to hear of a pin.
 * Each tells the other, so both must choose the same. Who chose the origin knew nothing of the
 * flow. If neither did, nothing tells which one is right, and the lower index is as good.
 *
 * Return: whether to pin the flow to @theirs
 */
bool lev_keep_takes(u16 origin, u16 ours, u16 theirs, bool begins);

/**
 * lev_keep_needs() - does a pin need the memory of the pool's changes?
 * @entry: the table's entry for the pin's hash
 * @server: the pin's, as an index in that table; LEV_MAGLEV_NONE if it has none any more
 *
 * Without the memory a flow goes to the server of its entry. A busy pool always has pins of
 * flows that go there anyway: they must not keep the memory from its end.
 *
 * Return: whether the flow would lose its server
 */
static inline bool lev_keep_needs(u16 entry, u16 server)
{
	return (entry & LEV_KEEP_MOVED) && server != LEV_MAGLEV_NONE &&
	       server != lev_keep_server(entry);
}

/**
 * lev_keep_over() - may the changes of a pool be forgotten?
 * @changed: when the last one was, seconds of a clock that may wrap
 * @now: the time
 * @memory: for how long a change is remembered at least, seconds
 * @pins: live pins of the pool that lev_keep_needs() counts
 * @lesson: this node waits to be told what others remember, or has just told one that waits
 *
 * A plan that comes in the middle of a lesson has to be told from the beginning. If each round
 * ended what both sides have just begun to learn, no lesson would ever come to its end.
 *
 * Return: whether it is time
 */
bool lev_keep_over(u32 changed, u32 now, u32 memory, u32 pins, bool lesson);

#endif /* _LEV_CORE_KEEP_H */

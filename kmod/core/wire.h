/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Heartbeats to and from bytes. Pure; called by kmod/beat.c, which signs and checks
 * signatures in between. The bytes are drawn in uapi/linux/leveler_wire.h.
 */
#ifndef _LEV_CORE_WIRE_H
#define _LEV_CORE_WIRE_H

#include "base.h"
#include "word.h"
#include <uapi/linux/leveler_wire.h>

/* Room for any heartbeat. */
#define LEV_WIRE_BEAT_MAX	(sizeof(struct lev_wire_beat) +				\
				 LEV_WIRE_HEARS_MAX * sizeof(struct lev_wire_hears) +	\
				 2 * (LEV_SERVER_MAP_SIZE + LEV_LESS_MAX * sizeof(u16)) + \
				 LEV_WIRE_TAGS_MAX * LEV_WIRE_TAG_LEN)

/* What lev_wire_type() looks at. */
#define LEV_WIRE_HEAD		6

/**
 * struct lev_hears - one line of a beat: whom the sender hears
 * @node: id
 * @sides: bit 0 on front, bit 1 on back
 * @incarnation: of that node
 * @sequence: low 32 bits of the last number heard from it
 */
struct lev_hears {
	u8 node;
	u8 sides;
	u32 incarnation;
	u32 sequence;
};

/**
 * struct lev_beat - a heartbeat
 * @cluster: id
 * @node: sender's id
 * @side: enum lev_side that it was sent on
 * @incarnation: random, new at each start of the sender
 * @sequence: rises by one with each beat of an incarnation
 * @reason: enum lev_reason of the sender
 * @keeper: id of the clock's keeper as the sender believes, 0 if none
 * @priority: tier that the sender has on the wheel
 * @synced: @clock is the cluster clock
 * @keyed: the frame has a signature
 * @two: it has a second one, by the sender's old key
 * @ready: the sender has listened, and knows what the others know
 * @memory: the sender remembers a change of a pool
 * @wants: the sender wants to be told what others remember
 * @virtual_sides: bit 0 its answers on front carry the MAC addresses of lanes, bit 1 on back
 * @clock: cluster clock when sent, ns
 * @version: of the config in force
 * @digest: of the config in force
 * @pending_version: of the pending change; 0 if none
 * @pending_digest: of the pending change
 * @switch_digest: the keeper names when this pending change comes into force; 0 if none
 * @switch_at: that time, cluster clock
 * @servers_epoch: number of the keeper's last word on servers
 * @servers_at: cluster time from which it holds
 * @n_servers: bits in the maps
 * @n_hears: lines in @hears
 * @vote: what the sender finds of the servers
 * @agreed: what holds of them from @servers_at on
 * @seal: the sender's hash key, sealed for its key and its old one
 * @hears: whom the sender hears
 * @proof: not in the frame: LEV_PROOF_*, whose signature it has, for the receiver to fill in
 * @hash_key: likewise: what @seal holds
 */
struct lev_beat {
	u16 cluster;
	u8 node;
	u8 side;
	u32 incarnation;
	u64 sequence;
	u8 reason;
	u8 keeper;
	u8 priority;
	bool synced;
	bool keyed;
	bool two;
	bool ready;
	bool memory;
	bool wants;
	u8 virtual_sides;
	u64 clock;
	u64 version;
	u64 digest;
	u64 pending_version;
	u64 pending_digest;
	u64 switch_digest;
	u64 switch_at;
	u64 servers_epoch;
	u64 servers_at;
	u16 n_servers;
	u16 n_hears;
	struct lev_word vote;
	struct lev_word agreed;
	u8 seal[LEV_WIRE_TAGS_MAX][LEV_WIRE_SEAL_LEN];
	struct lev_hears hears[LEV_WIRE_HEARS_MAX];
	u8 proof;
	siphash_key_t hash_key;
};

/**
 * lev_wire_type() - what kind of frame is this?
 * @buf: behind the Ethernet header
 * @len: bytes there
 *
 * Return: LEV_WIRE_BEAT, LEV_WIRE_PINS, or another number; 0 if it is none of ours
 */
unsigned int lev_wire_type(const u8 *buf, size_t len);

/**
 * lev_wire_tags() - how many signatures a frame has at its end
 * @buf: a frame whose length was checked, or that was just written
 *
 * Return: 1 or 2
 */
unsigned int lev_wire_tags(const u8 *buf);

/**
 * lev_wire_write() - a beat to bytes, its tags zero
 * @beat: at most LEV_WIRE_HEARS_MAX hears and LEV_SERVERS_MAX servers
 * @buf: LEV_WIRE_BEAT_MAX bytes
 *
 * Return: length with the tags, which the caller fills in at the end
 */
size_t lev_wire_write(const struct lev_beat *beat, u8 *buf);

/**
 * lev_wire_length() - check a frame's frame: magic, version, type, lengths
 * @buf: behind the Ethernet header
 * @len: bytes there, padding included
 *
 * Return: the beat's length with its tags (at most @len), or 0 if it is not a well formed beat
 */
size_t lev_wire_length(const u8 *buf, size_t len);

/**
 * lev_wire_cluster() - the cluster id of a beat that lev_wire_length() accepted
 * @buf: the beat
 *
 * Return: id
 */
unsigned int lev_wire_cluster(const u8 *buf);

/**
 * lev_wire_node() - the node id of a beat that lev_wire_length() accepted
 * @buf: the beat
 *
 * Return: what the sender claims to be
 */
unsigned int lev_wire_node(const u8 *buf);

/**
 * lev_wire_read() - bytes to a beat
 * @buf: a beat
 * @len: as lev_wire_length() returned it
 * @beat: filled in
 *
 * Return: 0, or -EINVAL if a field is out of its range
 */
int lev_wire_read(const u8 *buf, size_t len, struct lev_beat *beat);

#endif /* _LEV_CORE_WIRE_H */

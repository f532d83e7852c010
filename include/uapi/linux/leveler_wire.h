/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Leveler's heartbeat as it is on the wire. Sent by each node to LEV_WIRE_GROUP on front and
 * back; read by kmod/core/wire.c and by whoever looks at a capture.
 *
 * All numbers are in network order. The frame is an Ethernet header with LEV_WIRE_ETHERTYPE,
 * then:
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                        magic "LEVL"                           |  0
 *  +---------------+---------------+-------------------------------+
 *  |    version    |     type      |           cluster             |  4
 *  +---------------+---------------+-------------------------------+
 *  |     node      |     side      |           length              |  8
 *  +---------------+---------------+-------------------------------+
 *  |                         incarnation                           | 12
 *  +---------------------------------------------------------------+
 *  |                          sequence                             | 16
 *  |                                                               |
 *  +---------------+---------------+---------------+---------------+
 *  |    reason     |    keeper     |    flags      |   priority    | 24
 *  +---------------+---------------+---------------+---------------+
 *  |                      cluster clock, ns                        | 28
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                  config version (8), digest (8)               | 36
 *  +---------------------------------------------------------------+
 *  |              pending version (8), digest (8)                  | 52
 *  +---------------------------------------------------------------+
 *  |          switch: digest (8), cluster time in ns (8)           | 68
 *  +---------------------------------------------------------------+
 *  |         servers: epoch (8), cluster time in ns (8)            | 84
 *  +-------------------------------+-------------------------------+
 *  |       number of servers       |       number of hears         | 100
 *  +-------------------------------+-------------------------------+
 *  |  hears, 12 bytes each: node, sides, 0 0, incarnation,         | 104
 *  |  sequence (low 32 bits)                                       |
 *  +---------------------------------------------------------------+
 *  |  bit map of the servers reached, then of those agreed up      |
 *  |  (bit i of byte i / 8 is server i of the config's order)      |
 *  +---------------------------------------------------------------+
 *  |  HMAC-SHA256 over all of the above, 32 bytes (zero: no key)   |
 *  +---------------------------------------------------------------+
 *
 * length counts from the magic to the end of the HMAC; what follows is padding. A node
 * lists whom it hears with the last sequence number heard: only a frame that echoes a
 * recent one of ours proves that its sender is alive now, which no replay can do.
 */
#ifndef _UAPI_LINUX_LEVELER_WIRE_H
#define _UAPI_LINUX_LEVELER_WIRE_H

#include <linux/types.h>

/* IEEE 802 local experimental EtherType 1. */
#define LEV_WIRE_ETHERTYPE	0x88b5
/* A locally administered group address. */
#define LEV_WIRE_GROUP		{ 0x03, 0x4c, 0x45, 0x56, 0x00, 0x01 }

#define LEV_WIRE_MAGIC		0x4c45564cU
#define LEV_WIRE_VERSION	1
#define LEV_WIRE_BEAT		1
#define LEV_WIRE_TAG_LEN	32

#define LEV_WIRE_SYNCED		0x01	/* flags: the clock field is the cluster clock */
#define LEV_WIRE_KEYED		0x02	/* flags: the HMAC is there */
#define LEV_WIRE_READY		0x04	/* flags: the sender has listened, and knows what the others know */

/* At most this many hears: each node, and some once more that have just restarted. */
#define LEV_WIRE_HEARS_MAX	80

struct lev_wire_hears {
	__u8	node;
	__u8	sides;		/* bit 0 heard on front, bit 1 on back */
	__be16	zero;
	__be32	incarnation;
	__be32	sequence;
} __attribute__((packed));

struct lev_wire_beat {
	__be32	magic;
	__u8	version;
	__u8	type;
	__be16	cluster;
	__u8	node;
	__u8	side;
	__be16	length;
	__be32	incarnation;
	__be64	sequence;
	__u8	reason;
	__u8	keeper;
	__u8	flags;
	__u8	priority;
	__be64	clock;
	__be64	config_version;
	__be64	config_digest;
	__be64	pending_version;
	__be64	pending_digest;
	__be64	switch_digest;
	__be64	switch_at;
	__be64	servers_epoch;
	__be64	servers_at;
	__be16	servers;
	__be16	hears;
	/* struct lev_wire_hears[hears], reached, agreed, tag */
} __attribute__((packed));

#endif /* _UAPI_LINUX_LEVELER_WIRE_H */

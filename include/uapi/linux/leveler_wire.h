/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Leveler's frames as they are on the wire: heartbeats, pins of flows, and what moved. Sent by
 * each node to LEV_WIRE_GROUP on front and back; read by kmod/core/wire*.c, and by whoever looks
 * at a capture. And what tells switches where a lane is.
 *
 * All numbers are in network order. A frame is an Ethernet header with LEV_WIRE_ETHERTYPE, and
 * behind it a heartbeat:
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
 *  +---------------+---------------+-------------------------------+
 *  | less: by vote |   by word     |  hash key, sealed with the    | 104
 *  +---------------+---------------+  key; and with the old key    |
 *  |  (zero: there is none), 16 bytes each                         | 108
 *  +---------------------------------------------------------------+
 *  |  hears, 10 bytes each: node, sides, incarnation, sequence     | 138
 *  |  (low 32 bits)                                                |
 *  +---------------------------------------------------------------+
 *  |  bit map of the servers that the sender votes for, then of    |
 *  |  those agreed up (bit i of byte i / 8 is server i of the      |
 *  |  config's order)                                              |
 *  +---------------------------------------------------------------+
 *  |  who gets less than its weight, 2 bytes each, in the config's |
 *  |  order: 0 (1 bit), server (10), twentieths of its weight (5); |
 *  |  so many by the sender's vote, then so many as agreed         |
 *  +---------------------------------------------------------------+
 *  |  HMAC-SHA256 over all of the above, 32 bytes (zero: no key)   |
 *  +---------------------------------------------------------------+
 *  |  while the key changes: the same with the old key             |
 *  +---------------------------------------------------------------+
 *
 * length counts from the magic to the end of the last HMAC; what follows is padding. A node
 * lists whom it hears with the last sequence number heard: only a frame that echoes a
 * recent one of ours proves that its sender is alive now, which no replay can do.
 *
 * Or pins that the sender has just made (Documentation/protocol.rst):
 *
 *  +---------------------------------------------------------------+
 *  |  magic, version, type, cluster, node, side, length,           |  0
 *  |  incarnation as in a heartbeat; sequence: of this type        |
 *  +-------------------------------+---------------+---------------+
 *  |        number of pins         |     flags     |       0       | 24
 *  +-------------------------------+---------------+---------------+
 *  |             sequence of the sender's last heartbeat           | 28
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                         config digest                         | 36
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |  pins, 16 bytes each: hash of the flow (8), index of the      | 44
 *  |  server in the config of that digest (2), seconds since it    |
 *  |  was seen (2), flags (1), 0 0 0                               |
 *  +---------------------------------------------------------------+
 *  |  HMAC-SHA256 as in a heartbeat                                |
 *  +---------------------------------------------------------------+
 *
 * Or a part of what the sender remembers of a pool's table, for a node that joins:
 *
 *  +---------------------------------------------------------------+
 *  |  as before pins, but for the number, which is that of entries | 0
 *  +-------------------------------+-------------------------------+
 *  |     the pool's first server   |               0               | 44
 *  +-------------------------------+-------------------------------+
 *  |                number of the first entry                      | 48
 *  +---------------------------------------------------------------+
 *  |                seconds since the pool's last change           | 52
 *  +---------------------------------------------------------------+
 *  |  entries, 2 bytes each: the server before the oldest change   | 56
 *  |  (LEV_WIRE_NO_SERVER: it is gone), or LEV_WIRE_NOT_MOVED      |
 *  +---------------------------------------------------------------+
 *  |  HMAC-SHA256 as in a heartbeat                                |
 *  +---------------------------------------------------------------+
 *
 * Without entries it says that all was told, pins too.
 *
 * Or, to all (ff:ff:ff:ff:ff:ff) and from the MAC address of a lane, so that switches learn where
 * that is now; levelers take no notice of it:
 *
 *  +---------------------------------------------------------------+
 *  |                        magic "LEVL"                           |  0
 *  +---------------+---------------+-------------------------------+
 *  |    version    |     type      |           cluster             |  4
 *  +---------------+---------------+-------------------------------+
 *  |     lane      |     side      |               0               |  8
 *  +---------------+---------------+-------------------------------+
 */
#ifndef _UAPI_LINUX_LEVELER_WIRE_H
#define _UAPI_LINUX_LEVELER_WIRE_H

#include <linux/types.h>

/* IEEE 802 local experimental EtherType 1. */
#define LEV_WIRE_ETHERTYPE	0x88b5
/* A locally administered group address. */
#define LEV_WIRE_GROUP		{ 0x03, 0x4c, 0x45, 0x56, 0x00, 0x01 }

/* A lane's MAC address is that of its side, then the cluster's id (2) and the lane (1). */
#define LEV_WIRE_LANE_FRONT	{ 0x02, 0x4c, 0x76 }
#define LEV_WIRE_LANE_BACK	{ 0x02, 0x4c, 0x77 }

#define LEV_WIRE_MAGIC		0x4c45564cU
#define LEV_WIRE_VERSION	5
#define LEV_WIRE_BEAT		1
#define LEV_WIRE_PINS		2
#define LEV_WIRE_MOVED		3
#define LEV_WIRE_LANE		4
#define LEV_WIRE_TAG_LEN	32
#define LEV_WIRE_TAGS_MAX	2
#define LEV_WIRE_SEAL_LEN	16

#define LEV_WIRE_SYNCED		0x01	/* flags: the clock field is the cluster clock */
#define LEV_WIRE_KEYED		0x02	/* flags: the HMAC is there */
#define LEV_WIRE_READY		0x04	/* flags: the sender knows what the others know */
#define LEV_WIRE_MEMORY		0x08	/* flags: the sender remembers a change of a pool */
#define LEV_WIRE_WANTS		0x10	/* flags: the sender wants to hear what others remember */
#define LEV_WIRE_VFRONT		0x20	/* flags: answers on front carry lanes' MAC addresses */
#define LEV_WIRE_VBACK		0x40	/* flags: the same on back */
#define LEV_WIRE_TWO		0x80	/* flags: a second HMAC follows, with the old key */

/*
 * At most this many hears: each node, and some once more that have just restarted. So the longest
 * heartbeat still goes into a frame of 1,500 bytes.
 */
#define LEV_WIRE_HEARS_MAX	76

struct lev_wire_hears {
	__u8	node;
	__u8	sides;		/* bit 0 heard on front, bit 1 on back */
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
	__u8	vote_less;
	__u8	agreed_less;
	__u8	seal[LEV_WIRE_TAGS_MAX][LEV_WIRE_SEAL_LEN];
	/* struct lev_wire_hears[hears], both maps, both lists, tag, tag if LEV_WIRE_TWO */
} __attribute__((packed));

#define LEV_WIRE_PIN_CLOSING	0x01	/* flags of a pin: a FIN or RST was seen */
#define LEV_WIRE_PIN_BEGINS	0x02	/* flags of a pin: the sender saw the flow begin */

/* At most this many pins: the frame is no longer than 1,400 bytes. */
#define LEV_WIRE_PINS_MAX	80

struct lev_wire_pin {
	__be64	hash;
	__be16	server;
	__be16	age;
	__u8	flags;
	__u8	zero[3];
} __attribute__((packed));

struct lev_wire_pins {
	__be32	magic;
	__u8	version;
	__u8	type;
	__be16	cluster;
	__u8	node;
	__u8	side;
	__be16	length;
	__be32	incarnation;
	__be64	sequence;
	__be16	count;
	__u8	flags;		/* LEV_WIRE_KEYED and _TWO, where a heartbeat has them */
	__u8	zero;
	__be64	beat;
	__be64	digest;
	/* struct lev_wire_pin[count], tags */
} __attribute__((packed));

#define LEV_WIRE_NO_SERVER	0x7fff	/* of an entry: its server is gone */
#define LEV_WIRE_NOT_MOVED	0xffff	/* of an entry: it did not move */

/* At most this many entries: the frame is no longer than 1,400 bytes. */
#define LEV_WIRE_ENTRIES_MAX	640

/* Behind struct lev_wire_pins, whose count is that of the entries. */
struct lev_wire_moved {
	__be16	server;
	__be16	zero;
	__be32	first;
	__be32	age;
	/* __be16 entry[count], tags */
} __attribute__((packed));

struct lev_wire_lane {
	__be32	magic;
	__u8	version;
	__u8	type;
	__be16	cluster;
	__u8	lane;
	__u8	side;
	__be16	zero;
} __attribute__((packed));

#endif /* _UAPI_LINUX_LEVELER_WIRE_H */

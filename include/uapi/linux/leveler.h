/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Leveler's generic netlink API: family, commands, attributes, limits, and the words that
 * people read. Kernel, tools and tests all take them from here and from nowhere else;
 * Documentation/netlink/specs/leveler.yaml says the same for the kernel's ynl tools.
 */
#ifndef _UAPI_LINUX_LEVELER_H
#define _UAPI_LINUX_LEVELER_H

#include <linux/types.h>

#define LEV_GENL_NAME		"leveler"
#define LEV_GENL_VERSION	1
#define LEV_GENL_MCGRP_EVENTS	"events"
#define LEV_LINK_KIND		"leveler"

/* Limits. Times are in milliseconds. */
#define LEV_CLUSTER_ID_MAX	65535	/* from 1 */
#define LEV_NODE_ID_MAX		64	/* from 1; a set of nodes is a __u64, bit id - 1 */
#define LEV_LANES_MAX		256
#define LEV_LANES_DEFAULT	16
#define LEV_WEIGHT_MAX		1000
#define LEV_WEIGHT_DEFAULT	1
#define LEV_PRIORITY_MAX	255
#define LEV_PRIORITY_DEFAULT	100
#define LEV_ADDRESSES_MAX	64
#define LEV_SERVICES_MAX	256
#define LEV_SERVERS_MAX		1024
#define LEV_PERCENT_STEP	5	/* of a server's weight, from this one */
#define LEV_PERCENT_FULL	100
#define LEV_STEPS_FULL		(LEV_PERCENT_FULL / LEV_PERCENT_STEP)
#define LEV_LESS_MAX		64	/* servers that get less than their weight at a time */
#define LEV_POOL_SIZE		16	/* with the closing NUL */
#define LEV_POOL_DEFAULT	"default"
#define LEV_KEY_MIN		16	/* bytes */
#define LEV_KEY_MAX		64
#define LEV_HEARTBEAT_MIN	5
#define LEV_HEARTBEAT_MAX	10000
#define LEV_HEARTBEAT_DEFAULT	100
#define LEV_DEAD_MIN		2
#define LEV_DEAD_MAX		10
#define LEV_DEAD_DEFAULT	3
#define LEV_PERIOD_MIN		100	/* or 0: the wheel stands still */
#define LEV_PERIOD_MAX		3600000
#define LEV_PERIOD_DEFAULT	10000
#define LEV_FAILBACK_MAX	86400000
#define LEV_FAILBACK_NEVER	0xffffffffU
#define LEV_FLOWS_MIN		1024
#define LEV_FLOWS_MAX		16777216
#define LEV_FLOWS_DEFAULT	1048576
#define LEV_MEMORY_MIN		10000
#define LEV_MEMORY_MAX		86400000
#define LEV_MEMORY_DEFAULT	600000
#define LEV_REFRESH_MIN		1000	/* or 0: never */
#define LEV_REFRESH_MAX		3600000
#define LEV_REFRESH_DEFAULT	60000
#define LEV_PACE_MIN		1
#define LEV_PACE_MAX		100000
#define LEV_PACE_DEFAULT	3200
#define LEV_SETTLE_DEFAULT	30000
#define LEV_WATCH_MIN		500	/* or 0: nobody has to watch */
#define LEV_WATCH_MAX		3600000
#define LEV_VERSION_MIN		1	/* of a numbered config; at most U32_MAX */

/* Why a node is silent. Zero is a node that answers. */
enum lev_reason {
	LEV_REASON_NONE,
	LEV_REASON_STARTING,
	LEV_REASON_FRONT_DOWN,
	LEV_REASON_BACK_DOWN,
	LEV_REASON_NO_SERVER,
	LEV_REASON_BACK_PARTIAL,
	LEV_REASON_DRAINED,
	LEV_REASON_CONFIG,
	LEV_REASON_STOPPING,
	LEV_REASON_UNWATCHED,
	__LEV_REASON_MAX
};

/* The one word for each, as every tool, file and event shows it. */
#define LEV_REASON_NAMES {						\
	[LEV_REASON_NONE]		= "none",			\
	[LEV_REASON_STARTING]		= "starting",			\
	[LEV_REASON_FRONT_DOWN]		= "front-down",			\
	[LEV_REASON_BACK_DOWN]		= "back-down",			\
	[LEV_REASON_NO_SERVER]		= "no-server",			\
	[LEV_REASON_BACK_PARTIAL]	= "back-partial",		\
	[LEV_REASON_DRAINED]		= "drained",			\
	[LEV_REASON_CONFIG]		= "config",			\
	[LEV_REASON_STOPPING]		= "stopping",			\
	[LEV_REASON_UNWATCHED]		= "unwatched",			\
}

/* What a node is now: in the game, or not (its reason says why). */
#define LEV_STATE_ACTIVE	"active"
#define LEV_STATE_SILENT	"silent"

enum lev_side {
	LEV_SIDE_FRONT,
	LEV_SIDE_BACK,
	__LEV_SIDE_MAX
};

#define LEV_SIDE_NAMES { [LEV_SIDE_FRONT] = "front", [LEV_SIDE_BACK] = "back" }

enum lev_mac {
	LEV_MAC_PHYSICAL,
	LEV_MAC_VIRTUAL,
	__LEV_MAC_MAX
};

#define LEV_MAC_NAMES { [LEV_MAC_PHYSICAL] = "physical", [LEV_MAC_VIRTUAL] = "virtual" }

/* Why answers on a side do not carry the MAC addresses of lanes. Zero: they do. */
enum lev_mac_why {
	LEV_MAC_WHY_NONE,
	LEV_MAC_WHY_CONFIG,	/* the config says so */
	LEV_MAC_WHY_NO_DEVICE,	/* there is no such device now */
	LEV_MAC_WHY_DEVICE,	/* it, or one below it, hands up frames to its own address alone */
	LEV_MAC_WHY_REFUSED,	/* it took no further addresses */
	__LEV_MAC_WHY_MAX
};

#define LEV_MAC_WHY_NAMES {				\
	[LEV_MAC_WHY_NONE]	= "none",		\
	[LEV_MAC_WHY_CONFIG]	= "config",		\
	[LEV_MAC_WHY_NO_DEVICE]	= "no-device",		\
	[LEV_MAC_WHY_DEVICE]	= "device",		\
	[LEV_MAC_WHY_REFUSED]	= "refused",		\
}

enum lev_hash {
	LEV_HASH_FLOW,		/* protocol, both addresses, both ports */
	LEV_HASH_SOURCE,	/* the client's address alone */
	__LEV_HASH_MAX
};

#define LEV_HASH_NAMES { [LEV_HASH_FLOW] = "flow", [LEV_HASH_SOURCE] = "source" }

/* What an admin asked of a node or a server. */
enum lev_admin {
	LEV_ADMIN_ACTIVE,
	LEV_ADMIN_DRAIN,
	__LEV_ADMIN_MAX
};

#define LEV_ADMIN_NAMES { [LEV_ADMIN_ACTIVE] = "active", [LEV_ADMIN_DRAIN] = "drain" }

/* What this node's checks say of a server. */
enum lev_health {
	LEV_HEALTH_UP,		/* it serves, or nothing checks it */
	LEV_HEALTH_DOWN,	/* it does not serve, whatever its machine answers */
	__LEV_HEALTH_MAX
};

#define LEV_HEALTH_NAMES { [LEV_HEALTH_UP] = "up", [LEV_HEALTH_DOWN] = "down" }

/* What becomes of a packet for a service, and why. */
enum lev_why {
	LEV_WHY_SERVED,		/* sent to the server */
	LEV_WHY_NO_SERVICE,	/* there is none that it is for: left to the kernel */
	LEV_WHY_NO_SERVER,	/* dropped: none of the pool is in use */
	LEV_WHY_NO_MAC,		/* dropped: where the server is, is not known */
	LEV_WHY_DEVICE_DOWN,	/* the cluster's device, its front or its back is down */
	__LEV_WHY_MAX
};

#define LEV_WHY_NAMES {					\
	[LEV_WHY_SERVED]	= "served",		\
	[LEV_WHY_NO_SERVICE]	= "no-service",		\
	[LEV_WHY_NO_SERVER]	= "no-server",		\
	[LEV_WHY_NO_MAC]	= "no-mac",		\
	[LEV_WHY_DEVICE_DOWN]	= "device-down",	\
}

/* Which key another node has, as its frames show. */
enum lev_peer_key {
	LEV_PEER_KEY_UNKNOWN,	/* it was not heard */
	LEV_PEER_KEY_SAME,	/* ours */
	LEV_PEER_KEY_OLD,	/* our old one: it has yet to get ours */
	LEV_PEER_KEY_NEW,	/* ours as its old one: it has got another one, and we have not */
	LEV_PEER_KEY_OTHER,	/* another one, or frames in its name have a wrong signature */
	__LEV_PEER_KEY_MAX
};

#define LEV_PEER_KEY_NAMES {				\
	[LEV_PEER_KEY_UNKNOWN]	= "unknown",		\
	[LEV_PEER_KEY_SAME]	= "same",		\
	[LEV_PEER_KEY_OLD]	= "old",		\
	[LEV_PEER_KEY_NEW]	= "new",		\
	[LEV_PEER_KEY_OTHER]	= "other",		\
}

/*
 * Counters: enumerator, name, meaning. The name is the file in
 * /sys/class/net/DEVICE/leveler/ and the key in "levctl -j stats". New ones go to the end.
 */
#define LEV_STATS(X)								\
	X(ARP_REQUESTS, arp_requests, "ARP requests heard for a LevIP")		\
	X(ARP_REPLIES, arp_replies, "ARP answers sent for a LevIP")		\
	X(ND_SOLICITS, nd_solicits, "neighbour solicitations heard for a LevIP") \
	X(ND_ADVERTS, nd_adverts, "neighbour advertisements sent for a LevIP")	\
	X(ANNOUNCEMENTS, announcements, "frames sent to tell of a lane: moves and refreshes") \
	X(TURNS, turns, "lanes gained because the wheel turned")		\
	X(TAKEOVERS, takeovers, "lanes gained because the view changed")	\
	X(BEATS_SENT, beats_sent, "heartbeat frames sent")			\
	X(BEATS_HEARD, beats_heard, "heartbeat frames accepted")		\
	X(BEATS_REJECTED, beats_rejected, "heartbeat frames refused")		\
	X(PACKETS_FORWARDED, packets_forwarded, "packets sent to a server")	\
	X(BYTES_FORWARDED, bytes_forwarded, "bytes sent to servers, from the IP header on") \
	X(PACKETS_NO_SERVER, packets_no_server, "packets dropped: no server is up") \
	X(FLOWS_PINNED, flows_pinned, "flows pinned to a server in a change")	\
	X(BEATS_MALFORMED, beats_malformed, "heartbeats refused: not well formed") \
	X(BEATS_FOREIGN, beats_foreign, "heartbeats refused: another cluster or an unknown node") \
	X(BEATS_FORGED, beats_forged, "heartbeats refused: signature wrong or missing") \
	X(BEATS_REPLAYED, beats_replayed, "heartbeats refused: seen before or too old") \
	X(PACKETS_DROPPED, packets_dropped,				\
	  "packets for a service dropped: malformed or no memory")	\
	X(PACKETS_PASSED, packets_passed,				\
	  "packets for a service left to the kernel (TTL, MTU, odd)")	\
	X(CONFLICTS, conflicts, "frames of a third party that claim a LevIP")	\
	X(ANNOUNCE_DROPPED, announce_dropped,				\
	  "announcements given up: the lane moved on, or no memory")	\
	X(FLOWS_EVICTED, flows_evicted, "pins of flows that made room for others") \
	X(FLOWS_LOST, flows_lost, "flows not pinned, or changes not remembered: no room") \
	X(PINS_SENT, pins_sent, "pins told to the other nodes")			\
	X(PINS_DROPPED, pins_dropped, "pins not told: too many at once")	\
	X(PINS_HEARD, pins_heard, "frames with pins of other nodes accepted")	\
	X(PACKETS_LOOPED, packets_looped,				\
	  "packets for a service dropped: another node sent them on")	\
	X(PINS_REJECTED, pins_rejected, "frames with pins of other nodes refused") \
	X(FRAMES_LATE, frames_late,					\
	  "frames taken for a lane that was lost less than a second ago") \
	X(ASKER_PROBES, asker_probes, "frames sent to see whether an asker has followed a move") \
	X(ASKERS_STRAY, askers_stray, "askers that gave no sign that they have followed a move")

#define LEV_STAT_ENUM(upper, lower, doc) LEV_STAT_##upper,
enum lev_stat {
	LEV_STATS(LEV_STAT_ENUM)
	__LEV_STAT_MAX
};

#undef LEV_STAT_ENUM

/*
 * Each request names its cluster by LEV_A_IFINDEX or LEV_A_IFNAME (CLUSTER_ADD by
 * LEV_A_IFNAME). A *_GET is a dump: CLUSTER_GET of all clusters of the namespace or of the
 * named one, the others of the named one.
 */
enum lev_cmd {
	LEV_CMD_UNSPEC,
	LEV_CMD_CLUSTER_ADD,
	LEV_CMD_CLUSTER_SET,
	LEV_CMD_CLUSTER_DEL,
	LEV_CMD_CLUSTER_GET,	/* dump */
	LEV_CMD_ADDRESS_ADD,
	LEV_CMD_ADDRESS_DEL,
	LEV_CMD_ADDRESS_GET,	/* dump */
	LEV_CMD_NODE_ADD,
	LEV_CMD_NODE_SET,
	LEV_CMD_NODE_DEL,
	LEV_CMD_NODE_GET,	/* dump */
	LEV_CMD_SERVICE_ADD,
	LEV_CMD_SERVICE_SET,
	LEV_CMD_SERVICE_DEL,
	LEV_CMD_SERVICE_GET,	/* dump */
	LEV_CMD_SERVER_ADD,
	LEV_CMD_SERVER_SET,
	LEV_CMD_SERVER_DEL,
	LEV_CMD_SERVER_GET,	/* dump */
	LEV_CMD_STATUS_GET,	/* do: one message */
	LEV_CMD_STATS_GET,	/* do: one message */
	LEV_CMD_EVENT,		/* notification, group "events" */
	LEV_CMD_EXPLAIN,	/* do: one message */
	LEV_CMD_CONFIG_SET,	/* see lev_config_attr */
	__LEV_CMD_MAX
};

#define LEV_CMD_MAX (__LEV_CMD_MAX - 1)

enum lev_attr {
	LEV_A_UNSPEC,
	LEV_A_IFINDEX,		/* u32 */
	LEV_A_IFNAME,		/* string */
	LEV_A_CLUSTER,		/* nest of lev_cluster_attr */
	LEV_A_ADDRESS,		/* nest of lev_address_attr */
	LEV_A_NODE,		/* nest of lev_node_attr */
	LEV_A_SERVICE,		/* nest of lev_service_attr */
	LEV_A_SERVER,		/* nest of lev_server_attr */
	LEV_A_STATUS,		/* nest of lev_status_attr */
	LEV_A_STATS,		/* nest: attribute type is enum lev_stat + 1, value u64 */
	LEV_A_EVENT,		/* nest of lev_event_attr */
	LEV_A_EXPLAIN,		/* nest of lev_explain_attr */
	LEV_A_CONFIG,		/* nest of lev_config_attr */
	__LEV_A_MAX
};

#define LEV_A_MAX (__LEV_A_MAX - 1)

/*
 * CONFIG_SET: the whole of a cluster, under a number. Beside LEV_A_CONFIG the request has
 * LEV_A_CLUSTER with all that CLUSTER_ADD needs, and LEV_A_ADDRESS, LEV_A_NODE (this node among
 * them), LEV_A_SERVICE and LEV_A_SERVER as often as there are such. What is not said has its
 * default, what is not there goes; only the key stays as it is. All of it is checked, then the
 * difference takes effect as one change, agreed as any other. A cluster that is named by
 * LEV_A_IFNAME and not there yet is made. The answer to a check has LEV_A_CONFIG.
 */
enum lev_config_attr {
	LEV_CONFIG_A_UNSPEC,
	LEV_CONFIG_A_VERSION,		/* u32, the number, from LEV_VERSION_MIN */
	LEV_CONFIG_A_CHECK,		/* flag: check all, and change nothing */
	LEV_CONFIG_A_REKEYS,		/* u8, read only: 1 if the key is another than now */
	__LEV_CONFIG_A_MAX
};

#define LEV_CONFIG_A_MAX (__LEV_CONFIG_A_MAX - 1)

enum lev_cluster_attr {
	LEV_CLUSTER_A_UNSPEC,
	LEV_CLUSTER_A_ID,		/* u32, 1..LEV_CLUSTER_ID_MAX */
	LEV_CLUSTER_A_SELF,		/* u32, this node's id */
	LEV_CLUSTER_A_FRONT,		/* string, device name */
	LEV_CLUSTER_A_BACK,		/* string, device name; may equal front */
	LEV_CLUSTER_A_MAC,		/* u32, enum lev_mac */
	LEV_CLUSTER_A_LANES,		/* u32 */
	LEV_CLUSTER_A_PERIOD,		/* u32, ms; 0: stands still */
	LEV_CLUSTER_A_HEARTBEAT,	/* u32, ms */
	LEV_CLUSTER_A_DEAD,		/* u32, beats */
	LEV_CLUSTER_A_FAILBACK,		/* u32, ms, or LEV_FAILBACK_NEVER */
	LEV_CLUSTER_A_KEY,		/* binary, LEV_KEY_MIN to _MAX; written only; empty: none */
	LEV_CLUSTER_A_KEYED,		/* u8, read only: 1 if it has a key */
	LEV_CLUSTER_A_FLOWS,		/* u32, flows that may be pinned */
	LEV_CLUSTER_A_MEMORY,		/* u32, ms for which a change is remembered at least */
	LEV_CLUSTER_A_REFRESH,		/* u32, ms between frames of a lane; 0: none but at moves */
	LEV_CLUSTER_A_PACE,		/* u32, frames a second that tell of moves, at most */
	LEV_CLUSTER_A_OLD_KEY,		/* binary, as KEY: accepted beside it; empty: none is */
	__LEV_CLUSTER_A_MAX
};

#define LEV_CLUSTER_A_MAX (__LEV_CLUSTER_A_MAX - 1)

enum lev_address_attr {
	LEV_ADDRESS_A_UNSPEC,
	LEV_ADDRESS_A_ADDR,		/* binary, 4 or 16 bytes in network order */
	LEV_ADDRESS_A_SIDE,		/* u32, enum lev_side */
	__LEV_ADDRESS_A_MAX
};

#define LEV_ADDRESS_A_MAX (__LEV_ADDRESS_A_MAX - 1)

enum lev_node_attr {
	LEV_NODE_A_UNSPEC,
	LEV_NODE_A_ID,			/* u32 */
	LEV_NODE_A_WEIGHT,		/* u32 */
	LEV_NODE_A_PRIORITY,		/* u32 */
	LEV_NODE_A_ADMIN,		/* u32, enum lev_admin; set there only; absent if unheard */
	LEV_NODE_A_WATCH,		/* u32, ms left; set there only; absent if none has to */
	__LEV_NODE_A_MAX
};

#define LEV_NODE_A_MAX (__LEV_NODE_A_MAX - 1)

/* A service is named by address, protocol and port; protocol 0 is every packet. */
enum lev_service_attr {
	LEV_SERVICE_A_UNSPEC,
	LEV_SERVICE_A_ADDR,		/* binary, 4 or 16 bytes */
	LEV_SERVICE_A_PROTO,		/* u32, IPPROTO_*; 0: any */
	LEV_SERVICE_A_PORT,		/* u32, host order; 0: any */
	LEV_SERVICE_A_HASH,		/* u32, enum lev_hash */
	LEV_SERVICE_A_POOL,		/* string */
	LEV_SERVICE_A_UP,		/* u32, read only: servers in use */
	LEV_SERVICE_A_MOVED,		/* u32, read only: entries that the last change moved */
	LEV_SERVICE_A_REMEMBERED,	/* u32, read only: entries whose move is remembered */
	__LEV_SERVICE_A_MAX
};

#define LEV_SERVICE_A_MAX (__LEV_SERVICE_A_MAX - 1)

/* A server is named by pool and address. */
enum lev_server_attr {
	LEV_SERVER_A_UNSPEC,
	LEV_SERVER_A_ADDR,		/* binary, 4 or 16 bytes */
	LEV_SERVER_A_POOL,		/* string */
	LEV_SERVER_A_WEIGHT,		/* u32 */
	LEV_SERVER_A_ADMIN,		/* u32, enum lev_admin */
	LEV_SERVER_A_REACHED,		/* u8, read only: this node's probes are answered */
	LEV_SERVER_A_UP,		/* u8, read only: the cluster agreed that it is up */
	LEV_SERVER_A_MAC,		/* binary, 6 bytes, read only: absent if not known */
	LEV_SERVER_A_SHARE,		/* u32, read only: entries of the pool's table */
	LEV_SERVER_A_PAD,
	LEV_SERVER_A_PACKETS,		/* u64, read only: packets sent to it by this node */
	LEV_SERVER_A_FLOWS,		/* u32, read only: flows pinned; absent if not counted */
	LEV_SERVER_A_HEALTH,		/* u32, enum lev_health; SET only; absent if not in force */
	LEV_SERVER_A_PERCENT,		/* u32, of its weight, as checks say; likewise */
	LEV_SERVER_A_AGREED_PERCENT,	/* u32, read only: what the cluster agreed on, 0 if down */
	__LEV_SERVER_A_MAX
};

#define LEV_SERVER_A_MAX (__LEV_SERVER_A_MAX - 1)

/* Entries in a pool's table (Maglev): a prime, the same on every node. */
#define LEV_TABLE_SIZE		65537

enum lev_status_attr {
	LEV_STATUS_A_UNSPEC,
	LEV_STATUS_A_PAD,
	LEV_STATUS_A_SELF,		/* u32, this node's id */
	LEV_STATUS_A_REASON,		/* u32, enum lev_reason of this node */
	LEV_STATUS_A_KEYED,		/* u8: 0 is unauthenticated */
	LEV_STATUS_A_VIEW,		/* u64, set of nodes */
	LEV_STATUS_A_KEEPER,		/* u32, id of the clock's keeper, 0 if none */
	LEV_STATUS_A_CLOCK,		/* u64, cluster clock in ns */
	LEV_STATUS_A_PRIORITY,		/* u32, priority that is on the wheel, absent if none */
	LEV_STATUS_A_VERSION,		/* u64, of the config in force */
	LEV_STATUS_A_DIGEST,		/* u64 */
	LEV_STATUS_A_PENDING_VERSION,	/* u64, absent if nothing is pending */
	LEV_STATUS_A_PENDING_DIGEST,	/* u64 */
	LEV_STATUS_A_WAITING,		/* u64, set of nodes that the pending change waits for */
	LEV_STATUS_A_OWNERS,		/* binary: for each lane one byte, owner's id or 0 */
	LEV_STATUS_A_NEXT_TURN,		/* u32, ms until the wheel moves a lane; absent if never */
	LEV_STATUS_A_FRONT,		/* string */
	LEV_STATUS_A_FRONT_UP,		/* u8 */
	LEV_STATUS_A_BACK,		/* string */
	LEV_STATUS_A_BACK_UP,		/* u8 */
	LEV_STATUS_A_PEER,		/* nest of lev_peer_attr, one for each other node */
	LEV_STATUS_A_ASKERS,		/* u32, askers known */
	LEV_STATUS_A_FRONT_MAC,		/* u32, enum lev_mac in force on this node's front */
	LEV_STATUS_A_FRONT_MAC_WHY,	/* u32, enum lev_mac_why */
	LEV_STATUS_A_BACK_MAC,		/* u32, the same of its back */
	LEV_STATUS_A_BACK_MAC_WHY,	/* u32 */
	LEV_STATUS_A_KEY_ID,		/* u32, names the key; absent without one */
	LEV_STATUS_A_OLD_KEY_ID,	/* u32, the same of the one that is accepted still */
	LEV_STATUS_A_KEY_WAITING,	/* u64, nodes without the new key; absent: it is in force */
	__LEV_STATUS_A_MAX
};

#define LEV_STATUS_A_MAX (__LEV_STATUS_A_MAX - 1)

enum lev_peer_attr {
	LEV_PEER_A_UNSPEC,
	LEV_PEER_A_PAD,
	LEV_PEER_A_ID,			/* u32 */
	LEV_PEER_A_HEARD,		/* u8: 1 heard within the dead time */
	LEV_PEER_A_HEARS_US,		/* u8 */
	LEV_PEER_A_AGE,			/* u32, ms since its last beat; absent if never heard */
	LEV_PEER_A_REASON,		/* u32, as in its last beat; absent if never heard */
	LEV_PEER_A_VERSION,		/* u64 */
	LEV_PEER_A_DIGEST,		/* u64 */
	LEV_PEER_A_PENDING_DIGEST,	/* u64 */
	LEV_PEER_A_KEEPER,		/* u32 */
	LEV_PEER_A_HEARS,		/* u64, set of nodes */
	LEV_PEER_A_REACHED,		/* u32, servers that it reaches */
	LEV_PEER_A_INCARNATION,		/* u32 */
	LEV_PEER_A_FRONT_MAC,		/* u32, enum lev_mac that is in force on its front */
	LEV_PEER_A_BACK_MAC,		/* u32, likewise on its back */
	LEV_PEER_A_KEY,			/* u32, enum lev_peer_key */
	__LEV_PEER_A_MAX
};

#define LEV_PEER_A_MAX (__LEV_PEER_A_MAX - 1)

enum lev_event {
	LEV_EVENT_UNSPEC,
	LEV_EVENT_STATE,	/* this node's reason changed: REASON */
	LEV_EVENT_PEER,		/* a node's reason changed, or it was lost: NODE, HEARD, REASON */
	LEV_EVENT_VIEW,		/* VIEW */
	LEV_EVENT_LANES,	/* lanes moved: GAINED, LOST, OWNED, VIEW_CHANGED */
	LEV_EVENT_KEEPER,	/* the clock has a new keeper: NODE (0 none) */
	LEV_EVENT_CONFIG,	/* config in force: VERSION, DIGEST */
	LEV_EVENT_PENDING,	/* a change is pending: VERSION, DIGEST */
	LEV_EVENT_SERVER,	/* agreed state changed: ADDR, UP */
	LEV_EVENT_CONFLICT,	/* a third party claims a LevIP: ADDR, MAC */
	LEV_EVENT_DRAINED,	/* a server that gets no new flows has none left: ADDR */
	LEV_EVENT_KEY,		/* the key changes, or all have the new one: CHANGES */
	__LEV_EVENT_MAX
};

#define LEV_EVENT_NAMES {				\
	[LEV_EVENT_STATE]	= "state",		\
	[LEV_EVENT_PEER]	= "peer",		\
	[LEV_EVENT_VIEW]	= "view",		\
	[LEV_EVENT_LANES]	= "lanes",		\
	[LEV_EVENT_KEEPER]	= "keeper",		\
	[LEV_EVENT_CONFIG]	= "config",		\
	[LEV_EVENT_PENDING]	= "pending",		\
	[LEV_EVENT_SERVER]	= "server",		\
	[LEV_EVENT_CONFLICT]	= "conflict",		\
	[LEV_EVENT_DRAINED]	= "drained",		\
	[LEV_EVENT_KEY]		= "key",		\
}

enum lev_event_attr {
	LEV_EVENT_A_UNSPEC,
	LEV_EVENT_A_PAD,
	LEV_EVENT_A_TYPE,		/* u32, enum lev_event */
	LEV_EVENT_A_CLOCK,		/* u64, cluster clock in ns */
	LEV_EVENT_A_NODE,		/* u32 */
	LEV_EVENT_A_HEARD,		/* u8 */
	LEV_EVENT_A_REASON,		/* u32, enum lev_reason */
	LEV_EVENT_A_VIEW,		/* u64, set of nodes */
	LEV_EVENT_A_GAINED,		/* u32, lanes */
	LEV_EVENT_A_LOST,		/* u32, lanes */
	LEV_EVENT_A_OWNED,		/* u32, lanes */
	LEV_EVENT_A_VIEW_CHANGED,	/* u8: 1 a takeover, 0 a turn */
	LEV_EVENT_A_VERSION,		/* u64 */
	LEV_EVENT_A_DIGEST,		/* u64 */
	LEV_EVENT_A_ADDR,		/* binary, 4 or 16 bytes */
	LEV_EVENT_A_UP,			/* u8 */
	LEV_EVENT_A_MAC,		/* binary, 6 bytes */
	LEV_EVENT_A_CHANGES,		/* u8: 1 the old key is accepted, too; 0 not any more */
	__LEV_EVENT_A_MAX
};

#define LEV_EVENT_A_MAX (__LEV_EVENT_A_MAX - 1)

/*
 * EXPLAIN: what becomes of a packet. The request has SRC and DST, of one family, PROTO unless
 * there is no service at DST, and both ports if the protocol has ports. The answer has WHY, and
 * beside this nest LEV_A_SERVICE and LEV_A_SERVER of those that the packet is for. Its lanes are
 * those of SRC as an asker: for DST alone if that is a LevIP, else for all LevIPs of that family.
 */
enum lev_explain_attr {
	LEV_EXPLAIN_A_UNSPEC,
	LEV_EXPLAIN_A_SRC,		/* binary, 4 or 16 bytes */
	LEV_EXPLAIN_A_DST,		/* binary, 4 or 16 bytes */
	LEV_EXPLAIN_A_PROTO,		/* u32, IPPROTO_*, from 1 */
	LEV_EXPLAIN_A_SPORT,		/* u32, host order */
	LEV_EXPLAIN_A_DPORT,		/* u32, host order */
	LEV_EXPLAIN_A_WHY,		/* u32, read only: enum lev_why */
	LEV_EXPLAIN_A_LEVIP,		/* u8, read only: 1 if DST is a LevIP */
	LEV_EXPLAIN_A_ENTRY,		/* u32, read only; absent without a service */
	LEV_EXPLAIN_A_LANE,		/* nest of lev_lane_attr, read only, one for each LevIP */
	LEV_EXPLAIN_A_MOVED,		/* u8, read only: 1 if a change moved ENTRY, remembered */
	LEV_EXPLAIN_A_PINNED,		/* u8, read only: 1 if the flow is pinned to the server */
	LEV_EXPLAIN_A_ORIGIN,		/* binary, read only: server of ENTRY before it moved */
	__LEV_EXPLAIN_A_MAX
};

#define LEV_EXPLAIN_A_MAX (__LEV_EXPLAIN_A_MAX - 1)

/* The lane of an asker for a LevIP. */
enum lev_lane_attr {
	LEV_LANE_A_UNSPEC,
	LEV_LANE_A_ADDR,		/* binary, 4 or 16 bytes: the LevIP */
	LEV_LANE_A_SIDE,		/* u32, enum lev_side */
	LEV_LANE_A_LANE,		/* u32 */
	LEV_LANE_A_OWNER,		/* u32, id of the node that owns it now, 0 if none */
	LEV_LANE_A_MAC,			/* binary, 6 bytes: MAC address; absent if none here */
	__LEV_LANE_A_MAX
};

#define LEV_LANE_A_MAX (__LEV_LANE_A_MAX - 1)

#endif /* _UAPI_LINUX_LEVELER_H */

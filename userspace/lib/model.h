/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel tells of a cluster, as structs: one for each nest of the netlink API, and
 * a reader for each. Called by the commands of levctl.
 */
#ifndef _LEV_MODEL_H
#define _LEV_MODEL_H

#include <net/if.h>
#include <netlink/attr.h>
#include <stdbool.h>
#include <stdint.h>
#include <linux/leveler.h>

#include "words.h"

/*
 * Each struct begins with @has: bit n is set if the attribute of type n was there. A field
 * whose attribute was not is zero.
 */
struct lev_cluster {
	uint64_t has;
	uint32_t id;
	uint32_t self;
	char front[IFNAMSIZ];
	char back[IFNAMSIZ];
	uint32_t mac;
	uint32_t lanes;
	uint32_t period;
	uint32_t heartbeat;
	uint32_t dead;
	uint32_t failback;
	uint32_t flows;
	uint32_t memory;
	uint32_t refresh;
	uint32_t pace;
	uint8_t keyed;
};

struct lev_address {
	uint64_t has;
	struct lev_ip ip;
	uint32_t side;
};

struct lev_node {
	uint64_t has;
	uint32_t id;
	uint32_t weight;
	uint32_t priority;
	uint32_t admin;
	uint32_t watch;
};

struct lev_service {
	uint64_t has;
	struct lev_ip ip;
	uint32_t proto;
	uint32_t port;
	uint32_t hash;
	char pool[LEV_POOL_SIZE];
	uint32_t up;
	uint32_t moved;
	uint32_t remembered;
};

struct lev_server {
	uint64_t has;
	struct lev_ip ip;
	char pool[LEV_POOL_SIZE];
	uint32_t weight;
	uint32_t admin;
	uint32_t health;
	uint32_t percent;
	uint32_t agreed_percent;
	uint8_t reached;
	uint8_t up;
	uint8_t mac[6];
	uint32_t share;
	uint64_t packets;
	uint32_t flows;
};

struct lev_peer {
	uint64_t has;
	uint32_t id;
	uint8_t heard;
	uint8_t hears_us;
	uint32_t age;
	uint32_t reason;
	uint64_t version;
	uint64_t digest;
	uint64_t pending_digest;
	uint32_t keeper;
	uint64_t hears;
	uint32_t reached;
	uint32_t incarnation;
	uint32_t front_mac;
	uint32_t back_mac;
	uint32_t key;
};

/* @peer is allocated: lev_status_free() */
struct lev_status {
	uint64_t has;
	uint32_t self;
	uint32_t reason;
	uint8_t keyed;
	uint64_t view;
	uint32_t keeper;
	uint64_t clock;
	uint32_t priority;
	uint64_t version;
	uint64_t digest;
	uint64_t pending_version;
	uint64_t pending_digest;
	uint64_t waiting;
	uint8_t owner[LEV_LANES_MAX];
	uint32_t lanes;
	uint32_t next_turn;
	char front[IFNAMSIZ];
	uint8_t front_up;
	char back[IFNAMSIZ];
	uint8_t back_up;
	uint32_t askers;
	uint32_t front_mac;
	uint32_t front_mac_why;
	uint32_t back_mac;
	uint32_t back_mac_why;
	uint32_t key_id;
	uint32_t old_key_id;
	uint64_t key_waiting;
	struct lev_peer *peer;
	unsigned int n_peers;
};

struct lev_notice {
	uint64_t has;
	uint32_t type;
	uint64_t clock;
	uint32_t node;
	uint8_t heard;
	uint32_t reason;
	uint64_t view;
	uint32_t gained;
	uint32_t lost;
	uint32_t owned;
	uint8_t view_changed;
	uint64_t version;
	uint64_t digest;
	struct lev_ip ip;
	uint8_t up;
	uint8_t mac[6];
	uint8_t changes;
};

struct lev_lane {
	uint64_t has;
	struct lev_ip ip;
	uint32_t side;
	uint32_t lane;
	uint32_t owner;
	uint8_t mac[6];
};

struct lev_explain {
	uint64_t has;
	uint32_t why;
	uint8_t levip;
	uint32_t entry;
	uint8_t moved;
	uint8_t pinned;
	struct lev_ip origin;
	struct lev_lane lane[LEV_ADDRESSES_MAX];
	unsigned int n_lanes;
};

/* Whether the attribute of type @attr was there, from a struct's @has. */
static inline bool lev_has(uint64_t has, unsigned int attr)
{
	return has >> attr & 1;
}

/*
 * Readers: from a nest (NULL reads as empty) into the struct. Attributes that a newer kernel
 * may have are passed over. Each returns 0, or -1 if an attribute is not what it should be.
 */
int lev_cluster_read(struct nlattr *nest, struct lev_cluster *c);
int lev_address_read(struct nlattr *nest, struct lev_address *a);
int lev_node_read(struct nlattr *nest, struct lev_node *n);
int lev_service_read(struct nlattr *nest, struct lev_service *s);
int lev_server_read(struct nlattr *nest, struct lev_server *s);
int lev_status_read(struct nlattr *nest, struct lev_status *s);
int lev_notice_read(struct nlattr *nest, struct lev_notice *n);
int lev_explain_read(struct nlattr *nest, struct lev_explain *e);
void lev_status_free(struct lev_status *s);

/**
 * lev_stats_read() - counters
 * @nest: LEV_A_STATS
 * @value: by enum lev_stat; zero where the kernel has none
 *
 * Return: 0, or -1
 */
int lev_stats_read(struct nlattr *nest, uint64_t value[__LEV_STAT_MAX]);

#endif /* _LEV_MODEL_H */

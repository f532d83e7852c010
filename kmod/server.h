/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Targets: the machines behind the servers of the config, one for each address. Knows
 * their MAC addresses (from the neighbour layer) and whether they answer our probes.
 */
#ifndef _LEV_SERVER_H
#define _LEV_SERVER_H

#include <linux/atomic.h>
#include <linux/refcount.h>

#include "cluster.h"

/**
 * struct lev_target - a machine
 * @node: in lev_cluster.targets
 * @rcu: frees it
 * @refs: the table's, and one of each plan
 * @addr: its address
 * @mac: where to send: the MAC address, then two bytes of zero; 0: not known
 * @heard: it was heard since the last probe; READ_ONCE
 * @missed: probes in a row without an answer; probe_work alone
 * @ask_at: when to judge it and to ask again, jiffies; probe_work alone
 * @reached: its probes are answered; READ_ONCE, written by probe_work and reach_work
 * @packets: sent to it, per CPU
 * @number: pins name it so; no other target of the cluster has it
 * @flows: pins of it, as last counted; READ_ONCE, written by keep.c
 * @counting: pins of it, counted so far; config_mutex
 * @out: it may get no flow, and has none; found anew in each round of sweep.c; config_mutex
 * @drained: that was told; config_mutex
 */
struct lev_target {
	struct hlist_node node;
	struct rcu_head rcu;
	refcount_t refs;
	struct lev_addr addr;
	atomic64_t mac;
	bool heard;
	u8 missed;
	u64 ask_at;
	bool reached;
	u64 __percpu *packets;
	u16 number;
	u32 flows;
	u32 counting;
	bool out;
	bool drained;
};

/**
 * lev_target_find() - look one up
 * @c: cluster
 * @addr: its address
 *
 * Return: the target or NULL; valid under RCU or the config_mutex
 */
struct lev_target *lev_target_find(struct lev_cluster *c, const struct lev_addr *addr);

void lev_target_put(struct lev_target *t);
u64 lev_target_packets(const struct lev_target *t);

/* Its MAC address in one word, in the first bytes; 0 if it is not known. Context: any, RCU. */
static inline u64 lev_target_mac_word(const struct lev_target *t)
{
	return atomic64_read(&t->mac);
}

/**
 * lev_target_mac() - where to send
 * @t: target
 * @mac: filled in
 *
 * Return: false if it is not known
 * Context: any, RCU
 */
static inline bool lev_target_mac(const struct lev_target *t, u8 *mac)
{
	u64 word = lev_target_mac_word(t);

	memcpy(mac, &word, ETH_ALEN);
	return word;
}

/* Is there a target for each server of @cfg? So it is if it was pending. Under config_mutex. */
bool lev_servers_there(struct lev_cluster *c, const struct lev_config *cfg);

/**
 * lev_servers_sync() - have a target for each server of two configs, and no other
 * @c: cluster; the caller holds its config_mutex
 * @a: in force
 * @b: pending, or NULL
 *
 * Return: 0 or -ENOMEM; then those that are there are still right for @a
 */
int lev_servers_sync(struct lev_cluster *c, const struct lev_config *a,
		     const struct lev_config *b);

/* A frame of this sender came in on back. Context: softirq, RCU. */
void lev_server_heard(struct lev_cluster *c, const struct lev_addr *addr);

/* Begin to probe, and stop. Context: process. */
void lev_servers_start(struct lev_cluster *c);
void lev_servers_stop(struct lev_cluster *c);

void lev_servers_init(struct lev_cluster *c);

/* The cluster is gone: so are its targets. */
void lev_servers_free(struct lev_cluster *c);

/* The config in force changed: its maps are to be filled anew. */
void lev_servers_refresh(struct lev_cluster *c);

int lev_server_notifier_init(void);
void lev_server_notifier_exit(void);

#endif /* _LEV_SERVER_H */

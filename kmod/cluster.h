/* SPDX-License-Identifier: GPL-2.0 */
/*
 * struct lev_cluster, the private part of a net device such as lev0: one block for each
 * file that owns state, with the lock that guards it. The order of locks is
 * config_mutex, RTNL, lock.
 */
#ifndef _LEV_CLUSTER_H
#define _LEV_CLUSTER_H

#include <linux/etherdevice.h>
#include <linux/hrtimer.h>
#include <linux/if.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/rculist.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "core/basis.h"
#include "core/config.h"
#include "core/member.h"
#include "core/pace.h"
#include "core/wheel.h"
#include "stats.h"

struct lev_askers;
struct lev_hold;
struct lev_plan;
struct lev_signers;
struct lev_sync;

/**
 * struct lev_port - a lower device of a cluster
 * @cluster: whose
 * @side: front or back
 * @name: of the device, there or not; RTNL
 * @dev: the device, NULL while it is not there; written under RTNL, read under RCU
 * @tracker: of our hold on @dev
 * @ops: ingress hook on @dev: of front, registered while @hooked; of back, while @takes
 * @wire: of back: for frames of our EtherType on @dev, registered while @hooked
 * @hooked: RTNL
 * @idev: IPv6's part of @dev that knows of @groups; to compare only, RTNL
 * @groups: IPv6 LevIPs whose groups we are in on @dev; RTNL
 * @n_groups: RTNL
 * @macs_id: cluster id that the addresses of lanes on @dev are of; RTNL
 * @n_macs: so many lanes have an address on @dev, from 0; READ_ONCE, written under RTNL
 * @mac_why: enum lev_mac_why: why answers do not carry addresses of lanes; likewise
 * @takes: of back: it has LevIPs whose lanes have addresses; RTNL
 */
struct lev_port {
	struct lev_cluster *cluster;
	enum lev_side side;
	char name[IFNAMSIZ];
	struct net_device __rcu *dev;
	netdevice_tracker tracker;
	struct nf_hook_ops ops;
	struct packet_type wire;
	bool hooked;
	const void *idev;
	struct lev_addr groups[LEV_ADDRESSES_MAX];
	u32 n_groups;
	u16 macs_id;
	u16 n_macs;
	u8 mac_why;
	bool takes;
};

#define LEV_TARGET_BITS	8

/* In the kernel's own protocols, see port.c. */
#define LEV_STACK_HOOKS	3

struct lev_cluster {
	struct net_device *dev;
	struct net *net;
	struct list_head list;		/* net.c: in lev_net, RCU; written under RTNL */
	struct lev_stats __percpu *stats;

	/* device.c: who we are; RTNL, and not while running */
	u16 id;				/* hooks, which stay, read it with READ_ONCE */
	u8 self;

	/* sign.c: keys, and what is made from them */
	struct lev_keyring keys;	/* config_mutex */
	struct lev_signers __rcu *signers;	/* written under config_mutex */
	siphash_key_t hash_key;		/* config_mutex; the member has a copy */

	/* commit.c: which config is in force */
	struct mutex config_mutex;	/* protects the configs, plan swaps, and ifaddr.c's list */
	struct lev_config *active;	/* written under config_mutex and lock, read under either */
	struct lev_config *pending;	/* likewise; NULL if nothing is pending */
	struct work_struct apply_work;	/* holds the device while queued */
	u8 told_up[LEV_SERVER_MAP_SIZE];	/* config_mutex; servers as events told them */

	/* step.c: what we know of the cluster */
	spinlock_t lock;		/* protects member, wheel, running, todo, scratch */
	struct lev_member *member;
	bool running;
	u32 todo;			/* LEV_DO_*, LEV_TODO_* left for apply_work */
	bool ahead;			/* lock; apply_work was asked to make ready for a switch */
	struct hrtimer turn_timer;
	u8 told[LEV_NODE_ID_MAX + 1];	/* lock; last event of each peer: heard, reason */

	/* lanes.c */
	struct lev_wheel wheel;		/* lock */
	int wheel_priority;		/* lock */
	u64 turn_at;			/* lock; cluster clock of the next move, 0: none */
	u64 turned_at;			/* lock; cluster clock when the wheel was last asked */
	u8 owner[LEV_LANES_MAX];	/* written under lock, read with READ_ONCE */
	u16 n_lanes;			/* written under lock, read with READ_ONCE */
	unsigned long lost_at[LEV_LANES_MAX];	/* likewise; jiffies | 1, 0: never */

	/* beat.c */
	struct hrtimer beat_timer;
	struct lev_beat *scratch;	/* lock; too large for a stack */
	u64 peer_mac[LEV_NODE_ID_MAX + 1][__LEV_SIDE_MAX];	/* READ_ONCE; written under lock */
	u64 peer_macs;			/* READ_ONCE; written under lock; see beat.h */
	u64 peer_mac_at[LEV_NODE_ID_MAX + 1];	/* when it was last heard; lock */

	/* port.c */
	struct lev_port port[__LEV_SIDE_MAX];
	struct nf_hook_ops stack_ops[LEV_STACK_HOOKS];
	bool stack_hooked;		/* RTNL */
	struct work_struct lro_work;	/* holds the device while queued */

	/* server.c */
	struct hlist_head targets[1 << LEV_TARGET_BITS];	/* RCU; config_mutex writes */
	u16 next_number;		/* config_mutex; of the next target */
	bool numbers_used;		/* config_mutex; all have been given once */
	struct delayed_work probe_work;
	struct work_struct reach_work;

	/* plan.c */
	struct lev_plan __rcu *plan;	/* written under config_mutex */
	u64 plans;			/* config_mutex; how many there were */

	/* prepare.c */
	struct lev_plan *prepared;	/* config_mutex; of the next switch, or NULL */
	struct lev_basis prepared_of;	/* config_mutex; what it was, or could not be, made from */

	/* sync.c */
	struct lev_sync *sync;

	/* sweep.c */
	struct delayed_work sweep_work;
	bool tell_all_pins;		/* lock; a peer came that has missed some */
	bool teaching;			/* lock; somebody is being told what we remember */

	/* hold.c */
	struct lev_hold *hold;

	/* asker.c */
	struct lev_askers *askers;

	/* announce.c */
	DECLARE_BITMAP(gained, LEV_LANES_MAX);		/* lock; lanes to announce */
	DECLARE_BITMAP(taken_over, LEV_LANES_MAX);	/* lock; those of them not by a turn */
	u8 tell_sides;			/* lock; sides whose askers are to be told in any case */
	DECLARE_BITMAP(telling, LEV_LANES_MAX);		/* these seven: announce_work alone */
	DECLARE_BITMAP(again, LEV_LANES_MAX);
	unsigned long again_at;		/* jiffies from which on those are told once more */
	u8 asker_sides;			/* sides whose askers are told in this round */
	unsigned int all_cursor;
	unsigned int mac_cursor;
	unsigned int asker_cursor;
	struct delayed_work announce_work;
	unsigned int refresh_cursor;	/* refresh_work alone */
	struct delayed_work refresh_work;

	/* follow.c: follow_work alone */
	unsigned int follow_cursor;
	bool follow_again;		/* of some that it passed we are still unsure */
	struct delayed_work follow_work;

	/* pace.c */
	struct lev_pacer pacer;		/* lock */

	/* answer.c */
	unsigned long conflict_told;	/* jiffies of the last event; READ_ONCE */

	/* ifaddr.c: addresses that we have put on the device; config_mutex */
	struct lev_addr ifaddrs[LEV_ADDRESSES_MAX];
	u32 n_ifaddrs;
};

static inline struct net_device *lev_port_dev(const struct lev_cluster *c, enum lev_side side)
{
	return rcu_dereference(c->port[side].dev);
}

/* The local clock that kmod/core/ is given: monotonic, ns, and no second of sleep is lost. */
static inline u64 lev_now(void)
{
	return ktime_get_boottime_ns();
}

/* Front and back are one device. Context: RTNL or RCU. */
static inline bool lev_ports_one(const struct lev_cluster *c)
{
	return rcu_access_pointer(c->port[LEV_SIDE_FRONT].dev) ==
	       rcu_access_pointer(c->port[LEV_SIDE_BACK].dev);
}

/* Has a port carrier? Context: RCU. */
static inline bool lev_port_up(const struct lev_cluster *c, enum lev_side side)
{
	struct net_device *dev = lev_port_dev(c, side);

	return dev && netif_running(dev) && netif_carrier_ok(dev);
}

/* The cluster's own queue: nothing of it may wait for the system's. */
extern struct workqueue_struct *lev_wq;

#endif /* _LEV_CLUSTER_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * Targets (see server.h). Owns lev_cluster.targets: written under config_mutex, read under
 * RCU. A probe a second; three without an answer, and it is not reached.
 */
#include <linux/jhash.h>
#include <net/addrconf.h>
#include <net/arp.h>
#include <net/ndisc.h>
#include <net/neighbour.h>
#include <net/netevent.h>

#include "keep.h"
#include "net.h"
#include "server.h"
#include "step.h"
#include "xmit.h"

#define PROBE_INTERVAL	HZ
#define PROBE_MISSES	3

static struct hlist_head *bucket(struct lev_cluster *c, const struct lev_addr *addr)
{
	u32 words[4];

	memcpy(words, addr->b, sizeof(words));
	return &c->targets[jhash2(words, 4, 0) & ((1 << LEV_TARGET_BITS) - 1)];
}

struct lev_target *lev_target_find(struct lev_cluster *c, const struct lev_addr *addr)
{
	struct lev_target *t;

	hlist_for_each_entry_rcu(t, bucket(c, addr), node, lockdep_is_held(&c->config_mutex))
		if (lev_addr_eq(&t->addr, addr))
			return t;
	return NULL;
}

static void free_target(struct rcu_head *rcu)
{
	struct lev_target *t = container_of(rcu, struct lev_target, rcu);

	free_percpu(t->packets);
	kfree(t);
}

void lev_target_put(struct lev_target *t)
{
	if (refcount_dec_and_test(&t->refs))
		call_rcu(&t->rcu, free_target);
}

u64 lev_target_packets(const struct lev_target *t)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(t->packets, cpu));
	return sum;
}

static bool number_used(struct lev_cluster *c, u16 number)
{
	struct lev_target *t;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(c->targets); i++)
		hlist_for_each_entry(t, &c->targets[i], node)
			if (t->number == number)
				return true;
	return false;
}

/* There are far fewer targets than numbers, so one is free. */
static u16 new_number(struct lev_cluster *c)
{
	u16 number;

	do {
		number = c->next_number++;
		c->numbers_used |= !c->next_number;
	} while (number_used(c, number));
	if (c->numbers_used)
		lev_keep_forget_number(c, number);
	return number;
}

static int add(struct lev_cluster *c, const struct lev_addr *addr)
{
	struct lev_target *t = kzalloc(sizeof(*t), GFP_KERNEL);

	if (!t)
		return -ENOMEM;
	t->packets = alloc_percpu(u64);
	if (!t->packets) {
		kfree(t);
		return -ENOMEM;
	}
	refcount_set(&t->refs, 1);
	t->addr = *addr;
	t->ask_at = get_jiffies_64();
	t->number = new_number(c);
	hlist_add_head_rcu(&t->node, bucket(c, addr));
	return 0;
}

static bool named(const struct lev_config *cfg, const struct lev_addr *addr)
{
	u32 i;

	for (i = 0; cfg && i < cfg->n_servers; i++)
		if (lev_addr_eq(&cfg->servers[i].addr, addr))
			return true;
	return false;
}

static int add_missing(struct lev_cluster *c, const struct lev_config *cfg)
{
	u32 i;

	for (i = 0; cfg && i < cfg->n_servers; i++) {
		const struct lev_addr *addr = &cfg->servers[i].addr;

		if (!lev_target_find(c, addr) && add(c, addr))
			return -ENOMEM;
	}
	return 0;
}

bool lev_servers_there(struct lev_cluster *c, const struct lev_config *cfg)
{
	u32 i;

	lockdep_assert_held(&c->config_mutex);
	for (i = 0; i < cfg->n_servers; i++)
		if (!lev_target_find(c, &cfg->servers[i].addr))
			return false;
	return true;
}

int lev_servers_sync(struct lev_cluster *c, const struct lev_config *a,
		     const struct lev_config *b)
{
	struct hlist_node *next;
	struct lev_target *t;
	unsigned int i;

	lockdep_assert_held(&c->config_mutex);
	if (add_missing(c, a) || add_missing(c, b))
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(c->targets); i++)
		hlist_for_each_entry_safe(t, next, &c->targets[i], node) {
			if (named(a, &t->addr) || named(b, &t->addr))
				continue;
			hlist_del_rcu(&t->node);
			lev_target_put(t);
		}
	if (a->n_servers || (b && b->n_servers))
		mod_delayed_work(lev_wq, &c->probe_work, 0);
	return 0;
}

/* What the targets know becomes the map of the config in force. */
static void fold(struct lev_cluster *c)
{
	struct lev_member *m = c->member;
	u32 i;

	rcu_read_lock();
	spin_lock_bh(&c->lock);
	for (i = 0; i < m->cfg->n_servers; i++) {
		struct lev_target *t = lev_target_find(c, &m->cfg->servers[i].addr);

		lev_map_assign(m->reached, i, t && READ_ONCE(t->reached));
	}
	lev_step(c, 0);
	spin_unlock_bh(&c->lock);
	rcu_read_unlock();
}

void lev_servers_refresh(struct lev_cluster *c)
{
	queue_work(lev_wq, &c->reach_work);
}

static void set_mac(struct lev_target *t, const u8 *mac)
{
	u64 word = 0;

	memcpy(&word, mac, ETH_ALEN);
	atomic64_set(&t->mac, word);
}

/* A server counts when we know where it is, too. */
static void reach_work_fn(struct work_struct *work)
{
	struct lev_cluster *c = container_of(work, struct lev_cluster, reach_work);
	struct lev_target *t;
	unsigned int i;
	u8 mac[ETH_ALEN];

	rcu_read_lock();
	for (i = 0; i < ARRAY_SIZE(c->targets); i++)
		hlist_for_each_entry_rcu(t, &c->targets[i], node)
			if (READ_ONCE(t->heard) && lev_target_mac(t, mac))
				WRITE_ONCE(t->reached, true);
	rcu_read_unlock();
	fold(c);
}

void lev_server_heard(struct lev_cluster *c, const struct lev_addr *addr)
{
	struct lev_target *t = lev_target_find(c, addr);

	/* A cluster that is down asks nobody, so nobody would be missed. */
	if (!t || !netif_running(c->dev))
		return;
	WRITE_ONCE(t->heard, true);
	if (!READ_ONCE(t->reached))
		queue_work(lev_wq, &c->reach_work);
}

/*
 * The neighbour layer learns from the answer only if it has an entry; it is where MAC
 * addresses come from, so that static entries hold too.
 */
static bool look_up(struct net_device *dev, struct lev_target *t, u8 *mac)
{
	bool is4 = lev_addr_is4(&t->addr), valid;
	struct neigh_table *table = is4 ? &arp_tbl : &nd_tbl;
	const u8 *key = is4 ? t->addr.b + 12 : t->addr.b;
	struct neighbour *n = neigh_lookup(table, key, dev);

	if (!n) {
		n = neigh_create(table, key, dev);
		if (IS_ERR(n))
			return false;
	}
	valid = n->nud_state & NUD_VALID;
	if (valid) {
		neigh_ha_snapshot(mac, n, dev);
		set_mac(t, mac);
	}
	neigh_release(n);
	return valid;
}

static void judge(struct lev_target *t)
{
	u8 mac[ETH_ALEN];

	if (READ_ONCE(t->heard)) {
		WRITE_ONCE(t->heard, false);
		t->missed = 0;
		if (lev_target_mac(t, mac))
			WRITE_ONCE(t->reached, true);
	} else if (t->missed < PROBE_MISSES && ++t->missed == PROBE_MISSES) {
		WRITE_ONCE(t->reached, false);
	}
}

/* Can it be asked now? What was not asked is not missed: that says nothing of the server. */
static bool can_ask(const struct net_device *dev, const struct lev_target *t)
{
	return dev && netif_running(dev) && netif_carrier_ok(dev) &&
	       (lev_addr_is4(&t->addr) || __in6_dev_get(dev));
}

/* A machine that was replaced has another MAC: then ask all. */
static void ask(struct net_device *dev, struct lev_target *t)
{
	u8 mac[ETH_ALEN];
	bool known = look_up(dev, t, mac);

	lev_xmit_probe(dev, &t->addr, known && t->missed < PROBE_MISSES - 1 ? mac : NULL);
}

/*
 * Also runs after each change of the config, for new servers. The others have their time to
 * answer: many changes at once say nothing of them.
 */
static void probe_work_fn(struct work_struct *work)
{
	struct lev_cluster *c = container_of(to_delayed_work(work), struct lev_cluster,
					     probe_work);
	u64 now = get_jiffies_64(), next = now + PROBE_INTERVAL;
	struct net_device *dev;
	struct lev_target *t;
	unsigned int i;

	rcu_read_lock();
	dev = lev_port_dev(c, LEV_SIDE_BACK);
	for (i = 0; i < ARRAY_SIZE(c->targets); i++)
		hlist_for_each_entry_rcu(t, &c->targets[i], node) {
			if (!can_ask(dev, t))
				continue;
			if (now >= t->ask_at) {
				judge(t);
				ask(dev, t);
				t->ask_at = now + PROBE_INTERVAL;
			}
			next = min(next, t->ask_at);
		}
	rcu_read_unlock();
	fold(c);
	if (netif_running(c->dev))
		queue_delayed_work(lev_wq, &c->probe_work, next - now);
}

static void forget_heard(struct lev_cluster *c)
{
	struct lev_target *t;
	unsigned int i;

	rcu_read_lock();
	for (i = 0; i < ARRAY_SIZE(c->targets); i++)
		hlist_for_each_entry_rcu(t, &c->targets[i], node) {
			WRITE_ONCE(t->reached, false);
			WRITE_ONCE(t->heard, false);
		}
	rcu_read_unlock();
}

/* A packet may have been under way when the cluster was stopped. */
void lev_servers_start(struct lev_cluster *c)
{
	forget_heard(c);
	queue_delayed_work(lev_wq, &c->probe_work, 0);
}

void lev_servers_stop(struct lev_cluster *c)
{
	cancel_delayed_work_sync(&c->probe_work);
	cancel_work_sync(&c->reach_work);
	forget_heard(c);
}

void lev_servers_free(struct lev_cluster *c)
{
	struct hlist_node *next;
	struct lev_target *t;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(c->targets); i++)
		hlist_for_each_entry_safe(t, next, &c->targets[i], node) {
			hlist_del_rcu(&t->node);
			lev_target_put(t);
		}
}

void lev_servers_init(struct lev_cluster *c)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(c->targets); i++)
		INIT_HLIST_HEAD(&c->targets[i]);
	INIT_DELAYED_WORK(&c->probe_work, probe_work_fn);
	INIT_WORK(&c->reach_work, reach_work_fn);
}

/* The neighbour layer knows a MAC address, or another one. Context: any, maybe softirq. */
static int notify(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct neighbour *n = ptr;
	struct lev_cluster *c;
	struct lev_addr addr;

	if (event != NETEVENT_NEIGH_UPDATE || !(READ_ONCE(n->nud_state) & NUD_VALID))
		return NOTIFY_DONE;
	if (n->tbl == &arp_tbl)
		lev_addr_set4(&addr, n->primary_key);
	else if (n->tbl == &nd_tbl)
		memcpy(addr.b, n->primary_key, sizeof(addr.b));
	else
		return NOTIFY_DONE;

	rcu_read_lock();
	list_for_each_entry_rcu(c, &lev_net(dev_net(n->dev))->clusters, list) {
		struct lev_target *t;
		u8 mac[ETH_ALEN];

		if (lev_port_dev(c, LEV_SIDE_BACK) != n->dev)
			continue;
		t = lev_target_find(c, &addr);
		if (!t)
			continue;
		neigh_ha_snapshot(mac, n, n->dev);
		set_mac(t, mac);
		if (READ_ONCE(t->heard) && !READ_ONCE(t->reached) && netif_running(c->dev))
			queue_work(lev_wq, &c->reach_work);
	}
	rcu_read_unlock();
	return NOTIFY_DONE;
}

static struct notifier_block notifier = { .notifier_call = notify };

int lev_server_notifier_init(void)
{
	return register_netevent_notifier(&notifier);
}

void lev_server_notifier_exit(void)
{
	unregister_netevent_notifier(&notifier);
}

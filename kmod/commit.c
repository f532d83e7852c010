// SPDX-License-Identifier: GPL-2.0
/*
 * Which config is in force (see commit.h). Owns lev_cluster.active and .pending, written
 * under config_mutex and lock, and the work that puts a change in force when it is due.
 */
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "commit.h"
#include "event.h"
#include "group.h"
#include "ifaddr.h"
#include "macs.h"
#include "plan.h"
#include "prepare.h"
#include "server.h"
#include "sign.h"
#include "step.h"

const struct lev_config *lev_commit_newest(struct lev_cluster *c)
{
	lockdep_assert_held(&c->config_mutex);
	return c->pending ? c->pending : c->active;
}

struct lev_config *lev_commit_clone(struct lev_cluster *c)
{
	struct lev_config *cfg = kvmalloc(sizeof(*cfg), GFP_KERNEL);

	if (cfg)
		memcpy(cfg, lev_commit_newest(c), sizeof(*cfg));
	return cfg;
}

static void publish(struct lev_cluster *c, struct lev_plan *plan)
{
	lev_plan_publish(c, plan);
	spin_lock_bh(&c->lock);
	c->member->remembers = !!plan->keep;
	if (plan->told && plan->keep)
		lev_join_want(c->member, lev_now());
	spin_unlock_bh(&c->lock);
}

/* Of the config in force and the servers agreed now; NULL if there is no memory. */
static struct lev_plan *plan_in_force(struct lev_cluster *c, u64 digest,
				      const struct lev_plan *old)
{
	struct lev_word word;

	spin_lock_bh(&c->lock);
	word = c->member->agreed;
	spin_unlock_bh(&c->lock);
	return lev_prepare_plan(c, c->active, digest, &word, old);
}

int lev_commit_replan(struct lev_cluster *c)
{
	struct lev_plan *plan = plan_in_force(c, c->member->digest, lev_plan_held(c));

	if (!plan)
		return -ENOMEM;
	publish(c, plan);
	return 0;
}

static void sync_macs(struct lev_cluster *c)
{
	rtnl_lock();
	lev_macs_sync(c);
	rtnl_unlock();
}

static void sync_addresses(struct lev_cluster *c)
{
	lev_ifaddr_sync(c);
	rtnl_lock();
	lev_groups_sync(c);
	rtnl_unlock();
}

/*
 * Puts a config in force. What may fail comes before anything is changed; so does a last
 * look at whether it may be, if it was not @agreed on: then -EAGAIN.
 */
static int activate(struct lev_cluster *c, struct lev_config *cfg, bool agreed)
{
	u64 digest = lev_config_digest(cfg, &c->hash_key);
	struct lev_config *old = c->active, *overtaken;
	u8 told_up[LEV_SERVER_MAP_SIZE];
	struct lev_plan *plan;
	struct lev_word word;
	u64 clock;

	if (!lev_servers_there(c, cfg) && lev_servers_sync(c, old, cfg))
		return -ENOMEM;
	spin_lock_bh(&c->lock);
	lev_word_remap(old, cfg, &c->member->agreed, &word);
	spin_unlock_bh(&c->lock);
	plan = lev_prepare_plan(c, cfg, digest, &word, lev_plan_held(c));
	if (!plan)
		return -ENOMEM;

	overtaken = c->pending != cfg ? c->pending : NULL;
	spin_lock_bh(&c->lock);
	if (!agreed && c->running && lev_member_must_agree(c->member)) {
		spin_unlock_bh(&c->lock);
		lev_plan_free(plan);
		return -EAGAIN;
	}
	lev_member_config(c->member, cfg, cfg->version, digest);
	lev_member_pending(c->member, 0, 0, lev_now());
	c->active = cfg;
	c->pending = NULL;
	spin_unlock_bh(&c->lock);
	publish(c, plan);
	lev_config_remap(old, cfg, c->told_up, told_up);
	memcpy(c->told_up, told_up, sizeof(told_up));
	/*
	 * Alone we may wait for what new lanes need. If it was agreed on, all go over now, whoever
	 * else has RTNL; then it is there already, see make_pending().
	 */
	if (!agreed)
		sync_macs(c);

	spin_lock_bh(&c->lock);
	lev_step_changed(c);
	clock = lev_member_clock(c->member, lev_now());
	spin_unlock_bh(&c->lock);
	if (agreed)
		sync_macs(c);
	kvfree(old);
	kvfree(overtaken);
	lev_servers_sync(c, cfg, NULL);
	lev_servers_refresh(c);
	sync_addresses(c);
	lev_event_config(c, clock, false, cfg->version, digest);
	return 0;
}

/* Others take part: the change waits until they have it too. */
static int make_pending(struct lev_cluster *c, struct lev_config *cfg)
{
	u64 digest = lev_config_digest(cfg, &c->hash_key), clock;
	bool same = digest == c->member->digest;
	struct lev_config *overtaken = c->pending;

	lev_prepare_drop(c);
	if (lev_servers_sync(c, c->active, same ? NULL : cfg))
		return -ENOMEM;
	if (same) {
		/* Back to what is in force: nothing waits any more. */
		kvfree(cfg);
		cfg = NULL;
	}
	spin_lock_bh(&c->lock);
	c->pending = cfg;
	/* What was due is not this change. It is asked again if this is due, too. */
	c->todo &= ~LEV_DO_CONFIG;
	lev_member_pending(c->member, cfg ? cfg->version : 0, cfg ? digest : 0, lev_now());
	lev_step(c, LEV_DO_BEAT);
	clock = lev_member_clock(c->member, lev_now());
	spin_unlock_bh(&c->lock);
	kvfree(overtaken);
	sync_macs(c);
	lev_event_config(c, clock, true, cfg ? cfg->version : 0, cfg ? digest : 0);
	return 0;
}

/* What is in force gets the number of a config that has the same content. */
static void renumber(struct lev_cluster *c, u32 number)
{
	u64 clock, version, digest;

	spin_lock_bh(&c->lock);
	version = c->member->version;
	lev_member_renumber(c->member, number);
	if (version == c->member->version) {
		spin_unlock_bh(&c->lock);
		return;
	}
	version = c->member->version;
	digest = c->member->digest;
	lev_step(c, LEV_DO_BEAT);
	clock = lev_member_clock(c->member, lev_now());
	spin_unlock_bh(&c->lock);
	lev_event_config(c, clock, false, version, digest);
}

static int put_in_force(struct lev_cluster *c, struct lev_config *cfg, u32 number)
{
	const struct lev_config *newest = lev_commit_newest(c);
	bool wait;
	int ret;

	spin_lock_bh(&c->lock);
	cfg->version = number ? : max(newest->version, c->member->version) + 1;
	wait = c->running && lev_member_must_agree(c->member);
	spin_unlock_bh(&c->lock);

	ret = wait ? -EAGAIN : activate(c, cfg, false);
	if (ret == -EAGAIN)
		ret = make_pending(c, cfg);
	if (ret) {
		/* Servers that only this one has are there already, some or all. */
		lev_servers_sync(c, c->active, c->pending);
		kvfree(cfg);
	}
	return ret;
}

int lev_commit(struct lev_cluster *c, struct lev_config *cfg, u32 number)
{
	const struct lev_config *newest = lev_commit_newest(c);
	u64 digest = lev_config_digest(cfg, &c->hash_key);
	int ret = 0;

	if (digest == lev_config_digest(newest, &c->hash_key) &&
	    (!c->pending || number <= newest->version))
		kvfree(cfg);
	else
		ret = put_in_force(c, cfg, number);
	if (!ret && number && digest == c->member->digest)
		renumber(c, number);
	return ret;
}

/* Which servers the cluster has just agreed on, as events. */
static void tell_servers(struct lev_cluster *c)
{
	u8 now[LEV_SERVER_MAP_SIZE];
	u64 clock;
	u32 i;

	spin_lock_bh(&c->lock);
	memcpy(now, c->member->agreed.up, sizeof(now));
	clock = lev_member_clock(c->member, lev_now());
	spin_unlock_bh(&c->lock);
	for (i = 0; i < c->active->n_servers; i++)
		if (lev_map_test(now, i) != lev_map_test(c->told_up, i))
			lev_event_server(c, clock, &c->active->servers[i].addr,
					 lev_map_test(now, i));
	memcpy(c->told_up, now, sizeof(now));
}

/*
 * The cluster's key has changed since it began, so those who have joined with the new one made
 * another hash key of it. While they differ this node is silent.
 */
static int rehash(struct lev_cluster *c)
{
	siphash_key_t was = c->hash_key;
	int ret;

	spin_lock_bh(&c->lock);
	c->hash_key = c->member->hash_wanted;
	spin_unlock_bh(&c->lock);
	if (!memcmp(&was, &c->hash_key, sizeof(was)))
		return 0;
	ret = lev_commit_rekey(c);
	if (ret) {
		c->hash_key = was;
		return ret;
	}
	spin_lock_bh(&c->lock);
	lev_step_changed(c);
	spin_unlock_bh(&c->lock);
	return 0;
}

static void drop_old_key(struct lev_cluster *c)
{
	if (!lev_sign_drop_old(c))
		return;
	spin_lock_bh(&c->lock);
	lev_event_key(c, lev_member_clock(c->member, lev_now()), false);
	spin_unlock_bh(&c->lock);
}

/*
 * A switch is due, or soon will be: in process context, for it allocates. Holds the device until
 * it has run.
 */
static void apply_work_fn(struct work_struct *work)
{
	struct lev_cluster *c = container_of(work, struct lev_cluster, apply_work);
	int ret = 0;
	u32 todo;

	mutex_lock(&c->config_mutex);
	spin_lock_bh(&c->lock);
	todo = c->todo;
	c->todo = 0;
	spin_unlock_bh(&c->lock);

	if (todo & LEV_DO_HASH)
		ret = rehash(c);
	if (todo & LEV_DO_CONFIG && c->pending)
		ret = activate(c, c->pending, true) ? : ret;
	if (todo & LEV_DO_SERVERS) {
		ret = lev_commit_replan(c) ? : ret;
		tell_servers(c);
	}
	/* Behind what is due at one time on all nodes, for it waits. */
	if (todo & LEV_DO_KEY)
		drop_old_key(c);
	if (todo & LEV_TODO_DEVICES) {
		sync_macs(c);
		sync_addresses(c);
	}
	if (ret) {
		/* The next step asks again; until then the old plan serves. */
		netdev_warn_once(c->dev, "no memory to follow a change\n");
		spin_lock_bh(&c->lock);
		c->todo |= todo & ~(LEV_DO_KEY | LEV_DO_HASH);
		spin_unlock_bh(&c->lock);
	}
	lev_prepare(c);
	mutex_unlock(&c->config_mutex);
	dev_put(c->dev);
}

int lev_commit_rekey(struct lev_cluster *c)
{
	u64 digest = lev_config_digest(c->active, &c->hash_key);
	u64 pending = c->pending ? lev_config_digest(c->pending, &c->hash_key) : 0;
	/* Flows have other hashes now, so what was remembered says nothing. */
	struct lev_plan *plan = plan_in_force(c, digest, NULL);
	struct lev_member *m = c->member;

	if (!plan)
		return -ENOMEM;
	spin_lock_bh(&c->lock);
	m->hash_key = c->hash_key;
	/* What was due is asked again. */
	c->todo &= ~LEV_DO_CONFIG;
	lev_member_config(m, c->active, m->version, digest);
	lev_member_pending(m, c->pending ? c->pending->version : 0, pending, lev_now());
	spin_unlock_bh(&c->lock);
	publish(c, plan);
	return 0;
}

void lev_commit_init(struct lev_cluster *c)
{
	mutex_init(&c->config_mutex);
	INIT_WORK(&c->apply_work, apply_work_fn);
}

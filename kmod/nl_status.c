// SPDX-License-Identifier: GPL-2.0
/*
 * Status and counters of one cluster, in one message each (see nl.h). The status is one
 * moment's: it is copied under the cluster's lock. lev_nl_reply() is nl_explain.c's too.
 */
#include "asker.h"
#include "nl.h"
#include "sign.h"
#include "step.h"

/* 64 peers of about 150 bytes, 256 lanes, and the rest. */
#define STATUS_SIZE	(32 * 1024)

int lev_nl_put_cluster(struct sk_buff *skb, struct lev_cluster *c, const struct lev_params *p)
{
	struct nlattr *nest = nla_nest_start(skb, LEV_A_CLUSTER);

	lockdep_assert_held(&c->config_mutex);
	if (!nest || nla_put_u32(skb, LEV_CLUSTER_A_ID, READ_ONCE(c->id)) ||
	    nla_put_u32(skb, LEV_CLUSTER_A_SELF, READ_ONCE(c->self)) ||
	    nla_put_string(skb, LEV_CLUSTER_A_FRONT, c->port[LEV_SIDE_FRONT].name) ||
	    nla_put_string(skb, LEV_CLUSTER_A_BACK, c->port[LEV_SIDE_BACK].name) ||
	    nla_put_u32(skb, LEV_CLUSTER_A_MAC, p->mac) ||
	    nla_put_u32(skb, LEV_CLUSTER_A_LANES, p->lanes) ||
	    nla_put_u32(skb, LEV_CLUSTER_A_PERIOD, p->period) ||
	    nla_put_u32(skb, LEV_CLUSTER_A_HEARTBEAT, p->heartbeat) ||
	    nla_put_u32(skb, LEV_CLUSTER_A_DEAD, p->dead) ||
	    nla_put_u32(skb, LEV_CLUSTER_A_FAILBACK, p->failback) ||
	    nla_put_u32(skb, LEV_CLUSTER_A_FLOWS, p->flows) ||
	    nla_put_u32(skb, LEV_CLUSTER_A_MEMORY, p->memory) ||
	    nla_put_u32(skb, LEV_CLUSTER_A_REFRESH, p->refresh) ||
	    nla_put_u32(skb, LEV_CLUSTER_A_PACE, p->pace) ||
	    nla_put_u8(skb, LEV_CLUSTER_A_KEYED, !!c->keys.now.len))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_u64(struct sk_buff *skb, int attr, u64 value)
{
	return nla_put_u64_64bit(skb, attr, value, LEV_STATUS_A_PAD);
}

static_assert((int)LEV_STATUS_A_PAD == (int)LEV_PEER_A_PAD);

static u32 peer_mac(const struct lev_peer *p, enum lev_side side)
{
	return p->last.virtual_sides & BIT(side) ? LEV_MAC_VIRTUAL : LEV_MAC_PHYSICAL;
}

static int put_peer(struct sk_buff *skb, const struct lev_member *m, unsigned int id, u64 now)
{
	const struct lev_peer *p = &m->peer[id];
	u64 heard_at = lev_member_heard_at(p), hears = 0;
	struct nlattr *nest = nla_nest_start(skb, LEV_STATUS_A_PEER);
	unsigned int i;

	if (!nest || nla_put_u32(skb, LEV_PEER_A_ID, id) ||
	    nla_put_u8(skb, LEV_PEER_A_HEARD, p->heard) ||
	    nla_put_u8(skb, LEV_PEER_A_HEARS_US, p->heard && p->hears_us))
		return -EMSGSIZE;
	if (nla_put_u32(skb, LEV_PEER_A_KEY, lev_key_of(m, id, now)))
		return -EMSGSIZE;
	if (!p->known || !heard_at) {
		nla_nest_end(skb, nest);
		return 0;
	}
	for (i = 0; i < p->last.n_hears; i++)
		hears |= lev_node_bit(p->last.hears[i].node);
	if (nla_put_u32(skb, LEV_PEER_A_AGE, div_u64(now - heard_at, NSEC_PER_MSEC)) ||
	    nla_put_u32(skb, LEV_PEER_A_REASON, p->last.reason) ||
	    put_u64(skb, LEV_PEER_A_VERSION, p->last.version) ||
	    put_u64(skb, LEV_PEER_A_DIGEST, p->last.digest) ||
	    (p->last.pending_version &&
	     put_u64(skb, LEV_PEER_A_PENDING_DIGEST, p->last.pending_digest)) ||
	    nla_put_u32(skb, LEV_PEER_A_KEEPER, p->last.keeper) ||
	    put_u64(skb, LEV_PEER_A_HEARS, hears) ||
	    nla_put_u32(skb, LEV_PEER_A_REACHED,
			memweight(p->last.vote.up, DIV_ROUND_UP(p->last.n_servers, 8))) ||
	    nla_put_u32(skb, LEV_PEER_A_INCARNATION, p->incarnation) ||
	    nla_put_u32(skb, LEV_PEER_A_FRONT_MAC, peer_mac(p, LEV_SIDE_FRONT)) ||
	    nla_put_u32(skb, LEV_PEER_A_BACK_MAC, peer_mac(p, LEV_SIDE_BACK)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_agreement(struct sk_buff *skb, const struct lev_member *m)
{
	if (put_u64(skb, LEV_STATUS_A_VERSION, m->version) ||
	    put_u64(skb, LEV_STATUS_A_DIGEST, m->digest))
		return -EMSGSIZE;
	if (!m->pending_version)
		return 0;
	return put_u64(skb, LEV_STATUS_A_PENDING_VERSION, m->pending_version) ? :
	       put_u64(skb, LEV_STATUS_A_PENDING_DIGEST, m->pending_digest) ? :
	       put_u64(skb, LEV_STATUS_A_WAITING, lev_member_waiting(m));
}

static int put_key(struct sk_buff *skb, struct lev_cluster *c)
{
	u32 id = lev_sign_id(c, false), old = lev_sign_id(c, true);

	if (nla_put_u8(skb, LEV_STATUS_A_KEYED, c->member->keyed) ||
	    (id && nla_put_u32(skb, LEV_STATUS_A_KEY_ID, id)) ||
	    (old && nla_put_u32(skb, LEV_STATUS_A_OLD_KEY_ID, old)))
		return -EMSGSIZE;
	return c->member->two_keys ?
	       put_u64(skb, LEV_STATUS_A_KEY_WAITING, lev_key_waiting(c->member)) : 0;
}

static int put_ports(struct sk_buff *skb, struct lev_cluster *c)
{
	return nla_put_string(skb, LEV_STATUS_A_FRONT, c->port[LEV_SIDE_FRONT].name) ? :
	       nla_put_u8(skb, LEV_STATUS_A_FRONT_UP, lev_port_up(c, LEV_SIDE_FRONT)) ? :
	       nla_put_string(skb, LEV_STATUS_A_BACK, c->port[LEV_SIDE_BACK].name) ? :
	       nla_put_u8(skb, LEV_STATUS_A_BACK_UP, lev_port_up(c, LEV_SIDE_BACK));
}

static int put_mac(struct sk_buff *skb, const struct lev_port *port, int attr, int attr_why)
{
	u8 why = READ_ONCE(port->mac_why);

	return nla_put_u32(skb, attr, why == LEV_MAC_WHY_NONE ? LEV_MAC_VIRTUAL :
			   LEV_MAC_PHYSICAL) ? : nla_put_u32(skb, attr_why, why);
}

static int put_macs(struct sk_buff *skb, const struct lev_cluster *c)
{
	return put_mac(skb, &c->port[LEV_SIDE_FRONT], LEV_STATUS_A_FRONT_MAC,
		       LEV_STATUS_A_FRONT_MAC_WHY) ? :
	       put_mac(skb, &c->port[LEV_SIDE_BACK], LEV_STATUS_A_BACK_MAC,
		       LEV_STATUS_A_BACK_MAC_WHY);
}

static int put_lanes(struct sk_buff *skb, struct lev_cluster *c, u64 clock)
{
	if (nla_put(skb, LEV_STATUS_A_OWNERS, c->n_lanes, c->owner))
		return -EMSGSIZE;
	if (!c->turn_at)
		return 0;
	return nla_put_u32(skb, LEV_STATUS_A_NEXT_TURN, c->turn_at > clock ?
			   div_u64(c->turn_at - clock, NSEC_PER_MSEC) : 0);
}

/* The caller holds the lock, so this is one moment. */
static int put_status(struct sk_buff *skb, struct lev_cluster *c, unsigned int askers)
{
	struct lev_member *m = c->member;
	u64 now = lev_now(), clock = lev_member_clock(m, now);
	struct nlattr *nest = nla_nest_start(skb, LEV_A_STATUS);
	u32 i;

	lockdep_assert_held(&c->lock);
	if (!nest || nla_put_u32(skb, LEV_STATUS_A_SELF, c->self) ||
	    nla_put_u32(skb, LEV_STATUS_A_REASON,
			c->running ? m->reason : LEV_REASON_STOPPING) ||
	    put_key(skb, c) ||
	    put_u64(skb, LEV_STATUS_A_VIEW, m->view) ||
	    nla_put_u32(skb, LEV_STATUS_A_KEEPER, m->keeper) ||
	    put_u64(skb, LEV_STATUS_A_CLOCK, clock) ||
	    (m->priority >= 0 && nla_put_u32(skb, LEV_STATUS_A_PRIORITY, m->priority)) ||
	    nla_put_u32(skb, LEV_STATUS_A_ASKERS, askers) ||
	    put_agreement(skb, m) || put_ports(skb, c) || put_macs(skb, c) ||
	    put_lanes(skb, c, clock))
		return -EMSGSIZE;
	for (i = 0; i < m->cfg->n_nodes; i++)
		if (m->cfg->nodes[i].id != c->self &&
		    put_peer(skb, m, m->cfg->nodes[i].id, now))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int lev_nl_reply(struct genl_info *info, size_t size, u8 cmd, lev_nl_fill_fn fill, void *arg)
{
	netdevice_tracker tracker;
	struct lev_cluster *c;
	struct sk_buff *skb;
	void *head;
	int ret;

	c = lev_nl_find(genl_info_net(info), info->attrs, &tracker, info->extack);
	if (IS_ERR(c))
		return PTR_ERR(c);
	skb = genlmsg_new(size, GFP_KERNEL);
	if (!skb) {
		ret = -ENOMEM;
		goto out;
	}
	head = genlmsg_put_reply(skb, info, &lev_genl_family, 0, cmd);
	ret = head ? lev_nl_put_device(skb, c) ? : fill(skb, c, info, arg) : -EMSGSIZE;
	if (ret) {
		nlmsg_free(skb);
		goto out;
	}
	genlmsg_end(skb, head);
	ret = genlmsg_reply(skb, info);
out:
	netdev_put(c->dev, &tracker);
	return ret;
}

static int fill_status(struct sk_buff *skb, struct lev_cluster *c, struct genl_info *info,
		       void *arg)
{
	unsigned int askers = lev_askers_count(c->askers);
	int ret;

	mutex_lock(&c->config_mutex);
	ret = lev_nl_put_cluster(skb, c, &c->active->params);
	mutex_unlock(&c->config_mutex);
	if (ret)
		return ret;
	rcu_read_lock();
	spin_lock_bh(&c->lock);
	ret = put_status(skb, c, askers);
	spin_unlock_bh(&c->lock);
	rcu_read_unlock();
	return ret;
}

static int fill_stats(struct sk_buff *skb, struct lev_cluster *c, struct genl_info *info,
		      void *arg)
{
	struct nlattr *nest = nla_nest_start(skb, LEV_A_STATS);
	unsigned int i;

	if (!nest)
		return -EMSGSIZE;
	/* The first type behind the counters pads. */
	for (i = 0; i < __LEV_STAT_MAX; i++)
		if (nla_put_u64_64bit(skb, i + 1, lev_stats_read(c->stats, i),
				      __LEV_STAT_MAX + 1))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int lev_nl_status_doit(struct sk_buff *skb, struct genl_info *info)
{
	return lev_nl_reply(info, STATUS_SIZE, LEV_CMD_STATUS_GET, fill_status, NULL);
}

int lev_nl_stats_doit(struct sk_buff *skb, struct genl_info *info)
{
	return lev_nl_reply(info, NLMSG_DEFAULT_SIZE, LEV_CMD_STATS_GET, fill_stats, NULL);
}

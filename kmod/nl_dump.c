// SPDX-License-Identifier: GPL-2.0
/*
 * Dumps (see nl.h): each message of the newest config, from where the last one stopped. A
 * change in the middle shows as NLM_F_DUMP_INTR. Takes the config_mutex for each part.
 */
#include <net/sock.h>

#include "commit.h"
#include "keep.h"
#include "net.h"
#include "nl.h"
#include "plan.h"
#include "server.h"

/* What a dump of one list works with. */
struct dump {
	struct lev_cluster *c;
	const struct lev_config *cfg;
	const struct lev_plan *plan;
};

static struct dump in_force(struct lev_cluster *c)
{
	return (struct dump){
		.c = c,
		.cfg = c->active,
		.plan = rcu_dereference_protected(c->plan, lockdep_is_held(&c->config_mutex)),
	};
}

struct list {
	int cmd;
	u32 (*count)(const struct lev_config *cfg);
	int (*put)(struct sk_buff *skb, const struct dump *d, u32 i);
};

static int put_one(struct sk_buff *skb, struct netlink_callback *cb, const struct dump *d,
		   const struct list *list, u32 i)
{
	void *head = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				 &lev_genl_family, NLM_F_MULTI, list->cmd);

	if (!head)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, head);
	if (lev_nl_put_device(skb, d->c) || list->put(skb, d, i)) {
		genlmsg_cancel(skb, head);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, head);
	return 0;
}

/* cb->args[0] is the next index, kept between the calls. */
static int dump_list(struct sk_buff *skb, struct netlink_callback *cb, const struct list *list)
{
	const struct genl_dumpit_info *info = genl_dumpit_info(cb);
	struct net *net = sock_net(cb->skb->sk);
	netdevice_tracker tracker;
	struct dump d = {};
	u32 i = cb->args[0];

	d.c = lev_nl_find(net, lev_dump_attrs(info), &tracker, cb->extack);
	if (IS_ERR(d.c))
		return PTR_ERR(d.c);
	mutex_lock(&d.c->config_mutex);
	d.cfg = lev_commit_newest(d.c);
	d.plan = rcu_dereference_protected(d.c->plan, lockdep_is_held(&d.c->config_mutex));
	cb->seq = 1 + (u32)d.cfg->version;
	while (i < list->count(d.cfg) && !put_one(skb, cb, &d, list, i))
		i++;
	mutex_unlock(&d.c->config_mutex);
	netdev_put(d.c->dev, &tracker);
	cb->args[0] = i;
	return skb->len;
}

static u32 count_addresses(const struct lev_config *cfg)
{
	return cfg->n_addresses;
}

static int put_address(struct sk_buff *skb, const struct dump *d, u32 i)
{
	const struct lev_address *a = &d->cfg->addresses[i];
	struct nlattr *nest = nla_nest_start(skb, LEV_A_ADDRESS);

	if (!nest || lev_nl_put_addr(skb, LEV_ADDRESS_A_ADDR, &a->addr) ||
	    nla_put_u32(skb, LEV_ADDRESS_A_SIDE, a->side))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static u32 count_nodes(const struct lev_config *cfg)
{
	return cfg->n_nodes;
}

/* For how long this node is still watched, ms. */
static int put_node_watch(struct sk_buff *skb, struct lev_cluster *c, u32 id)
{
	u64 until, now;

	if (id != c->self)
		return 0;
	spin_lock_bh(&c->lock);
	until = c->member->local.watch_until;
	spin_unlock_bh(&c->lock);
	if (!until)
		return 0;
	now = lev_now();
	return nla_put_u32(skb, LEV_NODE_A_WATCH,
			   until > now ? div_u64(until - now, NSEC_PER_MSEC) : 0);
}

/* What was asked of another node is in its beats; nothing is said of one that was not heard. */
static int put_node_admin(struct sk_buff *skb, struct lev_cluster *c, u32 id)
{
	const struct lev_peer *peer = &c->member->peer[id];
	bool known, drained;

	spin_lock_bh(&c->lock);
	known = id == c->self || peer->heard;
	drained = id == c->self ? c->member->local.drained :
		peer->last.reason == LEV_REASON_DRAINED;
	spin_unlock_bh(&c->lock);
	if (!known)
		return 0;
	return nla_put_u32(skb, LEV_NODE_A_ADMIN, drained ? LEV_ADMIN_DRAIN : LEV_ADMIN_ACTIVE);
}

static int put_node(struct sk_buff *skb, const struct dump *d, u32 i)
{
	const struct lev_node *n = &d->cfg->nodes[i];
	struct nlattr *nest = nla_nest_start(skb, LEV_A_NODE);

	if (!nest || nla_put_u32(skb, LEV_NODE_A_ID, n->id) ||
	    nla_put_u32(skb, LEV_NODE_A_WEIGHT, n->weight) ||
	    nla_put_u32(skb, LEV_NODE_A_PRIORITY, n->priority) ||
	    put_node_admin(skb, d->c, n->id) || put_node_watch(skb, d->c, n->id))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static u32 count_services(const struct lev_config *cfg)
{
	return cfg->n_services;
}

static int put_service(struct sk_buff *skb, const struct dump *d, u32 i)
{
	const struct lev_service *s = &d->cfg->services[i];
	const struct lev_pool *pool = d->plan ? lev_plan_pool(d->plan, s->pool) : NULL;
	struct nlattr *nest = nla_nest_start(skb, LEV_A_SERVICE);

	if (!nest || lev_nl_put_addr(skb, LEV_SERVICE_A_ADDR, &s->addr) ||
	    nla_put_u32(skb, LEV_SERVICE_A_PROTO, s->proto) ||
	    nla_put_u32(skb, LEV_SERVICE_A_PORT, s->port) ||
	    nla_put_u32(skb, LEV_SERVICE_A_HASH, s->hash) ||
	    nla_put_string(skb, LEV_SERVICE_A_POOL, s->pool) ||
	    nla_put_u32(skb, LEV_SERVICE_A_UP, pool ? pool->used : 0))
		return -EMSGSIZE;
	if (pool && pool->origin &&
	    (nla_put_u32(skb, LEV_SERVICE_A_MOVED, pool->moved.now) ||
	     nla_put_u32(skb, LEV_SERVICE_A_REMEMBERED, pool->moved.all)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static u32 count_servers(const struct lev_config *cfg)
{
	return cfg->n_servers;
}

struct server_state {
	bool in_force;
	bool reached;
	bool failed;
	u32 percent;
	u32 agreed_percent;
	u32 share;
};

/* Votes, words and shares are of the config in force; a server of a pending one has none. */
static void server_state(const struct dump *d, const struct lev_server *s,
			 struct server_state *state)
{
	const struct lev_config *active = d->c->active;
	const struct lev_server *in_force = lev_config_server(active, s);
	const struct lev_member *m = d->c->member;
	u32 i = in_force ? in_force - active->servers : 0;

	*state = (struct server_state){ .in_force = in_force };
	if (!in_force)
		return;
	spin_lock_bh(&d->c->lock);
	state->reached = lev_map_test(m->reached, i);
	state->failed = lev_map_test(m->failed, i);
	state->percent = LEV_PERCENT_STEP * lev_less_get(&m->less, i);
	state->agreed_percent = LEV_PERCENT_STEP * lev_word_steps(&m->agreed, i);
	spin_unlock_bh(&d->c->lock);
	state->share = d->plan && i < d->plan->n_targets ? d->plan->shares[i] : 0;
}

static int put_server(struct sk_buff *skb, const struct dump *d, u32 i)
{
	const struct lev_server *s = &d->cfg->servers[i];
	struct lev_target *t = lev_target_find(d->c, &s->addr);
	struct nlattr *nest = nla_nest_start(skb, LEV_A_SERVER);
	struct server_state state;
	u8 mac[ETH_ALEN];

	server_state(d, s, &state);
	if (!nest || lev_nl_put_addr(skb, LEV_SERVER_A_ADDR, &s->addr) ||
	    nla_put_string(skb, LEV_SERVER_A_POOL, s->pool) ||
	    nla_put_u32(skb, LEV_SERVER_A_WEIGHT, s->weight) ||
	    nla_put_u32(skb, LEV_SERVER_A_ADMIN, s->admin) ||
	    nla_put_u8(skb, LEV_SERVER_A_REACHED, state.reached) ||
	    nla_put_u8(skb, LEV_SERVER_A_UP, !!state.agreed_percent) ||
	    nla_put_u32(skb, LEV_SERVER_A_SHARE, state.share))
		return -EMSGSIZE;
	if (state.in_force &&
	    (nla_put_u32(skb, LEV_SERVER_A_HEALTH, state.failed ? LEV_HEALTH_DOWN :
			 LEV_HEALTH_UP) ||
	     nla_put_u32(skb, LEV_SERVER_A_PERCENT, state.percent) ||
	     nla_put_u32(skb, LEV_SERVER_A_AGREED_PERCENT, state.agreed_percent)))
		return -EMSGSIZE;
	if (t && d->plan && lev_keep_counted(d->plan->keep) &&
	    nla_put_u32(skb, LEV_SERVER_A_FLOWS, READ_ONCE(t->flows)))
		return -EMSGSIZE;
	if (t && (nla_put_u64_64bit(skb, LEV_SERVER_A_PACKETS, lev_target_packets(t),
				    LEV_SERVER_A_PAD) ||
		  (lev_target_mac(t, mac) && nla_put(skb, LEV_SERVER_A_MAC, ETH_ALEN, mac))))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int lev_nl_put_service(struct sk_buff *skb, struct lev_cluster *c, const struct lev_service *s)
{
	const struct dump d = in_force(c);

	return put_service(skb, &d, s - d.cfg->services);
}

int lev_nl_put_server(struct sk_buff *skb, struct lev_cluster *c, const struct lev_server *s)
{
	const struct dump d = in_force(c);

	return put_server(skb, &d, s - d.cfg->servers);
}

int lev_nl_address_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	static const struct list list = { LEV_CMD_ADDRESS_GET, count_addresses, put_address };

	return dump_list(skb, cb, &list);
}

int lev_nl_node_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	static const struct list list = { LEV_CMD_NODE_GET, count_nodes, put_node };

	return dump_list(skb, cb, &list);
}

int lev_nl_service_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	static const struct list list = { LEV_CMD_SERVICE_GET, count_services, put_service };

	return dump_list(skb, cb, &list);
}

int lev_nl_server_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	static const struct list list = { LEV_CMD_SERVER_GET, count_servers, put_server };

	return dump_list(skb, cb, &list);
}

static int put_cluster_message(struct sk_buff *skb, struct netlink_callback *cb,
			       struct lev_cluster *c)
{
	void *head = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				 &lev_genl_family, NLM_F_MULTI, LEV_CMD_CLUSTER_GET);
	int ret;

	if (!head)
		return -EMSGSIZE;
	mutex_lock(&c->config_mutex);
	ret = lev_nl_put_device(skb, c) ? :
	      lev_nl_put_cluster(skb, c, &lev_commit_newest(c)->params);
	mutex_unlock(&c->config_mutex);
	if (ret) {
		genlmsg_cancel(skb, head);
		return ret;
	}
	genlmsg_end(skb, head);
	return 0;
}

/*
 * The next cluster by ifindex, held: the list cannot be walked across the mutex. Only the
 * named one if the request names one.
 */
static struct lev_cluster *next_cluster(struct net *net, int after, int only,
					netdevice_tracker *tracker)
{
	struct lev_cluster *c, *best = NULL;

	rcu_read_lock();
	list_for_each_entry_rcu(c, &lev_net(net)->clusters, list) {
		int ifindex = c->dev->ifindex;

		if (ifindex <= after || (only && ifindex != only) ||
		    c->dev->reg_state != NETREG_REGISTERED)
			continue;
		if (!best || ifindex < best->dev->ifindex)
			best = c;
	}
	if (best)
		netdev_hold(best->dev, tracker, GFP_ATOMIC);
	rcu_read_unlock();
	return best;
}

/* cb->args[0] is the last ifindex shown, args[1] the only one wanted. */
int lev_nl_cluster_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nlattr **attrs = lev_dump_attrs(genl_dumpit_info(cb));
	struct net *net = sock_net(cb->skb->sk);
	netdevice_tracker tracker;
	struct lev_cluster *c;

	if (!cb->args[1] && (attrs[LEV_A_IFINDEX] || attrs[LEV_A_IFNAME])) {
		c = lev_nl_find(net, attrs, &tracker, cb->extack);
		if (IS_ERR(c))
			return PTR_ERR(c);
		cb->args[1] = c->dev->ifindex;
		netdev_put(c->dev, &tracker);
	}
	while ((c = next_cluster(net, cb->args[0], cb->args[1], &tracker))) {
		int ret = put_cluster_message(skb, cb, c);
		int ifindex = c->dev->ifindex;

		netdev_put(c->dev, &tracker);
		if (ret)
			break;
		cb->args[0] = ifindex;
	}
	return skb->len;
}

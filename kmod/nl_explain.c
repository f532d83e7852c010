// SPDX-License-Identifier: GPL-2.0
/*
 * What becomes of one packet, and why (see nl.h): asked of the functions that the packet path
 * itself goes by. Runs in process context under the cluster's config_mutex; changes nothing.
 */
#include "asker.h"
#include "choose.h"
#include "nl_edit.h"
#include "macs.h"

/* 64 lanes of 40 bytes, a service, a server, and the rest. */
#define EXPLAIN_SIZE	(8 * 1024)

/**
 * struct packet - what is asked about
 * @tb: attributes of the request's nest
 * @flow: as a packet would show it
 */
struct packet {
	struct nlattr *tb[LEV_EXPLAIN_A_MAX + 1];
	struct lev_flow flow;
};

/**
 * struct finding - what becomes of it
 * @service: that it is for, or NULL
 * @kept: its entry and its target, if there is a service
 * @why: the word for it
 */
struct finding {
	const struct lev_plan_service *service;
	struct lev_kept kept;
	enum lev_why why;
};

static int missing(struct genl_info *info, int attr, const char *text)
{
	NL_SET_ERR_ATTR_MISS(info->extack, info->attrs[LEV_A_EXPLAIN], attr);
	if (info->extack)
		info->extack->_msg = text;
	return -EINVAL;
}

static int read_addresses(struct genl_info *info, struct packet *p)
{
	struct lev_error err = {};
	int ret;

	if (!p->tb[LEV_EXPLAIN_A_SRC])
		return missing(info, LEV_EXPLAIN_A_SRC, "the source address is missing");
	if (!p->tb[LEV_EXPLAIN_A_DST])
		return missing(info, LEV_EXPLAIN_A_DST, "the destination address is missing");
	ret = lev_edit_addr(p->tb, LEV_EXPLAIN_A_SRC, &p->flow.src, &err) ? :
	      lev_edit_addr(p->tb, LEV_EXPLAIN_A_DST, &p->flow.dst, &err);
	if (!ret && lev_addr_is4(&p->flow.src) != lev_addr_is4(&p->flow.dst)) {
		err.attr = LEV_EXPLAIN_A_DST;
		err.msg = "source and destination are of two families";
		ret = -EAFNOSUPPORT;
	}
	lev_edit_blame(info, p->tb, &err);
	return ret;
}

static int read_port(struct genl_info *info, struct packet *p, int attr, __be16 *port)
{
	struct nlattr *said = p->tb[attr];

	if (!lev_flow_has_ports(p->flow.proto)) {
		if (!said)
			return 0;
		NL_SET_ERR_MSG_ATTR(info->extack, said, "a port needs a protocol that has ports");
		return -EINVAL;
	}
	if (!said)
		return missing(info, attr, "this protocol has ports: both are needed");
	if (nla_get_u32(said) > U16_MAX) {
		NL_SET_ERR_MSG_ATTR(info->extack, said, "port must be 0 to 65535");
		return -ERANGE;
	}
	*port = htons(nla_get_u32(said));
	return 0;
}

static int read_packet(struct genl_info *info, struct packet *p)
{
	struct nlattr *proto;
	int ret;

	memset(p, 0, sizeof(*p));
	if (GENL_REQ_ATTR_CHECK(info, LEV_A_EXPLAIN)) {
		NL_SET_ERR_MSG(info->extack, "what to explain is missing");
		return -EINVAL;
	}
	ret = nla_parse_nested(p->tb, LEV_EXPLAIN_A_MAX, info->attrs[LEV_A_EXPLAIN],
			       lev_nl_explain_policy, info->extack) ? :
	      read_addresses(info, p);
	if (ret)
		return ret;
	proto = p->tb[LEV_EXPLAIN_A_PROTO];
	if (proto && (!nla_get_u32(proto) || nla_get_u32(proto) > U8_MAX)) {
		NL_SET_ERR_MSG_ATTR(info->extack, proto, "protocol must be 1 to 255");
		return -ERANGE;
	}
	p->flow.proto = proto ? nla_get_u32(proto) : 0;
	return read_port(info, p, LEV_EXPLAIN_A_SPORT, &p->flow.sport) ? :
	       read_port(info, p, LEV_EXPLAIN_A_DPORT, &p->flow.dport);
}

/* Nothing comes in or goes out by a device that is down, whatever the plan says. */
static bool all_up(const struct lev_cluster *c)
{
	return netif_running(c->dev) && lev_port_up(c, LEV_SIDE_FRONT) &&
	       lev_port_up(c, LEV_SIDE_BACK);
}

static void find(const struct lev_cluster *c, const struct lev_plan *plan,
		 const struct lev_flow *flow, struct finding *f)
{
	struct net_device *back;
	u64 mac;

	f->service = lev_plan_service(plan, &flow->dst, flow->proto, flow->dport);
	if (!f->service)
		return;
	lev_kept_look(plan, f->service, flow, &f->kept);
	rcu_read_lock();
	f->why = all_up(c) ? lev_way(c, f->kept.target, &back, &mac) : LEV_WHY_DEVICE_DOWN;
	rcu_read_unlock();
}

/*
 * What its lane is sought by. In IPv6 that is its MAC address, so it is known of a link-local
 * address that is made of one, and of those that have asked.
 */
static bool lane_key(const struct lev_cluster *c, const struct lev_address *levip,
		     const struct lev_addr *addr, struct lev_addr *key)
{
	struct lev_asker asker = { .addr = *addr, .levip = levip->addr };

	if (lev_addr_is4(addr) || lev_nd_is_key(addr)) {
		*key = *addr;
		return true;
	}
	/* With one arm all have asked on the front, whatever side the LevIP is of. */
	asker.side = lev_ports_one(c) ? LEV_SIDE_FRONT : levip->side;
	if (!lev_asker_find(c->askers, &asker))
		return false;
	lev_asker_key(&asker, key);
	return true;
}

/* The address that its owner answers with, if that is as we are. */
static int put_mac(struct sk_buff *skb, struct lev_cluster *c, enum lev_side side,
		   unsigned int lane)
{
	const struct lev_port *port;
	u8 mac[ETH_ALEN];
	bool has;

	rcu_read_lock();
	port = lev_port_of(c, side);
	has = lane < READ_ONCE(port->n_macs);
	rcu_read_unlock();
	lev_lane_mac(READ_ONCE(c->id), port->side, lane, mac);
	return has ? nla_put(skb, LEV_LANE_A_MAC, sizeof(mac), mac) : 0;
}

static int put_lane(struct sk_buff *skb, struct lev_cluster *c,
		    const struct lev_plan *plan, const struct lev_addr *asker, unsigned int index)
{
	const struct lev_address *levip = &plan->addresses[index];
	unsigned int lanes = READ_ONCE(c->n_lanes), lane;
	struct nlattr *nest;
	struct lev_addr key;

	/* They are not known before the node has heard the others, or has waited for them. */
	if (!lanes || lev_addr_is4(asker) != lev_addr_is4(&levip->addr) ||
	    !lane_key(c, levip, asker, &key))
		return 0;
	lane = lev_plan_lane(plan, index, &key, lanes);
	nest = nla_nest_start(skb, LEV_EXPLAIN_A_LANE);
	if (!nest || lev_nl_put_addr(skb, LEV_LANE_A_ADDR, &levip->addr) ||
	    nla_put_u32(skb, LEV_LANE_A_SIDE, levip->side) ||
	    nla_put_u32(skb, LEV_LANE_A_LANE, lane) ||
	    nla_put_u32(skb, LEV_LANE_A_OWNER, READ_ONCE(c->owner[lane])) ||
	    put_mac(skb, c, levip->side, lane))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* Of the LevIP that the destination is, or of all. */
static int put_lanes(struct sk_buff *skb, struct lev_cluster *c,
		     const struct lev_plan *plan, const struct lev_flow *flow, int levip)
{
	unsigned int i;

	if (levip >= 0)
		return put_lane(skb, c, plan, &flow->src, levip);
	for (i = 0; i < plan->n_addresses; i++)
		if (put_lane(skb, c, plan, &flow->src, i))
			return -EMSGSIZE;
	return 0;
}

static int put_kept(struct sk_buff *skb, const struct lev_kept *kept)
{
	if (nla_put_u32(skb, LEV_EXPLAIN_A_ENTRY, kept->entry) ||
	    nla_put_u8(skb, LEV_EXPLAIN_A_MOVED, kept->moved) ||
	    nla_put_u8(skb, LEV_EXPLAIN_A_PINNED, kept->pinned) ||
	    (kept->origin && lev_nl_put_addr(skb, LEV_EXPLAIN_A_ORIGIN, &kept->origin->addr)))
		return -EMSGSIZE;
	return 0;
}

static int put_explain(struct sk_buff *skb, struct lev_cluster *c,
		       const struct lev_plan *plan, const struct lev_flow *flow,
		       const struct finding *f)
{
	int levip = plan ? lev_plan_address(plan, &flow->dst) : -1;
	struct nlattr *nest = nla_nest_start(skb, LEV_A_EXPLAIN);

	if (!nest || nla_put_u32(skb, LEV_EXPLAIN_A_WHY, f->why) ||
	    nla_put_u8(skb, LEV_EXPLAIN_A_LEVIP, levip >= 0) ||
	    (f->service && put_kept(skb, &f->kept)) ||
	    (plan && put_lanes(skb, c, plan, flow, levip)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/* The plan is of the config in force, so that has them. */
static int put_found(struct sk_buff *skb, struct lev_cluster *c, const struct finding *f)
{
	struct lev_service service = {
		.addr = f->service->addr,
		.proto = f->service->proto,
		.port = ntohs(f->service->port),
	};
	struct lev_server server = {};
	int ret;

	ret = lev_nl_put_service(skb, c, lev_config_service(c->active, &service));
	if (ret || !f->kept.target)
		return ret;
	server.addr = f->kept.target->addr;
	strscpy(server.pool, f->service->pool->name, sizeof(server.pool));
	return lev_nl_put_server(skb, c, lev_config_server(c->active, &server));
}

static int fill(struct sk_buff *skb, struct lev_cluster *c, struct genl_info *info, void *arg)
{
	struct finding f = { .why = LEV_WHY_NO_SERVICE };
	const struct lev_plan *plan;
	struct packet *p = arg;
	int ret;

	mutex_lock(&c->config_mutex);
	plan = rcu_dereference_protected(c->plan, lockdep_is_held(&c->config_mutex));
	if (plan && !p->flow.proto && lev_plan_serves(plan, &p->flow.dst)) {
		ret = missing(info, LEV_EXPLAIN_A_PROTO,
			      "there is a service at the destination: which protocol?");
		goto out;
	}
	if (plan)
		find(c, plan, &p->flow, &f);
	ret = put_explain(skb, c, plan, &p->flow, &f) ? :
	      (f.service ? put_found(skb, c, &f) : 0);
out:
	mutex_unlock(&c->config_mutex);
	return ret;
}

int lev_nl_explain_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct packet p;

	return read_packet(info, &p) ? :
	       lev_nl_reply(info, EXPLAIN_SIZE, LEV_CMD_EXPLAIN, fill, &p);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A packet for a service (see forward.h). Owns nothing; reads the plan under RCU.
 */
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ip.h>

#include "forward.h"
#include "plan.h"
#include "server.h"
#include "xmit.h"

static unsigned int drop(struct lev_cluster *c, enum lev_stat why)
{
	lev_stats_add(c->stats, why, 1);
	return NF_DROP;
}

/* Left to the kernel, which routes it and so answers as a router must. */
static unsigned int pass(struct lev_cluster *c)
{
	lev_count(c, PACKETS_PASSED);
	return NF_ACCEPT;
}

static bool too_big(const struct sk_buff *skb, const struct lev_flow *flow,
		    const struct net_device *back)
{
	if (skb_is_gso(skb))
		return !skb_gso_validate_network_len(skb, back->mtu);
	return flow->tot_len > back->mtu;
}

static bool age(struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP)) {
		if (skb_ensure_writable(skb, sizeof(struct iphdr)))
			return false;
		ip_decrease_ttl(ip_hdr(skb));
	} else {
		if (skb_ensure_writable(skb, sizeof(struct ipv6hdr)))
			return false;
		ipv6_hdr(skb)->hop_limit--;
	}
	return true;
}

/* The frame as it leaves: TTL less one, to the server's MAC from ours. May move the skb. */
static bool rewrite(struct sk_buff *skb, struct net_device *back, const u8 *mac)
{
	struct ethhdr *eth;

	if (skb_cow_head(skb, LL_RESERVED_SPACE(back)) || !age(skb))
		return false;
	eth = skb_push(skb, ETH_HLEN);
	skb_reset_mac_header(skb);
	ether_addr_copy(eth->h_dest, mac);
	ether_addr_copy(eth->h_source, back->dev_addr);
	eth->h_proto = skb->protocol;
	skb->dev = back;
	__vlan_hwaccel_clear_tag(skb);
	skb_clear_tstamp(skb);
	skb_forward_csum(skb);
	return true;
}

static struct lev_target *choose(const struct lev_plan *plan, const struct lev_plan_service *s,
				 const struct lev_flow *flow)
{
	u16 index;

	if (!s->pool->used)
		return NULL;
	index = s->pool->table[lev_flow_hash(flow, s->hash, &plan->hash_key)];
	return plan->targets[index];
}

/* For a packet of @service, whose flow is @flow. */
static unsigned int forward(struct lev_cluster *c, struct sk_buff *skb,
			    const struct lev_plan *plan, const struct lev_plan_service *service,
			    const struct lev_flow *flow)
{
	struct lev_target *target = choose(plan, service, flow);
	struct net_device *back = lev_port_dev(c, LEV_SIDE_BACK);
	u8 mac[ETH_ALEN];

	if (!target || !back || !lev_target_mac(target, mac))
		return drop(c, LEV_STAT_PACKETS_NO_SERVER);
	if (flow->ttl <= 1 || too_big(skb, flow, back))
		return pass(c);
	if (pskb_trim_rcsum(skb, flow->tot_len) || !rewrite(skb, back, mac))
		return drop(c, LEV_STAT_PACKETS_DROPPED);

	if (lev_xmit(skb)) {
		lev_count(c, PACKETS_FORWARDED);
		lev_stats_add(c->stats, LEV_STAT_BYTES_FORWARDED, flow->tot_len);
		this_cpu_inc(*target->packets);
	} else {
		lev_count(c, PACKETS_DROPPED);
	}
	return NF_STOLEN;
}

/* Is there anything that this packet could be for? */
static const struct lev_plan *plan_for(struct lev_cluster *c, struct sk_buff *skb)
{
	const struct lev_plan *plan = rcu_dereference(c->plan);

	return plan && plan->n_services && skb->pkt_type == PACKET_HOST ? plan : NULL;
}

unsigned int lev_forward4(struct lev_cluster *c, struct sk_buff *skb)
{
	const struct lev_plan *plan = plan_for(c, skb);
	const struct lev_plan_service *service;
	struct lev_flow flow;

	/* Ports lie within the longest IPv4 header and 4 bytes. */
	if (!plan || !pskb_may_pull(skb, min_t(unsigned int, skb->len, 64)) ||
	    lev_flow_parse4(skb->data, skb_headlen(skb), skb->len, &flow))
		return NF_ACCEPT;
	service = lev_plan_service(plan, &flow.dst, flow.proto, flow.dport);
	if (!service)
		return NF_ACCEPT;
	if (ip_fast_csum(skb->data, ip_hdr(skb)->ihl))
		return drop(c, LEV_STAT_PACKETS_DROPPED);
	return forward(c, skb, plan, service, &flow);
}

unsigned int lev_forward6(struct lev_cluster *c, struct sk_buff *skb)
{
	const struct lev_plan *plan = plan_for(c, skb);
	const struct lev_plan_service *service;
	struct lev_flow flow;

	if (!plan || !pskb_may_pull(skb, min_t(unsigned int, skb->len, LEV_FLOW_PULL_MAX)) ||
	    lev_flow_parse6(skb->data, skb_headlen(skb), skb->len, &flow))
		return NF_ACCEPT;
	service = lev_plan_service(plan, &flow.dst, flow.proto, flow.dport);
	return service ? forward(c, skb, plan, service, &flow) : NF_ACCEPT;
}

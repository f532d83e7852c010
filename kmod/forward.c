// SPDX-License-Identifier: GPL-2.0
/*
 * A packet for a service (see forward.h). Owns nothing; reads the plan under RCU.
 */
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ip.h>

#include "beat.h"
#include "choose.h"
#include "forward.h"
#include "hold.h"
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

static void age(struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP))
		ip_decrease_ttl(ip_hdr(skb));
	else
		ipv6_hdr(skb)->hop_limit--;
}

/* The frame as it leaves: TTL less one, to the server's MAC from ours. May move the skb. */
static bool rewrite(struct sk_buff *skb, struct net_device *back, const u8 *mac)
{
	struct ethhdr *eth;

	/* As the kernel's own forwarding: a header of our own, which others do not see. */
	if (skb_cow(skb, LL_RESERVED_SPACE(back)))
		return false;
	age(skb);
	eth = __skb_push(skb, ETH_HLEN);
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

/* IPv6 has no checksum of its header. */
static bool header_right(const struct sk_buff *skb)
{
	return skb->protocol != htons(ETH_P_IP) || !ip_fast_csum(skb->data, ip_hdr(skb)->ihl);
}

/* To the server of @flow, if that is one of a service's. */
static unsigned int forward(struct lev_cluster *c, struct sk_buff *skb,
			    const struct lev_plan *plan, const struct lev_flow *flow)
{
	const struct lev_plan_service *service;
	struct lev_target *target;
	struct net_device *back;
	u8 mac[ETH_ALEN];

	service = lev_plan_service(plan, &flow->dst, flow->proto, flow->dport);
	if (!service)
		return NF_ACCEPT;
	if (!header_right(skb))
		return drop(c, LEV_STAT_PACKETS_DROPPED);
	/* It has chosen a server, which should not be us: no third one is to try again. */
	if (lev_beat_from_node(c, eth_hdr(skb)->h_source))
		return drop(c, LEV_STAT_PACKETS_LOOPED);
	target = lev_choose(c, plan, service, flow);
	if (lev_way(c, target, &back, mac) != LEV_WHY_SERVED)
		return drop(c, LEV_STAT_PACKETS_NO_SERVER);
	if (flow->ttl <= 1 || too_big(skb, flow, back))
		return pass(c);
	if (pskb_trim_rcsum(skb, flow->tot_len) || !rewrite(skb, back, mac))
		return drop(c, LEV_STAT_PACKETS_DROPPED);

	if (lev_xmit(skb)) {
		lev_stats_forwarded(c->stats, flow->tot_len);
		this_cpu_inc(*target->packets);
	} else {
		lev_count(c, PACKETS_DROPPED);
	}
	return NF_STOLEN;
}

/* Those that waited for the first fragment, which has gone. They find it in the tracker. */
static void release(struct lev_cluster *c, struct sk_buff *list)
{
	struct sk_buff *skb, *next;

	skb_list_walk_safe(list, skb, next) {
		skb_mark_not_on_list(skb);
		switch (skb->protocol == htons(ETH_P_IP) ? lev_forward4(c, skb) :
			lev_forward6(c, skb)) {
		case NF_ACCEPT:
			netif_receive_skb(skb);
			break;
		case NF_DROP:
			kfree_skb(skb);
			break;
		}
	}
}

/* Only the first fragment of a datagram says by its ports where all of them go. */
static unsigned int fragment(struct lev_cluster *c, struct sk_buff *skb,
			     const struct lev_plan *plan, struct lev_flow *flow)
{
	struct sk_buff *waited;
	unsigned int verdict;

	if (!lev_plan_serves(plan, &flow->dst))
		return NF_ACCEPT;
	if (flow->first) {
		waited = lev_hold_first(c, flow, &plan->hash_key);
		verdict = forward(c, skb, plan, flow);
		release(c, waited);
		return verdict;
	}
	/* Who else has it could not be told of its next. */
	if (skb_shared(skb))
		return drop(c, LEV_STAT_PACKETS_DROPPED);
	switch (lev_hold_later(c, skb, flow, &plan->hash_key)) {
	case LEV_FRAG_KNOWN:
		return forward(c, skb, plan, flow);
	case LEV_FRAG_HOLD:
		return NF_STOLEN;
	default:
		return drop(c, LEV_STAT_PACKETS_DROPPED);
	}
}

/* Is there anything that this packet could be for? */
static const struct lev_plan *plan_for(struct lev_cluster *c, const struct sk_buff *skb)
{
	const struct lev_plan *plan = rcu_dereference(c->plan);

	return plan && plan->n_services && skb->pkt_type == PACKET_HOST ? plan : NULL;
}

/* An error about a flow goes where the flow goes: @flow becomes that one. */
static void follow_error(struct sk_buff *skb, struct lev_flow *flow)
{
	struct lev_flow inner;
	int ret;

	if (!pskb_may_pull(skb, min_t(unsigned int, skb->len, LEV_FLOW_PULL_MAX)))
		return;
	ret = flow->proto == IPPROTO_ICMP ?
		lev_flow_parse_error4(skb->data, skb_headlen(skb), flow, &inner) :
		lev_flow_parse_error6(skb->data, skb_headlen(skb), flow, &inner);
	if (!ret)
		*flow = inner;
}

unsigned int lev_forward4(struct lev_cluster *c, struct sk_buff *skb)
{
	const struct lev_plan *plan = plan_for(c, skb);
	struct lev_flow flow;

	if (!plan || !pskb_may_pull(skb, min_t(unsigned int, skb->len, LEV_FLOW_PULL4)) ||
	    lev_flow_parse4(skb->data, skb_headlen(skb), skb->len, &flow))
		return NF_ACCEPT;
	if (unlikely(flow.first || flow.later))
		return fragment(c, skb, plan, &flow);
	if (unlikely(flow.proto == IPPROTO_ICMP))
		follow_error(skb, &flow);
	return forward(c, skb, plan, &flow);
}

unsigned int lev_forward6(struct lev_cluster *c, struct sk_buff *skb)
{
	const struct lev_plan *plan = plan_for(c, skb);
	struct lev_flow flow;

	if (!plan || !pskb_may_pull(skb, min_t(unsigned int, skb->len, LEV_FLOW_PULL_MAX)) ||
	    lev_flow_parse6(skb->data, skb_headlen(skb), skb->len, &flow))
		return NF_ACCEPT;
	if (unlikely(flow.first || flow.later))
		return fragment(c, skb, plan, &flow);
	if (unlikely(flow.proto == IPPROTO_ICMPV6))
		follow_error(skb, &flow);
	return forward(c, skb, plan, &flow);
}

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
#include "core/odd.h"
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
	if (likely(flow->tot_len <= back->mtu))
		return false;
	return !skb_is_gso(skb) || !skb_gso_validate_network_len(skb, back->mtu);
}

/* IPv6 has no checksum of its header. */
static bool header_right(const struct sk_buff *skb)
{
	return skb->protocol != htons(ETH_P_IP) ||
	       !ip_fast_csum(skb->data, ((const struct iphdr *)skb->data)->ihl);
}

/* One that a router may have to refuse: whether this one, which is the kernel, does. */
static noinline bool refused(const struct lev_cluster *c, struct sk_buff *skb,
			     const struct lev_flow *flow)
{
	if (!pskb_may_pull(skb, min_t(unsigned int, skb->len, LEV_ODD_PULL)))
		return true;
	if (skb->protocol == htons(ETH_P_IP))
		return lev_odd_refused4(skb->data);
	return lev_odd_refused6(skb->data, skb_headlen(skb), flow->tot_len, lev_ports_one(c));
}

static void age(struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP))
		ip_decrease_ttl((struct iphdr *)skb->data);
	else
		((struct ipv6hdr *)skb->data)->hop_limit--;
}

/* The frame as it leaves: TTL less one, to the server's MAC from ours. May move the skb. */
static bool rewrite(struct sk_buff *skb, struct net_device *back, u64 mac)
{
	struct ethhdr *eth;

	/* As the kernel's own forwarding: a header of our own, which others do not see. */
	if (skb_cow(skb, LL_RESERVED_SPACE(back)))
		return false;
	age(skb);
	eth = __skb_push(skb, ETH_HLEN);
	skb_reset_mac_header(skb);
	ether_addr_copy(eth->h_dest, (const u8 *)&mac);
	ether_addr_copy(eth->h_source, back->dev_addr);
	eth->h_proto = skb->protocol;
	skb->dev = back;
	__vlan_hwaccel_clear_tag(skb);
	skb_clear_tstamp(skb);
	skb_forward_csum(skb);
	return true;
}

/* To the server of @flow, if that is one of a service's. */
static unsigned int forward(struct lev_cluster *c, struct sk_buff *skb,
			    const struct lev_plan *plan, const struct lev_flow *flow)
{
	const struct lev_plan_service *service;
	struct lev_target *target;
	struct net_device *back;
	u64 mac;

	service = lev_plan_service(plan, &flow->dst, flow->proto, flow->dport);
	if (!service)
		return NF_ACCEPT;
	if (!header_right(skb))
		return drop(c, LEV_STAT_PACKETS_DROPPED);
	/* It has chosen a server, which should not be us: no third one is to try again. */
	if (lev_beat_from_node(c, eth_hdr(skb)->h_source))
		return drop(c, LEV_STAT_PACKETS_LOOPED);
	if (unlikely(flow->odd) && refused(c, skb, flow))
		return pass(c);
	target = lev_choose(c, plan, service, flow);
	if (lev_way(c, target, &back, &mac) != LEV_WHY_SERVED)
		return drop(c, LEV_STAT_PACKETS_NO_SERVER);
	if (flow->ttl <= 1 || too_big(skb, flow, back))
		return pass(c);
	if (pskb_trim_rcsum(skb, flow->tot_len) || !rewrite(skb, back, mac))
		return drop(c, LEV_STAT_PACKETS_DROPPED);

	if (lev_xmit_packet(skb)) {
		lev_stats_forwarded(c->stats, flow->tot_len);
		__this_cpu_inc(*target->packets);
	} else {
		lev_count(c, PACKETS_DROPPED);
	}
	return NF_STOLEN;
}

/* Those that waited for the first fragment, which has gone. They find it in the tracker. */
static noinline void release(struct lev_cluster *c, struct sk_buff *list)
{
	struct sk_buff *skb, *next;

	skb_list_walk_safe(list, skb, next) {
		skb_mark_not_on_list(skb);
		switch (lev_forward(c, skb)) {
		case NF_ACCEPT:
			netif_receive_skb(skb);
			break;
		case NF_DROP:
			kfree_skb(skb);
			break;
		}
	}
}

/* A fragment that is not the first one, see fragment(). */
static unsigned int later_fragment(struct lev_cluster *c, struct sk_buff *skb,
				   const struct lev_plan *plan, struct lev_flow *flow)
{
	/* Who else has it could not be told of its next. */
	if (skb_shared(skb))
		return drop(c, LEV_STAT_PACKETS_DROPPED);
	switch (lev_hold_later(c, skb, flow, &plan->hash_key)) {
	case LEV_FRAG_KNOWN:
		return NF_REPEAT;
	case LEV_FRAG_HOLD:
		return NF_STOLEN;
	default:
		return drop(c, LEV_STAT_PACKETS_DROPPED);
	}
}

/*
 * Only the first fragment of a datagram says by its ports where all of them go. Return: NF_REPEAT
 * if @flow is known now, and @waited those that are to follow it; else the verdict.
 */
static noinline unsigned int fragment(struct lev_cluster *c, struct sk_buff *skb,
				      const struct lev_plan *plan, struct lev_flow *flow,
				      struct sk_buff **waited)
{
	if (!lev_plan_serves(plan, &flow->dst))
		return NF_ACCEPT;
	if (flow->later)
		return later_fragment(c, skb, plan, flow);
	*waited = lev_hold_first(c, flow, &plan->hash_key);
	return NF_REPEAT;
}

/* An error about a flow goes where the flow goes: @flow becomes that one. */
static noinline void follow_error(struct sk_buff *skb, struct lev_flow *flow)
{
	struct lev_flow inner;
	int ret;

	if (!pskb_may_pull(skb, min_t(unsigned int, skb->len, LEV_FLOW_PULL_MAX)))
		return;
	ret = skb->protocol == htons(ETH_P_IP) ?
		lev_flow_parse_error4(skb->data, skb_headlen(skb), flow, &inner) :
		lev_flow_parse_error6(skb->data, skb_headlen(skb), flow, &inner);
	if (!ret)
		*flow = inner;
}

/* Are the first bytes readable, or all if there are no more? */
static bool readable(struct sk_buff *skb, unsigned int bytes)
{
	return !skb_is_nonlinear(skb) || pskb_may_pull(skb, min(skb->len, bytes));
}

static bool parse(struct sk_buff *skb, struct lev_flow *flow)
{
	if (skb->protocol == htons(ETH_P_IP))
		return readable(skb, LEV_FLOW_PULL4) &&
		       !lev_flow_parse4(skb->data, skb_headlen(skb), skb->len, flow);
	return readable(skb, LEV_FLOW_PULL_MAX) &&
	       !lev_flow_parse6(skb->data, skb_headlen(skb), skb->len, flow);
}

/* Either family's protocol for errors: follow_error() finds none if it is the other's. */
static bool may_be_error(const struct lev_flow *flow)
{
	return flow->proto == IPPROTO_ICMP || flow->proto == IPPROTO_ICMPV6;
}

unsigned int lev_forward(struct lev_cluster *c, struct sk_buff *skb)
{
	const struct lev_plan *plan = rcu_dereference(c->plan);
	struct sk_buff *waited = NULL;
	/* Parsing writes all of it; zeroes before that would be for nothing. */
	struct lev_flow flow __uninitialized;
	unsigned int verdict;

	if (!plan || skb->pkt_type != PACKET_HOST || !parse(skb, &flow))
		return NF_ACCEPT;
	if (unlikely(flow.first || flow.later)) {
		verdict = fragment(c, skb, plan, &flow, &waited);
		if (verdict != NF_REPEAT)
			return verdict;
	} else if (unlikely(may_be_error(&flow))) {
		follow_error(skb, &flow);
	}
	verdict = forward(c, skb, plan, &flow);
	if (unlikely(waited))
		release(c, waited);
	return verdict;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A packet for a service (see forward.h). Owns nothing; reads the plan under RCU.
 */
#include <linux/if_vlan.h>
#include <linux/ip.h>
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

/* The frame as it leaves: TTL less one, to the server's MAC from ours. May move the skb. */
static bool rewrite(struct sk_buff *skb, struct net_device *back, const u8 *mac)
{
	struct ethhdr *eth;

	if (skb_cow_head(skb, LL_RESERVED_SPACE(back)) ||
	    skb_ensure_writable(skb, sizeof(struct iphdr)))
		return false;
	ip_decrease_ttl(ip_hdr(skb));
	eth = skb_push(skb, ETH_HLEN);
	skb_reset_mac_header(skb);
	ether_addr_copy(eth->h_dest, mac);
	ether_addr_copy(eth->h_source, back->dev_addr);
	eth->h_proto = htons(ETH_P_IP);
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

unsigned int lev_forward4(struct lev_cluster *c, struct sk_buff *skb)
{
	const struct lev_plan *plan = rcu_dereference(c->plan);
	const struct lev_plan_service *service;
	struct lev_target *target;
	struct net_device *back;
	struct lev_flow flow;
	u8 mac[ETH_ALEN];

	if (!plan || !plan->n_services || skb->pkt_type != PACKET_HOST)
		return NF_ACCEPT;
	/* Ports lie within the longest IPv4 header and 4 bytes. */
	if (!pskb_may_pull(skb, min_t(unsigned int, skb->len, 64)) ||
	    lev_flow_parse4(skb->data, skb_headlen(skb), skb->len, &flow))
		return NF_ACCEPT;
	service = lev_plan_service(plan, &flow.dst, flow.proto, flow.dport);
	if (!service)
		return NF_ACCEPT;
	if (ip_fast_csum(skb->data, ip_hdr(skb)->ihl))
		return drop(c, LEV_STAT_PACKETS_DROPPED);
	target = choose(plan, service, &flow);
	back = lev_port_dev(c, LEV_SIDE_BACK);
	if (!target || !back || !lev_target_mac(target, mac))
		return drop(c, LEV_STAT_PACKETS_NO_SERVER);
	if (flow.ttl <= 1 || too_big(skb, &flow, back))
		return pass(c);
	if (pskb_trim_rcsum(skb, flow.tot_len) || !rewrite(skb, back, mac))
		return drop(c, LEV_STAT_PACKETS_DROPPED);

	if (lev_xmit(skb)) {
		lev_count(c, PACKETS_FORWARDED);
		lev_stats_add(c->stats, LEV_STAT_BYTES_FORWARDED, flow.tot_len);
		this_cpu_inc(*target->packets);
	} else {
		lev_count(c, PACKETS_DROPPED);
	}
	return NF_STOLEN;
}

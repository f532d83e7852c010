// SPDX-License-Identifier: GPL-2.0
/*
 * What comes in on front and back (see rx.h): classify a frame, hand it to the one file
 * that knows what to do, pass its verdict on. Owns nothing.
 */
#include <linux/if_arp.h>
#include <linux/if_vlan.h>
#include <linux/inetdevice.h>

#include "answer.h"
#include "arp.h"
#include "beat.h"
#include "forward.h"
#include "macs.h"
#include "ndisc.h"
#include "rx.h"
#include "server.h"
#include "sync.h"
#include "teach.h"

static unsigned int consumed(struct sk_buff *skb)
{
	consume_skb(skb);
	return NF_STOLEN;
}

/* The one device of a one-arm cluster is both sides. */
static bool is_side(const struct lev_port *port, enum lev_side side)
{
	return port->side == side || lev_ports_one(port->cluster);
}

static unsigned int rx_arp(struct lev_port *port, struct sk_buff *skb)
{
	struct lev_arp arp;

	if (skb->pkt_type == PACKET_OTHERHOST || !pskb_may_pull(skb, LEV_ARP_LEN) ||
	    !lev_arp_parse(skb->data, skb_headlen(skb), &arp))
		return NF_ACCEPT;
	if (is_side(port, LEV_SIDE_BACK))
		lev_server_heard(port->cluster, &arp.sender);
	return lev_answer_arp(port, skb->dev, &arp) ? consumed(skb) : NF_ACCEPT;
}

static noinline bool rx_nd(struct lev_port *port, struct sk_buff *skb)
{
	struct lev_nd nd;

	if (skb->pkt_type == PACKET_OTHERHOST || !lev_ndisc_parse(skb, &nd))
		return false;
	if (is_side(port, LEV_SIDE_BACK))
		lev_server_heard(port->cluster,
				 nd.type == LEV_ND_ADVERT_TYPE ? &nd.target : &nd.sender);
	return lev_answer_nd(port, skb->dev, &nd, eth_hdr(skb)->h_source);
}

static unsigned int rx_ip6(struct lev_port *port, struct sk_buff *skb)
{
	if (unlikely(lev_ndisc_may_be(skb)) && rx_nd(port, skb))
		return consumed(skb);
	return lev_forward(port->cluster, skb);
}

static unsigned int rx_wire(struct lev_port *port, struct sk_buff *skb)
{
	unsigned int type = pskb_may_pull(skb, LEV_WIRE_HEAD) ?
			    lev_wire_type(skb->data, skb_headlen(skb)) : 0;
	bool taken;

	if (type == LEV_WIRE_LANE)
		taken = true;	/* for switches */
	else if (type == LEV_WIRE_PINS)
		taken = lev_sync_rx(port, skb);
	else if (type == LEV_WIRE_MOVED)
		taken = lev_teach_rx(port, skb);
	else
		taken = lev_beat_rx(port, skb);
	return taken ? consumed(skb) : NF_ACCEPT;
}

/* Not in line: what these need of the stack, packets of services would pay for. */
static noinline unsigned int rx_other(struct lev_port *port, struct sk_buff *skb)
{
	switch (skb->protocol) {
	case htons(ETH_P_ARP):
		return rx_arp(port, skb);
	case htons(LEV_WIRE_ETHERTYPE):
		return rx_wire(port, skb);
	default:
		return NF_ACCEPT;
	}
}

/* A tagged frame is for the VLAN device above, not for us. */
static bool is_tagged(const struct sk_buff *skb)
{
	return skb_vlan_tag_present(skb) && skb_vlan_tag_get_id(skb);
}

unsigned int lev_rx(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	struct lev_port *port = priv;

	/*
	 * While the device is down nothing is answered or forwarded. For ARP rx_arp() sees to
	 * silence; Neighbour Discovery of the kernel answers only for the addresses of the
	 * device that it is asked on (ndisc_recv_ns()), and a LevIP is on ours.
	 */
	if (!netif_running(port->cluster->dev) && skb->protocol != htons(ETH_P_ARP))
		return NF_ACCEPT;
	if (is_tagged(skb))
		return NF_ACCEPT;
	if (unlikely(skb->pkt_type == PACKET_OTHERHOST))
		lev_macs_take(port, skb);

	switch (skb->protocol) {
	case htons(ETH_P_IP):
		return lev_forward(port->cluster, skb);
	case htons(ETH_P_IPV6):
		return rx_ip6(port, skb);
	default:
		return rx_other(port, skb);
	}
}

unsigned int lev_rx_back(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	struct lev_port *port = priv;

	if (unlikely(skb->pkt_type == PACKET_OTHERHOST) && netif_running(port->cluster->dev) &&
	    !is_tagged(skb))
		lev_macs_take(port, skb);
	return NF_ACCEPT;
}

/* While the device is down, only ARP is ours, as above. */
static struct lev_port *back_of(struct lev_cluster *c, const struct nf_hook_state *state)
{
	struct lev_port *port = &c->port[LEV_SIDE_BACK];

	return state->in == rcu_dereference(port->dev) && !lev_ports_one(c) ? port : NULL;
}

unsigned int lev_rx_back_arp(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	struct lev_port *port = back_of(priv, state);

	return port ? rx_arp(port, skb) : NF_ACCEPT;
}

unsigned int lev_rx_back_ip6(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	struct lev_port *port = back_of(priv, state);

	if (!port || !netif_running(port->cluster->dev) || !lev_ndisc_may_be(skb) ||
	    !rx_nd(port, skb))
		return NF_ACCEPT;
	return consumed(skb);
}

int lev_rx_back_wire(struct sk_buff *skb, struct net_device *dev, struct packet_type *pt,
		     struct net_device *orig_dev)
{
	struct lev_port *port = container_of(pt, struct lev_port, wire);

	skb = skb_share_check(skb, GFP_ATOMIC);
	if (!skb)
		return NET_RX_DROP;
	if (!netif_running(port->cluster->dev) || is_tagged(skb) ||
	    rx_wire(port, skb) == NF_ACCEPT)
		kfree_skb(skb);
	return NET_RX_SUCCESS;
}

/*
 * A LevIP is on the device, so the kernel may choose it as the sender of its own requests;
 * that would move our askers' entries to this node. Such a request gets another sender.
 * In IPv6 it cannot: ndisc_solicit() takes an address of the device that it asks on.
 */
unsigned int lev_arp_out(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	/* The Ethernet header is there already. */
	unsigned int len = skb_network_offset(skb) + LEV_ARP_LEN;
	struct lev_cluster *c = priv;
	struct lev_arp arp;
	__be32 from;

	if (state->out != lev_port_dev(c, LEV_SIDE_FRONT) &&
	    state->out != lev_port_dev(c, LEV_SIDE_BACK))
		return NF_ACCEPT;
	if (!pskb_may_pull(skb, len) ||
	    !lev_arp_parse(skb_network_header(skb), LEV_ARP_LEN, &arp) ||
	    !lev_answer_is_ours(c, &arp.sender))
		return NF_ACCEPT;
	if (arp.op != ARPOP_REQUEST || skb_ensure_writable(skb, len))
		return NF_DROP;
	memcpy(&from, arp.target.b + 12, sizeof(from));
	from = inet_select_addr(state->out, from, RT_SCOPE_LINK);
	lev_addr_set4(&arp.sender, &from);
	/* A device without an address of its own may be offered ours again: then nobody asks. */
	if (lev_answer_is_ours(c, &arp.sender))
		from = 0;
	memcpy(skb_network_header(skb) + 14, &from, sizeof(from));
	return NF_ACCEPT;
}

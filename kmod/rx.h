/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What comes in on front and back: the only file that knows all protocols.
 *
 * On front each packet may be one for a service, so a hook sees them all. On back it is only
 * ARP, Neighbour Discovery and frames of other nodes: they are taken where the kernel itself
 * comes to them, and answers of servers, which it forwards, do not pay for that. If a LevIP is on
 * the back, and lanes have MAC addresses there, a hook sees to those only. If both are one device
 * it is as on front.
 */
#ifndef _LEV_RX_H
#define _LEV_RX_H

#include <linux/netdevice.h>
#include <linux/netfilter.h>

/* Ingress hook of front; priv is the struct lev_port. Context: softirq, RCU. */
unsigned int lev_rx(void *priv, struct sk_buff *skb, const struct nf_hook_state *state);

/* Ingress hook of back, while it has LevIPs whose lanes have MAC addresses; as lev_rx(). */
unsigned int lev_rx_back(void *priv, struct sk_buff *skb, const struct nf_hook_state *state);

/*
 * Back: hook of ARP that comes in, hook of IPv6 for this machine; priv is the struct lev_cluster.
 * Context: softirq, RCU.
 */
unsigned int lev_rx_back_arp(void *priv, struct sk_buff *skb, const struct nf_hook_state *state);
unsigned int lev_rx_back_ip6(void *priv, struct sk_buff *skb, const struct nf_hook_state *state);

/* Back: a frame of our EtherType; @pt is the port's. Context: softirq, RCU. */
int lev_rx_back_wire(struct sk_buff *skb, struct net_device *dev, struct packet_type *pt,
		     struct net_device *orig_dev);

/* Hook of outgoing ARP; priv is the struct lev_cluster. Context: any, RCU. */
unsigned int lev_arp_out(void *priv, struct sk_buff *skb, const struct nf_hook_state *state);

#endif /* _LEV_RX_H */

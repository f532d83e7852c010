/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What comes in on front and back: the only file that knows all protocols.
 */
#ifndef _LEV_RX_H
#define _LEV_RX_H

#include <linux/netfilter.h>

/* Ingress hook; priv is the struct lev_port. Context: softirq, RCU. */
unsigned int lev_rx(void *priv, struct sk_buff *skb, const struct nf_hook_state *state);

/* Hook of outgoing ARP; priv is the struct lev_cluster. Context: any, RCU. */
unsigned int lev_arp_out(void *priv, struct sk_buff *skb, const struct nf_hook_state *state);

#endif /* _LEV_RX_H */

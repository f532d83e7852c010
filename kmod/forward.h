/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A packet for a service: chosen server, rewritten frame, out of back.
 */
#ifndef _LEV_FORWARD_H
#define _LEV_FORWARD_H

#include "cluster.h"

/**
 * lev_forward4() - an IPv4 packet came in on front
 * @c: cluster
 * @skb: data at its IP header
 *
 * Return: NF_ACCEPT if it is for no service or the kernel has to answer it (TTL, MTU),
 * NF_DROP, or NF_STOLEN when it was sent
 * Context: softirq, RCU
 */
unsigned int lev_forward4(struct lev_cluster *c, struct sk_buff *skb);

/* lev_forward6() - the same of IPv6, where hop limit is the name of TTL */
unsigned int lev_forward6(struct lev_cluster *c, struct sk_buff *skb);

#endif /* _LEV_FORWARD_H */

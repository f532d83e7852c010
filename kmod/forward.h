/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A packet for a service: chosen server, rewritten frame, out of back.
 */
#ifndef _LEV_FORWARD_H
#define _LEV_FORWARD_H

#include "cluster.h"

/**
 * lev_forward() - an IP packet came in on front
 * @c: cluster
 * @skb: of protocol IPv4 or IPv6, data at its IP header
 *
 * TTL is hop limit where it is IPv6.
 *
 * Return: NF_ACCEPT if it is for no service, or the kernel has to answer it (TTL, MTU) or to
 * refuse it (core/odd.h); NF_DROP, or NF_STOLEN when it was sent
 * Context: softirq, RCU
 */
unsigned int lev_forward(struct lev_cluster *c, struct sk_buff *skb);

#endif /* _LEV_FORWARD_H */

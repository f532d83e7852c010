/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Answers for LevIPs: the owner of the asker's lane does, the others are silent, and the
 * kernel's own responder never sees the question.
 */
#ifndef _LEV_ANSWER_H
#define _LEV_ANSWER_H

#include "arp.h"
#include "cluster.h"
#include "core/nd.h"

/**
 * lev_answer_arp() - an ARP frame came in
 * @port: where
 * @dev: the port's device
 * @arp: the frame
 *
 * Return: true if it is about a LevIP, and nobody else's business
 * Context: softirq, RCU
 */
bool lev_answer_arp(struct lev_port *port, struct net_device *dev, const struct lev_arp *arp);

/**
 * lev_answer_nd() - a Neighbour Solicitation or Advertisement came in
 * @port: where
 * @dev: the port's device
 * @nd: the message
 * @from: source of the frame
 *
 * Return: true if it is about a LevIP, and nobody else's business
 * Context: softirq, RCU
 */
bool lev_answer_nd(struct lev_port *port, struct net_device *dev, const struct lev_nd *nd,
		   const u8 *from);

/* Is this a LevIP of the cluster? Context: any, RCU. */
bool lev_answer_is_ours(struct lev_cluster *c, const struct lev_addr *addr);

#endif /* _LEV_ANSWER_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pins between nodes: those that this node makes are told to the others, those of the others
 * are taken over.
 */
#ifndef _LEV_SYNC_H
#define _LEV_SYNC_H

#include "cluster.h"
#include "core/wire_pins.h"

int lev_sync_alloc(struct lev_cluster *c);

/* Takes a cluster whose lev_sync_alloc() failed or was not called, too. */
void lev_sync_free(struct lev_cluster *c);

/* Begin to tell, and stop: no timer runs when it returns. Context: process. */
void lev_sync_start(struct lev_cluster *c);
void lev_sync_stop(struct lev_cluster *c);

/**
 * lev_sync_tell() - this node has pinned a flow, or has seen one that is pinned
 * @c: cluster
 * @digest: of the plan's config
 * @hash: the pin's
 * @server: index in that config
 * @flags: LEV_WIRE_PIN_*
 * @seen: when the flow was seen, by lev_keep_now()
 *
 * It is told in a fraction of a millisecond, and once more soon after that. If too many wait,
 * it is dropped and counted.
 *
 * Context: softirq, or process with softirqs off
 */
void lev_sync_tell(struct lev_cluster *c, u64 digest, u64 hash, u16 server, u8 flags, u32 seen);

/**
 * lev_sync_rx() - a frame with pins came in
 * @port: where
 * @skb: data behind the Ethernet header
 *
 * Return: whether it was for us, and is done with
 * Context: softirq, RCU
 */
bool lev_sync_rx(struct lev_port *port, struct sk_buff *skb);

/* Has each pin been told once? Context: process. */
bool lev_sync_idle(struct lev_cluster *c);

/* Writes a frame with this head to @buf; returns its length with the tag. */
typedef size_t (*lev_sync_write)(const struct lev_pins_head *head, const void *what, u8 *buf);

/**
 * lev_sync_send() - send a frame that has the head of those with pins, on front and back
 * @c: cluster
 * @digest: of the config that the frame speaks of
 * @count: for its head
 * @max: most bytes that @write writes
 * @write: writes it, once for each side
 * @what: for @write
 *
 * Return: false if nobody is there to hear it
 * Context: softirq, or process with softirqs off; RCU
 */
bool lev_sync_send(struct lev_cluster *c, u64 digest, unsigned int count, size_t max,
		   lev_sync_write write, const void *what);

/**
 * lev_sync_accept() - is a frame with such a head, whose signature is right, a node's and new?
 * @port: where it came in
 * @head: of the frame
 *
 * Return: whether it is to be believed
 * Context: softirq
 */
bool lev_sync_accept(struct lev_port *port, const struct lev_pins_head *head);

#endif /* _LEV_SYNC_H */

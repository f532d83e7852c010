/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The only file that sends. Any context but hard interrupts, without the cluster's lock.
 */
#ifndef _LEV_XMIT_H
#define _LEV_XMIT_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "core/base.h"

/**
 * lev_xmit_alloc() - an empty frame of ours
 * @dev: where it is to be sent
 * @max: most bytes behind the Ethernet header that will be written
 * @protocol: EtherType, network order
 *
 * Return: skb, write at its data, or NULL without memory
 */
struct sk_buff *lev_xmit_alloc(struct net_device *dev, unsigned int max, __be16 protocol);

/**
 * lev_xmit_address() - put the Ethernet header in front, which completes it for lev_xmit()
 * @skb: from lev_xmit_alloc(), its bytes written; consumed if this fails
 * @to: MAC address
 * @from: MAC address
 *
 * Return: @skb or NULL
 */
struct sk_buff *lev_xmit_address(struct sk_buff *skb, const u8 *to, const u8 *from);

/**
 * lev_xmit() - send a frame that is complete from its Ethernet header on
 * @skb: consumed; its dev says where to
 *
 * Goes past the stack's output hooks: what we say must reach the wire as it is.
 *
 * Return: true if the device's queue took it
 */
bool lev_xmit(struct sk_buff *skb);

/**
 * lev_xmit_packet() - the same for each packet of a service
 * @skb: as lev_xmit(), without a VLAN tag beside it
 *
 * Straight to the driver where the rest of the kernel's output would have nothing to do: no queue,
 * no tap, no filter on the way out, nothing to make of the packet. Else this is lev_xmit().
 *
 * Return: true if the device took it
 * Context: softirq, RCU
 */
bool lev_xmit_packet(struct sk_buff *skb);

/**
 * lev_xmit_probe() - ask for a server's MAC address, through the kernel's own output of ARP
 * and Neighbour Discovery
 * @dev: back device
 * @addr: address of the server
 * @mac: ask there alone, or NULL: ask all; Neighbour Discovery knows the MAC address itself
 */
void lev_xmit_probe(struct net_device *dev, const struct lev_addr *addr, const u8 *mac);

#endif /* _LEV_XMIT_H */

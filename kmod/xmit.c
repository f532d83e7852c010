// SPDX-License-Identifier: GPL-2.0
/*
 * The only file that sends (see xmit.h).
 */
#include <linux/if_arp.h>
#include <linux/inetdevice.h>
#include <linux/pkt_sched.h>
#include <net/addrconf.h>
#include <net/arp.h>
#include <net/ndisc.h>
#include <net/sch_generic.h>

#include "compat.h"
#include "xmit.h"

struct sk_buff *lev_xmit_alloc(struct net_device *dev, unsigned int max, __be16 protocol)
{
	/* Read once: a tunnel below may raise it meanwhile. */
	int headroom = LL_RESERVED_SPACE(dev);
	struct sk_buff *skb = alloc_skb(headroom + max + dev->needed_tailroom, GFP_ATOMIC);

	if (!skb)
		return NULL;
	skb_reserve(skb, headroom);
	skb_reset_network_header(skb);
	skb->dev = dev;
	skb->protocol = protocol;
	skb->priority = TC_PRIO_CONTROL;
	return skb;
}

struct sk_buff *lev_xmit_address(struct sk_buff *skb, const u8 *to, const u8 *from)
{
	if (dev_hard_header(skb, skb->dev, ntohs(skb->protocol), to, from, skb->len) < 0) {
		kfree_skb(skb);
		return NULL;
	}
	return skb;
}

bool lev_xmit(struct sk_buff *skb)
{
	return dev_queue_xmit(skb) == NET_XMIT_SUCCESS;
}

/* lev_xmit_packet() is in a driver on this CPU. */
static DEFINE_PER_CPU(bool, in_driver);

/*
 * Does the device take a frame as it comes, without queue and lock, and does nobody look on? Such
 * are veth, VLAN, macvlan and bridge, which give it to dev_queue_xmit() of a device below them; no
 * network card. A device that goes down has a qdisc with a queue.
 */
static bool is_direct(struct net_device *dev, const struct netdev_queue *txq)
{
	return lev_is_lltx(dev) && dev->real_num_tx_queues == 1 &&
	       !rcu_dereference_bh(txq->qdisc)->enqueue && !netif_xmit_frozen_or_stopped(txq) &&
	       !lev_egress_hooked(dev) && !dev_nit_active(dev);
}

/*
 * Would validate_xmit_skb() leave it as it is? No segments, pieces, checksum or encryption to see
 * to. And is it nobody's: no socket's, no tunnel's, none that tc has begun with?
 */
static bool is_plain(struct sk_buff *skb)
{
	return !skb_is_nonlinear(skb) && !skb_is_gso(skb) && !skb->sk && !skb_dst(skb) &&
	       skb->ip_summed != CHECKSUM_PARTIAL && !skb_has_extensions(skb) &&
	       !skb_at_tc_ingress(skb);
}

/*
 * dev_queue_xmit() takes long to find out that a frame only has to be given to the driver, and
 * dev_direct_xmit() not much less. The same is asked here in few words. Whoever looks at packets
 * by the tracepoints of that way (net_dev_queue, net_dev_start_xmit, net_dev_xmit) misses these.
 *
 * Should devices form a ring, so that a driver's way comes back here before it returns, only the
 * outermost packet goes straight: all others go by dev_queue_xmit(), which counts how deep it is
 * (dev_xmit_recursion()) and drops what goes too deep. A device that has a lock has no part in
 * this, so that none can be taken twice.
 */
bool lev_xmit_packet(struct sk_buff *skb)
{
	struct net_device *dev = skb->dev;
	struct netdev_queue *txq = netdev_get_tx_queue(dev, 0);
	netdev_tx_t rc;

	if (!is_direct(dev, txq) || !is_plain(skb) || __this_cpu_read(in_driver))
		return lev_xmit(skb);
	skb_set_queue_mapping(skb, 0);
	__this_cpu_write(in_driver, true);
	rc = netdev_start_xmit(skb, dev, txq, false);
	__this_cpu_write(in_driver, false);
	if (unlikely(!dev_xmit_complete(rc)))
		kfree_skb(skb);
	return rc == NETDEV_TX_OK;
}

static void probe4(struct net_device *dev, __be32 addr, const u8 *mac)
{
	__be32 from = inet_select_addr(dev, addr, RT_SCOPE_LINK);

	arp_send(ARPOP_REQUEST, ETH_P_ARP, addr, dev, from, mac, NULL, NULL);
}

static void probe6(struct net_device *dev, const struct in6_addr *addr, bool all)
{
	struct in6_addr from, group;
	struct sk_buff *skb;

	/*
	 * The sender is one of the device's own: for a group on the link no other is offered.
	 * For @addr it may be a LevIP, which is on another device.
	 */
	addrconf_addr_solict_mult(addr, &group);
	if (ipv6_dev_get_saddr(dev_net(dev), dev, &group, 0, &from))
		return;
	skb = ndisc_ns_create(dev, addr, &from, 0);
	if (skb)
		ndisc_send_skb(skb, all ? &group : addr, &from);
}

void lev_xmit_probe(struct net_device *dev, const struct lev_addr *addr, const u8 *mac)
{
	struct in6_addr addr6;
	__be32 addr4;

	if (lev_addr_is4(addr)) {
		memcpy(&addr4, addr->b + 12, sizeof(addr4));
		probe4(dev, addr4, mac);
	} else {
		memcpy(&addr6, addr->b, sizeof(addr6));
		probe6(dev, &addr6, !mac);
	}
}

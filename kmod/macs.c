// SPDX-License-Identifier: GPL-2.0
/*
 * The MAC addresses of lanes on front and back (see macs.h). Owns the addresses in the devices'
 * unicast filters and the back's ingress hook, under RTNL; both are read by packets.
 */
#include <linux/netfilter.h>
#include <linux/rtnetlink.h>
#include <net/rtnetlink.h>

#include "lanes.h"
#include "macs.h"
#include "plan.h"
#include "port.h"
#include "rx.h"
#include "step.h"

/*
 * A macvlan looks for the receiver by the frame's destination, and knows of one address each
 * (macvlan_hash_lookup()); as passthru it says of each frame that it is for this machine, also of
 * those to lanes of others. An ipvlan goes by IP addresses. What is on air goes to the address
 * that an access point has associated.
 */
static bool hands_up(const struct net_device *dev)
{
	static const char * const kinds[] = { "macvlan", "macvtap", "ipvlan", "ipvtap" };
	unsigned int i;

	if (dev->dev.type && dev->dev.type->name && !strcmp(dev->dev.type->name, "wlan"))
		return false;
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (dev->rtnl_link_ops && !strcmp(dev->rtnl_link_ops->kind, kinds[i]))
			return false;
	return true;
}

static int lower_fails(struct net_device *lower, struct netdev_nested_priv *priv)
{
	return !hands_up(lower);
}

/* Also those of the device's ports, or of the one that carries its VLAN. */
static bool all_hand_up(struct net_device *dev)
{
	struct netdev_nested_priv priv = {};

	return hands_up(dev) && !netdev_walk_all_lower_dev(dev, lower_fails, &priv);
}

/* What the config in force, and the one that waits, say. */
static unsigned int lanes_wanted(struct lev_cluster *c)
{
	const struct lev_params *p;
	unsigned int lanes = 0;

	spin_lock_bh(&c->lock);
	p = &c->member->cfg->params;
	if (p->mac == LEV_MAC_VIRTUAL) {
		lanes = p->lanes;
		if (c->pending)
			lanes = max(lanes, c->pending->params.lanes);
	}
	spin_unlock_bh(&c->lock);
	return lanes;
}

static bool on_side(const struct lev_config *cfg, enum lev_side side)
{
	u32 i;

	for (i = 0; i < cfg->n_addresses; i++)
		if (cfg->addresses[i].side == side)
			return true;
	return false;
}

/* Does the cluster answer for anything there, or will it when what waits is in force? */
static bool has_address(struct lev_cluster *c, enum lev_side side)
{
	enum lev_side other = lev_ports_one(c) ? !side : side;
	bool has;

	spin_lock_bh(&c->lock);
	has = on_side(c->member->cfg, side) || on_side(c->member->cfg, other) ||
	      (c->pending && (on_side(c->pending, side) || on_side(c->pending, other)));
	spin_unlock_bh(&c->lock);
	return has;
}

static void remove(struct lev_port *port, struct net_device *dev)
{
	unsigned int lane, n = port->n_macs;
	u8 mac[ETH_ALEN];

	WRITE_ONCE(port->n_macs, 0);
	for (lane = 0; lane < n; lane++) {
		lev_lane_mac(port->macs_id, port->side, lane, mac);
		dev_uc_del(dev, mac);
	}
}

/* More of them, if it has to be; a device takes all that are wanted, or has none. */
static int add(struct lev_port *port, struct net_device *dev, unsigned int lanes)
{
	unsigned int lane = port->n_macs;
	u8 mac[ETH_ALEN];
	int ret = 0;

	port->macs_id = port->cluster->id;
	for (; lane < lanes && !ret; lane++) {
		lev_lane_mac(port->macs_id, port->side, lane, mac);
		ret = dev_uc_add(dev, mac);
	}
	if (!ret) {
		WRITE_ONCE(port->n_macs, max_t(unsigned int, port->n_macs, lanes));
		return 0;
	}
	for (lane--; lane-- > port->n_macs;) {
		lev_lane_mac(port->macs_id, port->side, lane, mac);
		dev_uc_del(dev, mac);
	}
	remove(port, dev);
	return ret;
}

/* Front has a hook that sees all anyway. */
static int hook_back(struct lev_port *port, struct net_device *dev, bool want)
{
	int ret;

	if (want == port->takes || port->side == LEV_SIDE_FRONT)
		return 0;
	if (!want) {
		nf_unregister_net_hook(port->cluster->net, &port->ops);
		port->takes = false;
		return 0;
	}
	port->ops = (struct nf_hook_ops){
		.hook = lev_rx_back,
		.priv = port,
		.dev = dev,
		.pf = NFPROTO_NETDEV,
		.hooknum = NF_NETDEV_INGRESS,
		.priority = INT_MIN,
	};
	ret = nf_register_net_hook(port->cluster->net, &port->ops);
	port->takes = !ret;
	return ret;
}

static enum lev_mac_why judge(struct lev_cluster *c, struct net_device *dev, unsigned int lanes)
{
	if (!lanes)
		return LEV_MAC_WHY_CONFIG;
	if (!dev)
		return LEV_MAC_WHY_NO_DEVICE;
	return all_hand_up(dev) ? LEV_MAC_WHY_NONE : LEV_MAC_WHY_DEVICE;
}

/* Return: whether askers may know addresses there that nobody has any more. */
static bool sync_port(struct lev_port *port, unsigned int lanes)
{
	struct net_device *dev = rtnl_dereference(port->dev);
	struct lev_cluster *c = port->cluster;
	enum lev_mac_why why = judge(c, dev, lanes);
	bool want = why == LEV_MAC_WHY_NONE && has_address(c, port->side);
	bool renamed = port->n_macs && port->macs_id != c->id;
	int ret = 0;

	if (dev && (!want || renamed))
		remove(port, dev);
	if (dev)
		ret = hook_back(port, dev, want);
	/* Without the hook the back would not see to its frames. */
	if (want && !ret)
		ret = add(port, dev, lanes);
	if (ret)
		why = LEV_MAC_WHY_REFUSED;
	if (ret == -ENOMEM)
		lev_step_again(c);
	WRITE_ONCE(port->mac_why, why);
	return renamed;
}

u8 lev_macs_sides(const struct lev_cluster *c)
{
	enum lev_side side;
	u8 sides = 0;

	for (side = 0; side < __LEV_SIDE_MAX; side++)
		if (READ_ONCE(c->port[side].mac_why) == LEV_MAC_WHY_NONE)
			sides |= BIT(side);
	return sides;
}

/*
 * Askers on a side where this changes, or that was @renamed, know us by addresses that we answer
 * with no more, if we ever did. Down, they are told when we start again.
 */
static void tell(struct lev_cluster *c, u8 renamed)
{
	u8 sides = lev_macs_sides(c), changed;

	spin_lock_bh(&c->lock);
	changed = (sides ^ c->member->local.virtual_sides) | renamed;
	c->member->local.virtual_sides = sides;
	if (c->member->self)
		c->tell_sides |= changed;
	if (changed && c->running) {
		lev_lanes_retell(c);
		lev_step(c, LEV_DO_BEAT);
	}
	spin_unlock_bh(&c->lock);
}

void lev_macs_leave(struct lev_port *port)
{
	struct net_device *dev = rtnl_dereference(port->dev);

	ASSERT_RTNL();
	remove(port, dev);
	hook_back(port, dev, false);
	WRITE_ONCE(port->mac_why, LEV_MAC_WHY_NO_DEVICE);
}

void lev_macs_sync(struct lev_cluster *c)
{
	struct lev_port *front = &c->port[LEV_SIDE_FRONT], *back = &c->port[LEV_SIDE_BACK];
	unsigned int lanes = lanes_wanted(c);
	u8 renamed = 0;

	ASSERT_RTNL();
	if (sync_port(front, lanes))
		renamed |= BIT(LEV_SIDE_FRONT);
	if (lev_ports_one(c)) {
		/* With one arm the front is both, also if the back was another device before. */
		lev_macs_leave(back);
		WRITE_ONCE(back->mac_why, front->mac_why);
	} else if (sync_port(back, lanes)) {
		renamed |= BIT(LEV_SIDE_BACK);
	}
	tell(c, renamed);
}

void lev_macs_take(struct lev_port *port, struct sk_buff *skb)
{
	struct lev_cluster *c = port->cluster;
	int number = lev_lane_of_mac(READ_ONCE(c->id), port->side, eth_hdr(skb)->h_dest);

	if (number < 0 || number >= READ_ONCE(port->n_macs))
		return;
	if (!lev_lane_mac_ours(c, number)) {
		if (!lev_lane_mac_late(c, number))
			return;
		lev_count(c, FRAMES_LATE);
	}
	skb->pkt_type = PACKET_HOST;
}

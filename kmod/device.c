// SPDX-License-Identifier: GPL-2.0
/*
 * The device lev0 (see device.h). Owns the identity, under RTNL, and orders the start and
 * stop of all the parts.
 */
#include <linux/if_arp.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "announce.h"
#include "asker.h"
#include "beat.h"
#include "commit.h"
#include "device.h"
#include "event.h"
#include "follow.h"
#include "hold.h"
#include "ifaddr.h"
#include "lanes.h"
#include "net.h"
#include "plan.h"
#include "port.h"
#include "server.h"
#include "sign.h"
#include "step.h"
#include "sweep.h"
#include "sync.h"
#include "sysfs.h"

static struct rtnl_link_ops link_ops;

bool lev_device_is(const struct net_device *dev)
{
	return dev->rtnl_link_ops == &link_ops;
}

bool lev_device_suits(const struct net_device *dev)
{
	return dev->type == ARPHRD_ETHER && !(dev->flags & IFF_LOOPBACK) && !lev_device_is(dev);
}

static int check_port(struct net *net, const char *name, struct netlink_ext_ack *extack)
{
	struct net_device *dev = __dev_get_by_name(net, name);

	if (!dev) {
		NL_SET_ERR_MSG(extack, "no such device");
		return -ENODEV;
	}
	if (!lev_device_suits(dev)) {
		NL_SET_ERR_MSG(extack, "not an Ethernet device");
		return -EINVAL;
	}
	return 0;
}

static int check_ports(struct net *net, const struct lev_identity *identity,
		       struct netlink_ext_ack *extack)
{
	enum lev_side side;
	int ret = 0;

	for (side = 0; side < __LEV_SIDE_MAX && !ret; side++)
		if (identity->port[side][0])
			ret = check_port(net, identity->port[side], extack);
	return ret;
}

static bool names_other_port(const struct lev_cluster *c, const struct lev_identity *identity)
{
	enum lev_side side;

	for (side = 0; side < __LEV_SIDE_MAX; side++)
		if (identity->port[side][0] && strcmp(identity->port[side], c->port[side].name))
			return true;
	return false;
}

bool lev_device_rekeys(const struct lev_cluster *c, const struct lev_identity *identity)
{
	return identity->set_key && !lev_key_same(&identity->keys.now, &c->keys.now);
}

/* Who is another node, cluster, or at other devices, leaves. */
static bool leaves(const struct lev_cluster *c, const struct lev_identity *identity)
{
	return identity->id != c->id || identity->self != c->self ||
	       names_other_port(c, identity);
}

int lev_device_check(struct net *net, const struct lev_identity *identity,
		     struct netlink_ext_ack *extack)
{
	int ret;

	rtnl_lock();
	ret = check_ports(net, identity, extack);
	rtnl_unlock();
	return ret;
}

/* Another cluster has nothing of the one before it; without an id it was in none. */
static bool is_fresh(const struct lev_cluster *c, const struct lev_identity *identity)
{
	return !c->id || identity->id != c->id;
}

static void fill_in_keys(struct lev_cluster *c, struct lev_identity *identity)
{
	struct lev_keyring keys = c->keys;
	enum lev_key_keep keep;

	spin_lock_bh(&c->lock);
	keep = lev_key_keep(c->member);
	spin_unlock_bh(&c->lock);
	if (identity->set_key)
		lev_keyring_set(&keys, &identity->keys.now, keep);
	if (identity->set_old_key || is_fresh(c, identity))
		lev_keyring_set_old(&keys, &identity->keys.old);
	identity->keys = keys;
	memzero_explicit(&keys, sizeof(keys));
}

/* What is not to change. */
static void fill_in(struct lev_cluster *c, struct lev_identity *identity)
{
	enum lev_side side;

	if (!identity->id)
		identity->id = c->id;
	if (!identity->self)
		identity->self = c->self;
	for (side = 0; side < __LEV_SIDE_MAX; side++)
		if (!identity->port[side][0])
			strscpy(identity->port[side], c->port[side].name, IFNAMSIZ);
	fill_in_keys(c, identity);
}

static void exchange(struct lev_cluster *c, struct lev_identity *identity,
		     struct lev_signing *signing)
{
	char name[IFNAMSIZ];
	enum lev_side side;
	u16 id = c->id;

	WRITE_ONCE(c->id, identity->id);
	identity->id = id;
	swap(c->self, identity->self);
	for (side = 0; side < __LEV_SIDE_MAX; side++) {
		strscpy(name, c->port[side].name, IFNAMSIZ);
		strscpy(c->port[side].name, identity->port[side], IFNAMSIZ);
		strscpy(identity->port[side], name, IFNAMSIZ);
	}
	lev_sign_exchange(c, &identity->keys, signing);
}

/* All that may fail comes while there is a way back. */
static int become(struct lev_cluster *c, struct lev_identity *identity,
		  struct lev_signing *signing)
{
	bool other = names_other_port(c, identity);
	int ret;

	if (other)
		lev_ports_close(c);
	exchange(c, identity, signing);
	ret = lev_ports_open(c) ? : lev_commit_rekey(c);
	if (!ret)
		return 0;
	if (other)
		lev_ports_close(c);
	exchange(c, identity, signing);
	if (lev_ports_open(c))
		netdev_err(c->dev, "no memory to go back to what was\n");
	return ret;
}

/* Afterwards @identity and @signing are what was before: the same once more leads back. */
static int start_anew(struct lev_cluster *c, struct lev_identity *identity,
		      struct lev_signing *signing, struct netlink_ext_ack *extack)
{
	int ret = -ENODEV;
	bool running;

	rtnl_lock();
	if (c->dev->reg_state != NETREG_REGISTERED) {
		NL_SET_ERR_MSG(extack, LEV_DEVICE_GOES);
		goto out;
	}
	running = netif_running(c->dev);
	if (running)
		dev_close(c->dev);
	ret = become(c, identity, signing);
	if (running)
		ret = dev_open(c->dev, extack) ? : ret;
out:
	rtnl_unlock();
	return ret;
}

static void rekey(struct lev_cluster *c, struct lev_identity *identity,
		  struct lev_signing *signing)
{
	bool had = c->keys.two;

	lev_sign_exchange(c, &identity->keys, signing);
	spin_lock_bh(&c->lock);
	lev_step(c, LEV_DO_BEAT);
	if (c->keys.two != had)
		lev_event_key(c, lev_member_clock(c->member, lev_now()), c->keys.two);
	spin_unlock_bh(&c->lock);
}

/* What may fail before anything is changed. */
static int get_ready(struct lev_cluster *c, struct lev_identity *identity,
		     struct lev_signing *signing, struct netlink_ext_ack *extack)
{
	int ret = -ENODEV;

	rtnl_lock();
	if (c->dev->reg_state == NETREG_REGISTERED)
		ret = check_ports(c->net, identity, extack);
	else
		NL_SET_ERR_MSG(extack, LEV_DEVICE_GOES);
	if (!ret)
		fill_in(c, identity);
	rtnl_unlock();
	if (ret)
		return ret;
	ret = lev_sign_make(identity->id, &identity->keys, signing);
	if (ret && ret != -ENOMEM)
		NL_SET_ERR_MSG(extack, "the kernel cannot make HMAC-SHA256");
	/* The hash key stays as long as the cluster is the same. */
	if (!ret && identity->id == c->id)
		signing->hash_key = c->hash_key;
	return ret;
}

static int put_in_force(struct lev_cluster *c, struct lev_config *cfg, u32 number)
{
	return cfg ? lev_commit(c, cfg, number) : 0;
}

/* Who we are, then what all share: if that fails, we are again who we were. */
static int leave(struct lev_cluster *c, struct lev_identity *identity, struct lev_signing *signing,
		 struct lev_config *cfg, u32 number, struct netlink_ext_ack *extack)
{
	int ret = start_anew(c, identity, signing, extack);

	if (ret) {
		kvfree(cfg);
		return ret;
	}
	ret = put_in_force(c, cfg, number);
	if (ret)
		start_anew(c, identity, signing, NULL);
	return ret;
}

/* The keys come last: that cannot fail. */
static int go_on(struct lev_cluster *c, struct lev_identity *identity, struct lev_signing *signing,
		 struct lev_config *cfg, u32 number)
{
	int ret = put_in_force(c, cfg, number);

	if (!ret && !lev_keyring_same(&identity->keys, &c->keys))
		rekey(c, identity, signing);
	return ret;
}

int lev_device_identify(struct lev_cluster *c, struct lev_identity *identity,
			struct lev_config *cfg, u32 number, struct netlink_ext_ack *extack)
{
	struct lev_signing signing;
	int ret;

	lockdep_assert_held(&c->config_mutex);
	ret = get_ready(c, identity, &signing, extack);
	if (ret) {
		kvfree(cfg);
		return ret;
	}
	if (leaves(c, identity))
		ret = leave(c, identity, &signing, cfg, number, extack);
	else
		ret = go_on(c, identity, &signing, cfg, number);
	lev_sign_drop(&signing);
	return ret;
}

static int device_open(struct net_device *dev)
{
	struct lev_cluster *c = netdev_priv(dev);
	int ret;

	if (!c->id || !c->self || !c->port[LEV_SIDE_FRONT].name[0] ||
	    !c->port[LEV_SIDE_BACK].name[0]) {
		netdev_err(dev, "needs id, node, front and back first\n");
		return -EDESTADDRREQ;
	}
	ret = lev_ports_open(c);
	if (ret)
		return ret;
	lev_beat_start(c);
	lev_step_start(c);
	lev_sync_start(c);
	lev_servers_start(c);
	return 0;
}

/*
 * The hooks stay: the addresses are still on the device, and the kernel would answer for
 * them, down or not. They go with the device, when it has no addresses any more.
 */
static int device_stop(struct net_device *dev)
{
	struct lev_cluster *c = netdev_priv(dev);

	lev_beat_goodbye(c);
	lev_step_stop(c);
	lev_sync_stop(c);
	lev_servers_stop(c);
	lev_announce_stop(c);
	lev_follow_stop(c);
	return 0;
}

/* Nothing is sent through lev0: it only has the addresses. */
static netdev_tx_t device_xmit(struct sk_buff *skb, struct net_device *dev)
{
	dev_core_stats_tx_dropped_inc(dev);
	kfree_skb(skb);
	return NETDEV_TX_OK;
}

static void free_parts(struct lev_cluster *c)
{
	lev_plan_free(rcu_dereference_protected(c->plan, true));
	lev_plan_free(c->prepared);
	lev_hold_free(c->hold);
	lev_servers_free(c);
	lev_sign_free(c);
	lev_askers_free(c->askers);
	lev_sync_free(c);
	kvfree(c->pending);
	kvfree(c->active);
	c->active = NULL;
	kvfree(c->member);
	kfree(c->scratch);
	free_percpu(c->stats);
}

static int device_init(struct net_device *dev)
{
	struct lev_cluster *c = netdev_priv(dev);

	c->net = dev_net(dev);
	c->stats = lev_stats_alloc();
	c->member = kvzalloc(sizeof(*c->member), GFP_KERNEL);
	c->scratch = kzalloc(sizeof(*c->scratch), GFP_KERNEL);
	c->askers = lev_askers_alloc();
	c->hold = lev_hold_alloc(c);
	if (!c->active) {
		c->active = kvzalloc(sizeof(*c->active), GFP_KERNEL);
		if (c->active)
			lev_config_init(c->active);
	}
	if (!c->stats || !c->member || !c->scratch || !c->askers || !c->hold || !c->active ||
	    lev_sync_alloc(c)) {
		free_parts(c);
		return -ENOMEM;
	}
	lev_member_config(c->member, c->active, c->active->version,
			  lev_config_digest(c->active, &c->hash_key));
	list_add_tail_rcu(&c->list, &lev_net(c->net)->clusters);
	return 0;
}

static void device_uninit(struct net_device *dev)
{
	struct lev_cluster *c = netdev_priv(dev);

	lev_ports_close(c);
	list_del_rcu(&c->list);
	/* A registration that failed is freed at once, and notifiers may have seen us. */
	synchronize_net();
}

/* The last reference is gone. Work that a notifier queued late is waited for here. */
static void device_destruct(struct net_device *dev)
{
	struct lev_cluster *c = netdev_priv(dev);

	lev_servers_stop(c);
	lev_announce_stop(c);
	lev_follow_stop(c);
	lev_sweep_stop(c);
	free_parts(c);
}

static const struct net_device_ops device_ops = {
	.ndo_init = device_init,
	.ndo_uninit = device_uninit,
	.ndo_open = device_open,
	.ndo_stop = device_stop,
	.ndo_start_xmit = device_xmit,
};

static void device_setup(struct net_device *dev)
{
	struct lev_cluster *c = netdev_priv(dev);

	dev->netdev_ops = &device_ops;
	dev->rtnl_link_ops = &link_ops;
	dev->type = ARPHRD_NONE;
	dev->flags = IFF_NOARP;
	dev->mtu = ETH_DATA_LEN;
	dev->min_mtu = ETH_MIN_MTU;
	dev->max_mtu = 0;
	dev->needs_free_netdev = true;
	dev->priv_destructor = device_destruct;
	dev->sysfs_groups[0] = &lev_sysfs_group;
	lev_netns_immutable(dev);

	c->dev = dev;
	lev_commit_init(c);
	lev_step_init(c);
	lev_beat_init(c);
	lev_port_init(c);
	lev_servers_init(c);
	lev_announce_init(c);
	lev_follow_init(c);
	lev_sweep_init(c);
}

static struct net_device *register_new(struct net *net, const char *name,
				       struct lev_config *cfg, struct netlink_ext_ack *extack)
{
	struct net_device *dev;
	struct lev_cluster *c;
	int ret;

	/* IPv4 refuses "all" and "default" too, but only when the device is half there. */
	if (!dev_valid_name(name) || !strcmp(name, "all") || !strcmp(name, "default")) {
		NL_SET_ERR_MSG(extack, "not a name for a device");
		ret = -EINVAL;
		goto err_config;
	}
	if (__dev_get_by_name(net, name)) {
		NL_SET_ERR_MSG(extack, "a device of this name is there already");
		ret = -EEXIST;
		goto err_config;
	}
	dev = alloc_netdev(sizeof(*c), name, NET_NAME_USER, device_setup);
	if (!dev) {
		ret = -ENOMEM;
		goto err_config;
	}
	dev_net_set(dev, net);
	c = netdev_priv(dev);
	c->active = cfg;
	ret = register_netdevice(dev);
	if (ret) {
		/* Nobody's yet if it failed before device_init(), the destructor's later. */
		if (dev->reg_state == NETREG_UNINITIALIZED)
			kvfree(c->active);
		free_netdev(dev);
		return ERR_PTR(ret);
	}
	return dev;

err_config:
	kvfree(cfg);
	return ERR_PTR(ret);
}

static int open_new(struct net_device *dev, struct netlink_ext_ack *extack)
{
	int ret = -ENODEV;

	rtnl_lock();
	if (dev->reg_state == NETREG_REGISTERED)
		ret = dev_open(dev, extack);
	else
		NL_SET_ERR_MSG(extack, LEV_DEVICE_GOES);
	rtnl_unlock();
	return ret;
}

int lev_device_create(struct net *net, const char *name, struct lev_identity *identity,
		      struct lev_config *cfg, struct netlink_ext_ack *extack)
{
	netdevice_tracker tracker;
	struct net_device *dev;
	struct lev_cluster *c;
	bool remove;
	int ret;

	rtnl_lock();
	dev = register_new(net, name, cfg, extack);
	if (IS_ERR(dev)) {
		rtnl_unlock();
		return PTR_ERR(dev);
	}
	netdev_hold(dev, &tracker, GFP_KERNEL);
	rtnl_unlock();

	c = netdev_priv(dev);
	mutex_lock(&c->config_mutex);
	ret = lev_servers_sync(c, c->active, NULL) ? :
	      lev_device_identify(c, identity, NULL, 0, extack);
	if (!ret)
		ret = open_new(dev, extack);
	if (!ret)
		lev_ifaddr_sync(c);
	mutex_unlock(&c->config_mutex);

	rtnl_lock();
	remove = ret && dev->reg_state == NETREG_REGISTERED;
	netdev_put(dev, &tracker);
	if (remove)
		unregister_netdevice(dev);
	rtnl_unlock();
	return ret;
}

/* "ip link add lev0 type leveler" makes an empty cluster, that levctl then fills. */
static struct rtnl_link_ops link_ops = {
	.kind = LEV_LINK_KIND,
	.priv_size = sizeof(struct lev_cluster),
	.setup = device_setup,
};

int lev_device_init(void)
{
	return rtnl_link_register(&link_ops);
}

void lev_device_exit(void)
{
	rtnl_link_unregister(&link_ops);
}

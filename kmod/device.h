/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The device lev0: its life and its identity. Called by the control side
 * (nl_cluster.c, param.c) in process context.
 */
#ifndef _LEV_DEVICE_H
#define _LEV_DEVICE_H

#include <net/rtnetlink.h>

#include "cluster.h"

/* What there is to say if somebody else is just removing the device. */
#define LEV_DEVICE_GOES	"the device is being removed"

/**
 * struct lev_identity - what differs from node to node, or must be secret
 * @id: cluster id, 0: as it is
 * @self: this node's id, 0: as it is
 * @port: names of front and back, empty: as they are
 * @keys: the secret, and the one that is accepted beside it
 * @set_key: @keys.now is to be taken, also if it is empty
 * @set_old_key: @keys.old is to be taken; if it is empty, there is none
 */
struct lev_identity {
	u16 id;
	u8 self;
	char port[__LEV_SIDE_MAX][IFNAMSIZ];
	struct lev_keyring keys;
	bool set_key;
	bool set_old_key;
};

/**
 * lev_device_create() - make a cluster and bring it up
 * @net: namespace
 * @name: of the device
 * @identity: complete but for the key; the caller has no use for it any more
 * @cfg: config to begin with; taken over, also on failure
 * @extack: says what is wrong
 *
 * Return: 0 or an error; then nothing is left of it
 */
int lev_device_create(struct net *net, const char *name, struct lev_identity *identity,
		      struct lev_config *cfg, struct netlink_ext_ack *extack);

/**
 * lev_device_identify() - change id, node, devices or keys, and the config with them
 * @c: cluster; the caller holds its config_mutex
 * @identity: what to change; the caller has no use for it any more
 * @cfg: as for lev_commit(), taken over, also on failure; NULL: as it is
 * @number: likewise
 * @extack: says what is wrong
 *
 * With another id, node or device a running cluster says goodbye, and starts anew. With other keys
 * it goes on (see core/key.h).
 *
 * Return: 0 or an error; then all is as it was
 */
int lev_device_identify(struct lev_cluster *c, struct lev_identity *identity,
			struct lev_config *cfg, u32 number, struct netlink_ext_ack *extack);

/* Is its key another one than the cluster's? The caller holds the config_mutex. */
bool lev_device_rekeys(const struct lev_cluster *c, const struct lev_identity *identity);

/* Could a cluster have these devices? 0, -ENODEV or -EINVAL, extack set. */
int lev_device_check(struct net *net, const struct lev_identity *identity,
		     struct netlink_ext_ack *extack);

/* True for devices of our kind. */
bool lev_device_is(const struct net_device *dev);

/* Can this be a front or back: Ethernet, and no cluster? */
bool lev_device_suits(const struct net_device *dev);

int lev_device_init(void);
void lev_device_exit(void);

#endif /* _LEV_DEVICE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From the nests of a request to what they say: addresses, nodes, services, servers, settings,
 * identity. Used by the files that carry such requests out: nl_cluster.c, nl_config.c, nl_apply.c.
 */
#ifndef _LEV_NL_TAKE_H
#define _LEV_NL_TAKE_H

#include "device.h"
#include "nl.h"

/*
 * Each reads the nest whose attributes are @tb. What it does not say is as @from has the thing, or,
 * if @from is NULL or has it not, by default. 0, or an error with @err filled in.
 */
int lev_take_address(struct nlattr **tb, struct lev_address *address, struct lev_error *err);
void lev_take_node(struct nlattr **tb, const struct lev_config *from, struct lev_node *node);
int lev_take_service(struct nlattr **tb, const struct lev_config *from,
		     struct lev_service *service, struct lev_error *err);
int lev_take_server(struct nlattr **tb, const struct lev_config *from,
		    struct lev_server *server, struct lev_error *err);

/* The settings that the nest says, into @cfg. */
int lev_take_params(struct nlattr **tb, struct lev_config *cfg, struct lev_error *err);

/* The identity, empty where the nest says nothing. Who has one wipes it when it is done. */
int lev_take_identity(struct nlattr **tb, struct lev_identity *identity, struct lev_error *err);

/* Is all in the nest that a new cluster needs? 0 or -EINVAL, extack set. */
int lev_take_complete(struct genl_info *info, struct nlattr **tb);

/*
 * Is it no address of this machine itself? Its neighbours would be told of another's MAC. 0 or
 * -EADDRINUSE, @err filled in.
 */
int lev_take_own(struct net *net, const struct lev_addr *addr, struct lev_error *err);

/* Names the device that made lev_device_*() fail with @ret: their extack has no attribute. */
void lev_take_blame_port(struct genl_info *info, struct nlattr **tb, int ret);

#endif /* _LEV_NL_TAKE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the requests that change something share: from the request to a config that may be
 * edited, and from there to the commit or the refusal. Used by nl_cluster.c, nl_config.c, and
 * in part by nl_take.c, nl_apply.c and nl_explain.c.
 */
#ifndef _LEV_NL_EDIT_H
#define _LEV_NL_EDIT_H

#include "nl.h"

/**
 * struct lev_edit - one request
 * @info: the request
 * @c: its cluster, held
 * @tracker: of that
 * @cfg: a copy of the newest config
 * @tb: attributes of the nest that says what to change
 */
struct lev_edit {
	struct genl_info *info;
	struct lev_cluster *c;
	netdevice_tracker tracker;
	struct lev_config *cfg;
	struct nlattr *tb[__LEV_CLUSTER_A_MAX];
};

/**
 * lev_edit_nest() - parse the nest that says what to change
 * @info: request
 * @nest: its attribute
 * @max: highest type in it
 * @p: policy
 * @tb: filled in
 *
 * Return: 0 or an error, extack set
 */
int lev_edit_nest(struct genl_info *info, int nest, int max, const struct nla_policy *p,
		  struct nlattr **tb);

/**
 * lev_edit_begin() - find the cluster, take its config_mutex, clone its config
 * @e: filled in
 * @info: request
 * @nest: as in lev_edit_nest()
 * @max: as in lev_edit_nest()
 * @p: as in lev_edit_nest()
 *
 * Return: 0, then lev_edit_finish() must follow; or an error, extack set
 */
int lev_edit_begin(struct lev_edit *e, struct genl_info *info, int nest, int max,
		   const struct nla_policy *p);

/* Commits what was edited: for who has more to do that must not be done if this fails. */
int lev_edit_commit(struct lev_edit *e);

/**
 * lev_edit_finish() - commit, if that was not done, or drop, and release
 * @e: edit
 * @ret: 0: commit
 * @err: why not, for the extack
 *
 * Return: @ret or an error of the commit
 */
int lev_edit_finish(struct lev_edit *e, int ret, const struct lev_error *err);

/* The core's refusal as extack. A word that was not given has no place in the request. */
void lev_edit_blame(struct genl_info *info, struct nlattr **tb, const struct lev_error *err);

/* The value of an attribute, if it is there. */
void lev_edit_u32(struct nlattr *attr, u32 *value);

/* The address in tb[attr], which must be there. 0 or an error, @err filled in. */
int lev_edit_addr(struct nlattr **tb, int attr, struct lev_addr *addr, struct lev_error *err);

#endif /* _LEV_NL_EDIT_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One cluster as "levctl status" shows it: gathered by cmd_status.c, printed by
 * status_show.c.
 */
#ifndef _LEVCTL_STATUS_H
#define _LEVCTL_STATUS_H

#include "levctl.h"

/**
 * struct picture - all that the kernel tells of one cluster
 * @device: its device
 * @cluster: settings
 * @status: what is so now
 * @node: the configured nodes
 * @n_nodes: how many
 * @unreadable: an answer was not understood
 */
struct picture {
	char device[IFNAMSIZ];
	struct lev_cluster cluster;
	struct lev_status status;
	struct lev_node node[LEV_NODE_ID_MAX];
	unsigned int n_nodes;
	bool unreadable;
};

void show_picture(struct lev_out *o, const struct picture *p);

#endif /* _LEVCTL_STATUS_H */

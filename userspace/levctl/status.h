/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One cluster as "levctl status", "levctl top" and levd show it: gathered by cmd_status.c, printed
 * by status_show.c and ring.c.
 */
#ifndef _LEVCTL_STATUS_H
#define _LEVCTL_STATUS_H

#include "args.h"

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

/**
 * struct devices - names of the namespace's clusters
 * @name: of each, to be freed
 * @n: how many
 * @failed: there was no memory for all
 */
struct devices {
	char (*name)[IFNAMSIZ];
	size_t n;
	bool failed;
};

/* Asks for them; @devices begins as zeroes. An exit status. */
int devices_ask(struct ctl *ctl, struct devices *devices);

/**
 * picture_ask() - ask the kernel for it
 * @ctl: the run
 * @args: the device
 * @p: filled in, to be freed by lev_status_free(&p->status) in any case
 *
 * Return: an exit status
 */
int picture_ask(struct ctl *ctl, struct args *args, struct picture *p);

/* share.c: what has been heard of a node, or NULL: it is this node, or there is no such. */
const struct lev_peer *peer_of(const struct lev_status *s, uint32_t id);

/* share.c: how many lanes a node owns now; @id 0: how many nobody owns. */
unsigned int lanes_of(const struct lev_status *s, uint32_t id);

/* share.c: a node's share of the askers is @part of @whole. */
void share_of(const struct picture *p, const struct lev_node *node, uint32_t *part,
	      uint32_t *whole);

/* share.c: is there a new key that not all nodes have yet? */
bool key_changes(const struct lev_status *s);

/* share.c: are all frames signed that are accepted? */
bool authenticated(const struct lev_status *s);

/* As a JSON object of this key (NULL: in an array), or text. */
void show_picture(struct lev_out *o, const char *key, const struct picture *p);

/* ring.c: who owns which lane, as a ring of text; nothing in JSON, which has the owners. */
void show_ring(struct lev_out *o, const struct lev_status *s);

#endif /* _LEVCTL_STATUS_H */

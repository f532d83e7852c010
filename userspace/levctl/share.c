// SPDX-License-Identifier: GPL-2.0
/*
 * What follows from one cluster's picture. Owns no state; called by status_show.c and levd.
 */
#include "status.h"

const struct lev_peer *peer_of(const struct lev_status *s, uint32_t id)
{
	for (unsigned int i = 0; i < s->n_peers; i++) {
		if (s->peer[i].id == id)
			return &s->peer[i];
	}
	return NULL;
}

unsigned int lanes_of(const struct lev_status *s, uint32_t id)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < s->lanes; i++)
		n += s->owner[i] == id;
	return n;
}

/*
 * While the wheel turns, that is its weight's part of what is on the wheel, whatever it owns at
 * this moment; once it stands still, it is what it owns.
 */
void share_of(const struct picture *p, const struct lev_node *node, uint32_t *part,
	      uint32_t *whole)
{
	const struct lev_status *s = &p->status;

	*part = 0;
	*whole = 0;
	for (unsigned int i = 0; i < p->n_nodes; i++) {
		const struct lev_node *n = &p->node[i];

		if (!lev_in_set(s->view, n->id) || n->priority != s->priority)
			continue;
		*whole += n->weight;
		if (n->id == node->id)
			*part = n->weight;
	}
	if (!p->cluster.period) {
		*part = lanes_of(s, node->id);
		*whole = s->lanes;
	}
}

bool key_changes(const struct lev_status *s)
{
	return lev_has(s->has, LEV_STATUS_A_KEY_WAITING);
}

/* Not as long as frames are accepted that have no signature. */
bool authenticated(const struct lev_status *s)
{
	return s->keyed && (!key_changes(s) || s->old_key_id);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A change of the key (see key.h and member.h). Each node has the old key, too, until it has heard
 * each other node of the config with the new one in the first place: so no node ever has to
 * understand a frame that is signed by what it has not got yet, whatever the order in which they
 * get it. And the key of the hashes, which does not change with it. Owns .two_keys and .hash_wanted
 * of struct lev_member.
 */
#include "member.h"

void lev_keyring_set(struct lev_keyring *ring, const struct lev_key *key,
		     enum lev_key_keep keep)
{
	if (lev_key_same(key, &ring->now))
		return;
	if (!ring->two || keep == LEV_KEY_KEEP_NOW || lev_key_same(key, &ring->old))
		ring->old = ring->now;
	ring->now = *key;
	ring->two = true;
}

void lev_keyring_set_old(struct lev_keyring *ring, const struct lev_key *old)
{
	ring->two = old->len && !lev_key_same(old, &ring->now);
	if (ring->two)
		ring->old = *old;
	else
		memset(&ring->old, 0, sizeof(ring->old));
}

static bool has_key(const struct lev_keyring *ring, const struct lev_key *key)
{
	return lev_key_same(key, &ring->now) || (ring->two && lev_key_same(key, &ring->old));
}

u8 lev_keyring_stays(const struct lev_keyring *was, const struct lev_keyring *ring)
{
	return (has_key(ring, &was->now) ? LEV_PROOF_HAS : 0) |
	       (was->two && has_key(ring, &was->old) ? LEV_PROOF_OLD : 0);
}

u64 lev_key_waiting(const struct lev_member *m)
{
	unsigned int id;
	u64 waiting = 0;

	if (!m->two_keys)
		return 0;
	lev_for_each_node(m, id)
		if (id != m->self && !(m->peer[id].last.proof & LEV_PROOF_NOW))
			waiting |= lev_node_bit(id);
	return waiting;
}

enum lev_key_keep lev_key_keep(const struct lev_member *m)
{
	unsigned int id, now = 0, old = 0;

	lev_for_each_node(m, id) {
		const struct lev_peer *p = &m->peer[id];

		now += p->heard && p->last.proof & LEV_PROOF_HAS;
		old += p->heard && p->last.proof & LEV_PROOF_OLD;
	}
	/* If all have both, some may have given the old one up just now. */
	return now && now >= old ? LEV_KEY_KEEP_NOW : LEV_KEY_KEEP_OLD;
}

enum lev_peer_key lev_key_of(const struct lev_member *m, unsigned int id, u64 now)
{
	const struct lev_peer *p = &m->peer[id];
	u8 proof = p->last.proof;

	if (!p->heard || !proof)
		return p->forged_at && now - p->forged_at < lev_member_limit(m) ?
		       LEV_PEER_KEY_OTHER : LEV_PEER_KEY_UNKNOWN;
	if (proof & LEV_PROOF_NOW)
		return LEV_PEER_KEY_SAME;
	if (proof & LEV_PROOF_HAS)
		return LEV_PEER_KEY_NEW;
	return proof & LEV_PROOF_TWO ? LEV_PEER_KEY_OTHER : LEV_PEER_KEY_OLD;
}

void lev_key_begin(struct lev_member *m, bool two)
{
	m->two_keys |= two;
}

/*
 * What somebody planted who has only a key that is gone must not outlast it: a number that no frame
 * reaches would shut a node out. Whose beats are by such a key, or are refused, proves anew that
 * he is alive (see hear.c); frames with pins are held to the number of the last beat, too.
 */
static void forget_planted(struct lev_member *m, u8 stays)
{
	unsigned int id;

	for (id = 1; id <= LEV_NODE_ID_MAX; id++) {
		struct lev_peer *p = &m->peer[id];
		u8 proof = p->last.proof;

		memset(p->pins_window, 0, sizeof(p->pins_window));
		if (proof & stays || (!proof && p->heard))
			continue;
		p->known = false;
		p->admitted = m->sequence;
	}
}

void lev_key_changed(struct lev_member *m, bool keyed, bool two, u8 stays, u64 now)
{
	bool heard = false, known = false;
	unsigned int id;

	lev_for_each_node(m, id) {
		const struct lev_peer *p = &m->peer[id];

		heard |= p->heard;
		/* Just after a change it is not known which one he has. */
		known |= p->heard && (!p->last.proof || p->last.proof & stays);
	}
	if (heard && !known)
		lev_member_listen(m, now);
	forget_planted(m, stays);
	m->keyed = keyed;
	m->two_keys = two;
	for (id = 1; id <= LEV_NODE_ID_MAX; id++)
		m->peer[id].last.proof = 0;
}

void lev_key_dropped(struct lev_member *m)
{
	unsigned int id;

	m->two_keys = false;
	/* All were heard with the new one in the first place. */
	for (id = 1; id <= LEV_NODE_ID_MAX; id++)
		memset(m->peer[id].pins_window, 0, sizeof(m->peer[id].pins_window));
}

u32 lev_key_step(struct lev_member *m, unsigned int winner)
{
	u32 todo = 0;

	if (winner && memcmp(&m->peer[winner].last.hash_key, &m->hash_key, sizeof(m->hash_key))) {
		m->hash_wanted = m->peer[winner].last.hash_key;
		todo |= LEV_DO_HASH;
	}
	if (m->two_keys && !lev_key_waiting(m))
		todo |= LEV_DO_KEY;
	return todo;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Accepts or refuses a beat or a frame with pins (see member.h): who sent it, was it seen
 * before, is its sender alive now. Changes the sender's struct lev_peer and nothing else.
 */
#include "member.h"

#define WINDOW_BITS	64

/* True if the number is new; then it is marked as seen. RFC 4303, 3.4.3. */
static bool window_accept(struct lev_window *w, u64 sequence)
{
	u64 behind;

	if (sequence > w->top) {
		u64 ahead = sequence - w->top;

		w->seen = ahead < WINDOW_BITS ? w->seen << ahead : 0;
		w->seen |= 1;
		w->top = sequence;
		return true;
	}
	behind = w->top - sequence;
	if (behind >= WINDOW_BITS || w->seen & 1ULL << behind)
		return false;
	w->seen |= 1ULL << behind;
	return true;
}

/* Does it echo a recent beat of ours that we sent after the one of number @after? */
static bool echoes_us(const struct lev_member *m, const struct lev_beat *beat, u64 after)
{
	unsigned int i;

	for (i = 0; i < beat->n_hears; i++) {
		const struct lev_hears *h = &beat->hears[i];

		u32 ago = (u32)m->sequence - h->sequence;

		if (h->node == m->self && h->incarnation == m->incarnation &&
		    ago <= LEV_ECHO_RECENT && m->sequence - ago > after)
			return true;
	}
	return false;
}

/* A new incarnation takes the peer's place, with nothing of the old one's left. */
static void admit(struct lev_peer *p, const struct lev_beat *beat, u64 sequence)
{
	memset(p, 0, sizeof(*p));
	p->known = true;
	p->admitted = sequence;
	p->incarnation = beat->incarnation;
}

enum lev_hear lev_member_hear(struct lev_member *m, const struct lev_beat *beat,
			      enum lev_side side, u64 now, u32 *todo)
{
	struct lev_peer *p = &m->peer[beat->node];
	bool echo;

	if (!m->self || beat->node == m->self || beat->side != side ||
	    !lev_config_node(m->cfg, beat->node))
		return LEV_HEAR_FOREIGN;

	echo = echoes_us(m, beat, 0);
	if (!p->known || beat->incarnation != p->incarnation) {
		/* What the one before it sent echoes nothing that we sent after its end. */
		if (!echoes_us(m, beat, p->admitted)) {
			/* Name it in our beats, and see whether it answers to that. */
			if (p->fresh_incarnation != beat->incarnation || !p->fresh_at)
				*todo |= LEV_DO_BEAT;
			p->fresh_incarnation = beat->incarnation;
			p->fresh_sequence = beat->sequence;
			p->fresh_at = now;
			return p->known ? LEV_HEAR_REPLAYED : LEV_HEAR_OK;
		}
		admit(p, beat, m->sequence);
		*todo |= LEV_DO_BEAT;
	}
	if (!window_accept(&p->window[side], beat->sequence))
		return LEV_HEAR_REPLAYED;

	/* An old one that was held back on this side is no sign of life. */
	if (beat->sequence < p->last.sequence)
		return LEV_HEAR_OK;
	p->heard_at[side] = now;

	/* The same beat comes once on each side: the clock is in the first of them. */
	if (beat->sequence > p->last.sequence) {
		p->last = *beat;
		p->last_at = now;
		p->heard = true;
		p->hears_us = echo;
		p->younger = lev_clock_younger(m, beat, now);
		lev_clock_heard(m, beat, now);
		lev_agree_heard(m, beat);
	}
	return LEV_HEAR_OK;
}

enum lev_hear lev_member_hear_pins(struct lev_member *m, const struct lev_pins_head *head,
				   enum lev_side side)
{
	struct lev_peer *p = &m->peer[head->node];

	if (!m->self || head->node == m->self || head->side != side ||
	    !lev_config_node(m->cfg, head->node))
		return LEV_HEAR_FOREIGN;
	if (!p->known || head->incarnation != p->incarnation ||
	    head->beat + LEV_ECHO_RECENT < p->last.sequence ||
	    !window_accept(&p->pins_window[side], head->sequence))
		return LEV_HEAR_REPLAYED;
	return LEV_HEAR_OK;
}

void lev_member_forged(struct lev_member *m, unsigned int node, u64 now)
{
	if (node == m->self || !lev_config_node(m->cfg, node))
		return;
	m->forged_at = now;
	m->peer[node].forged_at = now;
}

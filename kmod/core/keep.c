// SPDX-License-Identifier: GPL-2.0
/*
 * Connections kept (see keep.h). Owns no state: tables are the pool's, pins are in pin.c.
 * Called in process context to compose tables, and for packets in softirq.
 */
#include "keep.h"

static u16 mapped(u16 server, const u16 *map)
{
	return server == LEV_MAGLEV_NONE ? LEV_MAGLEV_NONE : map[server];
}

/*
 * Does an entry leave its server? If it had none, it had no flows either. If its server is gone
 * from the config it does so even if it gets none: from an earlier memory there may be pins to
 * that one, which must be looked at, and replaced, before the entry moves the next time.
 */
static bool moves_away(u16 was, const u16 *map, u16 now)
{
	return was != LEV_MAGLEV_NONE && (map[was] == LEV_MAGLEV_NONE || map[was] != now);
}

struct lev_keep_moved lev_keep_compose(const u16 *old, const u16 *old_origin, const u16 *map,
				       u16 *table, u16 *origin, bool counts)
{
	struct lev_keep_moved moved = {};
	unsigned int i;

	for (i = 0; i < LEV_TABLE_SIZE; i++) {
		/* A node that joins may be told meanwhile. */
		u16 entry = lev_keep_entry(&old[i]);
		u16 was = lev_keep_server(entry);
		bool marked = old_origin && (entry & LEV_KEEP_MOVED);
		bool moves = counts && moves_away(was, map, table[i]);

		origin[i] = LEV_MAGLEV_NONE;
		if (marked)
			origin[i] = mapped(READ_ONCE(old_origin[i]), map);
		else if (moves)
			origin[i] = mapped(was, map);
		if (marked || moves)
			table[i] |= LEV_KEEP_MOVED;
		moved.now += moves;
		moved.all += marked || moves;
	}
	return moved;
}

bool lev_keep_learn(u16 *entry, u16 *origin, u16 told, bool prefer)
{
	bool marked = *entry & LEV_KEEP_MOVED;

	if (!marked || prefer)
		WRITE_ONCE(*origin, told);
	if (marked)
		return false;
	/* Packets look at the origin of a marked entry: pairs with lev_keep_entry(). */
	smp_store_release(entry, *entry | LEV_KEEP_MOVED);
	return true;
}

/* Where the first packet of a flow goes that has no pin, or none that may be used. */
static u16 unpinned(const struct lev_keep_case *c)
{
	bool old = c->since <= LEV_KEEP_RECENT;

	/* What the pin's server knew of the flow, the origin does not know either. */
	if (c->pinned || !c->origin_usable)
		return c->current_server;
	if (c->kind == LEV_KEEP_TCP)
		old = true;
	else if (c->kind == LEV_KEEP_SYN && c->hash == LEV_HASH_FLOW)
		old = false;
	return old ? c->origin : c->current_server;
}

struct lev_keep_choice lev_keep_choose(const struct lev_keep_case *c)
{
	struct lev_keep_choice choice = {};

	if (c->pinned && lev_keep_stays(c->hash, c->kind, c->pin_usable)) {
		choice.server = c->pin;
		return choice;
	}
	choice.server = unpinned(c);
	choice.pin = choice.server != LEV_MAGLEV_NONE &&
		     (c->pinned || lev_keep_begins(c->hash, c->kind) ||
		      c->origin != c->current_server);
	return choice;
}

bool lev_keep_takes(u16 origin, u16 ours, u16 theirs, bool begins)
{
	if (begins || ours == LEV_MAGLEV_NONE || ours == origin)
		return true;
	return theirs != origin && theirs < ours;
}

bool lev_keep_over(u32 changed, u32 now, u32 memory, u32 pins, bool lesson)
{
	/* On another CPU the clock may have been ahead when it changed. */
	return !pins && !lesson && (s32)(now - changed) >= 0 && now - changed >= memory;
}

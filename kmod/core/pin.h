/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pins: which server a flow stays with while a change of its pool is remembered, 16 bytes a
 * flow in a fixed table. Pure; called for packets in softirq on all CPUs at once, and by
 * whoever walks or sweeps the table in process context. No lock is taken: see below.
 *
 * A pin is two words. The tag is the flow's hash, the state says the rest: server, when it
 * was seen, flags, and check bits, which are a part of the tag. A state is free (0), busy, or
 * live.
 *
 * Writing. A state is changed by cmpxchg alone, from what was read and judged to what follows
 * from it; who fails begins anew or gives up. A tag is written only by who has made its
 * state busy: nobody expects busy in a cmpxchg, so nobody else writes then. The new state is
 * stored after the tag (write barrier). Nobody waits for anybody: a busy pin is passed over.
 *
 * Reading goes tag, state, tag. The state is not older than the first tag, since busy was
 * stored before that. It is not younger than the second tag, since a younger state shows only
 * behind its own tag. So if both tags are the flow's, the state is the flow's too, unless the
 * pin was given to another flow and back between two loads. The check bits are for that, and
 * for the same between a read and the cmpxchg that follows from it: such a state of another
 * flow passes for this one's only if 13 more bits of the two hashes are equal.
 *
 * Two CPUs that pin one flow at one moment may make two pins of it. The one that stands first
 * in the set is found from then on, the other is never seen again and goes by its age.
 */
#ifndef _LEV_CORE_PIN_H
#define _LEV_CORE_PIN_H

#include "base.h"

/* Pins in a set: where a flow's pin may be. Two cache lines of 64 bytes. */
#define LEV_PIN_WAYS		8

/* A pin that is closing counts for so long after it was last seen, seconds. */
#define LEV_PIN_CLOSING_IDLE	60

/* Flags of a pin. */
#define LEV_PIN_CLOSING		BIT(0)	/* a FIN or RST was seen */
#define LEV_PIN_FOREIGN		BIT(1)	/* learnt from another node */

/**
 * struct lev_pin - a pin as it lies in memory
 * @tag: the flow's hash
 * @state: see pin.c
 */
struct lev_pin {
	u64 tag;
	u64 state;
} __aligned(16);

/**
 * struct lev_pins - the table
 * @pin: sets of LEV_PIN_WAYS
 * @mask: number of sets, a power of two, less one
 */
struct lev_pins {
	struct lev_pin *pin;
	u32 mask;
};

/**
 * struct lev_pin_info - a pin as it is told
 * @hash: of the flow
 * @seen: when, seconds of the caller's clock
 * @server: its number
 * @flags: LEV_PIN_CLOSING, LEV_PIN_FOREIGN
 */
struct lev_pin_info {
	u64 hash;
	u32 seen;
	u16 server;
	u8 flags;
};

/* What lev_pins_put() did. */
enum lev_pins_put {
	LEV_PINS_NEW,		/* in a pin that was free or had been idle too long */
	LEV_PINS_UPDATED,	/* the flow was pinned */
	LEV_PINS_EVICTED,	/* in the place of another flow, which is not pinned any more */
	LEV_PINS_BUSY,		/* nothing: other CPUs were faster, again and again */
};

/**
 * lev_pins_init() - an empty table
 * @pins: filled in
 * @memory: zeroed; best aligned to a cache line
 * @count: pins that @memory has room for; rounded down to LEV_PIN_WAYS times a power of two
 *
 * Return: 0, or -EINVAL if not even one set fits
 */
int lev_pins_init(struct lev_pins *pins, struct lev_pin *memory, u32 count);

/* How many pins there is room for: they are numbered from 0 for walks. */
static inline u32 lev_pins_count(const struct lev_pins *pins)
{
	return (pins->mask + 1) * LEV_PIN_WAYS;
}

/*
 * Below, times are seconds of a clock of the caller's; it may wrap, and may be a little behind
 * on one CPU what it is on another. A pin that was seen more than @idle seconds ago, if closing
 * more than LEV_PIN_CLOSING_IDLE, does not count. A flow's hash is all 64 bits: the low ones
 * choose the set, the high ones should be those that choose the entry in the pool's table.
 */

/**
 * lev_pins_find() - the server of a flow
 * @pins: table
 * @hash: of the flow
 * @now: the time
 * @idle: see above
 *
 * The pin is seen by this; that is noted only if a second has gone by since the last time,
 * so a busy flow does not keep its cache line from other CPUs.
 *
 * Return: number of the server, or -1 if the flow is not pinned
 * Context: any
 */
int lev_pins_find(struct lev_pins *pins, u64 hash, u32 now, u32 idle);

/**
 * lev_pins_look() - the server of a flow, which is not seen by this
 * @pins: table
 * @hash: of the flow
 * @now: the time
 * @idle: see above
 *
 * Return: as lev_pins_find()
 * Context: any
 */
int lev_pins_look(const struct lev_pins *pins, u64 hash, u32 now, u32 idle);

/**
 * lev_pins_put() - pin a flow
 * @pins: table
 * @hash: of the flow
 * @server: number that the caller has given to the machine
 * @flags: replace those that the pin had
 * @now: the time at which the flow was seen; if it was seen later already, that stays
 * @idle: see above
 *
 * If its set is full the pin that was seen longest ago makes room.
 *
 * Return: what was done
 * Context: any
 */
enum lev_pins_put lev_pins_put(struct lev_pins *pins, u64 hash, u16 server, u8 flags, u32 now,
			       u32 idle);

/**
 * lev_pins_close() - a FIN or RST of the flow was seen
 * @pins: table
 * @hash: of the flow
 *
 * Return: whether this made its pin a closing one
 * Context: any
 */
bool lev_pins_close(struct lev_pins *pins, u64 hash);

/**
 * lev_pins_next() - walk the pins
 * @pins: table
 * @at: number of the pin to begin with; then of the one behind that which was found
 * @end: number behind the last pin to look at, up to lev_pins_count()
 * @now: the time
 * @idle: see above
 * @info: filled in with the first pin that counts
 *
 * A walk may be interrupted between any two calls. A pin that is there all the time is met
 * once; others may be met or not.
 *
 * Return: false if there is none, and @at is @end
 * Context: any
 */
bool lev_pins_next(const struct lev_pins *pins, u32 *at, u32 end, u32 now, u32 idle,
		   struct lev_pin_info *info);

/**
 * lev_pins_sweep() - remove pins
 * @pins: table
 * @at: number of the first pin to look at
 * @end: number behind the last one, up to lev_pins_count()
 * @now: the time
 * @idle: those that do not count any more are removed
 * @server: all of this server, too, or -1
 *
 * Before the number of a machine is given to another one, its pins are to be removed, when no
 * packet can be pinned to it any more.
 *
 * Return: how many it removed
 * Context: any
 */
u32 lev_pins_sweep(struct lev_pins *pins, u32 at, u32 end, u32 now, u32 idle, int server);

#endif /* _LEV_CORE_PIN_H */

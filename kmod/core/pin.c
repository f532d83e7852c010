// SPDX-License-Identifier: GPL-2.0
/*
 * Pins of flows (see pin.h, also for why no lock is needed). Owns no state: the table is its
 * caller's. Runs in any context, on all CPUs at once.
 *
 * A state, from its lowest bit on: server 16, flags 2, live 1, check 13, seen 32. Whose it is
 * stands in the low half, so a 32-bit machine, which loads it in two, can err in the time only.
 */
#include "pin.h"

#define STATE_FREE	0ULL
#define STATE_BUSY	1ULL
#define STATE_LIVE	BIT_ULL(18)
#define FLAGS_SHIFT	16
#define FLAGS_MASK	3
#define CHECK_SHIFT	19
#define CHECK_MASK	0x1fff
#define SEEN_SHIFT	32

/*
 * The check bits of a tag begin here: above those that choose the set, below those that
 * choose the entry of the pool's table, since all of these are often equal.
 */
#define TAG_CHECK_SHIFT	28

static u64 state_of(u64 tag, u16 server, u8 flags, u32 seen)
{
	return (u64)seen << SEEN_SHIFT | (tag >> TAG_CHECK_SHIFT & CHECK_MASK) << CHECK_SHIFT |
	       STATE_LIVE | (u64)(flags & FLAGS_MASK) << FLAGS_SHIFT | server;
}

static u32 seen_of(u64 state)
{
	return (u32)(state >> SEEN_SHIFT);
}

static u8 flags_of(u64 state)
{
	return state >> FLAGS_SHIFT & FLAGS_MASK;
}

static bool belongs(u64 state, u64 tag)
{
	return (state & STATE_LIVE) &&
	       (state >> CHECK_SHIFT & CHECK_MASK) == (tag >> TAG_CHECK_SHIFT & CHECK_MASK);
}

/* Seconds since it was seen; 0 if another CPU's clock was ahead of ours. */
static u32 age_of(u64 state, u32 now)
{
	return max_t(s32, (s32)(now - seen_of(state)), 0);
}

static bool expired(u64 state, u32 now, u32 idle)
{
	if (flags_of(state) & LEV_PIN_CLOSING)
		idle = min_t(u32, idle, LEV_PIN_CLOSING_IDLE);
	return age_of(state, now) > idle;
}

/* The state that belongs to @tag, which was just read of @pin (see pin.h); false if none does. */
static __always_inline bool read_state(const struct lev_pin *pin, u64 tag, u64 *state)
{
	/* Not older than the tag: pairs with the cmpxchg to busy in try_put(). */
	smp_rmb();
	*state = READ_ONCE(pin->state);
	/* Not younger than the tag below: pairs with the barrier in try_put(). */
	smp_rmb();
	return belongs(*state, tag) && READ_ONCE(pin->tag) == tag;
}

static struct lev_pin *set_of(const struct lev_pins *pins, u64 hash)
{
	return pins->pin + ((u32)hash & pins->mask) * LEV_PIN_WAYS;
}

/* The flow's pin and its state, or NULL. In line: each packet of a pinned flow looks it up. */
static __always_inline struct lev_pin *look_up(const struct lev_pins *pins, u64 hash, u64 *state)
{
	struct lev_pin *pin = set_of(pins, hash), *end = pin + LEV_PIN_WAYS;

	for (; pin < end; pin++)
		if (READ_ONCE(pin->tag) == hash && read_state(pin, hash, state))
			return pin;
	return NULL;
}

static bool change(struct lev_pin *pin, u64 from, u64 to)
{
	return cmpxchg64(&pin->state, from, to) == from;
}

/*
 * The pin of a full set that is to make room, with its state; NULL if all are busy. @free:
 * nobody misses it.
 */
static struct lev_pin *make_room(struct lev_pin *pin, u32 now, u32 idle, u64 *was, bool *free)
{
	struct lev_pin *end = pin + LEV_PIN_WAYS, *oldest = NULL;

	for (*free = false; pin < end; pin++) {
		u64 state = READ_ONCE(pin->state);

		if (state == STATE_BUSY)
			continue;
		*free = state == STATE_FREE || expired(state, now, idle);
		if (*free || !oldest || age_of(state, now) > age_of(*was, now)) {
			oldest = pin;
			*was = state;
		}
		if (*free)
			break;
	}
	return oldest;
}

int lev_pins_init(struct lev_pins *pins, struct lev_pin *memory, u32 count)
{
	BUILD_BUG_ON(sizeof(struct lev_pin) != 16);
	if (count < LEV_PIN_WAYS)
		return -EINVAL;
	pins->pin = memory;
	pins->mask = (u32)BIT_ULL(fls64(count / LEV_PIN_WAYS) - 1) - 1;
	return 0;
}

int lev_pins_look(const struct lev_pins *pins, u64 hash, u32 now, u32 idle)
{
	struct lev_pin *pin;
	u64 state;

	pin = look_up(pins, hash, &state);
	return pin && !expired(state, now, idle) ? (u16)state : -1;
}

int lev_pins_find(struct lev_pins *pins, u64 hash, u32 now, u32 idle)
{
	struct lev_pin *pin;
	u64 state;

	pin = look_up(pins, hash, &state);
	if (!pin || expired(state, now, idle))
		return -1;
	/* If it fails, another CPU has just seen the flow too, or knows better. */
	if (age_of(state, now))
		change(pin, state, state_of(hash, (u16)state, flags_of(state), now));
	return (u16)state;
}

/* One attempt; LEV_PINS_BUSY if another CPU was faster. */
static enum lev_pins_put try_put(struct lev_pins *pins, u64 hash, u16 server, u8 flags, u32 now,
				 u32 idle)
{
	struct lev_pin *pin;
	u64 was, state;
	bool free;

	pin = look_up(pins, hash, &was);
	if (pin) {
		free = expired(was, now, idle);
		if (!age_of(was, now))
			now = seen_of(was);
		state = state_of(hash, server, flags, now);
		if (state != was && !change(pin, was, state))
			return LEV_PINS_BUSY;
		return free ? LEV_PINS_NEW : LEV_PINS_UPDATED;
	}

	pin = make_room(set_of(pins, hash), now, idle, &was, &free);
	if (!pin || !change(pin, was, STATE_BUSY))
		return LEV_PINS_BUSY;
	WRITE_ONCE(pin->tag, hash);
	/* Seen only behind its tag: pairs with read_state(). */
	smp_wmb();
	WRITE_ONCE(pin->state, state_of(hash, server, flags, now));
	return free ? LEV_PINS_NEW : LEV_PINS_EVICTED;
}

enum lev_pins_put lev_pins_put(struct lev_pins *pins, u64 hash, u16 server, u8 flags, u32 now,
			       u32 idle)
{
	enum lev_pins_put done = LEV_PINS_BUSY;
	unsigned int tries;

	for (tries = 0; tries < LEV_PIN_WAYS && done == LEV_PINS_BUSY; tries++)
		done = try_put(pins, hash, server, flags, now, idle);
	return done;
}

bool lev_pins_close(struct lev_pins *pins, u64 hash)
{
	struct lev_pin *pin;
	unsigned int tries;
	u64 state;

	for (tries = 0; tries < LEV_PIN_WAYS; tries++) {
		pin = look_up(pins, hash, &state);
		if (!pin || (flags_of(state) & LEV_PIN_CLOSING))
			return false;
		if (change(pin, state, state | (u64)LEV_PIN_CLOSING << FLAGS_SHIFT))
			return true;
	}
	return false;
}

bool lev_pins_next(const struct lev_pins *pins, u32 *at, u32 end, u32 now, u32 idle,
		   struct lev_pin_info *info)
{
	while (*at < end) {
		const struct lev_pin *pin = &pins->pin[(*at)++];
		u64 tag = READ_ONCE(pin->tag), state;

		if (!read_state(pin, tag, &state) || expired(state, now, idle))
			continue;
		info->hash = tag;
		info->seen = seen_of(state);
		info->server = (u16)state;
		info->flags = flags_of(state);
		return true;
	}
	return false;
}

static bool sweep_pin(struct lev_pin *pin, u32 now, u32 idle, int server)
{
	u64 state;

	/* If the change fails the flow was seen just now; if it is @server's, it goes then. */
	do {
		state = READ_ONCE(pin->state);
		if (!(state & STATE_LIVE) ||
		    ((u16)state != server && !expired(state, now, idle)))
			return false;
	} while (!change(pin, state, STATE_FREE));
	return true;
}

u32 lev_pins_sweep(struct lev_pins *pins, u32 at, u32 end, u32 now, u32 idle, int server)
{
	u32 removed = 0;

	for (; at < end; at++)
		removed += sweep_pin(&pins->pin[at], now, idle, server);
	return removed;
}

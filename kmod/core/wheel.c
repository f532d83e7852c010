// SPDX-License-Identifier: GPL-2.0
/*
 * The wheel: who owns which lane at which tick, and when that changes next. Owns no state;
 * called by kmod/lanes.c.
 *
 * All positions are exact fractions in integers. A sector whose node is absent holds a
 * wheel of its own: the nodes of the wheel around it without that one node. While the
 * pointer goes through the sector it goes once around that inner wheel. A node is left out
 * of an inner wheel only where the pointer has met it, not because it is absent: so a node
 * that leaves or returns moves no lane but those that it loses or gets.
 */
#include "wheel.h"

/*
 * By so much of a turn (in 2^-32, the golden ratio) times the absent node's id is its inner
 * wheel turned. Pointers often stand where a sector begins, all of them if there are as
 * many lanes as nodes: unturned, the lanes of all absent nodes would go to the lowest id.
 */
#define GOLDEN	0x9e3779b9U

/**
 * struct spot - where a pointer is on a wheel, outermost or inner
 * @pos: @pos / @per is the place, in units of weight; below @sum
 * @per: at most U32_MAX, so that nothing here overflows 64 bits
 * @step: at most so much does a tick add to @pos; exact as long as @per was never halved
 * @met: places in the outermost wheel of the absent nodes on the way in, not on this one
 * @sum: weights of this wheel
 *
 * @per, @step, @met and @sum follow from the way in alone, and while the pointer turns
 * within the sectors of that way, @pos never falls.
 */
struct spot {
	u64 pos;
	u64 per;
	u64 step;
	u64 met;
	u32 sum;
};

static u64 nodes_of(const struct lev_wheel *w)
{
	unsigned int i;
	u64 nodes = 0;

	for (i = 0; i < w->n; i++)
		nodes |= lev_node_bit(w->id[i]);
	return nodes;
}

static u32 common_divisor(u32 a, u32 b)
{
	while (b) {
		u32 rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* The pointer of @lane on the outermost wheel. */
static void spot_set(struct spot *s, const struct lev_wheel *w, u32 tick, unsigned int lane)
{
	u32 around = w->ticks * w->lanes;
	u32 pos = tick * w->lanes + lane * w->ticks;

	s->pos = pos < around ? pos : pos - around;
	s->per = around / w->sum;
	s->step = w->lanes;
	s->met = 0;
	s->sum = w->sum;
}

/*
 * Find the sector that @s is in: its node's place in @w, and in @start where it begins on
 * the wheel of @s. The nodes met are put back in first: then it is a search among the
 * sectors of the outermost wheel, which is quick with many nodes too.
 */
static unsigned int spot_sector(const struct spot *s, const struct lev_wheel *w, u32 *start)
{
	u32 unit = (u32)div64_u64(s->pos, s->per), back = 0;
	unsigned int low = 0, high = w->n, i;
	u64 met;

	for (met = s->met; met; met &= met - 1) {
		i = __ffs64(met);
		if (unit + back < w->start[i])
			break;
		back += w->weight[i];
	}
	while (high - low > 1) {
		i = (low + high) / 2;
		if (unit + back < w->start[i])
			high = i;
		else
			low = i;
	}
	*start = w->start[low] - back;
	return low;
}

/* Go into the wheel within the sector of node @i, which begins at @start. */
static void spot_enter(struct spot *s, const struct lev_wheel *w, unsigned int i, u32 start)
{
	u32 common;

	s->met |= BIT_ULL(i);
	s->sum -= w->weight[i];
	common = common_divisor(s->sum, w->weight[i]);
	s->pos = (s->pos - start * s->per) * (s->sum / common);
	s->step *= s->sum / common;
	s->per *= w->weight[i] / common;
	/* Far finer than a tick by now; what counts is that all nodes round alike. */
	while (s->per > U32_MAX) {
		s->pos >>= 1;
		s->step = (s->step + 1) >> 1;
		s->per = (s->per + 1) >> 1;
	}
	s->pos += ((u64)(w->id[i] * GOLDEN) * s->sum >> 32) * s->per;
	if (s->pos >= s->sum * s->per)
		s->pos -= s->sum * s->per;
}

/* How many ticks until a pointer at @s is beyond @end; never more than it truly takes. */
static u32 spot_stay(const struct spot *s, u32 end, u32 limit)
{
	return (u32)min_t(u64, div64_u64(end * s->per - s->pos + s->step - 1, s->step), limit);
}

/*
 * The owner of a lane, and in @stay, if given, for how many ticks it surely stays so. @on:
 * those present, all of them on the wheel. Each round of the loop takes a node off the
 * wheel.
 */
static unsigned int owner_at(const struct lev_wheel *w, u64 on, u32 tick, unsigned int lane,
			     u32 *stay)
{
	struct spot s;

	if (stay)
		*stay = w->ticks;
	if (!(on & (on - 1)))
		return fls64(on);

	spot_set(&s, w, tick, lane);
	for (;;) {
		u32 start;
		unsigned int i = spot_sector(&s, w, &start);

		/* Once it is a single tick, inner wheels change nothing, and step may wrap. */
		if (stay && *stay > 1)
			*stay = spot_stay(&s, start + w->weight[i], *stay);
		if (on & lev_node_bit(w->id[i]))
			return w->id[i];
		spot_enter(&s, w, i, start);
	}
}

void lev_wheel_init(struct lev_wheel *w, const struct lev_wheel_node *nodes,
		    unsigned int n, unsigned int priority, unsigned int lanes)
{
	unsigned int i;

	memset(w, 0, sizeof(*w));
	w->lanes = lanes;
	for (i = 0; i < n; i++) {
		if (!nodes[i].weight || nodes[i].priority != priority)
			continue;
		w->id[w->n] = nodes[i].id;
		w->start[w->n] = (u16)w->sum;
		w->weight[w->n++] = nodes[i].weight;
		w->sum += nodes[i].weight;
	}
	w->ticks = LEV_WHEEL_TICKS_MIN;
	if (w->sum)
		w->ticks = (LEV_WHEEL_TICKS_MIN + w->sum - 1) / w->sum * w->sum;
}

int lev_wheel_tier(const struct lev_wheel_node *nodes, unsigned int n, u64 present)
{
	unsigned int i;
	int tier = -1;

	for (i = 0; i < n; i++) {
		if (nodes[i].weight && (present & lev_node_bit(nodes[i].id)))
			tier = max_t(int, tier, nodes[i].priority);
	}
	return tier;
}

u32 lev_wheel_tick(const struct lev_wheel *w, u64 clock, u64 period)
{
	u64 in_turn;

	if (!period)
		return 0;
	div64_u64_rem(clock, period, &in_turn);
	return (u32)div64_u64(in_turn * w->ticks, period);
}

unsigned int lev_wheel_owner(const struct lev_wheel *w, u64 present, u32 tick,
			     unsigned int lane)
{
	return owner_at(w, present & nodes_of(w), tick, lane, NULL);
}

/* The first nanosecond of the tick that is @tick ticks after the turn of @clock began. */
static u64 tick_begins(const struct lev_wheel *w, u64 clock, u64 period, u32 tick)
{
	u64 in_turn;

	div64_u64_rem(clock, period, &in_turn);
	return clock - in_turn + div64_u64(tick * period + w->ticks - 1, w->ticks);
}

/* Each lane is known to stay as it is for so many ticks. */
static u32 least(const u16 *ahead, unsigned int lanes)
{
	u32 ticks = U32_MAX;

	while (lanes--)
		ticks = min_t(u32, ticks, ahead[lanes]);
	return ticks;
}

/*
 * Look from @tick on for a lane that is not its owner's, in each lane from where it was
 * left in @ahead up to before @reach ticks. Return: how many ticks ahead, or @reach; or,
 * with no looks left, how many ticks are known to bring no change.
 */
static u32 first_change(const struct lev_wheel *w, u64 on, u32 tick, const u8 *owners,
			u16 *ahead, u32 reach, unsigned int *looks)
{
	unsigned int lane;

	for (lane = 0; lane < w->lanes; lane++) {
		while (ahead[lane] < reach) {
			u32 at = tick + ahead[lane];
			u32 stay;

			if (!(*looks)--)
				return least(ahead, w->lanes);
			if (at >= w->ticks)
				at -= w->ticks;
			if (owner_at(w, on, at, lane, &stay) != owners[lane]) {
				reach = ahead[lane];
				break;
			}
			ahead[lane] = (u16)min(ahead[lane] + stay, w->ticks);
		}
	}
	return reach;
}

u64 lev_wheel_next(const struct lev_wheel *w, u64 present, u64 clock, u64 period,
		   const u8 *owners)
{
	u64 on = present & nodes_of(w);
	unsigned int looks = LEV_WHEEL_LOOKS;
	u16 ahead[LEV_LANES_MAX] = {};
	u32 tick, reach, found;

	BUILD_BUG_ON(LEV_NODE_ID_MAX * LEV_WEIGHT_MAX > U16_MAX);
	/* The first look at each lane must be granted, so that the answer lies ahead. */
	BUILD_BUG_ON(LEV_WHEEL_LOOKS < LEV_LANES_MAX);
	if (!period)
		return 0;

	clock++;
	tick = lev_wheel_tick(w, clock, period);
	/* By twice as far each time: else one lane may be followed long past the answer. */
	for (reach = 1;; reach = min(2 * reach, w->ticks)) {
		found = first_change(w, on, tick, owners, ahead, reach, &looks);
		if (!found)
			return clock;
		if (found < reach)
			return tick_begins(w, clock, period, tick + found);
		if (reach == w->ticks)
			return 0;
	}
}

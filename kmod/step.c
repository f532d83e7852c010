// SPDX-License-Identifier: GPL-2.0
/*
 * One step of the member, and what follows from it (see step.h). Owns the turn timer: it
 * fires when a lane moves, a switch is due, or a peer's silence becomes too long.
 */
#include <linux/random.h>
#include <linux/rtnetlink.h>

#include "event.h"
#include "lanes.h"
#include "step.h"

/* A node that came builds its plan anew first, and takes no pin before that. */
#define CAME_DELAY		(HZ / 10)
/* The timer asks the wheel this often at most, however many lanes it has. */
#define TURN_GAP		NSEC_PER_MSEC

static void arm(struct lev_cluster *c, u64 now)
{
	struct lev_member *m = c->member;
	u64 next = lev_member_next(m, now);

	if (c->turn_at) {
		u64 turn = max(c->turn_at, c->turned_at + TURN_GAP);

		next = min(next, max(turn - m->offset, now + 1));
	}
	hrtimer_start(&c->turn_timer, ns_to_ktime(next), HRTIMER_MODE_ABS_SOFT);
}

static void beat_soon(struct lev_cluster *c, u64 now)
{
	u64 at = lev_member_hurry(c->member, now);

	if (!hrtimer_is_queued(&c->beat_timer) ||
	    ktime_to_ns(hrtimer_get_expires(&c->beat_timer)) > (s64)at)
		hrtimer_start(&c->beat_timer, ns_to_ktime(at), HRTIMER_MODE_ABS_SOFT);
}

void lev_step_apply(struct lev_cluster *c)
{
	dev_hold(c->dev);
	if (!queue_work(lev_wq, &c->apply_work))
		dev_put(c->dev);
}

void lev_step_again(struct lev_cluster *c)
{
	spin_lock_bh(&c->lock);
	c->todo |= LEV_TODO_DEVICES;
	spin_unlock_bh(&c->lock);
}

/* Is it time to ask the wheel? Also when the clock was stepped, either way. */
static bool turn_due(const struct lev_cluster *c, u64 clock)
{
	return (c->turn_at && clock >= c->turn_at) || clock < c->turned_at ||
	       clock - c->turned_at >= NSEC_PER_SEC;
}

/*
 * A peer that came, went, or changed its reason. True: one came that answers already, so it
 * was apart from us and has served alone.
 */
static bool tell_peers(struct lev_cluster *c, u64 clock)
{
	bool reunited = false, came = false;
	unsigned int id;

	for (id = 1; id <= LEV_NODE_ID_MAX; id++) {
		const struct lev_peer *p = &c->member->peer[id];
		u8 word = lev_member_two_way(p) ? 1 + p->last.reason : 0;

		if (word == c->told[id])
			continue;
		reunited |= !c->told[id] && word == 1 + LEV_REASON_NONE;
		/* It has missed what we pinned meanwhile, or could not yet take it. */
		came |= !c->told[id] || word == 1 + LEV_REASON_NONE;
		c->told[id] = word;
		lev_event_peer(c, clock, id, word, p->last.reason);
	}
	if (came || (lev_join_teaches(c->member) && !c->teaching)) {
		c->tell_all_pins = true;
		c->teaching |= lev_join_teaches(c->member);
		mod_delayed_work(lev_wq, &c->sweep_work, CAME_DELAY);
	}
	return reunited;
}

void lev_step(struct lev_cluster *c, u32 todo)
{
	struct lev_member *m = c->member;
	u64 now = lev_now(), clock;
	bool reunited, ahead;

	lockdep_assert_held(&c->lock);
	if (!c->running)
		return;

	/* Asked here, not only told by notifiers: those can come a second late. */
	rcu_read_lock();
	m->local.front_up = lev_port_up(c, LEV_SIDE_FRONT);
	m->local.back_up = lev_port_up(c, LEV_SIDE_BACK);
	rcu_read_unlock();
	todo |= lev_member_step(m, now);
	clock = lev_member_clock(m, now);
	if (todo & LEV_DO_STATE)
		lev_event_state(c, clock, m->reason);
	if (todo & LEV_DO_KEEPER)
		lev_event_keeper(c, clock, m->keeper);
	if (todo & LEV_DO_VIEW)
		lev_event_view(c, clock, m->view);
	reunited = tell_peers(c, clock);
	if (todo & LEV_DO_VIEW || turn_due(c, clock))
		lev_lanes_update(c, clock, todo & LEV_DO_VIEW);
	if (reunited)
		lev_lanes_retell(c);
	/* What failed for want of memory is still in c->todo. */
	c->todo |= todo & (LEV_DO_CONFIG | LEV_DO_SERVERS | LEV_DO_KEY | LEV_DO_HASH);
	/* When no switch is ahead any more, what was made ready for it is dropped. */
	ahead = todo & LEV_DO_PREPARE;
	if (c->todo || ahead || c->ahead)
		lev_step_apply(c);
	c->ahead = ahead;
	if (todo & LEV_DO_BEAT)
		beat_soon(c, now);
	arm(c, now);
}

static enum hrtimer_restart turn_timer_fn(struct hrtimer *timer)
{
	struct lev_cluster *c = container_of(timer, struct lev_cluster, turn_timer);

	spin_lock(&c->lock);
	lev_step(c, 0);
	spin_unlock(&c->lock);
	return HRTIMER_NORESTART;
}

void lev_step_changed(struct lev_cluster *c)
{
	lockdep_assert_held(&c->lock);
	if (!c->running)
		return;
	lev_lanes_update(c, lev_member_clock(c->member, lev_now()), true);
	lev_step(c, LEV_DO_BEAT);
}

void lev_step_start(struct lev_cluster *c)
{
	struct lev_member *m = c->member;

	ASSERT_RTNL();
	spin_lock_bh(&c->lock);
	lev_member_start(m, c->self, c->id, m->keyed, get_random_u32(), lev_now());
	c->wheel_priority = -1;
	c->todo &= LEV_TODO_DEVICES;
	memset(c->told, 0, sizeof(c->told));
	c->running = true;
	lev_lanes_update(c, 0, true);
	lev_step(c, LEV_DO_BEAT);
	spin_unlock_bh(&c->lock);
}

void lev_step_stop(struct lev_cluster *c)
{
	ASSERT_RTNL();
	spin_lock_bh(&c->lock);
	c->running = false;
	if (c->ahead)
		lev_step_apply(c);
	c->ahead = false;
	c->todo &= LEV_TODO_DEVICES;
	lev_lanes_none(c);
	c->member->view = 0;
	spin_unlock_bh(&c->lock);
	hrtimer_cancel(&c->turn_timer);
	hrtimer_cancel(&c->beat_timer);
}

void lev_step_init(struct lev_cluster *c)
{
	spin_lock_init(&c->lock);
	hrtimer_setup(&c->turn_timer, turn_timer_fn, CLOCK_BOOTTIME, HRTIMER_MODE_ABS_SOFT);
}

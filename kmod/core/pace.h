/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pace of frames that tell of moves, as a leaky bucket: the Generic Cell Rate Algorithm (ITU-T
 * I.371, annex A), in its form of virtual scheduling. Pure; kmod/pace.c asks, under the lock.
 */
#ifndef _LEV_CORE_PACE_H
#define _LEV_CORE_PACE_H

#include "base.h"

/* So much may go at once, ns: what is due within the tick of a slow timer. */
#define LEV_PACE_SLACK	(10 * LEV_NSEC_PER_MSEC)

/**
 * struct lev_pacer - when frames went out
 * @due: local time, ns, at which the next one is due; earlier by LEV_PACE_SLACK it may go
 */
struct lev_pacer {
	u64 due;
};

/* Until a frame may go, ns; 0: now */
static inline u64 lev_pacer_wait(const struct lev_pacer *p, u64 now)
{
	return p->due > now + LEV_PACE_SLACK ? p->due - now - LEV_PACE_SLACK : 0;
}

/**
 * lev_pacer_take() - may a frame go?
 * @p: pacer
 * @now: local time, ns
 * @pace: frames a second, from 1
 *
 * In any time T there are at most (T + LEV_PACE_SLACK) * @pace + 1.
 *
 * Return: true if so, and then it is counted
 */
static inline bool lev_pacer_take(struct lev_pacer *p, u64 now, u32 pace)
{
	if (lev_pacer_wait(p, now))
		return false;
	if (p->due < now)
		p->due = now;
	p->due += div_u64(1000 * LEV_NSEC_PER_MSEC, pace);
	return true;
}

#endif /* _LEV_CORE_PACE_H */

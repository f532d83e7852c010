/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How much of its weight a server gets by this node's checks: little after it came up, and as its
 * answers say. Pure: the time is given, no I/O. Called by checks.c.
 */
#ifndef _LEVD_PERCENT_H
#define _LEVD_PERCENT_H

#include <stdbool.h>
#include <linux/leveler.h>

/* s, for which what an answer says stands: each change builds tables anew. */
#define PERCENT_STANDS	5.0

/**
 * struct percent - of one server
 * @answer: what its answers say
 * @since: when that was taken
 * @slow: how far it has risen
 * @begun: when it came up, if it rises
 * @rises: it does
 */
struct percent {
	unsigned int answer;
	double since;
	unsigned int slow;
	double begun;
	bool rises;
};

/* What an answer begins with, as "75%"; -1: nothing of that kind. More than 100 is 100. */
int percent_read(const char *text);

/* What to vote for: both together, in steps of LEV_PERCENT_STEP, of which it is one at least. */
unsigned int percent_of(const struct percent *p);

/* A server is checked from now on. @answer: what is thought of its answers until there is one */
void percent_begin(struct percent *p, unsigned int answer);

/**
 * percent_plan() - it is checked in another way
 * @p: the server
 * @slow: time in which those rise that come up, s; 0: at once. A rise goes on if there is one still
 * @answers: its answers say something
 */
void percent_plan(struct percent *p, double slow, bool answers);

/**
 * percent_turn() - it came up, or went down
 * @p: the server
 * @up: which of them
 * @slow: as in percent_plan()
 * @now: s
 */
void percent_turn(struct percent *p, bool up, double slow, double now);

/**
 * percent_answer() - a good answer came
 * @p: the server
 * @up: it was up before that; else it is no trouble if this changes often
 * @answer: what it says, or -1
 * @now: s
 */
void percent_answer(struct percent *p, bool up, int answer, double now);

/* Between two steps of a rise, s. */
double percent_interval(double slow);

/* One that rises has come to where it is to be by now. */
void percent_step(struct percent *p, double slow, double now);

#endif /* _LEVD_PERCENT_H */

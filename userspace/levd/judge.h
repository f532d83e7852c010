/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When answers of checks make a server up or down. Pure: no clock, no I/O. Called by checks.c.
 */
#ifndef _LEVD_JUDGE_H
#define _LEVD_JUDGE_H

#include <stdbool.h>

/**
 * struct judge - what is thought of one server
 * @up: it serves
 * @against: answers in a row that say otherwise
 */
struct judge {
	bool up;
	unsigned int against;
};

/**
 * judge_answer() - a check was answered, or not in time
 * @j: the server
 * @good: it was answered well
 * @rise: so many good ones in a row make it up
 * @fall: so many bad ones make it down
 *
 * Return: whether that changed @up
 */
bool judge_answer(struct judge *j, bool good, unsigned int rise, unsigned int fall);

#endif /* _LEVD_JUDGE_H */

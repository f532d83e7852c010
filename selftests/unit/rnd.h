/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random numbers that are the same on every run, for tests and the simulator.
 */
#ifndef _LEV_SELFTESTS_RND_H
#define _LEV_SELFTESTS_RND_H

/* Xorshift64* (Vigna 2016); the state is any number but 0. */
static inline unsigned long long rnd_next(unsigned long long *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dULL;
}

/* 0..@below - 1 */
static inline unsigned int rnd(unsigned long long *state, unsigned int below)
{
	return (unsigned int)((rnd_next(state) >> 32) % below);
}

#endif /* _LEV_SELFTESTS_RND_H */

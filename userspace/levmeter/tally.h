/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counts by name (a server, a MAC address, a reason) in fixed memory. Pure: no I/O.
 * Used by all probes; read by the reports.
 */
#ifndef LEVMETER_TALLY_H
#define LEVMETER_TALLY_H

#include <stddef.h>
#include <stdint.h>

#define TALLY_NAME_MAX	32	/* characters of a name that are kept */
#define TALLY_MAX	128	/* different names; the last one stands for all others */

/**
 * struct tally - counts by name
 * @n: names in use
 * @row: name and count, in order of first sight
 */
struct tally {
	unsigned int n;
	struct tally_row {
		char name[TALLY_NAME_MAX + 1];
		uint64_t count;
	} row[TALLY_MAX];
};

/**
 * tally_find() - the row of a name, made if it is new
 * @t: the tally, zeroed to begin with
 * @name: of any length and bytes; cut, and unprintable bytes become '?'
 *
 * Return: its index, which stays valid.
 */
unsigned int tally_find(struct tally *t, const char *name);

/**
 * tally_add() - count one for a name
 * @t: the tally
 * @name: as in tally_find()
 */
void tally_add(struct tally *t, const char *name);

/**
 * tally_sum() - of all counts
 * @t: the tally
 *
 * Return: the sum.
 */
uint64_t tally_sum(const struct tally *t);

#endif

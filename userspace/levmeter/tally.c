// SPDX-License-Identifier: GPL-2.0
/*
 * Counts by name in fixed memory. Names come from the network: they are cut and cleaned here,
 * so that a report can print them as they are. Used by all probes.
 */
#include <string.h>

#include "tally.h"

static void clean(char *to, const char *name)
{
	size_t i;

	for (i = 0; i < TALLY_NAME_MAX && name[i]; i++)
		to[i] = name[i] >= ' ' && name[i] <= '~' ? name[i] : '?';
	while (i && to[i - 1] == ' ')
		i--;
	to[i] = '\0';
	if (!i)
		strcpy(to, "unnamed");
}

unsigned int tally_find(struct tally *t, const char *name)
{
	char key[TALLY_NAME_MAX + 1];
	unsigned int i;

	clean(key, name);
	for (i = 0; i < t->n; i++)
		if (!strcmp(t->row[i].name, key))
			return i;
	if (t->n == TALLY_MAX)
		return TALLY_MAX - 1;
	if (t->n == TALLY_MAX - 1)
		strcpy(key, "others");
	strcpy(t->row[t->n].name, key);
	return t->n++;
}

void tally_add(struct tally *t, const char *name)
{
	t->row[tally_find(t, name)].count++;
}

uint64_t tally_sum(const struct tally *t)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < t->n; i++)
		sum += t->row[i].count;
	return sum;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A word on servers (see word.h): the short list of those that get less than their weight.
 */
#include "word.h"

/* Where the server's entry is, or would be. */
static unsigned int place_of(const struct lev_less *less, u32 server)
{
	unsigned int i = 0;

	while (i < less->n && lev_less_server(less->entry[i]) < server)
		i++;
	return i;
}

static bool is_at(const struct lev_less *less, unsigned int i, u32 server)
{
	return i < less->n && lev_less_server(less->entry[i]) == server;
}

u32 lev_less_get(const struct lev_less *less, u32 server)
{
	unsigned int i = place_of(less, server);

	return is_at(less, i, server) ? lev_less_steps(less->entry[i]) : LEV_STEPS_FULL;
}

static void take_out(struct lev_less *less, unsigned int i)
{
	less->n--;
	memmove(&less->entry[i], &less->entry[i + 1], (less->n - i) * sizeof(less->entry[0]));
	less->entry[less->n] = 0;
}

bool lev_less_set(struct lev_less *less, u32 server, u32 steps)
{
	unsigned int i = place_of(less, server);
	bool there = is_at(less, i, server);

	BUILD_BUG_ON(LEV_SERVERS_MAX << LEV_LESS_BITS > U16_MAX);
	BUILD_BUG_ON(LEV_STEPS_FULL > LEV_LESS_STEPS);
	if (steps == LEV_STEPS_FULL) {
		if (there)
			take_out(less, i);
		return true;
	}
	if (!there) {
		if (less->n == LEV_LESS_MAX)
			return false;
		memmove(&less->entry[i + 1], &less->entry[i],
			(less->n - i) * sizeof(less->entry[0]));
		less->n++;
	}
	less->entry[i] = server << LEV_LESS_BITS | steps;
	return true;
}

bool lev_less_valid(const struct lev_less *less, u32 n_servers)
{
	u32 next = 0;
	unsigned int i;

	for (i = 0; i < less->n; i++) {
		u32 server = lev_less_server(less->entry[i]);
		u32 steps = lev_less_steps(less->entry[i]);

		if (server < next || server >= n_servers || !steps || steps >= LEV_STEPS_FULL)
			return false;
		next = server + 1;
	}
	return true;
}

void lev_less_remap(const struct lev_config *from, const struct lev_config *to,
		    struct lev_less *less)
{
	struct lev_less was = *less;
	unsigned int i;

	memset(less, 0, sizeof(*less));
	for (i = 0; i < was.n; i++) {
		u32 server = lev_less_server(was.entry[i]);
		const struct lev_server *s = lev_config_server(to, &from->servers[server]);

		if (s)
			lev_less_set(less, s - to->servers, lev_less_steps(was.entry[i]));
	}
}

void lev_word_remap(const struct lev_config *from, const struct lev_config *to,
		    const struct lev_word *word, struct lev_word *out)
{
	lev_config_remap(from, to, word->up, out->up);
	out->less = word->less;
	lev_less_remap(from, to, &out->less);
}

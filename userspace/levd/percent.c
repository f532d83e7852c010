// SPDX-License-Identifier: GPL-2.0
/*
 * Of a server's weight, how much (see percent.h). Owns no state.
 */
#include <stdlib.h>
#include <string.h>

#include "percent.h"

/* @n of @full: the nearest step, one at least. */
static unsigned int step_of(double n, double full)
{
	unsigned int step = n / full * LEV_STEPS_FULL + 0.5;

	return (step ? step : 1) * LEV_PERCENT_STEP;
}

int percent_read(const char *text)
{
	size_t digits;

	text += strspn(text, " \t\r\n");
	digits = strspn(text, "0123456789");
	if (!digits || text[digits] != '%' ||
	    (text[digits + 1] && !strchr(" \t\r\n,;", text[digits + 1])))
		return -1;
	/* A number that is too large is the largest one. */
	return strtoul(text, NULL, 10) < LEV_PERCENT_FULL ? atoi(text) : LEV_PERCENT_FULL;
}

unsigned int percent_of(const struct percent *p)
{
	return step_of(p->answer * p->slow, LEV_PERCENT_FULL * LEV_PERCENT_FULL);
}

void percent_begin(struct percent *p, unsigned int answer)
{
	*p = (struct percent){
		.answer = answer, .since = -PERCENT_STANDS, .slow = LEV_PERCENT_FULL,
	};
}

void percent_plan(struct percent *p, double slow, bool answers)
{
	if (!answers)
		p->answer = LEV_PERCENT_FULL;
	p->rises &= slow > 0;
	if (!p->rises)
		p->slow = LEV_PERCENT_FULL;
}

void percent_turn(struct percent *p, bool up, double slow, double now)
{
	p->rises = up && slow;
	p->begun = now;
	p->slow = p->rises ? LEV_PERCENT_STEP : LEV_PERCENT_FULL;
}

void percent_answer(struct percent *p, bool up, int answer, double now)
{
	unsigned int step = answer < 0 ? LEV_PERCENT_FULL : step_of(answer, LEV_PERCENT_FULL);

	if (step == p->answer || (up && now - p->since < PERCENT_STANDS))
		return;
	p->answer = step;
	p->since = now;
}

double percent_interval(double slow)
{
	return slow < LEV_STEPS_FULL ? 1 : slow / LEV_STEPS_FULL;
}

void percent_step(struct percent *p, double slow, double now)
{
	double risen = now - p->begun;

	p->slow = risen < slow ? step_of(risen, slow) : LEV_PERCENT_FULL;
	p->rises = p->slow < LEV_PERCENT_FULL;
}

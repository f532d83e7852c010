// SPDX-License-Identifier: GPL-2.0
/*
 * Rise and fall (see judge.h). Owns no state.
 */
#include "judge.h"

bool judge_answer(struct judge *j, bool good, unsigned int rise, unsigned int fall)
{
	if (good == j->up) {
		j->against = 0;
		return false;
	}
	if (++j->against < (good ? rise : fall))
		return false;
	j->up = good;
	j->against = 0;
	return true;
}

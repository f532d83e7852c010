// SPDX-License-Identifier: GPL-2.0
/*
 * The wheel as a small picture in the terminal: who owns which lane. Owns no state; called by
 * status_show.c.
 */
#include <math.h>
#include <string.h>

#include "status.h"

/* Characters are twice as high as they are wide. */
#define ROWS	7
#define COLUMNS	15
/* So many that none of the ring's places is left out. */
#define POINTS	256

static char sign_of(uint32_t owner)
{
	static const char signs[] =
		".123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

	return owner < sizeof(signs) - 1 ? signs[owner] : '+';
}

void show_ring(struct lev_out *o, const struct lev_status *s)
{
	char ring[ROWS][COLUMNS + 1];

	if (!s->lanes)
		return;
	for (unsigned int row = 0; row < ROWS; row++) {
		memset(ring[row], ' ', COLUMNS);
		ring[row][COLUMNS] = '\0';
	}
	/* From the last one back, so that the first lane has the top. */
	for (unsigned int i = POINTS; i--;) {
		double turn = 2 * M_PI * i / POINTS;
		long row = lround((1 - cos(turn)) * (ROWS - 1) / 2);
		long column = lround((1 + sin(turn)) * (COLUMNS - 1) / 2);

		ring[row][column] = sign_of(s->owner[i * s->lanes / POINTS]);
	}
	for (unsigned int row = 0; row < ROWS; row++)
		lev_out_text(o, "    %s\n", ring[row]);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Frames on their way between the nodes of a cluster (see sim.h): how long each flies, which are
 * lost or come twice, and which comes next. node.c sends, sim.c lets them arrive.
 */
#include "inside.h"

void sim_frame_put(struct sim_frame *f)
{
	if (!--f->refs)
		free(f);
}

static bool earlier(const struct sim_arrival *a, const struct sim_arrival *b)
{
	return a->at != b->at ? a->at < b->at : a->order < b->order;
}

void sim_push(struct sim *s, u64 at, unsigned int to, struct sim_frame *f)
{
	struct sim_arrival a = { at, s->order++, (u8)to, f };
	unsigned int i = s->n_heap++;

	if (s->n_heap > s->size) {
		s->size = 2 * s->size + 64;
		s->heap = realloc(s->heap, s->size * sizeof(*s->heap));
		sim_must(s->heap);
	}
	for (; i && earlier(&a, &s->heap[(i - 1) / 2]); i = (i - 1) / 2)
		s->heap[i] = s->heap[(i - 1) / 2];
	s->heap[i] = a;
	f->refs++;
}

struct sim_arrival sim_pop(struct sim *s)
{
	struct sim_arrival first = s->heap[0], last = s->heap[--s->n_heap];
	unsigned int i = 0, child;

	while ((child = 2 * i + 1) < s->n_heap) {
		if (child + 1 < s->n_heap && earlier(&s->heap[child + 1], &s->heap[child]))
			child++;
		if (!earlier(&s->heap[child], &last))
			break;
		s->heap[i] = s->heap[child];
		i = child;
	}
	s->heap[i] = last;
	return first;
}

static u64 flight(struct sim *s, const struct sim_link *l)
{
	return l->delay + (l->jitter ? rnd_next(&s->seed) % l->jitter : 0);
}

void sim_transmit(struct sim *s, unsigned int id, struct sim_frame *f)
{
	unsigned int to;

	if (s->tape_of == id && s->n_tape < SIM_TAPE_MAX) {
		s->tape[s->n_tape++] = f;
		f->refs++;
	}
	for (to = 1; to <= s->n; to++) {
		const struct sim_link *l = &s->link[id][to][f->side];

		if (to == id || l->cut || rnd(&s->seed, 100) < l->loss)
			continue;
		sim_push(s, s->now + flight(s, l), to, f);
		if (l->twice && rnd(&s->seed, 100) < l->twice)
			sim_push(s, s->now + flight(s, l), to, f);
	}
}

void sim_repeat(struct sim *s, u64 every, u64 ns)
{
	unsigned int i, to;
	u64 at;

	for (at = every; at <= ns; at += every)
		for (i = 0; i < s->n_tape; i++)
			for (to = 1; to <= s->n; to++)
				if (to != s->tape_of)
					sim_push(s, s->now + at, to, s->tape[i]);
}

void sim_record(struct sim *s, unsigned int of)
{
	while (s->n_tape)
		sim_frame_put(s->tape[--s->n_tape]);
	s->tape_of = of;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Writes YAML (see yaml_out.h), over the emitter of libyaml. Owns the emitter.
 */
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "yaml_out.h"

#define DEPTH_MAX	4
#define WIDTH		1000	/* a thing is one line */

/**
 * struct lev_yaml_out - a writer
 * @emitter: libyaml's
 * @list: of each open place, whether it is a list
 * @depth: how many are open
 * @failed: something could not be written
 */
struct lev_yaml_out {
	yaml_emitter_t emitter;
	bool list[DEPTH_MAX];
	unsigned int depth;
	bool failed;
};

/* @made: the event could be initialized. It is the emitter's from here on. */
static void emit(struct lev_yaml_out *y, int made, yaml_event_t *event)
{
	if (!made || y->failed || !yaml_emitter_emit(&y->emitter, event))
		y->failed = true;
}

static void put_scalar(struct lev_yaml_out *y, const char *text)
{
	yaml_event_t event;
	int made = yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text,
						strlen(text), 1, 1, YAML_ANY_SCALAR_STYLE);

	emit(y, made, &event);
}

struct lev_yaml_out *lev_yaml_out_new(FILE *file)
{
	struct lev_yaml_out *y = calloc(1, sizeof(*y));
	yaml_event_t event;

	if (!y || !yaml_emitter_initialize(&y->emitter)) {
		free(y);
		return NULL;
	}
	yaml_emitter_set_output_file(&y->emitter, file);
	yaml_emitter_set_width(&y->emitter, WIDTH);
	yaml_emitter_set_unicode(&y->emitter, 1);
	emit(y, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING), &event);
	emit(y, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1), &event);
	return y;
}

void lev_yaml_open(struct lev_yaml_out *y, const char *name, bool list)
{
	/* The file is a map of lists, a line each; what is in a line is in braces. */
	bool flow = y->depth && !list;
	yaml_event_t event;

	if (name)
		put_scalar(y, name);
	if (list)
		emit(y, yaml_sequence_start_event_initialize(&event, NULL, NULL, 1,
							     YAML_BLOCK_SEQUENCE_STYLE), &event);
	else
		emit(y, yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, flow ?
							    YAML_FLOW_MAPPING_STYLE :
							    YAML_BLOCK_MAPPING_STYLE), &event);
	y->list[y->depth++] = list;
}

void lev_yaml_close(struct lev_yaml_out *y)
{
	yaml_event_t event;

	if (y->list[--y->depth])
		emit(y, yaml_sequence_end_event_initialize(&event), &event);
	else
		emit(y, yaml_mapping_end_event_initialize(&event), &event);
}

void lev_yaml_put(struct lev_yaml_out *y, const char *name, const char *value)
{
	put_scalar(y, name);
	put_scalar(y, value);
}

int lev_yaml_out_end(struct lev_yaml_out *y)
{
	yaml_event_t event;
	int ret;

	emit(y, yaml_document_end_event_initialize(&event, 1), &event);
	emit(y, yaml_stream_end_event_initialize(&event), &event);
	if (!y->failed && !yaml_emitter_flush(&y->emitter))
		y->failed = true;
	ret = y->failed ? -1 : 0;
	yaml_emitter_delete(&y->emitter);
	free(y);
	return ret;
}

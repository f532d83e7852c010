/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What was measured: as a table for people, as JSON for programs, as a line while it goes on.
 * Called by main.c and meter.c.
 */
#ifndef LEVMETER_REPORT_H
#define LEVMETER_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "meter.h"

/**
 * report_wants_progress() - are progress lines wanted?
 * @o: the options
 *
 * Return: whether report_progress() is to be called.
 */
bool report_wants_progress(const struct options *o);

/**
 * report_progress() - one line on standard error
 * @m: the run so far
 * @now: the time
 */
void report_progress(const struct meter *m, uint64_t now);

/**
 * report_text() - the whole result for people, on standard output
 * @m: the run
 */
void report_text(const struct meter *m);

/**
 * report_json() - the whole result for programs, on standard output
 * @m: the run
 *
 * Return: 0 or -1 if there is no memory for it.
 */
int report_json(const struct meter *m);

#endif

// SPDX-License-Identifier: GPL-2.0
/*
 * levmeter: what a client feels, measured from outside. Reads the words, runs, reports.
 * Exit status: 0 it ran, 1 wrong words, 2 it could not run.
 */
#include <stdio.h>
#include <string.h>
#include <errno.h>

#include "echo.h"
#include "meter.h"
#include "options.h"
#include "report.h"

int main(int argc, const char **argv)
{
	/* With its histograms it is too large for a stack. */
	static struct meter meter;
	struct options options;
	int err = 0;

	if (!options_read(&options, argc, argv))
		return 1;
	if (options.echo)
		return echo_run(&options);
	if (meter_run(&meter, &options))
		return 2;
	if (options.json)
		err = report_json(&meter);
	else
		report_text(&meter);
	if (err || fflush(stdout)) {
		fprintf(stderr, "levmeter: cannot write the report: %s\n", strerror(errno));
		return 2;
	}
	return 0;
}

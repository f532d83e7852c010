// SPDX-License-Identifier: GPL-2.0
/*
 * levctl save: the whole of a cluster as a file that levctl apply reads. Called by main.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "whole_ask.h"
#include "../lib/whole_out.h"

/* Of other nodes the kernel knows neither name nor devices. */
static int save(struct ctl *ctl, const struct whole_now *now)
{
	struct lev_whole_file file = {
		.whole = &now->whole, .version = now->version, .key = now->keyed ? "keep" : NULL,
	};
	char host[256];

	if (gethostname(host, sizeof(host)))
		host[0] = '\0';
	host[sizeof(host) - 1] = '\0';
	file.host = *host ? host : NULL;
	if (lev_whole_write(&file, ctl->out, stdout))
		return say_failed(ctl, "cannot write");
	return DONE;
}

static int run(struct ctl *ctl, int argc, char **argv)
{
	struct args args = { 0 };
	struct whole_now *now;
	int ret;

	if (!argc)
		return say_wrong(ctl, "a device is missing (example: lev0)");
	if (argc > 1)
		return say_wrong(ctl, "\"%s\" is a word too many", argv[1]);
	ret = args_device(ctl, &args, argv[0]);
	if (ret)
		return ret;
	now = calloc(1, sizeof(*now));
	if (!now)
		return say_failed(ctl, "%s", strerror(ENOMEM));
	ret = whole_ask(ctl, args.device, now);
	if (!ret)
		ret = save(ctl, now);
	free(now);
	return ret;
}

const struct command cmd_save = {
	.name = "save",
	.about = "a cluster as a file that apply reads",
	.grammar = "levctl save DEVICE\n",
	.help =
		"The newest config, pending or in force, and what is this node's own. What only the\n"
		"others know is to be added to their entries: host, front, back and key. The kernel\n"
		"does not tell the key: \"key: keep\" leaves a cluster the one that it has. Nor does\n"
		"it know what is for levd: http, watch, checks and notify.\n",
	.example = "levctl save lev0 >saved.yaml\n",
	.run = run,
};

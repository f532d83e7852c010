// SPDX-License-Identifier: GPL-2.0
/*
 * levctl monitor: events as they happen, one line each, until it is told to stop. Called by
 * main.c.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "args.h"

/**
 * struct watch - a monitor that runs
 * @ctl: the run
 * @device: the one that is watched, or NULL for all
 * @broken: its output cannot be written any more
 */
struct watch {
	struct ctl *ctl;
	const char *device;
	bool broken;
};

static void end_line(struct watch *w)
{
	lev_out_close(w->ctl->out);
	lev_out_text(w->ctl->out, "\n");
	if (lev_out_end(w->ctl->out))
		w->broken = true;
}

static void show_event(struct nlattr *tb[LEV_A_MAX + 1], void *arg)
{
	struct watch *w = arg;
	struct lev_out *o = w->ctl->out;
	const char *device;
	struct lev_notice n;

	if (!tb[LEV_A_IFNAME] || lev_notice_read(tb[LEV_A_EVENT], &n))
		return;
	device = nla_get_string(tb[LEV_A_IFNAME]);
	if (w->device && strcmp(w->device, device))
		return;

	lev_out_object(o, NULL);
	put_notice(o, device, &n);
	end_line(w);
}

/* The reader was too slow: say so where the lost events would have been. */
static void show_overrun(struct watch *w)
{
	lev_out_object(w->ctl->out, NULL);
	lev_out_str(w->ctl->out, "event", "%s: events were lost here", "overrun");
	end_line(w);
}

static int watch_until_told(struct watch *w, int events, int signals)
{
	struct pollfd fds[] = {
		{ .fd = events, .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
	};

	while (!w->broken) {
		int ret = poll(fds, ARRAY_SIZE(fds), -1);

		if (ret < 0 && errno != EINTR)
			return say_failed(w->ctl, "%s", strerror(errno));
		if (ret <= 0)
			continue;
		if (fds[1].revents)
			return DONE;
		ret = lev_nl_events(w->ctl->nl, show_event, w);
		if (ret < 0)
			return say_refused(w->ctl, NULL);
		if (ret)
			show_overrun(w);
	}
	return say_failed(w->ctl, "cannot write: %s", strerror(errno));
}

static void count(struct nlattr *tb[LEV_A_MAX + 1], void *arg)
{
	(void)tb;
	++*(unsigned int *)arg;
}

/* A device that is not there would be waited for in vain. */
static int check_device(struct ctl *ctl, struct args *args)
{
	struct nl_msg *msg = lev_nl_msg(LEV_CMD_CLUSTER_GET);
	unsigned int n = 0;
	int ret = DONE;

	if (!msg || args_put(args, msg, 0))
		ret = say_failed(ctl, "no room for the request");
	else if (lev_nl_dump(ctl->nl, msg, count, &n))
		ret = say_refused(ctl, args);
	else if (!n)
		ret = say_failed(ctl, "there is no cluster %s", args->device);
	nlmsg_free(msg);
	return ret;
}

static int run(struct ctl *ctl, int argc, char **argv)
{
	struct watch watch = { .ctl = ctl };
	struct args args = { 0 };
	int events, signals, ret;

	if (argc > 1)
		return say_wrong(ctl, "\"%s\" is a word too many", argv[1]);
	if (argc) {
		ret = args_device(ctl, &args, argv[0]);
		if (!ret)
			ret = check_device(ctl, &args);
		if (ret)
			return ret;
		watch.device = args.device;
	}

	signals = stop_signals();
	if (signals < 0)
		return say_failed(ctl, "%s", strerror(errno));
	events = lev_nl_listen(ctl->nl);
	ret = events < 0 ? say_refused(ctl, NULL) : watch_until_told(&watch, events, signals);
	close(signals);
	return ret;
}

const struct command cmd_monitor = {
	.name = "monitor",
	.about = "events as they happen",
	.grammar = "levctl monitor [DEVICE]\n",
	.help =
		"One line an event, with the cluster's clock in seconds; with -j one JSON object\n"
		"a line. Ends on SIGINT or SIGTERM.\n",
	.example = "levctl monitor lev0\n",
	.run = run,
};

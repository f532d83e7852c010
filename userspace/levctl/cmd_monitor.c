// SPDX-License-Identifier: GPL-2.0
/*
 * levctl monitor: events as they happen, one line each, until it is told to stop. Called by
 * main.c.
 */
#include <errno.h>
#include <inttypes.h>
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

/* What the event says of nodes and lanes; each kind of event has its own few of them. */
static void put_nodes(struct lev_out *o, const struct lev_notice *n)
{
	if (lev_has(n->has, LEV_EVENT_A_NODE))
		lev_out_uint(o, "node", " node %s", n->node);
	if (lev_has(n->has, LEV_EVENT_A_HEARD))
		lev_out_bool(o, "heard", " heard %s", n->heard);
	if (n->type == LEV_EVENT_STATE)
		lev_out_str(o, "state", " %s",
			    n->reason ? LEV_STATE_SILENT : LEV_STATE_ACTIVE);
	if (lev_has(n->has, LEV_EVENT_A_REASON))
		lev_out_str(o, "reason", " reason %s", lev_name(&lev_reason_names, n->reason));
	if (lev_has(n->has, LEV_EVENT_A_VIEW))
		lev_out_set(o, "view", n->type == LEV_EVENT_VIEW ? " %s" : " view %s", n->view);
	if (lev_has(n->has, LEV_EVENT_A_GAINED))
		lev_out_uint(o, "gained", " gained %s", n->gained);
	if (lev_has(n->has, LEV_EVENT_A_LOST))
		lev_out_uint(o, "lost", " lost %s", n->lost);
	if (lev_has(n->has, LEV_EVENT_A_OWNED))
		lev_out_uint(o, "owned", " owned %s", n->owned);
	if (lev_has(n->has, LEV_EVENT_A_VIEW_CHANGED))
		lev_out_str(o, "cause", " by %s", n->view_changed ? "takeover" : "turn");
}

/* What the event says of the config and of addresses. */
static void put_rest(struct lev_out *o, const struct lev_notice *n)
{
	char digest[LEV_DIGEST_STR], ip[LEV_IP_STR], mac[LEV_MAC_STR];

	if (lev_has(n->has, LEV_EVENT_A_VERSION))
		lev_out_uint(o, "version", " version %s", n->version);
	if (lev_has(n->has, LEV_EVENT_A_DIGEST))
		lev_out_str(o, "digest", " digest %s", lev_digest_str(n->digest, digest));
	if (lev_has(n->has, LEV_EVENT_A_ADDR))
		lev_out_str(o, "address", " %s", lev_ip_str(&n->ip, ip));
	if (lev_has(n->has, LEV_EVENT_A_UP))
		lev_out_bool(o, "up", " up %s", n->up);
	if (lev_has(n->has, LEV_EVENT_A_MAC))
		lev_out_str(o, "mac", " mac %s", lev_mac_str(n->mac, mac));
	if (lev_has(n->has, LEV_EVENT_A_CHANGES))
		lev_out_bool(o, "changes", " changes %s", n->changes);
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
	lev_out_text(o, "[%" PRIu64 ".%06" PRIu64 "] ", n.clock / 1000000000,
		     n.clock / 1000 % 1000000);
	lev_out_str(o, "device", "%s", device);
	lev_out_str(o, "event", " %s", lev_name(&lev_event_names, n.type));
	lev_out_uint(o, "clock_ns", LEV_JSON_ONLY, n.clock);
	put_nodes(o, &n);
	put_rest(o, &n);
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

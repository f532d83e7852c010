// SPDX-License-Identifier: GPL-2.0
/*
 * levctl top: status again and again, and how fast counters go up meanwhile. Called by main.c.
 */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "stats.h"
#include "status.h"

#define INTERVAL_DEFAULT	1000
#define INTERVAL_MIN		100
#define INTERVAL_MAX		3600000

/* None of these goes to the kernel, so they have numbers of their own. */
enum {
	TOP_INTERVAL = 1,
	TOP_COUNT,
};

static const struct word words[] = {
	{ .name = "interval", .help = "time between two pictures", .kind = WORD_TIME,
	  .attr = TOP_INTERVAL, .verbs = SHOW, .min = INTERVAL_MIN, .max = INTERVAL_MAX,
	  .initial = INTERVAL_DEFAULT },
	{ .name = "count", .help = "so many pictures; default: until it is told to end",
	  .kind = WORD_NUMBER, .attr = TOP_COUNT, .verbs = SHOW, .min = 1, .max = UINT32_MAX },
	{ 0 }
};

/**
 * struct top - what is kept from one picture to the next
 * @ctl: the run
 * @args: the device
 * @interval: ms
 * @at: when the counters were read, s; 0: not yet
 * @value: the counters
 * @gap: longest age of a heartbeat that was seen, ms, by node
 */
struct top {
	struct ctl *ctl;
	struct args *args;
	uint32_t interval;
	double at;
	uint64_t value[__LEV_STAT_MAX];
	uint32_t gap[LEV_NODE_ID_MAX + 1];
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Counters that stand still are left out of the text. */
static void show_rates(struct lev_out *o, const uint64_t *before, const uint64_t *after,
		       double seconds)
{
	lev_out_table(o, "rates", "  ", "COUNTER\tPER-SECOND\tTOTAL");
	for (unsigned int i = 0; i < __LEV_STAT_MAX; i++) {
		if (after[i] == before[i])
			continue;
		lev_out_row(o);
		lev_out_str(o, "counter", LEV_CELL, stat_names[i]);
		lev_out_rate(o, "per_second", LEV_CELL, (double)(after[i] - before[i]) / seconds);
		lev_out_uint(o, "total", LEV_CELL, after[i]);
		lev_out_row_end(o);
	}
	lev_out_table_end(o);
}

static void show_gaps(struct top *top, const struct lev_status *s)
{
	struct lev_out *o = top->ctl->out;

	lev_out_table(o, "gaps", "  ", "NODE\tLONGEST-AGE");
	for (unsigned int i = 0; i < s->n_peers; i++) {
		const struct lev_peer *peer = &s->peer[i];

		if (peer->id > LEV_NODE_ID_MAX || !lev_has(peer->has, LEV_PEER_A_AGE))
			continue;
		if (peer->age > top->gap[peer->id])
			top->gap[peer->id] = peer->age;
		lev_out_row(o);
		lev_out_uint(o, "node", LEV_CELL, peer->id);
		lev_out_time(o, "longest_age_ms", LEV_CELL, top->gap[peer->id]);
		lev_out_row_end(o);
	}
	lev_out_table_end(o);
}

/* The screen is wiped; what is no screen gets an empty line between two. */
static void clear(const struct top *top)
{
	if (isatty(STDOUT_FILENO))
		lev_out_text(top->ctl->out, "\033[H\033[2J");
	else if (top->at)
		lev_out_text(top->ctl->out, "\n");
}

static int show(struct top *top)
{
	struct lev_out *o = top->ctl->out;
	uint64_t value[__LEV_STAT_MAX];
	struct picture p;
	double at;
	int ret;

	ret = picture_ask(top->ctl, top->args, &p);
	if (!ret)
		ret = stats_ask(top->ctl, top->args, value, NULL);
	at = now();
	if (!ret) {
		clear(top);
		lev_out_object(o, NULL);
		show_picture(o, "status", &p);
		show_gaps(top, &p.status);
		if (top->at)
			show_rates(o, top->value, value, at - top->at);
		else
			lev_out_null(o, "rates", LEV_JSON_ONLY, "");
		lev_out_close(o);
		memcpy(top->value, value, sizeof(value));
		top->at = at;
		if (lev_out_end(o))
			ret = say_failed(top->ctl, "cannot write: %s", strerror(errno));
	}
	lev_status_free(&p.status);
	return ret;
}

/* Until it is told to end, or has shown as many as were asked for. */
static int watch(struct top *top, uint32_t count, int signals)
{
	struct pollfd fd = { .fd = signals, .events = POLLIN };
	double next = now();

	for (uint32_t shown = 0;;) {
		double wait;
		int ret = show(top);

		if (ret || ++shown == count)
			return ret;
		next += top->interval / 1000.0;
		wait = (next - now()) * 1000;
		ret = poll(&fd, 1, wait > 0 ? (int)wait : 0);
		if (ret < 0 && errno != EINTR)
			return say_failed(top->ctl, "%s", strerror(errno));
		if (ret > 0)
			return DONE;
	}
}

static int run(struct ctl *ctl, int argc, char **argv)
{
	struct top top = { .ctl = ctl, .interval = INTERVAL_DEFAULT };
	struct args args = { 0 }, device = { 0 };
	const struct arg *interval, *count;
	int signals, ret;

	if (!argc)
		return say_wrong(ctl, "a device is missing (example: lev0)");
	ret = args_device(ctl, &device, argv[0]);
	if (!ret)
		ret = args_read(ctl, &args, words, SHOW, argc - 1, argv + 1);
	if (ret)
		return ret;
	top.args = &device;
	interval = args_find(&args, TOP_INTERVAL);
	if (interval)
		top.interval = interval->number;
	count = args_find(&args, TOP_COUNT);

	signals = stop_signals();
	if (signals < 0)
		return say_failed(ctl, "%s", strerror(errno));
	ret = watch(&top, count ? count->number : 0, signals);
	close(signals);
	return ret;
}

const struct command cmd_top = {
	.name = "top",
	.about = "status again and again, and how fast counters go up",
	.grammar = "levctl top DEVICE [interval TIME] [count N]\n",
	.help =
		"What levctl status shows, the longest time without a word from each other node\n"
		"since top was started, and the counters that went up since the picture before.\n"
		"With -j one JSON object a line. Ends on SIGINT or SIGTERM.\n",
	.words = words,
	.example = "levctl top lev0 interval 500ms\n",
	.run = run,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * levd: makes a cluster what its file says, at start and on SIGHUP; checks its servers; tells of
 * what happens. This file has the command line, the life of the daemon, and its signals.
 */
#include <errno.h>
#include <popt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include "../levctl/file.h"
#include "levd.h"
#include "scene.h"
#include "web.h"

/**
 * struct life - a run of the daemon
 * @levd: what its files share
 * @ctl: for messages about the file
 * @name: of the file
 * @node: this node's id; 0: by its host's name
 * @reload: SIGHUP
 * @stop: SIGTERM, SIGINT
 */
static struct life {
	struct levd levd;
	struct ctl ctl;
	const char *name;
	uint32_t node;
	ev_signal reload;
	ev_signal stop[2];
} life;

static const char usage[] =
	"usage: levd [-V] [-?] DEVICE FILE [node ID]\n"
	"\n"
	"Makes the cluster DEVICE what FILE says (leveler.conf(5)), checks its servers, and tells of\n"
	"what happens; see levd(8). SIGHUP: the file is read again. SIGTERM: it ends; the kernel\n"
	"goes on with what it knows.\n"
	"\n"
	"Exit status: 0 ended as told, 1 wrong words, 2 refused by the kernel.\n";

void levd_fail(struct levd *d)
{
	d->failed = true;
	ev_break(d->loop, EVBREAK_ALL);
}

/* Who may write the file says what we run, and where packets go. */
static int check_mode(const struct ctl *ctl, const char *name)
{
	struct stat st;

	if (stat(name, &st) || !(st.st_mode & 0022))
		return DONE;
	return say_wrong(ctl, "\"%s\" has mode %04o, so others may write it "
			 "(chmod go-w mends that)", name, (unsigned int)st.st_mode & 07777);
}

/* The file as it is now; NULL and an exit status if it is wrong. */
static struct plan *read_plan(struct life *l, struct file *file, int *ret)
{
	struct plan *plan;

	*ret = check_mode(&l->ctl, l->name);
	if (!*ret)
		*ret = file_read(&l->ctl, file, l->name, l->node);
	if (!*ret)
		*ret = plan_programs(&l->ctl, file);
	if (*ret)
		return NULL;
	plan = plan_new(file);
	if (!plan)
		*ret = say_failed(&l->ctl, "%s", strerror(ENOMEM));
	return plan;
}

/*
 * The kernel's part of it. At the start there is nothing to go back to: a cluster that is there,
 * with another config than the file's, is better checked than not.
 */
static int apply(struct life *l, struct file *file, bool first)
{
	int ret;

	/* Before the file takes effect, so that what follows from it is heard. */
	if (first && events_start(&l->levd))
		return REFUSED;
	ret = file_apply(&l->ctl, file, l->levd.device);
	if (ret != REFUSED || !first || lev_nl_refusal(l->levd.nl)->error == EPERM ||
	    !checks_cluster(&l->levd))
		return ret;
	journal(LOG_WARNING, NULL, "%s: the file is not in force; servers are checked as it says",
		l->levd.device);
	return DONE;
}

static bool same_place(const struct place *a, const struct place *b)
{
	return a->port == b->port && (!a->port || lev_ip_equal(&a->ip, &b->ip));
}

/* Where the cluster is to be shown: the place that it has, or one that is free. An exit status. */
static int open_web(struct life *l, const struct file *file, const struct place *place,
		    struct web **web)
{
	struct place now = web_place(l->levd.web);
	struct ctl there = l->ctl;

	*web = l->levd.web;
	if (same_place(&now, place))
		return DONE;
	*web = place->port ? web_open(&l->levd, place) : NULL;
	if (*web || !place->port)
		return DONE;
	there.line = file->http_line;
	there.verb = "node";
	return say_failed(&there, "\"http\": \"%s\": %s%s", file->http, strerror(errno),
			  errno == EADDRINUSE && now.port == place->port ?
			  " (by this levd, at another address: restart it)" : "");
}

static void take_web(struct levd *d, struct web *web)
{
	if (web != d->web)
		web_close(d->web);
	d->web = web;
	if (web)
		rates_start(d);
	else
		rates_stop(d);
}

/* The file takes effect, or nothing of it. */
static int load(struct life *l, bool first)
{
	struct plan *plan, *old = l->levd.plan;
	struct web *web = l->levd.web;
	struct file file = { 0 };
	int ret;

	l->ctl.command = &cmd_apply;
	plan = read_plan(l, &file, &ret);
	if (plan)
		ret = open_web(l, &file, &plan->http, &web);
	if (!ret)
		ret = apply(l, &file, first);
	file_free(&file);
	l->ctl = (struct ctl){ .nl = l->levd.nl };
	if (ret) {
		if (web != l->levd.web)
			web_close(web);
		plan_free(plan);
		return ret;
	}
	take_web(&l->levd, web);
	l->levd.plan = plan;
	checks_replan(&l->levd);
	plan_free(old);
	checks_sync(&l->levd);
	watch_replan(&l->levd);
	return DONE;
}

static void on_reload(struct ev_loop *loop, ev_signal *w, int events)
{
	struct timespec now;

	(void)loop;
	(void)w;
	(void)events;
	clock_gettime(CLOCK_MONOTONIC, &now);
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", now.tv_sec * 1000000LL +
		   now.tv_nsec / 1000);
	if (load(&life, false)) {
		journal(LOG_ERR, NULL, "%s: %s: not taken; all goes on as before",
			life.levd.device, life.name);
		sd_notify(0, "READY=1\nSTATUS=the last file was not taken");
	} else {
		journal(LOG_NOTICE, NULL, "%s: %s: taken", life.levd.device, life.name);
		sd_notify(0, "READY=1\nSTATUS=");
	}
}

static void on_stop(struct ev_loop *loop, ev_signal *w, int events)
{
	(void)w;
	(void)events;
	sd_notify(0, "STOPPING=1");
	ev_break(loop, EVBREAK_ALL);
}

static void watch_signals(struct life *l)
{
	ev_signal_init(&l->reload, on_reload, SIGHUP);
	ev_signal_init(&l->stop[0], on_stop, SIGTERM);
	ev_signal_init(&l->stop[1], on_stop, SIGINT);
	ev_signal_start(l->levd.loop, &l->reload);
	ev_signal_start(l->levd.loop, &l->stop[0]);
	ev_signal_start(l->levd.loop, &l->stop[1]);
	signal(SIGPIPE, SIG_IGN);
}

static int run(struct life *l)
{
	struct levd *d = &l->levd;
	int ret;

	d->loop = ev_default_loop(0);
	d->nl = lev_nl_new();
	l->ctl.nl = d->nl;
	if (!d->loop || !d->nl || http_init(d->loop))
		return say_failed(&l->ctl, "%s", strerror(ENOMEM));
	srandom(getpid() ^ time(NULL));
	watch_signals(l);
	ret = load(l, true);
	if (!ret && !d->failed) {
		sd_notify(0, "READY=1");
		ev_run(d->loop, 0);
	}
	take_web(d, NULL);
	checks_stop(d);
	notify_stop();
	events_stop(d);
	http_stop();
	plan_free(d->plan);
	lev_nl_free(d->nl);
	return d->failed ? REFUSED : ret;
}

static int read_words(struct life *l, int n, char **words)
{
	struct args args = { 0 };

	if (n < 1)
		return say_wrong(&l->ctl, "a device is missing (example: lev0)");
	if (args_device(&l->ctl, &args, words[0]))
		return WRONG_WORDS;
	if (n < 2)
		return say_wrong(&l->ctl, "a file is missing");
	if (!strcmp(words[1], "-"))
		return say_wrong(&l->ctl, "\"-\": the file is read again, so it has to have a "
				 "name");
	l->levd.device = words[0];
	l->name = words[1];
	if (n == 2)
		return DONE;
	if (strcmp(words[2], "node"))
		return say_wrong(&l->ctl, "\"%s\" is not a word that fits here", words[2]);
	if (n == 3)
		return say_wrong(&l->ctl, "\"node\" has no value behind it");
	if (n > 4)
		return say_wrong(&l->ctl, "\"%s\" is a word too many", words[4]);
	if (lev_parse_number(words[3], &l->node) == -EINVAL)
		return say_wrong(&l->ctl, "\"node\": \"%s\" is not a number", words[3]);
	if (l->node < 1 || l->node > LEV_NODE_ID_MAX)
		return say_wrong(&l->ctl, "\"node\": \"%s\" is out of range (1..%u)", words[3],
				 LEV_NODE_ID_MAX);
	return DONE;
}

int main(int argc, char **argv)
{
	int version = 0, help = 0, n = 0, ret;
	const struct poptOption table[] = {
		{ "version", 'V', POPT_ARG_NONE, &version, 0, NULL, NULL },
		{ "help", '?', POPT_ARG_NONE, &help, 0, NULL, NULL },
		POPT_TABLEEND
	};
	poptContext context = poptGetContext("levd", argc, (const char **)argv, table,
					     POPT_CONTEXT_POSIXMEHARDER);
	char **words;

	ret = poptGetNextOpt(context);
	words = (char **)poptGetArgs(context);
	while (words && words[n])
		n++;
	if (ret < -1) {
		ret = say_wrong(&life.ctl, "\"%s\": %s",
				poptBadOption(context, POPT_BADOPTION_NOALIAS), poptStrerror(ret));
	} else if (help) {
		fputs(usage, stdout);
		ret = DONE;
	} else if (version) {
		printf("levd %s, netlink API %d\n", LEV_VERSION, LEV_GENL_VERSION);
		ret = DONE;
	} else {
		ret = read_words(&life, n, words);
		ret = ret ? ret : run(&life);
	}
	poptFreeContext(context);
	return ret;
}

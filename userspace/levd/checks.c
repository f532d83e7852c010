// SPDX-License-Identifier: GPL-2.0
/*
 * The servers that are checked: one after the other in each interval, by the probe of their pool's
 * type. What comes out is told to the kernel as this node's vote. Owns the list of them.
 *
 * The kernel keeps what it was told: a levd that starts goes on from there, so that nothing changes
 * because it was gone.
 */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>

#include "levd.h"

#define AGAIN		1.0	/* s, after the kernel could not be asked or told */
#define SOMETIME	10.0	/* s, after it could: a cluster may have been made anew */

static struct check *checks;
static ev_timer again;
static char said[256];		/* what the kernel last said no with */

static const struct probe_type *const probes[] = {
	[CHECK_TCP] = &probe_socket,
	[CHECK_HTTP] = &probe_http,
	[CHECK_HTTPS] = &probe_http,
	[CHECK_UDP] = &probe_socket,
	[CHECK_ICMP] = &probe_socket,
	[CHECK_PROGRAM] = &probe_program,
};

static const struct probe_type *probe_of(const struct check *c)
{
	return probes[c->spec->type];
}

static void on_again(struct ev_loop *loop, ev_timer *w, int events)
{
	(void)loop;
	(void)events;
	checks_sync(w->data);
}

static void sync_in(struct levd *d, double time)
{
	ev_timer_stop(d->loop, &again);
	ev_timer_init(&again, on_again, time, 0);
	again.data = d;
	ev_timer_start(d->loop, &again);
}

/* What the kernel says no to is said once: each second would be too much. */
static void refused(struct levd *d, const char *what)
{
	const struct lev_refusal *r = lev_nl_refusal(d->nl);
	const char *text = r->error ? r->text : "the answer is not understood";

	if (strcmp(said, text))
		journal(LOG_ERR, NULL, "%s: %s: %s", d->device, what, text);
	snprintf(said, sizeof(said), "%s", text);
	sync_in(d, AGAIN);
}

static struct nl_msg *vote_message(const struct levd *d, const struct lev_ip *ip,
				   const char *pool, enum lev_server_attr what, uint32_t vote)
{
	struct nl_msg *msg = lev_nl_msg(LEV_CMD_SERVER_SET);
	struct nlattr *nest;

	if (!msg)
		return NULL;
	if (!nla_put_string(msg, LEV_A_IFNAME, d->device)) {
		nest = nla_nest_start(msg, LEV_A_SERVER | NLA_F_NESTED);
		if (nest && !nla_put(msg, LEV_SERVER_A_ADDR, ip->len, ip->b) &&
		    !nla_put_string(msg, LEV_SERVER_A_POOL, pool) &&
		    !nla_put_u32(msg, what, vote)) {
			nla_nest_end(msg, nest);
			return msg;
		}
	}
	nlmsg_free(msg);
	return NULL;
}

/* False if it has to be told again, as it will be. */
static bool tell_health(struct levd *d, const struct lev_ip *ip, const char *pool, bool up)
{
	struct nl_msg *msg = vote_message(d, ip, pool, LEV_SERVER_A_HEALTH,
					  up ? LEV_HEALTH_UP : LEV_HEALTH_DOWN);
	bool told = msg && !lev_nl_do(d->nl, msg, NULL, NULL);

	if (!told)
		refused(d, "health is not told");
	nlmsg_free(msg);
	return told;
}

/* The kernel takes less than all for some servers only: said once of each, as it may last. */
static void say_crowded(struct check *c)
{
	if (!c->crowded)
		journal(LOG_WARNING, NULL, "%s: address %s pool %s: percent %u is not told: %s",
			c->levd->device, c->address, c->pool, percent_of(&c->percent),
			lev_nl_refusal(c->levd->nl)->text);
	c->crowded = true;
}

/* Of one that is checked, or of one that is not, @c NULL. As tell_health(). */
static bool tell_percent(struct levd *d, struct check *c, const struct lev_ip *ip,
			 const char *pool)
{
	struct nl_msg *msg = vote_message(d, ip, pool, LEV_SERVER_A_PERCENT,
					  c ? percent_of(&c->percent) : LEV_PERCENT_FULL);
	bool told = msg && !lev_nl_do(d->nl, msg, NULL, NULL);

	nlmsg_free(msg);
	if (!told && msg && c && lev_nl_refusal(d->nl)->error == ENOSPC) {
		say_crowded(c);
		return true;
	}
	if (!told)
		refused(d, "percent is not told");
	else if (c)
		c->crowded = false;
	return told;
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void on_step(struct ev_loop *loop, ev_timer *w, int events)
{
	struct check *c = w->data;
	unsigned int before = percent_of(&c->percent);

	(void)events;
	percent_step(&c->percent, c->spec->slow, seconds());
	if (percent_of(&c->percent) != before)
		tell_percent(c->levd, c, &c->ip, c->pool);
	if (!c->percent.rises)
		ev_timer_stop(loop, w);
}

/* Steps are taken as long as it rises. */
static void set_step(struct check *c)
{
	double interval = percent_interval(c->spec->slow);

	ev_timer_stop(c->levd->loop, &c->step);
	if (!c->percent.rises)
		return;
	ev_timer_init(&c->step, on_step, interval, interval);
	c->step.data = c;
	ev_timer_start(c->levd->loop, &c->step);
}

static void end_check(struct check *c)
{
	c->running = false;
	ev_timer_stop(c->levd->loop, &c->limit);
}

static void answer(struct check *c, bool good)
{
	unsigned int before = percent_of(&c->percent);
	bool changed;

	if (good && c->spec->weigh)
		percent_answer(&c->percent, c->judge.up, c->answer, seconds());
	changed = judge_answer(&c->judge, good, c->spec->rise, c->spec->fall);
	if (changed) {
		percent_turn(&c->percent, c->judge.up, c->spec->slow, seconds());
		set_step(c);
	}
	/* Before it is up, so that it has not all for a moment. */
	if (percent_of(&c->percent) != before)
		tell_percent(c->levd, c, &c->ip, c->pool);
	if (!changed)
		return;
	tell_health(c->levd, &c->ip, c->pool, c->judge.up);
	event_check(c->levd, c);
}

void check_weigh(struct check *c, const char *text)
{
	if (c->spec->weigh)
		c->answer = percent_read(text);
}

void check_done(struct check *c, bool good, const char *fmt, ...)
{
	size_t len;
	va_list ap;

	va_start(ap, fmt);
	len = vsnprintf(c->reason, sizeof(c->reason), fmt, ap);
	va_end(ap);
	if (good && c->answer >= 0 && len < sizeof(c->reason))
		snprintf(c->reason + len, sizeof(c->reason) - len, ", %d%%", c->answer);
	end_check(c);
	answer(c, good);
}

static void give_up(struct check *c)
{
	if (!c->running)
		return;
	probe_of(c)->stop(c);
	end_check(c);
}

static void on_limit(struct ev_loop *loop, ev_timer *w, int events)
{
	struct check *c = w->data;
	char time[LEV_TIME_STR];

	(void)loop;
	(void)events;
	give_up(c);
	snprintf(c->reason, sizeof(c->reason), "no answer in %s",
		 lev_time_str((uint32_t)lround(c->spec->timeout * 1000), time));
	answer(c, false);
}

static void on_due(struct ev_loop *loop, ev_timer *w, int events)
{
	struct check *c = w->data;

	(void)events;
	/* A limit that is as long as the interval ends now, too. */
	if (c->running)
		on_limit(loop, &c->limit, 0);
	c->running = true;
	c->answer = -1;
	ev_timer_init(&c->limit, on_limit, c->spec->timeout, 0);
	/* Of an answer and the limit, seen at one time, the answer counts. */
	ev_set_priority(&c->limit, EV_MINPRI);
	c->limit.data = c;
	ev_timer_start(loop, &c->limit);
	probe_of(c)->start(c);
}

/* Not all at one moment: the first ones are spread over an interval. */
static void start_check(struct check *c)
{
	double first = c->spec->interval * (random() % 1000) / 1000;

	ev_timer_init(&c->due, on_due, first, c->spec->interval);
	c->due.data = c;
	ev_timer_start(c->levd->loop, &c->due);
	set_step(c);
}

static void stop_check(struct check *c)
{
	give_up(c);
	ev_timer_stop(c->levd->loop, &c->due);
	ev_timer_stop(c->levd->loop, &c->step);
}

static struct check *find(const struct lev_server *s)
{
	struct check *c = checks;

	while (c && (!lev_ip_equal(&c->ip, &s->ip) || strcmp(c->pool, s->pool)))
		c = c->next;
	return c;
}

const struct check *checks_find(const struct lev_server *s)
{
	return find(s);
}

/* As the kernel has it. A module from before there was such a vote, and an upgrade, gives all. */
static uint32_t voted(const struct lev_server *s)
{
	return lev_has(s->has, LEV_SERVER_A_PERCENT) ? s->percent : LEV_PERCENT_FULL;
}

static struct check *add(struct levd *d, const struct lev_server *s, const struct spec *spec)
{
	struct check *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->levd = d;
	c->ip = s->ip;
	lev_ip_str(&s->ip, c->address);
	memcpy(c->pool, s->pool, sizeof(c->pool));
	c->judge.up = s->health == LEV_HEALTH_UP;
	percent_begin(&c->percent, spec->weigh ? voted(s) : LEV_PERCENT_FULL);
	c->next = checks;
	checks = c;
	c->spec = spec;
	start_check(c);
	return c;
}

/* False if the kernel would not be told. */
static bool take_server(struct levd *d, const struct lev_server *s)
{
	const struct spec *spec = plan_spec(d->plan, s->pool);
	struct check *c = find(s);
	bool up = true, told = true;

	if (!c && spec)
		c = add(d, s, spec);
	if (c) {
		c->seen = true;
		up = c->judge.up;
	}
	/* One that nothing checks any more is up, with all: nobody else would ever say so. */
	if (voted(s) != (c ? percent_of(&c->percent) : LEV_PERCENT_FULL))
		told = tell_percent(d, c, &s->ip, s->pool);
	if (up == (s->health != LEV_HEALTH_UP))
		told &= tell_health(d, &s->ip, s->pool, up);
	return told;
}

/**
 * struct list - servers as the kernel lists them
 * @server: each
 * @n: how many
 * @unreadable: one could not be read
 */
struct list {
	struct lev_server server[LEV_SERVERS_MAX];
	unsigned int n;
	bool unreadable;
};

static void on_server(struct nlattr *tb[LEV_A_MAX + 1], void *arg)
{
	struct list *list = arg;

	if (list->n == LEV_SERVERS_MAX ||
	    lev_server_read(tb[LEV_A_SERVER], &list->server[list->n]))
		list->unreadable = true;
	/* Of one that is not in force yet nothing can be told. */
	else if (lev_has(list->server[list->n].has, LEV_SERVER_A_HEALTH))
		list->n++;
}

static int ask(struct levd *d, struct list *list)
{
	struct nl_msg *msg = lev_nl_msg(LEV_CMD_SERVER_GET);
	int ret = -1;

	if (msg && !nla_put_string(msg, LEV_A_IFNAME, d->device))
		ret = lev_nl_dump(d->nl, msg, on_server, list);
	nlmsg_free(msg);
	return ret || list->unreadable ? -1 : 0;
}

bool checks_cluster(struct levd *d)
{
	struct list *list = calloc(1, sizeof(*list));
	bool there = list && !ask(d, list);

	free(list);
	return there;
}

/* Those that are gone. */
static void drop_unseen(void)
{
	struct check **at = &checks;

	while (*at) {
		struct check *c = *at;

		if (c->seen) {
			at = &c->next;
			continue;
		}
		*at = c->next;
		if (c->spec)
			stop_check(c);
		free(c);
	}
}

void checks_sync(struct levd *d)
{
	struct list *list = calloc(1, sizeof(*list));
	bool told = true;

	sync_in(d, list ? SOMETIME : AGAIN);
	if (!list)
		return;
	if (ask(d, list)) {
		refused(d, "servers are not known");
		/* The module is gone, and with it all that we would hear. */
		if (lev_nl_refusal(d->nl)->error == ENOENT)
			levd_fail(d);
		free(list);
		return;
	}
	for (struct check *c = checks; c; c = c->next)
		c->seen = false;
	for (unsigned int i = 0; i < list->n; i++)
		told &= take_server(d, &list->server[i]);
	if (told)
		said[0] = '\0';
	drop_unseen();
	free(list);
}

void checks_replan(struct levd *d)
{
	for (struct check *c = checks; c; c = c->next) {
		stop_check(c);
		c->spec = plan_spec(d->plan, c->pool);
		c->seen = c->spec;
		if (!c->spec)
			continue;
		percent_plan(&c->percent, c->spec->slow, c->spec->weigh);
		start_check(c);
	}
	drop_unseen();
}

void checks_stop(struct levd *d)
{
	ev_timer_stop(d->loop, &again);
	for (struct check *c = checks; c; c = c->next)
		c->seen = false;
	drop_unseen();
}

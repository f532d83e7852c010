// SPDX-License-Identifier: GPL-2.0
/*
 * Says to the kernel again and again that somebody watches this node, if its file wants that:
 * without levd it hands its lanes over then. Called by main.c; owns the timer.
 */
#include <errno.h>
#include <string.h>
#include <syslog.h>

#include "levd.h"

#define TIMES	3	/* as often as it is said in the time that counts */

static ev_timer timer;
static bool refused;

static struct nl_msg *message(const struct levd *d)
{
	struct nl_msg *msg = lev_nl_msg(LEV_CMD_NODE_SET);
	struct nlattr *nest;

	if (!msg)
		return NULL;
	if (!nla_put_string(msg, LEV_A_IFNAME, d->device)) {
		nest = nla_nest_start(msg, LEV_A_NODE | NLA_F_NESTED);
		if (nest && !nla_put_u32(msg, LEV_NODE_A_ID, d->plan->node) &&
		    !nla_put_u32(msg, LEV_NODE_A_WATCH, d->plan->watch)) {
			nla_nest_end(msg, nest);
			return msg;
		}
	}
	nlmsg_free(msg);
	return NULL;
}

/* It is said once if the kernel does not take it: each time would be too much. */
static void tell(struct levd *d)
{
	struct nl_msg *msg = message(d);
	bool told = msg && !lev_nl_do(d->nl, msg, NULL, NULL);

	if (!told && !refused)
		journal(LOG_ERR, NULL, "%s: that it is watched is not told: %s", d->device,
			msg ? lev_nl_refusal(d->nl)->text : strerror(ENOMEM));
	refused = !told;
	nlmsg_free(msg);
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
	(void)loop;
	(void)events;
	tell(w->data);
}

void watch_replan(struct levd *d)
{
	ev_timer_stop(d->loop, &timer);
	refused = false;
	tell(d);
	if (!d->plan->watch)
		return;
	ev_timer_init(&timer, on_timer, d->plan->watch / 1000.0 / TIMES,
		      d->plan->watch / 1000.0 / TIMES);
	timer.data = d;
	ev_timer_start(d->loop, &timer);
}

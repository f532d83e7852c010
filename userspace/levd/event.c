// SPDX-License-Identifier: GPL-2.0
/*
 * What happens, from the kernel's events and from checks, as fields: for the journal and for
 * programs. Owns the socket of events.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "levd.h"

static struct {
	struct lev_nl *nl;
	ev_io io;
	struct levd *levd;
} events;

static const char *yes_no(bool yes)
{
	return yes ? "yes" : "no";
}

static void begin(const struct levd *d, struct fields *f, const char *event)
{
	f->n = 0;
	fields_put(f, "DEVICE", "%s", d->device);
	fields_put(f, "EVENT", "%s", event);
}

/* The fields as one line: "lev0 server: address 10.0.1.101 up no". */
static void put_line(const struct fields *f, char *line, size_t size)
{
	size_t at = 0;

	line[0] = '\0';
	for (unsigned int i = 2; i < f->n && at < size; i++) {
		const char *name = strchr(f->text[i], '_') + 1, *value = strchr(name, '=') + 1;
		char word[32] = "";

		for (size_t k = 0; name + k + 1 < value && k + 1 < sizeof(word); k++)
			word[k] = tolower((unsigned char)name[k]);
		at += snprintf(line + at, size - at, " %s %s", word, value);
	}
}

static void tell(struct levd *d, int event, const char *name, int priority, struct fields *f)
{
	char line[512];

	put_line(f, line, sizeof(line));
	journal(priority, f, "%s %s:%s", d->device, name, line);
	notify(d, event, f);
	fields_free(f);
}

void event_check(struct levd *d, const struct check *c)
{
	struct fields f;

	recent_check(c);
	begin(d, &f, NOTIFY_CHECK_NAME);
	fields_put(&f, "ADDRESS", "%s", c->address);
	fields_put(&f, "POOL", "%s", c->pool);
	fields_put(&f, "UP", "%s", yes_no(c->judge.up));
	fields_put(&f, "REASON", "%s", c->reason);
	tell(d, NOTIFY_CHECK, NOTIFY_CHECK_NAME, c->judge.up ? LOG_NOTICE : LOG_WARNING, &f);
}

/* What the event says of nodes and lanes, as levctl monitor does. */
static void put_nodes(struct fields *f, const struct lev_notice *n)
{
	char set[LEV_SET_STR];

	if (lev_has(n->has, LEV_EVENT_A_NODE))
		fields_put(f, "NODE", "%u", n->node);
	if (lev_has(n->has, LEV_EVENT_A_HEARD))
		fields_put(f, "HEARD", "%s", yes_no(n->heard));
	if (n->type == LEV_EVENT_STATE)
		fields_put(f, "STATE", "%s", n->reason ? LEV_STATE_SILENT : LEV_STATE_ACTIVE);
	if (lev_has(n->has, LEV_EVENT_A_REASON))
		fields_put(f, "REASON", "%s", lev_name(&lev_reason_names, n->reason));
	if (lev_has(n->has, LEV_EVENT_A_VIEW))
		fields_put(f, "VIEW", "%s", lev_set_str(n->view, set));
	if (lev_has(n->has, LEV_EVENT_A_GAINED))
		fields_put(f, "GAINED", "%u", n->gained);
	if (lev_has(n->has, LEV_EVENT_A_LOST))
		fields_put(f, "LOST", "%u", n->lost);
	if (lev_has(n->has, LEV_EVENT_A_OWNED))
		fields_put(f, "OWNED", "%u", n->owned);
	if (lev_has(n->has, LEV_EVENT_A_VIEW_CHANGED))
		fields_put(f, "CAUSE", "%s", n->view_changed ? "takeover" : "turn");
}

static void put_rest(struct fields *f, const struct lev_notice *n)
{
	char digest[LEV_DIGEST_STR], ip[LEV_IP_STR], mac[LEV_MAC_STR];

	if (lev_has(n->has, LEV_EVENT_A_VERSION))
		fields_put(f, "VERSION", "%" PRIu64, n->version);
	if (lev_has(n->has, LEV_EVENT_A_DIGEST))
		fields_put(f, "DIGEST", "%s", lev_digest_str(n->digest, digest));
	if (lev_has(n->has, LEV_EVENT_A_ADDR))
		fields_put(f, "ADDRESS", "%s", lev_ip_str(&n->ip, ip));
	if (lev_has(n->has, LEV_EVENT_A_UP))
		fields_put(f, "UP", "%s", yes_no(n->up));
	if (lev_has(n->has, LEV_EVENT_A_MAC))
		fields_put(f, "MAC", "%s", lev_mac_str(n->mac, mac));
	if (lev_has(n->has, LEV_EVENT_A_CHANGES))
		fields_put(f, "CHANGES", "%s", yes_no(n->changes));
}

static int priority_of(const struct lev_notice *n)
{
	switch (n->type) {
	case LEV_EVENT_STATE:
		return n->reason ? LOG_WARNING : LOG_NOTICE;
	case LEV_EVENT_PEER:
		return n->heard ? LOG_NOTICE : LOG_WARNING;
	case LEV_EVENT_SERVER:
		return n->up ? LOG_NOTICE : LOG_WARNING;
	case LEV_EVENT_CONFLICT:
		return LOG_WARNING;
	case LEV_EVENT_LANES:
		/* The wheel turns all the time. */
		return n->view_changed ? LOG_NOTICE : LOG_DEBUG;
	default:
		return LOG_NOTICE;
	}
}

static void on_notice(struct nlattr *tb[LEV_A_MAX + 1], void *arg)
{
	struct levd *d = arg;
	struct lev_notice n;
	const char *name;
	struct fields f;

	if (!tb[LEV_A_IFNAME] || strcmp(nla_get_string(tb[LEV_A_IFNAME]), d->device) ||
	    lev_notice_read(tb[LEV_A_EVENT], &n))
		return;
	name = lev_name(&lev_event_names, n.type);
	recent_notice(&n);
	begin(d, &f, name);
	put_nodes(&f, &n);
	put_rest(&f, &n);
	tell(d, n.type, name, priority_of(&n), &f);
	/* Servers may have come and gone. */
	if (n.type == LEV_EVENT_CONFIG || n.type == LEV_EVENT_PENDING)
		checks_sync(d);
}

static void on_readable(struct ev_loop *loop, ev_io *w, int revents)
{
	int ret = lev_nl_events(events.nl, on_notice, events.levd);

	(void)loop;
	(void)w;
	(void)revents;
	if (ret < 0) {
		journal(LOG_ERR, NULL, "events are not heard any more: %s",
			lev_nl_refusal(events.nl)->text);
		levd_fail(events.levd);
	} else if (ret) {
		journal(LOG_WARNING, NULL, "%s: too much happens, events were lost",
			events.levd->device);
		checks_sync(events.levd);
	}
}

int events_start(struct levd *d)
{
	int fd = -1;

	events.levd = d;
	events.nl = lev_nl_new();
	if (events.nl)
		fd = lev_nl_listen(events.nl);
	if (fd < 0) {
		journal(LOG_ERR, NULL, "no events: %s", events.nl ?
			lev_nl_refusal(events.nl)->text : "no memory");
		return -1;
	}
	ev_io_init(&events.io, on_readable, fd, EV_READ);
	ev_io_start(d->loop, &events.io);
	return 0;
}

void events_stop(struct levd *d)
{
	if (!events.nl)
		return;
	ev_io_stop(d->loop, &events.io);
	lev_nl_free(events.nl);
}

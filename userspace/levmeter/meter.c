// SPDX-License-Identifier: GPL-2.0
/*
 * One run: all probes together on one event loop. Every 10 ms there is a tick, which reads the
 * neighbour cache and gives up what waited too long; between ticks it wakes when a probe is due
 * or an answer comes. Called by main.c.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "meter.h"
#include "report.h"

#define TICK		(10 * NSEC_PER_MSEC)
#define OTHER_FILES	32

static int cannot(const char *what, int err)
{
	fprintf(stderr, "levmeter: %s: %s\n", what, strerror(-err));
	return -1;
}

static void make_request(char *request, const union addr *to, const char *path)
{
	char host[TARGET_TEXT_MAX];
	char *port, *scope;

	addr_format(to, host);
	port = strrchr(host, ':');
	if (!strcmp(port, ":80"))
		*port = '\0';
	/* A device's name means nothing to the other side. */
	scope = strchr(host, '%');
	if (scope)
		memmove(scope, strchr(scope, ']'), strlen(strchr(scope, ']')) + 1);
	snprintf(request, REQUEST_MAX,
		 "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: levmeter\r\nAccept: */*\r\n"
		 "Connection: close\r\n\r\n", path, host);
}

static int allow_files(const struct options *o)
{
	struct rlimit limit;
	rlim_t want = OTHER_FILES + o->longs;

	if (o->udp > 0)
		want += udp_room(o->udp, o->timeout);
	if (o->http > 0)
		want += fresh_room(o->http, o->timeout);
	if (o->tcp > 0)
		want += fresh_room(o->tcp, o->timeout);
	if (getrlimit(RLIMIT_NOFILE, &limit))
		return 0;
	if (limit.rlim_max < want) {
		fprintf(stderr, "levmeter: up to %lu sockets would be open, %lu are allowed: "
			"lower the rates or --timeout\n", (unsigned long)want,
			(unsigned long)limit.rlim_max);
		return -1;
	}
	if (limit.rlim_cur < want) {
		limit.rlim_cur = want;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	return 0;
}

static void prepare_set(struct meter *m, struct conn_set *set, const char *request)
{
	set->loop = &m->loop;
	set->neigh = &m->neigh;
	set->to = m->o->target;
	set->timeout = m->o->timeout;
	set->request = request;
	set->request_len = request ? strlen(request) : 0;
}

static int begin_probes(struct meter *m)
{
	const struct options *o = m->o;
	int err = 0;

	if (o->udp > 0) {
		m->udp.loop = &m->loop;
		m->udp.neigh = &m->neigh;
		m->udp.to = o->target;
		addr_set_port(&m->udp.to, o->udp_port);
		m->udp.timeout = o->timeout;
		err = udp_begin(&m->udp, o->udp, m->begin);
	}
	if (!err && o->http > 0) {
		make_request(m->fresh_request, &o->target, o->path);
		prepare_set(m, &m->http.set, m->fresh_request);
		err = fresh_begin(&m->http, o->http, m->begin);
	}
	if (!err && o->tcp > 0) {
		prepare_set(m, &m->tcp.set, NULL);
		err = fresh_begin(&m->tcp, o->tcp, m->begin);
	}
	if (!err && o->longs) {
		make_request(m->long_request, &o->target, o->long_path);
		prepare_set(m, &m->longs.set, m->long_request);
		m->longs.set.room = o->longs;
		err = long_begin(&m->longs);
	}
	return err ? cannot("cannot begin", err) : 0;
}

static void earlier(uint64_t *until, uint64_t when)
{
	if (when < *until)
		*until = when;
}

/* Sends what is due. Return: when to come again. */
static uint64_t send_due(struct meter *m, uint64_t now)
{
	uint64_t until = UINT64_MAX;

	if (m->o->udp > 0) {
		udp_send_due(&m->udp, now);
		earlier(&until, pace_when(&m->udp.pace));
	}
	if (m->o->http > 0) {
		fresh_start_due(&m->http, now);
		earlier(&until, pace_when(&m->http.pace));
	}
	if (m->o->tcp > 0) {
		fresh_start_due(&m->tcp, now);
		earlier(&until, pace_when(&m->tcp.pace));
	}
	return until;
}

/* Return: whether any answer is still awaited; downloads are not waited for. */
static bool tick(struct meter *m, uint64_t now)
{
	bool awaited = false;

	neigh_sample(&m->neigh, now);
	if (m->o->udp > 0)
		awaited |= udp_expire(&m->udp, now);
	if (m->o->http > 0)
		awaited |= conn_expire(&m->http.set, now) > 0;
	if (m->o->tcp > 0)
		awaited |= conn_expire(&m->tcp.set, now) > 0;
	if (m->o->longs && m->end == UINT64_MAX) {
		long_expire(&m->longs, now);
		long_start_due(&m->longs, now);
	}
	return awaited;
}

/* Sending is over; what is on its way may still be answered. */
static void end_sending(struct meter *m, uint64_t now)
{
	m->end = now;
	m->udp.end = now;
	m->http.end = now;
	m->tcp.end = now;
	if (m->o->longs) {
		long_expire(&m->longs, now);
		long_end(&m->longs);
	}
}

static int run(struct meter *m)
{
	uint64_t tick_at = m->begin, report_at = m->begin + m->o->interval, until, now;
	bool awaited = true, report = report_wants_progress(m->o);
	unsigned int stops;
	int err = 0;

	while (!err) {
		now = loop_now();
		stops = m->loop.stops;
		if (m->end == UINT64_MAX &&
		    (stops || (m->o->duration && now - m->begin >= m->o->duration))) {
			end_sending(m, now);
			tick_at = now;	/* what was awaited at the last one is out of date */
		}
		if (now >= tick_at) {
			if (now - tick_at > m->late)
				m->late = now - tick_at;
			awaited = tick(m, now);
			tick_at += TICK * ((now - tick_at) / TICK + 1);
		}
		until = m->end == UINT64_MAX ? send_due(m, now) : UINT64_MAX;
		/* A second signal ends the wait for the last answers. */
		if (m->end != UINT64_MAX && (!awaited || stops > 1))
			break;
		if (report && now >= report_at) {
			report_progress(m, now);
			report_at += m->o->interval * ((now - report_at) / m->o->interval + 1);
		}
		earlier(&until, tick_at);
		if (m->end == UINT64_MAX && m->o->duration)
			earlier(&until, m->begin + m->o->duration);
		err = loop_wait(&m->loop, until);
	}
	return err ? cannot("event loop", err) : 0;
}

static void end_probes(struct meter *m)
{
	udp_end(&m->udp);
	if (m->o->http > 0)
		fresh_end(&m->http);
	if (m->o->tcp > 0)
		fresh_end(&m->tcp);
	long_end(&m->longs);
}

int meter_run(struct meter *m, const struct options *o)
{
	int err;

	memset(m, 0, sizeof(*m));
	m->o = o;
	m->end = UINT64_MAX;
	if (allow_files(o))
		return -1;
	err = loop_open(&m->loop);
	if (err)
		return cannot("no event loop", err);
	err = neigh_open(&m->neigh, o->has_neigh ? &o->neigh : &o->target, o->netns);
	if (err) {
		fprintf(stderr, "levmeter: %s%s: %s\n", o->netns ? "--neigh-netns: " : "",
			o->netns ? o->netns : "rtnetlink", strerror(-err));
	} else {
		m->begin = loop_now();
		neigh_sample(&m->neigh, m->begin);
		err = begin_probes(m);
		if (!err)
			err = run(m);
		end_probes(m);
	}
	neigh_close(&m->neigh);
	loop_close(&m->loop);
	return err ? -1 : 0;
}

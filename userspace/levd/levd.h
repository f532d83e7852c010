/* SPDX-License-Identifier: GPL-2.0 */
/*
 * levd's own interfaces: the daemon, how servers are checked, what happened. Included by each of
 * its files; one process, one thread, one loop of libev.
 */
#ifndef _LEVD_H
#define _LEVD_H

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

#include "../levctl/checks.h"
#include "../lib/model.h"
#include "../lib/nl.h"
#include "judge.h"
#include "percent.h"

/**
 * struct spec - how the servers of a pool are checked
 * @pool: the pool
 * @type: of check
 * @port: where; 0: the type has none, or its own
 * @path: of HTTP
 * @host: of HTTP, or NULL: the server's address
 * @status: of HTTP, the lowest and the highest that are good
 * @body: of HTTP, what has to be in it, or NULL
 * @send: of UDP
 * @send_len: bytes of it
 * @expect: of UDP, how the answer has to begin; @expect_len 0: any answer
 * @expect_len: bytes of it
 * @program: path
 * @interval: between two checks, s
 * @timeout: of one, s
 * @rise: good answers in a row that make a server up
 * @fall: bad ones that make it down
 * @slow: time in which one that comes up rises to all of its weight, s; 0: it has all at once
 * @weigh: an answer says how much of it
 */
struct spec {
	char *pool;
	enum check_type type;
	unsigned int port;
	char *path;
	char *host;
	unsigned int status[2];
	char *body;
	unsigned char send[CHECK_BYTES_MAX];
	unsigned int send_len;
	unsigned char expect[CHECK_BYTES_MAX];
	unsigned int expect_len;
	char *program;
	double interval;
	double timeout;
	unsigned int rise;
	unsigned int fall;
	double slow;
	bool weigh;
};

/**
 * struct told - a program that is told of events
 * @program: path
 * @event: which, or -1: all
 */
struct told {
	char *program;
	int event;
};

/**
 * struct place - where it is shown over HTTP
 * @ip: address
 * @port: 0: nowhere
 */
struct place {
	struct lev_ip ip;
	uint32_t port;
};

/**
 * struct plan - what levd does, of one file
 * @spec: by pool
 * @n_specs: how many
 * @told: programs
 * @n_told: how many
 * @http: where it is shown
 * @node: this node's id
 * @watch: the kernel is told within that time that we are there, ms; 0: not at all
 */
struct plan {
	struct spec *spec;
	unsigned int n_specs;
	struct told *told;
	unsigned int n_told;
	struct place http;
	uint32_t node;
	uint32_t watch;
};

struct file;

/* plan.c: of a file that was read; NULL without memory. */
struct plan *plan_new(const struct file *file);
void plan_free(struct plan *plan);
const struct spec *plan_spec(const struct plan *plan, const char *pool);

/* plan.c: can the programs of a file be run? Gives an exit status. */
struct ctl;
int plan_programs(const struct ctl *ctl, const struct file *file);

/**
 * struct levd - the daemon
 * @loop: of events
 * @device: the cluster's
 * @nl: for requests
 * @plan: of the file that was last applied
 * @web: where it is shown, or NULL
 * @failed: it ends, as it can do its work no more
 */
struct levd {
	struct ev_loop *loop;
	const char *device;
	struct lev_nl *nl;
	struct plan *plan;
	struct web *web;
	bool failed;
};

/* main.c: to be started anew is all that helps. It was said why. */
void levd_fail(struct levd *d);

#define REASON_SIZE	128

/**
 * struct check - a server that is checked
 * @next: the next of them
 * @levd: the daemon
 * @spec: how; of the plan in force
 * @ip: the server's own address
 * @address: the same as text
 * @pool: its pool
 * @judge: what is thought of it
 * @percent: how much of its weight it gets
 * @answer: what the answer says of that, or -1
 * @crowded: that the kernel has no room for it was said
 * @step: when it rises next
 * @due: when it is checked next
 * @limit: when the check that runs has taken too long
 * @running: one runs
 * @seen: it was in the last list of servers
 * @reason: what the last answer was
 * @probe: what the type's own file keeps while a check runs
 */
struct check {
	struct check *next;
	struct levd *levd;
	const struct spec *spec;
	struct lev_ip ip;
	char address[LEV_IP_STR];
	char pool[LEV_POOL_SIZE];
	struct judge judge;
	struct percent percent;
	int answer;
	bool crowded;
	ev_timer step;
	ev_timer due;
	ev_timer limit;
	bool running;
	bool seen;
	char reason[REASON_SIZE];
	void *probe;
};

/**
 * struct probe_type - what a type of check does
 * @start: begins one; it ends by check_done(), maybe at once
 * @stop: gives it up
 */
struct probe_type {
	void (*start)(struct check *c);
	void (*stop)(struct check *c);
};

extern const struct probe_type probe_socket;	/* TCP, UDP, ICMP */
extern const struct probe_type probe_http;	/* HTTP and HTTPS */
extern const struct probe_type probe_program;

/* checks.c: a check has ended; its type has nothing left of it. */
void check_done(struct check *c, bool good, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* checks.c: what an answer begins with, before check_done(). */
void check_weigh(struct check *c, const char *text);

/*
 * checks.c: has a check for each server of the kernel that the plan in force has one for, and no
 * other, and tells the kernel again what it does not know. It is done again from time to time.
 */
void checks_sync(struct levd *d);

/* checks.c: does the kernel have such a cluster? */
bool checks_cluster(struct levd *d);

/* checks.c: another plan is in force; the old one is still there, and no more needed after that. */
void checks_replan(struct levd *d);
void checks_stop(struct levd *d);

/* checks.c: the check of a server, or NULL. */
const struct check *checks_find(const struct lev_server *s);

/* watch.c: another plan is in force; this node is watched as it says, or by nobody. */
void watch_replan(struct levd *d);

/* probe_http.c: once, before the first check. Return: 0 or -1 */
int http_init(struct ev_loop *loop);
void http_stop(void);

#define FIELDS_MAX	24

/**
 * struct fields - what is told of an event: "LEVELER_NAME=value"
 * @text: each, allocated
 * @n: how many
 */
struct fields {
	char *text[FIELDS_MAX];
	unsigned int n;
};

/* fields.c */
void fields_put(struct fields *f, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void fields_copy(struct fields *to, const struct fields *from);
void fields_free(struct fields *f);

/* fields.c: a program's environment: ours, less what is levd's own, and the fields. Free it. */
char **fields_environ(const struct fields *f);

/* journal.c: one entry with its fields, in the journal or on stderr. @priority: of syslog. */
void journal(int priority, const struct fields *f, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* event.c: hears the kernel's events from now on. Return: 0 or -1, said why */
int events_start(struct levd *d);
void events_stop(struct levd *d);

/* event.c: a check has made a server up or down, in the eyes of this node. */
void event_check(struct levd *d, const struct check *c);

/* recent.c: an event, to be remembered for a while. */
void recent_notice(const struct lev_notice *n);
void recent_check(const struct check *c);

/* recent.c: those that are remembered, as a JSON array, the last one first. */
struct lev_out;
void recent_show(struct lev_out *o, const char *device);

/* notify.c: programs that want this event are run, one after the other. */
void notify(struct levd *d, int event, const struct fields *f);
void notify_stop(void);

/**
 * struct child - a program that runs
 * @loop: of events
 * @exit: it has ended
 * @limit: it has run for too long
 * @late: for that it was killed
 * @done: called at its end, with wait(2)'s status
 */
struct child {
	struct ev_loop *loop;
	ev_child exit;
	ev_timer limit;
	bool late;
	void (*done)(struct child *child, int status);
};

/*
 * child.c: @word: its only one, or NULL. @out: its stdout; -1: ours. @limit: s.
 * Return: 0 or an errno
 */
int child_start(struct child *child, const char *program, const char *word,
		const struct fields *f, int out, double limit);

/* child.c: it is killed, and nobody told of its end. */
void child_kill(struct child *child);

#endif /* _LEVD_H */

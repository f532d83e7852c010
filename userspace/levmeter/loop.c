// SPDX-License-Identifier: GPL-2.0
/*
 * The event loop: sockets by epoll, time by one timerfd, SIGINT and SIGTERM by signalfd.
 * Used by meter.c and echo.c.
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "loop.h"
#include "pace.h"

#define EVENTS_AT_ONCE	64

uint64_t loop_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

static void timer_ready(struct watch *w, uint32_t events)
{
	uint64_t times;

	/* Only to make it quiet again: the caller of loop_wait() looks at the clock itself. */
	(void)events;
	if (read(w->fd, &times, sizeof(times)) < 0)
		return;
}

static void signals_ready(struct watch *w, uint32_t events)
{
	struct loop *l = (struct loop *)((char *)w - offsetof(struct loop, signals));
	struct signalfd_siginfo info;

	(void)events;
	while (read(w->fd, &info, sizeof(info)) == sizeof(info))
		l->stops++;
}

int loop_open(struct loop *l)
{
	sigset_t set;
	int err;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	l->stops = 0;
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->timer.ready = timer_ready;
	l->timer.fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	l->signals.ready = signals_ready;
	l->signals.fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (l->epoll < 0 || l->timer.fd < 0 || l->signals.fd < 0) {
		err = -errno;
		loop_close(l);
		return err;
	}
	err = loop_watch(l, &l->timer, EPOLLIN);
	return err ? err : loop_watch(l, &l->signals, EPOLLIN);
}

void loop_close(struct loop *l)
{
	loop_drop(&l->timer);
	loop_drop(&l->signals);
	if (l->epoll >= 0)
		close(l->epoll);
}

int loop_watch(struct loop *l, struct watch *w, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = w };

	return epoll_ctl(l->epoll, EPOLL_CTL_ADD, w->fd, &event) ? -errno : 0;
}

void loop_change(struct loop *l, struct watch *w, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = w };

	epoll_ctl(l->epoll, EPOLL_CTL_MOD, w->fd, &event);
}

void loop_drop(struct watch *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

int loop_wait(struct loop *l, uint64_t until)
{
	struct epoll_event events[EVENTS_AT_ONCE];
	struct itimerspec when = { 0 };
	int i, n;

	if (until != UINT64_MAX) {
		/* A time that is over is due at once, but zero would switch the timer off. */
		when.it_value.tv_sec = (time_t)(until / NSEC_PER_SEC);
		when.it_value.tv_nsec = (long)(until % NSEC_PER_SEC) | 1;
	}
	if (timerfd_settime(l->timer.fd, TFD_TIMER_ABSTIME, &when, NULL))
		return -errno;
	n = epoll_wait(l->epoll, events, EVENTS_AT_ONCE, -1);
	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	for (i = 0; i < n; i++) {
		struct watch *w = events[i].data.ptr;

		w->ready(w, events[i].events);
	}
	return 0;
}

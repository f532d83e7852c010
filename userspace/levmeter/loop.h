/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The event loop: sockets by epoll, time by one timerfd, SIGINT and SIGTERM by signalfd.
 * Used by meter.c and echo.c; the probes watch their sockets with it.
 */
#ifndef LEVMETER_LOOP_H
#define LEVMETER_LOOP_H

#include <stdint.h>

/**
 * struct watch - a descriptor that the loop looks after
 * @ready: called with the epoll events; may drop this watch, but no other one
 * @fd: owned by the watch
 */
struct watch {
	void (*ready)(struct watch *w, uint32_t events);
	int fd;
};

/**
 * struct loop - the event loop
 * @epoll: descriptor
 * @timer: wakes it at a given time
 * @signals: tells of SIGINT and SIGTERM
 * @stops: how many of them came
 */
struct loop {
	int epoll;
	struct watch timer;
	struct watch signals;
	unsigned int stops;
};

/**
 * loop_now() - the time
 *
 * Return: nanoseconds of CLOCK_MONOTONIC.
 */
uint64_t loop_now(void);

/**
 * loop_open() - make the loop and take over SIGINT and SIGTERM
 * @l: filled in
 *
 * Return: 0 or -errno.
 */
int loop_open(struct loop *l);

/**
 * loop_close() - give all back
 * @l: the loop
 */
void loop_close(struct loop *l);

/**
 * loop_watch() - look after a descriptor
 * @l: the loop
 * @w: with its two fields set
 * @events: for epoll
 *
 * Return: 0 or -errno.
 */
int loop_watch(struct loop *l, struct watch *w, uint32_t events);

/**
 * loop_change() - look for other events
 * @l: the loop
 * @w: a watch
 * @events: for epoll
 */
void loop_change(struct loop *l, struct watch *w, uint32_t events);

/**
 * loop_drop() - close the descriptor and forget it
 * @w: a watch, or one that has been dropped already
 */
void loop_drop(struct watch *w);

/**
 * loop_wait() - wait for events up to a time, and serve those that came
 * @l: the loop
 * @until: by loop_now(); UINT64_MAX for no limit
 *
 * Return: 0 or -errno.
 */
int loop_wait(struct loop *l, uint64_t until);

#endif

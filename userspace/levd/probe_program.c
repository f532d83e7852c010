// SPDX-License-Identifier: GPL-2.0
/*
 * Checks by a program: its word is the server's address, status 0 is a good answer. What it prints
 * says how much of its weight the server gets, if that is asked for. Called by checks.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "levd.h"

/* Whoever killed it before has told so. */
#define NO_LIMIT	86400.0

#define PRINTED_MAX	64	/* bytes, of which the first count */

/**
 * struct program - a check that runs
 * @child: the program
 * @check: whose
 * @out: what it prints is read from there; not in use if nobody asks
 * @printed: what it has printed, with its NUL
 * @len: bytes of it
 */
struct program {
	struct child child;
	struct check *check;
	ev_io out;
	char printed[PRINTED_MAX + 1];
	size_t len;
};

/* As read(2). What is too much is read all the same, so that the program can end. */
static ssize_t read_some(struct program *p)
{
	char rest[4096];
	size_t room = PRINTED_MAX - p->len;
	ssize_t n = read(p->out.fd, room ? p->printed + p->len : rest, room ? room : sizeof(rest));

	if (n > 0 && room)
		p->len += n;
	return n;
}

static void on_printed(struct ev_loop *loop, ev_io *w, int events)
{
	struct program *p = w->data;

	(void)events;
	/* Nobody has it open any more. */
	if (!read_some(p))
		ev_io_stop(loop, w);
}

static void free_program(struct program *p)
{
	if (p->out.data) {
		ev_io_stop(p->child.loop, &p->out);
		close(p->out.fd);
	}
	free(p);
}

static void on_done(struct child *child, int status)
{
	struct program *p = (struct program *)child;
	struct check *c = p->check;

	/* Others that it has started may print on. */
	while (p->out.data && p->len < PRINTED_MAX && read_some(p) > 0)
		;
	check_weigh(c, p->printed);
	free_program(p);
	if (WIFSIGNALED(status))
		check_done(c, false, "signal %d", WTERMSIG(status));
	else
		check_done(c, !WEXITSTATUS(status), "status %d", WEXITSTATUS(status));
}

/* The end of the pipe that is the program's, or -1 and an errno. */
static int open_out(struct program *p)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC))
		return -1;
	fcntl(fd[0], F_SETFL, O_NONBLOCK);
	ev_io_init(&p->out, on_printed, fd[0], EV_READ);
	p->out.data = p;
	ev_io_start(p->child.loop, &p->out);
	return fd[1];
}

static int run(struct program *p)
{
	struct check *c = p->check;
	struct fields f = { 0 };
	int out = -1, err;

	p->child.loop = c->levd->loop;
	p->child.done = on_done;
	if (c->spec->weigh) {
		out = open_out(p);
		if (out < 0)
			return errno;
	}
	fields_put(&f, "DEVICE", "%s", c->levd->device);
	fields_put(&f, "ADDRESS", "%s", c->address);
	fields_put(&f, "POOL", "%s", c->pool);
	err = child_start(&p->child, c->spec->program, c->address, &f, out, NO_LIMIT);
	fields_free(&f);
	if (out >= 0)
		close(out);
	return err;
}

static void start(struct check *c)
{
	struct program *p = calloc(1, sizeof(*p));
	int err = ENOMEM;

	if (p) {
		p->check = c;
		err = run(p);
	}
	if (!err) {
		c->probe = p;
		return;
	}
	if (p)
		free_program(p);
	check_done(c, false, "%s: %s", c->spec->program, strerror(err));
}

static void stop(struct check *c)
{
	struct program *p = c->probe;

	child_kill(&p->child);
	free_program(p);
}

const struct probe_type probe_program = { .start = start, .stop = stop };

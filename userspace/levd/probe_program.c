// SPDX-License-Identifier: GPL-2.0
/*
 * Checks by a program: its word is the server's address, status 0 is a good answer. Called by
 * checks.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "levd.h"

/* Whoever killed it before has told so. */
#define NO_LIMIT	86400.0

struct program {
	struct child child;
	struct check *check;
};

static void on_done(struct child *child, int status)
{
	struct program *p = (struct program *)child;
	struct check *c = p->check;

	free(p);
	if (WIFSIGNALED(status))
		check_done(c, false, "signal %d", WTERMSIG(status));
	else
		check_done(c, !WEXITSTATUS(status), "status %d", WEXITSTATUS(status));
}

static void start(struct check *c)
{
	struct program *p = calloc(1, sizeof(*p));
	struct fields f = { 0 };
	int err = ENOMEM;

	if (p) {
		p->check = c;
		p->child.loop = c->levd->loop;
		p->child.done = on_done;
		fields_put(&f, "DEVICE", "%s", c->levd->device);
		fields_put(&f, "ADDRESS", "%s", c->address);
		fields_put(&f, "POOL", "%s", c->pool);
		err = child_start(&p->child, c->spec->program, c->address, &f, NO_LIMIT);
		fields_free(&f);
	}
	if (!err) {
		c->probe = p;
		return;
	}
	free(p);
	check_done(c, false, "%s: %s", c->spec->program, strerror(err));
}

static void stop(struct check *c)
{
	struct program *p = c->probe;

	child_kill(&p->child);
	free(p);
}

const struct probe_type probe_program = { .start = start, .stop = stop };

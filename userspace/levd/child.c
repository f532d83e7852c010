// SPDX-License-Identifier: GPL-2.0
/*
 * Programs that levd runs: in a process group of their own, for a limited time, with stdin from
 * /dev/null and no file of ours but stderr, and stdout if the caller has none for it. Owns no
 * state; called by probe_program.c and notify.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <unistd.h>

#include "levd.h"

/* All that it has started, too. */
static void kill_all(struct child *child)
{
	kill(-child->exit.pid, SIGKILL);
}

static void on_limit(struct ev_loop *loop, ev_timer *w, int events)
{
	struct child *child = w->data;

	(void)loop;
	(void)events;
	child->late = true;
	kill_all(child);
}

static void on_exit_of(struct ev_loop *loop, ev_child *w, int events)
{
	struct child *child = w->data;

	(void)events;
	ev_child_stop(loop, w);
	ev_timer_stop(loop, &child->limit);
	child->done(child, w->rstatus);
}

static int spawn(pid_t *pid, const char *program, const char *word, char **env, int out)
{
	char *const argv[] = { (char *)program, (char *)word, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t set;
	int ret;

	posix_spawn_file_actions_init(&actions);
	if (out >= 0)
		posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	/* curl's sockets are not close-on-exec. */
	posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
				 POSIX_SPAWN_SETSIGDEF);
	sigemptyset(&set);
	posix_spawnattr_setsigmask(&attr, &set);
	sigaddset(&set, SIGPIPE);
	posix_spawnattr_setsigdefault(&attr, &set);
	ret = posix_spawn(pid, program, &actions, &attr, argv, env);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return ret;
}

int child_start(struct child *child, const char *program, const char *word,
		const struct fields *f, int out, double limit)
{
	char **env = fields_environ(f);
	pid_t pid;
	int ret = env ? spawn(&pid, program, word, env, out) : ENOMEM;

	free(env);
	if (ret)
		return ret;
	child->late = false;
	ev_child_init(&child->exit, on_exit_of, pid, 0);
	child->exit.data = child;
	ev_child_start(child->loop, &child->exit);
	ev_timer_init(&child->limit, on_limit, limit, 0);
	child->limit.data = child;
	ev_timer_start(child->loop, &child->limit);
	return 0;
}

/* libev waits for it all the same, as for any child. */
void child_kill(struct child *child)
{
	ev_child_stop(child->loop, &child->exit);
	ev_timer_stop(child->loop, &child->limit);
	kill_all(child);
}

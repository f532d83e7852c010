// SPDX-License-Identifier: GPL-2.0
/*
 * Programs that are told of events. Owns the queue: they run one after the other, in the order of
 * what happened, so that the last one knows the last state.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <syslog.h>

#include "levd.h"

#define LIMIT		30.0	/* s that one may take */
#define QUEUE_MAX	1024	/* that wait */

struct job {
	struct job *next;
	char *program;
	struct fields fields;
};

static struct {
	struct job *first;
	struct job *last;	/* only if there is a first one */
	unsigned int n;
	struct child child;
	struct job *running;
} queue;

static void free_job(struct job *job)
{
	fields_free(&job->fields);
	free(job->program);
	free(job);
}

static struct job *take_job(void)
{
	struct job *job = queue.first;

	if (job) {
		queue.first = job->next;
		queue.n--;
	}
	return job;
}

static void put_job(struct job *job)
{
	if (queue.first)
		queue.last->next = job;
	else
		queue.first = job;
	queue.last = job;
	queue.n++;
}

static void run_next(void);

static void on_done(struct child *child, int status)
{
	struct job *job = queue.running;

	if (child->late)
		journal(LOG_WARNING, &job->fields, "%s: killed after %.0f s", job->program, LIMIT);
	else if (WIFSIGNALED(status))
		journal(LOG_WARNING, &job->fields, "%s: ended by signal %d", job->program,
			WTERMSIG(status));
	else if (WEXITSTATUS(status))
		journal(LOG_WARNING, &job->fields, "%s: status %d", job->program,
			WEXITSTATUS(status));
	queue.running = NULL;
	free_job(job);
	run_next();
}

static void run_next(void)
{
	struct job *job;
	int err;

	while (!queue.running && (job = take_job())) {
		err = child_start(&queue.child, job->program, NULL, &job->fields, -1, LIMIT);
		if (!err) {
			queue.running = job;
			return;
		}
		journal(LOG_WARNING, &job->fields, "%s: %s", job->program, strerror(err));
		free_job(job);
	}
}

static void add_job(const char *program, const struct fields *f)
{
	struct job *job = calloc(1, sizeof(*job));

	if (!job)
		return;
	job->program = strdup(program);
	if (!job->program) {
		free(job);
		return;
	}
	fields_copy(&job->fields, f);
	put_job(job);
	if (queue.n <= QUEUE_MAX)
		return;
	job = take_job();
	journal(LOG_WARNING, &job->fields, "%s: too much happens, this event is not told to it",
		job->program);
	free_job(job);
}

void notify(struct levd *d, int event, const struct fields *f)
{
	for (unsigned int i = 0; i < d->plan->n_told; i++) {
		const struct told *told = &d->plan->told[i];

		if (told->event < 0 || told->event == event)
			add_job(told->program, f);
	}
	queue.child.loop = d->loop;
	queue.child.done = on_done;
	run_next();
}

void notify_stop(void)
{
	struct job *job;

	while ((job = take_job()))
		free_job(job);
	if (!queue.running)
		return;
	child_kill(&queue.child);
	free_job(queue.running);
	queue.running = NULL;
}

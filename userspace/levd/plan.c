// SPDX-License-Identifier: GPL-2.0
/*
 * What a file says for levd, taken out of it, so that the file with its key need not stay. Called
 * by main.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../levctl/file.h"
#include "levd.h"

static const char *text(const struct args *args, uint16_t word, const char *initial)
{
	const struct arg *arg = args_find(args, word);

	return arg ? arg->text : initial;
}

static unsigned int number(const struct args *args, uint16_t word, unsigned int initial)
{
	const struct arg *arg = args_find(args, word);

	return arg ? arg->number : initial;
}

/* False without memory. */
static bool copy(char **to, const char *from)
{
	*to = from ? strdup(from) : NULL;
	return *to || !from;
}

static bool read_spec(struct spec *s, const struct args *args)
{
	unsigned int interval = number(args, CHECK_W_INTERVAL, CHECK_INTERVAL_DEFAULT);
	unsigned int timeout = interval < CHECK_TIMEOUT_DEFAULT ? interval : CHECK_TIMEOUT_DEFAULT;

	s->type = number(args, CHECK_W_TYPE, 0);
	s->port = number(args, CHECK_W_PORT, 0);
	s->interval = interval / 1000.0;
	s->timeout = number(args, CHECK_W_TIMEOUT, timeout) / 1000.0;
	s->rise = number(args, CHECK_W_RISE, CHECK_RISE_DEFAULT);
	s->fall = number(args, CHECK_W_FALL, CHECK_FALL_DEFAULT);
	s->slow = number(args, CHECK_W_SLOWSTART, 0) / 1000.0;
	s->weigh = args_find(args, CHECK_W_WEIGHT);
	check_status(text(args, CHECK_W_STATUS, CHECK_STATUS_DEFAULT), &s->status[0],
		     &s->status[1]);
	s->send_len = check_bytes(text(args, CHECK_W_SEND, ""), s->send);
	s->expect_len = check_bytes(text(args, CHECK_W_EXPECT, ""), s->expect);
	return copy(&s->pool, text(args, CHECK_W_POOL, LEV_POOL_DEFAULT)) &&
	       copy(&s->path, text(args, CHECK_W_PATH, CHECK_PATH_DEFAULT)) &&
	       copy(&s->host, text(args, CHECK_W_HOST, NULL)) &&
	       copy(&s->body, text(args, CHECK_W_BODY, NULL)) &&
	       copy(&s->program, text(args, CHECK_W_PROGRAM, NULL));
}

static bool read_told(struct told *t, const struct args *args)
{
	const char *event = text(args, NOTIFY_W_EVENT, NULL);

	t->event = event ? notify_event(event) : -1;
	return copy(&t->program, text(args, NOTIFY_W_PROGRAM, NULL));
}

/* Why a program cannot be run, or NULL. */
static const char *hindrance(const char *program)
{
	struct stat st;

	if (stat(program, &st))
		return strerror(errno);
	if (!S_ISREG(st.st_mode))
		return "is not a regular file";
	return access(program, X_OK) ? strerror(errno) : NULL;
}

static int check_programs(struct ctl there, const struct part *part, uint16_t word)
{
	there.verb = part->command->name;
	for (unsigned int i = 0; i < part->n; i++) {
		const struct arg *arg = args_find(&part->thing[i], word);
		const char *why = arg ? hindrance(arg->text) : NULL;

		if (!why)
			continue;
		there.line = arg->line;
		return say_wrong(&there, "\"program\": \"%s\": %s", arg->text, why);
	}
	return DONE;
}

/* A check that cannot be run would make all servers down, on all nodes. */
int plan_programs(const struct ctl *ctl, const struct file *file)
{
	int ret = check_programs(*ctl, &file->part[FILE_CHECKS], CHECK_W_PROGRAM);

	return ret ? ret : check_programs(*ctl, &file->part[FILE_NOTIFY], NOTIFY_W_PROGRAM);
}

static bool read_file(struct plan *plan, const struct file *file)
{
	const struct part *checks = &file->part[FILE_CHECKS], *told = &file->part[FILE_NOTIFY];
	bool ok;

	/* One at least: nothing is not the same as no memory. */
	plan->spec = calloc(checks->n + 1, sizeof(*plan->spec));
	plan->told = calloc(told->n + 1, sizeof(*plan->told));
	ok = plan->spec && plan->told;
	for (unsigned int i = 0; ok && i < checks->n; i++)
		ok = read_spec(&plan->spec[plan->n_specs++], &checks->thing[i]);
	plan->node = number(&file->cluster, LEV_CLUSTER_A_SELF, 0);
	plan->watch = file->watch;
	/* Whether it is one was looked at as it was read. */
	if (file->http)
		lev_parse_place(file->http, &plan->http.ip, &plan->http.port);
	for (unsigned int i = 0; ok && i < told->n; i++)
		ok = read_told(&plan->told[plan->n_told++], &told->thing[i]);
	return ok;
}

struct plan *plan_new(const struct file *file)
{
	struct plan *plan = calloc(1, sizeof(*plan));

	if (plan && read_file(plan, file))
		return plan;
	plan_free(plan);
	return NULL;
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	for (unsigned int i = 0; i < plan->n_specs; i++) {
		struct spec *s = &plan->spec[i];

		free(s->pool);
		free(s->path);
		free(s->host);
		free(s->body);
		free(s->program);
	}
	for (unsigned int i = 0; i < plan->n_told; i++)
		free(plan->told[i].program);
	free(plan->spec);
	free(plan->told);
	free(plan);
}

const struct spec *plan_spec(const struct plan *plan, const char *pool)
{
	for (unsigned int i = 0; i < plan->n_specs; i++) {
		if (!strcmp(plan->spec[i].pool, pool))
			return &plan->spec[i];
	}
	return NULL;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * What is told of an event, for the journal and for programs (see levd.h). Owns no state.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "levd.h"

/* Of systemd, for levd alone; or ours, from an event before. */
static const char *const not_for_others[] = {
	"LEVELER_", "NOTIFY_SOCKET=", "WATCHDOG_", "JOURNAL_STREAM=", "INVOCATION_ID=",
};

void fields_put(struct fields *f, const char *name, const char *fmt, ...)
{
	char value[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(value, sizeof(value), fmt, ap);
	va_end(ap);
	if (f->n < FIELDS_MAX && asprintf(&f->text[f->n], "LEVELER_%s=%s", name, value) >= 0)
		f->n++;
}

void fields_copy(struct fields *to, const struct fields *from)
{
	to->n = 0;
	for (unsigned int i = 0; i < from->n; i++) {
		to->text[to->n] = strdup(from->text[i]);
		if (to->text[to->n])
			to->n++;
	}
}

void fields_free(struct fields *f)
{
	while (f->n)
		free(f->text[--f->n]);
}

static bool is_for_others(const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(not_for_others); i++) {
		if (!strncmp(text, not_for_others[i], strlen(not_for_others[i])))
			return false;
	}
	return true;
}

char **fields_environ(const struct fields *f)
{
	unsigned int n = 0, at = 0;
	char **env;

	while (environ[n])
		n++;
	env = calloc(n + f->n + 1, sizeof(*env));
	if (!env)
		return NULL;
	for (unsigned int i = 0; i < n; i++) {
		if (is_for_others(environ[i]))
			env[at++] = environ[i];
	}
	for (unsigned int i = 0; i < f->n; i++)
		env[at++] = f->text[i];
	return env;
}

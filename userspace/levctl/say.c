// SPDX-License-Identifier: GPL-2.0
/*
 * Messages on stderr, all of one form: "levctl: COMMAND VERB: what is wrong", or "levd: ...". Owns
 * no state; called wherever a command ends early.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "args.h"

static void say_where(const struct ctl *ctl)
{
	fprintf(stderr, "%s: ", program_invocation_short_name);
	if (ctl->batch)
		fprintf(stderr, "%s: ", ctl->batch);
	if (ctl->batch && ctl->line)
		fprintf(stderr, "line %u: ", ctl->line);
	if (ctl->command)
		fputs(ctl->command->name, stderr);
	if (ctl->command && ctl->verb)
		fprintf(stderr, " %s", ctl->verb);
	if (ctl->command)
		fputs(": ", stderr);
}

static void say(const struct ctl *ctl, const char *fmt, va_list ap)
{
	if (ctl->quiet)
		return;
	say_where(ctl);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

int say_wrong(const struct ctl *ctl, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(ctl, fmt, ap);
	va_end(ap);
	return WRONG_WORDS;
}

int say_failed(const struct ctl *ctl, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(ctl, fmt, ap);
	va_end(ap);
	return REFUSED;
}

/* The word behind the attribute that the kernel found wrong, or did not find. */
static void say_word(const struct args *args, const struct lev_refusal *r)
{
	if (r->offset && r->offset == args->device_offset) {
		fprintf(stderr, " (device %s)", args->device);
		return;
	}
	for (unsigned int i = 0; r->offset && i < args->n; i++) {
		if (args->arg[i].offset != r->offset)
			continue;
		fprintf(stderr, " (%s %s)", args->arg[i].word->name, args->arg[i].text);
		return;
	}
	for (const struct word *w = args->words; r->missing && w && w->name; w++) {
		if (w->attr != r->missing)
			continue;
		fprintf(stderr, " (%s is not given)", w->name);
		return;
	}
}

int say_refused(const struct ctl *ctl, const struct args *args)
{
	const struct lev_refusal *r = lev_nl_refusal(ctl->nl);

	if (ctl->quiet)
		return REFUSED;
	say_where(ctl);
	fputs(r->text, stderr);
	if (r->error == EPERM)
		fputs(" (it needs CAP_NET_ADMIN: be root)", stderr);
	else if (args)
		say_word(args, r);
	fputc('\n', stderr);
	return REFUSED;
}

int say_unreadable(const struct ctl *ctl)
{
	return say_failed(ctl, "the module's answer is not understood: "
			  "are levctl and the module of one release?");
}

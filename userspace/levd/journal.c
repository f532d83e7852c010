// SPDX-License-Identifier: GPL-2.0
/*
 * Entries for the journal, with a field for each thing that is told; without a journal, lines on
 * stderr. Owns no state.
 */
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include "levd.h"

#define MESSAGE	"MESSAGE="

/* As systemd says that stderr goes to the journal; who started us may have turned it elsewhere. */
static bool has_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char ours[48];
	struct stat st;

	if (!stream || fstat(STDERR_FILENO, &st))
		return false;
	snprintf(ours, sizeof(ours), "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
	return !strcmp(stream, ours);
}

void journal(int priority, const struct fields *f, const char *fmt, ...)
{
	struct iovec iov[FIELDS_MAX + 2];
	char message[1024] = MESSAGE, level[16];
	int n = 0;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message + strlen(MESSAGE), sizeof(message) - strlen(MESSAGE), fmt, ap);
	va_end(ap);
	if (!has_journal()) {
		/* Turns of the wheel would fill a terminal. */
		if (priority < LOG_DEBUG)
			fprintf(stderr, "levd: %s\n", message + strlen(MESSAGE));
		return;
	}
	snprintf(level, sizeof(level), "PRIORITY=%d", priority);
	iov[n++] = (struct iovec){ message, strlen(message) };
	iov[n++] = (struct iovec){ level, strlen(level) };
	for (unsigned int i = 0; f && i < f->n; i++)
		iov[n++] = (struct iovec){ f->text[i], strlen(f->text[i]) };
	sd_journal_sendv(iov, n);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * What "realserver setup" has changed (see record.h). Owns /run/leveler/realserver-*: a file for
 * each network namespace, by the number that the kernel gives it; it is gone after a start of the
 * machine, as the changes are. A lock on the directory keeps two runs apart.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record.h"

#define DIR_NAME	"/run/leveler"
#define NEW_NAME	"realserver.new"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE	71	/* Linux 5.14 */
#endif

/* A kernel that gives no number has one record for all namespaces. */
static uint64_t netns_number(void)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint64_t number = 0;
	socklen_t len = sizeof(number);

	if (fd < 0)
		return 0;
	if (getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &number, &len))
		number = 0;
	close(fd);
	return number;
}

static bool has_key(const struct entry *e, const struct entry *like)
{
	if (e->kind != like->kind)
		return false;
	if (e->kind != ENTRY_SETTING && !lev_ip_equal(&e->ip, &like->ip))
		return false;
	if (e->kind != ENTRY_ALIAS && e->index != like->index)
		return false;
	return e->kind != ENTRY_SETTING || !strcmp(e->name, like->name);
}

struct entry *record_find(struct record *r, const struct entry *like)
{
	for (unsigned int i = 0; i < r->n; i++) {
		if (has_key(&r->entry[i], like))
			return &r->entry[i];
	}
	return NULL;
}

bool record_add(struct record *r, const struct entry *e)
{
	if (record_find(r, e))
		return true;
	if (r->n == RECORD_MAX)
		return false;
	r->entry[r->n++] = *e;
	return true;
}

static bool parse_line(const char *line, struct entry *e)
{
	char ip[LEV_IP_STR];

	memset(e, 0, sizeof(*e));
	if (sscanf(line, "use %45s %u", ip, &e->index) == 2)
		e->kind = ENTRY_USE;
	else if (sscanf(line, "alias %45s", ip) == 1)
		e->kind = ENTRY_ALIAS;
	else if (sscanf(line, "setting %u %15s %" SCNu32 " %" SCNu32, &e->index, e->name,
			&e->before, &e->after) == 4)
		e->kind = ENTRY_SETTING;
	return e->kind == ENTRY_SETTING || (e->kind && lev_parse_ip(ip, &e->ip));
}

/* What was done to a device went with it. */
static bool is_gone(const struct entry *e)
{
	char name[IF_NAMESIZE];

	return e->kind != ENTRY_ALIAS && !if_indextoname(e->index, name);
}

static int load(struct record *r)
{
	int fd = openat(r->dir, r->file, O_RDONLY | O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	char line[128];
	struct entry e;

	if (!f) {
		if (fd >= 0)
			close(fd);
		return fd < 0 && errno == ENOENT ? 0 : -1;
	}
	while (fgets(line, sizeof(line), f)) {
		if (parse_line(line, &e) && !is_gone(&e))
			record_add(r, &e);
	}
	fclose(f);
	return 0;
}

int record_open(const struct ctl *ctl, struct record *r)
{
	memset(r, 0, sizeof(*r));
	snprintf(r->file, sizeof(r->file), "realserver-%" PRIu64, netns_number());
	r->dir = -1;
	if (!mkdir(DIR_NAME, 0755) || errno == EEXIST)
		r->dir = open(DIR_NAME, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r->dir >= 0 && !flock(r->dir, LOCK_EX) && !load(r))
		return DONE;
	return say_failed(ctl, "%s: %s", DIR_NAME, strerror(errno));
}

void record_close(struct record *r)
{
	if (r->dir >= 0)
		close(r->dir);
}

static void put_line(FILE *f, const struct entry *e)
{
	char ip[LEV_IP_STR];

	switch (e->kind) {
	case ENTRY_USE:
		fprintf(f, "use %s %u\n", lev_ip_str(&e->ip, ip), e->index);
		break;
	case ENTRY_ALIAS:
		fprintf(f, "alias %s\n", lev_ip_str(&e->ip, ip));
		break;
	case ENTRY_SETTING:
		fprintf(f, "setting %u %s %" PRIu32 " %" PRIu32 "\n", e->index, e->name,
			e->before, e->after);
		break;
	case ENTRY_NONE:
		break;
	}
}

static int write_new(struct record *r)
{
	int fd = openat(r->dir, NEW_NAME, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
	int ret;

	if (!f) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	for (unsigned int i = 0; i < r->n; i++)
		put_line(f, &r->entry[i]);
	ret = ferror(f) ? -1 : 0;
	return fclose(f) ? -1 : ret;
}

static bool is_empty(const struct record *r)
{
	for (unsigned int i = 0; i < r->n; i++) {
		if (r->entry[i].kind)
			return false;
	}
	return true;
}

int record_write(const struct ctl *ctl, struct record *r)
{
	int err;

	if (is_empty(r))
		err = unlinkat(r->dir, r->file, 0) && errno != ENOENT;
	else
		err = write_new(r) || renameat(r->dir, NEW_NAME, r->dir, r->file);
	return err ? say_failed(ctl, "%s/%s: %s", DIR_NAME, r->file, strerror(errno)) : DONE;
}

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What "realserver setup" has changed in this network namespace since the machine's start, so that
 * remove undoes that and nothing else. Called by cmd_realserver.c.
 */
#ifndef _LEVCTL_RECORD_H
#define _LEVCTL_RECORD_H

#include <net/if.h>

#include "levctl.h"

#define RECORD_MAX	256

enum entry_kind {
	ENTRY_NONE,
	ENTRY_USE,	/* ServIP is set up for a device */
	ENTRY_ALIAS,	/* ServIP was added to lo */
	ENTRY_SETTING,	/* a setting of a device has another value than before */
};

/**
 * struct entry - a thing that was done
 * @kind: what
 * @ip: of a use and an alias
 * @index: of a use and a setting: the device's
 * @name: of a setting
 * @before: its value before
 * @after: and what was set
 * @fresh: it was done in this run
 */
struct entry {
	enum entry_kind kind;
	struct lev_ip ip;
	unsigned int index;
	char name[IFNAMSIZ];
	uint32_t before;
	uint32_t after;
	bool fresh;
};

/**
 * struct record - all of it
 * @dir: where the file is, locked
 * @file: its name there
 * @entry: those that are used, and holes
 * @n: how many
 */
struct record {
	int dir;
	char file[48];
	struct entry entry[RECORD_MAX];
	unsigned int n;
};

/* Reads it, and keeps others out until it is closed: an exit status. */
int record_open(const struct ctl *ctl, struct record *r);
void record_close(struct record *r);

/* The entry of this kind and key (address, index and name, where the kind has them), or NULL. */
struct entry *record_find(struct record *r, const struct entry *like);

/* Adds an entry unless there is one of its key: whether there is one now. */
bool record_add(struct record *r, const struct entry *e);

/* Makes it last: an exit status. */
int record_write(const struct ctl *ctl, struct record *r);

#endif /* _LEVCTL_RECORD_H */

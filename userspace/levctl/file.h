/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The whole of a cluster as a YAML file says it, read by the words of the command line, and as one
 * request. Called by cmd_apply.c and levd.
 */
#ifndef _LEVCTL_FILE_H
#define _LEVCTL_FILE_H

#include "../lib/whole.h"
#include "../lib/yaml.h"
#include "args.h"

/**
 * struct part - the things of one list
 * @list: what the file calls it; NULL: see lev_kinds
 * @command: whose words they have
 * @max: how many there can be
 * @thing: each of them
 * @line: where each begins
 * @n: how many
 */
struct part {
	const char *list;
	const struct command *command;
	unsigned int max;
	struct args *thing;
	unsigned int *line;
	unsigned int n;
};

enum {
	FILE_NODES,
	FILE_ADDRESSES,
	FILE_SERVICES,
	FILE_SERVERS,
	FILE_CHECKS,	/* this and what follows is for levd */
	FILE_NOTIFY,
	FILE_PARTS
};

#define FILE_CHECKS_MAX	256	/* pools */
#define FILE_NOTIFY_MAX	64

/**
 * struct file - the file
 * @name: of it
 * @root: what the words are in
 * @version: its number
 * @version_line: where that stands
 * @version_offset: of its attribute in the request
 * @cluster: settings, and what this node is
 * @cluster_line: where they begin
 * @part: the lists
 * @keep_key: where it is said that the cluster's key stays; 0: not
 * @http: where levd shows this node, or NULL
 * @http_line: where that stands
 * @watch: within which time levd has to say that this node is watched, ms; 0: not at all
 */
struct file {
	const char *name;
	struct lev_yaml *root;
	uint32_t version;
	unsigned int version_line;
	uint32_t version_offset;
	struct args cluster;
	unsigned int cluster_line;
	struct part part[FILE_PARTS];
	unsigned int keep_key;
	const char *http;
	unsigned int http_line;
	uint32_t watch;
};

/**
 * file_read() - read a file, as this node understands it
 * @ctl: the run
 * @file: zeroed; to be freed in any case
 * @name: of the file, or - for stdin
 * @node: this node's id; 0: the one whose host this machine is
 *
 * Return: an exit status; what is wrong is said with line and word
 */
int file_read(struct ctl *ctl, struct file *file, const char *name, uint32_t node);
void file_free(struct file *file);

/**
 * file_message() - the file as a request
 * @ctl: the run
 * @file: the file
 * @device: name of the cluster's device
 * @check: the kernel is to change nothing
 *
 * Return: the message, or NULL, said why
 */
struct nl_msg *file_message(struct ctl *ctl, struct file *file, const char *device, bool check);

/* cmd_apply.c: makes the cluster what the file says; gives an exit status. */
int file_apply(struct ctl *ctl, struct file *file, const char *device);

/* Says why the kernel refused the request, with line and word; gives the exit status. */
int file_refused(struct ctl *ctl, const struct file *file);

#endif /* _LEVCTL_FILE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * levctl's own interfaces: what a run has at hand, what a command is, how a failure is told.
 * Included by each file of levctl.
 */
#ifndef _LEVCTL_H
#define _LEVCTL_H

#include <stdbool.h>
#include <stdint.h>

#include "../lib/model.h"
#include "../lib/nl.h"
#include "../lib/print.h"
#include "../lib/words.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Exit statuses, which scripts rely on. */
enum {
	DONE = 0,
	WRONG_WORDS = 1,
	REFUSED = 2,
	FAULTY = 3,	/* what was looked at is not as it should be; the answer says why */
};

struct args;
struct command;

/**
 * struct ctl - a run of levctl
 * @nl: the way to the kernel
 * @out: where answers go
 * @netns: name of the network namespace that it was told to go into, or NULL
 * @batch: name of the batch file, or of a cluster's file, or NULL
 * @line: of that file; 0: none
 * @command: that runs, or NULL
 * @verb: of it, or NULL
 * @quiet: who asks says himself what went wrong
 */
struct ctl {
	struct lev_nl *nl;
	struct lev_out *out;
	const char *netns;
	const char *batch;
	unsigned int line;
	const struct command *command;
	const char *verb;
	bool quiet;
};

/* What a verb of a noun does; also bits of struct word's verbs. */
enum verb {
	ADD = 1 << 0,
	SET = 1 << 1,
	DEL = 1 << 2,
	SHOW = 1 << 3,
};

enum word_kind {
	WORD_NUMBER,
	WORD_TIME,
	WORD_TIME_OR_NEVER,
	WORD_NAME,	/* of an enum */
	WORD_DEVICE,
	WORD_POOL,
	WORD_ADDRESS,
	WORD_PROTO,
	WORD_KEY,	/* a file's name, or none */
	WORD_TEXT,	/* any, that the noun's check looks at */
};

/**
 * struct word - a word of the grammar that has a value
 * @name: as typed before its value; of a positional one, what messages call it
 * @help: one line
 * @kind: of value
 * @attr: netlink attribute within the noun's nest
 * @positional: it has no name before it, and comes right after the device
 * @verbs: where it may be said
 * @needed: where it must be said
 * @key: it is part of what names the thing, so it changes nothing
 * @zero: 0 is good too, below @min
 * @min: of a number or time (ms)
 * @max: of a number or time (ms)
 * @names: of an enum
 * @initial: of a number or time (ms) that is not said with add; 0: see its help
 */
struct word {
	const char *name;
	const char *help;
	enum word_kind kind;
	uint16_t attr;
	bool positional;
	uint8_t verbs;
	uint8_t needed;
	bool key;
	bool zero;
	uint32_t min;
	uint32_t max;
	const struct lev_names *names;
	uint32_t initial;
};

/**
 * struct noun - a thing that can be added, set, deleted and shown
 * @nest: netlink attribute that holds its own
 * @words: its words, positional ones first; the last has no name
 * @add: netlink command, or 0 if the verb does not exist
 * @set: netlink command, or 0
 * @del: netlink command
 * @get: netlink command, a dump
 * @all: show needs no device, and del nothing but the device
 * @header: titles of the table that show prints
 * @check: whether the words fit each other: an exit status; may be NULL
 * @row: one thing of a dump as a row; 0 if @args leave it out, -1 if it cannot be read
 */
struct noun {
	uint16_t nest;
	const struct word *words;
	uint8_t add;
	uint8_t set;
	uint8_t del;
	uint8_t get;
	bool all;
	const char *header;
	int (*check)(const struct ctl *ctl, const struct args *args);
	int (*row)(struct lev_out *o, struct nlattr *tb[LEV_A_MAX + 1], const struct args *args);
};

/**
 * struct command - what the first word of the command line may be
 * @name: that word
 * @about: one line for the list of commands
 * @grammar: all forms, a line each
 * @help: what a user should know, beside the words
 * @example: lines that can be typed as they are
 * @noun: NULL if it has no verbs
 * @words: without verbs: its words, for the help; NULL if it has none
 * @run: without verbs: with the words behind the name; gives an exit status
 */
struct command {
	const char *name;
	const char *about;
	const char *grammar;
	const char *help;
	const char *example;
	const struct noun *noun;
	const struct word *words;
	int (*run)(struct ctl *ctl, int argc, char **argv);
};

extern const struct command cmd_cluster;
extern const struct command cmd_address;
extern const struct command cmd_node;
extern const struct command cmd_service;
extern const struct command cmd_server;
extern const struct command cmd_status;
extern const struct command cmd_stats;
extern const struct command cmd_top;
extern const struct command cmd_explain;
extern const struct command cmd_monitor;
extern const struct command cmd_apply;
extern const struct command cmd_save;
extern const struct command cmd_import;
extern const struct command cmd_doctor;
extern const struct command cmd_realserver;

/* All commands, in the order of the help; the last is NULL. */
extern const struct command *const commands[];

/* main.c: runs one command line without its options; gives an exit status. */
int run_command(struct ctl *ctl, int argc, char **argv);

/* batch.c: runs the lines of a file, up to the first that fails; gives its exit status. */
int run_batch(struct ctl *ctl, const char *file);

/* noun.c: runs a noun's verb; gives an exit status. */
int run_noun(struct ctl *ctl, int argc, char **argv);

/* cmd_cluster.c: the cluster's settings, as keys of the open object; text as @fmt says. */
void put_cluster(struct lev_out *o, const char *fmt, const struct lev_cluster *c);

/* cmd_address.c, cmd_service.c, cmd_server.c: one of them, as values of the open row. */
void put_address(struct lev_out *o, const struct lev_address *a);
void put_service(struct lev_out *o, const struct lev_service *s);
void put_server(struct lev_out *o, const struct lev_server *s);

/* notice.c: an event, as values of the open object. */
void put_notice(struct lev_out *o, const char *device, const struct lev_notice *n);

/* key.c: reads a key file into @key; gives an exit status. @name: of the word, for messages. */
int read_key(const struct ctl *ctl, const char *name, const char *file,
	     uint8_t key[LEV_KEY_MAX], unsigned int *len);

/* stop.c: a descriptor that can be read once SIGINT or SIGTERM came; -1 with errno. */
int stop_signals(void);

/* help.c */
int help_all(void);
int help_command(const struct command *command);

/* say.c: messages on stderr. Each gives the exit status to end with. */
int say_wrong(const struct ctl *ctl, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int say_refused(const struct ctl *ctl, const struct args *args);
int say_failed(const struct ctl *ctl, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int say_unreadable(const struct ctl *ctl);

#endif /* _LEVCTL_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Words of a cluster's file that are not for the kernel but for levd: how servers are checked, and
 * who is told of what happens. Read by file.c, which checks them for levctl, too; used by levd.
 */
#ifndef _LEVCTL_CHECKS_H
#define _LEVCTL_CHECKS_H

#include "args.h"

#define CHECK_INTERVAL_DEFAULT	2000	/* ms */
#define CHECK_TIMEOUT_DEFAULT	1000	/* ms; or the interval, if that is shorter */
#define CHECK_RISE_DEFAULT	2
#define CHECK_FALL_DEFAULT	3
#define CHECK_STATUS_DEFAULT	"200-399"
#define CHECK_PATH_DEFAULT	"/"
#define CHECK_BYTES_MAX		1024	/* of "send", "expect" and "body" */

enum check_type {
	CHECK_TCP,
	CHECK_HTTP,
	CHECK_HTTPS,
	CHECK_UDP,
	CHECK_ICMP,
	CHECK_PROGRAM,
};

/* The words of a check, as args_find() takes them. */
enum check_word {
	CHECK_W_POOL = 1,
	CHECK_W_TYPE,
	CHECK_W_PORT,
	CHECK_W_PATH,
	CHECK_W_HOST,
	CHECK_W_STATUS,
	CHECK_W_BODY,
	CHECK_W_SEND,
	CHECK_W_EXPECT,
	CHECK_W_PROGRAM,
	CHECK_W_INTERVAL,
	CHECK_W_TIMEOUT,
	CHECK_W_RISE,
	CHECK_W_FALL,
	CHECK_W_SLOWSTART,
	CHECK_W_WEIGHT,
};

/* Those of a program that is told of events. */
enum notify_word {
	NOTIFY_W_PROGRAM = 1,
	NOTIFY_W_EVENT,
};

/* What a program can be told of: the kernel's events by their numbers, and this one. */
#define NOTIFY_CHECK		__LEV_EVENT_MAX
#define NOTIFY_CHECK_NAME	"check"

extern const struct command check_words;
extern const struct command notify_words;

/**
 * check_status() - a range of HTTP statuses, as "200" or "200-299"
 * @text: the word
 * @first: the lowest
 * @last: the highest
 *
 * Return: whether it is one
 */
bool check_status(const char *text, unsigned int *first, unsigned int *last);

/**
 * check_bytes() - what is to be sent or to come: text, or 0x and hexadecimal digits
 * @text: the word
 * @bytes: filled in
 *
 * Return: how many, or -1 if it is neither, or too long
 */
int check_bytes(const char *text, unsigned char bytes[CHECK_BYTES_MAX]);

/* An event's number by its name, or -EINVAL. */
int notify_event(const char *text);

/* Does each check fit the others and the servers? @checks, @servers: things of file.h's parts. */
struct part;
int checks_fit(struct ctl *ctl, const struct part *checks, const struct part *servers);

#endif /* _LEVCTL_CHECKS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words of a command line, checked against a noun's table, and on their way into a
 * netlink request. Filled by args.c and value.c; read by the nouns.
 */
#ifndef _LEVCTL_ARGS_H
#define _LEVCTL_ARGS_H

#include "levctl.h"

#define ARGS_MAX	16

/**
 * struct arg - a word of the command line and its value
 * @word: what it is
 * @text: as typed
 * @number: value of a number, time, name or protocol
 * @ip: value of an address
 * @key: value of a key
 * @key_len: bytes of it
 * @line: of the file where it stands; 0: none
 * @offset: of its attribute in the request
 */
struct arg {
	const struct word *word;
	const char *text;
	uint32_t number;
	struct lev_ip ip;
	uint8_t key[LEV_KEY_MAX];
	unsigned int key_len;
	unsigned int line;
	uint32_t offset;
};

/**
 * struct args - a command line
 * @words: the table that it was read by, or NULL
 * @device: the cluster's device, or NULL
 * @device_offset: of its attribute in the request
 * @nest_offset: of the attribute that the words are in
 * @arg: the words, in the order typed
 * @n: how many
 */
struct args {
	const struct word *words;
	const char *device;
	uint32_t device_offset;
	uint32_t nest_offset;
	struct arg arg[ARGS_MAX];
	unsigned int n;
};

/**
 * args_device() - take a device's name
 * @ctl: the run
 * @args: gets it
 * @text: as typed
 *
 * Return: an exit status
 */
int args_device(const struct ctl *ctl, struct args *args, const char *text);

/* A device's name, or nothing, is all that there is. Gives an exit status. */
int args_one_device(const struct ctl *ctl, struct args *args, int argc, char **argv);

/**
 * args_read() - read the words behind the device
 * @ctl: the run
 * @args: gets them
 * @words: that may be said
 * @verb: which of them fit
 * @argc: how many words
 * @argv: the words
 *
 * Return: an exit status
 */
int args_read(const struct ctl *ctl, struct args *args, const struct word *words,
	      enum verb verb, int argc, char **argv);

/**
 * args_word() - take one word of a thing with ADD, also one that has no name on a command line
 * @ctl: the run; its line is the word's
 * @args: gets it; its words are set
 * @name: of the word
 * @text: its value
 *
 * Return: an exit status
 */
int args_word(const struct ctl *ctl, struct args *args, const char *name, const char *text);

/* Whether all is there that the verb needs: an exit status. */
int args_needed(const struct ctl *ctl, const struct args *args, enum verb verb);

/* The word whose attribute is @attr, or NULL if it was not said. */
const struct arg *args_find(const struct args *args, uint16_t attr);

/**
 * args_put() - write the device and the words into a request
 * @args: remembers where each went, so that a refusal can name it
 * @msg: the request
 * @nest: the words go into this; 0: they are not for the kernel
 *
 * Return: 0, or -1 if the message has no room
 */
int args_put(struct args *args, struct nl_msg *msg, uint16_t nest);

/* value.c: reads @arg's text as its word says; gives an exit status. */
int read_value(const struct ctl *ctl, struct arg *arg);

#endif /* _LEVCTL_ARGS_H */

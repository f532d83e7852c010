/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Netlink client of the "leveler" family: sends requests, collects dumps, decodes refusals,
 * hears events. Called by the commands of levctl. Needs no kernel until the first message.
 */
#ifndef _LEV_NL_H
#define _LEV_NL_H

#include <stdbool.h>
#include <stdint.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <linux/leveler.h>

struct lev_nl;

/**
 * struct lev_refusal - why the last call failed
 * @error: errno value
 * @no_family: the kernel has no "leveler" family: the module is not loaded
 * @text: the kernel's words, or the C library's for @error
 * @offset: of the attribute that was wrong, from the start of the request; 0: none named
 * @missing: type of the attribute that the request's nest lacks; 0: none named
 */
struct lev_refusal {
	int error;
	bool no_family;
	char text[256];
	uint32_t offset;
	uint32_t missing;
};

/**
 * typedef lev_nl_fn - takes one message of the family
 * @tb: its top-level attributes, by type; valid during the call
 * @arg: the caller's
 */
typedef void (*lev_nl_fn)(struct nlattr *tb[LEV_A_MAX + 1], void *arg);

/**
 * lev_nl_new() - a client, not connected yet
 *
 * Return: the client, or NULL without memory
 */
struct lev_nl *lev_nl_new(void);
void lev_nl_free(struct lev_nl *nl);

/**
 * lev_nl_msg() - a request without attributes
 * @cmd: enum lev_cmd
 *
 * Return: the message, to be freed with nlmsg_free(), or NULL without memory
 */
struct nl_msg *lev_nl_msg(uint8_t cmd);

/* The same with room for @size bytes: the others have a page. */
struct nl_msg *lev_nl_msg_sized(uint8_t cmd, size_t size);

/**
 * lev_nl_here() - where the next attribute of a message will be
 * @msg: the message
 *
 * Return: an offset, as struct lev_refusal names it
 */
uint32_t lev_nl_here(struct nl_msg *msg);

/**
 * lev_nl_do() - send a request and wait until it is done
 * @nl: the client
 * @msg: the request
 * @fn: called with the answer, if there is one; may be NULL
 * @arg: for @fn
 *
 * Return: 0, or -1: see lev_nl_refusal()
 */
int lev_nl_do(struct lev_nl *nl, struct nl_msg *msg, lev_nl_fn fn, void *arg);

/**
 * lev_nl_dump() - send a dump request; what @fn gets is one consistent state
 * @nl: the client
 * @msg: the request
 * @fn: called with each message, once all are there
 * @arg: for @fn
 *
 * Return: 0, or -1: see lev_nl_refusal()
 */
int lev_nl_dump(struct lev_nl *nl, struct nl_msg *msg, lev_nl_fn fn, void *arg);

/**
 * lev_nl_listen() - join the family's events
 * @nl: the client; it can send no request afterwards
 *
 * Return: a file descriptor to poll, or -1: see lev_nl_refusal()
 */
int lev_nl_listen(struct lev_nl *nl);

/**
 * lev_nl_events() - take the events that have come, without waiting
 * @nl: the client, after lev_nl_listen()
 * @fn: called with each
 * @arg: for @fn
 *
 * Return: 0; 1 if the kernel had to throw some away; -1: see lev_nl_refusal()
 */
int lev_nl_events(struct lev_nl *nl, lev_nl_fn fn, void *arg);

/* Why the last call on @nl failed. */
const struct lev_refusal *lev_nl_refusal(const struct lev_nl *nl);

#endif /* _LEV_NL_H */

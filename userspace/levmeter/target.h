/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words of the command line that are more than a string: addresses, times, rates.
 * Pure: no I/O, names are not looked up. Used by options.c.
 */
#ifndef LEVMETER_TARGET_H
#define LEVMETER_TARGET_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

/* [IPv6 address%device]:port */
#define TARGET_TEXT_MAX	80

/**
 * union addr - an IPv4 or IPv6 address with a port
 * @sa: for the system calls
 * @v4: if sa.sa_family is AF_INET
 * @v6: if sa.sa_family is AF_INET6
 */
union addr {
	struct sockaddr sa;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/**
 * addr_len() - how long is it for the system calls
 * @a: the address
 *
 * Return: bytes.
 */
static inline socklen_t addr_len(const union addr *a)
{
	return a->sa.sa_family == AF_INET6 ? sizeof(a->v6) : sizeof(a->v4);
}

/**
 * addr_set_port() - another port at the same address
 * @a: the address
 * @port: 1 to 65535
 */
void addr_set_port(union addr *a, uint16_t port);

/**
 * addr_format() - an address and its port as text
 * @a: the address
 * @text: at least TARGET_TEXT_MAX bytes
 */
void addr_format(const union addr *a, char *text);

/**
 * addr_parse() - ADDRESS or ADDRESS:PORT; an IPv6 address before a port needs brackets
 * @text: the word
 * @port: if the word has none
 * @a: filled in
 *
 * Return: whether the word was good.
 */
bool addr_parse(const char *text, uint16_t port, union addr *a);

/**
 * time_parse() - a time: a number with ms, s, m or h; without a unit it is seconds
 * @text: the word
 * @ns: filled in, nanoseconds; above 0 and at most 1000 h
 *
 * Return: whether the word was good.
 */
bool time_parse(const char *text, uint64_t *ns);

/**
 * number_parse() - a decimal number within limits
 * @text: the word
 * @min: the least that is good
 * @max: the most that is good
 * @number: filled in
 *
 * Return: whether the word was good.
 */
bool number_parse(const char *text, double min, double max, double *number);

#endif

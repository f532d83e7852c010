/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads one HTTP/1.x answer as it arrives: is it good, is it whole, who sent it? Keeps no body.
 * Pure: no I/O. Used by conn.c.
 */
#ifndef LEVMETER_HTTP_H
#define LEVMETER_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tally.h"

#define HTTP_LINE_MAX	256	/* longer header lines are cut */
#define HTTP_HEAD_MAX	65536	/* a longer head is refused */

enum http_verdict {
	HTTP_MORE,	/* the answer goes on */
	HTTP_DONE,	/* the answer is whole */
	HTTP_BAD,	/* not HTTP, or not a success */
};

/**
 * struct http - one answer on its way in
 * @status: from its first line, 0 before
 * @named: @name is complete
 * @name: the server's: X-Server, or else the first line of the body
 */
struct http {
	int status;
	bool named;
	char name[TALLY_NAME_MAX + 1];
	/* private: the parser's */
	unsigned int part;
	bool chunked;
	bool sized;
	uint64_t left;
	unsigned int head_len;
	unsigned int line_len;
	unsigned int name_len;
	char line[HTTP_LINE_MAX + 1];
};

/**
 * http_begin() - make ready for an answer
 * @h: filled in
 */
void http_begin(struct http *h);

/**
 * http_feed() - some bytes came
 * @h: the answer
 * @data: the bytes
 * @len: how many
 *
 * Return: what is known of the answer now. HTTP_BAD if its status is not 2xx or 3xx.
 */
enum http_verdict http_feed(struct http *h, const char *data, size_t len);

/**
 * http_eof() - the server closed the connection properly
 * @h: the answer
 *
 * Return: HTTP_DONE if the answer was to end so, else HTTP_BAD: it was cut short.
 */
enum http_verdict http_eof(struct http *h);

#endif

// SPDX-License-Identifier: GPL-2.0
/*
 * Reads one HTTP/1.x answer as it arrives, byte counts and chunks included, and keeps nothing
 * of it but the status and the server's name. Used by conn.c.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http.h"

enum part {
	PART_STATUS,
	PART_HEADERS,
	PART_BODY,	/* @left bytes, or up to the end of the connection */
	PART_CHUNK_SIZE,
	PART_CHUNK,
	PART_CHUNK_END,	/* the empty line after a chunk */
	PART_TRAILER,
	PART_DONE,
	PART_BAD,
};

void http_begin(struct http *h)
{
	memset(h, 0, sizeof(*h));
}

static void name_from_header(struct http *h, const char *value)
{
	strncpy(h->name, value, TALLY_NAME_MAX);
	h->name_len = strlen(h->name);
	h->named = h->name_len > 0;
}

static void name_from_body(struct http *h, const char *data, size_t len)
{
	size_t i;

	for (i = 0; i < len && !h->named; i++) {
		if (data[i] == '\r' || data[i] == '\n' || h->name_len == TALLY_NAME_MAX)
			h->named = true;
		else
			h->name[h->name_len++] = data[i] ? data[i] : '?';
	}
}

static const char *value_of(const char *line, const char *key)
{
	size_t len = strlen(key);

	if (strncasecmp(line, key, len) || line[len] != ':')
		return NULL;
	line += len + 1;
	return line + strspn(line, " \t");
}

static enum part bad_unless_number(const char *text, int base, uint64_t *number)
{
	char *end;

	/* strtoull() would take a sign and spaces, a length has neither. */
	if (!strchr(base == 16 ? "0123456789abcdefABCDEF" : "0123456789", text[0]) || !text[0])
		return PART_BAD;
	*number = strtoull(text, &end, base);
	return *end && !strchr(" \t;", *end) ? PART_BAD : PART_CHUNK;
}

static enum part end_of_headers(struct http *h)
{
	if (h->status < 200)	/* 1xx: the real answer follows */
		return PART_STATUS;
	if (h->status >= 400)
		return PART_BAD;
	if (h->status == 204 || h->status == 304)
		return PART_DONE;
	if (h->chunked)
		return PART_CHUNK_SIZE;
	return h->sized && !h->left ? PART_DONE : PART_BODY;
}

static enum part header(struct http *h)
{
	const char *value;

	if (!h->line[0])
		return end_of_headers(h);
	value = value_of(h->line, "X-Server");
	if (value)
		name_from_header(h, value);
	value = value_of(h->line, "Transfer-Encoding");
	if (value && !strcasecmp(value, "chunked"))
		h->chunked = true;
	value = value_of(h->line, "Content-Length");
	if (value) {
		h->sized = true;
		if (bad_unless_number(value, 10, &h->left) == PART_BAD)
			return PART_BAD;
	}
	return PART_HEADERS;
}

static enum part status_line(struct http *h)
{
	if (strncmp(h->line, "HTTP/1.", 7) || strlen(h->line) < 12 || h->line[8] != ' ')
		return PART_BAD;
	h->status = atoi(h->line + 9);
	return h->status < 100 || h->status > 599 ? PART_BAD : PART_HEADERS;
}

static enum part whole_line(struct http *h)
{
	switch (h->part) {
	case PART_STATUS:
		return status_line(h);
	case PART_HEADERS:
		return header(h);
	case PART_CHUNK_SIZE:
		if (bad_unless_number(h->line, 16, &h->left) == PART_BAD)
			return PART_BAD;
		return h->left ? PART_CHUNK : PART_TRAILER;
	case PART_CHUNK_END:
		return h->line[0] ? PART_BAD : PART_CHUNK_SIZE;
	default:	/* PART_TRAILER */
		return h->line[0] ? PART_TRAILER : PART_DONE;
	}
}

/* Takes bytes up to the end of a line. Return: how many. */
static size_t feed_line(struct http *h, const char *data, size_t len)
{
	const char *newline = memchr(data, '\n', len);
	size_t used = newline ? (size_t)(newline - data) : len;
	size_t room = HTTP_LINE_MAX - h->line_len;

	memcpy(h->line + h->line_len, data, used < room ? used : room);
	h->line_len += used < room ? used : room;
	if (h->part == PART_STATUS || h->part == PART_HEADERS) {
		h->head_len += used;
		if (h->head_len > HTTP_HEAD_MAX)
			h->part = PART_BAD;
	}
	if (!newline || h->part == PART_BAD)
		return used;
	if (h->line_len && h->line[h->line_len - 1] == '\r')
		h->line_len--;
	h->line[h->line_len] = '\0';
	h->line_len = 0;
	h->part = whole_line(h);
	return used + 1;
}

/* Takes bytes of the body. Return: how many. */
static size_t feed_body(struct http *h, const char *data, size_t len)
{
	bool counted = h->part == PART_CHUNK || h->sized;

	if (counted && len > h->left)
		len = h->left;
	name_from_body(h, data, len);
	if (!counted)
		return len;
	h->left -= len;
	if (!h->left)
		h->part = h->part == PART_CHUNK ? PART_CHUNK_END : PART_DONE;
	return len;
}

static enum http_verdict verdict(struct http *h)
{
	if (h->part == PART_DONE)
		h->named = true;
	if (h->part == PART_BAD)
		return HTTP_BAD;
	return h->part == PART_DONE ? HTTP_DONE : HTTP_MORE;
}

enum http_verdict http_feed(struct http *h, const char *data, size_t len)
{
	while (len && h->part != PART_DONE && h->part != PART_BAD) {
		bool body = h->part == PART_BODY || h->part == PART_CHUNK;
		size_t used = body ? feed_body(h, data, len) : feed_line(h, data, len);

		data += used;
		len -= used;
	}
	return verdict(h);
}

enum http_verdict http_eof(struct http *h)
{
	if (h->part == PART_BODY && !h->sized)
		h->part = PART_DONE;
	else if (h->part != PART_DONE)
		h->part = PART_BAD;
	return verdict(h);
}

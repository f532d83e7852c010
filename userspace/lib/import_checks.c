// SPDX-License-Identifier: GPL-2.0
/*
 * Reads how keepalived checks servers (see import_checks.h): TCP_CHECK, HTTP_GET, SSL_GET and
 * MISC_CHECK become a pool's check. Owns no state.
 */
#include <stdio.h>
#include <stdlib.h>

#include "import_checks.h"
#include "import_words.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define SECONDS_MAX	3600	/* what levd takes */
#define TRIES_MAX	100
#define INTERVAL	2	/* s, if it is not said */

static const struct {
	const char *word;
	const char *type;
} kinds[] = {
	{ "TCP_CHECK", "tcp" },
	{ "HTTP_GET", "http" },
	{ "SSL_GET", "https" },
	{ "MISC_CHECK", "program" },
};

static const char *type_of(const struct lev_stanza *s)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (is(s, kinds[i].word))
			return kinds[i].type;
	}
	return NULL;
}

bool lev_import_is_check(const struct lev_stanza *s)
{
	return type_of(s);
}

/* What a file can hold as it is. */
static bool is_plain(const char *text)
{
	const char *c = text;

	while (*c > ' ' && *c < 0x7f && *c != '#')
		c++;
	return *text && !*c && strlen(text) < sizeof(((struct lev_whole_word *)0)->text);
}

static const char *find(const struct lev_whole_check *c, const char *name)
{
	for (unsigned int i = 0; i < c->n; i++) {
		if (!strcmp(c->word[i].name, name))
			return c->word[i].text;
	}
	return NULL;
}

/* What was said first counts. */
static void put(struct lev_whole_check *c, const char *name, const char *text)
{
	struct lev_whole_word *w = &c->word[c->n];

	if (find(c, name) || c->n == LEV_WHOLE_WORDS)
		return;
	w->name = name;
	snprintf(w->text, sizeof(w->text), "%s", text);
	c->n++;
}

static void put_number(struct lev_whole_check *c, const char *name, uint32_t n, const char *unit)
{
	char text[16];

	snprintf(text, sizeof(text), "%u%s", n, unit);
	put(c, name, text);
}

/* A number of 1 to @max behind the statement's name. */
static bool take_number(struct lev_import *im, const struct lev_stanza *s, uint32_t max,
			uint32_t *n)
{
	if (!lev_parse_number(word(s, 1), n) && *n >= 1 && *n <= max)
		return true;
	lev_import_tell(im, s, "\"%s\" is left out: \"%.60s\" is not a number of 1..%u", s->word[0],
			word(s, 1), max);
	return false;
}

/* As levctl reads the words of a check. */
static bool fits(const char *name, const char *text)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789-._";

	if (!is_plain(text))
		return false;
	return strcmp(name, "host") ? *text == '/' : !text[strspn(text, letters)];
}

static bool take_text(struct lev_import *im, const struct lev_stanza *s,
		      struct lev_whole_check *c, const char *name)
{
	if (fits(name, word(s, 1))) {
		put(c, name, word(s, 1));
		return true;
	}
	lev_import_tell(im, s, "\"%s\" is left out: \"%.60s\" does not fit into a file",
			s->word[0], word(s, 1));
	return false;
}

/* "200", "200-299"; of several ranges the first. */
static void take_status(struct lev_import *im, const struct lev_stanza *s,
			struct lev_whole_check *c)
{
	const char *text = word(s, 1), *digits = "0123456789";
	size_t n = strspn(text, digits);
	bool range = text[n] == '-' && strspn(text + n + 1, digits) == 3 && !text[n + 4] &&
		     text[n + 1] <= '5' && strncmp(text, text + n + 1, 3) <= 0;

	if (n == 3 && *text >= '1' && *text <= '5' && (!text[n] || range) && s->n == 2)
		put(c, "status", text);
	else
		lev_import_tell(im, s, "\"%s %.60s\" is left out: it is not one range, as 200-299",
				s->word[0], text);
}

static void take_url(struct lev_import *im, const struct lev_stanza *url,
		     struct lev_whole_check *c)
{
	if (find(c, "path")) {
		lev_import_tell(im, url, "\"url\" is left out: a check asks for one path");
		return;
	}
	for (const struct lev_stanza *s = url->first; s; s = s->next) {
		/* Another path would be another check. */
		if (is(s, "path") && !take_text(im, s, c, "path"))
			put(c, "path", "");
		else if (is(s, "path"))
			continue;
		else if (is(s, "status_code"))
			take_status(im, s, c);
		else if (is(s, "virtualhost"))
			take_text(im, s, c, "host");
		else
			lev_import_left_out(im, s);
	}
}

/* keepalived tries so often again before it fails. */
static void take_retry(struct lev_import *im, const struct lev_stanza *s,
		       struct lev_whole_check *c)
{
	uint32_t n;

	if (take_number(im, s, TRIES_MAX - 1, &n))
		put_number(c, "fall", n + 1, "");
}

static void take_word(struct lev_import *im, const struct lev_stanza *s,
		      struct lev_whole_check *c)
{
	uint32_t n;

	if (is(s, "url")) {
		take_url(im, s, c);
	} else if (is(s, "connect_port")) {
		if (take_number(im, s, 65535, &n))
			put_number(c, "port", n, "");
	} else if (is(s, "connect_timeout") || is(s, "misc_timeout")) {
		if (take_number(im, s, SECONDS_MAX, &n))
			put_number(c, "timeout", n, "s");
	} else if (is(s, "retry") || is(s, "nb_get_retry")) {
		take_retry(im, s, c);
	} else if (is(s, "misc_path")) {
		take_text(im, s, c, "program");
	} else {
		lev_import_left_out(im, s);
	}
}

static bool same(const struct lev_whole_check *a, const struct lev_whole_check *b)
{
	for (unsigned int i = 0; i < b->n; i++) {
		const char *text = find(a, b->word[i].name);

		if (!text || strcmp(text, b->word[i].text))
			return false;
	}
	return a->n == b->n;
}

void lev_import_take_check(struct lev_import *im, const struct lev_stanza *s,
			   struct lev_import_service *service,
			   const struct lev_import_server *server)
{
	uint32_t port = server->port ? server->port : service->n_at ? service->at[0].port : 0;
	struct lev_whole_check c = { 0 };

	put(&c, "type", type_of(s));
	for (const struct lev_stanza *w = s->first; w; w = w->next)
		take_word(im, w, &c);
	if (port && !is(s, "MISC_CHECK"))
		put_number(&c, "port", port, "");
	if ((is(s, "MISC_CHECK") && !find(&c, "program")) ||
	    (is(s, "TCP_CHECK") && !find(&c, "port")) || (find(&c, "path") && !*find(&c, "path")))
		lev_import_tell(im, s, "\"%s\" is left out: what to try is not said, or not known",
				s->word[0]);
	else if (!service->check.n)
		service->check = c;
	else if (!same(&service->check, &c))
		lev_import_tell(im, s, "\"%s\" is left out: it is not as the first one, which a "
				"pool has for all", s->word[0]);
}

bool lev_import_is_for_checks(const struct lev_stanza *s)
{
	return is(s, "delay_loop") || is(s, "retry") || is(s, "virtualhost");
}

static void take_for_all(struct lev_import *im, const struct lev_stanza *s,
			 struct lev_whole_check *c)
{
	uint32_t n;

	if (!c->n || (is(s, "virtualhost") && strncmp(find(c, "type"), "http", 4)))
		lev_import_left_out(im, s);
	else if (is(s, "virtualhost"))
		take_text(im, s, c, "host");
	else if (is(s, "retry"))
		take_retry(im, s, c);
	else if (take_number(im, s, SECONDS_MAX, &n))
		put_number(c, "interval", n, "s");
}

/* Seconds of such a word, or @initial. */
static unsigned int seconds(const struct lev_whole_check *c, const char *name,
			    unsigned int initial)
{
	return find(c, name) ? strtoul(find(c, name), NULL, 10) : initial;
}

/* A check that is due again is given up. */
static void fit_timeout(struct lev_import *im, const struct lev_stanza *block,
			struct lev_whole_check *c)
{
	unsigned int timeout = seconds(c, "timeout", 0), interval;

	if (!find(c, "interval") && timeout > INTERVAL)
		put_number(c, "interval", timeout, "s");
	interval = seconds(c, "interval", INTERVAL);
	for (unsigned int i = 0; i < c->n && timeout > interval; i++) {
		if (strcmp(c->word[i].name, "timeout"))
			continue;
		snprintf(c->word[i].text, sizeof(c->word[i].text), "%us", interval);
		lev_import_tell(im, block, "a check's timeout of %us becomes %us, its interval",
				timeout, interval);
	}
}

void lev_import_end_check(struct lev_import *im, const struct lev_stanza *block,
			  struct lev_import_service *service)
{
	for (const struct lev_stanza *s = block->first; s; s = s->next) {
		if (lev_import_is_for_checks(s))
			take_for_all(im, s, &service->check);
	}
	fit_timeout(im, block, &service->check);
}

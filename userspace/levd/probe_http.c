// SPDX-License-Identifier: GPL-2.0
/*
 * Checks by HTTP and HTTPS: a GET, its status, what has to be in its body, and what that says of
 * the weight. libcurl's multi interface, driven by libev. Owns curl's handle and timer. Called by
 * checks.c.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "levd.h"

#define BODY_MAX	65536	/* bytes in which a text has to be found */

static struct {
	struct ev_loop *loop;
	CURLM *multi;
	ev_timer timer;
} http;

/**
 * struct get - a check that runs
 * @easy: curl's
 * @check: whose
 * @connect_to: where it goes, whatever host it names
 * @body: as far as it has come; with its NUL
 * @len: bytes of it
 */
struct get {
	CURL *easy;
	struct check *check;
	struct curl_slist *connect_to;
	char *body;
	size_t len;
};

static void free_get(struct get *g)
{
	if (g->easy) {
		curl_multi_remove_handle(http.multi, g->easy);
		curl_easy_cleanup(g->easy);
	}
	curl_slist_free_all(g->connect_to);
	free(g->body);
	free(g);
}

static void judge(struct get *g, CURLcode result)
{
	struct check *c = g->check;
	const struct spec *spec = c->spec;
	long status = 0;
	bool found;

	curl_easy_getinfo(g->easy, CURLINFO_RESPONSE_CODE, &status);
	/* A body that is longer than we keep was cut by ourselves. */
	if (result == CURLE_WRITE_ERROR && g->len == BODY_MAX)
		result = CURLE_OK;
	found = !spec->body || strstr(g->body, spec->body);
	check_weigh(c, g->body);
	free_get(g);
	if (result)
		check_done(c, false, "%s", curl_easy_strerror(result));
	else if (status < (long)spec->status[0] || status > (long)spec->status[1])
		check_done(c, false, "status %ld", status);
	else if (!found)
		check_done(c, false, "status %ld, \"%s\" is not in its body", status, spec->body);
	else
		check_done(c, true, "status %ld", status);
}

static void take_ended(void)
{
	CURLMsg *msg;
	int left;

	while ((msg = curl_multi_info_read(http.multi, &left))) {
		struct get *g;

		if (msg->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &g);
		judge(g, msg->data.result);
	}
}

static void on_ready(struct ev_loop *loop, ev_io *w, int events)
{
	int action = ((events & EV_READ) ? CURL_CSELECT_IN : 0) |
		     ((events & EV_WRITE) ? CURL_CSELECT_OUT : 0);
	int running;

	(void)loop;
	curl_multi_socket_action(http.multi, w->fd, action, &running);
	take_ended();
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
	int running;

	(void)loop;
	(void)w;
	(void)events;
	curl_multi_socket_action(http.multi, CURL_SOCKET_TIMEOUT, 0, &running);
	take_ended();
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *of_socket)
{
	ev_io *io = of_socket;
	int events = ((what & CURL_POLL_IN) ? EV_READ : 0) |
		     ((what & CURL_POLL_OUT) ? EV_WRITE : 0);

	(void)easy;
	(void)arg;
	if (what == CURL_POLL_REMOVE) {
		if (io)
			ev_io_stop(http.loop, io);
		free(io);
		return 0;
	}
	if (!io) {
		io = calloc(1, sizeof(*io));
		if (!io)
			return -1;
		curl_multi_assign(http.multi, fd, io);
	}
	ev_io_stop(http.loop, io);
	ev_io_init(io, on_ready, fd, events);
	ev_io_start(http.loop, io);
	return 0;
}

static int on_wish(CURLM *multi, long ms, void *arg)
{
	(void)multi;
	(void)arg;
	ev_timer_stop(http.loop, &http.timer);
	if (ms >= 0) {
		ev_timer_set(&http.timer, ms / 1000.0, 0);
		ev_timer_start(http.loop, &http.timer);
	}
	return 0;
}

static size_t on_body(char *data, size_t size, size_t n, void *arg)
{
	struct get *g = arg;
	size_t room = BODY_MAX - g->len, len = size * n < room ? size * n : room;

	memcpy(g->body + g->len, data, len);
	/* Bytes of zero would hide what is behind them. */
	for (size_t i = g->len; i < g->len + len; i++)
		g->body[i] = g->body[i] ? g->body[i] : ' ';
	g->len += len;
	g->body[g->len] = '\0';
	return len;
}

int http_init(struct ev_loop *loop)
{
	http.loop = loop;
	ev_timer_init(&http.timer, on_timer, 0, 0);
	if (curl_global_init(CURL_GLOBAL_DEFAULT))
		return -1;
	http.multi = curl_multi_init();
	if (!http.multi)
		return -1;
	curl_multi_setopt(http.multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(http.multi, CURLMOPT_TIMERFUNCTION, on_wish);
	return 0;
}

void http_stop(void)
{
	ev_timer_stop(http.loop, &http.timer);
	curl_multi_cleanup(http.multi);
	curl_global_cleanup();
}

static bool put_target(struct get *g)
{
	const struct check *c = g->check;
	bool tls = c->spec->type == CHECK_HTTPS, six = c->ip.len != 4;
	unsigned int port = c->spec->port ? c->spec->port : tls ? 443 : 80;
	char address[LEV_IP_STR + 2], to[sizeof(address) + 16], *url;
	bool ok;

	snprintf(address, sizeof(address), six ? "[%s]" : "%s", c->address);
	snprintf(to, sizeof(to), "::%s:%u", address, port);
	g->connect_to = curl_slist_append(NULL, to);
	if (asprintf(&url, "%s://%s:%u%s", tls ? "https" : "http",
		     c->spec->host ? c->spec->host : address, port, c->spec->path) < 0)
		return false;
	ok = g->connect_to && !curl_easy_setopt(g->easy, CURLOPT_URL, url);
	free(url);
	return ok;
}

/* A new connection each time: an old one says nothing of whether new ones are taken. */
static void set_options(struct get *g)
{
	curl_easy_setopt(g->easy, CURLOPT_PRIVATE, g);
	curl_easy_setopt(g->easy, CURLOPT_CONNECT_TO, g->connect_to);
	curl_easy_setopt(g->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(g->easy, CURLOPT_PROXY, "");
	curl_easy_setopt(g->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(g->easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(g->easy, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(g->easy, CURLOPT_USERAGENT, "levd/" LEV_VERSION);
	/* A server is named by its address, for which certificates are not made. */
	curl_easy_setopt(g->easy, CURLOPT_SSL_VERIFYPEER, 0L);
	curl_easy_setopt(g->easy, CURLOPT_SSL_VERIFYHOST, 0L);
	curl_easy_setopt(g->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(g->easy, CURLOPT_WRITEDATA, g);
}

static void start(struct check *c)
{
	struct get *g = calloc(1, sizeof(*g));

	if (g) {
		g->check = c;
		g->body = calloc(1, BODY_MAX + 1);
		g->easy = curl_easy_init();
	}
	if (!g || !g->body || !g->easy || !put_target(g)) {
		if (g)
			free_get(g);
		check_done(c, false, "no memory");
		return;
	}
	set_options(g);
	c->probe = g;
	curl_multi_add_handle(http.multi, g->easy);
}

static void stop(struct check *c)
{
	free_get(c->probe);
}

const struct probe_type probe_http = { .start = start, .stop = stop };

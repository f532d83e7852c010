// SPDX-License-Identifier: GPL-2.0
/*
 * The cluster over HTTP (see web.h): libmicrohttpd, driven by libev. Owns the listening socket and
 * what libmicrohttpd has. Called by main.c and by the loop.
 *
 * Whoever can reach it may ask, so all of it is bounded: connections, their time (guests.c), what
 * they send, and how often the kernel is asked.
 */
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "guests.h"
#include "page.h"
#include "route.h"
#include "scene.h"
#include "web.h"

#define BACKLOG		16
#define CONNECTIONS	64
#define OF_ONE_ADDRESS	16
#define IDLE		10		/* s */
#define KEPT		0.2		/* s, for which an answer is given again */
#define CONNECTION_SIZE	16384		/* bytes: of a request's head, and its answer's */

#define TYPE_TEXT	"text/plain; charset=utf-8"
#define TYPE_METRICS	"text/plain; version=0.0.4; charset=utf-8"
#define TYPE_JSON	"application/json"
#define TYPE_HTML	"text/html; charset=utf-8"

/**
 * struct kept - the last answer of a kind
 * @response: NULL: there is none
 * @status: of HTTP
 * @at: when it was made
 */
struct kept {
	struct MHD_Response *response;
	unsigned int status;
	ev_tstamp at;
};

struct web {
	struct levd *levd;
	struct place place;
	struct MHD_Daemon *mhd;
	struct guests guests;
	struct kept kept[ROUTE_METHOD];
	ev_io io;
	ev_timer timer;
};

/**
 * struct answer - to one request
 * @status: of HTTP
 * @type: of the body
 * @body: allocated, or @fixed
 * @fixed: it is the program's own
 * @len: bytes of it
 */
struct answer {
	unsigned int status;
	const char *type;
	char *body;
	bool fixed;
	size_t len;
};

static void answer_page(struct answer *a)
{
	a->type = TYPE_HTML;
	a->body = (char *)page_html;
	a->len = page_html_end - page_html;
	a->fixed = true;
}

static void answer_metrics(struct answer *a, struct levd *d, FILE *f)
{
	struct scene *s = scene_ask(d);

	a->type = TYPE_METRICS;
	metrics_write(f, d->device, s);
	scene_free(s);
}

/* For load balancers and monitors: is it of use to send something to this node? */
static void answer_health(struct answer *a, struct levd *d, FILE *f)
{
	struct scene *s = scene_ask(d);
	const struct lev_status *st = s ? &s->picture.status : NULL;
	unsigned int owned = s ? lanes_of(st, st->self) : 0;

	a->type = TYPE_TEXT;
	if (!owned)
		a->status = MHD_HTTP_SERVICE_UNAVAILABLE;
	if (s)
		fprintf(f, "%s%s%s, owns %u of %u lanes\n",
			st->reason ? LEV_STATE_SILENT : LEV_STATE_ACTIVE, st->reason ? ": " : "",
			st->reason ? lev_name(&lev_reason_names, st->reason) : "", owned,
			st->lanes);
	else
		fprintf(f, "%s: %s\n", d->device, lev_nl_refusal(d->nl)->text);
	scene_free(s);
}

static void answer_status(struct answer *a, struct levd *d, FILE *f)
{
	struct scene *s = scene_ask(d);

	a->type = TYPE_JSON;
	if (s) {
		status_write(f, d, s);
	} else {
		struct lev_out *o = lev_out_new(f, true, false);

		a->status = MHD_HTTP_SERVICE_UNAVAILABLE;
		lev_out_object(o, NULL);
		lev_out_str(o, "error", LEV_JSON_ONLY, lev_nl_refusal(d->nl)->text);
		lev_out_close(o);
		lev_out_end(o);
		lev_out_free(o);
	}
	scene_free(s);
}

static void refuse(struct answer *a, FILE *f, unsigned int status, const char *text)
{
	a->status = status;
	a->type = TYPE_TEXT;
	fprintf(f, "%s\n", text);
}

static void make_answer(struct answer *a, struct levd *d, enum route route)
{
	FILE *f = open_memstream(&a->body, &a->len);

	if (!f)
		return;
	switch (route) {
	case ROUTE_METRICS:
		answer_metrics(a, d, f);
		break;
	case ROUTE_HEALTH:
		answer_health(a, d, f);
		break;
	case ROUTE_STATUS:
		answer_status(a, d, f);
		break;
	case ROUTE_METHOD:
		refuse(a, f, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD");
		break;
	case ROUTE_BODY:
		refuse(a, f, MHD_HTTP_BAD_REQUEST, "no request here has a body");
		break;
	default:
		refuse(a, f, MHD_HTTP_NOT_FOUND,
		       "there are /, /metrics, /health and /status.json");
		break;
	}
	fclose(f);
}

/* Nothing of it is for other sites, nor to be kept. */
static const struct {
	const char *name;
	const char *value;
} headers[] = {
	{ "Content-Security-Policy", page_policy },
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Cache-Control", "no-store" },
};

static struct MHD_Response *response_of(const struct answer *a)
{
	struct MHD_Response *r;

	if (!a->body)
		return NULL;
	r = MHD_create_response_from_buffer(a->len, a->body, a->fixed ? MHD_RESPMEM_PERSISTENT :
					    MHD_RESPMEM_MUST_FREE);
	if (!r) {
		if (!a->fixed)
			free(a->body);
		return NULL;
	}
	MHD_add_response_header(r, "Content-Type", a->type);
	for (size_t i = 0; i < ARRAY_SIZE(headers); i++)
		MHD_add_response_header(r, headers[i].name, headers[i].value);
	if (a->status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(r, "Allow", "GET, HEAD");
	return r;
}

static struct MHD_Response *make(struct levd *d, enum route what, unsigned int *status)
{
	struct answer a = { .status = MHD_HTTP_OK };

	if (what == ROUTE_PAGE)
		answer_page(&a);
	else
		make_answer(&a, d, what);
	*status = a.status;
	return response_of(&a);
}

/* However many ask, the kernel is asked a few times a second, and there is time for checks. */
static const struct kept *kept(struct web *web, enum route route)
{
	struct kept *k = &web->kept[route];
	ev_tstamp now = ev_now(web->levd->loop);

	if (k->response && now - k->at >= 0 && now - k->at < KEPT)
		return k;
	if (k->response)
		MHD_destroy_response(k->response);
	k->response = make(web->levd, route, &k->status);
	k->at = now;
	return k;
}

static enum MHD_Result send_refusal(struct web *web, struct MHD_Connection *c, enum route route)
{
	unsigned int status;
	struct MHD_Response *r = make(web->levd, route, &status);
	enum MHD_Result ret = r ? MHD_queue_response(c, status, r) : MHD_NO;

	if (r)
		MHD_destroy_response(r);
	return ret;
}

static bool has_body(struct MHD_Connection *c)
{
	const char *len = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Content-Length");

	return (len && strcmp(len, "0")) ||
	       MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Transfer-Encoding");
}

/* Called as the head has come, and, if it was not answered then, when all has. */
static enum MHD_Result on_request(void *arg, struct MHD_Connection *c, const char *path,
				  const char *method, const char *version, const char *data,
				  size_t *len, void **seen)
{
	enum route route = route_of(method, path, has_body(c));
	const struct kept *k;
	struct web *web = arg;

	(void)version;
	(void)data;
	(void)len;
	/* An answer before the end also ends the connection, as a body that is not read has to. */
	if (route >= ROUTE_METHOD)
		return send_refusal(web, c, route);
	if (!*seen) {
		*seen = web;
		return MHD_YES;
	}
	k = kept(web, route);
	return k->response ? MHD_queue_response(c, k->status, k->response) : MHD_NO;
}

/* Lets libmicrohttpd do what there is to do, and looks when it wants to be called next. */
static void work(struct web *web)
{
	MHD_UNSIGNED_LONG_LONG ms;

	MHD_run(web->mhd);
	ev_timer_stop(web->levd->loop, &web->timer);
	if (MHD_get_timeout(web->mhd, &ms) == MHD_YES) {
		/* It counts whole ms, and ends a connection after that time, not at it. */
		ev_timer_set(&web->timer, ms ? (ms + 1) / 1000.0 : 0, 0);
		ev_timer_start(web->levd->loop, &web->timer);
	}
}

static void on_ready(struct ev_loop *loop, ev_io *w, int events)
{
	(void)loop;
	(void)events;
	work(w->data);
}

static void on_timer(struct ev_loop *loop, ev_timer *w, int events)
{
	(void)loop;
	(void)events;
	work(w->data);
}

static int bind_to(int fd, const struct place *p)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(p->port) };
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(p->port) };

	if (p->ip.len == 4) {
		memcpy(&four.sin_addr, p->ip.b, 4);
		return bind(fd, (struct sockaddr *)&four, sizeof(four));
	}
	memcpy(&six.sin6_addr, p->ip.b, 16);
	return bind(fd, (struct sockaddr *)&six, sizeof(six));
}

/* A socket that listens, or -1 with errno. */
static int listen_at(const struct place *p)
{
	int fd = socket(p->ip.len == 4 ? AF_INET : AF_INET6,
			SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int on = 1, off = 0, err;

	if (fd < 0)
		return -1;
	/* "[::]" is both families, whatever the host's default is. */
	if (p->ip.len == 16)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	/* Connections that are over do not keep a levd that starts anew from it. */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (!bind_to(fd, p) && !listen(fd, BACKLOG))
		return fd;
	err = errno;
	close(fd);
	errno = err;
	return -1;
}

static struct MHD_Daemon *start(struct web *web, int fd)
{
	return MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, on_request, web,
				MHD_OPTION_LISTEN_SOCKET, fd,
				MHD_OPTION_CONNECTION_LIMIT, (unsigned int)CONNECTIONS,
				MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned int)OF_ONE_ADDRESS,
				MHD_OPTION_NOTIFY_CONNECTION, guests_connection, &web->guests,
				MHD_OPTION_NOTIFY_COMPLETED, guests_completed, &web->guests,
				MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)IDLE,
				MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_SIZE,
				MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
				MHD_OPTION_END);
}

struct web *web_open(struct levd *d, const struct place *place)
{
	struct web *web = calloc(1, sizeof(*web));
	int fd = web ? listen_at(place) : -1;

	if (fd < 0) {
		free(web);
		return NULL;
	}
	web->levd = d;
	web->place = *place;
	guests_start(&web->guests, d->loop);
	web->mhd = start(web, fd);
	if (!web->mhd) {
		guests_stop(&web->guests);
		close(fd);
		free(web);
		errno = ENOMEM;
		return NULL;
	}
	fd = MHD_get_daemon_info(web->mhd, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
	ev_io_init(&web->io, on_ready, fd, EV_READ);
	ev_timer_init(&web->timer, on_timer, 0, 0);
	web->io.data = web;
	web->timer.data = web;
	ev_io_start(d->loop, &web->io);
	return web;
}

void web_close(struct web *web)
{
	if (!web)
		return;
	ev_io_stop(web->levd->loop, &web->io);
	ev_timer_stop(web->levd->loop, &web->timer);
	MHD_stop_daemon(web->mhd);
	guests_stop(&web->guests);
	for (unsigned int i = 0; i < ARRAY_SIZE(web->kept); i++)
		if (web->kept[i].response)
			MHD_destroy_response(web->kept[i].response);
	free(web);
}

struct place web_place(const struct web *web)
{
	return web ? web->place : (struct place){ 0 };
}

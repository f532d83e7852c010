// SPDX-License-Identifier: GPL-2.0
/*
 * What was measured, for programs: one JSON object with fixed keys, described in levmeter(8).
 * Called by main.c.
 */
#include <json-c/json.h>
#include <stdio.h>

#include "report.h"

static struct json_object *number(double value)
{
	char text[32];

	/* Three decimals, not the seventeen that a double is told apart with. */
	snprintf(text, sizeof(text), "%.3f", value);
	return json_object_new_double_s(value, text);
}

static struct json_object *ms(uint64_t ns)
{
	return number((double)ns / NSEC_PER_MSEC);
}

static void add(struct json_object *to, const char *key, struct json_object *value)
{
	json_object_object_add(to, key, value);
}

static void add_count(struct json_object *to, const char *key, uint64_t count)
{
	add(to, key, json_object_new_uint64(count));
}

static struct json_object *counts(const struct tally *t)
{
	struct json_object *to = json_object_new_object();
	unsigned int i;

	for (i = 0; i < t->n; i++)
		add_count(to, t->row[i].name, t->row[i].count);
	return to;
}

/* Nothing answered has no response time: null, not 0. */
static struct json_object *times(const struct hist *h)
{
	struct json_object *to = json_object_new_object();

	add(to, "p50", h->count ? number((double)hist_percentile(h, 50) / 1000) : NULL);
	add(to, "p99", h->count ? number((double)hist_percentile(h, 99) / 1000) : NULL);
	add(to, "max", h->count ? number((double)h->max / 1000) : NULL);
	return to;
}

static struct json_object *udp_object(const struct udp *u)
{
	struct json_object *to = json_object_new_object();

	add_count(to, "sent", u->sent);
	add_count(to, "answered", u->answered);
	add_count(to, "lost", u->lost);
	add(to, "gap_ms", ms(u->gap.worst));
	add(to, "silence_ms", ms(udp_silence(u, UINT64_MAX)));
	add(to, "rtt_ms", times(&u->rtt));
	add(to, "servers", counts(&u->servers));
	return to;
}

static struct json_object *fresh_object(const struct fresh *f)
{
	struct json_object *to = json_object_new_object();

	add_count(to, "started", f->started);
	add_count(to, "ok", f->ok);
	add_count(to, "failed", f->failed);
	add(to, "gap_ms", ms(fresh_gap(f, UINT64_MAX)));
	add(to, "time_ms", times(&f->time));
	if (f->set.request)
		add(to, "servers", counts(&f->servers));
	add(to, "reasons", counts(&f->reasons));
	return to;
}

static struct json_object *long_object(const struct longs *l)
{
	struct json_object *to = json_object_new_object();

	add_count(to, "open", l->open);
	add_count(to, "finished", l->finished);
	add_count(to, "broken", l->broken);
	add_count(to, "bytes", l->bytes);
	add(to, "servers", counts(&l->servers));
	add(to, "reasons", counts(&l->reasons));
	add(to, "broken_on", counts(&l->broken_on));
	return to;
}

static struct json_object *mac_list(const struct tally *t)
{
	struct json_object *list = json_object_new_array();
	unsigned int i;

	for (i = 0; i < t->n; i++) {
		struct json_object *to = json_object_new_object();

		add(to, "mac", json_object_new_string(t->row[i].name));
		add_count(to, "answered", t->row[i].count);
		json_object_array_add(list, to);
	}
	return list;
}

int report_json(const struct meter *m)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE;
	struct json_object *top = json_object_new_object();
	char target[TARGET_TEXT_MAX];

	if (!top)
		return -1;
	if (m->o->pretty)
		flags |= JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED;
	addr_format(&m->o->target, target);
	add(top, "target", json_object_new_string(target));
	add(top, "seconds", number((double)(m->end - m->begin) / NSEC_PER_SEC));
	add(top, "late_ms", ms(m->late));
	if (m->o->udp > 0)
		add(top, "udp", udp_object(&m->udp));
	if (m->o->http > 0)
		add(top, "http", fresh_object(&m->http));
	if (m->o->tcp > 0)
		add(top, "tcp", fresh_object(&m->tcp));
	if (m->o->longs)
		add(top, "long", long_object(&m->longs));
	add(top, "macs", mac_list(&m->neigh.macs));
	add_count(top, "cache_changes", m->neigh.changes);
	puts(json_object_to_json_string_ext(top, flags));
	json_object_put(top);
	return 0;
}

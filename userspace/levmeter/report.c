// SPDX-License-Identifier: GPL-2.0
/*
 * What was measured, for people: a progress line while it goes on, and a table with bars.
 * Called by main.c and meter.c.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "report.h"

#define BAR_WIDTH	30

static double ms(uint64_t ns)
{
	return (double)ns / NSEC_PER_MSEC;
}

bool report_wants_progress(const struct options *o)
{
	return !o->quiet && (o->progress || isatty(STDERR_FILENO));
}

static void fresh_progress(const char *name, const struct fresh *f, uint64_t now)
{
	fprintf(stderr, " | %s ok %" PRIu64 " failed %" PRIu64 " gap %.0f ms", name, f->ok,
		f->failed, ms(fresh_gap(f, now)));
}

void report_progress(const struct meter *m, uint64_t now)
{
	fprintf(stderr, "%.1f s", ms(now - m->begin) / 1000);
	if (m->o->udp > 0)
		fprintf(stderr, " | udp sent %" PRIu64 " answered %" PRIu64 " lost %" PRIu64
			" gap %.0f ms silence %.0f ms", m->udp.sent, m->udp.answered, m->udp.lost,
			ms(m->udp.gap.worst), ms(udp_silence(&m->udp, now)));
	if (m->o->http > 0)
		fresh_progress("http", &m->http, now);
	if (m->o->tcp > 0)
		fresh_progress("tcp", &m->tcp, now);
	if (m->o->longs)
		fprintf(stderr, " | long open %u finished %" PRIu64 " broken %" PRIu64
			" %.1f MB", m->longs.open, m->longs.finished, m->longs.broken,
			(double)m->longs.bytes / 1e6);
	if (m->neigh.last != NEIGH_NONE)
		fprintf(stderr, " | %s changes %" PRIu64,
			m->neigh.macs.row[m->neigh.last].name, m->neigh.changes);
	fputs("\n", stderr);
}

static void print_shares(const char *title, const struct tally *t)
{
	uint64_t sum = tally_sum(t);
	unsigned int i;

	for (i = 0; i < t->n; i++) {
		double share = sum ? (double)t->row[i].count / (double)sum : 0;
		int width = (int)(share * BAR_WIDTH + 0.5);

		printf("  %-8s%-32s %8" PRIu64 " %5.1f %%  %.*s\n", i ? "" : title,
		       t->row[i].name, t->row[i].count, share * 100, width,
		       "##############################");
	}
}

static void print_times(const struct hist *h)
{
	if (h->count)
		printf("  time    p50 %.3f ms, p99 %.3f ms, max %.3f ms\n",
		       (double)hist_percentile(h, 50) / 1000,
		       (double)hist_percentile(h, 99) / 1000, (double)h->max / 1000);
}

static void print_fresh(const char *name, const struct fresh *f)
{
	printf("%s: %" PRIu64 " started, %" PRIu64 " ok, %" PRIu64 " failed, longest gap %.1f ms\n",
	       name, f->started, f->ok, f->failed, ms(fresh_gap(f, UINT64_MAX)));
	print_times(&f->time);
	print_shares("server", &f->servers);
	print_shares("failed", &f->reasons);
}

void report_text(const struct meter *m)
{
	char target[TARGET_TEXT_MAX];

	addr_format(&m->o->target, target);
	printf("%s, %.1f s", target, ms(m->end - m->begin) / 1000);
	/* What follows is then not to be trusted to better than this. */
	if (m->late > 20 * NSEC_PER_MSEC)
		printf(" (this machine was busy: the meter came up to %.0f ms late)", ms(m->late));
	printf("\n");
	if (m->o->udp > 0) {
		printf("udp: %" PRIu64 " sent, %" PRIu64 " answered, %" PRIu64
		       " lost, longest gap %.1f ms, longest silence %.1f ms\n", m->udp.sent,
		       m->udp.answered, m->udp.lost, ms(m->udp.gap.worst),
		       ms(udp_silence(&m->udp, UINT64_MAX)));
		print_times(&m->udp.rtt);
		print_shares("server", &m->udp.servers);
	}
	if (m->o->http > 0)
		print_fresh("http", &m->http);
	if (m->o->tcp > 0)
		print_fresh("tcp", &m->tcp);
	if (m->o->longs) {
		printf("long: %u open, %" PRIu64 " finished, %" PRIu64 " broken, %.1f MB\n",
		       m->longs.open, m->longs.finished, m->longs.broken,
		       (double)m->longs.bytes / 1e6);
		print_shares("server", &m->longs.servers);
		print_shares("broken", &m->longs.reasons);
		print_shares("on", &m->longs.broken_on);
	}
	if (m->neigh.macs.n) {
		printf("next hop: %" PRIu64 " changes of its MAC address\n", m->neigh.changes);
		print_shares("MAC", &m->neigh.macs);
	}
}

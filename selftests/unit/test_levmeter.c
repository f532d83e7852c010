// SPDX-License-Identifier: GPL-2.0
/*
 * levmeter's arithmetic: histogram, gap, pace, tally, HTTP answers and words.
 * Run by the unit tests' Makefile.
 */
/* sources: userspace/levmeter/hist.c userspace/levmeter/gap.c */
/* sources: userspace/levmeter/pace.c userspace/levmeter/tally.c */
/* sources: userspace/levmeter/http.c userspace/levmeter/target.c */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../userspace/levmeter/gap.h"
#include "../../userspace/levmeter/hist.h"
#include "../../userspace/levmeter/http.h"
#include "../../userspace/levmeter/pace.h"
#include "../../userspace/levmeter/tally.h"
#include "../../userspace/levmeter/target.h"

#define MS	NSEC_PER_MSEC
#define START	(1000 * MS)

static struct hist hist;

static void test_hist_empty(void **state)
{
	(void)state;
	memset(&hist, 0, sizeof(hist));
	assert_int_equal(hist_percentile(&hist, 50), 0);
	hist_add(&hist, 0);
	assert_int_equal(hist_percentile(&hist, 100), 0);
	assert_int_equal(hist.count, 1);
}

static void test_hist_percentiles(void **state)
{
	uint64_t i, p50, p99;

	(void)state;
	memset(&hist, 0, sizeof(hist));
	for (i = 1; i <= 100000; i++)
		hist_add(&hist, i);
	p50 = hist_percentile(&hist, 50);
	p99 = hist_percentile(&hist, 99);
	assert_in_range(p50, 50000, 50000 + 50000 / 64 + 1);
	assert_in_range(p99, 99000, 99000 + 99000 / 64 + 1);
	assert_int_equal(hist_percentile(&hist, 100), 100000);
	assert_int_equal(hist.max, 100000);
}

static void test_hist_extremes(void **state)
{
	(void)state;
	memset(&hist, 0, sizeof(hist));
	hist_add(&hist, 63);
	hist_add(&hist, 64);
	assert_int_equal(hist_percentile(&hist, 50), 63);
	assert_int_equal(hist_percentile(&hist, 100), 64);
	hist_add(&hist, UINT64_MAX);
	assert_true(hist_percentile(&hist, 100) == UINT64_MAX);
}

/* Plays probes every 10 ms: '.' is answered, 'x' is lost. Return: the gap in ms. */
static uint64_t sent_gap(const char *outcomes)
{
	struct gap g = { .interval = 10 * MS };
	uint64_t t = START;

	for (; *outcomes; outcomes++, t += 10 * MS)
		gap_sent_result(&g, t, *outcomes == '.');
	return g.worst / MS;
}

static void test_gap_by_send_time(void **state)
{
	(void)state;
	assert_int_equal(sent_gap("."), 0);
	assert_int_equal(sent_gap("....."), 0);
	assert_int_equal(sent_gap("..x.."), 10);
	assert_int_equal(sent_gap("..xxx.."), 30);
	assert_int_equal(sent_gap("xx..."), 20);
	assert_int_equal(sent_gap("...xx"), 20);
	assert_int_equal(sent_gap("xxxxx"), 50);
	assert_int_equal(sent_gap(".x.xxx.xx."), 30);
}

static void test_gap_own_delay_is_none(void **state)
{
	struct gap g = { .interval = 10 * MS };

	(void)state;
	gap_sent_result(&g, START, true);
	gap_sent_result(&g, START + 500 * MS, true);
	assert_int_equal(g.worst, 0);
	gap_sent_result(&g, START + 510 * MS, false);
	gap_sent_result(&g, START + 525 * MS, true);
	assert_int_equal(g.worst, 15 * MS);
}

static void test_gap_by_completion(void **state)
{
	struct gap g = { .interval = 10 * MS };

	(void)state;
	assert_int_equal(gap_completed_end(&g, START), 0);
	gap_first_start(&g, START);
	/* A slow first answer is no gap, a late first success is one. */
	gap_completed(&g, START, START + 50 * MS);
	assert_int_equal(g.worst, 0);
	gap_completed(&g, START + 10 * MS, START + 60 * MS);
	assert_int_equal(g.worst, 0);
	gap_completed(&g, START + 20 * MS, START + 470 * MS);
	assert_int_equal(g.worst, 400 * MS);
	/* The tail, less one interval. */
	assert_int_equal(gap_completed_end(&g, START + 480 * MS), 400 * MS);
	assert_int_equal(gap_completed_end(&g, START + 1480 * MS), 1000 * MS);
}

static void test_gap_first_success_late(void **state)
{
	struct gap g = { .interval = 10 * MS };

	(void)state;
	gap_first_start(&g, START);
	gap_first_start(&g, START + 10 * MS);
	assert_int_equal(gap_completed_end(&g, START + 100 * MS), 100 * MS);
	gap_completed(&g, START + 200 * MS, START + 230 * MS);
	assert_int_equal(g.worst, 200 * MS);
}

static void test_pace(void **state)
{
	struct pace p = { .begin = START, .rate = 100 };
	unsigned int sent = 0;
	uint64_t t;

	(void)state;
	assert_int_equal(pace_interval(&p), 10 * MS);
	assert_int_equal(pace_take(&p, START), 1);
	assert_int_equal(pace_take(&p, START), 0);
	assert_int_equal(pace_when(&p), START + 10 * MS);
	assert_int_equal(pace_take(&p, START + 10 * MS), 1);
	/* Held up for a second: no burst, and on time again. */
	assert_int_equal(pace_take(&p, START + 1010 * MS), 2);
	assert_int_equal(pace_when(&p), START + 1020 * MS);

	p = (struct pace){ .begin = START, .rate = 7 };
	for (t = START; t < START + 100 * NSEC_PER_SEC; t = pace_when(&p)) {
		assert_int_equal(pace_take(&p, t), 1);
		sent++;
	}
	assert_in_range(sent, 699, 701);
}

static void test_tally(void **state)
{
	static struct tally t;
	char name[64];
	int i;

	(void)state;
	tally_add(&t, "one");
	tally_add(&t, "two");
	tally_add(&t, "one");
	tally_add(&t, "");
	tally_add(&t, "a\033[2Jb ");
	tally_add(&t, "0123456789012345678901234567890123456789");
	assert_int_equal(t.n, 5);
	assert_int_equal(t.row[0].count, 2);
	assert_string_equal(t.row[2].name, "unnamed");
	assert_string_equal(t.row[3].name, "a?[2Jb");
	assert_int_equal(strlen(t.row[4].name), TALLY_NAME_MAX);
	for (i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "name %d", i);
		tally_add(&t, name);
	}
	assert_int_equal(t.n, TALLY_MAX);
	assert_string_equal(t.row[TALLY_MAX - 1].name, "others");
	assert_int_equal(tally_sum(&t), 1006);
}

/* Feeds @text in pieces of @step bytes, then the end of the connection if @eof. */
static enum http_verdict feed(struct http *h, const char *text, size_t step, bool eof)
{
	enum http_verdict verdict = HTTP_MORE;
	size_t len = strlen(text);

	http_begin(h);
	while (len && verdict == HTTP_MORE) {
		size_t n = len < step ? len : step;

		verdict = http_feed(h, text, n);
		text += n;
		len -= n;
	}
	return verdict == HTTP_MORE && eof ? http_eof(h) : verdict;
}

static const struct {
	const char *text;
	bool eof;
	enum http_verdict verdict;
	const char *name;
} answers[] = {
	{ "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", false, HTTP_DONE, "hello" },
	{ "HTTP/1.1 200 OK\r\ncontent-length:5\r\nX-Server: s1\r\n\r\nhello", false,
	  HTTP_DONE, "s1" },
	{ "HTTP/1.0 200 OK\n\nline one\nline two", true, HTTP_DONE, "line one" },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", true, HTTP_BAD, "hell" },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", false, HTTP_MORE, "hell" },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false, HTTP_DONE, "" },
	{ "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", false, HTTP_BAD, "" },
	{ "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", false, HTTP_BAD, "" },
	{ "HTTP/1.1 204 No Content\r\n\r\n", false, HTTP_DONE, "" },
	{ "HTTP/1.1 302 Found\r\nX-Server: s2\r\nContent-Length: 0\r\n\r\n", false,
	  HTTP_DONE, "s2" },
	{ "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", false, HTTP_BAD, "" },
	{ "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", false,
	  HTTP_DONE, "x" },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
	  "3\r\nabc\r\n2;e=1\r\nde\r\n0\r\n\r\n",
	  false, HTTP_DONE, "abcde" },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nT: 1\r\n\r\n",
	  false, HTTP_DONE, "a" },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", true,
	  HTTP_BAD, "abc" },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcde\r\n", false,
	  HTTP_BAD, "abc" },
	{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", false, HTTP_BAD, "" },
	{ "SSH-2.0-OpenSSH_9.2\r\n", false, HTTP_BAD, "" },
	{ "", true, HTTP_BAD, "" },
	{ "HTTP/1.1 200 OK\r\nX-Ser", true, HTTP_BAD, "" },
	{ "HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n0123456789012345678901234567890123456789",
	  false, HTTP_DONE, "01234567890123456789012345678901" },
};

static void test_http(void **state)
{
	static const size_t steps[] = { 1, 2, 7, 100000 };
	struct http h;
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		for (j = 0; j < sizeof(steps) / sizeof(steps[0]); j++) {
			assert_int_equal(feed(&h, answers[i].text, steps[j], answers[i].eof),
					 answers[i].verdict);
			assert_string_equal(h.name, answers[i].name);
		}
	}
}

static void test_http_garbage(void **state)
{
	static const char begin[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
	static char line[2 * HTTP_HEAD_MAX];
	unsigned int round, i;
	struct http h;
	char noise[200];

	(void)state;
	memset(line, 'x', sizeof(line));
	http_begin(&h);
	http_feed(&h, begin, 17);
	assert_int_equal(http_feed(&h, line, sizeof(line)), HTTP_BAD);
	srand(1);
	for (round = 0; round < 20000; round++) {
		http_begin(&h);
		http_feed(&h, begin, round % sizeof(begin));
		for (i = 0; i < sizeof(noise); i++)
			noise[i] = rand() % 3 ? "0123456789abcdef\r\n:; "[rand() % 21] :
						(char)rand();
		http_feed(&h, noise, sizeof(noise));
		http_eof(&h);
		assert_true(strlen(h.name) <= TALLY_NAME_MAX);
	}
}

static void test_addresses(void **state)
{
	static const struct {
		const char *word, *full;
	} good[] = {
		{ "10.0.0.1", "10.0.0.1:80" },
		{ "10.0.0.1:8080", "10.0.0.1:8080" },
		{ "fd00::1", "[fd00::1]:80" },
		{ "[fd00::1]", "[fd00::1]:80" },
		{ "[fd00::1]:65535", "[fd00::1]:65535" },
		{ "::1", "[::1]:80" },
	};
	static const char * const bad[] = {
		"", "x", "10.0.0", "10.0.0.1:", "10.0.0.1:0", "10.0.0.1:65536", "10.0.0.1:8x",
		"10.0.0.1:8.0", "10.0.0.1:-8", "[10.0.0.1]", "[fd00::1", "[fd00::1]8", "fd00::1]",
		"[fd00::1]:", "10.0.0.1 ", "fd00::1%no-such-device", "localhost", ":80",
	};
	char text[TARGET_TEXT_MAX];
	union addr a;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(addr_parse(good[i].word, 80, &a));
		addr_format(&a, text);
		assert_string_equal(text, good[i].full);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (addr_parse(bad[i], 80, &a))
			fail_msg("\"%s\" was taken", bad[i]);
	memset(text, '1', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_false(addr_parse(text, 80, &a));
}

static void test_times(void **state)
{
	static const char * const bad[] = { "", "s", "0", "0s", "-1s", "1x", "1 s", "1e3s", "inf",
					    "0x10", "1..2s", "1001h", "1s2", "1ns" };
	uint64_t ns;
	size_t i;

	(void)state;
	assert_true(time_parse("500ms", &ns) && ns == 500 * MS);
	assert_true(time_parse("1.5s", &ns) && ns == 1500 * MS);
	assert_true(time_parse("2", &ns) && ns == 2 * NSEC_PER_SEC);
	assert_true(time_parse("2m", &ns) && ns == 120 * NSEC_PER_SEC);
	assert_true(time_parse("1000h", &ns) && ns == 3600000 * NSEC_PER_SEC);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (time_parse(bad[i], &ns))
			fail_msg("\"%s\" was taken", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hist_empty),
		cmocka_unit_test(test_hist_percentiles),
		cmocka_unit_test(test_hist_extremes),
		cmocka_unit_test(test_gap_by_send_time),
		cmocka_unit_test(test_gap_own_delay_is_none),
		cmocka_unit_test(test_gap_by_completion),
		cmocka_unit_test(test_gap_first_success_late),
		cmocka_unit_test(test_pace),
		cmocka_unit_test(test_tally),
		cmocka_unit_test(test_http),
		cmocka_unit_test(test_http_garbage),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

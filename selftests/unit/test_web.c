// SPDX-License-Identifier: GPL-2.0
/* sources: userspace/levd/route.c userspace/lib/words.c */
/*
 * What levd is asked for over HTTP, and where it listens.
 */
#include "unit.h"
#include "../../userspace/levd/route.h"
#include "../../userspace/lib/words.h"

static void paths(void **state)
{
	(void)state;
	assert_int_equal(route_of("GET", "/", false), ROUTE_PAGE);
	assert_int_equal(route_of("HEAD", "/", false), ROUTE_PAGE);
	assert_int_equal(route_of("GET", "/metrics", false), ROUTE_METRICS);
	assert_int_equal(route_of("GET", "/health", false), ROUTE_HEALTH);
	assert_int_equal(route_of("HEAD", "/health", false), ROUTE_HEALTH);
	assert_int_equal(route_of("GET", "/status.json", false), ROUTE_STATUS);
	assert_int_equal(route_of("GET", "", false), ROUTE_UNKNOWN);
	assert_int_equal(route_of("GET", "//", false), ROUTE_UNKNOWN);
	assert_int_equal(route_of("GET", "/metrics/", false), ROUTE_UNKNOWN);
	assert_int_equal(route_of("GET", "/../etc/leveler/lev0.yaml", false), ROUTE_UNKNOWN);
}

static void read_only(void **state)
{
	static const char *const methods[] = {
		"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "get", "",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++) {
		assert_int_equal(route_of(methods[i], "/", false), ROUTE_METHOD);
		assert_int_equal(route_of(methods[i], "/metrics", true), ROUTE_METHOD);
	}
	assert_int_equal(route_of("GET", "/", true), ROUTE_BODY);
	assert_int_equal(route_of("HEAD", "/nothing", true), ROUTE_BODY);
}

static void is_place(const char *word, const char *ip, unsigned int port)
{
	char text[LEV_IP_STR];
	struct lev_ip got;
	uint32_t at;

	assert_true(lev_parse_place(word, &got, &at));
	assert_string_equal(lev_ip_str(&got, text), ip);
	assert_int_equal(at, port);
}

static void places(void **state)
{
	(void)state;
	is_place("9707", "127.0.0.1", 9707);
	is_place("1", "127.0.0.1", 1);
	is_place("10.0.0.1:65535", "10.0.0.1", 65535);
	is_place("0.0.0.0:80", "0.0.0.0", 80);
	is_place("[::]:9707", "::", 9707);
	is_place("[fd00::1]:9707", "fd00::1", 9707);
}

static void no_places(void **state)
{
	static const char *const words[] = {
		"", ":", "0", "65536", "-1", "x", "9707 ", "10.0.0.1", "10.0.0.1:", ":9707",
		"10.0.0.1:0", "10.0.0.1:65536", "10.0.0.1:http", "10.0.0.1.5:80", "localhost:80",
		"fd00::1", "fd00::1:9707", "[fd00::1]", "[fd00::1]:", "[fd00::1:9707", "[]:9707",
		"[", "[:1", "[10.0.0.1]:80", "[fd00::1%eth0]:80", "10.0.0.1/24:80", "]:1", "[]]:1",
		"[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]:80",
	};
	struct lev_ip ip;
	uint32_t port;

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (lev_parse_place(words[i], &ip, &port))
			fail_msg("\"%s\" is a place", words[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths),
		cmocka_unit_test(read_only),
		cmocka_unit_test(places),
		cmocka_unit_test(no_places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The words of the command line that are more than a string: addresses, times, rates.
 * Used by options.c.
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pace.h"
#include "target.h"

#define TIME_MAX_S	3600000.0

void addr_set_port(union addr *a, uint16_t port)
{
	/* The port lies at the same place for both families. */
	a->v4.sin_port = htons(port);
}

void addr_format(const union addr *a, char *text)
{
	char ip[INET6_ADDRSTRLEN] = "", scope[IF_NAMESIZE + 1] = "";

	if (a->sa.sa_family == AF_INET) {
		inet_ntop(AF_INET, &a->v4.sin_addr, ip, sizeof(ip));
		snprintf(text, TARGET_TEXT_MAX, "%s:%u", ip, ntohs(a->v4.sin_port));
		return;
	}
	inet_ntop(AF_INET6, &a->v6.sin6_addr, ip, sizeof(ip));
	if (a->v6.sin6_scope_id && if_indextoname(a->v6.sin6_scope_id, scope + 1))
		scope[0] = '%';
	snprintf(text, TARGET_TEXT_MAX, "[%s%s]:%u", ip, scope, ntohs(a->v6.sin6_port));
}

static bool parse_v6(char *text, union addr *a)
{
	char *scope = strchr(text, '%');

	if (scope) {
		*scope = '\0';
		a->v6.sin6_scope_id = if_nametoindex(scope + 1);
		if (!a->v6.sin6_scope_id)
			return false;
	}
	a->v6.sin6_family = AF_INET6;
	return inet_pton(AF_INET6, text, &a->v6.sin6_addr) == 1;
}

bool addr_parse(const char *text, uint16_t port, union addr *a)
{
	char word[TARGET_TEXT_MAX];
	char *ip = word, *end = NULL;
	double number = port;

	memset(a, 0, sizeof(*a));
	if (strlen(text) >= sizeof(word))
		return false;
	strcpy(word, text);
	if (word[0] == '[') {
		ip = word + 1;
		end = strchr(ip, ']');
		if (!end)
			return false;
		*end++ = '\0';
	} else if (strchr(word, ':') && strchr(word, ':') == strrchr(word, ':')) {
		end = strchr(word, ':');
	}
	if (end && *end) {
		if (*end != ':' || !number_parse(end + 1, 1, 65535, &number) ||
		    strchr(end + 1, '.'))
			return false;
		*end = '\0';
	}
	if (ip == word && inet_pton(AF_INET, ip, &a->v4.sin_addr) == 1)
		a->v4.sin_family = AF_INET;
	else if (!parse_v6(ip, a))
		return false;
	addr_set_port(a, (uint16_t)number);
	return true;
}

bool number_parse(const char *text, double min, double max, double *number)
{
	char *end;

	/* strtod() also knows spaces, signs, hex, inf and nan: none of them is a number here. */
	if (!text[0] || strspn(text, "0123456789.") != strlen(text))
		return false;
	*number = strtod(text, &end);
	return !*end && *number >= min && *number <= max;
}

bool time_parse(const char *text, uint64_t *ns)
{
	static const struct {
		const char *name;
		double seconds;
	} units[] = { { "ms", 0.001 }, { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "", 1 } };
	size_t len = strspn(text, "0123456789.");
	char digits[32];
	double number;
	size_t i;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (!strcmp(text + len, units[i].name))
			break;
	if (i == sizeof(units) / sizeof(units[0]) || len >= sizeof(digits))
		return false;
	memcpy(digits, text, len);
	digits[len] = '\0';
	if (!number_parse(digits, 0, TIME_MAX_S * 1000, &number))
		return false;
	number *= units[i].seconds;
	if (number > TIME_MAX_S || number < 1e-6)
		return false;
	*ns = (uint64_t)(number * (double)NSEC_PER_SEC);
	return true;
}

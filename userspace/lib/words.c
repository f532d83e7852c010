// SPDX-License-Identifier: GPL-2.0
/*
 * The words that people type and read: numbers, times, addresses, names. Text to value and
 * back. Owns no state; called by the tools' argument parsers and by print.c.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const char *const reason_names[] = LEV_REASON_NAMES;
static const char *const side_names[] = LEV_SIDE_NAMES;
static const char *const mac_names[] = LEV_MAC_NAMES;
static const char *const hash_names[] = LEV_HASH_NAMES;
static const char *const admin_names[] = LEV_ADMIN_NAMES;
static const char *const health_names[] = LEV_HEALTH_NAMES;
static const char *const event_names[] = LEV_EVENT_NAMES;
static const char *const why_names[] = LEV_WHY_NAMES;
static const char *const mac_why_names[] = LEV_MAC_WHY_NAMES;
static const char *const peer_key_names[] = LEV_PEER_KEY_NAMES;

const struct lev_names lev_reason_names = { reason_names, ARRAY_SIZE(reason_names) };
const struct lev_names lev_side_names = { side_names, ARRAY_SIZE(side_names) };
const struct lev_names lev_mac_names = { mac_names, ARRAY_SIZE(mac_names) };
const struct lev_names lev_hash_names = { hash_names, ARRAY_SIZE(hash_names) };
const struct lev_names lev_admin_names = { admin_names, ARRAY_SIZE(admin_names) };
const struct lev_names lev_health_names = { health_names, ARRAY_SIZE(health_names) };
const struct lev_names lev_event_names = { event_names, ARRAY_SIZE(event_names) };
const struct lev_names lev_why_names = { why_names, ARRAY_SIZE(why_names) };
const struct lev_names lev_mac_why_names = { mac_why_names, ARRAY_SIZE(mac_why_names) };
const struct lev_names lev_peer_key_names = { peer_key_names, ARRAY_SIZE(peer_key_names) };

/* The protocols whose ports the packet path reads, and so may be part of a service. */
static const struct {
	const char *name;
	uint8_t proto;
} protos[] = {
	{ "tcp", IPPROTO_TCP },
	{ "udp", IPPROTO_UDP },
	{ "sctp", IPPROTO_SCTP },
	{ "dccp", IPPROTO_DCCP },
	{ "udplite", IPPROTO_UDPLITE },
};

/* Largest first: lev_time_str() takes the first that divides. */
static const struct {
	const char *name;
	uint32_t ms;
} units[] = {
	{ "h", 3600000 },
	{ "m", 60000 },
	{ "s", 1000 },
	{ "ms", 1 },
};

/* Reads the digits at the start of @s; @end is left at what follows them. */
static int parse_digits(const char *s, const char **end, uint64_t *v)
{
	size_t n = strspn(s, "0123456789");
	char *stop;

	if (!n)
		return -EINVAL;
	*end = s + n;

	errno = 0;
	*v = strtoull(s, &stop, 10);
	return errno ? -ERANGE : 0;
}

int lev_parse_number(const char *s, uint32_t *v)
{
	const char *end;
	uint64_t wide;
	int err;

	err = parse_digits(s, &end, &wide);
	if (err == -EINVAL || *end)
		return -EINVAL;
	if (err || wide > UINT32_MAX)
		return -ERANGE;
	*v = wide;
	return 0;
}

int lev_parse_time(const char *s, uint32_t *ms)
{
	const char *end;
	uint64_t wide;
	int err;

	err = parse_digits(s, &end, &wide);
	if (err == -EINVAL)
		return err;
	if (!err && !wide && !*end) {
		*ms = 0;
		return 0;
	}

	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (strcmp(end, units[i].name))
			continue;
		/* The largest u32 means "never" on the wire, so a time stays below it. */
		if (err || wide >= UINT32_MAX / units[i].ms)
			return -ERANGE;
		*ms = wide * units[i].ms;
		return 0;
	}
	return -EINVAL;
}

bool lev_parse_ip(const char *s, struct lev_ip *ip)
{
	memset(ip, 0, sizeof(*ip));
	if (inet_pton(AF_INET, s, ip->b) == 1)
		ip->len = 4;
	else if (inet_pton(AF_INET6, s, ip->b) == 1)
		ip->len = 16;
	return ip->len != 0;
}

bool lev_is_device_name(const char *s)
{
	if (!*s || strlen(s) >= IFNAMSIZ || !strcmp(s, ".") || !strcmp(s, ".."))
		return false;
	for (; *s; s++) {
		if (*s == '/' || *s == ':' || isspace((unsigned char)*s))
			return false;
	}
	return true;
}

bool lev_ip_shareable(const struct lev_ip *ip)
{
	static const uint8_t any6[16], loop6[16] = { [15] = 1 };

	if (ip->len == 4)
		return ip->b[0] && ip->b[0] != 127 && ip->b[0] < 224;
	return ip->b[0] != 0xff && !(ip->b[0] == 0xfe && (ip->b[1] & 0xc0) == 0x80) &&
	       memcmp(ip->b, any6, sizeof(any6)) && memcmp(ip->b, loop6, sizeof(loop6));
}

bool lev_parse_place(const char *s, struct lev_ip *ip, uint32_t *port)
{
	const char *colon = strrchr(s, ':'), *first = s, *end = colon;
	bool six = *s == '[';
	char text[LEV_IP_STR];

	if (lev_parse_number(colon ? colon + 1 : s, port) || *port < 1 || *port > 65535)
		return false;
	if (!colon)
		return lev_parse_ip("127.0.0.1", ip);
	if (six) {
		first++;
		end--;
	}
	if (end < first || (six && *end != ']') || (size_t)(end - first) >= sizeof(text))
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)(end - first), first);
	return lev_parse_ip(text, ip) && (ip->len == 16) == six;
}

bool lev_ip_equal(const struct lev_ip *a, const struct lev_ip *b)
{
	return a->len == b->len && !memcmp(a->b, b->b, a->len);
}

int lev_parse_proto(const char *s, uint32_t *proto)
{
	int err;

	for (size_t i = 0; i < ARRAY_SIZE(protos); i++) {
		if (!strcmp(s, protos[i].name)) {
			*proto = protos[i].proto;
			return 0;
		}
	}

	err = lev_parse_number(s, proto);
	if (err)
		return err;
	return *proto >= 1 && *proto <= 255 ? 0 : -ERANGE;
}

bool lev_proto_has_ports(uint32_t proto)
{
	for (size_t i = 0; i < ARRAY_SIZE(protos); i++) {
		if (proto == protos[i].proto)
			return true;
	}
	return false;
}

int lev_parse_name(const struct lev_names *names, const char *s)
{
	for (unsigned int i = 0; i < names->n; i++) {
		if (names->name[i] && !strcmp(names->name[i], s))
			return i;
	}
	return -EINVAL;
}

const char *lev_name(const struct lev_names *names, uint32_t value)
{
	if (value >= names->n || !names->name[value])
		return "unknown";
	return names->name[value];
}

char *lev_ip_str(const struct lev_ip *ip, char buf[LEV_IP_STR])
{
	if (!inet_ntop(ip->len == 4 ? AF_INET : AF_INET6, ip->b, buf, LEV_IP_STR))
		buf[0] = '\0';
	return buf;
}

char *lev_time_str(uint32_t ms, char buf[LEV_TIME_STR])
{
	size_t i = 0;

	if (!ms) {
		snprintf(buf, LEV_TIME_STR, "0s");
		return buf;
	}
	while (ms % units[i].ms)
		i++;
	snprintf(buf, LEV_TIME_STR, "%" PRIu32 "%s", ms / units[i].ms, units[i].name);
	return buf;
}

char *lev_mac_str(const uint8_t mac[6], char buf[LEV_MAC_STR])
{
	snprintf(buf, LEV_MAC_STR, "%02x:%02x:%02x:%02x:%02x:%02x",
		 mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	return buf;
}

char *lev_proto_str(uint32_t proto, char buf[LEV_PROTO_STR])
{
	snprintf(buf, LEV_PROTO_STR, "%" PRIu32, proto);
	for (size_t i = 0; i < ARRAY_SIZE(protos); i++) {
		if (proto == protos[i].proto)
			snprintf(buf, LEV_PROTO_STR, "%s", protos[i].name);
	}
	return buf;
}

char *lev_digest_str(uint64_t digest, char buf[LEV_DIGEST_STR])
{
	snprintf(buf, LEV_DIGEST_STR, "%016" PRIx64, digest);
	return buf;
}

char *lev_set_str(uint64_t set, char buf[LEV_SET_STR])
{
	size_t at = 0;

	if (!set) {
		snprintf(buf, LEV_SET_STR, "none");
		return buf;
	}
	for (unsigned int id = 1; id <= LEV_NODE_ID_MAX; id++) {
		if (lev_in_set(set, id))
			at += snprintf(buf + at, LEV_SET_STR - at, "%s%u", at ? " " : "", id);
	}
	return buf;
}

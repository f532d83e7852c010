/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words that people type and read: numbers, times, addresses, names. Text to value and
 * back. Owns no state; called by the tools' argument parsers and by print.c.
 */
#ifndef _LEV_WORDS_H
#define _LEV_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/leveler.h>

/**
 * struct lev_names - one word for each value of an enum, as the uapi header gives them
 * @name: indexed by value; NULL where the enum has a hole
 * @n: entries in @name
 */
struct lev_names {
	const char *const *name;
	unsigned int n;
};

extern const struct lev_names lev_reason_names;
extern const struct lev_names lev_side_names;
extern const struct lev_names lev_mac_names;
extern const struct lev_names lev_hash_names;
extern const struct lev_names lev_admin_names;
extern const struct lev_names lev_health_names;
extern const struct lev_names lev_event_names;
extern const struct lev_names lev_why_names;
extern const struct lev_names lev_mac_why_names;
extern const struct lev_names lev_peer_key_names;

/**
 * struct lev_ip - an address as netlink carries it
 * @len: bytes used, 4 or 16
 * @b: network order
 */
struct lev_ip {
	uint8_t len;
	uint8_t b[16];
};

#define LEV_IP_STR	46	/* room for any address, with its NUL */
#define LEV_TIME_STR	16
#define LEV_MAC_STR	18
#define LEV_PROTO_STR	16
#define LEV_DIGEST_STR	17
#define LEV_SET_STR	(LEV_NODE_ID_MAX * 3 + 1)

/**
 * lev_parse_number() - a decimal number without a sign
 * @s: the word
 * @v: the value
 *
 * Return: 0, -EINVAL if it is not a number, -ERANGE if it does not fit
 */
int lev_parse_number(const char *s, uint32_t *v);

/**
 * lev_parse_time() - a time: a number and ms, s, m or h; a bare 0 needs no unit
 * @s: the word
 * @ms: the value in milliseconds
 *
 * Return: 0, -EINVAL if it is not a time, -ERANGE if it does not fit
 */
int lev_parse_time(const char *s, uint32_t *ms);

/**
 * lev_parse_ip() - an IPv4 or IPv6 address, without a prefix length
 * @s: the word
 * @ip: the value
 *
 * Return: whether it is one
 */
bool lev_parse_ip(const char *s, struct lev_ip *ip);

/**
 * lev_parse_place() - where to listen: "10.0.0.1:9707", "[fd00::1]:9707", or a port alone, which
 *                     is one of the loopback address 127.0.0.1
 * @s: the word
 * @ip: the address
 * @port: 1..65535
 *
 * Return: whether it is one
 */
bool lev_parse_place(const char *s, struct lev_ip *ip, uint32_t *port);

/**
 * lev_parse_proto() - a protocol: tcp, udp, sctp, dccp, udplite, or its number
 * @s: the word
 * @proto: the value
 *
 * Return: 0, -EINVAL, or -ERANGE if the number is not in 1..255
 */
int lev_parse_proto(const char *s, uint32_t *proto);

/**
 * lev_proto_has_ports() - whether packets of a protocol carry a port that Leveler reads
 * @proto: IPPROTO_*
 */
bool lev_proto_has_ports(uint32_t proto);

/**
 * lev_parse_name() - the value that a word stands for
 * @names: where to look
 * @s: the word
 *
 * Return: the value, or -EINVAL
 */
int lev_parse_name(const struct lev_names *names, const char *s);

/**
 * lev_name() - the word for a value
 * @names: where to look
 * @value: may come from a newer kernel than this tool
 *
 * Return: the word, or "unknown"
 */
const char *lev_name(const struct lev_names *names, uint32_t value);

/* Whether a device may be called so: the same that the kernel takes. */
bool lev_is_device_name(const char *s);

/*
 * Whether an address can be shared: not 0, loopback, multicast, broadcast, or on one link. The
 * kernel's module asks for the same.
 */
bool lev_ip_shareable(const struct lev_ip *ip);

/* Whether two addresses are the same. */
bool lev_ip_equal(const struct lev_ip *a, const struct lev_ip *b);

/* Value to text; each fills @buf and returns it. */
char *lev_ip_str(const struct lev_ip *ip, char buf[LEV_IP_STR]);
char *lev_time_str(uint32_t ms, char buf[LEV_TIME_STR]);
char *lev_mac_str(const uint8_t mac[6], char buf[LEV_MAC_STR]);
char *lev_proto_str(uint32_t proto, char buf[LEV_PROTO_STR]);
char *lev_digest_str(uint64_t digest, char buf[LEV_DIGEST_STR]);

/* A set of nodes as "1 2 5", or "none". */
char *lev_set_str(uint64_t set, char buf[LEV_SET_STR]);

/* Whether node @id is in @set. */
static inline bool lev_in_set(uint64_t set, unsigned int id)
{
	return id >= 1 && id <= LEV_NODE_ID_MAX && (set >> (id - 1) & 1);
}

#endif /* _LEV_WORDS_H */

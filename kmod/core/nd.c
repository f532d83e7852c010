// SPDX-License-Identifier: GPL-2.0
/*
 * Neighbour Solicitations and Advertisements (see nd.h).
 */
#include "nd.h"

/* Hop limit of what no router has forwarded (RFC 4861, 7.1). */
#define HOP_LIMIT	255
/* Bytes of both messages without options. */
#define MSG_LEN		24

/* Options (RFC 4861, 4.6.1): length in units of 8 bytes; MAC addresses fill one. */
#define OPT_SOURCE	1
#define OPT_TARGET	2
#define OPT_UNIT	8

#define FLAG_ROUTER	0x80
#define FLAG_SOLICITED	0x40
#define FLAG_OVERRIDE	0x20

static const struct lev_addr all_nodes = { { 0xff, 0x02, [15] = 1 } };

static bool is_multicast(const u8 *addr)
{
	return addr[0] == 0xff;
}

static bool is_any(const u8 *addr)
{
	static const u8 any[16];

	return !memcmp(addr, any, sizeof(any));
}

/* ff02::1:ff00:0/104 */
static bool is_solicited_node(const u8 *addr)
{
	static const u8 prefix[13] = { 0xff, 0x02, [11] = 0x01, [12] = 0xff };

	return !memcmp(addr, prefix, sizeof(prefix));
}

static u32 sum(const u8 *p, size_t len, u32 s)
{
	for (; len > 1; p += 2, len -= 2)
		s += get_unaligned_be16(p);
	return len ? s + (p[0] << 8) : s;
}

/* Of an ICMPv6 message and its pseudo-header (RFC 4443, 2.3); 0 if the one in it is right. */
static u16 checksum(const u8 *ip6, size_t len)
{
	u32 s = sum(ip6 + 8, 32, len + IPPROTO_ICMPV6);

	s = sum(ip6 + LEV_ND_IP_LEN, len, s);
	s = (s & 0xffff) + (s >> 16);
	s = (s & 0xffff) + (s >> 16);
	return ~s;
}

/* Also looks at those that it does not want: one of length 0 spoils the whole message. */
static bool parse_options(const u8 *p, size_t len, struct lev_nd *nd)
{
	static const u8 no_mac[sizeof(nd->mac)];
	u8 wanted = nd->type == LEV_ND_SOLICIT_TYPE ? OPT_SOURCE : OPT_TARGET;
	size_t size;

	for (; len; p += size, len -= size) {
		if (len < OPT_UNIT || !p[1] || p[1] * OPT_UNIT > len)
			return false;
		size = p[1] * OPT_UNIT;
		if (p[0] != wanted || nd->has_mac)
			continue;
		/* The first one counts, as in Linux. One that no host may have is wrong. */
		if (size != OPT_UNIT || p[2] & 1 || !memcmp(p + 2, no_mac, sizeof(no_mac)))
			return false;
		memcpy(nd->mac, p + 2, sizeof(nd->mac));
		nd->has_mac = true;
	}
	return true;
}

static bool solicit_valid(const struct lev_nd *nd, const u8 *to)
{
	return !nd->dad || (is_solicited_node(to) && !nd->has_mac);
}

static bool advert_valid(const struct lev_nd *nd, const u8 *to, u8 flags)
{
	return !is_any(nd->sender.b) && !(is_multicast(to) && flags & FLAG_SOLICITED);
}

bool lev_nd_parse(const u8 *data, size_t len, struct lev_nd *nd)
{
	const u8 *from = data + 8, *to = data + 24, *msg = data + LEV_ND_IP_LEN;
	size_t size;

	if (len < LEV_ND_IP_LEN + MSG_LEN || data[0] >> 4 != 6 || data[6] != IPPROTO_ICMPV6 ||
	    data[7] != HOP_LIMIT)
		return false;
	size = get_unaligned_be16(data + 4);
	if (size < MSG_LEN || size > len - LEV_ND_IP_LEN)
		return false;
	if ((msg[0] != LEV_ND_SOLICIT_TYPE && msg[0] != LEV_ND_ADVERT_TYPE) || msg[1] ||
	    is_multicast(from) || is_multicast(msg + 8) || checksum(data, size))
		return false;

	memset(nd, 0, sizeof(*nd));
	nd->type = msg[0];
	memcpy(nd->sender.b, from, sizeof(nd->sender.b));
	memcpy(nd->to.b, to, sizeof(nd->to.b));
	memcpy(nd->target.b, msg + 8, sizeof(nd->target.b));
	nd->dad = nd->type == LEV_ND_SOLICIT_TYPE && is_any(from);
	if (lev_addr_is4(&nd->sender) || lev_addr_is4(&nd->target) ||
	    !parse_options(msg + MSG_LEN, size - MSG_LEN, nd))
		return false;
	return nd->type == LEV_ND_SOLICIT_TYPE ? solicit_valid(nd, to) :
	       advert_valid(nd, to, msg[4]);
}

/* A message about @target with one option, all but its flags. Return: the message. */
static u8 *message(u8 *data, u8 type, const struct lev_addr *from, const struct lev_addr *to,
		   const struct lev_addr *target, u8 kind, const u8 *mac)
{
	u8 *msg = data + LEV_ND_IP_LEN, *option = msg + MSG_LEN;

	memset(data, 0, LEV_ND_IP_LEN + LEV_ND_MESSAGE_LEN);
	data[0] = 6 << 4;
	put_unaligned_be16(LEV_ND_MESSAGE_LEN, data + 4);
	data[6] = IPPROTO_ICMPV6;
	data[7] = HOP_LIMIT;
	memcpy(data + 8, from->b, sizeof(from->b));
	memcpy(data + 24, to->b, sizeof(to->b));

	msg[0] = type;
	memcpy(msg + 8, target->b, sizeof(target->b));
	option[0] = kind;
	option[1] = 1;
	memcpy(option + 2, mac, 6);
	return msg;
}

void lev_nd_advert(u8 *data, const struct lev_addr *levip, const u8 *mac,
		   const struct lev_addr *to, bool solicited)
{
	u8 *msg = message(data, LEV_ND_ADVERT_TYPE, levip, to ? to : &all_nodes, levip, OPT_TARGET,
			  mac);

	msg[4] = FLAG_ROUTER | FLAG_OVERRIDE | (solicited ? FLAG_SOLICITED : 0);
	put_unaligned_be16(checksum(data, LEV_ND_MESSAGE_LEN), msg + 2);
}

void lev_nd_solicit(u8 *data, const struct lev_addr *levip, const u8 *mac,
		    const struct lev_addr *to)
{
	u8 *msg = message(data, LEV_ND_SOLICIT_TYPE, levip, to, to, OPT_SOURCE, mac);

	put_unaligned_be16(checksum(data, LEV_ND_MESSAGE_LEN), msg + 2);
}

void lev_nd_key(struct lev_addr *key, const u8 *mac)
{
	memset(key, 0, sizeof(*key));
	key->b[0] = 0xfe;
	key->b[1] = 0x80;
	memcpy(key->b + 8, mac, 3);
	key->b[8] ^= 2;
	key->b[11] = 0xff;
	key->b[12] = 0xfe;
	memcpy(key->b + 13, mac + 3, 3);
}

bool lev_nd_is_key(const struct lev_addr *addr)
{
	struct lev_addr made;
	u8 mac[6];

	memcpy(mac, addr->b + 8, 3);
	mac[0] ^= 2;
	memcpy(mac + 3, addr->b + 13, 3);
	lev_nd_key(&made, mac);
	return lev_addr_eq(addr, &made);
}

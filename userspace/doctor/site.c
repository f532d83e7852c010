// SPDX-License-Identifier: GPL-2.0
/*
 * Questions that several checks ask of what was read (see site.h). Owns no state.
 */
#include <string.h>

#include "site.h"

bool lev_site_has_levip(const struct lev_site *s, unsigned int len, enum lev_side side)
{
	for (unsigned int i = 0; i < s->whole->n_addresses; i++) {
		const struct lev_address *a = &s->whole->address[i];

		if (a->ip.len == len && (side == __LEV_SIDE_MAX || a->side == side))
			return true;
	}
	return false;
}

bool lev_site_has_service(const struct lev_site *s, unsigned int len)
{
	for (unsigned int i = 0; i < s->whole->n_services; i++) {
		if (s->whole->service[i].ip.len == len)
			return true;
	}
	return false;
}

bool lev_site_is_levip(const struct lev_site *s, const struct lev_ip *ip)
{
	for (unsigned int i = 0; i < s->whole->n_addresses; i++) {
		if (lev_ip_equal(&s->whole->address[i].ip, ip))
			return true;
	}
	return false;
}

bool lev_site_is_servip(const struct lev_site *s, const struct lev_ip *ip)
{
	for (unsigned int i = 0; i < s->whole->n_services; i++) {
		if (lev_ip_equal(&s->whole->service[i].ip, ip))
			return true;
	}
	return false;
}

bool lev_site_same_net(const struct lev_ip *a, const struct lev_ip *b, unsigned int prefix)
{
	unsigned int bytes = prefix / 8, rest = prefix % 8;

	if (a->len != b->len || memcmp(a->b, b->b, bytes))
		return false;
	return !rest || !((a->b[bytes] ^ b->b[bytes]) >> (8 - rest));
}

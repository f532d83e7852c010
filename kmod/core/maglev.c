// SPDX-License-Identifier: GPL-2.0
/*
 * Maglev: fills a pool's table. Owns no state; called by kmod/plan.c.
 *
 * Each server goes through the table in an order of its own, drawn from its address, and
 * takes the next entry there that is still free. The servers do so in rounds, in which the
 * heaviest takes one entry each time and the others as often as their weight says.
 */
#include "maglev.h"

/* The last byte of what is hashed, so that one key gives two hashes. */
#define HASH_OFFSET	1
#define HASH_SKIP	2

static u32 member_hash(const struct lev_addr *addr, u8 which, u32 below,
		       const siphash_key_t *key)
{
	struct {
		struct lev_addr addr;
		u8 which;
	} __packed __aligned(8) in = { .addr = *addr, .which = which };
	u32 rest;

	div_u64_rem(siphash(&in, sizeof(in.addr) + sizeof(in.which), key), below, &rest);
	return rest;
}

static int member_cmp(const void *a, const void *b)
{
	const struct lev_maglev_member *x = a, *y = b;

	return lev_addr_cmp(&x->addr, &y->addr);
}

/* Sort and ready the members; return the highest weight. */
static u32 members_init(struct lev_maglev_member *members, unsigned int n,
			const siphash_key_t *key)
{
	struct lev_maglev_member *m;
	u32 heaviest = 0;

	sort(members, n, sizeof(*members), member_cmp, NULL);
	for (m = members; m < members + n; m++) {
		m->offset = member_hash(&m->addr, HASH_OFFSET, LEV_TABLE_SIZE, key);
		m->skip = member_hash(&m->addr, HASH_SKIP, LEV_TABLE_SIZE - 1, key) + 1;
		m->next = m->offset;
		m->credit = 0;
		heaviest = max_t(u32, heaviest, m->weight);
	}
	return heaviest;
}

/* Take the member's next free entry; the caller knows that there is one. */
static void member_take(struct lev_maglev_member *m, u16 *table)
{
	u32 at;

	do {
		at = m->next;
		m->next += m->skip;
		if (m->next >= LEV_TABLE_SIZE)
			m->next -= LEV_TABLE_SIZE;
	} while (table[at] != LEV_MAGLEV_NONE);
	table[at] = m->index;
}

void lev_maglev_build(u16 *table, struct lev_maglev_member *members, unsigned int n,
		      const siphash_key_t *key)
{
	u32 heaviest = members_init(members, n, key);
	unsigned int left = LEV_TABLE_SIZE;
	struct lev_maglev_member *m;
	unsigned int i;

	BUILD_BUG_ON(LEV_SERVERS_MAX > LEV_MAGLEV_NONE);
	for (i = 0; i < LEV_TABLE_SIZE; i++)
		table[i] = LEV_MAGLEV_NONE;
	if (!heaviest)
		return;
	for (;;) {
		for (m = members; m < members + n; m++) {
			m->credit += m->weight;
			if (m->credit < heaviest)
				continue;
			m->credit -= heaviest;
			member_take(m, table);
			if (!--left)
				return;
		}
	}
}

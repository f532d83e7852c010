// SPDX-License-Identifier: GPL-2.0
/*
 * Maglev: fills a pool's table. Owns no state; called by kmod/plan.c.
 *
 * Each server goes through the table in an order of its own, drawn from its address, and
 * takes the next entry there that is still free. The servers do so in rounds, in which the
 * heaviest takes one entry each time and the others as often as their weight says. Most
 * rounds may be for few of them, so a tournament tree says whose turn is next.
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
		m->taken = 0;
		m->loser = 0;
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

/*
 * The member's next turn: the round, and in it the place among the members. The k-th entry
 * is due in the first round by which the weights of all rounds make up k of the heaviest;
 * without weight that is never, as the heaviest always comes before.
 */
static u32 member_turn(const struct lev_maglev_member *m, u32 place, u32 heaviest)
{
	if (!m->weight)
		return U32_MAX;
	return DIV_ROUND_UP((m->taken + 1) * heaviest, m->weight) * LEV_SERVERS_MAX + place;
}

/*
 * Play a member's turn up the tree of losers (Knuth, The Art of Computer Programming, vol. 3,
 * 5.4.1) and return the earliest of all turns. The match at node i is between the winners of
 * nodes 2i and 2i + 1, members are the nodes from n on, and the later turn stays at the node,
 * held in members[i]. Only the last winner may play again. At first 0 is at each node, which
 * beats all, so that the earliest turn comes out when all members have played once.
 */
static u32 play(struct lev_maglev_member *members, unsigned int n, u32 place, u32 turn)
{
	unsigned int i;

	for (i = (n + place) / 2; i; i /= 2)
		if (members[i].loser < turn)
			swap(members[i].loser, turn);
	return turn;
}

void lev_maglev_build(u16 *table, struct lev_maglev_member *members, unsigned int n,
		      const siphash_key_t *key)
{
	u32 heaviest = members_init(members, n, key);
	unsigned int left = LEV_TABLE_SIZE;
	u32 place, turn = 0;
	unsigned int i;

	BUILD_BUG_ON(LEV_SERVERS_MAX > LEV_MAGLEV_NONE);
	/* The heaviest takes one in each round, so no turn is far beyond LEV_TABLE_SIZE. */
	BUILD_BUG_ON((LEV_TABLE_SIZE + LEV_MAGLEV_WEIGHT_MAX + 1ULL) * LEV_SERVERS_MAX > U32_MAX);
	BUILD_BUG_ON((LEV_TABLE_SIZE + 1ULL) * LEV_MAGLEV_WEIGHT_MAX > U32_MAX);
	for (i = 0; i < LEV_TABLE_SIZE; i++)
		table[i] = LEV_MAGLEV_NONE;
	if (!heaviest)
		return;
	for (place = 0; place < n; place++)
		turn = play(members, n, place, member_turn(&members[place], place, heaviest));
	for (;;) {
		struct lev_maglev_member *m;

		place = turn % LEV_SERVERS_MAX;
		m = &members[place];
		member_take(m, table);
		if (!--left)
			return;
		m->taken++;
		turn = play(members, n, place, member_turn(m, place, heaviest));
	}
}

// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/keep.c kmod/core/maglev.c kmod/core/pin.c */
/*
 * Connections kept: each rule by itself, then whole lives of a pool, its tables, pins and
 * flows, checked against a model that only knows which machine each flow lives on.
 */
#include "unit.h"
#include "core/keep.h"
#include "core/pin.h"

#define SIZE	LEV_TABLE_SIZE
#define NONE	LEV_MAGLEV_NONE
#define MOVED	LEV_KEEP_MOVED
#define LATER	(LEV_KEEP_RECENT + 1)

static const siphash_key_t key = { { 0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL } };

/* The servers of the cases below. */
enum { CURRENT = 3, ORIGIN = 4, PIN = 5 };

/* How the flow is pinned, and whether the origin may be used. */
enum { NO_PIN, PIN_OK, PIN_DEAD };

struct rule {
	const char *name;
	enum lev_hash hash;
	enum lev_keep_kind kind;
	int pin;
	bool origin_usable;
	u32 since;
	u16 server;
	bool to_pin;
};

#define FLOW	LEV_HASH_FLOW
#define SOURCE	LEV_HASH_SOURCE
#define SYN	LEV_KEEP_SYN
#define TCP	LEV_KEEP_TCP
#define OTHER	LEV_KEEP_OTHER

static const struct rule rules[] = {
	{ "a SYN", FLOW, SYN, NO_PIN, true, 0, CURRENT, true },
	{ "a SYN, later", FLOW, SYN, NO_PIN, true, LATER, CURRENT, true },
	{ "a SYN, origin dead", FLOW, SYN, NO_PIN, false, 0, CURRENT, true },
	{ "a SYN with used ports", FLOW, SYN, PIN_OK, true, 0, CURRENT, true },
	{ "a SYN with ports of a dead server", FLOW, SYN, PIN_DEAD, true, 0, CURRENT, true },
	{ "TCP", FLOW, TCP, NO_PIN, true, 0, ORIGIN, true },
	{ "TCP, later", FLOW, TCP, NO_PIN, true, LATER, ORIGIN, true },
	{ "TCP, much later", FLOW, TCP, NO_PIN, true, U32_MAX, ORIGIN, true },
	{ "TCP, origin dead", FLOW, TCP, NO_PIN, false, 0, CURRENT, true },
	{ "TCP, pinned", FLOW, TCP, PIN_OK, true, 0, PIN, false },
	{ "TCP, pinned, origin dead", FLOW, TCP, PIN_OK, false, LATER, PIN, false },
	{ "TCP, pin's server dead", FLOW, TCP, PIN_DEAD, true, 0, CURRENT, true },
	{ "UDP soon", FLOW, OTHER, NO_PIN, true, LEV_KEEP_RECENT, ORIGIN, true },
	{ "UDP soon, origin dead", FLOW, OTHER, NO_PIN, false, 0, CURRENT, true },
	{ "UDP later", FLOW, OTHER, NO_PIN, true, LATER, CURRENT, true },
	{ "UDP, pinned", FLOW, OTHER, PIN_OK, true, LATER, PIN, false },
	{ "UDP, pin's server dead", FLOW, OTHER, PIN_DEAD, true, 0, CURRENT, true },
	{ "a source's SYN soon", SOURCE, SYN, NO_PIN, true, LEV_KEEP_RECENT, ORIGIN, true },
	{ "a source's SYN later", SOURCE, SYN, NO_PIN, true, LATER, CURRENT, true },
	{ "a source's SYN, origin dead", SOURCE, SYN, NO_PIN, false, 0, CURRENT, true },
	{ "a source's SYN, pinned", SOURCE, SYN, PIN_OK, true, LATER, PIN, false },
	{ "a source's SYN, pin's server dead", SOURCE, SYN, PIN_DEAD, true, 0, CURRENT, true },
	{ "a source's TCP soon", SOURCE, TCP, NO_PIN, true, LEV_KEEP_RECENT, ORIGIN, true },
	{ "a source's TCP later", SOURCE, TCP, NO_PIN, true, LATER, ORIGIN, true },
	{ "a source's TCP, pinned", SOURCE, TCP, PIN_OK, true, LATER, PIN, false },
	{ "a source's UDP soon", SOURCE, OTHER, NO_PIN, true, 0, ORIGIN, true },
	{ "a source's UDP later", SOURCE, OTHER, NO_PIN, true, LATER, CURRENT, true },
	{ "a source's UDP, pinned", SOURCE, OTHER, PIN_OK, false, 0, PIN, false },
};

static struct lev_keep_case rule_case(const struct rule *r)
{
	return (struct lev_keep_case){
		.current_server = CURRENT,
		.origin = ORIGIN,
		.pin = PIN,
		.origin_usable = r->origin_usable,
		.pinned = r->pin != NO_PIN,
		.pin_usable = r->pin == PIN_OK,
		.kind = r->kind,
		.hash = r->hash,
		.since = r->since,
	};
}

static void each_rule(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		struct lev_keep_case c = rule_case(&rules[i]);
		struct lev_keep_choice choice = lev_keep_choose(&c);

		if (choice.server != rules[i].server || choice.pin != rules[i].to_pin)
			print_message("# %s: server %u, pin %d\n", rules[i].name, choice.server,
				      choice.pin);
		assert_int_equal(choice.server, rules[i].server);
		assert_int_equal(choice.pin, rules[i].to_pin);
	}
}

/* The same where the entry has no server now: what would go there goes nowhere. */
static void no_current_server(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		struct lev_keep_case c = rule_case(&rules[i]);
		struct lev_keep_choice choice;

		c.current_server = NONE;
		choice = lev_keep_choose(&c);
		if (rules[i].server == CURRENT) {
			assert_int_equal(choice.server, NONE);
			assert_false(choice.pin);
		} else {
			assert_int_equal(choice.server, rules[i].server);
			assert_int_equal(choice.pin, rules[i].to_pin);
		}
	}
}

static void end_of_memory(void **state)
{
	(void)state;
	assert_false(lev_keep_over(100, 699, 600, 0, false));
	assert_true(lev_keep_over(100, 700, 600, 0, false));
	assert_false(lev_keep_over(100, 700, 600, 1, false));
	assert_true(lev_keep_over(100, 100, 0, 0, false));
	assert_false(lev_keep_over(U32_MAX - 10, 588, 600, 0, false));
	assert_true(lev_keep_over(U32_MAX - 10, 589, 600, 0, false));
	assert_false(lev_keep_over(100, 700, 600, 0, true));
	/* A clock that is behind. */
	assert_false(lev_keep_over(100, 99, 600, 0, false));
	assert_false(lev_keep_over(3, U32_MAX - 3, 0, 0, false));

	assert_int_equal(lev_keep_changed(false, 0, 100), 100);
	assert_int_equal(lev_keep_changed(true, 90, 100), 100);
	assert_int_equal(lev_keep_changed(true, 110, 100), 110);
	assert_int_equal(lev_keep_changed(false, 110, 100), 100);
	assert_int_equal(lev_keep_changed(true, U32_MAX, 3), 3);
	assert_int_equal(lev_keep_changed(true, 3, U32_MAX), 3);

	assert_true(lev_keep_needs(MOVED | 3, 4));
	assert_true(lev_keep_needs(MOVED | NONE, 4));
	assert_false(lev_keep_needs(MOVED | 4, 4));
	assert_false(lev_keep_needs(MOVED | 3, NONE));
	assert_false(lev_keep_needs(3, 4));
}

/* Tables in which only the first entries are of interest; the others have one server. */
static u16 old[SIZE], old_origin[SIZE], table[SIZE], origin[SIZE];

static void fill(u16 *t, u16 with, const u16 *first, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < SIZE; i++)
		t[i] = i < n ? first[i] : with;
}

static void compose_one_change(void **state)
{
	/* Server 1 goes from the config; what was 2 is 1 now; 3 is new there, as 2. */
	static const u16 map[] = { 0, NONE, 1 };
	static const u16 from[] = { 0, 0, 1, 1, 2, 2, NONE, NONE, 0, 1, 2 };
	static const u16 to[] = { 0, 2, 0, 1, 1, 0, NONE, 2, NONE, NONE, 2 };
	static const u16 marked[] = { 0, MOVED | 2, MOVED | 0, MOVED | 1, 1, MOVED | 0, NONE, 2,
				      MOVED | NONE, MOVED | NONE, MOVED | 2 };
	static const u16 first[] = { NONE, 0, NONE, NONE, NONE, 1, NONE, NONE, 0, NONE, 1 };
	struct lev_keep_moved moved;
	unsigned int i;

	(void)state;
	fill(old, 0, from, ARRAY_SIZE(from));
	fill(table, 0, to, ARRAY_SIZE(to));
	memset(origin, 0x55, sizeof(origin));
	moved = lev_keep_compose(old, NULL, map, table, origin, true);
	for (i = 0; i < SIZE; i++) {
		assert_int_equal(table[i], i < ARRAY_SIZE(marked) ? marked[i] : 0);
		assert_int_equal(origin[i], i < ARRAY_SIZE(first) ? first[i] : NONE);
	}
	assert_int_equal(moved.now, 7);
	assert_int_equal(moved.all, 7);
}

static void compose_on_top(void **state)
{
	static const u16 map[] = { 0, NONE, 1, 2 };
	static const u16 from[] = { MOVED | 2, MOVED | 2, MOVED | 2, MOVED | 1, MOVED | NONE, 3, 3,
				    MOVED | 0, MOVED | 0 };
	static const u16 from_origin[] = { 0, 1, 3, 0, 3, 77, 77, NONE, 2 };
	static const u16 to[] = { 1, 1, 2, 2, 0, 2, 1, 0, NONE };
	static const u16 first[] = { 0, NONE, 2, 0, 2, NONE, 2, NONE, 1 };
	struct lev_keep_moved moved;
	unsigned int i;

	(void)state;
	fill(old, 0, from, ARRAY_SIZE(from));
	fill(old_origin, 0, from_origin, ARRAY_SIZE(from_origin));
	fill(table, 0, to, ARRAY_SIZE(to));
	moved = lev_keep_compose(old, old_origin, map, table, origin, true);
	for (i = 0; i < ARRAY_SIZE(to); i++) {
		assert_int_equal(table[i], i == 5 ? to[i] : MOVED | to[i]);
		assert_int_equal(origin[i], first[i]);
	}
	assert_int_equal(table[i], 0);
	assert_int_equal(moved.now, 4);
	assert_int_equal(moved.all, 8);

	/* Once forgotten, marks are nothing. */
	fill(table, 0, to, ARRAY_SIZE(to));
	moved = lev_keep_compose(old, NULL, map, table, origin, true);
	assert_int_equal(table[0], 1);
	assert_int_equal(origin[0], NONE);
	assert_int_equal(table[2], MOVED | 2);
	assert_int_equal(origin[2], 1);
	assert_int_equal(moved.now, moved.all);
}

/* Whole lives. A machine is what has an address; its number in the pins is its place here. */
#define MACHINES	12
#define FLOWS		1500
#define MEMORY		600
#define PINS		16384
#define ROUNDS		3000

struct machine {
	bool known;	/* in the config */
	bool up;
	bool active;	/* not drained */
	u16 weight;
};

struct flow {
	u64 hash;
	int home;	/* machine that knows it, or -1 */
	bool lost;	/* that was gone from the config since */
	u32 seen;
};

struct life {
	unsigned long long seed;
	bool tcp;
	struct machine machine[MACHINES];
	u16 index[MACHINES];	/* in the config, or NONE */
	u16 back[MACHINES];	/* of an index the machine */
	u16 *table;
	u16 *origin;		/* NULL: nothing is remembered */
	u16 tables[2][SIZE];
	u16 origins[2][SIZE];
	unsigned int turn;
	struct flow flow[FLOWS];
	struct lev_pin memory[PINS];
	struct lev_pins pins;
	u32 now;
	u32 changed;
	unsigned int changes, forgotten, begun, kept, by_pin, by_origin, broken;
};

static bool usable(const struct life *l, int m)
{
	return m >= 0 && l->machine[m].known && l->machine[m].up;
}

static int machine_of(const struct life *l, u16 index)
{
	return index == NONE ? -1 : l->back[index];
}

/* The config's order is that of the addresses, so indices move when machines come and go. */
static void number(struct life *l)
{
	unsigned int i;
	u16 n = 0;

	for (i = 0; i < MACHINES; i++) {
		l->index[i] = NONE;
		if (!l->machine[i].known)
			continue;
		l->back[n] = (u16)i;
		l->index[i] = n++;
	}
}

static void build(const struct life *l, u16 *out)
{
	struct lev_maglev_member m[MACHINES];
	unsigned int i, n = 0;

	for (i = 0; i < MACHINES; i++) {
		u8 b[4] = { 10, 1, 0, (u8)i };

		if (!usable(l, (int)i) || !l->machine[i].active)
			continue;
		lev_addr_set4(&m[n].addr, b);
		m[n].index = l->index[i];
		m[n++].weight = l->machine[i].weight;
	}
	lev_maglev_build(out, m, n, &key);
}

static void edit(struct life *l)
{
	struct machine *m = &l->machine[rnd(&l->seed, MACHINES)];

	switch (rnd(&l->seed, 4)) {
	case 0:
		m->known = !m->known;
		break;
	case 1:
		m->up = !m->up;
		break;
	case 2:
		m->active = !m->active;
		break;
	case 3:
		m->weight = (u16)rnd(&l->seed, 4);
		break;
	}
}

static void change(struct life *l)
{
	u16 was[MACHINES], back[MACHINES], map[MACHINES], *new_table, *new_origin;
	struct lev_keep_moved moved;
	unsigned int i, edits = 1 + rnd(&l->seed, 3), now = 0;

	memcpy(was, l->index, sizeof(was));
	while (edits--)
		edit(l);
	memcpy(back, l->back, sizeof(back));
	number(l);
	for (i = 0; i < MACHINES; i++)
		if (was[i] != NONE)
			map[was[i]] = l->index[i];
	for (i = 0; i < FLOWS; i++)
		l->flow[i].lost |= l->flow[i].home >= 0 && !l->machine[l->flow[i].home].known;
	l->turn ^= 1;
	new_table = l->tables[l->turn];
	new_origin = l->origins[l->turn];
	build(l, new_table);
	for (i = 0; i < SIZE; i++) {
		u16 server = lev_keep_server(l->table[i]);

		now += server != NONE && (l->index[back[server]] == NONE ||
					  l->index[back[server]] != new_table[i]);
	}
	moved = lev_keep_compose(l->table, l->origin, map, new_table, new_origin, true);
	assert_int_equal(moved.now, now);
	l->table = new_table;
	l->origin = new_origin;
	l->changed = l->now;
	l->changes++;
}

static u16 entry_of(u64 hash)
{
	return (u16)(((hash >> 32) * SIZE) >> 32);
}

/* As the owner of the pool would: count the pins, and build the table anew without marks. */
static void forget(struct life *l)
{
	struct lev_pin_info info;
	u32 at = 0, n = 0;

	if (!l->origin)
		return;
	while (lev_pins_next(&l->pins, &at, PINS, l->now, MEMORY, &info))
		n += lev_keep_needs(l->table[entry_of(info.hash)], l->index[info.server]);
	if (!lev_keep_over(l->changed, l->now, MEMORY, n, false))
		return;
	build(l, l->table);
	l->origin = NULL;
	l->forgotten++;
}

/* The way of a packet; returns the machine or -1. */
static int forward(struct life *l, u64 hash, enum lev_keep_kind kind)
{
	u16 at = entry_of(hash), entry = l->table[at];
	struct lev_keep_case c = { .kind = kind, .hash = LEV_HASH_FLOW };
	struct lev_keep_choice choice;
	int pin;

	if (!(entry & MOVED))
		return machine_of(l, entry);
	pin = lev_pins_find(&l->pins, hash, l->now, MEMORY);
	c.current_server = lev_keep_server(entry);
	c.origin = l->origin[at];
	c.origin_usable = usable(l, machine_of(l, c.origin));
	c.pinned = pin >= 0;
	c.pin = pin >= 0 ? l->index[pin] : NONE;
	c.pin_usable = usable(l, pin);
	c.since = l->now - l->changed;
	choice = lev_keep_choose(&c);
	if (choice.pin)
		assert_in_range(lev_pins_put(&l->pins, hash, l->back[choice.server], 0, l->now,
					     MEMORY), LEV_PINS_NEW, LEV_PINS_UPDATED);
	l->by_pin += c.pinned;
	l->by_origin += !c.pinned && choice.server == c.origin;
	return machine_of(l, choice.server);
}

/* Idle flows are not promised anything: TCP after the memory, others after a while. */
static void packet(struct life *l, struct flow *f)
{
	u32 idle = l->now - f->seen, bound = l->tcp ? MEMORY : LEV_KEEP_RECENT;
	enum lev_keep_kind kind = l->tcp ? LEV_KEEP_TCP : LEV_KEEP_OTHER;
	bool promised = f->home >= 0 && idle <= bound, begins;
	int current = machine_of(l, lev_keep_server(l->table[entry_of(f->hash)])), to;

	/* New connections, at times with ports in use. */
	begins = !promised || !rnd(&l->seed, 50);
	if (begins && l->tcp)
		kind = LEV_KEEP_SYN;
	if (begins && !l->tcp)
		f->hash = rnd_next(&l->seed);
	if (begins && !l->tcp)
		current = machine_of(l, lev_keep_server(l->table[entry_of(f->hash)]));
	to = forward(l, f->hash, kind);
	if (begins) {
		l->begun++;
		if (l->tcp || l->now - l->changed > LEV_KEEP_RECENT) {
			assert_int_equal(to, current);
			assert_true(to < 0 || (usable(l, to) && l->machine[to].active));
		}
	} else if (f->lost && to == current) {
		l->broken++;
	} else if (usable(l, f->home)) {
		l->kept += f->home != current;
		assert_int_equal(to, f->home);
	} else {
		l->broken++;
		assert_int_equal(to, current);
	}
	assert_true(to < 0 || usable(l, to));
	f->home = to;
	f->lost = false;
	f->seen = l->now;
}

static void live(unsigned long long seed, bool tcp)
{
	static struct life life;
	struct life *l = &life;
	unsigned int i, round;

	memset(l, 0, sizeof(*l));
	l->seed = seed;
	l->tcp = tcp;
	l->now = U32_MAX - 5000;
	lev_pins_init(&l->pins, l->memory, PINS);
	for (i = 0; i < MACHINES; i++)
		l->machine[i] = (struct machine){ i < 8, true, true, 1 };
	for (i = 0; i < FLOWS; i++)
		l->flow[i] = (struct flow){ .hash = rnd_next(&l->seed), .home = -1 };
	l->table = l->tables[0];
	number(l);
	build(l, l->table);
	for (round = 0; round < ROUNDS; round++) {
		l->now += rnd(&l->seed, 4);
		/* Now and then none for longer than MEMORY: flows still need what they have. */
		if (round % 1000 < 500 && !rnd(&l->seed, 20))
			change(l);
		/* At times all fall silent for so long that changes can be forgotten. */
		if (!rnd(&l->seed, 400))
			l->now += MEMORY + 1;
		if (!(round % 10) || l->now - l->changed > MEMORY)
			forget(l);
		for (i = 0; i < 60; i++)
			packet(l, &l->flow[rnd(&l->seed, tcp ? FLOWS : 100)]);
	}
	print_message("# %s: %u changes, forgotten %u times; %u flows begun; packets: %u pinned,\n"
		      "#   %u to the origin, %u kept from another server, %u lost their server\n",
		      tcp ? "TCP" : "UDP", l->changes, l->forgotten, l->begun, l->by_pin,
		      l->by_origin, l->kept, l->broken);
	assert_true(l->changes > 20 && l->forgotten > 1 && l->kept > 1000 && l->broken > 100);
}

static void lives_of_tcp(void **state)
{
	unsigned long long seed;

	(void)state;
	for (seed = 1; seed <= 4; seed++)
		live(seed, true);
}

static void lives_of_udp(void **state)
{
	unsigned long long seed;

	(void)state;
	for (seed = 1; seed <= 4; seed++)
		live(seed, false);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule),
		cmocka_unit_test(no_current_server),
		cmocka_unit_test(end_of_memory),
		cmocka_unit_test(compose_one_change),
		cmocka_unit_test(compose_on_top),
		cmocka_unit_test(lives_of_tcp),
		cmocka_unit_test(lives_of_udp),
	};

	return cmocka_run_group_tests_name("keep", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/maglev.c */
/*
 * The tables' promises: shares as the weights say, whatever order the servers come in, and
 * few entries moved by a change. Figures are printed as TAP comments.
 */
#include "unit.h"
#include <time.h>
#include "core/maglev.h"

#define SIZE	LEV_TABLE_SIZE

static const siphash_key_t key = { { 0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL } };
static u16 table[SIZE], other[SIZE];

/* @n servers 10.x.y.z, each with @weight and an index apart from its place. */
static void servers(struct lev_maglev_member *m, unsigned int n, u16 weight)
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		u8 b[4] = { 10, 1, (u8)(i >> 8), (u8)i };

		memset(&m[i], 0xa5, sizeof(m[i]));
		lev_addr_set4(&m[i].addr, b);
		m[i].index = (u16)(i + 7);
		m[i].weight = weight;
	}
}

/* Lists of weights: see weight_of(). */
enum { EQUAL, MIXED, HEAVY, GIANT, STEPS, TWO_SIZES, NEAR, WEIGHT_LISTS };

/* What server @i of @n weighs. */
static u16 weight_of(int weights, unsigned int i, unsigned int n)
{
	switch (weights) {
	case MIXED:
		return (u16)(i * 7 % 11);
	case HEAVY:
		return i ? 1 : 256;
	case GIANT:
		return i == n / 2 ? LEV_WEIGHT_MAX : 1;
	case STEPS:
		return (u16)(1 + i * 613 % LEV_WEIGHT_MAX);
	case TWO_SIZES:
		return i % 3 ? 1 : LEV_WEIGHT_MAX;
	case NEAR:
		return (u16)(LEV_WEIGHT_MAX - i % 2);
	default:
		return 1;
	}
}

static void count(const u16 *t, unsigned int *entries)
{
	unsigned int i;

	memset(entries, 0, (LEV_SERVERS_MAX + 7) * sizeof(*entries));
	for (i = 0; i < SIZE; i++) {
		assert_in_range(t[i], 7, LEV_SERVERS_MAX + 6);
		entries[t[i]]++;
	}
}

/* Within one percent, or the three entries that the end of the last round may cost. */
static void check_shares(const struct lev_maglev_member *m, unsigned int n)
{
	static unsigned int entries[LEV_SERVERS_MAX + 7];
	double sum = 0, worst = 0, off, share;
	unsigned int i;

	count(table, entries);
	for (i = 0; i < n; i++)
		sum += m[i].weight;
	for (i = 0; i < n; i++) {
		share = SIZE * m[i].weight / sum;
		off = entries[m[i].index] - share;
		off = off < 0 ? -off : off;
		assert_true(off <= 3 || off <= share / 100);
		worst = off > worst ? off : worst;
	}
	print_message("# %u servers: furthest from its share by %.2f entries\n", n, worst);
}

static void none_and_one(void **state)
{
	struct lev_maglev_member m[2];
	unsigned int i;

	(void)state;
	lev_maglev_build(table, m, 0, &key);
	for (i = 0; i < SIZE; i++)
		assert_int_equal(table[i], LEV_MAGLEV_NONE);
	servers(m, 2, 0);
	table[5] = 3;
	lev_maglev_build(table, m, 2, &key);
	for (i = 0; i < SIZE; i++)
		assert_int_equal(table[i], LEV_MAGLEV_NONE);
	m[1].weight = 3;
	lev_maglev_build(table, m, 2, &key);
	for (i = 0; i < SIZE; i++)
		assert_int_equal(table[i], 8);
}

static void equal_shares(void **state)
{
	static const unsigned int sizes[] = { 2, 3, 7, 64, 1000, LEV_SERVERS_MAX };
	static struct lev_maglev_member m[LEV_SERVERS_MAX];
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		servers(m, sizes[i], LEV_MAGLEV_WEIGHT_MAX);
		lev_maglev_build(table, m, sizes[i], &key);
		check_shares(m, sizes[i]);
	}
}

static void weighted_shares(void **state)
{
	static const u16 weights[] = { 5, 2, 1 };
	static struct lev_maglev_member m[LEV_SERVERS_MAX];
	unsigned long long seed = 1;
	unsigned int i, n;
	int round;

	(void)state;
	servers(m, 3, 1);
	for (i = 0; i < 3; i++)
		m[i].weight = weights[i];
	lev_maglev_build(table, m, 3, &key);
	check_shares(m, 3);
	for (round = 0; round < 6; round++) {
		n = 2 + rnd(&seed, 100);
		servers(m, n, 1);
		for (i = 0; i < n; i++)
			m[i].weight = (u16)(1 + rnd(&seed, LEV_MAGLEV_WEIGHT_MAX));
		lev_maglev_build(table, m, n, &key);
		check_shares(m, n);
	}
}

/* All of equal weight is the table of the paper, computed here in the paper's own way. */
static void equal_weights_are_the_paper(void **state)
{
	static struct lev_maglev_member m[9];
	u32 next[9] = {};
	unsigned int filled = 0, i;

	(void)state;
	servers(m, 9, 42);
	lev_maglev_build(table, m, 9, &key);
	for (i = 0; i < SIZE; i++)
		other[i] = LEV_MAGLEV_NONE;
	for (;;) {
		for (i = 0; i < 9; i++) {
			u32 c;

			do {
				c = (m[i].offset + (u64)next[i]++ * m[i].skip) % SIZE;
			} while (other[c] != LEV_MAGLEV_NONE);
			other[c] = m[i].index;
			if (++filled == SIZE)
				goto full;
		}
	}
full:
	assert_memory_equal(table, other, sizeof(table));
}

/* The table as the rounds make it, each counted and each member asked in it. */
static void play_rounds(const struct lev_maglev_member *m, unsigned int n)
{
	u32 credit[LEV_SERVERS_MAX] = {}, next[LEV_SERVERS_MAX], heaviest = 0;
	unsigned int left = SIZE, i;

	for (i = 0; i < SIZE; i++)
		other[i] = LEV_MAGLEV_NONE;
	for (i = 0; i < n; i++) {
		next[i] = m[i].offset;
		heaviest = max_t(u32, heaviest, m[i].weight);
	}
	for (i = 0; left; i = (i + 1) % n) {
		credit[i] += m[i].weight;
		if (credit[i] < heaviest)
			continue;
		credit[i] -= heaviest;
		while (other[next[i]] != LEV_MAGLEV_NONE)
			next[i] = (next[i] + m[i].skip) % SIZE;
		other[next[i]] = m[i].index;
		left--;
	}
}

static void turns_are_those_of_the_rounds(void **state)
{
	static const unsigned int sizes[] = { 1, 2, 3, 6, 8, 63, 500 };
	static struct lev_maglev_member m[LEV_SERVERS_MAX];
	unsigned long long seed = 3;
	unsigned int i, j, n;
	int list;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		for (list = HEAVY; list <= WEIGHT_LISTS; list++) {
			n = sizes[i];
			servers(m, n, 1);
			for (j = 0; j < n; j++)
				m[j].weight = list < WEIGHT_LISTS ? weight_of(list, j, n) :
					      (u16)rnd(&seed, LEV_MAGLEV_WEIGHT_MAX + 1);
			m[n / 2].weight = max_t(u16, m[n / 2].weight, 1);
			lev_maglev_build(table, m, n, &key);
			play_rounds(m, n);
			assert_memory_equal(table, other, sizeof(table));
		}
	}
}

static void order_does_not_matter(void **state)
{
	static struct lev_maglev_member m[50];
	unsigned long long seed = 2;
	unsigned int i, j;

	(void)state;
	servers(m, 50, 1);
	for (i = 0; i < 50; i++)
		m[i].weight = (u16)(i % 4);
	lev_maglev_build(other, m, 50, &key);
	for (i = 49; i; i--) {
		j = rnd(&seed, i + 1);
		swap(m[i], m[j]);
	}
	lev_maglev_build(table, m, 50, &key);
	assert_memory_equal(table, other, sizeof(table));
}

/* Entries that differ though neither table gives them to @index. */
static unsigned int moved(unsigned int index)
{
	unsigned int i, n = 0;

	for (i = 0; i < SIZE; i++)
		n += table[i] != other[i] && table[i] != index && other[i] != index;
	return n;
}

static void removal_disturbs_few(void **state)
{
	static const unsigned int sizes[] = { 3, 10, 100, LEV_SERVERS_MAX };
	static struct lev_maglev_member m[LEV_SERVERS_MAX];
	unsigned int i, excess, index;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		servers(m, sizes[i], 10);
		lev_maglev_build(other, m, sizes[i], &key);
		index = m[sizes[i] / 2].index;
		m[sizes[i] / 2] = m[sizes[i] - 1];
		lev_maglev_build(table, m, sizes[i] - 1, &key);
		excess = moved(index);
		print_message("# one of %u servers removed: %u entries (%.2f %%) of others moved\n",
			      sizes[i], excess, 100. * excess / SIZE);
		assert_true(excess < SIZE / 100);
	}
}

static void weight_change_disturbs_few(void **state)
{
	static const struct {
		unsigned int n;
		u16 from, to;
	} c[] = { { 10, 100, 90 }, { 10, 100, 50 }, { 100, 100, 50 }, { 10, 100, 200 } };
	static struct lev_maglev_member m[100];
	unsigned int i, j, n;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(c); i++) {
		double must;

		servers(m, c[i].n, c[i].from);
		lev_maglev_build(other, m, c[i].n, &key);
		m[4].weight = c[i].to;
		lev_maglev_build(table, m, c[i].n, &key);
		for (n = 0, j = 0; j < SIZE; j++)
			n += table[j] != other[j];
		must = SIZE * (1. / c[i].n - c[i].to / ((c[i].n - 1.) * c[i].from + c[i].to));
		must = must < 0 ? -must : must;
		print_message("# one of %u servers from %u to %u: %u entries moved (%.2f %%), "
			      "%.0f had to\n",
			      c[i].n, c[i].from, c[i].to, n, 100. * n / SIZE, must);
		assert_true(n < must + SIZE * .02);
	}
}

static double build_ms(struct lev_maglev_member *m, unsigned int n)
{
	struct timespec a, b;

	clock_gettime(CLOCK_MONOTONIC, &a);
	lev_maglev_build(table, m, n, &key);
	clock_gettime(CLOCK_MONOTONIC, &b);
	return (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6;
}

/* For the reader; a busy machine must not fail a test, so there is no limit here. */
static void time_to_build(void **state)
{
	static const unsigned int sizes[] = { 8, 64, LEV_SERVERS_MAX };
	static const struct {
		int list;
		const char *name;
	} lists[] = {
		{ EQUAL, "equal" },
		{ GIANT, "one 1000, the others 1" },
		{ TWO_SIZES, "a third 1000, the others 1" },
		{ STEPS, "1 to 1000" },
	};
	static struct lev_maglev_member m[LEV_SERVERS_MAX];
	unsigned int i, j, n;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		for (n = 0; n < ARRAY_SIZE(sizes); n++) {
			servers(m, sizes[n], 1);
			for (j = 0; j < sizes[n]; j++)
				m[j].weight = weight_of(lists[i].list, j, sizes[n]);
			print_message("# %u servers, weights %s: built in %.1f ms\n", sizes[n],
				      lists[i].name, build_ms(m, sizes[n]));
			assert_int_not_equal(table[0], LEV_MAGLEV_NONE);
		}
	}
}

static u64 digest(void)
{
	static u8 bytes[2 * SIZE];
	unsigned int i;

	for (i = 0; i < SIZE; i++)
		put_unaligned_be16(table[i], bytes + 2 * i);
	return siphash(bytes, sizeof(bytes), &key);
}

/* Families of golden tables. */
enum { V4, V6, BOTH };

struct vector {
	unsigned int n;
	int family;
	int weights;
	siphash_key_t key;
	u64 digest;
};

#define KEY_A	{ { 0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL } }
#define KEY_B	{ { 0x0123456789abcdefULL, 0xfedcba9876543210ULL } }

static const struct vector vectors[] = {
	{ 1, V4, EQUAL, KEY_A, 0x584980578dfce88eULL },
	{ 5, V4, EQUAL, KEY_A, 0x78ef2be6488d12bfULL },
	{ 8, V6, EQUAL, KEY_A, 0xe940f2ef40e55590ULL },
	{ 8, V4, EQUAL, KEY_B, 0xd57b9a07da9182d9ULL },
	{ 20, BOTH, MIXED, KEY_A, 0xfed43db5055d82aaULL },
	{ 64, V4, MIXED, KEY_B, 0xa0dda4efa333f0e9ULL },
	{ 64, V6, MIXED, KEY_B, 0x88498327a1118353ULL },
	{ 64, BOTH, HEAVY, KEY_A, 0xd2bab0e638daf1abULL },
	{ 1024, V4, EQUAL, KEY_A, 0x99e90a916adfb784ULL },
	{ 1024, V6, MIXED, KEY_B, 0xd6e0b9b5a2fe33edULL },
	{ 2, V4, GIANT, KEY_A, 0xf666b52b072755feULL },
	{ 1024, V4, GIANT, KEY_A, 0x9115b8f9b38bf740ULL },
	{ 1000, BOTH, GIANT, KEY_B, 0xd7c16b61e875d5cfULL },
	{ 64, V6, STEPS, KEY_A, 0xa656aa822cb70360ULL },
	{ 1024, V4, STEPS, KEY_B, 0x0cb83a72b27f679bULL },
	{ 9, BOTH, TWO_SIZES, KEY_A, 0xba4fee9d95f094c3ULL },
	{ 1024, V6, TWO_SIZES, KEY_B, 0xbf61533dd13daa57ULL },
	{ 3, V4, NEAR, KEY_A, 0xc500a0327f94f26eULL },
	{ 1023, V4, NEAR, KEY_B, 0x1fd4ce1c4b56c0d5ULL },
};

/* 10.1.x.y or 2001:db8::x:y in turn, some of weight 0 if the weights are mixed. */
static void vector_servers(const struct vector *v, struct lev_maglev_member *m)
{
	unsigned int i;

	servers(m, v->n, 1);
	for (i = 0; i < v->n; i++) {
		u8 v6[16] = { 0x20, 0x01, 0x0d, 0xb8, [14] = (u8)(i >> 8), [15] = (u8)i };

		if (v->family == V6 || (v->family == BOTH && i % 2))
			memcpy(m[i].addr.b, v6, sizeof(v6));
		m[i].weight = weight_of(v->weights, i, v->n);
	}
}

static void scale(struct lev_maglev_member *m, unsigned int n, u16 by)
{
	while (n--)
		m++->weight *= by;
}

/*
 * Nodes of one cluster may run different builds: the mapping must never change. The figures
 * were computed by a program of its own.
 */
static void golden(void **state)
{
	static struct lev_maglev_member m[LEV_SERVERS_MAX];
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		vector_servers(&vectors[i], m);
		lev_maglev_build(table, m, vectors[i].n, &vectors[i].key);
		assert_int_equal(digest(), vectors[i].digest);
		/* All weights so many times: it is what they are to each other that counts. */
		scale(m, vectors[i].n, LEV_MAGLEV_WEIGHT_MAX / LEV_WEIGHT_MAX);
		lev_maglev_build(table, m, vectors[i].n, &vectors[i].key);
		assert_int_equal(digest(), vectors[i].digest);
	}
	servers(m, 5, 1);
	lev_maglev_build(table, m, 5, &key);
	assert_int_equal(m[0].offset, 43650);
	assert_int_equal(m[0].skip, 20500);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(none_and_one),
		cmocka_unit_test(equal_shares),
		cmocka_unit_test(weighted_shares),
		cmocka_unit_test(equal_weights_are_the_paper),
		cmocka_unit_test(turns_are_those_of_the_rounds),
		cmocka_unit_test(order_does_not_matter),
		cmocka_unit_test(removal_disturbs_few),
		cmocka_unit_test(weight_change_disturbs_few),
		cmocka_unit_test(time_to_build),
		cmocka_unit_test(golden),
	};

	return cmocka_run_group_tests_name("maglev", tests, NULL, NULL);
}

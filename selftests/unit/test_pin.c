// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/pin.c */
/*
 * Pins: what is found and for how long, who makes room, walks and sweeps, and what a reader
 * sees while others write: states put together by hand, then threads.
 */
#include "unit.h"
#include <pthread.h>
#include <time.h>
#include "core/pin.h"

#define SETS	4
#define PINS	(SETS * LEV_PIN_WAYS)
#define IDLE	600

static struct lev_pin memory[PINS];
static struct lev_pins pins;

static int setup(void **state)
{
	(void)state;
	memset(memory, 0, sizeof(memory));
	return lev_pins_init(&pins, memory, PINS);
}

/* Hashes that differ in their high bits alone: all of one set. */
static u64 hash_in(u32 set, u32 n)
{
	return (u64)n << 45 | (u64)n << 28 | set;
}

static enum lev_pins_put put(u64 hash, u16 server, u32 now)
{
	return lev_pins_put(&pins, hash, server, 0, now, IDLE);
}

static int find(u64 hash, u32 now)
{
	return lev_pins_find(&pins, hash, now, IDLE);
}

/* A pin as a walk tells it, even an idle one; false if it is not there. */
static bool peek(u64 hash, struct lev_pin_info *info)
{
	u32 at = 0;

	while (lev_pins_next(&pins, &at, lev_pins_count(&pins), 0, S32_MAX, info))
		if (info->hash == hash)
			return true;
	return false;
}

static u32 seen(u64 hash)
{
	struct lev_pin_info info;

	assert_true(peek(hash, &info));
	return info.seen;
}

static void sizes(void **state)
{
	struct lev_pins p;

	(void)state;
	assert_int_equal(lev_pins_init(&p, memory, 0), -EINVAL);
	assert_int_equal(lev_pins_init(&p, memory, 7), -EINVAL);
	assert_int_equal(lev_pins_init(&p, memory, 8), 0);
	assert_int_equal(lev_pins_count(&p), 8);
	assert_int_equal(lev_pins_init(&p, memory, 31), 0);
	assert_int_equal(lev_pins_count(&p), 16);
	assert_int_equal(lev_pins_init(&p, memory, 32), 0);
	assert_int_equal(lev_pins_count(&p), 32);
	assert_int_equal(lev_pins_init(&p, memory, 1048576), 0);
	assert_int_equal(lev_pins_count(&p), 1048576);
	assert_int_equal(lev_pins_init(&p, memory, U32_MAX), 0);
	assert_int_equal(lev_pins_count(&p), 1U << 31);
}

static void put_and_find(void **state)
{
	static const u64 hashes[] = { 0, 1, U64_MAX, 0x8000000000000000ULL, 0x123456789abcdef0ULL };
	static const u16 servers[] = { 0, 1, 1023, 0x8000, U16_MAX };
	unsigned int i, j;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(hashes); i++) {
		assert_int_equal(find(hashes[i], 100), -1);
		assert_int_equal(put(hashes[i], servers[i], 100), LEV_PINS_NEW);
		for (j = 0; j <= i; j++)
			assert_int_equal(find(hashes[j], 100), servers[j]);
	}
	for (i = 0; i < ARRAY_SIZE(hashes); i++) {
		assert_int_equal(put(hashes[i], 7, 100), LEV_PINS_UPDATED);
		assert_int_equal(find(hashes[i], 100), 7);
	}
}

/* The low bits of the hash choose the set, and nothing else does. */
static void low_bits_choose_the_set(void **state)
{
	u32 set, n;

	(void)state;
	for (set = 0; set < SETS; set++)
		for (n = 0; n < LEV_PIN_WAYS; n++)
			assert_int_equal(put(hash_in(set, n + 1), set, 1), LEV_PINS_NEW);
	for (n = 0; n < PINS; n++)
		assert_int_equal(memory[n].tag & (SETS - 1), n / LEV_PIN_WAYS);
	assert_int_equal(put(hash_in(2, 99), 1, 1), LEV_PINS_EVICTED);
}

static void idle_ones_do_not_count(void **state)
{
	(void)state;
	put(1, 5, 100);
	assert_int_equal(find(1, 100 + IDLE + 1), -1);
	assert_int_equal(find(1, 100 + IDLE), 5);
	assert_int_equal(find(1, 100 + 2 * IDLE), 5);
	assert_int_equal(find(1, 100 + 3 * IDLE + 1), -1);
	/* Pinned anew: a new pin to who counts them, but in the same place. */
	assert_int_equal(put(1, 6, 100 + 3 * IDLE + 1), LEV_PINS_NEW);
	assert_int_equal(find(1, 100 + 3 * IDLE + 1), 6);
	assert_int_equal(lev_pins_sweep(&pins, 0, PINS, 0, 0, 6), 1);
}

static void a_hit_is_noted_once_a_second(void **state)
{
	struct lev_pin was;

	(void)state;
	put(1, 5, 100);
	was = memory[LEV_PIN_WAYS];
	assert_int_equal(was.tag, 1);
	find(1, 100);
	put(1, 5, 100);
	assert_memory_equal(&memory[LEV_PIN_WAYS], &was, sizeof(was));
	find(1, 101);
	assert_int_equal(seen(1), 101);
	/* A CPU whose clock is behind changes nothing, and nothing is idle for it. */
	assert_int_equal(lev_pins_find(&pins, 1, 100, 0), 5);
	assert_int_equal(seen(1), 101);
	assert_int_equal(put(1, 6, 90), LEV_PINS_UPDATED);
	assert_int_equal(seen(1), 101);
	assert_int_equal(find(1, 101), 6);
}

static void a_look_is_no_hit(void **state)
{
	(void)state;
	assert_int_equal(lev_pins_look(&pins, 1, 100, IDLE), -1);
	put(1, 5, 100);
	assert_int_equal(lev_pins_look(&pins, 1, 100 + IDLE, IDLE), 5);
	assert_int_equal(seen(1), 100);
	assert_int_equal(lev_pins_look(&pins, 1, 100 + IDLE + 1, IDLE), -1);
}

static void seconds_wrap(void **state)
{
	u32 before = U32_MAX - 10;
	u32 n;

	(void)state;
	put(1, 5, before);
	assert_int_equal(find(1, before + IDLE + 1), -1);
	assert_int_equal(find(1, before + IDLE), 5);
	assert_int_equal(seen(1), before + IDLE);
	/* Those seen before the wrap are older than those seen after it. */
	for (n = 1; n <= LEV_PIN_WAYS; n++)
		put(hash_in(2, n), 1, before + 3 * (n % LEV_PIN_WAYS));
	put(hash_in(2, 99), 1, 20);
	assert_int_equal(find(hash_in(2, 8), 20), -1);
	for (n = 1; n < LEV_PIN_WAYS; n++)
		assert_int_equal(find(hash_in(2, n), 20), 1);
}

static void closing_ones_go_early(void **state)
{
	(void)state;
	put(1, 5, 100);
	put(2, 5, 100);
	assert_true(lev_pins_close(&pins, 1));
	assert_false(lev_pins_close(&pins, 1));
	assert_false(lev_pins_close(&pins, 3));
	assert_int_equal(find(1, 100 + LEV_PIN_CLOSING_IDLE + 1), -1);
	assert_int_equal(find(1, 100 + LEV_PIN_CLOSING_IDLE), 5);
	assert_int_equal(find(1, 100 + 2 * LEV_PIN_CLOSING_IDLE), 5);
	assert_int_equal(find(2, 100 + LEV_PIN_CLOSING_IDLE + 1), 5);
	/* Where all go earlier than that, closing ones do so too. */
	assert_int_equal(lev_pins_find(&pins, 1, 100 + 2 * LEV_PIN_CLOSING_IDLE + 11, 10), -1);
	/* A new connection with the same ports. */
	assert_int_equal(put(1, 6, 130), LEV_PINS_UPDATED);
	assert_int_equal(find(1, 130 + IDLE), 6);
	assert_true(lev_pins_close(&pins, 1));
}

static void flags_are_kept(void **state)
{
	struct lev_pin_info info;

	(void)state;
	lev_pins_put(&pins, 1, 5, LEV_PIN_FOREIGN, 100, IDLE);
	lev_pins_close(&pins, 1);
	find(1, 103);
	assert_true(peek(1, &info));
	assert_int_equal(info.flags, LEV_PIN_FOREIGN | LEV_PIN_CLOSING);
	assert_int_equal(info.server, 5);
	assert_int_equal(info.seen, 103);
	put(1, 5, 103);
	assert_true(peek(1, &info));
	assert_int_equal(info.flags, 0);
	lev_pins_put(&pins, 1, 5, 0xff, 103, IDLE);
	assert_int_equal(find(1, 103), 5);
}

/* Free, then idle too long, then the one seen longest ago; the first of equals. */
static void order_of_eviction(void **state)
{
	static const u32 times[LEV_PIN_WAYS] = { 50, 30, 40, 20, 20, 60, 70, 80 };
	static const u32 order[LEV_PIN_WAYS] = { 3, 4, 1, 2, 0, 5, 6, 7 };
	u32 n;

	(void)state;
	for (n = 0; n < LEV_PIN_WAYS; n++)
		assert_int_equal(put(hash_in(1, n + 1), n, times[n]), LEV_PINS_NEW);
	for (n = 0; n < LEV_PIN_WAYS; n++) {
		assert_int_equal(find(hash_in(1, order[n] + 1), times[order[n]]), order[n]);
		assert_int_equal(put(hash_in(1, n + 101), 9, 100 + n), LEV_PINS_EVICTED);
		assert_int_equal(find(hash_in(1, order[n] + 1), times[order[n]]), -1);
	}
	for (n = 0; n < LEV_PIN_WAYS; n++)
		assert_int_equal(find(hash_in(1, n + 101), 100 + n), 9);

	/* Two are idle too long: one by closing, though it was not seen longest ago. */
	assert_true(lev_pins_close(&pins, hash_in(1, 104)));
	assert_int_equal(put(hash_in(1, 201), 9, 103 + LEV_PIN_CLOSING_IDLE + 1), LEV_PINS_NEW);
	assert_int_equal(find(hash_in(1, 104), 103), -1);
	assert_int_equal(find(hash_in(1, 101), 100), 9);
	assert_int_equal(put(hash_in(1, 202), 9, 101 + IDLE), LEV_PINS_NEW);
	assert_int_equal(find(hash_in(1, 101), 100), -1);
	/* One was removed: it is taken before any that counts. */
	assert_int_equal(lev_pins_put(&pins, hash_in(1, 106), 77, 0, 105, IDLE), LEV_PINS_UPDATED);
	assert_int_equal(lev_pins_sweep(&pins, 0, PINS, 105, IDLE, 77), 1);
	assert_int_equal(put(hash_in(1, 203), 9, 105), LEV_PINS_NEW);
}

static void walk(void **state)
{
	struct lev_pin_info info;
	u32 at, end, n, met[PINS] = {}, calls = 0;

	(void)state;
	for (n = 0; n < 20; n++)
		put(hash_in(n % SETS, n), n, n < 15 ? 1000 : 100);
	/* Three at a time, and of a few at the end only those that count. */
	for (at = 0; at < PINS;) {
		end = min_t(u32, at + 3, PINS);
		while (lev_pins_next(&pins, &at, end, 1000, IDLE, &info)) {
			assert_in_range(at, 1, end);
			assert_int_equal(info.hash, hash_in(info.server % SETS, info.server));
			assert_int_equal(info.seen, 1000);
			met[info.server]++;
			calls++;
		}
		assert_int_equal(at, end);
	}
	assert_int_equal(calls, 15);
	for (n = 0; n < 15; n++)
		assert_int_equal(met[n], 1);
}

static void sweep(void **state)
{
	u32 n;

	(void)state;
	for (n = 0; n < 24; n++)
		put(hash_in(n % SETS, n), n % 3, n < 12 ? 100 : 650);
	lev_pins_close(&pins, hash_in(3, 23));
	assert_int_equal(lev_pins_sweep(&pins, 0, PINS, 700, IDLE, -1), 0);
	assert_int_equal(lev_pins_sweep(&pins, 0, LEV_PIN_WAYS, 701, IDLE, -1), 3);
	assert_int_equal(lev_pins_sweep(&pins, LEV_PIN_WAYS, PINS, 701, IDLE, -1), 9);
	assert_int_equal(lev_pins_sweep(&pins, 0, PINS, 961, IDLE, -1), 1);
	assert_int_equal(lev_pins_sweep(&pins, 0, PINS, 961, IDLE, 1), 4);
	for (n = 12; n < 23; n++)
		assert_int_equal(find(hash_in(n % SETS, n), 961), n % 3 == 1 ? -1 : (int)(n % 3));
	/* What is free is nobody's, of no age and no server. */
	memset(memory, 0, sizeof(memory));
	assert_int_equal(lev_pins_sweep(&pins, 0, PINS, S32_MAX, 0, 0), 0);
}

/* What a reader may meet between two stores of a writer: no pin at all. */
static void torn_pins(void **state)
{
	struct lev_pin *pin = memory + LEV_PIN_WAYS, other;
	struct lev_pin_info info;
	u32 n, at = 0;

	(void)state;
	put(hash_in(1, 1), 5, 100);
	other = *pin;
	/* The tag is another flow's already, or still. */
	pin->tag = hash_in(1, 2);
	assert_int_equal(find(hash_in(1, 1), 100), -1);
	assert_int_equal(find(hash_in(1, 2), 100), -1);
	assert_false(lev_pins_close(&pins, hash_in(1, 2)));
	assert_false(lev_pins_next(&pins, &at, PINS, 100, IDLE, &info));
	assert_int_equal(at, PINS);
	*pin = other;
	assert_int_equal(find(hash_in(1, 1), 100), 5);

	/* Somebody is at it: it is not read, not taken, not removed. */
	pin->state = 1;
	assert_int_equal(find(hash_in(1, 1), 100), -1);
	for (n = 0; n < 3 * LEV_PIN_WAYS; n++)
		assert_int_not_equal(put(hash_in(1, n + 10), 6, 100 + n), LEV_PINS_BUSY);
	assert_int_equal(lev_pins_sweep(&pins, 0, PINS, 100, IDLE, 1), 0);
	assert_int_equal(pin->tag, other.tag);
	assert_int_equal(pin->state, 1);
	for (n = 0; n < LEV_PIN_WAYS; n++)
		pin[n].state = 1;
	assert_int_equal(put(hash_in(1, 50), 6, 100), LEV_PINS_BUSY);
}

/*
 * Threads: a flow is only ever pinned to servers of its own, whose numbers say whose they are.
 * There are more flows than pins, so that pins change hands all the time.
 */
#define FLOWS		48
#define CHECK_BITS	(0x1fffULL << 28)
#define OWN		16	/* servers of one flow */
#define STEPS		2000000
#define ACTORS		2
#define SECONDS		1.2

static u64 flow_hash[FLOWS];
static u32 flow_time;

struct actor {
	pthread_t thread;
	unsigned long long seed;
	unsigned int found;
	unsigned int wrong;	/* found, with a server that is not the flow's */
};

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void check_flow(struct actor *a, unsigned int flow, int server)
{
	a->found += server >= 0;
	a->wrong += server >= 0 && server / OWN != (int)flow;
}

static void check_walk(struct actor *a, u32 now)
{
	struct lev_pin_info info;
	unsigned int flow;
	u32 at = 0;

	while (lev_pins_next(&pins, &at, PINS / 2, now, IDLE, &info)) {
		for (flow = 0; flow < FLOWS && flow_hash[flow] != info.hash; flow++)
			;
		check_flow(a, flow, info.server);
	}
}

static void *actor(void *arg)
{
	struct actor *a = arg;
	double end = seconds() + SECONDS;
	unsigned int i;

	for (i = 0; i < STEPS && (i % 1024 || seconds() < end); i++) {
		unsigned int flow = rnd(&a->seed, FLOWS), what = rnd(&a->seed, 100);
		u32 now = READ_ONCE(flow_time) + rnd(&a->seed, 3);

		if (what < 40)
			lev_pins_put(&pins, flow_hash[flow], (u16)(flow * OWN + rnd(&a->seed, OWN)),
				     what & 1 ? LEV_PIN_FOREIGN : 0, now, IDLE);
		else if (what < 43)
			lev_pins_close(&pins, flow_hash[flow]);
		else if (what < 44)
			lev_pins_sweep(&pins, 0, PINS, now, IDLE,
				       (int)(flow * OWN + rnd(&a->seed, OWN)));
		else if (what < 45)
			check_walk(a, now);
		else
			check_flow(a, flow, lev_pins_find(&pins, flow_hash[flow], now, IDLE));
		if (!(i % 64))
			WRITE_ONCE(flow_time, now + 1);
	}
	return NULL;
}

static void threads(void **state)
{
	static struct actor actors[ACTORS];
	unsigned long long seed = 3;
	unsigned int i, found = 0, wrong = 0;
	u32 late;

	(void)state;
	/* Of two sets, so half of the memory, and all with check bits of 0: they do not help. */
	for (i = 0; i < FLOWS; i++)
		flow_hash[i] = (rnd_next(&seed) & ~(CHECK_BITS | 3)) | (i & 1);
	for (i = 0; i < ACTORS; i++) {
		actors[i].seed = i + 1;
		assert_int_equal(pthread_create(&actors[i].thread, NULL, actor, &actors[i]), 0);
	}
	for (i = 0; i < ACTORS; i++) {
		assert_int_equal(pthread_join(actors[i].thread, NULL), 0);
		found += actors[i].found;
		wrong += actors[i].wrong;
	}
	print_message("# %u times found, %u of them another flow's\n", found, wrong);
	assert_int_equal(wrong, 0);
	assert_true(found > 1000);
	/* Nobody left a pin busy: much later each set can be filled with other flows. */
	late = flow_time + S32_MAX / 2;
	for (i = 0; i < 2 * LEV_PIN_WAYS; i++)
		assert_int_equal(put(hash_in(i & 1, i + 1), 1, late), LEV_PINS_NEW);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(sizes, setup),
		cmocka_unit_test_setup(put_and_find, setup),
		cmocka_unit_test_setup(low_bits_choose_the_set, setup),
		cmocka_unit_test_setup(idle_ones_do_not_count, setup),
		cmocka_unit_test_setup(a_hit_is_noted_once_a_second, setup),
		cmocka_unit_test_setup(a_look_is_no_hit, setup),
		cmocka_unit_test_setup(seconds_wrap, setup),
		cmocka_unit_test_setup(closing_ones_go_early, setup),
		cmocka_unit_test_setup(flags_are_kept, setup),
		cmocka_unit_test_setup(order_of_eviction, setup),
		cmocka_unit_test_setup(walk, setup),
		cmocka_unit_test_setup(sweep, setup),
		cmocka_unit_test_setup(torn_pins, setup),
		cmocka_unit_test_setup(threads, setup),
	};

	return cmocka_run_group_tests_name("pin", tests, NULL, NULL);
}

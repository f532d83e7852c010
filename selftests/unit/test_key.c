// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/member.c kmod/core/hear.c kmod/core/clock.c kmod/core/agree.c */
/* sources: kmod/core/word.c */
/* sources: kmod/core/join.c kmod/core/key.c */
/* sources: kmod/core/config.c kmod/core/wire.c kmod/core/wheel.c */
/* sources: selftests/sim/sim.c selftests/sim/node.c selftests/sim/flight.c */
/*
 * Another key, on one node after the other: who has which, when the old one goes, and what becomes
 * of mistakes.
 */
#include "unit.h"
#include "sim.h"

static struct lev_key key(u8 number)
{
	return (struct lev_key){ .len = LEV_KEY_MIN, .b = { number } };
}

static void set(struct lev_keyring *ring, u8 number, enum lev_key_keep keep)
{
	struct lev_key k = key(number);

	lev_keyring_set(ring, &k, keep);
}

static void is(const struct lev_keyring *ring, u8 now, int old)
{
	assert_int_equal(ring->now.b[0], now);
	assert_int_equal(ring->two, old >= 0);
	if (old >= 0)
		assert_int_equal(ring->old.b[0], old);
}

static void ring_keeps_what_others_know(void **state)
{
	struct lev_keyring ring = { .now = key(1) };

	(void)state;
	set(&ring, 1, LEV_KEY_KEEP_OLD);
	is(&ring, 1, -1);
	set(&ring, 2, LEV_KEY_KEEP_OLD);
	is(&ring, 2, 1);
	set(&ring, 2, LEV_KEY_KEEP_NOW);
	is(&ring, 2, 1);
	/* A wrong one is mended, and a third one comes when all have the second. */
	set(&ring, 3, LEV_KEY_KEEP_OLD);
	is(&ring, 3, 1);
	set(&ring, 4, LEV_KEY_KEEP_NOW);
	is(&ring, 4, 3);
	/* And back. */
	set(&ring, 3, LEV_KEY_KEEP_OLD);
	is(&ring, 3, 4);
}

static void ring_old(void **state)
{
	struct lev_keyring ring = { .now = key(1) };
	struct lev_key none = {}, other = key(2), same = key(1);

	(void)state;
	lev_keyring_set_old(&ring, &other);
	is(&ring, 1, 2);
	lev_keyring_set_old(&ring, &none);
	is(&ring, 1, -1);
	assert_int_equal(ring.old.len, 0);
	lev_keyring_set_old(&ring, &same);
	is(&ring, 1, -1);
	/* No key is a key as any other. */
	lev_keyring_set(&ring, &none, LEV_KEY_KEEP_OLD);
	is(&ring, 0, 1);
}

static struct sim *three(void)
{
	struct sim *s = sim_new(3, 1);

	sim_start_all(s);
	sim_run(s, 2000 * MS);
	sim_assert_view(s, 7, 7);
	return s;
}

static enum lev_peer_key of(struct sim *s, unsigned int id, unsigned int peer)
{
	return lev_key_of(sim_m(s, id), peer, sim_local(s, id));
}

static void one_after_the_other(void **state)
{
	struct sim *s = three();
	unsigned int id;

	(void)state;
	sim_rekey(s, 2, 1);
	sim_run(s, 1000 * MS);
	sim_assert_view(s, 7, 7);
	assert_int_equal(lev_key_waiting(sim_m(s, 2)), 5);
	assert_int_equal(lev_key_waiting(sim_m(s, 1)), 0);
	assert_int_equal(of(s, 2, 1), LEV_PEER_KEY_OLD);
	assert_int_equal(of(s, 1, 2), LEV_PEER_KEY_NEW);
	sim_rekey(s, 3, 1);
	sim_run(s, 1000 * MS);
	sim_assert_view(s, 7, 7);
	assert_int_equal(lev_key_waiting(sim_m(s, 2)), 1);
	assert_int_equal(of(s, 2, 3), LEV_PEER_KEY_SAME);
	sim_rekey(s, 1, 1);
	sim_run(s, 1000 * MS);
	sim_assert_view(s, 7, 7);
	for (id = 1; id <= 3; id++) {
		is(&s->node[id]->ring, 1, -1);
		assert_false(sim_m(s, id)->two_keys);
		assert_int_equal(s->node[id]->forged, 0);
	}
	assert_int_equal(of(s, 2, 1), LEV_PEER_KEY_SAME);
	sim_free(s);
}

static void wrong_one(void **state)
{
	struct sim *s = three();

	(void)state;
	sim_rekey(s, 1, 1);
	sim_rekey(s, 2, 9);
	sim_rekey(s, 3, 1);
	sim_run(s, 1000 * MS);
	sim_assert_view(s, 7, 7);
	assert_int_equal(of(s, 1, 2), LEV_PEER_KEY_OTHER);
	assert_int_equal(lev_key_waiting(sim_m(s, 1)), 2);
	sim_rekey(s, 2, 1);
	sim_run(s, 1000 * MS);
	sim_assert_view(s, 7, 7);
	is(&s->node[2]->ring, 1, -1);
	is(&s->node[1]->ring, 1, -1);
	sim_free(s);
}

/* Two keyrings are alike if both have the same two. */
static void ring_same(void **state)
{
	struct lev_keyring ring = { .now = key(1), .old = key(2), .two = true }, other = ring;

	(void)state;
	assert_true(lev_keyring_same(&ring, &other));
	other.old = key(3);
	assert_false(lev_keyring_same(&ring, &other));
	other.two = false;
	assert_false(lev_keyring_same(&ring, &other));
	/* What was the old one counts no more. */
	ring.two = false;
	assert_true(lev_keyring_same(&ring, &other));
	other.now = key(2);
	assert_false(lev_keyring_same(&ring, &other));
}

/* What is said of one that cannot be believed, as long as it sends, and of one that is gone. */
static void one_that_is_not_believed(void **state)
{
	struct sim *s = sim_new(3, 2);

	(void)state;
	sim_start(s, 1);
	sim_start(s, 2);
	sim_run(s, 2000 * MS);
	assert_int_equal(of(s, 1, 2), LEV_PEER_KEY_SAME);
	assert_int_equal(of(s, 1, 3), LEV_PEER_KEY_UNKNOWN);
	sim_rekey(s, 3, 9);
	sim_start(s, 3);
	sim_run(s, 1000 * MS);
	assert_int_equal(of(s, 1, 3), LEV_PEER_KEY_OTHER);
	assert_int_equal(of(s, 3, 1), LEV_PEER_KEY_OTHER);
	sim_crash(s, 3);
	sim_crash(s, 2);
	sim_run(s, 1000 * MS);
	assert_int_equal(of(s, 1, 3), LEV_PEER_KEY_UNKNOWN);
	assert_int_equal(of(s, 1, 2), LEV_PEER_KEY_UNKNOWN);
	sim_free(s);
}

/* One that has no key of theirs any more listens anew; one that has goes on. */
static void given_up_at_once(void **state)
{
	struct sim *s = three();
	unsigned int id;

	(void)state;
	sim_rekey(s, 1, 1);
	sim_rekey(s, 2, 1);
	sim_run(s, 1000 * MS);
	/* Both have the new one; the third one is cut off, and cannot know why. */
	for (id = 1; id <= 2; id++) {
		sim_rekey_alone(s, id, 1);
		assert_true(sim_m(s, id)->ready);
	}
	sim_run(s, 2000 * MS);
	sim_assert_view(s, 3, 3);
	assert_int_equal(sim_m(s, 3)->view, 4);
	sim_rekey(s, 3, 1);
	sim_run(s, 2000 * MS);
	sim_assert_view(s, 7, 7);
	/* A typo that stands alone makes silent who has made it. */
	sim_rekey_alone(s, 2, 9);
	assert_false(sim_m(s, 2)->ready);
	sim_run(s, 2000 * MS);
	assert_int_equal(sim_m(s, 2)->reason, LEV_REASON_CONFIG);
	sim_assert_view(s, 5, 5);
	sim_free(s);
}

/* The old one becomes the only one again, which the others have. */
static void taken_back_at_once(void **state)
{
	struct sim *s = three();

	(void)state;
	sim_rekey(s, 2, 1);
	sim_run(s, 1000 * MS);
	sim_rekey_alone(s, 2, 0);
	assert_true(sim_m(s, 2)->ready);
	/* Nor does one go that corrects itself before it has heard anybody. */
	sim_rekey(s, 1, 1);
	sim_rekey(s, 1, 2);
	assert_true(sim_m(s, 1)->ready);
	is(&s->node[1]->ring, 2, 0);
	sim_run(s, 1000 * MS);
	sim_assert_view(s, 7, 7);
	sim_free(s);
}

static void ring_stays(void **state)
{
	struct lev_keyring one = { .now = key(1) }, two = one, other = { .now = key(3) };

	(void)state;
	set(&two, 2, LEV_KEY_KEEP_NOW);
	assert_int_equal(lev_keyring_stays(&one, &two), LEV_PROOF_HAS);
	assert_int_equal(lev_keyring_stays(&two, &one), LEV_PROOF_OLD);
	assert_int_equal(lev_keyring_stays(&two, &two), LEV_PROOF_HAS | LEV_PROOF_OLD);
	assert_int_equal(lev_keyring_stays(&two, &other), 0);
	assert_true(lev_keyring_same(&two, &two));
	assert_false(lev_keyring_same(&one, &two));
	assert_false(lev_keyring_same(&one, &other));
}

/* Two who want it the other way round: neither may give up what the other one signs with. */
static void crosswise(void **state)
{
	struct sim *s = three();
	unsigned int id;

	(void)state;
	sim_crash(s, 3);
	sim_run(s, 1000 * MS);
	for (id = 1; id <= 2; id++)
		sim_rekey(s, id, 1);
	sim_run(s, 1000 * MS);
	/* The third one has yet to be heard with it. */
	is(&s->node[1]->ring, 1, 0);
	sim_rekey(s, 1, 0);
	sim_run(s, 1000 * MS);
	is(&s->node[1]->ring, 0, 1);
	is(&s->node[2]->ring, 1, 0);
	sim_assert_view(s, 3, 3);
	assert_int_equal(of(s, 2, 1), LEV_PEER_KEY_NEW);
	sim_free(s);
}

/* One that starts with the new key alone, while the others still have both. */
static void joins_with_the_new_one(void **state)
{
	struct sim *s = three();
	u64 digest = sim_m(s, 1)->digest;
	unsigned int id;

	(void)state;
	sim_crash(s, 3);
	sim_run(s, 1000 * MS);
	for (id = 1; id <= 3; id++)
		sim_rekey(s, id, 1);
	sim_run(s, 1000 * MS);
	sim_start(s, 3);
	assert_int_not_equal(sim_m(s, 3)->digest, digest);
	sim_run(s, 2000 * MS);
	sim_assert_view(s, 7, 7);
	for (id = 1; id <= 3; id++) {
		is(&s->node[id]->ring, 1, -1);
		assert_int_equal(sim_m(s, id)->digest, digest);
	}
	sim_free(s);
}

/* Node 1 believes this of node 2, whom the number then shuts out. @proof: by which key */
static void plant_beat(struct sim *s, u8 proof)
{
	struct lev_beat beat = sim_m(s, 1)->peer[2].last;
	u32 todo = 0;

	beat.sequence = U64_MAX;
	beat.proof = proof;
	beat.side = LEV_SIDE_FRONT;
	assert_int_equal(lev_member_hear(sim_m(s, 1), &beat, LEV_SIDE_FRONT, sim_local(s, 1),
					 &todo), LEV_HEAR_OK);
}

static enum lev_hear hear_pins(struct sim *s, u64 sequence)
{
	const struct lev_peer *p = &sim_m(s, 1)->peer[2];
	struct lev_pins_head head = {
		.node = 2, .side = LEV_SIDE_BACK, .incarnation = p->incarnation,
		.beat = p->last.sequence, .sequence = sequence,
	};

	return lev_member_hear_pins(sim_m(s, 1), &head, LEV_SIDE_BACK);
}

/* Node 2 is shut out as long as the old key is accepted. */
static void is_back_when_given_up(struct sim *s)
{
	unsigned int id;

	assert_int_equal(sim_m(s, 1)->view, 5);
	for (id = 1; id <= 3; id++)
		sim_rekey_alone(s, id, 1);
	sim_run(s, 3000 * MS);
	sim_assert_view(s, 7, 7);
	sim_free(s);
}

static void what_the_old_one_planted_goes_with_it(void **state)
{
	struct sim *s = three();

	(void)state;
	sim_rekey(s, 1, 1);
	sim_run(s, 300 * MS);
	plant_beat(s, LEV_PROOF_OLD | LEV_PROOF_WAS);
	sim_rekey(s, 2, 1);
	sim_rekey(s, 3, 1);
	sim_run(s, 2000 * MS);
	assert_int_equal(lev_key_waiting(sim_m(s, 1)), 2);
	is_back_when_given_up(s);
}

/* Before the change, so that it was not heard with any key since. */
static void what_was_planted_before_goes_too(void **state)
{
	struct sim *s = three();
	unsigned int id;

	(void)state;
	plant_beat(s, LEV_PROOF_HAS | LEV_PROOF_NOW);
	for (id = 1; id <= 3; id++)
		sim_rekey(s, id, 1);
	sim_run(s, 2000 * MS);
	is_back_when_given_up(s);
}

static void planted_pins_go_at_the_end(void **state)
{
	struct sim *s = three();
	unsigned int id;

	(void)state;
	sim_rekey(s, 1, 1);
	sim_run(s, 300 * MS);
	assert_int_equal(hear_pins(s, U64_MAX), LEV_HEAR_OK);
	assert_int_equal(hear_pins(s, 5), LEV_HEAR_REPLAYED);
	sim_rekey(s, 2, 1);
	sim_rekey(s, 3, 1);
	sim_run(s, 1000 * MS);
	for (id = 1; id <= 3; id++)
		assert_false(sim_m(s, id)->two_keys);
	assert_int_equal(hear_pins(s, 5), LEV_HEAR_OK);
	assert_int_equal(hear_pins(s, 5), LEV_HEAR_REPLAYED);
	sim_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ring_keeps_what_others_know),
		cmocka_unit_test(ring_old),
		cmocka_unit_test(one_after_the_other),
		cmocka_unit_test(wrong_one),
		cmocka_unit_test(ring_same),
		cmocka_unit_test(one_that_is_not_believed),
		cmocka_unit_test(ring_stays),
		cmocka_unit_test(given_up_at_once),
		cmocka_unit_test(taken_back_at_once),
		cmocka_unit_test(crosswise),
		cmocka_unit_test(joins_with_the_new_one),
		cmocka_unit_test(what_the_old_one_planted_goes_with_it),
		cmocka_unit_test(what_was_planted_before_goes_too),
		cmocka_unit_test(planted_pins_go_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * One machine of a cluster (see sim.h): does around a member what kmod/step.c, beat.c, commit.c and
 * device.c do, and what an admin or a fault does to it. Called by tests, and by sim.c when its time
 * has come; sends by flight.c.
 */
#include "inside.h"

/* Nothing in a cluster comes as often in a millisecond. */
#define TICKS_MAX	100

static const siphash_key_t sim_key = { { 0x1122334455667788ULL, 0x99aabbccddeeff00ULL } };

static struct lev_key key_of(u8 number)
{
	return (struct lev_key){ .len = LEV_KEY_MIN, .b = { number } };
}

struct sim_keys sim_keys(const struct sim *s, unsigned int id)
{
	const struct lev_keyring *ring = &s->node[id]->ring;

	return (struct sim_keys){ ring->now.b[0], ring->old.b[0], ring->two };
}

static siphash_key_t hash_key_of(u8 number)
{
	siphash_key_t key = sim_key;

	key.key[0] ^= number;
	return key;
}

static u64 digest_of(const struct sim_node *n, const struct lev_config *cfg)
{
	return lev_config_digest(cfg, &n->hash_key);
}

static u64 to_local(const struct sim_node *n, u64 t)
{
	return n->skew + t + (u64)((s64)t * n->ppm / 1000000);
}

/* The first virtual time at which the local clock shows @local or more. */
static u64 to_virtual(const struct sim_node *n, u64 local)
{
	s64 t = (s64)(local - n->skew);

	if (!n->ppm)
		return (u64)t;
	t = (s64)((double)t * 1e6 / (1e6 + n->ppm)) - 100;
	while (to_local(n, (u64)t) < local)
		t++;
	return (u64)t;
}

u64 sim_local(const struct sim *s, unsigned int id)
{
	return to_local(s->node[id], s->now);
}

u64 sim_clock(struct sim *s, unsigned int id)
{
	return lev_member_clock(sim_m(s, id), sim_local(s, id));
}

static u64 heartbeat(const struct sim_node *n)
{
	return n->m.cfg->params.heartbeat * MS;
}

static void note_notice(struct sim *s, struct sim_node *n, u32 what)
{
	n->notice = n->ahead == what ? s->now - n->ahead_since : 0;
}

/* As lev_step() of kmod/step.c. */
static void step(struct sim *s, unsigned int id, u32 todo)
{
	struct sim_node *n = s->node[id];
	u64 now = to_local(n, s->now);

	if (!n->running)
		return;
	n->m.local.front_up = n->up[LEV_SIDE_FRONT];
	n->m.local.back_up = n->up[LEV_SIDE_BACK];
	todo |= lev_member_step(&n->m, now);
	if (todo & LEV_DO_SERVERS)
		note_notice(s, n, LEV_DO_SERVERS);
	if (lev_member_ahead(&n->m) != n->ahead) {
		n->ahead = lev_member_ahead(&n->m);
		n->ahead_since = s->now;
	}
	sim_must(!(todo & LEV_DO_PREPARE) == !n->ahead);
	if (todo & (LEV_DO_CONFIG | LEV_DO_SERVERS | LEV_DO_KEY | LEV_DO_HASH)) {
		n->todo |= todo & (LEV_DO_CONFIG | LEV_DO_SERVERS | LEV_DO_KEY | LEV_DO_HASH);
		if (!n->apply_at)
			n->apply_at = s->now + s->apply_delay;
	}
	if (todo & LEV_DO_SERVERS)
		n->served = s->now;
	if (todo & LEV_DO_BEAT)
		n->beat_at = min(n->beat_at, to_virtual(n, lev_member_hurry(&n->m, now)));
	n->step_at = to_virtual(n, lev_member_next(&n->m, now));
	if (s->watch)
		s->watch(s, id);
	n->clock = lev_member_clock(&n->m, now);
}

/* As prepare() and send() of kmod/beat.c. */
static void beat(struct sim *s, unsigned int id)
{
	static struct lev_beat b;
	struct sim_node *n = s->node[id];
	enum lev_side side;
	u8 bytes[LEV_WIRE_BEAT_MAX];

	lev_member_beat(&n->m, &b, to_local(n, s->now));
	memcpy(b.seal[0], &b.hash_key, sizeof(b.hash_key));
	n->beats++;
	for (side = 0; side < __LEV_SIDE_MAX; side++) {
		struct sim_frame *f;
		size_t len;

		if (!n->up[side] || (s->one_arm && side == LEV_SIDE_BACK))
			continue;
		b.side = side;
		len = lev_wire_write(&b, bytes);
		f = malloc(sizeof(*f) + len);
		sim_must(f);
		*f = (struct sim_frame){ .refs = 1, .len = len, .side = side,
					 .keys = sim_keys(s, id), .sent = s->now };
		memcpy(f->b, bytes, len);
		sim_transmit(s, id, f);
		sim_frame_put(f);
	}
}

/* As lev_beat_rx() of kmod/beat.c, behind the signature. */
static enum lev_hear receive(struct sim *s, unsigned int to, const u8 *bytes, size_t len,
			     enum lev_side side, u8 proof)
{
	static struct lev_beat b;
	struct sim_node *n = s->node[to];
	enum lev_hear heard;
	u32 todo = 0;

	sim_must(lev_wire_length(bytes, len) == len);
	sim_must(lev_wire_cluster(bytes) == SIM_CLUSTER);
	sim_must(!lev_wire_read(bytes, len, &b));
	b.proof = proof;
	memcpy(&b.hash_key, b.seal[0], sizeof(b.hash_key));
	heard = lev_member_hear(&n->m, &b, side, to_local(n, s->now), &todo);
	n->heard[heard]++;
	step(s, to, todo);
	return heard;
}

/* As lev_sign_proof() of kmod/sign.c. */
static u8 proof_of(const struct sim_node *n, struct sim_keys keys)
{
	u8 now = n->ring.now.b[0], old = n->ring.old.b[0], proof = 0;

	if (keys.now == now)
		proof |= LEV_PROOF_NOW | LEV_PROOF_HAS;
	if (keys.two && keys.old == now)
		proof |= LEV_PROOF_HAS;
	if (n->ring.two && keys.now == old)
		proof |= LEV_PROOF_WAS | LEV_PROOF_OLD;
	if (n->ring.two && keys.two && keys.old == old)
		proof |= LEV_PROOF_OLD;
	return proof && keys.two ? proof | LEV_PROOF_TWO : proof;
}

/* As signature() of kmod/beat.c. */
void sim_deliver(struct sim *s, unsigned int to, const struct sim_frame *f,
		 struct sim_keys keys)
{
	struct sim_node *n = s->node[to];
	u8 proof = proof_of(n, keys);

	if (proof) {
		receive(s, to, f->b, f->len, f->side, proof);
		return;
	}
	n->forged++;
	lev_member_forged(&n->m, lev_wire_node(f->b), to_local(n, s->now));
}

enum lev_hear sim_inject(struct sim *s, unsigned int to, const struct sim_frame *frame)
{
	return receive(s, to, frame->b, frame->len, frame->side, LEV_PROOF_NOW | LEV_PROOF_HAS);
}

enum lev_hear sim_inject_beat(struct sim *s, unsigned int to, enum lev_side side,
			      const struct lev_beat *beat)
{
	u8 bytes[LEV_WIRE_BEAT_MAX];

	return receive(s, to, bytes, lev_wire_write(beat, bytes), side,
		       LEV_PROOF_NOW | LEV_PROOF_HAS);
}

/* As activate() of kmod/device.c. */
static void activate(struct sim *s, unsigned int id, struct lev_config *cfg)
{
	struct sim_node *n = s->node[id];
	struct lev_config *old = n->active;

	lev_member_config(&n->m, cfg, cfg->version, digest_of(n, cfg));
	lev_member_pending(&n->m, 0, 0, to_local(n, s->now));
	n->active = cfg;
	if (n->pending != cfg)
		free(n->pending);
	n->pending = NULL;
	note_notice(s, n, LEV_DO_CONFIG);
	n->switched = s->now;
	free(old);
	step(s, id, LEV_DO_BEAT);
}

/* As lev_commit_rekey() of kmod/commit.c. */
static void rehash(struct sim *s, unsigned int id, siphash_key_t key)
{
	struct sim_node *n = s->node[id];

	n->hash_key = key;
	n->m.hash_key = key;
	lev_member_config(&n->m, n->active, n->m.version, digest_of(n, n->active));
	lev_member_pending(&n->m, n->pending ? n->pending->version : 0,
			   n->pending ? digest_of(n, n->pending) : 0, to_local(n, s->now));
}

/* As lev_sign_drop_old() of kmod/sign.c. */
static void drop_old_key(struct sim_node *n)
{
	if (!n->m.two_keys || lev_key_waiting(&n->m))
		return;
	lev_keyring_set_old(&n->ring, &(struct lev_key){});
	lev_key_dropped(&n->m);
}

/* As rekey() of kmod/device.c. */
static void exchange_keys(struct sim *s, unsigned int id, const struct lev_keyring *ring)
{
	struct sim_node *n = s->node[id];
	u8 stays = lev_keyring_stays(&n->ring, ring);

	if (lev_keyring_same(ring, &n->ring))
		return;
	lev_key_begin(&n->m, ring->two);
	n->ring = *ring;
	lev_key_changed(&n->m, true, ring->two, stays, to_local(n, s->now));
	step(s, id, LEV_DO_BEAT);
}

/* As lev_device_identify() of kmod/device.c. */
void sim_rekey(struct sim *s, unsigned int id, u8 key)
{
	struct sim_node *n = s->node[id];
	struct lev_key new = key_of(key);
	struct lev_keyring ring;

	n->file = key;
	if (!n->running)
		return;
	ring = n->ring;
	lev_keyring_set(&ring, &new, lev_key_keep(&n->m));
	exchange_keys(s, id, &ring);
}

void sim_rekey_alone(struct sim *s, unsigned int id, u8 key)
{
	struct lev_keyring ring = { .now = key_of(key) };

	s->node[id]->file = key;
	exchange_keys(s, id, &ring);
}

static void apply(struct sim *s, unsigned int id)
{
	struct sim_node *n = s->node[id];
	u32 todo = n->todo;

	n->apply_at = 0;
	n->todo = 0;
	if (todo & LEV_DO_KEY)
		drop_old_key(n);
	if (todo & LEV_DO_HASH)
		rehash(s, id, n->m.hash_wanted);
	if (todo & LEV_DO_CONFIG && n->pending)
		activate(s, id, n->pending);
}

struct lev_config *sim_clone(struct sim *s, unsigned int id)
{
	struct sim_node *n = s->node[id];
	struct lev_config *cfg = malloc(sizeof(*cfg));

	sim_must(cfg);
	*cfg = n->pending ? *n->pending : *n->active;
	return cfg;
}

/* As lev_device_commit() and make_pending() of kmod/device.c. */
void sim_commit(struct sim *s, unsigned int id, struct lev_config *cfg)
{
	struct sim_node *n = s->node[id];
	const struct lev_config *newest = n->pending ? n->pending : n->active;
	u64 digest = digest_of(n, cfg);

	if (digest == digest_of(n, newest)) {
		free(cfg);
		return;
	}
	cfg->version = max(newest->version, n->m.version) + 1;
	if (!n->running || !lev_member_must_agree(&n->m)) {
		activate(s, id, cfg);
		return;
	}
	if (digest == n->m.digest) {
		free(cfg);
		cfg = NULL;
	}
	free(n->pending);
	n->pending = cfg;
	lev_member_pending(&n->m, cfg ? cfg->version : 0, cfg ? digest : 0,
			   to_local(n, s->now));
	step(s, id, LEV_DO_BEAT);
}

void sim_install(struct sim *s, unsigned int id, const struct lev_config *cfg)
{
	struct sim_node *n = s->node[id];

	*n->active = *cfg;
	lev_member_config(&n->m, n->active, cfg->version, digest_of(n, cfg));
}

void sim_node_new(struct sim *s, unsigned int id, const struct lev_config *cfg)
{
	struct sim_node *n = calloc(1, sizeof(*n));

	sim_must(n);
	n->active = malloc(sizeof(*cfg));
	sim_must(n->active);
	n->ring.now = key_of(0);
	n->hash_key = hash_key_of(0);
	n->up[LEV_SIDE_FRONT] = true;
	n->up[LEV_SIDE_BACK] = true;
	n->skew = rnd_next(&s->seed) % (1000ULL * 1000 * MS);
	n->step_at = NEVER;
	n->beat_at = NEVER;
	s->node[id] = n;
	sim_install(s, id, cfg);
}

void sim_node_free(struct sim_node *n)
{
	free(n->active);
	free(n->pending);
	free(n);
}

void sim_start(struct sim *s, unsigned int id)
{
	struct sim_node *n = s->node[id];

	n->running = true;
	n->clock = 0;
	n->todo = 0;
	n->apply_at = 0;
	n->beat_at = NEVER;
	n->ring = (struct lev_keyring){ .now = key_of(n->key ? n->key : n->file) };
	lev_key_changed(&n->m, true, false, 0, to_local(n, s->now));
	rehash(s, id, hash_key_of(n->key ? n->key : n->file));
	lev_member_start(&n->m, (u8)id, SIM_CLUSTER, true, (u32)rnd_next(&s->seed),
			 to_local(n, s->now));
	step(s, id, LEV_DO_BEAT);
}

void sim_crash(struct sim *s, unsigned int id)
{
	struct sim_node *n = s->node[id];

	n->running = false;
	n->step_at = NEVER;
	n->beat_at = NEVER;
	n->apply_at = 0;
}

void sim_stop(struct sim *s, unsigned int id)
{
	sim_m(s, id)->local.stopping = true;
	step(s, id, 0);
	beat(s, id);
	sim_crash(s, id);
	sim_m(s, id)->view = 0;
}

void sim_drift(struct sim *s, unsigned int id, int ppm)
{
	struct sim_node *n = s->node[id];
	u64 local = to_local(n, s->now);

	n->ppm = ppm;
	n->skew += local - to_local(n, s->now);
	step(s, id, 0);
}

void sim_clock_ahead(struct sim *s, unsigned int id, u64 ns)
{
	s->node[id]->skew += ns;
	step(s, id, 0);
}

void sim_watch(struct sim *s, unsigned int id, unsigned int ms)
{
	sim_m(s, id)->local.watch_until = ms ? sim_local(s, id) + ms * 1000000ULL : 0;
	step(s, id, 0);
}

void sim_drain(struct sim *s, unsigned int id, bool drained)
{
	sim_m(s, id)->local.drained = drained;
	step(s, id, 0);
}

void sim_carrier(struct sim *s, unsigned int id, enum lev_side side, bool up)
{
	s->node[id]->up[side] = up;
	step(s, id, 0);
}

void sim_reach(struct sim *s, unsigned int id, u64 servers)
{
	struct lev_member *m = sim_m(s, id);
	unsigned int i;

	for (i = 0; i < m->cfg->n_servers && i < 64; i++)
		lev_map_assign(m->reached, i, servers & 1ULL << i);
	step(s, id, LEV_DO_BEAT);
}

void sim_health(struct sim *s, unsigned int id, unsigned int server, bool healthy)
{
	step(s, id, lev_member_health(sim_m(s, id), server, healthy));
}

void sim_percent(struct sim *s, unsigned int id, unsigned int server, unsigned int steps)
{
	u32 todo = 0;

	sim_must(lev_member_percent(sim_m(s, id), server, steps, &todo));
	step(s, id, todo);
}

/* What a node has to do next, and when. */
u64 sim_node_due(const struct sim_node *n)
{
	u64 at = n->running ? min(n->step_at, n->beat_at) : NEVER;

	if (n->apply_at)
		at = min(at, n->apply_at);
	return max(at, n->stalled);
}

/* The timer of steps: one that fires without a pause would keep a processor busy for nothing. */
static void tick(struct sim *s, unsigned int id)
{
	struct sim_node *n = s->node[id];

	if (s->now - n->ticks_since >= MS) {
		n->ticks_since = s->now;
		n->ticks = 0;
	}
	sim_must(++n->ticks <= TICKS_MAX);
	step(s, id, 0);
}

void sim_node_act(struct sim *s, unsigned int id)
{
	struct sim_node *n = s->node[id];

	if (n->apply_at && n->apply_at <= s->now) {
		apply(s, id);
	} else if (n->beat_at <= s->now) {
		n->beat_at = s->now + heartbeat(n);
		step(s, id, 0);
		beat(s, id);
		n->beat_at = s->now + heartbeat(n);
	} else {
		tick(s, id);
	}
}

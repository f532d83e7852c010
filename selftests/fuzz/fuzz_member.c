// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/member.c kmod/core/hear.c kmod/core/clock.c kmod/core/agree.c */
/* sources: kmod/core/word.c */
/* sources: kmod/core/join.c kmod/core/key.c kmod/core/config.c kmod/core/wheel.c */
/* sources: kmod/core/wire.c kmod/core/wire_pins.c */
/*
 * One member, and around it whatever those that know its key could send: heartbeats with any
 * content, time, local facts, and changes of the config. A heartbeat of the input is good but for
 * what the input says is not, so that a cluster comes about. Does around the member what
 * selftests/sim/node.c does; what must hold is the same as there, of each member alone.
 */
#include "fuzz.h"
#include "core/member.h"

#define MS		LEV_NSEC_PER_MSEC
#define CLUSTER		7
#define SELF		2
#define NODES		4
#define CONFIGS		3
#define STEPS_MAX	20
#define CLOCK_STEP	(100 * MS)	/* so far back at least, if back at all: see clock.c */

/* What a heartbeat says that a good one would not: bits of a number of the input. */
enum wild {
	WILD_SEQUENCE	= 0x0001,
	WILD_CLOCK	= 0x0002,
	WILD_ANY_CLOCK	= 0x0004,
	WILD_REASON	= 0x0008,
	WILD_KEEPER	= 0x0010,
	WILD_FLAGS	= 0x0020,
	WILD_CONFIG	= 0x0040,
	WILD_PENDING	= 0x0080,
	WILD_SWITCH	= 0x0100,
	WILD_SERVERS	= 0x0200,
	WILD_ECHO	= 0x0400,
	WILD_PRIORITY	= 0x0800,
	WILD_REACHED	= 0x1000,
	WILD_COUNT	= 0x2000,
	WILD_HEARS	= 0x4000,
	WILD_SIDE	= 0x8000,
};

static const siphash_key_t key = { { 0x1122334455667788ULL, 0x99aabbccddeeff00ULL } };
static struct lev_config configs[CONFIGS];
static u64 digests[CONFIGS];

static struct fuzz_input in;
static struct lev_member m;
static u64 now, clock_was;
static u64 sequences[NODES + 2];
static unsigned int pending;
static bool due;

static void add_server(struct lev_config *cfg, u8 last)
{
	struct lev_server s = { .weight = 1, .pool = LEV_POOL_DEFAULT };
	u8 addr[4] = { 10, 0, 2, last };
	struct lev_error err;

	lev_addr_set4(&s.addr, addr);
	fuzz_must(!lev_config_server_put(cfg, &s, LEV_PUT_ADD, &err));
}

static void add_nodes(struct lev_config *cfg, unsigned int n)
{
	static const struct lev_node nodes[NODES] = {
		{ 1, 1, 100 }, { SELF, 3, 100 }, { 3, 1, 50 }, { 4, 0, 200 },
	};
	struct lev_error err;

	while (n--)
		fuzz_must(!lev_config_node_put(cfg, &nodes[n], LEV_PUT_ADD, &err));
}

static void add_service(struct lev_config *cfg)
{
	struct lev_service s = { .proto = IPPROTO_TCP, .port = 80, .pool = LEV_POOL_DEFAULT };
	u8 addr[4] = { 10, 0, 1, 200 };
	struct lev_error err;

	lev_addr_set4(&s.addr, addr);
	fuzz_must(!lev_config_service_put(cfg, &s, LEV_PUT_ADD, &err));
}

/* Three that differ in servers, nodes, and times. All have us. */
static void make_configs(void)
{
	unsigned int i;

	for (i = 0; i < CONFIGS; i++) {
		lev_config_init(&configs[i]);
		configs[i].version = 1;
	}
	add_nodes(&configs[0], NODES);
	add_service(&configs[0]);
	for (i = 1; i <= 3; i++)
		add_server(&configs[0], i);
	add_nodes(&configs[1], NODES);
	add_service(&configs[1]);
	for (i = 2; i <= 6; i++)
		add_server(&configs[1], i);
	configs[1].params.heartbeat = 20;
	configs[1].params.failback = LEV_FAILBACK_NEVER;
	add_nodes(&configs[2], SELF);
	configs[2].params.failback = 5000;
	for (i = 0; i < CONFIGS; i++)
		digests[i] = lev_config_digest(&configs[i], &key);
}

static void check_clock(void)
{
	u64 clock = lev_member_clock(&m, now);

	fuzz_must(clock >= clock_was || clock_was - clock >= CLOCK_STEP);
	fuzz_must(lev_member_clock(&m, now) == clock);
	clock_was = clock;
}

static void check_laws(void)
{
	u64 self = lev_node_bit(SELF), nodes = lev_config_nodes(m.cfg), next;

	fuzz_must(!(m.view & self) == (m.reason != LEV_REASON_NONE));
	fuzz_must(!(m.view & ~nodes) && !(lev_member_waiting(&m) & ~nodes));
	fuzz_must(m.reason != LEV_REASON_NONE || (m.ready && m.synced));
	fuzz_must(m.priority >= 0 || !(m.view & self) || !lev_config_node(m.cfg, SELF)->weight);
	fuzz_must(m.priority <= LEV_PRIORITY_MAX);
	fuzz_must(!m.keeper || lev_node_bit(m.keeper) & nodes);
	fuzz_must(!(lev_member_waiting(&m) & self));
	fuzz_must(lev_member_physical(&m) < 4);
	next = lev_member_next(&m, now);
	fuzz_must(next > now && next <= now + m.cfg->params.heartbeat * MS);
}

static void step(u32 todo)
{
	enum lev_reason reason = m.reason;
	struct lev_word agreed = m.agreed;
	u8 keeper = m.keeper;
	u64 view = m.view;
	int priority = m.priority;

	todo |= lev_member_step(&m, now);
	fuzz_must(!(todo & LEV_DO_STATE) == (m.reason == reason));
	fuzz_must(!(todo & LEV_DO_VIEW) == (m.view == view && m.priority == priority));
	fuzz_must(!(todo & LEV_DO_KEEPER) == (m.keeper == keeper));
	fuzz_must(!(todo & LEV_DO_PREPARE) == !lev_member_ahead(&m));
	fuzz_must(todo & LEV_DO_SERVERS || lev_word_same(&agreed, &m.agreed));
	fuzz_must(!(todo & LEV_DO_CONFIG) || m.pending_version);
	due |= todo & LEV_DO_CONFIG;
	check_laws();
	check_clock();
}

/* As activate() of kmod/device.c. */
static void activate(unsigned int which)
{
	lev_member_config(&m, &configs[which], m.version + 1, digests[which]);
	lev_member_pending(&m, 0, 0, now);
	due = false;
	step(LEV_DO_BEAT);
}

/* As lev_device_commit() of kmod/device.c. */
static void commit(unsigned int which)
{
	u64 version = max(m.version, m.pending_version) + 1;

	if (digests[which] == (m.pending_version ? m.pending_digest : m.digest))
		return;
	if (!lev_member_must_agree(&m)) {
		activate(which);
		return;
	}
	if (digests[which] == m.digest)
		version = 0;
	pending = which;
	lev_member_pending(&m, version, version ? digests[which] : 0, now);
	step(LEV_DO_BEAT);
}

static void run(u64 ns, bool often)
{
	u64 end = now + ns;
	unsigned int steps = 0;

	while (often && steps++ < STEPS_MAX && lev_member_next(&m, now) < end) {
		now = lev_member_next(&m, now);
		step(0);
	}
	now = end;
	step(0);
}

/* A number near one that counts. */
static u64 around(u64 v)
{
	return v + (u64)(s64)(s8)fuzz_take(&in, 1);
}

static u64 clock_around(u64 clock)
{
	return clock + (u64)(s64)(s16)fuzz_take(&in, 2) * MS;
}

static u64 some_digest(void)
{
	unsigned int which = fuzz_take(&in, 1) % (CONFIGS + 1);

	return which < CONFIGS ? digests[which] : which;
}

/* What somebody who is of one mind with us would send. */
static void good_beat(struct lev_beat *b, unsigned int node, unsigned int life)
{
	memset(b, 0, sizeof(*b));
	b->cluster = CLUSTER;
	b->node = node;
	b->incarnation = 100 * node + life;
	b->sequence = ++sequences[node];
	b->keeper = m.keeper ? m.keeper : node;
	b->priority = max(m.priority, 0);
	b->synced = true;
	b->keyed = true;
	b->ready = true;
	b->virtual_sides = 3;
	b->clock = m.synced ? lev_member_clock(&m, now) : 10000 * MS;
	b->version = m.version;
	b->digest = m.digest;
	b->pending_version = m.pending_version;
	b->pending_digest = m.pending_digest;
	b->servers_epoch = m.servers_epoch == LEV_EPOCH_NONE ? 1 : m.servers_epoch;
	b->servers_at = b->clock;
	b->n_servers = m.cfg->n_servers;
	b->vote.up[0] = (1 << b->n_servers) - 1;
	b->agreed = m.servers_next;
	b->n_hears = 1;
	b->hears[0] = (struct lev_hears){ SELF, 3, m.incarnation, m.sequence };
}

static void spoil_state(struct lev_beat *b, unsigned int wild)
{
	u8 flags;

	if (wild & WILD_SEQUENCE)
		b->sequence = around(b->sequence);
	if (wild & WILD_CLOCK)
		b->clock = clock_around(b->clock);
	if (wild & WILD_ANY_CLOCK)
		b->clock = fuzz_take(&in, 8);
	if (wild & WILD_REASON)
		b->reason = fuzz_take(&in, 1) % __LEV_REASON_MAX;
	if (wild & WILD_KEEPER)
		b->keeper = fuzz_take(&in, 1) % (LEV_NODE_ID_MAX + 1);
	if (wild & WILD_PRIORITY)
		b->priority = fuzz_take(&in, 1);
	if (!(wild & WILD_FLAGS))
		return;
	flags = fuzz_take(&in, 1);
	b->synced = flags & 1;
	b->ready = flags & 2;
	b->memory = flags & 4;
	b->wants = flags & 8;
	b->virtual_sides = flags >> 4 & 3;
}

/* Of a server, another share of its weight. */
static void some_less(struct lev_less *less)
{
	u8 how = fuzz_take(&in, 1);

	if (m.cfg->n_servers)
		lev_less_set(less, how % m.cfg->n_servers, 1 + how / 8 % LEV_STEPS_FULL);
	fuzz_must(lev_less_valid(less, m.cfg->n_servers));
}

/* Such as a frame of so many servers can have. */
static void fit_less(struct lev_less *less, u32 n_servers)
{
	while (less->n && !lev_less_valid(less, n_servers))
		less->entry[--less->n] = 0;
}

static void spoil_agreement(struct lev_beat *b, unsigned int wild)
{
	if (wild & WILD_CONFIG) {
		b->digest = some_digest();
		b->version = around(b->version);
	}
	if (wild & WILD_PENDING) {
		b->pending_digest = some_digest();
		b->pending_version = around(b->pending_version);
	}
	if (wild & WILD_SWITCH) {
		b->switch_digest = some_digest();
		b->switch_at = clock_around(b->clock);
	}
	if (wild & WILD_SERVERS) {
		b->servers_epoch = around(b->servers_epoch);
		b->servers_at = clock_around(b->clock);
		b->agreed.up[0] = fuzz_take(&in, 1);
		some_less(&b->agreed.less);
	}
	if (wild & WILD_REACHED) {
		b->vote.up[0] = fuzz_take(&in, 1);
		some_less(&b->vote.less);
	}
	if (wild & WILD_COUNT) {
		b->n_servers = fuzz_take(&in, 2) % (LEV_SERVERS_MAX + 1);
		fit_less(&b->vote.less, b->n_servers);
		fit_less(&b->agreed.less, b->n_servers);
	}
}

static void spoil_hears(struct lev_beat *b, unsigned int wild)
{
	struct lev_hears *h = &b->hears[0];

	if (wild & WILD_ECHO) {
		h->node = 1 + fuzz_take(&in, 1) % NODES;
		h->incarnation += (s8)fuzz_take(&in, 1);
		h->sequence += (s8)fuzz_take(&in, 1);
	}
	if (!(wild & WILD_HEARS))
		return;
	b->n_hears = fuzz_take(&in, 1) % (LEV_WIRE_HEARS_MAX + 1);
	for (h = &b->hears[1]; h < &b->hears[b->n_hears]; h++)
		*h = (struct lev_hears){ 1 + (h - b->hears) % LEV_NODE_ID_MAX, 3, m.incarnation,
					 m.sequence };
}

/* A refused frame changes nothing that is agreed. */
static enum lev_hear hear_frame(const struct lev_beat *beat, const struct lev_pins_head *pins,
				enum lev_side side, u32 *todo)
{
	static u8 was[offsetof(struct lev_member, peer)];
	enum lev_hear heard;

	memcpy(was, &m, sizeof(was));
	heard = beat ? lev_member_hear(&m, beat, side, now, todo) :
		lev_member_hear_pins(&m, pins, side);
	fuzz_must((beat && heard == LEV_HEAR_OK) || !memcmp(was, &m, sizeof(was)));
	return heard;
}

static void hear_beat(void)
{
	static struct lev_beat b, read;
	unsigned int wild = fuzz_take(&in, 2), who = fuzz_take(&in, 1);
	unsigned int node = 1 + who % (NODES + 1);
	enum lev_side side = who >> 6 & 1;
	u8 bytes[LEV_WIRE_BEAT_MAX];
	const struct lev_peer *p = &m.peer[node];
	u32 todo = 0;

	good_beat(&b, node, who >> 7);
	b.side = wild & WILD_SIDE ? !side : side;
	spoil_state(&b, wild);
	spoil_agreement(&b, wild);
	spoil_hears(&b, wild);
	fuzz_must(!lev_wire_read(bytes, lev_wire_write(&b, bytes), &read));
	hear_frame(&read, NULL, side, &todo);
	/* The same one again is none. */
	if (p->known && p->incarnation == read.incarnation)
		fuzz_must(hear_frame(&read, NULL, side, &todo) != LEV_HEAR_OK);
	step(todo);
}

/* Ours can be read by others. */
static void send_beat(void)
{
	static struct lev_beat b, read;
	u8 bytes[LEV_WIRE_BEAT_MAX], again[LEV_WIRE_BEAT_MAX];
	struct lev_pins_head head;
	size_t len;

	fuzz_must(lev_member_hurry(&m, now) >= now);
	lev_member_beat(&m, &b, now);
	len = lev_wire_write(&b, bytes);
	fuzz_must(len <= sizeof(bytes) && !lev_wire_read(bytes, len, &read));
	fuzz_must(lev_wire_write(&read, again) == len && !memcmp(bytes, again, len));
	if (lev_member_pins(&m, &head))
		fuzz_must(head.node == SELF && head.beat == m.sequence);
	lev_join_teaches(&m);
	check_clock();
}

/* So many heartbeats in which all of a set say what a good one says. */
static void agree(unsigned int beats, u8 set)
{
	static struct lev_beat b;
	unsigned int node;
	u32 todo;

	while (beats--) {
		run(m.cfg->params.heartbeat * MS, true);
		send_beat();
		for (node = 1; node <= NODES; node++) {
			if (!(set & lev_node_bit(node)))
				continue;
			todo = 0;
			good_beat(&b, node, 0);
			lev_member_hear(&m, &b, LEV_SIDE_FRONT, now, &todo);
			step(todo);
		}
	}
}

static void hear_pins(void)
{
	unsigned int who = fuzz_take(&in, 1), node = 1 + who % (NODES + 1);
	struct lev_pins_head head = {
		.cluster = CLUSTER, .node = node, .side = who >> 6 & 1, .keyed = true,
		.incarnation = 100 * node + (who >> 7), .sequence = around(100),
		.beat = around(sequences[node]), .digest = m.digest, .count = 1,
	}, read;
	struct lev_told_pin pin = {};
	u8 bytes[LEV_WIRE_PINS_LEN_MAX];
	u32 todo = 0;

	fuzz_must(!lev_wire_pins_read(bytes, lev_wire_pins_write(&head, &pin, bytes), &read));
	if (hear_frame(NULL, &read, read.side, &todo) == LEV_HEAR_OK)
		fuzz_must(hear_frame(NULL, &read, read.side, &todo) == LEV_HEAR_REPLAYED);
}

static void local_facts(void)
{
	u8 facts = fuzz_take(&in, 1);

	m.local.front_up = !(facts & 1);
	m.local.back_up = !(facts & 2);
	m.local.drained = facts & 4;
	m.local.stopping = (facts & 0x18) == 0x18;
	m.remembers = facts & 0x20;
	m.local.virtual_sides = facts >> 6;
	m.reached[0] = fuzz_take(&in, 1) & ((1 << m.cfg->n_servers) - 1);
	some_less(&m.less);
	step(LEV_DO_BEAT);
}

static void start(void)
{
	lev_member_start(&m, SELF, CLUSTER, true, 4711 + fuzz_take(&in, 1), now);
	clock_was = 0;
	step(LEV_DO_BEAT);
}

static void others(unsigned int what)
{
	switch (what) {
	case 0:
		lev_member_forged(&m, fuzz_take(&in, 1) % (LEV_NODE_ID_MAX + 1), now);
		step(0);
		break;
	case 1:
		lev_join_want(&m, now);
		break;
	case 2:
		lev_join_told(&m);
		break;
	case 3:
		start();
		break;
	default:
		fuzz_must(lev_join_base(&m, now) <= LEV_BASE_JOIN);
		run(fuzz_take(&in, 4), true);
	}
}

static void operate(void)
{
	u8 what = fuzz_take(&in, 1);

	switch (what % 8) {
	case 0:
		agree(what >> 3, fuzz_take(&in, 1));
		break;
	case 1:
		run(fuzz_take(&in, 2) * MS, what & 8);
		break;
	case 2:
	case 3:
		hear_beat();
		break;
	case 4:
		send_beat();
		break;
	case 5:
		local_facts();
		break;
	case 6:
		if (due && what & 8)
			activate(pending);
		else if (what & 0x10)
			hear_pins();
		else
			commit((what >> 5) % CONFIGS);
		break;
	default:
		others((what >> 3) % 8);
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	if (!configs[0].version)
		make_configs();
	in = (struct fuzz_input){ data, size };
	now = 1000 * MS;
	due = false;
	memset(sequences, 0, sizeof(sequences));
	memset(&m, 0, sizeof(m));
	lev_member_config(&m, &configs[0], 1, digests[0]);
	m.local = (struct lev_local){ .front_up = true, .back_up = true };
	start();
	while (in.left)
		operate();
	return 0;
}

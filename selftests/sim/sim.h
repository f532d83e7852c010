/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A whole cluster in one process: members of kmod/core/, the frames between them as bytes,
 * and one virtual time in ns. The same seed gives the same run. What kmod/step.c, beat.c
 * and device.c do around a member, node.c does here; flight.c has the frames, and sim.c the time.
 * Used by the unit tests of the member and by the simulator beside it.
 */
#ifndef _LEV_SELFTESTS_SIM_H
#define _LEV_SELFTESTS_SIM_H

#include <stdio.h>
#include "core/member.h"
#include "rnd.h"
#include "core/wheel.h"

#define MS		LEV_NSEC_PER_MSEC
#define SIM_CLUSTER	7
#define SIM_TAPE_MAX	1024

/* Keys by number: that of a node or a frame, and the old one, if there are @two. */
struct sim_keys {
	u8 now;
	u8 old;
	bool two;
};

/**
 * struct sim_frame - a beat on its way
 * @refs: how many have it
 * @len: bytes in @b
 * @side: where it was sent
 * @keys: that it is signed with, by number
 * @sent: virtual time
 * @b: as kmod/core/wire.c wrote it
 */
struct sim_frame {
	unsigned int refs;
	size_t len;
	enum lev_side side;
	struct sim_keys keys;
	u64 sent;
	u8 b[];
};

/**
 * struct sim_node - one machine
 * @m: the member
 * @active: config in force
 * @pending: config that waits, or NULL
 * @running: takes part
 * @up: carrier of each side
 * @ring: keys that it signs with; frames of others are forged, for all that it knows
 * @file: number of the key in its file, from which it starts
 * @key: it was given one that is nobody's
 * @hash_key: of digests, made from the key with which it started, or taken over
 * @skew: local clock minus virtual time, ns, but for @ppm
 * @ppm: how much too fast the local clock goes
 * @step_at: virtual time of the next step at the latest
 * @beat_at: of the next beat
 * @apply_at: when what @todo holds is carried out, 0: nothing to do
 * @todo: LEV_DO_CONFIG and LEV_DO_SERVERS
 * @stalled: until this virtual time the machine does nothing
 * @ahead: what lev_member_ahead() said at the last step
 * @ahead_since: virtual time since when
 * @ticks: how often the timer of steps has fired
 * @ticks_since: in the millisecond that began at this virtual time
 * @notice: how long before the last switch it was known that it would come, ns
 * @switched: virtual time at which the config in force came into force
 * @served: virtual time of the last change of the agreed servers
 * @clock: cluster clock as the last step saw it
 * @heard: beats by what lev_member_hear() said
 * @forged: beats with a wrong signature
 * @beats: sent
 */
struct sim_node {
	struct lev_member m;
	struct lev_config *active;
	struct lev_config *pending;
	bool running;
	bool up[__LEV_SIDE_MAX];
	struct lev_keyring ring;
	u8 file;
	u8 key;
	siphash_key_t hash_key;
	u64 skew;
	int ppm;
	u64 step_at;
	u64 beat_at;
	u64 apply_at;
	u32 todo;
	u64 stalled;
	u32 ahead;
	u64 ahead_since;
	unsigned int ticks;
	u64 ticks_since;
	u64 notice;
	u64 switched;
	u64 served;
	u64 clock;
	unsigned int heard[LEV_HEAR_REPLAYED + 1];
	unsigned int forged;
	unsigned int beats;
};

/* One direction on one side between two nodes. */
struct sim_link {
	bool cut;
	unsigned int loss;	/* percent */
	unsigned int twice;	/* percent that come twice */
	u64 delay;		/* ns */
	u64 jitter;		/* ns, at most so much more: frames overtake each other */
};

struct sim_arrival {
	u64 at;
	u64 order;
	u8 to;
	struct sim_frame *frame;
};

/**
 * struct sim - a cluster
 * @now: virtual time, ns
 * @n: nodes, with ids from 1
 * @seed: state of the random numbers
 * @one_arm: beats go out on front only
 * @apply_delay: from a switch that is due to its being carried out, ns
 * @node: by id
 * @link: by sender, receiver, side
 * @heap: frames on their way
 * @n_heap: in @heap
 * @size: room in @heap
 * @order: frames sent so far
 * @tape_of: whose frames are recorded, 0: nobody's
 * @tape: recorded frames, oldest first
 * @n_tape: in @tape
 * @watch: called after each step of a node
 * @arg: for @watch
 */
struct sim {
	u64 now;
	unsigned int n;
	unsigned long long seed;
	bool one_arm;
	u64 apply_delay;
	struct sim_node *node[LEV_NODE_ID_MAX + 1];
	struct sim_link link[LEV_NODE_ID_MAX + 1][LEV_NODE_ID_MAX + 1][__LEV_SIDE_MAX];
	struct sim_arrival *heap;
	unsigned int n_heap;
	unsigned int size;
	u64 order;
	unsigned int tape_of;
	struct sim_frame *tape[SIM_TAPE_MAX];
	unsigned int n_tape;
	void (*watch)(struct sim *s, unsigned int id);
	void *arg;
};

/*
 * What must hold. sim_fail() never returns: it ends the program, unless the simulator has set
 * where a run that failed is left to.
 */
#define sim_must(cond)						\
do {								\
	if (!(cond))						\
		sim_fail(__FILE__, __LINE__, #cond);		\
} while (0)
void __noreturn sim_fail(const char *file, int line, const char *what);
extern void (*sim_on_fail)(const char *file, int line, const char *what);

/* Nodes 1..n with the default config, none started; every flight takes 0.1 ms. */
struct sim *sim_new(unsigned int n, unsigned long long seed);
void sim_free(struct sim *s);

/* Start with a new incarnation, die without a word, stop with a goodbye. */
void sim_start(struct sim *s, unsigned int id);
void sim_start_all(struct sim *s);
void sim_crash(struct sim *s, unsigned int id);
void sim_stop(struct sim *s, unsigned int id);

/* Let time pass. */
void sim_run(struct sim *s, u64 ns);

/* The local clock goes so much too fast from now on, or is stepped ahead. */
void sim_drift(struct sim *s, unsigned int id, int ppm);
void sim_clock_ahead(struct sim *s, unsigned int id, u64 ns);

/* A local fact of a node is new: it looks around at once. */
void sim_drain(struct sim *s, unsigned int id, bool drained);
void sim_watch(struct sim *s, unsigned int id, unsigned int ms);
void sim_carrier(struct sim *s, unsigned int id, enum lev_side side, bool up);
/* The servers that a node's probes reach, as bits from server 0. */
void sim_reach(struct sim *s, unsigned int id, u64 servers);
/* What a node's checks say of a server. */
void sim_health(struct sim *s, unsigned int id, unsigned int server, bool healthy);
/* How much of its weight they give it, in steps. */
void sim_percent(struct sim *s, unsigned int id, unsigned int server, unsigned int steps);

/* Cut or heal: from one node to another on both sides, or both ways between two groups. */
void sim_cut_way(struct sim *s, unsigned int from, unsigned int to, bool cut);
void sim_split(struct sim *s, u64 group, bool cut);

/* A copy of the newest config of a node, to be edited; and what a command then does. */
struct lev_config *sim_clone(struct sim *s, unsigned int id);
void sim_commit(struct sim *s, unsigned int id, struct lev_config *cfg);
/* Config for a node that is not started. */
void sim_install(struct sim *s, unsigned int id, const struct lev_config *cfg);

/* A frame comes in from nobody knows where. */
enum lev_hear sim_inject(struct sim *s, unsigned int to, const struct sim_frame *frame);
enum lev_hear sim_inject_beat(struct sim *s, unsigned int to, enum lev_side side,
			      const struct lev_beat *beat);
/* A frame comes in that is signed so. */
void sim_deliver(struct sim *s, unsigned int to, const struct sim_frame *frame,
		 struct sim_keys keys);
/* The admin gives a node the key of this number, whether it runs or not. */
void sim_rekey(struct sim *s, unsigned int id, u8 key);
/* To a node that runs, and that it is to believe no other one. */
void sim_rekey_alone(struct sim *s, unsigned int id, u8 key);
struct sim_keys sim_keys(const struct sim *s, unsigned int id);
/* From now on what a node sends is recorded; and what is recorded comes to all others, so often. */
void sim_record(struct sim *s, unsigned int of);
void sim_repeat(struct sim *s, u64 every, u64 ns);

/* What is true now. */
u64 sim_local(const struct sim *s, unsigned int id);
u64 sim_clock(struct sim *s, unsigned int id);
u64 sim_set(unsigned int n);
unsigned int sim_keepers(const struct sim *s, u64 group);
/* Who owns a lane in this node's eyes, now or at a cluster time. */
unsigned int sim_owner_at(struct sim *s, unsigned int id, unsigned int lane, u64 clock);
unsigned int sim_owner(struct sim *s, unsigned int id, unsigned int lane);

/* Each running node of the group has this view, one keeper, clocks within 1 ms. */
void sim_assert_view(struct sim *s, u64 group, u64 view);

static inline struct lev_member *sim_m(struct sim *s, unsigned int id)
{
	return &s->node[id]->m;
}

#endif /* _LEV_SELFTESTS_SIM_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A node's picture of its cluster: whom it hears, the cluster clock, what is agreed, the
 * view, and why it is silent itself. Pure: kmod/beat.c and kmod/lanes.c feed beats, local
 * facts and the time in, under the cluster's lock, and carry out what is returned.
 *
 * member.c orders the steps and decides reason, view and tier; hear.c accepts beats;
 * clock.c chooses the keeper and follows it; agree.c switches config and servers; key.c knows
 * who has which key.
 */
#ifndef _LEV_CORE_MEMBER_H
#define _LEV_CORE_MEMBER_H

#include "base.h"
#include "config.h"
#include "key.h"
#include "wire.h"
#include "wire_pins.h"

/* How long a node may reach fewer servers than another before it falls silent: three probes. */
#define LEV_PARTIAL_NS		(3000 * LEV_NSEC_PER_MSEC)

/*
 * A node that comes into the game may for so long learn of servers one after the other what the
 * others have known for long: no change, in their eyes. Three probes, as above.
 */
#define LEV_JOIN_NS		LEV_PARTIAL_NS

/*
 * At most so long waits who wants to be told what the others remember: they send some 40,000 pins
 * a second.
 */
#define LEV_LEARN_NS		(5000 * LEV_NSEC_PER_MSEC)

/* Between two words on servers that differ in what these get of their weights, only. */
#define LEV_PERCENT_NS		(1000 * LEV_NSEC_PER_MSEC)

#define LEV_EPOCH_NONE		U64_MAX

/* Of a heartbeat, between two beats that do not wait for their turn, see lev_member_hurry(). */
#define LEV_HURRY_DIVISOR	8

/*
 * How far back an echo of one of our beats may lie. A sender drops us from its list when it
 * has not heard us for the dead time, so this only has to tell the living from a recording.
 */
#define LEV_ECHO_RECENT		64

/* What the caller has to do after a call. */
#define LEV_DO_BEAT		0x01	/* send a beat by lev_member_hurry() */
#define LEV_DO_VIEW		0x02	/* view or tier changed: work the lanes out anew */
#define LEV_DO_CONFIG		0x04	/* put the pending config in force */
#define LEV_DO_SERVERS		0x08	/* the agreed servers changed */
#define LEV_DO_STATE		0x10	/* our own reason changed */
#define LEV_DO_KEEPER		0x20	/* the clock has another keeper */
#define LEV_DO_PREPARE		0x40	/* lev_member_ahead() names a switch: make ready for it */
#define LEV_DO_KEY		0x80	/* all have the new key: give the old one up */
#define LEV_DO_HASH		0x100	/* the others have another key of hashes: .hash_wanted */

/* What a new table is to be compared with, so that flows stay where they are. */
enum lev_base {
	LEV_BASE_NONE,	/* nothing: what we had before is of no use to anyone */
	LEV_BASE_OLD,	/* the table before it, which the other nodes had too */
	LEV_BASE_LEARN,	/* the same; and others will tell what they remember */
	LEV_BASE_JOIN,	/* nothing; and others will tell, or have told, what they remember */
};

/* What the number of a config that is offered says. */
enum lev_number {
	LEV_NUMBER_FREE,	/* it may take effect */
	LEV_NUMBER_TAKEN,	/* another content has this number */
	LEV_NUMBER_OLD,		/* what we have has a higher one */
};

/* Why a beat was refused. */
enum lev_hear {
	LEV_HEAR_OK,
	LEV_HEAR_FOREIGN,	/* from a node that is not configured, or with our own id */
	LEV_HEAR_REPLAYED,	/* seen before, too old, or of another incarnation without proof */
};

/**
 * struct lev_window - sequence numbers seen on one side (as RFC 4303, 3.4.3)
 * @top: the highest
 * @seen: bit i is @top - i
 */
struct lev_window {
	u64 top;
	u64 seen;
};

/**
 * struct lev_peer - another node
 * @known: a beat of it was accepted since we started
 * @heard: within the dead time, as of the last step
 * @hears_us: its last beat echoes a recent one of ours, as of the last step
 * @younger: its cluster clock is so far behind ours that it comes from a cluster of its
 *           own, and has yet to join ours
 * @incarnation: of its accepted beats
 * @window: for each side
 * @heard_at: local time of the last accepted beat on each side, ns
 * @last: the last accepted beat
 * @last_at: local time at which it first came in
 * @admitted: our sequence number when this incarnation was admitted
 * @pins_window: for frames with pins, for each side
 * @fresh_incarnation: of a sender that has not yet proved that it is alive
 * @fresh_sequence: of its last beat
 * @fresh_at: local time of that; 0: none
 * @forged_at: local time of the last beat in its name with a wrong signature; 0: never
 */
struct lev_peer {
	bool known;
	bool heard;
	bool hears_us;
	bool younger;
	u32 incarnation;
	struct lev_window window[__LEV_SIDE_MAX];
	u64 heard_at[__LEV_SIDE_MAX];
	struct lev_beat last;
	u64 last_at;
	u64 admitted;
	struct lev_window pins_window[__LEV_SIDE_MAX];
	u32 fresh_incarnation;
	u64 fresh_sequence;
	u64 fresh_at;
	u64 forged_at;
};

/**
 * struct lev_local - what a node knows of itself, from its devices and its admin
 * @front_up: the front device has carrier
 * @back_up: the back device has carrier
 * @drained: the admin drained it
 * @watch_until: local time at which nobody watches it any more; 0: nobody has to
 * @stopping: it is being removed
 * @virtual_sides: bit for each enum lev_side: its answers carry the MAC addresses of lanes
 */
struct lev_local {
	bool front_up;
	bool back_up;
	bool drained;
	u64 watch_until;
	bool stopping;
	u8 virtual_sides;
};

/**
 * struct lev_member - one node's picture of the cluster
 * @self: our id, 0 before there is one
 * @cluster: cluster id
 * @keyed: we sign
 * @two_keys: and with the old key, too
 * @hash_key: of our hashes; the caller's to set
 * @hash_wanted: of those who have another config in force than we
 * @incarnation: random, of this start; READ_ONCE without lock
 * @sequence: of the last beat sent
 * @pins_sequence: of the last frame with pins sent
 * @cfg: in force; owned by the caller, exchanged by lev_member_config()
 * @version: of @cfg
 * @digest: of @cfg
 * @pending_version: of the change that waits; 0: none
 * @pending_digest: of the change that waits
 * @pending_since: local time, ns
 * @switch_digest: change whose time is named, 0: none
 * @switch_at: that time, cluster clock
 * @local: local facts
 * @reached: servers of @cfg that our probes reach
 * @failed: servers of @cfg that fail our checks, as we were told
 * @less: servers of @cfg that are to get less than their weight, likewise
 * @listen_since: local time at which we began to listen, ns
 * @ready: done with listening: we know what the others know
 * @left_at: local time of the last step before we were stalled; 0: we are ready, or not since then
 * @joined_at: local time since when we are ready, under the config of the others; 0: not
 * @joins: others remember changes from before that
 * @wants: they have not yet told us all of it
 * @wants_since: local time since when
 * @met: set of nodes that were two-way at the last step
 * @remembers: our plan remembers a change; the caller's to set
 * @forged_at: local time of the last beat of our cluster with a wrong signature; 0: never
 * @stepped_at: local time of the last step; 0: the dead time has changed since
 * @synced: @offset is valid
 * @keeper: who keeps the clock, 0: nobody yet
 * @offset: cluster clock minus local time, ns; wraps, as both do
 * @late: beats in a row in which the keeper's clock was far behind ours
 * @clock_last: highest cluster clock told, so that it never runs backwards
 * @servers_epoch: number of the last word on servers, LEV_EPOCH_NONE before the first
 * @servers_at: cluster time from which @servers_next holds
 * @servers_due: @servers_next is not yet in force
 * @agreed: what holds of the servers of @cfg
 * @servers_next: the same from @servers_at on
 * @partial_since: local time since when others reach more servers; 0: they do not
 * @priority: tier on the wheel, -1: none
 * @better_since: local time since when a better tier waits for failback; 0: none waits
 * @hurried_at: local time of the last beat that was not to wait for its turn, maybe ahead
 * @reason: why we are silent
 * @view: set of nodes in the game
 * @peer: by id; entry 0 is unused
 */
struct lev_member {
	u8 self;
	u16 cluster;
	bool keyed;
	bool two_keys;
	siphash_key_t hash_key;
	siphash_key_t hash_wanted;
	u32 incarnation;
	u64 sequence;
	u64 pins_sequence;
	const struct lev_config *cfg;
	u64 version;
	u64 digest;
	u64 pending_version;
	u64 pending_digest;
	u64 pending_since;
	u64 switch_digest;
	u64 switch_at;
	struct lev_local local;
	u8 reached[LEV_SERVER_MAP_SIZE];
	u8 failed[LEV_SERVER_MAP_SIZE];
	struct lev_less less;
	u64 listen_since;
	bool ready;
	u64 left_at;
	u64 joined_at;
	bool joins;
	bool wants;
	u64 wants_since;
	u64 met;
	bool remembers;
	u64 forged_at;
	u64 stepped_at;
	bool synced;
	u8 keeper;
	u64 offset;
	u8 late;
	u64 clock_last;
	u64 servers_epoch;
	u64 servers_at;
	bool servers_due;
	struct lev_word agreed;
	struct lev_word servers_next;
	u64 partial_since;
	int priority;
	u64 better_since;
	u64 hurried_at;
	enum lev_reason reason;
	u64 view;
	struct lev_peer peer[LEV_NODE_ID_MAX + 1];
};

/* All times named now are the local monotonic clock in ns, never 0. */

/**
 * lev_member_start() - begin to take part
 * @m: zeroed, or stopped before; config and local facts stand
 * @self: our id
 * @cluster: cluster id
 * @keyed: we have a key
 * @incarnation: random
 * @now: time
 */
void lev_member_start(struct lev_member *m, u8 self, u16 cluster, bool keyed, u32 incarnation,
		      u64 now);

/**
 * lev_member_config() - another config is in force
 * @m: member
 * @cfg: in force from now on; must live until the next call
 * @version: its number
 * @digest: its digest
 *
 * What is known of servers is carried over from the old config, which must still be there.
 */
void lev_member_config(struct lev_member *m, const struct lev_config *cfg, u64 version,
		       u64 digest);

/**
 * lev_member_pending() - a change waits, or none does
 * @m: member
 * @version: its number, 0: none
 * @digest: its digest
 * @now: time
 */
void lev_member_pending(struct lev_member *m, u64 version, u64 digest, u64 now);

/**
 * lev_member_health() - what our checks say of a server
 * @m: member
 * @server: which, as in its config
 * @healthy: it serves
 *
 * Only our vote on it changes. That we reach its machine still counts where it is about ourselves:
 * a check that fails from here alone makes nobody silent.
 *
 * Return: LEV_DO_* flags
 */
u32 lev_member_health(struct lev_member *m, u32 server, bool healthy);

/**
 * lev_member_percent() - how much of its weight our checks give a server
 * @m: member
 * @server: which, as in its config
 * @steps: 1 to LEV_STEPS_FULL
 * @todo: LEV_DO_* are or-ed into it
 *
 * Return: false if LEV_LESS_MAX servers get less already; then nothing is changed
 */
bool lev_member_percent(struct lev_member *m, u32 server, u32 steps, u32 *todo);

/* The servers of @cfg that we reach and that do not fail, and who is to get less: our vote. */
void lev_member_vote(const struct lev_member *m, struct lev_word *vote);

/**
 * lev_member_must_agree() - must a change wait for other nodes?
 * @m: member
 *
 * Return: false if it may be put in force at once: nobody else is there, or we are not in
 * the game anyway
 */
bool lev_member_must_agree(const struct lev_member *m);

/**
 * lev_member_number() - may a config take effect under its number?
 * @m: member
 * @version: the number
 * @digest: of its content
 *
 * Numbers rise, so that an old file does not take the place of a new one. Content that we have
 * already, or that a node which takes part has, is welcome under any number: it is how a node
 * that fell behind comes back.
 *
 * Return: see enum lev_number
 */
enum lev_number lev_member_number(const struct lev_member *m, u64 version, u64 digest);

/**
 * lev_member_renumber() - the config in force has another number too
 * @m: member
 * @version: the number, that counts if it is higher; the others take it over
 */
void lev_member_renumber(struct lev_member *m, u64 version);

/**
 * lev_member_hear() - a beat came in whose signature is right
 * @m: member
 * @beat: the beat
 * @side: where it came in
 * @now: time
 * @todo: LEV_DO_* are or-ed into it
 *
 * Return: LEV_HEAR_OK or why it was refused; a refused beat changes nothing that is agreed
 */
enum lev_hear lev_member_hear(struct lev_member *m, const struct lev_beat *beat,
			      enum lev_side side, u64 now, u32 *todo);

/**
 * lev_member_hear_pins() - a frame with pins came in whose signature is right
 * @m: member
 * @head: of the frame
 * @side: where it came in
 *
 * Only of a node that has proved in its beats that it is alive, and only as young as the last
 * of these beats: so no recording is taken, not even by a node that has just started.
 *
 * Return: LEV_HEAR_OK or why it was refused
 */
enum lev_hear lev_member_hear_pins(struct lev_member *m, const struct lev_pins_head *head,
				   enum lev_side side);

/**
 * lev_member_pins() - the head of the next frame with pins to send
 * @m: member; its sequence number for such frames rises
 * @head: filled in, but for digest, count and side
 *
 * Return: false if nobody is there to hear it; then nothing is done
 */
bool lev_member_pins(struct lev_member *m, struct lev_pins_head *head);

/**
 * lev_member_forged() - a beat of our cluster came in whose signature is wrong
 * @m: member
 * @node: who it claims to be from; counts if that is another node of ours
 * @now: time
 *
 * Matters only before we are ready: a node whose key matches nobody's does not start to
 * answer. A node that already takes part is not moved by it.
 */
void lev_member_forged(struct lev_member *m, unsigned int node, u64 now);

/**
 * lev_key_waiting() - who keeps a change of the key from its end
 * @m: member
 *
 * Return: set of nodes of the config that were not heard with our key as their first; 0 if the
 * key does not change, or may give the old one up
 */
u64 lev_key_waiting(const struct lev_member *m);

/* Which key stays as the old one when another one comes: that which more of the others have. */
enum lev_key_keep lev_key_keep(const struct lev_member *m);

/**
 * lev_key_of() - which key another node has
 * @m: member
 * @id: the node
 * @now: time
 *
 * Return: as its last beat shows, or what came in its name
 */
enum lev_peer_key lev_key_of(const struct lev_member *m, unsigned int id, u64 now);

/* Before the keys change: from now on a frame has room for both signatures, if there are two. */
void lev_key_begin(struct lev_member *m, bool two);
/**
 * lev_key_changed() - they have changed
 * @m: member; of nobody it is known any more which key he has
 * @keyed: we have a key
 * @two: and an old one
 * @stays: lev_keyring_stays(), which of the proofs of peers are still of a key of ours
 * @now: time
 *
 * If none of those that are heard has one of ours, we are as one that starts with a wrong key: we
 * listen again before we answer, so that we are not alone without knowing why.
 */
void lev_key_changed(struct lev_member *m, bool keyed, bool two, u8 stays, u64 now);
/* The old one was given up. */
void lev_key_dropped(struct lev_member *m);

/**
 * lev_member_step() - time has passed, or a local fact, config or pending change is new
 * @m: member
 * @now: time
 *
 * Return: LEV_DO_*
 */
u32 lev_member_step(struct lev_member *m, u64 now);

/**
 * lev_member_ahead() - which switch comes next
 * @m: member
 *
 * Return: LEV_DO_CONFIG: to the pending config, with the servers agreed now; LEV_DO_SERVERS: to
 * .servers_next, with the config in force; 0: none whose time is named, or it is carried out
 */
u32 lev_member_ahead(const struct lev_member *m);

/* Does it wait to be told what others remember, and is one there that can tell? */
bool lev_join_waits(const struct lev_member *m);

/**
 * lev_join_base() - what a change of a pool is a change of
 * @m: member
 * @now: time
 *
 * Which entries moved must be known alike to all nodes. So a change counts only if we were in
 * the game before it.
 *
 * Return: see enum lev_base; when it begins to learn, a step returns LEV_DO_SERVERS
 */
enum lev_base lev_join_base(const struct lev_member *m, u64 now);

/**
 * lev_join_want() - the tables are such that what the others remember is to be told, once more
 * @m: member; its beats ask for it from now on, for LEV_LEARN_NS at most
 * @now: time
 */
void lev_join_want(struct lev_member *m, u64 now);

/**
 * lev_join_told() - another node has told all that it remembers
 * @m: member; if it only waits for that, it is ready at the next step
 */
void lev_join_told(struct lev_member *m);

/**
 * lev_join_teaches() - is it ours to tell somebody what we remember?
 * @m: member
 *
 * The first node that remembers tells all who ask; if it asks itself, the second one tells it.
 *
 * Return: whether somebody asks whom we have to tell
 */
bool lev_join_teaches(const struct lev_member *m);

/**
 * lev_member_next() - when lev_member_step() must be called at the latest
 * @m: member
 * @now: time
 *
 * Return: local time, after @now
 */
u64 lev_member_next(const struct lev_member *m, u64 now);

/**
 * lev_member_beat() - the next beat to send
 * @m: member; its sequence number rises
 * @beat: filled in, but for its side
 * @now: time
 */
void lev_member_beat(struct lev_member *m, struct lev_beat *beat, u64 now);

/**
 * lev_member_hurry() - when to send the beat that LEV_DO_BEAT asks for
 * @m: member
 * @now: time
 *
 * At once, however lately a regular one went: each ms that the others do not know that we fall
 * silent costs packets. Such beats are at least 1/LEV_HURRY_DIVISOR of a heartbeat apart.
 *
 * Return: local time, @now or later
 */
u64 lev_member_hurry(struct lev_member *m, u64 now);

/**
 * lev_member_clock() - the cluster clock
 * @m: member
 * @now: time
 *
 * Return: ns; never less than it was before, but for a step of more than a tenth of a second
 */
u64 lev_member_clock(struct lev_member *m, u64 now);

/**
 * lev_member_physical() - where askers may know a node by the MAC address of its device
 * @m: member
 *
 * That is so if one that we have heard since we started says so in its last beat, whether it is
 * still there or not, or if we answer so ourselves.
 *
 * Return: bit for each enum lev_side
 */
u8 lev_member_physical(const struct lev_member *m);

/**
 * lev_member_waiting() - whom a pending change waits for
 * @m: member
 *
 * Return: set of nodes, 0 if nothing is pending or all have it
 */
u64 lev_member_waiting(const struct lev_member *m);

/**
 * lev_member_heard_at() - when a peer was last heard
 * @p: peer
 *
 * Return: local time, 0: never
 */
u64 lev_member_heard_at(const struct lev_peer *p);

/**
 * lev_member_stalled() - was this node not run for so long that the others have given it up?
 * @m: member with a config
 * @now: local time
 *
 * Then what it knows is of another time until its next step, and frames that have waited for it
 * may come before that.
 */
bool lev_member_stalled(const struct lev_member *m, u64 now);

/* Between the files of this module only. */

/*
 * The configured nodes by ascending id, ourselves among them: others are never heard. Each step
 * goes over them many times, so not over all ids that there may be.
 */
#define lev_for_each_node(m, id)						\
	for (unsigned int __i = 0;						\
	     __i < (m)->cfg->n_nodes && ((id) = (m)->cfg->nodes[__i].id, true);	\
	     __i++)

/* Silence after which a peer is lost: its missed beats and a quarter for jitter. */
u64 lev_member_limit(const struct lev_member *m);
/* Heard both ways. */
bool lev_member_two_way(const struct lev_peer *p);
/* Heard both ways, and it has started: what it says of config and servers counts. */
bool lev_member_settled(const struct lev_peer *p);
/* A key or config that does not fit keeps us out. */
bool lev_member_key_mismatch(const struct lev_member *m, u64 now);

/* Begin anew to listen, before we answer. */
void lev_member_listen(struct lev_member *m, u64 now);

u32 lev_key_step(struct lev_member *m, unsigned int winner);

u32 lev_clock_step(struct lev_member *m, u64 now);
bool lev_clock_younger(const struct lev_member *m, const struct lev_beat *beat, u64 now);
void lev_clock_heard(struct lev_member *m, const struct lev_beat *beat, u64 now);

void lev_join_leave(struct lev_member *m, bool blind);
u32 lev_join_step(struct lev_member *m, bool mismatch, u64 now);

/* A node that has the config in force in the cluster, if that is another one than ours; or 0. */
unsigned int lev_agree_config_winner(const struct lev_member *m);
u32 lev_agree_config_step(struct lev_member *m, u64 now);
u32 lev_agree_servers_step(struct lev_member *m, u64 now);
void lev_agree_heard(struct lev_member *m, const struct lev_beat *beat);

#endif /* _LEV_CORE_MEMBER_H */

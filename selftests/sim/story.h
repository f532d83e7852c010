/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What happens to a cluster, as data: made from a seed, printed in words, made smaller when it
 * shows a fault. play.c performs it.
 */
#ifndef _LEV_SELFTESTS_STORY_H
#define _LEV_SELFTESTS_STORY_H

#include "core/config.h"

#define STORY_ACTS	6
#define STORY_EVENTS	16

/* How an act begins; each ends with quiet, in which the laws of a quiet cluster hold. */
enum act_kind {
	ACT_STORM,	/* events, whatever they are */
	ACT_CRASH,	/* one node, in a quiet and whole cluster: from here on so in each kind */
	ACT_STOP,
	ACT_DRAIN,
	ACT_FRONT,	/* its front loses the carrier */
	ACT_BACK,
	ACT_PAUSE,	/* it is not run for a while */
	ACT_RETURN,	/* all that is missing comes back */
	ACT_CONFIG,	/* the same change on each node, within two seconds, in any order */
	ACT_LATE,	/* a change that one node does not get */
	ACT_SERVER,	/* a server goes down, or up, for all */
	ACT_STRANGER,	/* one node restarts with a wrong key */
	ACT_PARTIAL,	/* some do not hear some others, which a third hears */
	ACT_REKEY,	/* another key on each node, in any order */
	__ACT_MAX
};

/* What happens in a storm. */
enum event_kind {
	EVENT_SPLIT,	/* @mask: cut off from the others */
	EVENT_HEAL,
	EVENT_CUT,	/* from @node to @other, that way only */
	EVENT_LOSS,	/* @value percent of all frames */
	EVENT_JITTER,	/* up to @value ms, so frames overtake each other */
	EVENT_TWICE,	/* @value percent of all frames */
	EVENT_CRASH,
	EVENT_STOP,
	EVENT_START,
	EVENT_DRAIN,
	EVENT_CARRIER,	/* of side @value, to what it is not */
	EVENT_PAUSE,	/* for @value ms */
	EVENT_DRIFT,	/* @value - 500 ppm */
	EVENT_AHEAD,	/* the local clock is stepped by @value ms */
	EVENT_LANES,	/* a change of the config to @value lanes, on nodes of @mask */
	EVENT_REACH,	/* @mask: servers that @node reaches */
	EVENT_REPLAY,	/* what was recorded of @other comes to @node again */
	EVENT_FORGE,	/* frames with a wrong signature come to @node, from @other, they say */
	EVENT_KEY,	/* @node restarts with a wrong key */
	EVENT_REKEY,	/* nodes of @mask get the key of number @value */
	__EVENT_MAX
};

/**
 * struct event - one thing that happens
 * @wait: before it, ms
 * @kind: what
 * @node: to whom; 0: it was taken out
 * @other: another node
 * @value: see enum event_kind
 * @mask: see enum event_kind
 */
struct event {
	u32 wait;
	enum event_kind kind;
	u8 node;
	u8 other;
	u32 value;
	u64 mask;
};

/**
 * struct act - events and the quiet behind them
 * @kind: how it begins
 * @off: it was taken out
 * @node: whom it is about
 * @value: of ACT_PAUSE, ms; of ACT_CONFIG and ACT_LATE, lanes; of ACT_SERVER, which one
 * @group: of ACT_STORM: cut off from the others in the quiet; 0: nobody
 * @n: events
 * @event: of ACT_STORM
 */
struct act {
	enum act_kind kind;
	bool off;
	u8 node;
	u32 value;
	u64 group;
	unsigned int n;
	struct event event[STORY_EVENTS];
};

/**
 * struct story - a cluster and what happens to it
 * @seed: that it was made from, and of all that happens by chance
 * @n: nodes
 * @params: settings
 * @weight: of each node, by id
 * @priority: of each node, by id
 * @servers: how many; 0: no service either
 * @one_arm: front and back are one
 * @delay: of a flight, us
 * @jitter: us, see EVENT_JITTER; in the quiet too
 * @loss: percent, in the quiet too
 * @n_acts: acts
 * @act: in their order
 */
struct story {
	unsigned long long seed;
	unsigned int n;
	struct lev_params params;
	u16 weight[LEV_NODE_ID_MAX + 1];
	u8 priority[LEV_NODE_ID_MAX + 1];
	unsigned int servers;
	bool one_arm;
	u32 delay;
	u32 jitter;
	u32 loss;
	unsigned int n_acts;
	struct act act[STORY_ACTS];
};

/* The same seed makes the same story. */
void story_make(struct story *story, unsigned long long seed);

/* In words, a line for each act and event. */
void story_print(const struct story *story);

#endif /* _LEV_SELFTESTS_STORY_H */

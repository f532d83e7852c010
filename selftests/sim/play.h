/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A story that is being played: what play.c does, and what laws.c looks at.
 */
#ifndef _LEV_SELFTESTS_PLAY_H
#define _LEV_SELFTESTS_PLAY_H

#include "sim.h"
#include "story.h"

/**
 * struct play - one run of a story
 * @story: what is played
 * @sim: the cluster
 * @truth: servers that each node reaches, as its probes will find
 * @key: number of the key that all are told in the end
 * @act: which one, from 0; for who reads of a failure
 * @doing: what, in a word or two; likewise
 * @beats: how many were sent in all, for who compares two runs
 */
struct play {
	const struct story *story;
	struct sim *sim;
	u64 truth[LEV_NODE_ID_MAX + 1];
	u8 key;
	unsigned int act;
	const char *doing;
	u64 beats;
};

/* Plays it whole. A law that is broken ends it by sim_fail(): then play_free() is still to do. */
void play_story(struct play *p, const struct story *story);
void play_free(struct play *p);

/* Nobody's key; those of stories are lower. */
#define PLAY_WRONG_KEY	255

/* One thing that happens in a storm. */
void play_event(struct play *p, const struct event *e);

/* Nothing is cut any more; all links are as this one, but for that. */
void play_heal(struct play *p);
void play_links(struct play *p, const struct sim_link *as);

/*
 * What was recorded of a node until then comes to another one, or all of it with a wrong signature.
 */
void play_again(struct play *p, unsigned int to, bool forged, u64 until);

/* Let time pass, in which the nodes probe the servers. */
void play_time(struct play *p, u64 ns);

/* The same for a node that is not started, and for one that is told by an administrator. */
void play_lanes(struct play *p, unsigned int id, u32 lanes);
void play_carrier(struct play *p, unsigned int id, enum lev_side side, bool up);
void play_restart(struct play *p, unsigned int id, u8 key);

/* The longest that a beat is on its way. */
static inline u64 play_flight(const struct play *p)
{
	return (p->story->delay + p->story->jitter) * 1000ULL;
}

static inline u64 play_beat(const struct play *p)
{
	return p->story->params.heartbeat * MS;
}

/* Silence after which a node is lost. */
static inline u64 play_limit(const struct play *p)
{
	return play_beat(p) * (4 * p->story->params.dead + 1) / 4;
}

/*
 * Laws of a quiet cluster, for the nodes of @group, which hear each other and nobody else: one
 * view, which is right; one keeper, one clock, one config, one word on servers; one owner of each
 * lane, who is in the game.
 */
void laws_quiet(struct play *p, u64 group);

/*
 * Is a clock of the group so little off that it is not set, but goes towards the keeper's? By a
 * sixteenth of the difference a beat: after so many of 100 ms less than one is left.
 */
bool laws_slews(struct play *p, u64 group);
#define LAWS_SLEW_BEATS	80

/* Those that answer in a quiet group. */
u64 laws_eligible(const struct play *p, u64 group);

/* Over a whole turn, shares are as the weights. */
void laws_shares(struct play *p, u64 group);

/**
 * laws_answered() - while one thing happens to a whole cluster, somebody answers for each lane
 * @p: play
 * @window: how long to look
 * @bound: for so long nobody may answer
 */
void laws_answered(struct play *p, u64 window, u64 bound);

/* At every step of a node: what it believes is whole. */
void laws_step(struct sim *s, unsigned int id);

#endif /* _LEV_SELFTESTS_PLAY_H */

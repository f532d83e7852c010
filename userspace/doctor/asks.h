/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What "levctl doctor" asks on the wire, and what it hears: which frames are worth sending, and
 * what an answer is one to. Pure; sent and heard by levctl's doctor_wire.c, judged by the checks.
 */
#ifndef _LEV_ASKS_H
#define _LEV_ASKS_H

#include "frames.h"
#include "site.h"

#define LEV_ASKS_MAX	512
#define LEV_HEARD_MAX	4
#define LEV_BEATS_MAX	256

enum lev_ask_kind {
	LEV_ASK_LEVIP,		/* who has this LevIP? */
	LEV_ASK_SERVIP,		/* who has this ServIP? Nobody may say. */
	LEV_ASK_PLAIN,		/* where is this neighbour? */
	LEV_ASK_LANE,		/* the same, from the MAC address of a lane */
	LEV_PING_SERVER,	/* does this server answer pings? */
	LEV_PING_SERVIP,	/* and as ServIP? */
	LEV_PING_LONG,		/* and long ones? */
};

/**
 * struct lev_ask - a question
 * @kind: what is asked
 * @dev: index of the device that it is sent by
 * @ip: that is asked for
 * @sender: that asks; of length 0: nobody
 * @from: MAC address that asks
 * @to: that a ping is sent to
 * @size: of a ping
 * @server: index of the server, of pings
 * @lane: of LEV_ASK_LANE
 * @moved: the lane is not this node's any more: what was heard says nothing
 * @held: it is not to be sent now
 * @sent: it was sent
 * @n_heard: answers, of different MAC addresses; of a ping 1 if there was one
 * @heard: who has answered
 */
struct lev_ask {
	enum lev_ask_kind kind;
	unsigned int dev;
	struct lev_ip ip;
	struct lev_ip sender;
	uint8_t from[LEV_MAC_LEN];
	uint8_t to[LEV_MAC_LEN];
	size_t size;
	unsigned int server;
	unsigned int lane;
	bool moved;
	bool held;
	bool sent;
	unsigned int n_heard;
	uint8_t heard[LEV_HEARD_MAX][LEV_MAC_LEN];
};

/**
 * struct lev_heard_beat - that heartbeats of a node come from a MAC address
 * @dev: index of the device where they came in
 * @side: on which they were sent
 * @node: its id
 * @mac: where they come from
 */
struct lev_heard_beat {
	unsigned int dev;
	uint8_t side;
	uint8_t node;
	uint8_t mac[LEV_MAC_LEN];
};

/**
 * struct lev_asks - all of it
 * @cluster: the cluster's id
 * @id: of pings
 * @ask: the questions
 * @n: how many
 * @left_out: questions for which there was no room
 * @beat: heartbeats of this cluster, those of others
 * @n_beats: how many
 */
struct lev_asks {
	uint16_t cluster;
	uint16_t id;
	struct lev_ask ask[LEV_ASKS_MAX];
	unsigned int n;
	unsigned int left_out;
	struct lev_heard_beat beat[LEV_BEATS_MAX];
	unsigned int n_beats;
};

/* What is to be asked of this site; @a has the cluster's id. */
void lev_asks_plan(struct lev_asks *a, const struct lev_site *s);

/* The frame of a question, into LEV_FRAME_MAX bytes: how many it has. */
size_t lev_asks_frame(const struct lev_asks *a, unsigned int i, uint8_t *buf);

/* A frame came in by a device. */
void lev_asks_heard(struct lev_asks *a, const struct lev_site *s, unsigned int dev,
		    const struct lev_frame *f);

/*
 * To be called before questions are sent, and at the end. What was asked from a lane that is not
 * this node's any more says nothing. And nothing is asked from one that may be about to move: a
 * switch would learn its MAC address here, and the new owner's frames come to this node.
 */
void lev_asks_lanes(struct lev_asks *a, const struct lev_status *status);

/* Is it the MAC address of a lane of this cluster? */
bool lev_asks_is_lane(const struct lev_asks *a, const uint8_t *mac);

/* Is it a leveler of this cluster that has this MAC address: a lane's, ours, or another node's? */
bool lev_asks_is_leveler(const struct lev_asks *a, const struct lev_site *s, const uint8_t *mac);

/* The server that has this MAC address, or NULL. */
const struct lev_server *lev_asks_server(const struct lev_site *s, const uint8_t *mac);

#endif /* _LEV_ASKS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames that "levctl doctor" sends and hears: questions by ARP and Neighbour Discovery, pings,
 * heartbeats. Pure; called by asks.c and by levctl's doctor_wire.c.
 */
#ifndef _LEV_FRAMES_H
#define _LEV_FRAMES_H

#include <stddef.h>

#include "../lib/words.h"

#define LEV_MAC_LEN	6
#define LEV_FRAME_MAX	9216

enum lev_frame_kind {
	LEV_FRAME_OTHER,
	LEV_FRAME_SAYS,		/* an address is at a MAC address */
	LEV_FRAME_ECHO,		/* an answer to a ping */
	LEV_FRAME_BEAT,		/* a heartbeat */
};

/**
 * struct lev_frame - a frame that came
 * @kind: what it is
 * @src: Ethernet source
 * @dst: Ethernet destination
 * @ip: that is said to be at @mac, or that has answered
 * @mac: of LEV_FRAME_SAYS
 * @id: of a ping, as the next one
 * @sequence: number of it
 * @cluster: of a heartbeat, as all that follow
 * @node: which has sent it
 * @side: on which it was sent
 */
struct lev_frame {
	enum lev_frame_kind kind;
	uint8_t src[LEV_MAC_LEN];
	uint8_t dst[LEV_MAC_LEN];
	struct lev_ip ip;
	uint8_t mac[LEV_MAC_LEN];
	uint16_t id;
	uint16_t sequence;
	uint16_t cluster;
	uint8_t node;
	uint8_t side;
};

/* What a frame is; of one that is cut short, or of no use, LEV_FRAME_OTHER. */
void lev_frame_read(const uint8_t *data, size_t len, struct lev_frame *f);

/**
 * lev_frame_ask() - a question where an address is, by ARP or Neighbour Discovery
 * @buf: LEV_FRAME_MAX bytes
 * @from: MAC address of who asks
 * @sender: its address; NULL: nobody's, of which no entry is made
 * @target: the address
 *
 * Return: bytes of the frame
 */
size_t lev_frame_ask(uint8_t *buf, const uint8_t *from, const struct lev_ip *sender,
		     const struct lev_ip *target);

/**
 * struct lev_ping - a ping, in which no router has a part
 * @from: MAC address of who sends it
 * @to: of who is to get it
 * @sender: address of the first
 * @target: that is to answer
 * @id: tells it from others' pings
 * @sequence: number
 * @size: bytes from the IP header on; too few, or more than LEV_FRAME_MAX holds: what it takes
 */
struct lev_ping {
	const uint8_t *from;
	const uint8_t *to;
	const struct lev_ip *sender;
	const struct lev_ip *target;
	uint16_t id;
	uint16_t sequence;
	size_t size;
};

/* Its frame, which may not be fragmented, into LEV_FRAME_MAX bytes: how many it has. */
size_t lev_frame_ping(uint8_t *buf, const struct lev_ping *ping);

#endif /* _LEV_FRAMES_H */

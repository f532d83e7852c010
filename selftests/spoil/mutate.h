/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Frames that nobody means, made from good ones. Pure: what comes out depends on the seed and on
 * the frame alone. Called by main.c.
 */
#ifndef SPOIL_MUTATE_H
#define SPOIL_MUTATE_H

#include <stdint.h>

#define FRAME_MAX	1514	/* Ethernet header and an MTU of 1,500 bytes */
#define FRAME_MIN	14	/* the Ethernet header alone; a packet socket takes no less */

/**
 * struct frame - an Ethernet frame without its checksum
 * @len: bytes, FRAME_MIN to FRAME_MAX
 * @data: from the destination's MAC address on
 */
struct frame {
	unsigned int len;
	uint8_t data[FRAME_MAX];
};

/**
 * mutate() - spoil a frame
 * @f: a good frame, IPv4, IPv6 or any other; both its MAC addresses stay as they are
 * @seed: state of the random numbers, moved on; any value to begin with
 *
 * Addresses, ports and identifications always change, within what is valid. Some frames keep to
 * that, in others one to three things are wrong: a field of the header, what it says of a length,
 * a chain of extension headers, a fragment's place, some bits, the end of the frame. The checksum
 * of an IPv4 header is mostly made right again, so that it hides nothing.
 */
void mutate(struct frame *f, uint64_t *seed);

#endif /* SPOIL_MUTATE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a UDP probe looks like, and its answer. Used by probe_udp.c and echo.c.
 *
 *   0        8        16       24       32
 *   +--------+--------+--------+--------+----------------------+
 *   | magic  |  run   |  seq   |  sent  | answerer's name      |
 *   +--------+--------+--------+--------+----------------------+
 *   |<---------- the probe ------------>|<- only in an answer ->|
 *
 * All numbers are big-endian. An answer without a name comes from a plain echo server (RFC 862).
 */
#ifndef LEVMETER_UDP_WIRE_H
#define LEVMETER_UDP_WIRE_H

#include <stdint.h>

#define UDP_MAGIC	"levmeter"

/**
 * struct udp_probe - the payload of a probe
 * @magic: UDP_MAGIC without its final zero
 * @run: random, to tell this run's answers from others
 * @seq: number of the probe
 * @sent: when, by the sender's clock, nanoseconds
 */
struct udp_probe {
	char magic[8];
	uint64_t run;
	uint64_t seq;
	uint64_t sent;
};

#endif

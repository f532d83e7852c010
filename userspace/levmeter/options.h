/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The command line. Read once by main.c, then constant.
 */
#ifndef LEVMETER_OPTIONS_H
#define LEVMETER_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "target.h"

/**
 * struct options - what was asked for
 * @target: where HTTP and TCP go to
 * @udp_port: at the same address
 * @udp: probes a second, 0 for none
 * @http: fresh HTTP connections a second, 0 for none
 * @tcp: fresh TCP connections a second, 0 for none
 * @longs: long downloads
 * @path: of fresh requests
 * @long_path: of long downloads
 * @duration: nanoseconds, 0: up to a signal
 * @timeout: nanoseconds
 * @interval: of the progress line, nanoseconds
 * @netns: where the neighbour cache is read, or NULL
 * @neigh: next hop whose entry is watched, if @has_neigh
 * @has_neigh: @neigh was given
 * @json: report as JSON
 * @pretty: with line breaks
 * @quiet: no progress line
 * @progress: a progress line even if standard error is no terminal
 * @echo: answer probes at @target instead of sending them
 * @name: that answers carry
 */
struct options {
	union addr target;
	uint16_t udp_port;
	double udp;
	double http;
	double tcp;
	unsigned int longs;
	const char *path;
	const char *long_path;
	uint64_t duration;
	uint64_t timeout;
	uint64_t interval;
	const char *netns;
	union addr neigh;
	bool has_neigh;
	bool json;
	bool pretty;
	bool quiet;
	bool progress;
	bool echo;
	const char *name;
};

/**
 * options_read() - read the command line
 * @o: filled in
 * @argc: from main()
 * @argv: from main()
 *
 * Ends the program itself for --help, --usage and --version.
 *
 * Return: whether all words were good; if not, the wrong one has been named on standard error.
 */
bool options_read(struct options *o, int argc, const char **argv);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The answerer of UDP probes that a server runs (--echo). Called by main.c.
 */
#ifndef LEVMETER_ECHO_H
#define LEVMETER_ECHO_H

#include "options.h"

/**
 * echo_run() - answer probes until SIGINT or SIGTERM
 * @o: the options
 *
 * Return: exit status of the program.
 */
int echo_run(const struct options *o);

#endif

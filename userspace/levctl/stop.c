// SPDX-License-Identifier: GPL-2.0
/*
 * How commands that go on until they are told to end hear of that. Called by cmd_monitor.c and
 * cmd_top.c.
 */
#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>

#include "levctl.h"

int stop_signals(void)
{
	sigset_t stop;

	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	sigprocmask(SIG_BLOCK, &stop, NULL);
	return signalfd(-1, &stop, SFD_CLOEXEC);
}

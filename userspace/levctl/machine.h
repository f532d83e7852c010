/* SPDX-License-Identifier: GPL-2.0 */
/*
 * This machine's devices, addresses and settings of ARP, by rtnetlink and /proc/sys, in the network
 * namespace of the run. Called by the files of realserver.
 */
#ifndef _LEVCTL_MACHINE_H
#define _LEVCTL_MACHINE_H

#include "../lib/realserver.h"
#include "levctl.h"

#define MACHINE_LO	1	/* the loopback device's index, in each namespace */

/**
 * struct machine - a way to the kernel
 * @sock: a socket of libnl
 */
struct machine {
	struct nl_sock *sock;
};

int machine_open(const struct ctl *ctl, struct machine *m);
void machine_close(struct machine *m);

/* The index of the device that packets come by: an exit status; what it is instead is said. */
int machine_device(const struct ctl *ctl, struct machine *m, const char *dev, unsigned int *index);

/* All that a server is judged by; @h has ip and dev. An exit status. */
int machine_look(const struct ctl *ctl, struct machine *m, unsigned int index,
		 struct lev_rs_host *h);

/* ServIP of lo is added or deleted: 0, or an error of libnl. */
int machine_alias(struct machine *m, const struct lev_ip *ip, bool add);

/* A setting of a device under net/ipv4/conf: 0, or -1 with errno. */
int machine_get(const char *dev, const char *name, uint32_t *value);
int machine_set(const char *dev, const char *name, uint32_t value);

#endif /* _LEVCTL_MACHINE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A systemd unit that sets a server up again at each start of the machine, and whenever its device
 * appears. Called by cmd_realserver.c.
 */
#ifndef _LEVCTL_BOOT_H
#define _LEVCTL_BOOT_H

#include "levctl.h"

/* Can there be a unit for it? An exit status; nothing is changed. */
int boot_possible(const struct ctl *ctl, const char *dev);

/* Writes the unit, in force from the next start on: an exit status. */
int boot_add(const struct ctl *ctl, const struct lev_ip *ip, const char *dev);

bool boot_has(const struct lev_ip *ip, const char *dev);

/* Removes the unit if there is one: an exit status. */
int boot_remove(const struct ctl *ctl, const struct lev_ip *ip, const char *dev);

#endif /* _LEVCTL_BOOT_H */

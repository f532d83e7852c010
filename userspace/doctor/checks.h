/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The checks of "levctl doctor": each looks at what was read, and adds what it finds. Pure; called
 * by levctl's cmd_doctor.c in the order of this list.
 */
#ifndef _LEV_CHECKS_H
#define _LEV_CHECKS_H

#include "asks.h"
#include "finding.h"
#include "site.h"

/* What the kernel tells of the cluster: reasons, other nodes, MAC addresses, the clock. */
void lev_check_cluster(const struct lev_site *s, struct lev_findings *fs);

/* Settings of the kernel that drop answers, or answer in Leveler's place. */
void lev_check_sysctls(const struct lev_site *s, struct lev_findings *fs);

/* Addresses, MTU and bridges of this machine. */
void lev_check_links(const struct lev_site *s, struct lev_findings *fs);

/* What was heard on front and back of others that speak there. */
void lev_check_wire(const struct lev_site *s, const struct lev_asks *a, struct lev_findings *fs);

/* Whether servers are silent about ServIPs, and take their packets. */
void lev_check_servers(const struct lev_site *s, const struct lev_asks *a, struct lev_findings *fs);

#endif /* _LEV_CHECKS_H */

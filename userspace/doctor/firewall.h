/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Whether the firewall drops what a leveler lives by. Pure; called by levctl's cmd_doctor.c.
 */
#ifndef _LEV_FIREWALL_H
#define _LEV_FIREWALL_H

#include <json-c/json.h>

#include "finding.h"
#include "site.h"

/**
 * lev_check_firewall() - heartbeats, ARP, Neighbour Discovery, and what servers answer
 * @s: the site
 * @ruleset: array of tables, chains and rules as libnftables tells them; NULL: there are none
 * @fs: gets what is found
 */
void lev_check_firewall(const struct lev_site *s, struct json_object *ruleset,
			struct lev_findings *fs);

#endif /* _LEV_FIREWALL_H */

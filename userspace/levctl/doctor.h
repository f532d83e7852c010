/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What levctl's doctor reads of this machine: for the checks of userspace/doctor. Called by
 * cmd_doctor.c.
 */
#ifndef _LEVCTL_DOCTOR_H
#define _LEVCTL_DOCTOR_H

#include "../doctor/checks.h"
#include "../doctor/firewall.h"
#include "args.h"

/* doctor_machine.c: devices, addresses, routes, settings, the module: an exit status. */
int doctor_machine(const struct ctl *ctl, struct lev_site *s);

/* doctor_wire.c: asks and listens on front and back: an exit status. */
int doctor_wire(struct ctl *ctl, const struct lev_site *s, struct lev_asks *a);

/* doctor_nft.c: the rules of the firewall, to be put; NULL if there are none. */
struct json_object *doctor_nft(const struct lev_site *s);

#endif /* _LEVCTL_DOCTOR_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The version of all of Leveler: the module shows it to modinfo, the tools with -V, and packages
 * have it in their names.
 */
#ifndef _LEVELER_VERSION_H
#define _LEVELER_VERSION_H

#define LEV_VERSION "0.1.0"

#endif /* _LEVELER_VERSION_H */

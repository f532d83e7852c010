/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files in /sys/class/net/DEVICE/leveler/.
 */
#ifndef _LEV_SYSFS_H
#define _LEV_SYSFS_H

#include <linux/sysfs.h>

extern const struct attribute_group lev_sysfs_group;

#endif /* _LEV_SYSFS_H */

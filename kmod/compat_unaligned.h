/* SPDX-License-Identifier: GPL-2.0 */
/*
 * compat.h's one part that kmod/core/ may see: it brings in no networking. v6.12 moved it.
 */
#ifndef _LEV_COMPAT_UNALIGNED_H
#define _LEV_COMPAT_UNALIGNED_H

#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

#endif /* _LEV_COMPAT_UNALIGNED_H */

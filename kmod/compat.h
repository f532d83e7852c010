/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one place that knows kernel versions: new names for old kernels (6.1 and later).
 * Each shim names the version that removes its need.
 */
#ifndef _LEV_COMPAT_H
#define _LEV_COMPAT_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "Leveler needs Linux 6.1 or later"
#endif

#include <linux/hrtimer.h>
#include <linux/netdevice.h>
#include <net/genetlink.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
#include <net/gso.h>	/* in skbuff.h before */
#endif

#ifndef __uninitialized			/* v6.11 and stable v6.1 */
#define __uninitialized
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)	/* v6.13 */
static inline void
lev_hrtimer_setup(struct hrtimer *timer, enum hrtimer_restart (*function)(struct hrtimer *),
		  clockid_t clock_id, enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock_id, mode);
	timer->function = function;
}

#define hrtimer_setup lev_hrtimer_setup
#endif

/* A cluster stays in the namespace that it was made in: v6.15 and stable v6.12 renamed the flag. */
static inline void lev_netns_immutable(struct net_device *dev)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
	dev->netns_immutable = true;
#else
	dev->features |= NETIF_F_NETNS_LOCAL;
#endif
}

/* Does a driver see to its own locks when it sends? v6.12 made a flag of the feature. */
static inline bool lev_is_lltx(const struct net_device *dev)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
	return dev->lltx;
#else
	return dev->features & NETIF_F_LLTX;
#endif
}

/* Does anybody see what leaves by a device before it does? v6.6 replaced clsact's part by tcx. */
static inline bool lev_egress_hooked(const struct net_device *dev)
{
#ifdef CONFIG_NETFILTER_EGRESS
	if (rcu_access_pointer(dev->nf_hooks_egress))
		return true;
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#ifdef CONFIG_NET_XGRESS
	if (rcu_access_pointer(dev->tcx_egress))
		return true;
#endif
#elif defined(CONFIG_NET_CLS_ACT)
	if (rcu_access_pointer(dev->miniq_egress))
		return true;
#endif
	return false;
}

/* The attributes that a dump was asked with: v6.7 moved them. */
static inline struct nlattr **lev_dump_attrs(const struct genl_dumpit_info *info)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	return info->info.attrs;
#else
	return info->attrs;
#endif
}

#endif /* _LEV_COMPAT_H */

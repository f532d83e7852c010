// SPDX-License-Identifier: GPL-2.0
/*
 * The files in /sys/class/net/DEVICE/leveler/ (see Documentation/ABI/testing/
 * sysfs-class-net-leveler): one value each, all of them read only. Owns nothing.
 */
#include <linux/device.h>

#include "cluster.h"
#include "lanes.h"
#include "sysfs.h"

static const char *const reason_names[] = LEV_REASON_NAMES;

static struct lev_cluster *cluster(struct device *d)
{
	return netdev_priv(to_net_dev(d));
}

static enum lev_reason reason_of(struct lev_cluster *c)
{
	enum lev_reason reason = LEV_REASON_STOPPING;

	spin_lock_bh(&c->lock);
	if (c->running)
		reason = c->member->reason;
	spin_unlock_bh(&c->lock);
	return reason;
}

static ssize_t id_show(struct device *d, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(cluster(d)->id));
}

static ssize_t node_show(struct device *d, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(cluster(d)->self));
}

static ssize_t state_show(struct device *d, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", reason_of(cluster(d)) == LEV_REASON_NONE ?
			  LEV_STATE_ACTIVE : LEV_STATE_SILENT);
}

static ssize_t reason_show(struct device *d, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", reason_names[reason_of(cluster(d))]);
}

static ssize_t version_show(struct device *d, struct device_attribute *attr, char *buf)
{
	struct lev_cluster *c = cluster(d);
	u64 version;

	spin_lock_bh(&c->lock);
	version = c->member->version;
	spin_unlock_bh(&c->lock);
	return sysfs_emit(buf, "%llu\n", version);
}

static ssize_t digest_show(struct device *d, struct device_attribute *attr, char *buf)
{
	struct lev_cluster *c = cluster(d);
	u64 digest;

	spin_lock_bh(&c->lock);
	digest = c->member->digest;
	spin_unlock_bh(&c->lock);
	return sysfs_emit(buf, "%016llx\n", digest);
}

static ssize_t view_show(struct device *d, struct device_attribute *attr, char *buf)
{
	struct lev_cluster *c = cluster(d);
	DECLARE_BITMAP(ids, LEV_NODE_ID_MAX + 1) = {};
	unsigned int id;
	u64 view;

	spin_lock_bh(&c->lock);
	view = c->member->view;
	spin_unlock_bh(&c->lock);
	for (id = 1; id <= LEV_NODE_ID_MAX; id++)
		if (view & lev_node_bit(id))
			__set_bit(id, ids);
	return sysfs_emit(buf, "%*pbl\n", LEV_NODE_ID_MAX + 1, ids);
}

static ssize_t owned_lanes_show(struct device *d, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", lev_lanes_owned(cluster(d)));
}

static DEVICE_ATTR_RO(id);
static DEVICE_ATTR_RO(node);
static DEVICE_ATTR_RO(state);
static DEVICE_ATTR_RO(reason);
static DEVICE_ATTR_RO(version);
static DEVICE_ATTR_RO(digest);
static DEVICE_ATTR_RO(view);
static DEVICE_ATTR_RO(owned_lanes);

#define COUNTER(upper, lower, doc)						\
static ssize_t lower##_show(struct device *d, struct device_attribute *attr,	\
			    char *buf)						\
{										\
	return sysfs_emit(buf, "%llu\n",					\
			  lev_stats_read(cluster(d)->stats, LEV_STAT_##upper));	\
}										\
static DEVICE_ATTR_RO(lower);

LEV_STATS(COUNTER)

#define COUNTER_FILE(upper, lower, doc) &dev_attr_##lower.attr,

static struct attribute *attrs[] = {
	&dev_attr_id.attr,
	&dev_attr_node.attr,
	&dev_attr_state.attr,
	&dev_attr_reason.attr,
	&dev_attr_version.attr,
	&dev_attr_digest.attr,
	&dev_attr_view.attr,
	&dev_attr_owned_lanes.attr,
	LEV_STATS(COUNTER_FILE)
	NULL,
};

const struct attribute_group lev_sysfs_group = {
	.name = "leveler",
	.attrs = attrs,
};

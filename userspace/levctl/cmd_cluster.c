// SPDX-License-Identifier: GPL-2.0
/*
 * levctl cluster: the device and its settings. Called by noun.c; the status command prints
 * a cluster's settings with put_cluster() too.
 */
#include "args.h"

static const struct word words[] = {
	{
		.name = "id", .kind = WORD_NUMBER, .attr = LEV_CLUSTER_A_ID,
		.verbs = ADD | SET, .needed = ADD, .min = 1, .max = LEV_CLUSTER_ID_MAX,
		.help = "number of the cluster, the same on each of its nodes",
	}, {
		.name = "node", .kind = WORD_NUMBER, .attr = LEV_CLUSTER_A_SELF,
		.verbs = ADD | SET, .needed = ADD, .min = 1, .max = LEV_NODE_ID_MAX,
		.help = "id of this node, different on each",
	}, {
		.name = "front", .kind = WORD_DEVICE, .attr = LEV_CLUSTER_A_FRONT,
		.verbs = ADD | SET, .needed = ADD,
		.help = "device on the side of the askers",
	}, {
		.name = "back", .kind = WORD_DEVICE, .attr = LEV_CLUSTER_A_BACK,
		.verbs = ADD | SET, .needed = ADD,
		.help = "device on the side of the servers; may be the front one",
	}, {
		.name = "mac", .kind = WORD_NAME, .attr = LEV_CLUSTER_A_MAC,
		.verbs = ADD | SET, .names = &lev_mac_names,
		.help = "virtual: each lane has its own MAC address; physical: its owner's",
	}, {
		.name = "lanes", .kind = WORD_NUMBER, .attr = LEV_CLUSTER_A_LANES,
		.verbs = ADD | SET, .min = 1, .max = LEV_LANES_MAX,
		.initial = LEV_LANES_DEFAULT,
		.help = "into how many shares the askers are put",
	}, {
		.name = "period", .kind = WORD_TIME, .attr = LEV_CLUSTER_A_PERIOD,
		.verbs = ADD | SET, .min = LEV_PERIOD_MIN, .max = LEV_PERIOD_MAX, .zero = true,
		.initial = LEV_PERIOD_DEFAULT,
		.help = "time of one turn of the wheel; 0: it stands still",
	}, {
		.name = "heartbeat", .kind = WORD_TIME, .attr = LEV_CLUSTER_A_HEARTBEAT,
		.verbs = ADD | SET, .min = LEV_HEARTBEAT_MIN, .max = LEV_HEARTBEAT_MAX,
		.initial = LEV_HEARTBEAT_DEFAULT,
		.help = "time between two heartbeats",
	}, {
		.name = "dead", .kind = WORD_NUMBER, .attr = LEV_CLUSTER_A_DEAD,
		.verbs = ADD | SET, .min = LEV_DEAD_MIN, .max = LEV_DEAD_MAX,
		.initial = LEV_DEAD_DEFAULT,
		.help = "a node that misses so many heartbeats is lost",
	}, {
		.name = "failback", .kind = WORD_TIME_OR_NEVER, .attr = LEV_CLUSTER_A_FAILBACK,
		.verbs = ADD | SET, .min = 0, .max = LEV_FAILBACK_MAX,
		.help = "how long a better node that returned waits before it takes over",
	}, {
		.name = "flows", .kind = WORD_NUMBER, .attr = LEV_CLUSTER_A_FLOWS,
		.verbs = ADD | SET, .min = LEV_FLOWS_MIN, .max = LEV_FLOWS_MAX,
		.initial = LEV_FLOWS_DEFAULT,
		.help = "how many flows may be kept on their server in a change, 16 bytes each",
	}, {
		.name = "memory", .kind = WORD_TIME, .attr = LEV_CLUSTER_A_MEMORY,
		.verbs = ADD | SET, .min = LEV_MEMORY_MIN, .max = LEV_MEMORY_MAX,
		.initial = LEV_MEMORY_DEFAULT,
		.help = "a change is forgotten when its flows have been idle for so long",
	}, {
		.name = "refresh", .kind = WORD_TIME, .attr = LEV_CLUSTER_A_REFRESH,
		.verbs = ADD | SET, .min = LEV_REFRESH_MIN, .max = LEV_REFRESH_MAX, .zero = true,
		.initial = LEV_REFRESH_DEFAULT,
		.help = "how often switches are told where a lane is; 0: only when it moves",
	}, {
		.name = "pace", .kind = WORD_NUMBER, .attr = LEV_CLUSTER_A_PACE,
		.verbs = ADD | SET, .min = LEV_PACE_MIN, .max = LEV_PACE_MAX,
		.initial = LEV_PACE_DEFAULT,
		.help = "frames a second that tell of moves, at most",
	}, {
		.name = "key", .kind = WORD_KEY, .attr = LEV_CLUSTER_A_KEY,
		.verbs = ADD | SET,
		.help = "file with the key that signs heartbeats, mode 0600; none: no key",
	}, {
		.name = "oldkey", .kind = WORD_KEY, .attr = LEV_CLUSTER_A_OLD_KEY,
		.verbs = ADD | SET,
		.help = "the key before it, as long as not all have the new one; none: give it up",
	}, { 0 }
};

void put_cluster(struct lev_out *o, const char *fmt, const struct lev_cluster *c)
{
	lev_out_uint(o, "id", fmt, c->id);
	lev_out_uint(o, "node", fmt, c->self);
	lev_out_str(o, "front", fmt, c->front);
	lev_out_str(o, "back", fmt, c->back);
	lev_out_str(o, "mac", fmt, lev_name(&lev_mac_names, c->mac));
	lev_out_uint(o, "lanes", fmt, c->lanes);
	lev_out_time(o, "period_ms", fmt, c->period);
	lev_out_time(o, "heartbeat_ms", fmt, c->heartbeat);
	lev_out_uint(o, "dead", fmt, c->dead);
	if (c->failback == LEV_FAILBACK_NEVER)
		lev_out_null(o, "failback_ms", fmt, "never");
	else
		lev_out_time(o, "failback_ms", fmt, c->failback);
	lev_out_uint(o, "flows", fmt, c->flows);
	lev_out_time(o, "memory_ms", fmt, c->memory);
	lev_out_time(o, "refresh_ms", fmt, c->refresh);
	lev_out_uint(o, "pace", fmt, c->pace);
	lev_out_bool(o, "key", fmt, c->keyed);
}

static int row(struct lev_out *o, struct nlattr *tb[LEV_A_MAX + 1], const struct args *args)
{
	struct lev_cluster c;

	(void)args;
	if (!tb[LEV_A_IFNAME] || lev_cluster_read(tb[LEV_A_CLUSTER], &c))
		return -1;
	lev_out_row(o);
	lev_out_str(o, "device", LEV_CELL, nla_get_string(tb[LEV_A_IFNAME]));
	put_cluster(o, LEV_CELL, &c);
	lev_out_row_end(o);
	return 1;
}

static const struct noun noun = {
	.nest = LEV_A_CLUSTER,
	.words = words,
	.add = LEV_CMD_CLUSTER_ADD,
	.set = LEV_CMD_CLUSTER_SET,
	.del = LEV_CMD_CLUSTER_DEL,
	.get = LEV_CMD_CLUSTER_GET,
	.all = true,
	.header = "DEVICE\tID\tNODE\tFRONT\tBACK\tMAC\tLANES\tPERIOD\tHEARTBEAT\tDEAD\t"
		  "FAILBACK\tFLOWS\tMEMORY\tREFRESH\tPACE\tKEY",
	.row = row,
};

const struct command cmd_cluster = {
	.name = "cluster",
	.about = "a cluster's device and its settings",
	.grammar =
		"levctl cluster add DEVICE id ID node ID front DEVICE back DEVICE\n"
		"               [mac virtual|physical] [lanes N] [period TIME] [heartbeat TIME]\n"
		"               [dead N] [failback TIME|never] [flows N] [memory TIME]\n"
		"               [refresh TIME] [pace N] [key FILE] [oldkey FILE]\n"
		"levctl cluster set DEVICE WORD VALUE ...\n"
		"levctl cluster del DEVICE\n"
		"levctl cluster show [DEVICE]\n",
	.help = "\"set\" takes the words of \"add\" and changes only what it names.\n",
	.example =
		"levctl cluster add lev0 id 7 node 1 front eth0 back eth1\n"
		"levctl cluster set lev0 period 1m key /etc/leveler/lev0.key\n",
	.noun = &noun,
};

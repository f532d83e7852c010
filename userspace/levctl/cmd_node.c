// SPDX-License-Identifier: GPL-2.0
/*
 * levctl node: the nodes of a cluster. Called by noun.c.
 */
#include "args.h"

static const struct word words[] = {
	{
		.name = "id", .kind = WORD_NUMBER, .attr = LEV_NODE_A_ID,
		.positional = true, .key = true,
		.verbs = ADD | SET | DEL | SHOW, .needed = ADD | SET | DEL,
		.min = 1, .max = LEV_NODE_ID_MAX,
		.help = "id of a node",
	}, {
		.name = "weight", .kind = WORD_NUMBER, .attr = LEV_NODE_A_WEIGHT,
		.verbs = ADD | SET, .min = 0, .max = LEV_WEIGHT_MAX,
		.initial = LEV_WEIGHT_DEFAULT,
		.help = "its share of the askers; 0: it answers none, but forwards",
	}, {
		.name = "priority", .kind = WORD_NUMBER, .attr = LEV_NODE_A_PRIORITY,
		.verbs = ADD | SET, .min = 0, .max = LEV_PRIORITY_MAX,
		.initial = LEV_PRIORITY_DEFAULT,
		.help = "only the highest that has a node in the view answers",
	}, {
		.name = "state", .kind = WORD_NAME, .attr = LEV_NODE_A_ADMIN,
		.verbs = SET, .names = &lev_admin_names,
		.help = "drain: hand all lanes over; active: take part again. On that node only",
	}, {
		.name = "watch", .kind = WORD_TIME, .attr = LEV_NODE_A_WATCH,
		.verbs = SET, .min = LEV_WATCH_MIN, .max = LEV_WATCH_MAX, .zero = true,
		.help = "be silent if this is not said again in that time; 0: never. There only",
	}, { 0 }
};

static int row(struct lev_out *o, struct nlattr *tb[LEV_A_MAX + 1], const struct args *args)
{
	const struct arg *only = args_find(args, LEV_NODE_A_ID);
	struct lev_node n;

	if (lev_node_read(tb[LEV_A_NODE], &n))
		return -1;
	if (only && only->number != n.id)
		return 0;
	lev_out_row(o);
	lev_out_uint(o, "id", LEV_CELL, n.id);
	lev_out_uint(o, "weight", LEV_CELL, n.weight);
	lev_out_uint(o, "priority", LEV_CELL, n.priority);
	/* Other nodes' states are theirs to tell: "levctl status" has them. */
	if (lev_has(n.has, LEV_NODE_A_ADMIN))
		lev_out_str(o, "state", LEV_CELL, lev_name(&lev_admin_names, n.admin));
	else
		lev_out_null(o, "state", LEV_CELL, "-");
	if (lev_has(n.has, LEV_NODE_A_WATCH))
		lev_out_time(o, "watch", LEV_CELL, n.watch);
	else
		lev_out_null(o, "watch", LEV_CELL, "-");
	lev_out_row_end(o);
	return 1;
}

static const struct noun noun = {
	.nest = LEV_A_NODE,
	.words = words,
	.add = LEV_CMD_NODE_ADD,
	.set = LEV_CMD_NODE_SET,
	.del = LEV_CMD_NODE_DEL,
	.get = LEV_CMD_NODE_GET,
	.header = "ID\tWEIGHT\tPRIORITY\tSTATE\tWATCH",
	.row = row,
};

const struct command cmd_node = {
	.name = "node",
	.about = "the nodes (levelers) of the cluster",
	.grammar =
		"levctl node add DEVICE ID [weight N] [priority N]\n"
		"levctl node set DEVICE ID [weight N] [priority N] [state drain|active]\n"
		"                [watch TIME]\n"
		"levctl node del DEVICE ID\n"
		"levctl node show DEVICE [ID]\n",
	.help = "Each node is told of the others; its own entry comes with the cluster.\n",
	.example =
		"levctl node add lev0 2 weight 3\n"
		"levctl node set lev0 1 state drain\n",
	.noun = &noun,
};

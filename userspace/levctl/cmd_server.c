// SPDX-License-Identifier: GPL-2.0
/*
 * levctl server: the machines of a pool. Called by noun.c.
 */
#include <string.h>

#include "args.h"

#define ALL (ADD | SET | DEL)

static const struct word words[] = {
	{
		.name = "address", .kind = WORD_ADDRESS, .attr = LEV_SERVER_A_ADDR,
		.positional = true, .key = true,
		.verbs = ALL | SHOW, .needed = ALL,
		.help = "the server's own address on the back side",
	}, {
		.name = "weight", .kind = WORD_NUMBER, .attr = LEV_SERVER_A_WEIGHT,
		.verbs = ADD | SET, .min = 0, .max = LEV_WEIGHT_MAX,
		.initial = LEV_WEIGHT_DEFAULT,
		.help = "its share of the pool's flows; 0: none, as if drained",
	}, {
		.name = "pool", .kind = WORD_POOL, .attr = LEV_SERVER_A_POOL,
		.key = true, .verbs = ALL | SHOW,
		.help = "that it belongs to; not said: \"" LEV_POOL_DEFAULT "\"",
	}, {
		.name = "state", .kind = WORD_NAME, .attr = LEV_SERVER_A_ADMIN,
		.verbs = ADD | SET, .names = &lev_admin_names,
		.help = "drain: it gets no new flows; active: in use",
	}, {
		.name = "health", .kind = WORD_NAME, .attr = LEV_SERVER_A_HEALTH,
		.verbs = SET, .names = &lev_health_names,
		.help = "this node's vote: down, if a check of it fails; levd(8) says it",
	}, {
		.name = "percent", .kind = WORD_NUMBER, .attr = LEV_SERVER_A_PERCENT,
		.verbs = SET, .min = LEV_PERCENT_STEP, .max = LEV_PERCENT_FULL,
		.help = "likewise: how much of its weight it gets, in steps of 5; 100: all",
	}, { 0 }
};

static bool left_out(const struct lev_server *s, const struct args *args)
{
	const struct arg *address = args_find(args, LEV_SERVER_A_ADDR);
	const struct arg *pool = args_find(args, LEV_SERVER_A_POOL);

	return (address && !lev_ip_equal(&address->ip, &s->ip)) ||
	       (pool && strcmp(pool->text, s->pool));
}

/* Of a server that is not in force nothing is said. */
static void put_percent(struct lev_out *o, uint64_t has, int attr, const char *key, const char *fmt,
			uint32_t percent)
{
	if (lev_has(has, attr))
		lev_out_uint(o, key, fmt, percent);
	else
		lev_out_null(o, key, fmt, "-");
}

void put_server(struct lev_out *o, const struct lev_server *s)
{
	char ip[LEV_IP_STR], mac[LEV_MAC_STR];

	lev_out_str(o, "address", LEV_CELL, lev_ip_str(&s->ip, ip));
	lev_out_str(o, "pool", LEV_CELL, s->pool);
	lev_out_uint(o, "weight", LEV_CELL, s->weight);
	lev_out_str(o, "state", LEV_CELL, lev_name(&lev_admin_names, s->admin));
	lev_out_bool(o, "up", LEV_CELL, s->up);
	lev_out_bool(o, "reached", LEV_CELL, s->reached);
	if (lev_has(s->has, LEV_SERVER_A_HEALTH))
		lev_out_str(o, "health", LEV_CELL, lev_name(&lev_health_names, s->health));
	else
		lev_out_null(o, "health", LEV_CELL, "-");
	put_percent(o, s->has, LEV_SERVER_A_AGREED_PERCENT, "agreed_percent", LEV_CELL,
		    s->agreed_percent);
	put_percent(o, s->has, LEV_SERVER_A_PERCENT, "percent", LEV_JSON_ONLY, s->percent);
	if (lev_has(s->has, LEV_SERVER_A_MAC))
		lev_out_str(o, "mac", LEV_CELL, lev_mac_str(s->mac, mac));
	else
		lev_out_null(o, "mac", LEV_CELL, "-");
	lev_out_uint(o, "entries", LEV_JSON_ONLY, s->share);
	lev_out_percent(o, "share_percent", LEV_CELL, s->share, LEV_TABLE_SIZE);
	lev_out_uint(o, "packets", LEV_CELL, s->packets);
	if (lev_has(s->has, LEV_SERVER_A_FLOWS))
		lev_out_uint(o, "flows", LEV_CELL, s->flows);
	else
		lev_out_null(o, "flows", LEV_CELL, "-");
}

static int row(struct lev_out *o, struct nlattr *tb[LEV_A_MAX + 1], const struct args *args)
{
	struct lev_server s;

	if (lev_server_read(tb[LEV_A_SERVER], &s))
		return -1;
	if (left_out(&s, args))
		return 0;
	lev_out_row(o);
	put_server(o, &s);
	lev_out_row_end(o);
	return 1;
}

static const struct noun noun = {
	.nest = LEV_A_SERVER,
	.words = words,
	.add = LEV_CMD_SERVER_ADD,
	.set = LEV_CMD_SERVER_SET,
	.del = LEV_CMD_SERVER_DEL,
	.get = LEV_CMD_SERVER_GET,
	.header = "ADDRESS\tPOOL\tWEIGHT\tSTATE\tUP\tREACHED\tHEALTH\tPERCENT\tMAC\tSHARE\t"
		  "PACKETS\tFLOWS",
	.row = row,
};

const struct command cmd_server = {
	.name = "server",
	.about = "the machines of a pool",
	.grammar =
		"levctl server add DEVICE ADDRESS [weight N] [pool NAME] [state drain|active]\n"
		"levctl server set DEVICE ADDRESS [weight N] [pool NAME] [state drain|active]\n"
		"                  [health up|down] [percent N]\n"
		"levctl server del DEVICE ADDRESS [pool NAME]\n"
		"levctl server show DEVICE [ADDRESS] [pool NAME]\n",
	.help =
		"Pool and address together name a server.\n"
		"One that is drained or has weight 0 gets no new flows, and keeps its old ones.\n"
		"Health and percent are votes of this node and no part of the config. A server is\n"
		"down for the cluster, and gets no packets, if most nodes say so; it gets so much of\n"
		"its weight as the middle one of all votes says, which is what is shown.\n",
	.example = "levctl server add lev0 10.0.1.101 weight 2\n",
	.noun = &noun,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * levctl address: the LevIPs of a cluster. Called by noun.c.
 */
#include "args.h"

static const struct word words[] = {
	{
		.name = "address", .kind = WORD_ADDRESS, .attr = LEV_ADDRESS_A_ADDR,
		.positional = true, .key = true,
		.verbs = ADD | DEL | SHOW, .needed = ADD | DEL,
		.help = "LevIP, an IPv4 address, or an IPv6 one (not link-local)",
	}, {
		.name = "side", .kind = WORD_NAME, .attr = LEV_ADDRESS_A_SIDE,
		.verbs = ADD, .names = &lev_side_names,
		.help = "where it is answered for; back: as the servers' gateway",
	}, { 0 }
};

void put_address(struct lev_out *o, const struct lev_address *a)
{
	char ip[LEV_IP_STR];

	lev_out_str(o, "address", LEV_CELL, lev_ip_str(&a->ip, ip));
	lev_out_str(o, "side", LEV_CELL, lev_name(&lev_side_names, a->side));
}

static int row(struct lev_out *o, struct nlattr *tb[LEV_A_MAX + 1], const struct args *args)
{
	const struct arg *only = args_find(args, LEV_ADDRESS_A_ADDR);
	struct lev_address a;

	if (lev_address_read(tb[LEV_A_ADDRESS], &a))
		return -1;
	if (only && !lev_ip_equal(&only->ip, &a.ip))
		return 0;
	lev_out_row(o);
	put_address(o, &a);
	lev_out_row_end(o);
	return 1;
}

static const struct noun noun = {
	.nest = LEV_A_ADDRESS,
	.words = words,
	.add = LEV_CMD_ADDRESS_ADD,
	.del = LEV_CMD_ADDRESS_DEL,
	.get = LEV_CMD_ADDRESS_GET,
	.header = "ADDRESS\tSIDE",
	.row = row,
};

const struct command cmd_address = {
	.name = "address",
	.about = "the shared addresses (LevIP) that the cluster answers for",
	.grammar =
		"levctl address add DEVICE ADDRESS [side front|back]\n"
		"levctl address del DEVICE ADDRESS\n"
		"levctl address show DEVICE [ADDRESS]\n",
	.example = "levctl address add lev0 10.0.0.200\n",
	.noun = &noun,
};

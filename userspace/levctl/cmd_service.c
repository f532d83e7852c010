// SPDX-License-Identifier: GPL-2.0
/*
 * levctl service: the addresses that are spread over servers. Called by noun.c.
 */
#include "args.h"

#define ALL (ADD | SET | DEL)

static const struct word words[] = {
	{
		.name = "address", .kind = WORD_ADDRESS, .attr = LEV_SERVICE_A_ADDR,
		.positional = true, .key = true,
		.verbs = ALL | SHOW, .needed = ALL,
		.help = "ServIP, an IPv4 or IPv6 address",
	}, {
		.name = "proto", .kind = WORD_PROTO, .attr = LEV_SERVICE_A_PROTO,
		.key = true, .verbs = ALL,
		.help = "tcp, udp, sctp, dccp, udplite, or a number; not said: every packet",
	}, {
		.name = "port", .kind = WORD_NUMBER, .attr = LEV_SERVICE_A_PORT,
		.key = true, .verbs = ALL, .min = 1, .max = 65535,
		.help = "port of the service; not said: every port",
	}, {
		.name = "hash", .kind = WORD_NAME, .attr = LEV_SERVICE_A_HASH,
		.verbs = ADD | SET, .names = &lev_hash_names,
		.help = "flow: each connection may go to another server; "
			"source: a client stays with one",
	}, {
		.name = "pool", .kind = WORD_POOL, .attr = LEV_SERVICE_A_POOL,
		.verbs = ADD | SET,
		.help = "the servers that serve it",
	}, { 0 }
};

static int check(const struct ctl *ctl, const struct args *args)
{
	const struct arg *proto = args_find(args, LEV_SERVICE_A_PROTO);
	const struct arg *port = args_find(args, LEV_SERVICE_A_PORT);

	if (port && !proto)
		return say_wrong(ctl, "\"port\": \"%s\" needs \"proto\"", port->text);
	if (port && !lev_proto_has_ports(proto->number))
		return say_wrong(ctl, "\"port\": \"%s\": protocol \"%s\" has no ports",
				 port->text, proto->text);
	return DONE;
}

void put_service(struct lev_out *o, const struct lev_service *s)
{
	char ip[LEV_IP_STR], proto[LEV_PROTO_STR];

	lev_out_str(o, "address", LEV_CELL, lev_ip_str(&s->ip, ip));
	if (s->proto)
		lev_out_str(o, "proto", LEV_CELL, lev_proto_str(s->proto, proto));
	else
		lev_out_null(o, "proto", LEV_CELL, "any");
	if (s->port)
		lev_out_uint(o, "port", LEV_CELL, s->port);
	else
		lev_out_null(o, "port", LEV_CELL, "any");
	lev_out_str(o, "hash", LEV_CELL, lev_name(&lev_hash_names, s->hash));
	lev_out_str(o, "pool", LEV_CELL, s->pool);
	lev_out_uint(o, "servers_up", LEV_CELL, s->up);
	if (lev_has(s->has, LEV_SERVICE_A_REMEMBERED)) {
		lev_out_uint(o, "entries_moved", LEV_JSON_ONLY, s->moved);
		lev_out_uint(o, "entries_remembered", LEV_JSON_ONLY, s->remembered);
	} else {
		lev_out_null(o, "entries_moved", LEV_JSON_ONLY, "-");
		lev_out_null(o, "entries_remembered", LEV_JSON_ONLY, "-");
	}
}

static int row(struct lev_out *o, struct nlattr *tb[LEV_A_MAX + 1], const struct args *args)
{
	const struct arg *only = args_find(args, LEV_SERVICE_A_ADDR);
	struct lev_service s;

	if (lev_service_read(tb[LEV_A_SERVICE], &s))
		return -1;
	if (only && !lev_ip_equal(&only->ip, &s.ip))
		return 0;
	lev_out_row(o);
	put_service(o, &s);
	lev_out_row_end(o);
	return 1;
}

static const struct noun noun = {
	.nest = LEV_A_SERVICE,
	.words = words,
	.add = LEV_CMD_SERVICE_ADD,
	.set = LEV_CMD_SERVICE_SET,
	.del = LEV_CMD_SERVICE_DEL,
	.get = LEV_CMD_SERVICE_GET,
	.header = "ADDRESS\tPROTO\tPORT\tHASH\tPOOL\tSERVERS-UP",
	.check = check,
	.row = row,
};

const struct command cmd_service = {
	.name = "service",
	.about = "the addresses (ServIP) whose packets go to servers",
	.grammar =
		"levctl service add DEVICE ADDRESS [proto PROTO [port N]] [hash flow|source]\n"
		"               [pool NAME]\n"
		"levctl service set DEVICE ADDRESS [proto PROTO [port N]] [hash flow|source]\n"
		"               [pool NAME]\n"
		"levctl service del DEVICE ADDRESS [proto PROTO [port N]]\n"
		"levctl service show DEVICE [ADDRESS]\n",
	.help = "Address, protocol and port together name a service.\n",
	.example = "levctl service add lev0 10.0.1.200 proto tcp port 80\n",
	.noun = &noun,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * levctl explain: what becomes of one packet on this node, and why, as the kernel says it.
 * Called by main.c.
 */
#include "args.h"

static const struct word words[] = {
	{
		.name = "src", .kind = WORD_ADDRESS, .attr = LEV_EXPLAIN_A_SRC,
		.verbs = SHOW, .needed = SHOW,
		.help = "the packet's source, an IPv4 or IPv6 address",
	}, {
		.name = "dst", .kind = WORD_ADDRESS, .attr = LEV_EXPLAIN_A_DST,
		.verbs = SHOW, .needed = SHOW,
		.help = "its destination, of the same family",
	}, {
		.name = "proto", .kind = WORD_PROTO, .attr = LEV_EXPLAIN_A_PROTO,
		.verbs = SHOW,
		.help = "tcp, udp, sctp, dccp, udplite, or a number; needed if dst has a service",
	}, {
		.name = "sport", .kind = WORD_NUMBER, .attr = LEV_EXPLAIN_A_SPORT,
		.verbs = SHOW, .max = 65535,
		.help = "source port, with a protocol that has ports",
	}, {
		.name = "dport", .kind = WORD_NUMBER, .attr = LEV_EXPLAIN_A_DPORT,
		.verbs = SHOW, .max = 65535,
		.help = "destination port, likewise",
	}, { 0 }
};

static const char *const sentences[] = {
	[LEV_WHY_SERVED] = "it is sent to the server",
	[LEV_WHY_NO_SERVICE] = "there is no service that it is for: it is left to the kernel",
	[LEV_WHY_NO_SERVER] = "no server of the pool is in use: it is dropped",
	[LEV_WHY_NO_MAC] = "the server's MAC address is not known: it is dropped",
	[LEV_WHY_DEVICE_DOWN] = "the cluster's device, front or back is down: it is not sent on",
};

/**
 * struct answer - what the kernel says
 * @explain: the packet's fate
 * @service: that it is for, if @has_service
 * @server: that it goes to, if @has_server
 * @has_service: there is one
 * @has_server: there is one
 * @err: it was not understood
 */
struct answer {
	struct lev_explain explain;
	struct lev_service service;
	struct lev_server server;
	bool has_service;
	bool has_server;
	int err;
};

static int check_port(const struct ctl *ctl, const struct args *args, uint16_t attr)
{
	const struct arg *proto = args_find(args, LEV_EXPLAIN_A_PROTO);
	const struct arg *port = args_find(args, attr);

	if (port && !proto)
		return say_wrong(ctl, "\"%s\": \"%s\" needs \"proto\"", port->word->name,
				 port->text);
	if (port && !lev_proto_has_ports(proto->number))
		return say_wrong(ctl, "\"%s\": \"%s\": protocol \"%s\" has no ports",
				 port->word->name, port->text, proto->text);
	if (!port && proto && lev_proto_has_ports(proto->number))
		return say_wrong(ctl, "\"proto\": \"%s\" needs \"%s\"", proto->text,
				 attr == LEV_EXPLAIN_A_SPORT ? "sport" : "dport");
	return DONE;
}

/* Whether the words fit each other. */
static int check(const struct ctl *ctl, const struct args *args)
{
	const struct arg *src = args_find(args, LEV_EXPLAIN_A_SRC);
	const struct arg *dst = args_find(args, LEV_EXPLAIN_A_DST);
	int ret;

	if (src->ip.len != dst->ip.len)
		return say_wrong(ctl, "\"dst\": \"%s\" is not of the family of \"src\": \"%s\"",
				 dst->text, src->text);
	ret = check_port(ctl, args, LEV_EXPLAIN_A_SPORT);
	return ret ? ret : check_port(ctl, args, LEV_EXPLAIN_A_DPORT);
}

static void take(struct nlattr *tb[LEV_A_MAX + 1], void *arg)
{
	struct answer *a = arg;

	a->has_service = tb[LEV_A_SERVICE];
	a->has_server = tb[LEV_A_SERVER];
	a->err = !tb[LEV_A_EXPLAIN] || lev_explain_read(tb[LEV_A_EXPLAIN], &a->explain) ||
		 lev_service_read(tb[LEV_A_SERVICE], &a->service) ||
		 lev_server_read(tb[LEV_A_SERVER], &a->server);
}

static int ask(struct ctl *ctl, struct args *args, struct answer *a)
{
	struct nl_msg *msg = lev_nl_msg(LEV_CMD_EXPLAIN);
	int ret = DONE;

	a->err = -1;
	if (!msg || args_put(args, msg, LEV_A_EXPLAIN))
		ret = say_failed(ctl, "no room for the request");
	else if (lev_nl_do(ctl->nl, msg, take, a))
		ret = say_refused(ctl, args);
	else if (a->err)
		ret = say_unreadable(ctl);
	nlmsg_free(msg);
	return ret;
}

static void show_port(struct lev_out *o, const struct args *args, uint16_t attr, const char *key)
{
	const struct arg *port = args_find(args, attr);

	if (port)
		lev_out_uint(o, key, " port %s", port->number);
	else
		lev_out_null(o, key, LEV_JSON_ONLY, "");
}

static void show_packet(struct lev_out *o, const struct args *args)
{
	const struct arg *proto = args_find(args, LEV_EXPLAIN_A_PROTO);
	char ip[LEV_IP_STR], name[LEV_PROTO_STR];

	lev_out_str(o, "device", "%s: ", args->device);
	lev_out_str(o, "src", "%s", lev_ip_str(&args_find(args, LEV_EXPLAIN_A_SRC)->ip, ip));
	show_port(o, args, LEV_EXPLAIN_A_SPORT, "sport");
	lev_out_str(o, "dst", " to %s", lev_ip_str(&args_find(args, LEV_EXPLAIN_A_DST)->ip, ip));
	show_port(o, args, LEV_EXPLAIN_A_DPORT, "dport");
	if (proto)
		lev_out_str(o, "proto", ", proto %s", lev_proto_str(proto->number, name));
	else
		lev_out_null(o, "proto", LEV_JSON_ONLY, "");
}

static void show_why(struct lev_out *o, const struct lev_explain *e)
{
	lev_out_str(o, "why", "\n  %s", lev_name(&lev_why_names, e->why));
	if (e->why < ARRAY_SIZE(sentences))
		lev_out_text(o, ": %s", sentences[e->why]);
	lev_out_text(o, "\n");
}

/* What changes of the pool mean to the flow. */
static void show_moved(struct lev_out *o, const struct lev_explain *e)
{
	char ip[LEV_IP_STR];

	lev_out_bool(o, "moved", LEV_JSON_ONLY, e->moved);
	lev_out_bool(o, "pinned", LEV_JSON_ONLY, e->pinned);
	if (e->moved)
		lev_out_text(o, "  a change moved the entry: the flow %s\n",
			     e->pinned ? "is pinned" : "is not pinned yet");
	if (lev_has(e->has, LEV_EXPLAIN_A_ORIGIN))
		lev_out_str(o, "origin", "  before that its server was %s\n",
			    lev_ip_str(&e->origin, ip));
	else
		lev_out_null(o, "origin", LEV_JSON_ONLY, "");
}

static void show_service(struct lev_out *o, const struct answer *a)
{
	const struct lev_service *s = &a->service;
	char ip[LEV_IP_STR], proto[LEV_PROTO_STR];

	if (!a->has_service) {
		lev_out_null(o, "service", LEV_JSON_ONLY, "");
		lev_out_null(o, "entry", LEV_JSON_ONLY, "");
		lev_out_null(o, "moved", LEV_JSON_ONLY, "");
		lev_out_null(o, "pinned", LEV_JSON_ONLY, "");
		lev_out_null(o, "origin", LEV_JSON_ONLY, "");
		return;
	}
	lev_out_object(o, "service");
	lev_out_str(o, "address", "  service %s", lev_ip_str(&s->ip, ip));
	if (s->proto)
		lev_out_str(o, "proto", ", proto %s", lev_proto_str(s->proto, proto));
	else
		lev_out_null(o, "proto", ", proto %s", "any");
	if (s->port)
		lev_out_uint(o, "port", ", port %s", s->port);
	else
		lev_out_null(o, "port", ", port %s", "any");
	lev_out_str(o, "hash", ", hash %s", lev_name(&lev_hash_names, s->hash));
	lev_out_str(o, "pool", ", pool %s\n", s->pool);
	lev_out_uint(o, "servers_up", LEV_JSON_ONLY, s->up);
	lev_out_close(o);
	lev_out_uint(o, "entry", "  entry %s", a->explain.entry);
	lev_out_text(o, " of %u in the pool's table\n", LEV_TABLE_SIZE);
	show_moved(o, &a->explain);
}

static void show_server(struct lev_out *o, const struct answer *a)
{
	char ip[LEV_IP_STR], mac[LEV_MAC_STR];
	const struct lev_server *s = &a->server;

	if (!a->has_server) {
		lev_out_null(o, "server", LEV_JSON_ONLY, "");
		return;
	}
	lev_out_object(o, "server");
	lev_out_str(o, "address", "  server %s", lev_ip_str(&s->ip, ip));
	lev_out_str(o, "pool", LEV_JSON_ONLY, s->pool);
	if (lev_has(s->has, LEV_SERVER_A_MAC))
		lev_out_str(o, "mac", ", MAC address %s", lev_mac_str(s->mac, mac));
	else
		lev_out_null(o, "mac", ", MAC address %s", "not known");
	lev_out_uint(o, "weight", ", weight %s", s->weight);
	lev_out_str(o, "state", ", %s", lev_name(&lev_admin_names, s->admin));
	lev_out_bool(o, "up", LEV_JSON_ONLY, s->up);
	lev_out_bool(o, "reached", LEV_JSON_ONLY, s->reached);
	lev_out_text(o, ", %s, %s\n", s->up ? "up" : "down",
		     s->reached ? "reached" : "not reached");
	lev_out_close(o);
}

static void show_lanes(struct lev_out *o, const struct args *args, const struct lev_explain *e)
{
	char ip[LEV_IP_STR], mac[LEV_MAC_STR];

	lev_out_bool(o, "levip", LEV_JSON_ONLY, e->levip);
	if (e->levip)
		lev_out_text(o, "  %s is a LevIP\n", args_find(args, LEV_EXPLAIN_A_DST)->text);
	if (e->n_lanes)
		lev_out_text(o, "  %s as an asker:\n", args_find(args, LEV_EXPLAIN_A_SRC)->text);
	else if (e->levip)
		lev_out_text(o, "  %s has not asked for it yet, so its lane is not known\n",
			     args_find(args, LEV_EXPLAIN_A_SRC)->text);
	lev_out_table(o, "lanes", "  ", "LEVIP\tSIDE\tLANE\tMAC\tOWNER");
	for (unsigned int i = 0; i < e->n_lanes; i++) {
		const struct lev_lane *l = &e->lane[i];

		lev_out_row(o);
		lev_out_str(o, "address", LEV_CELL, lev_ip_str(&l->ip, ip));
		lev_out_str(o, "side", LEV_CELL, lev_name(&lev_side_names, l->side));
		lev_out_uint(o, "lane", LEV_CELL, l->lane);
		if (lev_has(l->has, LEV_LANE_A_MAC))
			lev_out_str(o, "mac", LEV_CELL, lev_mac_str(l->mac, mac));
		else
			lev_out_null(o, "mac", LEV_CELL, "-");
		if (l->owner)
			lev_out_uint(o, "owner", LEV_CELL, l->owner);
		else
			lev_out_null(o, "owner", LEV_CELL, "nobody");
		lev_out_row_end(o);
	}
	lev_out_table_end(o);
}

static int run(struct ctl *ctl, int argc, char **argv)
{
	struct args args = { 0 };
	struct answer answer;
	int ret;

	if (!argc)
		return say_wrong(ctl, "a device is missing (example: lev0)");
	ret = args_device(ctl, &args, argv[0]);
	if (!ret)
		ret = args_read(ctl, &args, words, SHOW, argc - 1, argv + 1);
	if (!ret)
		ret = check(ctl, &args);
	if (!ret)
		ret = ask(ctl, &args, &answer);
	if (ret)
		return ret;

	lev_out_object(ctl->out, NULL);
	show_packet(ctl->out, &args);
	show_why(ctl->out, &answer.explain);
	show_service(ctl->out, &answer);
	show_server(ctl->out, &answer);
	show_lanes(ctl->out, &args, &answer.explain);
	lev_out_close(ctl->out);
	return DONE;
}

const struct command cmd_explain = {
	.name = "explain",
	.about = "which lane, owner, table entry and server a packet has, and why",
	.grammar =
		"levctl explain DEVICE src ADDRESS dst ADDRESS [proto PROTO [sport N dport N]]\n",
	.help =
		"It is what this node would do now with such a packet that comes in on its front.\n"
		"The lanes are those of src as an asker: where src is behind a router, the router\n"
		"asks, and has the lanes of its own address. In IPv6 they are those of its MAC\n"
		"address: known of link-local addresses made of one, and of who has asked.\n",
	.example =
		"levctl explain lev0 src 192.0.2.2 dst 10.0.1.200 proto tcp sport 41000 dport 80\n"
		"levctl explain lev0 src 10.0.0.1 dst 10.0.0.200\n",
	.words = words,
	.run = run,
};

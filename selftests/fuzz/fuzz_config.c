// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/config.c */
/*
 * Edits of a config in any order: one that is refused changes nothing and says why, the lists stay
 * sorted and in range, and the digest follows the content and not the way there. An edit of the
 * input is one byte, what is put or taken away, and how often, each time the next one.
 */
#include <ctype.h>
#include "fuzz.h"
#include "core/config.h"
#include "core/flow.h"

#define EDITS_MAX	4000

enum what {
	PARAMS,
	NODE_ADD, NODE_SET, NODE_DEL,
	ADDRESS_ADD, ADDRESS_DEL,
	SERVICE_ADD, SERVICE_SET, SERVICE_DEL,
	SERVER_ADD, SERVER_SET, SERVER_DEL,
	KEEP,		/* a copy, to which bit maps are carried over in the end */
	WHATS
};

struct edit {
	enum what what;
	struct lev_params params;
	struct lev_node node;
	struct lev_address address;
	struct lev_service service;
	struct lev_server server;
};

static const siphash_key_t key = { { 0x1122334455667788ULL, 0x99aabbccddeeff00ULL } };
static struct lev_config cfg, before, kept, other;
static u64 digest;

/* Within the limits, or just beyond. */
static u32 near(struct fuzz_input *in, u32 least, u32 most)
{
	switch (fuzz_take(in, 1) % 8) {
	case 0:
		return least;
	case 1:
		return most;
	case 2:
		return least - 1;
	case 3:
		return most + 1;
	case 4:
		return fuzz_take(in, 4);
	default:
		return least + fuzz_take(in, 2) % (most - least + 1);
	}
}

static struct lev_addr addr(struct fuzz_input *in)
{
	unsigned int kind = fuzz_take(in, 1) % 8, i;
	struct lev_addr a = { { [10] = 0xff, [11] = 0xff } };

	switch (kind) {
	case 0:
		put_unaligned_be32(fuzz_take(in, 4), a.b + 12);
		break;
	case 1:
		for (i = 0; i < sizeof(a.b); i++)
			a.b[i] = fuzz_take(in, 1);
		break;
	case 2:
		memset(&a, 0, sizeof(a));
		a.b[0] = fuzz_take(in, 1);
		a.b[1] = fuzz_take(in, 1);
		a.b[15] = fuzz_take(in, 1);
		break;
	default:
		put_unaligned_be32(0x0a000000 + fuzz_take(in, 1), a.b + 12);
	}
	return a;
}

static void pool(struct fuzz_input *in, char *name)
{
	static const char *const names[] = { "default", "a", "web-1", "web_1.x", "", "two words" };
	unsigned int kind = fuzz_take(in, 1) % (ARRAY_SIZE(names) + 1), i;

	if (kind < ARRAY_SIZE(names)) {
		strscpy(name, names[kind], LEV_POOL_SIZE);
		return;
	}
	for (i = 0; i + 1 < LEV_POOL_SIZE; i++) {
		name[i] = fuzz_take(in, 1);
		if (!name[i])
			break;
	}
}

static void take_params(struct fuzz_input *in, struct lev_params *p)
{
	u32 which = fuzz_take(in, 2);
	u32 *const fields[] = { &p->mac, &p->lanes, &p->period, &p->heartbeat, &p->dead,
				&p->failback, &p->flows, &p->memory, &p->refresh, &p->pace };
	static const u32 limits[][2] = {
		{ 0, __LEV_MAC_MAX - 1 }, { 1, LEV_LANES_MAX },
		{ LEV_PERIOD_MIN, LEV_PERIOD_MAX }, { LEV_HEARTBEAT_MIN, LEV_HEARTBEAT_MAX },
		{ LEV_DEAD_MIN, LEV_DEAD_MAX }, { 0, LEV_FAILBACK_MAX },
		{ LEV_FLOWS_MIN, LEV_FLOWS_MAX }, { LEV_MEMORY_MIN, LEV_MEMORY_MAX },
		{ LEV_REFRESH_MIN, LEV_REFRESH_MAX }, { LEV_PACE_MIN, LEV_PACE_MAX },
	};
	unsigned int i;

	*p = cfg.params;
	for (i = 0; i < ARRAY_SIZE(fields); i++)
		if (which & BIT(i))
			*fields[i] = near(in, limits[i][0], limits[i][1]);
}

static void take_edit(struct fuzz_input *in, struct edit *e)
{
	memset(e, 0, sizeof(*e));
	e->what = fuzz_take(in, 1) % WHATS;
	switch (e->what) {
	case PARAMS:
		take_params(in, &e->params);
		break;
	case NODE_ADD ... NODE_DEL:
		e->node.id = near(in, 1, LEV_NODE_ID_MAX);
		e->node.weight = near(in, 0, LEV_WEIGHT_MAX);
		e->node.priority = near(in, 0, LEV_PRIORITY_MAX);
		break;
	case ADDRESS_ADD ... ADDRESS_DEL:
		e->address.addr = addr(in);
		e->address.side = near(in, 0, __LEV_SIDE_MAX - 1);
		break;
	case SERVICE_ADD ... SERVICE_DEL:
		e->service.addr = addr(in);
		e->service.proto = near(in, 0, 255);
		e->service.port = near(in, 0, 65535);
		e->service.hash = near(in, 0, __LEV_HASH_MAX - 1);
		pool(in, e->service.pool);
		break;
	case SERVER_ADD ... SERVER_DEL:
		e->server.addr = addr(in);
		e->server.weight = near(in, 0, LEV_WEIGHT_MAX);
		e->server.admin = near(in, 0, __LEV_ADMIN_MAX - 1);
		pool(in, e->server.pool);
		break;
	default:
		break;
	}
}

static void next(struct edit *e)
{
	struct lev_addr *const addrs[] = { &e->address.addr, &e->service.addr, &e->server.addr };
	unsigned int i;

	e->node.id++;
	for (i = 0; i < ARRAY_SIZE(addrs); i++)
		put_unaligned_be16(get_unaligned_be16(addrs[i]->b + 14) + 1, addrs[i]->b + 14);
}

static int apply(const struct edit *e, struct lev_error *err)
{
	switch (e->what) {
	case PARAMS:
		return lev_config_params(&cfg, &e->params, err);
	case NODE_ADD:
		return lev_config_node_put(&cfg, &e->node, LEV_PUT_ADD, err);
	case NODE_SET:
		return lev_config_node_put(&cfg, &e->node, LEV_PUT_SET, err);
	case NODE_DEL:
		return lev_config_node_del(&cfg, e->node.id, err);
	case ADDRESS_ADD:
		return lev_config_address_put(&cfg, &e->address, err);
	case ADDRESS_DEL:
		return lev_config_address_del(&cfg, &e->address.addr, err);
	case SERVICE_ADD:
		return lev_config_service_put(&cfg, &e->service, LEV_PUT_ADD, err);
	case SERVICE_SET:
		return lev_config_service_put(&cfg, &e->service, LEV_PUT_SET, err);
	case SERVICE_DEL:
		return lev_config_service_del(&cfg, &e->service, err);
	case SERVER_ADD:
		return lev_config_server_put(&cfg, &e->server, LEV_PUT_ADD, err);
	case SERVER_SET:
		return lev_config_server_put(&cfg, &e->server, LEV_PUT_SET, err);
	case SERVER_DEL:
		return lev_config_server_del(&cfg, &e->server, err);
	default:
		kept = cfg;
		return 0;
	}
}

/* What was put is there, what was taken away is not. */
static void check_done(const struct edit *e)
{
	switch (e->what) {
	case NODE_ADD ... NODE_DEL:
		fuzz_must(!lev_config_node(&cfg, e->node.id) == (e->what == NODE_DEL));
		break;
	case ADDRESS_ADD ... ADDRESS_DEL:
		fuzz_must(!lev_config_address(&cfg, &e->address.addr) == (e->what == ADDRESS_DEL));
		break;
	case SERVICE_ADD ... SERVICE_DEL:
		fuzz_must(!lev_config_service(&cfg, &e->service) == (e->what == SERVICE_DEL));
		break;
	case SERVER_ADD ... SERVER_DEL:
		fuzz_must(!lev_config_server(&cfg, &e->server) == (e->what == SERVER_DEL));
		break;
	default:
		break;
	}
}

static bool within(u32 v, u32 least, u32 most)
{
	return v >= least && v <= most;
}

static void check_params(const struct lev_params *p)
{
	fuzz_must(p->mac < __LEV_MAC_MAX);
	fuzz_must(within(p->lanes, 1, LEV_LANES_MAX));
	fuzz_must(!p->period || within(p->period, LEV_PERIOD_MIN, LEV_PERIOD_MAX));
	fuzz_must(within(p->heartbeat, LEV_HEARTBEAT_MIN, LEV_HEARTBEAT_MAX));
	fuzz_must(within(p->dead, LEV_DEAD_MIN, LEV_DEAD_MAX));
	fuzz_must(p->failback <= LEV_FAILBACK_MAX || p->failback == LEV_FAILBACK_NEVER);
	fuzz_must(within(p->flows, LEV_FLOWS_MIN, LEV_FLOWS_MAX));
	fuzz_must(within(p->memory, LEV_MEMORY_MIN, LEV_MEMORY_MAX));
	fuzz_must(!p->refresh || within(p->refresh, LEV_REFRESH_MIN, LEV_REFRESH_MAX));
	fuzz_must(within(p->pace, LEV_PACE_MIN, LEV_PACE_MAX));
}

static void check_addr(const struct lev_addr *a)
{
	fuzz_must(a->b[0] != 0xff && (lev_addr_half(a, 0) || lev_addr_half(a, 1)));
	fuzz_must(!lev_addr_is4(a) || (a->b[12] && a->b[12] != 127 && a->b[12] < 224));
}

static void check_pool(const char *name)
{
	fuzz_must(within(strnlen(name, LEV_POOL_SIZE), 1, LEV_POOL_SIZE - 1));
	for (; *name; name++)
		fuzz_must(isalnum((u8)*name) || strchr("-_.", *name));
}

static void check_nodes(void)
{
	struct lev_wheel_node wheel[LEV_NODE_ID_MAX];
	u32 i;

	fuzz_must(cfg.n_nodes <= LEV_NODE_ID_MAX);
	for (i = 0; i < cfg.n_nodes; i++) {
		const struct lev_node *n = &cfg.nodes[i];

		fuzz_must(within(n->id, 1, LEV_NODE_ID_MAX) && n->weight <= LEV_WEIGHT_MAX &&
			  n->priority <= LEV_PRIORITY_MAX);
		fuzz_must(!i || n[-1].id < n->id);
		fuzz_must(lev_config_nodes(&cfg) & lev_node_bit(n->id));
	}
	fuzz_must(hweight64(lev_config_nodes(&cfg)) == cfg.n_nodes);
	fuzz_must(lev_config_wheel_nodes(&cfg, wheel) == cfg.n_nodes);
}

static void check_addresses(void)
{
	u32 i, place, count;

	fuzz_must(cfg.n_addresses <= LEV_ADDRESSES_MAX);
	for (i = 0; i < cfg.n_addresses; i++) {
		const struct lev_address *a = &cfg.addresses[i];

		check_addr(&a->addr);
		fuzz_must(a->side < __LEV_SIDE_MAX);
		fuzz_must(a->addr.b[0] != 0xfe || a->addr.b[1] >> 6 != 2);
		fuzz_must(!i || lev_addr_cmp(&a[-1].addr, &a->addr) < 0);
		place = lev_config_spacing(cfg.addresses, cfg.n_addresses, i, &count);
		fuzz_must(place < count && count <= cfg.n_addresses && place <= i);
	}
}

static void check_services(void)
{
	u32 i;

	fuzz_must(cfg.n_services <= LEV_SERVICES_MAX);
	for (i = 0; i < cfg.n_services; i++) {
		const struct lev_service *s = &cfg.services[i];
		int c = i ? lev_addr_cmp(&s[-1].addr, &s->addr) : -1;

		check_addr(&s->addr);
		check_pool(s->pool);
		fuzz_must(s->proto <= 255 && s->port <= 65535 && s->hash < __LEV_HASH_MAX);
		fuzz_must(!s->port || lev_flow_has_ports(s->proto));
		fuzz_must(c < 0 || (!c && (s[-1].proto < s->proto ||
					   (s[-1].proto == s->proto && s[-1].port < s->port))));
	}
}

static void check_servers(void)
{
	u32 i;

	fuzz_must(cfg.n_servers <= LEV_SERVERS_MAX);
	for (i = 0; i < cfg.n_servers; i++) {
		const struct lev_server *s = &cfg.servers[i];
		int c = i ? strcmp(s[-1].pool, s->pool) : -1;

		check_addr(&s->addr);
		check_pool(s->pool);
		fuzz_must(s->weight <= LEV_WEIGHT_MAX && s->admin < __LEV_ADMIN_MAX);
		fuzz_must(c < 0 || (!c && lev_addr_cmp(&s[-1].addr, &s->addr) < 0));
		fuzz_must(!lev_config_address(&cfg, &s->addr));
	}
}

static void check_config(void)
{
	u64 now = lev_config_digest(&cfg, &key);

	check_params(&cfg.params);
	check_nodes();
	check_addresses();
	check_services();
	check_servers();
	fuzz_must(now && (now == digest) == !memcmp(&cfg, &before, sizeof(cfg)));
	digest = now;
}

/* Return: whether it was done. */
static bool edit(const struct edit *e)
{
	static struct lev_config was;
	struct lev_error err = {};
	int ret;

	was = cfg;
	ret = apply(e, &err);
	if (!ret) {
		check_done(e);
		return true;
	}
	fuzz_must(ret == -EEXIST || ret == -ENOENT || ret == -ENOSPC || ret == -ERANGE ||
		  ret == -EINVAL);
	fuzz_must(err.msg && err.attr);
	fuzz_must(!memcmp(&was, &cfg, sizeof(cfg)));
	return false;
}

/* The same content, from its end to its begin. */
static void check_other_way(void)
{
	struct lev_error err;
	u32 i;

	lev_config_init(&other);
	for (i = cfg.n_servers; i--;)
		fuzz_must(!lev_config_server_put(&other, &cfg.servers[i], LEV_PUT_ADD, &err));
	for (i = cfg.n_services; i--;)
		fuzz_must(!lev_config_service_put(&other, &cfg.services[i], LEV_PUT_ADD, &err));
	for (i = cfg.n_addresses; i--;)
		fuzz_must(!lev_config_address_put(&other, &cfg.addresses[i], &err));
	for (i = cfg.n_nodes; i--;)
		fuzz_must(!lev_config_node_put(&other, &cfg.nodes[i], LEV_PUT_ADD, &err));
	fuzz_must(!lev_config_params(&other, &cfg.params, &err));
	fuzz_must(!memcmp(&other, &cfg, sizeof(cfg)));
	other.version++;
	fuzz_must(lev_config_digest(&other, &key) == digest);
}

static void check_remap(u8 seed)
{
	u8 map[LEV_SERVERS_MAX / 8], out[LEV_SERVERS_MAX / 8];
	u32 i;

	for (i = 0; i < sizeof(map); i++)
		map[i] = seed * (i + 1);
	lev_config_remap(&kept, &cfg, map, out);
	for (i = 0; i < LEV_SERVERS_MAX; i++) {
		const struct lev_server *s = i < cfg.n_servers ?
			lev_config_server(&kept, &cfg.servers[i]) : NULL;

		fuzz_must(lev_map_test(out, i) == (s && lev_map_test(map, s - kept.servers)));
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct fuzz_input in = { data, size };
	u8 seed = fuzz_take(&in, 1), times;
	unsigned int edits = 0;
	struct edit e;

	lev_config_init(&cfg);
	kept = cfg;
	digest = lev_config_digest(&cfg, &key);
	while (in.left && edits < EDITS_MAX) {
		before = cfg;
		take_edit(&in, &e);
		times = fuzz_take(&in, 1);
		do {
			edits++;
			if (!edit(&e))
				break;
			next(&e);
		} while (times--);
		check_config();
	}
	check_other_way();
	check_remap(seed);
	return 0;
}

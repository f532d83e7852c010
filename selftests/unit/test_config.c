// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/config.c */
/*
 * Edits of the config: each is done whole or not at all, lists stay in their order, and the
 * digest tells contents apart and nothing else.
 */
#include "unit.h"
#include "core/config.h"

static const siphash_key_t key = { { 0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL } };

static struct lev_addr ip4(u32 addr)
{
	struct lev_addr a;
	u8 be[4];

	put_unaligned_be32(addr, be);
	lev_addr_set4(&a, be);
	return a;
}

static struct lev_addr ip6(u16 first, u16 last)
{
	struct lev_addr a = {};

	put_unaligned_be16(first, a.b);
	put_unaligned_be16(last, a.b + 14);
	return a;
}

static struct lev_service service(u32 addr, u32 proto, u32 port)
{
	return (struct lev_service){
		.addr = ip4(addr), .proto = proto, .port = port, .pool = LEV_POOL_DEFAULT,
	};
}

static struct lev_server server(u32 addr, const char *pool)
{
	struct lev_server s = { .addr = ip4(addr), .weight = 1 };

	strscpy(s.pool, pool, sizeof(s.pool));
	return s;
}

static struct lev_config *config(void)
{
	struct lev_config *cfg = malloc(sizeof(*cfg));

	assert_non_null(cfg);
	lev_config_init(cfg);
	return cfg;
}

/* One edit of any kind, so that one function can look after all of them. */
struct edit {
	enum { PARAMS, NODE, NODE_DEL, ADDRESS, ADDRESS_DEL, SERVICE, SERVICE_DEL, SERVER,
	       SERVER_DEL } kind;
	enum lev_put how;
	struct lev_params params;
	struct lev_node node;
	struct lev_address address;
	struct lev_service service;
	struct lev_server server;
};

static int carry_out(struct lev_config *cfg, const struct edit *e, struct lev_error *err)
{
	switch (e->kind) {
	case PARAMS:
		return lev_config_params(cfg, &e->params, err);
	case NODE:
		return lev_config_node_put(cfg, &e->node, e->how, err);
	case NODE_DEL:
		return lev_config_node_del(cfg, e->node.id, err);
	case ADDRESS:
		return lev_config_address_put(cfg, &e->address, err);
	case ADDRESS_DEL:
		return lev_config_address_del(cfg, &e->address.addr, err);
	case SERVICE:
		return lev_config_service_put(cfg, &e->service, e->how, err);
	case SERVICE_DEL:
		return lev_config_service_del(cfg, &e->service, err);
	case SERVER:
		return lev_config_server_put(cfg, &e->server, e->how, err);
	case SERVER_DEL:
		return lev_config_server_del(cfg, &e->server, err);
	}
	return -1;
}

static void done(struct lev_config *cfg, struct edit e)
{
	struct lev_error err = {};

	assert_int_equal(carry_out(cfg, &e, &err), 0);
	assert_null(err.msg);
}

static void refused(struct lev_config *cfg, struct edit e, int code, int attr)
{
	struct lev_config *before = malloc(sizeof(*before));
	struct lev_error err = {};

	assert_non_null(before);
	memcpy(before, cfg, sizeof(*cfg));
	assert_int_equal(carry_out(cfg, &e, &err), -code);
	assert_memory_equal(before, cfg, sizeof(*cfg));
	assert_int_equal(err.attr, attr);
	assert_non_null(err.msg);
	assert_true(strlen(err.msg) > 5);
	free(before);
}

static void params_have_limits(void **state)
{
	static const struct {
		size_t field;
		u32 good[3], bad[3];
		int code, attr;
	} t[] = {
		{ offsetof(struct lev_params, mac), { 0, 1, 0 }, { 2, 3, U32_MAX },
		  ERANGE, LEV_CLUSTER_A_MAC },
		{ offsetof(struct lev_params, lanes), { 1, 2, 256 }, { 0, 257, U32_MAX },
		  ERANGE, LEV_CLUSTER_A_LANES },
		{ offsetof(struct lev_params, period), { 0, 100, 3600000 },
		  { 1, 99, 3600001 }, ERANGE, LEV_CLUSTER_A_PERIOD },
		{ offsetof(struct lev_params, heartbeat), { 5, 100, 10000 },
		  { 0, 4, 10001 }, ERANGE, LEV_CLUSTER_A_HEARTBEAT },
		{ offsetof(struct lev_params, dead), { 2, 3, 10 }, { 0, 1, 11 },
		  ERANGE, LEV_CLUSTER_A_DEAD },
		{ offsetof(struct lev_params, failback), { 0, 86400000, U32_MAX },
		  { 86400001, U32_MAX - 1, 1U << 31 }, ERANGE, LEV_CLUSTER_A_FAILBACK },
		{ offsetof(struct lev_params, flows), { 1024, 1048576, 16777216 },
		  { 0, 1023, 16777217 }, ERANGE, LEV_CLUSTER_A_FLOWS },
		{ offsetof(struct lev_params, memory), { 10000, 600000, 86400000 },
		  { 0, 9999, 86400001 }, ERANGE, LEV_CLUSTER_A_MEMORY },
		{ offsetof(struct lev_params, refresh), { 0, 1000, 3600000 },
		  { 1, 999, 3600001 }, ERANGE, LEV_CLUSTER_A_REFRESH },
		{ offsetof(struct lev_params, pace), { 1, 3200, 100000 },
		  { 0, 100001, U32_MAX }, ERANGE, LEV_CLUSTER_A_PACE },
	};
	struct lev_config *cfg = config();
	unsigned int i, j;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(t); i++)
		for (j = 0; j < 3; j++) {
			struct edit e = { .kind = PARAMS, .params = cfg->params };

			*(u32 *)((u8 *)&e.params + t[i].field) = t[i].bad[j];
			refused(cfg, e, t[i].code, t[i].attr);
			*(u32 *)((u8 *)&e.params + t[i].field) = t[i].good[j];
			done(cfg, e);
			assert_memory_equal(&cfg->params, &e.params, sizeof(e.params));
		}
	free(cfg);
}

#define NODE_EDIT(...) (struct edit){ .kind = NODE, .node = { __VA_ARGS__ } }
#define NODE_SET(...) (struct edit){ .kind = NODE, .how = LEV_PUT_SET, .node = { __VA_ARGS__ } }

static void nodes(void **state)
{
	struct lev_config *cfg = config();
	struct lev_wheel_node wheel[LEV_NODE_ID_MAX];
	unsigned int id;

	(void)state;
	refused(cfg, NODE_EDIT(0, 1, 100), ERANGE, LEV_NODE_A_ID);
	refused(cfg, NODE_EDIT(65, 1, 100), ERANGE, LEV_NODE_A_ID);
	refused(cfg, NODE_EDIT(1, 1001, 100), ERANGE, LEV_NODE_A_WEIGHT);
	refused(cfg, NODE_EDIT(1, 1, 256), ERANGE, LEV_NODE_A_PRIORITY);
	refused(cfg, NODE_SET(1, 1, 1), ENOENT, LEV_NODE_A_ID);
	refused(cfg, (struct edit){ .kind = NODE_DEL, .node = { .id = 1 } }, ENOENT,
		LEV_NODE_A_ID);
	for (id = 64; id; id--)
		done(cfg, NODE_EDIT(id, id == 64 ? 1000 : 0, id == 64 ? 255 : 0));
	refused(cfg, NODE_EDIT(7, 1, 1), EEXIST, LEV_NODE_A_ID);
	assert_int_equal(lev_config_nodes(cfg), U64_MAX);
	assert_int_equal(lev_config_wheel_nodes(cfg, wheel), 64);
	for (id = 1; id <= 64; id++) {
		assert_int_equal(cfg->nodes[id - 1].id, id);
		assert_ptr_equal(lev_config_node(cfg, id), &cfg->nodes[id - 1]);
		assert_int_equal(wheel[id - 1].id, id);
	}
	assert_int_equal(wheel[63].weight, 1000);
	assert_int_equal(wheel[63].priority, 255);
	done(cfg, NODE_SET(7, 5, 6));
	assert_int_equal(lev_config_node(cfg, 7)->weight, 5);
	assert_int_equal(lev_config_node(cfg, 7)->priority, 6);
	done(cfg, (struct edit){ .kind = NODE_DEL, .node = { .id = 7 } });
	assert_null(lev_config_node(cfg, 7));
	assert_int_equal(lev_config_nodes(cfg), ~lev_node_bit(7));
	assert_int_equal(cfg->n_nodes, 63);
	free(cfg);
}

/* The kinds of address that nobody can have. */
static void not_unicast(struct lev_config *cfg, struct edit *e, struct lev_addr *addr, int attr)
{
	static const u32 bad4[] = {
		0, 0x00ffffff, 0x7f000001, 0x7fffffff, 0xe0000001, 0xf0000000, 0xffffffff,
	};
	const struct lev_addr bad6[] = { ip6(0, 0), ip6(0, 1), ip6(0xff02, 1) };
	const struct lev_addr good = *addr;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad4); i++) {
		*addr = ip4(bad4[i]);
		refused(cfg, *e, EINVAL, attr);
	}
	for (i = 0; i < ARRAY_SIZE(bad6); i++) {
		*addr = bad6[i];
		refused(cfg, *e, EINVAL, attr);
	}
	*addr = good;
}

static struct edit address_edit(struct lev_addr addr, u32 side)
{
	return (struct edit){ .kind = ADDRESS, .address = { addr, side } };
}

static void addresses(void **state)
{
	struct lev_config *cfg = config();
	struct edit e = address_edit(ip4(0x0a0000c8), LEV_SIDE_FRONT);
	unsigned int i;

	(void)state;
	not_unicast(cfg, &e, &e.address.addr, LEV_ADDRESS_A_ADDR);
	refused(cfg, address_edit(ip6(0xfe80, 1), 0), EINVAL, LEV_ADDRESS_A_ADDR);
	refused(cfg, address_edit(ip6(0xfebf, 1), 0), EINVAL, LEV_ADDRESS_A_ADDR);
	refused(cfg, address_edit(ip4(0x0a0000c8), 2), ERANGE, LEV_ADDRESS_A_SIDE);
	/* Beside those of one device. */
	done(cfg, address_edit(ip6(0xfec0, 1), 0));
	e.kind = ADDRESS_DEL;
	e.address.addr = ip6(0xfec0, 1);
	done(cfg, e);
	e.address.addr = ip4(0x0a0000c8);
	refused(cfg, e, ENOENT, LEV_ADDRESS_A_ADDR);
	done(cfg, (struct edit){ .kind = SERVER, .server = server(0x0a000165, "p") });
	refused(cfg, address_edit(ip4(0x0a000165), 0), EINVAL, LEV_ADDRESS_A_ADDR);
	for (i = 0; i < LEV_ADDRESSES_MAX; i++)
		done(cfg, address_edit(i % 2 ? ip4(0x0a000000 + 64 - i) : ip6(0x2001, (u16)i),
				       i % 2));
	refused(cfg, address_edit(ip4(0x0a000001), 0), EEXIST, LEV_ADDRESS_A_ADDR);
	refused(cfg, address_edit(ip4(0x0b000001), 0), ENOSPC, LEV_ADDRESS_A_ADDR);
	for (i = 1; i < LEV_ADDRESSES_MAX; i++)
		assert_true(lev_addr_cmp(&cfg->addresses[i - 1].addr,
					 &cfg->addresses[i].addr) < 0);
	e.address.addr = ip4(0x0a000001);
	assert_int_equal(lev_config_address(cfg, &e.address.addr)->side, LEV_SIDE_BACK);
	done(cfg, e);
	assert_null(lev_config_address(cfg, &e.address.addr));
	assert_int_equal(cfg->n_addresses, LEV_ADDRESSES_MAX - 1);
	free(cfg);
}

/* A gateway on the back, or the other family's, takes no place between next hops of a route. */
static void next_hops_are_spaced(void **state)
{
	static const u8 places[] = { 0, 0, 1, 2, 0, 1 }, counts[] = { 1, 3, 3, 3, 2, 2 };
	struct lev_config *cfg = config();
	u32 i, count;

	(void)state;
	/* As they are ordered: IPv4 comes before 2001:: */
	done(cfg, address_edit(ip4(0x0a000001), LEV_SIDE_BACK));
	done(cfg, address_edit(ip4(0x0a000002), LEV_SIDE_FRONT));
	done(cfg, address_edit(ip4(0x0a000003), LEV_SIDE_FRONT));
	done(cfg, address_edit(ip4(0x0a000004), LEV_SIDE_FRONT));
	done(cfg, address_edit(ip6(0x2001, 1), LEV_SIDE_FRONT));
	done(cfg, address_edit(ip6(0x2001, 2), LEV_SIDE_FRONT));
	for (i = 0; i < cfg->n_addresses; i++) {
		assert_int_equal(lev_config_spacing(cfg->addresses, cfg->n_addresses, i, &count),
				 places[i]);
		assert_int_equal(count, counts[i]);
	}
	free(cfg);
}

static struct edit service_edit(u32 addr, u32 proto, u32 port)
{
	return (struct edit){ .kind = SERVICE, .service = service(addr, proto, port) };
}

static void services(void **state)
{
	/* Among them what stands beside letters and digits in ASCII. */
	static const char *const no_words[] = {
		"", "a b", "a/b", "a:b", "a@b", "a[b", "a`b", "a{b", "caf\xc3\xa9"
	};
	static const u32 protos[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP, IPPROTO_DCCP, 136 };
	struct lev_config *cfg = config();
	struct edit e = service_edit(0x0a0001c8, 0, 0);
	unsigned int i;

	(void)state;
	not_unicast(cfg, &e, &e.service.addr, LEV_SERVICE_A_ADDR);
	refused(cfg, service_edit(0x0a0001c8, 256, 0), ERANGE, LEV_SERVICE_A_PROTO);
	refused(cfg, service_edit(0x0a0001c8, 6, 65536), ERANGE, LEV_SERVICE_A_PORT);
	refused(cfg, service_edit(0x0a0001c8, 0, 80), EINVAL, LEV_SERVICE_A_PORT);
	refused(cfg, service_edit(0x0a0001c8, 1, 80), EINVAL, LEV_SERVICE_A_PORT);
	e.service.hash = __LEV_HASH_MAX;
	refused(cfg, e, ERANGE, LEV_SERVICE_A_HASH);
	e.service.hash = LEV_HASH_SOURCE;
	for (i = 0; i < ARRAY_SIZE(no_words); i++) {
		strcpy(e.service.pool, no_words[i]);
		refused(cfg, e, EINVAL, LEV_SERVICE_A_POOL);
	}
	strcpy(e.service.pool, "A-z_0.9");
	done(cfg, e);
	refused(cfg, e, EEXIST, LEV_SERVICE_A_ADDR);
	for (i = 0; i < ARRAY_SIZE(protos); i++)
		done(cfg, service_edit(0x0a0001c8, protos[i], 65535 - i));
	done(cfg, service_edit(0x0a0001c8, 1, 0));
	for (i = cfg->n_services; i < LEV_SERVICES_MAX; i++)
		done(cfg, service_edit(0x0b000000 - i / 2, 6, 1 + i % 2));
	refused(cfg, service_edit(0x0c000000, 0, 0), ENOSPC, LEV_SERVICE_A_ADDR);
	for (i = 1; i < cfg->n_services; i++) {
		const struct lev_service *a = &cfg->services[i - 1], *b = a + 1;
		int c = lev_addr_cmp(&a->addr, &b->addr);

		assert_true(c < 0 || (!c && (a->proto < b->proto ||
					     (a->proto == b->proto && a->port < b->port))));
	}
	e.how = LEV_PUT_SET;
	e.service.hash = LEV_HASH_FLOW;
	done(cfg, e);
	assert_int_equal(lev_config_service(cfg, &e.service)->hash, LEV_HASH_FLOW);
	e.kind = SERVICE_DEL;
	done(cfg, e);
	assert_null(lev_config_service(cfg, &e.service));
	refused(cfg, e, ENOENT, LEV_SERVICE_A_ADDR);
	e.kind = SERVICE;
	refused(cfg, e, ENOENT, LEV_SERVICE_A_ADDR);
	free(cfg);
}

static struct edit server_edit(u32 addr, const char *pool)
{
	return (struct edit){ .kind = SERVER, .server = server(addr, pool) };
}

static void servers(void **state)
{
	struct lev_config *cfg = config();
	struct edit e = server_edit(0x0a000165, "web");
	unsigned int i;

	(void)state;
	not_unicast(cfg, &e, &e.server.addr, LEV_SERVER_A_ADDR);
	refused(cfg, server_edit(0x0a000165, ""), EINVAL, LEV_SERVER_A_POOL);
	refused(cfg, server_edit(0x0a000165, "ä"), EINVAL, LEV_SERVER_A_POOL);
	e.server.weight = LEV_WEIGHT_MAX + 1;
	refused(cfg, e, ERANGE, LEV_SERVER_A_WEIGHT);
	e.server.weight = LEV_WEIGHT_MAX;
	e.server.admin = __LEV_ADMIN_MAX;
	refused(cfg, e, ERANGE, LEV_SERVER_A_ADMIN);
	e.server.admin = LEV_ADMIN_DRAIN;
	done(cfg, address_edit(ip4(0x0a0000c8), 0));
	refused(cfg, server_edit(0x0a0000c8, "web"), EINVAL, LEV_SERVER_A_ADDR);
	done(cfg, e);
	refused(cfg, e, EEXIST, LEV_SERVER_A_ADDR);
	done(cfg, server_edit(0x0a000165, "vip"));
	for (i = cfg->n_servers; i < LEV_SERVERS_MAX; i++)
		done(cfg, server_edit(0x0b000000 - i / 3, i % 3 ? i % 3 == 1 ? "b" : "a" : "Z"));
	refused(cfg, server_edit(0x0c000000, "web"), ENOSPC, LEV_SERVER_A_ADDR);
	for (i = 1; i < cfg->n_servers; i++) {
		const struct lev_server *a = &cfg->servers[i - 1], *b = a + 1;
		int c = strcmp(a->pool, b->pool);

		assert_true(c < 0 || (!c && lev_addr_cmp(&a->addr, &b->addr) < 0));
	}
	e.how = LEV_PUT_SET;
	e.server.weight = 0;
	done(cfg, e);
	assert_int_equal(lev_config_server(cfg, &e.server)->weight, 0);
	e.kind = SERVER_DEL;
	done(cfg, e);
	assert_null(lev_config_server(cfg, &e.server));
	refused(cfg, e, ENOENT, LEV_SERVER_A_ADDR);
	e.kind = SERVER;
	refused(cfg, e, ENOENT, LEV_SERVER_A_ADDR);
	free(cfg);
}

#define CONTENT 12

/* The same content in an order of one's own. */
static void content(struct lev_config *cfg, unsigned int first)
{
	unsigned int i, k;

	for (k = 0; k < CONTENT; k++) {
		i = (first * 5 + k * (first % 2 ? 7 : 11)) % CONTENT;
		if (i < 3)
			done(cfg, NODE_EDIT(1 + i, 1 + i, 100));
		else if (i < 6)
			done(cfg, address_edit(ip4(0x0a0000c8 + i), i % 2));
		else if (i < 9)
			done(cfg, service_edit(0x0a0001c8, 6, 74 + i));
		else
			done(cfg, server_edit(0x0a00015c + i, i % 2 ? "web" : "vip"));
	}
}

static void digest_knows_content_alone(void **state)
{
	struct lev_config *cfg = config();
	u64 digest, other;
	unsigned int i;

	(void)state;
	content(cfg, 0);
	digest = lev_config_digest(cfg, &key);
	/* What all versions of Leveler must agree on. */
	assert_int_equal(digest, 0x8fe10e25adb8f8bbULL);
	cfg->version = 99;
	assert_int_equal(lev_config_digest(cfg, &key), digest);
	/* Bytes behind the end of a name, or of a list, are not content. */
	cfg->services[0].pool[LEV_POOL_SIZE - 1] = 'x';
	memset(&cfg->servers[cfg->n_servers], 0xff, sizeof(cfg->servers[0]));
	assert_int_equal(lev_config_digest(cfg, &key), digest);
	for (i = 1; i < CONTENT; i++) {
		lev_config_init(cfg);
		content(cfg, i);
		/* There and back changes nothing. */
		done(cfg, NODE_EDIT(50, 1, 1));
		assert_true(lev_config_digest(cfg, &key) != digest);
		done(cfg, (struct edit){ .kind = NODE_DEL, .node = { .id = 50 } });
		assert_int_equal(lev_config_digest(cfg, &key), digest);
	}
	other = lev_config_digest(cfg, &(siphash_key_t){ { 1, 2 } });
	assert_true(other != digest && other);
	free(cfg);
}

static void digest_sees_each_change(void **state)
{
	struct lev_config *cfg = config(), *changed = config();
	u64 seen[64];
	unsigned int n = 0, i;

	(void)state;
	content(cfg, 0);
	seen[n++] = lev_config_digest(cfg, &key);
#define CHANGE(what) do {					\
	memcpy(changed, cfg, sizeof(*cfg));			\
	what;							\
	seen[n] = lev_config_digest(changed, &key);		\
	for (i = 0; i < n; i++)					\
		assert_true(seen[i] != seen[n]);		\
	n++;							\
} while (0)
	CHANGE(changed->params.mac ^= 1);
	CHANGE(changed->params.lanes++);
	CHANGE(changed->params.period++);
	CHANGE(changed->params.heartbeat++);
	CHANGE(changed->params.dead++);
	CHANGE(changed->params.failback++);
	CHANGE(changed->params.flows++);
	CHANGE(changed->params.memory++);
	CHANGE(changed->params.refresh++);
	CHANGE(changed->params.pace++);
	CHANGE(changed->nodes[1].id += 20);
	CHANGE(changed->nodes[1].weight++);
	CHANGE(changed->nodes[1].priority++);
	CHANGE(changed->n_nodes--);
	CHANGE(changed->addresses[1].addr.b[0]++);
	CHANGE(changed->addresses[1].addr.b[15]++);
	CHANGE(changed->addresses[1].side ^= 1);
	CHANGE(changed->n_addresses--);
	CHANGE(changed->services[1].addr.b[15]++);
	CHANGE(changed->services[1].proto++);
	CHANGE(changed->services[1].port++);
	CHANGE(changed->services[1].hash ^= 1);
	CHANGE(changed->services[1].pool[0]++);
	CHANGE(strcpy(changed->services[1].pool, "123456789012345"));
	CHANGE(strcpy(changed->services[1].pool, "123456789012344"));
	CHANGE(changed->n_services--);
	CHANGE(changed->servers[1].addr.b[15]++);
	CHANGE(changed->servers[1].pool[1]++);
	CHANGE(changed->servers[1].weight++);
	CHANGE(changed->servers[1].admin ^= 1);
	CHANGE(changed->n_servers--);
	CHANGE(swap(changed->servers[0].weight, changed->servers[0].admin));
#undef CHANGE
	assert_int_equal(n, 33);
	free(cfg);
	free(changed);
}

static void bit_maps_are_carried_over(void **state)
{
	struct lev_config *from = config(), *to = config();
	u8 map[LEV_SERVERS_MAX / 8] = {}, out[LEV_SERVERS_MAX / 8], set;
	unsigned long long seed = 5;
	unsigned int i;

	(void)state;
	for (i = 0; i < 40; i++) {
		if (rnd(&seed, 4))
			done(from, server_edit(0x0a000100 + i, i % 3 ? "web" : "vip"));
		if (rnd(&seed, 4))
			done(to, server_edit(0x0a000100 + i, i % 3 ? "web" : "vip"));
	}
	/* The same machine in another pool is another server. */
	done(from, server_edit(0x0a0001f0, "old"));
	done(to, server_edit(0x0a0001f0, "new"));
	for (i = 0; i < from->n_servers; i++)
		lev_map_assign(map, i, rnd(&seed, 2));
	lev_map_assign(map, (unsigned int)(lev_config_server(from, &(struct lev_server){
		.addr = ip4(0x0a0001f0), .pool = "old" }) - from->servers), true);
	memset(out, 0xff, sizeof(out));
	lev_config_remap(from, to, map, out);
	for (i = 0; i < LEV_SERVERS_MAX; i++) {
		const struct lev_server *was = i < to->n_servers ?
			lev_config_server(from, &to->servers[i]) : NULL;

		set = was && lev_map_test(map, (unsigned int)(was - from->servers));
		assert_int_equal(!!lev_map_test(out, i), set);
	}
	lev_map_assign(out, 9, true);
	assert_true(lev_map_test(out, 9));
	lev_map_assign(out, 9, false);
	assert_false(lev_map_test(out, 9));
	free(from);
	free(to);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(params_have_limits),
		cmocka_unit_test(nodes),
		cmocka_unit_test(addresses),
		cmocka_unit_test(next_hops_are_spaced),
		cmocka_unit_test(services),
		cmocka_unit_test(servers),
		cmocka_unit_test(digest_knows_content_alone),
		cmocka_unit_test(digest_sees_each_change),
		cmocka_unit_test(bit_maps_are_carried_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

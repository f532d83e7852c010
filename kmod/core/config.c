// SPDX-License-Identifier: GPL-2.0
/*
 * Edits of the config (see config.h). An edit checks everything first and changes the
 * config last, so a refused edit leaves it as it was.
 */
#include "config.h"
#include "flow.h"

#define refuse(err, attribute, text, code) ({	\
	(err)->attr = (attribute);		\
	(err)->msg = (text);			\
	-(code);				\
})

void lev_config_init(struct lev_config *cfg)
{
	memset(cfg, 0, sizeof(*cfg));
	cfg->params = (struct lev_params){
		.mac = LEV_MAC_VIRTUAL,
		.lanes = LEV_LANES_DEFAULT,
		.period = LEV_PERIOD_DEFAULT,
		.heartbeat = LEV_HEARTBEAT_DEFAULT,
		.dead = LEV_DEAD_DEFAULT,
		.flows = LEV_FLOWS_DEFAULT,
		.memory = LEV_MEMORY_DEFAULT,
		.refresh = LEV_REFRESH_DEFAULT,
		.pace = LEV_PACE_DEFAULT,
	};
}

int lev_config_params(struct lev_config *cfg, const struct lev_params *params,
		      struct lev_error *err)
{
	if (params->mac >= __LEV_MAC_MAX)
		return refuse(err, LEV_CLUSTER_A_MAC, "mac must be virtual or physical", ERANGE);
	if (params->lanes < 1 || params->lanes > LEV_LANES_MAX)
		return refuse(err, LEV_CLUSTER_A_LANES, "lanes must be 1 to 256", ERANGE);
	if (params->period &&
	    (params->period < LEV_PERIOD_MIN || params->period > LEV_PERIOD_MAX))
		return refuse(err, LEV_CLUSTER_A_PERIOD,
			      "period must be 0 or 100 ms to 1 hour", ERANGE);
	if (params->heartbeat < LEV_HEARTBEAT_MIN || params->heartbeat > LEV_HEARTBEAT_MAX)
		return refuse(err, LEV_CLUSTER_A_HEARTBEAT,
			      "heartbeat must be 5 ms to 10 s", ERANGE);
	if (params->dead < LEV_DEAD_MIN || params->dead > LEV_DEAD_MAX)
		return refuse(err, LEV_CLUSTER_A_DEAD, "dead must be 2 to 10", ERANGE);
	if (params->failback > LEV_FAILBACK_MAX && params->failback != LEV_FAILBACK_NEVER)
		return refuse(err, LEV_CLUSTER_A_FAILBACK,
			      "failback must be at most 1 day, or never", ERANGE);
	if (params->flows < LEV_FLOWS_MIN || params->flows > LEV_FLOWS_MAX)
		return refuse(err, LEV_CLUSTER_A_FLOWS, "flows must be 1024 to 16777216", ERANGE);
	if (params->memory < LEV_MEMORY_MIN || params->memory > LEV_MEMORY_MAX)
		return refuse(err, LEV_CLUSTER_A_MEMORY, "memory must be 10 s to 1 day", ERANGE);
	if (params->refresh &&
	    (params->refresh < LEV_REFRESH_MIN || params->refresh > LEV_REFRESH_MAX))
		return refuse(err, LEV_CLUSTER_A_REFRESH, "refresh must be 0 or 1 s to 1 hour",
			      ERANGE);
	if (params->pace < LEV_PACE_MIN || params->pace > LEV_PACE_MAX)
		return refuse(err, LEV_CLUSTER_A_PACE, "pace must be 1 to 100000", ERANGE);
	cfg->params = *params;
	return 0;
}

/*
 * The four lists are sorted arrays. find() returns the index of the key, or where it would
 * go with *found false.
 */
static u32 find(const void *list, u32 n, size_t size, const void *key,
		int (*cmp)(const void *a, const void *b), bool *found)
{
	u32 low = 0, high = n;

	*found = false;
	while (low < high) {
		u32 mid = (low + high) / 2;
		int c = cmp(key, (const u8 *)list + mid * size);

		if (!c) {
			*found = true;
			return mid;
		}
		if (c < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

static void insert(void *list, u32 *n, size_t size, u32 at, const void *item)
{
	u8 *p = (u8 *)list + at * size;

	memmove(p + size, p, (*n - at) * size);
	memcpy(p, item, size);
	(*n)++;
}

static void erase(void *list, u32 *n, size_t size, u32 at)
{
	u8 *p = (u8 *)list + at * size;

	memmove(p, p + size, (*n - at - 1) * size);
	(*n)--;
	memset((u8 *)list + *n * size, 0, size);
}

static int node_cmp(const void *a, const void *b)
{
	const struct lev_node *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static int address_cmp(const void *a, const void *b)
{
	const struct lev_address *x = a, *y = b;

	return lev_addr_cmp(&x->addr, &y->addr);
}

static int service_cmp(const void *a, const void *b)
{
	const struct lev_service *x = a, *y = b;
	int c = lev_addr_cmp(&x->addr, &y->addr);

	if (c)
		return c;
	if (x->proto != y->proto)
		return x->proto < y->proto ? -1 : 1;
	return x->port < y->port ? -1 : x->port > y->port;
}

static int server_cmp(const void *a, const void *b)
{
	const struct lev_server *x = a, *y = b;
	int c = strcmp(x->pool, y->pool);

	return c ? c : lev_addr_cmp(&x->addr, &y->addr);
}

/* Common to all puts: add if it must be new, replace if it must be there. */
static int put(void *list, u32 *n, u32 max, size_t size, const void *item,
	       int (*cmp)(const void *a, const void *b), enum lev_put how)
{
	bool found;
	u32 at = find(list, *n, size, item, cmp, &found);

	if (how == LEV_PUT_SET) {
		if (!found)
			return -ENOENT;
		memcpy((u8 *)list + at * size, item, size);
		return 0;
	}
	if (found)
		return -EEXIST;
	if (*n >= max)
		return -ENOSPC;
	insert(list, n, size, at, item);
	return 0;
}

static int del(void *list, u32 *n, size_t size, const void *key,
	       int (*cmp)(const void *a, const void *b))
{
	bool found;
	u32 at = find(list, *n, size, key, cmp, &found);

	if (!found)
		return -ENOENT;
	erase(list, n, size, at);
	return 0;
}

static int explain(int ret, struct lev_error *err, int attr, const char *exists,
		   const char *missing, const char *full)
{
	if (ret)
		err->attr = attr;
	if (ret == -EEXIST)
		err->msg = exists;
	else if (ret == -ENOENT)
		err->msg = missing;
	else if (ret == -ENOSPC)
		err->msg = full;
	return ret;
}

int lev_config_node_put(struct lev_config *cfg, const struct lev_node *node,
			enum lev_put how, struct lev_error *err)
{
	int ret;

	if (node->id < 1 || node->id > LEV_NODE_ID_MAX)
		return refuse(err, LEV_NODE_A_ID, "a node's id must be 1 to 64", ERANGE);
	if (node->weight > LEV_WEIGHT_MAX)
		return refuse(err, LEV_NODE_A_WEIGHT, "weight must be 0 to 1000", ERANGE);
	if (node->priority > LEV_PRIORITY_MAX)
		return refuse(err, LEV_NODE_A_PRIORITY, "priority must be 0 to 255", ERANGE);

	ret = put(cfg->nodes, &cfg->n_nodes, LEV_NODE_ID_MAX, sizeof(*node), node, node_cmp, how);
	return explain(ret, err, LEV_NODE_A_ID, "the cluster has this node already",
		       "the cluster has no such node", "the cluster is full");
}

int lev_config_node_del(struct lev_config *cfg, u32 id, struct lev_error *err)
{
	struct lev_node key = { .id = id };
	int ret = del(cfg->nodes, &cfg->n_nodes, sizeof(key), &key, node_cmp);

	return explain(ret, err, LEV_NODE_A_ID, NULL, "the cluster has no such node", NULL);
}

/* Neither a LevIP nor a server may be 0, loopback, multicast or broadcast. */
static bool usable(const struct lev_addr *a)
{
	static const struct lev_addr any6, loop6 = { { [15] = 1 } };

	if (lev_addr_is4(a))
		return a->b[12] && a->b[12] != 127 && a->b[12] < 224;
	return a->b[0] != 0xff && !lev_addr_eq(a, &any6) && !lev_addr_eq(a, &loop6);
}

/* fe80::/10 */
static bool is_link_local6(const struct lev_addr *a)
{
	return a->b[0] == 0xfe && (a->b[1] & 0xc0) == 0x80;
}

static bool is_server(const struct lev_config *cfg, const struct lev_addr *addr)
{
	u32 i;

	for (i = 0; i < cfg->n_servers; i++)
		if (lev_addr_eq(&cfg->servers[i].addr, addr))
			return true;
	return false;
}

int lev_config_address_put(struct lev_config *cfg, const struct lev_address *address,
			   struct lev_error *err)
{
	int ret;

	if (!usable(&address->addr))
		return refuse(err, LEV_ADDRESS_A_ADDR, "not a unicast address", EINVAL);
	if (is_link_local6(&address->addr))
		return refuse(err, LEV_ADDRESS_A_ADDR,
			      "a link-local address belongs to one device: it cannot be shared",
			      EINVAL);
	if (address->side >= __LEV_SIDE_MAX)
		return refuse(err, LEV_ADDRESS_A_SIDE, "side must be front or back", ERANGE);
	if (is_server(cfg, &address->addr))
		return refuse(err, LEV_ADDRESS_A_ADDR, "this is the address of a server", EINVAL);

	ret = put(cfg->addresses, &cfg->n_addresses, LEV_ADDRESSES_MAX, sizeof(*address),
		  address, address_cmp, LEV_PUT_ADD);
	return explain(ret, err, LEV_ADDRESS_A_ADDR, "the cluster has this address already",
		       NULL, "the cluster has 64 addresses already");
}

int lev_config_address_del(struct lev_config *cfg, const struct lev_addr *addr,
			   struct lev_error *err)
{
	struct lev_address key = { .addr = *addr };
	int ret = del(cfg->addresses, &cfg->n_addresses, sizeof(key), &key, address_cmp);

	return explain(ret, err, LEV_ADDRESS_A_ADDR, NULL, "the cluster has no such address",
		       NULL);
}

/* Pool names are words: letters, digits and - _ . so that any tool can print them. */
static bool pool_ok(const char *pool)
{
	const char *p;

	for (p = pool; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
		      (*p >= '0' && *p <= '9') || *p == '-' || *p == '_' || *p == '.'))
			return false;
	return p != pool;
}

int lev_config_service_put(struct lev_config *cfg, const struct lev_service *service,
			   enum lev_put how, struct lev_error *err)
{
	int ret;

	if (!usable(&service->addr))
		return refuse(err, LEV_SERVICE_A_ADDR, "not a unicast address", EINVAL);
	if (service->proto > 255)
		return refuse(err, LEV_SERVICE_A_PROTO, "protocol must be 0 to 255", ERANGE);
	if (service->port > 65535)
		return refuse(err, LEV_SERVICE_A_PORT, "port must be 0 to 65535", ERANGE);
	if (service->port && !lev_flow_has_ports(service->proto))
		return refuse(err, LEV_SERVICE_A_PORT, "this protocol has no ports", EINVAL);
	if (service->hash >= __LEV_HASH_MAX)
		return refuse(err, LEV_SERVICE_A_HASH, "hash must be flow or source", ERANGE);
	if (!pool_ok(service->pool))
		return refuse(err, LEV_SERVICE_A_POOL,
			      "a pool's name is of letters, digits, - _ and .", EINVAL);

	ret = put(cfg->services, &cfg->n_services, LEV_SERVICES_MAX, sizeof(*service),
		  service, service_cmp, how);
	return explain(ret, err, LEV_SERVICE_A_ADDR, "the cluster has this service already",
		       "the cluster has no such service",
		       "the cluster has 256 services already");
}

int lev_config_service_del(struct lev_config *cfg, const struct lev_service *service,
			   struct lev_error *err)
{
	int ret = del(cfg->services, &cfg->n_services, sizeof(*service), service, service_cmp);

	return explain(ret, err, LEV_SERVICE_A_ADDR, NULL, "the cluster has no such service",
		       NULL);
}

int lev_config_server_put(struct lev_config *cfg, const struct lev_server *server,
			  enum lev_put how, struct lev_error *err)
{
	struct lev_address key = { .addr = server->addr };
	bool found;
	int ret;

	if (!usable(&server->addr))
		return refuse(err, LEV_SERVER_A_ADDR, "not a unicast address", EINVAL);
	if (server->weight > LEV_WEIGHT_MAX)
		return refuse(err, LEV_SERVER_A_WEIGHT, "weight must be 0 to 1000", ERANGE);
	if (server->admin >= __LEV_ADMIN_MAX)
		return refuse(err, LEV_SERVER_A_ADMIN, "state must be active or drain", ERANGE);
	if (!pool_ok(server->pool))
		return refuse(err, LEV_SERVER_A_POOL,
			      "a pool's name is of letters, digits, - _ and .", EINVAL);
	find(cfg->addresses, cfg->n_addresses, sizeof(key), &key, address_cmp, &found);
	if (found)
		return refuse(err, LEV_SERVER_A_ADDR, "this is an address of the cluster", EINVAL);

	ret = put(cfg->servers, &cfg->n_servers, LEV_SERVERS_MAX, sizeof(*server), server,
		  server_cmp, how);
	return explain(ret, err, LEV_SERVER_A_ADDR, "the pool has this server already",
		       "the pool has no such server", "the cluster has 1024 servers already");
}

int lev_config_server_del(struct lev_config *cfg, const struct lev_server *server,
			  struct lev_error *err)
{
	int ret = del(cfg->servers, &cfg->n_servers, sizeof(*server), server, server_cmp);

	return explain(ret, err, LEV_SERVER_A_ADDR, NULL, "the pool has no such server", NULL);
}

#define LOOKUP(cfg, list, key, cmp) ({							\
	bool found;									\
	u32 at = find((cfg)->list, (cfg)->n_##list, sizeof(*(key)), key, cmp, &found);	\
											\
	found ? &(cfg)->list[at] : NULL;						\
})

const struct lev_node *lev_config_node(const struct lev_config *cfg, u32 id)
{
	struct lev_node key = { .id = id };

	return LOOKUP(cfg, nodes, &key, node_cmp);
}

const struct lev_address *lev_config_address(const struct lev_config *cfg,
					     const struct lev_addr *addr)
{
	struct lev_address key = { .addr = *addr };

	return LOOKUP(cfg, addresses, &key, address_cmp);
}

const struct lev_service *lev_config_service(const struct lev_config *cfg,
					     const struct lev_service *key)
{
	return LOOKUP(cfg, services, key, service_cmp);
}

const struct lev_server *lev_config_server(const struct lev_config *cfg,
					   const struct lev_server *key)
{
	return LOOKUP(cfg, servers, key, server_cmp);
}

u32 lev_config_spacing(const struct lev_address *addresses, u32 n, u32 index, u32 *count)
{
	const struct lev_address *a = &addresses[index];
	u32 i, place = 0;

	*count = 0;
	for (i = 0; i < n; i++) {
		if (addresses[i].side != a->side ||
		    lev_addr_is4(&addresses[i].addr) != lev_addr_is4(&a->addr))
			continue;
		place += i < index;
		++*count;
	}
	return place;
}

#define RECORD_VALUES	10

/* A record for the digest: the digest so far, a word for the kind, the values, the texts. */
struct record {
	u8 b[8 + 4 + RECORD_VALUES * 4 + sizeof(struct lev_addr) + LEV_POOL_SIZE];
};

static u64 add_record(u64 digest, u32 kind, const u32 *values, unsigned int n,
		      const struct lev_addr *addr, const char *pool, const siphash_key_t *key)
{
	struct record r = {};
	u8 *values_end = r.b + 12 + RECORD_VALUES * 4;
	unsigned int i;

	put_unaligned_be64(digest, r.b);
	put_unaligned_be32(kind, r.b + 8);
	for (i = 0; i < n; i++)
		put_unaligned_be32(values[i], r.b + 12 + 4 * i);
	if (addr)
		memcpy(values_end, addr->b, sizeof(addr->b));
	if (pool)
		strscpy((char *)values_end + sizeof(addr->b), pool, LEV_POOL_SIZE);
	return siphash(r.b, sizeof(r.b), key);
}

u64 lev_config_digest(const struct lev_config *cfg, const siphash_key_t *key)
{
	const struct lev_params *p = &cfg->params;
	u32 v[RECORD_VALUES] = { p->mac, p->lanes, p->period, p->heartbeat, p->dead,
				 p->failback, p->flows, p->memory, p->refresh, p->pace };
	u64 d = add_record(0, 0, v, RECORD_VALUES, NULL, NULL, key);
	u32 i;

	for (i = 0; i < cfg->n_nodes; i++) {
		const struct lev_node *n = &cfg->nodes[i];

		v[0] = n->id;
		v[1] = n->weight;
		v[2] = n->priority;
		d = add_record(d, 1, v, 3, NULL, NULL, key);
	}
	for (i = 0; i < cfg->n_addresses; i++)
		d = add_record(d, 2, &cfg->addresses[i].side, 1, &cfg->addresses[i].addr, NULL,
			       key);
	for (i = 0; i < cfg->n_services; i++) {
		const struct lev_service *s = &cfg->services[i];

		v[0] = s->proto;
		v[1] = s->port;
		v[2] = s->hash;
		d = add_record(d, 3, v, 3, &s->addr, s->pool, key);
	}
	for (i = 0; i < cfg->n_servers; i++) {
		const struct lev_server *s = &cfg->servers[i];

		v[0] = s->weight;
		v[1] = s->admin;
		d = add_record(d, 4, v, 2, &s->addr, s->pool, key);
	}
	return d ? d : 1;
}

u64 lev_config_nodes(const struct lev_config *cfg)
{
	u64 set = 0;
	u32 i;

	for (i = 0; i < cfg->n_nodes; i++)
		set |= lev_node_bit(cfg->nodes[i].id);
	return set;
}

unsigned int lev_config_wheel_nodes(const struct lev_config *cfg, struct lev_wheel_node *out)
{
	u32 i;

	for (i = 0; i < cfg->n_nodes; i++) {
		out[i].id = cfg->nodes[i].id;
		out[i].priority = cfg->nodes[i].priority;
		out[i].weight = cfg->nodes[i].weight;
	}
	return cfg->n_nodes;
}

void lev_config_remap(const struct lev_config *from, const struct lev_config *to,
		      const u8 *map, u8 *out)
{
	u32 i;

	memset(out, 0, LEV_SERVERS_MAX / 8);
	for (i = 0; i < to->n_servers; i++) {
		const struct lev_server *s = lev_config_server(from, &to->servers[i]);

		lev_map_assign(out, i, s && lev_map_test(map, s - from->servers));
	}
}

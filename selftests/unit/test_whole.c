// SPDX-License-Identifier: GPL-2.0
/* sources: userspace/lib/whole.c userspace/lib/model.c userspace/lib/words.c */
/* libraries: libnl-3.0 */
/*
 * The whole of a cluster: defaults of what is not said, how two differ, and in which order and
 * words that is told.
 */
#include <netlink/msg.h>

#include "unit.h"
#include "../../userspace/lib/whole.h"

static struct lev_whole from, to;
static char told[4096];

static void take(const struct lev_difference *d, void *arg)
{
	size_t at = strlen(told);

	(void)arg;
	snprintf(told + at, sizeof(told) - at, "%s %s %s", d->change, d->noun,
		 *d->name ? d->name : "-");
	at = strlen(told);
	if (d->word)
		snprintf(told + at, sizeof(told) - at, ": %s %s %s\n", d->word,
			 d->from ? d->from : "-", d->to ? d->to : "-");
	else
		snprintf(told + at, sizeof(told) - at, "\n");
}

static const char *compare(void)
{
	told[0] = '\0';
	lev_whole_compare(&from, &to, take, NULL);
	return told;
}

/* Adds one thing; @fill puts its words. */
static int add(struct lev_whole *w, int nest, void (*fill)(struct nl_msg *msg))
{
	struct nl_msg *msg = nlmsg_alloc();
	struct nlattr *start;
	int ret;

	nlmsg_put(msg, 0, 0, 0, 0, 0);
	start = nla_nest_start(msg, nest);
	fill(msg);
	nla_nest_end(msg, start);
	ret = lev_whole_add(w, nlmsg_attrdata(nlmsg_hdr(msg), 0));
	nlmsg_free(msg);
	return ret;
}

static uint8_t last_byte;
static uint32_t weight;

static void server(struct nl_msg *msg)
{
	uint8_t ip[] = { 10, 0, 1, last_byte };

	nla_put(msg, LEV_SERVER_A_ADDR, 4, ip);
	if (weight)
		nla_put_u32(msg, LEV_SERVER_A_WEIGHT, weight);
}

static void server_of_pool(struct nl_msg *msg)
{
	server(msg);
	nla_put_string(msg, LEV_SERVER_A_POOL, "web");
}

static void service(struct nl_msg *msg)
{
	uint8_t ip[] = { 10, 0, 1, 200 };

	nla_put(msg, LEV_SERVICE_A_ADDR, 4, ip);
}

static void service_of_port(struct nl_msg *msg)
{
	service(msg);
	nla_put_u32(msg, LEV_SERVICE_A_PROTO, 6);
	nla_put_u32(msg, LEV_SERVICE_A_PORT, 80);
	nla_put_u32(msg, LEV_SERVICE_A_HASH, LEV_HASH_SOURCE);
}

static void cluster(struct nl_msg *msg)
{
	nla_put_u32(msg, LEV_CLUSTER_A_ID, 7);
	nla_put_u32(msg, LEV_CLUSTER_A_SELF, 1);
	nla_put_string(msg, LEV_CLUSTER_A_FRONT, "eth0");
	nla_put_string(msg, LEV_CLUSTER_A_BACK, "eth1");
}

static void other_cluster(struct nl_msg *msg)
{
	nla_put_u32(msg, LEV_CLUSTER_A_ID, 7);
	nla_put_u32(msg, LEV_CLUSTER_A_SELF, 2);
	nla_put_string(msg, LEV_CLUSTER_A_FRONT, "eth0");
	nla_put_string(msg, LEV_CLUSTER_A_BACK, "eth2");
	nla_put_u32(msg, LEV_CLUSTER_A_PERIOD, 0);
	nla_put_u32(msg, LEV_CLUSTER_A_FAILBACK, LEV_FAILBACK_NEVER);
	nla_put_u32(msg, LEV_CLUSTER_A_MAC, LEV_MAC_PHYSICAL);
}

static void bad_length(struct nl_msg *msg)
{
	nla_put(msg, LEV_SERVER_A_ADDR, 5, "12345");
}

static void reset(void)
{
	memset(&from, 0, sizeof(from));
	memset(&to, 0, sizeof(to));
	weight = 0;
}

static void defaults(void **state)
{
	(void)state;
	reset();
	assert_int_equal(add(&to, LEV_A_CLUSTER, cluster), 0);
	assert_int_equal(to.cluster->lanes, LEV_LANES_DEFAULT);
	assert_int_equal(to.cluster->mac, LEV_MAC_VIRTUAL);
	assert_int_equal(to.cluster->pace, LEV_PACE_DEFAULT);
	assert_int_equal(to.cluster->failback, 0);
	last_byte = 101;
	assert_int_equal(add(&to, LEV_A_SERVER, server), 0);
	assert_int_equal(to.server[0].weight, LEV_WEIGHT_DEFAULT);
	assert_string_equal(to.server[0].pool, LEV_POOL_DEFAULT);
	/* What is no thing is passed over. */
	assert_int_equal(add(&to, LEV_A_CONFIG, cluster), 0);
	assert_int_equal(to.n_clusters, 1);
	assert_int_equal(to.n_servers, 1);
}

static void differences(void **state)
{
	(void)state;
	reset();
	assert_int_equal(add(&to, LEV_A_CLUSTER, cluster), 0);
	assert_string_equal(compare(), "add cluster -\n");

	assert_int_equal(add(&from, LEV_A_CLUSTER, cluster), 0);
	assert_string_equal(compare(), "");
	add(&from, LEV_A_SERVICE, service);
	add(&from, LEV_A_SERVICE, service_of_port);
	add(&to, LEV_A_SERVICE, service);
	last_byte = 101;
	add(&from, LEV_A_SERVER, server);
	weight = 3;
	add(&to, LEV_A_SERVER, server);
	add(&to, LEV_A_SERVER, server_of_pool);
	last_byte = 102;
	add(&from, LEV_A_SERVER, server_of_pool);
	assert_string_equal(compare(), "del service 10.0.1.200 proto tcp port 80\n"
				       "del server 10.0.1.102 pool web\n"
				       "set server 10.0.1.101: weight 1 3\n"
				       "add server 10.0.1.101 pool web\n");
	/* From a thing to itself nothing. */
	to = from;
	assert_string_equal(compare(), "");
}

static void settings(void **state)
{
	(void)state;
	reset();
	add(&from, LEV_A_CLUSTER, cluster);
	add(&to, LEV_A_CLUSTER, other_cluster);
	assert_string_equal(compare(), "set cluster -: node 1 2\n"
				       "set cluster -: back eth1 eth2\n"
				       "set cluster -: mac virtual physical\n"
				       "set cluster -: period 10s 0s\n"
				       "set cluster -: failback 0s never\n");
}

static void too_many_or_wrong(void **state)
{
	unsigned int i;

	(void)state;
	reset();
	assert_int_equal(add(&to, LEV_A_SERVER, bad_length), -1);
	assert_int_equal(to.n_servers, 0);
	for (i = 0; i < LEV_SERVICES_MAX; i++)
		assert_int_equal(add(&to, LEV_A_SERVICE, service), 0);
	assert_int_equal(add(&to, LEV_A_SERVICE, service), -1);
	assert_int_equal(to.n_services, LEV_SERVICES_MAX);
}

/* Each word is in the table of its kind, once, and what a file leaves out is its default. */
static void tables(void **state)
{
	char buf[LEV_VALUE_STR];
	const struct lev_kind *k;
	const struct lev_field *f;

	(void)state;
	reset();
	add(&to, LEV_A_CLUSTER, cluster);
	for (f = lev_kinds[0].fields; f->word; f++)
		if (!f->local && strcmp(f->word, "id"))
			assert_true(lev_field_initial(f, to.cluster));
	add(&to, LEV_A_SERVICE, service);
	for (k = lev_kinds; k->nest != LEV_A_SERVICE; k++)
		;
	assert_string_equal(k->list, "services");
	assert_null(lev_field_str(&k->fields[1], to.service, buf));
	assert_null(lev_field_str(&k->fields[2], to.service, buf));
	assert_false(lev_field_initial(&k->fields[0], to.service));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(differences),
		cmocka_unit_test(settings),
		cmocka_unit_test(too_many_or_wrong),
		cmocka_unit_test(tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

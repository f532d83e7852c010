// SPDX-License-Identifier: GPL-2.0
/* sources: userspace/levd/metrics.c userspace/levctl/share.c userspace/lib/words.c */
/* libraries: libnl-genl-3.0 json-c */
/*
 * levd's metrics: each counter is there, each sample is described, and promtool finds nothing. The
 * dashboard for Grafana names none that is not there, and all it asks is well formed.
 */
#include <json-c/json.h>

#include "unit.h"
#include "../../userspace/levd/scene.h"

static struct lev_peer peers[2];

static struct lev_ip ip(const char *text)
{
	struct lev_ip v;

	assert_true(lev_parse_ip(text, &v));
	return v;
}

#define HAS(a) (1ULL << (a))

/* Three nodes: this one, another one that is drained, and one that was never heard. */
static struct scene *make_scene(void)
{
	struct scene *s = calloc(1, sizeof(*s));
	struct picture *p = &s->picture;

	p->cluster = (struct lev_cluster){ .id = 7, .self = 1, .period = 10000, .lanes = 4 };
	p->status = (struct lev_status){
		.has = HAS(LEV_STATUS_A_NEXT_TURN), .self = 1, .view = 1, .keeper = 1,
		.priority = 100, .version = 12, .owner = { 1, 1, 0, 1 }, .lanes = 4,
		.next_turn = 1500, .front = "eth0", .front_up = 1, .back = "eth1",
		.askers = 3, .front_mac = LEV_MAC_VIRTUAL, .peer = peers, .n_peers = 2,
	};
	peers[0] = (struct lev_peer){
		.has = HAS(LEV_PEER_A_REASON) | HAS(LEV_PEER_A_AGE), .id = 2, .heard = 1,
		.age = 70, .reason = LEV_REASON_DRAINED,
	};
	peers[1] = (struct lev_peer){ .id = 3 };
	for (unsigned int i = 0; i < 3; i++)
		p->node[i] = (struct lev_node){ .id = i + 1, .weight = i + 1, .priority = 100 };
	p->n_nodes = 3;
	for (unsigned int i = 0; i < __LEV_STAT_MAX; i++)
		s->stats[i] = 1000 + i;
	s->stats[LEV_STAT_BYTES_FORWARDED] = UINT64_MAX;
	s->service[0] = (struct lev_service){ .ip = ip("10.0.1.200"), .pool = "default", .up = 1 };
	s->service[1] = (struct lev_service){ .ip = ip("fd00::200"), .proto = 6, .port = 80,
					      .pool = "web" };
	s->n_services = 2;
	s->server[0] = (struct lev_server){
		.has = HAS(LEV_SERVER_A_HEALTH) | HAS(LEV_SERVER_A_FLOWS) |
		       HAS(LEV_SERVER_A_PERCENT) | HAS(LEV_SERVER_A_AGREED_PERCENT),
		.ip = ip("10.0.1.101"), .pool = "default", .up = 1, .reached = 1, .weight = 1,
		.share = LEV_TABLE_SIZE / 2, .packets = 1234567890123, .flows = 5, .percent = 35,
		.agreed_percent = 40,
	};
	s->server[1] = (struct lev_server){ .ip = ip("fd00::102"), .pool = "web",
					    .admin = LEV_ADMIN_DRAIN };
	s->n_servers = 2;
	return s;
}

static char *text_of(const char *device, const struct scene *s)
{
	size_t len;
	char *text;
	FILE *f = open_memstream(&text, &len);

	metrics_write(f, device, s);
	fclose(f);
	return text;
}

static void has_line(const char *text, const char *line)
{
	size_t len = strlen(line);
	const char *at = text;

	while ((at = strstr(at, line)) && ((at > text && at[-1] != '\n') || at[len] != '\n'))
		at++;
	if (!at)
		fail_msg("not there: %s", line);
}

static void each_counter(void **state)
{
	struct scene *s = make_scene();
	char *text = text_of("lev0", s), line[256];

	(void)state;
#define LOOK(upper, lower, doc)								\
	has_line(text, "# HELP leveler_" #lower "_total " doc);				\
	has_line(text, "# TYPE leveler_" #lower "_total counter");			\
	snprintf(line, sizeof(line), "leveler_" #lower "_total{device=\"lev0\"} %llu",	\
		 (unsigned long long)s->stats[LEV_STAT_##upper]);			\
	has_line(text, line);
	LEV_STATS(LOOK)
	free(text);
	free(s);
}

static void what_is_so(void **state)
{
	static const char *const lines[] = {
		"leveler_up{device=\"lev0\"} 1",
		"leveler_info{device=\"lev0\",cluster=\"7\",node=\"1\",version=\"test\"} 1",
		"leveler_active{device=\"lev0\"} 1",
		"leveler_lanes{device=\"lev0\"} 4",
		"leveler_lanes_owned{device=\"lev0\"} 3",
		"leveler_lanes_unowned{device=\"lev0\"} 1",
		"leveler_view_nodes{device=\"lev0\"} 1",
		"leveler_config_version{device=\"lev0\"} 12",
		"leveler_config_pending{device=\"lev0\"} 0",
		"leveler_period_seconds{device=\"lev0\"} 10",
		"leveler_next_move_seconds{device=\"lev0\"} 1.5",
		"leveler_side_up{device=\"lev0\",side=\"front\",lower=\"eth0\"} 1",
		"leveler_side_up{device=\"lev0\",side=\"back\",lower=\"eth1\"} 0",
		"leveler_side_mac_virtual{device=\"lev0\",side=\"front\"} 1",
		"leveler_node_active{device=\"lev0\",node=\"1\"} 1",
		"leveler_node_active{device=\"lev0\",node=\"2\"} 0",
		"leveler_node_lanes{device=\"lev0\",node=\"1\"} 3",
		"leveler_node_share_ratio{device=\"lev0\",node=\"1\"} 1",
		"leveler_node_keeper{device=\"lev0\",node=\"1\"} 1",
		"leveler_node_heard{device=\"lev0\",node=\"2\"} 1",
		"leveler_node_heard{device=\"lev0\",node=\"3\"} 0",
		"leveler_node_heartbeat_age_seconds{device=\"lev0\",node=\"2\"} 0.07",
		"leveler_node_reason{device=\"lev0\",node=\"1\",reason=\"none\"} 1",
		"leveler_node_reason{device=\"lev0\",node=\"2\",reason=\"none\"} 0",
		"leveler_node_reason{device=\"lev0\",node=\"2\",reason=\"drained\"} 1",
		"leveler_server_up{device=\"lev0\",server=\"10.0.1.101\",pool=\"default\"} 1",
		"leveler_server_up{device=\"lev0\",server=\"fd00::102\",pool=\"web\"} 0",
		"leveler_server_drained{device=\"lev0\",server=\"fd00::102\",pool=\"web\"} 1",
		"leveler_server_weight_ratio{device=\"lev0\",server=\"10.0.1.101\","
			"pool=\"default\"} 0.35",
		"leveler_server_weight_agreed_ratio{device=\"lev0\",server=\"10.0.1.101\","
			"pool=\"default\"} 0.4",
		"leveler_server_packets_total{device=\"lev0\",server=\"10.0.1.101\","
			"pool=\"default\"} 1234567890123",
		"leveler_server_flows_pinned{device=\"lev0\",server=\"10.0.1.101\","
			"pool=\"default\"} 5",
		"leveler_service_servers_up{device=\"lev0\",service=\"10.0.1.200\",proto=\"any\","
			"port=\"any\",pool=\"default\"} 1",
		"leveler_service_servers_up{device=\"lev0\",service=\"fd00::200\",proto=\"tcp\","
			"port=\"80\",pool=\"web\"} 0",
	};
	struct scene *s = make_scene();
	char *text = text_of("lev0", s);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		has_line(text, lines[i]);
	/* Of what is not known nothing is said. */
	assert_null(strstr(text, "leveler_node_heard{device=\"lev0\",node=\"1\""));
	assert_null(strstr(text, "weight_ratio{device=\"lev0\",server=\"fd00::102\""));
	assert_null(strstr(text, "weight_agreed_ratio{device=\"lev0\",server=\"fd00::102\""));
	assert_null(strstr(text, "age_seconds{device=\"lev0\",node=\"3\""));
	assert_null(strstr(text, "leveler_node_reason{device=\"lev0\",node=\"3\""));
	assert_null(strstr(text, "flows_pinned{device=\"lev0\",server=\"fd00::102\""));
	s->picture.status.has = 0;
	free(text);
	text = text_of("lev0", s);
	assert_null(strstr(text, "next_move"));
	free(text);
	free(s);
}

static void no_cluster(void **state)
{
	char *text = text_of("lev0", NULL);

	(void)state;
	assert_string_equal(text, "# HELP leveler_up 1 if the kernel has the cluster\n"
				  "# TYPE leveler_up gauge\n"
				  "leveler_up{device=\"lev0\"} 0\n");
	free(text);
}

static void odd_name(void **state)
{
	char *text = text_of("a\"b\\c", NULL);

	(void)state;
	has_line(text, "leveler_up{device=\"a\\\"b\\\\c\"} 0");
	free(text);
}

static void need_promtool(void)
{
	if (!system("command -v promtool >/dev/null"))
		return;
	print_message("no promtool here\n");
	skip();
}

/* Its status is 1 for what cannot be read, and 3 for what is not as it should be. */
static void promtool(void **state)
{
	struct scene *s;
	char *text;
	FILE *f;

	(void)state;
	need_promtool();
	s = make_scene();
	text = text_of("a\"b\\c", s);
	f = popen("promtool check metrics >&2", "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(pclose(f), 0);
	free(text);
	free(s);
}

/* Calls @fn with each string of this key, however deep it is. */
static unsigned int each_of(struct json_object *in, const char *key,
			    void (*fn)(const char *text, void *arg), void *arg)
{
	unsigned int n = 0;

	if (json_object_is_type(in, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(in); i++)
			n += each_of(json_object_array_get_idx(in, i), key, fn, arg);
	} else if (json_object_is_type(in, json_type_object)) {
		json_object_object_foreach(in, name, value) {
			if (!strcmp(name, key) && json_object_is_type(value, json_type_string)) {
				fn(json_object_get_string(value), arg);
				n++;
			}
			n += each_of(value, key, fn, arg);
		}
	}
	return n;
}

static void names_are_there(const char *query, void *arg)
{
	const char *at = query;

	assert_non_null(strstr(query, "leveler_"));
	while ((at = strstr(at, "leveler_"))) {
		size_t len = strspn(at, "abcdefghijklmnopqrstuvwxyz_");
		char type[128];

		snprintf(type, sizeof(type), "\n# TYPE %.*s ", (int)len, at);
		if (!strstr(arg, type))
			fail_msg("no metric %.*s, of which is asked: %s", (int)len, at, query);
		at += len;
	}
}

/* Of the queries rules are made, which promtool reads: so they are well formed. */
static void put_rule(const char *query, void *arg)
{
	fputs("  - record: x\n    expr: '", arg);
	for (; *query; query++) {
		if (!strncmp(query, "$__rate_interval", 16)) {
			fputs("5m", arg);
			query += 15;
		} else {
			fputc(*query, arg);
		}
	}
	fputs("'\n", arg);
}

static void dashboard(void **state)
{
	struct json_object *board = json_object_from_file("../../userspace/grafana/leveler.json");
	struct scene *s = make_scene();
	char *text = text_of("lev0", s);

	(void)state;
	assert_non_null(board);
	assert_in_range(each_of(board, "expr", names_are_there, text), 20, 200);
	assert_in_range(each_of(board, "definition", names_are_there, text), 2, 10);
	json_object_put(board);
	free(text);
	free(s);
}

static void dashboard_asks(void **state)
{
	char name[] = "/tmp/lev-rules-XXXXXX", command[128];
	struct json_object *board;
	FILE *f;
	int ret;

	(void)state;
	need_promtool();
	board = json_object_from_file("../../userspace/grafana/leveler.json");
	assert_non_null(board);
	f = fdopen(mkstemp(name), "w");
	assert_non_null(f);
	fputs("groups:\n- name: x\n  rules:\n", f);
	each_of(board, "expr", put_rule, f);
	fclose(f);
	json_object_put(board);
	snprintf(command, sizeof(command), "promtool check rules --lint=none %s >&2", name);
	ret = system(command);
	remove(name);
	assert_int_equal(ret, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_counter),
		cmocka_unit_test(what_is_so),
		cmocka_unit_test(no_cluster),
		cmocka_unit_test(odd_name),
		cmocka_unit_test(promtool),
		cmocka_unit_test(dashboard),
		cmocka_unit_test(dashboard_asks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

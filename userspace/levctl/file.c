// SPDX-License-Identifier: GPL-2.0
/*
 * Reads a cluster's YAML file (see file.h). Owns the tree, in which the words stay, and the things
 * made of it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "checks.h"
#include "file.h"

/* A full request is some 85 KiB. */
#define REQUEST_SIZE	(256 << 10)

/* Words that say what differs from node to node. In "cluster" they are meant for all nodes. */
static const char *const local_words[] = { "front", "back", "key", "http", "watch" };

static const struct part parts[FILE_PARTS] = {
	[FILE_NODES] = { .command = &cmd_node, .max = LEV_NODE_ID_MAX },
	[FILE_ADDRESSES] = { .command = &cmd_address, .max = LEV_ADDRESSES_MAX },
	[FILE_SERVICES] = { .command = &cmd_service, .max = LEV_SERVICES_MAX },
	[FILE_SERVERS] = { .command = &cmd_server, .max = LEV_SERVERS_MAX },
	[FILE_CHECKS] = { .list = "checks", .command = &check_words, .max = FILE_CHECKS_MAX },
	[FILE_NOTIFY] = { .list = "notify", .command = &notify_words, .max = FILE_NOTIFY_MAX },
};

/* What the file calls all of them. */
static const char *list_of(const struct part *part)
{
	const struct lev_kind *k = lev_kinds;

	while (k->noun && strcmp(k->noun, part->command->name))
		k++;
	return k->noun ? k->list : part->list;
}

/* What a thing of a list looks like, for messages. */
static const char *const examples[FILE_PARTS] = {
	[FILE_NODES] = "id: 1",
	[FILE_ADDRESSES] = "address: 10.0.0.1",
	[FILE_SERVICES] = "address: 10.0.0.1",
	[FILE_SERVERS] = "address: 10.0.0.1",
	[FILE_CHECKS] = "type: http",
	[FILE_NOTIFY] = "program: /usr/bin/true",
};

static bool is_local(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(local_words); i++) {
		if (!strcmp(name, local_words[i]))
			return true;
	}
	return false;
}

/* From here on messages are about this place. */
static void at(struct ctl *ctl, unsigned int line, const char *noun)
{
	ctl->line = line;
	ctl->verb = noun;
}

static int need_word(const struct ctl *ctl, const struct lev_yaml *y)
{
	if (y->kind == LEV_YAML_WORD)
		return DONE;
	return say_wrong(ctl, "\"%s\": a word is wanted, not a %s", y->name,
			 y->kind == LEV_YAML_MAP ? "map" : "list");
}

static int need_map(const struct ctl *ctl, const struct lev_yaml *y, const char *what)
{
	if (y->kind == LEV_YAML_MAP)
		return DONE;
	if (y->kind == LEV_YAML_WORD)
		return say_wrong(ctl, "\"%s\": names with values are wanted, as {%s}", y->text,
				 what);
	return say_wrong(ctl, "a list: names with values are wanted, as {%s}", what);
}

/* Within which time levd has to be there, ms; 0: it need not. */
static int read_watch(const struct ctl *ctl, const struct lev_yaml *y, uint32_t *ms)
{
	int err;

	*ms = 0;
	if (!strcmp(y->text, "none"))
		return DONE;
	err = lev_parse_time(y->text, ms);
	if (err == -EINVAL)
		return say_wrong(ctl, "\"watch\": \"%s\" is not a time (examples: 5s, none)",
				 y->text);
	if (!err && (!*ms || (*ms >= LEV_WATCH_MIN && *ms <= LEV_WATCH_MAX)))
		return DONE;
	return say_wrong(ctl, "\"watch\": \"%s\" is out of range (%ums..%us, or none)", y->text,
			 LEV_WATCH_MIN, LEV_WATCH_MAX / 1000);
}

/* A word of this kind that is read later, on the node that it is about. */
static int check_local(const struct ctl *ctl, const struct lev_yaml *y)
{
	uint32_t port, ms;
	struct lev_ip ip;

	if (!strcmp(y->name, "watch"))
		return read_watch(ctl, y, &ms);
	if (!strcmp(y->name, "http")) {
		if (!strcmp(y->text, "none") || lev_parse_place(y->text, &ip, &port))
			return DONE;
		return say_wrong(ctl, "\"http\": \"%s\" is not a port, or address and port "
				 "(examples: 9707, 10.0.0.1:9707, [fd00::1]:9707)", y->text);
	}
	if (strcmp(y->name, "key") && !lev_is_device_name(y->text))
		return say_wrong(ctl, "\"%s\": \"%s\" is not a device's name", y->name, y->text);
	if (!*y->text)
		return say_wrong(ctl, "\"%s\" has no value", y->name);
	return DONE;
}

/* The words of one thing; those in @extra may be there too, and are for others to read. */
static int read_words(struct ctl *ctl, struct args *args, const struct lev_yaml *map,
		      const char *noun, bool (*extra)(const char *name))
{
	int ret = DONE;

	for (const struct lev_yaml *y = map->first; y && !ret; y = y->next) {
		at(ctl, y->line, noun);
		ret = need_word(ctl, y);
		if (!ret && extra && extra(y->name))
			ret = is_local(y->name) ? check_local(ctl, y) : DONE;
		else if (!ret)
			ret = args_word(ctl, args, y->name, y->text);
	}
	return ret;
}

static bool is_extra_of_node(const char *name)
{
	return !strcmp(name, "host") || is_local(name);
}

static int read_thing(struct ctl *ctl, struct part *part, const char *example,
		      const struct lev_yaml *map)
{
	const struct command *command = part->command;
	const struct noun *noun = command->noun;
	struct args *args = &part->thing[part->n];
	bool node = command == &cmd_node;
	int ret;

	at(ctl, map->line, command->name);
	if (part->n == part->max)
		return say_wrong(ctl, "a cluster has at most %u %s", part->max, list_of(part));
	ret = need_map(ctl, map, example);
	if (ret)
		return ret;
	args->words = noun->words;
	part->line[part->n++] = map->line;
	ret = read_words(ctl, args, map, command->name, node ? is_extra_of_node : NULL);
	if (ret)
		return ret;
	at(ctl, map->line, command->name);
	ret = args_needed(ctl, args, ADD);
	return ret || !noun->check ? ret : noun->check(ctl, args);
}

static int read_list(struct ctl *ctl, struct part *part, const char *example,
		     const struct lev_yaml *list)
{
	int ret = DONE;

	at(ctl, list->line, NULL);
	/* "servers:" and nothing behind it is a list of none. */
	if (list->kind == LEV_YAML_WORD && !*list->text)
		return DONE;
	if (list->kind != LEV_YAML_LIST)
		return say_wrong(ctl, "\"%s\": a list is wanted, each line of it with \"-\"",
				 list->name);
	part->thing = calloc(part->max, sizeof(*part->thing));
	part->line = calloc(part->max, sizeof(*part->line));
	if (!part->thing || !part->line)
		return say_failed(ctl, "%s", strerror(ENOMEM));
	for (const struct lev_yaml *y = list->first; y && !ret; y = y->next)
		ret = read_thing(ctl, part, example, y);
	return ret;
}

static int read_version(struct ctl *ctl, struct file *file, const struct lev_yaml *y)
{
	at(ctl, y->line, NULL);
	file->version_line = y->line;
	if (need_word(ctl, y))
		return WRONG_WORDS;
	if (lev_parse_number(y->text, &file->version) == -EINVAL)
		return say_wrong(ctl, "\"version\": \"%s\" is not a number", y->text);
	if (file->version < LEV_VERSION_MIN)
		return say_wrong(ctl, "\"version\": \"%s\" is out of range (%u..%u)", y->text,
				 LEV_VERSION_MIN, UINT32_MAX);
	return DONE;
}

static int read_cluster(struct ctl *ctl, struct file *file, const struct lev_yaml *map)
{
	at(ctl, map->line, NULL);
	file->cluster.words = cmd_cluster.noun->words;
	file->cluster_line = map->line;
	if (need_map(ctl, map, "id: 7"))
		return WRONG_WORDS;
	if (lev_yaml_find(map, "node")) {
		at(ctl, lev_yaml_find(map, "node")->line, "cluster");
		return say_wrong(ctl, "\"node\" is not a word that fits here: see \"nodes\"");
	}
	if (lev_yaml_find(map, "oldkey")) {
		at(ctl, lev_yaml_find(map, "oldkey")->line, "cluster");
		return say_wrong(ctl, "\"oldkey\" is not a word that fits here: "
				 "a node keeps the key before the new one by itself");
	}
	return read_words(ctl, &file->cluster, map, "cluster", is_local);
}

static int read_top(struct ctl *ctl, struct file *file, const struct lev_yaml *y)
{
	if (!strcmp(y->name, "version"))
		return read_version(ctl, file, y);
	if (!strcmp(y->name, "cluster"))
		return read_cluster(ctl, file, y);
	for (size_t i = 0; i < FILE_PARTS; i++) {
		if (!strcmp(y->name, list_of(&file->part[i])))
			return read_list(ctl, &file->part[i], examples[i], y);
	}
	at(ctl, y->line, NULL);
	return say_wrong(ctl, "\"%s\" is not one of: version, cluster, nodes, addresses, "
			 "services, servers, checks, notify", y->name);
}

/* Names of one machine: the same, or one is the other's first part. */
static bool same_host(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b);

	if (la > lb)
		return same_host(b, a);
	return la && !strncasecmp(a, b, la) &&
	       (!b[la] || (b[la] == '.' && !memchr(a, '.', la)));
}

/* The entry of the node that has this id. */
static const struct lev_yaml *entry_by_id(const struct file *file, const struct lev_yaml *nodes,
					  uint32_t id)
{
	const struct part *part = &file->part[FILE_NODES];
	const struct lev_yaml *y = nodes ? nodes->first : NULL;

	for (unsigned int i = 0; i < part->n; i++, y = y->next) {
		if (args_find(&part->thing[i], LEV_NODE_A_ID)->number == id)
			return y;
	}
	return NULL;
}

/* The entry of this machine, or NULL, said why. */
static const struct lev_yaml *entry_by_host(struct ctl *ctl, const struct lev_yaml *nodes)
{
	const struct lev_yaml *entry = NULL;
	char name[256];

	if (gethostname(name, sizeof(name)))
		name[0] = '\0';
	name[sizeof(name) - 1] = '\0';
	for (const struct lev_yaml *y = nodes->first; y; y = y->next) {
		const struct lev_yaml *host = lev_yaml_find(y, "host");

		if (!host || !same_host(host->text, name))
			continue;
		if (entry) {
			at(ctl, host->line, "node");
			say_wrong(ctl, "\"host\": \"%s\" is this machine, as that of line %u is",
				  host->text, entry->line);
			return NULL;
		}
		entry = y;
	}
	at(ctl, nodes->line, NULL);
	if (!entry)
		say_wrong(ctl, "\"nodes\": none has \"host\": \"%s\", this machine's name "
			  "(or say \"node ID\" behind the file)", name);
	return entry;
}

/* A word that differs from node to node: as the node's entry says, or as it is for all. */
static int take_local(struct ctl *ctl, struct file *file, const char *name,
		      const struct lev_yaml *entry)
{
	const struct lev_yaml *y = lev_yaml_find(entry, name);
	bool key = !strcmp(name, "key");

	if (!y)
		y = lev_yaml_find(lev_yaml_find(file->root, "cluster"), name);
	at(ctl, y ? y->line : entry->line, "node");
	if (!strcmp(name, "http")) {
		file->http_line = ctl->line;
		file->http = y && strcmp(y->text, "none") ? y->text : NULL;
		return DONE;
	}
	if (!strcmp(name, "watch"))
		return y ? read_watch(ctl, y, &file->watch) : DONE;
	if (key && y && !strcmp(y->text, "keep")) {
		file->keep_key = y->line;
		return DONE;
	}
	if (!y && !key)
		return say_wrong(ctl, "\"%s\" is missing, which this node needs", name);
	return args_word(ctl, &file->cluster, name, y ? y->text : "none");
}

static int choose_node(struct ctl *ctl, struct file *file, uint32_t node)
{
	const struct lev_yaml *nodes = lev_yaml_find(file->root, "nodes"), *entry;
	int ret;

	if (!file->part[FILE_NODES].n) {
		at(ctl, nodes ? nodes->line : file->cluster_line, NULL);
		return say_wrong(ctl, "\"nodes\" are missing");
	}
	entry = node ? entry_by_id(file, nodes, node) : entry_by_host(ctl, nodes);
	if (node && !entry) {
		at(ctl, nodes->line, NULL);
		return say_wrong(ctl, "\"nodes\": none has \"id\": \"%u\"", node);
	}
	if (!entry)
		return WRONG_WORDS;
	at(ctl, lev_yaml_find(entry, "id")->line, "node");
	ret = args_word(ctl, &file->cluster, "node", lev_yaml_find(entry, "id")->text);
	for (size_t i = 0; !ret && i < ARRAY_SIZE(local_words); i++)
		ret = take_local(ctl, file, local_words[i], entry);
	if (ret)
		return ret;
	at(ctl, file->cluster_line, "cluster");
	return args_needed(ctl, &file->cluster, ADD);
}

static int read_all(struct ctl *ctl, struct file *file, uint32_t node)
{
	int ret;

	at(ctl, file->root->line, NULL);
	ret = need_map(ctl, file->root, "version: 1");
	for (const struct lev_yaml *y = file->root->first; y && !ret; y = y->next)
		ret = read_top(ctl, file, y);
	if (ret)
		return ret;
	at(ctl, file->root->line, NULL);
	if (!file->version)
		return say_wrong(ctl, "\"version\" is missing");
	if (!file->cluster.words)
		return say_wrong(ctl, "\"cluster\" is missing");
	ret = checks_fit(ctl, &file->part[FILE_CHECKS], &file->part[FILE_SERVERS]);
	return ret ? ret : choose_node(ctl, file, node);
}

int file_read(struct ctl *ctl, struct file *file, const char *name, uint32_t node)
{
	bool from_stdin = !strcmp(name, "-");
	struct lev_yaml_error error;
	FILE *f = from_stdin ? stdin : fopen(name, "re");

	memcpy(file->part, parts, sizeof(parts));
	if (!f)
		return say_wrong(ctl, "\"%s\": %s", name, strerror(errno));
	file->name = from_stdin ? "stdin" : name;
	ctl->batch = file->name;
	file->root = lev_yaml_read(f, &error);
	if (!from_stdin)
		fclose(f);
	if (file->root)
		return read_all(ctl, file, node);
	at(ctl, error.line, NULL);
	return say_wrong(ctl, "%s", error.text);
}

void file_free(struct file *file)
{
	for (size_t i = 0; i < FILE_PARTS; i++) {
		free(file->part[i].thing);
		free(file->part[i].line);
	}
	lev_yaml_free(file->root);
	explicit_bzero(&file->cluster, sizeof(file->cluster));	/* there may be a key in it */
}

static int put_number(struct file *file, struct nl_msg *msg, bool check)
{
	struct nlattr *start = nla_nest_start(msg, LEV_A_CONFIG | NLA_F_NESTED);

	if (!start)
		return -1;
	file->version_offset = lev_nl_here(msg);
	if (nla_put_u32(msg, LEV_CONFIG_A_VERSION, file->version) ||
	    (check && nla_put_flag(msg, LEV_CONFIG_A_CHECK)))
		return -1;
	return nla_nest_end(msg, start);
}

static int put_all(struct file *file, struct nl_msg *msg, bool check)
{
	if (args_put(&file->cluster, msg, LEV_A_CLUSTER) || put_number(file, msg, check))
		return -1;
	for (size_t i = 0; i < FILE_CHECKS; i++) {
		struct part *part = &file->part[i];

		for (unsigned int k = 0; k < part->n; k++) {
			if (args_put(&part->thing[k], msg, part->command->noun->nest))
				return -1;
		}
	}
	return 0;
}

struct nl_msg *file_message(struct ctl *ctl, struct file *file, const char *device, bool check)
{
	struct nl_msg *msg = lev_nl_msg_sized(LEV_CMD_CONFIG_SET, REQUEST_SIZE);

	file->cluster.device = device;
	if (msg && !put_all(file, msg, check))
		return msg;
	nlmsg_free(msg);
	say_failed(ctl, "no room for the request");
	return NULL;
}

/* Are these words what the kernel found wrong? Then the line is theirs. */
static bool blame(struct ctl *ctl, const struct args *args, unsigned int line, uint32_t offset)
{
	bool found = offset == args->nest_offset;

	for (unsigned int i = 0; i < args->n && !found; i++) {
		found = args->arg[i].offset == offset;
		line = found ? args->arg[i].line : line;
	}
	if (found)
		ctl->line = line;
	return found;
}

int file_refused(struct ctl *ctl, const struct file *file)
{
	const struct lev_refusal *r = lev_nl_refusal(ctl->nl);

	at(ctl, 0, NULL);
	if (!r->offset)
		return say_refused(ctl, NULL);
	if (r->offset == file->version_offset) {
		at(ctl, file->version_line, NULL);
		return say_failed(ctl, "%s (version %u)", r->text, file->version);
	}
	if (blame(ctl, &file->cluster, file->cluster_line, r->offset)) {
		ctl->verb = "cluster";
		return say_refused(ctl, &file->cluster);
	}
	for (size_t i = 0; i < FILE_CHECKS; i++) {
		const struct part *part = &file->part[i];

		for (unsigned int k = 0; k < part->n; k++) {
			if (!blame(ctl, &part->thing[k], part->line[k], r->offset))
				continue;
			ctl->verb = part->command->name;
			return say_refused(ctl, &part->thing[k]);
		}
	}
	return say_refused(ctl, &file->cluster);
}

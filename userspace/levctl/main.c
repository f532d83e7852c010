// SPDX-License-Identifier: GPL-2.0
/*
 * levctl, the command line of Leveler: options, and the way to the command that is named.
 */
#include <errno.h>
#include <fcntl.h>
#include <popt.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "levctl.h"

#define NETNS_DIR	"/var/run/netns"

const struct command *const commands[] = {
	&cmd_cluster,
	&cmd_address,
	&cmd_node,
	&cmd_service,
	&cmd_server,
	&cmd_status,
	&cmd_stats,
	&cmd_top,
	&cmd_explain,
	&cmd_monitor,
	&cmd_apply,
	&cmd_save,
	&cmd_import,
	&cmd_doctor,
	&cmd_realserver,
	NULL
};

/* What the options say. */
static struct {
	int json;
	int pretty;
	int version;
	int help;
	char *netns;
	char *batch;
} options;

static const struct poptOption option_table[] = {
	{ "json", 'j', POPT_ARG_NONE, &options.json, 0, NULL, NULL },
	{ "pretty", 'p', POPT_ARG_NONE, &options.pretty, 0, NULL, NULL },
	{ "netns", 'n', POPT_ARG_STRING, &options.netns, 0, NULL, NULL },
	{ "batch", 'b', POPT_ARG_STRING, &options.batch, 0, NULL, NULL },
	{ "version", 'V', POPT_ARG_NONE, &options.version, 0, NULL, NULL },
	{ "help", '?', POPT_ARG_NONE, &options.help, 0, NULL, NULL },
	POPT_TABLEEND
};

static const struct command *find_command(const char *name)
{
	for (const struct command *const *c = commands; *c; c++) {
		if (!strcmp((*c)->name, name))
			return *c;
	}
	return NULL;
}

static int no_such_command(const struct ctl *ctl, const char *name)
{
	return say_wrong(ctl, "\"%s\" is not a command (\"levctl help\" lists them)", name);
}

static bool is_help_option(const char *word)
{
	return !strcmp(word, "--help") || !strcmp(word, "-?");
}

/* "help" can be a device's name too, so it counts only where there is none. */
static bool asks_for_help(int argc, char **argv)
{
	if (!strcmp(argv[0], "help") || (argc == 2 && !strcmp(argv[1], "help")))
		return true;
	for (int i = 0; i < argc; i++) {
		if (is_help_option(argv[i]))
			return true;
	}
	return false;
}

/* Help for the command that is among the words, or for all if there is none. */
static int help_about(const struct ctl *ctl, int argc, char **argv)
{
	const struct command *command;

	while (argc && (!strcmp(argv[0], "help") || is_help_option(argv[0]))) {
		argc--;
		argv++;
	}
	if (!argc)
		return help_all();
	command = find_command(argv[0]);
	return command ? help_command(command) : no_such_command(ctl, argv[0]);
}

/* Is this word one of our options, in the wrong place? A number such as -1 is none. */
static bool is_option(const char *word)
{
	const struct poptOption *o = option_table;

	if (*word++ != '-')
		return false;
	for (; o->longName; o++) {
		size_t len = strlen(o->longName);

		if (*word == o->shortName)
			return true;
		if (*word == '-' && !strncmp(word + 1, o->longName, len) &&
		    (!word[1 + len] || word[1 + len] == '='))
			return true;
	}
	return false;
}

int run_command(struct ctl *ctl, int argc, char **argv)
{
	const struct command *command = find_command(argv[0]);
	int ret;

	if (asks_for_help(argc, argv))
		return help_about(ctl, argc, argv);
	for (int i = 0; i < argc; i++) {
		if (is_option(argv[i]))
			return say_wrong(ctl, "\"%s\" is an option: options come before the "
					 "command (levctl %s %s ...)", argv[i], argv[i], argv[0]);
	}
	if (!command)
		return no_such_command(ctl, argv[0]);

	ctl->command = command;
	if (command->noun)
		ret = run_noun(ctl, argc - 1, argv + 1);
	else
		ret = command->run(ctl, argc - 1, argv + 1);
	if (ret && ret != FAULTY)
		lev_out_drop(ctl->out);
	else if (lev_out_end(ctl->out))
		ret = say_failed(ctl, "cannot write: %s", strerror(errno));
	return ret;
}

/* Goes into a network namespace that has a name, before any socket is made. */
static int enter_netns(const struct ctl *ctl, const char *name)
{
	char path[sizeof(NETNS_DIR) + 256];
	int fd, ret = DONE;

	if (!*name || *name == '.' || strchr(name, '/') || strlen(name) > 255)
		return say_wrong(ctl, "\"-n\": \"%s\" is not a network namespace's name", name);
	snprintf(path, sizeof(path), "%s/%s", NETNS_DIR, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return say_wrong(ctl, "\"-n\": \"%s\": %s", name, strerror(errno));
	if (setns(fd, CLONE_NEWNET))
		ret = say_failed(ctl, "cannot enter network namespace \"%s\": %s", name,
				 strerror(errno));
	close(fd);
	return ret;
}

static int run(struct ctl *ctl, int argc, char **argv)
{
	int ret;

	if (options.help)
		return help_about(ctl, argc, argv);
	if (options.version) {
		printf("levctl %s, netlink API %d\n", LEV_VERSION, LEV_GENL_VERSION);
		return DONE;
	}
	if (options.batch && argc)
		return say_wrong(ctl, "\"%s\": with -b the commands are in the file", argv[0]);
	if (!options.batch && !argc)
		return say_wrong(ctl, "a command is missing (\"levctl help\" lists them)");
	if (options.netns) {
		ret = enter_netns(ctl, options.netns);
		if (ret)
			return ret;
		ctl->netns = options.netns;
	}
	return options.batch ? run_batch(ctl, options.batch) : run_command(ctl, argc, argv);
}

int main(int argc, char **argv)
{
	struct ctl ctl = { 0 };
	poptContext context;
	int ret, n = 0;
	char **words;

	/* Options end at the first word, so that a value like -1 reaches its word's check. */
	context = poptGetContext("levctl", argc, (const char **)argv, option_table,
				 POPT_CONTEXT_POSIXMEHARDER);
	ret = poptGetNextOpt(context);
	if (ret < -1) {
		ret = say_wrong(&ctl, "\"%s\": %s",
				poptBadOption(context, POPT_BADOPTION_NOALIAS), poptStrerror(ret));
		goto out;
	}
	words = (char **)poptGetArgs(context);
	while (words && words[n])
		n++;

	ctl.nl = lev_nl_new();
	ctl.out = lev_out_new(stdout, options.json, options.pretty);
	ret = ctl.nl ? run(&ctl, n, words) : say_failed(&ctl, "%s", strerror(ENOMEM));
	if (fflush(stdout) && !ret)
		ret = say_failed(&ctl, "cannot write: %s", strerror(errno));
	lev_out_free(ctl.out);
	lev_nl_free(ctl.nl);
out:
	poptFreeContext(context);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The verbs add, set, del and show, the same for each noun: its table of words and its row
 * printer do the rest. Owns no state; called by main.c.
 */
#include <stdio.h>
#include <string.h>

#include "args.h"

static const struct {
	const char *name;
	enum verb verb;
} verbs[] = {
	{ "add", ADD },
	{ "set", SET },
	{ "del", DEL },
	{ "show", SHOW },
};

/* What a dump is shown with. */
struct shown {
	struct ctl *ctl;
	const struct args *args;
	unsigned int rows;
	bool unreadable;
};

static uint8_t netlink_command(const struct noun *noun, enum verb verb)
{
	switch (verb) {
	case ADD:
		return noun->add;
	case SET:
		return noun->set;
	case DEL:
		return noun->del;
	case SHOW:
		return noun->get;
	}
	return 0;
}

static int no_such_verb(const struct ctl *ctl, const char *name)
{
	char list[32] = "";

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		size_t at = strlen(list);

		if (netlink_command(ctl->command->noun, verbs[i].verb))
			snprintf(list + at, sizeof(list) - at, "%s%s", at ? ", " : "",
				 verbs[i].name);
	}
	if (!name)
		return say_wrong(ctl, "a verb is missing, one of: %s", list);
	return say_wrong(ctl, "\"%s\" is not one of: %s", name, list);
}

static void show_row(struct nlattr *tb[LEV_A_MAX + 1], void *arg)
{
	struct shown *shown = arg;

	int n = shown->ctl->command->noun->row(shown->ctl->out, tb, shown->args);

	if (n < 0)
		shown->unreadable = true;
	else
		shown->rows += n;
}

/* Whether one thing was asked for, not a list that may well be empty. */
static bool asks_for_one(const struct noun *noun, const struct args *args)
{
	if (noun->all)
		return args->device;
	return args->n && args->arg[0].word->positional;
}

static int show(struct ctl *ctl, struct nl_msg *msg, const struct args *args)
{
	const struct noun *noun = ctl->command->noun;
	struct shown shown = { .ctl = ctl, .args = args };
	int ret = DONE;

	lev_out_table(ctl->out, NULL, "", noun->header);
	if (lev_nl_dump(ctl->nl, msg, show_row, &shown))
		ret = say_refused(ctl, args);
	else if (shown.unreadable)
		ret = say_unreadable(ctl);
	else if (!shown.rows && asks_for_one(noun, args))
		ret = say_failed(ctl, "there is no %s %s", ctl->command->name,
				 args->n ? args->arg[0].text : args->device);
	if (ret)
		lev_out_drop(ctl->out);
	else
		lev_out_table_end(ctl->out);
	return ret;
}

static int send_request(struct ctl *ctl, enum verb verb, struct args *args)
{
	const struct noun *noun = ctl->command->noun;
	struct nl_msg *msg = lev_nl_msg(netlink_command(noun, verb));
	int ret;

	if (!msg || args_put(args, msg, verb == SHOW ? 0 : noun->nest))
		ret = say_failed(ctl, "no room for the request");
	else if (verb == SHOW)
		ret = show(ctl, msg, args);
	else if (lev_nl_do(ctl->nl, msg, NULL, NULL))
		ret = say_refused(ctl, args);
	else
		ret = DONE;
	nlmsg_free(msg);
	return ret;
}

int run_noun(struct ctl *ctl, int argc, char **argv)
{
	const struct noun *noun = ctl->command->noun;
	struct args args = { 0 };
	enum verb verb = 0;
	int ret;

	if (!argc)
		return no_such_verb(ctl, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (!strcmp(argv[0], verbs[i].name))
			verb = verbs[i].verb;
	}
	if (!verb || !netlink_command(noun, verb))
		return no_such_verb(ctl, argv[0]);
	ctl->verb = argv[0];

	if (argc < 2 && !(verb == SHOW && noun->all))
		return say_wrong(ctl, "a device is missing (example: lev0)");
	if (argc >= 2) {
		ret = args_device(ctl, &args, argv[1]);
		if (!ret)
			ret = args_read(ctl, &args, noun->words, verb, argc - 2, argv + 2);
		if (!ret && noun->check)
			ret = noun->check(ctl, &args);
		if (ret)
			goto out;
	}
	ret = send_request(ctl, verb, &args);
out:
	explicit_bzero(&args, sizeof(args));	/* there may be a key in it */
	return ret;
}

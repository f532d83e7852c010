// SPDX-License-Identifier: GPL-2.0
/*
 * levctl stats: the counters of one cluster on this node. Called by main.c.
 */
#include "stats.h"

const char *const stat_names[__LEV_STAT_MAX] = {
#define STAT_NAME(upper, lower, doc) [LEV_STAT_##upper] = #lower,
	LEV_STATS(STAT_NAME)
};

struct answer {
	uint64_t *value;
	unsigned int n;
	int err;
};

static void take(struct nlattr *tb[LEV_A_MAX + 1], void *arg)
{
	struct answer *a = arg;
	struct nlattr *nla;
	int rem;

	/* What pads has no value. */
	if (tb[LEV_A_STATS]) {
		nla_for_each_nested(nla, tb[LEV_A_STATS], rem) {
			if (nla_len(nla))
				a->n++;
		}
	}
	a->err = lev_stats_read(tb[LEV_A_STATS], a->value);
}

int stats_ask(struct ctl *ctl, struct args *args, uint64_t value[__LEV_STAT_MAX],
	      unsigned int *n)
{
	struct nl_msg *msg = lev_nl_msg(LEV_CMD_STATS_GET);
	struct answer answer = { .value = value, .err = -1 };
	int ret = DONE;

	if (!msg || args_put(args, msg, 0))
		ret = say_failed(ctl, "no room for the request");
	else if (lev_nl_do(ctl->nl, msg, take, &answer))
		ret = say_refused(ctl, args);
	else if (answer.err)
		ret = say_unreadable(ctl);
	if (n)
		*n = answer.n;
	nlmsg_free(msg);
	return ret;
}

void show_stats(struct lev_out *o, const uint64_t value[__LEV_STAT_MAX])
{
	lev_out_object(o, "stats");
	for (unsigned int i = 0; i < __LEV_STAT_MAX; i++) {
		lev_out_text(o, "%-20s", stat_names[i]);
		lev_out_uint(o, stat_names[i], "%s\n", value[i]);
	}
	lev_out_close(o);
}

static int run(struct ctl *ctl, int argc, char **argv)
{
	struct args args = { 0 };
	uint64_t value[__LEV_STAT_MAX];
	int ret;

	if (!argc)
		return say_wrong(ctl, "a device is missing (example: lev0)");
	if (argc > 1)
		return say_wrong(ctl, "\"%s\" is a word too many", argv[1]);
	ret = args_device(ctl, &args, argv[0]);
	if (!ret)
		ret = stats_ask(ctl, &args, value, NULL);
	if (ret)
		return ret;

	lev_out_object(ctl->out, NULL);
	lev_out_str(ctl->out, "device", LEV_JSON_ONLY, args.device);
	show_stats(ctl->out, value);
	lev_out_close(ctl->out);
	return DONE;
}

const struct command cmd_stats = {
	.name = "stats",
	.about = "a cluster's counters on this node",
	.grammar = "levctl stats DEVICE\n",
	.example = "levctl -j stats lev0\n",
	.run = run,
};

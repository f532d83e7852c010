// SPDX-License-Identifier: GPL-2.0
/*
 * Asks the kernel for the whole of a cluster: the newest config, pending or in force. Owns no
 * state; called by cmd_apply.c and cmd_save.c.
 */
#include <string.h>

#include "whole_ask.h"

#define TRIES	5

/* What an answer is read into. */
struct answer {
	struct lev_whole *whole;
	struct lev_status *status;
	bool *keyed;
	bool unreadable;
};

static void take(struct nlattr *tb[LEV_A_MAX + 1], void *arg)
{
	struct answer *a = arg;

	if (a->status) {
		a->unreadable |= !tb[LEV_A_STATUS] || lev_status_read(tb[LEV_A_STATUS], a->status);
		*a->keyed = a->status->keyed;
		return;
	}
	for (const struct lev_kind *k = lev_kinds; k->noun; k++) {
		if (tb[k->nest] && lev_whole_add(a->whole, tb[k->nest]))
			a->unreadable = true;
	}
}

static int ask(struct ctl *ctl, struct args *args, uint8_t cmd, struct answer *answer)
{
	struct nl_msg *msg = lev_nl_msg(cmd);
	int ret = DONE;

	if (!msg || args_put(args, msg, 0))
		ret = say_failed(ctl, "no room for the request");
	else if (cmd == LEV_CMD_STATUS_GET ? lev_nl_do(ctl->nl, msg, take, answer) :
		 lev_nl_dump(ctl->nl, msg, take, answer))
		ret = say_refused(ctl, args);
	else if (answer->unreadable)
		ret = say_unreadable(ctl);
	nlmsg_free(msg);
	return ret;
}

static int ask_number(struct ctl *ctl, struct args *args, struct whole_now *now)
{
	struct lev_status status = { 0 };
	struct answer answer = { .status = &status, .keyed = &now->keyed };
	int ret = ask(ctl, args, LEV_CMD_STATUS_GET, &answer);
	bool pending = lev_has(status.has, LEV_STATUS_A_PENDING_VERSION);

	now->version = pending ? status.pending_version : status.version;
	now->digest = pending ? status.pending_digest : status.digest;
	lev_status_free(&status);
	return ret;
}

static int ask_things(struct ctl *ctl, struct args *args, struct lev_whole *w)
{
	static const uint8_t cmds[] = {
		LEV_CMD_CLUSTER_GET, LEV_CMD_NODE_GET, LEV_CMD_ADDRESS_GET, LEV_CMD_SERVICE_GET,
		LEV_CMD_SERVER_GET,
	};
	struct answer answer = { .whole = w };
	int ret = DONE;

	memset(w, 0, sizeof(*w));
	for (size_t i = 0; i < ARRAY_SIZE(cmds) && !ret; i++)
		ret = ask(ctl, args, cmds[i], &answer);
	return ret;
}

int whole_ask(struct ctl *ctl, const char *device, struct whole_now *now)
{
	struct args args = { .device = device };
	struct whole_now before;
	int ret;

	for (int i = 0; i < TRIES; i++) {
		ret = ask_number(ctl, &args, &before);
		if (!ret)
			ret = ask_things(ctl, &args, &now->whole);
		if (!ret)
			ret = ask_number(ctl, &args, now);
		if (ret || (before.version == now->version && before.digest == now->digest))
			return ret;
	}
	return say_failed(ctl, "the cluster keeps changing while it is read");
}

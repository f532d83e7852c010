// SPDX-License-Identifier: GPL-2.0
/*
 * levctl status: gathers what the kernel tells of one cluster, or of all of the namespace,
 * and has it printed. Called by main.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "status.h"

static void take_device(struct nlattr *tb[LEV_A_MAX + 1], void *arg)
{
	struct devices *d = arg;
	void *name;

	if (!tb[LEV_A_IFNAME])
		return;
	name = realloc(d->name, (d->n + 1) * sizeof(*d->name));
	if (!name) {
		d->failed = true;
		return;
	}
	d->name = name;
	nla_strlcpy(d->name[d->n++], tb[LEV_A_IFNAME], IFNAMSIZ);
}

static void take_status(struct nlattr *tb[LEV_A_MAX + 1], void *arg)
{
	struct picture *p = arg;

	if (!tb[LEV_A_STATUS] || !tb[LEV_A_CLUSTER] ||
	    lev_cluster_read(tb[LEV_A_CLUSTER], &p->cluster) ||
	    lev_status_read(tb[LEV_A_STATUS], &p->status))
		p->unreadable = true;
}

static void take_node(struct nlattr *tb[LEV_A_MAX + 1], void *arg)
{
	struct picture *p = arg;

	if (p->n_nodes == LEV_NODE_ID_MAX ||
	    lev_node_read(tb[LEV_A_NODE], &p->node[p->n_nodes]))
		p->unreadable = true;
	else
		p->n_nodes++;
}

/* One request about one device, or all if there is none in @args. */
static int ask(struct ctl *ctl, struct args *args, uint8_t cmd,
	       int (*how)(struct lev_nl *nl, struct nl_msg *msg, lev_nl_fn fn, void *arg),
	       lev_nl_fn fn, void *arg)
{
	struct nl_msg *msg = lev_nl_msg(cmd);
	int ret = DONE;

	if (!msg || args_put(args, msg, 0))
		ret = say_failed(ctl, "no room for the request");
	else if (how(ctl->nl, msg, fn, arg))
		ret = say_refused(ctl, args);
	nlmsg_free(msg);
	return ret;
}

int picture_ask(struct ctl *ctl, struct args *args, struct picture *p)
{
	int ret;

	memset(p, 0, sizeof(*p));
	snprintf(p->device, sizeof(p->device), "%s", args->device);
	ret = ask(ctl, args, LEV_CMD_STATUS_GET, lev_nl_do, take_status, p);
	if (!ret)
		ret = ask(ctl, args, LEV_CMD_NODE_GET, lev_nl_dump, take_node, p);
	if (!ret && p->unreadable)
		ret = say_unreadable(ctl);
	return ret;
}

static int show_device(struct ctl *ctl, struct args *args)
{
	struct picture p;
	int ret = picture_ask(ctl, args, &p);

	if (!ret)
		show_picture(ctl->out, NULL, &p);
	lev_status_free(&p.status);
	return ret;
}

int devices_ask(struct ctl *ctl, struct devices *devices)
{
	struct args args = { 0 };
	int ret = ask(ctl, &args, LEV_CMD_CLUSTER_GET, lev_nl_dump, take_device, devices);

	if (!ret && devices->failed)
		ret = say_failed(ctl, "%s", strerror(ENOMEM));
	return ret;
}

static int show_all(struct ctl *ctl)
{
	struct devices devices = { 0 };
	struct args args = { 0 };
	int ret = devices_ask(ctl, &devices);

	for (size_t i = 0; !ret && i < devices.n; i++) {
		if (i)
			lev_out_text(ctl->out, "\n");
		args.device = devices.name[i];
		ret = show_device(ctl, &args);
	}
	free(devices.name);
	return ret;
}

static int run(struct ctl *ctl, int argc, char **argv)
{
	struct args args = { 0 };
	int ret = args_one_device(ctl, &args, argc, argv);

	if (ret)
		return ret;

	lev_out_array(ctl->out, NULL);
	ret = argc ? show_device(ctl, &args) : show_all(ctl);
	lev_out_close(ctl->out);
	return ret;
}

const struct command cmd_status = {
	.name = "status",
	.about = "who owns what now, and why anyone is silent",
	.grammar = "levctl status [DEVICE]\n",
	.help =
		"SHARE is a node's part of the askers: over a full turn of the wheel, or, if it\n"
		"stands still, what it owns. The ring has the owners of all lanes, the first at the\n"
		"top, and on clockwise: 1 to 9, a to z, A to Z for nodes 1 to 61, + for the others,\n"
		". for nobody. Without a device, all clusters of the namespace are shown.\n",
	.example = "levctl status lev0\n",
	.run = run,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * levctl doctor: what on this machine and its nets breaks a cluster, each with the command that
 * mends it. Gathers what there is, lets the checks of userspace/doctor judge it, prints what they
 * find. Changes nothing. Called by main.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doctor.h"
#include "stats.h"
#include "status.h"
#include "whole_ask.h"

/**
 * struct visit - one cluster that is looked at
 * @now: its config
 * @picture: what is so now
 * @stats: counters
 * @site: all that the checks read
 * @asks: what was asked and heard on front and back
 * @rules: of the firewall, or NULL
 * @findings: what they found
 */
struct visit {
	struct whole_now now;
	struct picture picture;
	uint64_t stats[__LEV_STAT_MAX];
	struct lev_site site;
	struct lev_asks asks;
	struct json_object *rules;
	struct lev_findings findings;
};

/* How many there are, of all clusters. */
struct total {
	unsigned int of[__LEV_SEVERITY_MAX];
};

/* Which devices front and back are, and whether it is one. */
static void name_devices(struct visit *v)
{
	const struct lev_status *status = &v->picture.status;
	struct lev_site *s = &v->site;

	snprintf(s->dev[LEV_SIDE_FRONT].name, IFNAMSIZ, "%s", status->front);
	snprintf(s->dev[LEV_SIDE_BACK].name, IFNAMSIZ, "%s", status->back);
	s->n_devs = strcmp(status->front, status->back) ? 2 : 1;
}

static int look(struct ctl *ctl, struct visit *v, const char *device)
{
	struct args args = { .device = device };
	int ret = whole_ask(ctl, device, &v->now);

	if (!ret)
		ret = picture_ask(ctl, &args, &v->picture);
	if (!ret)
		ret = stats_ask(ctl, &args, v->stats, &v->site.api_stats);
	if (ret)
		return ret;
	v->site.device = device;
	v->site.whole = &v->now.whole;
	v->site.status = &v->picture.status;
	v->site.stats = v->stats;
	name_devices(v);
	ret = doctor_machine(ctl, &v->site);
	v->rules = ret ? NULL : doctor_nft(&v->site);
	return ret ? ret : doctor_wire(ctl, &v->site, &v->asks);
}

static void judge(struct visit *v)
{
	lev_check_cluster(&v->site, &v->findings);
	lev_check_sysctls(&v->site, &v->findings);
	lev_check_links(&v->site, &v->findings);
	lev_check_firewall(&v->site, v->rules, &v->findings);
	lev_check_wire(&v->site, &v->asks, &v->findings);
	lev_check_servers(&v->site, &v->asks, &v->findings);
}

static void put_finding(const struct ctl *ctl, const struct lev_finding *f)
{
	const char *mend = f->mend;
	struct lev_out *o = ctl->out;
	char text[LEV_MEND];

	if (ctl->netns && *f->mend && !*f->on)
		mend = lev_mend_in(ctl->netns, f->mend, text);
	lev_out_object(o, NULL);
	lev_out_str(o, "severity", "  %s ", lev_name(&lev_severity_names, f->severity));
	lev_out_str(o, "finding", "%s: ", f->name);
	lev_out_str(o, "what", "%s: ", f->what);
	lev_out_str(o, "why", "%s\n", f->why);
	if (*mend)
		lev_out_text(o, "    ");
	if (*f->on)
		lev_out_str(o, "on", "on %s: ", f->on);
	else
		lev_out_null(o, "on", LEV_JSON_ONLY, "");
	if (*mend)
		lev_out_str(o, "mend", "%s\n", mend);
	else
		lev_out_null(o, "mend", LEV_JSON_ONLY, "");
	lev_out_close(o);
}

/* A cluster's findings, the worst first; of none (@device is NULL) those of the machine. */
static void put_findings(const struct ctl *ctl, const char *device, const struct lev_findings *fs)
{
	struct lev_out *o = ctl->out;

	lev_out_object(o, NULL);
	if (device)
		lev_out_str(o, "device", "%s: ", device);
	else
		lev_out_null(o, "device", LEV_JSON_ONLY, "");
	lev_out_uint(o, "good", device ? "%s checks are good\n" : LEV_JSON_ONLY, fs->good);
	lev_out_array(o, "findings");
	for (unsigned int severity = 0; severity < __LEV_SEVERITY_MAX; severity++) {
		for (unsigned int i = 0; i < fs->n; i++) {
			if (fs->finding[i].severity == severity)
				put_finding(ctl, &fs->finding[i]);
		}
	}
	lev_out_close(o);
	lev_out_uint(o, "more", fs->more ? "  and %s more\n" : LEV_JSON_ONLY, fs->more);
	lev_out_close(o);
}

static void add_up(struct total *total, const struct lev_findings *fs)
{
	for (unsigned int i = 0; i < __LEV_SEVERITY_MAX; i++)
		total->of[i] += fs->of[i];
}

static int visit(struct ctl *ctl, const char *device, struct total *total)
{
	struct visit *v = calloc(1, sizeof(*v));
	int ret;

	if (!v)
		return say_failed(ctl, "%s", strerror(ENOMEM));
	ret = look(ctl, v, device);
	if (!ret) {
		judge(v);
		put_findings(ctl, device, &v->findings);
		add_up(total, &v->findings);
	}
	lev_status_free(&v->picture.status);
	json_object_put(v->rules);
	free(v);
	return ret;
}

/* There is nothing that could be looked at. */
static int without_cluster(struct ctl *ctl, bool loaded, struct total *total)
{
	struct lev_findings *fs = calloc(1, sizeof(*fs));
	struct lev_finding *f;

	if (!fs)
		return say_failed(ctl, "%s", strerror(ENOMEM));
	f = lev_found(fs, loaded ? LEV_HINT : LEV_FAULT, loaded ? "no-cluster" : "no-module");
	lev_say(f->what, loaded ? "there is no cluster" : "the module is not loaded");
	lev_say(f->why, loaded ? "what a cluster needs depends on its devices and addresses" :
		"this machine is no leveler without it");
	lev_say(f->mend, loaded ? "levctl apply lev0 /etc/leveler/lev0.yaml" :
		"modprobe leveler");
	put_findings(ctl, NULL, fs);
	add_up(total, fs);
	free(fs);
	return DONE;
}

static void take_nothing(struct nlattr *tb[LEV_A_MAX + 1], void *arg)
{
	(void)tb;
	(void)arg;
}

/* Whether the kernel has the module's family; not if it cannot be asked. */
static bool is_loaded(struct ctl *ctl)
{
	struct nl_msg *msg = lev_nl_msg(LEV_CMD_CLUSTER_GET);
	bool loaded = msg && (!lev_nl_dump(ctl->nl, msg, take_nothing, NULL) ||
			      !lev_nl_refusal(ctl->nl)->no_family);

	nlmsg_free(msg);
	return loaded;
}

static int visit_all(struct ctl *ctl, struct total *total)
{
	struct devices devices = { 0 };
	int ret = devices_ask(ctl, &devices);

	if (!ret && !devices.n)
		ret = without_cluster(ctl, true, total);
	for (size_t i = 0; i < devices.n && !ret; i++)
		ret = visit(ctl, devices.name[i], total);
	free(devices.name);
	return ret;
}

static void put_total(struct lev_out *o, const struct total *total)
{
	for (unsigned int i = 0; i < __LEV_SEVERITY_MAX; i++)
		lev_out_text(o, "%s%u %s%s", i ? ", " : "", total->of[i],
			     lev_name(&lev_severity_names, i), total->of[i] == 1 ? "" : "s");
	lev_out_text(o, "\n");
}

static int run(struct ctl *ctl, int argc, char **argv)
{
	struct total total = { 0 };
	struct args args = { 0 };
	int ret = args_one_device(ctl, &args, argc, argv);

	if (ret)
		return ret;
	if (geteuid())
		return say_failed(ctl, "it looks at frames and firewalls: be root");

	lev_out_array(ctl->out, NULL);
	if (!is_loaded(ctl))
		ret = without_cluster(ctl, false, &total);
	else
		ret = argc ? visit(ctl, argv[0], &total) : visit_all(ctl, &total);
	lev_out_close(ctl->out);
	if (ret)
		return ret;
	put_total(ctl->out, &total);
	return total.of[LEV_FAULT] ? FAULTY : DONE;
}

const struct command cmd_doctor = {
	.name = "doctor",
	.about = "what breaks a cluster here, and the command that mends it",
	.grammar = "levctl doctor [DEVICE]\n",
	.help =
		"A fault breaks the cluster or a part of its work, a warning may, a hint is good\n"
		"to know. Each is told with why it matters, and below it stands the command that\n"
		"mends it, or shows more. Nothing is changed. Few frames are sent: questions for\n"
		"LevIPs, ServIPs and servers. Without a device, all clusters of the namespace are\n"
		"looked at. Status 3 if there is a fault, 0 if there is none.\n",
	.example = "levctl doctor lev0\n",
	.run = run,
};

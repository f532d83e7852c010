// SPDX-License-Identifier: GPL-2.0
/*
 * levctl realserver: ServIP on a server, which nobody hears of by ARP or Neighbour Discovery on the
 * device by which its packets come. Needs no module. Called by main.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netlink/errno.h>

#include "../doctor/finding.h"
#include "args.h"
#include "boot.h"
#include "machine.h"
#include "record.h"

/**
 * struct server - a run of the command
 * @dev: the device by which packets come
 * @index: of it
 * @ip: ServIP
 * @persistent: it is to be set up at each start, too
 * @m: the way to the kernel
 * @host: what was found
 * @record: what setup has changed
 */
struct server {
	const char *dev;
	unsigned int index;
	struct lev_ip ip;
	bool persistent;
	struct machine m;
	struct lev_rs_host host;
	struct record record;
};

static const struct word words[] = {
	{
		.name = "address", .kind = WORD_ADDRESS, .positional = true,
		.help = "ServIP, an IPv4 or IPv6 address",
	}, {
		.name = "dev", .kind = WORD_DEVICE,
		.help = "the device by which its packets come, on Net B",
	}, {
		.name = "persistent", .kind = WORD_DEVICE,
		.help = "with setup: at each start of the machine, too, by a systemd unit; "
			"without a value",
	}, { 0 }
};

/* A setting that has to be so that nothing is heard of ServIP by ARP. */
static const struct {
	const char *name;
	uint32_t value;
} settings[] = {
	{ "arp_ignore", LEV_ARP_IGNORE },
	{ "arp_announce", LEV_ARP_ANNOUNCE },
};

static const struct lev_rs_setting *found(const struct server *s, size_t i)
{
	return i ? &s->host.arp_announce : &s->host.arp_ignore;
}

static int take_address(const struct ctl *ctl, struct server *s, const char *text)
{
	if (!lev_parse_ip(text, &s->ip))
		return say_wrong(ctl, "\"address\": \"%s\" is not an IPv4 or IPv6 address", text);
	if (!lev_ip_shareable(&s->ip))
		return say_wrong(ctl, "\"address\": \"%s\" cannot be a ServIP", text);
	return DONE;
}

static int read_line(struct ctl *ctl, struct server *s, bool setup, int argc, char **argv)
{
	int ret;

	if (!argc)
		return say_wrong(ctl, "\"address\" is missing (example: 10.0.1.200)");
	ret = take_address(ctl, s, argv[0]);
	for (int i = 1; i < argc && !ret; i++) {
		if (!strcmp(argv[i], "persistent") && setup && !s->persistent) {
			s->persistent = true;
		} else if (!strcmp(argv[i], "dev") && !s->dev) {
			if (++i == argc)
				return say_wrong(ctl, "\"dev\" has no value behind it");
			if (!lev_is_device_name(argv[i]))
				return say_wrong(ctl, "\"dev\": \"%s\" is not a device's name",
						 argv[i]);
			s->dev = argv[i];
		} else {
			return say_wrong(ctl, "\"%s\" is not a word that fits here", argv[i]);
		}
	}
	if (!ret && !s->dev)
		return say_wrong(ctl, "\"dev\" is missing");
	return ret;
}

/* A fault in words, and the command that mends it from where levctl was called. */
static const char *tell(const struct ctl *ctl, const struct server *s, enum lev_rs_fault fault,
			char why[LEV_RS_WHY], char text[LEV_MEND])
{
	char mend[LEV_RS_MEND];

	lev_rs_tell(&s->host, fault, why, mend);
	if (ctl->netns)
		return lev_mend_in(ctl->netns, mend, text);
	snprintf(text, LEV_MEND, "%s", mend);
	return text;
}

/* What stands in the way of setup, and is not its own to change. */
static int check_possible(const struct ctl *ctl, const struct server *s)
{
	static const enum lev_rs_fault faults[] = {
		LEV_RS_LO_DOWN, LEV_RS_ALIAS_WIDE, LEV_RS_ON_DEVICE,
	};
	unsigned int there = lev_rs_faults(&s->host);
	char why[LEV_RS_WHY], text[LEV_MEND];
	const char *mend;

	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		if (!(there & 1 << faults[i]))
			continue;
		mend = tell(ctl, s, faults[i], why, text);
		return say_failed(ctl, "%s (mend it: %s)", why, mend);
	}
	for (size_t i = 0; s->ip.len == 4 && i < ARRAY_SIZE(settings); i++) {
		enum lev_rs_fault fault = i ? LEV_RS_ANNOUNCES :
			(there & (1 << LEV_RS_MUTE)) ? LEV_RS_MUTE : LEV_RS_ANSWERS;

		if (!lev_rs_overruled(found(s, i)))
			continue;
		mend = tell(ctl, s, fault, why, text);
		return say_failed(ctl, "%s (mend it: %s)", why, mend);
	}
	return s->persistent ? boot_possible(ctl, s->dev) : DONE;
}

/* Is a setting of the device itself good, whatever that of all is? */
static bool is_good(size_t i, uint32_t value)
{
	return value == settings[i].value || (!i && value == 2);
}

/* Writes down what is going to be changed. */
static int plan(const struct ctl *ctl, struct server *s)
{
	struct entry e = { .kind = ENTRY_USE, .ip = s->ip, .index = s->index, .fresh = true };
	bool room = record_add(&s->record, &e);

	for (size_t i = 0; s->ip.len == 4 && i < ARRAY_SIZE(settings); i++) {
		e.kind = ENTRY_SETTING;
		snprintf(e.name, sizeof(e.name), "%s", settings[i].name);
		e.before = found(s, i)->dev;
		e.after = settings[i].value;
		if (!is_good(i, e.before))
			room &= record_add(&s->record, &e);
	}
	e.kind = ENTRY_ALIAS;
	if (!s->host.on_lo)
		room &= record_add(&s->record, &e);
	if (!room)
		return say_failed(ctl, "there is no room for more than %d records", RECORD_MAX);
	return record_write(ctl, &s->record);
}

/* ARP is silenced first: the moment lo has the address, nobody may hear of it. */
static int change(const struct ctl *ctl, struct server *s)
{
	int err;

	for (size_t i = 0; s->ip.len == 4 && i < ARRAY_SIZE(settings); i++) {
		if (!is_good(i, found(s, i)->dev) &&
		    machine_set(s->dev, settings[i].name, settings[i].value))
			return say_failed(ctl, "\"dev\": \"%s\": cannot set %s: %s", s->dev,
					  settings[i].name, strerror(errno));
	}
	if (!s->host.on_lo) {
		err = machine_alias(&s->m, &s->ip, true);
		if (err == -NLE_NOACCESS || err == -NLE_PERM)
			return say_failed(ctl, "cannot add the address to lo: %s (%s)",
					  nl_geterror(err), s->ip.len == 4 ?
					  "it needs CAP_NET_ADMIN: be root" :
					  "be root, and have net.ipv6.conf.lo.disable_ipv6 0");
		if (err && err != -NLE_EXIST)
			return say_failed(ctl, "cannot add the address to lo: %s",
					  nl_geterror(err));
	}
	return s->persistent ? boot_add(ctl, &s->ip, s->dev) : DONE;
}

/* Undoes one thing, unless somebody else has changed it since: an exit status. */
static int undo(const struct ctl *ctl, struct server *s, struct entry *e)
{
	uint32_t now;
	int err;

	if (e->kind == ENTRY_ALIAS) {
		err = machine_alias(&s->m, &e->ip, false);
		if (err && err != -NLE_NOADDR && err != -NLE_OBJ_NOTFOUND)
			return say_failed(ctl, "cannot delete the address from lo: %s",
					  nl_geterror(err));
	} else if (e->kind == ENTRY_SETTING) {
		if (machine_get(s->dev, e->name, &now) ||
		    (now == e->after && machine_set(s->dev, e->name, e->before)))
			return say_failed(ctl, "\"dev\": \"%s\": cannot set %s: %s", s->dev,
					  e->name, strerror(errno));
	}
	e->kind = ENTRY_NONE;
	return DONE;
}

/* Setup ends half-way: back to what was before it. */
static void give_up(const struct ctl *ctl, struct server *s)
{
	for (unsigned int i = s->record.n; i-- > 0;) {
		if (s->record.entry[i].fresh)
			undo(ctl, s, &s->record.entry[i]);
	}
	record_write(ctl, &s->record);
}

static int setup(const struct ctl *ctl, struct server *s)
{
	int ret = check_possible(ctl, s);

	if (!ret)
		ret = record_open(ctl, &s->record);
	if (ret)
		return ret;
	ret = plan(ctl, s);
	if (ret)
		return ret;
	ret = change(ctl, s);
	if (ret)
		give_up(ctl, s);
	return ret;
}

/* Is ServIP, or the device, still used by another setup? Settings are of IPv4 alone. */
static bool is_used(struct server *s, const struct entry *e)
{
	for (unsigned int i = 0; i < s->record.n; i++) {
		const struct entry *use = &s->record.entry[i];

		if (use->kind != ENTRY_USE)
			continue;
		if (e->kind == ENTRY_ALIAS ? lev_ip_equal(&use->ip, &e->ip) :
		    use->index == e->index && use->ip.len == 4)
			return true;
	}
	return false;
}

/* Does undoing @s mean undoing this? */
static bool is_ours(const struct server *s, const struct entry *e)
{
	if (e->kind == ENTRY_ALIAS)
		return lev_ip_equal(&e->ip, &s->ip);
	return e->kind == ENTRY_SETTING && s->ip.len == 4 && e->index == s->index;
}

/* The address goes first, as it came last. */
static int undo_all(const struct ctl *ctl, struct server *s)
{
	int ret = DONE;

	for (enum entry_kind kind = ENTRY_ALIAS; kind <= ENTRY_SETTING && !ret; kind++) {
		for (unsigned int i = 0; i < s->record.n && !ret; i++) {
			struct entry *e = &s->record.entry[i];

			if (e->kind == kind && is_ours(s, e) && !is_used(s, e))
				ret = undo(ctl, s, e);
		}
	}
	return ret;
}

static int undo_setup(const struct ctl *ctl, struct server *s)
{
	struct entry like = { .kind = ENTRY_USE, .ip = s->ip, .index = s->index }, alias = like;
	bool persistent = boot_has(&s->ip, s->dev);
	struct entry *use;
	int ret, written;

	ret = record_open(ctl, &s->record);
	if (ret)
		return ret;
	alias.kind = ENTRY_ALIAS;
	use = record_find(&s->record, &like);
	if (!use && !persistent &&
	    (!record_find(&s->record, &alias) || is_used(s, &alias)))
		return say_failed(ctl, "\"%s\" was not set up for it: there is nothing to undo",
				  s->dev);
	if (persistent)
		ret = boot_remove(ctl, &s->ip, s->dev);
	if (!ret && use)
		use->kind = ENTRY_NONE;
	if (!ret)
		ret = undo_all(ctl, s);
	written = record_write(ctl, &s->record);
	return ret ? ret : written;
}

static int check(const struct ctl *ctl, struct server *s)
{
	unsigned int faults = lev_rs_faults(&s->host);
	char ip[LEV_IP_STR], why[LEV_RS_WHY], text[LEV_MEND];
	bool persistent = boot_has(&s->ip, s->dev);
	struct lev_out *o = ctl->out;
	const char *mend;

	lev_out_object(o, NULL);
	lev_out_str(o, "address", "%s", lev_ip_str(&s->ip, ip));
	lev_out_str(o, "dev", " dev %s: ", s->dev);
	lev_out_bool(o, "good", LEV_JSON_ONLY, !faults);
	lev_out_bool(o, "persistent", LEV_JSON_ONLY, persistent);
	lev_out_text(o, "%s%s\n", faults ? "not as it should be" : "as it should be",
		     persistent ? ", persistent" : "");
	lev_out_array(o, "faults");
	for (unsigned int i = 0; i < __LEV_RS_FAULT_MAX; i++) {
		if (!(faults & 1 << i))
			continue;
		mend = tell(ctl, s, i, why, text);
		lev_out_object(o, NULL);
		lev_out_str(o, "fault", "  %s: ", lev_name(&lev_rs_fault_names, i));
		lev_out_str(o, "why", "%s\n", why);
		lev_out_str(o, "mend", "    %s\n", mend);
		lev_out_close(o);
	}
	lev_out_close(o);
	lev_out_close(o);
	return faults ? FAULTY : DONE;
}

static const struct {
	const char *name;
	int (*run)(const struct ctl *ctl, struct server *s);
} verbs[] = {
	{ "setup", setup },
	{ "check", check },
	{ "remove", undo_setup },
};

static int run_verb(struct ctl *ctl, struct server *s,
		    int (*verb)(const struct ctl *ctl, struct server *s), int argc, char **argv)
{
	int ret = read_line(ctl, s, verb == setup, argc, argv);

	if (!ret)
		ret = machine_open(ctl, &s->m);
	if (!ret)
		ret = machine_device(ctl, &s->m, s->dev, &s->index);
	s->host.ip = s->ip;
	s->host.dev = s->dev;
	if (!ret)
		ret = machine_look(ctl, &s->m, s->index, &s->host);
	return ret ? ret : verb(ctl, s);
}

static int run(struct ctl *ctl, int argc, char **argv)
{
	struct server *s;
	size_t i = 0;
	int ret;

	if (!argc)
		return say_wrong(ctl, "a verb is missing: setup, check, remove");
	while (i < ARRAY_SIZE(verbs) && strcmp(verbs[i].name, argv[0]))
		i++;
	if (i == ARRAY_SIZE(verbs))
		return say_wrong(ctl, "\"%s\" is not one of: setup, check, remove", argv[0]);
	s = calloc(1, sizeof(*s));
	if (!s)
		return say_failed(ctl, "%s", strerror(ENOMEM));
	s->record.dir = -1;
	ctl->verb = verbs[i].name;
	ret = run_verb(ctl, s, verbs[i].run, argc - 1, argv + 1);
	record_close(&s->record);
	machine_close(&s->m);
	free(s);
	ctl->verb = NULL;
	return ret;
}

const struct command cmd_realserver = {
	.name = "realserver",
	.about = "on a server: ServIP, which nobody hears of by ARP",
	.grammar =
		"levctl realserver setup ADDRESS dev DEVICE [persistent]\n"
		"levctl realserver check ADDRESS dev DEVICE\n"
		"levctl realserver remove ADDRESS dev DEVICE\n",
	.words = words,
	.help =
		"setup puts ServIP on lo, and sets arp_ignore and arp_announce of this device\n"
		"alone. check says what is wrong, each with the command that mends it: status 0\n"
		"if nothing is, else 3. remove undoes what setup has changed, and nothing else.\n"
		"The module is not needed for it.\n",
	.example =
		"levctl realserver setup 10.0.1.200 dev eth0 persistent\n"
		"levctl realserver check 10.0.1.200 dev eth0\n",
	.run = run,
};

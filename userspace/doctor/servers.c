// SPDX-License-Identifier: GPL-2.0
/*
 * What servers answered: to questions for ServIP, about which they have to be silent, and to pings
 * as ServIP, which they have to take. Pure; called by levctl's cmd_doctor.c.
 */
#include <string.h>

#include "asks.h"
#include "checks.h"

#define DEVICE_WORD	(LEV_IP_STR + 56)

/* The device by which a server has its own address, as a word of a command there. */
static void put_device(char buf[DEVICE_WORD], const struct lev_ip *ip)
{
	char text[LEV_IP_STR];

	snprintf(buf, DEVICE_WORD, "\"$(ip -o address show to %s | awk '{ print $2 }')\"",
		 lev_ip_str(ip, text));
}

/* Setup refuses a server that has ServIP on another device than lo. */
static void mend_server(struct lev_finding *f, const struct lev_server *server,
			const struct lev_ip *servip)
{
	char dev[DEVICE_WORD], ip[LEV_IP_STR];

	lev_ip_str(&server->ip, f->on);
	put_device(dev, &server->ip);
	lev_ip_str(servip, ip);
	lev_say(f->mend, "ip -o address show to %s | "
		"awk '$2 != \"lo\" { print $4, \"dev\", $2 }' | xargs -r -n 3 ip address del && "
		"levctl realserver setup %s dev %s", ip, ip, dev);
}

static void tell_answer(const struct lev_site *s, const struct lev_ask *ask, const uint8_t *mac,
			struct lev_findings *fs)
{
	const struct lev_server *server = lev_asks_server(s, mac);
	char ip[LEV_IP_STR], who[LEV_IP_STR];
	struct lev_finding *f;

	f = lev_found(fs, LEV_FAULT, "servip-answered");
	if (server)
		lev_ip_str(&server->ip, who);
	else
		lev_mac_str(mac, who);
	lev_say(f->what, "%s %s answers %s for ServIP %s", server ? "server" : "a machine", who,
		ask->ip.len == 4 ? "ARP" : "Neighbour Discovery", lev_ip_str(&ask->ip, ip));
	lev_say(f->why, "who is on that net sends all to it, past the levelers");
	if (server) {
		mend_server(f, server, &ask->ip);
		return;
	}
	/* It may be another device of a server that has it on lo. */
	lev_say(f->on, "%s", who);
	lev_say(f->mend, "ip -o address show to %s", ip);
}

/* A leveler may be heard where ServIP is LevIP. */
static void check_answers(const struct lev_asks *a, const struct lev_site *s,
			  struct lev_findings *fs)
{
	for (unsigned int i = 0; i < a->n; i++) {
		const struct lev_ask *ask = &a->ask[i];
		unsigned int before = lev_found_so_far(fs);

		if (ask->kind != LEV_ASK_SERVIP)
			continue;
		for (unsigned int k = 0; k < ask->n_heard; k++) {
			if (!lev_site_is_levip(s, &ask->ip) ||
			    !lev_asks_is_leveler(a, s, ask->heard[k]))
				tell_answer(s, ask, ask->heard[k], fs);
		}
		lev_checked(fs, before);
	}
}

static bool answers_pings(const struct lev_asks *a, unsigned int server)
{
	for (unsigned int i = 0; i < a->n; i++) {
		if (a->ask[i].kind == LEV_PING_SERVER && a->ask[i].server == server)
			return a->ask[i].n_heard;
	}
	return false;
}

static void check_alias(const struct lev_site *s, const struct lev_ask *ask,
			struct lev_findings *fs)
{
	const struct lev_server *server = &s->whole->server[ask->server];
	char ip[LEV_IP_STR], servip[LEV_IP_STR];
	struct lev_finding *f;

	f = lev_found(fs, LEV_WARNING, "no-alias");
	lev_say(f->what, "server %s answers pings, and as ServIP %s it does not",
		lev_ip_str(&server->ip, ip), lev_ip_str(&ask->ip, servip));
	lev_say(f->why, "without it, or if it drops what comes to it, clients get nothing");
	mend_server(f, server, &ask->ip);
}

static void check_long(const struct lev_site *s, const struct lev_ask *ask,
		       struct lev_findings *fs)
{
	const struct lev_server *server = &s->whole->server[ask->server];
	char ip[LEV_IP_STR], dev[DEVICE_WORD];
	struct lev_finding *f;

	f = lev_found(fs, LEV_WARNING, "path-mtu");
	lev_say(f->what, "packets of %zu bytes, as %s takes them, do not get to server %s and back",
		ask->size, s->dev[ask->dev].name, lev_ip_str(&server->ip, ip));
	lev_say(f->why, "long packets are lost, and nobody is told");
	lev_ip_str(&server->ip, f->on);
	put_device(dev, &server->ip);
	lev_say(f->mend, "ip link set dev %s mtu %zu", dev, ask->size);
}

/* One that answers no ping at all may not want to. */
static void check_pings(const struct lev_asks *a, const struct lev_site *s,
			struct lev_findings *fs)
{
	for (unsigned int i = 0; i < a->n; i++) {
		const struct lev_ask *ask = &a->ask[i];
		unsigned int before = lev_found_so_far(fs);

		if ((ask->kind != LEV_PING_SERVIP && ask->kind != LEV_PING_LONG) ||
		    !answers_pings(a, ask->server))
			continue;
		if (!ask->n_heard && ask->kind == LEV_PING_SERVIP)
			check_alias(s, ask, fs);
		else if (!ask->n_heard)
			check_long(s, ask, fs);
		lev_checked(fs, before);
	}
}

static void check_reached(const struct lev_site *s, struct lev_findings *fs)
{
	for (unsigned int i = 0; i < s->whole->n_servers; i++) {
		const struct lev_server *server = &s->whole->server[i];
		unsigned int before = lev_found_so_far(fs);
		char ip[LEV_IP_STR];

		if (!server->reached && server->admin == LEV_ADMIN_ACTIVE) {
			struct lev_finding *f = lev_found(fs, LEV_WARNING, "not-reached");

			lev_say(f->what, "server %s is not found on %s",
				lev_ip_str(&server->ip, ip), lev_site_back(s)->name);
			lev_say(f->why, "it answers neither ARP nor Neighbour Discovery, and gets "
				"nothing");
			lev_say(f->mend, "ping -c 1 -I %s %s", lev_site_back(s)->name, ip);
		}
		lev_checked(fs, before);
	}
}

static void check_left_out(const struct lev_asks *a, struct lev_findings *fs)
{
	struct lev_finding *f;

	if (!a->left_out)
		return;
	f = lev_found(fs, LEV_HINT, "not-asked");
	lev_say(f->what, "%u questions to servers were left out", a->left_out);
	lev_say(f->why, "at most %d are asked at once", LEV_ASKS_MAX);
}

void lev_check_servers(const struct lev_site *s, const struct lev_asks *a, struct lev_findings *fs)
{
	check_reached(s, fs);
	check_answers(a, s, fs);
	check_pings(a, s, fs);
	check_left_out(a, fs);
}

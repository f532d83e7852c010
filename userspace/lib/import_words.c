// SPDX-License-Identifier: GPL-2.0
/*
 * Statements of keepalived.conf (see import_words.h): their words, and why each that has no
 * counterpart is left out. Owns no state.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "import_words.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* Why a thing is not carried over; what is not here is unknown. */
static const struct {
	const char *word;
	const char *why;
} reasons[] = {
	{ "advert_int", "heartbeats go every 100ms: \"heartbeat\" of the cluster says otherwise" },
	{ "priority", "all nodes work at once: \"priority\" of a node makes it a spare" },
	{ "state", "no node is master: all work at once" },
	{ "authentication", "\"key\" of the cluster signs heartbeats" },
	{ "unicast_peer", "heartbeats are multicast on front and back" },
	{ "unicast_src_ip", "heartbeats are multicast on front and back" },
	{ "mcast_src_ip", "heartbeats have no address but the device's MAC address" },
	{ "track_interface", "the carriers of front and back are watched in any case" },
	{ "track_script", "a script can say \"levctl node set DEVICE ID state drain\"" },
	{ "track_process", "a script can say \"levctl node set DEVICE ID state drain\"" },
	{ "track_file", "a script can say \"levctl node set DEVICE ID state drain\"" },
	{ "vrrp_script", "a script can say \"levctl node set DEVICE ID state drain\"" },
	{ "vrrp_sync_group", "a cluster has both its devices in one" },
	{ "virtual_routes", "routes are the machine's own" },
	{ "virtual_rules", "rules are the machine's own" },
	{ "static_ipaddress", "addresses of a machine are its own" },
	{ "static_routes", "routes are the machine's own" },
	{ "static_rules", "rules are the machine's own" },
	{ "lvs_sync_daemon", "there is nothing to synchronise" },
	{ "lvs_sync_daemon_interface", "there is nothing to synchronise" },
	{ "notification_email", "no mail is sent: a program in the file's \"notify\" can" },
	{ "notification_email_from", "no mail is sent: a program in the file's \"notify\" can" },
	{ "smtp_server", "no mail is sent: a program in the file's \"notify\" can" },
	{ "smtp_connect_timeout", "no mail is sent: a program in the file's \"notify\" can" },
	{ "smtp_alert", "no mail is sent: a program in the file's \"notify\" can" },
	{ "notify", "levd runs the programs of the file's \"notify\": name them there" },
	{ "notify_master", "levd runs the programs of the file's \"notify\": name them there" },
	{ "notify_backup", "levd runs the programs of the file's \"notify\": name them there" },
	{ "notify_fault", "levd runs the programs of the file's \"notify\": name them there" },
	{ "notify_stop", "levd runs the programs of the file's \"notify\": name them there" },
	{ "notify_up", "levd runs the programs of the file's \"notify\": name them there" },
	{ "notify_down", "levd runs the programs of the file's \"notify\": name them there" },
	{ "quorum_up", "levd runs the programs of the file's \"notify\": name them there" },
	{ "quorum_down", "levd runs the programs of the file's \"notify\": name them there" },
	{ "quorum", "a service goes on with any server that is up" },
	{ "hysteresis", "a service goes on with any server that is up" },
	{ "alpha", "servers are up once they answer by ARP" },
	{ "omega", "servers are up as long as they answer by ARP" },
	{ "sorry_server", "packets are dropped if no server is up" },
	{ "inhibit_on_failure", "a server that is down gets no packets" },
	{ "UDP_CHECK", "levd checks servers, as the file's \"checks\" say: add them" },
	{ "SMTP_CHECK", "levd checks servers, as the file's \"checks\" say: add them" },
	{ "DNS_CHECK", "levd checks servers, as the file's \"checks\" say: add them" },
	{ "BFD_CHECK", "levd checks servers, as the file's \"checks\" say: add them" },
	{ "PING_CHECK", "levd checks servers, as the file's \"checks\" say: add them" },
	{ "FILE_CHECK", "a script can say \"levctl server set DEVICE ADDRESS state drain\"" },
	{ "delay_before_retry", "\"interval\" of a check says it" },
	{ "digest", "a check reads no digest: \"body\" says what has to be in it" },
	{ "warmup", "checks begin at once" },
	{ "misc_dynamic", "with \"weight: answer\" a program prints what it gets, as 75%" },
	{ "bindto", "checks come from the address that the kernel's routes say" },
	{ "delay_loop", "servers are asked by ARP, at a pace of their own" },
	{ "retry", "servers are asked by ARP, at a pace of their own" },
	{ "virtualhost", "no check asks by HTTP" },
	{ "ops", "\"hash flow\" keeps a flow at its server" },
	{ "persistence_granularity", "\"hash source\" goes by the whole address" },
	{ "net_namespace", "\"levctl -n\" goes into a network namespace" },
};

void lev_import_tell(const struct lev_import *im, const struct lev_stanza *s, const char *fmt, ...)
{
	const struct lev_place at = place(s);
	char text[384];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	lev_import_say(im, &at, "%s", text);
}

void lev_import_left_out(const struct lev_import *im, const struct lev_stanza *s)
{
	const char *why = "there is nothing like it here";

	if (s->word[0][0] == '@')
		why = "a line for some machines only";
	else if (strchr("$~", s->word[0][0]))
		why = "variables are not known here: write them out";
	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++) {
		if (is(s, reasons[i].word))
			why = reasons[i].why;
	}
	lev_import_tell(im, s, "\"%.100s%s%.60s\" is left out: %s", s->word[0],
			s->n > 1 ? " " : "", word(s, 1), why);
}

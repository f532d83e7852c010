// SPDX-License-Identifier: GPL-2.0
/*
 * Asks the kernel for all that is shown of its cluster (see scene.h). Owns no state; called by
 * web.c and rates.c.
 */
#include <stdlib.h>

#include "scene.h"

static void on_address(struct nlattr *tb[LEV_A_MAX + 1], void *arg)
{
	struct scene *s = arg;

	if (s->n_addresses < LEV_ADDRESSES_MAX &&
	    !lev_address_read(tb[LEV_A_ADDRESS], &s->address[s->n_addresses]))
		s->n_addresses++;
	else
		s->picture.unreadable = true;
}

static void on_service(struct nlattr *tb[LEV_A_MAX + 1], void *arg)
{
	struct scene *s = arg;

	if (s->n_services < LEV_SERVICES_MAX &&
	    !lev_service_read(tb[LEV_A_SERVICE], &s->service[s->n_services]))
		s->n_services++;
	else
		s->picture.unreadable = true;
}

static void on_server(struct nlattr *tb[LEV_A_MAX + 1], void *arg)
{
	struct scene *s = arg;

	if (s->n_servers < LEV_SERVERS_MAX &&
	    !lev_server_read(tb[LEV_A_SERVER], &s->server[s->n_servers]))
		s->n_servers++;
	else
		s->picture.unreadable = true;
}

static int dump(struct levd *d, uint8_t cmd, lev_nl_fn fn, struct scene *s)
{
	struct nl_msg *msg = lev_nl_msg(cmd);
	int ret = -1;

	if (msg && !nla_put_string(msg, LEV_A_IFNAME, d->device))
		ret = lev_nl_dump(d->nl, msg, fn, s);
	nlmsg_free(msg);
	return ret;
}

struct scene *scene_ask(struct levd *d)
{
	struct ctl ctl = { .nl = d->nl, .quiet = true };
	struct args args = { .device = d->device };
	struct scene *s = calloc(1, sizeof(*s));

	if (s && !picture_ask(&ctl, &args, &s->picture) &&
	    !stats_ask(&ctl, &args, s->stats, NULL) &&
	    !dump(d, LEV_CMD_ADDRESS_GET, on_address, s) &&
	    !dump(d, LEV_CMD_SERVICE_GET, on_service, s) &&
	    !dump(d, LEV_CMD_SERVER_GET, on_server, s) && !s->picture.unreadable)
		return s;
	scene_free(s);
	return NULL;
}

void scene_free(struct scene *s)
{
	if (s)
		lev_status_free(&s->picture.status);
	free(s);
}

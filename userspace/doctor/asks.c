// SPDX-License-Identifier: GPL-2.0
/*
 * What is asked on the wire, and what an answer is one to (see asks.h). Owns no state.
 */
#include <string.h>
#include <linux/leveler_wire.h>

#include "asks.h"

#define NEIGHBOURS_ASKED	3
#define TURN_NEAR_MS		100

static struct lev_ask *add_ask(struct lev_asks *a, const struct lev_site *s,
			       enum lev_ask_kind kind, unsigned int dev, const struct lev_ip *ip)
{
	struct lev_ask *ask = &a->ask[a->n];

	if (a->n == LEV_ASKS_MAX) {
		a->left_out++;
		return NULL;
	}
	a->n++;
	memset(ask, 0, sizeof(*ask));
	ask->kind = kind;
	ask->dev = dev;
	ask->ip = *ip;
	memcpy(ask->from, s->dev[dev].mac, LEV_MAC_LEN);
	return ask;
}

/*
 * An address of the device, of the target's net if there is one: of length 0 if there is none.
 * Nobody is to learn from a question that this node has a LevIP or a ServIP.
 */
static struct lev_ip own_address(const struct lev_site *s, unsigned int dev,
				 const struct lev_ip *target)
{
	struct lev_ip own = { 0 };

	for (unsigned int i = 0; i < s->n_addrs; i++) {
		const struct lev_site_addr *addr = &s->addr[i];
		bool near = lev_site_same_net(&addr->ip, target, addr->prefix);

		if (addr->tentative || addr->ip.len != target->len ||
		    strcmp(addr->dev, s->dev[dev].name) ||
		    lev_site_is_levip(s, &addr->ip) || lev_site_is_servip(s, &addr->ip) ||
		    (own.len && !near))
			continue;
		own = addr->ip;
		if (near)
			break;
	}
	return own;
}

static unsigned int dev_of(const struct lev_site *s, enum lev_side side)
{
	return side == LEV_SIDE_FRONT ? 0 : s->n_devs - 1;
}

/* Nobody's questions are for IPv4: by Neighbour Discovery, they claim the address. */
static void plan_levips(struct lev_asks *a, const struct lev_site *s)
{
	for (unsigned int i = 0; i < s->whole->n_addresses; i++) {
		const struct lev_address *levip = &s->whole->address[i];
		unsigned int dev = dev_of(s, levip->side);
		struct lev_ask *ask;

		if (!s->dev[dev].there ||
		    (levip->ip.len == 16 && !own_address(s, dev, &levip->ip).len))
			continue;
		ask = add_ask(a, s, LEV_ASK_LEVIP, dev, &levip->ip);
		if (ask && levip->ip.len == 16)
			ask->sender = own_address(s, dev, &levip->ip);
	}
}

/* The first service of an address asks for all of them. */
static bool is_first(const struct lev_whole *w, unsigned int i)
{
	for (unsigned int k = 0; k < i; k++) {
		if (lev_ip_equal(&w->service[k].ip, &w->service[i].ip))
			return false;
	}
	return true;
}

static void plan_servips(struct lev_asks *a, const struct lev_site *s)
{
	unsigned int dev = s->n_devs - 1;

	for (unsigned int i = 0; i < s->whole->n_services; i++) {
		const struct lev_ip *ip = &s->whole->service[i].ip;
		struct lev_ip own = own_address(s, dev, ip);
		struct lev_ask *ask;

		if (!s->dev[dev].there || !is_first(s->whole, i) || (ip->len == 16 && !own.len))
			continue;
		ask = add_ask(a, s, LEV_ASK_SERVIP, dev, ip);
		if (ask && ip->len == 16)
			ask->sender = own;
	}
}

static void add_ping(struct lev_asks *a, const struct lev_site *s, enum lev_ask_kind kind,
		     unsigned int server, const struct lev_ip *ip)
{
	unsigned int dev = s->n_devs - 1;
	const struct lev_ip *near = &s->whole->server[server].ip;
	/* A server answers to where it answers us otherwise, too. */
	struct lev_ip own = own_address(s, dev, near->len == ip->len ? near : ip);
	struct lev_ask *ask = own.len ? add_ask(a, s, kind, dev, ip) : NULL;
	unsigned int mtu = s->dev[dev].mtu;

	if (!ask)
		return;
	ask->sender = own;
	ask->server = server;
	memcpy(ask->to, s->whole->server[server].mac, LEV_MAC_LEN);
	/* None that is forwarded is longer than what the front takes. */
	if (s->dev[0].there && s->dev[0].mtu < mtu)
		mtu = s->dev[0].mtu;
	ask->size = kind == LEV_PING_LONG ? mtu : 0;
}

/* The services of its pool; a machine that serves several pools is asked once for each. */
static void plan_server(struct lev_asks *a, const struct lev_site *s, unsigned int i)
{
	const struct lev_server *server = &s->whole->server[i];

	add_ping(a, s, LEV_PING_SERVER, i, &server->ip);
	add_ping(a, s, LEV_PING_LONG, i, &server->ip);
	for (unsigned int k = 0; k < s->whole->n_services; k++) {
		const struct lev_service *service = &s->whole->service[k];

		if (!strcmp(service->pool, server->pool) && is_first(s->whole, k))
			add_ping(a, s, LEV_PING_SERVIP, i, &service->ip);
	}
}

static void plan_servers(struct lev_asks *a, const struct lev_site *s)
{
	for (unsigned int i = 0; i < s->whole->n_servers; i++) {
		if (s->whole->server[i].reached &&
		    lev_has(s->whole->server[i].has, LEV_SERVER_A_MAC) &&
		    s->dev[s->n_devs - 1].there)
			plan_server(a, s, i);
	}
}

static void lane_mac(const struct lev_asks *a, enum lev_side side, unsigned int lane, uint8_t *mac)
{
	static const uint8_t prefix[__LEV_SIDE_MAX][3] = {
		[LEV_SIDE_FRONT] = LEV_WIRE_LANE_FRONT,
		[LEV_SIDE_BACK] = LEV_WIRE_LANE_BACK,
	};

	memcpy(mac, prefix[side], sizeof(prefix[side]));
	mac[3] = a->cluster >> 8;
	mac[4] = a->cluster;
	mac[5] = lane;
}

/* One of this node's own: -1 if it has none. */
static int own_lane(const struct lev_status *status)
{
	for (unsigned int i = 0; i < status->lanes; i++) {
		if (status->owner[i] == status->self)
			return i;
	}
	return -1;
}

/*
 * Few neighbours are asked twice, from the device's own address and from a lane's. Nobody's address
 * is named with the lane's, so that no entry moves there; it is the lane's owner that sends, so
 * switches learn nothing new.
 */
static void plan_lane(struct lev_asks *a, const struct lev_site *s, enum lev_side side,
		      unsigned int len, unsigned int *asked)
{
	unsigned int dev = dev_of(s, side);
	int lane = own_lane(s->status);

	for (unsigned int i = 0; i < s->n_neighbours && *asked < NEIGHBOURS_ASKED; i++) {
		const struct lev_site_neighbour *n = &s->neighbour[i];
		struct lev_ask *plain, *ask;

		if (n->dev != dev || n->ip.len != len)
			continue;
		plain = add_ask(a, s, LEV_ASK_PLAIN, dev, &n->ip);
		ask = add_ask(a, s, LEV_ASK_LANE, dev, &n->ip);
		if (plain && len == 16)
			plain->sender = own_address(s, dev, &n->ip);
		if (ask) {
			ask->lane = lane;
			lane_mac(a, side, lane, ask->from);
		}
		++*asked;
	}
}

static void plan_lanes(struct lev_asks *a, const struct lev_site *s)
{
	for (unsigned int side = 0; side < s->n_devs; side++) {
		unsigned int asked = 0;

		/* The back has lanes' addresses only if it has a LevIP. */
		if (lev_site_mac(s, side) != LEV_MAC_VIRTUAL || own_lane(s->status) < 0 ||
		    (!lev_site_has_levip(s, 4, side) && !lev_site_has_levip(s, 16, side)))
			continue;
		plan_lane(a, s, side, 4, &asked);
		if (!asked)
			plan_lane(a, s, side, 16, &asked);
	}
}

void lev_asks_plan(struct lev_asks *a, const struct lev_site *s)
{
	/* They are sent at once when it is known where lanes are. */
	plan_lanes(a, s);
	plan_levips(a, s);
	plan_servips(a, s);
	plan_servers(a, s);
}

static bool is_ping(const struct lev_ask *ask)
{
	return ask->kind >= LEV_PING_SERVER;
}

size_t lev_asks_frame(const struct lev_asks *a, unsigned int i, uint8_t *buf)
{
	const struct lev_ask *ask = &a->ask[i];
	struct lev_ping ping = {
		.from = ask->from, .to = ask->to, .sender = &ask->sender, .target = &ask->ip,
		.id = a->id, .sequence = i, .size = ask->size,
	};

	return is_ping(ask) ? lev_frame_ping(buf, &ping) :
	       lev_frame_ask(buf, ask->from, ask->sender.len ? &ask->sender : NULL, &ask->ip);
}

static void add_heard(struct lev_ask *ask, const uint8_t *mac)
{
	for (unsigned int i = 0; i < ask->n_heard; i++) {
		if (!memcmp(ask->heard[i], mac, LEV_MAC_LEN))
			return;
	}
	if (ask->n_heard < LEV_HEARD_MAX)
		memcpy(ask->heard[ask->n_heard++], mac, LEV_MAC_LEN);
}

/* To nobody's solicitation all are answered (RFC 4861, 7.2.4), else who has asked. */
static bool is_answer(const struct lev_ask *ask, const struct lev_frame *f)
{
	if (ask->kind == LEV_ASK_LEVIP || ask->kind == LEV_ASK_SERVIP)
		return true;
	if (ask->kind == LEV_ASK_LANE && ask->ip.len == 16)
		return f->dst[0] & 1;
	return !memcmp(f->dst, ask->from, LEV_MAC_LEN);
}

static void hear_says(struct lev_asks *a, unsigned int dev, const struct lev_frame *f)
{
	for (unsigned int i = 0; i < a->n; i++) {
		struct lev_ask *ask = &a->ask[i];

		if (!is_ping(ask) && ask->dev == dev && lev_ip_equal(&ask->ip, &f->ip) &&
		    is_answer(ask, f))
			add_heard(ask, f->mac);
	}
}

static bool is_own(const struct lev_site *s, const uint8_t *mac)
{
	for (unsigned int i = 0; i < s->n_devs; i++) {
		if (!memcmp(s->dev[i].mac, mac, LEV_MAC_LEN))
			return true;
	}
	return false;
}

static void hear_beat(struct lev_asks *a, const struct lev_site *s, unsigned int dev,
		      const struct lev_frame *f)
{
	struct lev_heard_beat beat = { .dev = dev, .side = f->side, .node = f->node };

	if (f->cluster != a->cluster || is_own(s, f->src) || a->n_beats == LEV_BEATS_MAX)
		return;
	memcpy(beat.mac, f->src, LEV_MAC_LEN);
	for (unsigned int i = 0; i < a->n_beats; i++) {
		const struct lev_heard_beat *b = &a->beat[i];

		if (b->dev == beat.dev && b->side == beat.side && b->node == beat.node &&
		    !memcmp(b->mac, beat.mac, LEV_MAC_LEN))
			return;
	}
	a->beat[a->n_beats++] = beat;
}

void lev_asks_heard(struct lev_asks *a, const struct lev_site *s, unsigned int dev,
		    const struct lev_frame *f)
{
	if (f->kind == LEV_FRAME_SAYS)
		hear_says(a, dev, f);
	else if (f->kind == LEV_FRAME_BEAT)
		hear_beat(a, s, dev, f);
	else if (f->kind == LEV_FRAME_ECHO && f->id == a->id && f->sequence < a->n &&
		 is_ping(&a->ask[f->sequence]) && lev_ip_equal(&a->ask[f->sequence].ip, &f->ip))
		add_heard(&a->ask[f->sequence], f->src);
}

void lev_asks_lanes(struct lev_asks *a, const struct lev_status *status)
{
	bool near = lev_has(status->has, LEV_STATUS_A_NEXT_TURN) &&
		    status->next_turn < TURN_NEAR_MS;

	for (unsigned int i = 0; i < a->n; i++) {
		struct lev_ask *ask = &a->ask[i];

		if (ask->kind != LEV_ASK_LANE)
			continue;
		ask->moved |= ask->lane >= status->lanes ||
			      status->owner[ask->lane] != status->self;
		ask->held = ask->moved || near;
	}
}

bool lev_asks_is_lane(const struct lev_asks *a, const uint8_t *mac)
{
	uint8_t lane[LEV_MAC_LEN];

	for (unsigned int side = 0; side < __LEV_SIDE_MAX; side++) {
		lane_mac(a, side, mac[5], lane);
		if (!memcmp(lane, mac, LEV_MAC_LEN))
			return true;
	}
	return false;
}

bool lev_asks_is_leveler(const struct lev_asks *a, const struct lev_site *s, const uint8_t *mac)
{
	for (unsigned int i = 0; i < a->n_beats; i++) {
		if (!memcmp(a->beat[i].mac, mac, LEV_MAC_LEN))
			return true;
	}
	return is_own(s, mac) || lev_asks_is_lane(a, mac);
}

const struct lev_server *lev_asks_server(const struct lev_site *s, const uint8_t *mac)
{
	for (unsigned int i = 0; i < s->whole->n_servers; i++) {
		const struct lev_server *server = &s->whole->server[i];

		if (lev_has(server->has, LEV_SERVER_A_MAC) &&
		    !memcmp(server->mac, mac, LEV_MAC_LEN))
			return server;
	}
	return NULL;
}

// SPDX-License-Identifier: GPL-2.0
/* sources: userspace/doctor/frames.c userspace/doctor/asks.c userspace/doctor/wire.c */
/* sources: userspace/doctor/servers.c userspace/doctor/finding.c userspace/doctor/site.c */
/* sources: userspace/lib/words.c */
/* libraries: libnl-3.0 */
/*
 * What levctl doctor sends, what it takes for an answer, and what it makes of that: its own frames
 * byte for byte, frames that are cut short, and each finding alone.
 */
#include "doctor.h"
#include <linux/leveler_wire.h>

static const uint8_t own_front[] = { 0x52, 0, 0, 0, 0, 1 }, own_back[] = { 0x52, 0, 0, 0, 0, 2 };
static const uint8_t other_front[] = { 0x52, 0, 0, 0, 1, 1 };
static const uint8_t other_back[] = { 0x52, 0, 0, 0, 1, 2 };
static const uint8_t server_mac[] = { 0x52, 0, 0, 0, 2, 1 }, foreign[] = { 0x52, 0, 0, 0, 9, 9 };
static const uint8_t lane_front[] = { 0x02, 0x4c, 0x76, 0x01, 0x02, 3 };

static struct lev_whole whole;
static struct lev_status status;
static struct lev_site site;
static struct lev_peer peer;
static struct lev_asks asks;
static struct lev_findings findings;
static uint8_t buf[LEV_FRAME_MAX];

/* Cluster 0x102, of which this is node 1, which has lane 3. */
static void setup_site(void)
{
	memset(&whole, 0, sizeof(whole));
	memset(&status, 0, sizeof(status));
	memset(&site, 0, sizeof(site));
	memset(&asks, 0, sizeof(asks));
	site.device = "lev0";
	site.whole = &whole;
	site.status = &status;
	site.n_devs = 2;
	site.dev[0] = (struct lev_site_dev){ .name = "eth0", .there = true, .up = true,
					     .mtu = 1500 };
	site.dev[1] = (struct lev_site_dev){ .name = "eth1", .there = true, .up = true,
					     .mtu = 1500 };
	memcpy(site.dev[0].mac, own_front, 6);
	memcpy(site.dev[1].mac, own_back, 6);
	add_addr(&site, "10.0.0.101", 24, "eth0");
	add_addr(&site, "fd00:a::101", 64, "eth0");
	add_addr(&site, "10.9.0.1", 24, "eth1");
	add_addr(&site, "10.0.1.1", 24, "eth1");
	add_addr(&site, "fd00:b::1", 64, "eth1");
	whole.n_nodes = 2;
	whole.node[0].id = 1;
	whole.node[1].id = 2;
	whole.n_addresses = 2;
	whole.address[0].ip = ip_of("10.0.0.200");
	whole.address[1].ip = ip_of("fd00:a::200");
	whole.n_services = 2;
	whole.service[0].ip = ip_of("10.0.1.200");
	whole.service[1].ip = ip_of("fd00:b::200");
	whole.n_servers = 1;
	whole.server[0].ip = ip_of("10.0.1.101");
	whole.server[0].reached = 1;
	whole.server[0].has = 1ULL << LEV_SERVER_A_MAC;
	memcpy(whole.server[0].mac, server_mac, 6);
	status.self = 1;
	status.lanes = 4;
	status.owner[3] = 1;
	status.front_mac = LEV_MAC_VIRTUAL;
	status.back_mac = LEV_MAC_VIRTUAL;
	site.n_neighbours = 1;
	site.neighbour[0].ip = ip_of("10.0.0.1");
	asks.cluster = 0x102;
	asks.id = 0x4321;
}

/* The one question of this kind, of those for this address. */
static struct lev_ask *ask_of(enum lev_ask_kind kind, const char *text)
{
	struct lev_ip ip = ip_of(text);
	struct lev_ask *found = NULL;

	for (unsigned int i = 0; i < asks.n; i++) {
		if (asks.ask[i].kind != kind || !lev_ip_equal(&asks.ask[i].ip, &ip))
			continue;
		assert_null(found);
		found = &asks.ask[i];
	}
	assert_non_null(found);
	return found;
}

static void hear(unsigned int dev, const struct lev_frame *f)
{
	lev_asks_heard(&asks, &site, dev, f);
}

static void says(unsigned int dev, const char *ip, const uint8_t *mac, const uint8_t *to)
{
	struct lev_frame f = { .kind = LEV_FRAME_SAYS, .ip = ip_of(ip) };

	memcpy(f.mac, mac, 6);
	memcpy(f.src, mac, 6);
	memcpy(f.dst, to, 6);
	hear(dev, &f);
}

static void echoes(enum lev_ask_kind kind, const char *ip)
{
	struct lev_frame f = { .kind = LEV_FRAME_ECHO, .ip = ip_of(ip), .id = asks.id,
			       .sequence = ask_of(kind, ip) - asks.ask };

	memcpy(f.src, server_mac, 6);
	hear(1, &f);
}

static void beats(unsigned int dev, unsigned int node, const uint8_t *mac)
{
	struct lev_frame f = { .kind = LEV_FRAME_BEAT, .cluster = 0x102, .node = node,
			       .side = dev };

	memcpy(f.src, mac, 6);
	hear(dev, &f);
}

/* All that a good net has to say. */
static void good(void)
{
	setup_site();
	lev_asks_plan(&asks, &site);
	assert_int_equal(asks.n, 10);
	says(0, "10.0.0.200", lane_front, own_front);
	says(0, "fd00:a::200", lane_front, own_front);
	says(0, "10.0.0.1", foreign, own_front);
	says(0, "10.0.0.1", foreign, lane_front);
	echoes(LEV_PING_SERVER, "10.0.1.101");
	echoes(LEV_PING_LONG, "10.0.1.101");
	echoes(LEV_PING_SERVIP, "10.0.1.200");
	echoes(LEV_PING_SERVIP, "fd00:b::200");
	beats(0, 2, other_front);
	beats(1, 2, other_back);
}

static void check(void)
{
	memset(&findings, 0, sizeof(findings));
	lev_check_wire(&site, &asks, &findings);
	lev_check_servers(&site, &asks, &findings);
}

static void only(enum lev_severity severity, const char *name, const char *says, const char *on,
		 const char *command)
{
	check();
	assert_only(&findings, severity, name, says, command);
	assert_string_equal(findings.finding[0].on, on);
}

static void nothing(void)
{
	check();
	assert_int_equal(findings.n, 0);
}

#define DELETE(ip) \
	"ip -o address show to " ip " | awk '{ print $4, \"dev\", $2 }' | " \
	"xargs -r -n 3 ip address del"
#define SETUP(ip) \
	"ip -o address show to " ip " | awk '$2 != \"lo\" { print $4, \"dev\", $2 }' | " \
	"xargs -r -n 3 ip address del && levctl realserver setup " ip \
	" dev \"$(ip -o address show to 10.0.1.101 | awk '{ print $2 }')\""

static void frames_sent(void **state)
{
	static const uint8_t arp[] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x52, 0, 0, 0, 0, 1, 8, 6,
		0, 1, 8, 0, 6, 4, 0, 1, 0x52, 0, 0, 0, 0, 1, 10, 0, 0, 101, 0, 0, 0, 0, 0, 0,
		10, 0, 0, 200,
	};
	static const uint8_t nd[] = {
		0x33, 0x33, 0xff, 0, 2, 0, 0x52, 0, 0, 0, 0, 1, 0x86, 0xdd,
		0x60, 0, 0, 0, 0, 32, 58, 255,
		0xfd, 0, 0, 0x0a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1,
		0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0, 2, 0,
		135, 0, 0, 0, 0, 0, 0, 0,
		0xfd, 0, 0, 0x0a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0,
		1, 1, 0x52, 0, 0, 0, 0, 1,
	};
	struct lev_ip me = ip_of("10.0.0.101"), levip = ip_of("10.0.0.200");
	struct lev_ip me6 = ip_of("fd00:a::101"), levip6 = ip_of("fd00:a::200");
	struct lev_ping ping = { own_front, server_mac, &me, &levip, 0x4321, 7, 100 };

	(void)state;
	assert_int_equal(lev_frame_ask(buf, own_front, &me, &levip), sizeof(arp));
	assert_memory_equal(buf, arp, sizeof(arp));
	assert_int_equal(lev_frame_ask(buf, own_front, NULL, &levip), sizeof(arp));
	assert_memory_equal(buf + 28, "\0\0\0\0", 4);
	assert_int_equal(lev_frame_ask(buf, own_front, &me6, &levip6), sizeof(nd));
	/* The checksum is looked at in checksums(). */
	buf[56] = 0;
	buf[57] = 0;
	assert_memory_equal(buf, nd, sizeof(nd));
	/* Nobody's has no option (RFC 4861, 4.3). */
	assert_int_equal(lev_frame_ask(buf, own_front, NULL, &levip6), sizeof(nd) - 8);

	assert_int_equal(lev_frame_ping(buf, &ping), 114);
	assert_int_equal(buf[16] << 8 | buf[17], 100);
	assert_int_equal(buf[34], 8);
	ping.size = 0;
	assert_int_equal(lev_frame_ping(buf, &ping), 14 + 28);
	ping.size = 65535;
	assert_int_equal(lev_frame_ping(buf, &ping), LEV_FRAME_MAX);
	ping.target = &levip6;
	ping.sender = &me6;
	ping.size = 0;
	assert_int_equal(lev_frame_ping(buf, &ping), 14 + 48);
}

/* What a receiver sums up, with the checksum in it, is all ones. */
static uint16_t sum_of(const uint8_t *p, size_t len, uint32_t sum)
{
	for (size_t i = 0; i < len; i++)
		sum += i & 1 ? p[i] : p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static void checksums(void **state)
{
	struct lev_ip me = ip_of("10.0.0.101"), levip = ip_of("10.0.0.200");
	struct lev_ip me6 = ip_of("fd00:a::101"), levip6 = ip_of("fd00:a::200");
	struct lev_ping ping = { own_front, server_mac, &me, &levip, 0x4321, 7, 99 };
	size_t len;

	(void)state;
	len = lev_frame_ping(buf, &ping);
	assert_int_equal(sum_of(buf + 14, 20, 0), 0xffff);
	assert_int_equal(sum_of(buf + 34, len - 34, 0), 0xffff);
	ping.sender = &me6;
	ping.target = &levip6;
	len = lev_frame_ping(buf, &ping);
	assert_int_equal(sum_of(buf + 22, len - 22, len - 54 + 58), 0xffff);
	len = lev_frame_ask(buf, own_front, &me6, &levip6);
	assert_int_equal(sum_of(buf + 22, len - 22, len - 54 + 58), 0xffff);
}

/* All that is cut short is no frame at all; and nothing is read beyond its end. */
static void read_cut(const uint8_t *frame, size_t len, size_t least, enum lev_frame_kind kind)
{
	for (size_t n = 0; n <= len; n++) {
		uint8_t *cut = malloc(n ? n : 1);
		struct lev_frame f;

		memcpy(cut, frame, n);
		lev_frame_read(cut, n, &f);
		assert_int_equal(f.kind, n < least ? LEV_FRAME_OTHER : kind);
		free(cut);
	}
}

static void frames_read(void **state)
{
	uint8_t frame[200] = { 0 };
	struct lev_wire_beat *beat = (struct lev_wire_beat *)(frame + 14);
	struct lev_ip me = ip_of("10.0.0.101"), levip = ip_of("10.0.0.200");
	struct lev_ip me6 = ip_of("fd00:a::101"), levip6 = ip_of("fd00:a::200");
	struct lev_ping ping = { own_front, server_mac, &me, &levip, 0x4321, 7, 0 };
	struct lev_frame f;
	size_t len;

	(void)state;
	/* A request tells where who asks is. */
	len = lev_frame_ask(frame, own_front, &me, &levip);
	read_cut(frame, len, len, LEV_FRAME_SAYS);
	lev_frame_read(frame, len, &f);
	assert_true(lev_ip_equal(&f.ip, &me));
	assert_memory_equal(f.mac, own_front, 6);
	len = lev_frame_ask(frame, own_front, NULL, &levip);
	lev_frame_read(frame, len, &f);
	assert_int_equal(f.kind, LEV_FRAME_OTHER);

	len = lev_frame_ping(frame, &ping);
	lev_frame_read(frame, len, &f);
	assert_int_equal(f.kind, LEV_FRAME_OTHER);
	frame[34] = 0;
	read_cut(frame, len, len, LEV_FRAME_ECHO);
	lev_frame_read(frame, len, &f);
	assert_int_equal(f.id, 0x4321);
	assert_int_equal(f.sequence, 7);
	assert_true(lev_ip_equal(&f.ip, &me));

	/* An advertisement, whose option is another MAC address than its source. */
	len = lev_frame_ask(frame, own_front, &me6, &levip6);
	frame[54] = 136;
	frame[78] = 2;
	memcpy(frame + 80, foreign, 6);
	read_cut(frame, len, 78, LEV_FRAME_SAYS);
	lev_frame_read(frame, len, &f);
	assert_true(lev_ip_equal(&f.ip, &levip6));
	assert_memory_equal(f.mac, foreign, 6);
	frame[79] = 0;
	lev_frame_read(frame, len, &f);
	assert_memory_equal(f.mac, own_front, 6);

	memset(frame, 0, sizeof(frame));
	frame[12] = 0x88;
	frame[13] = 0xb5;
	memcpy(&beat->magic, "LEVL", 4);
	beat->version = LEV_WIRE_VERSION;
	beat->type = LEV_WIRE_BEAT;
	memcpy(&beat->cluster, "\1\2", 2);
	beat->node = 64;
	beat->side = LEV_SIDE_BACK;
	read_cut(frame, sizeof(frame), 14 + sizeof(*beat), LEV_FRAME_BEAT);
	lev_frame_read(frame, sizeof(frame), &f);
	assert_int_equal(f.cluster, 0x102);
	assert_true(f.node == 64 && f.side == LEV_SIDE_BACK);
	beat->node = 65;
	lev_frame_read(frame, sizeof(frame), &f);
	assert_int_equal(f.kind, LEV_FRAME_OTHER);
}

static void plan(void **state)
{
	struct lev_ask *ask;

	(void)state;
	good();
	nothing();
	/* ARP is asked by nobody, so that no entry is made of it; ND has to have a sender. */
	assert_int_equal(ask_of(LEV_ASK_LEVIP, "10.0.0.200")->sender.len, 0);
	assert_int_equal(ask_of(LEV_ASK_LEVIP, "fd00:a::200")->sender.len, 16);
	ask = ask_of(LEV_ASK_LANE, "10.0.0.1");
	assert_memory_equal(ask->from, lane_front, 6);
	assert_int_equal(ask->sender.len, 0);
	ask = ask_of(LEV_PING_LONG, "10.0.1.101");
	assert_int_equal(ask->size, 1500);
	assert_int_equal(ask->dev, 1);
	assert_int_equal(ask->sender.b[2], 1);
	assert_memory_equal(ask->to, server_mac, 6);

	/* Nobody is asked in the name of a LevIP or a ServIP that is on the device. */
	setup_site();
	site.addr[3].ip = ip_of("10.0.1.200");
	whole.address[1].ip = ip_of("10.9.0.1");
	add_addr(&site, "10.0.1.1", 24, "eth1");
	lev_asks_plan(&asks, &site);
	assert_int_equal(ask_of(LEV_PING_LONG, "10.0.1.101")->sender.b[3], 1);
	assert_int_equal(ask_of(LEV_PING_LONG, "10.0.1.101")->sender.b[2], 1);

	/* Nor in that of an address that may be another machine's. */
	setup_site();
	add_addr(&site, "fd00:b::2", 64, "eth1");
	site.addr[4].tentative = true;
	lev_asks_plan(&asks, &site);
	assert_int_equal(ask_of(LEV_PING_SERVIP, "fd00:b::200")->sender.b[15], 2);

	/* What is forwarded is no longer than the front takes; a server answers to its net. */
	setup_site();
	site.dev[0].mtu = 1400;
	whole.service[0].ip = ip_of("10.9.0.200");
	lev_asks_plan(&asks, &site);
	assert_int_equal(ask_of(LEV_PING_LONG, "10.0.1.101")->size, 1400);
	assert_int_equal(ask_of(LEV_PING_SERVIP, "10.9.0.200")->sender.b[1], 0);
	site.dev[0].mtu = 9000;
	memset(asks.ask, 0, sizeof(asks.ask));
	asks.n = 0;
	lev_asks_plan(&asks, &site);
	assert_int_equal(ask_of(LEV_PING_LONG, "10.0.1.101")->size, 1500);

	/* Without a lane, or one of its own, nothing is asked from one. */
	setup_site();
	status.owner[3] = 2;
	lev_asks_plan(&asks, &site);
	assert_int_equal(asks.n, 8);
	setup_site();
	status.front_mac = LEV_MAC_PHYSICAL;
	lev_asks_plan(&asks, &site);
	assert_int_equal(asks.n, 8);
	/* Two services of one address are asked for once, a server that is not reached never. */
	setup_site();
	whole.service[1] = whole.service[0];
	whole.server[0].reached = 0;
	lev_asks_plan(&asks, &site);
	assert_int_equal(asks.n, 5);
}

/* Never more than there is room for, and it is said. */
static void bounded(void **state)
{
	(void)state;
	setup_site();
	whole.n_servers = LEV_SERVERS_MAX;
	for (unsigned int i = 1; i < LEV_SERVERS_MAX; i++)
		whole.server[i] = whole.server[0];
	lev_asks_plan(&asks, &site);
	assert_int_equal(asks.n, LEV_ASKS_MAX);
	assert_int_equal(asks.n + asks.left_out, 6 + 4 * LEV_SERVERS_MAX);
	check();
	assert_string_equal(findings.finding[findings.n - 1].name, "not-asked");
}

static void speakers(void **state)
{
	(void)state;
	good();
	says(0, "10.0.0.200", other_front, own_front);
	nothing();
	says(0, "10.0.0.200", foreign, own_front);
	only(LEV_FAULT, "another-speaker",
	     "52:00:00:00:09:09 on eth0 says that it has LevIP 10.0.0.200",
	     "52:00:00:00:09:09", "ip -o address show to 10.0.0.200");
	good();
	says(0, "fd00:a::200", server_mac, own_front);
	only(LEV_FAULT, "another-speaker", "LevIP fd00:a::200", "10.0.1.101",
	     DELETE("fd00:a::200"));
	/* It is another net's matter. */
	good();
	says(1, "10.0.0.200", foreign, own_front);
	nothing();
}

static void ids(void **state)
{
	(void)state;
	good();
	beats(0, 1, foreign);
	beats(1, 1, foreign);
	only(LEV_FAULT, "two-ids", "52:00:00:00:09:09 on eth0 is node 1, as this one is", "",
	     "levctl cluster set lev0 node 3");
	/* An id that is configured, and that nobody has. */
	setup_site();
	beats(0, 1, foreign);
	beats(1, 1, foreign);
	only(LEV_FAULT, "two-ids", "node 1", "", "levctl cluster set lev0 node 2");
	/* Nor one of a node that the kernel hears, which said nothing meanwhile. */
	setup_site();
	peer.id = 2;
	peer.heard = 1;
	status.peer = &peer;
	status.n_peers = 1;
	beats(0, 1, foreign);
	beats(1, 1, foreign);
	only(LEV_FAULT, "two-ids", "node 1", "", "levctl cluster set lev0 node 3");
	good();
	beats(0, 2, foreign);
	beats(1, 2, foreign);
	only(LEV_FAULT, "two-ids", "is node 2, as another one is", "52:00:00:00:09:09",
	     "levctl cluster set lev0 node 3");
	/* Our own, of one side, that come back on the other. */
	good();
	beats(1, 1, own_front);
	nothing();
	/* Those of another cluster are none of ours. */
	good();
	asks.cluster++;
	beats(0, 7, foreign);
	asks.cluster--;
	nothing();
	beats(0, 7, foreign);
	beats(1, 7, foreign);
	only(LEV_WARNING, "unknown-node", "is node 7 of this cluster", "",
	     "levctl node add lev0 7");
}

static void sides(void **state)
{
	(void)state;
	setup_site();
	beats(1, 2, other_back);
	only(LEV_WARNING, "one-side", "node 2 is heard on eth1, and not on eth0 (front)", "",
	     "tcpdump -n -i eth0 ether proto 0x88b5");
	site.dev[0].up = false;
	nothing();
	site.dev[0].up = true;
	site.n_devs = 1;
	nothing();
}

static void lanes(void **state)
{
	(void)state;
	good();
	ask_of(LEV_ASK_LANE, "10.0.0.1")->n_heard = 0;
	nothing();
	ask_of(LEV_ASK_LANE, "10.0.0.1")->sent = true;
	only(LEV_FAULT, "lane-mac", "on eth0 (front)", "", "levctl cluster set lev0 mac physical");
	/* It may be about to move, or not. */
	lev_asks_lanes(&asks, &status);
	assert_false(ask_of(LEV_ASK_LANE, "10.0.0.1")->held);
	status.has = 1ULL << LEV_STATUS_A_NEXT_TURN;
	status.next_turn = 99;
	lev_asks_lanes(&asks, &status);
	assert_true(ask_of(LEV_ASK_LANE, "10.0.0.1")->held);
	assert_false(ask_of(LEV_ASK_PLAIN, "10.0.0.1")->held);
	status.next_turn = 100;
	lev_asks_lanes(&asks, &status);
	assert_false(ask_of(LEV_ASK_LANE, "10.0.0.1")->held);
	only(LEV_FAULT, "lane-mac", "on eth0 (front)", "", "levctl cluster set lev0 mac physical");
	/* The lane is another node's now, and stays one that says nothing. */
	status.owner[3] = 2;
	lev_asks_lanes(&asks, &status);
	assert_true(ask_of(LEV_ASK_LANE, "10.0.0.1")->held);
	nothing();
	status.owner[3] = 1;
	lev_asks_lanes(&asks, &status);
	nothing();
	good();
	ask_of(LEV_ASK_LANE, "10.0.0.1")->sent = true;
	ask_of(LEV_ASK_LANE, "10.0.0.1")->n_heard = 0;
	ask_of(LEV_ASK_PLAIN, "10.0.0.1")->n_heard = 0;
	nothing();
}

static void servers(void **state)
{
	(void)state;
	good();
	says(1, "10.0.1.200", server_mac, own_back);
	only(LEV_FAULT, "servip-answered", "server 10.0.1.101 answers ARP for ServIP 10.0.1.200",
	     "10.0.1.101", SETUP("10.0.1.200"));
	good();
	says(1, "fd00:b::200", foreign, own_back);
	only(LEV_FAULT, "servip-answered",
	     "a machine 52:00:00:00:09:09 answers Neighbour Discovery",
	     "52:00:00:00:09:09", "ip -o address show to fd00:b::200");
	good();
	ask_of(LEV_PING_SERVIP, "fd00:b::200")->n_heard = 0;
	only(LEV_WARNING, "no-alias", "as ServIP fd00:b::200 it does not", "10.0.1.101",
	     SETUP("fd00:b::200"));
	ask_of(LEV_PING_LONG, "10.0.1.101")->n_heard = 0;
	ask_of(LEV_PING_SERVER, "10.0.1.101")->n_heard = 0;
	nothing();
	good();
	ask_of(LEV_PING_LONG, "10.0.1.101")->n_heard = 0;
	only(LEV_WARNING, "path-mtu", "packets of 1500 bytes, as eth1 takes them", "10.0.1.101",
	     "ip link set dev \"$(ip -o address show to 10.0.1.101 | awk '{ print $2 }')\" "
	     "mtu 1500");
	good();
	whole.server[0].reached = 0;
	only(LEV_WARNING, "not-reached", "server 10.0.1.101", "", "ping -c 1 -I eth1 10.0.1.101");
	whole.server[0].admin = LEV_ADMIN_DRAIN;
	nothing();
}

/* ServIP is LevIP: levelers answer for it, servers may not. */
static void servip_is_levip(void **state)
{
	(void)state;
	setup_site();
	site.n_devs = 1;
	whole.service[0].ip = ip_of("10.0.0.200");
	lev_asks_plan(&asks, &site);
	says(0, "10.0.0.200", lane_front, own_front);
	nothing();
	says(0, "10.0.0.200", server_mac, own_front);
	only(LEV_FAULT, "servip-answered", "server 10.0.1.101", "10.0.1.101", SETUP("10.0.0.200"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_sent),
		cmocka_unit_test(checksums),
		cmocka_unit_test(frames_read),
		cmocka_unit_test(plan),
		cmocka_unit_test(bounded),
		cmocka_unit_test(speakers),
		cmocka_unit_test(ids),
		cmocka_unit_test(sides),
		cmocka_unit_test(lanes),
		cmocka_unit_test(servers),
		cmocka_unit_test(servip_is_levip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

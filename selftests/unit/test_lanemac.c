// SPDX-License-Identifier: GPL-2.0
/* sources: kmod/core/lanemac.c kmod/core/wire.c kmod/core/word.c kmod/core/config.c */
/*
 * MAC addresses of lanes: which bytes, that each is some lane's alone, that nothing else is taken
 * for one, and the frame that switches learn from.
 */
#include "unit.h"
#include "core/lanemac.h"
#include "core/wire.h"

static unsigned long long seed = 1;

/* The same on all nodes, and in the caches of all clients: not to be changed. */
static void bytes(void **state)
{
	static const u8 front[] = { 0x02, 0x4c, 0x76, 0x12, 0x34, 0xff };
	static const u8 back[] = { 0x02, 0x4c, 0x77, 0x00, 0x07, 0x00 };
	u8 mac[LEV_LANE_MAC_LEN];

	(void)state;
	lev_lane_mac(0x1234, LEV_SIDE_FRONT, 255, mac);
	assert_memory_equal(mac, front, sizeof(front));
	lev_lane_mac(7, LEV_SIDE_BACK, 0, mac);
	assert_memory_equal(mac, back, sizeof(back));
}

/* Unicast, and of nobody's range (IEEE 802, 8.2.2). */
static void all_are_local_and_unicast(void **state)
{
	unsigned int lane, side, i;
	u8 mac[LEV_LANE_MAC_LEN];

	(void)state;
	for (i = 0; i < 1000; i++) {
		side = rnd(&seed, __LEV_SIDE_MAX);
		lane = rnd(&seed, LEV_LANES_MAX);
		lev_lane_mac((u16)(1 + rnd(&seed, LEV_CLUSTER_ID_MAX)), side, lane, mac);
		assert_int_equal(mac[0] & 3, 2);
	}
}

static void comes_back(void **state)
{
	static const u16 clusters[] = { 1, 7, 0x00ff, 0x0100, 0x0700, 0xffff };
	unsigned int i, j, side, other, lane;
	u8 mac[LEV_LANE_MAC_LEN];

	(void)state;
	for (i = 0; i < ARRAY_SIZE(clusters); i++)
		for (side = 0; side < __LEV_SIDE_MAX; side++)
			for (lane = 0; lane < LEV_LANES_MAX; lane++) {
				lev_lane_mac(clusters[i], side, lane, mac);
				for (j = 0; j < ARRAY_SIZE(clusters); j++)
					for (other = 0; other < __LEV_SIDE_MAX; other++)
						assert_int_equal(lev_lane_of_mac(clusters[j], other,
										 mac),
								 i == j && side == other ?
								 (int)lane : -1);
			}
}

/* Each byte but the last, which is the lane, must be right. */
static void others_are_nobodys(void **state)
{
	u8 mac[LEV_LANE_MAC_LEN];
	unsigned int byte, bit;

	(void)state;
	for (byte = 0; byte < LEV_LANE_MAC_LEN - 1; byte++)
		for (bit = 0; bit < 8; bit++) {
			lev_lane_mac(0x1234, LEV_SIDE_FRONT, 3, mac);
			mac[byte] ^= 1 << bit;
			assert_int_equal(lev_lane_of_mac(0x1234, LEV_SIDE_FRONT, mac), -1);
		}
}

static void frame(void **state)
{
	static const u8 golden[] = {
		0x4c, 0x45, 0x56, 0x4c,		/* LEVL */
		0x05, 0x04, 0x12, 0x34,		/* version, type, cluster */
		0xfe, 0x01, 0x00, 0x00,		/* lane, side, 0 */
	};
	u8 buf[LEV_LANE_FRAME_LEN + 1];

	(void)state;
	memset(buf, 0xa5, sizeof(buf));
	assert_int_equal(lev_lane_write(0x1234, LEV_SIDE_BACK, 254, buf), sizeof(golden));
	assert_memory_equal(buf, golden, sizeof(golden));
	assert_int_equal(buf[sizeof(golden)], 0xa5);
	assert_int_equal(lev_wire_type(buf, LEV_LANE_FRAME_LEN), LEV_WIRE_LANE);
	assert_int_equal(lev_wire_length(buf, LEV_LANE_FRAME_LEN), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes),
		cmocka_unit_test(all_are_local_and_unicast),
		cmocka_unit_test(comes_back),
		cmocka_unit_test(others_are_nobodys),
		cmocka_unit_test(frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

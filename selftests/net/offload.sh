#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What devices and the stack do to packets on their way: super-packets of segmentation offload,
# checksums that are not there yet, copies that others hold, VLAN tags; and what another leveler has
# sent on already. IPv4 and IPv6.
# needs: module
# timeout: 200

ALL_TESTS="super_packets software_checksum software_segments small_mtu shared priority_tag vlan_tag
	from_a_leveler"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/flows.sh
. "$(dirname "$0")/flows.sh"

SIZE=2000000

# upload NAME: by both families, through leveler 1
upload()
{
	local to

	for to in $SERV_IP $SERV_IP6; do
		in_ns "$client" /usr/bin/python3 "$net_dir/upload.py" send "$to" $SIZE
		check_err $? "$1: upload to $to"
	done
}

# offload NAMESPACE DEVICE on|off
offload()
{
	in_ns "$1" ethtool -K "$2" tx "$3" tso "$3" gso "$3" >/dev/null 2>&1
}

begin()
{
	local i

	lev_load && lev_topology levelers=2 servers=2 && lev_setup_all &&
		on_all "service add lev0 $SERV_IP6"
	check_err $? "no cluster"
	LEV_FAMILY=4 send_by 1
	LEV_FAMILY=6 send_by 1
	for i in 1 2; do
		start_in_ns "$(srv_ns $i)" /usr/bin/python3 "$net_dir/upload.py" take \
			>"$LEV_TMP/take$i"
		busywait 15000 grep -q ready "$LEV_TMP/take$i"
		check_err $? "server $i does not answer"
	done
}

super_packets()
{
	local packets bytes

	begin
	upload first
	packets=$(lev_stat 1 packets_forwarded)
	bytes=$(lev_stat 1 bytes_forwarded)
	check_between "$bytes" $((2 * SIZE)) $((3 * SIZE)) "bytes"
	# Each by itself no longer than the MTU would make twice as many.
	check_between "$packets" 10 $((2 * SIZE / 1500)) "packets"
	log_test "super-packets are forwarded whole" "$((bytes / packets)) bytes a packet"
}

software_checksum()
{
	in_ns "$lev1" ethtool -K back tx off >/dev/null 2>&1
	check_err $? "back keeps its offload"
	capture_start back "$(srv_ns 1)" eth0 tcp dst port 9000
	upload "checksums on back"
	capture_stop back
	check_eq "$(capture_read back -vv 'tcp dst port 9000' | grep -c 'incorrect')" 0 \
		"wrong checksums at server 1"
	offload "$lev1" back on
	log_test "checksums that are made when a packet leaves are right"
}

software_segments()
{
	local had now

	had=$(lev_stat 1 packets_forwarded)
	offload "$client" eth0 off && offload "$router" eth0 off
	check_err $? "client and router keep their offload"
	in_ns "$lev1" ethtool -K front gro off >/dev/null 2>&1
	upload "small packets"
	now=$(lev_stat 1 packets_forwarded)
	check_between $((now - had)) $((2 * SIZE / 1500)) $((4 * SIZE / 1400)) "packets"
	offload "$client" eth0 on && offload "$router" eth0 on
	log_test "the same without offload" "$((now - had)) packets"
}

# Segments of a super-packet that are too long for back: the client hears, and makes them smaller.
small_mtu()
{
	ip -n "$lev1" link set back mtu 1300
	upload "back MTU 1300"
	ip -n "$lev1" link set back mtu 1500
	ip -n "$client" route flush cache
	ip -n "$client" -6 route flush cache
	log_test "super-packets whose segments are too long for back"
}

# What a packet socket holds is not changed by our rewriting.
shared()
{
	capture_start before "$lev1" front udp dst port 7
	capture_start after "$lev1" back udp dst port 7
	send_flows 20
	LEV_FAMILY=6 send_flows 20
	busywait 5000 capture_has after 40
	check_err $? "frames on back: $(capture_count after)"
	capture_stop before
	capture_stop after
	check_eq "$(capture_count before "ether dst $(lev_mac 1) and
		((ip and ip[8] = 63) or (ip6 and ip6[7] = 63))")" 40 "frames as they came in"
	check_eq "$(capture_count after "(ip and ip[8] = 62) or (ip6 and ip6[7] = 62)")" 40 \
		"frames as they went out"
	log_test "a copy that another holds stays as it was"
}

capture_has()
{
	[ "$(capture_count "$1")" -ge "$2" ]
}

# raw NAMESPACE DEVICE MAC [VID]: an IPv4 and an IPv6 datagram for the service in a frame of our own,
# with an 802.1Q tag if one is given
raw()
{
	in_ns "$1" /usr/bin/python3 - "$2" "$3" $SERV_IP $SERV_IP6 "${4:-}" <<-TEXT
		import ipaddress, socket, struct, sys
		mac = bytes.fromhex(sys.argv[2].replace(":", ""))
		tag = struct.pack("!HH", 0x8100, 5 << 13 | int(sys.argv[5])) if sys.argv[5] else b""
		udp = struct.pack("!HHHH", 41000, 7, 8, 0)
		def v4(to):
		    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28, 1, 0, 63, 17, 0,
		                       bytes([192, 0, 2, 9]), to.packed)
		    total = sum(struct.unpack("!10H", head))
		    total = (total & 0xffff) + (total >> 16)
		    return 0x0800, head[:10] + struct.pack("!H", ~total & 0xffff) + head[12:] + udp
		def v6(to):
		    return 0x86dd, struct.pack("!IHBB16s16s", 6 << 28, 8, 17, 63,
		                               ipaddress.ip_address("fd00::9").packed, to.packed) + udp
		s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
		s.bind((sys.argv[1], 0))
		for kind, packet in (v4(ipaddress.ip_address(sys.argv[3])),
		                     v6(ipaddress.ip_address(sys.argv[4]))):
		    s.send(mac + s.getsockname()[4] + tag + struct.pack("!H", kind) + packet)
	TEXT
}

priority_tag()
{
	local had

	had=$(lev_stat 1 packets_forwarded)
	capture_start after "$lev1" back udp dst port 7
	raw "$router" eth0 "$(lev_mac 1)" 0
	busywait 5000 capture_has after 2
	check_err $? "frames on back: $(capture_count after)"
	capture_stop after
	check_eq "$(capture_count after vlan)" 0 "frames with a tag on back"
	check_eq "$(lev_stat 1 packets_forwarded)" $((had + 2)) "packets_forwarded"
	log_test "a tag without a VLAN (802.1p) is taken off"
}

vlan_tag()
{
	local had

	had=$(lev_stat 1 packets_forwarded)
	capture_start before "$lev1" front vlan 5
	raw "$router" eth0 "$(lev_mac 1)" 5
	busywait 5000 capture_has before 2
	check_err $? "frames on front: $(capture_count before)"
	capture_stop before
	# What comes later, in order, shows that they are done with.
	raw "$router" eth0 "$(lev_mac 1)" 0
	lev_wait_stat 1 packets_forwarded $((had + 2)) 5000
	check_err $? "untagged ones are not forwarded"
	log_test "a tagged frame is the VLAN device's above, not ours"
}

# It has chosen a server, and that should not be a leveler: so it goes no further.
from_a_leveler()
{
	local had

	had=$(lev_stat 1 packets_forwarded)
	raw "$(lev_ns 2)" front "$(lev_mac 1)"
	lev_wait_stat 1 packets_looped 2 5000
	check_err $? "what a leveler sent is not dropped"
	check_eq "$(lev_stat 1 packets_forwarded)" "$had" "packets_forwarded"
	raw "$router" eth0 "$(lev_mac 1)"
	lev_wait_stat 1 packets_forwarded $((had + 2)) 5000
	check_err $? "the same from the router is not forwarded"
	check_eq "$(lev_stat 1 packets_looped)" 2 "packets_looped"
	log_test "what another leveler has sent is not sent on again"
}

require_command ethtool
require_command tcpdump
require_command python3
tests_run

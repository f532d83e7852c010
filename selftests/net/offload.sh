#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What devices and the stack do to packets on their way: super-packets of segmentation offload,
# checksums that are not there yet, copies that others hold, VLAN tags; and what another leveler has
# sent on already. IPv4 and IPv6.
# needs: module
# timeout: 240

ALL_TESTS="super_packets software_checksum software_segments small_mtu shared tap tc_egress
	nft_egress priority_tag vlan_tag from_a_leveler"

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
	check_eq "$(capture_count before "(ether dst $(lev_mac 1) or ether[0:4] = 0x024c7600) and
		((ip and ip[8] = 63) or (ip6 and ip6[7] = 63))")" 40 "frames as they came in"
	check_eq "$(capture_count after "(ip and ip[8] = 62) or (ip6 and ip6[7] = 62)")" 40 \
		"frames as they went out"
	log_test "a copy that another holds stays as it was"
}

# leave FORWARDED DROPPED WHAT: 20 datagrams of each family, and what leveler 1 counts of them
leave()
{
	local forwarded dropped

	forwarded=$(($(lev_stat 1 packets_forwarded) + $1))
	dropped=$(($(lev_stat 1 packets_dropped) + $2))
	send_flows 20
	LEV_FAMILY=6 send_flows 20
	lev_wait_stat 1 packets_forwarded $forwarded 5000 &&
		lev_wait_stat 1 packets_dropped $dropped 5000
	check_err $? "forwarded or dropped, $3"
}

# served_start, served COUNT WHAT: how many have come to the servers since. The client's packets have
# their checksums until served_stop: only such ones take the shorter way.
served_start()
{
	offload "$client" eth0 off
	check_err $? "client keeps its offload"
	capture_start served1 "$(srv_ns 1)" eth0 udp dst port 7
	capture_start served2 "$(srv_ns 2)" eth0 udp dst port 7
}

served_are()
{
	[ $(($(capture_count served1) + $(capture_count served2))) -eq "$1" ]
}

served()
{
	busywait 5000 served_are "$1"
	check_err $? "servers have $(capture_count served1) + $(capture_count served2), not $1, $2"
}

served_stop()
{
	capture_stop served1
	capture_stop served2
	offload "$client" eth0 on
}

# Where nobody looks on, packets go out of back by a shorter way. Who does look must see each.
tap()
{
	served_start
	leave 40 0 "without a tap"
	capture_start tap "$lev1" back udp dst port 7
	leave 40 0 "with a tap"
	busywait 5000 capture_has tap 40
	check_err $? "the tap"
	capture_stop tap
	check_eq "$(capture_count tap "ip and ether src $(lev_mac 1 back)") $(capture_count tap \
		"ip6 and ether src $(lev_mac 1 back)")" "20 20" "frames of each family that it has"
	leave 40 0 "without the tap"
	served 120 "with and without a tap"
	served_stop
	check_eq "$(capture_count tap)" 40 "frames that the tap has in the end"
	log_test "a packet socket on back sees what is forwarded"
}

# tc_counts: packets that each filter on the way out of back has had
tc_counts()
{
	tc -n "$lev1" -s filter show dev back egress |
		sed -nE 's/^[[:space:]]*Sent [0-9]+ bytes ([0-9]+) pkt .*/\1/p' | paste -sd ' '
}

# filters drop|pass: on the way out of back
filters()
{
	tc -n "$lev1" -batch - <<-TEXT
		qdisc add dev back clsact
		filter add dev back egress protocol ip prio 1 flower ip_proto udp dst_port 7 action $1
		filter add dev back egress protocol ipv6 prio 2 flower ip_proto udp dst_port 7 action $1
	TEXT
	check_err $? "filters to $1"
}

tc_egress()
{
	served_start
	filters pass
	leave 40 0 "with filters that pass all"
	check_eq "$(tc_counts)" "20 20" "packets of each family, counted"
	tc -n "$lev1" qdisc del dev back clsact
	filters drop
	leave 0 40 "with filters that drop all"
	check_eq "$(tc_counts)" "20 20" "packets of each family, dropped"
	tc -n "$lev1" qdisc del dev back clsact
	leave 40 0 "without filters"
	served 80 "with and without filters"
	served_stop
	log_test "tc on the way out of back counts and drops what is forwarded"
}

nft_egress()
{
	local counts

	if ! in_ns "$lev1" nft -f - 2>"$LEV_TMP/nft" <<-TEXT
		table netdev looks {
			chain out {
				type filter hook egress device back priority 0
				meta protocol ip udp dport 7 counter drop
				meta protocol ip6 udp dport 7 counter drop
			}
		}
	TEXT
	then
		skip_test "no egress hook in nftables: $(tail -n 1 "$LEV_TMP/nft")"
		return
	fi
	served_start
	leave 0 40 "with a chain that drops all"
	counts=$(in_ns "$lev1" nft list chain netdev looks out |
		sed -nE 's/.* counter packets ([0-9]+) .*/\1/p' | paste -sd ' ')
	check_eq "$counts" "20 20" "packets of each family, dropped"
	in_ns "$lev1" nft delete table netdev looks
	leave 40 0 "without the chain"
	served 40 "with and without the chain"
	served_stop
	log_test "nftables on the way out of back counts and drops what is forwarded"
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
require_command nft
require_command tcpdump
require_command python3
tests_run

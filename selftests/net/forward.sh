#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What happens to a packet for a service, and to those that are for none: both figures and one arm.
# needs: module
# timeout: 600

ALL_TESTS="figure1 rewrite same_server fragments icmp_errors explains port_only hash_source direct
	ttl mtu levip no_server figure2 onearm"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"

# shellcheck source=selftests/net/flows.sh
. "$(dirname "$0")/flows.sh"

figure1()
{
	lev_topology levelers=2 servers=2
	lev_load && lev_setup_all
	check_err $? "no cluster"
	start_http_all
	check_err $? "no HTTP server"
	capture_start answer "$router" eth0 src host $SERV_IP
	both_answer http://$SERV_IP/
	get -r 0-1999999 http://$SERV_IP/big -o "$LEV_TMP/big"
	check_eq "$(stat -c %s "$LEV_TMP/big")" 2000000 "size of a download"
	capture_stop answer
	[ "$(capture_count answer "ether src $(lev_mac 1)")" -gt 0 ] &&
		[ "$(capture_count answer "ether src $(lev_mac 2)")" -gt 0 ]
	check_err $? "answers do not come back through both levelers"
	log_test "figure 1: HTTP there and back through the levelers, both servers serve"
}

rewrite()
{
	local had_packets had_bytes

	send_by 1
	had_packets=$(lev_stat 1 packets_forwarded)
	had_bytes=$(lev_stat 1 bytes_forwarded)
	capture_start netb "$lev1" back udp port 7
	send_flows 50
	busywait 5000 lib_file_is "$(lev_sysfs 1)/lev0/leveler/packets_forwarded" \
		$((had_packets + 50)) >/dev/null
	check_err $? "forwarded $(lev_stat 1 packets_forwarded), not $had_packets + 50"
	capture_stop netb
	check_eq "$(lev_stat 1 bytes_forwarded)" $((had_bytes + 50 * 60)) "bytes"
	# 64, less one by the router, less one by the leveler
	check_eq "$(capture_count netb "udp dst port 7 and dst host $SERV_IP and ip[8] = 62 and
		ether src $(lev_mac 1 back) and (ether dst $(srv_mac 1) or ether dst $(srv_mac 2))")" \
		50 "right frames on Net B"
	check_eq "$(capture_count netb "udp dst port 7")" 50 "frames on Net B"
	check_eq "$(capture_read netb -v "udp dst port 7" | grep -c 'bad cksum')" 0 \
		"wrong checksums"
	log_test "rewrite: TTL less one, MAC addresses right, counted to the byte"
}

same_server()
{
	local i n

	for i in 1 2; do
		capture_start "srv$i" "$(srv_ns $i)" eth0 udp dst port 7
	done
	for i in 1 2; do
		send_by $i
		n=$(lev_stat $i packets_forwarded)
		send_flows 50
		busywait 5000 lib_file_is "$(lev_sysfs $i)/lev0/leveler/packets_forwarded" \
			$((n + 50)) >/dev/null
		check_err $? "leveler $i did not forward 50"
	done
	for i in 1 2; do
		capture_stop "srv$i"
	done
	for i in 1 2; do
		capture_read "srv$i" | sed -nE "s/.* 192\.0\.2\.2\.(41[0-9]+) > .*/srv$i \1/p"
	done | sort | uniq -c >"$LEV_TMP/flows"
	check_eq "$(wc -l <"$LEV_TMP/flows")" 50 "flows and their servers"
	check_eq "$(awk '$1 != 2' "$LEV_TMP/flows")" "" "flows that did not come twice to a server"
	for i in 1 2; do
		check_between "$(grep -c "srv$i" "$LEV_TMP/flows")" 10 40 "flows on server $i of 50"
		n=$(capture_count srv1 "ether src $(lev_mac $i back)")
		check_between "$n" 1 50 "frames of leveler $i on server 1"
	done
	log_test "both levelers pick the same server for each of 50 flows"
}

port_only()
{
	local had

	send_by_turn
	on_servers address add 10.0.1.201/32 dev lo
	on_servers address add 10.0.1.202/32 dev lo
	on_servers address add 10.0.0.201/32 dev lo
	ip -n "$router" route add 10.0.1.201 via $LEV_IP
	ip -n "$router" route add 10.0.1.202 via $LEV_IP
	on_all "service add lev0 10.0.1.201 proto tcp port 80
		service add lev0 10.0.1.202 hash source
		address add lev0 10.0.0.201
		service add lev0 10.0.0.201 proto tcp"
	[[ $(who http://10.0.1.201/ 1) =~ ^srv[12]=1$ ]]
	check_err $? "port 80 is not served"
	send_by 2
	had=$(lev_stat 2 packets_forwarded)
	send_flows 10 10.0.1.201 80
	get http://10.0.1.201:81/ -m 1 2>/dev/null
	check_fail $? "another port is served"
	check_eq "$(lev_stat 2 packets_forwarded)" "$had" "packets of another protocol or port"
	send_by_turn
	log_test "a service of one port catches no other port and no other protocol"
}

hash_source()
{
	[[ $(who http://10.0.1.202/ 12) =~ ^srv[12]=12$ ]]
	check_err $? "a client's connections go to several servers"
	log_test "hash source keeps a client on one server"
}

# The servers' answers come back through the levelers from an address that is the levelers' own
# too; without accept_local the kernel takes them for a lie.
direct()
{
	local i

	for i in 1 2; do
		in_ns "$(lev_ns $i)" sysctl -qw net.ipv4.conf.back.accept_local=1
	done
	both_answer http://10.0.0.201/ "$router"
	router_mac 10.0.0.201 | grep -q '^02:4c:76:00:07:'
	check_err $? "who answers: $(router_mac 10.0.0.201)"
	log_test "a ServIP on Net A itself is answered for and served"
}

ttl()
{
	local had

	send_by 1
	had=$(lev_stat 1 packets_passed)
	in_ns "$client" ping -n -t 2 -c 1 -W 5 $SERV_IP >"$LEV_TMP/ping"
	grep -q 'From 10.0.0.101 .*Time to live exceeded' "$LEV_TMP/ping"
	check_err $? "ping: $(cat "$LEV_TMP/ping")"
	check_eq "$(lev_stat 1 packets_passed)" $((had + 1)) "packets_passed"
	log_test "a packet of TTL 1 is answered with time exceeded"
}

mtu()
{
	local had

	ip -n "$lev1" link set back mtu 1300
	had=$(lev_stat 1 packets_forwarded)
	in_ns "$client" ping -n -M "do" -s 1272 -c 1 -W 5 $SERV_IP >/dev/null
	check_err $? "a packet that just fits is not answered"
	check_eq "$(lev_stat 1 packets_forwarded)" $((had + 1)) "packets_forwarded"
	in_ns "$client" ping -n -M "do" -s 1273 -c 1 -W 5 $SERV_IP >"$LEV_TMP/ping"
	grep -qE 'From 10.0.0.101 .*Frag needed .*mtu = 1300' "$LEV_TMP/ping"
	check_err $? "ping: $(cat "$LEV_TMP/ping")"
	check_eq "$(lev_stat 1 packets_forwarded)" $((had + 1)) "packets_forwarded"
	ip -n "$lev1" link set back mtu 1500
	log_test "a packet larger than the back MTU is answered with fragmentation needed"
}

levip()
{
	local i had

	for i in 1 2; do
		send_by $i
		had=$(lev_stat $i packets_forwarded)
		in_ns "$client" ping -n -q -c 1 -W 5 $LEV_IP >/dev/null
		check_err $? "leveler $i does not answer a ping to LevIP"
		check_eq "$(lev_stat $i packets_forwarded)" "$had" "packets_forwarded of leveler $i"
	done
	log_test "a packet to LevIP itself is the leveler's own"
}

no_server()
{
	local had forwarded

	srv_cut 1
	srv_cut 2
	wait_no_server 2
	send_by 2
	had=$(lev_stat 2 packets_no_server)
	forwarded=$(lev_stat 2 packets_forwarded)
	send_flows 25
	busywait 5000 lib_file_is "$(lev_sysfs 2)/lev0/leveler/packets_no_server" \
		$((had + 25)) >/dev/null
	check_err $? "packets_no_server $(lev_stat 2 packets_no_server), not $had + 25"
	check_eq "$(lev_stat 2 packets_forwarded)" "$forwarded" "packets_forwarded"
	srv_heal 1
	lev_wait_state 2 active 15000
	check_err $? "not active again"
	check_eq "$(who http://$SERV_IP/ 3)" "srv1=3" "after healing server 1"
	log_test "no server: dropped and counted; served again when one is back"
	lev_topology_end
}

figure2()
{
	lev_topology levelers=2 servers=2 netc=1
	lev_load && lev_setup_all
	check_err $? "no cluster"
	start_http_all
	check_err $? "no HTTP server"
	capture_start netc "$router2" eth0 src host $SERV_IP
	capture_start back1 "$lev1" back src host $SERV_IP
	capture_start back2 "$lev2" back src host $SERV_IP
	both_answer http://$SERV_IP/
	capture_stop netc
	capture_stop back1
	capture_stop back2
	[ "$(capture_count netc)" -ge 48 ]
	check_err $? "$(capture_count netc) frames through Net C"
	check_eq "$(capture_count back1) $(capture_count back2)" "0 0" "answers through the levelers"
	log_test "figure 2: there through the levelers, back through Net C"
	lev_topology_end
}

onearm()
{
	lev_topology levelers=2 servers=2 onearm=1
	lev_load && lev_setup_all
	check_err $? "no cluster"
	start_http_all
	check_err $? "no HTTP server"
	both_answer http://$SERV_IP/
	[ $(($(lev_stat 1 packets_forwarded) + $(lev_stat 2 packets_forwarded))) -ge 64 ]
	check_err $? "too few packets forwarded"
	check_eq "$(levctl_on 1 -j status lev0 | jq -c '.[0] | [.front, .back]')" '["front","front"]' \
		"front and back"
	log_test "one arm: front and back are one device"
}

require_command nginx
require_command tcpdump
require_command python3
tests_run

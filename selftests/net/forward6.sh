#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What happens to an IPv6 packet for a service: the twin of forward.sh. The router is told by
# hand where to send, so that each leveler can be looked at alone.
# needs: module
# timeout: 600

ALL_TESTS="figure1 rewrite same_server fragments icmp_errors explains port_only hash_source hop_limit
	mtu extension own_address ask_by_nd no_server figure2 onearm"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"

LEV_FAMILY=6
# shellcheck source=selftests/net/flows.sh
. "$(dirname "$0")/flows.sh"

# begin [TOPOLOGY WORD]...: a cluster that serves IPv6 by servers that it knows by IPv4
begin()
{
	lev_topology levelers=2 servers=2 "$@"
	lev_load && lev_setup_all && start_http_all
	check_err $? "no cluster"
	send_by 1
	on_all "service add lev0 $SERV_IP6"
}

# sent_by I: until leveler I has forwarded the flows that COMMAND sends
sent_by()
{
	local i=$1 had
	shift

	had=$(lev_stat "$i" packets_forwarded)
	"$@"
	lev_wait_stat "$i" packets_forwarded $((had + 50)) 5000
	check_err $? "leveler $i did not forward 50"
}

figure1()
{
	begin
	capture_start answer "$router" eth0 src host $SERV_IP6
	both_answer "http://[$SERV_IP6]/"
	get -r 0-1999999 "http://[$SERV_IP6]/big" -o "$LEV_TMP/big"
	check_eq "$(stat -c %s "$LEV_TMP/big")" 2000000 "size of a download"
	capture_stop answer
	[ "$(capture_count answer "ether src $(lev_mac 1)")" -gt 0 ] &&
		[ "$(capture_count answer "ether src $(lev_mac 2)")" -gt 0 ]
	check_err $? "answers do not come back through both levelers"
	log_test "figure 1: HTTP there and back through the levelers, both servers serve"
}

rewrite()
{
	local had

	had=$(lev_stat 1 bytes_forwarded)
	capture_start netb "$lev1" back udp port 7
	sent_by 1 send_flows 50
	capture_stop netb
	check_eq "$(lev_stat 1 bytes_forwarded)" $((had + 50 * 80)) "bytes"
	# 64, less one by the router, less one by the leveler
	check_eq "$(capture_count netb "udp dst port 7 and dst host $SERV_IP6 and ip6[7] = 62 and
		ether src $(lev_mac 1 back) and (ether dst $(srv_mac 1) or ether dst $(srv_mac 2))")" \
		50 "right frames on Net B"
	log_test "rewrite: hop limit less one, MAC addresses right, counted to the byte"
}

same_server()
{
	local i

	for i in 1 2; do
		capture_start "srv$i" "$(srv_ns $i)" eth0 udp dst port 7
	done
	for i in 1 2; do
		send_by $i
		sent_by $i send_flows 50
	done
	for i in 1 2; do
		capture_stop "srv$i"
	done
	for i in 1 2; do
		capture_read "srv$i" | sed -nE "s/.* fd00:f::2\.(41[0-9]+) > .*/srv$i \1/p"
	done | sort | uniq -c >"$LEV_TMP/flows"
	check_eq "$(wc -l <"$LEV_TMP/flows")" 50 "flows and their servers"
	check_eq "$(awk '$1 != 2' "$LEV_TMP/flows")" "" "flows that did not come twice to a server"
	for i in 1 2; do
		check_between "$(grep -c "srv$i" "$LEV_TMP/flows")" 10 40 "flows on server $i of 50"
	done
	log_test "both levelers pick the same server for each of 50 flows"
}

# serve_too ADDRESS: all servers have it, the router sends it to LevIP
serve_too()
{
	on_servers address add "$1/128" dev lo
	ip -n "$router" route add "$1" via $LEV_IP6
}

port_only()
{
	local had

	serve_too fd00:b::201
	serve_too fd00:b::202
	on_all "service add lev0 fd00:b::201 proto tcp port 80
		service add lev0 fd00:b::202 hash source"
	[[ $(who "http://[fd00:b::201]/" 1) =~ ^srv[12]=1$ ]]
	check_err $? "port 80 is not served"
	had=$(lev_stat 2 packets_forwarded)
	send_flows 10 fd00:b::201 80
	get "http://[fd00:b::201]:81/" -m 1 2>/dev/null
	check_fail $? "another port is served"
	check_eq "$(lev_stat 2 packets_forwarded)" "$had" "packets of another protocol or port"
	log_test "a service of one port catches no other port and no other protocol"
}

hash_source()
{
	[[ $(who "http://[fd00:b::202]/" 12) =~ ^srv[12]=12$ ]]
	check_err $? "a client's connections go to several servers"
	log_test "hash source keeps a client on one server"
}

hop_limit()
{
	local had

	send_by 1
	had=$(lev_stat 1 packets_passed)
	in_ns "$client" ping -n -t 2 -c 1 -W 5 $SERV_IP6 >"$LEV_TMP/ping"
	grep -q 'From fd00:a::101 .*Time exceeded: Hop limit' "$LEV_TMP/ping"
	check_err $? "ping: $(cat "$LEV_TMP/ping")"
	check_eq "$(lev_stat 1 packets_passed)" $((had + 1)) "packets_passed"
	log_test "a packet of hop limit 1 is answered with time exceeded"
}

mtu()
{
	local had

	ip -n "$lev1" link set back mtu 1400
	had=$(lev_stat 1 packets_forwarded)
	in_ns "$client" ping -n -M "do" -s 1352 -c 1 -W 5 $SERV_IP6 >/dev/null
	check_err $? "a packet that just fits is not answered"
	check_eq "$(lev_stat 1 packets_forwarded)" $((had + 1)) "packets_forwarded"
	in_ns "$client" ping -n -M "do" -s 1353 -c 1 -W 5 $SERV_IP6 >"$LEV_TMP/ping"
	grep -qE 'From fd00:a::101 .*Packet too big: mtu=1400' "$LEV_TMP/ping"
	check_err $? "ping: $(cat "$LEV_TMP/ping")"
	check_eq "$(lev_stat 1 packets_forwarded)" $((had + 1)) "packets_forwarded"
	ip -n "$lev1" link set back mtu 1500
	log_test "a packet larger than the back MTU is answered with packet too big"
}

# send_dstopts COUNT: UDP behind a header of destination options, from ports 41000 on
send_dstopts()
{
	in_ns "$client" /usr/bin/python3 - "$1" <<-TEXT
		import socket, sys
		for i in range(int(sys.argv[1])):
		    s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
		    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_DSTOPTS, b"\0\0\1\4\0\0\0\0")
		    s.bind(("", 41000 + i))
		    s.sendto(bytes(32), ("$SERV_IP6", 7))
	TEXT
}

extension()
{
	capture_start srv1 "$srv1" eth0 dst host $SERV_IP6
	sent_by 1 send_flows 50
	sent_by 1 send_dstopts 50
	capture_stop srv1
	capture_read srv1 -v | grep -oP '41\d{3}(?= > )' | sort | uniq -c >"$LEV_TMP/flows"
	check_between "$(wc -l <"$LEV_TMP/flows")" 10 40 "flows on server 1 of 50"
	check_eq "$(awk '$1 != 2' "$LEV_TMP/flows")" "" "flows that did not come twice"
	log_test "extension headers lead a packet to no other server"
}

own_address()
{
	local had

	had=$(lev_stat 1 packets_forwarded)
	in_ns "$router" ping -n -q -c 1 -W 5 fd00:a::101 >/dev/null
	check_err $? "leveler 1 does not answer a ping to its own address"
	check_eq "$(lev_stat 1 packets_forwarded)" "$had" "packets_forwarded"
	log_test "a packet to the leveler itself is its own"
}

# serves I ADDRESS true|false: leveler I reaches that server of pool six and all use it, or neither
serves()
{
	levctl_on "$1" -j server show lev0 | jq -e ".[] |
		select(.address == \"$2\" and .pool == \"six\") | .reached == $3 and .up == $3"
}

ask_by_nd()
{
	serve_too fd00:b::203
	on_all "service add lev0 fd00:b::203 pool six
		server add lev0 fd00:b::101 pool six
		server add lev0 fd00:b::102 pool six"
	busywait 10000 serves 1 fd00:b::101 true >/dev/null && busywait 10000 serves 1 fd00:b::102 true >/dev/null
	check_err $? "servers are not reached: $(levctl_on 1 server show lev0)"
	check_eq "$(levctl_on 1 -j server show lev0 |
		jq -r '.[] | select(.address == "fd00:b::102") | .mac')" "$(srv_mac 2)" "MAC of server 2"
	both_answer "http://[fd00:b::203]/"
	srv_cut 2
	busywait 15000 serves 1 fd00:b::102 false >/dev/null
	check_err $? "that server 2 is gone is not seen"
	check_eq "$(who "http://[fd00:b::203]/" 8)" "srv1=8" "without server 2"
	srv_heal 2
	busywait 15000 serves 1 fd00:b::102 true >/dev/null
	check_err $? "that server 2 is back is not seen"
	log_test "servers with IPv6 addresses are found, lost and found again by ND"
}

no_server()
{
	local had

	srv_cut 1
	srv_cut 2
	wait_no_server 1
	had=$(lev_stat 1 packets_no_server)
	send_flows 25
	lev_wait_stat 1 packets_no_server $((had + 25)) 5000
	check_err $? "packets are not counted"
	log_test "no server: dropped and counted"
	lev_topology_end
}

figure2()
{
	begin netc=1
	capture_start netc "$router2" eth0 src host $SERV_IP6
	capture_start back1 "$lev1" back src host $SERV_IP6
	both_answer "http://[$SERV_IP6]/"
	capture_stop netc
	capture_stop back1
	[ "$(capture_count netc)" -ge 48 ]
	check_err $? "$(capture_count netc) frames through Net C"
	check_eq "$(capture_count back1)" 0 "answers through the leveler"
	log_test "figure 2: there through the levelers, back through Net C"
	lev_topology_end
}

onearm()
{
	begin onearm=1
	both_answer "http://[$SERV_IP6]/"
	log_test "one arm: front and back are one device"
}

require_command nginx
require_command tcpdump
require_command python3
tests_run

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The test bed itself, without Leveler: both figures route, stay silent about ServIP, can be cut.
# needs: root
# timeout: 120

ALL_TESTS="figure1 silent_servip cut figure2 onearm"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"

get()
{
	in_ns "$client" curl -sS -m 5 "$@"
}

# The first leveler as a plain router that knows by hand which server has ServIP.
by_hand()
{
	lev_route 10.0.0.101 fd00:a::101
	ip -n "$lev1" neighbour replace $SERV_IP lladdr "$(srv_mac 1)" dev $LEV_BACK
	ip -n "$lev1" neighbour replace $SERV_IP6 lladdr "$(srv_mac 1)" dev $LEV_BACK
}

figure1()
{
	lev_topology levelers=2 servers=2
	start_http_all
	check_err $? "no HTTP server"
	by_hand
	check_eq "$(get http://$SERV_IP/)" srv1 "IPv4 by ServIP"
	check_eq "$(get "http://[$SERV_IP6]/")" srv1 "IPv6 by ServIP"
	check_eq "$(get -D - -o /dev/null http://$SERV_IP/ | tr -d '\r' | grep -i x-server)" \
		"X-Server: srv1" "header"
	log_test "figure 1 routes, IPv4 and IPv6"

	capture_start answer "$lev1" back src host $SERV_IP
	get http://$SERV_IP/big -o "$LEV_TMP/big"
	check_eq "$(stat -c %s "$LEV_TMP/big")" $((16 << 20)) "size"
	capture_stop answer
	[ "$(capture_count answer)" -gt 0 ]
	check_err $? "the answer did not come back through leveler 1"
	get 'http://10.0.1.200/big?rate=10k' -m 1 -o "$LEV_TMP/slow" 2>/dev/null
	check_between "$(stat -c %s "$LEV_TMP/slow")" 1 100000 "size after 1 s at 10 kB/s"
	log_test "servers answer through the levelers, long downloads at a rate"
}

silent_servip()
{
	local answers

	answers=$(in_ns "$lev1" arping -c 2 -w 2 -I back $SERV_IP | grep -c reply)
	check_eq "$answers" 0 "ARP answers for ServIP"
	in_ns "$lev1" arping -q -c 1 -w 2 -I back 10.0.1.101
	check_err $? "no ARP answer for the server's own address"
	ip -n "$lev2" neighbour flush dev back
	in_ns "$lev2" ping -q -c 1 -W 1 $SERV_IP6 >/dev/null
	check_fail $? "somebody answers ND for ServIP"
	log_test "servers are silent about ServIP"
}

cut()
{
	lev_cut 1
	get http://$SERV_IP/ -m 1 2>/dev/null
	check_fail $? "a leveler that is cut still forwards"
	check_eq "$(ip netns exec "$lev1" cat /sys/class/net/front/carrier)" 1 "carrier"
	lev_heal 1
	check_eq "$(get http://$SERV_IP/)" srv1 "after healing"
	log_test "a leveler is cut without a sign, and healed"
	lev_topology_end
}

figure2()
{
	lev_topology levelers=1 servers=2 netc=1
	start_http_all
	by_hand
	capture_start answer "$router2" eth0 src host $SERV_IP
	check_eq "$(get http://$SERV_IP/)" srv1 "IPv4"
	check_eq "$(get "http://[$SERV_IP6]/")" srv1 "IPv6"
	capture_stop answer
	[ "$(capture_count answer)" -gt 0 ]
	check_err $? "the answer did not come through Net C"
	log_test "figure 2: servers answer through Net C"
	lev_topology_end
}

onearm()
{
	lev_topology levelers=2 servers=1 onearm=1
	start_http_all
	by_hand
	check_eq "$(get http://$SERV_IP/)" srv1 "IPv4"
	check_eq "$(get "http://[$SERV_IP6]/")" srv1 "IPv6"
	log_test "one arm: front and back are one device"
}

require_command nginx
require_command tcpdump
tests_run

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# One leveler answers by MAC addresses of lanes, the other's front is a macvlan, so it answers by its
# own: then askers are told of moves between them, by both. LEV_FAMILY says which addresses the client
# uses (vmac-mixed6.sh).
# needs: module
# timeout: 120
# time-travel: yes

ALL_TESTS="begin drain undrain crash heal"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/meter.sh
. "$(dirname "$0")/meter.sh"
# shellcheck source=selftests/net/watch.sh
. "$(dirname "$0")/watch.sh"

# shellcheck disable=SC2034 # these are read by cluster.sh
LEV_GATEWAY=10.0.1.254
# shellcheck disable=SC2034
LEV_GATEWAY6=fd00:b::fe
# shellcheck disable=SC2034
LEV_LEVIPS="$LEV_IP $LEV_IP6"
# shellcheck disable=SC2034
LEV_SERVIPS="$SERV_IP $SERV_IP6"
# shellcheck disable=SC2034
LEV_MAC=virtual

# What is below has no address, but its kernel would answer for LevIP there, too.
front_on_macvlan()
{
	ip -n "$(lev_ns 2)" -batch - <<-TEXT
		address flush dev front
		link set front down
		link set front name under
		link set under up
		link add link under name front type macvlan mode bridge
		link set front up
		address add 10.0.0.102/24 dev front
		address add fd00:a::102/64 dev front nodad
		route add default via 10.0.0.1
		route add default via fd00:a::1
	TEXT
	in_ns "$(lev_ns 2)" sh -c "echo 1 >/proc/sys/net/ipv4/conf/under/arp_ignore"
}

mac_in_force()
{
	levctl_on "$1" -j status lev0 | jq -r '.[0].macs.front.mac'
}

# mac_of_nodes I: of each node, as leveler I knows it
mac_of_nodes()
{
	levctl_on "$1" -j status lev0 | jq -r '.[0].nodes | map(.mac) | join(" ")'
}

router_uses_lane()
{
	[[ $(router_mac) = 02:4c:76:00:07:* ]]
}

# wait_lane: until the router sends to a lane's MAC address, as leveler 1 answers
wait_lane()
{
	busywait 3000 router_uses_lane
	check_err $? "the router does not send to a lane, but to '$(router_mac)'"
}

begin()
{
	lev_load && lev_topology levelers=2 servers=2 && front_on_macvlan && start_http_all &&
		start_echo_all && lev_setup_all lanes 1 period 0
	check_err $? "no cluster"
	check_eq "$(mac_in_force 1) $(mac_in_force 2)" "virtual physical" "MAC addresses in force"
	check_eq "$(mac_of_nodes 1) $(mac_of_nodes 2)" "virtual mixed virtual mixed" \
		"MAC addresses as all levelers show them"
	# The only lane is the first node's.
	meter_start first --udp 100 --http 20
	check_err $? "ServIP does not answer"
	wait_lane
	more first 50
	meter_stop first
	nothing_lost first
	log_test "a leveler with lanes' MAC addresses and one with its own serve"
}

drain()
{
	meter_start drain --udp 100 --http 20
	levctl_on 1 node set lev0 1 state drain
	check_err $? "cannot drain"
	wait_router 2
	more drain 50
	meter_stop drain
	nothing_lost drain
	check_eq "$(meter_get drain .cache_changes)" 1 "changes of the router's entry"
	log_test "a lane goes to the one with its own MAC address, nothing is lost"
}

undrain()
{
	meter_start undrain --udp 100 --http 20
	levctl_on 1 node set lev0 1 state active
	check_err $? "cannot end the drain"
	wait_lane
	more undrain 50
	meter_stop undrain
	nothing_lost undrain
	check_eq "$(meter_get undrain .cache_changes)" 1 "changes of the router's entry"
	log_test "it comes back, nothing is lost"
}

crash()
{
	meter_start crash --udp 100 --http 20
	lev_cut 1
	wait_router 2
	more crash 100
	meter_stop crash
	check_eq "$(meter_get crash .http.failed)" 0 "failed requests"
	check_eq "$(meter_get crash .cache_changes)" 1 "changes of the router's entry"
	log_test "the one with lanes' MAC addresses dies"
}

# Who has its own address and dies, after the other was there again, leaves askers that know it.
heal()
{
	lev_heal 1
	wait_lane
	levctl_on 1 node set lev0 1 state drain
	wait_router 2
	levctl_on 1 node set lev0 1 state active && lev_cut 2
	check_err $? "cannot end the drain"
	meter_start heal --udp 100 --http 20
	check_err $? "ServIP does not answer"
	wait_lane
	more heal 50
	meter_stop heal
	log_test "the one with its own MAC address dies"
}

require_command nginx
require_command jq
tests_run

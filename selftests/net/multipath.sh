#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A router that has several LevIPs as next hops of one route uses as many levelers at once, as its
# lanes for them are evenly spaced; and when one of these dies, what went there goes to another.
# LEV_FAMILY says of which family route and addresses are (multipath6.sh).
# needs: module
# timeout: 300
# time-travel: yes

ALL_TESTS="three_at_once drain crash"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/meter.sh
. "$(dirname "$0")/meter.sh"
# shellcheck source=selftests/net/watch.sh
. "$(dirname "$0")/watch.sh"

read -ra levips <<<"$(by_family "10.0.0.200 10.0.0.201 10.0.0.202" "fd00:a::c8 fd00:a::c9 fd00:a::ca")"
# shellcheck disable=SC2034 # these are read by cluster.sh
LEV_LEVIPS=${levips[*]}
LEV_SERVIPS=$(by_family $SERV_IP $SERV_IP6)
# shellcheck disable=SC2034
LEV_GATEWAY=10.0.1.254
# shellcheck disable=SC2034
LEV_GATEWAY6=fd00:b::fe
# It tells levelers by the MAC addresses that the router has for LevIPs.
# shellcheck disable=SC2034
LEV_MAC=physical

# Whole flows are hashed to next hops, not pairs of hosts.
multipath_route()
{
	local levip hops=()

	for levip in "${levips[@]}"; do
		hops+=(nexthop via "$levip" dev eth0)
	done
	in_ns "$router" sh -c "echo 1 >/proc/sys/net/$(by_family ipv4 ipv6)/fib_multipath_hash_policy" &&
		ip -n "$router" "-$LEV_FAMILY" route replace "$LEV_SERVIPS" "${hops[@]}"
}

# leveler_at LEVIP: whose MAC address the router has for it
leveler_at()
{
	local i mac

	mac=$(router_mac "$1")
	for ((i = 1; i <= LEV_LEVELERS; i++)); do
		[ "$mac" != "$(lev_mac $i)" ] || echo $i
	done
}

# All that the router uses now, in order of its next hops
used()
{
	local levip

	for levip in "${levips[@]}"; do
		leveler_at "$levip"
	done | xargs
}

# used_are COUNT LEVELER...: three next hops lead to so many levelers, all of these
used_are()
{
	local count=$1 now
	shift

	now=$(used)
	[ "$(wc -w <<<"$now")" -eq 3 ] && [ "$(tr ' ' '\n' <<<"$now" | sort -u | wc -l)" -eq "$count" ] &&
		[ "$(tr ' ' '\n' <<<"$now" | sort -u | xargs)" = "$*" ]
}

# carried NAME: how many packets each leveler forwarded since, as "N N N"
carried()
{
	local i n=()

	for ((i = 1; i <= LEV_LEVELERS; i++)); do
		n+=($(($(lev_stat $i packets_forwarded) - before[i])))
	done
	echo "${n[*]}"
}

remember_carried()
{
	local i

	for ((i = 1; i <= LEV_LEVELERS; i++)); do
		before[i]=$(lev_stat $i packets_forwarded)
	done
}

three_at_once()
{
	local before=() n sum

	lev_load && lev_topology levelers=3 servers=2 && start_http_all && start_echo_all &&
		lev_setup_all lanes 12 period 0 && multipath_route
	check_err $? "no cluster"
	meter_start first --udp 50 --http 50
	check_err $? "ServIP does not answer"
	busywait 5000 used_are 3 1 2 3
	check_err $? "the router's next hops lead to levelers $(used)"
	remember_carried
	more first 100
	meter_stop first
	nothing_lost first
	read -ra n <<<"$(carried)"
	sum=$((n[0] + n[1] + n[2]))
	# Each probe and each request is a flow of its own.
	check_between "${n[0]}" $((sum / 6)) $((sum / 2)) "packets of $sum by leveler 1"
	check_between "${n[1]}" $((sum / 6)) $((sum / 2)) "packets of $sum by leveler 2"
	check_between "${n[2]}" $((sum / 6)) $((sum / 2)) "packets of $sum by leveler 3"
	log_test "one router uses three levelers at once, by three LevIPs" "packets ${n[*]}"
}

drain()
{
	meter_start drain --udp 100 --http 20
	levctl_on 2 node set lev0 2 state drain
	check_err $? "cannot drain"
	busywait 3000 used_are 2 1 3
	check_err $? "the router's next hops lead to levelers $(used)"
	more drain 50
	levctl_on 2 node set lev0 2 state active
	check_err $? "cannot end the drain"
	busywait 3000 used_are 3 1 2 3
	check_err $? "the router's next hops lead to levelers $(used)"
	more drain 50
	meter_stop drain
	nothing_lost drain
	log_test "one of them is drained and comes back, nothing is lost"
}

# Of three flows one goes to the dead one, until another has its lanes.
crash()
{
	local gap late

	meter_start crash --udp 100 --http 20
	lev_cut 3
	busywait 3000 used_are 2 1 2
	check_err $? "the router's next hops lead to levelers $(used)"
	more crash 100
	meter_stop crash
	gap=$(meter_get crash '.udp.gap_ms | floor')
	late=$(meter_get crash '.late_ms | ceil')
	check_between "$(meter_get crash .udp.lost)" 1 $(((500 + late) / 10)) "lost probes"
	check_eq "$(meter_get crash .http.failed)" 0 "failed requests"
	log_test "one of them dies" "$(meter_get crash .udp.lost) probes lost, longest gap $gap ms"
}

require_command nginx
require_command jq
tests_run

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Neighbour Discovery for an IPv6 LevIP: the twin of one-answer.sh. Each solicitation gets exactly one
# answer at any moment, to a group or to one leveler, also while lanes move; a real router follows;
# Duplicate Address Detection finds LevIP taken; who else claims it is reported.
# needs: module
# timeout: 300
# time-travel: yes

ALL_TESTS="turning_lane turning_lanes router_follows one_leveler other_side own_requests groups
	down explains dad conflict"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck disable=SC2034 # read by cluster.sh
LEV_FAMILY=6
# shellcheck source=selftests/net/asking.sh
. "$(dirname "$0")/asking.sh"

# It tells levelers by the MAC address in the router's entry: vmac.sh is of the others.
# shellcheck disable=SC2034 # read by cluster.sh
LEV_MAC=physical

# shellcheck disable=SC2034 # read by cluster.sh
LEV_LEVIPS="$LEV_IP $LEV_IP6"
group=ff02::1:ff00:200
advert="icmp6 and ip6[40] = 136"
solicit="icmp6 and ip6[40] = 135"

# The router's own cache, while it speaks to LevIP.
router_follows()
{
	local i seen=

	reshape lanes 1 period 3s
	start_in_ns "$router" ping -q -i 0.1 -c 70 -W 1 $LEV_IP6 >"$LEV_TMP/ping"
	for ((i = 0; i < 35; i++)); do
		lib_sleep 0.2
		seen+="$(router_mac $LEV_IP6)"$'\n'
	done
	wait "$started_pid"
	check_err $? "no answer from LevIP"
	grep -q '70 received, 0%' "$LEV_TMP/ping"
	check_err $? "pings lost: $(grep received "$LEV_TMP/ping")"
	check_eq "$(sort -u <<<"$seen" | grep -c :)" 3 "MAC addresses in the router's entry"
	ip -n "$router" -6 neighbour show $LEV_IP6 dev eth0 | grep -q router
	check_err $? "LevIP is no router"
	log_test "the router's entry follows the turns, no ping is lost"
}

# Each machine asks each leveler alone, as a host does that verifies its entry.
one_leveler()
{
	local i

	reshape lanes 16 period 0
	lib_sleep 2.5
	capture_start probes "$router" eth0 icmp6
	for i in 1 2 3; do
		ask_from "$router" 40 "" "$(lev_mac "$i")" 1000
	done
	capture_stop probes
	check_eq "$(capture_count probes "$(frames Q)")" 120 "solicitations"
	check_eq "$(capture_read probes "$(frames A)" | awk '{ print $4 }' | sort | uniq -c |
		awk '{ print $1 }' | sort | uniq -c | xargs)" "40 1" "machines with answers"
	check_eq "$(capture_count probes "$(frames W)")" 0 "wrong answers"
	# Router, Solicited, Override
	check_eq "$(capture_count probes "$(frames A) and ip6[44] = 0xe0 and src host $LEV_IP6 and
		ip6[7] = 255")" 40 "answers with flags RSO"
	log_test "asked alone, a leveler answers for its lanes only"
}

other_side()
{
	capture_start asked "$srv1" eth0 "ether[6:2] = 0x02aa or ($advert and src host $LEV_IP6)"
	ask_from "$srv1" 20
	in_ns "$srv1" ping -q -c 1 -W 2 fd00:b::1 >/dev/null
	check_err $? "a leveler's own address is not answered for"
	capture_stop asked
	check_eq "$(capture_count asked)" 20 "frames about LevIP on Net B, all of them solicitations"
	log_test "LevIP of the front is not answered for on Net B"
}

# A leveler speaks from LevIP to somebody whose MAC address it does not know.
own_requests()
{
	local i

	slowwait 20 stands_still asker_probes
	check_err $? "the levelers go on asking askers"
	capture_start front "$router" eth0 icmp6
	capture_start back "$srv1" eth0 icmp6
	for i in 1 2 3; do
		ip -n "$(lev_ns "$i")" neighbour del fd00:a::1 dev front 2>/dev/null
		ip -n "$(lev_ns "$i")" neighbour del fd00:b::101 dev back 2>/dev/null
		in_ns "$(lev_ns "$i")" ping -q -c 1 -W 0.2 -I $LEV_IP6 fd00:a::1 >/dev/null
		in_ns "$(lev_ns "$i")" ping -q -c 1 -W 0.2 -I $LEV_IP6 fd00:b::101 >/dev/null
	done
	capture_stop front
	capture_stop back
	for i in 1 2 3; do
		[ "$(capture_count front "ether src $(lev_mac "$i") and $solicit")" -gt 0 ]
		check_err $? "leveler $i did not ask for the router"
		[ "$(capture_count back "ether src $(lev_mac "$i" back) and $solicit")" -gt 0 ]
		check_err $? "leveler $i did not ask for the server"
	done
	check_eq "$(capture_count front "$solicit and src host $LEV_IP6")" 0 \
		"solicitations from LevIP, front"
	check_eq "$(capture_count back "$solicit and src host $LEV_IP6")" 0 \
		"solicitations from LevIP, back"
	log_test "no solicitation of a leveler comes from LevIP"
}

in_group()
{
	ip -n "$lev1" maddress show dev "$1" | grep -q "$group"
}

groups()
{
	local i

	in_group front
	check_err $? "front is not in the group"
	in_group back
	check_fail $? "back is in the group"
	capture_start mld "$router" eth0 "ip6[6] = 0 and ip6[48] = 143"
	ip -n "$lev1" link set front down
	ip -n "$lev1" link set front up
	in_group front && ip -n "$lev1" maddress show dev front | grep -q 33:33:ff:00:02:00
	check_err $? "front is not in the group after down and up"
	lib_sleep 3
	capture_stop mld
	[ "$(capture_read mld -v "ether src $(lev_mac 1)" | grep -c "$group")" -gt 0 ]
	check_err $? "MLD did not report it"
	# Less than IPv6 needs: it is gone from the device, and comes back.
	ip -n "$lev1" link set front mtu 1000
	in_group front
	check_fail $? "a device without IPv6 is in the group"
	ip -n "$lev1" link set front mtu 1500
	in_group front
	check_err $? "front is not in the group after IPv6 came back"
	ip -n "$lev1" address replace fd00:a::101/64 dev front
	ip -n "$lev1" route replace default via fd00:a::1
	levctl_on 1 address del lev0 $LEV_IP6
	levctl_on 2 address del lev0 $LEV_IP6
	levctl_on 3 address del lev0 $LEV_IP6
	busywait 5000 lib_not in_group front
	check_err $? "front is in the group of an address that was removed"
	for i in 1 2 3; do
		levctl_on "$i" address add lev0 $LEV_IP6
		check_err $? "leveler $i refuses the address"
	done
	busywait 5000 in_group front
	check_err $? "front is not in the group of an address that was added"
	for i in 1 2 3; do
		lev_wait_state "$i" active 15000
		check_err $? "leveler $i does not come back"
	done
	log_test "front is in LevIP's group, and stays there"
}

lib_not()
{
	! "$@"
}

down()
{
	ip -n "$lev1" link set lev0 down
	capture_start silent "$router" eth0 "$advert and ether src $(lev_mac 1)"
	ask_from "$router" 20 "" "$(lev_mac 1)" 2000
	capture_stop silent
	check_eq "$(capture_count silent "$(frames A)")" 0 "answers while lev0 is down"
	ip -n "$lev1" link set lev0 up
	lev_wait_state 1 active 15000
	check_err $? "it does not come back"
	[ -n "$(ip -n "$lev1" -6 address show dev lev0 to $LEV_IP6)" ]
	check_err $? "LevIP is not on lev0 any more"
	log_test "lev0 goes down and up: silent, and LevIP is there again"
}

# Machine 3000 has asked from an address that tells nothing of its MAC address.
explains()
{
	local lane owner i

	lib_sleep 1
	capture_start asked "$router" eth0 icmp6
	ask_from "$router" 1 fd00:a::77 "" 3000
	capture_stop asked
	for i in 1 2 3; do
		levctl_on "$i" -j explain lev0 src fd00:a::77 dst $LEV_IP6 >"$LEV_TMP/explain"
		lane=$(jq '.lanes[0].lane' "$LEV_TMP/explain")
		owner=$(jq '.lanes[0].owner' "$LEV_TMP/explain")
		check_eq "$(levctl_on "$i" -j explain lev0 src fe80::aa:ff:fe00:bb8 dst $LEV_IP6 |
			jq '.lanes[0].lane')" "$lane" "leveler $i's lane of its link-local address"
		check_eq "$(capture_count asked "$(frames A) and
			ether src $(lev_mac "$owner")")" 1 "answers of leveler $owner"
	done
	check_eq "$(levctl_on 1 -j explain lev0 src fd00:a::78 dst $LEV_IP6 |
		jq '.lanes | length')" 0 "lanes of one that has not asked"
	log_test "levctl explain names the lane of an asker" "lane $lane, owner $owner"
}

# A Linux host takes LevIP, as an address that it looks for first.
dad()
{
	local i answers

	slowwait 20 stands_still announcements
	check_err $? "the levelers go on announcing"
	setup_ns_with "net/ipv6/conf/all/accept_dad=1 net/ipv6/conf/default/accept_dad=1" intruder
	lib_cable intruder-a neta "$intruder" eth0 | ip -n "$wire" -batch -
	ip -n "$intruder" link set eth0 address 02:bb:00:00:00:01
	ip -n "$intruder" link set eth0 up
	for i in 1 2 3; do
		check_eq "$(lev_stat "$i" conflicts)" 0 "leveler $i's conflicts before"
	done
	start_in_ns "$lev1" "$LEVCTL" -j monitor lev0 >"$LEV_TMP/events"
	lib_sleep 0.3
	answers="$advert and src host $LEV_IP6 and dst host ff02::1"
	capture_start dad "$router" eth0 "$answers"
	ip -n "$intruder" address add $LEV_IP6/64 dev eth0
	busywait 5000 has_failed
	check_err $? "Linux takes LevIP for free"
	capture_stop dad
	# Router, Override; not Solicited
	check_eq "$(capture_count dad "$answers and ip6[44] = 0xa0 and
		ether dst 33:33:00:00:00:01")" 1 "answers to all nodes, flags RO"
	check_eq "$(capture_count dad)" 1 "answers"
	for i in 1 2 3; do
		check_eq "$(lev_stat "$i" conflicts)" 1 "leveler $i's conflicts"
	done
	log_test "Duplicate Address Detection finds LevIP taken"
}

has_failed()
{
	ip -n "$intruder" -6 address show dev eth0 dadfailed | grep -q $LEV_IP6
}

conflict()
{
	local i

	ip -n "$intruder" address del $LEV_IP6/64 dev eth0
	ip -n "$intruder" address add $LEV_IP6/64 dev eth0 nodad
	capture_start fight "$router" eth0 "$advert and src host $LEV_IP6"
	in_ns "$intruder" ping -q -c 1 -W 0.5 fd00:a::1 >/dev/null
	for i in 1 2 3; do
		[ "$(lev_stat "$i" conflicts)" -gt 1 ]
		check_err $? "leveler $i did not count the claim"
	done
	check_eq "$(jq -r 'select(.event == "conflict") | .address + " " + .mac' \
		"$LEV_TMP/events" | sort -u)" "$LEV_IP6 02:bb:00:00:00:01" "event"
	lib_sleep 1
	capture_stop fight
	check_eq "$(capture_count fight "not ether src 02:bb:00:00:00:01 and ip6[44] & 0x40 = 0")" 0 \
		"unsolicited frames for LevIP from the levelers"
	log_test "a third party that claims LevIP is reported, not fought"
}

require_command tcpdump
require_command jq
tests_run

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# ARP for LevIP: each request gets exactly one answer at any moment, also while lanes move; the
# kernel's own responder never speaks of LevIP; who else claims it is reported and not fought.
# needs: module
# timeout: 300
# time-travel: yes

ALL_TESTS="turning_lane turning_lanes probe other_side own_requests conflict"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/asking.sh
. "$(dirname "$0")/asking.sh"

# It tells levelers by the MAC address in the router's entry: vmac.sh is of the others.
# shellcheck disable=SC2034 # read by cluster.sh
LEV_MAC=physical

# ARP frames whose sender address is LevIP
from_levip="arp[14:4] = 0x0a0000c8"
answers="arp[6:2] = 2 and $from_levip"

probe()
{
	capture_start dad "$router" eth0 "$answers"
	in_ns "$router" arping -q -D -c 1 -w 1 -I eth0 $LEV_IP
	check_fail $? "arping -D takes LevIP for free"
	capture_stop dad
	check_eq "$(capture_count dad)" 1 "answers to arping -D"
	log_test "arping -D finds LevIP taken"
}

other_side()
{
	reshape period 0
	capture_start asked "$srv1" eth0 "arp[14:4] = 0x0a0000c8 or arp[24:4] = 0x0a0000c8"
	in_ns "$srv1" /usr/bin/python3 "$net_dir/ask_arp.py" eth0 $LEV_IP 20 10 10.0.1.101
	check_err $? "cannot ask"
	in_ns "$srv1" arping -q -f -c 1 -w 2 -I eth0 10.0.1.1
	check_err $? "a leveler's own address is not answered for"
	capture_stop asked
	check_eq "$(capture_count asked)" 20 "frames about LevIP on Net B, all of them requests"
	log_test "LevIP of the front is not answered for on Net B"
}

# A leveler speaks from LevIP to somebody whose MAC address it does not know.
own_requests()
{
	local i

	slowwait 20 stands_still asker_probes
	check_err $? "the levelers go on asking askers"
	capture_start front "$router" eth0 arp
	capture_start back "$srv1" eth0 arp
	for i in 1 2 3; do
		ip -n "$(lev_ns "$i")" neighbour del 10.0.0.1 dev front 2>/dev/null
		ip -n "$(lev_ns "$i")" neighbour del 10.0.1.101 dev back 2>/dev/null
		in_ns "$(lev_ns "$i")" ping -q -c 1 -W 0.2 -I $LEV_IP 10.0.0.1 >/dev/null
		in_ns "$(lev_ns "$i")" ping -q -c 1 -W 0.2 -I $LEV_IP 10.0.1.101 >/dev/null
	done
	capture_stop front
	capture_stop back
	for i in 1 2 3; do
		[ "$(capture_count front "ether src $(lev_mac "$i") and arp[6:2] = 1 and
			arp[14:4] = $((0x0a000064 + i)) and arp[24:4] = 0x0a000001")" -gt 0 ]
		check_err $? "leveler $i did not ask for the router as itself"
		[ "$(capture_count back "ether src $(lev_mac "$i" back) and arp[6:2] = 1 and
			arp[14:4] = $((0x0a000100 + i)) and arp[24:4] = 0x0a000165")" -gt 0 ]
		check_err $? "leveler $i did not ask for the server as itself"
	done
	check_eq "$(capture_count front "arp[6:2] = 1 and $from_levip")" 0 \
		"requests with LevIP as sender, front"
	check_eq "$(capture_count back "$from_levip")" 0 "frames with LevIP as sender, back"
	log_test "no request of a leveler has LevIP as its sender"
}

# A machine that is no leveler takes LevIP.
conflict()
{
	local i frames

	slowwait 20 stands_still announcements
	check_err $? "the levelers go on announcing"

	setup_ns intruder
	lib_cable intruder-a neta "$intruder" eth0 | ip -n "$wire" -batch -
	ip -n "$intruder" link set eth0 address 02:bb:00:00:00:01
	ip -n "$intruder" link set eth0 up
	ip -n "$intruder" address add 10.0.0.9/24 dev eth0
	for i in 1 2 3; do
		check_eq "$(lev_stat "$i" conflicts)" 0 "leveler $i's conflicts before"
	done
	start_in_ns "$lev1" "$LEVCTL" -j monitor lev0 >"$LEV_TMP/events"
	lib_sleep 0.3
	capture_start fight "$router" eth0 arp
	ip -n "$intruder" address add $LEV_IP/24 dev eth0
	in_ns "$intruder" arping -q -U -c 2 -I eth0 $LEV_IP
	in_ns "$intruder" arping -q -A -c 2 -I eth0 $LEV_IP
	for i in 1 2 3; do
		lev_wait_stat "$i" conflicts 4 2000
		check_err $? "leveler $i did not count 4 claims"
	done
	busywait 2000 grep -q '"event":"conflict"' "$LEV_TMP/events"
	check_err $? "no event"
	check_eq "$(jq -r 'select(.event == "conflict") | .address + " " + .mac' \
		"$LEV_TMP/events" | sort -u)" "$LEV_IP 02:bb:00:00:00:01" "event"
	check_between "$(grep -c conflict "$LEV_TMP/events")" 1 4 "events, one a second at most"
	lib_sleep 1
	capture_stop fight
	frames=$(capture_count fight "$from_levip and not ether src 02:bb:00:00:00:01")
	check_between "$frames" 0 3 "frames for LevIP from the levelers"
	log_test "a third party that claims LevIP is reported, not fought"
}

require_command tcpdump
require_command arping
require_command jq
tests_run

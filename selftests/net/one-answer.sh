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

# ARP frames whose sender address is LevIP
from_levip="arp[14:4] = 0x0a0000c8"
answers="arp[6:2] = 2 and $from_levip"
# Many, so that a leveler may speak to one before it asks again
senders="0.0.0.0 $(echo 10.0.0.{21..51})"
count=320

# ask COUNT SENDER...: the router's port asks for LevIP, 100 times a second, all is captured
ask()
{
	local count=$1
	shift

	capture_start asked "$router" eth0 arp
	check_err $? "no capture"
	in_ns "$router" /usr/bin/python3 "$net_dir/ask_arp.py" eth0 $LEV_IP "$count" 10 "$@"
	check_err $? "cannot ask"
	lib_sleep 0.3
	capture_stop asked
	capture_read asked >"$LEV_TMP/asked"
}

# judge: of what ask() captured, "REQUESTS ODD STRANGE ANSWERERS", and a line on each that has not
# one answer. Those are odd if they came while their lane moved: no or two levelers may think that
# it is theirs then, for as long as their clocks differ and a frame is under way. The new owner
# tells the asker a moment later. All else is strange: no move, or an answer of no leveler.
judge()
{
	awk -v macs=" $(lev_mac 1) $(lev_mac 2) $(lev_mac 3) " -v levip=$LEV_IP '
		function told_soon(mac) {
			return probe[mac] || (told[mac] && told[mac] - at[mac] < 0.3)
		}
		{ sub(",", "", $4) }
		/Request who-has/ && $2 ~ /^02:aa:/ {
			at[$2] = $1
			probe[$2] = / tell 0.0.0.0,/
		}
		/Reply/ && $4 ~ /^02:aa:/ {
			answered[$4]++
			by[$4] = by[$4] " " $2
			answerers += !seen[$2]++
			strangers += !index(macs, " " $2 " ") || !index($0, " is-at " $2)
		}
		/Request who-has/ && $4 ~ /^02:aa:/ && index($0, " tell " levip ",") &&
			!told[$4] { told[$4] = $1 }
		END {
			for (mac in at) {
				n++
				if (answered[mac] == 1)
					continue
				fine = answered[mac] <= 2 && told_soon(mac)
				odd += fine
				strange += !fine
				printf "# %s, %d answers%s, told after %.1f ms\n", mac,
				       answered[mac], by[mac],
				       told[mac] ? (told[mac] - at[mac]) * 1000 : -1
			}
			print n + 0, odd + 0, strange + strangers + 0, answerers + 0
		}' "$LEV_TMP/asked"
}

# one_each NAME: $count requests are asked, each gets one answer. When waiting takes no time, nor
# does processing: then it is so without exception.
one_each()
{
	local n odd strange answerers most=$((count / 20))

	# shellcheck disable=SC2086 # several senders
	ask $count $senders
	judge >"$LEV_TMP/judged"
	grep '^#' "$LEV_TMP/judged"
	read -r n odd strange answerers < <(grep -v '^#' "$LEV_TMP/judged")
	! grep -q time-travel /proc/cmdline || most=0
	# A capture in a slow machine may miss a frame or two; each that it has is judged.
	check_between "$n" $((count * 95 / 100)) $count "requests"
	check_eq "$strange" 0 "requests with other than one answer while no lane moved"
	check_between "$odd" 0 $most "requests with other than one answer while a lane moved"
	check_eq "$answerers" 3 "levelers that answered"
	log_test "$1" "$n requests, $odd of them at a move with no or two answers"
}

# reshape CLUSTER WORD...: on all levelers, which then go over to it together
reshape()
{
	local i version

	version=$(($(lev_stat 1 version) + 1))
	for i in 1 2 3; do
		levctl_on "$i" cluster set lev0 "$@"
		check_err $? "leveler $i refuses: $*"
	done
	for i in 1 2 3; do
		lev_wait_stat "$i" version $version 5000
		check_err $? "leveler $i did not go over to: $*"
	done
}

turning_lane()
{
	lev_load && lev_topology levelers=3 servers=1 &&
		lev_setup_all lanes 1 period 300ms
	check_err $? "no cluster"
	one_each "one answer each, a single lane that turns"
}

turning_lanes()
{
	reshape lanes 16
	one_each "one answer each, 16 lanes that turn"
}

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
announced()
{
	echo $(($(lev_stat 1 announcements) + $(lev_stat 2 announcements) +
		$(lev_stat 3 announcements)))
}

# A takeover, as by the last change, is told twice, two seconds apart.
nothing_to_announce()
{
	local before
	before=$(announced)

	lib_sleep 2.5
	[ "$(announced)" = "$before" ]
}

conflict()
{
	local i frames

	slowwait 20 nothing_to_announce
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

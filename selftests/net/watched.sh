#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What an admin's own tools say of lanes with MAC addresses while the wheel turns, for LEV_SECONDS
# (60; 600 and more need a LEV_TIMEOUT): arping, arp-scan and ndisc6 have one answer each, and
# arpwatch sees nobody change his address.
# needs: module
# timeout: 400
# time-travel: yes

ALL_TESTS="begin watched"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"

# shellcheck disable=SC2034 # these are read by cluster.sh
LEV_LEVIPS="$LEV_IP $LEV_IP6"
# shellcheck disable=SC2034
LEV_MAC=virtual

seconds=${LEV_SECONDS:-60}

# Another machine on Net A, whose tools ask.
prober_up()
{
	setup_ns prober
	ip -n "$wire" link add prober-a up master neta type veth peer name eth0 netns "$prober"
	ip -n "$prober" -batch - <<-TEXT
		link set eth0 up
		address add 10.0.0.9/24 dev eth0
		address add fd00:a::9/64 dev eth0
	TEXT
}

# arpwatch says what it would mail.
arpwatch_up()
{
	: >"$LEV_TMP/arp.dat"
	start_in_ns "$router" arpwatch -d -i eth0 -f "$LEV_TMP/arp.dat" >"$LEV_TMP/arpwatch" 2>&1
	busywait 10000 knows_levip
}

# It hears of LevIP when the router asks.
knows_levip()
{
	ip -n "$router" neighbour flush dev eth0
	in_ns "$router" ping -q -c 1 -W 1 $SERV_IP >/dev/null
	grep -q "ip address: $LEV_IP" "$LEV_TMP/arpwatch"
}

begin()
{
	lev_load && lev_topology levelers=3 servers=1 && lev_setup_all period 1s && prober_up &&
		arpwatch_up
	check_err $? "no cluster: $(cat "$LEV_TMP/arpwatch")"
	log_test "three levelers that turn once a second, and arpwatch"
}

# one WHAT COUNT: that tool had one answer
one()
{
	[ "$2" = 1 ] || wrong+="$1: $2; "
}

# Each of the tools asks once.
ask_once()
{
	one arping "$(in_ns "$prober" arping -c 1 -w 1 -I eth0 $LEV_IP | grep -c 'reply from')"
	one arp-scan "$(in_ns "$prober" arp-scan -q -x -N -r 1 -t 300 -I eth0 $LEV_IP | grep -c .)"
	one ndisc6 "$(in_ns "$prober" ndisc6 -q -m -r 1 -w 300 $LEV_IP6 eth0 | grep -c .)"
	in_ns "$prober" arping -D -q -c 1 -w 1 -I eth0 $LEV_IP && wrong+="arping -D: none; "
	asked=$((asked + 1))
}

turns_done()
{
	echo $(($(lev_stat 1 turns) + $(lev_stat 2 turns) + $(lev_stat 3 turns)))
}

watched()
{
	local wrong='' asked=0 before turns start took=0

	before=$(turns_done)
	start=$(now_ms)
	while [ $took -lt $((seconds * 1000)) ]; do
		ask_once
		in_ns "$router" ping -q -c 1 -W 1 $SERV_IP >/dev/null || wrong+="ping: no answer; "
		lib_sleep 10
		took=$(($(now_ms) - start))
	done
	turns=$(($(turns_done) - before))
	# 16 lanes, each of which has three owners in a second.
	check_between $turns $((took * 45 / 1000)) $((took * 50 / 1000)) "turns of lanes in $took ms"
	check_between $asked $((seconds / 15)) 1000 "rounds of questions"
	check_eq "$wrong" "" "tools that had other than one answer"
	check_eq "$(grep -c 'flip flop\|changed ethernet\|reused' "$LEV_TMP/arpwatch")" 0 \
		"addresses that changed, as arpwatch says"
	check_eq "$(lev_stat 1 conflicts) $(lev_stat 2 conflicts) $(lev_stat 3 conflicts)" "0 0 0" \
		"conflicts that levelers saw"
	log_test "arping, arp-scan, ndisc6: one answer each; arpwatch: no change" \
		"$asked rounds, $turns turns of lanes in $seconds s"
}

require_command arping
require_command arp-scan
require_command arpwatch
require_command ndisc6
tests_run

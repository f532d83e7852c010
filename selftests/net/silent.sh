#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A leveler that cannot do its work falls silent at once and says why; the other takes over by that
# word, not by a timeout; all comes back by itself when the fault is gone. And servers that go
# and come: all levelers agree, at one cluster time. The cluster has addresses of both families;
# which ones the router, and levelers that ask servers, use, LEV_FAMILY says (silent6.sh).
# needs: module
# timeout: 300
# time-travel: yes
# debug: enough

ALL_TESTS="begin front_down back_down unwatched no_server back_partial server_down all_down wrong_key"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/meter.sh
. "$(dirname "$0")/meter.sh"
# shellcheck source=selftests/net/watch.sh
. "$(dirname "$0")/watch.sh"

# It tells levelers by the MAC address in the router's entry: vmac.sh is of the others.
# shellcheck disable=SC2034 # read by cluster.sh
LEV_MAC=physical

# Servers answer through whichever leveler is there, by a LevIP on the back.
# shellcheck disable=SC2034 # these are read by cluster.sh
LEV_GATEWAY=10.0.1.254
# shellcheck disable=SC2034
LEV_GATEWAY6=fd00:b::fe
# shellcheck disable=SC2034
LEV_LEVIPS="$LEV_IP $LEV_IP6"
# shellcheck disable=SC2034
LEV_SERVIPS="$SERV_IP $SERV_IP6"
# shellcheck disable=SC2034
LEV_SERVER_FAMILY=$LEV_FAMILY

keyfile()
{
	printf '%s' "$2" >"$LEV_TMP/$1"
	chmod 600 "$LEV_TMP/$1"
	echo "$LEV_TMP/$1"
}

begin()
{
	lev_load && lev_topology levelers=2 servers=2 && start_echo_all &&
		lev_setup_all "${lev_patient[@]}" period 0 key "$(keyfile key 'the key that both share')"
	check_err $? "no cluster"
	watch_all
	meter_start first --udp 50
	check_err $? "ServIP does not answer"
	more first 10
	meter_stop first
	find_owner
	log_test "two levelers serve" "the router uses $owner"
}

# falls_silent REASON WORDS: the owner is broken by break_it and mended by mend_it
falls_silent()
{
	local ms

	watch_anew
	break_it
	check_err $? "the test bed cannot do that"
	lev_wait_stat "$owner" reason "$1" 12000
	check_err $? "it does not say why"
	takeover_ms "$1"
	check_between "$ms" -20 150 "ms until the other took over"
	wait_router $heir
	check_silent "$1"
	meter_start "$1" --udp 50
	more "$1" 20
	meter_stop "$1"
	log_test "$2: silent with $1" "taken over in $ms ms"

	mend_it
	lev_wait_state $owner active 8000
	check_err $? "it does not come back"
	wait_router $owner
	wait_reason $heir $owner none
	log_test "$2: mended, it comes back by itself"
}

front_down()
{
	break_it() { ip -n "$wire" link set "lev$owner-a" down; }
	mend_it() { ip -n "$wire" link set "lev$owner-a" up; }
	falls_silent front-down "no carrier on front"
}

back_down()
{
	break_it() { ip -n "$wire" link set "lev$owner-b" down; }
	mend_it() { ip -n "$wire" link set "lev$owner-b" up; }
	falls_silent back-down "no carrier on back"
}

# It is said once that somebody watches, and never again.
unwatched()
{
	break_it()
	{
		levctl_on "$owner" node set lev0 "$owner" watch 500ms
		levctl_on "$owner" -j node show lev0 "$owner" | jq -e '.[0].watch <= 500' >/dev/null
	}
	mend_it()
	{
		levctl_on "$owner" node set lev0 "$owner" watch 0
		check_eq "$(levctl_on "$owner" -j node show lev0 "$owner" | jq '.[0].watch')" \
			null "watch"
	}
	falls_silent unwatched "nobody watches any more"
}

# Back has carrier, but nobody is there.
no_server()
{
	break_it() { bridge -n "$wire" link set dev "lev$owner-b" state 0; }
	mend_it() { bridge -n "$wire" link set dev "lev$owner-b" state 3; }
	falls_silent no-server "no server to be reached"
}

# Isolated ports of a switch do not reach each other.
back_partial()
{
	break_it()
	{
		bridge -n "$wire" link set dev "lev$owner-b" isolated on &&
			bridge -n "$wire" link set dev srv2-b isolated on
	}
	mend_it()
	{
		bridge -n "$wire" link set dev "lev$owner-b" isolated off
		bridge -n "$wire" link set dev srv2-b isolated off
	}
	falls_silent back-partial "one server of two out of reach"
}

# wait_server true|false ADDRESS...: all levelers agree on it; how far apart goes to $apart
wait_server()
{
	local up=$1 address clock least most i
	shift

	apart=0
	for address in "$@"; do
		least=
		most=
		for i in 1 2; do
			clock=$(slowwait 12 event_clock $i ".event == \"server\" and
				.address == \"$address\" and .up == $up")
			check_err $? "leveler $i says nothing of $address"
			[ "${least:-$clock}" -lt "$clock" ] || least=$clock
			[ "${most:-$clock}" -gt "$clock" ] || most=$clock
		done
		[ $((most - least)) -le $apart ] || apart=$((most - least))
	done
}

# servers_used NAME: those that answered a meter's probes
servers_used()
{
	meter_start "$1" --udp 100
	more "$1" 60
	meter_stop "$1"
	meter_get "$1" '.udp.servers | to_entries | map(select(.value > 0) | .key) | sort | join(" ")'
}

server_down()
{
	local apart

	watch_anew
	srv_cut 2
	wait_server false "$(srv_addr 2)"
	# It is an event of each when it has gone over, which takes an emulated machine a while.
	check_between "$apart" 0 100 "ms between the levelers"
	check_eq "$(servers_used down)" srv1 "servers that answer"
	check_eq "$(meter_get down .udp.lost)" 0 "lost probes"
	check_eq "$(lev_stat 1 state) $(lev_stat 2 state)" "active active" "levelers"
	log_test "a server is down for all levelers at once" "within $apart ms"

	watch_anew
	srv_heal 2
	wait_server true "$(srv_addr 2)"
	check_between "$apart" 0 100 "ms between the levelers"
	check_eq "$(servers_used up)" "srv1 srv2" "servers that answer"
	check_eq "$(meter_get up .udp.lost)" 0 "lost probes"
	log_test "it is up for all levelers at once" "within $apart ms"
}

levip_answers()
{
	case $LEV_FAMILY in
	4) in_ns "$router" arping -q -f -c 2 -w 2 -I eth0 $LEV_IP ;;
	6) in_ns "$router" ndisc6 -q -1 -r 2 -w 1000 $LEV_IP6 eth0 ;;
	esac
}

# Nobody answers for LevIP when no leveler can serve.
all_down()
{
	local i dropped levip apart

	levip=$(by_family $LEV_IP $LEV_IP6)
	levip_answers
	check_err $? "LevIP is not answered for"

	watch_anew
	srv_cut 1
	srv_cut 2
	for i in 1 2; do
		lev_wait_stat $i reason no-server 12000
		check_err $? "leveler $i goes on"
	done
	# Servers are in use until all agree that they are not.
	wait_server false "$(srv_addr 1)" "$(srv_addr 2)"
	levip_answers
	check_fail $? "LevIP is answered for without servers"
	dropped=$(lev_stat $owner packets_no_server)
	# The router has forgotten LevIP by now, or will: its packets are to come all the same.
	ip -n "$router" neighbour replace "$levip" lladdr "$(lev_mac $owner)" dev eth0 nud permanent
	in_ns "$client" ping -q -c 3 -i 0.2 -W 0.2 "$(by_family $SERV_IP $SERV_IP6)" >/dev/null
	check_eq "$(lev_stat $owner packets_no_server)" $((dropped + 3)) "packets counted as dropped"
	ip -n "$router" neighbour del "$levip" dev eth0
	log_test "no server at all: all levelers are silent, packets are dropped and counted"

	srv_heal 1
	srv_heal 2
	for i in 1 2; do
		lev_wait_state $i active 8000
		check_err $? "leveler $i does not come back"
	done
	check_eq "$(servers_used again)" "srv1 srv2" "servers that answer"
	log_test "all come back with the servers"
}

# change_key FILE: the heir restarts with it
change_key()
{
	ip -n "$(lev_ns $heir)" link set lev0 down &&
		levctl_on $heir cluster set lev0 key "$1" oldkey none &&
		ip -n "$(lev_ns $heir)" link set lev0 up
	check_err $? "cannot change the key"
}

wrong_key()
{
	local owned forged

	forged=$(lev_stat $owner beats_forged)
	change_key "$(keyfile wrong 'another key, also long enough')"
	lev_wait_stat $heir reason config 3000
	check_err $? "a node with a wrong key does not say config"
	meter_start wrong --udp 100
	more wrong 100
	meter_stop wrong
	check_eq "$(meter_get wrong .udp.lost) $(meter_get wrong .cache_changes)" "0 0" \
		"lost probes, changes of the router's entry"
	owned=$(lev_stat $owner owned_lanes)
	check_eq "$(lev_stat $heir reason) $(lev_stat $heir owned_lanes)" "config 0" \
		"the one with a wrong key"
	check_eq "$(lev_stat $owner state) $owned $(lev_stat $owner view)" "active 16 $owner" \
		"the one that was there"
	[ "$(lev_stat $owner beats_forged)" -gt "$forged" ]
	check_err $? "forged beats are not counted"
	log_test "a node with a wrong key is silent: config; nobody is moved"

	change_key "$LEV_TMP/key"
	lev_wait_state $heir active 5000
	check_err $? "with the right key it does not come back"
	check_eq "$(lev_stat 1 view) $(lev_stat 2 view)" "1-2 1-2" "views"
	log_test "with the right key it takes part"
}

require_command jq
require_command "$(by_family arping ndisc6)"
tests_run

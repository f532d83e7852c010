#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The leveler that the router uses is drained, dies without a word, comes back, is stopped, and the
# other dies when it has just come back: what a client feels of it, and how soon another takes over.
# Heartbeats are as by default. The cluster has addresses of both families; which one the client
# uses, LEV_FAMILY says (crash6.sh).
# needs: module
# timeout: 300
# time-travel: yes

ALL_TESTS="begin drain undrain crash heal stop crash_after_start"

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
LEV_GATEWAY=10.0.1.254
# shellcheck disable=SC2034 # these three are read by cluster.sh
LEV_GATEWAY6=fd00:b::fe
LEV_LEVIPS="$LEV_IP $LEV_IP6"
LEV_SERVIPS="$SERV_IP $SERV_IP6"

# What a leveler tells the router unasked.
announcement=$(by_family "arp[6:2] = 1 and arp[14:4] = 0x0a0000c8" \
	"icmp6 and ip6[40] = 136 and ip6[44] & 0x40 = 0 and src host $LEV_IP6")

begin()
{
	lev_load && lev_topology levelers=2 servers=2 && start_http_all && start_echo_all &&
		lev_setup_all period 0
	check_err $? "no cluster"
	watch_all
	meter_start first --udp 100 --http 20
	check_err $? "ServIP does not answer"
	find_owner
	more first 50
	meter_stop first
	nothing_lost first
	log_test "two levelers serve" "the router uses $owner"
}

drain()
{
	local ms

	watch_anew
	meter_start drain --udp 100 --http 20
	levctl_on $owner node set lev0 $owner state drain
	check_err $? "cannot drain"
	wait_router $heir
	more drain 50
	meter_stop drain
	check_eq "$(meter_get drain .cache_changes)" 1 "changes of the router's entry"
	nothing_lost drain
	takeover_ms drained
	check_between "$ms" -20 150 "ms until the other took over"
	log_test "a leveler is drained, nothing is lost" "taken over in $ms ms"

	check_silent drained
	log_test "that it is drained is seen everywhere"
}

undrain()
{
	meter_start undrain --udp 100 --http 20
	levctl_on $owner node set lev0 $owner state active
	check_err $? "cannot end the drain"
	wait_router $owner
	more undrain 50
	meter_stop undrain
	check_eq "$(meter_get undrain .cache_changes)" 1 "changes of the router's entry"
	nothing_lost undrain
	wait_reason $heir $owner none
	log_test "it comes back, nothing is lost"
}

# What the client felt: $gap, ms, the longest time without an answer to a new probe. How late the
# machine let the meter work is no fault of ours.
felt()
{
	gap=$(meter_get "$1" '.udp.gap_ms | floor')
	late=$(meter_get "$1" '.late_ms | ceil')
}

crash()
{
	local gap late

	capture_start told "$router" eth0 "$announcement"
	meter_start crash --udp 100 --http 20
	lev_cut $owner
	wait_router $heir
	more crash 100
	meter_stop crash
	capture_stop told
	felt crash
	check_between "$gap" 150 $((500 + late)) "ms without service"
	check_between "$(meter_get crash .udp.lost)" 10 $(((500 + late) / 10 + 2)) "lost probes"
	check_eq "$(meter_get crash .http.failed)" 0 "failed requests"
	check_eq "$(meter_get crash .cache_changes)" 1 "changes of the router's entry"
	[ "$(capture_count told "ether src $(lev_mac $heir)")" -gt 0 ]
	check_err $? "the survivor did not announce"
	check_eq "$(lev_stat $heir owned_lanes)" 16 "lanes of the survivor"
	log_test "a leveler dies" \
		"service is back after $gap ms, $(meter_get crash .udp.lost) probes lost"
}

both_in_view()
{
	[ "$(lev_stat 1 view) $(lev_stat 2 view)" = "1-2 1-2" ]
}

heal()
{
	meter_start heal --udp 100 --http 20
	lev_heal $owner
	busywait 3000 both_in_view
	check_err $? "the two do not find each other"
	wait_router $owner
	more heal 100
	meter_stop heal
	check_eq "$(meter_get heal .cache_changes)" 1 "changes of the router's entry"
	nothing_lost heal
	check_eq "$(($(lev_stat 1 owned_lanes) + $(lev_stat 2 owned_lanes)))" 16 "lanes owned"
	log_test "it is healed, nothing is lost, nothing flaps"
}

stop()
{
	local ms

	watch_anew
	meter_start stop --udp 100 --http 20
	levctl_on $owner cluster del lev0
	check_err $? "cannot delete the cluster"
	wait_router $heir
	more stop 50
	meter_stop stop
	check_eq "$(meter_get stop .cache_changes)" 1 "changes of the router's entry"
	nothing_lost stop
	takeover_ms stopping
	check_between "$ms" -20 150 "ms until the other took over"
	check_eq "$(lev_stat $heir owned_lanes)" 16 "lanes of the other"
	log_test "a leveler is stopped, nothing is lost" "taken over in $ms ms"
}

# A leveler that was started anew has heard nobody ask: the router asks its old owner alone.
crash_after_start()
{
	local gap late

	lev_config $owner period 0 | levctl_on $owner -b - && ip -n "$(lev_ns $owner)" link set lev0 up
	check_err $? "no cluster"
	lev_wait_state $owner active 10000 && busywait 3000 both_in_view
	check_err $? "the two do not find each other"
	meter_start again --udp 100 --http 20
	lev_cut $heir
	wait_router $owner
	more again 100
	meter_stop again
	felt again
	check_between "$gap" 150 $((500 + late)) "ms without service"
	check_eq "$(meter_get again .http.failed)" 0 "failed requests"
	check_eq "$(meter_get again .cache_changes)" 1 "changes of the router's entry"
	log_test "the other dies when the first has just come back" "service is back after $gap ms"
}

require_command nginx
require_command jq
require_command tcpdump
tests_run

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The lane of a router moves ten times a second while 20,000 packets a second go through it: by the
# MAC address of the lane, none may be lost. LEV_FAMILY says by IPv4 or IPv6 (storm6.sh). LEV_RATE and
# LEV_SECONDS make it more or less: a minute is, in user-mode Linux without checkers, a few of the
# host's.
# needs: module
# timeout: 120
# time-travel: only

ALL_TESTS="begin storm"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/meter.sh
. "$(dirname "$0")/meter.sh"

# shellcheck disable=SC2034 # these three are read by cluster.sh
LEV_LEVIPS=$(by_family $LEV_IP $LEV_IP6)
# shellcheck disable=SC2034
LEV_SERVIPS=$(by_family $SERV_IP $SERV_IP6)
# shellcheck disable=SC2034
LEV_MAC=virtual
rate=${LEV_RATE:-20000}
seconds=${LEV_SECONDS:-1}

turns_done()
{
	echo $(($(lev_stat 1 turns) + $(lev_stat 2 turns)))
}

# A lane, two nodes, two moves in 200 ms
begin()
{
	lev_load && lev_topology levelers=2 servers=2 netc=1 && start_echo_all &&
		lev_setup_all lanes 1 period 200ms
	check_err $? "no cluster"
	log_test "two levelers, ten turns a second"
}

storm()
{
	local before turns sent

	before=$(turns_done)
	meter_start storm --udp "$rate" --timeout 100ms --duration "${seconds}s"
	check_err $? "nothing is answered"
	meter_wait storm
	turns=$(($(turns_done) - before))
	sent=$(meter_get storm .udp.sent)
	check_eq "$(meter_get storm .udp.lost)" 0 "packets lost"
	check_between "$sent" $((rate * seconds - rate / 10)) $((rate * seconds + rate / 10)) \
		"packets sent"
	check_between "$turns" $((seconds * 10 - 1)) $((seconds * 10 + 5)) "turns"
	check_eq "$(meter_get storm .cache_changes)" 0 "changes of the router's entry"
	log_test "nothing is lost" "$sent packets in $seconds s, $turns turns"
}

# Each probe is a flow of its own, and a socket until it is answered.
ulimit -n 8192
require_command jq
tests_run

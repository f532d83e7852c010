#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The wheel turns once a second for a minute under real traffic: fresh HTTP connections and long
# downloads, in both figures. Nothing may fail, nothing may break. LEV_FAMILY says which addresses
# the client uses (turns6.sh).
# LEV_RATE is the fresh connections a second, LEV_SECONDS the time. In a virtual machine, which is
# emulated where there is no KVM, 40 a second are what the meter itself can do.
# needs: module
# timeout: 300
# time-travel: yes

ALL_TESTS="figure1 figure2"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/meter.sh
. "$(dirname "$0")/meter.sh"

# It tells levelers by the MAC address in the router's entry: vmac.sh is of the others.
# shellcheck disable=SC2034 # read by cluster.sh
LEV_MAC=physical

rate=200
[ "${LEV_GUEST:-}" != vm ] || rate=40
rate=${LEV_RATE:-$rate}
seconds=${LEV_SECONDS:-60}
# shellcheck disable=SC2034 # both are read by cluster.sh
LEV_LEVIPS=$(by_family $LEV_IP $LEV_IP6)
# shellcheck disable=SC2034
LEV_SERVIPS=$(by_family $SERV_IP $SERV_IP6)
longs=20

turns_done()
{
	echo $(($(lev_stat 1 turns) + $(lev_stat 2 turns)))
}

# turn_under_load NAME SECONDS: lanes 1, period 2s, two levelers: one turn a second
turn_under_load()
{
	local name=$1 seconds=$2 before turns started changes

	before=$(turns_done)
	# 16 MiB at this rate take longer than the run.
	meter_start "$name" --http "$rate" --long $longs --long-path '/big?rate=100k' \
		--timeout 10s --duration "${seconds}s"
	check_err $? "nothing is answered"
	meter_wait "$name"
	turns=$(($(turns_done) - before))
	started=$(meter_get "$name" .http.started)
	changes=$(meter_get "$name" .cache_changes)
	check_eq "$(meter_get "$name" .http.failed)" 0 "failed requests"
	check_eq "$(meter_get "$name" .long.broken)" 0 "broken downloads"
	check_eq "$(meter_get "$name" '.long.open + .long.finished')" $longs "downloads"
	check_between "$turns" $((seconds - 2)) $((seconds + 2)) "turns"
	check_between "$changes" $((seconds - 3)) $((seconds + 2)) "changes of the router's entry"
	# A slow machine starts fewer than it was asked to; so few would prove nothing.
	check_between "$started" $((seconds * rate / 10)) $((seconds * rate + rate)) \
		"requests started"
	check_eq "$(meter_get "$name" '.macs | map(select(.answered > 0)) | length')" 2 \
		"levelers that were used"
	log_test "$name: nothing failed, nothing broke" "$turns turns, $changes changes at the \
router, $started of $((rate * seconds)) requests ($((started / seconds)) a second), \
$longs downloads"
}

figure1()
{
	lev_load && lev_topology levelers=2 servers=2 && start_http_all &&
		lev_setup_all lanes 1 period 2s
	check_err $? "no cluster"
	turn_under_load "figure-1" "$seconds"
	lev_topology_end
}

figure2()
{
	lev_load && lev_topology levelers=2 servers=2 netc=1 && start_http_all &&
		lev_setup_all lanes 1 period 2s
	check_err $? "no cluster"
	turn_under_load "figure-2" $((seconds / 6))
}

# Requests that wait their ten seconds are as many open sockets.
ulimit -n 8192
require_command nginx
require_command jq
tests_run

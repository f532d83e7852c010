#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Of three levelers one was cut off long enough to lose its servers: when they meet again, the other two
# ask what it remembers, and each other. What is learnt so ends like all that is remembered.
# needs: module
# timeout: 200
# time-travel: only

ALL_TESTS="begin again"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/flows.sh
. "$(dirname "$0")/flows.sh"

all_remembered()
{
	local i said=()

	for i in 1 2 3; do
		said+=("$(levctl_on $i -j service show lev0 | jq -c 'map(.entries_remembered)')")
	done
	echo "${said[*]}"
}

nothing_remembered()
{
	[ "$(all_remembered)" = "[null,null] [null,null] [null,null]" ]
}

both_learn()
{
	[[ $(all_remembered) =~ ^\[[0-9]+,[0-9]+\]\ \[[0-9]+,[0-9]+\]\  ]]
}

begin()
{
	lev_load && lev_topology levelers=3 servers=2 && lev_setup_all memory 10s &&
		on_all "service add lev0 $SERV_IP6"
	check_err $? "no cluster"
	lib_poll 60000 3 nothing_remembered
	check_err $? "still remembered: $(all_remembered)"
	log_test "three levelers remember nothing any more"
}

# meet_again SECONDS: leveler 3 was apart, and for so long without its servers; counts in $seen
meet_again()
{
	lev_cut 3
	lev_wait_stat 1 view 1-2 5000 && lev_wait_stat 3 reason no-server 10000
	check_err $? "leveler 3 is not apart"
	lib_sleep "$1"
	lev_heal 3
	lev_wait_stat 3 view 1-3 10000
	check_err $? "they do not meet"
	! slowwait 1 both_learn || seen=$((seen + 1))
	lib_poll 60000 3 nothing_remembered
	check_err $? "still remembered: $(all_remembered)"
}

# The sweepers that tell, and that end what is over, are each at some other point of their rounds.
again()
{
	local seconds seen=0

	for seconds in 0 1.3 2.6; do
		meet_again $seconds
		[ "$RET" = 0 ] || break
	done
	# A lesson may be over before it can be seen.
	check_between $seen 1 3 "times that the others were seen to learn"
	log_test "what is learnt when one comes back ends" "seen $seen times"
}

require_command jq
tests_run

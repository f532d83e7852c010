#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Two levelers at work and a spare one of lower priority: when it takes over, when it gives back by
# failback, and that weight 0 owns nothing. What a client feels, LEV_FAMILY says by which family
# (tiers6.sh).
# needs: module
# timeout: 200
# time-travel: only

ALL_TESTS="begin one_dies both_die failback_0 failback_time failback_never spare_drained weight_0"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/meter.sh
. "$(dirname "$0")/meter.sh"
# shellcheck source=selftests/net/watch.sh
. "$(dirname "$0")/watch.sh"

# shellcheck disable=SC2034 # these are read by cluster.sh
LEV_LEVIPS="$LEV_IP $LEV_IP6"
# shellcheck disable=SC2034
LEV_SERVIPS="$SERV_IP $SERV_IP6"
# shellcheck disable=SC2034
LEV_PRIORITIES="100 100 50"

# owned_are A B C: lanes of the three
owned_are()
{
	[ "$(lev_stat 1 owned_lanes) $(lev_stat 2 owned_lanes) $(lev_stat 3 owned_lanes)" = "$*" ]
}

# wait_owned SECONDS A B C
wait_owned()
{
	local limit=$1
	shift

	slowwait "$limit" owned_are "$@" >/dev/null
	check_err $? "lanes: $(lev_stat 1 owned_lanes) $(lev_stat 2 owned_lanes) \
$(lev_stat 3 owned_lanes), not $*"
}

now_ms()
{
	echo $((${EPOCHREALTIME/./} / 1000))
}

# on_each WORD...: of levctl cluster set, on all three
on_each()
{
	local i

	for i in 1 2 3; do
		levctl_on $i cluster set lev0 "$@"
		check_err $? "leveler $i refuses: $*"
	done
}

failback_is()
{
	[ "$(levctl_on 3 -j status lev0 | jq -r '.[0].failback_ms')" = "$1" ]
}

# better_die: both of the higher priority are cut, the spare serves
better_die()
{
	lev_cut 1
	lev_cut 2
	slowwait 2 spare_has_all >/dev/null
	check_err $? "the spare does not take over"
}

# better_gone: the same, until they know that they cannot serve. Who is healed before that has served
# on, and goes on at once, as the better of two halves.
better_gone()
{
	better_die
	lev_wait_state 1 silent 10000 && lev_wait_state 2 silent 10000
	check_err $? "the two do not fall silent"
}

spare_has_all()
{
	[ "$(lev_stat 3 owned_lanes)" = 16 ]
}

begin()
{
	lev_load && lev_topology levelers=3 servers=1 netc=1 && start_echo_all &&
		lev_setup_all period 0
	check_err $? "no cluster"
	wait_owned 5 8 8 0
	meter_start first --udp 100
	check_err $? "ServIP does not answer"
	more first 50
	meter_stop first
	check_eq "$(meter_get first .udp.lost)" 0 "lost probes"
	log_test "two serve, the spare owns nothing"
}

other_has_all()
{
	[ "$(lev_stat 2 owned_lanes) $(lev_stat 3 owned_lanes)" = "16 0" ]
}

one_dies()
{
	lev_cut 1
	slowwait 2 other_has_all
	check_err $? "lanes: $(lev_stat 2 owned_lanes) $(lev_stat 3 owned_lanes)"
	lev_heal 1
	wait_owned 3 8 8 0
	log_test "one dies, its lanes go to the other of the two"
}

both_die()
{
	meter_start both --udp 100
	check_err $? "ServIP does not answer"
	better_die
	more both 100
	meter_stop both
	check_between "$(meter_get both '.udp.gap_ms | floor')" 150 400 "ms without service"
	check_eq "$(meter_get both .cache_changes)" 0 "changes of the router's entry"
	log_test "both die, the spare serves" "back after $(meter_get both '.udp.gap_ms | floor') ms"
}

# heal_both: the two of higher priority
heal_both()
{
	lev_heal 1
	lev_heal 2
}

failback_0()
{
	local from

	meter_start back --udp 100
	from=$(now_ms)
	heal_both
	wait_owned 5 8 8 0
	ms=$(($(now_ms) - from))
	more back 50
	meter_stop back
	check_eq "$(meter_get back .udp.lost)" 0 "lost probes"
	check_between "$ms" 0 2000 "ms until the two had their lanes again"
	log_test "failback 0: they return, nothing is lost" "after $ms ms"
}

failback_time()
{
	local from

	on_each failback 10s
	slowwait 5 failback_is 10000
	check_err $? "failback is not in force"
	better_gone
	meter_start time --udp 100
	from=$(now_ms)
	heal_both
	wait_owned 15 8 8 0
	ms=$(($(now_ms) - from))
	more time 50
	meter_stop time
	check_between "$ms" 10000 12500 "ms until the two had their lanes again"
	check_eq "$(meter_get time .udp.lost)" 0 "lost probes"
	log_test "failback 10s: they wait, nothing is lost" "$ms ms"
}

failback_never()
{
	on_each failback never
	slowwait 5 failback_is null
	check_err $? "failback is not in force"
	better_gone
	heal_both
	lib_sleep 60
	check_eq "$(lev_stat 3 owned_lanes)" 16 "lanes of the spare a minute later"
	check_eq "$(lev_stat 1 view)" 1-3 "view"
	log_test "failback never: the spare keeps them"
}

spare_drained()
{
	meter_start spare --udp 100
	levctl_on 3 node set lev0 3 state drain
	check_err $? "cannot drain"
	wait_owned 3 8 8 0
	more spare 50
	meter_stop spare
	check_eq "$(meter_get spare .udp.lost)" 0 "lost probes"
	levctl_on 3 node set lev0 3 state active
	log_test "the spare is drained, the two serve, nothing is lost"
}

weight_0()
{
	local i

	meter_start weight --udp 100
	for i in 1 2 3; do
		levctl_on $i node set lev0 1 weight 0
		check_err $? "leveler $i refuses weight 0"
	done
	wait_owned 5 0 16 0
	more weight 50
	meter_stop weight
	check_eq "$(meter_get weight .udp.lost)" 0 "lost probes"
	check_eq "$(lev_stat 1 state)" active "state of the one with weight 0"
	log_test "weight 0 owns nothing, nothing is lost"
}

require_command jq
tests_run

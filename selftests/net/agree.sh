#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Changes of the config are agreed: pending until all have them, then in force everywhere at one
# time; who does not get them falls silent. The cluster's clock outlives its keeper.
# needs: module
# time-travel: yes
# debug: enough
# timeout: 300

ALL_TESTS="pending switch withdrawn settle late joining clock"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"

# Where waiting costs nothing, neither does computing: then clocks can be compared closely.
if grep -q time-travel /proc/cmdline; then
	near_ms=5
else
	near_ms=400
fi

# status I FILTER
status()
{
	levctl_on "$1" -j status lev0 | jq -c ".[0] | $2"
}

status_is()
{
	[ "$(status "$1" "$2")" = "$3" ]
}

# check_status I FILTER VALUE: soon
check_status()
{
	slowwait 3 status_is "$@"
	check_err $? "leveler $1: $2 is $(status "$1" "$2"), not $3"
}

# each NAME: that value of all three levelers. Started often, so it starts nothing itself.
each()
{
	local i value all=

	for i in 1 2 3; do
		read -r value <"${sysfs[i]}/$1"
		all+="$value "
	done
	echo "${all% }"
}

all_agree()
{
	local digest

	read -r digest <"${sysfs[1]}/digest"
	[ "$(each digest)" = "$digest $digest $digest" ] && [ "$(each view)" = "1-3 1-3 1-3" ]
}

all_switched()
{
	all_agree && [ "$(each digest)" != "$before" ]
}

pending()
{
	before=$(each digest)
	levctl_on 1 cluster set lev0 lanes 32
	check_err $? "change on leveler 1"
	check_status 1 '.pending.waiting' '[2,3]'
	levctl_on 1 status lev0 | grep -q 'waits for node 2 3$'
	check_err $? "text: $(levctl_on 1 status lev0 | grep pending)"
	check_status 2 '.pending' null
	check_eq "$(levctl_on 1 -j cluster show lev0 | jq '.[0].lanes')" 32 "lanes as shown"
	check_eq "$(status 1 '.owners | length')" 16 "lanes in force"
	levctl_on 1 status lev0 | grep -q '^  16 lanes, the wheel stands still'
	check_err $? "text: $(levctl_on 1 status lev0 | grep wheel)"
	levctl_on 2 cluster set lev0 lanes 32
	check_status 1 '.pending.waiting' '[3]'
	check_status 2 '.pending.waiting' '[3]'
	check_eq "$(status 1 .pending.digest)" "$(status 2 .pending.digest)" "pending digest"
	lib_sleep 2
	check_eq "$(each digest)" "$before" "digests in force"
	check_eq "$(lev_stat 1 view)" 1-3 "view"
	log_test "a change waits, and status says for whom"
}

config_event()
{
	jq 'select(.event == "config") | .clock_ns' "$LEV_TMP/events$1" 2>/dev/null | grep .
}

switch()
{
	local i at first last

	for i in 1 2 3; do
		start_in_ns "$(lev_ns $i)" "$LEVCTL" -j monitor lev0 >"$LEV_TMP/events$i"
		# It has listened to the group once the kernel has it as a member.
		slowwait 5 listens $i
		check_err $? "no monitor"
	done
	levctl_on 3 cluster set lev0 lanes 32
	slowwait 10 all_switched
	check_err $? "no switch: $(each digest)"
	first=
	for i in 1 2 3; do
		check_eq "$(status $i '[.version, .pending, (.owners | length)]')" \
			"[$(lev_stat 1 version),null,32]" "leveler $i"
		at=$(slowwait 3 config_event $i)
		check_err $? "leveler $i told of no config"
		at=$((${at:-0} / 1000))
		[ -n "$first" ] || first=$at last=$at
		[ "$at" -ge "$first" ] || first=$at
		[ "$at" -le "$last" ] || last=$at
	done
	check_between $((last - first)) 0 $((near_ms * 1000)) "microseconds between switches"
	log_test "when the last has it all switch at one time" "$((last - first)) us apart"
}

listens()
{
	# shellcheck disable=SC2016 # awk's words, not the shell's
	in_ns "$(lev_ns "$1")" awk '$2 == 16 && $4 != "00000000" { found = 1 }
		END { exit !found }' /proc/net/netlink
}

withdrawn()
{
	before=$(each digest)
	levctl_on 2 address add lev0 10.0.0.202
	check_status 2 '.pending.waiting' '[1,3]'
	levctl_on 2 address del lev0 10.0.0.202
	check_status 2 '.pending' null
	check_eq "$(each digest)" "$before" "digests"
	log_test "a change that is taken back waits no more"
}

settle()
{
	local start

	start=$(now_ms)
	before=$(each digest)
	levctl_on 1 cluster set lev0 lanes 8
	levctl_on 2 cluster set lev0 lanes 8
	check_status 1 '.pending.waiting' '[3]'
	lib_sleep 20
	check_eq "$(each digest)" "$before" "digests after 20 s"
	slowwait 20 lib_file_is "$(lev_sysfs 3)/lev0/leveler/reason" config >/dev/null
	check_err $? "leveler 3 is $(lev_stat 3 reason)"
	check_between $(($(now_ms) - start)) 29500 36000 "ms until leveler 3 fell silent"
	check_status 1 .view '[1,2]'
	check_status 2 '[.view, .pending]' '[[1,2],null]'
	check_eq "$(lev_stat 1 digest)" "$(lev_stat 2 digest)" "digests of 1 and 2"
	check_eq "$(each owned_lanes)" "4 4 0" "lanes owned"
	check_status 1 '.nodes[2] | [.state, .reason]' '["silent","config"]'
	log_test "after 30 s the others go on; who has not got the change is silent: config"
}

late()
{
	levctl_on 3 cluster set lev0 lanes 8
	check_err $? "change on leveler 3"
	slowwait 15 all_agree
	check_err $? "leveler 3 does not come back: $(lev_stat 3 reason), $(each digest)"
	check_eq "$(lev_stat 3 version)" "$(lev_stat 1 version)" "version"
	log_test "it gets the change and returns"
}

joining()
{
	local before

	levctl_on 3 cluster del lev0
	before=$(lev_stat 1 digest)
	slowwait 10 status_is 1 .view '[1,2]'
	check_err $? "leveler 3 is not gone"
	LEV_WEIGHTS="1 1 9" lev_setup 3 period 0 lanes 8
	check_err $? "set up again"
	lev_wait_stat 3 reason config 10000
	check_err $? "leveler 3, with another weight, is $(lev_stat 3 reason)"
	lib_sleep 2
	check_eq "$(lev_stat 3 owned_lanes) $(lev_stat 1 view)" "0 1-2" "its lanes, and the view"
	check_eq "$(lev_stat 1 digest)" "$before" "digest of the others"
	levctl_on 3 node set lev0 3 weight 1
	slowwait 15 all_agree
	check_err $? "it does not join: $(lev_stat 3 reason)"
	log_test "who joins with another config is silent until it is the same"
}

# offset I: its cluster clock less the machine's clock, in ms
offset()
{
	local before clock

	before=${EPOCHREALTIME/./}
	clock=$(status "$1" .clock_ns)
	echo $((clock / 1000000 - (before + ${EPOCHREALTIME/./}) / 2000))
}

# check_clock I WHEN: has the clock moved since "began" was read?
check_clock()
{
	local now

	now=$(offset "$1")
	check_between $((now - began)) -$near_ms $near_ms "$2: leveler $1's clock, moved by ms"
}

clock()
{
	local i keeper began

	began=$(offset 2)
	for i in 1 3; do
		check_clock $i "at first"
	done
	keeper=$(status 2 .keeper)
	ip -n "$(lev_ns "$keeper")" link set lev0 down
	slowwait 10 keeper_is_not "$keeper"
	check_err $? "no other keeper"
	for i in 1 2 3; do
		[ $i = "$keeper" ] || check_clock $i "without the keeper"
	done
	ip -n "$(lev_ns "$keeper")" link set lev0 up
	slowwait 15 all_agree
	check_err $? "the keeper is not back"
	for i in 1 2 3; do
		check_clock $i "with the keeper back"
		check_eq "$(status $i .keeper)" "$(status 1 .keeper)" "keeper of leveler $i"
	done
	log_test "the clock does not move when its keeper goes and comes" "keeper $keeper"
}

keeper_is_not()
{
	local i now

	for i in 1 2 3; do
		[ $i = "$1" ] && continue
		now=$(status $i .keeper)
		[ "$now" != "$1" ] && [ "$now" != null ] || return
	done
}

require_command jq
lev_topology levelers=3 servers=1
lev_load || skip_all "no module"
lev_setup_all period 0 || exit 1
for i in 1 2 3; do
	sysfs[i]=$(lev_sysfs $i)/lev0/leveler
done
slowwait 15 all_agree >/dev/null
tests_run

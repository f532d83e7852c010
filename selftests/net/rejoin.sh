#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A leveler that is started in the middle of a change, or set down and up, is told what the others
# remember before it takes lanes: which entries moved, and where flows are pinned. IPv4 and IPv6.
# needs: module
# timeout: 200
# time-travel: yes
# debug: enough

ALL_TESTS="change told_before_lanes quiet_ones_kept new_ones_kept forged told_of_one_more
	down_and_up forgets_what_is_past"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/meter.sh
. "$(dirname "$0")/meter.sh"
# shellcheck source=selftests/net/flows.sh
. "$(dirname "$0")/flows.sh"

quiet=20
LEV_BASE=("service add lev0 $SERV_IP6")
CHANGES=("server set lev0 10.0.1.101 weight 3" "server set lev0 10.0.1.102 state drain")

# quiet_open NAME: connections that say nothing until quiet_asked NAME
quiet_open()
{
	start_in_ns "$client" /usr/bin/python3 "$net_dir/quiet.py" "$quiet" "$LEV_TMP/$1.ask" \
		$SERV_IP $SERV_IP6 >"$LEV_TMP/$1.quiet"
	busywait 15000 grep -q open "$LEV_TMP/$1.quiet"
	check_err $? "$1: connections do not open"
}

quiet_asked()
{
	touch "$LEV_TMP/$1.ask"
	busywait 60000 grep -q answered "$LEV_TMP/$1.quiet"
	check_err $? "$1: no end"
	tail -n 1 "$LEV_TMP/$1.quiet"
}

all_by()
{
	LEV_FAMILY=4 send_by "$1"
	LEV_FAMILY=6 send_by "$1"
}

remembered()
{
	levctl_on "$1" -j service show lev0 | jq -c 'map(.entries_remembered)'
}

# levctl_lines I LINE...
levctl_lines()
{
	local i=$1
	shift

	printf '%s\n' "$@" | levctl_on "$i" -b -
}

change()
{
	lev_load && lev_topology levelers=2 servers=4 netc=1 && start_http_all
	check_err $? "no test bed"
	echo "a key of thirty-two bytes, so to say" | head -c 32 >"$LEV_TMP/key"
	chmod 600 "$LEV_TMP/key"
	lev_setup_all key "$LEV_TMP/key" && on_all "${LEV_BASE[0]}"
	check_err $? "no cluster"
	slowwait 10 all_up
	check_err $? "not all servers are up"
	# What a node learns in its first seconds is no change.
	lib_sleep 5
	all_by 1
	quiet_open before
	local line
	for line in "${CHANGES[@]}"; do
		on_all "$line"
	done
	quiet_open after
	check_eq "$(remembered 2)" "$(remembered 1)" "entries remembered by leveler 2"
	log_test "two changes are remembered" "$(remembered 1)"
}

all_up()
{
	[ "$(levctl_on 1 -j server show lev0 | jq 'map(.up) | all')" = true ]
}

# restart I: with the config that is in force, at once
restart()
{
	levctl_on "$1" cluster del lev0
	{
		lev_config "$1" key "$LEV_TMP/key"
		printf '%s\n' "${LEV_BASE[@]}" "${CHANGES[@]}"
	} | levctl_on "$1" -b - && ip -n "$(lev_ns "$1")" link set lev0 up
}

told_before_lanes()
{
	local lanes said

	record pins 2
	record moved 3
	restart 2
	check_err $? "leveler 2 does not start"
	# The first state that is not "starting" comes with all that is remembered.
	busywait 15000 not_starting
	check_err $? "leveler 2 still starts"
	said=$(remembered 2)
	lanes=$(lev_stat 2 owned_lanes)
	check_eq "$said" "$(remembered 1)" "entries remembered by leveler 2, with lanes '$lanes'"
	lev_wait_state 2 active 5000
	check_err $? "leveler 2 is not active"
	log_test "one that starts takes no lane before it was told" "$said"
}

# record NAME TYPE: a frame of this type that leveler 1 sends next
record()
{
	start_in_ns "$router" /usr/bin/python3 "$net_dir/beats.py" capture eth0 1 1 "$2" \
		>"$LEV_TMP/$1.frame" 2>"$LEV_TMP/$1.says"
	busywait 10000 grep -q listening "$LEV_TMP/$1.says"
	check_err $? "nobody records"
}

not_starting()
{
	[ "$(lev_stat 2 reason)" != starting ]
}

quiet_ones_kept()
{
	local said

	all_by 2
	said=$(quiet_asked before)
	check_eq "$said" "answered $((2 * quiet)) of $((2 * quiet))" "those that were silent"
	log_test "it keeps connections that were silent since before the change" "$said"
}

new_ones_kept()
{
	local said

	said=$(quiet_asked after)
	check_eq "$said" "answered $((2 * quiet)) of $((2 * quiet))" "those that were silent"
	log_test "and those that began after it" "$said"
}

# The same again, with a change that only the two know that run.
told_of_one_more()
{
	local said

	lev_setup_all_again
	check_err $? "no third round"
	all_by 2
	quiet_open third
	on_all "server set lev0 10.0.1.103 weight 0"
	CHANGES+=("server set lev0 10.0.1.103 weight 0")
	restart 1
	check_err $? "leveler 1 does not start"
	lev_wait_state 1 active 15000
	check_err $? "leveler 1 is not active"
	check_eq "$(remembered 1)" "$(remembered 2)" "entries remembered by leveler 1"
	all_by 1
	said=$(quiet_asked third)
	check_eq "$said" "answered $((2 * quiet)) of $((2 * quiet))" "those that were silent"
	log_test "who was told tells the next one" "$said"
}

lev_setup_all_again()
{
	lib_sleep 4
	[ "$(lev_stat 2 state)" = active ]
}

# on_one I LINE: a change that leveler I makes alone
on_one()
{
	levctl_on "$1" -b - <<<"$2"
	check_err $? "change refused on leveler $1"
}

# back_up LINE: leveler 2 is set up again, and makes the change that it missed; all goes by it then
back_up()
{
	ip -n "$lev2" link set lev0 up && lev_wait_stat 2 reason config 5000
	check_err $? "leveler 2 does not see that it missed a change"
	on_one 2 "$1"
	lev_wait_state 2 active 15000
	check_err $? "leveler 2 is not active again"
	check_eq "$(remembered 2)" "$(remembered 1)" "entries remembered by leveler 2"
	all_by 2
}

# asked_all NAME...: these connections are kept
asked_all()
{
	local name

	for name in "$@"; do
		check_eq "$(quiet_asked "$name")" "answered $((2 * quiet)) of $((2 * quiet))" \
			"those opened $name"
	done
}

down_and_up()
{
	all_by 1
	quiet_open first
	on_all "server set lev0 10.0.1.103 weight 4"
	quiet_open second
	ip -n "$lev2" link set lev0 down
	quiet_open while_down
	on_one 1 "server set lev0 10.0.1.104 weight 3"
	quiet_open at_last
	back_up "server set lev0 10.0.1.104 weight 3"
	CHANGES+=("server set lev0 10.0.1.103 weight 4" "server set lev0 10.0.1.104 weight 3")
	asked_all first second while_down at_last
	log_test "one that is set down and up learns of a change that it missed" \
		"$((8 * quiet)) connections"
}

# While it is down the other one forgets, too: what is left of it here is of no use any more.
forgets_what_is_past()
{
	on_all "server set lev0 10.0.1.103 weight 1"
	CHANGES+=("server set lev0 10.0.1.103 weight 1")
	ip -n "$lev2" link set lev0 down
	restart 1 && lev_wait_state 1 active 15000
	check_err $? "leveler 1 is not active"
	# As above: from now on a change is one.
	lib_sleep 5
	all_by 1
	quiet_open anew
	on_one 1 "server set lev0 10.0.1.104 weight 4"
	back_up "server set lev0 10.0.1.104 weight 4"
	asked_all anew
	log_test "and forgets what it alone remembers" "$(remembered 2)"
}

refused()
{
	echo $(($(lev_stat "$1" pins_rejected) + $(lev_stat "$1" beats_rejected)))
}

refused_more()
{
	[ "$(refused 2)" -ge "$1" ]
}

# What leveler 1 sent while the other started, again, and with a bit of each byte changed.
forged()
{
	local name kind sent before picture

	picture=$(remembered 2) before=$(refused 2)
	for name in pins moved; do
		[ -s "$LEV_TMP/$name.frame" ]
		check_err $? "$name: leveler 1 sent none"
		for kind in replay flip; do
			/usr/bin/python3 "$net_dir/beats.py" make "$kind" "$LEV_TMP/key" \
				<"$LEV_TMP/$name.frame"
		done
	done >"$LEV_TMP/forged"
	sent=$(wc -l <"$LEV_TMP/forged")
	check_between "$sent" 300 3000 "frames made"
	in_ns "$router" /usr/bin/python3 "$net_dir/beats.py" send eth0 <"$LEV_TMP/forged"
	busywait 5000 refused_more $((before + sent))
	check_err $? "$(($(refused 2) - before)) of $sent were refused"
	check_eq "$(remembered 2)" "$picture" "entries remembered"
	log_test "forged and repeated frames are refused" "$sent of them"
}

require_command nginx
require_command jq
require_command python3
tests_run

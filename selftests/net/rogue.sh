#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Nodes that have the key, and say anything: LEV_FRAMES frames (2,000) on each net, rightly signed, by
# two at once; then again while the key changes. None harms, and when they are gone the others serve
# as before, and soon. LEV_SEED repeats a run; one with many more frames needs a LEV_TIMEOUT.
# needs: module
# timeout: 600
# time-travel: only

ALL_TESTS="begin one_key two_keys agree"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/flows.sh
. "$(dirname "$0")/flows.sh"
# shellcheck source=selftests/net/frames.sh
. "$(dirname "$0")/frames.sh"

frames=${LEV_FRAMES:-2000}
seed=${LEV_SEED:-$((RANDOM << 15 | RANDOM))}
config=()
# Documentation/security.rst says it: until who is gone is lost, and what the others remember is told.
soon=10000

begin()
{
	frames_begin
	on_all "$(printf '%s\n' "node add lev0 3" "node add lev0 4")"
	config[1]=$(config_of 1)
	config[2]=$(config_of 2)
	start_in_ns "$lev1" "$LEVCTL" -j monitor lev0 >"$LEV_TMP/events"
	log_test "two levelers of four serve, and remember a change" "LEV_SEED=$seed"
}

config_of()
{
	levctl_on "$1" save lev0 | grep -v '^version:'
}

sum()
{
	echo $(($(lev_stat 1 "$1") + $(lev_stat 2 "$1")))
}

# rogues KEYFILES: one in front, from the router's address, one on the back, from a server's; and a
# client between them
rogues()
{
	local pid pids

	: >"$LEV_TMP/events"
	start_in_ns "$router" /usr/bin/python3 "$net_dir/rogue.py" eth0 0 3 "$1" "$frames" $((seed++))
	pids=("$started_pid")
	start_in_ns "$srv1" /usr/bin/python3 "$net_dir/rogue.py" eth0 1 4 "$1" "$frames" $((seed++))
	pids+=("$started_pid")
	while kill -0 "${pids[@]}" 2>/dev/null; do
		get -m 1 "http://$SERV_IP/" >/dev/null 2>&1
		lib_sleep 0.1
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
		check_err $? "a rogue ended with an error"
	done
	# They were taken for nodes, or nothing much was tried.
	grep -qE '"view": ?\[[0-9, ]*[34]' "$LEV_TMP/events"
	check_err $? "no rogue came into the view"
}

quiet_again()
{
	view_is 1-2 && in_force
}

# gone: they are, and all is well. The router is no node any more, and served.
gone()
{
	local i

	busywait $soon quiet_again
	check_err $? "not in the game: $(levctl_on 1 status lev0; levctl_on 2 status lev0)"
	served
	for i in 1 2; do
		check_eq "$(config_of $i)" "${config[i]}" "leveler $i: config"
	done
}

one_key()
{
	local name
	local -A had

	for name in beats_heard beats_rejected pins_heard pins_rejected; do
		had[$name]=$(sum $name)
	done
	rogues "$LEV_TMP/key"
	for name in "${!had[@]}"; do
		[ "$(sum "$name")" -gt "${had[$name]}" ]
		check_err $? "no frame counts as $name"
	done
	gone
	log_test "twice $frames frames, and they are gone" \
		"$(($(sum beats_heard) - had[beats_heard])) heartbeats and $(($(sum pins_heard) - had[pins_heard])) frames with pins were taken"
}

two_keys()
{
	local i

	head -c 32 /dev/urandom >"$LEV_TMP/next"
	chmod 600 "$LEV_TMP/next"
	for i in 1 2; do
		levctl_on $i cluster set lev0 key "$LEV_TMP/next"
		check_err $? "leveler $i: another key"
	done
	rogues "$LEV_TMP/next,$LEV_TMP/key"
	for i in 1 2; do
		levctl_on $i cluster set lev0 oldkey none
		check_err $? "leveler $i: no old key"
	done
	gone
	log_test "the same while the key changes"
}

agree()
{
	on_all "server set lev0 10.0.1.102 weight 3"
	served
	log_test "the others agree on a change"
}

require_command nginx
require_command python3
require_command nstat
require_command jq
tests_run

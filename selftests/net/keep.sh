#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The servers of a pool change under traffic, IPv4 and IPv6, while two levelers turn every second:
# no connection breaks but those of a server that dies.
# Servers answer through Net C, so that only the levelers' choice of a server counts.
# LEV_LONGS is how many downloads each step adds by each family, LEV_RATE the fresh connections a
# second, LEV_BASE_SERVERS the servers to begin with.
# needs: module
# timeout: 500
# time-travel: only

ALL_TESTS="begin server_added server_weighted server_drained server_deleted leveler_crashes server_dies
	server_back memory_ends"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/meter.sh
. "$(dirname "$0")/meter.sh"
# shellcheck source=selftests/net/flows.sh
. "$(dirname "$0")/flows.sh"
# shellcheck source=selftests/net/watch.sh
. "$(dirname "$0")/watch.sh"

base=${LEV_BASE_SERVERS:-4}
extra=$((base + 1))
longs=4
rate=20
# An emulated machine would take a quarter of an hour for all.
if [ "${LEV_GUEST:-}" = vm ]; then
	ALL_TESTS="begin server_added server_drained leveler_crashes server_dies memory_ends"
	longs=2
	rate=10
fi
longs=${LEV_LONGS:-$longs}
rate=${LEV_RATE:-$rate}
changes=()
steps=0

# hold NAME: some more downloads by both families, that were begun before the next change
hold()
{
	local to

	for to in $SERV_IP $SERV_IP6; do
		start_in_ns "$client" "$LEVMETER" -j --progress --interval 500ms --long "$longs" \
			--long-path '/big?rate=20k' --timeout 10s "$to" \
			>"$LEV_TMP/$1-$to.json" 2>"$LEV_TMP/$1-$to.progress"
		meter_pid[$1-$to]=$started_pid
		busywait 15000 progress_says "$1-$to" "open $longs"
		check_err $? "$longs downloads by $to do not begin"
	done
	held+=("$1-$SERV_IP" "$1-$SERV_IP6")
}

held=()

# progress_says NAME TEXT: without a process of its own, as it is asked again and again
progress_says()
{
	[[ $(<"$LEV_TMP/$1.progress") == *"$2"* ]]
}

# broken_now: downloads that are broken so far
broken_now()
{
	(cd "$LEV_TMP" && tail -qn 1 "${held[@]/%/.progress}") |
		sed -nE 's/.*broken ([0-9]+).*/\1/p' | awk '{ n += $1 } END { print n + 0 }'
}

# step NAME: what follows a change; for three turns more nothing breaks, and more is begun
step()
{
	lib_sleep 3
	check_eq "$(broken_now)" "${may_break:-0}" "broken downloads"
	steps=$((steps + 1))
	hold "$1"
}

change()
{
	on_all "$1"
	changes+=("$1")
}

moved()
{
	levctl_on 1 -j service show lev0 | jq -r '.[0] |
		"\(.entries_moved) of 65537 entries moved, \(.entries_remembered) remembered"'
}

# flows_of I [LEVELER]
flows_of()
{
	levctl_on "${2:-1}" -j server show lev0 |
		jq -r ".[] | select(.address == \"10.0.1.$((100 + $1))\") | .flows"
}

begin()
{
	local i

	lev_load && lev_topology levelers=2 servers=$extra netc=1 && start_http_all
	check_err $? "no test bed"
	LEV_SERVERS=$base
	lev_setup_all lanes 1 period 2s "${lev_patient[@]}" && on_all "service add lev0 $SERV_IP6"
	check_err $? "no cluster"
	slowwait 10 all_up
	check_err $? "not all servers are up"
	# What a node learns in its first seconds is no change.
	lib_sleep 5
	check_eq "$(lev_stat 1 flows_pinned) $(lev_stat 2 flows_pinned)" "0 0" "pins"
	start_turn6
	watch_all
	start_in_ns "$client" "$LEVMETER" -j --progress --interval 500ms --http "$rate" \
		--timeout 10s $SERV_IP >"$LEV_TMP/fresh.json" 2>"$LEV_TMP/fresh.progress"
	meter_pid[fresh]=$started_pid
	busywait 15000 progress_says fresh "ok "
	check_err $? "no fresh requests: $(<"$LEV_TMP/fresh.progress")"
	hold first
	# Few may all be on other servers than the one that is to be drained.
	for ((i = 2; i < 20; i++)); do
		! first_has_some || break
		hold "first$i"
	done
	log_test "$base servers serve, two levelers turn" "$((${#held[@]} * longs)) downloads"
}

clients_of_first()
{
	in_ns "$(srv_ns 1)" ss -Htn state established 'sport = :80' | awk '{ print $4 }' | sort
}

# Connections that last, other than the fresh ones
first_has_some()
{
	clients_of_first >"$LEV_TMP/clients"
	lib_sleep 1
	clients_of_first | comm -12 - "$LEV_TMP/clients" | grep -q .
}

all_up()
{
	[ "$(levctl_on 1 -j server show lev0 | jq 'map(.up) | all')" = true ]
}

server_added()
{
	change "server add lev0 10.0.1.$((100 + extra))"
	slowwait 10 all_up
	check_err $? "the new server does not come up"
	step added
	[ "$(lev_stat 1 flows_pinned)" -gt 0 ] && [ "$(lev_stat 2 flows_pinned)" -gt 0 ]
	check_err $? "nothing was pinned"
	[ "$(lev_stat 1 pins_heard)" -gt 0 ] && [ "$(lev_stat 2 pins_heard)" -gt 0 ]
	check_err $? "pins are not told"
	log_test "a server is added, nothing breaks" "$(moved)"
}

server_weighted()
{
	change "server set lev0 10.0.1.102 weight 3"
	step weighted
	log_test "a server's weight changes, nothing breaks" "$(moved)"
}

flows_counted()
{
	[ "$(flows_of 1)" -gt 0 ] && [ "$(flows_of 1 2)" -gt 0 ]
}

server_drained()
{
	change "server set lev0 10.0.1.101 state drain"
	step drained
	slowwait 15 flows_counted
	check_err $? "flows of the drained server: $(flows_of 1), $(flows_of 1 2)"
	log_test "a server is drained, nothing breaks" "$(moved), $(flows_of 1) flows left"
}

# A server without flows: no download is on it, and no SYN goes there.
server_deleted()
{
	change "server set lev0 10.0.1.$((100 + extra)) weight 0"
	step "weight-0"
	in_ns "$(srv_ns "$extra")" ss -Htn state established 'sport = :80' >"$LEV_TMP/left"
	may_break=$(($(broken_now) + $(wc -l <"$LEV_TMP/left")))
	change "server del lev0 10.0.1.$((100 + extra))"
	# The last ones break when they have been silent for their time.
	lib_sleep 15
	check_between "$(broken_now)" 0 "$may_break" "broken downloads"
	may_break=$(broken_now)
	step deleted
	log_test "a server is deleted, only its own connections break" "$may_break, $(moved)"
}

# setup_again I: with all that was changed so far
setup_again()
{
	{
		lev_config "$1" lanes 1 period 2s "${lev_patient[@]}"
		printf '%s\n' "service add lev0 $SERV_IP6" "${changes[@]}"
	} | levctl_on "$1" -b - && ip -n "$(lev_ns "$1")" link set lev0 up
}

# It says nothing before it goes, and forgets all: what moved, and pins.
leveler_crashes()
{
	echo 1 >"$LEV_TMP/turn6"
	# The one whose second it is keeps it.
	lib_sleep 2.5
	lev_cut 2
	levctl_on 2 cluster del lev0
	lev_wait_stat 1 view 1 3000
	check_err $? "leveler 1 does not miss the other"
	hold "while-gone"
	lev_heal 2
	setup_again 2
	check_err $? "leveler 2 does not start"
	lev_wait_state 2 active 10000 && lev_wait_stat 1 view 1-2 5000
	check_err $? "the two do not find each other"
	check_eq "$(remembered 2)" "$(remembered 1)" "entries remembered by leveler 2"
	echo 1 2 >"$LEV_TMP/turn6"
	step back
	log_test "a leveler crashes and comes back while changes are remembered, nothing breaks"
}

remembered()
{
	levctl_on "$1" -j service show lev0 | jq '.[0].entries_remembered'
}

server_dies()
{
	local own

	own=$(in_ns "$(srv_ns 3)" ss -Htn state established 'sport = :80' | wc -l)
	may_break=$((may_break + own))
	srv_cut 3
	lib_sleep 15
	check_between "$(broken_now)" 0 "$may_break" "broken downloads"
	may_break=$(broken_now)
	step dead
	log_test "a server dies, only its own connections break" "$may_break broken, $own were on it"
}

server_back()
{
	srv_heal 3
	slowwait 15 all_up
	check_err $? "the server does not come back"
	step up-again
	log_test "it comes back, nothing more breaks" "$(moved)"
}

forgotten()
{
	local i

	for i in 1 2; do
		[ "$(flows_of 2 $i)" = null ] || return
	done
}

memory_ends()
{
	local name failed broken_on

	for name in "${held[@]}" fresh; do
		meter_stop "$name"
	done
	broken_on=$(cd "$LEV_TMP" && jq -rs 'map(.long.broken_on | to_entries[]) | group_by(.key) |
		map("\(map(.value) | add) on \(.[0].key)") | join(", ")' "${held[@]/%/.json}")
	[[ $broken_on =~ ^[0-9]+\ on\ srv3(, [0-9]+\ on\ srv$extra)?$ ]]
	check_err $? "broken downloads are on others than servers 3 and $extra: $broken_on"
	failed=$(meter_get fresh .http.failed)
	# Those that were being answered by the server that died, or that was deleted.
	check_between "$failed" 0 $((rate * 5)) "failed requests"
	start_in_ns "$(lev_ns 1)" "$LEVCTL" -j monitor lev0 >"$LEV_TMP/events"
	on_all "cluster set lev0 memory 10s"
	slowwait 120 forgotten
	check_err $? "flows are still counted: $(flows_of 2), $(flows_of 2 2)"
	busywait 5000 grep -q drained "$LEV_TMP/events"
	check_eq "$(jq -r 'select(.event == "drained").address' "$LEV_TMP/events")" 10.0.1.101 \
		"servers that are said to have no flows left"
	check_eq "$(levctl_on 1 -j service show lev0 | jq '.[0].entries_remembered')" null \
		"entries remembered"
	[ "$RET" -eq 0 ] || tell_events events
	log_test "the memory ends" \
		"$(meter_get fresh .http.ok) requests, $failed failed; broken: $broken_on"
}

# Requests that wait their ten seconds are as many open sockets.
ulimit -n $((8192 + 20 * rate))
require_command nginx
require_command jq
require_command ss
tests_run

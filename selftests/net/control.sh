#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# levctl against the module: each noun and verb, what is shown as text and as JSON, in sysfs and as
# events, and by "ip". What is refused is in refuse.sh.
# needs: module
# timeout: 200

ALL_TESTS="nouns shows_json shows_text sysfs stats top events ip_link many batch in_a_row
	down_hears_nobody health percent netns_option"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/bed.sh
. "$(dirname "$0")/bed.sh"

# json EXPRESSION WORD...: is it true of what "levctl -j WORD..." shows?
json()
{
	local expression=$1 shown
	shift

	shown=$(ctl -j "$@") && jq -e "$expression" >/dev/null <<<"$shown"
	check_err $? "levctl -j $*: $shown: not $expression"
}

nouns()
{
	cat >"$LEV_TMP/nouns" <<-TEXT
		cluster add lev0 id 7 node 1 front front back back
		cluster set lev0 lanes 32 period 2s heartbeat 50ms dead 10 failback never
		node add lev0 2 weight 3 priority 50
		node add lev0 3
		node set lev0 2 weight 4
		node set lev0 1 weight 2 priority 90
		node del lev0 3
		address add lev0 $LEV_IP
		address add lev0 10.0.0.202
		address add lev0 10.0.1.250 side back
		address del lev0 10.0.0.202
		service add lev0 $SERV_IP
		service add lev0 10.0.1.201 proto tcp port 80 hash source pool web
		service add lev0 10.0.1.202 proto udp
		service set lev0 10.0.1.201 proto tcp port 80 hash flow
		service del lev0 10.0.1.202 proto udp
		server add lev0 10.0.1.101
		server add lev0 10.0.1.102 weight 5
		server add lev0 10.0.1.103 pool web state drain
		server set lev0 10.0.1.102 weight 7 state drain
		server set lev0 10.0.1.103 pool web weight 9
		server add lev0 10.0.1.104
		server del lev0 10.0.1.104
	TEXT
	ctl -b "$LEV_TMP/nouns" 2>"$LEV_TMP/err"
	check_err $? "refused: $(cat "$LEV_TMP/err")"
	log_test "every noun: add, set, del"
}

# wrong_in FILE FILTER: which of the named truths of FILTER does not hold of the JSON texts in FILE?
wrong_in()
{
	jq -rs "$2 | to_entries | map(select(.value | not).key) | join(\" \")" "$1"
}

shows_json()
{
	bed_wait active
	check_err $? "it does not become active"
	ctl -j -b - >"$LEV_TMP/shown" <<-TEXT
		cluster show lev0
		node show lev0
		node show lev0 2
		address show lev0
		service show lev0
		server show lev0
		server show lev0 10.0.1.101
		status lev0
	TEXT
	check_eq "$(wrong_in "$LEV_TMP/shown" '{
		cluster: (.[0] == [{device: "lev0", id: 7, node: 1, front: "front", back: "back",
			mac: "virtual", lanes: 32, period_ms: 2000, heartbeat_ms: 50, dead: 10,
			failback_ms: null, flows: 1048576, memory_ms: 600000,
			refresh_ms: 60000, pace: 3200, key: false}]),
		macs: (.[7][0].macs == {front: {mac: "virtual", why: null},
			back: {mac: "virtual", why: null}}),
		nodes: (.[1] | map([.id, .weight, .priority]) == [[1, 2, 90], [2, 4, 50]]),
		"own state": (.[1][0].state == "active"),
		"state of one not heard": (.[1][1].state == null),
		node: (.[2] == [.[1][1]]),
		address: (.[3] == [{address: "10.0.0.200", side: "front"},
			{address: "10.0.1.250", side: "back"}]),
		service: (.[4] | map(del(.entries_moved, .entries_remembered)) == [{address: "10.0.1.200", proto: null, port: null, hash: "flow",
			pool: "default", servers_up: 1}, {address: "10.0.1.201", proto: "tcp",
			port: 80, hash: "flow", pool: "web", servers_up: 0}]),
		servers: (.[5] | map([.address, .pool, .weight, .state, .up]) == [
			["10.0.1.101", "default", 1, "active", true],
			["10.0.1.102", "default", 7, "drain", false],
			["10.0.1.103", "web", 9, "drain", false]]),
		server: (.[6] | length == 1 and .[0].reached and .[0].entries == 65537 and
			.[0].share_percent == 100),
		mac: (.[6][0].mac == "'"$srv_address"'"),
		self: (.[7][0] | .device == "lev0" and .state == "active" and .reason == "none" and
			.front_up and .back_up and .authenticated == false and .pending == null),
		view: (.[7][0] | .view == [1] and .keeper == 1 and .priority == 90 and .clock_ns > 0),
		lanes: (.[7][0] | .owners == [range(32) | 1]),
		status: (.[7][0].nodes | map([.id, .state, .heard, .lanes]) ==
			[[1, "active", null, 32], [2, "silent", false, 0]])}')" "" "JSON"
	log_test "show and status as JSON"
}

shows_text()
{
	local noun

	for noun in cluster node address service server; do
		check_eq "$(ctl $noun show lev0 | wc -l)" \
			$((1 + $(ctl -j $noun show lev0 | jq length))) "lines of $noun show"
	done
	ctl cluster show | grep -qE '^lev0 +7 +1 +front +back +virtual +32 +2s +50ms +10 +never +1048576 +10m +1m +3200 +no'
	check_err $? "cluster show: $(ctl cluster show)"
	ctl server show lev0 | grep -qE '^10\.0\.1\.102 +default +7 +drain'
	check_err $? "server show: $(ctl server show lev0)"
	ctl service show lev0 | grep -qE '^10\.0\.1\.200 +any +any +flow +default +1'
	check_err $? "service show: $(ctl service show lev0)"
	ctl status lev0 >"$LEV_TMP/status"
	grep -q 'unauthenticated' "$LEV_TMP/status" &&
		grep -q 'lev0: cluster 7, node 1, active' "$LEV_TMP/status" &&
		grep -q 'lanes of node 1: 0-31' "$LEV_TMP/status"
	check_err $? "status: $(cat "$LEV_TMP/status")"
	log_test "show and status as text"
}

sysfs()
{
	local dir=$bed_sysfs/lev0/leveler name value counters

	counters=$(sed -nE 's/^\tX\([A-Z0-9_]+, ([a-z0-9_]+),.*/\1/p' \
		"$lev_top/include/uapi/linux/leveler.h")
	# shellcheck disable=SC2086 # a word each
	check_eq "$(cd "$dir" && printf '%s ' *)" "$(printf '%s\n' id node state reason version \
		digest view owned_lanes $counters | sort | tr '\n' ' ')" "files"
	for value in id=7 node=1 state=active reason=none view=1 owned_lanes=32 \
		"version=$(jq -rs '.[7][0].version' "$LEV_TMP/shown")" \
		"digest=$(jq -rs '.[7][0].digest' "$LEV_TMP/shown")"; do
		check_eq "$(<"$dir/${value%%=*}")" "${value#*=}" "${value%%=*}"
	done
	check_eq "$(stat -c %a "$dir"/* | sort -u)" 444 "modes"
	for name in "$dir"/*; do
		mapfile -t value <"$name"
		check_eq "${#value[@]}" 1 "lines of $name"
	done
	for name in $counters; do
		[[ $(<"$dir/$name") =~ ^[0-9]+$ ]]
		check_err $? "$name is no number"
	done
	log_test "sysfs: every file is there, of one line, read-only and right"
}

stats()
{
	local dir=$bed_sysfs/lev0/leveler name value
	local -A before

	for name in "$dir"/*s_*; do
		before[${name##*/}]=$(<"$name")
	done
	ctl -j stats lev0 >"$LEV_TMP/stats"
	while read -r name value; do
		check_between "$value" "${before[$name]:-0}" "$(<"$dir/$name")" "$name"
	done < <(jq -r '.stats | to_entries[] | "\(.key) \(.value)"' "$LEV_TMP/stats")
	jq -e '.device == "lev0" and .stats.beats_sent > 0 and .stats.takeovers >= 32' \
		"$LEV_TMP/stats" >/dev/null
	check_err $? "stats: $(cat "$LEV_TMP/stats")"
	check_eq "$(ctl stats lev0 | awk '{ print $1 }' | xargs)" \
		"$(jq -r '.stats | keys_unsorted | join(" ")' "$LEV_TMP/stats")" "names in text"
	log_test "stats: text, JSON and sysfs tell the same"
}

top()
{
	local before

	before=$(<"$bed_sysfs/lev0/leveler/beats_sent")
	ctl -j top lev0 interval 300ms count 3 >"$LEV_TMP/top"
	check_err $? "top as JSON"
	jq -se --argjson before "$before" --slurpfile status <(ctl -j status lev0) '
		def beats: .rates[] | select(.counter == "beats_sent");
		length == 3 and .[0].rates == null and
		all(.[]; .status.owners == $status[0][0].owners and .gaps == []) and
		all(.[1:][] | beats; .per_second > 5 and .per_second < 100) and
		(.[2] | beats).total > (.[1] | beats).total and
		(.[1] | beats).total > $before' "$LEV_TMP/top" >/dev/null
	check_err $? "top: $(cat "$LEV_TMP/top")"

	# 16 of the 32 lanes can be seen on the ring, at its top the first.
	ctl top lev0 interval 300ms count 2 >"$LEV_TMP/top"
	check_err $? "top as text"
	check_eq "$(grep -c 'lanes of node 1: 0-31' "$LEV_TMP/top")" 2 "pictures"
	check_eq "$(grep -c '^ *1[1 ]*$' "$LEV_TMP/top")" 14 "lines of two rings"
	check_eq "$(grep -c '^  beats_sent  *[0-9.]*  *[0-9]*$' "$LEV_TMP/top")" 1 "rates"
	log_test "top: what moves between two pictures, as text and JSON"
}

# saw EXPRESSION: has the monitor told of such an event?
saw()
{
	jq -se "map(select($1)) | length > 0" "$LEV_TMP/events" >/dev/null 2>&1
}

expect()
{
	busywait 10000 saw "$1"
	check_err $? "no event $1 in: $(cat "$LEV_TMP/events")"
}

events()
{
	start_in_ns "$node" "$LEVCTL" -j monitor lev0 >"$LEV_TMP/events"
	start_in_ns "$node" "$LEVCTL" monitor >"$LEV_TMP/events.text"
	# It has no sign of its own that it listens: changes until it has told of one.
	busywait 30000 poke
	check_err $? "no config event"
	ip -n "$server" link set srv down
	expect '.event == "state" and .state == "silent" and .reason == "back-down"'
	expect '.event == "view" and .view == []'
	expect '.event == "lanes" and .lost == 32 and .owned == 0 and .cause == "takeover"'
	ip -n "$server" link set srv up
	expect '.event == "state" and .state == "active"'
	expect '.event == "lanes" and .gained == 32 and .owned == 32'
	expect '.event == "server" and .address == "10.0.1.101" and .up'
	ip -n "$outside" address add $LEV_IP/32 dev net
	in_ns "$outside" arping -q -c 1 -U -I net $LEV_IP
	ip -n "$outside" address del $LEV_IP/32 dev net
	expect ".event == \"conflict\" and .address == \"$LEV_IP\" and (.mac | length) == 17"
	jq -se 'all(.[]; .device == "lev0") and (map(.clock_ns) | . == sort)' \
		"$LEV_TMP/events" >/dev/null
	check_err $? "clocks of events fall: $(cat "$LEV_TMP/events")"
	grep -qE '^\[[0-9]+\.[0-9]{6}\] lev0 state silent reason back-down$' "$LEV_TMP/events.text"
	check_err $? "text: $(cat "$LEV_TMP/events.text")"
	log_test "monitor: state, view, lanes, server, config and conflict events"
}

poke()
{
	weight=$((weight % 9 + 1))
	ctl node set lev0 2 weight $weight
	lib_sleep 0.1
	saw '.event == "config" and .version > 1 and (.digest | length) == 16'
}

ip_link()
{
	ctl cluster del lev0
	ip -n "$node" link show lev0 >/dev/null 2>&1
	check_fail $? "lev0 is still there"
	ip -n "$node" link add lev0 type leveler
	check_err $? "ip link add"
	ip -n "$node" link set lev0 up 2>/dev/null
	check_fail $? "up without id, node, front and back"
	ctl cluster set lev0 id 9 node 3 front front back back
	check_err $? "cluster set"
	json '.[0] | .id == 9 and .node == 3 and .lanes == 16' cluster show lev0
	check_eq "$(<"$bed_sysfs/lev0/leveler/reason")" stopping "reason while it is down"
	ip -n "$node" link set lev0 up
	check_err $? "ip link set up"
	ctl server add lev0 10.0.1.101
	bed_wait active
	check_err $? "not active"
	log_test "ip link add type leveler, cluster set, ip link set up"

	ctl address add lev0 $LEV_IP
	check_eq "$(ip -n "$node" -o -4 address show dev lev0 | awk '{ print $4 }')" $LEV_IP/32 \
		"address on lev0"
	ctl address del lev0 $LEV_IP
	check_eq "$(ip -n "$node" -o -4 address show dev lev0)" "" "address after del"
	ip -n "$node" -d link show lev0 | grep -qw leveler
	check_err $? "ip -d link show does not say leveler"
	ip -n "$node" link del lev0
	check_err $? "ip link del"
	json '. == []' cluster show
	log_test "a LevIP is on lev0 as /32, and gone with its del; ip link del"
}

many()
{
	local i

	for i in 0 1 2; do
		ctl cluster add "lev$i" id $((10 + i)) node 1 front front back back
		check_err $? "lev$i"
		ctl server add "lev$i" 10.0.1.101
	done
	in_ns "$outside" "$LEVCTL" cluster add lev0 id 10 node 2 front net back net
	check_err $? "lev0 in the other namespace"
	json 'map([.device, .id]) == [["lev0", 10], ["lev1", 11], ["lev2", 12]]' cluster show
	json 'map(.device) == ["lev0", "lev1", "lev2"]' status
	check_eq "$(in_ns "$outside" "$LEVCTL" -j cluster show | jq -c 'map([.device, .node])')" \
		'[["lev0",2]]' "the other namespace's"
	bed_wait active lev2
	check_err $? "lev2 is not active"
	in_ns "$outside" "$LEVCTL" cluster del lev0
	ctl cluster del lev1
	json 'map(.device) == ["lev0", "lev2"]' cluster show
	ctl cluster del lev0
	ctl cluster del lev2
	log_test "several clusters in one namespace, one name in two"
}

batch()
{
	cat >"$LEV_TMP/batch" <<-TEXT
		# all of it
		cluster add lev0 id 7 node 1 front front back back
		node add lev0 2
		address add lev0 $LEV_IP   # LevIP
		address show lev0
	TEXT
	check_eq "$(ctl -j -b "$LEV_TMP/batch" | jq -c 'map(.address)')" '["10.0.0.200"]' "batch"
	printf 'node add lev0 4\nnode add lev0 2\nnode add lev0 5\n' >"$LEV_TMP/batch"
	ctl -b "$LEV_TMP/batch" 2>"$LEV_TMP/err"
	check_eq $? 2 "status of a batch that is refused"
	grep -q 'line 2: .*already (id 2)' "$LEV_TMP/err"
	check_err $? "said: $(cat "$LEV_TMP/err")"
	json 'map(.id) == [1, 2, 4]' node show lev0
	log_test "batch: done in order, ends at the first refusal, names the line"
}

# reached_are [TRUE,...]: of all servers
reached_are()
{
	[ "$(ctl -j server show lev0 | jq -c 'map(.reached)')" = "$1" ]
}

# A change of the config asks new servers at once. Old ones whose answer takes longer than the next
# changes have not failed.
in_a_row()
{
	local i

	ip -n "$server" address add fd00:b::101/64 dev srv nodad
	ip -n "$node" address add fd00:b::1/64 dev back nodad
	ctl -b - <<-TEXT
		server add lev0 10.0.1.101
		server add lev0 fd00:b::101
	TEXT
	slowwait 10 reached_are '[true,true]'
	check_err $? "servers are not reached: $(ctl server show lev0)"
	tc -n "$server" qdisc add dev srv root netem delay 300ms
	check_err $? "no delay"
	for ((i = 8; i < 28; i++)); do
		echo "node add lev0 $i"
	done >"$LEV_TMP/batch"
	ctl -b "$LEV_TMP/batch"
	check_err $? "batch"
	check_eq "$(ctl -j server show lev0 | jq -c 'map(.reached)')" "[true,true]" "reached"
	tc -n "$server" qdisc change dev srv root netem loss 100%
	slowwait 10 reached_are '[false,false]'
	check_err $? "servers that do not answer at all are still reached"
	tc -n "$server" qdisc del dev srv root
	log_test "20 changes in a row: a server that answers in 300 ms is still reached"
}

# A cluster that is down asks nobody, and what it hears then says nothing of the time when it is up.
down_hears_nobody()
{
	slowwait 10 reached_are '[true,true]'
	check_err $? "servers are not reached: $(ctl server show lev0)"
	ip -n "$node" link set lev0 down
	in_ns "$server" arping -q -c 1 -w 5 -I srv 10.0.1.1
	check_err $? "the node does not answer the server"
	tc -n "$server" qdisc add dev srv root netem loss 100%
	ip -n "$node" link set lev0 up
	# Who is not missed at once is missed after three questions.
	busywait 1000 reached_are '[false,false]'
	check_err $? "reached: $(ctl server show lev0)"
	tc -n "$server" qdisc del dev srv root
	slowwait 10 reached_are '[true,true]'
	check_err $? "servers are not reached: $(ctl server show lev0)"
	log_test "a cluster that is down hears no server"
}

# health_is HEALTH UP: of all servers
health_is()
{
	[ "$(ctl -j server show lev0 | jq -c 'map([.health, .up, .reached]) | unique')" = \
		"[[\"$1\",$2,true]]" ]
}

# What checks say is this node's vote: alone, it decides. It is no part of the config.
health()
{
	local version

	slowwait 10 health_is up true
	check_err $? "before: $(ctl server show lev0)"
	version=$(<"$bed_sysfs/lev0/leveler/version")
	ctl -b - <<-TEXT
		server set lev0 10.0.1.101 health down
		server set lev0 fd00:b::101 health down
	TEXT
	check_err $? "health down"
	busywait 1000 health_is down false
	check_err $? "down: $(ctl server show lev0)"
	check_eq "$(<"$bed_sysfs/lev0/leveler/version")" "$version" "version"
	ip -n "$node" link set lev0 down
	ip -n "$node" link set lev0 up
	slowwait 10 health_is down false
	check_err $? "down and up again: $(ctl server show lev0)"
	ctl -b - <<-TEXT
		server set lev0 10.0.1.101 health up
		server set lev0 fd00:b::101 health up
	TEXT
	busywait 1000 health_is up true
	check_err $? "up: $(ctl server show lev0)"
	log_test "a server whose check fails is down, though it is reached"
}

# Of each server: its percent, what is agreed, and more than a third of the table or less
percent_is()
{
	[ "$(ctl -j server show lev0 |
		jq -c 'map([.percent, .agreed_percent, .share_percent > 30])')" = "$1" ]
}

# Votes on weights: alone, this node decides. No part of the config, and as many as a word has room for.
percent()
{
	local version i

	ctl service add lev0 10.0.1.200
	version=$(<"$bed_sysfs/lev0/leveler/version")
	slowwait 10 percent_is '[[100,100,true],[100,100,true]]'
	check_err $? "before: $(ctl server show lev0)"
	ctl server set lev0 fd00:b::101 percent 25
	check_err $? "percent 25"
	slowwait 5 percent_is '[[100,100,true],[25,25,false]]'
	check_err $? "a quarter: $(ctl server show lev0)"
	ctl server set lev0 fd00:b::101 percent 50 health down
	slowwait 5 percent_is '[[100,100,true],[50,0,false]]'
	check_err $? "down: $(ctl server show lev0)"
	ctl server set lev0 fd00:b::101 health up
	slowwait 5 percent_is '[[100,100,true],[50,50,true]]'
	check_err $? "half: $(ctl server show lev0)"
	ctl server set lev0 fd00:b::101 percent 100
	slowwait 5 percent_is '[[100,100,true],[100,100,true]]'
	check_err $? "all again: $(ctl server show lev0)"
	check_eq "$(<"$bed_sysfs/lev0/leveler/version")" "$version" "version"
	for ((i = 0; i < 65; i++)); do
		echo "server add lev0 10.0.2.$i"
	done | ctl -b -
	for ((i = 0; i < 64; i++)); do
		echo "server set lev0 10.0.2.$i percent 95"
	done | ctl -b -
	check_err $? "64 with less"
	ctl server set lev0 10.0.2.64 percent 95 2>"$LEV_TMP/err"
	check_fail $? "one more"
	grep -q "64 servers get less than 100 percent already" "$LEV_TMP/err"
	check_err $? "one more: $(<"$LEV_TMP/err")"
	ctl server set lev0 10.0.2.0 percent 100 && ctl server set lev0 10.0.2.64 percent 95
	check_err $? "in the place of another"
	for ((i = 0; i < 65; i++)); do
		echo "server del lev0 10.0.2.$i"
	done | ctl -b -
	ctl service del lev0 10.0.1.200
	log_test "a server gets so much of its weight as checks say"
}

netns_option()
{
	check_eq "$("$LEVCTL" -n "$node" -j cluster show | jq -r '.[0].device')" lev0 "-n"
	check_eq "$("$LEVCTL" -n "$outside" -j cluster show)" "[]" "-n of the other"
	log_test "-n: another namespace"
}

require_command jq
require_command arping
bed_setup || skip_all "no module"
weight=0
srv_address=$(ip -n "$server" -j link show dev srv | jq -r '.[0].address')
tests_run

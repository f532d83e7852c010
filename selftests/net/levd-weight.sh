#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# How much of its weight levd gives a server: little after it came up, and as it answers. Both levelers
# agree on it, and the table has as much for it. LEV_FAMILY and LEV_SERVER_FAMILY as in levd.sh
# (levd-weight6.sh).
# needs: module
# timeout: 200
# time-travel: only

ALL_TESTS="made rises goes_down goes_on begins_again answers is_calm prints both crowded"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/meter.sh
. "$(dirname "$0")/meter.sh"
# shellcheck source=selftests/net/daemon.sh
. "$(dirname "$0")/daemon.sh"

slow=20
often="interval: 250ms, timeout: 200ms, rise: 1, fall: 1"
slowly="{type: http, path: /health, $often, slowstart: ${slow}s}"

# percents I: what leveler I's levd gives the servers, and what is agreed
percents()
{
	levctl_on "$1" -j server show lev0 | jq -c 'map([.percent, .agreed_percent])'
}

percents_are()
{
	[ "$(percents "$1")" = "$2" ]
}

# wait_percents SECONDS STATE: on both levelers
wait_percents()
{
	slowwait "$1" percents_are 1 "$2" && slowwait "$1" percents_are 2 "$2"
	check_err $? "percents: $(percents 1), $(percents 2), not: $2"
}

# agreed I: of server 1, and its entries of the table
agreed()
{
	levctl_on "$1" -j server show lev0 | jq -r '.[0] | "\(.agreed_percent) \(.entries)"'
}

same_agreed()
{
	[ "$(agreed 1)" = "$(agreed 2)" ]
}

# check_table: both levelers have the same for server 1, and as much as is agreed; $percent is that
check_table()
{
	local entries

	busywait 1000 same_agreed
	check_err $? "agreed: $(agreed 1), $(agreed 2)"
	read -r percent entries <<<"$(agreed 1)"
	check_between "$entries" $((65537 * percent / (percent + 100) - 100)) \
		$((65537 * percent / (percent + 100) + 100)) "entries for $percent %"
}

agreed_from()
{
	[ "$(agreed 1 | cut -d' ' -f1)" -ge "$1" ]
}

# down_up [PERCENT]: server 1 was down, with this vote on its weight, and is up
down_up()
{
	sick 1
	wait_health "$first_down"
	wait_percents 5 "[[${1:-100},0],[100,100]]"
	healthy 1
	wait_health "$all_up"
}

all_full='[[100,100],[100,100]]'

made()
{
	levd_begin
	# What is up from the start has all.
	wait_percents 1 "$all_full"
	check_table
	lib_sleep 5
	wait_percents 1 "$all_full"
	log_test "levd makes the cluster, and servers that are up have all"
}

rises()
{
	local began last=0 steps=0

	down_up
	began=$(now_ms)
	check_table
	check_between "$percent" 5 10 "percent when it is up"
	meter_start load --http 10 --timeout 5s
	while [ "$percent" != 100 ] && [ $(($(now_ms) - began)) -lt $((slow * 2000)) ]; do
		check_between "$percent" "$last" $((last + 15)) "percent"
		[ "$percent" = "$last" ] || steps=$((steps + 1))
		last=$percent
		lib_sleep 0.5
		check_table
	done
	check_between $(($(now_ms) - began)) $((slow * 1000 - 1500)) $((slow * 1000 + 3000)) "ms"
	check_between "$steps" 12 20 "steps"
	meter_stop load
	check_eq "$(meter_get load .http.failed)" 0 "failed requests"
	wait_percents 1 "$all_full"
	log_test "a server that comes up rises to its weight" "$steps steps"
}

goes_down()
{
	down_up
	slowwait $slow agreed_from 40
	check_err $? "does not rise: $(agreed 1)"
	down_up
	check_table
	check_between "$percent" 5 10 "percent when it is up again"
	log_test "going down ends a rise"
}

goes_on()
{
	slowwait $slow agreed_from 30
	check_err $? "does not rise: $(agreed 1)"
	reload "$slowly"
	kill -HUP "${levd_pid[2]}"
	lib_sleep 1
	check_table
	check_between "$percent" 30 55 "percent after a reload"
	slowwait $slow agreed_from $((percent + 20))
	check_err $? "does not go on: $(agreed 1)"
	check_table
	check_between "$percent" 50 90 "percent"
	reload "{type: http, path: /health, $often}"
	kill -HUP "${levd_pid[2]}"
	wait_percents 2 "$all_full"
	reload "$slowly"
	kill -HUP "${levd_pid[2]}"
	lib_sleep 2
	wait_percents 1 "$all_full"
	log_test "a rise goes on by the same file, and ends by one without it"
}

begins_again()
{
	local i left

	down_up
	slowwait $slow agreed_from 40
	check_err $? "does not rise: $(agreed 1)"
	for i in 1 2; do
		kill_levd $i
	done
	lib_sleep 2
	left=$(percents 1)
	lib_sleep 5
	check_eq "$(percents 1)" "$left" "without levd"
	start_levd 1
	start_levd 2
	wait_percents 3 "$all_full"
	log_test "what was said stays said, and a levd that starts gives all"
}

# say_weight TEXT: so server 1 answers, whole at any moment
say_weight()
{
	printf '%s\n' "$1" >"$LEV_TMP/weight"
	mv "$LEV_TMP/weight" "$LEV_TMP/http1/weight"
}

answers()
{
	: >"$LEV_TMP/http2/weight"
	say_weight 50%
	reload "{type: http, path: /weight, $often, weight: answer}"
	kill -HUP "${levd_pid[2]}"
	wait_percents 5 '[[50,50],[100,100]]'
	check_table
	say_weight '23% busy'
	wait_percents 10 '[[25,25],[100,100]]'
	say_weight 0%
	wait_percents 10 '[[5,5],[100,100]]'
	check_eq "$(health 1)" "$all_up" "health at 0 %"
	say_weight busy
	wait_percents 10 "$all_full"
	check_table
	log_test "an answer says how much a server gets"
}

# votes: how often the vote for server 1 changes in ten seconds
votes()
{
	local i

	for ((i = 0; i < 50; i++)); do
		say_weight $((20 + i % 4 * 10))%
		levctl_on 1 -j server show lev0 | jq '.[0].percent'
		lib_sleep 0.2
	done | uniq | wc -l
}

is_calm()
{
	local changes

	changes=$(($(votes) - 1))
	check_between $changes 1 3 "changes in 10 s"
	log_test "answers that change all the time do not trouble the cluster" "$changes changes"
}

prints()
{
	# shellcheck disable=SC2016 # for the shell within
	put_program weight "test \$1 = $(srv_addr 2) || cat $LEV_TMP/percent" 'head -c 200000 /dev/zero' \
		"test \$1 = $(srv_addr 2) || test -e $LEV_TMP/http1/healthy"
	echo 75% >"$LEV_TMP/percent"
	reload "{type: program, program: $LEV_TMP/weight, interval: 1s, rise: 1, fall: 1, weight: answer}"
	kill -HUP "${levd_pid[2]}"
	wait_percents 10 '[[75,75],[100,100]]'
	check_table
	sick 1
	wait_health "$first_down"
	healthy 1
	echo 40% >"$LEV_TMP/percent"
	wait_health "$all_up"
	wait_percents 1 '[[40,40],[100,100]]'
	log_test "what a program prints says how much a server gets"
}

both()
{
	reload "{type: program, program: $LEV_TMP/weight, interval: 1s, rise: 1, fall: 1, weight: answer, slowstart: ${slow}s}"
	kill -HUP "${levd_pid[2]}"
	wait_percents 5 '[[40,40],[100,100]]'
	down_up 40
	slowwait $((slow / 2)) agreed_from 15
	check_err $? "does not rise: $(agreed 1)"
	check_table
	check_between "$percent" 15 30 "percent"
	wait_percents $slow '[[40,40],[100,100]]'
	log_test "a server rises to what it answers"
}

# crowd N: as many servers more, for sed
crowd()
{
	local i

	for ((i = 3; i < 3 + $1; i++)); do
		printf '8a\\  - {address: %s}\n' "$(srv_addr $i)"
	done
}

less()
{
	[ "$(levctl_on 1 -j server show lev0 | jq 'map(select(.percent == 50)) | length')" = "$1" ]
}

# The kernel takes it for so many, and more are no harm.
crowded()
{
	local lines

	put_program weight 'echo 50%'
	lines=$(wc -l <"$LEV_TMP/levd1")
	reload "{type: program, program: $LEV_TMP/weight, interval: 5s, weight: answer}" "$(crowd 65)"
	kill -HUP "${levd_pid[2]}"
	slowwait 20 less 64
	check_err $? "not 64 of 67 have less: $(percents 1)"
	lib_sleep 30
	check_eq "$(tail -n +$((lines + 1)) "$LEV_TMP/levd1" | grep -c 'percent 50 is not told')" 3 \
		"said: $(tail -n 5 "$LEV_TMP/levd1")"
	kill -0 "${levd_pid[1]}" && kill -0 "${levd_pid[2]}"
	check_err $? "levd is gone"
	log_test "more servers with less than the kernel takes are said once"
}

require_command jq
LEV_SERVER_FAMILY=${LEV_SERVER_FAMILY:-4}
lev_topology levelers=2 servers=2
lev_load || skip_all "no module"
start_http_all || skip_all "no HTTP servers"
put_program all :
put_program servers :
put_file 1 "$slowly"
install "$LEVD" "$levd"
tests_run

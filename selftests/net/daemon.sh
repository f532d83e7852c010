# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# levd on both levelers, by one file that tests edit; what it said, and what the kernel was told of
# servers. Sourced by levd.sh behind cluster.sh, never run.

file=$LEV_TMP/lev0.yaml
levd=$LEV_TMP/levd
interval_ms=500
fall=2
# shellcheck disable=SC2034 # read by levd.sh
http="{type: http, path: /health, interval: ${interval_ms}ms, timeout: 300ms, fall: $fall}"
declare -A levd_pid

# put_file VERSION CHECK [SED]: the file of both nodes, edited
put_file()
{
	cat <<-TEXT | sed "${3:-}" >"$file"
		version: $1
		cluster: {id: 7, period: 0, heartbeat: 20ms, front: front, back: back}
		nodes: [{id: 1, host: one.example}, {id: 2, host: two.example}]
		addresses: [{address: $(by_family $LEV_IP $LEV_IP6)}]
		services: [{address: $(by_family $SERV_IP $SERV_IP6)}]
		servers:
		  - {address: $(srv_addr 1)}
		  - {address: $(srv_addr 2)}
		checks:
		  - $2
		notify:
		  - {program: $LEV_TMP/all}
		  - {program: $LEV_TMP/servers, event: server}
	TEXT
}

# put_program NAME LINE...: a shell script
put_program()
{
	local name=$1
	shift

	printf '%s\n' '#!/bin/sh' "$@" >"$LEV_TMP/$name"
	chmod 755 "$LEV_TMP/$name"
}

# start_levd I: with no more rights than its unit gives it
start_levd()
{
	start_in_ns "$(lev_ns "$1")" setpriv --bounding-set -all,+net_admin,+net_raw --no-new-privs \
		"$levd" lev0 "$file" node "$1" >>"$LEV_TMP/levd$1" 2>&1
	levd_pid[$1]=$started_pid
}

# levd_begin: both make the cluster, and the client uses it
levd_begin()
{
	start_levd 1
	start_levd 2
	slowwait 20 lev_wait_state 1 active 100 && lev_wait_state 2 active 15000
	check_err $? "no cluster: $(cat "$LEV_TMP/levd1" "$LEV_TMP/levd2")"
	lev_route "$LEV_IP" "$LEV_IP6"
	wait_health "$all_up"
}

# kill_levd I: no chance to say a word
kill_levd()
{
	kill -KILL "${levd_pid[$1]}"
	wait "${levd_pid[$1]}"
}

# health I: of both servers, and whether they are up, as leveler I knows
health()
{
	levctl_on "$1" -j server show lev0 | jq -c 'map([.health, .up])'
}

health_is()
{
	[ "$(health "$1")" = "$2" ]
}

# wait_health STATE: on both levelers
wait_health()
{
	slowwait 15 health_is 1 "$1" && slowwait 15 health_is 2 "$1"
	check_err $? "health: $(health 1), $(health 2), not: $1"
}

# shellcheck disable=SC2034 # read by levd.sh
all_up='[["up",true],["up",true]]'
# shellcheck disable=SC2034 # read by levd.sh
first_down='[["down",false],["up",true]]'

sick()
{
	rm "$LEV_TMP/http$1/healthy"
}

healthy()
{
	: >"$LEV_TMP/http$1/healthy"
}

# check_both_active: nobody is silent for what checks say
check_both_active()
{
	check_eq "$(lev_stat 1 state) $(lev_stat 2 state)" "active active" "states"
}

# said_since LINES WORDS: levd 1 has said this, after so many lines
said_since()
{
	tail -n +$(($1 + 1)) "$LEV_TMP/levd1" | grep -qF -e "$2"
}

# reload CHECK [SED]: on leveler 1, as another version
version=10
reload()
{
	local lines

	lines=$(wc -l <"$LEV_TMP/levd1")
	put_file $((++version)) "$1" "$2"
	kill -HUP "${levd_pid[1]}"
	slowwait 5 said_since "$lines" ': taken'
	check_err $? "not taken: $(tail -n 3 "$LEV_TMP/levd1")"
}

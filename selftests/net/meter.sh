# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# levmeter in the test bed of cluster.sh: UDP answerers on the servers, runs from the client in
# the background, and what they measured. Sourced by selftests and the demo, never run.

# start_echo I: UDP answerer on server I
start_echo()
{
	local ns
	ns=$(srv_ns "$1")

	start_in_ns "$ns" "$LEVMETER" --echo "$(by_family $SERV_IP:7 "[$SERV_IP6]:7")" --name "srv$1" >"$LEV_TMP/echo$1" 2>&1
	busywait 10000 grep -q answering "$LEV_TMP/echo$1"
}

start_echo_all()
{
	local i

	for ((i = 1; i <= LEV_SERVERS; i++)); do
		start_echo "$i" || return
	done
}

declare -A meter_pid

# meter_start NAME OPTION...: measure ServIP from the client, watching the router's entry for
# LevIP, until it is stopped or its --duration is over. Returns when answers come.
meter_start()
{
	local name=$1
	shift

	start_in_ns "$client" "$LEVMETER" -j --progress --interval 100ms --neigh-netns "$router" \
		--neigh "$(by_family $LEV_IP $LEV_IP6)" "$@" "$(by_family $SERV_IP $SERV_IP6)" \
		>"$LEV_TMP/$name.json" 2>"$LEV_TMP/$name.progress"
	meter_pid[$name]=$started_pid
	busywait 15000 grep -qE '(ok|answered|open) [1-9]' "$LEV_TMP/$name.progress"
}

# meter_wait NAME: until its --duration is over
meter_wait()
{
	wait "${meter_pid[$1]}"
}

# meter_stop NAME: now
meter_stop()
{
	kill -INT "${meter_pid[$1]}" 2>/dev/null
	wait "${meter_pid[$1]}"
}

# meter_get NAME FILTER [OPTION]...: of its report, by jq
meter_get()
{
	jq -r "${@:2}" "$LEV_TMP/$1.json"
}

# meter_tell NAME: when a test has failed, what became of downloads
meter_tell()
{
	# shellcheck disable=SC2016 # jq's words, not the shell's
	meter_get "$1" '.long | "# \($name): \({reasons, servers, broken_on} | tostring)"' --arg name "$1"
}

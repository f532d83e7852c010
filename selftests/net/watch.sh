# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What tests of takeovers look at: whom the router uses, events of each leveler, reasons, and what
# a client felt. Sourced behind cluster.sh and meter.sh.

### The router

router_has()
{
	[ "$(router_mac)" = "$1" ]
}

# find_owner: of two levelers, the one that the router uses is $owner, the other is $heir
find_owner()
{
	owner=1
	heir=2
	! router_has "$(lev_mac 2)" || { owner=2; heir=1; }
	router_has "$(lev_mac $owner)"
	check_err $? "the router uses neither leveler"
}

# wait_router I: until the router sends to leveler I
wait_router()
{
	busywait 3000 router_has "$(lev_mac "$1")"
	check_err $? "the router does not send to leveler $1, but to '$(router_mac)'"
}

### Events and reasons

# tell_events FILE: when a test has failed, what the levelers said meanwhile, but for turns; what
# leveler I said is in $LEV_TMP/FILEI
tell_events()
{
	local i

	for ((i = 1; i <= LEV_LEVELERS; i++)); do
		tr -d '\0' <"$LEV_TMP/$1$i" | jq -r 'select(.event != "lanes" or .view_changed) |
			"# leveler \($i): \(del(.device) | tostring)"' --arg i "$i"
	done
}

# watch_all: from now on the events of leveler I are in $LEV_TMP/eventsI
watch_all()
{
	local i

	for ((i = 1; i <= LEV_LEVELERS; i++)); do
		start_in_ns "$(lev_ns "$i")" "$LEVCTL" -j monitor lev0 >"$LEV_TMP/events$i"
	done
}

# watch_anew: forget the events so far
watch_anew()
{
	local i

	for ((i = 1; i <= LEV_LEVELERS; i++)); do
		: >"$LEV_TMP/events$i"
	done
}

# event_clock I FILTER: cluster clock of leveler I's first such event, ms
event_clock()
{
	tr -d '\0' <"$LEV_TMP/events$1" |
		jq -r "select($2) | .clock_ns / 1000000 | floor" | head -n 1 | grep .
}

# wait_event I FILTER
wait_event()
{
	slowwait 2 event_clock "$@" >/dev/null
	check_err $? "no event at leveler $1: $2"
}

# takeover_ms REASON: cluster time from the owner's falling silent to the heir's having all lanes
takeover_ms()
{
	local fell=".event == \"state\" and .reason == \"$1\"" took at

	wait_event $owner "$fell"
	at=$(event_clock $owner "$fell")
	took=".event == \"lanes\" and .owned == 16 and .clock_ns / 1000000 >= ${at:-0} - 20"
	wait_event $heir "$took"
	# shellcheck disable=SC2034 # read by the caller, local there
	ms=$(($(event_clock $heir "$took") - at))
}

# reason_at I NODE: why NODE is silent, as leveler I says
reason_at()
{
	levctl_on "$1" -j status lev0 | jq -r ".[0].nodes[] | select(.id == $2) | .reason"
}

reason_is()
{
	[ "$(reason_at "$1" "$2")" = "$3" ]
}

# wait_reason I NODE REASON: until leveler I says so of NODE
wait_reason()
{
	slowwait 2 reason_is "$@"
	check_err $? "leveler $1 does not say '$3' of $2, but '$(reason_at "$1" "$2")'"
}

# check_silent REASON: the owner says so of itself and is silent, the heir says so of it
check_silent()
{
	check_eq "$(lev_stat $owner state) $(lev_stat $owner reason)" "silent $1" "sysfs"
	check_eq "$(lev_stat $owner owned_lanes) $(lev_stat $heir owned_lanes)" "0 16" "lanes"
	wait_reason $owner $owner "$1"
	wait_reason $heir $owner "$1"
	wait_event $heir ".event == \"peer\" and .node == $owner and .reason == \"$1\""
}

### The client

probes_answered()
{
	local n

	n=$(tail -n 1 "$LEV_TMP/$1.progress" | sed -n 's/.*udp[^,]*answered \([0-9]*\).*/\1/p')
	echo "${n:-0}"
	[ "${n:-0}" -ge "$2" ]
}

# more NAME COUNT: so many more probes must be answered
more()
{
	local n

	n=$(probes_answered "$1" 0)
	slowwait 10 probes_answered "$1" $((n + $2)) >/dev/null
	check_err $? "no more probes are answered"
}

# nothing_lost NAME: what a meter with --udp and --http reports
nothing_lost()
{
	check_between "$(meter_get "$1" .udp.answered)" 50 100000 "probes answered"
	check_eq "$(meter_get "$1" .udp.lost)" 0 "lost probes"
	check_between "$(meter_get "$1" .http.ok)" 10 100000 "requests answered"
	check_eq "$(meter_get "$1" .http.failed)" 0 "failed requests"
}

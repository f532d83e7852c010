#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Heartbeats that are forged, replayed, cut, or signed with another key: refused, each counted for
# what it is, and neither view nor anything else changes.
# needs: module
# timeout: 600
# debug: enough

ALL_TESTS="signed flipped cut_short keys fields garbage replayed restarted recording unkeyed"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"

reasons="malformed foreign forged replayed"

beats()
{
	/usr/bin/python3 "$net_dir/beats.py" "$@"
}

# What must not change. The wheel stands still.
picture()
{
	local i name value

	for i in 1 2; do
		for name in state reason version digest view owned_lanes turns takeovers; do
			read -r value <"$(lev_sysfs $i)/lev0/leveler/$name"
			echo "leveler $i $name $value"
		done
		levctl_on $i -j status lev0 | jq -c '.[0] | [.keeper, .owners, .pending]'
	done
}

record()
{
	in_ns "$router" /usr/bin/python3 "$net_dir/beats.py" capture eth0 2 "$2" >"$LEV_TMP/$1" \
		2>"$LEV_TMP/$1.says"
	check_err $? "no beats of leveler 2 on Net A"
}

# inject FILE: what "make" printed, from the router's port; then what must have risen on each
# leveler by how much, and that nothing else happened there.
inject()
{
	local file=$LEV_TMP/$1 i why n total before
	local -A had

	n=$(wc -l <"$file")
	[ "$n" -gt 0 ]
	check_err $? "nothing to send"
	before=$(picture)
	for i in 1 2; do
		: >"$LEV_TMP/events$i"
		for why in $reasons rejected; do
			had[$i$why]=$(lev_stat $i "beats_$why")
		done
	done
	in_ns "$router" /usr/bin/python3 "$net_dir/beats.py" send eth0 <"$file"
	for i in 1 2; do
		lev_wait_stat $i beats_rejected $((had[${i}rejected] + n)) 5000
		check_err $? "$1: leveler $i did not refuse $n"
		for why in $reasons; do
			total=$(cut -d' ' -f$i "$file" | grep -c $why)
			check_eq $(($(lev_stat $i "beats_$why") - had[$i$why])) "$total" \
				"$1: leveler $i, beats_$why"
		done
	done
	check_eq "$(picture)" "$before" "$1: state"
	for i in 1 2; do
		check_eq "$(cat "$LEV_TMP/events$i")" "" "$1: events of leveler $i"
	done
}

signed()
{
	record first 3
	beats signed "$LEV_TMP/key" <"$LEV_TMP/first"
	check_err $? "not HMAC-SHA256 with the key of the file"
	beats signed "$LEV_TMP/other" <"$LEV_TMP/first"
	check_fail $? "any key does"
	check_eq "$(levctl_on 1 -j status lev0 | jq '.[0].authenticated')" true "authenticated"
	head -1 "$LEV_TMP/first" >"$LEV_TMP/one"
	log_test "beats on the wire are signed with the cluster's key"
}

flipped()
{
	beats make flip "$LEV_TMP/key" <"$LEV_TMP/one" >"$LEV_TMP/flip"
	inject flip
	log_test "one bit changed, at every byte" "$(wc -l <"$LEV_TMP/flip") frames"
}

cut_short()
{
	beats make cut "$LEV_TMP/key" <"$LEV_TMP/one" >"$LEV_TMP/cut"
	inject cut
	log_test "cut to every length" "$(wc -l <"$LEV_TMP/cut") frames"
}

keys()
{
	beats make key "$LEV_TMP/key" <"$LEV_TMP/first" >"$LEV_TMP/resigned"
	inject resigned
	beats make unsigned "$LEV_TMP/key" <"$LEV_TMP/first" >"$LEV_TMP/unsigned"
	inject unsigned
	log_test "signed with another key, or not at all"
}

fields()
{
	beats make fields "$LEV_TMP/key" <"$LEV_TMP/one" >"$LEV_TMP/fields"
	inject fields
	log_test "rightly signed, but of another cluster, node, side or version, or no sense"
}

garbage()
{
	beats make garbage "$LEV_TMP/key" <"$LEV_TMP/one" >"$LEV_TMP/garbage"
	inject garbage
	log_test "random bytes"
}

replayed()
{
	record recent 10
	beats make replay "$LEV_TMP/key" <"$LEV_TMP/recent" >"$LEV_TMP/replay"
	inject replay
	beats make padded "$LEV_TMP/key" <"$LEV_TMP/recent" >"$LEV_TMP/padded"
	inject padded
	# By now the first is behind the replay window.
	beats make replay "$LEV_TMP/key" <"$LEV_TMP/first" >"$LEV_TMP/old"
	inject old
	log_test "replayed at once, and later"
}

view_is()
{
	[ "$(lev_stat 1 view)" = "$1" ] && [ "$(lev_stat 2 view)" = "$1" ]
}

restart()
{
	ip -n "$(lev_ns "$1")" link set lev0 down
	ip -n "$(lev_ns "$1")" link set lev0 up
}

restarted()
{
	restart 2
	busywait 15000 view_is 1-2
	check_err $? "leveler 2 is not back"
	cat "$LEV_TMP/first" "$LEV_TMP/recent" |
		beats make replay "$LEV_TMP/key" >"$LEV_TMP/incarnation"
	inject incarnation
	log_test "recorded before its sender restarted"
}

# Not even a node that has just started and knows nothing takes a recording for the living.
recording()
{
	local i

	ip -n "$lev2" link set lev0 down
	restart 1
	for ((i = 0; i < 5; i++)); do
		in_ns "$router" /usr/bin/python3 "$net_dir/beats.py" send eth0 <"$LEV_TMP/incarnation"
	done
	lev_wait_state 1 active 15000
	check_err $? "leveler 1 does not serve alone"
	check_eq "$(lev_stat 1 view)" 1 "view"
	in_ns "$router" /usr/bin/python3 "$net_dir/beats.py" send eth0 <"$LEV_TMP/incarnation"
	check_eq "$(lev_stat 1 view)" 1 "view after more"
	check_eq "$(levctl_on 1 -j status lev0 | jq -c '.[0] | [.keeper, .nodes[1].state]')" \
		'[1,"silent"]' "keeper, and state of leveler 2"
	ip -n "$lev2" link set lev0 up
	busywait 15000 view_is 1-2
	check_err $? "leveler 2 is not back"
	log_test "a recording brings nobody into the view of a node that starts"
}

unkeyed()
{
	local key

	for key in none "$LEV_TMP/other"; do
		levctl_on 2 cluster set lev0 key "$key" oldkey none
		check_err $? "key $key"
		lev_wait_stat 1 view 1 15000
		check_err $? "leveler 1 with a key still sees leveler 2 with $key"
		lev_wait_stat 2 reason config 15000
		check_err $? "leveler 2 with $key: $(lev_stat 2 reason)"
		check_eq "$(lev_stat 1 state) $(lev_stat 1 owned_lanes)" "active 16" "leveler 1"
		check_eq "$(lev_stat 2 owned_lanes)" 0 "lanes of leveler 2"
	done
	levctl_on 1 cluster set lev0 key none oldkey none
	levctl_on 2 cluster set lev0 key none oldkey none
	busywait 15000 view_is 1-2
	check_err $? "both without a key do not meet"
	levctl_on 1 status lev0 | grep -q unauthenticated
	check_err $? "status does not say unauthenticated"
	log_test "with a key, without one, and with another do not mix"
}

require_command python3
require_command jq
lev_topology levelers=2 servers=1
head -c 32 /dev/urandom >"$LEV_TMP/key"
head -c 32 /dev/urandom >"$LEV_TMP/other"
chmod 600 "$LEV_TMP/key" "$LEV_TMP/other"
lev_load || skip_all "no module"
lev_setup_all key "$LEV_TMP/key" period 0 heartbeat 400ms dead 10 || exit 1
busywait 15000 view_is 1-2 >/dev/null
for i in 1 2; do
	# Appending, so that the file can be emptied.
	start_in_ns "$(lev_ns $i)" "$LEVCTL" -j monitor lev0 >>"$LEV_TMP/events$i"
done
tests_run

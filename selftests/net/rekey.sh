#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Another key for the cluster, on one node after the other, in any order and with time between them:
# no packet is lost, no lane moves, and once all have it the old one is worth nothing. A node with
# a wrong one is named. From no key to a key, and back.
# needs: module
# time-travel: only
# timeout: 600

ALL_TESTS="changes wrong ended joins applied from_none to_none"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/meter.sh
. "$(dirname "$0")/meter.sh"

# shellcheck disable=SC2034 # these two are read by cluster.sh
LEV_LEVIPS="$LEV_IP $LEV_IP6"
# shellcheck disable=SC2034
LEV_SERVIPS="$SERV_IP $SERV_IP6"

# In the emulated machine each command takes long.
orders=("1 2 3" "3 1 2")
if [ "${LEV_GUEST:-}" = vm ]; then
	ALL_TESTS="changes from_none"
	orders=("3 1 2")
fi

status()
{
	levctl_on "$1" -j status lev0 | jq -c ".[0] | $2"
}

status_is()
{
	[ "$(status "$1" "$2")" = "$3" ]
}

check_status()
{
	slowwait 5 status_is "$@"
	check_err $? "leveler $1: $2 is $(status "$1" "$2"), not $3"
}

# each FILTER: that of all three, a line
each()
{
	local i

	for i in 1 2 3; do
		status $i "$1"
	done | paste -sd' '
}

each_is()
{
	[ "$(each "$1")" = "$2" ]
}

new_key()
{
	head -c 32 /dev/urandom >"$LEV_TMP/$1"
	chmod 600 "$LEV_TMP/$1"
}

# What a change of the key must not touch. The wheel stands still.
still()
{
	local i name value

	for i in 1 2 3; do
		for name in state version digest view owned_lanes turns takeovers announcements; do
			read -r value <"$(lev_sysfs $i)/lev0/leveler/$name"
			echo "leveler $i $name $value"
		done
		status $i '[.keeper, .owners, (.nodes[] | .hears_us)]'
	done
}

no_change_left()
{
	each_is .keys.changes "false false false"
}

# give KEY NODE...: the key to these, with time between them
give()
{
	local key=$1 i
	shift

	for i; do
		levctl_on "$i" cluster set lev0 key "$key"
		check_err $? "leveler $i: key"
		lib_sleep 2
		check_eq "$(each .view)" "[1,2,3] [1,2,3] [1,2,3]" "views after leveler $i"
	done
}

changes()
{
	local order before number=0

	for order in "${orders[@]}"; do
		number=$((number + 1))
		new_key next$number
		[ $number != 1 ] || record old
		before=$(still)
		start_meters
		# shellcheck disable=SC2086
		give "$LEV_TMP/next$number" $order
		slowwait 5 no_change_left
		check_err $? "$order: $(each .keys)"
		check_meters "$order"
		check_eq "$(still)" "$before" "$order: the cluster"
		check_eq "$(each .keys.id | tr ' ' '\n' | sort -u | wc -l)" 1 "$order: keys"
		[ $number != 1 ] || inject_old
	done
	log_test "another key, in any order: nothing is lost, nothing moves" "$number times"
}

# For IPv4 and IPv6: a probe each 50 ms, each a new flow.
start_meters()
{
	LEV_FAMILY=4 meter_start four --udp 20 && LEV_FAMILY=6 meter_start six --udp 20
	check_err $? "the client has no answers to begin with"
}

check_meters()
{
	local family

	for family in four six; do
		meter_stop $family
		check_eq "$(meter_get $family .udp.lost)" 0 "$1, $family: lost probes"
		check_between "$(meter_get $family .udp.sent)" 10 100000 "$1, $family: probes"
	done
}

record()
{
	in_ns "$router" /usr/bin/python3 "$net_dir/beats.py" capture eth0 2 10 >"$LEV_TMP/$1" \
		2>/dev/null
	check_err $? "no beats of leveler 2"
}

# Those of before the change, as they were, and new ones that who had the old key can make.
inject_old()
{
	local i had=() n

	n=$((2 * $(wc -l <"$LEV_TMP/old")))
	for i in 1 2 3; do
		had[i]=$(lev_stat $i beats_forged)
	done
	{
		/usr/bin/python3 "$net_dir/beats.py" make replay "$LEV_TMP/key" <"$LEV_TMP/old"
		/usr/bin/python3 "$net_dir/beats.py" make later "$LEV_TMP/key" <"$LEV_TMP/old"
	} | in_ns "$router" /usr/bin/python3 "$net_dir/beats.py" send eth0
	for i in 1 2 3; do
		lev_wait_stat $i beats_forged $((had[i] + n)) 5000
		check_err $? "leveler $i refuses not all $n of the old key: $(lev_stat $i beats_forged)"
	done
}

wrong()
{
	local before

	new_key next
	new_key typo
	before=$(still)
	start_meters
	levctl_on 1 cluster set lev0 key "$LEV_TMP/next"
	levctl_on 2 cluster set lev0 key "$LEV_TMP/typo"
	check_status 1 '[.nodes[].key]' '[null,"other","old"]'
	check_status 2 '[.nodes[].key]' '["other",null,"old"]'
	check_status 3 '[.nodes[].key]' '["new","new",null]'
	check_status 1 '.keys.waiting' '[2,3]'
	levctl_on 1 status lev0 | grep -q 'is accepted still, waits for node 2 3$'
	check_err $? "text: $(levctl_on 1 status lev0 | grep key)"
	levctl_on 3 cluster set lev0 key "$LEV_TMP/next"
	lib_sleep 5
	check_status 1 '[.nodes[].key]' '[null,"other","same"]'
	check_status 1 '.keys.waiting' '[2]'
	levctl_on 2 cluster set lev0 key "$LEV_TMP/next"
	slowwait 5 no_change_left
	check_err $? "mended, and yet: $(each .keys)"
	check_meters "with a wrong key"
	check_eq "$(still)" "$before" "the cluster"
	log_test "who has a wrong key, or none yet, is named, and harms nobody"
}

ended()
{
	new_key late
	levctl_on 1 cluster set lev0 key "$LEV_TMP/late"
	levctl_on 2 cluster set lev0 key "$LEV_TMP/late"
	lib_sleep 2
	check_eq "$(each .view)" "[1,2,3] [1,2,3] [1,2,3]" "views"
	levctl_on 1 cluster set lev0 oldkey none
	levctl_on 2 cluster set lev0 oldkey none
	# It cannot tell that from frames of a forger, and does what one does that is cut off.
	check_status 3 .view '[3]'
	check_status 1 .view '[1,2]'
	check_status 1 '.nodes[2].key' '"other"'
	levctl_on 3 cluster set lev0 key "$LEV_TMP/late"
	slowwait 10 each_is .view "[1,2,3] [1,2,3] [1,2,3]"
	check_err $? "leveler 3 is not back: $(each .view)"
	slowwait 5 no_change_left
	check_err $? "$(each .keys)"
	log_test "the old key can be given up at once"
}

# A node that has only ever known the new key, among those who began with another one.
joins()
{
	local digest

	digest=$(lev_stat 1 digest)
	levctl_on 3 cluster del lev0
	slowwait 10 status_is 1 .view '[1,2]'
	check_err $? "leveler 3 is not gone"
	start_meters
	lev_setup 3 key "$LEV_TMP/late" period 0 refresh 0 "${lev_patient[@]}"
	check_err $? "set up again"
	slowwait 15 each_is .view "[1,2,3] [1,2,3] [1,2,3]"
	check_err $? "it does not join: $(lev_stat 3 reason)"
	check_eq "$(each .digest)" "\"$digest\" \"$digest\" \"$digest\"" "digests"
	check_meters "as it joins"
	# Until its lanes are told to switches once more.
	lib_sleep 1
	log_test "who knows the new key alone takes over the hash key"
}

check_differences()
{
	check_eq "$(levctl_on "$1" apply lev0 "$LEV_TMP/file$1" node "$1" check | tail -n +2 | xargs)" \
		"$2" "leveler $1: what the file changes"
}

applied()
{
	local i before

	new_key filed
	before=$(still)
	start_meters
	for i in 2 3 1; do
		levctl_on $i save lev0 | sed "s,key: keep,key: $LEV_TMP/filed," >"$LEV_TMP/file$i"
		check_differences $i "set cluster - key a key another key"
		levctl_on $i apply lev0 "$LEV_TMP/file$i" node $i
		check_err $? "leveler $i: apply"
		check_differences $i ""
		lib_sleep 2
		check_eq "$(each .view)" "[1,2,3] [1,2,3] [1,2,3]" "views after leveler $i"
	done
	slowwait 5 no_change_left
	check_err $? "$(each .keys)"
	check_meters "by a file"
	check_eq "$(still)" "$before" "the cluster"
	log_test "a file with another key interrupts nothing either"
}

from_none()
{
	local before

	levctl_on 1 cluster set lev0 key none
	levctl_on 2 cluster set lev0 key none
	levctl_on 3 cluster set lev0 key none
	slowwait 5 no_change_left
	check_err $? "to no key: $(each .keys)"
	check_eq "$(each .authenticated)" "false false false" "authenticated"
	before=$(still)
	start_meters
	give "$LEV_TMP/key" 2 1
	check_status 1 '.keys | [.changes, .old, .waiting]' '[true,null,[3]]'
	check_eq "$(each .authenticated)" "false false false" "authenticated, as one has no key yet"
	give "$LEV_TMP/key" 3
	slowwait 5 no_change_left
	check_err $? "$(each .keys)"
	check_eq "$(each .authenticated)" "true true true" "authenticated"
	check_meters "from none"
	check_eq "$(still)" "$before" "the cluster"
	log_test "from no key to a key"
}

to_none()
{
	local before

	before=$(still)
	start_meters
	give none 3 2 1
	slowwait 5 no_change_left
	check_err $? "$(each .keys)"
	check_meters "to none"
	check_eq "$(still)" "$before" "the cluster"
	log_test "and back"
}

require_command jq
require_command python3
lev_topology levelers=3 servers=2
for family in 4 6; do
	LEV_FAMILY=$family start_echo_all || exit 1
done
new_key key
lev_load || skip_all "no module"
lev_setup_all key "$LEV_TMP/key" period 0 refresh 0 "${lev_patient[@]}" || exit 1
slowwait 15 each_is .view "[1,2,3] [1,2,3] [1,2,3]" >/dev/null
tests_run

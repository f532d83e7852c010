#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Where answers carry the devices' MAC addresses, askers are told of moves: at the pace that is set,
# and then asked whether they have followed. One that will not, and machines that are gone, are
# counted. LEV_FAMILY says by ARP or by Neighbour Discovery (follow6.sh).
# needs: module
# timeout: 200
# time-travel: yes

ALL_TESTS="begin followed stray paced gone"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/asking.sh
. "$net_dir/asking.sh"
# shellcheck source=selftests/net/watch.sh
. "$net_dir/watch.sh"

# shellcheck disable=SC2034 # these are read by cluster.sh
LEV_MAC=physical
# shellcheck disable=SC2034
LEV_LEVIPS="$LEV_IP $LEV_IP6"
# shellcheck disable=SC2034
LEV_SERVIPS="$SERV_IP $SERV_IP6"
pace=20
# An emulated machine's capture may stamp a frame late, and so too near to the next.
most=$pace
grep -q time-travel /proc/cmdline || most=$((pace + 3))

router_asks()
{
	in_ns "$router" ping -q -c 1 -W 2 "$(by_family $LEV_IP $LEV_IP6)" >/dev/null
}

# state I active|drain
state()
{
	levctl_on "$1" node set lev0 "$1" state "$2"
}

# Each of the two has lanes. For a moment behind the start one may still have all.
shared()
{
	local i

	for i in 1 2; do
		levctl_on $i -j status lev0 | jq -e '.[0].owners | unique == [1, 2]' || return
	done
}

begin()
{
	lev_load && lev_topology levelers=2 servers=1 && lev_setup_all period 0 &&
		busywait 5000 shared >/dev/null
	check_err $? "no cluster"
	busywait 5000 router_asks
	check_err $? "LevIP does not answer"
	find_owner
	check_eq "$(lev_stat $heir asker_probes)" 0 "questions before any move"
	log_test "two levelers, the router uses $owner"
}

followed()
{
	state $owner drain
	check_err $? "cannot drain"
	wait_router $heir
	lev_wait_stat $heir asker_probes 1 4000
	check_err $? "the router is not asked"
	# Had it not answered, it would be asked again, and counted. It is told of a takeover twice.
	lib_sleep 6
	check_between "$(lev_stat $heir asker_probes)" 1 2 "questions to a router that follows"
	check_eq "$(lev_stat $heir askers_stray)" 0 "askers that did not follow"
	log_test "the router follows, and says so"
}

# The router takes nothing from LevIP unasked.
deaf()
{
	in_ns "$router" nft -f - <<-TEXT
		table netdev deaf {
			chain in {
				type filter hook ingress device eth0 priority 0
				arp operation request arp saddr ip $LEV_IP drop
				ip6 saddr $LEV_IP6 icmpv6 type { nd-neighbor-advert, nd-neighbor-solicit } drop
			}
		}
	TEXT
}

stray()
{
	local before

	before=$(lev_stat $owner asker_probes)
	deaf
	check_err $? "no firewall"
	state $owner active
	check_err $? "cannot end the drain"
	lev_wait_stat $owner askers_stray 1 12000
	check_err $? "a router that ignores it is not counted"
	router_has "$(lev_mac $heir)"
	check_err $? "the router has followed"
	# Three times; and from the start if it was told once more meanwhile.
	check_between $(($(lev_stat $owner asker_probes) - before)) 3 5 \
		"questions to a router that ignores them"
	in_ns "$router" nft delete table netdev deaf
	log_test "a router that ignores it is asked three times and counted"
}

paced_now()
{
	[ "$(levctl_on $heir -j cluster show lev0 | jq '.[0].pace')" = $pace ]
}

# busiest: the most frames within a second, of those whose times are read
busiest()
{
	awk 'BEGIN { first = 0 } {
		at[n++] = $1
		while (at[n - 1] - at[first] >= 0.9999)
			first++
		if (n - first > most)
			most = n - first
	} END { print most + 0 }'
}

# 64 machines ask once, and are never there again.
paced()
{
	local i

	for i in 1 2; do
		levctl_on $i cluster set lev0 pace $pace
		check_err $? "no pace"
	done
	busywait 5000 paced_now
	check_err $? "the pace is not in force"
	# shellcheck disable=SC2046 # several senders
	ask_from "$router" 64 $(by_family "$(echo 10.0.0.{21..84})" "")
	strays=$(lev_stat $heir askers_stray)
	capture_start told "$router" eth0 "$(by_family arp icmp6)"
	state $owner drain
	check_err $? "cannot drain"
	# By then all were told twice and asked twice at least.
	lib_sleep 12
	capture_stop told
	n=$(capture_read told "$(frames T)" | awk '{ print $4 }' | sort -u | wc -l)
	check_between "$n" 16 48 "of 64 machines, those that were told"
	check_between "$(capture_read told "ether[0:2] = 0x02aa" | busiest)" $((pace / 2)) $most \
		"frames to them in the busiest second"
	log_test "$pace frames a second, no more" "$n machines were told"
}

gone()
{
	busywait 40000 all_gone
	check_err $? "counted: $(($(lev_stat $heir askers_stray) - strays)), not the $n that are gone"
	lib_sleep 3
	all_gone
	check_err $? "counted more than once: $(($(lev_stat $heir askers_stray) - strays))"
	log_test "those that are gone are counted, each once"
}

all_gone()
{
	[ $(($(lev_stat $heir askers_stray) - strays)) = "$n" ]
}

require_command jq
require_command nft
tests_run

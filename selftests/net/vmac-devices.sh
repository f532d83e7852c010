#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# MAC addresses of lanes on each kind of front device, by IPv4 and IPv6: those that hand frames to them
# up serve by them, the others by their own, and status says why.
# needs: module
# timeout: 120

ALL_TESTS="on_veth on_bridge on_vlan on_bond on_macvlan on_vlan_of_macvlan replaced another_id"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/bed.sh
. "$(dirname "$0")/bed.sh"

lane_mac=02:4c:76:00:07:

# six_behind: the bed's other side has IPv6, too
six_behind()
{
	ip -n "$node" address add fd00:b::1/64 dev back nodad
	ip -n "$server" -batch - <<-TEXT
		address add $SERV_IP6/128 dev lo
		address add fd00:b::101/64 dev srv nodad
		route add default via fd00:b::1 dev srv
	TEXT
}

# outside_net DEVICE: the client is there
outside_net()
{
	ip -n "$outside" -batch - <<-TEXT
		link set $1 up
		address replace 10.0.0.1/24 dev $1
		address replace fd00:a::1/64 dev $1 nodad
		route replace $SERV_IP/32 via $LEV_IP dev $1
		route replace $SERV_IP6/128 via $LEV_IP6 dev $1
	TEXT
}

# with_six: the cluster of the bed has addresses of both families
with_six()
{
	bed_commands
	echo "address add lev0 $LEV_IP6"
	echo "service add lev0 $SERV_IP6"
}

# answers: what the client sends to either ServIP comes back
answers()
{
	local to

	for to in $SERV_IP $SERV_IP6; do
		in_ns "$outside" ping -q -c 3 -i 0.2 -W 2 $to >/dev/null
		check_err $? "no answer of $to"
	done
}

# levips_at MAC [DEVICE]: where the client has both LevIPs; MAC is how the address begins
levips_at()
{
	local levip

	for levip in $LEV_IP $LEV_IP6; do
		[[ $(levip_mac $levip "${2:-net}") = "$1"* ]]
		check_err $? "$levip is at $(levip_mac $levip "${2:-net}"), not $1"
	done
}

# front_is LINE...: front is made by these lines of "ip -batch", on top of "under", whose other end
# is "net" in $outside
front_is()
{
	ip -n "$node" link del front 2>/dev/null
	ip -n "$node" link del under 2>/dev/null
	{
		echo "link add under type veth peer name net netns $outside"
		printf '%s\n' "$@"
		echo "link set front up"
		echo "address add 10.0.0.101/24 dev front"
		echo "address add fd00:a::101/64 dev front nodad"
	} | ip -n "$node" -batch -
	check_err $? "cannot make front"
	# What is below has no address, but its kernel would answer for LevIP there, too.
	if ip -n "$node" link show under >/dev/null 2>&1; then
		in_ns "$node" sh -c "echo 1 >/proc/sys/net/ipv4/conf/under/arp_ignore"
	fi
	outside_net net
	busywait 5000 front_carrier
	check_err $? "front has no carrier"
	with_six | ctl -b - && ip -n "$node" link set lev0 up && bed_wait active
	check_err $? "no cluster"
}

front_carrier()
{
	[ "$(cat "$bed_sysfs/front/carrier" 2>/dev/null)" = 1 ]
}

# levip_mac LEVIP DEVICE
levip_mac()
{
	ip -n "$outside" neighbour show "$1" dev "$2" |
		sed -n 's/.* lladdr \([^ ]*\).*/\1/p'
}

mac_in_force()
{
	ctl -j status lev0 | jq -r '.[0].macs.front | .mac + " " + (.why // "-")'
}

# there KIND [WORD]...: does this kernel have such devices?
there()
{
	ip -n "$node" link add link back name probe type "$@" 2>/dev/null &&
		ip -n "$node" link del probe
}

# How many addresses of lanes front takes
taken()
{
	bridge -n "$node" fdb show dev front | grep -c "^$lane_mac"
}

# serves KIND IN_FORCE LEVIP_MAC: of which kind front is, what status says, how LevIP's MAC begins
serves()
{
	answers
	check_eq "$(mac_in_force)" "$2" "status"
	levips_at "$3"
	[ "$2" != "virtual -" ] || check_eq "$(taken)" 16 "addresses of lanes on front"
	ctl cluster del lev0
	check_err $? "cannot delete the cluster"
	check_eq "$(taken)" 0 "addresses of lanes that are left on front"
	log_test "$1: $2"
}

on_veth()
{
	bed_setup
	check_err $? "no bed"
	six_behind
	front_is "link set under name front"
	serves "veth" "virtual -" "$lane_mac"
}

on_bridge()
{
	front_is "link add front type bridge forward_delay 0 stp_state 0 mcast_snooping 0" \
		"link set under up master front"
	serves "bridge" "virtual -" "$lane_mac"
}

on_vlan()
{
	if ! there vlan id 5; then
		skip_test "no VLANs"
		log_test "vlan"
		return
	fi
	front_is "link set under up" "link add link under name front type vlan id 5"
	ip -n "$outside" -batch - <<-TEXT
		address del 10.0.0.1/24 dev net
		address del fd00:a::1/64 dev net
		link add link net name net.5 up type vlan id 5
	TEXT
	outside_net net.5
	answers
	check_eq "$(mac_in_force)" "virtual -" "status"
	levips_at "$lane_mac" net.5
	ctl cluster del lev0
	log_test "vlan: virtual"
}

on_bond()
{
	if ! ip -n "$node" link add probe type bond 2>/dev/null; then
		skip_test "no bonding"
		log_test "bond"
		return
	fi
	ip -n "$node" link del probe
	front_is "link add front type bond mode active-backup miimon 50" "link set under master front" \
		"link set under up"
	if ip -n "$node" tuntap add name tunnel mode tun; then
		keeps_its_kind
		ip -n "$node" link del tunnel
	fi
	serves "bond" "virtual -" "$lane_mac"
}

# A bond without slaves takes on the kind of its first one, here one without MAC addresses.
keeps_its_kind()
{
	ip -n "$node" link set under nomaster
	ip -n "$node" link set tunnel master front 2>/dev/null
	check_fail $? "a front becomes something else than Ethernet"
	check_eq "$(cat "$bed_sysfs/front/type")" 1 "kind of front"
	ip -n "$node" -batch - <<-TEXT
		link set under down
		link set under master front
		link set under up
	TEXT
	busywait 5000 front_carrier
	check_err $? "front has no carrier any more"
	busywait 5000 in_force_is "virtual -" && bed_wait active
	check_err $? "the cluster does not come back"
}

on_macvlan()
{
	local mode

	if ! there macvlan; then
		skip_test "no macvlan"
		log_test "macvlan"
		return
	fi
	for mode in bridge private vepa passthru; do
		front_is "link set under up" "link add link under name front type macvlan mode $mode"
		serves "macvlan $mode" "physical device" "$(cat "$bed_sysfs/front/address")"
	done
}

on_vlan_of_macvlan()
{
	if ! there macvlan || ! there vlan id 5; then
		skip_test "no macvlan, or no VLANs"
		log_test "vlan on a macvlan"
		return
	fi
	front_is "link set under up" "link add link under name below up type macvlan mode bridge" \
		"link add link below name front type vlan id 5"
	check_eq "$(mac_in_force)" "physical device" "status"
	ctl cluster del lev0
	log_test "vlan on a macvlan: physical device"
}

# Another device of the name takes over the addresses.
replaced()
{
	front_is "link set under name front"
	ip -n "$node" link del front
	busywait 5000 in_force_is "physical no-device"
	check_err $? "status: $(mac_in_force)"
	bed_front
	busywait 5000 in_force_is "virtual -"
	check_err $? "status: $(mac_in_force)"
	ip -n "$node" address add fd00:a::101/64 dev front nodad
	outside_net net
	bed_wait active
	answers
	log_test "a device that is replaced has them again"
}

in_force_is()
{
	[ "$(mac_in_force)" = "$1" ]
}

# Who knows those of the old id is told.
another_id()
{
	ctl cluster set lev0 id 9 && bed_wait active
	check_err $? "cannot set the id"
	busywait 5000 entries_are 02:4c:76:00:09:
	levips_at 02:4c:76:00:09:
	answers
	check_eq "$(taken)" 0 "addresses of the old id on front"
	log_test "another id, other MAC addresses, and the client follows"
}

# entries_are MAC: the client's, how they begin
entries_are()
{
	[[ $(levip_mac $LEV_IP net) = "$1"* && $(levip_mac $LEV_IP6 net) = "$1"* ]]
}

require_command jq
tests_run

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Whatever goes away, in whatever order, while packets flow: the device, front and back, the
# namespace, the module. What comes back is taken up again.
# needs: module
# timeout: 300

ALL_TESTS="device lower_deleted lower_down lower_renamed lower_moved lower_locked
	reload module_with_clusters namespace log"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/bed.sh
. "$(dirname "$0")/bed.sh"

# A client that never stops asking. Each ping ends by itself, so nothing outlives the test by much.
traffic_start()
{
	# shellcheck disable=SC2016 # for the shell within
	start_in_ns "$outside" bash -c 'exec {never}<> <(:)
		while true; do
			ping -q -f -c 500 -w 1 "$1" >/dev/null 2>&1 || read -rt 0.05 -u $never
		done' sh $SERV_IP
}

add()
{
	bed_commands | ctl -b -
	check_err $? "cluster add"
}

# The client gets through, by way of us.
check_serves()
{
	local had

	bed_wait active
	check_err $? "$1: not active but $(cat "$bed_sysfs/lev0/leveler/reason")"
	had=$(<"$bed_sysfs/lev0/leveler/packets_forwarded")
	busywait 10000 in_ns "$outside" ping -q -c 1 -W 1 $SERV_IP >/dev/null
	check_err $? "$1: no answer"
	[ "$(<"$bed_sysfs/lev0/leveler/packets_forwarded")" -gt "$had" ]
	check_err $? "$1: nothing forwarded"
}

check_reason()
{
	bed_reason "$1"
	check_err $? "$2: not $1 but $(cat "$bed_sysfs/lev0/leveler/reason")"
}

device()
{
	local i

	traffic_start
	for i in 1 2 3; do
		add
		check_serves "before del $i"
		if [ $i = 2 ]; then
			ip -n "$node" link del lev0
		else
			ctl cluster del lev0
		fi
		check_err $? "del"
		[ ! -e "$bed_sysfs/lev0" ]
		check_err $? "lev0 is still there"
	done
	add
	check_serves "at the end"
	ip -n "$node" link set lev0 down
	check_reason stopping "lev0 down"
	ip -n "$node" link set lev0 up
	check_serves "lev0 up again"
	log_test "the device goes and comes under traffic"
}

lower_deleted()
{
	local side

	for side in front back; do
		ip -n "$node" link del $side
		check_err $? "link del $side"
		check_reason $side-down "$side deleted"
		bed_$side
		check_serves "$side made again"
	done
	ip -n "$node" link del front
	ip -n "$node" link del back
	check_reason front-down "both deleted"
	bed_back
	bed_front
	check_serves "both made again"
	log_test "front and back are deleted, and taken up again when they are back"
}

lower_down()
{
	local side

	for side in front back; do
		ip -n "$node" link set $side down
		check_reason $side-down "$side down"
		ip -n "$node" link set $side up
		check_serves "$side up"
	done
	log_test "front and back go down and up"
}

lower_renamed()
{
	ip -n "$node" link set front down
	ip -n "$node" link set front name other
	ip -n "$node" link set other up
	ctl status lev0 >/dev/null
	check_err $? "status"
	ip -n "$node" link set other down
	ip -n "$node" link set other name front
	ip -n "$node" link set front up
	check_serves "front has its name again"
	log_test "front gets another name and back its own"
}

lower_moved()
{
	local side

	setup_ns elsewhere
	for side in front back; do
		ip -n "$node" link set $side netns "$elsewhere"
		check_err $? "$side to another namespace"
		check_reason $side-down "$side elsewhere"
		ip -n "$elsewhere" link set $side netns "$node"
		if [ $side = front ]; then
			ip -n "$node" address add 10.0.0.101/24 dev front
		else
			ip -n "$node" address add 10.0.1.1/24 dev back
		fi
		ip -n "$node" link set $side up
		check_serves "$side is back"
	done
	log_test "front and back are moved to another namespace and back"
}

# From Linux 6.15 on a dummy has a lock of its own, as many network cards have, and it is held while
# we hear of the device: what takes it then never ends.
lower_locked()
{
	local side

	for side in front back; do
		ip -n "$node" link del $side
		ip -n "$node" link add $side type dummy
		check_err $? "a dummy as $side"
		ip -n "$node" link set $side name other
		ip -n "$node" link set other name $side
		check_err $? "the dummy gets another name and its own"
		ip -n "$node" link set $side up
	done
	bed_reason no-server
	check_err $? "dummies: not no-server but $(cat "$bed_sysfs/lev0/leveler/reason")"
	for side in front back; do
		ip -n "$node" link set $side mtu 1400
		ip -n "$node" link set $side down
		check_reason $side-down "dummy $side down"
		ip -n "$node" link set $side up
		ip -n "$node" link del $side
		bed_$side
	done
	check_serves "front and back are made again"
	log_test "front and back become devices with a lock of their own"
}

# lev0 is there each time the module goes.
reload()
{
	local i start

	start=$(now_ms)
	for ((i = 0; i < 20; i++)); do
		rmmod leveler
		check_err $? "rmmod $i"
		[ ! -e "$bed_sysfs/lev0" ]
		check_err $? "lev0 survives its module"
		insmod "$LEV_MODULE"
		check_err $? "insmod $i"
		add
	done
	echo "# 20 reloads in $(($(now_ms) - start)) ms"
	check_serves "after 20 reloads"
	log_test "the module is reloaded 20 times under traffic"
}

module_with_clusters()
{
	local i

	for i in 1 2 3 4; do
		bed_commands "lev$i" $((10 + i))
	done | sed "s/$LEV_IP/10.0.0.250/" | ctl -b - 2>/dev/null
	in_ns "$outside" "$LEVCTL" cluster add lev0 id 9 node 1 front net back net
	check_err $? "cluster in another namespace"
	ip -n "$node" link add lev9 type leveler
	ip -n "$node" link set front down
	rmmod leveler
	check_err $? "rmmod"
	check_eq "$(ip -n "$node" -o link show type leveler 2>/dev/null)" "" "devices that are left"
	ip -n "$node" link set front up
	insmod "$LEV_MODULE"
	check_err $? "insmod"
	log_test "the module goes with clusters in two namespaces"
}

gone()
{
	! ip -n "$outside" link show dev net >/dev/null 2>&1
}

namespace()
{
	local i

	for i in 1 2 3; do
		add
		bed_wait active
		check_err $? "not active"
		umount -l "$LEV_TMP/sys"
		ip netns del "$node"
		# The last that goes of a namespace is its devices, veth and its other end too.
		busywait 20000 gone
		check_err $? "the namespace's devices are still there"
		setup_ns_with "$lib_forwarding" node
		bed_front
		bed_back
		in_ns "$node" mount -t sysfs sys "$LEV_TMP/sys"
	done
	add
	check_serves "in the new namespace"
	log_test "the namespace is deleted under traffic"
}

log()
{
	lev_unload
	check_err $? "rmmod at the end"
	check_eq "$(dmesg | sed "1,/$mark/d" |
		grep -E 'unregister_netdevice: waiting|BUG:|WARNING:|refcount_t')" "" "kernel log"
	log_test "the module goes at the end, the kernel has nothing to complain about"
}

mark="leveler: lifecycle $$ begins"
echo "$mark" >/dev/kmsg
bed_setup || skip_all "no module"
tests_run

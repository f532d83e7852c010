# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The bed of the benchmark, in a guest, and what counts in it: sourced by run behind cluster.sh.
#
#   pktgen -> out  | front  $node  back | in  $sink, and on "in" a macvlan for each of 8 servers
#   pktgen -> none | shut   $node
#
# "out" and "none" are in the guest's own namespace. $sink is a network of servers that answer ARP
# and ND, but drop the benchmark's packets as they come in, and count them. The zero line of all
# figures is the same drop on "shut", so that neither way is ever changed to measure the other:
# starting a process takes longer than the packets do. For answers of a server, that one is on
# "out", and machine 1 of $sink is the router on their way to the clients.

BENCH_SERVERS=8
BENCH_PORT=9
# shellcheck disable=SC2034 # read by pktgen.sh and paths.sh
declare -A bench_serv=([4]=$SERV_IP [6]=$SERV_IP6)
declare -A bench_proto=([4]=ip [6]=ipv6)

# Addresses of the servers by family and number, and their MAC addresses: no function tells them, as
# a subshell for each costs more than all else where processes are slow.
declare -A bench_addr=()
bench_mac=()
# Where what is sent on a device comes to.
declare -A bed_macs=()
for ((i = 1; i <= BENCH_SERVERS; i++)); do
	bench_addr[4.$i]=10.0.1.10$i
	bench_addr[6.$i]=fd00:b::10$i
	bench_mac[i]=02:00:00:00:01:0$i
done

bed_node()
{
	local family i

	cat <<-TEXT
		link set front up
		link set shut up
		link set back up
		address add 10.0.0.101/24 dev front
		address add fd00:a::101/64 dev front
		address add 10.0.1.1/24 dev back
		address add fd00:b::1/64 dev back
	TEXT
	for family in 4 6; do
		for ((i = 1; i <= BENCH_SERVERS; i++)); do
			echo "neighbour add ${bench_addr[$family.$i]} dev back" \
				"lladdr ${bench_mac[i]} nud permanent"
		done
	done
}

bed_sink()
{
	local i

	echo "link set in up"
	for ((i = 1; i <= BENCH_SERVERS; i++)); do
		echo "link add srv$i link in address ${bench_mac[i]} up type macvlan mode bridge"
		echo "address add ${bench_addr[4.$i]}/24 dev srv$i"
		echo "address add ${bench_addr[6.$i]}/64 dev srv$i"
	done
}

# bed_up FAMILY
bed_up()
{
	echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
	setup_ns_with "$lib_forwarding" node
	setup_ns_with "$lib_silent" sink
	ip -batch - <<-TEXT || return
		link add out up type veth peer name front netns $node
		link add none up type veth peer name shut netns $node
		link add back netns $node type veth peer name in netns $sink
	TEXT
	bed_node | ip -n "$node" -batch - || return
	bed_sink | ip -n "$sink" -batch - || return
	bed_sysfs=$LEV_TMP/sys
	mkdir -p "$bed_sysfs"
	in_ns "$node" mount -t sysfs sys "$bed_sysfs" || return
	defer umount -l "$bed_sysfs"
	drop_on "$1" shut | tc -n "$node" -batch - || return
	shut_total=0
	# shellcheck disable=SC2034 # read by run
	bed_macs=([out]=$(<"$bed_sysfs/class/net/front/address")
		[none]=$(<"$bed_sysfs/class/net/shut/address"))
}

# bed_down: with the namespaces goes all state of the path
bed_down()
{
	lev_topology_end
	lib_poll 10000 0.1 [ ! -e /sys/class/net/out ]
}

### Dropping and counting

# The filter that both drops have, as cheap as can be: ARP and ND must pass.
declare -A bench_match=([4]="matchall" [6]="u32 match ip6 protocol 17 0xff")

# drop_on FAMILY DEVICE
drop_on()
{
	echo "qdisc add dev $2 clsact"
	echo "filter add dev $2 ingress protocol ${bench_proto[$1]} ${bench_match[$1]} action drop"
}

# sink_shut FAMILY: from now on what comes is dropped and counted
sink_shut()
{
	sink_total=0
	drop_on $1 in | tc -n "$sink" -batch -
}

# sink_got: how many have come since it was shut, or since this was asked, in sink_new
sink_got()
{
	local was=$sink_total

	sink_total=$(sink_counts)
	# shellcheck disable=SC2034 # read by run
	sink_new=$((sink_total - was))
}

# shut_got: the same of "shut", in shut_new
shut_got()
{
	local was=$shut_total

	shut_total=$(dropped_on "$node" shut)
	# shellcheck disable=SC2034 # read by run
	shut_new=$((shut_total - was))
}

# sink_shut_each FAMILY src|dst: the same, each server for itself, and nothing but the benchmark's
# packets, which have the service at that end
sink_shut_each()
{
	local i

	{
		echo "qdisc add dev in clsact"
		for ((i = 1; i <= BENCH_SERVERS; i++)); do
			echo "filter add dev in ingress protocol ${bench_proto[$1]} prio $i flower" \
				"dst_mac ${bench_mac[i]} ${2}_ip ${bench_serv[$1]}" \
				"ip_proto udp ${2}_port $BENCH_PORT action drop"
		done
	} | tc -n "$sink" -batch -
}

# dropped_on NAMESPACE DEVICE: one line a filter, in its order
dropped_on()
{
	tc -n "$1" -s filter show dev "$2" ingress |
		sed -nE 's/^[[:space:]]*Sent [0-9]+ bytes ([0-9]+) pkt .*/\1/p'
}

# sink_counts: of all servers
sink_counts()
{
	dropped_on "$sink" in
}

sink_open()
{
	tc -n "$sink" qdisc del dev in clsact
}

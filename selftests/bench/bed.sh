# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The bed of the benchmark, in a guest, and what counts in it: sourced by run behind cluster.sh.
#
#   pktgen -> out | front  $node  back | in  $sink, and on "in" a macvlan for each of 8 servers
#
# "out" is in the guest's own namespace. While packets are sent, $sink drops all of them as they
# come in, and counts them; else it is a network of servers that answer ARP and ND. The zero line
# of all figures is the same drop on front: the "gate".

BENCH_SERVERS=8
BENCH_PORT=9
# shellcheck disable=SC2034 # read by pktgen.sh and paths.sh
declare -A bench_serv=([4]=$SERV_IP [6]=$SERV_IP6)
declare -A bench_proto=([4]=ip [6]=ipv6)

bench_server()
{
	local -A net=([4]=10.0.1.10 [6]=fd00:b::10)

	echo "${net[$1]}$2"
}

bench_server_mac()
{
	echo "02:00:00:00:01:0$1"
}

bed_node()
{
	local family i

	cat <<-TEXT
		link set front up
		link set back up
		address add 10.0.0.101/24 dev front
		address add fd00:a::101/64 dev front
		address add 10.0.1.1/24 dev back
		address add fd00:b::1/64 dev back
	TEXT
	for family in 4 6; do
		for ((i = 1; i <= BENCH_SERVERS; i++)); do
			echo "neighbour add $(bench_server $family $i) dev back" \
				"lladdr $(bench_server_mac $i) nud permanent"
		done
	done
}

bed_sink()
{
	local i

	echo "link set in up"
	for ((i = 1; i <= BENCH_SERVERS; i++)); do
		echo "link add srv$i link in address $(bench_server_mac $i) up type macvlan mode bridge"
		echo "address add $(bench_server 4 $i)/24 dev srv$i"
		echo "address add $(bench_server 6 $i)/64 dev srv$i"
	done
}

bed_up()
{
	echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
	setup_ns_with "$lib_forwarding" node
	setup_ns_with "$lib_silent" sink
	ip -batch - <<-TEXT || return
		link add out up type veth peer name front netns $node
		link add back netns $node type veth peer name in netns $sink
	TEXT
	bed_node | ip -n "$node" -batch - || return
	bed_sink | ip -n "$sink" -batch - || return
	bed_sysfs=$LEV_TMP/sys
	mkdir -p "$bed_sysfs"
	in_ns "$node" mount -t sysfs sys "$bed_sysfs" || return
	defer umount -l "$bed_sysfs"
	# shellcheck disable=SC2034 # read by run
	bed_mac=$(<"$bed_sysfs/class/net/front/address")
}

# bed_down: with the namespaces goes all state of the path
bed_down()
{
	lev_topology_end
	lib_poll 10000 0.1 [ ! -e /sys/class/net/out ]
}

### Dropping and counting

# gate_shut FAMILY: what comes in on front is dropped
gate_shut()
{
	gate_clear
	tc -n "$node" -batch - <<-TEXT
		qdisc add dev front clsact
		filter add dev front ingress protocol ${bench_proto[$1]} matchall action drop
	TEXT
}

gate_clear()
{
	tc -n "$node" qdisc del dev front clsact 2>/dev/null
	return 0
}

# sink_shut FAMILY: from now on servers are dead, and what comes is dropped and counted
sink_shut()
{
	tc -n "$sink" -batch - <<-TEXT
		qdisc add dev in clsact
		filter add dev in ingress protocol ${bench_proto[$1]} matchall action drop
	TEXT
}

# sink_shut_each FAMILY: the same, each server for itself, and nothing but the benchmark's packets
sink_shut_each()
{
	local i

	{
		echo "qdisc add dev in clsact"
		for ((i = 1; i <= BENCH_SERVERS; i++)); do
			echo "filter add dev in ingress protocol ${bench_proto[$1]} prio $i flower" \
				"dst_mac $(bench_server_mac $i) dst_ip ${bench_serv[$1]}" \
				"ip_proto udp dst_port $BENCH_PORT action drop"
		done
	} | tc -n "$sink" -batch -
}

# sink_counts: one line a filter, in its order
sink_counts()
{
	tc -n "$sink" -s filter show dev in ingress |
		sed -nE 's/^[[:space:]]*Sent [0-9]+ bytes ([0-9]+) pkt .*/\1/p'
}

sink_open()
{
	tc -n "$sink" qdisc del dev in clsact
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The ways through $node that are measured: sourced by run behind bed.sh. Of each path NAME there
# is NAME_up FAMILY POOL, what it takes once, and NAME_spreads, true if all servers get packets. It
# sends to machine 1 else. ("-" in a path's name is "_" there.)

# shellcheck disable=SC2034 # read by run
BENCH_PATHS="drop tc nft forward ipvs leveler return-plain return"

# path_packets PATH: which ones go this way
path_packets()
{
	case $1 in
	return*) echo answers ;;
	*) echo questions ;;
	esac
}

### drop: nothing above the zero line; shows how well that repeats

drop_up()
{
	drop_on "$1" front | tc -n "$node" -batch -
}

drop_spreads()
{
	false
}

### tc: a new MAC address, and out

# skbmod says on stderr what it was told.
tc_up()
{
	{
		echo "qdisc add dev front clsact"
		echo "filter add dev front ingress protocol ${bench_proto[$1]} matchall" \
			"action skbmod set dmac ${bench_mac[1]} pipe" \
			"action mirred egress redirect dev back"
	} | tc -n "$node" -batch - 2>"$LEV_TMP/tc" && return
	cat "$LEV_TMP/tc" >&2
	return 1
}

tc_spreads()
{
	false
}

### nft: the same by a rule

nft_up()
{
	in_ns "$node" nft -f - <<-TEXT
		table netdev bench {
			chain front {
				type filter hook ingress device front priority 0
				meta protocol ${bench_proto[$1]/ipv6/ip6} ether daddr set ${bench_mac[1]} fwd to "back"
			}
		}
	TEXT
}

nft_spreads()
{
	false
}

### forward: the kernel's own, to one server

forward_up()
{
	ip -n "$node" -$1 route add "${bench_serv[$1]}" via "${bench_addr[$1.1]}" dev back
}

forward_spreads()
{
	false
}

### ipvs: direct routing, with the scheduler that levelers could share

ipvs_up()
{
	local address=${bench_serv[$1]} i server

	ip -n "$node" address add "$address" dev lo || return
	[ $1 = 4 ] || address="[$address]"
	{
		echo "-A -u $address:$BENCH_PORT -s mh -b mh-port"
		for ((i = 1; i <= BENCH_SERVERS; i++)); do
			server=${bench_addr[$1.$i]}
			[ $1 = 4 ] || server="[$server]"
			echo "-a -u $address:$BENCH_PORT -r $server:$BENCH_PORT -g -w 1"
		done
	} | in_ns "$node" ipvsadm -R
}

ipvs_spreads()
{
	true
}

### leveler: a cluster of one node

leveler_ctl()
{
	in_ns "$node" "$LEVCTL" "$@"
}

leveler_value_is()
{
	lib_file_is "$bed_sysfs/class/net/lev0/leveler/$1" "$2"
}

# leveler_servers add|set FAMILY FIRST LAST active|drain
leveler_servers()
{
	local i

	for ((i = $3; i <= $4; i++)); do
		echo "server $1 lev0 ${bench_addr[$2.$i]} state $5"
	done
}

leveler_reaches()
{
	[ "$(leveler_ctl -j server show lev0 | jq '[.[] | select(.up)] | length')" = "$1" ] &&
		[ "$(leveler_ctl -j status lev0 | jq '.[0].pending')" = null ]
}

# leveler_begin FRONT BACK LEVIP SERVERS: its config is what comes in; it is to reach all SERVERS
leveler_begin()
{
	lev_load || return
	{
		echo "cluster add lev0 id 7 node 1 front $1 back $2"
		echo "address add lev0 $3"
		cat
	} | leveler_ctl -b - || return
	ip -n "$node" link set lev0 up || return
	busywait 20000 leveler_value_is state active >/dev/null || return
	slowwait 60 leveler_reaches "$4"
}

# A pool that will be in change has one half of its servers drained.
leveler_up()
{
	local half=$((BENCH_SERVERS / 2)) rest=active

	[ "$2" = stable ] || rest=drain
	{
		echo "service add lev0 ${bench_serv[$1]}"
		leveler_servers add $1 1 $half active
		leveler_servers add $1 $((half + 1)) $BENCH_SERVERS $rest
	} | leveler_begin front back $LEV_IP $BENCH_SERVERS || return
	# A node that has just come remembers no change: 3 s (LEV_JOIN_NS).
	if [ "$2" != stable ]; then
		lib_sleep 4
	fi
	return 0
}

# leveler_change FAMILY: the other half takes over, so each entry of the table moves; drained
# servers keep the flows that they have.
leveler_change()
{
	local half=$((BENCH_SERVERS / 2))

	{
		leveler_servers set $1 $((half + 1)) $BENCH_SERVERS active
		leveler_servers set $1 1 $half drain
	} | leveler_ctl -b -
}

leveler_pinned()
{
	cat "$bed_sysfs/class/net/lev0/leveler/flows_pinned"
}

leveler_spreads()
{
	true
}

### return-plain: answers of a server to clients, forwarded by the kernel

return_plain_up()
{
	local -A clients=([4]=10.64.0.0/12 [6]=fd00:c::/64)

	ip -n "$node" -$1 route add "${clients[$1]}" via "${bench_addr[$1.1]}" dev back
}

return_plain_spreads()
{
	false
}

### return: the same through a leveler that stands the other way round, its back to the server

return_up()
{
	return_plain_up $1 || return
	ip address add 10.0.0.11/24 dev out || return
	leveler_begin back front 10.0.1.250 1 <<-TEXT
		service add lev0 $SERV_IP
		server add lev0 10.0.0.11
	TEXT
}

return_spreads()
{
	false
}

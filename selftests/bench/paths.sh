# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The ways through $node that are measured: sourced by run behind bed.sh. Of each path NAME there
# is NAME_up FAMILY POOL, what it takes once, and NAME_spreads, true if all servers get packets. It
# sends to server 1 else. Where a path cannot do a family, NAME_up says why and returns 2.

# shellcheck disable=SC2034 # read by run
BENCH_PATHS="drop tc nft forward ipvs leveler"

### drop: nothing above the zero line; shows how well that repeats

drop_up()
{
	:
}

drop_spreads()
{
	false
}

### tc: a new MAC address, and out

tc_up()
{
	:
}

# The gate's qdisc is front's only one, so it has this in its place when it is open. skbmod says on
# stdout what it was told.
tc_open()
{
	tc -n "$node" qdisc add dev front clsact &&
		tc -n "$node" filter add dev front ingress protocol ${bench_proto[$1]} matchall \
			action skbmod set dmac "$(bench_server_mac 1)" pipe \
			action mirred egress redirect dev back
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
				meta protocol ${bench_proto[$1]/ipv6/ip6} ether daddr set $(bench_server_mac 1) fwd to "back"
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
	ip -n "$node" -$1 route add "${bench_serv[$1]}" via "$(bench_server $1 1)" dev back
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
			server=$(bench_server $1 $i)
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

# leveler_servers FAMILY FIRST LAST
leveler_servers()
{
	local i

	for ((i = $2; i <= $3; i++)); do
		echo "server add lev0 $(bench_server $1 $i)"
	done
}

leveler_reaches()
{
	[ "$(leveler_ctl -j server show lev0 | jq '[.[] | select(.up)] | length')" = "$1" ] &&
		[ "$(leveler_ctl -j status lev0 | jq '.[0].pending')" = null ]
}

# A pool that will be in change begins with one server.
leveler_up()
{
	local first=$BENCH_SERVERS

	[ "$2" = stable ] || first=1
	lev_load || return
	leveler_ctl -b - <<-TEXT || return
		cluster add lev0 id 7 node 1 front front back back
		address add lev0 $LEV_IP
	TEXT
	{
		echo "service add lev0 ${bench_serv[$1]}"
		leveler_servers $1 1 $first
	} | leveler_ctl -b - 2>"$LEV_TMP/refused" || {
		head -n 1 "$LEV_TMP/refused"
		return $((1 + ($1 == 6)))
	}
	ip -n "$node" link set lev0 up || return
	busywait 20000 leveler_value_is state active >/dev/null || return
	slowwait 20 leveler_reaches $first
}

# leveler_change FAMILY: most of the table's entries move to servers that come
leveler_change()
{
	leveler_servers $1 2 $BENCH_SERVERS | leveler_ctl -b - &&
		slowwait 20 leveler_reaches $BENCH_SERVERS
}

leveler_spreads()
{
	true
}

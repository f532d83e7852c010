# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# How long a change of a pool takes, by its size: one weight is changed, and the cluster's whole
# table is built anew. Sourced by run behind paths.sh.

# Changes of one sample; those of a second batch before it are subtracted, with levctl's own start.
TABLES_CHANGES=100
TABLES_FIRST=2

# tables_neighbours SIZE: entries that are set by hand are not counted against the kernel's limit
tables_neighbours()
{
	local i

	for ((i = 1; i <= $1; i++)); do
		echo "neighbour add 10.4.$((i >> 8)).$((i & 255)) dev back lladdr ${bench_mac[1]} nud permanent"
	done | ip -n "$node" -batch -
}

tables_config()
{
	local i

	echo "service add lev0 $SERV_IP"
	for ((i = 1; i <= $1; i++)); do
		echo "server add lev0 10.4.$((i >> 8)).$((i & 255))"
	done
}

# tables_up SIZE: a cluster with so many servers, all of which are machine 1 of the sink
tables_up()
{
	ip -n "$sink" route add local 10.4.0.0/16 dev lo || return
	in_ns "$sink" sh -c 'echo 0 >/proc/sys/net/ipv4/conf/srv1/arp_ignore' || return
	tables_neighbours "$1" || return
	tables_config "$1" | leveler_begin front back $LEV_IP "$1"
}

# tables_batch CHANGES: an even number of them, in tables_usec
tables_batch()
{
	local i start

	for ((i = 0; i < $1; i++)); do
		echo "server set lev0 10.4.0.1 weight $((2 - i % 2))"
	done >"$LEV_TMP/batch"
	start=${EPOCHREALTIME/./}
	leveler_ctl -b "$LEV_TMP/batch" || return
	tables_usec=$((${EPOCHREALTIME/./} - start))
}

# tables_sample: microseconds of one change, in tables_usec
tables_sample()
{
	local first

	tables_batch $TABLES_FIRST || return
	first=$tables_usec
	tables_batch $((TABLES_FIRST + TABLES_CHANGES)) || return
	tables_usec=$(((tables_usec - first) / TABLES_CHANGES))
}

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# LEV_FRAMES frames that nobody means (100,000; 20,000 in an emulated machine), from good ones by
# build/spoil: none harms. Kernel checkers, where there are any, look on. LEV_SEED repeats a run; one
# with many more frames needs a LEV_TIMEOUT.
# needs: module
# timeout: 600
# debug: enough

ALL_TESTS="begin flood_front flood_ring flood_back flood_unkeyed"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/flows.sh
. "$(dirname "$0")/flows.sh"
# shellcheck source=selftests/net/frames.sh
. "$(dirname "$0")/frames.sh"

SPOIL=${SPOIL:-$lev_top/build/spoil}
frames=100000
[ "${LEV_GUEST:-}" != vm ] || frames=20000
frames=${LEV_FRAMES:-$frames}
forwarded=0
seed=${LEV_SEED:-$((RANDOM << 15 | RANDOM))}

begin()
{
	frames_begin
	log_test "two levelers, two servers, a change that is remembered" "LEV_SEED=$seed"
}

# One ARP or ND frame may have told the kernels anything of their neighbours.
forget_neighbours()
{
	ip -n "$router" neighbour flush dev eth0
	ip -n "$lev1" neighbour flush dev front
	LEV_FAMILY=6 send_by 1
}

# Packets whose header or length is wrong, as a server's kernel sees it; IPv6's other errors are
# of extension headers and options, which are not a router's business.
wrong_at_servers()
{
	local i

	for ((i = 1; i <= LEV_SERVERS; i++)); do
		in_ns "$(srv_ns "$i")" nstat -asz IpExtInTruncatedPkts IpExtInCsumErrors \
			Ip6InTruncatedPkts
	done | awk '/^Ip/ { n += $2 } END { print n + 0 }'
}

# spoil_on NAMESPACE SIDE COUNT [-r] <FRAMES: none may be lost on the way
spoil_on()
{
	local ns=$1 side=$2 count=$3
	shift 3

	in_ns "$ns" "$SPOIL" "$@" eth0 "$(lev_sysfs 1)/$side/statistics/rx_packets" "$count" "$seed"
}

# harmless: after a flood
harmless()
{
	forget_neighbours
	served
	check_eq "$(wrong_at_servers)" 0 "wrong packets at servers"
}

# flood COUNT [-r]: on front; enough of them are good enough to go a long way
flood()
{
	local count=$1 had
	shift

	read -ra had <<<"$(counts)"
	{
		frames_on "$router" front good front
		cat "$LEV_TMP/beat"
		frames_on "$router" front pins "$(<"$LEV_TMP/beat")"
	} | spoil_on "$router" front "$count" "$@"
	check_err $? "frames were lost"
	read -ra had <<<"$(counts "${had[@]}")"
	check_between "${had[0]}" $((count / 10)) $((count * 4 / 5)) "forwarded"
	check_between "${had[2]}" $((count / 50)) $((count / 2)) "refused by the kernel"
	harmless
	forwarded=${had[0]}
	flooded="${had[0]} forwarded, ${had[1]} dropped, ${had[2]} refused"
}

record_beat()
{
	in_ns "$router" /usr/bin/python3 "$net_dir/beats.py" capture eth0 2 1 >"$LEV_TMP/beat"
	check_err $? "no heartbeat of leveler 2 on Net A"
}

flood_front()
{
	local name
	local -A had

	for name in arp_requests conflicts beats_rejected packets_dropped packets_passed flows_pinned; do
		had[$name]=$(lev_stat 1 $name)
	done
	record_beat
	flood $((frames * 2 / 5))
	for name in "${!had[@]}"; do
		[ "$(lev_stat 1 "$name")" -gt "${had[$name]}" ]
		check_err $? "no frame counts as $name"
	done
	log_test "$((frames * 2 / 5)) random frames in front" "$flooded"
}

# The same once more: where a frame goes does not depend on how it lies in memory. Only what waits
# for a first fragment may find it too late this time, or in time.
flood_ring()
{
	local was=$forwarded

	flood $((frames * 2 / 5)) -r
	check_between "$forwarded" $((was * 97 / 100)) $((was * 103 / 100)) "forwarded"
	log_test "the same, lying in pages" "$flooded"
}

flood_back()
{
	frames_on "$srv1" back good back | spoil_on "$srv1" back $((frames / 10))
	check_err $? "frames were lost"
	harmless
	log_test "$((frames / 10)) on the back"
}

# Without a key anyone may speak for a node: the view may be any, until the nodes start anew.
flood_unkeyed()
{
	local i

	for i in 1 2; do
		levctl_on $i cluster set lev0 key none oldkey none
	done
	busywait 15000 view_is 1-2
	check_err $? "no view without a key"
	record_beat
	{
		cat "$LEV_TMP/beat"
		frames_on "$router" front pins "$(<"$LEV_TMP/beat")"
	} | spoil_on "$router" front $((frames / 10))
	check_err $? "frames were lost"
	for i in 1 2; do
		ip -n "$(lev_ns $i)" link set lev0 down
	done
	for i in 1 2; do
		ip -n "$(lev_ns $i)" link set lev0 up
	done
	harmless
	log_test "$((frames / 10)) that a node could have sent, without a key"
}

require_command nginx
require_command python3
require_command nstat
require_command jq
require_command "$SPOIL"
tests_run

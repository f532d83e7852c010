#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Shares are as the weights say: over ten turns of the wheel, by the frames for ServIP that the
# router sends to each leveler; and with a wheel that stands still, by the askers of each leveler.
# LEV_FAMILY says which addresses they use (shares6.sh).
# needs: module
# timeout: 300
# time-travel: yes
# debug: enough

ALL_TESTS="five_two_one one_to_three one_to_one askers"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/meter.sh
. "$(dirname "$0")/meter.sh"
# shellcheck source=selftests/net/watch.sh
. "$(dirname "$0")/watch.sh"

# shellcheck disable=SC2034 # both are read by cluster.sh
LEV_LEVIPS=$(by_family $LEV_IP $LEV_IP6)
# shellcheck disable=SC2034
LEV_SERVIPS=$(by_family $SERV_IP $SERV_IP6)
# It tells levelers by the MAC address in the router's entry: vmac.sh is of the others.
# shellcheck disable=SC2034 # read by cluster.sh
LEV_MAC=physical

period_s=2
turns=10
rate=200

# In 1/100 percent. In real time an emulated machine's stalls are part of what is measured.
off_most=100
grep -q time-travel /proc/cmdline || off_most=300
# What an emulated machine can send at an even pace.
[ "${LEV_GUEST:-}" != vm ] || rate=100

# Counts what the router sends to each leveler: ServIP's frames, no others.
count_frames()
{
	local i

	{
		echo "add table netdev shares"
		echo "delete table netdev shares"
		echo "table netdev shares {"
		echo "chain sent { type filter hook egress device eth0 priority 0;"
		for i in 1 2 3; do
			echo "$(by_family ip ip6) daddr $LEV_SERVIPS ether daddr $(lev_mac $i)" \
				"counter comment \"$i\""
		done
		echo "}"
		echo "}"
	} | in_ns "$router" nft -f -
}

# frames_to I
frames_to()
{
	in_ns "$router" nft -j list table netdev shares |
		jq -r ".nftables[].rule? | select(.comment == \"$1\") |
			.expr[].counter? // empty | .packets"
}

# weigh WEIGHT WEIGHT WEIGHT: the levelers', from now on
weigh()
{
	local i k version

	version=$(lev_stat 1 version)
	for i in 1 2 3; do
		for k in 1 2 3; do
			echo "node set lev0 $k weight ${!k}"
		done | levctl_on $i -b -
		check_err $? "leveler $i refuses weights $*"
	done
	for i in 1 2 3; do
		busywait 5000 in_force $i "$version"
		check_err $? "leveler $i does not go over to weights $*"
	done
}

in_force()
{
	[ "$(lev_stat "$1" version)" -gt "$2" ] &&
		levctl_on "$1" -j status lev0 | jq -e '.[0].pending == null' >/dev/null
}

# off_share GOT ALL WEIGHT SUM: how far GOT of ALL is from WEIGHT of SUM, in 1/100 percent
off_share()
{
	local off=10000

	[ "$2" -eq 0 ] || off=$((($1 * $4 - $3 * $2) * 10000 / ($2 * $4)))
	echo ${off#-}
}

# share_run WEIGHT WEIGHT WEIGHT: ten turns of constant traffic
share_run()
{
	local weights=("$@") sum=$(($1 + $2 + $3)) name=$1:$2:$3 got=() all=0 i off

	count_frames
	check_err $? "cannot count frames"
	meter_start "$name" --udp $rate --duration $((turns * period_s))s
	check_err $? "nothing is answered"
	meter_wait "$name"
	for i in 1 2 3; do
		got[i]=$(frames_to $i)
		all=$((all + ${got[i]:-0}))
	done
	check_between $all $((turns * period_s * rate * 8 / 10)) \
		$((turns * period_s * rate * 11 / 10)) "frames"
	for i in 1 2 3; do
		off=$(off_share "${got[i]:-0}" $all "${weights[i - 1]}" $sum)
		check_between "$off" 0 $off_most "1/100 percent that leveler $i is off its share"
	done
	check_eq "$(meter_get "$name" .udp.lost)" 0 "lost probes"
	log_test "shares $name over $turns turns, within $((off_most / 100)) percent" \
		"frames ${got[1]}:${got[2]}:${got[3]}"
}

five_two_one()
{
	lev_load && lev_topology levelers=3 servers=1 && start_echo_all &&
		LEV_WEIGHTS="5 2 1" lev_setup_all lanes 1 period ${period_s}s
	check_err $? "no cluster"
	share_run 5 2 1
}

# A leveler of weight 0 takes part, but owns nothing.
one_to_three()
{
	weigh 1 3 0
	share_run 1 3 0
}

one_to_one()
{
	weigh 1 1 0
	share_run 1 1 0
}

# ask_all COUNT: so many machines, one after the other
ask_all()
{
	case $LEV_FAMILY in
	4) in_ns "$router" /usr/bin/python3 "$net_dir/ask_arp.py" eth0 $LEV_IP "$1" 5 \
		10.0.{4..6}.{1..213} ;;
	6) in_ns "$router" /usr/bin/python3 "$net_dir/ask_nd.py" eth0 $LEV_IP6 "$1" 5 ;;
	esac
}

# Each asker asks once; one lane's worth of them is what a leveler may be off.
askers()
{
	local weights=(5 2 1) got=() i k all=639

	for i in 1 2 3; do
		levctl_on $i cluster set lev0 lanes 16 period 0
		check_err $? "leveler $i refuses 16 lanes"
	done
	weigh 5 2 1
	capture_start asked "$router" eth0 "$(by_family \
		"arp[6:2] = 2 and arp[14:4] = 0x0a0000c8" \
		"icmp6 and ip6[40] = 136 and ip6[44] & 0x40 != 0 and ether[0:2] = 0x02aa")"
	ask_all $all
	check_err $? "cannot ask"
	lib_sleep 0.3
	capture_stop asked
	check_eq "$(capture_count asked)" $all "answers"
	for i in 1 2 3; do
		got[i]=$(capture_count asked "ether src $(lev_mac $i)")
		k=$((all * weights[i - 1] / 8))
		check_between "${got[i]}" $((k - all / 16)) $((k + all / 16)) \
			"askers of leveler $i"
		check_eq "$(lev_stat $i owned_lanes)" $((16 * weights[i - 1] / 8)) \
			"lanes of leveler $i"
	done
	log_test "16 lanes that stand still: askers are shared 5:2:1, within a lane" \
		"${got[1]}:${got[2]}:${got[3]}"
}

require_command nft
require_command jq
require_command tcpdump
tests_run

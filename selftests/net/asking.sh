# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What tests of answers share: many machines that ask for LevIP, by ARP or, if LEV_FAMILY is 6, by
# Neighbour Discovery, and whether each got one answer. Sourced behind cluster.sh.

# Many, so that a leveler may speak to one before it asks again. (By Neighbour Discovery each
# machine has an address of its own.)
senders="0.0.0.0 $(echo 10.0.0.{21..51})"
count=320

# frames KIND: tcpdump's words for Questions, Probes (questions of nobody), Answers to the machines,
# what they were Told unasked, and Wrong answers, whose MAC address is not the frame's
frames()
{
	case $LEV_FAMILY$1 in
	4Q) echo "arp[6:2] = 1 and ether[6:2] = 0x02aa and arp[14:4] != 0" ;;
	4P) echo "arp[6:2] = 1 and ether[6:2] = 0x02aa and arp[14:4] = 0" ;;
	4A) echo "arp[6:2] = 2 and ether[0:2] = 0x02aa" ;;
	4T) echo "arp[6:2] = 1 and ether[0:2] = 0x02aa and arp[14:4] = arp[24:4]" ;;
	4W) echo "arp[6:2] = 2 and ether[0:2] = 0x02aa and
		(arp[8:4] != ether[6:4] or arp[12:2] != ether[10:2])" ;;
	6Q) echo "icmp6 and ip6[40] = 135 and ether[6:2] = 0x02aa and ip6[8:4] != 0" ;;
	6P) echo "icmp6 and ip6[40] = 135 and ether[6:2] = 0x02aa and ip6[8:4] = 0" ;;
	6A) echo "icmp6 and ip6[40] = 136 and ether[0:2] = 0x02aa and ip6[44] & 0x40 != 0" ;;
	6T) echo "icmp6 and ip6[40] = 136 and ether[0:2] = 0x02aa and ip6[44] & 0x40 = 0" ;;
	6W) echo "icmp6 and ip6[40] = 136 and ether[0:2] = 0x02aa and
		(ip6[66:4] != ether[6:4] or ip6[70:2] != ether[10:2])" ;;
	esac
}

# ask_from NAMESPACE COUNT [WORD]...: ask for LevIP there, 100 times a second
ask_from()
{
	local ns=$1 count=$2
	shift 2

	in_ns "$ns" /usr/bin/python3 "$net_dir/$(by_family ask_arp.py ask_nd.py)" eth0 \
		"$(by_family $LEV_IP $LEV_IP6)" "$count" 10 "$@"
	check_err $? "cannot ask"
}

# ask COUNT [WORD]...: the router's port asks, all is captured
ask()
{
	local kind

	capture_start asked "$router" eth0 "$(by_family arp icmp6)"
	check_err $? "no capture"
	ask_from "$router" "$@"
	lib_sleep 0.3
	capture_stop asked
	for kind in Q P A T W; do
		capture_read asked "$(frames $kind)" | sed "s/^/$kind /"
	done >"$LEV_TMP/asked"
}

# judge: of what ask() captured, "REQUESTS ODD STRANGE ANSWERERS", and a line on each that has not
# one answer. Those are odd if they came while their lane moved: no or two levelers may think that
# it is theirs then, for as long as their clocks differ and a frame is under way. The new owner
# tells the asker a moment later. All else is strange: no move, or an answer of no leveler.
judge()
{
	awk -v macs=" $(lev_mac 1) $(lev_mac 2) $(lev_mac 3) " '
		function told_soon(mac) {
			return probe[mac] || (told[mac] && told[mac] - at[mac] < 0.3)
		}
		{ sub(",", "", $5) }
		/^[QP]/ {
			at[$3] = $2
			probe[$3] = $1 == "P"
		}
		/^A/ {
			answered[$5]++
			by[$5] = by[$5] " " $3
			answerers += !seen[$3]++
			strangers += !index(macs, " " $3 " ")
		}
		/^W/ { strangers++ }
		/^T/ && $2 >= at[$5] && !told[$5] { told[$5] = $2 }
		END {
			for (mac in at) {
				n++
				if (answered[mac] == 1)
					continue
				fine = answered[mac] <= 2 && told_soon(mac)
				odd += fine
				strange += !fine
				printf "# %s, %d answers%s, told after %.1f ms\n", mac,
				       answered[mac], by[mac],
				       told[mac] ? (told[mac] - at[mac]) * 1000 : -1
			}
			print n + 0, odd + 0, strange + strangers + 0, answerers + 0
		}' "$LEV_TMP/asked"
}

# one_each NAME: $count requests are asked, each gets one answer. When waiting takes no time, nor
# does processing: then it is so without exception.
one_each()
{
	local n odd strange answerers most=$((count / 20))

	# shellcheck disable=SC2046 # several senders
	ask $count $(by_family "$senders" "")
	judge >"$LEV_TMP/judged"
	grep '^#' "$LEV_TMP/judged"
	read -r n odd strange answerers < <(grep -v '^#' "$LEV_TMP/judged")
	! grep -q time-travel /proc/cmdline || most=0
	# A capture in a slow machine may miss a frame or two; each that it has is judged.
	check_between "$n" $((count * 95 / 100)) $count "requests"
	check_eq "$strange" 0 "requests with other than one answer while no lane moved"
	check_between "$odd" 0 $most "requests with other than one answer while a lane moved"
	check_eq "$answerers" 3 "levelers that answered"
	log_test "$1" "$n requests, $odd of them at a move with no or two answers"
}

# reshape CLUSTER WORD...: on all levelers, which then go over to it together
reshape()
{
	local i version

	version=$(($(lev_stat 1 version) + 1))
	for i in 1 2 3; do
		levctl_on "$i" cluster set lev0 "$@"
		check_err $? "leveler $i refuses: $*"
	done
	for i in 1 2 3; do
		lev_wait_stat "$i" version $version 5000
		check_err $? "leveler $i did not go over to: $*"
	done
}

# sum_of COUNTER: of all levelers
sum_of()
{
	echo $(($(lev_stat 1 "$1") + $(lev_stat 2 "$1") + $(lev_stat 3 "$1")))
}

# stands_still COUNTER: longer than the two seconds between the two tellings of a takeover, and the
# one between the questions to an asker whether it has followed
stands_still()
{
	local before
	before=$(sum_of "$1")

	lib_sleep 2.5
	[ "$(sum_of "$1")" = "$before" ]
}

turning_lane()
{
	lev_load && lev_topology levelers=3 servers=1 &&
		lev_setup_all lanes 1 period 300ms "${lev_patient[@]}"
	check_err $? "no cluster"
	one_each "one answer each, a single lane that turns"
}

turning_lanes()
{
	reshape lanes 16
	one_each "one answer each, 16 lanes that turn"
}

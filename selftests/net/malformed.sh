#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Frames that are wrong or odd in one way, IPv4 and IPv6: each is dropped or passed on as the kernel
# would, and what is held of fragments is bounded. random.sh has those that are wrong in any way.
# needs: module
# timeout: 300
# time-travel: yes
# debug: enough

ALL_TESTS="begin refused4 refused6 passed4 passed6 odd4 odd6 trains"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/flows.sh
. "$(dirname "$0")/flows.sh"
# shellcheck source=selftests/net/frames.sh
. "$(dirname "$0")/frames.sh"

# send CASE [ADDRESS ADDRESS6]: one process for all of them, since starting it takes long. How many
# is left in sent. The addresses stand for SERV_IP and SERV_IP6.
send()
{
	sent=
	echo "$*" >&"${sender[1]}"
	read -r -t 60 sent <&"${sender[0]}"
}

# becomes CASE FORWARDED DROPPED REFUSED: how many of its frames go to a server, how many Leveler
# drops and counts, and how many it leaves to the kernel, which refuses them
becomes()
{
	local had

	read -ra had <<<"$(counts)"
	send "$1"
	check_eq "$sent" $(($2 + $3 + $4)) "frames of $1"
	busywait 5000 counts_are "$2 $3 $4" "${had[@]}"
	check_eq "$(counts "${had[@]}")" "$2 $3 $4" "$1: forwarded, dropped, refused"
}

# at_servers NAME [FILTER]: frames that they got
at_servers()
{
	local i sum=0 name=$1
	shift

	for ((i = 1; i <= LEV_SERVERS; i++)); do
		sum=$((sum + $(capture_count "$name$i" "$@")))
	done
	echo $sum
}

# one_server_each NAME FILTER PATTERN COUNT: so many datagrams, of each all pieces at one server
one_server_each()
{
	servers_of "$1" "$2" "$3" >"$LEV_TMP/datagrams"
	check_eq "$(wc -l <"$LEV_TMP/datagrams")" "$4" "datagrams and their servers"
}

begin()
{
	frames_begin
	front=$(lev_sysfs 1)/front/statistics
	coproc sender { frames_on "$router" front send eth0; }
	log_test "two levelers, two servers, a change that is remembered"
}

refused4()
{
	servers_watch refused $SERV_IP
	becomes short4 0 0 20
	becomes version4 0 0 15
	becomes ihl-short4 0 0 5
	becomes ihl-long4 0 0 8
	becomes length-short4 0 0 20
	becomes length-header4 0 0 40
	becomes length-long4 0 0 5
	becomes checksum4 0 5 0
	becomes checksum-options4 0 1 0
	servers_unwatch refused
	check_eq "$(at_servers refused)" 0 "frames at servers"
	log_test "IPv4: what the kernel refuses reaches no server"
}

refused6()
{
	servers_watch refused $SERV_IP6
	becomes short6 0 0 40
	becomes version6 0 0 15
	becomes length-long6 0 0 5
	send mapped6
	servers_unwatch refused
	check_eq "$(at_servers refused)" 0 "frames at servers"
	log_test "IPv6: what the kernel refuses reaches no server"
}

# What a server's kernel makes of it is its own.
passed4()
{
	local i had=() got=0

	for i in 1 2; do
		had[i]=$(kernel_counts "$(srv_ns $i)" UdpNoPorts)
	done
	servers_watch passed $SERV_IP
	becomes good4 10 0 0
	becomes no-ports4 4 0 0
	becomes options4 10 0 0
	becomes padded4 10 0 0
	becomes overlap4 30 0 0
	becomes endless-known4 201 0 0
	becomes beyond4 2 0 0
	servers_unwatch passed
	check_eq "$(at_servers passed)" 267 "frames at servers"
	check_eq "$(at_servers passed "ip[2:2] = 60 and greater 75")" 0 "frames with padding"
	one_server_each passed 'ip[6:2] & 0x3fff != 0' 'id \K\d+' 12
	for i in 1 2; do
		got=$((got + $(kernel_counts "$(srv_ns $i)" UdpNoPorts) - had[i]))
		check_eq "$(kernel_counts "$(srv_ns $i)" IpReasmOKs)" 0 "put together on server $i"
	done
	check_eq $got 30 "datagrams at servers"
	log_test "IPv4: what a router passes on goes to one server each"
}

passed6()
{
	local i had=() got=0 whole=0

	for i in 1 2; do
		had[i]=$(kernel_counts "$(srv_ns $i)" Udp6NoPorts)
	done
	servers_watch passed $SERV_IP6
	becomes good6 10 0 0
	becomes no-ports6 4 0 0
	becomes chain-long6 3 0 0
	becomes chain-cut6 8 0 0
	becomes nested6 10 0 0
	becomes nested-mixed6 1 0 0
	becomes nested-fragments6 1 0 0
	becomes padded6 10 0 0
	becomes overlap6 30 0 0
	becomes endless-known6 201 0 0
	becomes beyond6 2 0 0
	servers_unwatch passed
	check_eq "$(at_servers passed)" 280 "frames at servers"
	check_eq "$(at_servers passed "ip6[4:2] = 40 and greater 95")" 0 "frames with padding"
	one_server_each passed 'ip6[6] = 44 and ip6[40] = 17' 'frag \(0x\K[0-9a-f]+' 12
	for i in 1 2; do
		got=$((got + $(kernel_counts "$(srv_ns $i)" Udp6NoPorts) - had[i]))
		whole=$((whole + $(kernel_counts "$(srv_ns $i)" Ip6ReasmOKs)))
	done
	# That of nested-mixed6, whose fragment header says that it is whole.
	check_eq $whole 1 "put together on servers"
	check_eq $got 30 "datagrams at servers"
	log_test "IPv6: what a router passes on goes to one server each"
}

# odd_counts [HAD...]: packets forwarded and packets left to the kernel, less what they were
odd_counts()
{
	echo $(($(lev_stat 1 packets_forwarded) - ${1:-0})) $(($(lev_stat 1 packets_passed) - ${2:-0}))
}

odd_counts_are()
{
	[ "$(odd_counts "${@:2}")" = "$1" ]
}

# odd CASE FORWARDED PASSED: how many of its frames go to a server, and how many Leveler leaves to
# the kernel. The sum of the former is in expected.
odd()
{
	local had

	read -ra had <<<"$(odd_counts)"
	send "$1"
	check_eq "$sent" $(($2 + $3)) "frames of $1"
	busywait 5000 odd_counts_are "$2 $3" "${had[@]}"
	check_eq "$(odd_counts "${had[@]}")" "$2 $3" "$1: forwarded, left to the kernel"
	expected=$((expected + $2))
}

kernel_routed()
{
	[ "$(capture_count routed)" -ge "$1" ]
}

# as_kernel CASE FORWARDED PASSED: and of the same frames for an address of server 1, which the
# kernel routes, as many come there. Good ones behind them say when all did.
as_kernel()
{
	local had

	odd "$@"
	had=$(capture_count routed)
	send "$1" 10.0.1.101 fd00:b::101
	send "good$LEV_FAMILY" 10.0.1.101 fd00:b::101
	busywait 5000 kernel_routed $((had + $2 + 10))
	check_eq $(($(capture_count routed) - had - 10)) "$2" "$1: routed by the kernel"
}

odd4()
{
	local expected=0 LEV_FAMILY=4

	servers_watch odd $SERV_IP
	capture_start routed "$srv1" eth0 ip and dst host 10.0.1.101
	as_kernel source-passed4 9 0
	as_kernel source-refused4 0 6
	as_kernel options4 10 0
	as_kernel options-passed4 13 0
	as_kernel options-refused4 0 17
	# Of labels the kernel says what it is told of them, if it is built for that.
	odd labels4 0 1
	capture_stop routed
	servers_unwatch odd
	check_eq "$(at_servers odd)" $expected "frames at servers"
	log_test "IPv4: sources and options that the kernel refuses are left to it"
}

odd6()
{
	local expected=0 LEV_FAMILY=6

	servers_watch odd $SERV_IP6
	capture_start routed "$srv1" eth0 ip6 and dst host fd00:b::101 and 'ip6[6] != 58'
	as_kernel source-passed6 7 0
	as_kernel source-refused6 0 6
	as_kernel routing6 8 0
	as_kernel hop-passed6 9 0
	as_kernel hop-refused6 0 17
	odd labels6 0 1
	capture_stop routed
	servers_unwatch odd
	check_eq "$(at_servers odd)" $expected "frames at servers"
	log_test "IPv6: sources and hop-by-hop options that the kernel refuses are left to it"
}

front_received()
{
	[ "$(<"$front/rx_packets")" -ge "$1" ]
}

# bounded CASE FRAMES HELD: of fragments whose first one never comes no more are held, the others
# are dropped at once (to make room, a whole datagram may be), and all of them after a while
bounded()
{
	local had dropped received most=$(($2 - $3 + 64))

	# Sending may take longer than they are held.
	[ "${LEV_GUEST:-}" != vm ] || most=$2

	had=$(lev_stat 1 packets_dropped)
	received=$(<"$front/rx_packets")
	send "$1"
	check_eq "$sent" "$2" "frames of $1"
	busywait 5000 front_received $((received + $2))
	check_err $? "$1: not all arrived"
	dropped=$(($(lev_stat 1 packets_dropped) - had))
	check_between $dropped $(($2 - $3)) $most "$1: dropped at once"
	lev_wait_stat 1 packets_dropped $((had + $2)) 15000
	check_err $? "$1: not all are dropped in the end"
	noted+="$dropped of $2, "
}

trains()
{
	local forwarded noted=

	forwarded=$(lev_stat 1 packets_forwarded)
	servers_watch four $SERV_IP
	servers_watch six $SERV_IP6
	bounded endless4 100 64
	bounded endless6 100 64
	bounded trains4 6400 4096
	bounded trains6 6400 4096
	servers_unwatch four
	servers_unwatch six
	check_eq "$(at_servers four) $(at_servers six)" "0 0" "frames at servers"
	check_eq "$(lev_stat 1 packets_forwarded)" "$forwarded" "packets_forwarded"
	log_test "trains of fragments without an end: few are held" "dropped at once: ${noted%, }"
}

require_command nginx
require_command tcpdump
require_command python3
require_command nstat
require_command jq
tests_run

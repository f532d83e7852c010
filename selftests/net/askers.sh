#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# 64 machines on Net A send at once, by MAC addresses of lanes: at each moment levelers carry what
# their lanes' askers send, and over a period of a wheel that turns each machine's packets are shared
# as the weights say. LEV_FAMILY says which addresses they use (askers6.sh).
# needs: module
# timeout: 300
# time-travel: yes

ALL_TESTS="begin standing turning"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"

askers=64
# In front of their numbers, from 121: no address of the bed is among them.
net4=10.0.0.
net6=fd00:a::5:
# shellcheck disable=SC2034 # these are read by cluster.sh
LEV_LEVIPS="$LEV_IP $LEV_IP6"
# shellcheck disable=SC2034
LEV_SERVIPS="$SERV_IP $SERV_IP6"
# shellcheck disable=SC2034
LEV_MAC=virtual
weights=(2 1 1)
period_s=4
# In 1/100 percent. In real time an emulated machine's stalls are part of what is measured.
off_most=100
grep -q time-travel /proc/cmdline || off_most=300

# Each is a macvlan with an address and a table of routes of its own.
askers_up()
{
	local i ip levip serv

	ip=$(by_family $net4 $net6)
	levip=$(by_family $LEV_IP $LEV_IP6)
	serv=$(by_family $SERV_IP $SERV_IP6)
	setup_ns_with "net/ipv4/conf/all/arp_filter=0 net/ipv4/conf/default/arp_ignore=1
		net/ipv4/conf/default/arp_announce=2" crowd
	ip -n "$wire" link add crowd-a up master neta type veth peer name under netns "$crowd"
	ip -n "$crowd" link set under up
	for ((i = 1; i <= askers; i++)); do
		echo "link add link under name a$i up type macvlan mode private"
		echo "address add $ip$((120 + i))/$(by_family 24 64) dev a$i $(by_family "" nodad)"
		echo "route add $serv via $levip dev a$i table $((1000 + i)) onlink"
	done | ip -n "$crowd" "-$LEV_FAMILY" -batch - || return
	for ((i = 1; i <= askers; i++)); do
		echo "rule add oif a$i lookup $((1000 + i))"
	done | ip -n "$crowd" "-$LEV_FAMILY" -batch -
}

# send_all SECONDS: ten packets a second from each, evenly
send_all()
{
	in_ns "$crowd" /usr/bin/python3 - "$1" "$(by_family $SERV_IP $SERV_IP6)" $askers <<-'PY'
		import socket, sys, time
		seconds, to, n = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
		family = socket.AF_INET6 if ":" in to else socket.AF_INET
		socks = []
		for i in range(n):
		    s = socket.socket(family, socket.SOCK_DGRAM)
		    s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"a%d" % (i + 1))
		    socks.append(s)
		start, sent = time.monotonic(), 0
		for round in range(seconds * 10):
		    for i, s in enumerate(socks):
		        s.sendto(bytes(8), (to, 9))
		        sent += 1
		        wait = start + sent / (10 * n) - time.monotonic()
		        if wait > 0:
		            time.sleep(wait)
	PY
}

forwarded()
{
	local i

	for i in 1 2 3; do
		lev_stat $i packets_forwarded
	done
}

# carried COMMAND...: in got[], what each leveler forwarded meanwhile; in all, their sum
carried()
{
	local i was now

	mapfile -t was < <(forwarded)
	"$@"
	check_err $? "cannot: $*"
	lib_sleep 0.2
	mapfile -t now < <(forwarded)
	all=0
	for i in 0 1 2; do
		got[i]=$((now[i] - was[i]))
		all=$((all + got[i]))
	done
}

# all_forwarded COUNT: so many were sent; what may have become of the others is told
all_forwarded()
{
	local i name

	check_eq $all "$1" "packets forwarded"
	[ $all -ne "$1" ] || return
	for i in 1 2 3; do
		for name in takeovers frames_late packets_no_server packets_dropped packets_passed; do
			echo "# leveler $i: $name $(lev_stat $i $name)"
		done
	done
	echo "# crowd: $(in_ns "$crowd" nstat -asz UdpOutDatagrams IpOutDiscards IpOutNoRoutes |
		awk '/^[UI]/ { print $1, $2 }' | xargs)"
}

begin()
{
	lev_load && lev_topology levelers=3 servers=2 && LEV_WEIGHTS="${weights[*]}" \
		lev_setup_all lanes 16 period 0 && askers_up
	check_err $? "no cluster"
	# All ask, some again when the first answer was late.
	send_all 2
	check_err $? "cannot send"
	log_test "$askers askers, three levelers of weights ${weights[*]}"
}

# owners: of each asker's lane, as levctl explains it
owners()
{
	local i ip levip

	ip=$(by_family $net4 $net6)
	levip=$(by_family $LEV_IP $LEV_IP6)
	for ((i = 1; i <= askers; i++)); do
		echo "explain lev0 src $ip$((120 + i)) dst $levip"
	done | levctl_on 1 -j -b - | jq -r '.lanes[0].owner'
}

# Which askers are in which lane is chance; whose lane it is, is not.
standing()
{
	local got=() all=0 i lanes mine

	carried send_all 4
	all_forwarded $((askers * 40))
	levctl_on 1 -j status lev0 >"$LEV_TMP/status"
	owners >"$LEV_TMP/owners"
	check_eq "$(wc -l <"$LEV_TMP/owners")" $askers "askers whose lane is known"
	for i in 0 1 2; do
		lanes=$(jq "[.[0].owners[] | select(. == $((i + 1)))] | length" "$LEV_TMP/status")
		check_eq "$lanes" $((16 * weights[i] / 4)) "lanes of leveler $((i + 1))"
		mine=$(grep -cx $((i + 1)) "$LEV_TMP/owners")
		check_eq "${got[i]}" $((mine * 40)) "packets of the $mine askers of leveler $((i + 1))"
	done
	log_test "lanes are shared by weight, and packets by lanes" "${got[*]} of $all"
}

reshape()
{
	local i

	for i in 1 2 3; do
		levctl_on $i cluster set lev0 "$@" || return
	done
}

turning_now()
{
	[ "$(levctl_on 1 -j status lev0 | jq '.[0].period_ms')" = $((period_s * 1000)) ]
}

turning()
{
	local got=() all=0 i off

	reshape period ${period_s}s && busywait 5000 turning_now
	check_err $? "it does not turn"
	carried send_all $((period_s * 4))
	all_forwarded $((askers * period_s * 40))
	for i in 0 1 2; do
		off=$(((got[i] * 4 - weights[i] * all) * 10000 / (weights[i] * all)))
		check_between "${off#-}" 0 $off_most "1/100 percent that leveler $((i + 1)) is off its share"
	done
	log_test "over periods of the wheel each has its weight's share" "${got[*]} of $all"
}

require_command jq
tests_run

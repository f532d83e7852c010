#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# levctl doctor: nothing is found on a good leveler; what can be wrong is made so, is found with the
# command that mends it, and is gone when that was run. The cluster has addresses of both families;
# doctor6.sh asks on the wire by Neighbour Discovery (LEV_FAMILY).
# needs: module
# timeout: 300
# time-travel: only

ALL_TESTS="unloaded good settings firewall invalid silent alone wire unreached others stranger key
	two_ids conflicts"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/examine.sh
. "$(dirname "$0")/examine.sh"

# shellcheck disable=SC2034 # these are read by cluster.sh
LEV_GATEWAY=10.0.1.254
# shellcheck disable=SC2034
LEV_GATEWAY6=fd00:b::254
# shellcheck disable=SC2034
LEV_LEVIPS="$LEV_IP $LEV_IP6"
# shellcheck disable=SC2034
LEV_SERVIPS="$SERV_IP $SERV_IP6"
# shellcheck disable=SC2034
LEV_SERVER_FAMILY=$LEV_FAMILY

# What does not depend on the family is tested once; an emulated machine, in which a look takes two
# seconds, shows that the kernel is asked and understood.
[ "${LEV_GUEST:-}" != vm ] || ALL_TESTS="unloaded good settings invalid alone wire conflicts"
[ "$LEV_FAMILY" = 4 ] || ALL_TESTS="good wire unreached"

unloaded()
{
	lev_loaded && rmmod leveler
	doctor 1
	found no-module fault 'the module is not loaded'
	check_eq "$findings $command" "no-module modprobe leveler" "without the module"
	lev_load
	check_err $? "the module does not load"
	doctor 1 ""
	check_eq "$findings" "no-cluster" "without a cluster"
	levctl_on 1 doctor lev9 >"$LEV_TMP/said" 2>&1
	check_eq $? 2 "of a cluster that is not there"
	grep -q '(device lev9)' "$LEV_TMP/said"
	check_err $? "it is not named: $(<"$LEV_TMP/said")"
	log_test "without the module, and without a cluster"
}

good()
{
	lev_load
	lev_setup_all period 0 "${lev_patient[@]}"
	check_err $? "the cluster does not come up"
	for i in 1 2; do
		slowwait 20 servers_reached $i '[true,true]'
		check_err $? "leveler $i does not reach the servers"
	done
	# These devices have no filter for MAC addresses.
	for i in 1 2; do
		doctor $i
		check_eq "$findings" "promiscuous promiscuous" "of leveler $i"
	done
	found promiscuous hint 'back takes all frames of its wire'
	check_between "$(jq '.[].good' "$LEV_TMP/json")" 12 200 "good checks"
	levctl_on 1 doctor >"$LEV_TMP/text"
	check_eq $? 0 "status"
	check_eq "$(sed '/^ /d; s/[0-9]* checks/N checks/' "$LEV_TMP/text")" \
		"lev0: N checks are good"$'\n'"0 faults, 0 warnings, 2 hints" "in words"
	log_test "nothing is found where nothing is wrong"
}

# make_wrong NAMESPACE: by a script of the shell, in /proc/sys/net
make_wrong()
{
	in_ns "$1" sh -ec "cd /proc/sys/net; $(</dev/stdin)"
	check_err $? "this cannot be made wrong"
}

# Who looks by -n is outside of the namespace, and runs the commands there.
from_outside()
{
	local command

	command=$("$LEVCTL" -n "$lev1" doctor lev0 | grep 'net.ipv4.ip_forward=1')
	check_eq "$command" "    ip netns exec $lev1 sysctl -w net.ipv4.ip_forward=1" "by -n"
	sh -c "$command" >"$LEV_TMP/said" 2>&1
	check_eq "$(in_ns "$lev1" cat /proc/sys/net/ipv4/ip_forward)" 1 "ip_forward"
}

settings()
{
	local ip

	lib_cable lev1-x neta "$lev1" third | ip -n "$wire" -batch -
	make_wrong "$lev1" <<-TEXT
		echo 0 >ipv4/ip_forward
		echo 0 >ipv6/conf/all/forwarding
		echo 1 >ipv4/conf/front/proxy_arp
		echo 1 >ipv4/conf/back/proxy_arp_pvlan
		echo 1 >ipv4/conf/back/arp_filter
		echo 8 >ipv4/conf/front/arp_ignore
		ip link set third up
		ip address add 10.0.0.151/24 dev third
		ip address del $LEV_IP/32 dev lev0
		ip address del $LEV_IP6/128 dev lev0
		ip address add $LEV_IP/24 dev front
		ip address add $LEV_IP6/64 dev front
		ip address add $SERV_IP/32 dev lo
		ip address add $SERV_IP6/128 dev lo
		ip link set back mtu 1400
	TEXT
	doctor 1
	mends "$lev1" forwarding fault 'net.ipv4.ip_forward is 0'
	mends "$lev1" forwarding fault 'net.ipv6.conf.all.forwarding is 0'
	mends "$lev1" proxy-arp warning 'front answers ARP'
	mends "$lev1" proxy-arp-pvlan fault 'back answers ARP for its neighbours'
	mends "$lev1" arp-filter hint 'back answers ARP only'
	mends "$lev1" arp-ignore warning 'front answers ARP for no address'
	mends "$lev1" arp-ignore warning 'third is in the net of LevIP 10.0.0.200'
	for ip in $LEV_IP $LEV_IP6; do
		mends "$lev1" levip-missing warning "lev0 does not have LevIP $ip"
		mends "$lev1" levip-elsewhere fault "front has LevIP $ip too"
	done
	for ip in $SERV_IP $SERV_IP6; do
		mends "$lev1" servip-here fault "lo has ServIP $ip"
	done
	mends "$lev1" mtu warning 'front takes packets of 1500 bytes, back only of 1400'
	levctl_on 1 doctor lev0 >"$LEV_TMP/text"
	check_eq $? 3 "status of a fault, in words"
	grep -A 1 '^  fault forwarding: net.ipv4.ip_forward is 0: ' "$LEV_TMP/text" |
		grep -qx '    sysctl -w net.ipv4.ip_forward=1'
	check_err $? "in words: $(<"$LEV_TMP/text")"
	from_outside
	all_mended
	ip -n "$lev1" link del third
	log_test "settings and addresses of this machine that are in the way"
}

# rules: the firewall of leveler 1
rules()
{
	in_ns "$lev1" nft -f -
	check_err $? "nft does not take these rules"
}

firewall()
{
	rules <<-TEXT
		table netdev t {
			chain out {
				type filter hook egress device front priority 0;
				ether type 0x88b5 drop;
			}
			chain in {
				type filter hook ingress device back priority 0;
				ether type 0x88b5 drop;
			}
			# Leveler takes them before this chain sees them.
			chain late {
				type filter hook ingress device front priority 0;
				ether type 0x88b5 drop;
			}
		}
		table arp t { chain c { type filter hook input priority 0; policy drop; }; }
		table inet t {
			chain c {
				type filter hook input priority 0; policy drop;
				ct state new accept;
			}
		}
		table ip t {
			chain c { type filter hook forward priority 0; policy drop; }
			chain d {
				type filter hook forward priority 1; policy drop;
				meta mark 1 accept;
			}
		}
		table ip6 t {
			chain c { type filter hook forward priority 0; ip6 saddr fd00:b::/64 drop; }
		}
	TEXT
	doctor 1
	mends "$lev1" firewall fault "chain out of table netdev t drops this node's heartbeats"
	mends "$lev1" firewall fault 'chain in of table netdev t drops heartbeats of others'
	mends "$lev1" firewall fault 'chain c of table arp t drops ARP answers'
	mends "$lev1" firewall fault 'chain c of table inet t drops neighbour advertisements'
	mends "$lev1" firewall fault "chain c of table ip t drops what servers answer from ServIP $SERV_IP"
	mends "$lev1" firewall warning 'chain d of table ip t may drop what servers answer'
	! grep -q 'chain late' "$LEV_TMP/found"
	check_err $? "it is said of what no chain sees"
	run_commands
	doctor 1
	mends "$lev1" firewall fault "drops what servers answer from ServIP $SERV_IP6"
	all_mended
	in_ns "$lev1" nft flush ruleset
	log_test "a firewall that drops what a leveler lives by"
}

is_answered()
{
	in_ns "$client" curl -s -m 2 "http://$SERV_IP/" >/dev/null
}

# The first rule of many a firewall. Servers answer through leveler 1 alone.
invalid()
{
	start_http_all
	check_err $? "no HTTP server"
	for i in 1 2; do
		ip -n "$(srv_ns $i)" route replace default via 10.0.1.1
	done
	rules <<<"table inet t {
		chain c { type filter hook forward priority 0; ct state invalid drop; }
	}"
	is_answered
	check_fail $? "answers pass: the test shows nothing"
	doctor 1
	mends "$lev1" firewall fault "drops what servers answer from ServIP $SERV_IP"
	run_commands
	is_answered
	check_err $? "no answer passes after the command"
	in_ns "$lev1" nft flush ruleset
	for i in 1 2; do
		ip -n "$(srv_ns $i)" route replace default via $LEV_GATEWAY
	done
	log_test "a firewall that drops what connection tracking does not know"
}

# silent_is REASON SEVERITY SAYS: and the command brings it back
silent_is()
{
	lev_wait_stat 1 reason "$1" 15000
	check_err $? "it is not silent"
	doctor 1
	mends "$lev1" silent "$2" "$3"
	grep -q "($1)" "$LEV_TMP/found"
	check_err $? "the reason is not named: $(<"$LEV_TMP/found")"
	run_commands
	lev_wait_state 1 active 20000
	check_err $? "it is still silent"
}

silent()
{
	ip -n "$lev1" link set back down
	silent_is back-down fault 'back is down'
	# What went with the device.
	ip -n "$lev1" address add fd00:b::1/64 dev back
	levctl_on 1 node set lev0 1 state drain
	silent_is drained hint 'it was told to be'
	ip -n "$lev1" link set lev0 down
	silent_is stopping fault 'lev0 is down'
	all_mended
	log_test "why a leveler is silent"
}

# A leveler of its own: its front takes no MAC addresses of lanes, one of its ServIPs is a LevIP, and
# the way to the other is not by the back.
alone_setup()
{
	setup_ns_with "$lib_forwarding" lev3
	{
		lib_cable lev3-a neta "$lev3" eth0
		lib_cable lev3-b netb "$lev3" back
	} | ip -n "$wire" -batch -
	ip -n "$lev3" -batch - <<-TEXT
		link set eth0 up
		link set back up
		link add link eth0 name mv up type macvlan mode bridge
		address add 10.0.0.103/24 dev mv
		address add 10.0.1.3/24 dev back
		route add default via 10.0.0.1
	TEXT
	levctl_on 3 -b - <<-TEXT
		cluster add lev0 id 8 node 1 front mv back back
		address add lev0 10.0.0.203
		address add lev0 10.0.1.253 side back
		service add lev0 10.0.0.203
		service add lev0 10.9.9.9
	TEXT
	check_err $? "there is no cluster"
	ip -n "$lev3" link set lev0 up
}

# gone NAME...: leveler 3's commands run, and these are not found any more
gone()
{
	local name

	run_commands
	doctor 3
	for name in "$@"; do
		[[ " $findings " != *" $name "* ]]
		check_err $? "after the commands there is still $name: $(<"$LEV_TMP/found")"
	done
}

alone()
{
	alone_setup
	make_wrong "$lev3" <<-TEXT
		echo 0 >ipv4/conf/back/forwarding
		echo 0 >ipv4/conf/mv/forwarding
		echo 1 >ipv4/conf/back/rp_filter
	TEXT
	doctor 3
	mends "$lev3" mac-physical warning 'mv (front) hands up frames to its own MAC address alone'
	mends "$lev3" forwarding fault 'forwarding of back is 0'
	mends "$lev3" forwarding warning 'forwarding of mv is 0'
	mends "$lev3" rp-filter fault 'rp_filter of back is 1, and the route to 10.9.9.9 is by mv'
	mends "$lev3" accept-local fault '10.0.0.203 is ServIP and LevIP'
	gone mac-physical forwarding rp-filter accept-local
	ip -n "$lev3" route del default
	doctor 3
	mends "$lev3" rp-filter fault 'there is no route to 10.9.9.9'
	gone rp-filter
	levctl_on 3 cluster del lev0
	ip -n "$lev3" -batch - <<-TEXT
		link del eth0
		link del back
	TEXT
	log_test "a leveler whose devices and routes do not suit it"
}

# A third machine on Net A has LevIP. Server 1 speaks of ServIP: it has it on its device, as who does
# not know better does, and ARP is answered for what is on lo. Server 2 does not have it, and takes
# no long packets. The hypervisor's, or the switch's, part is a filter at the ports of leveler 1.
wire_wrong()
{
	setup_ns foreign
	lib_cable foreign-a neta "$foreign" eth0 | ip -n "$wire" -batch -
	ip -n "$foreign" -batch - <<-TEXT
		link set eth0 up
		address add $(by_family 10.0.0.77/24 fd00:a::77/64) dev eth0
		address add $(by_family $LEV_IP/24 $LEV_IP6/64) dev eth0
	TEXT
	ip -n "$srv1" address add "$(by_family $SERV_IP/32 $SERV_IP6/128)" dev eth0
	[ "$LEV_FAMILY" != 4 ] ||
		in_ns "$srv1" sh -c 'echo 0 >/proc/sys/net/ipv4/conf/eth0/arp_ignore'
	ip -n "$srv2" address del "$(by_family $SERV_IP/32 $SERV_IP6/128)" dev lo
	ip -n "$srv2" link set eth0 mtu 1400
	in_ns "$lev1" ping -q -c 1 -W 1 "$(by_family 10.0.0.1 fd00:a::1)" >/dev/null
	ip -n "$lev1" "-$(by_family 6 4)" neighbour flush dev front
	ip -n "$lev1" "-$(by_family 6 4)" neighbour flush dev back
	printf 'qdisc add dev %s clsact
		filter add dev %s ingress flower src_mac %s:00:00:00/ff:ff:ff:00:00:00 action drop\n' \
		lev1-a lev1-a 02:4c:76 lev1-b lev1-b 02:4c:77 | tc -n "$wire" -batch -
	check_err $? "no filter"
}

wire()
{
	local servip mac side

	servip=$(by_family $SERV_IP $SERV_IP6)
	wire_wrong
	mac=$(ip -n "$foreign" -br link show eth0 | awk '{ print $3 }')
	doctor 1
	found another-speaker fault \
		"$mac on front says that it has LevIP $(by_family $LEV_IP $LEV_IP6)" "$mac"
	echo "ip address del $(by_family $LEV_IP/24 $LEV_IP6/64) dev eth0" \
		>"$LEV_TMP/mend-$foreign"
	mends "$srv1" servip-answered fault "server $(srv_addr 1) answers $(by_family ARP \
		"Neighbour Discovery") for ServIP $servip" "$(srv_addr 1)"
	mends "$srv2" no-alias warning "server $(srv_addr 2) answers pings, and as ServIP $servip" \
		"$(srv_addr 2)"
	mends "$srv2" path-mtu warning "do not get to server $(srv_addr 2) and back" "$(srv_addr 2)"
	for side in front back; do
		found lane-mac fault "on $side ($side), neighbours answer this node, but not the MAC"
	done
	echo "$command" >"$LEV_TMP/mend-$lev1"
	echo "$command" >"$LEV_TMP/mend-$lev2"
	all_mended
	tc -n "$wire" -batch - <<-TEXT
		qdisc del dev lev1-a clsact
		qdisc del dev lev1-b clsact
	TEXT
	for i in 1 2; do
		levctl_on $i cluster set lev0 mac virtual
	done
	log_test "what others on the nets say, or do not"
}

unreached()
{
	srv_cut 1
	slowwait 20 servers_reached 1 '[false,true]'
	check_err $? "a server that is cut is reached"
	doctor 1
	found not-reached warning "server $(srv_addr 1) is not found on back"
	srv_heal 1
	slowwait 20 servers_reached 1 '[true,true]'
	all_mended
	log_test "a server that is not there"
}

# drop_beats PORT...: what a switch does that does not know who listens to a group
drop_beats()
{
	local port

	for port in "$@"; do
		echo "qdisc add dev $port clsact"
		echo "filter add dev $port egress protocol 0x88b5 flower action drop"
	done | tc -n "$wire" -batch -
}

others()
{
	lev_cut 2
	lev_wait_stat 1 view 1 15000
	check_err $? "a node that is cut is in the view"
	doctor 1
	found not-heard warning 'node 2 is not heard'
	lev_heal 2
	all_mended
	drop_beats lev2-a lev2-b lev1-a
	lev_wait_stat 2 view 2 15000
	check_err $? "a node that hears nobody has others in its view"
	doctor 1
	found not-hearing warning 'node 2 is heard, and does not hear this node'
	found one-side warning 'node 2 is heard on back, and not on front (front)'
	printf 'qdisc del dev %s clsact\n' lev2-a lev2-b lev1-a | tc -n "$wire" -batch -
	all_mended
	log_test "another node that is not heard, or does not hear"
}

stranger()
{
	levctl_on 1 node del lev0 2
	doctor 1
	mends "$lev1" unknown-node warning 'is node 2 of this cluster, which is not configured here'
	all_mended
	log_test "a node that is not configured"
}

# key_is WORD: what leveler 1 says of leveler 2's
key_is()
{
	[ "$(levctl_on 1 -j status lev0 | jq -r '.[0].nodes[1].key')" = "$1" ]
}

# The key stands where the command says, for those that run it.
key()
{
	local key_dir=$LEV_TMP/etc

	mkdir "$key_dir"
	head -c 32 /dev/urandom >"$key_dir/lev0.key"
	chmod 600 "$key_dir/lev0.key"
	levctl_on 1 cluster set lev0 key "$key_dir/lev0.key"
	check_err $? "no key"
	doctor 1
	found key warning 'the key changes, and node 2 has yet to get the new one' "node 2"
	doctor 2
	found key warning 'node 1 has got a new key, which this one has not'
	levctl_on 1 cluster set lev0 oldkey none
	slowwait 5 key_is other
	check_err $? "leveler 1 does not see that"
	doctor 1
	found key fault 'node 2 has another key than this one' "node 2"
	echo "${command/\/etc\/leveler/$key_dir}" >"$LEV_TMP/mend-$lev2"
	all_mended
	log_test "a node that has another key"
}

# is_lost NODE: leveler 1 does not hear it any more
is_lost()
{
	levctl_on 1 -j status lev0 | jq -e ".[0].nodes[] | select(.id == $1) | .heard | not" \
		>/dev/null
}

# Leveler 2 was made node 1 by mistake; of two such it is the first that goes.
two_ids()
{
	levctl_on 2 cluster set lev0 node 1
	slowwait 5 is_lost 2
	check_err $? "node 2 is still heard"
	doctor 1
	mends "$lev1" two-ids fault 'is node 1, as this one is'
	check_eq "$command" "levctl cluster set lev0 node 2" "command"
	all_mended
	log_test "two nodes of one id"
}

conflicts()
{
	ip -n "$router" address add $LEV_IP/32 dev eth0
	in_ns "$router" arping -q -c 1 -U -I eth0 $LEV_IP
	ip -n "$router" address del $LEV_IP/32 dev eth0
	doctor 1
	found conflicts hint 'of others have claimed a LevIP'
	log_test "somebody has claimed LevIP"
}

require_command jq
require_command nginx
require_command curl
require_command nft
require_command arping
lev_topology levelers=2 servers=2
tests_run

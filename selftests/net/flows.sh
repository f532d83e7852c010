# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What tests of forwarding share: requests and packets from the client, which leveler the router
# sends them to, and changes that all levelers make. Each works for both families, see by_family.
# Sourced behind cluster.sh.

get()
{
	in_ns "$client" curl -sS -m 10 "$@"
}

# send_by I: the router's packets for LevIP go to leveler I from now on, whoever's turn it is
send_by()
{
	ip -n "$router" neighbour replace "$(by_family $LEV_IP $LEV_IP6)" \
		lladdr "$(lev_mac "$1")" dev eth0 nud permanent
}

send_by_turn()
{
	ip -n "$router" neighbour del $LEV_IP dev eth0
}

# Every second the other leveler gets the router's IPv6 packets. Those in the file take part.
turn6()
{
	local i mac

	while :; do
		for i in $(<"$LEV_TMP/turn6"); do
			mac=$(lev_mac "$i")
			ip -n "$router" neighbour replace $LEV_IP6 lladdr "$mac" dev eth0 \
				nud permanent
			lib_sleep 1
		done
	done
}

start_turn6()
{
	echo 1 2 >"$LEV_TMP/turn6"
	turn6 &
	defer kill $!
}

# send_flows COUNT [ADDRESS [PORT]]: one UDP packet of 32 bytes each, from ports 41000 on
send_flows()
{
	in_ns "$client" /usr/bin/python3 - "$@" <<-TEXT
		import socket, sys
		to = ((sys.argv[2:3] or ["$(by_family $SERV_IP $SERV_IP6)"])[0],
		      int((sys.argv[3:4] or [7])[0]))
		for i in range(int(sys.argv[1])):
		    s = socket.socket(socket.AF_INET6 if ":" in to[0] else socket.AF_INET,
		                      socket.SOCK_DGRAM)
		    s.bind(("", 41000 + i))
		    s.sendto(bytes(32), to)
	TEXT
}

# on_all LINES: the same change on each leveler, then until all have it in force
on_all()
{
	local i

	for ((i = 1; i <= LEV_LEVELERS; i++)); do
		levctl_on "$i" -b - <<<"$1"
		check_err $? "change refused on leveler $i"
	done
	slowwait 15 in_force
	check_err $? "change is not in force on all"
}

in_force()
{
	local i

	for ((i = 1; i <= LEV_LEVELERS; i++)); do
		[ "$(lev_stat $i state)" = active ] &&
			[ "$(lev_stat $i digest)" = "$(lev_stat 1 digest)" ] &&
			[ "$(levctl_on $i -j status lev0 | jq '.[0].pending')" = null ] || return
	done
}

# on_servers COMMAND WORD...: ip on each server
on_servers()
{
	local i

	for ((i = 1; i <= LEV_SERVERS; i++)); do
		ip -n "$(srv_ns "$i")" "$@"
	done
}

# who URL COUNT [NAMESPACE]: the servers that answer so many new connections, each with how many
who()
{
	in_ns "${3:-$client}" curl -sS -m 30 -H 'Connection: close' "$1?[1-$2]" |
		sort | uniq -c | awk '{ print $2 "=" $1 }' | xargs
}

# both_answer URL [NAMESPACE]: new connections are answered by both servers, and none by nobody. So
# many that chance leaves out a server of a third of the weight once in 10^11 runs.
both_answer()
{
	local answered

	answered=$(who "$1" 64 "${2:-$client}" 2>&1)
	[[ $answered =~ ^srv1=[0-9]+\ srv2=[0-9]+$ ]]
	check_err $? "64 connections to $1: $answered"
}

### What follows a flow

# servers_watch NAME ADDRESS, servers_unwatch NAME: what comes in for ADDRESS at each server
servers_watch()
{
	local i

	for ((i = 1; i <= LEV_SERVERS; i++)); do
		capture_start "$1$i" "$(srv_ns "$i")" eth0 dst host "$2"
	done
}

servers_unwatch()
{
	local i

	for ((i = 1; i <= LEV_SERVERS; i++)); do
		capture_stop "$1$i"
	done
}

# servers_of NAME FILTER PATTERN: lines "srvI NUMBER", once each, of the frames that each server saw
# and that pass the filter; the number is what the pattern finds in tcpdump's lines
servers_of()
{
	local i

	for ((i = 1; i <= LEV_SERVERS; i++)); do
		capture_read "$1$i" -v "$2" | grep -oP "$3" | sort -u | sed "s/^/srv$i /"
	done | sort
}

# fragments: 30 flows each send a whole packet, and one in three fragments, the last one first
fragments()
{
	local to source

	to=$(by_family $SERV_IP $SERV_IP6)
	source=$(by_family $CLIENT_IP fd00:f::2)
	servers_watch frag "$to"
	send_flows 30
	in_ns "$client" /usr/bin/python3 "$net_dir/send_frags.py" "$source" "$to" 7 30
	check_err $? "cannot send fragments"
	lib_sleep 0.5
	servers_unwatch frag
	servers_of frag "$(by_family 'udp and ip[6:2] & 0x3fff = 0' 'ip6[6] = 17')" \
		'[.]\K41\d+(?= > )' >"$LEV_TMP/whole"
	servers_of frag "$(by_family 'ip[6:2] & 0x3fff != 0' 'ip6[6] = 44')" \
		"$(by_family 'id \K41\d+' 'frag \(0x\K[0-9a-f]+')" |
		while read -r server number; do
			echo "$server $(by_family "$number" $((0x$number)))"
		done | sort >"$LEV_TMP/pieces"
	check_eq "$(wc -l <"$LEV_TMP/whole")" 30 "flows of whole packets"
	check_eq "$(xargs <"$LEV_TMP/pieces")" "$(xargs <"$LEV_TMP/whole")" \
		"servers of the fragments"
	check_eq "$(cut -d' ' -f1 "$LEV_TMP/pieces" | sort -u | xargs)" "srv1 srv2" "servers"
	log_test "fragments, the last one first, go where their flow goes"
}

# A server speaks from ServIP to ports of the client at which nobody listens.
speak_to_nobody()
{
	in_ns "$srv1" /usr/bin/python3 - <<-TEXT
		import socket
		six = $LEV_FAMILY == 6
		s = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM)
		s.bind(("$(by_family $SERV_IP $SERV_IP6)", 7))
		for port in range(41000, 41030):
		    s.sendto(bytes(32), ("$(by_family $CLIENT_IP fd00:f::2)", port))
	TEXT
}

# icmp_errors: the client's errors about 30 flows
icmp_errors()
{
	local to

	to=$(by_family $SERV_IP $SERV_IP6)
	in_ns "$client" sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv4.icmp_msgs_per_sec=10000 \
		net.ipv6.icmp.ratelimit=0
	servers_watch error "$to"
	send_flows 30
	speak_to_nobody
	check_err $? "server 1 cannot speak"
	lib_sleep 0.5
	servers_unwatch error
	servers_of error udp '[.]\K41\d+(?= > )' >"$LEV_TMP/whole"
	servers_of error "$(by_family icmp icmp6)" "$(by_family 'udp port \K41\d+(?= unreachable)' \
		'unreachable port, \S+ udp port \K41\d+')" >"$LEV_TMP/errors"
	check_eq "$(wc -l <"$LEV_TMP/whole")" 30 "flows"
	check_eq "$(xargs <"$LEV_TMP/errors")" "$(xargs <"$LEV_TMP/whole")" "servers of the errors"
	log_test "ICMP errors go to the server of the flow that they are about"
}

### What levctl explain says of a flow

# explain_udp SOURCE TO PORT: its words for a UDP packet to port 7
explain_udp()
{
	echo "explain lev0 src $1 dst $2 proto udp sport $3 dport 7"
}

# explained_why I [TO]: what leveler I says becomes of a packet from the client for ServIP, or TO
explained_why()
{
	explain_udp "$(by_family $CLIENT_IP fd00:f::2)" \
		"${2:-$(by_family $SERV_IP $SERV_IP6)}" 41000 | levctl_on "$1" -j -b - | jq -r .why
}

explained_no_server()
{
	[ "$(explained_why "$1")" = no-server ]
}

# wait_no_server I: leveler I is silent as it reaches no server, and has heard that the others reach
# none either: servers are in use until all agree that they are not
wait_no_server()
{
	lev_wait_stat "$1" reason no-server 15000
	check_err $? "not no-server"
	busywait 15000 explained_no_server "$1"
	check_err $? "explained as $(explained_why "$1"), not no-server"
}

# explained_lane: the router's lane for LevIP has the owner that status names, before or after
explained_lane()
{
	printf '%s\n' "status lev0" "explain lev0 src 10.0.0.1 dst $LEV_IP" "status lev0" |
		levctl_on 1 -j -b - >"$LEV_TMP/lane"
	jq -es '[.[0, 2][0].owners] as $owners | .[1] | .levip and (.lanes | length) == 1 and
		(.lanes[0] | .address == "'$LEV_IP'" and .side == "front" and
			(.lane as $lane | .owner as $owner |
				any($owners[][$lane]; . == $owner)))' "$LEV_TMP/lane" >/dev/null
}

# explains: both levelers name for each of 30 flows the server that gets its packet
explains()
{
	local i port to source

	to=$(by_family $SERV_IP $SERV_IP6)
	source=$(by_family $CLIENT_IP fd00:f::2)
	servers_watch explain "$to"
	send_flows 30
	lib_sleep 0.5
	servers_unwatch explain
	servers_of explain udp '[.]\K41\d+(?= > )' >"$LEV_TMP/whole"
	check_eq "$(wc -l <"$LEV_TMP/whole")" 30 "flows"
	check_eq "$(cut -d' ' -f1 "$LEV_TMP/whole" | sort -u | xargs)" "srv1 srv2" "servers"
	for i in 1 2; do
		for ((port = 41000; port < 41030; port++)); do
			explain_udp "$source" "$to" $port
		done | levctl_on $i -j -b - >"$LEV_TMP/explained$i"
		check_err $? "leveler $i does not explain"
		check_eq "$(jq -r '"srv\(.server.address | ltrimstr("10.0.1.10")) \(.sport)"' \
			"$LEV_TMP/explained$i" | sort | xargs)" \
			"$(xargs <"$LEV_TMP/whole")" "servers that leveler $i names"
		check_eq "$(jq -r '[.why, .service.address, .server.up, .server.state] | join(" ")' \
			"$LEV_TMP/explained$i" | sort -u)" "served $to true active" "the rest"
		check_eq "$(jq -r '.server | "\(.address) \(.mac)"' "$LEV_TMP/explained$i" | sort -u)" \
			"10.0.1.101 $(srv_mac 1)"$'\n'"10.0.1.102 $(srv_mac 2)" "MAC addresses"
	done
	check_eq "$(jq .entry "$LEV_TMP/explained1" | xargs)" \
		"$(jq .entry "$LEV_TMP/explained2" | xargs)" "entries"
	explained_elsewhere "$source"
	log_test "explain names the server that gets a flow's packets, on both levelers"
}

# explained_elsewhere SOURCE: packets that no server gets
explained_elsewhere()
{
	local nowhere said

	nowhere=$(by_family 10.0.1.222 fd00:b::222)
	check_eq "$(explained_why 1 "$nowhere")" no-service "to no service"
	check_eq "$(levctl_on 1 -j explain lev0 src "$1" dst "$nowhere" |
		jq -c '[.why, .proto, .service, .entry, .server, .levip]')" \
		'["no-service",null,null,null,null,false]' "to no service, of any protocol"
	said=$(levctl_on 1 explain lev0 src "$1" dst "$(by_family $SERV_IP $SERV_IP6)" 2>&1)
	check_eq "$? $said" "2 levctl: explain: there is a service at the destination: which protocol? (proto is not given)" \
		"without a protocol"
	ip -n "$lev2" link set lev0 down
	check_eq "$(explained_why 2)" device-down "while lev0 is down"
	ip -n "$lev2" link set lev0 up
	lev_wait_state 2 active 15000
	check_err $? "leveler 2 is not active again"
	check_eq "$(explained_why 2)" served "once lev0 is up again"
	if [ "$LEV_FAMILY" = 4 ]; then
		explained_lane
		check_err $? "lane: $(<"$LEV_TMP/lane")"
	fi
}

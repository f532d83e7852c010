# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What tests of forwarding share: requests and packets from the client, which leveler the router
# sends them to, and changes that all levelers make. Each works for both families: LEV_FAMILY is 4
# or 6. Sourced behind cluster.sh.

LEV_FAMILY=${LEV_FAMILY:-4}

# by_family FOUR SIX: the one that LEV_FAMILY names
by_family()
{
	[ "$LEV_FAMILY" = 4 ] && echo "$1" || echo "$2"
}

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
	ip -n "$router" neighbour replace $LEV_IP lladdr "$(lev_mac 1)" dev eth0 nud stale
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
	busywait 15000 in_force
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

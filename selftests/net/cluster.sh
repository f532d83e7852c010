# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Both figures of TacoPleX, chapter 4, in namespaces, and the helpers that run Leveler in them.
# Sourced by selftests, never run.
#
#        client 192.0.2.2                fd00:f::2
#          | Net 0 --------------------------------------.
#        router 10.0.0.1                 fd00:a::1       |
#          | Net A       LevIP  10.0.0.200  fd00:a::200  |
#        front 10.0.0.101 ...            fd00:a::101     |
#        leveler 1 ...                                   |
#        back  10.0.1.1 ...              fd00:b::1       |
#          | Net B       ServIP 10.0.1.200  fd00:b::200  |
#        eth0  10.0.1.101 ...            fd00:b::101     |
#        server 1 ...                                    |
#        netc  10.0.2.101 ...            fd00:c::101     |
#          | Net C (netc=1)                              |
#        router2 10.0.2.1                fd00:c::1 ------'
#
# Without Net C server i answers through leveler (i - 1) mod N + 1, or through LEV_GATEWAY (and
# LEV_GATEWAY6) if set: a LevIP on the back, that the levelers share too. With onearm=1 there is no
# Net B: a leveler's front device carries both networks, and the servers are on Net A.

# shellcheck source=selftests/net/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

LEV_IP=10.0.0.200
LEV_IP6=fd00:a::200
SERV_IP=10.0.1.200
SERV_IP6=fd00:b::200
CLIENT_IP=192.0.2.2
LEV_FRONT=front
LEV_BACK=back
LEV_LEVELERS=2
LEV_SERVERS=2
LEV_FAMILY=${LEV_FAMILY:-4}

# by_family FOUR SIX: the one that LEV_FAMILY, 4 or 6, names
by_family()
{
	[ "$LEV_FAMILY" = 4 ] && echo "$1" || echo "$2"
}

### The topology

lib_forwarding="net/ipv4/ip_forward=1 net/ipv6/conf/all/forwarding=1"

# A server has ServIP without ever speaking of it: on lo, and ARP only for the device's own.
lib_silent="net/ipv4/conf/default/arp_ignore=1 net/ipv4/conf/default/arp_announce=2"

# lib_wires LEVELERS SERVERS WITH_NETC: all switches are bridges in one namespace, $wire, named
# neta, netb, netc, net0; the port of leveler 1's front is lev1-a, of its back lev1-b.
lib_wires()
{
	local i

	echo "link add net0 up type bridge forward_delay 0 stp_state 0 mcast_snooping 0"
	echo "link add neta up type bridge forward_delay 0 stp_state 0 mcast_snooping 0"
	lib_cable client-0 net0 "$client" eth0
	lib_cable router-0 net0 "$router" out
	lib_cable router-a neta "$router" eth0
	if [ "$LEV_BACK" != "$LEV_FRONT" ]; then
		echo "link add netb up type bridge forward_delay 0 stp_state 0 mcast_snooping 0"
	fi
	for ((i = 1; i <= $1; i++)); do
		lib_cable "lev$i-a" neta "$(lev_ns "$i")" "$LEV_FRONT"
		[ "$LEV_BACK" = "$LEV_FRONT" ] || lib_cable "lev$i-b" netb "$(lev_ns "$i")" "$LEV_BACK"
	done
	for ((i = 1; i <= $2; i++)); do
		lib_cable "srv$i-b" "$lib_net_back" "$(srv_ns "$i")" eth0
	done
	[ "$3" = 1 ] || return 0
	echo "link add netc up type bridge forward_delay 0 stp_state 0 mcast_snooping 0"
	lib_cable router2-0 net0 "$router2" out
	lib_cable router2-c netc "$router2" eth0
	for ((i = 1; i <= $2; i++)); do
		lib_cable "srv$i-c" netc "$(srv_ns "$i")" netc
	done
}

# lib_cable PORT SWITCH NAMESPACE DEVICE
lib_cable()
{
	echo "link add $1 up type veth peer name $4 netns $3"
	echo "link set $1 master $2"
}

lib_outside()
{
	ip -n "$client" -batch - <<-TEXT
		link set eth0 up
		address add $CLIENT_IP/24 dev eth0
		address add fd00:f::2/64 dev eth0
		route add default via 192.0.2.1
		route add default via fd00:f::1
	TEXT
	ip -n "$router" -batch - <<-TEXT
		link set eth0 up
		link set out up
		address add 192.0.2.1/24 dev out
		address add fd00:f::1/64 dev out
		address add 10.0.0.1/24 dev eth0
		address add fd00:a::1/64 dev eth0
	TEXT
}

# lib_leveler_lines I: for ip -batch, in leveler I's namespace
lib_leveler_lines()
{
	cat <<-TEXT
		link set $LEV_FRONT up
		link set $LEV_BACK up
		address add 10.0.0.$((100 + $1))/24 dev $LEV_FRONT
		address add fd00:a::$((100 + $1))/64 dev $LEV_FRONT
		address add 10.0.1.$1/24 dev $LEV_BACK
		address add fd00:b::$1/64 dev $LEV_BACK
		route add default via 10.0.0.1
		route add default via fd00:a::1
	TEXT
}

lib_leveler()
{
	local ns

	ns=$(lev_ns "$1")
	lib_leveler_lines "$1" | ip -n "$ns" -batch -
	mkdir -p "$LEV_TMP/sys-$ns"
	in_ns "$ns" mount -t sysfs sys "$LEV_TMP/sys-$ns"
	defer umount -l "$LEV_TMP/sys-$ns"
}

lib_server()
{
	local i=$1 with_netc=$2 gateway=$((($1 - 1) % LEV_LEVELERS + 1))

	{
		cat <<-TEXT
			link set eth0 up
			address add 10.0.1.$((100 + i))/24 dev eth0
			address add fd00:b::$((100 + i))/64 dev eth0
			address add $SERV_IP/32 dev lo
			address add $SERV_IP6/128 dev lo
		TEXT
		if [ "$with_netc" = 1 ]; then
			cat <<-TEXT
				link set netc up
				address add 10.0.2.$((100 + i))/24 dev netc
				address add fd00:c::$((100 + i))/64 dev netc
				route add default via 10.0.2.1
				route add default via fd00:c::1
			TEXT
		else
			cat <<-TEXT
				route add default via ${LEV_GATEWAY:-10.0.1.$gateway}
				route add default via ${LEV_GATEWAY6:-fd00:b::$gateway}
			TEXT
		fi
	} | ip -n "$(srv_ns "$i")" -batch -
}

lib_router2()
{
	ip -n "$router2" -batch - <<-TEXT
		link set eth0 up
		link set out up
		address add 10.0.2.1/24 dev eth0
		address add fd00:c::1/64 dev eth0
		address add 192.0.2.3/24 dev out
		address add fd00:f::3/64 dev out
	TEXT
}

# lib_names PREFIX COUNT
lib_names()
{
	local i

	for ((i = 1; i <= $2; i++)); do
		echo "$1$i"
	done
}

# lev_topology [levelers=N] [servers=M] [netc=1] [onearm=1] [front=NAME] [back=NAME]
# Namespaces: $client $router $lev1... $srv1... $router2, and $wire with all switches. The router's
# route to ServIP is not set here: lev_setup_all does it, or lev_route.
lev_topology()
{
	local levelers=2 servers=2 with_netc=0 onearm=0 front=front back=back i word

	for word in "$@"; do
		case $word in
		levelers=*) levelers=${word#*=} ;;
		servers=*) servers=${word#*=} ;;
		netc=*) with_netc=${word#*=} ;;
		onearm=*) onearm=${word#*=} ;;
		front=*) front=${word#*=} ;;
		back=*) back=${word#*=} ;;
		*) echo "lev_topology: what is '$word'?" >&2; return 1 ;;
		esac
	done
	LEV_LEVELERS=$levelers
	LEV_SERVERS=$servers
	LEV_FRONT=$front
	LEV_BACK=$back
	lib_net_back=netb
	if [ "$onearm" = 1 ]; then
		LEV_BACK=$front
		lib_net_back=neta
	fi
	setup_ns_with "net/ipv6/conf/default/disable_ipv6=1" wire
	setup_ns client
	# shellcheck disable=SC2046 # one word a name
	setup_ns_with "$lib_forwarding" router $(lib_names lev "$levelers") \
		$([ "$with_netc" != 1 ] || echo router2)
	# shellcheck disable=SC2046
	setup_ns_with "$lib_silent" $(lib_names srv "$servers")
	lib_wires "$levelers" "$servers" "$with_netc" | ip -n "$wire" -batch - || return
	lib_outside
	for ((i = 1; i <= levelers; i++)); do
		lib_leveler "$i"
	done
	for ((i = 1; i <= servers; i++)); do
		lib_server "$i" "$with_netc"
	done
	[ "$with_netc" != 1 ] || lib_router2
}

# lev_topology_end: take down what was built so far, for a test that builds several
lev_topology_end()
{
	local i

	for ((i = ${#deferred[@]} - 1; i >= 0; i--)); do
		eval "${deferred[i]}" >/dev/null 2>&1
	done
	deferred=()
}

# lev_ns I, srv_ns I: the namespace of leveler or server I
lev_ns()
{
	local var=lev$1
	echo "${!var}"
}

srv_ns()
{
	local var=srv$1
	echo "${!var}"
}

# lev_sysfs I: leveler I's /sys/class/net, seen from here, so that reading needs no process there
lev_sysfs()
{
	echo "$LEV_TMP/sys-$(lev_ns "$1")/class/net"
}

# lev_route GATEWAY GATEWAY6: the router's way to ServIP
lev_route()
{
	ip -n "$router" -batch - <<-TEXT
		route replace $SERV_IP/32 via $1
		route replace $SERV_IP6/128 via $2
	TEXT
}

### Faults

# Both sides by one process: with one of them open a leveler would do half of its work.
lib_port_state()
{
	{
		echo "link set dev lev$1-a state $2"
		[ "$LEV_BACK" = "$LEV_FRONT" ] || echo "link set dev lev$1-b state $2"
	} | bridge -n "$wire" -batch -
}

# lev_cut I: leveler I is cut dead. Its ports pass nothing in either direction, but its carrier
# stays up, so neither it nor the others are told.
lev_cut()
{
	lib_port_state "$1" 0
}

lev_heal()
{
	lib_port_state "$1" 3
}

# srv_cut I, srv_heal I: the same of a server, on Net B only
srv_cut()
{
	bridge -n "$wire" link set dev "srv$1-b" state 0
}

srv_heal()
{
	bridge -n "$wire" link set dev "srv$1-b" state 3
}

### Leveler in it

lib_first_file()
{
	local file

	for file in "$@"; do
		[ -e "$file" ] && echo "$file" && return
	done
	return 1
}

LEV_MODULE=${LEV_MODULE:-$(lib_first_file "$lev_top/build/kmod/leveler.ko" \
	"$lev_top/leveler.ko" "$lev_top/kmod/leveler.ko")}
LEVCTL=${LEVCTL:-$(lib_first_file "$lev_top/build/levctl" "$lev_top/userspace/levctl/levctl")}
# shellcheck disable=SC2034 # read by tests
LEVD=${LEVD:-$(lib_first_file "$lev_top/build/levd" "$lev_top/userspace/levd/levd")}
LEVMETER=${LEVMETER:-$(lib_first_file "$lev_top/build/levmeter" \
	"$lev_top/userspace/levmeter/levmeter")}

lev_loaded()
{
	[ -d /sys/module/leveler ]
}

# lev_load [PARAMETER=VALUE]...: unloaded again at the end
lev_load()
{
	local needed

	lev_loaded && return
	[ -e "$LEV_MODULE" ] || { echo "# no module was built"; return 1; }
	for needed in $(modinfo -F depends "$LEV_MODULE" | tr ',' ' '); do
		modprobe -q "$needed"
	done
	defer lev_unload
	insmod "$LEV_MODULE" "$@"
}

lev_unload()
{
	lev_loaded || return 0
	rmmod leveler
}

# levctl_on I WORD...: levctl on leveler I
levctl_on()
{
	local i=$1
	shift
	in_ns "$(lev_ns "$i")" "$LEVCTL" "$@"
}

# lev_config I [CLUSTER WORD]...: the whole cluster as leveler I is to know it, for levctl -b.
# LEV_WEIGHTS="1 3" and LEV_PRIORITIES="100 50" give the nodes', LEV_SERVICE what follows ServIP,
# LEV_LEVIPS the LevIPs of the front, LEV_SERVIPS the ServIPs, LEV_MAC whose MAC addresses answers
# carry (virtual, as by default).
# The node's own entry comes with the cluster: it is set, the others are added.
lev_config()
{
	local i=$1 k verb weights priorities address
	shift

	read -ra weights <<<"${LEV_WEIGHTS:-}"
	read -ra priorities <<<"${LEV_PRIORITIES:-}"
	echo "cluster add lev0 id 7 node $i front $LEV_FRONT back $LEV_BACK ${LEV_MAC:+mac $LEV_MAC} $*"
	for ((k = 1; k <= LEV_LEVELERS; k++)); do
		verb=add
		[ "$i" != "$k" ] || verb="set"
		echo "node $verb lev0 $k weight ${weights[k - 1]:-1}" \
			"priority ${priorities[k - 1]:-100}"
	done
	for address in ${LEV_LEVIPS:-$LEV_IP}; do
		echo "address add lev0 $address"
	done
	for address in ${LEV_GATEWAY:-} ${LEV_GATEWAY6:-}; do
		echo "address add lev0 $address side back"
	done
	for address in ${LEV_SERVIPS:-$SERV_IP}; do
		echo "service add lev0 $address ${LEV_SERVICE:-}"
	done
	for ((k = 1; k <= LEV_SERVERS; k++)); do
		echo "server add lev0 $(srv_addr $k)"
	done
}

# srv_addr I: by which address levelers know server I, of the family LEV_SERVER_FAMILY
srv_addr()
{
	if [ "${LEV_SERVER_FAMILY:-4}" = 4 ]; then
		echo 10.0.1.$((100 + $1))
	else
		echo fd00:b::$((100 + $1))
	fi
}

# lev_setup I [CLUSTER WORD]...
lev_setup()
{
	lev_config "$@" | levctl_on "$1" -b -
}

# An emulated machine on a busy host stands still at times, and all levelers in it, for longer than
# the dead time. Tests that are not about that use these words of a cluster.
# shellcheck disable=SC2034 # for who sources this
lev_patient=()
# shellcheck disable=SC2034
[ "${LEV_GUEST:-}" != vm ] || lev_patient=(dead 10)

# lev_setup_all [CLUSTER WORD]...: on each leveler; waits until all are active, then routes to them
lev_setup_all()
{
	local i

	for ((i = 1; i <= LEV_LEVELERS; i++)); do
		lev_setup "$i" "$@" || return
		ip -n "$(lev_ns "$i")" link set lev0 up || return
	done
	for ((i = 1; i <= LEV_LEVELERS; i++)); do
		lev_wait_state "$i" active 15000 || return
	done
	lev_route "$LEV_IP" "$LEV_IP6"
}

# lev_stat I NAME: one value of lev0 in sysfs, a counter or another
lev_stat()
{
	cat "$(lev_sysfs "$1")/lev0/leveler/$2"
}

lib_file_is()
{
	local value

	{ read -r value <"$1"; } 2>/dev/null
	echo "$value"
	[ "$value" = "$2" ]
}

# lev_wait_stat I NAME VALUE MILLISECONDS
lev_wait_stat()
{
	local value

	value=$(busywait "$4" lib_file_is "$(lev_sysfs "$1")/lev0/leveler/$2" "$3") && return
	echo "# leveler $1: $2 is '$value', not '$3', after $4 ms"
	return 1
}

# lev_wait_state I active|silent MILLISECONDS
lev_wait_state()
{
	lev_wait_stat "$1" state "$2" "$3"
}

# lev_mac I [DEVICE]: the address of leveler I's device (front)
lev_mac()
{
	cat "$(lev_sysfs "$1")/${2:-front}/address"
}

srv_mac()
{
	ip -n "$(srv_ns "$1")" -br link show dev eth0 | awk '{ print $3 }'
}

# router_mac [ADDRESS]: where the router would send now (for LevIP), nothing if it does not know
router_mac()
{
	ip -n "$router" neighbour show "${1:-$(by_family $LEV_IP $LEV_IP6)}" dev eth0 | sed -n 's/.* lladdr \([^ ]*\).*/\1/p'
}

### HTTP servers

lib_nginx_config()
{
	local i=$1 dir=$2

	cat <<TEXT
daemon off;
master_process off;
pid $dir/pid;
error_log $dir/error.log;
events { worker_connections 1024; }
http {
	access_log off;
	client_body_temp_path $dir/body;
	proxy_temp_path $dir/proxy;
	fastcgi_temp_path $dir/fastcgi;
	uwsgi_temp_path $dir/uwsgi;
	scgi_temp_path $dir/scgi;
	server {
		listen 80;
		listen [::]:80;
		root $dir;
		add_header X-Server srv$i always;
		location / { return 200 "srv$i\n"; }
		location = /big { limit_rate \$arg_rate; }
		location = /health {
			if (!-f $dir/healthy) { return 500 "sick\n"; }
			return 200 "healthy\n";
		}
		location = /weight { }
	}
}
TEXT
}

lib_listens()
{
	in_ns "$1" ss -Hltn 'sport = :80' | grep -q .
}

# start_http I: nginx on server I. "/" says which server it was, in the body and as X-Server;
# "/big" is 16 MiB, "/big?rate=100k" no faster than that; "/health" has status 500 while the file
# $LEV_TMP/httpI/healthy is not there; "/weight" is the file of that name beside it.
start_http()
{
	local dir=$LEV_TMP/http$1 ns

	ns=$(srv_ns "$1")
	mkdir -p "$dir"
	truncate -s 16M "$dir/big"
	: >"$dir/healthy"
	lib_nginx_config "$1" "$dir" >"$dir/nginx.conf"
	start_in_ns "$ns" nginx -p "$dir" -c "$dir/nginx.conf" -e "$dir/error.log"
	busywait 10000 lib_listens "$ns"
}

start_http_all()
{
	local i

	for ((i = 1; i <= LEV_SERVERS; i++)); do
		start_http "$i" || return
	done
}

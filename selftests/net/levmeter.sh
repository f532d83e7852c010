#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Does levmeter tell the truth? Real probes, real cuts of known length, no leveler module.
# KTAP; exit 0 all good, 1 not, 4 skipped. LEVMETER names the program under test.
#
#   client ---- router ----+---- server 1   owns ServIP
#                          |
#                        bridge
#                          |
#                          +---- server 2   owns ServIP
#
# The router sends packets for ServIP to LevIP, whose neighbour entry this test sets itself: so
# it plays the levelers' part. Bridge ports are blocked, so a cut server keeps its carrier.

LEVMETER=${LEVMETER:-$(dirname "$0")/../../build/levmeter}
P=lmt$$				# prefix of our namespaces
MAC1=02:00:00:00:00:01
MAC2=02:00:00:00:00:02
N=0
FAILED=0
PIDS=

cleanup()
{
	for pid in $PIDS; do
		kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
	done
	for ns in client router bridge server1 server2; do
		ip netns del "$P-$ns" 2>/dev/null
	done
	rm -rf "$DIR"
}

skip()
{
	echo "1..0 # SKIP $*"
	exit 4
}

# result STATUS DESCRIPTION
result()
{
	N=$((N + 1))
	if [ "$1" = 0 ]; then
		echo "ok $N $2"
	else
		echo "not ok $N $2"
		FAILED=$((FAILED + 1))
	fi
}

# busywait SECONDS COMMAND...: until the command succeeds
busywait()
{
	deadline=$(($(date +%s%N) + $1 * 1000000000))
	shift
	until "$@"; do
		[ "$(date +%s%N)" -lt "$deadline" ] || return 1
		sleep 0.02
	done
}

# value MODE KEY: a number of the report
value()
{
	sed -n "s/.*\"$1\":{[^{}]*\"$2\":\([0-9.]*\).*/\1/p" "$DIR/report"
}

# share MODE SERVER: its count in the report, 0 if it is not there
share()
{
	count=$(sed -n "s/.*\"$1\":{[^{}]*\({[^{}]*},\)\{0,1\}\"servers\":{\([^{}]*\)}.*/\2/p" \
		"$DIR/report" | tr , '\n' | sed -n "s/^\"$2\"://p")
	echo "${count:-0}"
}

# mac ADDRESS: its count in the report, 0 if it is not there
mac()
{
	count=$(sed -n "s/.*\"mac\":\"$1\",\"answered\":\([0-9]*\).*/\1/p" "$DIR/report")
	echo "${count:-0}"
}

# expect CONDITION DESCRIPTION: an arithmetic condition, decimals allowed
expect()
{
	if awk "BEGIN { exit !($1) }" </dev/null; then
		result 0 "$2"
	else
		result 1 "$2"
		echo "# wanted: $1"
		sed 's/^/# /' "$DIR/report"
	fi
}

in_ns()
{
	ns=$1
	shift
	ip netns exec "$P-$ns" "$@"
}

# As in_ns, for a command in the background: $! is then its own process id.
exec_in_ns()
{
	ns=$1
	shift
	exec ip netns exec "$P-$ns" "$@"
}

link()
{
	ip -n "$P-$1" link add "$2" type veth peer name "$4" netns "$P-$3"
}

address()
{
	case $3 in
	*:*) ip -n "$P-$1" address add "$3" dev "$2" nodad ;;
	*) ip -n "$P-$1" address add "$3" dev "$2" ;;
	esac
}

setup_servers()
{
	for i in 1 2; do
		link bridge "s$i" "server$i" e0
		ip -n "$P-bridge" link set "s$i" master br0 up
		ip -n "$P-server$i" link set e0 address "02:00:00:00:00:0$i" up
		address "server$i" e0 "10.98.2.1$i/24"
		address "server$i" e0 "fd98:2::1$i/64"
		address "server$i" lo 10.98.9.9/32
		address "server$i" lo fd98:9::9/128
		ip -n "$P-server$i" route add default via 10.98.2.1
		ip -n "$P-server$i" route add default via fd98:2::1
	done
}

setup()
{
	for ns in client router bridge server1 server2; do
		ip netns add "$P-$ns" || return 1
		ip -n "$P-$ns" link set lo up
	done
	link client e0 router e0
	ip -n "$P-bridge" link add br0 type bridge || return 1
	ip -n "$P-bridge" link set br0 up
	link bridge r router e1
	ip -n "$P-bridge" link set r master br0 up
	ip -n "$P-client" link set e0 up
	ip -n "$P-router" link set e0 up
	ip -n "$P-router" link set e1 up
	address client e0 10.98.1.2/24
	address client e0 fd98:1::2/64
	address router e0 10.98.1.1/24
	address router e0 fd98:1::1/64
	address router e1 10.98.2.1/24
	address router e1 fd98:2::1/64
	in_ns router sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
		echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'
	ip -n "$P-client" route add default via 10.98.1.1
	ip -n "$P-client" route add default via fd98:1::1
	ip -n "$P-router" route add 10.98.9.9 via 10.98.2.200
	ip -n "$P-router" route add fd98:9::9 via fd98:2::200
	setup_servers
	leveler $MAC1
}

# leveler MAC: who has LevIP now, as the router sees it
leveler()
{
	ip -n "$P-router" neigh replace 10.98.2.200 lladdr "$1" dev e1 nud permanent &&
		ip -n "$P-router" neigh replace fd98:2::200 lladdr "$1" dev e1 nud permanent
}

# port NUMBER STATE: 0 cut, 3 open
port()
{
	in_ns bridge bridge link set dev "s$1" state "$2"
}

# /  a short page, /slow  a body that takes half a minute, /short  a body cut in the middle
web_server()
{
	exec_in_ns "server$1" python3 - "web$1" "$2" >"$DIR/web$1-$2" 2>&1 <<'EOF' &
import socket, sys, threading, time
name, address = sys.argv[1:]
family = socket.AF_INET6 if ":" in address else socket.AF_INET
listener = socket.create_server((address, 80), family=family, backlog=256)
def serve(conn):
    try:
        path = conn.recv(4096).split()[1]
        head = "HTTP/1.1 200 OK\r\nX-Server: %s\r\nContent-Length: %d\r\n\r\n"
        if path == b"/slow":
            conn.sendall((head % (name, 300000)).encode())
            for _ in range(300):
                conn.sendall(b"x" * 1000)
                time.sleep(0.1)
        elif path == b"/short":
            conn.sendall((head % (name, 100)).encode() + b"cut")
        else:
            conn.sendall((head % (name, 5)).encode() + b"whole")
    except OSError:
        pass
    conn.close()
print("ready", flush=True)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
EOF
	PIDS="$PIDS $!"
	eval "WEB$1=$!"
}

echo_server()
{
	exec_in_ns "server$1" "$LEVMETER" --echo "$2" --name "udp$1" >"$DIR/echo$1-$2" 2>&1 &
	PIDS="$PIDS $!"
}

# Eight of them: IPv4 and IPv6, web and echo, on two servers.
all_ready()
{
	[ "$(cat "$DIR"/web* "$DIR"/echo* 2>/dev/null | grep -c -e ready -e answering)" = 8 ]
}

start_servers()
{
	for i in 1 2; do
		echo_server $i 10.98.9.9:7
		echo_server $i '[fd98:9::9]:7'
		web_server $i fd98:9::9
		web_server $i 10.98.9.9
	done
	busywait 10 all_ready
}

# meter OPTIONS...: in the background, as $METER; its report goes to a file
meter()
{
	: >"$DIR/progress"	# not the last run's, even before this one begins
	exec_in_ns client "$LEVMETER" -j --progress --interval 20ms "$@" >"$DIR/report" 2>"$DIR/progress" &
	METER=$!
	PIDS="$PIDS $!"
}

# answered COUNT: have so many UDP probes been answered?
answered()
{
	now=$(sed -n 's/.*answered \([0-9]*\).*/\1/p' "$DIR/progress" | tail -n 1)
	[ "${now:-0}" -ge "$1" ]
}

# more COUNT: wait for so many more answers than there are now
more()
{
	before=$(sed -n 's/.*answered \([0-9]*\).*/\1/p' "$DIR/progress" | tail -n 1)
	busywait 10 answered $((${before:-0} + $1))
}

finish()
{
	kill -TERM "$METER" 2>/dev/null
	wait "$METER"
}

quiet_run()
{
	meter --udp 100 --http 20 --tcp 20 --long 3 --long-path /slow \
		--neigh-netns "$P-router" --neigh "$2" "$1"
	busywait 10 answered 100
	finish
	result $? "$1: ends by a signal with status 0"
	expect "$(value udp lost) == 0 && $(value udp sent) == $(value udp answered) &&
		$(value udp gap_ms) == 0" "$1: nothing lost, no gap"
	expect "$(value http failed) == 0 && $(value http ok) >= 15 && $(value tcp failed) == 0 &&
		$(value tcp ok) >= 15" "$1: no connection failed"
	expect "$(value long open) == 3 && $(value long broken) == 0 && $(value long bytes) > 3000" \
		"$1: long downloads run"
	expect "$(share udp udp1) == $(value udp answered) && $(share http web1) == $(value http ok) &&
		$(share long web1) == 3" "$1: all shares belong to server 1"
}

# A cut of server 1 whose length is measured here: all figures must fit to it.
cut_run()
{
	meter --udp 100 --http 50 --long 3 --long-path /slow "$1"
	busywait 10 answered 50
	t0=$(date +%s%N)
	port 1 0
	t1=$(date +%s%N)
	sleep 0.4
	t2=$(date +%s%N)
	port 1 3
	t3=$(date +%s%N)
	more 50
	finish
	least=$(((t2 - t1) / 1000000))
	most=$(((t3 - t0) / 1000000))
	late=$(sed -n 's/.*"late_ms":\([0-9.]*\).*/\1/p' "$DIR/report")
	gap=$(value udp gap_ms)
	expect "$gap >= $least - 20 - $late && $gap <= $most + 20 + $late" \
		"$1: a cut of $least to $most ms is a gap of $gap ms"
	# A busy machine lets the meter skip probes, so then there are fewer to lose.
	expect "($late > 20 || $(value udp lost) >= $gap / 10 - 5) &&
		$(value udp lost) > 0 && $(value udp lost) <= $gap / 10 + 1 &&
		$(value udp sent) == $(value udp answered) + $(value udp lost)" \
		"$1: $(value udp lost) probes lost, one for each 10 ms"
	expect "$(value udp silence_ms) >= $least - 20 - $late &&
		$(value http gap_ms) >= $least - 40 - $late && $(value http failed) == 0" \
		"$1: HTTP felt it too, and recovered"
	expect "$(value long open) == 3 && $(value long broken) == 0" "$1: downloads outlived it"
}

# The router's entry for LevIP moves to server 2 and back: two turns in all.
turns_run()
{
	meter --udp 100 --http 20 --neigh-netns "$P-router" --neigh "$2" "$1"
	busywait 10 answered 50
	leveler $MAC2
	more 50
	leveler $MAC1
	more 50
	finish
	leveler $MAC1
	expect "$(sed -n 's/.*"cache_changes":\([0-9]*\).*/\1/p' "$DIR/report") == 2" \
		"$1: two changes of the MAC address"
	expect "$(value udp lost) == 0 && $(value http failed) == 0" "$1: no turn lost anything"
	# Probes on their way at a turn may be counted for either side.
	expect "$(share udp udp1) >= 90 && $(share udp udp2) >= 45 &&
		$(share udp udp1) + $(share udp udp2) == $(value udp answered)" \
		"$1: UDP shares $(share udp udp1):$(share udp udp2)"
	expect "$(mac $MAC1) + $(mac $MAC2) == $(value udp answered) + $(value http ok) &&
		$(mac $MAC2) - $(share udp udp2) - $(share http web2) <= 6 &&
		$(mac $MAC2) - $(share udp udp2) - $(share http web2) >= -6" \
		"$1: shares by MAC $(mac $MAC1):$(mac $MAC2) fit to those by server"
}

broken_run()
{
	meter --long 3 --http 20 --udp 50 --long-path /slow --timeout 1s "$1"
	busywait 10 answered 20
	kill -KILL "$2"
	wait "$2" 2>/dev/null
	more 20
	finish
	expect "$(value long broken) == 3 && $(value long open) == 0" \
		"$1: a dead server breaks its 3 downloads"
	expect "$(sed -n 's/.*"broken_on":\({[^}]*}\).*/\1/p' "$DIR/report" |
		grep -cE '^{"web[12]":3}$') == 1" "$1: and it is named"
	expect "$(value http failed) >= 5 && $(value http ok) >= 5 &&
		$(value http started) == $(value http failed) + $(value http ok)" \
		"$1: and then fails connections"
	expect "$(value udp lost) == 0" "$1: but not UDP"
}

short_run()
{
	in_ns client "$LEVMETER" -j --long 2 --http 20 --path /short --duration 300ms "$1" \
		>"$DIR/report"
	expect "$(value long broken) == 2 && $(value http ok) == 0 && $(value http failed) >= 5" \
		"$1: an answer cut short is none"
}

stalled_run()
{
	meter --udp 50 --long 2 --long-path /slow --timeout 300ms "$1"
	busywait 10 answered 20
	port 2 0
	busywait 10 grep -qs 'broken 2' "$DIR/progress"
	port 2 3
	finish
	expect "$(value long broken) == 2 && $(value udp lost) >= 5" \
		"$1: silence longer than --timeout breaks downloads"
}

words()
{
	in_ns client "$LEVMETER" --udp ten "$1" 2>"$DIR/report"
	[ $? = 1 ] && grep -q -e '--udp: "ten"' "$DIR/report"
	result $? "$1: a wrong word is named"
	in_ns client "$LEVMETER" --udp 1 --neigh-netns "$P-none" "$1" 2>"$DIR/report"
	[ $? = 2 ] && grep -q "$P-none" "$DIR/report"
	result $? "$1: what cannot run says so"
}

[ "$(id -u)" = 0 ] || skip "needs root"
for tool in ip bridge python3 awk sed; do
	command -v $tool >/dev/null || skip "needs $tool"
done
[ -x "$LEVMETER" ] || skip "no $LEVMETER"
DIR=$(mktemp -d)
trap cleanup EXIT
trap 'exit 1' HUP INT PIPE TERM
setup || skip "no network namespaces with a bridge here"

echo "TAP version 13"
echo "1..38"
start_servers
result $? "servers answer"
quiet_run 10.98.9.9 10.98.2.200
quiet_run fd98:9::9 fd98:2::200
cut_run 10.98.9.9
cut_run fd98:9::9
turns_run 10.98.9.9 10.98.2.200
turns_run fd98:9::9 fd98:2::200
short_run 10.98.9.9
short_run '[fd98:9::9]:80'
words 10.98.9.9
words fd98:9::9
broken_run 10.98.9.9 "$WEB1"
leveler $MAC2
stalled_run fd98:9::9
echo "# $((N - FAILED)) passed, $FAILED failed"
[ "$FAILED" = 0 ] && [ "$N" = 38 ]

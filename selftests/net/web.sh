#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What levd shows over HTTP: metrics, health, status, page; that it counts as the kernel does, that
# nobody is kept from it by others, where it listens, and two clusters on one machine. LEV_FAMILY and
# LEV_SERVER_FAMILY as in levd.sh (web6.sh).
# needs: module
# timeout: 240
# time-travel: only

ALL_TESTS="made metrics counted health status events refused bounded trickled kept families moved in_use two gone"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/meter.sh
. "$(dirname "$0")/meter.sh"

port=9707
declare -A levd_pid

# put_file NAME VERSION HTTP [SED]: a cluster's file; HTTP is where its first node is shown
put_file()
{
	cat <<-TEXT | sed "${4:-}" >"$LEV_TMP/$1.yaml"
		version: $2
		cluster: {id: 7, period: 0, heartbeat: 20ms, front: front, back: back}
		nodes:
		  - {id: 1, http: $3}
		  - {id: 2, http: "[::]:$port"}
		addresses: [{address: $(by_family $LEV_IP $LEV_IP6)}]
		services: [{address: $(by_family $SERV_IP $SERV_IP6)}]
		servers:
		  - {address: $(srv_addr 1)}
		  - {address: $(srv_addr 2)}
		checks:
		  - {type: http, path: /health, interval: 500ms, fall: 1, rise: 1}
	TEXT
}

# start_levd I NAME [DEVICE]
start_levd()
{
	start_in_ns "$(lev_ns "$1")" "$LEVD" "${3:-lev0}" "$LEV_TMP/$2.yaml" node "$1" \
		>>"$LEV_TMP/levd-$2-$1" 2>&1
	levd_pid[$2-$1]=$started_pid
}

# ask I PATH [WORD]...: on leveler I itself
ask()
{
	local i=$1 path=$2
	shift 2

	in_ns "$(lev_ns "$i")" curl -qs --max-time 10 "$@" "http://127.0.0.1:$port$path"
}

# code I PATH [WORD]...: the status alone
code()
{
	ask "$@" -o /dev/null -w '%{http_code}'
}

code_is()
{
	[ "$(code "$1" "$2")" = "$3" ]
}

# metric I NAME: of a metric whose labels stand with it
metric()
{
	ask "$1" /metrics | awk -v name="$2" 'index($0, name " ") == 1 { print $NF }'
}

counter()
{
	metric "$1" "leveler_$2_total{device=\"lev0\"}"
}

made()
{
	local i

	put_file lev0 1 $port
	for i in 1 2; do
		start_levd $i lev0
	done
	slowwait 20 lev_wait_state 1 active 100 && lev_wait_state 2 active 15000
	check_err $? "no cluster: $(cat "$LEV_TMP"/levd-lev0-*)"
	lev_route "$LEV_IP" "$LEV_IP6"
	slowwait 10 code_is 1 /health 200
	check_err $? "health: $(code 1 /health)"
	check_eq "$(code 1 /) $(code 1 /metrics) $(code 1 /status.json)" "200 200 200" "statuses"
	log_test "levd answers over HTTP"
}

metrics()
{
	local name

	ask 1 /metrics -D "$LEV_TMP/head" >"$LEV_TMP/metrics"
	grep -q '^Content-Type: text/plain; version=0.0.4; charset=utf-8' "$LEV_TMP/head"
	check_err $? "type: $(cat "$LEV_TMP/head")"
	if command -v promtool >/dev/null; then
		promtool check metrics <"$LEV_TMP/metrics" >"$LEV_TMP/promtool" 2>&1
		check_err $? "promtool: $(cat "$LEV_TMP/promtool")"
	fi
	for name in $(levctl_on 1 -j stats lev0 | jq -r '.stats | keys[]'); do
		[[ $(<"$LEV_TMP/metrics") == *"leveler_${name}_total{device"* ]]
		check_err $? "no metric of $name"
	done
	log_test "metrics are well formed, and each counter is one" \
		"$(grep -c ^leveler "$LEV_TMP/metrics") samples"
}

# put_counters I FILE: all at once, as sysfs has them, as lines of name and value
put_counters()
{
	(cd "$(lev_sysfs "$1")/lev0/leveler" && grep -H . -- *) | tr : ' ' >"$LEV_TMP/$2"
}

# rate I: packets a second that leveler I forwards, as it says
rate()
{
	ask "$1" /status.json >"$LEV_TMP/status.json"
	jq '.rates.packets_forwarded | floor' "$LEV_TMP/status.json"
}

# Each counter lies between what sysfs says before and after. The client's lane may be of either node.
counted()
{
	local i=1 sent

	sent=$(($(counter 1 packets_forwarded) + $(counter 2 packets_forwarded)))
	meter_start load --http 50 --timeout 5s
	lib_sleep 3
	[ "$(rate 1)" -gt 0 ] || i=2
	check_between "$(rate $i)" 100 1000 "packets a second"
	check_between "$(jq '[.servers[].packets_per_second] | add | floor' "$LEV_TMP/status.json")" \
		100 1000 "packets a second to servers"
	meter_stop load
	lib_sleep 1
	put_counters $i before
	ask $i /metrics >"$LEV_TMP/metrics"
	put_counters $i after
	awk 'FNR == 1 { file++ }
	     file == 1 { least[$1] = $2 }
	     file == 2 { most[$1] = $2 }
	     file == 3 && sub(/^leveler_/, "") && sub(/_total\{device="lev0"\}/, "") && $1 in least {
		     n++
		     if ($2 < least[$1] || $2 > most[$1])
			     print $1 ": " $2 ", not " least[$1] " to " most[$1]
	     }
	     END { if (n < 30) print n + 0 " counters" }' \
		"$LEV_TMP/before" "$LEV_TMP/after" "$LEV_TMP/metrics" >"$LEV_TMP/wrong"
	check_eq "$(cat "$LEV_TMP/wrong")" "" "counters"
	check_between "$(counter $i packets_forwarded)" $((sent + 100)) 1000000 "packets after $sent"
	check_eq "$(metric $i "leveler_server_packets_total{device=\"lev0\",server=\"$(srv_addr 1)\",pool=\"default\"}")" \
		"$(levctl_on $i -j server show lev0 "$(srv_addr 1)" | jq '.[].packets')" "of server 1"
	log_test "counters rise with traffic, and are those of sysfs"
}

health()
{
	check_eq "$(ask 1 /health)" "active, owns 8 of 16 lanes" "says"
	levctl_on 1 node set lev0 1 state drain
	slowwait 10 code_is 1 /health 503
	check_err $? "drained: $(code 1 /health)"
	check_eq "$(ask 1 /health)" "silent: drained, owns 0 of 16 lanes" "says"
	check_eq "$(code 2 /health)" 200 "the other one"
	check_eq "$(code 1 /health -I)" 503 "HEAD"
	check_eq "$(metric 1 'leveler_node_reason{device="lev0",node="1",reason="drained"}')" 1 "reason"
	check_eq "$(metric 2 'leveler_node_reason{device="lev0",node="1",reason="drained"}')" 1 \
		"reason, there"
	levctl_on 1 node set lev0 1 state active
	slowwait 10 code_is 1 /health 200
	check_err $? "active again: $(code 1 /health)"
	log_test "health is good just while the node owns a lane"
}

# What levctl prints, less what changes between two looks at it.
still='del(.clock_ns, .askers) | .nodes |= map(del(.age_ms))'

status()
{
	local own

	ask 1 /status.json >"$LEV_TMP/status.json"
	own=$(jq -cS ".status | $still" "$LEV_TMP/status.json")
	check_eq "$own" "$(levctl_on 1 -j status lev0 | jq -cS ".[0] | $still")" "status"
	check_eq "$(jq -cS '.servers | map(del(.packets_per_second, .check))' "$LEV_TMP/status.json")" \
		"$(levctl_on 1 -j server show lev0 | jq -cS .)" "servers"
	check_eq "$(jq -cS .services "$LEV_TMP/status.json")" \
		"$(levctl_on 1 -j service show lev0 | jq -cS .)" "services"
	check_eq "$(jq -cS .addresses "$LEV_TMP/status.json")" \
		"$(levctl_on 1 -j address show lev0 | jq -cS .)" "addresses"
	check_eq "$(jq -c '.stats | keys' "$LEV_TMP/status.json")" \
		"$(levctl_on 1 -j stats lev0 | jq -c '.stats | keys')" "counters"
	check_eq "$(jq .stats.packets_forwarded "$LEV_TMP/status.json")" \
		"$(lev_stat 1 packets_forwarded)" "packets"
	check_eq "$(jq -c '.servers[0].check' "$LEV_TMP/status.json")" \
		'{"up":true,"reason":"status 200"}' "check"
	log_test "status.json is what levctl prints"
}

# says_event FILTER: one that jq selects
says_event()
{
	ask 1 /status.json | jq -e "[.events[] | select($1)] | length > 0" >/dev/null
}

events()
{
	local down

	down=".event == \"check\" and .address == \"$(srv_addr 1)\" and .up == false"
	rm "$LEV_TMP/http1/healthy"
	slowwait 10 says_event "$down and .reason == \"status 500\""
	check_err $? "no check: $(ask 1 /status.json | jq -c '.events[:3]')"
	slowwait 10 says_event ".event == \"server\" and .address == \"$(srv_addr 1)\" and .up == false"
	check_err $? "no server: $(ask 1 /status.json | jq -c '.events[:3]')"
	says_event '.event == "state" and .reason == "drained" and .state == "silent"'
	check_err $? "no drain"
	check_eq "$(ask 1 /status.json | jq '.events | map(.time_ms) | . == (sort | reverse)')" true "order"
	check_eq "$(ask 1 /status.json | jq -c '.servers[0].check')" \
		'{"up":false,"reason":"status 500"}' "check"
	: >"$LEV_TMP/http1/healthy"
	slowwait 10 says_event '.event == "server" and .up == true'
	check_err $? "not up again"
	log_test "the last events are told"
}

refused()
{
	check_eq "$(code 1 /nothing) $(code 1 /metrics/) $(code 1 /../../etc/passwd --path-as-is)" \
		"404 404 404" "other names"
	check_eq "$(code 1 / -X POST) $(code 1 / -X DELETE) $(code 1 /health -d x)" "405 405 405" \
		"methods"
	check_eq "$(code 1 / -X GET -d x) $(code 1 / -X GET -H 'Transfer-Encoding: chunked' -d x)" \
		"400 400" "bodies"
	check_eq "$(code 1 / -H "X-Long: $(printf %20000s x)")" 431 "a head that is long"
	ask 1 / -X POST -o /dev/null -D "$LEV_TMP/head"
	grep -qi '^allow: GET, HEAD' "$LEV_TMP/head"
	check_err $? "what is allowed is not said"
	ask 1 / -o "$LEV_TMP/page.html" -D "$LEV_TMP/head"
	grep -qi "^content-security-policy: default-src 'none'" "$LEV_TMP/head"
	check_err $? "no policy: $(cat "$LEV_TMP/head")"
	grep -q '</html>' "$LEV_TMP/page.html"
	check_err $? "no page"
	check_eq "$(ask 1 / -I | sed -n 's/^Content-Length: \([0-9]*\).*/\1/p')" \
		"$(stat -c %s "$LEV_TMP/page.html")" "HEAD"
	log_test "what is not there, or more than to read, is refused"
}

# Who says nothing, half a request, or reads no answer holds few connections, keeps nobody out, and is
# let go.
idle='
import socket, sys, time
family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
silent, deaf = [], []
for i in range(60):
    s = socket.socket(family)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    s.connect((sys.argv[1], int(sys.argv[2])))
    s.setblocking(False)
    try:
        s.send([b"", b"GET /health HTTP/1.1\r\nHost: ", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 400][i % 3])
    except OSError:
        pass
    (deaf if i % 3 == 2 else silent).append(s)
print("held", flush=True)
start = time.monotonic()
for s in silent:
    s.settimeout(30)
    try:
        s.recv(1)
    except ConnectionError:
        pass
print("ended", int(time.monotonic() - start), flush=True)
time.sleep(600)'

said()
{
	grep -q "$2" "$LEV_TMP/$1"
}

# held_at_most N: connections that leveler 2 has
held_at_most()
{
	[ "$(in_ns "$lev2" ss -Htn state established "sport = :$port" | wc -l)" -le "$1" ]
}

bounded()
{
	local seconds address

	address=$(by_family 10.0.0.102 fd00:a::102)
	start_in_ns "$router" /usr/bin/python3 -c "$idle" "$address" $port >"$LEV_TMP/idle"
	slowwait 10 said idle held
	check_err $? "not connected"
	slowwait 2 held_at_most 16
	check_err $? "held: $(in_ns "$lev2" ss -Htn state established "sport = :$port" | wc -l)"
	held_at_most 3
	check_fail $? "none is held"
	check_eq "$(code 2 /health --max-time 1)" 200 "meanwhile"
	slowwait 40 said idle ended
	check_err $? "never ended"
	seconds=$(awk '/ended/ { print $2 }' "$LEV_TMP/idle")
	check_between "$seconds" 5 15 "seconds"
	slowwait 15 held_at_most 0
	check_err $? "who does not read is held"
	kill "$started_pid"
	check_eq "$(code 2 /health)" 200 "afterwards"
	log_test "who says nothing, or half of it, or does not read, is few and let go" "$seconds s"
}

# Who sends a byte of a request now and then is let go, too.
trickle='
import socket, sys, time
start, held = time.monotonic(), []
for i in range(16):
    held.append(socket.create_connection((sys.argv[1], int(sys.argv[2]))))
print("held", flush=True)
while held:
    time.sleep(3)
    for s in list(held):
        try:
            s.send(b"G")
        except OSError:
            held.remove(s)
            print("over", int(time.monotonic() - start), flush=True)
print("ended", int(time.monotonic() - start), flush=True)'

trickled()
{
	local seconds

	start_in_ns "$router" /usr/bin/python3 -c "$trickle" "$(by_family 10.0.0.102 fd00:a::102)" \
		$port >"$LEV_TMP/trickle"
	slowwait 10 said trickle held
	check_err $? "not connected"
	slowwait 90 said trickle ended
	check_err $? "never ended: $(xargs <"$LEV_TMP/trickle")"
	seconds=$(awk '/over/ { print $2 }' "$LEV_TMP/trickle" | sort -n | head -n 1)
	check_between "$seconds" 28 40 "seconds of the first"
	slowwait 15 held_at_most 0
	check_err $? "who trickles is held"
	log_test "who sends a byte now and then is let go" "$seconds s"
}

# The time as it is told to two who ask one after the other, and to one half a second later
answers_of()
{
	local pause

	for pause in 0.05 0.5 0; do
		ask 2 /status.json | jq .time_ms
		lib_sleep $pause
	done
}

# However many ask, the kernel is not asked each time; still, nobody is told what is old.
kept()
{
	check_eq "$(answers_of | uniq -c | awk '{ print $1 }' | xargs)" "2 1" "answers"
	log_test "an answer is given again for a moment, and then made anew"
}

# "[::]" is both families; a port alone is the loopback's.
families()
{
	local url

	for url in http://10.0.0.102:$port "http://[fd00:a::102]:$port"; do
		check_eq "$(in_ns "$router" curl -s -o /dev/null -w '%{http_code}' "$url/health")" \
			200 "$url"
	done
	for url in http://10.0.0.101:$port "http://[fd00:a::101]:$port"; do
		in_ns "$router" curl -s -o /dev/null "$url/health"
		check_eq $? 7 "$url"
	done
	log_test "it listens where the file says, and nowhere else"
}

# reload NAME I WORDS: levd says this
reload()
{
	local lines log=$LEV_TMP/levd-$1-$2

	lines=$(wc -l <"$log")
	kill -HUP "${levd_pid[$1-$2]}"
	slowwait 10 said_since "$log" "$lines" "$3"
	check_err $? "said: $(tail -n +$((lines + 1)) "$log"), not: $3"
}

said_since()
{
	tail -n +$(($2 + 1)) "$1" | grep -qF -e "$3"
}

moved()
{
	put_file lev0 2 9708
	reload lev0 1 ': taken'
	check_eq "$(code 1 /health)" 000 "the old port"
	check_eq "$(in_ns "$lev1" curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:9708/health)" \
		200 "the new port"
	put_file lev0 3 none
	reload lev0 1 ': taken'
	check_eq "$(in_ns "$lev1" ss -Hltn | wc -l)" 0 "listening"
	put_file lev0 4 $port
	reload lev0 1 ': taken'
	check_eq "$(code 1 /health)" 200 "back again"
	log_test "another place takes effect as the file is read again"
}

other='
import socket, time
s = socket.create_server(("127.0.0.1", 9708))
print("listens", flush=True)
time.sleep(600)'

in_use()
{
	local before words

	words="lev0.yaml: line 4: apply node: \"http\": \"9708\": Address already in use"
	start_in_ns "$lev1" /usr/bin/python3 -c "$other" >"$LEV_TMP/other"
	slowwait 10 said other listens
	before=$(levctl_on 1 save lev0)
	put_file lev0 5 9708 's/heartbeat: 20ms/heartbeat: 30ms/'
	reload lev0 1 "$words"
	check_eq "$(levctl_on 1 save lev0)" "$before" "config"
	check_eq "$(code 1 /health)" 200 "the old place"
	put_file lev0 5 "0.0.0.0:$port"
	reload lev0 1 'in use (by this levd, at another address: restart it)'
	put_file other 1 9708
	in_ns "$lev1" "$LEVD" lev9 "$LEV_TMP/other.yaml" node 1 2>"$LEV_TMP/says"
	check_eq $? 2 "status at start"
	grep -qF 'other.yaml: line 4: apply node: "http": "9708": Address already in use' "$LEV_TMP/says"
	check_err $? "said: $(cat "$LEV_TMP/says")"
	[ ! -e "$(lev_sysfs 1)/lev9" ]
	check_err $? "a cluster was made"
	put_file other 1 '192.0.2.99:9710'
	in_ns "$lev1" "$LEVD" lev9 "$LEV_TMP/other.yaml" node 1 2>"$LEV_TMP/says"
	check_eq $? 2 "status"
	grep -qF '"http": "192.0.2.99:9710": Cannot assign requested address' "$LEV_TMP/says"
	check_err $? "said: $(cat "$LEV_TMP/says")"
	log_test "a port in use is named with its line, and nothing is changed"
}

# Another cluster of the same machine has a levd of its own.
two()
{
	put_file lev0 6 $port
	put_file second 1 9709 "s/id: 7/id: 8/
		s/$(by_family $LEV_IP $LEV_IP6)/$(by_family 10.0.0.210 fd00:a::210)/
		s/$(by_family $SERV_IP $SERV_IP6)/$(by_family 10.0.1.210 fd00:b::210)/"
	sed -i '/id: 2/d' "$LEV_TMP/second.yaml"
	start_levd 1 second lev1
	port=9709 slowwait 20 code_is 1 /health 200
	check_err $? "the second: $(cat "$LEV_TMP/levd-second-1")"
	check_eq "$(port=9709 ask 1 /metrics | grep -c 'device="lev0"')" 0 "of the first in the second"
	check_eq "$(port=9709 ask 1 /status.json | jq -c '[.status.device, .status.id, .status.nodes[].id]')" \
		'["lev1",8,1]' "the second"
	check_eq "$(ask 1 /status.json | jq -c '[.status.device, .status.id, .status.nodes[].id]')" \
		'["lev0",7,1,2]' "the first"
	levctl_on 1 node set lev1 1 state drain
	port=9709 slowwait 10 code_is 1 /health 503
	check_err $? "the second, drained"
	check_eq "$(code 1 /health)" 200 "the first"
	kill "${levd_pid[second-1]}"
	levctl_on 1 cluster del lev1
	log_test "two clusters are shown apart"
}

gone()
{
	levctl_on 1 cluster del lev0
	slowwait 5 code_is 1 /health 503
	check_err $? "health: $(code 1 /health)"
	check_eq "$(code 1 /status.json)" 503 "status.json"
	ask 1 /status.json | jq -e '.error | length > 0' >/dev/null
	check_err $? "status.json says: $(ask 1 /status.json)"
	check_eq "$(ask 1 /metrics | grep -v '^#')" 'leveler_up{device="lev0"} 0' "metrics"
	check_eq "$(grep -c 'levd: lev0: ' "$LEV_TMP/levd-lev0-1" | awk '{ print $1 < 15 }')" 1 "said often"
	log_test "a cluster that is gone is bad health"
}

require_command jq
LEV_SERVER_FAMILY=${LEV_SERVER_FAMILY:-4}
lev_topology levelers=2 servers=2 netc=1
lev_load || skip_all "no module"
start_http_all || skip_all "no HTTP servers"
tests_run

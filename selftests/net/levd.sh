#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# levd: makes the cluster of its file, takes servers out whose checks fail, is killed and comes back
# under load, reads its file again, and tells programs of events. LEV_FAMILY says which addresses the
# client uses, LEV_SERVER_FAMILY by which servers are known (levd6.sh).
# needs: module
# timeout: 300
# time-travel: only

ALL_TESTS="made check_fails one_vote killed killed_while_down not_taken taken watched told types hangs
	time_limit nothing_inherited under_systemd not_in_force removed module_gone"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/meter.sh
. "$(dirname "$0")/meter.sh"
# shellcheck source=selftests/net/daemon.sh
. "$(dirname "$0")/daemon.sh"

made()
{
	levd_begin
	check_eq "$(lev_stat 1 view)" 1-2 "view"
	# What a node learns in its first seconds is no change.
	lib_sleep 5
	log_test "levd makes the cluster of its file"
}

check_fails()
{
	local since last

	start_in_ns "$client" /usr/bin/python3 "$net_dir/who.py" \
		"$(by_family $SERV_IP $SERV_IP6)" 10 >"$LEV_TMP/who"
	slowwait 10 grep -q srv1 "$LEV_TMP/who"
	check_err $? "server 1 gets no flows: $(tail -n 3 "$LEV_TMP/who")"
	lib_sleep 1
	since=$(now_ms)
	sick 1
	wait_health "$first_down"
	lib_sleep 4
	check_both_active
	kill "$started_pid"
	last=$(awk '$2 == "srv1" { last = $1 } END { print last }' "$LEV_TMP/who")
	check_between $((last - since)) $(((fall - 1) * interval_ms - 20)) \
		$((fall * interval_ms + 100)) "ms until the last new flow"
	check_eq "$(grep -c failed "$LEV_TMP/who")" 0 "failed: $(grep failed "$LEV_TMP/who" | head -n 3)"
	grep -qF "check: address $(srv_addr 1) pool default up no reason status 500" "$LEV_TMP/levd1"
	check_err $? "said: $(tail -n 5 "$LEV_TMP/levd1")"
	healthy 1
	wait_health "$all_up"
	log_test "a server whose check fails gets no new flow" "the last after $((last - since)) ms"
}

# A check that fails from one leveler alone takes nothing away, and makes nobody silent.
one_vote()
{
	ip -n "$lev1" route add prohibit "$(srv_addr 1)" proto static 2>/dev/null
	# The check's own packets alone: forwarding asks no route.
	slowwait 10 health_is 1 '[["down",true],["up",true]]'
	check_err $? "health: $(health 1)"
	lib_sleep 4
	check_eq "$(health 2)" "$all_up" "leveler 2"
	check_both_active
	ip -n "$lev1" route del prohibit "$(srv_addr 1)" proto static
	wait_health "$all_up"
	log_test "one of two votes takes no server out"
}

killed()
{
	local i

	meter_start load --http 50 --timeout 5s
	check_err $? "nothing is answered"
	for i in 1 2; do
		kill_levd $i
		lib_sleep 2
		check_eq "$(health 1)" "$all_up" "without levd $i"
		start_levd $i
		lib_sleep 3
	done
	install "$LEVD" "$levd"
	kill -TERM "${levd_pid[1]}"
	wait "${levd_pid[1]}"
	check_eq $? 0 "status after SIGTERM"
	start_levd 1
	lib_sleep 3
	check_eq "$(health 1)" "$all_up" "after all"
	meter_stop load
	check_eq "$(meter_get load .http.failed)" 0 "failed requests"
	check_between "$(meter_get load .http.started)" 300 100000 "requests started"
	log_test "levd killed, restarted and replaced under load: nothing fails" \
		"$(meter_get load .http.started) requests"
}

# What it said stays said, and whoever starts goes on from there.
killed_while_down()
{
	local i

	sick 1
	wait_health "$first_down"
	meter_start load --http 50 --timeout 5s
	kill_levd 1
	kill_levd 2
	lib_sleep 3
	check_eq "$(health 1) $(health 2)" "$first_down $first_down" "without levd"
	start_levd 1
	start_levd 2
	for ((i = 0; i < 20; i++)); do
		check_eq "$(health 1) $(health 2)" "$first_down $first_down" "with levd again"
		lib_sleep 0.2
	done
	healthy 1
	wait_health "$all_up"
	meter_stop load
	check_eq "$(meter_get load .http.failed)" 0 "failed requests"
	log_test "a server that is down stays so while levd is gone, and comes back with it"
}

# refuse_file WORDS CHECK SED [MODE]: the file, of that mode, is read again, and not taken
refuse_file()
{
	local before lines words=$1

	[[ $words != line* ]] || words="$file: $words"
	before=$(levctl_on 1 save lev0; levctl_on 1 -j server show lev0 | jq -c 'map(del(.packets, .flows))')
	lines=$(wc -l <"$LEV_TMP/levd1")
	put_file 2 "$2" "$3"
	chmod "${4:-644}" "$file"
	kill -HUP "${levd_pid[1]}"
	slowwait 5 said_since "$lines" 'not taken; all goes on as before'
	check_err $? "not refused: $(tail -n 3 "$LEV_TMP/levd1")"
	said_since "$lines" "levd: $words"
	check_err $? "said: $(tail -n 2 "$LEV_TMP/levd1"), not: $words"
	check_eq "$(levctl_on 1 save lev0; levctl_on 1 -j server show lev0 |
		jq -c 'map(del(.packets, .flows))')" "$before" "state"
}

not_taken()
{
	local key=$LEV_TMP/key

	refuse_file 'line 10: apply: a tab: YAML indents by blanks' "$http" '10s/^  /\t/'
	refuse_file 'line 10: apply check: "colour" is not a word that fits here' \
		'{type: http, colour: red}'
	refuse_file 'line 10: apply check: "fall": "0" is out of range (1..100)' \
		'{type: http, fall: 0}'
	# shellcheck disable=SC2016 # sed's words, not the shell's
	refuse_file 'line 13: apply notify: "event": "sever" is not an event' "$http" \
		'$s/event: server/event: sever/'
	# By the kernel, so that what it says for levd is not taken either.
	refuse_file 'line 7: apply server: this is an address of the cluster' \
		'{type: tcp, port: 81, interval: 200ms, fall: 1}' \
		"7s/ [^ ]*}/ $(by_family $LEV_IP $LEV_IP6)}/"
	lib_sleep 2
	check_eq "$(health 1)" "$all_up" "by the old check"
	refuse_file 'line 10: apply check: "program": "/nonexistent": No such file' \
		'{type: program, program: /nonexistent}'
	refuse_file "line 10: apply check: \"program\": \"$file\": Permission denied" \
		"{type: program, program: $file}"
	refuse_file 'line 12: apply notify: "program": "/tmp": is not a regular file' "$http" \
		'12s,program: .*},program: /tmp},'
	head -c 32 /dev/zero >"$key"
	chmod 640 "$key"
	refuse_file "line 3: apply node: \"key\": \"$key\" has mode 0640" "$http" \
		"3s,{id: 1\,,& key: $key\,,"
	chmod 0 "$key"
	refuse_file "line 3: apply node: \"key\": \"$key\": Permission denied" "$http" \
		"3s,{id: 1\,,& key: $key\,,"
	refuse_file "apply: \"$file\" has mode 0664, so others may write it" "$http" '' 664
	chmod 644 "$file"
	# And the checks go on.
	sick 1
	wait_health "$first_down"
	healthy 1
	wait_health "$all_up"
	log_test "a bad file is named by line and word, and changes nothing"
}

taken()
{
	sick 1
	wait_health "$first_down"
	reload '{type: tcp, port: 80, interval: 200ms, rise: 1, fall: 1}'
	kill -HUP "${levd_pid[2]}"
	wait_health "$all_up"
	lib_sleep 2
	check_eq "$(health 1)" "$all_up" "by the new check"
	# A pool that nothing checks any more is up.
	reload '{type: tcp, port: 81, interval: 200ms, rise: 1, fall: 1}'
	slowwait 5 health_is 1 '[["down",true],["down",true]]'
	check_err $? "by a check that fails: $(health 1)"
	sed -i -e '/^checks/,/  -/d' -e "1s/.*/version: $((++version))/" "$file"
	kill -HUP "${levd_pid[1]}"
	slowwait 5 health_is 1 "$all_up"
	check_err $? "without a check: $(health 1)"
	# Nor is one down that nothing checks, if levd was not there when that came.
	reload '{type: tcp, port: 81, interval: 200ms, rise: 1, fall: 1}'
	slowwait 5 health_is 1 '[["down",true],["down",true]]'
	check_err $? "by a check again: $(health 1)"
	kill_levd 1
	sed -i -e '/^checks/,/  -/d' -e "1s/.*/version: $((++version))/" "$file"
	start_levd 1
	slowwait 5 health_is 1 "$all_up"
	check_err $? "started without a check: $(health 1)"
	healthy 1
	log_test "a new file takes effect"
}

# watch_left I: whether leveler I is watched, for this long at most
watch_left()
{
	levctl_on "$1" -j node show lev0 "$1" | jq -e ".[0].watch // 0 | . > 0 and . <= $2" >/dev/null
}

# Two times: one that is killed, and one that hangs.
watched()
{
	local signal

	reload "$http" '2s/front: front/watch: 1s, &/'
	slowwait 5 watch_left 1 1000
	check_err $? "not watched"
	lib_sleep 3
	check_eq "$(lev_stat 1 state)" active "state with levd"
	for signal in KILL STOP; do
		kill -$signal "${levd_pid[1]}"
		lev_wait_stat 1 reason unwatched 1500
		check_err $? "serves on, after SIG$signal"
		check_eq "$(lev_stat 2 state) $(lev_stat 2 view)" "active 2" "the other one"
		if [ $signal = KILL ]; then
			wait "${levd_pid[1]}"
			start_levd 1
		else
			kill -CONT "${levd_pid[1]}"
		fi
		lev_wait_state 1 active 5000
		check_err $? "not active again, after SIG$signal"
	done
	reload "$http"
	watch_left 1 1000
	check_fail $? "still watched, by a file without the word"
	kill_levd 1
	lib_sleep 3
	check_eq "$(lev_stat 1 state)" active "state without levd, and without the word"
	start_levd 1
	log_test "a node that is to be watched is silent without levd"
}

# The programs have written a line for each event that they were told, its words sorted.
told()
{
	local all=$LEV_TMP/all.told servers=$LEV_TMP/servers.told address

	address="LEVELER_ADDRESS=$(srv_addr 1)"
	grep -qx "$address LEVELER_DEVICE=lev0 LEVELER_EVENT=server LEVELER_UP=no" "$servers"
	check_err $? "server down: $(cat "$servers")"
	grep -qx "$address LEVELER_DEVICE=lev0 LEVELER_EVENT=server LEVELER_UP=yes" "$servers"
	check_err $? "server up"
	check_eq "$(grep -vc EVENT=server "$servers")" 0 "other events"
	grep -qx "$address LEVELER_DEVICE=lev0 LEVELER_EVENT=check LEVELER_POOL=default LEVELER_REASON=status 500 LEVELER_UP=no" "$all"
	check_err $? "check: $(cat "$all")"
	grep -qx 'LEVELER_DEVICE=lev0 LEVELER_EVENT=state LEVELER_REASON=none LEVELER_STATE=active' \
		"$all"
	check_err $? "state"
	grep -qx 'LEVELER_CAUSE=takeover LEVELER_DEVICE=lev0 LEVELER_EVENT=lanes LEVELER_GAINED=[0-9]* LEVELER_LOST=[0-9]* LEVELER_OWNED=[0-9]*' "$all"
	check_err $? "lanes"
	log_test "programs are told of events by their environment"
}

# try_type WORDS GOOD BAD: the check BAD makes server 1 down and says WORDS, GOOD makes it up
try_type()
{
	local lines often="interval: 200ms, timeout: 150ms, rise: 1, fall: 1"

	lines=$(wc -l <"$LEV_TMP/levd1")
	reload "{$3, $often}"
	slowwait 5 said_since "$lines" "address $(srv_addr 1) pool default up no reason $1"
	check_err $? "$3: said $(tail -n +$((lines + 1)) "$LEV_TMP/levd1")"
	lines=$(wc -l <"$LEV_TMP/levd1")
	reload "{$2, $often}"
	slowwait 5 said_since "$lines" "address $(srv_addr 1) pool default up yes reason "
	check_err $? "$2: said $(tail -n +$((lines + 1)) "$LEV_TMP/levd1")"
}

echo_udp='
import socket
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
s.bind(("::", 9001))
while True:
    data, peer = s.recvfrom(2048)
    s.sendto(b"\0" + data, peer)'

silent_tcp='
import socket, time
s = socket.create_server(("::", 9003), family=socket.AF_INET6, dualstack_ipv6=True)
time.sleep(86400)'

start_others()
{
	local i

	for i in 1 2; do
		start_in_ns "$(srv_ns $i)" /usr/bin/python3 -c "$echo_udp"
		start_in_ns "$(srv_ns $i)" openssl s_server -quiet -www -accept 443 \
			-cert "$LEV_TMP/cert" -key "$LEV_TMP/cert.key" >/dev/null 2>&1
	done
}

types()
{
	local ping=ipv4/icmp_echo_ignore_all

	[ "$LEV_SERVER_FAMILY" = 4 ] || ping=ipv6/icmp/echo_ignore_all
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
		-subj /CN=test -keyout "$LEV_TMP/cert.key" -out "$LEV_TMP/cert" 2>/dev/null
	check_err $? "no certificate"
	start_others
	# shellcheck disable=SC2016 # for the shell within
	put_program good 'test "$1" = "$LEVELER_ADDRESS" && test "$LEVELER_POOL" = default'
	put_program bad 'exit 3'
	try_type 'Connection refused' 'type: tcp, port: 80' 'type: tcp, port: 81'
	try_type 'status 200' 'type: http, status: 200' 'type: http, status: 201-299'
	try_type 'status 200, "sick" is not in its body' 'type: http, path: /health, body: healthy' \
		'type: http, path: /health, body: sick'
	try_type 'SSL' 'type: https, host: test' 'type: https, port: 80'
	try_type 'Connection refused' 'type: udp, port: 9001, send: hi' 'type: udp, port: 9002, send: hi'
	try_type 'another answer than expected' \
		'type: udp, port: 9001, send: hi, expect: 0x006869' \
		'type: udp, port: 9001, send: hi, expect: hi'
	try_type 'status 3' "type: program, program: $LEV_TMP/good" "type: program, program: $LEV_TMP/bad"
	try_type 'Connection refused' 'type: icmp' 'type: tcp, port: 81'
	in_ns "$srv1" sysctl -q -w net/$ping=1
	slowwait 5 grep -qF 'up no reason no answer in 150ms' "$LEV_TMP/levd1"
	check_err $? "no echo: $(tail -n 2 "$LEV_TMP/levd1")"
	in_ns "$srv1" sysctl -q -w net/$ping=0
	slowwait 5 health_is 1 "$all_up"
	check_err $? "echoes again: $(health 1)"
	log_test "each type of check fails and recovers"
}

no_process()
{
	! pgrep -f "sleep 100[01]|$LEV_TMP/slow" >/dev/null
}

# A program that does not end is killed with all that it started.
hangs()
{
	put_program slow 'sleep 1000 & sleep 1001' "# $LEV_TMP/slow"
	try_type 'no answer in 150ms' 'type: tcp, port: 80' "type: program, program: $LEV_TMP/slow"
	slowwait 5 no_process
	check_err $? "left: $(pgrep -af "$LEV_TMP/slow")"
	log_test "a program that hangs is no good answer, and is ended"
}

# Not as late as when the check is due again, which says the same.
time_limit()
{
	local lines

	put_program slow ": >$LEV_TMP/began" "exec sleep 1001"
	lines=$(wc -l <"$LEV_TMP/levd1")
	reload "{type: program, program: $LEV_TMP/slow, interval: 10s, timeout: 150ms, rise: 1, fall: 1}"
	slowwait 15 test -e "$LEV_TMP/began"
	check_err $? "the program did not run"
	busywait 2000 said_since "$lines" "no answer in 150ms"
	check_err $? "2 s later: said $(tail -n +$((lines + 1)) "$LEV_TMP/levd1")"
	reload '{type: tcp, port: 80, interval: 200ms, rise: 1, fall: 1}'
	slowwait 5 health_is 1 "$all_up"
	check_err $? "up again: $(health 1)"
	log_test "a check ends with its own time"
}

# A program has none of levd's files, not even while another check has a socket open.
nothing_inherited()
{
	start_in_ns "$srv1" /usr/bin/python3 -c "$silent_tcp"
	put_program files "ls -l /proc/\$\$/fd >$LEV_TMP/files.new" \
		"mv $LEV_TMP/files.new $LEV_TMP/files.told"
	reload "{type: program, program: $LEV_TMP/files, interval: 200ms}" \
		"/^servers/a\\  - {address: $(srv_addr 1), pool: other}
		/^checks/a\\  - {pool: other, type: http, port: 9003, interval: 1s, timeout: 1s}"
	kill -HUP "${levd_pid[2]}"
	slowwait 10 grep -q "address $(srv_addr 1) pool other up no reason no answer in 1s" \
		"$LEV_TMP/levd1"
	check_err $? "no check waits: $(tail -n 3 "$LEV_TMP/levd1")"
	rm -f "$LEV_TMP/files.told"
	slowwait 5 test -s "$LEV_TMP/files.told"
	check_err $? "the program did not run"
	check_eq "$(grep -cE 'socket|anon_inode|net' "$LEV_TMP/files.told")" 0 \
		"files: $(cat "$LEV_TMP/files.told")"
	reload "$http"
	kill -HUP "${levd_pid[2]}"
	log_test "a program gets no file of levd's"
}

listen_as_systemd='
import os, selectors, socket, sys
selector = selectors.DefaultSelector()
for path in sys.argv[1:]:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    s.bind(path)
    selector.register(s, selectors.EVENT_READ)
print("listens", flush=True)
while True:
    for key, _ in selector.select():
        print(*key.fileobj.recv(65536).decode().split("\n"), sep="|", flush=True)'

# What the journal and systemd are told, and that programs are not told of these.
under_systemd()
{
	local heard=$LEV_TMP/heard socket=$LEV_TMP/notify lines

	[ ! -e /run/systemd/journal/socket ]
	check_err $? "there is a journal here"
	defer rm -f /run/systemd/journal/socket
	start_in_ns "$lev1" /usr/bin/python3 -c "$listen_as_systemd" /run/systemd/journal/socket \
		"$socket" >"$heard"
	slowwait 5 grep -q listens "$heard"
	kill_levd 1
	export NOTIFY_SOCKET=$socket LEVELER_OURS=1
	JOURNAL_STREAM=$(stat -c %d:%i "$LEV_TMP/levd1") start_levd 1
	unset NOTIFY_SOCKET LEVELER_OURS
	slowwait 5 grep -q '^READY=1' "$heard"
	check_err $? "not ready: $(cat "$heard")"
	sick 1
	slowwait 10 grep -qF "|PRIORITY=4|LEVELER_DEVICE=lev0|LEVELER_EVENT=check|LEVELER_ADDRESS=$(srv_addr 1)|LEVELER_POOL=default|LEVELER_UP=no|LEVELER_REASON=status 500" "$heard"
	check_err $? "journal: $(tail -n 5 "$heard")"
	wait_health "$first_down"
	healthy 1
	wait_health "$all_up"
	grep -qF "MESSAGE=lev0 server: address $(srv_addr 1) up yes|PRIORITY=5|LEVELER_DEVICE=lev0|LEVELER_EVENT=server|" "$heard"
	check_err $? "journal: $(tail -n 5 "$heard")"
	check_eq "$(grep -cE 'NOTIFY_SOCKET|JOURNAL_STREAM|LEVELER_OURS' "$LEV_TMP/all.told")" 0 \
		"programs: $(tail -n 2 "$LEV_TMP/all.told")"
	# A stderr that is not the journal's gets the lines.
	kill_levd 1
	lines=$(wc -l <"$LEV_TMP/levd1")
	JOURNAL_STREAM=1:1 start_levd 1
	lib_sleep 1
	kill -HUP "${levd_pid[1]}"
	slowwait 5 said_since "$lines" ': taken'
	check_err $? "said: $(tail -n 3 "$LEV_TMP/levd1")"
	log_test "the journal gets fields, systemd a word, and programs neither of their sockets"
}

not_in_force()
{
	local other said

	other=$(srv_addr 50)
	levctl_on 1 server add lev0 "$other"
	said=$(levctl_on 1 server set lev0 "$other" health down 2>&1)
	check_eq "$?" 2 "status"
	check_eq "$said" "levctl: server set: this server is not in force yet (address $other)" "said"
	levctl_on 1 server del lev0 "$other"
	wait_health "$all_up"
	log_test "health is not set of a server that is not in force"
}

two_servers()
{
	[ "$(levctl_on 1 -j server show lev0 | jq length)" = 2 ]
}

levd_down()
{
	[ "$(levctl_on 1 -j server show lev0 | jq -r '.[0].health')" = down ]
}

# The cluster goes and comes under levd's feet.
removed()
{
	local lines

	levctl_on 1 server del lev0 "$(srv_addr 2)"
	levctl_on 2 server del lev0 "$(srv_addr 2)"
	slowwait 10 health_is 1 '[["up",true]]'
	check_err $? "one server: $(health 1)"
	lines=$(wc -l <"$LEV_TMP/levd1")
	sick 2
	lib_sleep 3
	said_since "$lines" "check: address $(srv_addr 2)"
	check_fail $? "a server that is gone is checked"
	healthy 2
	kill -0 "${levd_pid[1]}" && kill -0 "${levd_pid[2]}"
	check_err $? "levd is gone"
	levctl_on 1 cluster del lev0
	lib_sleep 3
	kill -HUP "${levd_pid[1]}"
	slowwait 10 two_servers
	check_err $? "not made anew: $(tail -n 5 "$LEV_TMP/levd1")"
	# By other hands: then the kernel has forgotten what levd said.
	sick 1
	slowwait 10 levd_down
	check_err $? "not down: $(health 1)"
	levctl_on 1 cluster del lev0
	levctl_on 1 apply lev0 "$file" node 1
	slowwait 20 levd_down
	check_err $? "not told anew: $(health 1)"
	healthy 1
	log_test "servers and clusters that go are no trouble"
}

# It ends, to be started when there is one again.
module_gone()
{
	local i

	lev_unload
	for i in 1 2; do
		slowwait 20 test ! -e "/proc/${levd_pid[$i]}" || kill_levd "$i"
		wait "${levd_pid[$i]}"
		check_eq $? 2 "status of levd $i"
	done
	log_test "without the module levd ends"
}

require_command jq
require_command openssl
LEV_SERVER_FAMILY=${LEV_SERVER_FAMILY:-4}
lev_topology levelers=2 servers=2 netc=1
lev_load || skip_all "no module"
start_http_all || skip_all "no HTTP servers"
# shellcheck disable=SC2016 # for the shell within
put_program all "env | grep -E '^(LEVELER_|NOTIFY_SOCKET|JOURNAL_STREAM)' | sort | xargs -d '\n' >>$LEV_TMP/all.told"
put_program servers "env | grep ^LEVELER_ | sort | xargs -d '\n' >>$LEV_TMP/servers.told"
put_file 1 "$http"
install "$LEVD" "$levd"
tests_run

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The whole cluster in one file: made by it, changed by it under load as one change, all or nothing,
# saved to it. Who has another file is silent while the others serve. LEV_FAMILY says which addresses
# the client uses (apply6.sh).
# needs: module
# timeout: 300
# time-travel: yes

ALL_TESTS="made again change renumbered refused not_made numbers saved another_content older keep
	largest"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/meter.sh
. "$(dirname "$0")/meter.sh"
# shellcheck source=selftests/net/watch.sh
. "$(dirname "$0")/watch.sh"

# An emulated machine stands still at times: then each goes over when it can.
near_ms=2000
! grep -q time-travel /proc/cmdline || near_ms=5
rate=50
[ "${LEV_GUEST:-}" != vm ] || rate=20
file=$LEV_TMP/lev0.yaml
key=$LEV_TMP/lev0.key

# put_file VERSION [SED]: the file of all three nodes, edited
put_file()
{
	cat <<-TEXT | sed "${2:-}" >"$file"
		version: $1
		cluster: {id: 7, period: 0, front: front, back: $LEV_BACK, key: $key}
		nodes:
		  - {id: 1, host: one.example}
		  - {id: 2, host: two.example, weight: 2}
		  - id: 3
		    host: three.example
		addresses:
		  - {address: $(by_family $LEV_IP $LEV_IP6)}
		services:
		  - {address: $(by_family $SERV_IP $SERV_IP6)}
		  - {address: 10.0.1.201, proto: tcp, port: 8080, hash: source}
		servers:
		  - {address: $(srv_addr 1)}
		  - {address: $(srv_addr 2)}
	TEXT
}

# What the third change does: a server more, another weight, a service less.
# shellcheck disable=SC2016 # sed's words, not the shell's
changes='$a\  - {address: '$(srv_addr 3)'}
	/8080/d
	/^  - {address: '$(srv_addr 1)'}/s/}/, weight: 3}/'

# apply I [WORD]...: namespaces share the host's name, so nodes go by their ids
apply()
{
	local i=$1
	shift
	levctl_on "$i" apply lev0 "$file" node "$i" "$@"
}

apply_all()
{
	apply 1 && apply 2 && apply 3
}

each()
{
	echo "$(lev_stat 1 "$1") $(lev_stat 2 "$1") $(lev_stat 3 "$1")"
}

# agreed VERSION: all have it, and nobody is silent
agreed()
{
	local digest

	digest=$(lev_stat 1 digest)
	[ "$(each version)" = "$1 $1 $1" ] && [ "$(each digest)" = "$digest $digest $digest" ] &&
		[ "$(each view)" = "1-3 1-3 1-3" ]
}

# All that an admin can change, as levctl shows it, but for what goes up and down by itself
state()
{
	levctl_on 1 -j -b - <<-TEXT | jq -c 'map(if .pool then del(.packets, .flows, .up, .reached,
		.mac, .servers_up, .entries_moved, .entries_remembered) else . end)'
		cluster show
		node show lev0
		address show lev0
		service show lev0
		server show lev0
	TEXT
	each version
	each digest
}

# said STATUS WORDS: what the last command ended with, and has on stderr
said()
{
	check_eq "$code" "$1" "status: $(<"$LEV_TMP/err")"
	grep -qF -e "$2" "$LEV_TMP/err"
	check_err $? "said: $(<"$LEV_TMP/err"), not: $2"
	check_eq "$(wc -l <"$LEV_TMP/err")" 1 "lines of it"
}

try()
{
	"$@" >"$LEV_TMP/out" 2>"$LEV_TMP/err"
	code=$?
}

servers_up()
{
	[ "$(levctl_on "$1" -j server show lev0 | jq -c 'map(.up) | unique')" = '[true]' ]
}

made()
{
	put_file 3
	try apply 1 check
	check_eq "$code" 0 "check of a cluster to be made: $(<"$LEV_TMP/err")"
	grep -qE '^add +cluster +- ' "$LEV_TMP/out"
	check_err $? "shown: $(<"$LEV_TMP/out")"
	[ ! -e "$(lev_sysfs 1)/lev0" ]
	check_err $? "check has made a cluster"
	apply_all
	check_err $? "apply"
	slowwait 15 agreed 3
	check_err $? "no cluster: $(each reason), version $(each version)"
	check_eq "$(levctl_on 2 -j cluster show | jq -c '.[0] | [.id, .node, .key, .period_ms]')" \
		'[7,2,true,0]' "leveler 2"
	check_eq "$(levctl_on 3 -j node show lev0 | jq -c 'map(.weight)')" '[1,2,1]' "weights"
	lev_route "$LEV_IP" "$LEV_IP6"
	slowwait 10 servers_up 1
	check_err $? "not all servers are up"
	# What a node learns in its first seconds is no change.
	lib_sleep 5
	log_test "a file makes the cluster, under its number"
}

listens()
{
	# shellcheck disable=SC2016 # awk's words, not the shell's
	in_ns "$(lev_ns "$1")" awk '$2 == 16 && $4 != "00000000" { found = 1 }
		END { exit !found }' /proc/net/netlink
}

# listen I NAME: events of leveler I from now on
listen()
{
	start_in_ns "$(lev_ns "$1")" "$LEVCTL" -j monitor lev0 >"$LEV_TMP/$2$1"
	slowwait 5 listens "$1"
	check_err $? "no monitor"
}

again()
{
	local before pid

	before=$(state)
	listen 1 quiet
	pid=$started_pid
	apply_all
	check_err $? "apply"
	# A node that starts anew says so within a beat.
	lib_sleep 1
	kill "$pid"
	check_eq "$(cat "$LEV_TMP/quiet1")" "" "events"
	check_eq "$(state)" "$before" "state"
	check_eq "$(levctl_on 1 -j apply lev0 "$file" check node 1)" "[]" "differences"
	check_eq "$(apply 1 check)" "" "differences as text"
	log_test "applied again it changes nothing"
}

config_event()
{
	# Its status is that of the last event, whichever this is.
	jq 'select(.event == "config") | .clock_ns' "$LEV_TMP/switch$1" 2>/dev/null | grep .
}

# check_together: the clocks of the switches that the monitors saw
check_together()
{
	local i at first=

	for i in 1 2 3; do
		at=$(slowwait 3 config_event $i)
		check_err $? "leveler $i told of no config"
		at=$((${at:-0} / 1000))
		[ -n "$first" ] || first=$at last=$at
		[ "$at" -ge "$first" ] || first=$at
		[ "$at" -le "$last" ] || last=$at
	done
	apart=$((last - first))
	check_between $apart 0 $((near_ms * 1000)) "microseconds between switches"
}

change()
{
	local before i apart last

	meter_start load --http $rate --long 4 --long-path '/big?rate=50k' --timeout 10s
	check_err $? "nothing is answered"
	put_file 4 "$changes"
	before=$(each digest)
	check_eq "$(levctl_on 1 -j apply lev0 "$file" check node 1 |
		jq -c 'map([.change, .noun, .name, .word, .from, .to])[]' | xargs -d '\n')" \
		"$(xargs -d '\n' <<-TEXT
			["set","config",null,"version","3","4"]
			["del","service","10.0.1.201 proto tcp port 8080",null,null,null]
			["set","server","$(srv_addr 1)","weight","1","3"]
			["add","server","$(srv_addr 3)",null,null,null]
		TEXT
		)" "differences"
	for i in 1 2 3; do
		listen $i switch
	done
	apply 1
	check_err $? "apply on leveler 1"
	check_eq "$(levctl_on 1 -j status lev0 | jq -c '.[0].pending | [.version, .waiting]')" \
		'[4,[2,3]]' "pending"
	apply 2
	lib_sleep 1
	check_eq "$(each digest)" "$before" "digests before all have it"
	apply 3
	slowwait 10 agreed 4
	check_err $? "no switch: $(each version), $(each digest)"
	check_together
	check_eq "$(levctl_on 2 -j server show lev0 | jq -c 'map(.weight)')" '[3,1,1]' "weights"
	check_eq "$(levctl_on 3 -j service show lev0 | jq length)" 1 "services"
	lib_sleep 5
	meter_stop load
	check_eq "$(meter_get load .http.failed)" 0 "failed requests"
	check_eq "$(meter_get load .long.broken)" 0 "broken downloads"
	check_between "$(each flows_pinned | awk '{ print $1 + $2 + $3 }')" 1 100000 "pins"
	check_between "$(meter_get load .http.started)" $((rate / 2)) 100000 "requests started"
	[ "$RET" -eq 0 ] || { meter_tell load; tell_events switch; }
	log_test "another file is one change on all nodes at one time, and nothing is lost" \
		"$apart us apart, $(meter_get load .http.started) requests"
}

renumbered()
{
	local before

	before=$(each digest)
	put_file 5 "$changes"
	check_eq "$(apply 2 check | tail -n +2 | xargs)" "set config - version 4 5" "differences"
	apply 2
	check_err $? "apply"
	slowwait 5 agreed 5
	check_err $? "number: $(each version)"
	check_eq "$(each digest)" "$before" "digests"
	log_test "the same content under a higher number is only numbered"
}

# refuse_file STATUS LINE-AND-WORDS SED: the changed file is refused, and changes nothing
refuse_file()
{
	put_file 6 "$changes
		$3"
	try apply 1
	said "$1" "$file: $2"
	try apply 1 check
	said "$1" "$file: $2"
	check_eq "$(state)" "$before" "state after $2"
}

refused()
{
	local before levip

	before=$(state)
	levip=$(by_family $LEV_IP $LEV_IP6)
	refuse_file 2 "line 14: apply server: this is an address of the cluster (address $levip)" \
		"s/address: $(srv_addr 2)/address: $levip/"
	refuse_file 2 "line 14: apply server: the pool has this server already (address $(srv_addr 1))" \
		"s/address: $(srv_addr 2)/address: $(srv_addr 1)/"
	refuse_file 2 "line 5: apply node: the cluster has this node already (id 1)" \
		's/id: 2/id: 1/'
	refuse_file 2 "line 9: apply address: this machine has the address already, on another device (address 10.0.1.1)" \
		"/^addresses/a\\  - {address: 10.0.1.1, side: back}"
	refuse_file 2 "line 2: apply cluster: no such device (back none)" "s/back: $LEV_BACK/back: none/"
	refuse_file 2 "line 2: apply cluster: not an Ethernet device (front lo)" \
		"s/front: front/front: lo/"
	refuse_file 1 'line 13: apply server: "weight": "many" is not a number' \
		's/weight: 3}/weight: many}/'
	refuse_file 1 'line 3: apply: "nodes": none has "id": "1"' 's/id: 1,/id: 9,/'
	log_test "a file that is wrong somewhere changes nothing, and line and word are named"
}

not_made()
{
	put_file 1 "s/address: $(srv_addr 2)/address: $(srv_addr 1)/"
	try levctl_on 1 apply lev9 "$file" node 1
	said 2 "line 15: apply server: the pool has this server already"
	[ ! -e "$(lev_sysfs 1)/lev9" ]
	check_err $? "a cluster was made of a wrong file"
	put_file 1 's/back: back/back: none/; s/back: front, /back: none, /'
	try levctl_on 1 apply lev9 "$file" node 1
	said 2 "line 2: apply cluster: no such device (back none)"
	[ ! -e "$(lev_sysfs 1)/lev9" ]
	check_err $? "a cluster was made without its back"
	chmod 640 "$key"
	try levctl_on 1 apply lev9 "$file" node 1
	said 1 "line 2: apply node: \"key\": \"$key\" has mode 0640"
	chmod 600 "$key"
	log_test "a cluster that cannot be made is not there afterwards"
}

numbers()
{
	local before

	before=$(state)
	put_file 4
	try apply 2
	said 2 'line 1: apply: what is here has a higher number (version 4)'
	put_file 5
	try apply 2
	said 2 'line 1: apply: another content has this number here: give it a higher one (version 5)'
	check_eq "$(state)" "$before" "state"
	put_file 4 "$changes"
	try apply 2
	check_eq "$code" 0 "the content that is there, under an old number: $(<"$LEV_TMP/err")"
	check_eq "$(state)" "$before" "state"
	log_test "another content needs a higher number"
}

saved()
{
	local before

	before=$(state)
	levctl_on 2 save lev0 >"$LEV_TMP/saved"
	check_err $? "save"
	check_eq "$(levctl_on 2 -j apply lev0 - check <"$LEV_TMP/saved")" "[]" "what differs"
	check_eq "$(levctl_on 2 -j save lev0 | levctl_on 2 -j apply lev0 - check)" "[]" \
		"what differs in JSON"
	levctl_on 2 apply lev0 "$LEV_TMP/saved"
	check_err $? "apply"
	check_eq "$(state)" "$before" "state"
	check_eq "$(head -n 2 "$LEV_TMP/saved" | xargs -d '\n')" \
		"version: 5 cluster: {id: 7, period: 0s}" "file"
	grep -qxFe "- {id: 2, weight: 2, host: $(hostname), front: front, back: $LEV_BACK, key: keep}" \
		"$LEV_TMP/saved"
	check_err $? "own node: $(grep 'id: 2' "$LEV_TMP/saved")"
	log_test "what is saved differs in nothing from what is there"
}

# check_left_out VERSION: leveler 3 is silent with its file, the others serve, and all say so
check_left_out()
{
	lev_wait_stat 3 reason config 10000
	check_err $? "leveler 3 is $(lev_stat 3 reason)"
	lib_sleep 2
	check_eq "$(lev_stat 3 owned_lanes) $(lev_stat 1 view) $(lev_stat 2 view)" "0 1-2 1-2" \
		"its lanes, and the views"
	check_eq "$(lev_stat 1 version) $(lev_stat 2 version)" "5 5" "number of the others"
	check_eq "$(levctl_on 1 -j status lev0 |
		jq -c '.[0].nodes[2] | [.state, .reason, .version]')" \
		"[\"silent\",\"config\",$1]" "status on leveler 1"
	levctl_on 1 status lev0 | grep -q "node 3 has another: version $1, digest $(lev_stat 3 digest)"
	check_err $? "text: $(levctl_on 1 status lev0 | grep another)"
	meter_start "left$1" --http $rate --duration 3s
	meter_wait "left$1"
	check_eq "$(meter_get "left$1" .http.failed)" 0 "failed requests"
}

# Leveler 3 with no cluster, as after a boot
forget()
{
	levctl_on 3 cluster del lev0
	lev_wait_stat 1 view 1-2 10000
	check_err $? "leveler 3 is still in the view"
}

rejoin()
{
	put_file 5 "$changes"
	try apply 3
	check_eq "$code" 0 "apply on leveler 3: $(<"$LEV_TMP/err")"
	slowwait 15 agreed 5
	check_err $? "leveler 3 does not come back: $(lev_stat 3 reason), $(each version)"
}

another_content()
{
	forget
	put_file 5 "$changes
		s/weight: 2/weight: 9/"
	apply 3
	check_left_out 5
	rejoin
	log_test "another file under the same number: silent with config, until it has the others'"
}

older()
{
	forget
	put_file 4
	apply 3
	check_left_out 4
	rejoin
	log_test "an older file: silent with config, until it has the others'"
}

keep()
{
	local before

	before=$(state)
	put_file 5 "$changes
		s,key: $key,key: keep,"
	check_eq "$(apply 1 check)" "" "differences with key: keep"
	apply 1
	check_err $? "key: keep"
	check_eq "$(state)" "$before" "state"
	try levctl_on 1 apply lev9 "$file" node 1
	said 1 'line 2: apply node: "key": "keep": there is no such cluster yet'
	head -c 32 /dev/zero >"$LEV_TMP/other.key"
	chmod 600 "$LEV_TMP/other.key"
	put_file 5 "$changes
		s,key: $key,key: $LEV_TMP/other.key,"
	check_eq "$(apply 1 check | tail -n +2 | xargs)" "set cluster - key a key another key" \
		"differences with another key"
	put_file 5 "$changes
		s,\\, key: $key,,"
	check_eq "$(apply 1 check | tail -n +2 | xargs)" "set cluster - key a key none" \
		"differences without a key"
	check_eq "$(state)" "$before" "state"
	log_test "the key is kept, changed or removed as the file says"
}

# largest_file: as much as a cluster may have
largest_file()
{
	local i

	echo "version: 1"
	echo "cluster: {id: 9, front: front, back: $LEV_BACK}"
	echo "nodes:"
	printf '  - {id: %d}\n' {1..64}
	echo "addresses:"
	printf '  - {address: fd00:a::1:%x}\n' {1..64}
	echo "services:"
	for i in {1..256}; do
		echo "  - {address: fd00:b::2:$i, proto: tcp, port: $i, pool: a-pool-$((i % 9))}"
	done
	echo "servers:"
	for i in {1..1024}; do
		echo "  - {address: fd00:b::3:$i, weight: 7, pool: a-pool-$((i % 9)), state: drain}"
	done
}

largest()
{
	largest_file >"$LEV_TMP/largest"
	levctl_on 1 apply lev9 "$LEV_TMP/largest" node 1
	check_err $? "apply"
	check_eq "$(levctl_on 1 -j server show lev9 | jq length)" 1024 "servers"
	check_eq "$(levctl_on 1 -j apply lev9 "$LEV_TMP/largest" node 1 check)" "[]" "differences"
	levctl_on 1 save lev9 | levctl_on 1 -j apply lev9 - check >"$LEV_TMP/out"
	check_eq "$(<"$LEV_TMP/out")" "[]" "differences of what is saved"
	levctl_on 1 cluster del lev9
	log_test "the largest cluster is one file, and one change"
}

require_command jq
head -c 32 /dev/urandom >"$key"
chmod 600 "$key"
lev_topology levelers=3 servers=3 || exit 1
lev_load || skip_all "no module"
start_http_all
tests_run

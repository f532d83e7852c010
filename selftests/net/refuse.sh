#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What the kernel refuses: with which words, which of them is named, and that nothing has changed.
# Wrong words that levctl itself refuses are in selftests/levctl.
# needs: module
# timeout: 150

ALL_TESTS="words ranges_in_kernel limits unprivileged user_namespace key_secret"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/bed.sh
. "$(dirname "$0")/bed.sh"

# All that an admin can change, as levctl shows it. There is no traffic, so nothing else changes.
state()
{
	ctl -j -b - <<-TEXT
		cluster show
		node show lev0
		address show lev0
		service show lev0
		server show lev0
	TEXT
	echo "$(<"$bed_sysfs/lev0/leveler/version") $(<"$bed_sysfs/lev0/leveler/digest")"
}

check_unchanged()
{
	check_eq "$(state)" "$before" "state after $1"
}

# refused SAYS WORD WORD...: "levctl WORD..." must end with 2, and say SAYS and the wrong WORD
refused()
{
	local says=$1 word=$2 status said
	shift 2

	said=$(ctl "$@" 2>&1 >"$LEV_TMP/out")
	status=$?
	check_eq $status 2 "status of $*: $said"
	[ ! -s "$LEV_TMP/out" ]
	check_err $? "output of $*"
	[[ $said = *"$says"*"($word)" && $said != *$'\n'* ]]
	check_err $? "$*: not one line with '$says' and '($word)': $said"
	check_unchanged "$*"
}

words()
{
	refused "there already" "device lev0" cluster add lev0 id 8 node 1 front front back back
	refused "no such device" "front none" cluster add lev9 id 8 node 1 front none back back
	refused "no such device" "back none" cluster add lev9 id 8 node 1 front front back none
	refused "not an Ethernet device" "front lo" cluster add lev9 id 8 node 1 front lo back back
	refused "not an Ethernet device" "back lev0" cluster set lev0 back lev0
	refused "no such device" "front none" cluster set lev0 lanes 8 front none
	refused "no such device" "device lev9" cluster del lev9
	refused "no such device" "device lev9" node add lev9 2
	refused "no cluster" "device front" status front
	refused "no such device" "device lev9" stats lev9
	refused "already" "id 2" node add lev0 2
	refused "already" "id 1" node add lev0 1
	refused "no such node" "id 3" node set lev0 3 weight 2
	refused "no such node" "id 3" node del lev0 3
	refused "cannot remove itself" "id 1" node del lev0 1
	refused "on that node itself" "state drain" node set lev0 2 weight 9 state drain
	refused "on that node itself" "watch 5s" node set lev0 2 weight 9 watch 5s
	refused "already" "address $LEV_IP" address add lev0 $LEV_IP
	refused "has the address already" "address 10.0.0.101" address add lev0 10.0.0.101
	refused "no such address" "address 10.0.0.9" address del lev0 10.0.0.9
	refused "link-local" "address fe80::200" address add lev0 fe80::200
	refused "unicast" "address ff02::1" address add lev0 ff02::1
	refused "unicast" "address ::" address add lev0 ::
	refused "has 4 bytes" "address ::ffff:10.0.0.9" address add lev0 ::ffff:10.0.0.9
	ip -n "$node" address add fd00:a::101/64 dev front nodad
	refused "has the address already" "address fd00:a::101" address add lev0 fd00:a::101
	refused "unicast" "address 224.0.0.1" address add lev0 224.0.0.1
	refused "of a server" "address 10.0.1.101" address add lev0 10.0.1.101
	refused "already" "address $SERV_IP" service add lev0 $SERV_IP proto tcp port 80
	refused "no such service" "address $SERV_IP" service set lev0 $SERV_IP hash source
	refused "no such service" "address $SERV_IP" service del lev0 $SERV_IP proto tcp port 81
	refused "unicast" "address ff02::1" service add lev0 ff02::1
	refused "already" "address 10.0.1.101" server add lev0 10.0.1.101 weight 9
	refused "no such server" "address 10.0.1.101" server del lev0 10.0.1.101 pool web
	refused "no such server" "address 10.0.1.9" server set lev0 10.0.1.9 weight 2
	refused "address of the cluster" "address $LEV_IP" server add lev0 $LEV_IP
	refused "unicast" "address 127.0.0.1" server add lev0 127.0.0.1
	refused "unicast" "address ::1" server add lev0 ::1
	refused "no such device" "device lev9" explain lev9 src 10.0.0.1 dst $LEV_IP
	refused "which protocol" "proto is not given" explain lev0 src 10.0.0.1 dst $SERV_IP
	log_test "refusals name the wrong word, end with 2, change nothing"
}

# What no levctl sends: answer, then request.
ranges_in_kernel()
{
	local cluster="CLUSTER ID=u32:7 SELF=u32:1 FRONT=str:front BACK=str:back"

	cat >"$LEV_TMP/cases" <<-TEXT
		ERANGE lanes must be 1 to 256 (6) = CLUSTER_SET lev0 CLUSTER LANES=u32:0
		ERANGE lanes must be 1 to 256 (6) = CLUSTER_SET lev0 CLUSTER LANES=u32:257
		ERANGE heartbeat must be 5 ms to 10 s (8) = CLUSTER_SET lev0 CLUSTER HEARTBEAT=u32:4
		ERANGE heartbeat must be 5 ms to 10 s (8) = CLUSTER_SET lev0 CLUSTER HEARTBEAT=u32:10001
		ERANGE dead must be 2 to 10 (9) = CLUSTER_SET lev0 CLUSTER DEAD=u32:1
		ERANGE dead must be 2 to 10 (9) = CLUSTER_SET lev0 CLUSTER DEAD=u32:4294967295
		ERANGE period must be 0 or 100 ms to 1 hour (7) = CLUSTER_SET lev0 CLUSTER PERIOD=u32:99
		ERANGE period must be 0 or 100 ms to 1 hour (7) = CLUSTER_SET lev0 CLUSTER PERIOD=u32:3600001
		ERANGE failback must be at most 1 day, or never (10) = CLUSTER_SET lev0 CLUSTER FAILBACK=u32:86400001
		ERANGE flows must be 1024 to 16777216 (13) = CLUSTER_SET lev0 CLUSTER FLOWS=u32:1023
		ERANGE flows must be 1024 to 16777216 (13) = CLUSTER_SET lev0 CLUSTER FLOWS=u32:16777217
		ERANGE memory must be 10 s to 1 day (14) = CLUSTER_SET lev0 CLUSTER MEMORY=u32:9999
		ERANGE refresh must be 0 or 1 s to 1 hour (15) = CLUSTER_SET lev0 CLUSTER REFRESH=u32:999
		ERANGE refresh must be 0 or 1 s to 1 hour (15) = CLUSTER_SET lev0 CLUSTER REFRESH=u32:3600001
		ERANGE pace must be 1 to 100000 (16) = CLUSTER_SET lev0 CLUSTER PACE=u32:0
		ERANGE pace must be 1 to 100000 (16) = CLUSTER_SET lev0 CLUSTER PACE=u32:100001
		ERANGE a cluster's id must be 1 to 65535 (1) = CLUSTER_SET lev0 CLUSTER ID=u32:0
		ERANGE a cluster's id must be 1 to 65535 (1) = CLUSTER_SET lev0 CLUSTER ID=u32:65536
		ERANGE a node's id must be 1 to 64 (2) = CLUSTER_SET lev0 CLUSTER SELF=u32:65
		ERANGE watch must be 0 or 500 ms to 1 hour (5) = NODE_SET lev0 NODE ID=u32:1 WATCH=u32:499
		ERANGE watch must be 0 or 500 ms to 1 hour (5) = NODE_SET lev0 NODE ID=u32:1 WATCH=u32:3600001
		ERANGE mac must be virtual or physical (5) = CLUSTER_SET lev0 CLUSTER MAC=u32:2
		ERANGE a key has 16 to 64 bytes (11) = CLUSTER_SET lev0 CLUSTER KEY=hex:000102030405060708090a0b0c0d0e
		EINVAL a cluster needs id, node, front and back = CLUSTER_ADD lev9 CLUSTER ID=u32:1
		EINVAL not a name for a device = CLUSTER_ADD a/b CLUSTER ID=u32:1 SELF=u32:1 FRONT=str:front BACK=str:back
		EINVAL which cluster? its device is missing = CLUSTER_SET - CLUSTER LANES=u32:8
		EINVAL which cluster? its device is missing = STATUS_GET -
		EINVAL what to change is missing = NODE_ADD lev0
		EINVAL the address is missing = SERVER_ADD lev0 SERVER WEIGHT=u32:1
		ERANGE a node's id must be 1 to 64 = NODE_ADD lev0 NODE WEIGHT=u32:1
		ERANGE a node's id must be 1 to 64 (1) = NODE_ADD lev0 NODE ID=u32:65
		ERANGE weight must be 0 to 1000 (2) = NODE_ADD lev0 NODE ID=u32:4 WEIGHT=u32:1001
		ERANGE priority must be 0 to 255 (3) = NODE_ADD lev0 NODE ID=u32:4 PRIORITY=u32:256
		ERANGE state must be active or drain (4) = NODE_SET lev0 NODE ID=u32:1 ADMIN=u32:2
		ERANGE side must be front or back (2) = ADDRESS_ADD lev0 ADDRESS ADDR=hex:0a0000ca SIDE=u32:2
		EAFNOSUPPORT an address has 4 or 16 bytes (1) = ADDRESS_ADD lev0 ADDRESS ADDR=hex:0a0000
		EINVAL not a unicast address (1) = ADDRESS_ADD lev0 ADDRESS ADDR=hex:ffffffff
		ERANGE protocol must be 0 to 255 (2) = SERVICE_ADD lev0 SERVICE ADDR=hex:0a0001ca PROTO=u32:256
		ERANGE port must be 0 to 65535 (3) = SERVICE_ADD lev0 SERVICE ADDR=hex:0a0001ca PROTO=u32:6 PORT=u32:65536
		EINVAL this protocol has no ports (3) = SERVICE_ADD lev0 SERVICE ADDR=hex:0a0001ca PORT=u32:80
		ERANGE hash must be flow or source (4) = SERVICE_ADD lev0 SERVICE ADDR=hex:0a0001ca HASH=u32:2
		EINVAL a pool's name is of letters, digits, - _ and . (5) = SERVICE_ADD lev0 SERVICE ADDR=hex:0a0001ca POOL=str:a/b
		EINVAL a pool's name is of letters, digits, - _ and . (2) = SERVER_ADD lev0 SERVER ADDR=hex:0a0001ca POOL=str:
		ERANGE weight must be 0 to 1000 (3) = SERVER_ADD lev0 SERVER ADDR=hex:0a0001ca WEIGHT=u32:1001
		ERANGE state must be active or drain (4) = SERVER_ADD lev0 SERVER ADDR=hex:0a0001ca ADMIN=u32:2
		ERANGE health must be up or down (12) = SERVER_SET lev0 SERVER ADDR=hex:0a000165 HEALTH=u32:2
		ERANGE percent must be 5 to 100 in steps of 5 (13) = SERVER_SET lev0 SERVER ADDR=hex:0a000165 PERCENT=u32:0
		ERANGE percent must be 5 to 100 in steps of 5 (13) = SERVER_SET lev0 SERVER ADDR=hex:0a000165 PERCENT=u32:52
		ERANGE percent must be 5 to 100 in steps of 5 (13) = SERVER_SET lev0 SERVER ADDR=hex:0a000165 PERCENT=u32:105
		ENOTSUP percent is set of a server that is there (13) = SERVER_ADD lev0 SERVER ADDR=hex:0a0001ca PERCENT=u32:50
		ENOTSUP health is set of a server that is there (12) = SERVER_ADD lev0 SERVER ADDR=hex:0a0001ca HEALTH=u32:1
		ENOTSUP health is set of a server that is there (12) = SERVER_DEL lev0 SERVER ADDR=hex:0a000165 HEALTH=u32:0
		EINVAL which cluster? its device is missing = EXPLAIN - EXPLAIN SRC=hex:0a000001 DST=hex:0a000002
		EINVAL what to explain is missing = EXPLAIN lev0
		EINVAL the source address is missing = EXPLAIN lev0 EXPLAIN DST=hex:0a000002
		EINVAL the destination address is missing = EXPLAIN lev0 EXPLAIN SRC=hex:0a000001
		EAFNOSUPPORT an address has 4 or 16 bytes (1) = EXPLAIN lev0 EXPLAIN SRC=hex:0a0000 DST=hex:0a000002
		EAFNOSUPPORT source and destination are of two families (2) = EXPLAIN lev0 EXPLAIN SRC=hex:0a000001 DST=hex:fd000000000000000000000000000001
		ERANGE protocol must be 1 to 255 (3) = EXPLAIN lev0 EXPLAIN SRC=hex:0a000001 DST=hex:0a000002 PROTO=u32:0
		ERANGE protocol must be 1 to 255 (3) = EXPLAIN lev0 EXPLAIN SRC=hex:0a000001 DST=hex:0a000002 PROTO=u32:256
		EINVAL a port needs a protocol that has ports (4) = EXPLAIN lev0 EXPLAIN SRC=hex:0a000001 DST=hex:0a000002 SPORT=u32:7
		EINVAL a port needs a protocol that has ports (5) = EXPLAIN lev0 EXPLAIN SRC=hex:0a000001 DST=hex:0a000002 PROTO=u32:1 DPORT=u32:7
		EINVAL this protocol has ports: both are needed = EXPLAIN lev0 EXPLAIN SRC=hex:0a000001 DST=hex:0a000002 PROTO=u32:6 SPORT=u32:7
		ERANGE port must be 0 to 65535 (4) = EXPLAIN lev0 EXPLAIN SRC=hex:0a000001 DST=hex:0a000002 PROTO=u32:6 SPORT=u32:65536 DPORT=u32:7
		EINVAL what to change is missing = CONFIG_SET lev0
		ERANGE a config has a number from 1 on (1) = CONFIG_SET lev0 CONFIG VERSION=u32:0
		EINVAL what to change is missing = CONFIG_SET lev0 CONFIG VERSION=u32:99
		EINVAL a cluster needs id, node, front and back = CONFIG_SET lev0 CONFIG VERSION=u32:99 CLUSTER ID=u32:7 SELF=u32:1 FRONT=str:front
		ERANGE lanes must be 1 to 256 (6) = CONFIG_SET lev0 CONFIG VERSION=u32:99 $cluster LANES=u32:0
		ENOENT this node is not among the nodes (2) = CONFIG_SET lev0 CONFIG VERSION=u32:99 $cluster NODE ID=u32:2
		EINVAL what a node is asked for is no part of the config (4) = CONFIG_SET lev0 CONFIG VERSION=u32:99 $cluster NODE ID=u32:1 ADMIN=u32:1
		EEXIST the cluster has this node already (1) = CONFIG_SET lev0 CONFIG VERSION=u32:99 $cluster NODE ID=u32:1 NODE ID=u32:1
		EINVAL the address is missing (6) = CONFIG_SET lev0 CONFIG VERSION=u32:99 $cluster NODE ID=u32:1 SERVICE PORT=u32:7
		ESTALE another content has this number here: give it a higher one (1) = CONFIG_SET lev0 CONFIG VERSION=u32:$(<"$bed_sysfs/lev0/leveler/version") $cluster NODE ID=u32:1
		ESTALE what is here has a higher number (1) = CONFIG_SET lev0 CONFIG VERSION=u32:1 $cluster NODE ID=u32:1
		ENODEV no such device (4) = CONFIG_SET lev0 CONFIG VERSION=u32:99 ${cluster/str:back/str:none} NODE ID=u32:1
		ENODEV no such device (4) = CONFIG_SET lev9 CONFIG VERSION=u32:99 ${cluster/str:back/str:none} NODE ID=u32:1
		ENOTSUP this device is no cluster (2) = CONFIG_SET front CONFIG VERSION=u32:99 $cluster NODE ID=u32:1
		EINVAL there is a service at the destination: which protocol? = EXPLAIN lev0 EXPLAIN SRC=hex:0a000001 DST=hex:0a0001c8
	TEXT
	sed 's/.* = //' "$LEV_TMP/cases" | in_ns "$node" /usr/bin/python3 "$net_dir/genl.py" >"$LEV_TMP/answers"
	check_err $? "genl.py"
	check_eq "$(paste -d= "$LEV_TMP/answers" <(sed 's/.* = //' "$LEV_TMP/cases") |
		diff - <(sed 's/ = /=/' "$LEV_TMP/cases") | grep '^[<>]')" "" "answers"
	check_unchanged "requests out of range"
	# The policy's own words are the kernel's, and differ between kernels.
	check_eq "$(in_ns "$node" /usr/bin/python3 "$net_dir/genl.py" <<-TEXT | cut -d' ' -f1 | xargs
		CLUSTER_SET lev0 CLUSTER LANES=u8:8
		CLUSTER_SET lev0 CLUSTER 99=u32:8
		CLUSTER_SET lev0 CLUSTER FRONT=str:a-name-too-long-to-be-true
		CLUSTER_SET lev0 CLUSTER KEY=hex:$(printf '%0130d' 0)
		SERVER_ADD lev0 SERVER ADDR=hex:$(printf '%034d' 1)
	TEXT
	)" "EINVAL EINVAL EINVAL ERANGE ERANGE" "policy"
	check_unchanged "what the policy refuses"
	log_test "the kernel checks each number itself, and says which attribute is wrong"
}

limits()
{
	local i at

	# As many as fit, then one more. The batch ends at that one.
	for ((i = 0; i < 257; i++)); do
		echo "service add lev0 10.9.$((i / 250)).$((i % 250 + 1))"
	done >"$LEV_TMP/batch"
	ctl -b "$LEV_TMP/batch" 2>"$LEV_TMP/err"
	check_eq $? 2 "services"
	at="line 256: service add: the cluster has 256 services already (address 10.9.1.6)"
	grep -qF "$at" "$LEV_TMP/err"
	check_err $? "said: $(cat "$LEV_TMP/err"), not $at"
	check_eq "$(ctl -j service show lev0 | jq length)" 256 "services"
	sed -i 's/add/del/; 256,$d' "$LEV_TMP/batch"
	ctl -b "$LEV_TMP/batch"
	check_err $? "del of all"
	for ((i = 3; i <= 64; i++)); do
		echo "node add lev0 $i"
	done >"$LEV_TMP/batch"
	ctl -b "$LEV_TMP/batch"
	check_err $? "64 nodes"
	check_eq "$(ctl -j status lev0 | jq '.[0].nodes | length')" 64 "nodes of status"
	sed -i 's/add/del/' "$LEV_TMP/batch"
	ctl -b "$LEV_TMP/batch"
	check_eq "$(state | sed '$d')" "$(sed '$d' <<<"$before")" "state after adding and removing"
	before=$(state)
	log_test "256 services and 64 nodes fit; one more is refused, all shown"
}

nobody()
{
	in_ns "$node" setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all "$@"
}

unprivileged()
{
	cp "$LEVCTL" "$LEV_TMP/levctl"
	chmod 755 "$LEV_TMP" "$LEV_TMP/levctl"
	check_eq "$(nobody "$LEV_TMP/levctl" -j node show lev0 | jq length)" 2 "nodes seen by all"
	nobody "$LEV_TMP/levctl" status lev0 >/dev/null
	check_err $? "status is not for all"
	for line in "cluster set lev0 lanes 8" "cluster del lev0" "node set lev0 1 state drain" \
		"explain lev0 src 10.0.0.1 dst $LEV_IP" \
		"address del lev0 $LEV_IP" "server del lev0 10.0.1.101" \
		"cluster add lev9 id 8 node 1 front front back back"; do
		# shellcheck disable=SC2086 # words
		nobody "$LEV_TMP/levctl" $line 2>"$LEV_TMP/err"
		check_eq $? 2 "status of $line"
		grep -q 'CAP_NET_ADMIN: be root' "$LEV_TMP/err"
		check_err $? "said: $(cat "$LEV_TMP/err")"
	done
	check_unchanged "an unprivileged user's tries"
	log_test "an unprivileged user may look and change nothing"
}

# root of a user namespace of its own has no say in a network namespace that is not its own.
user_namespace()
{
	if ! unshare -Urn true 2>/dev/null; then
		skip_test "no user namespaces here"
		log_test "user namespaces"
		return
	fi
	in_ns "$node" unshare -Ur "$LEVCTL" cluster set lev0 lanes 8 2>"$LEV_TMP/err"
	check_eq $? 2 "status"
	check_unchanged "a foreign root's try"
	# shellcheck disable=SC2016 # for the shell within
	unshare -Urn sh -c '
		ip link add front type veth peer name p0 && ip link add back type veth peer name p1 &&
		"$1" cluster add lev0 id 7 node 1 front front back back &&
		"$1" address add lev0 10.0.0.200 && "$1" cluster del lev0' sh "$LEVCTL"
	check_err $? "refused in a namespace of its own"
	log_test "root of a user namespace: yes in its own network namespace, no in another"
}

key_secret()
{
	head -c 32 /dev/urandom >"$LEV_TMP/key"
	chmod 600 "$LEV_TMP/key"
	ctl cluster set lev0 key "$LEV_TMP/key" oldkey none
	check_err $? "cluster set key"
	check_eq "$(ctl -j cluster show lev0 | jq '.[0].key')" true "key"
	ctl status lev0 | grep -q unauthenticated
	check_fail $? "status says unauthenticated"
	chmod 640 "$LEV_TMP/key"
	ctl cluster set lev0 key "$LEV_TMP/key" 2>"$LEV_TMP/err"
	check_eq $? 1 "status with a key file that others may read"
	grep -q '0640' "$LEV_TMP/err"
	check_err $? "said: $(cat "$LEV_TMP/err")"
	ctl cluster set lev0 key none
	check_err $? "key none"
	ctl status lev0 | grep -q unauthenticated
	check_err $? "status does not say unauthenticated"
	log_test "the key comes from a file of mode 0600, and status says if there is none"
}

require_command jq
require_command setpriv
bed_setup || skip_all "no module"
ctl -b - <<TEXT
	cluster add lev0 id 7 node 1 front front back back
	node add lev0 2
	address add lev0 $LEV_IP
	service add lev0 $SERV_IP proto tcp port 80
	server add lev0 10.0.1.101
TEXT
bed_wait active || exit 1
before=$(state)
tests_run

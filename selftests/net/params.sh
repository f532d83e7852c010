#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Module parameters: a first cluster at load, in the loader's namespace; wrong ones are refused with
# a word in the kernel's log.
# needs: module
# timeout: 150

ALL_TESTS="first_cluster one_arm refused plain"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/bed.sh
. "$(dirname "$0")/bed.sh"

# load PARAMETER=VALUE...: in the node's namespace
load()
{
	in_ns "$node" insmod "$LEV_MODULE" "$@" 2>"$LEV_TMP/insmod"
}

first_cluster()
{
	load front=front back=back id=7 node=1 nodes=1,2 levip=10.0.0.200,10.0.0.201 \
		servip=$SERV_IP servers=10.0.1.101,10.0.1.102
	check_err $? "insmod: $(cat "$LEV_TMP/insmod")"
	check_eq "$("$LEVCTL" -j cluster show)" "[]" "clusters of another namespace"
	check_eq "$(ctl -j -b - <<-TEXT | jq -sc '[.[0][0].id, .[0][0].node, .[0][0].front,
			.[0][0].back] + (.[1:] | map(map(.address // .id)))'
		cluster show
		node show lev0
		address show lev0
		service show lev0
		server show lev0
	TEXT
	)" '[7,1,"front","back",[1,2],["10.0.0.200","10.0.0.201"],["10.0.1.200"],["10.0.1.101","10.0.1.102"]]' \
		"the cluster"
	bed_wait active
	check_err $? "not active but $(cat "$bed_sysfs/lev0/leveler/reason")"
	busywait 10000 in_ns "$outside" ping -q -c 1 -W 1 $SERV_IP >/dev/null
	check_err $? "no answer from the server"
	[ "$(<"$bed_sysfs/lev0/leveler/packets_forwarded")" -gt 0 ]
	check_err $? "nothing forwarded"
	check_eq "$(ip -n "$node" -o -4 address show dev lev0 | awk '{ print $4 }' | xargs)" \
		"10.0.0.200/32 10.0.0.201/32" "addresses on lev0"
	check_eq "$(</sys/module/leveler/parameters/levip)" "10.0.0.200,10.0.0.201" "parameter"
	ctl server del lev0 10.0.1.102
	check_err $? "levctl cannot change it"
	rmmod leveler
	check_err $? "rmmod"
	[ ! -e "$bed_sysfs/lev0" ]
	check_err $? "lev0 is left"
	log_test "parameters make a working cluster in the loader's namespace; rmmod cleans up"
}

one_arm()
{
	load front=front id=65535 node=64 nodes=1
	check_err $? "insmod: $(cat "$LEV_TMP/insmod")"
	check_eq "$(ctl -j cluster show | jq -c '.[0] | [.id, .node, .front, .back]')" \
		'[65535,64,"front","front"]' "cluster"
	check_eq "$(ctl -j node show lev0 | jq -c 'map(.id)')" '[1,64]' "nodes"
	rmmod leveler
	check_err $? "rmmod"
	log_test "back is front if not said; this node is one of the nodes"
}

said()
{
	dmesg | tail -n 5 | grep -qF -- "$1"
}

# refuse SAYS PARAMETER=VALUE...
refuse()
{
	local says=$1
	shift

	load "$@"
	check_fail $? "loaded with $*"
	said "$says"
	check_err $? "$*: the log does not say: $says, but $(dmesg | tail -n 2)"
	[ ! -e /sys/module/leveler ] && [ ! -e "$bed_sysfs/lev0" ]
	check_err $? "$*: something is left"
	lev_unload
}

refused()
{
	local good="front=front back=back id=7 node=1"

	ip -n "$node" link add front-of-fiftee type veth peer name other
	refuse "leveler: front is missing" back=back id=7 node=1
	refuse "leveler: front is missing" levip=10.0.0.200
	refuse "leveler: front: \"front-of-fiftee-and-more\": not a device's name" \
		front=front-of-fiftee-and-more back=back id=7 node=1
	refuse "leveler: back: \"\": not a device's name" front=front back= id=7 node=1
	refuse "leveler: id must be 1 to 65535" front=front node=1
	refuse "leveler: id must be 1 to 65535" front=front id=65536 node=1
	refuse "\`seven' invalid for parameter \`id'" front=front id=seven node=1
	refuse "leveler: node must be 1 to 64" front=front id=7
	refuse "leveler: node must be 1 to 64" front=front id=7 node=65
	# shellcheck disable=SC2086 # several words
	{
		refuse "leveler: nodes: \"x\": not a number" $good nodes=1,x
		refuse "leveler: nodes: \"65\": a node's id must be 1 to 64" $good nodes=1,65
		refuse "leveler: nodes: \"2\": the cluster has this node already" $good nodes=2,2
		refuse "leveler: levip: \"10.0.0.300\": not an address" $good levip=10.0.0.300
		refuse "leveler: levip: \"10.0.0.200/24\": not an address" $good \
			levip=10.0.0.200/24
		refuse "leveler: levip: \"fe80::1\": a link-local address belongs to one device: it \
cannot be shared" $good levip=fe80::1
		refuse "leveler: levip: \"224.0.0.1\": not a unicast address" $good levip=224.0.0.1
		refuse "leveler: levip: \"\": not an address" $good levip=10.0.0.200,
		refuse "leveler: servip: \"x\": not an address" $good servip=x
		refuse "leveler: servers: \"10.0.0.200\": this is an address of the cluster" $good \
			levip=10.0.0.200 servers=10.0.1.101,10.0.0.200
	}
	refuse "leveler: no cluster on front none, back back: error -19" front=none back=back id=7 \
		node=1
	refuse "leveler: no cluster on front lo, back lo: error -22" front=lo id=7 node=1
	ip -n "$node" link del front-of-fiftee
	log_test "wrong parameters: not loaded, and the log says which one"
}

plain()
{
	load
	check_err $? "insmod without parameters"
	check_eq "$(ctl -j cluster show)" "[]" "clusters"
	rmmod leveler
	check_err $? "rmmod"
	log_test "no parameters, no cluster"
}

require_command jq
bed_setup || skip_all "no module"
lev_unload
tests_run

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Allocations of the control path fail, one at a time: what is refused says so and has changed
# nothing, what was to be done later is done later, and the cluster serves. Each LEV_EACH-th (30)
# from a random one on, that LEV_SEED repeats; LEV_EACH=1 and a LEV_TIMEOUT: all. LEV_ONLY names
# operations. For kernels that can fail allocations, such as that of scripts/uml.
# needs: module
# timeout: 600
# time-travel: only
# allocations: fail

ALL_TESTS="module begin alone together switch servers_change taught namespace packets"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/flows.sh
. "$(dirname "$0")/flows.sh"

debugfs=/sys/kernel/debug
export LEV_EACH=${LEV_EACH:-30} LEV_SEED=${LEV_SEED:-$((RANDOM << 15 | RANDOM))}

# faults FILE VALUE: of slabs and of pages
faults()
{
	local of

	for of in failslab fail_page_alloc; do
		echo "$2" >"$debugfs/$of/$1"
	done
}

# in_turn WORD...: fail_nth.py on leveler 1; a result for each operation
in_turn()
{
	local line lines=0

	in_ns "$lev1" /usr/bin/python3 "$net_dir/fail_nth.py" "$@" >"$LEV_TMP/nth"
	check_err $? "fail_nth.py $1 ended with an error"
	while IFS= read -r line; do
		lines=$((lines + 1))
		[ "${line%%ok *}" = "" ]
		check_err $? "${line#*: }"
		line=${line#*ok }
		log_test "$nth_where${line%%: *}" "$([ $RET -ne 0 ] || echo "${line#*: }")"
	done <"$LEV_TMP/nth"
	[ $lines -eq 0 ] && [ -z "${LEV_ONLY:-}" ] || return 0
	check_err 1 "no operation was tried"
	log_test "fail_nth.py $1"
}

view_is()
{
	[ "$(lev_stat 1 view)" = "$1" ] && [ "$(lev_stat 2 view)" = "$1" ]
}

request()
{
	get -m 2 "http://$SERV_IP/" && get -m 2 "http://[$SERV_IP6]/"
}

# served WHEN: both levelers are in the game, and an ordinary client gets through
served()
{
	busywait 20000 view_is 1-2 && slowwait 30 in_force && busywait 20000 request >/dev/null 2>&1
	check_err $? "nobody serves $1: $(lev_stat 1 reason), $(lev_stat 2 reason)"
}

module()
{
	strip --strip-debug -o "$LEV_TMP/leveler.ko" "$LEV_MODULE"
	nth_where=
	in_turn module "$LEV_TMP/leveler.ko" front=front back=back id=7 node=1 nodes=1,2 \
		levip=$LEV_IP,$LEV_IP6 servip=$SERV_IP,$SERV_IP6 servers=10.0.1.101,10.0.1.102
}

begin()
{
	lev_load && lev_setup_all && start_http_all
	check_err $? "no cluster"
	ip -n "$lev1" link add spare up type dummy
	on_all "$(printf '%s\n' "service add lev0 $SERV_IP6" "address add lev0 $LEV_IP6" \
		"node add lev0 3")"
	served "at the begin"
	log_test "two levelers serve" "LEV_SEED=$LEV_SEED LEV_EACH=$LEV_EACH"
}

alone()
{
	ip -n "$lev2" link set lev0 down
	lev_wait_stat 1 view 1 5000 && lev_wait_state 1 active 15000
	check_err $? "leveler 1 does not serve alone"
	nth_where="alone: "
	in_turn alone
	ip -n "$lev2" link set lev0 up
	served "afterwards"
	log_test "the cluster serves"
}

together()
{
	nth_where="waiting for others: "
	in_turn together
	served "afterwards"
	log_test "the cluster serves"
}

### Work that is done later, in any of the kernel's workers

armed=()

# workers_arm N: the Nth allocation of each worker from now on fails
workers_arm()
{
	local task comm

	armed=()
	for task in /proc/[0-9]*; do
		read -r comm <"$task/comm" || continue
		[[ $comm = kworker/* ]] || continue
		echo "$1" >"$task/fail-nth" && armed+=("$task")
	done 2>/dev/null
}

# workers_disarm: hits is how many have failed
workers_disarm()
{
	local task left

	hits=0
	for task in "${armed[@]}"; do
		read -r left <"$task/fail-nth" || continue
		[ "$left" != 0 ] || hits=$((hits + 1))
		echo 0 >"$task/fail-nth"
	done 2>/dev/null
}

# each_nth NAME COMMAND... TRY: COMMAND does it and waits for its end. Workers have other things to
# do, too, so a few times without a failed allocation are the end.
each_nth()
{
	local name=$1 n first failed=0 quiet=0 tries=0
	shift

	if [[ -n ${LEV_ONLY:-} && $name != *$LEV_ONLY* ]]; then
		return
	fi
	first=$((LEV_SEED % (LEV_EACH < 10 ? LEV_EACH : 10) + 1))
	for ((n = first; n < 400 && quiet < 3 && RET == 0; n += LEV_EACH)); do
		workers_arm $n
		"$@" $((++tries))
		check_err $? "with allocation $n of the workers failed"
		workers_disarm
		failed=$((failed + hits))
		quiet=$((hits ? 0 : quiet + 1))
	done
	[ $failed -gt 0 ]
	check_err $? "no allocation failed"
	served "afterwards"
	log_test "$name" "$failed allocations failed"
}

digests_are()
{
	local digest file

	for file in "$@"; do
		read -r digest <"$file"
		[ "$digest" != "$was" ] && [ "${first:=$digest}" = "$digest" ] || return
	done
}

switched()
{
	local first=

	digests_are "$(lev_sysfs 1)/lev0/leveler/digest" "$(lev_sysfs 2)/lev0/leveler/digest"
}

switch_over()
{
	local i lines="server add lev0 10.0.1.103"  # and off again, the next time

	[ $(($1 % 2)) -eq 1 ] || lines="server del lev0 10.0.1.103"
	was=$(lev_stat 1 digest)
	for i in 1 2; do
		levctl_on $i -b - <<<"$lines" || return
	done
	busywait 20000 switched >/dev/null
}

switch()
{
	each_nth "a config comes into force" switch_over
	levctl_on 1 -j server show lev0 | grep -qF 10.0.1.103 || return 0
	on_all "server del lev0 10.0.1.103"
}

up_is()
{
	[ "$(levctl_on 1 -j server show lev0 | jq -c 'map(select(.address == "10.0.1.102").up)')" = "[$1]" ]
}

server_goes_or_comes()
{
	if [ $(($1 % 2)) -eq 1 ]; then
		srv_cut 2
		slowwait 20 up_is false
	else
		srv_heal 2
		slowwait 20 up_is true
	fi
}

servers_change()
{
	each_nth "a server goes and comes" server_goes_or_comes
	srv_heal 2
	slowwait 20 up_is true
}

remembered()
{
	levctl_on "$1" -j service show lev0 | jq -c 'map(.entries_remembered)'
}

rejoins()
{
	ip -n "$lev2" link set lev0 down && ip -n "$lev2" link set lev0 up &&
		lev_wait_state 2 active 20000
}

taught()
{
	on_all "server set lev0 10.0.1.101 weight 5"
	[[ $(remembered 1) != *null* ]]
	check_err $? "leveler 1 remembers nothing"
	each_nth "a node that joins is taught" rejoins
	rejoins
	check_eq "$(remembered 2)" "$(remembered 1)" "what leveler 2 remembers"
	log_test "and in the end it knows what the other does" "$(remembered 2)"
}

gone()
{
	! ip link show dev "$1" >/dev/null 2>&1
}

namespace_dies()
{
	ip netns add no-memory-$$ &&
		ip link add no-memory up type veth peer name front netns no-memory-$$ &&
		ip -n no-memory-$$ link set front up || return
	in_ns no-memory-$$ "$LEVCTL" -b - <<-TEXT || return
		cluster add lev0 id 9 node 1 front front back front
		address add lev0 10.9.0.1
		address add lev0 fd00:9::1
		service add lev0 10.9.0.2
		server add lev0 10.9.0.3
	TEXT
	ip netns del no-memory-$$
	busywait 20000 gone no-memory
}

namespace()
{
	each_nth "a namespace goes, with a cluster in it" namespace_dies
}

# Each tenth of those that cannot wait, as in all that packets and timers do.
packets()
{
	local i before after

	before=$(lev_stat 1 packets_forwarded)
	faults ignore-gfp-wait Y
	faults times -1
	faults probability 10
	for ((i = 0; i < 50; i++)); do
		in_ns "$client" ping -q -c 20 -i 0.01 -W 1 "$(by_family $SERV_IP $SERV_IP6)" >/dev/null
		[ $((i % 10)) -ne 9 ] || send_by $((i / 10 % 2 + 1))
	done
	faults probability 0
	after=$(lev_stat 1 packets_forwarded)
	faults ignore-gfp-wait N
	[ "$after" -gt "$before" ]
	check_err $? "nothing was forwarded meanwhile"
	served "afterwards"
	log_test "each tenth allocation of packets and timers fails" "$((after - before)) forwarded"
}

require_command nginx
require_command jq
require_command python3
require_command strip
for fault in /proc/self/fail-nth $debugfs/failslab $debugfs/fail_page_alloc; do
	[ -e $fault ] || skip_all "this kernel cannot fail allocations: CONFIG_FAILSLAB, CONFIG_FAIL_PAGE_ALLOC"
done
faults probability 0
faults verbose 0
faults ignore-gfp-wait N
echo N >$debugfs/fail_page_alloc/ignore-gfp-highmem
echo 0 >$debugfs/fail_page_alloc/min-order
lev_topology levelers=2 servers=2
tests_run

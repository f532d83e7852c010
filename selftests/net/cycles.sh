#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Thousands of changes under traffic: clusters come and go, and so do nodes, addresses, services and
# servers. Memory stays where it was. LEV_CYCLES says how many clusters (500), LEV_ROUNDS how many
# rounds of eight changes to one.
# needs: module
# timeout: 300

ALL_TESTS="clusters changes memory"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/bed.sh
. "$(dirname "$0")/bed.sh"

cycles=${LEV_CYCLES:-500}
rounds=250
# The kernel's own checks make each change some ten times slower.
[ "${LEV_GUEST:-}" != uml ] || rounds=40
rounds=${LEV_ROUNDS:-$rounds}

# A client that never stops asking; each ping ends by itself.
traffic_start()
{
	# shellcheck disable=SC2016 # for the shell within
	start_in_ns "$outside" bash -c 'exec {never}<> <(:)
		while true; do
			ping -q -i 0.01 -c 500 -w 5 "$1" >/dev/null 2>&1 || read -rt 0.05 -u $never
		done' sh $SERV_IP
}

# run_batches NAME FILE...: at once, their time as a comment
run_batches()
{
	local name=$1 start file pid=()
	shift

	start=$(now_ms)
	for file in "$@"; do
		ctl -b "$file" 2>"$file.err" &
		pid+=($!)
	done
	for file in "$@"; do
		wait "${pid[0]}"
		check_err $? "$name: $(<"$file.err")"
		pid=("${pid[@]:1}")
	done
	echo "# $name: $(cat "$@" | wc -l) commands in $(($(now_ms) - start)) ms"
}

# add_and_del COUNT: clusters come and go in four batches at once, most of the time is waiting; some
# with an address and a server, so that there is a plan and a probe
add_and_del()
{
	local i k

	for k in 1 2 3 4; do
		for ((i = 0; i < $1 / 4; i++)); do
			echo "cluster add lev$k id 1$k node 1 front front back back"
			if ((i % 10 == 0)); then
				echo "address add lev$k 10.0.0.25$k"
				echo "service add lev$k 10.0.1.25$k"
				echo "server add lev$k 10.0.1.101"
			fi
			echo "cluster del lev$k"
		done >"$LEV_TMP/batch$k"
	done
	run_batches "$1 clusters" "$LEV_TMP"/batch[1-4]
}

# kB that the kernel holds
held()
{
	echo 3 >/proc/sys/vm/drop_caches
	awk '$1 == "SUnreclaim:" || $1 == "Percpu:" || $1 == "KernelStack:" { sum += $2 }
		END { print sum }' /proc/meminfo
}

clusters()
{
	add_and_del 100
	lib_sleep 2
	before=$(held)
	add_and_del "$cycles"
	lib_sleep 2
	after=$(held)
	check_eq "$(ctl -j cluster show | jq -c 'map(.device)')" '["lev0"]' "clusters that are left"
	bed_wait active
	check_err $? "lev0 is not active"
	log_test "clusters come and go under traffic" "$cycles times"
}

changes()
{
	local i noun

	for ((i = 0; i < rounds; i++)); do
		cat <<-TEXT
			server add lev0 10.0.1.$((i % 100 + 102))
			service add lev0 10.0.2.$((i % 250 + 1))
			address add lev0 10.0.3.$((i % 250 + 1))
			node add lev0 2
			node del lev0 2
			address del lev0 10.0.3.$((i % 250 + 1))
			service del lev0 10.0.2.$((i % 250 + 1))
			server del lev0 10.0.1.$((i % 100 + 102))
		TEXT
	done >"$LEV_TMP/batch"
	run_batches "changes" "$LEV_TMP/batch"
	for noun in server service address node; do
		check_eq "$(ctl -j $noun show lev0 | jq length)" 1 "$noun left"
	done
	bed_wait active
	check_err $? "lev0 is not active"
	in_ns "$outside" ping -q -c 1 -W 5 $SERV_IP >/dev/null
	check_err $? "no answer"
	log_test "nodes, addresses, services and servers come and go under traffic" "$((4 * rounds)) times in all"
}

# Where the kernel checks memory itself it keeps what is freed, and the runner asks it for leaks.
memory()
{
	if [ -e /sys/kernel/debug/kmemleak ]; then
		skip_test "the kernel's own checks tell"
	else
		check_between $((after - before)) -100000 3000 "kB more than before"
	fi
	log_test "memory is where it was" "$before kB, then $after kB"
}

require_command jq
bed_setup || skip_all "no module"
bed_commands | ctl -b - || exit 1
bed_wait active
traffic_start
tests_run

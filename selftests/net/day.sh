#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A fault each minute, for LEV_MINUTES (8; a day has 1440), drawn by LEV_SEED, under traffic of both
# families: each costs the client no more than it must, soon all is well again, and nothing is left
# of it in the kernel's memory. "make day" runs a day of it.
# needs: module
# time-travel: only
# timeout: 2000
# debug: no

ALL_TESTS="begin faults memory ends"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/meter.sh
. "$(dirname "$0")/meter.sh"
# shellcheck source=selftests/net/day_faults.sh
. "$(dirname "$0")/day_faults.sh"

# Servers answer through whichever leveler is there, by a LevIP on the back.
# shellcheck disable=SC2034 # these are read by cluster.sh
LEV_GATEWAY=10.0.1.254
# shellcheck disable=SC2034
LEV_GATEWAY6=fd00:b::fe
# shellcheck disable=SC2034
LEV_LEVIPS="$LEV_IP $LEV_IP6"
# shellcheck disable=SC2034
LEV_SERVIPS="$SERV_IP $SERV_IP6"

minutes=${LEV_MINUTES:-8}
hour=$((minutes >= 120 ? 60 : (minutes + 1) / 2))
seed=${LEV_SEED:-$RANDOM}
declare -A tool=() tool_command=() tool_pid=()
sysfs=()
figures=$LEV_TMP/figures
kinds_of_ours='(kmalloc|dma-kmalloc|skbuff|ip_dst|ip6_dst|inet|fib|net_namespace)'

# Processes that stay: to start one costs as much as ten seconds of the cluster's life. They read lines
# from a pipe; as no time passes while one works, each has done what it was told when a sleep is over.

# tool_start NAME NAMESPACE COMMAND...
tool_start()
{
	local name=$1 fd

	mkfifo "$LEV_TMP/$name.in"
	exec {fd}<>"$LEV_TMP/$name.in"
	tool[$name]=$fd
	tool_command[$name]="nsenter --net=/run/netns/$2 ${*:3}"
	tool_run "$name"
}

# tool_run NAME: again, if it runs
tool_run()
{
	local name=$1

	if [ -n "${tool_pid[$name]:-}" ]; then
		kill "${tool_pid[$name]}"
		wait "${tool_pid[$name]}" 2>/dev/null
	fi
	# shellcheck disable=SC2086 # its words
	${tool_command[$name]} <"$LEV_TMP/$name.in" >"$LEV_TMP/$name.out" 2>"$LEV_TMP/$name.err" &
	tool_pid[$name]=$!
}

tools_end()
{
	kill "${tool_pid[@]}"
}

# say NAME LINE...
say()
{
	local name=$1
	shift

	printf '%s\n' "$@" >&"${tool[$name]}"
}

# done_well: what was said is done, and nothing was refused
done_well()
{
	local name

	lib_sleep 0.001
	for name in "${!tool[@]}"; do
		[ ! -s "$LEV_TMP/$name.err" ] || return
	done
}

complaints()
{
	local name

	for name in "${!tool[@]}"; do
		sed "s/^/$name: /" "$LEV_TMP/$name.err"
	done | paste -sd' '
}

# asked WORD...: the prober is told, and its answer is $answer
asked()
{
	say probe "$*"
	read -rt 30 answer <&"$answers"
}

# well: all take part, agree, and have all lanes between them
well()
{
	local i name value words first lanes=0

	state=
	for i in 1 2 3; do
		words=
		for name in state reason view digest; do
			read -r value <"${sysfs[i]}/$name" || return
			words+="$value "
		done
		read -r value <"${sysfs[i]}/owned_lanes" || return
		lanes=$((lanes + value))
		state+="$words"
		[ $i != 1 ] || first=$words
	done 2>/dev/null
	state+=", $lanes lanes"
	[ "$state" = "$first$first$first, 16 lanes" ] && [[ $first = "active none 1-3 "* ]]
}

# What the levelers said of the minute that went wrong; of those before nothing is kept, as it would be
# memory that grows.
events_anew()
{
	local i

	for i in 1 2 3; do
		: >"$LEV_TMP/events$i"
	done
}

tell_minute()
{
	local i

	for i in 1 2 3; do
		sed "s/^/# leveler $i: /" "$LEV_TMP/events$i"
	done
}

# minute N: one fault, its end, and the time until the next, in which nothing may be lost
minute()
{
	local kind=${kinds[RANDOM % ${#kinds[@]}]} i=$((1 + RANDOM % 3)) j=$((1 + RANDOM % 2))
	local what="minute $1: leveler $i, server $j, $kind" begin_ms=0 end_ms=0 fails=0 breaks=none
	local unharmed=
	local start=$EPOCHSECONDS

	say probe begin
	events_anew
	lib_sleep "$((1 + RANDOM % 4)).$((RANDOM % 10))$((RANDOM % 10))"
	say probe "phase begin"
	$kind $i $j
	done_well
	check_err $? "$what: it does not begin: $(complaints)"
	lib_sleep "$((1 + RANDOM % 15)).$((RANDOM % 10))$((RANDOM % 10))"
	if [ -n "$unharmed" ]; then
		slowwait 5 well
		check_err $? "$what: not well meanwhile: $state"
	fi
	say probe "phase end"
	${kind}_no_more $i $j
	done_well
	check_err $? "$what: it does not end: $(complaints)"
	slowwait 40 well
	check_err $? "$what: not well again: $state"
	[ "$RET" = 0 ] || { tell_minute; return; }
	lib_sleep 2
	say probe "phase calm"
	lib_sleep $((start + 58 - EPOCHSECONDS))
	asked judge "$kind" $begin_ms $end_ms $fails $breaks
	[[ $answer = ok,* ]]
	check_err $? "$what: $answer"
	slowwait 2 well
	check_err $? "$what: not well any more: $state"
	[ "$RET" = 0 ] || tell_minute
	echo "# $what: $answer"
	lib_sleep $((start + 60 - EPOCHSECONDS))
}

# figures_now FILE: what the kernel holds, a name and a number a line, when nothing is on its way: a
# minute after the last fault, as a cluster forgets a change after 10 s here. Slabs are shrunk, so that
# objects in use are counted, and no others.
figures_now()
{
	local cache i

	lib_sleep 60
	# The router remembers each card that ever was.
	ip -n "$router" -6 neigh flush nud stale >/dev/null 2>&1
	echo 3 >/proc/sys/vm/drop_caches
	for cache in /sys/kernel/slab/*/shrink; do
		echo 1 >"$cache"
	done
	{
		awk '/^(MemAvailable|SUnreclaim|Percpu|VmallocUsed|KernelStack|PageTables):/ {
				print "kB:" $1, $2
			}
			FILENAME ~ /slabinfo/ && $3 ~ /^[0-9]+$/ { print "slab:" $1, $2 }' \
			/proc/meminfo /proc/slabinfo
		for i in 1 2 3; do
			in_ns "$(lev_ns $i)" wc -l /proc/net/{dev,dev_mcast,ptype,if_inet6,igmp6} |
				awk -v i=$i '{ print "leveler" i ":" $2, $1 }'
		done
	} >"$1"
}

# figure FILE NAME
figure()
{
	awk -v name="$2" '$1 == name { print $2 }' "$1"
}

# grown MOST PATTERN: those whose names match, and that are more by more than that than after the
# first hour
grown()
{
	awk -v most="$1" -v pattern="$2" '$1 !~ pattern { next }
		FNR == NR { first[$1] = $2; next }
		$2 - first[$1] > most { print $1, first[$1], "to", $2 }' \
		"$figures.1" "$figures.last" | paste -sd,
}

begin()
{
	new_key
	lev_load && lev_topology levelers=3 servers=2 && start_http_all &&
		LEV_FAMILY=4 start_echo_all && LEV_FAMILY=6 start_echo_all &&
		lev_setup_all memory 10s key "$LEV_TMP/key"
	check_err $? "no cluster"
	start_tools
	slowwait 20 well
	check_err $? "it is not well: $state"
	log_test "three levelers serve" "LEV_SEED=$seed"
}

start_tools()
{
	local i ns

	defer tools_end
	mkfifo "$LEV_TMP/probe.out"
	exec {answers}<>"$LEV_TMP/probe.out"
	tool_start probe "$client" /usr/bin/python3 "$net_dir/day_probe.py" $SERV_IP $SERV_IP6
	tool_start wire "$wire" ip -force -batch -
	tool_start ports "$wire" bridge -force -batch -
	tool_start loss "$wire" tc -force -batch -
	for i in 1 2 3; do
		ns=$(lev_ns $i)
		sysfs[i]=$(lev_sysfs $i)/lev0/leveler
		start_in_ns "$ns" "$LEVCTL" monitor >>"$LEV_TMP/events$i"
		tool_start lev$i "$ns" "$LEVCTL" -b -
		tool_start ip$i "$ns" ip -force -batch -
		lev_config $i memory 10s key "$LEV_TMP/key" >"$LEV_TMP/config$i"
	done
	read -rt 20 answer <&"$answers"
	check_err $? "no prober: $(complaints)"
}

faults()
{
	local n

	RANDOM=$seed
	for ((n = 1; n <= minutes; n++)); do
		minute $n
		[ "$RET" = 0 ] || break
		if [ $((n % hour)) = 0 ] || [ $n = "$minutes" ]; then
			hour_is_over
		fi
	done
	say probe kinds
	while read -rt 30 answer <&"$answers" && [ "$answer" != end ]; do
		echo "# $answer"
	done
	asked unfelt
	check_eq "$answer" "" "faults that cost nothing, ever"
	asked tell
	log_test "a fault each minute, and none lasts" "$((n - 1)) minutes: $answer"
}

# One that was cut short has proved this much.
hour_is_over()
{
	figures_now "$figures.last"
	[ -e "$figures.1" ] || cp "$figures.last" "$figures.1"
	asked tell
	echo "# minute $n: $answer; $(figure "$figures.last" kB:SUnreclaim:) kB of slabs," \
		"$(figure "$figures.last" kB:MemAvailable:) kB available"
	echo "# more than in the first hour: $(grown 20 '^slab:|^leveler')"
}

# Where the kernel checks memory itself it keeps what is freed, and the runner asks it for leaks.
memory()
{
	local more name

	if [ ! -e "$figures.last" ]; then
		skip_test "no hour was whole"
		log_test "memory stays where it was"
		return
	fi
	more=$(grown 0 '^leveler')
	check_eq "$more" "" "devices, hooks, groups and addresses"
	if [ ! -e /sys/kernel/debug/kmemleak ]; then
		more=$(grown 40 "^slab:$kinds_of_ours")
		check_eq "$more" "" "objects"
		more=$(grown 1024 '^kB:(SUnreclaim|Percpu|VmallocUsed|KernelStack)')
		check_eq "$more" "" "kB of the kernel"
		check_between "$(figure "$figures.last" kB:MemAvailable:)" \
			$(($(figure "$figures.1" kB:MemAvailable:) - 4096)) 2000000 "kB available"
	fi
	for name in SUnreclaim Percpu VmallocUsed MemAvailable; do
		more+="${more:+, }$name $(figure "$figures.1" kB:$name:) $(figure "$figures.last" kB:$name:)"
	done
	log_test "memory stays where it was" "$more"
}

ends()
{
	lev_topology_end
	! lev_loaded
	check_err $? "the module is still loaded"
	log_test "all of it can be taken down"
}

require_command nginx
tests_run

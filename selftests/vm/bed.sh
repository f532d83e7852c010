# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Machines of their own in the figure of cluster.sh: guests of scripts/vm, joined by bridges in
# a namespace of the test, $wire. Boots them, has them do things, freezes them, pulls their cables;
# all is ended and removed with the test. Sourced by machines.sh behind cluster.sh.

vm_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=selftests/vm/figure.sh
. "$vm_dir/figure.sh"

# LEV_KIND=uml takes user-mode Linux, which is faster, and whose cards have no cables to pull.
LEV_KIND=${LEV_KIND:-vm}
case $LEV_KIND in
uml) kind_words=(--plain) ;;
*) kind_words=(--smp 1) ;;
esac

# Of each machine: the taps that its cards are at, and what selftests/vm/guest is to make of it.
# All that is not a leveler is in one, since each machine costs a good part of a processor.
declare -A machine_taps=([out]=router-a) machine_role=([out]=outside)
declare -A machine_pid
machines=(out)
for ((i = 1; i <= LEV_SERVERS; i++)); do
	machine_taps[out]+=" srv$i-b"
done
for ((i = 1; i <= LEV_LEVELERS; i++)); do
	machine_taps[lev$i]="lev$i-a lev$i-b"
	machine_role[lev$i]="leveler $i"
	machines+=("lev$i")
done

# bed_wires: neta and netb, with a tap for each card; its last letter says on which of the two
bed_wires()
{
	local tap net

	setup_ns_with "net/ipv6/conf/default/disable_ipv6=1" wire
	for net in neta netb; do
		echo "link add $net up type bridge forward_delay 0 stp_state 0 mcast_snooping 0"
	done >"$LEV_TMP/wires"
	# shellcheck disable=SC2048 # several words an element
	for tap in ${machine_taps[*]}; do
		echo "tuntap add name $tap mode tap"
		echo "link set $tap up master net${tap##*-}"
	done >>"$LEV_TMP/wires"
	ip -n "$wire" -batch "$LEV_TMP/wires"
}

# bed_share: a directory that all machines share with the test
bed_share()
{
	mkdir -p "$lev_top/build"
	bed=$(mktemp -d "$lev_top/build/machines.XXXXXX")
	defer rm -rf --one-file-system "$bed"
	defer machines_end
}

# machines_end: scripts/vm removes what it made, if it is let
machines_end()
{
	[ ${#machine_pid[@]} -gt 0 ] || return
	kill "${machine_pid[@]}"
	wait "${machine_pid[@]}"
}

# boot NAME: returns at once
boot()
{
	local name=$1 dir=$bed/$1 tap options=()

	rm -rf "$dir"
	mkdir "$dir"
	echo 0 >"$dir/said"
	for tap in ${machine_taps[$name]}; do
		options+=(--tap "$tap")
	done
	# shellcheck disable=SC2086 # one word a word
	start_in_ns "$wire" "$lev_top/scripts/$LEV_KIND" "${kind_words[@]}" --mem 256M \
		--timeout 2400 --control "$dir/control" "${options[@]}" -- \
		"$vm_dir/guest" "$dir" ${machine_role[$name]} >"$LEV_TMP/$name.log" 2>&1
	machine_pid[$name]=$started_pid
}

runs()
{
	kill -0 "${machine_pid[$1]}" 2>/dev/null
}

# booted NAME: until it has become what it is
booted()
{
	slowwait 600 stands "$1"
	[ -e "$bed/$1/ready" ] && return
	sed 's/^/# /' "$LEV_TMP/$1.log"
	return 1
}

# stands NAME: is it ready, or gone for good?
stands()
{
	[ -e "$bed/$1/ready" ] || ! runs "$1"
}

# tell NAME WORD...: have the machine's shell do that. What it was told so far is counted in a file,
# as this may be called in a subshell.
tell()
{
	local name=$1 n file
	shift

	n=$(($(<"$bed/$name/said") + 1))
	echo $n >"$bed/$name/said"
	file=$bed/$name/$n
	printf '%q ' "$@" >"$file.word"
	mv "$file.word" "$file.do"
}

# heard NAME: wait for what it was told last; its output and status
heard()
{
	local file

	file=$bed/$1/$(<"$bed/$1/said")
	slowwait 120 test -e "$file.code" || { echo "# $1 does not answer" >&2; return 1; }
	cat "$file.out"
	sed "s/^/# $1: /" "$file.err" >&2
	return "$(<"$file.code")"
}

# on NAME WORD...
on()
{
	tell "$@"
	heard "$1"
}

# monitor NAME WORD...: a command for the machine's QEMU
monitor()
{
	local name=$1
	shift

	echo "$*" >"$bed/$name/control.in"
}

# signal NAME STOP|CONT: to all of the machine, as one process of the host
signal()
{
	kill "-$2" "$(<"$bed/$1/control.pid")"
}

# stat_of I NAME: of leveler I's lev0
stat_of()
{
	on "lev$1" lev_stat "$1" "$2"
}

stat_is()
{
	local value

	value=$(stat_of "$1" "$2")
	echo "$value"
	[ "$value" = "$3" ]
}

# wait_stat I NAME VALUE [SECONDS]
wait_stat()
{
	local value

	value=$(slowwait "${4:-60}" stat_is "$1" "$2" "$3") && return
	echo "# leveler $1: $2 is '$value', not '$3'"
	return 1
}

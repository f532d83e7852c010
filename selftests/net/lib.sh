# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Helpers of all selftests, named as in the kernel's own net/lib.sh: results in TAP, waiting,
# namespaces, what is undone at the end. cluster.sh (levelers) builds on it. Sourced, never run.
#
# A test is:   ALL_TESTS="one two"; one() { RET=0; ...; check_err $? "why"; log_test "words"; }
# and ends by "tests_run". Its header says to the runner, each in a line of its own:
#   # needs: module | root     # timeout: SECONDS     # time-travel: yes | only
#   # allocations: fail   # debug: no

ksft_pass=0
ksft_fail=1
# shellcheck disable=SC2034 # read by tests
ksft_xfail=2
ksft_skip=4

LC_ALL=C
export LC_ALL
net_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck disable=SC2034 # read by cluster.sh
lev_top=$(cd "$net_dir/../.." && pwd -P)
LEV_TMP=$(mktemp -d)

RET=0
retmsg=
tests_count=0
EXIT_STATUS=0

echo "TAP version 13"

### What is undone at the end, last first

deferred=()

# defer COMMAND WORD...: run it when the test ends, however it ends. Not within $(...): what is
# deferred there is forgotten with the subshell.
defer()
{
	local line

	printf -v line '%q ' "$@"
	deferred+=("$line")
}

lib_cleanup()
{
	local i

	trap - EXIT
	# A second signal would end this half-way, and who ends a group of processes sends two.
	trap '' INT TERM
	for ((i = ${#deferred[@]} - 1; i >= 0; i--)); do
		eval "${deferred[i]}" >/dev/null 2>&1
	done
	rm -rf --one-file-system "$LEV_TMP"
}

trap lib_cleanup EXIT
trap "trap '' INT TERM; exit 130" INT
trap "trap '' INT TERM; exit 143" TERM

### Results

# check_err STATUS WORDS: the step before had to work
check_err()
{
	if [ "$RET" -eq 0 ] && [ "$1" -ne 0 ]; then
		RET=$ksft_fail
		retmsg=$2
	fi
}

# check_fail STATUS WORDS: the step before had to be refused
check_fail()
{
	if [ "$RET" -eq 0 ] && [ "$1" -eq 0 ]; then
		RET=$ksft_fail
		retmsg=$2
	fi
}

# check_eq GOT WANTED WORDS
check_eq()
{
	[ "$1" = "$2" ]
	check_err $? "$3: '$1', not '$2'"
}

# check_between GOT LEAST MOST WORDS: whole numbers
check_between()
{
	[ "$1" -ge "$2" ] 2>/dev/null && [ "$1" -le "$3" ]
	check_err $? "$4: '$1', not $2 to $3"
}

# skip_test WORDS: this one result cannot be had here
skip_test()
{
	RET=$ksft_skip
	retmsg=$1
}

# skip_all WORDS: nothing of this file can run here
skip_all()
{
	echo "1..0 # SKIP $1"
	exit $ksft_skip
}

require_command()
{
	command -v "$1" >/dev/null || skip_all "no $1"
}

# log_test NAME [DETAIL]: one TAP line for what check_err and its kin found since RET=0
log_test()
{
	local name="$1${2:+ ($2)}"

	tests_count=$((tests_count + 1))
	case $RET in
	"$ksft_pass")
		echo "ok $tests_count $name"
		;;
	"$ksft_skip")
		echo "ok $tests_count $name # SKIP $retmsg"
		;;
	*)
		echo "not ok $tests_count $name"
		echo "# $retmsg"
		EXIT_STATUS=$ksft_fail
		;;
	esac
	RET=0
	retmsg=
}

# The plan comes last, so a test that dies half-way has none and is seen to have died.
tests_done()
{
	echo "1..$tests_count"
	exit "$EXIT_STATUS"
}

tests_run()
{
	local current

	for current in ${TESTS:-$ALL_TESTS}; do
		RET=0
		retmsg=
		"$current"
	done
	tests_done
}

### Waiting

# A pause that starts no process: starting one costs 50 ms in an emulated machine.
exec {lib_never}<> <(:)

lib_sleep()
{
	read -rt "$1" -u "$lib_never"
}

now_ms()
{
	echo $((${EPOCHREALTIME/./} / 1000))
}

# lib_poll MILLISECONDS PAUSE COMMAND WORD...: until the command works; prints its last output.
# No subshell for a try, and now_ms by hand: it starts no process but what the command starts.
lib_poll()
{
	local end=$((${EPOCHREALTIME/./} / 1000 + $1)) pause=$2 out=$LEV_TMP/poll-$BASHPID code=0
	shift 2

	until "$@" >"$out"; do
		if [ $((${EPOCHREALTIME/./} / 1000)) -ge "$end" ]; then
			code=1
			break
		fi
		lib_sleep "$pause"
	done
	printf %s "$(<"$out")"
	return $code
}

# busywait MILLISECONDS COMMAND WORD...
# It sleeps between tries: with time travel only sleeping moves the clock.
busywait()
{
	local limit=$1
	shift
	lib_poll "$limit" 0.02 "$@"
}

# slowwait SECONDS COMMAND WORD...
slowwait()
{
	local limit=$1
	shift
	lib_poll $((limit * 1000)) 0.25 "$@"
}

### Namespaces

# Addresses are usable at once, nothing is configured by what is heard, and no reverse path is
# filtered: in both figures packets come by one way and go by another.
lib_ns_sysctl="net/ipv6/conf/all/accept_dad=0 net/ipv6/conf/default/accept_dad=0
	net/ipv6/conf/default/accept_ra=0
	net/ipv4/conf/all/rp_filter=0 net/ipv4/conf/default/rp_filter=0
	net/ipv4/conf/all/send_redirects=0 net/ipv4/conf/default/send_redirects=0
	net/ipv4/conf/all/accept_redirects=0 net/ipv4/conf/default/accept_redirects=0"

lib_ns_count=0

lib_delete_ns()
{
	printf 'netns del %s\n' "$@" | ip -force -batch -
}

# setup_ns_with SETTINGS NAME...: a namespace for each, whose real name goes into the variable
# NAME. SETTINGS are words such as net/ipv4/ip_forward=1. One ip for all of them: starting a
# process is what costs most in an emulated machine.
setup_ns_with()
{
	local settings="$lib_ns_sysctl $1" var names=()
	shift

	# shellcheck disable=SC2016 # for the shell within
	echo 'for s; do echo ${s#*=} >/proc/sys/${s%%=*}; done' >"$LEV_TMP/sysctl"
	for var in "$@"; do
		lib_ns_count=$((lib_ns_count + 1))
		declare -g "$var=$var-$$-$lib_ns_count"
		names+=("${!var}")
	done
	defer lib_delete_ns "${names[@]}"
	for var in "${names[@]}"; do
		echo netns add "$var"
		echo netns exec "$var" sh "$LEV_TMP/sysctl" $settings
	done | ip -batch - || skip_all "no network namespaces here"
	for var in "${names[@]}"; do
		ip -n "$var" link set lo up
	done
}

# setup_ns NAME...
setup_ns()
{
	setup_ns_with "" "$@"
}

# in_ns NAMESPACE COMMAND WORD...: cheaper than "ip netns exec", but /sys stays the caller's
in_ns()
{
	local ns=$1
	shift
	nsenter --net="/run/netns/$ns" "$@"
}

# start_in_ns NAMESPACE COMMAND WORD...: in the background, ended with the test; its id is left in
# started_pid. ("in_ns ... &" would leave the id of a shell around it.)
start_in_ns()
{
	local ns=$1
	shift

	nsenter --net="/run/netns/$ns" "$@" &
	started_pid=$!
	defer kill "$started_pid"
}

### Frames

declare -A capture_pid

# capture_start NAME NAMESPACE DEVICE [FILTER]: returns when tcpdump sees frames. Its room for them
# is of fixed size, and the longer a frame may be, the fewer fit: a burst needs a thousand.
capture_start()
{
	local name=$1 ns=$2 device=$3
	shift 3

	start_in_ns "$ns" tcpdump -Z root -n -i "$device" -U --immediate-mode -s 2048 \
		-w "$LEV_TMP/$name.pcap" "$@" 2>"$LEV_TMP/$name.tcpdump"
	capture_pid[$name]=$started_pid
	busywait 10000 grep -q 'listening on' "$LEV_TMP/$name.tcpdump"
}

# What the filter let through is in the file. On SIGUSR1 tcpdump says how far it is.
capture_complete()
{
	local said="tcpdump: ([0-9]+) packets captured, ([0-9]+) packets received"

	kill -USR1 "${capture_pid[$1]}"
	lib_sleep 0.05
	[[ $(tail -n 1 "$LEV_TMP/$1.tcpdump") =~ $said ]] &&
		[ "${BASH_REMATCH[1]}" = "${BASH_REMATCH[2]}" ]
}

# capture_stop NAME
capture_stop()
{
	lib_sleep 0.1
	busywait 5000 capture_complete "$1"
	kill "${capture_pid[$1]}"
	wait "${capture_pid[$1]}"
}

# capture_read NAME [FILTER]: one line a frame, with Ethernet addresses and time
capture_read()
{
	local name=$1
	shift
	tcpdump -Z root -ttenr "$LEV_TMP/$name.pcap" "$@" 2>/dev/null
}

capture_count()
{
	capture_read "$@" | wc -l
}

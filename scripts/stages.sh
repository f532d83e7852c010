# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What scripts/check and scripts/check-debug share: which selftests there are, what each needs, and
# stages whose totals are added up to the last line. Sourced after lib.sh, never run.

total_passed=0
total_failed=0
total_skipped=0
aside_name=()
aside_cpu=()
aside_start=()
aside_free=

# header FILE WORD: what the line "# WORD: ..." of a test's header says
header()
{
	sed -nE "1,20s/^# $2: ([a-z0-9-]+).*/\\1/p" "$1"
}

# needs_of TEST: what it needs; "unit" is said of the directory of unit tests
needs_of()
{
	if [ -d "$1" ]; then
		echo unit
	else
		header "$1" needs
	fi
}

# select_tests NEEDS [NAME]...: executable selftests that need just that ("" for nothing), of
# those named if any is. A name is a path or its last part, with or without ".sh".
select_tests()
{
	local needs=$1 test name
	shift

	for test in "$top"/selftests/unit "$top"/selftests/*/*.sh; do
		[ -x "$test" ] || continue
		[ "$(needs_of "$test")" = "$needs" ] || continue
		[ $# -gt 0 ] || printf '%s\n' "$test"
		for name in "$@"; do
			name=${name##*/}
			[ "${name%.sh}" != "$(basename "$test" .sh)" ] || printf '%s\n' "$test"
		done
	done
}

# require_tests NEEDS... -- [NAME]...: ends the run at a name that none of the tests has that need
# just one of those
require_tests()
{
	local known=() name

	while [ "$1" != -- ]; do
		mapfile -t -O ${#known[@]} known < <(select_tests "$1")
		shift
	done
	shift

	known=("${known[@]##*/}")
	known=("${known[@]%.sh}")
	for name in "$@"; do
		name=${name##*/}
		printf '%s\n' "${known[@]}" | grep -qxFe "${name%.sh}" ||
			die "\"$name\" is not one of these tests: ${known[*]}"
	done
}

# guest_limit TEST...: seconds that a guest may take for all of them, each at its own limit
# or at LEV_TIMEOUT
guest_limit()
{
	local test sum=180 limit

	for test in "$@"; do
		limit=${LEV_TIMEOUT:-$(header "$test" timeout)}
		sum=$((sum + ${limit:-60} + 30))
	done
	echo $sum
}

# stage NAME COMMAND...: run it, show it, add its last line's numbers to the totals
stage()
{
	local name=$1 log=$top/build/logs/$1.log start=$SECONDS
	shift

	mkdir -p "$top/build/logs"
	echo "## $name"
	"$@" 2>&1 | tee "$log"
	stage_end "$name" "${PIPESTATUS[0]}" "$log" "$start"
}

# stage_end NAME STATUS LOG START: a stage that says no numbers has failed, whatever its status
stage_end()
{
	local name=$1 code=$2 start=$4 last

	last=$(tail -n 1 "$3")
	if [[ $last =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
		total_passed=$((total_passed + BASH_REMATCH[1]))
		total_failed=$((total_failed + BASH_REMATCH[2]))
		total_skipped=$((total_skipped + BASH_REMATCH[3]))
		[ "$code" -eq 0 ] || [ "${BASH_REMATCH[2]}" -gt 0 ] || code=bad
	else
		code=bad
	fi
	if [ "$code" = bad ]; then
		echo "not ok $name: ended without its results"
		total_failed=$((total_failed + 1))
	fi
	echo "## $name: $((SECONDS - start)) s"
}

# aside NAME CPU COMMAND...: a stage that starts now, kept on one processor if CPU names one, and is
# shown and counted by aside_end
aside()
{
	local name=$1 cpu=$2
	shift 2

	mkdir -p "$top/build/logs"
	{
		[ -z "$cpu" ] || taskset -cp "$cpu" "$BASHPID" >/dev/null
		"$@"
	} >"$top/build/logs/$name.log" 2>&1 &
	aside_name[$!]=$name
	aside_cpu[$!]=$cpu
	aside_start[$!]=$SECONDS
}

# aside_end: wait for the first of them that ends; its processor's number is in aside_free
aside_end()
{
	local pid code

	wait -n -p pid "${!aside_name[@]}"
	code=$?
	# One that a signal has ended may be forgotten by the shell: then it is any that is no more.
	if [ -z "$pid" ]; then
		for pid in "${!aside_name[@]}"; do
			kill -0 "$pid" 2>/dev/null || break
		done
	fi
	echo "## ${aside_name[pid]}"
	cat "$top/build/logs/${aside_name[pid]}.log"
	stage_end "${aside_name[pid]}" $code "$top/build/logs/${aside_name[pid]}.log" \
		"${aside_start[pid]}"
	aside_free=${aside_cpu[pid]}
	unset "aside_name[$pid]"
}

# cpus_allowed: the processors that we may use, a line each
cpus_allowed()
{
	local part

	for part in $(taskset -cp "$BASHPID" | sed 's/.*: //; s/,/ /g'); do
		seq "${part%-*}" "${part#*-}"
	done
}

# stage_each COMMAND TEST...: a stage of its own for each, as many at once as there are processors,
# each kept on one
stage_each()
{
	local command=$1 test cpus
	shift

	mapfile -t cpus < <(cpus_allowed)
	for test in "$@"; do
		if [ ${#cpus[@]} -eq 0 ]; then
			aside_end
			cpus=("$aside_free")
		fi
		aside "$(basename "$test" .sh)" "${cpus[0]}" "$command" "$test"
		cpus=("${cpus[@]:1}")
	done
	while [ ${#aside_name[@]} -gt 0 ]; do
		aside_end
	done
}

# step NAME COMMAND...: something that the stages need; nothing goes on without it
step()
{
	local name=$1 start=$SECONDS
	shift

	"$@" || {
		echo "not ok $name"
		total_failed=$((total_failed + 1))
		totals
		exit 1
	}
	echo "## $name: $((SECONDS - start)) s"
}

totals()
{
	echo "## all: $SECONDS s"
	echo "$total_passed passed, $total_failed failed, $total_skipped skipped"
	[ "$total_failed" -eq 0 ] && [ "$total_passed" -gt 0 ]
}

# Module for the kernel that is tested, and the tools.
build_tree()
{
	kernel_make "${KVER:-6.1}" module && make -s -C "$top" -j"$(nproc)" tools
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
# What words.sh and files.sh share: levctl is called, and what it says is looked at. Wrong words have
# to end with status 1, to be named in one line on stderr, and to print nothing on stdout.
# LEVCTL names the program. Sourced, never run.

top=$(cd "$(dirname "$0")/../.." && pwd -P)
LEVCTL=${LEVCTL:-$top/build/levctl}
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

count=0

# report NAME PROBLEM: one result line; an empty PROBLEM is a pass.
report()
{
	count=$((count + 1))
	if [ -z "$2" ]; then
		echo "ok $count $1"
	else
		echo "not ok $count $1"
		echo "# $2"
	fi
}

# check NAME STATUS SAYS: what the last run left behind; SAYS is text that stderr must hold.
check()
{
	problem=
	if [ "$status" -ne "$2" ]; then
		problem="exit status $status, not $2: $(head -n 1 "$dir/err")"
	elif [ -s "$dir/out" ]; then
		problem="stdout is not empty: $(head -n 1 "$dir/out")"
	elif ! grep -qF -e "$3" "$dir/err"; then
		problem="not said: '$3', but: $(head -n 1 "$dir/err")"
	elif [ "$(wc -l <"$dir/err")" -ne 1 ]; then
		problem="more than one line: $(cat "$dir/err")"
	fi
	report "$1" "$problem"
}

# wrong SAYS WORDS...: the words must be refused.
wrong()
{
	says=$1
	shift
	"$LEVCTL" "$@" >"$dir/out" 2>"$dir/err" </dev/null
	status=$?
	check "wrong: $*" 1 "$says"
}

# right WORDS...: the words must get as far as the kernel, which refuses them: all devices
# that they name are not there.
right()
{
	"$LEVCTL" "$@" >"$dir/out" 2>"$dir/err" </dev/null
	status=$?
	problem=
	[ "$status" -eq 2 ] || problem="exit status $status, not 2: $(head -n 1 "$dir/err")"
	report "right: $*" "$problem"
}

# bytes COUNT
bytes()
{
	head -c "$1" /dev/zero | tr '\0' k
}

# No device has this name.
# shellcheck disable=SC2034 # read by who sources this
none=levnone0
bytes 32 >"$dir/open.key"
chmod 644 "$dir/open.key"

# results FUNCTION...: the plan comes first, and is known last.
results()
{
	for function; do
		"$function"
	done >"$dir/results"
	echo "TAP version 13"
	echo "1..$count"
	cat "$dir/results"
	! grep -q '^not ok' "$dir/results"
}

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What tests of levctl doctor share: what it finds, and whether its commands mend that. Several
# things are made wrong at once, and one look finds them: a look listens for a second. Sourced
# behind cluster.sh.

code=0
findings=
mkdir "$LEV_TMP/bin"
ln -s "$LEVCTL" "$LEV_TMP/bin/levctl"

# doctor I [DEVICE]: of leveler I (lev0). What it says is kept, the names of what it finds are in
# $findings, its status is in $code, and is 3 if there is a fault among them.
doctor()
{
	local severity name status=0

	# shellcheck disable=SC2086 # no device is no word
	levctl_on "$1" -j doctor ${2-lev0} >"$LEV_TMP/json"
	code=$?
	jq -r '.[].findings[] | [.severity, .finding, .what, .why, .on // "", .mend // ""] |
		join("\u001f")' "$LEV_TMP/json" >"$LEV_TMP/found"
	check_err $? "this is no JSON of findings: $(<"$LEV_TMP/json")"
	findings=
	while IFS=$'\x1f' read -r severity name _; do
		findings+=${findings:+ }$name
		[ "$severity" != fault ] || status=3
	done <"$LEV_TMP/found"
	check_eq $code $status "status, with $findings"
}

# found NAME SEVERITY SAYS [ON]: with such words, a reason why it matters, and the machine where its
# command is to be run (ON; this one). The command, or one a line of several such, is in $command.
found()
{
	local severity name what why on mend

	command=
	while IFS=$'\x1f' read -r severity name what why on mend; do
		[[ $name == "$1" && $what == *"$3"* ]] || continue
		check_eq "$severity" "$2" "severity of $1"
		check_eq "$on" "${4-}" "where the command of $1 is to be run"
		[ -n "$why" ]
		check_err $? "why $1 matters is not said"
		command+=${command:+$'\n'}$mend
	done <"$LEV_TMP/found"
	[ -n "$command" ]
	check_err $? "no $1 that says '$3': $(<"$LEV_TMP/found")"
}

# mends NAMESPACE NAME SEVERITY SAYS [ON]: it is found, and run_commands is to run its command there
mends()
{
	found "${@:2}"
	echo "$command" >>"$LEV_TMP/mend-$1"
}

# run_commands: all that were kept, each where it is to be run
run_commands()
{
	local file

	for file in "$LEV_TMP"/mend-*; do
		[ -e "$file" ] || continue
		in_ns "${file##*/mend-}" env PATH="$LEV_TMP/bin:$PATH" sh -ex "$file" \
			>"$LEV_TMP/mended" 2>&1
		check_err $? "a command fails: $(<"$LEV_TMP/mended")"
		rm "$file"
	done
}

# is_clean [NAME]...: nothing is found on leveler 1 but these, what good() has, and what is counted
# since the cluster was made
is_clean()
{
	local name

	doctor 1
	for name in $findings; do
		[[ " promiscuous conflicts $* " == *" $name "* ]] || return
	done
}

# all_mended [NAME]...: the commands run, and nothing is found any more but these. The nodes may
# have to meet again.
all_mended()
{
	run_commands
	slowwait 10 is_clean "$@"
	check_err $? "after the commands there is still: $(<"$LEV_TMP/found")"
}

# servers_reached LEVELER WANTED: which ones it reaches, as [true,false]
servers_reached()
{
	[ "$(levctl_on "$1" -j server show lev0 | jq -c 'map(.reached)')" = "$2" ]
}

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Completion of levctl in bash. Each word that it offers must be one that levctl takes there, and
# each that levctl's help names must be offered somewhere. Needs neither kernel nor root.
# timeout: 120

ALL_TESTS="commands_and_options verbs names values places"
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/../net/lib.sh"

levctl=${LEVCTL:-$lev_top/build/levctl}
library=/usr/share/bash-completion/bash_completion
[ -e "$library" ] || skip_all "no bash-completion"
# shellcheck source=/dev/null
. "$library"
# shellcheck source=userspace/completion/levctl
. "$lev_top/userspace/completion/levctl"

# There is no such device, so nothing that is tried here can do anything.
none=levnone0

# offered WORD...: what is offered for the last of these words of a command line, a line each
offered()
{
	COMP_WORDS=("$levctl" "$@")
	COMP_CWORD=$#
	COMP_LINE="${COMP_WORDS[*]}"
	COMP_POINT=${#COMP_LINE}
	COMPREPLY=()
	_levctl "$levctl" "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
	printf '%s\n' "${COMPREPLY[@]}" | sort
}

clusters()
{
	local path

	for path in /sys/class/net/*/leveler; do
		[ ! -e "$path" ] || basename "${path%/*}"
	done
}

# one_line TEXT: words that came a line each
one_line()
{
	# shellcheck disable=SC2086 # that is the way
	echo $1
}

commands()
{
	"$levctl" help | sed -n '/^Commands/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

commands_and_options()
{
	local option

	check_eq "$(offered "")" "$(commands | sort)" "commands"
	check_eq "$(one_line "$(offered st)")" "stats status" "commands with st"
	for option in $(offered --); do
		case $option in
		--netns | --batch) "$levctl" "$option" 2>&1 | grep -q "missing argument" ;;
		--json | --pretty) "$levctl" "$option" status $none 2>&1 | grep -qv "unknown" ;;
		*) "$levctl" "$option" >/dev/null ;;
		esac
		check_err $? "levctl knows no $option"
	done
	check_eq "$(one_line "$(offered --)")" \
		"--batch --help --json --netns --pretty --version" "options"
	check_eq "$(offered -j help serv)" "$(printf '%s\n' server service)" "behind an option and help"
	log_test "commands and options are offered"
}

verbs()
{
	local command verb

	for command in cluster address node service server; do
		for verb in $(offered $command ""); do
			"$levctl" $command "$verb" "no device" 2>&1 | grep -q "not a device's name"
			check_err $? "levctl $command has no verb \"$verb\""
		done
		check_eq "$(one_line "$(offered $command "")")" \
			"$("$levctl" $command x 2>&1 | sed 's/.*one of: //; s/,//g' | xargs -n 1 |
				sort | xargs)" "verbs of $command"
	done
	log_test "verbs are those that levctl has"
}

# place COMMAND VERB: what stands between the device and the words that have names
place()
{
	case $1-$2 in
	cluster-* | *-show) ;;
	node-*) echo 1 ;;
	*) echo 10.0.0.1 ;;
	esac
}

names()
{
	local command verb name place seen said

	for command in cluster address node service server; do
		seen=
		for verb in add set del show; do
			offered $command "" | grep -qx $verb || continue
			place=$(place $command $verb)
			for name in $(offered $command $verb $none $place ""); do
				said=$("$levctl" $command $verb $none $place "$name" 2>&1)
				[[ $said = *"\"$name\" has no value behind it"* ]]
				check_err $? "levctl $command $verb: $name: $said"
				seen+="$name "
			done
		done
		# All words of the help but the one that has its place.
		for name in $("$levctl" $command --help |
			sed -n '/^Words/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
			[[ " $seen" = *" $name "* || $name = address || $command-$name = node-id ]]
			check_err $? "$command: \"$name\" is never offered"
		done
		log_test "words of $command are those that levctl takes"
	done
}

values()
{
	check_eq "$(one_line "$(offered cluster add $none mac "")")" "physical virtual" "of mac"
	check_eq "$(one_line "$(offered cluster set $none id 1 mac v)")" "virtual" "of mac, in set"
	check_eq "$(one_line "$(offered node set $none 1 state "")")" "active drain" "of state"
	check_eq "$(offered cluster add $none front l)" lo "devices"
	check_eq "$(offered stats "") $(offered status "")" "$(clusters) $(clusters)" "clusters"
	check_eq "$(offered -n "$none" realserver setup 10.0.1.200 dev lo "")" persistent "a flag"
	check_eq "$(offered node add $none 1 weight "")" "" "a number"
	offered apply $none "$lev_top/READ" | grep -qx "$lev_top/README.md"
	check_err $? "no file is offered"
	offered -b "$lev_top/READ" | grep -qx "$lev_top/README.md"
	check_err $? "no file is offered for -b"
	log_test "values are offered"
}

places()
{
	check_eq "$(offered address add $none "")" "" "an address"
	check_eq "$(offered address add $none fd00:a::200 "")" side "behind an IPv6 address"
	check_eq "$(offered server del $none 10.0.1.101 "")" pool "of del"
	check_eq "$(offered server show $none pool "")" "" "a name where an address may be left out"
	check_eq "$(offered service add $none 10.0.1.200 port 80 p)" "$(printf '%s\n' pool proto)" \
		"words that are not there yet"
	check_eq "$(one_line "$(offered import "")")" "ipvsadm keepalived" "of import"
	check_eq "$(offered nosuch "")" "" "of no command"
	log_test "words have their places"
}

tests_run

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Terminals at which commands are typed as an admin types them, and the transcript of that: a
# document in reStructuredText. What is in its blocks is what the terminals have shown. Sourced behind
# net/lib.sh, never run.

declare -A terminal_fd terminal_at
# Where the transcript goes to.
transcript=

# terminal_open NAME [COMMAND WORD...]: a shell that COMMAND starts, on a terminal of its own; its
# prompt is "NAME# "
terminal_open()
{
	local name=$1 dir=$LEV_TMP/terminal-$1 words fd
	shift

	mkdir "$dir" && mkfifo "$dir/in" || return
	printf -v words '%q ' "$@" env -i TERM=dumb HOME=/root HISTFILE= LC_ALL=C PATH="$PATH" \
		DEBIAN_FRONTEND=noninteractive PS1="$name# " PS2="> " \
		bash --norc --noprofile --noediting -i
	script -q -f -E always -c "stty cols 100 rows 40; exec $words" /dev/null \
		<"$dir/in" >"$dir/seen" 2>&1 &
	defer kill $!
	exec {fd}>"$dir/in"
	terminal_fd[$name]=$fd
	slowwait 60 terminal_asks "$name" 0
	terminal_at[$name]=$(($(stat -c %s "$dir/seen") - ${#name} - 2))
}

# terminal_asks NAME SIZE: more than that was shown, and the shell waits for a line
terminal_asks()
{
	local seen=$LEV_TMP/terminal-$1/seen last

	[ "$(stat -c %s "$seen")" -gt "$2" ] || return
	last=$(tail -c $((${#1} + 2)) "$seen")
	[ "$last" = "$1# " ] || [ "${last: -2}" = "> " ]
}

# type_at NAME TEXT: lines that are typed there, each when the shell waits for one. What the terminal
# shows, up to its next prompt, goes into the transcript. Emulated machines take their time.
type_at()
{
	local name=$1 seen=$LEV_TMP/terminal-$1/seen line size

	while IFS= read -r line; do
		size=$(stat -c %s "$seen")
		printf '%s\n' "$line" >&"${terminal_fd[$name]}"
		slowwait 300 terminal_asks "$name" $((size + ${#line})) || break
	done <<<"$2"
	check_err $? "at $name: no end of \"$line\""
	size=$(($(stat -c %s "$seen") - ${#name} - 2))
	tail -c +$((terminal_at[$name] + 1)) "$seen" |
		head -c $((size - terminal_at[$name])) >"$LEV_TMP/shown"
	terminal_at[$name]=$size
	as_block <"$LEV_TMP/shown" >>"$transcript"
}

# What is left on a terminal of what it was sent, as the lines of a block: where something was
# written over a line, that. What is drawn elsewhere for a while (apt's progress) is gone in the end.
as_block()
{
	sed -E -e 's/\x1b\[[0-9;?]*[A-Za-z]//g' -e 's/\x1b7[^\x1b]*\x1b8//g' -e 's/\r+$//' \
		-e 's/^.*\r//' | expand | sed -E -e 's/^/    /' -e 's/ +$//' -e '${/^$/d}' | awk 1
}

# tell: prose for the transcript
tell()
{
	cat >>"$transcript"
}

# transcript_commands FILE: what was typed, with its prompts
transcript_commands()
{
	grep -E '^    ([a-z0-9]+#|>) ' "$1"
}

# transcript_form FILE: the same without what differs at each run. Words stay, and numbers in them
# (eth0), other numbers and digests do not, nor does how far the wheel has turned; commands and prose
# are kept whole.
transcript_form()
{
	sed -E -e '/^    /!b' -e '/^    ([a-z0-9]+#|>) /b' \
		-e 's/~git[0-9a-f.]+//g' -e 's/(key|digest) [0-9a-f]+/\1 N/' \
		-e 's/(^|[^[:alnum:]])[0-9]+([-.,:][0-9]+)*/\1N/g' -e 's/N(, N)+/N/g' \
		-e 's/N(us|ms|s)/T/g' -e 's/N asker /N askers /' -e 's/\.\.+/../g' -e 's/ +/ /g' \
		-e 's/^[ N]+$/ WHEEL/' "$1" |
		awk '!/^ WHEEL$/ || last != $0 { print } { last = $0 }'
}

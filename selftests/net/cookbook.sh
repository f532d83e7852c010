#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Does what Documentation/cookbook.rst says, recipe by recipe, from its text: files are written,
# commands are run on the machines that it names, and what it says that they show is waited for.
# LEV_RECIPE names one by a part of its title.
# needs: module
# timeout: 300
# time-travel: yes
# debug: no

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"

book=$LEV_TMP/book
# Servers are as they come: it is the recipe that makes them silent.
# shellcheck disable=SC2034 # read by cluster.sh
lib_silent=

# bare_machine NAME NAMESPACE: a machine's own /etc (with what it does not change itself) and /srv
bare_machine()
{
	local name=$1 ns=$2 root=$LEV_TMP/machines/$1

	mkdir -p "$root/etc" "$root/srv"
	ln -s /proc/1/root/etc/* "$root/etc"
	rm -f "$root"/etc/{leveler,keepalived,haproxy,vsftpd.conf}
	echo "$ns" >"$root/ns"
}

no_routes()
{
	ip -n "$1" route del default
	ip -n "$1" -6 route del default
}

# bare LEVELERS SERVERS: what the topology has set up that is up to the recipe goes again
bare()
{
	local i

	bare_machine router "$router"
	bare_machine client "$client"
	for ((i = 1; i <= $1; i++)); do
		bare_machine leveler$i "$(lev_ns $i)"
		no_routes "$(lev_ns $i)"
	done
	for ((i = 1; i <= $2; i++)); do
		bare_machine server$i "$(srv_ns $i)"
		ip -n "$(srv_ns $i)" address del $SERV_IP/32 dev lo
		ip -n "$(srv_ns $i)" address del $SERV_IP6/128 dev lo
		no_routes "$(srv_ns $i)"
		start_http $i
	done
}

# machines WHO: the names of those
machines()
{
	case $1 in
	"each leveler") lib_names leveler "$LEV_LEVELERS" ;;
	"each server") lib_names server "$LEV_SERVERS" ;;
	*) echo "${1#the }" ;;
	esac
}

# on_machine NAME COMMAND...: there, as one who sits in front of it
on_machine()
{
	local root=$LEV_TMP/machines/$1 name=$1
	shift

	# shellcheck disable=SC2016 # for the shell within
	nsenter --net="/run/netns/$(<"$root/ns")" unshare --mount --uts sh -ec '
		hostname "$1"
		mount --bind "$2/etc" /etc
		mount --bind "$2/srv" /srv
		shift 2
		exec "$@"' sh "$name" "$root" "$@"
}

# run_step STEP: its file is written, or its commands are run, on each of its machines in turn
run_step()
{
	local step=$1 name

	for name in $(machines "$(<"$step/who")"); do
		if [ -e "$step/file" ]; then
			# shellcheck disable=SC2016 # for the shell within
			on_machine "$name" sh -ec 'mkdir -p "${1%/*}"; cat >"$1"' sh \
				"$(<"$step/file")" <"$step/text" || return
		else
			on_machine "$name" sh -e "$step/text" || return
		fi
	done >"$step/output" 2>&1
}

# as_said STEP: the output has each line that the book says, in its order; "..." is anything
as_said()
{
	awk 'function pattern(line) {
			gsub(/^[ \t]+|[ \t]+$/, "", line)
			gsub(/[][(){}.*+?^$|\\]/, "\\\\&", line)
			gsub(/\\\.\\\.\\\./, ".*", line)
			gsub(/[ \t]+/, "[ \t]+", line)
			return line
		}
		NR == FNR { said[++lines] = pattern($0); next }
		seen < lines && $0 ~ said[seen + 1] { seen++ }
		END { exit seen < lines }' "$1/says" "$1/output"
}

shows()
{
	run_step "$1" && as_said "$1"
}

# follow STEP: what is only looked at is looked at until it is as the book says
follow()
{
	if [ -e "$1/says" ]; then
		slowwait 20 shows "$1"
	else
		run_step "$1"
	fi
}

# What went wrong, for who reads the log
tell()
{
	sed 's/^/# said: /' "$1/says" 2>/dev/null
	sed 's/^/# seen: /' "$1/output"
}

recipe()
{
	local dir=$1 step words

	read -ra words <"$dir/bed"
	lev_topology front=eth0 back=eth1 "${words[@]}" && lev_load &&
		bare "$LEV_LEVELERS" "$LEV_SERVERS"
	check_err $? "no machines"
	for step in "$book"/common/[0-9]* "$dir"/[0-9]*; do
		[ "$RET" -eq 0 ] || break
		if ! follow "$step"; then
			check_err 1 "on $(<"$step/who"): $(head -n 1 "$step/text")"
			tell "$step"
		fi
	done
	log_test "$(<"$dir/title")" "$(find "$dir" -mindepth 1 -type d | wc -l) steps"
	clear_machines
}

# Programs that went into the background are in no list of ours.
clear_machines()
{
	local root

	for root in "$LEV_TMP"/machines/*; do
		ip netns pids "$(<"$root/ns")" | xargs -r kill
	done
	lev_topology_end
	rm -rf "$LEV_TMP/machines"
}

require_command python3
require_command curl
require_command vsftpd
require_command dnsmasq
require_command dig
require_command haproxy
PATH=$lev_top/build:$PATH
python3 "$net_dir/cookbook.py" "$lev_top/Documentation/cookbook.rst" "$book"
check_err $? "no recipes"
mv "$(grep -lx common "$book"/*/bed | xargs dirname)" "$book/common"
for dir in "$book"/[0-9]*; do
	grep -qi "${LEV_RECIPE:-}" "$dir/title" || continue
	recipe "$dir"
done
tests_done

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A service with "hash source" keeps the two connections of FTP on one server, IPv4 and IPv6: the
# client opens both (passive), or the server opens the one for data (active), while two levelers
# turn every second. Server and client are vsftpd and curl. With "hash flow" it does not work.
# needs: module
# timeout: 240
# time-travel: yes

ALL_TESTS="begin both4 both6 split"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/flows.sh
. "$(dirname "$0")/flows.sh"

clients=6
# A slow file takes three turns of a second each.
rate=20000
long=60000

ftp_config()
{
	cat <<-TEXT
		background=NO
		listen=NO
		listen_ipv6=YES
		anonymous_enable=YES
		nopriv_user=nobody
		anon_root=$1
		secure_chroot_dir=$LEV_TMP/empty
		connect_from_port_20=YES
		connect_timeout=5
		accept_timeout=5
		anon_max_rate=$rate
		trans_chunk_size=4096
		xferlog_enable=NO
		seccomp_sandbox=NO
		isolate=NO
		isolate_network=NO
	TEXT
}

ftp_listens()
{
	in_ns "$1" ss -Hltn 'sport = :21' | grep -q .
}

# start_ftp I: server I says its name in both of its files, "who" and the slow "long"
start_ftp()
{
	local dir=$LEV_TMP/ftp$1 ns

	ns=$(srv_ns "$1")
	mkdir -p "$dir" "$LEV_TMP/empty"
	echo "srv$1" >"$dir/who"
	yes "srv$1" | head -c $long >"$dir/long"
	ftp_config "$dir" >"$dir.conf"
	start_in_ns "$ns" vsftpd "$dir.conf"
	busywait 10000 ftp_listens "$ns"
}

source_of()
{
	by_family "192.0.2.$((10 + $1))" "fd00:f::1$1"
}

# The commands of the old days for IPv4; IPv6 has no other than EPSV and EPRT.
mode_options()
{
	case $1 in
	passive) echo "--ftp-pasv $(by_family --disable-epsv "")" ;;
	active) echo "--ftp-port - $(by_family --disable-eprt "")" ;;
	esac
}

# fetch_all SECONDS FILE...: each client, in both modes and all at one time, gets these files by one
# control connection. What came is in LEV_TMP/MODE-CLIENT, curl's status in MODE-CLIENT.status.
fetch_all()
{
	local seconds=$1 mode i pids=()
	shift

	for mode in passive active; do
		for ((i = 1; i <= clients; i++)); do
			fetch "$LEV_TMP/$mode-$i" "$seconds" "$(source_of $i)" \
				"$(mode_options $mode)" "$@" &
			pids+=($!)
		done
	done
	wait "${pids[@]}"
}

# fetch TO SECONDS SOURCE OPTIONS FILE...
fetch()
{
	local to=$1 seconds=$2 source=$3 options=$4
	shift 4

	# shellcheck disable=SC2086 # options are words
	in_ns "$client" curl -sS -m "$seconds" --interface "$source" $options \
		"${@/#/ftp://$(by_family $SERV_IP "[$SERV_IP6]")/}" >"$to" 2>"$to.err"
	echo $? >"$to.status"
}

failures()
{
	cat "$LEV_TMP"/{passive,active}-*.status | grep -cv '^0$'
}

# What a client got was whole, and of one server in both modes.
check_client()
{
	local i=$1 mode file

	for mode in passive active; do
		file=$LEV_TMP/$mode-$i
		check_eq "$(<"$file.status")" 0 "client $i, $mode: $(<"$file.err")"
		check_eq "$(stat -c %s "$file")" $((long + 10)) "client $i, $mode: bytes"
	done
	check_eq "$(sort -u "$LEV_TMP"/{passive,active}-"$i" | wc -l)" 1 "servers of client $i"
}

both_forward()
{
	local i

	for i in 1 2; do
		[ "$(lev_stat $i packets_forwarded)" -gt $((had[i] + 20)) ] || return
	done
}

# one_server: the clients of this family
one_server()
{
	local i servers had=()

	for i in 1 2; do
		had[i]=$(lev_stat $i packets_forwarded)
	done
	capture_start data "$client" eth0 src port 20 and src host "$(by_family $SERV_IP $SERV_IP6)"
	fetch_all 60 who long who
	capture_stop data
	for ((i = 1; i <= clients; i++)); do
		check_client $i
	done
	servers=$(sort -u "$LEV_TMP"/{passive,active}-? | xargs)
	check_eq "$servers" "srv1 srv2" "servers"
	check_eq "$(capture_read data | grep -oP '> \K\S+(?=[.]\d+: )' | sort -u | wc -l)" \
		$clients "clients to whom port 20 of a server spoke"
	both_forward
	check_err $? "not both levelers forwarded"
}

begin()
{
	local i

	lev_topology levelers=2 servers=2
	for ((i = 1; i <= clients; i++)); do
		ip -n "$client" -batch - <<-TEXT
			address add $(LEV_FAMILY=4 source_of $i)/24 dev eth0
			address add $(LEV_FAMILY=6 source_of $i)/64 dev eth0
		TEXT
	done
	for ((i = 1; i <= LEV_SERVERS; i++)); do
		start_ftp $i
		check_err $? "no FTP server $i"
	done
	lev_load && LEV_SERVICE="hash source" lev_setup_all lanes 1 period 2s &&
		on_all "service add lev0 $SERV_IP6 hash source"
	check_err $? "no cluster"
	start_turn6
	log_test "two levelers that turn, two FTP servers"
}

both4()
{
	LEV_FAMILY=4
	one_server
	log_test "IPv4: each client has one server, active and passive" "$clients clients"
}

both6()
{
	LEV_FAMILY=6
	one_server
	log_test "IPv6: each client has one server, active and passive" "$clients clients"
}

# Not so by flow: else this test would see nothing.
split()
{
	LEV_FAMILY=4
	on_all "service set lev0 $SERV_IP hash flow"
	fetch_all 10 who
	[ "$(failures)" -gt 0 ]
	check_err $? "nothing fails with hash flow"
	log_test "with hash flow the two connections part" "$(failures) of $((2 * clients)) fail"
}

require_command vsftpd
require_command curl
require_command tcpdump
require_command jq
require_command ss
tests_run

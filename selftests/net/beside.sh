#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# keepalived and FRR, each with an address that two machines share by VRRP, on the segment of a
# cluster that turns: neither is in another's way, and each fails over as it does alone. scripts/setup
# does not install them, as their packages start services: without them this is skipped.
# needs: module
# timeout: 200

ALL_TESTS="begin together fail_over"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/meter.sh
. "$(dirname "$0")/meter.sh"
# shellcheck source=selftests/net/watch.sh
. "$(dirname "$0")/watch.sh"

# shellcheck disable=SC2034 # read by cluster.sh
LEV_MAC=virtual
ka_ip=10.0.0.240
frr_ip=10.0.0.241
frr_dir=/usr/lib/frr
declare -A daemon=()

# machine NAME NUMBER: a further one on Net A, its namespace in the variable NAME
machine()
{
	setup_ns "$1"
	ip -n "$wire" link add "$1-a" up master neta type veth peer name eth0 netns "${!1}"
	ip -n "${!1}" -batch - <<-TEXT
		link set eth0 up
		address add 10.0.0.$2/24 dev eth0
	TEXT
}

# keepalived_up NAME PRIORITY
keepalived_up()
{
	local dir=$LEV_TMP/$1

	mkdir "$dir"
	cat >"$dir/conf" <<-TEXT
		vrrp_instance beside {
			state BACKUP
			interface eth0
			virtual_router_id 51
			priority $2
			advert_int 1
			virtual_ipaddress {
				$ka_ip/24
			}
		}
	TEXT
	start_in_ns "${!1}" keepalived -n -l -P -f "$dir/conf" -p "$dir/pid" -r "$dir/vrrp.pid" \
		>"$dir/log" 2>&1
	daemon[$1]=$started_pid
}

# frr_up NAME PRIORITY: its VRRP wants a macvlan with the virtual router's MAC address
frr_up()
{
	local ns=${!1} dir=$LEV_TMP/$1 words

	mkdir "$dir"
	ip -n "$ns" -batch - <<-TEXT
		link add vrrp4 link eth0 type macvlan mode bridge
		link set vrrp4 address 00:00:5e:00:01:05
		address add $frr_ip/24 dev vrrp4
		link set vrrp4 up
	TEXT
	: >"$dir/zebra.conf"
	printf '%s\n' "interface eth0" " vrrp 5" " vrrp 5 priority $2" " vrrp 5 ip $frr_ip" \
		>"$dir/vrrpd.conf"
	mkdir -p /var/run/frr
	chown -R frr:frr "$dir" /var/run/frr
	chmod 755 "$LEV_TMP"
	words=(-z "$dir/zserv" --vty_socket "$dir" -A 127.0.0.1 -P 0 --log stdout)
	start_in_ns "$ns" "$frr_dir/zebra" -f "$dir/zebra.conf" -i "$dir/zebra.pid" "${words[@]}" \
		>"$dir/zebra" 2>&1
	busywait 10000 [ -S "$dir/zserv" ]
	start_in_ns "$ns" "$frr_dir/vrrpd" -f "$dir/vrrpd.conf" -i "$dir/vrrpd.pid" "${words[@]}" \
		>"$dir/vrrpd" 2>&1
	daemon[$1]=$started_pid
}

answers()
{
	in_ns "$router" ping -q -c 1 -W 1 "$1" >/dev/null
}

begin()
{
	lev_load && lev_topology levelers=2 servers=1 && start_http_all && start_echo_all &&
		lev_setup_all period 1s
	check_err $? "no cluster"
	machine ka1 31
	machine ka2 32
	machine fr1 41
	machine fr2 42
	keepalived_up ka1 200
	keepalived_up ka2 100
	frr_up fr1 200
	frr_up fr2 100
	busywait 20000 answers $ka_ip
	check_err $? "keepalived's address does not answer: $(tail -n 3 "$LEV_TMP/ka1/log")"
	busywait 20000 answers $frr_ip
	check_err $? "FRR's address does not answer: $(tail -n 3 "$LEV_TMP/fr1/vrrpd")"
	log_test "Leveler, keepalived and FRR on one segment"
}

# lost ADDRESS: probes of 100, ten a second
lost()
{
	in_ns "$router" ping -q -c 100 -i 0.1 -W 2 "$1" |
		sed -n 's/.* \([0-9]*\) received.*/\1/p' | awk '{ print 100 - $1 }'
}

together()
{
	local before

	before=$(($(lev_stat 1 turns) + $(lev_stat 2 turns)))
	meter_start together --udp 50 --http 10
	check_eq "$(lost $ka_ip) $(lost $frr_ip)" "0 0" "probes that keepalived and FRR lost"
	meter_stop together
	nothing_lost together
	check_between $(($(lev_stat 1 turns) + $(lev_stat 2 turns) - before)) 200 100000 "turns"
	check_eq "$(lev_stat 1 conflicts) $(lev_stat 2 conflicts)" "0 0" "conflicts"
	log_test "each serves, nothing is lost"
}

fail_over()
{
	meter_start fail --udp 50 --http 10
	kill "${daemon[ka1]}" "${daemon[fr1]}"
	wait "${daemon[ka1]}" "${daemon[fr1]}"
	busywait 20000 answers $ka_ip
	check_err $? "keepalived's address does not answer"
	busywait 20000 answers $frr_ip
	check_err $? "FRR's address does not answer"
	more fail 50
	meter_stop fail
	nothing_lost fail
	log_test "keepalived and FRR fail over, Leveler loses nothing"
}

require_command nginx
require_command jq
require_command keepalived
[ -x $frr_dir/vrrpd ] || skip_all "no FRR"
tests_run

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# levctl realserver on a server and beside a peer that asks for ServIP by ARP and Neighbour
# Discovery: who answers before and after, what check finds, what its commands mend, and that remove
# leaves what was there before. Needs no module.
# needs: root
# timeout: 120

ALL_TESTS="arp nd sender before_setup two_servips two_devices mended way_back refused words boot
	none_left"

# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/../net/lib.sh"

SERV_IP=10.0.1.200
SERV_IP6=fd00:b::200
program=$lev_top/build/levctl

# levctl WORD...: on the server
levctl()
{
	"$program" -n "$server" "$@"
}

# realserver VERB ADDRESS [WORD...]: its output is kept
realserver()
{
	levctl realserver "$1" "$2" dev eth0 "${@:3}" >"$LEV_TMP/said" 2>&1
}

# faults ADDRESS: what check names, with its status
faults()
{
	local code

	levctl -j realserver check "$1" dev eth0 >"$LEV_TMP/json"
	code=$?
	echo "$(jq -r '[.faults[].fault] | join(" ")' "$LEV_TMP/json") $code"
}

# setting NAME [DEVICE]
setting()
{
	in_ns "$server" cat "/proc/sys/net/ipv4/conf/${2:-eth0}/$1"
}

set_setting()
{
	# shellcheck disable=SC2016 # for the shell within
	in_ns "$server" sh -c 'echo $2 >/proc/sys/net/ipv4/conf/$1' sh "$1" "$2"
}

# All that setup could change.
state()
{
	ip -n "$server" -o address show | sed 's/ *valid_lft.*//'
	in_ns "$server" sh -c 'cd /proc/sys/net/ipv4/conf && grep . */arp_* */rp_filter'
}

asked_by_arp()
{
	in_ns "$peer" arping -q -f -c 1 -w 1 -I net "${1:-$SERV_IP}"
}

asked_by_nd()
{
	in_ns "$peer" ndisc6 -q -1 -r 1 -w 1000 "${1:-$SERV_IP6}" net >/dev/null
}

# delivered ADDRESS: with the server's MAC address, as a leveler sends it
delivered()
{
	ip -n "$peer" neighbour replace "$1" lladdr "$mac" dev net
	in_ns "$peer" ping -q -c 1 -W 2 "$1" >/dev/null
	local code=$?
	ip -n "$peer" neighbour del "$1" dev net
	return $code
}

bed()
{
	setup_ns server peer
	ip -n "$peer" -batch - <<-TEXT
		link add net up type veth peer name eth0 netns $server
		link add beyond up type veth peer name netc netns $server
		address add 10.0.1.1/24 dev net
		address add fd00:b::1/64 dev net
	TEXT
	ip -n "$server" -batch - <<-TEXT
		link set eth0 up
		address add 10.0.1.101/24 dev eth0
		address add fd00:b::101/64 dev eth0
		link set netc up
		address add 10.0.2.101/24 dev netc
	TEXT
	mac=$(ip -n "$server" -j link show eth0 | jq -r '.[].address')
	busywait 5000 in_ns "$peer" ping -q -c 1 -W 1 10.0.1.101 >/dev/null
	state >"$LEV_TMP/state"
}

# unchanged WORDS
unchanged()
{
	state | diff "$LEV_TMP/state" - >"$LEV_TMP/diff"
	check_err $? "$1: $(tail -n +2 "$LEV_TMP/diff" | head -n 3)"
}

arp()
{
	check_eq "$(faults $SERV_IP)" "no-alias answers announces 3" "before anything"
	ip -n "$server" address add $SERV_IP/32 dev lo
	asked_by_arp
	check_err $? "by the alias alone the server does not answer: the test shows nothing"
	check_eq "$(faults $SERV_IP)" "answers announces 3" "with the alias alone"
	ip -n "$server" address del $SERV_IP/32 dev lo

	realserver setup $SERV_IP
	check_err $? "setup: $(cat "$LEV_TMP/said")"
	check_eq "$(cat "$LEV_TMP/said")" "" "setup says something"
	asked_by_arp
	check_fail $? "the server answers ARP for ServIP"
	asked_by_arp 10.0.1.101
	check_err $? "the server does not answer ARP for its own address"
	delivered $SERV_IP
	check_err $? "a packet for ServIP is not taken"
	check_eq "$(faults $SERV_IP)" " 0" "after setup"
	realserver check $SERV_IP
	check_err $? "check: $(cat "$LEV_TMP/said")"
	check_eq "$(cat "$LEV_TMP/said")" "$SERV_IP dev eth0: as it should be" "check in words"
	check_eq "$(setting arp_ignore all) $(setting arp_announce all)" "0 0" "settings of all"
	check_eq "$(setting arp_ignore netc)" 0 "setting of another device"

	state >"$LEV_TMP/once"
	realserver setup $SERV_IP
	check_err $? "setup again: $(cat "$LEV_TMP/said")"
	check_eq "$(state | diff "$LEV_TMP/once" - | head -n 1)" "" "setup again changes something"
	realserver remove $SERV_IP
	check_err $? "remove: $(cat "$LEV_TMP/said")"
	unchanged "remove leaves"
	realserver remove $SERV_IP
	check_eq $? 2 "remove again"
	log_test "IPv4: nobody hears of ServIP, whose packets are taken; and back"
}

nd()
{
	check_eq "$(faults $SERV_IP6)" "no-alias 3" "before anything"
	ip -n "$server" address add $SERV_IP6/64 dev eth0 nodad
	asked_by_nd
	check_err $? "with ServIP on its device the server does not answer"
	check_eq "$(faults $SERV_IP6)" "no-alias on-device 3" "with ServIP on the device"
	realserver setup $SERV_IP6
	check_eq $? 2 "setup with ServIP on the device"
	ip -n "$server" address del $SERV_IP6/64 dev eth0
	unchanged "a refused setup leaves"

	realserver setup $SERV_IP6
	check_err $? "setup: $(cat "$LEV_TMP/said")"
	asked_by_nd
	check_fail $? "the server answers Neighbour Discovery for ServIP"
	asked_by_nd fd00:b::101
	check_err $? "the server does not answer for its own address"
	delivered $SERV_IP6
	check_err $? "a packet for ServIP is not taken"
	check_eq "$(faults $SERV_IP6)" " 0" "after setup"
	check_eq "$(setting arp_ignore) $(setting arp_announce)" "0 0" "settings of ARP"
	realserver setup $SERV_IP6
	check_err $? "setup again: $(cat "$LEV_TMP/said")"
	realserver remove $SERV_IP6
	check_err $? "remove: $(cat "$LEV_TMP/said")"
	unchanged "remove leaves"
	log_test "IPv6: nobody hears of ServIP, whose packets are taken; and back"
}

# sends_from_servip NAME: what the peer sees of ARP when the server looks for it, as a capture
sends_from_servip()
{
	ip -n "$server" neighbour flush dev eth0
	capture_start "$1" "$peer" net arp
	in_ns "$server" ping -q -c 1 -W 1 -I $SERV_IP 10.0.1.1 >/dev/null
	capture_stop "$1"
}

# What the server sends from ServIP must not tell the neighbours where it is.
sender()
{
	realserver setup $SERV_IP
	sends_from_servip asked
	[ "$(capture_count asked 'arp[6:2] = 1 and arp[24:4] = 0x0a000101')" -gt 0 ]
	check_err $? "the server did not ask for its neighbour"
	check_eq "$(capture_count asked 'arp[14:4] = 0x0a0001c8')" 0 "ARP frames that name ServIP"
	set_setting eth0/arp_announce 0
	check_eq "$(faults $SERV_IP)" "announces 3" "arp_announce 0"
	sends_from_servip told
	[ "$(capture_count told 'arp[14:4] = 0x0a0001c8')" -gt 0 ]
	check_err $? "with arp_announce 0 it does not name ServIP: the test shows nothing"
	realserver remove $SERV_IP
	unchanged "remove leaves"
	log_test "the server does not ask by ARP as ServIP"
}

# What an admin had set, or sets later, is not undone.
before_setup()
{
	set_setting eth0/arp_ignore 2
	set_setting eth0/arp_announce 1
	ip -n "$server" address add $SERV_IP/32 dev lo
	state >"$LEV_TMP/by-hand"
	realserver setup $SERV_IP
	check_err $? "setup: $(cat "$LEV_TMP/said")"
	check_eq "$(setting arp_ignore) $(setting arp_announce)" "2 2" "what was good is left"
	check_eq "$(faults $SERV_IP)" " 0" "after setup"
	realserver remove $SERV_IP
	check_err $? "remove: $(cat "$LEV_TMP/said")"
	check_eq "$(state | diff "$LEV_TMP/by-hand" - | head -n 2)" "" "remove takes what it did not do"

	realserver setup $SERV_IP
	set_setting eth0/arp_announce 0
	realserver remove $SERV_IP
	check_eq "$(setting arp_announce)" 0 "what was set after setup"
	ip -n "$server" address del $SERV_IP/32 dev lo
	set_setting eth0/arp_ignore 0
	unchanged "at the end"
	log_test "remove undoes what setup has changed, and nothing else"
}

two_servips()
{
	realserver setup $SERV_IP
	realserver setup 10.0.1.201
	realserver setup $SERV_IP6
	realserver remove $SERV_IP
	check_err $? "remove: $(cat "$LEV_TMP/said")"
	check_eq "$(faults 10.0.1.201)" " 0" "the other ServIP"
	check_eq "$(faults $SERV_IP6)" " 0" "that of IPv6"
	check_eq "$(faults $SERV_IP)" "no-alias 3" "the one that was removed"
	realserver remove 10.0.1.201
	check_eq "$(setting arp_ignore) $(setting arp_announce)" "0 0" "after the last of IPv4"
	realserver remove $SERV_IP6
	unchanged "remove leaves"
	log_test "several ServIPs on one device keep out of each other's way"
}

two_devices()
{
	realserver setup $SERV_IP
	levctl realserver setup $SERV_IP dev netc
	check_err $? "setup for the second device"
	realserver remove $SERV_IP
	check_err $? "remove: $(cat "$LEV_TMP/said")"
	check_eq "$(setting arp_ignore) $(setting arp_ignore netc)" "0 1" "settings of both"
	check_eq "$(levctl -j realserver check $SERV_IP dev netc | jq .good)" true "the other device"
	levctl realserver remove $SERV_IP dev netc
	check_err $? "remove for the second device"
	unchanged "remove leaves"

	ip -n "$server" link add gone up type bridge
	levctl realserver setup $SERV_IP dev gone
	ip -n "$server" link del gone
	ip -n "$server" link add gone up type bridge
	levctl realserver remove $SERV_IP dev gone
	check_err $? "remove after the device went and came"
	ip -n "$server" link del gone
	unchanged "remove leaves, after the device went and came"
	log_test "one ServIP on several devices, one of which goes"
}

# mend ADDRESS: runs what check says, as it stands there, elsewhere than on the server
mend()
{
	levctl -j realserver check "$1" dev eth0 | jq -r '.faults[].mend' >"$LEV_TMP/mend"
	in_ns "$peer" sh -e "$LEV_TMP/mend" >/dev/null
}

mended()
{
	local ip

	for ip in $SERV_IP $SERV_IP6; do
		ip -n "$server" address add $ip/24 dev lo
		ip -n "$server" address add $ip/24 dev eth0 2>/dev/null
		realserver setup $ip
		check_eq $? 2 "setup although lo has the whole net"
		set_setting all/arp_ignore 8
		set_setting all/arp_announce 3
		set_setting eth0/arp_ignore 3
		mend $ip
		check_err $? "the commands do not run"
		check_eq "$(faults $ip)" " 0" "after the commands"
		ip -n "$server" address del $ip dev lo 2>/dev/null
		set_setting all/arp_ignore 0
		set_setting all/arp_announce 0
		set_setting eth0/arp_ignore 0
		set_setting eth0/arp_announce 0
	done
	unchanged "at the end"
	ip -n "$server" link set eth0 down
	check_eq "$(faults $SERV_IP6)" "device-down no-alias 3" "with the device down"
	mend $SERV_IP6
	check_eq "$(faults $SERV_IP6)" " 0" "after the commands"
	ip -n "$server" address del $SERV_IP6/128 dev lo
	ip -n "$server" address replace fd00:b::101/64 dev eth0
	log_test "the commands that check names mend what it finds"
}

# Pings that the server has taken.
echos()
{
	# shellcheck disable=SC2016 # awk's words, not the shell's
	in_ns "$server" awk '/^Icmp: [A-Z]/ { for (i = 2; i <= NF; i++) at[$i] = i }
		/^Icmp: [0-9]/ { print $at["InEchos"] }' /proc/net/snmp
}

# taken: how many of two pings from beyond the server's default route
taken()
{
	local before

	before=$(echos)
	in_ns "$peer" ping -q -c 2 -i 0.2 -W 1 -I 192.0.2.2 $SERV_IP >/dev/null
	echo $(($(echos) - before))
}

way_back()
{
	ip -n "$peer" address add 192.0.2.2/32 dev lo
	ip -n "$peer" neighbour replace $SERV_IP lladdr "$mac" dev net
	realserver setup $SERV_IP
	set_setting eth0/rp_filter 1
	check_eq "$(faults $SERV_IP)" " 0" "strict, without a default route"
	ip -n "$server" route add default via 10.0.1.1
	check_eq "$(faults $SERV_IP)" " 0" "strict, with a way back by the device"
	check_eq "$(taken)" 2 "packets taken, with a way back by the device"
	ip -n "$server" route replace default via 10.0.2.1
	check_eq "$(faults $SERV_IP)" "rp-filter 3" "strict, and the way back by another device"
	check_eq "$(taken)" 0 "packets taken, strict: the test shows nothing"
	mend $SERV_IP
	check_err $? "the command does not run"
	check_eq "$(faults $SERV_IP)" " 0" "after the command"
	check_eq "$(taken)" 2 "packets taken, after the command"
	ip -n "$server" route del default
	set_setting eth0/rp_filter 0
	realserver remove $SERV_IP
	unchanged "remove leaves"
	ip -n "$peer" neighbour del $SERV_IP dev net
	log_test "a reverse path filter that drops clients' packets is found and mended"
}

refused()
{
	set_setting all/arp_ignore 3
	state >"$LEV_TMP/overruled"
	realserver setup $SERV_IP
	check_eq $? 2 "setup where all.arp_ignore overrules it"
	grep -q 'all.arp_ignore=0' "$LEV_TMP/said"
	check_err $? "it does not say how to mend it: $(cat "$LEV_TMP/said")"
	check_eq "$(state | diff "$LEV_TMP/overruled" - | head -n 2)" "" "it changes something"
	set_setting all/arp_ignore 0

	# The last step fails: what was done before it is undone.
	in_ns "$server" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/lo/disable_ipv6'
	realserver setup $SERV_IP6
	check_eq $? 2 "setup without IPv6 on lo"
	grep -q disable_ipv6 "$LEV_TMP/said"
	check_err $? "it does not say why: $(cat "$LEV_TMP/said")"
	in_ns "$server" sh -c 'echo 0 >/proc/sys/net/ipv6/conf/lo/disable_ipv6'
	realserver remove $SERV_IP6
	check_eq $? 2 "remove of what was not set up"
	unchanged "a refused setup leaves"
	ip -n "$server" link add bond0 type bridge
	ip -n "$server" link set netc master bond0
	"$program" -n "$server" realserver check $SERV_IP dev netc >"$LEV_TMP/said" 2>&1
	check_eq $? 1 "a port of a bridge"
	grep -q '"dev": "netc" is a port of "bond0"' "$LEV_TMP/said"
	check_err $? "$(cat "$LEV_TMP/said")"
	ip -n "$server" link del bond0
	log_test "a setup that cannot be changes nothing and says why"
}

# wrong SAYS WORD...: the words are refused, and named
wrong()
{
	local says=$1
	shift

	levctl realserver "$@" >"$LEV_TMP/said" 2>&1
	check_eq $? 1 "status of: $*"
	grep -qF "$says" "$LEV_TMP/said"
	check_err $? "'$says' is not said of '$*': $(cat "$LEV_TMP/said")"
}

words()
{
	wrong 'a verb is missing: setup, check, remove'
	wrong '"set" is not one of: setup, check, remove' set $SERV_IP dev eth0
	wrong 'setup: "address" is missing' setup
	wrong '"address": "10.0.1.300" is not an IPv4 or IPv6 address' setup 10.0.1.300 dev eth0
	wrong '"address": "10.0.1.200/32" is not' setup $SERV_IP/32 dev eth0
	wrong '"address": "127.0.0.2" cannot be a ServIP' setup 127.0.0.2 dev eth0
	wrong '"address": "224.0.0.1" cannot be' setup 224.0.0.1 dev eth0
	wrong '"address": "fe80::1" cannot be' setup fe80::1 dev eth0
	wrong '"address": "::1" cannot be' setup ::1 dev eth0
	wrong '"dev" is missing' setup $SERV_IP
	wrong '"dev" has no value' setup $SERV_IP dev
	wrong '"dev": "a/b" is not a device' setup $SERV_IP dev a/b
	wrong '"dev": there is no device "nosuchdevice"' setup $SERV_IP dev nosuchdevice
	wrong '"dev": "lo": name the device by which packets come' setup $SERV_IP dev lo
	wrong '"dev" is not a word that fits' setup $SERV_IP dev eth0 dev eth0
	wrong '"persistent" is not a word' check $SERV_IP dev eth0 persistent
	wrong '"persistent" is not a word' remove $SERV_IP dev eth0 persistent
	wrong '"forever" is not a word' setup $SERV_IP dev eth0 forever
	unchanged "wrong words leave"
	log_test "wrong words are named, and change nothing"
}

# In namespaces of mounts and processes, the server's network is the machine's first.
boot_within()
{
	local dir=/etc/systemd/system name=leveler-realserver-$SERV_IP-eth0.service
	local wants=$dir/sys-subsystem-net-devices-eth0.device.wants

	mount -t tmpfs none $dir || return
	set -x
	"$program" realserver setup $SERV_IP dev eth0 persistent || return
	"$program" realserver setup $SERV_IP dev eth0 persistent || return
	grep -qx "ExecStart=$program realserver setup $SERV_IP dev eth0" $dir/$name || return
	[ "$(readlink $wants/$name)" = ../$name ] || return
	[ "$(readlink -e $wants/$name)" = $dir/$name ] || return
	"$program" realserver check $SERV_IP dev eth0 | grep -q 'be, persistent$' || return
	if command -v systemd-analyze; then
		systemd-analyze verify --man=no $dir/$name || return
	fi
	# As at a start of the machine, of which the records know nothing.
	ip address del $SERV_IP/32 dev lo
	sh -xec "$(sed -n 's/^ExecStart=//p' $dir/$name)" || return
	"$program" realserver check $SERV_IP dev eth0 || return
	"$program" realserver setup $SERV_IP6 dev eth0 persistent || return
	"$program" realserver remove $SERV_IP dev eth0 || return
	"$program" realserver remove $SERV_IP6 dev eth0 || return
	[ -z "$(ls $dir)" ] || { ls -R $dir; return 1; }
	ip link add 'odd@0' type bridge
	"$program" realserver setup $SERV_IP dev 'odd@0' persistent && return 1
	ip link del 'odd@0'
	[ -z "$(ls $dir)" ]
}

# The server's network namespace has a name: the machine does not start with it.
not_first()
{
	mount -t tmpfs none /etc/systemd/system || return
	"$program" -n "$server" realserver setup $SERV_IP dev eth0 persistent
	[ $? -eq 1 ] && [ -z "$(ls /etc/systemd/system)" ]
}

boot()
{
	if [ ! -d /etc/systemd/system ]; then
		skip_test "no systemd"
		log_test "a unit sets the server up at each start"
		return
	fi
	export -f boot_within not_first
	export program server SERV_IP SERV_IP6
	unshare --mount bash -c not_first >"$LEV_TMP/said" 2>&1
	check_err $? "a unit for another namespace: $(cat "$LEV_TMP/said")"
	grep -q '"persistent": at its start the machine does not have this' "$LEV_TMP/said"
	check_err $? "$(cat "$LEV_TMP/said")"
	unchanged "a unit for another namespace leaves"
	in_ns "$server" unshare --mount --pid --fork --mount-proc bash -c boot_within \
		>"$LEV_TMP/said" 2>&1
	check_err $? "$(tail -n 3 "$LEV_TMP/said")"
	unchanged "remove leaves"
	log_test "a unit sets the server up at each start"
}

none_left()
{
	check_eq "$(find /run/leveler -name 'realserver-*' -newer "$LEV_TMP/begun" 2>/dev/null)" "" \
		"records"
	log_test "no record is left of what is undone"
}

require_command arping
require_command ndisc6
require_command jq
require_command tcpdump
touch "$LEV_TMP/begun"
bed
tests_run

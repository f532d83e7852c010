# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The systems that the race compares, sourced by run behind cluster.sh. Each has six functions:
#   NAME_begin WORD...       set up as a line of race_variants says, not yet started
#   NAME_start I, _stop I    on machine I: as at boot, and as a service is stopped
#   NAME_up I                does it run?
#   NAME_drain I, _undrain I by plan: the other is to serve, and may serve no longer
# Behind the stopping of a cut machine nothing is left on it, as after its boot.

RACE_VRID=51

# One line a variant: system, its name, and what the system's _begin takes. Tuned, a machine is lost
# after 3 heartbeats, as by default, of the shortest interval that VRRPv3 has, 10 ms, and Leveler's
# are the same; ucarp cannot.
# shellcheck disable=SC2034 # read by run
race_variants=(
	"leveler default-virtual"
	"leveler default-physical mac physical"
	"leveler tuned-virtual heartbeat 10ms dead 3"
	"leveler tuned-physical heartbeat 10ms dead 3 mac physical"
	"keepalived default"
	"keepalived default-vmac vmac"
	"keepalived tuned fast"
	"keepalived tuned-vmac fast vmac"
	"ucarp default"
	"ucarp tuned fast"
)

declare -A race_pid=()

# race_daemon I COMMAND...: on machine I, its words in $LEV_TMP/daemonI
race_daemon()
{
	local i=$1 ns
	shift

	ns=$(lev_ns "$i")
	start_in_ns "$ns" "$@" >>"$LEV_TMP/daemon$i" 2>&1
	race_pid[$i]=$started_pid
}

# race_daemon_stop I: returns when it has ended
race_daemon_stop()
{
	kill "${race_pid[$1]}" && wait "${race_pid[$1]}"
	! race_daemon_up "$1" 2>/dev/null
}

race_daemon_up()
{
	kill -0 "${race_pid[$1]}"
}

# race_forward: both machines as plain routers to the server, for systems that only move an address
race_forward()
{
	local i

	for i in 1 2; do
		ip -n "$(lev_ns $i)" route add $SERV_IP/32 via 10.0.1.101 || return
	done
}

### Leveler: the wheel stands still, so that lanes move for failures only

leveler_begin()
{
	leveler_words="period 0 $*"
	lev_load
}

leveler_start()
{
	# shellcheck disable=SC2086 # one word a word
	lev_setup "$1" $leveler_words && ip -n "$(lev_ns "$1")" link set lev0 up
}

leveler_stop()
{
	levctl_on "$1" cluster del lev0
}

leveler_up()
{
	lev_wait_state "$1" active 1000
}

leveler_drain()
{
	levctl_on "$1" node set lev0 "$1" state drain
}

leveler_undrain()
{
	levctl_on "$1" node set lev0 "$1" state active
}

### keepalived: VRRP, machine 1 of higher priority

# What its manual names for speed: the shortest interval, which only version 3 has, a process that
# is scheduled before others and not swapped, and priorities whose skew is next to nothing.
keepalived_begin()
{
	keepalived_words=" $* "
	race_forward
}

keepalived_fast()
{
	[[ $keepalived_words = *" fast "* ]]
}

# keepalived_config I PRIORITY
keepalived_config()
{
	echo "global_defs {"
	echo "	router_id race$1"
	! keepalived_fast || printf '\t%s\n' "vrrp_version 3" "vrrp_rt_priority 50" \
		"vrrp_rlimit_rttime 10000" "vrrp_no_swap"
	echo "}"
	echo "vrrp_instance race {"
	printf '\t%s\n' "state BACKUP" "interface front" "virtual_router_id $RACE_VRID" "priority $2"
	! keepalived_fast || echo "	advert_int 0.01"
	[[ $keepalived_words != *" vmac "* ]] || echo "	use_vmac"
	echo "	virtual_ipaddress {"
	echo "		$LEV_IP/24"
	echo "	}"
	echo "}"
}

# keepalived_configure I [drained]
keepalived_configure()
{
	local priority=$((255 - $1))

	[ "${2:-}" != drained ] || priority=100
	keepalived_config "$1" $priority >"$LEV_TMP/keepalived$1"
}

keepalived_start()
{
	keepalived_configure "$1"
	race_daemon "$1" keepalived --dont-fork --log-console --log-detail --vrrp \
		--use-file "$LEV_TMP/keepalived$1" --pid "$LEV_TMP/pid$1" \
		--vrrp_pid "$LEV_TMP/vrrp-pid$1"
}

keepalived_stop()
{
	race_daemon_stop "$1"
}

keepalived_up()
{
	race_daemon_up "$1"
}

keepalived_drain()
{
	keepalived_configure "$1" drained
	kill -HUP "${race_pid[$1]}"
}

keepalived_undrain()
{
	keepalived_configure "$1"
	kill -HUP "${race_pid[$1]}"
}

### ucarp: CARP

# Fast: libpcap hands over what it has caught once a second, so the second machine must wait for
# longer than that, or it takes over from one that lives. The first is preferred, and need not wait.
race_ucarp_fast=([1]="--advbase=0 --advskew=13" [2]="--advbase=1 --advskew=64 --deadratio=1")

ucarp_begin()
{
	ucarp_fast=${1:-}
	echo "ip address add $LEV_IP/24 dev front" >"$LEV_TMP/up"
	echo "ip address del $LEV_IP/24 dev front" >"$LEV_TMP/down"
	sed -i '1i #!/bin/sh' "$LEV_TMP/up" "$LEV_TMP/down"
	chmod +x "$LEV_TMP/up" "$LEV_TMP/down"
	race_forward
}

ucarp_start()
{
	local pace=

	[ -z "$ucarp_fast" ] || pace=${race_ucarp_fast[$1]}
	# shellcheck disable=SC2086 # one word a word
	race_daemon "$1" ucarp --interface=front --srcip=10.0.0.$((100 + $1)) --vhid=$RACE_VRID \
		--pass=race --addr=$LEV_IP --upscript="$LEV_TMP/up" --downscript="$LEV_TMP/down" \
		--shutdown $pace
}

ucarp_stop()
{
	race_daemon_stop "$1"
}

ucarp_up()
{
	race_daemon_up "$1"
}

# Its only way: "down", and deaf for 3 s. Then it goes on by itself.
ucarp_drain()
{
	kill -USR2 "${race_pid[$1]}"
}

ucarp_undrain()
{
	:
}

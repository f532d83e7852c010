#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Faults that only machines of their own can have: each leveler is a guest with a kernel, a clock
# and network cards. One panics, is frozen and thawed, loses a cable on one side, has no time for
# its user space, has the module taken away under load. What the client saw is recorded, by both
# families. Emulated machines stand still at times: how late they were is recorded, too, and what the
# client saw is judged by it.
# needs: machines
# timeout: 1800

ALL_TESTS="begin panic boot_again freeze thaw front_down back_down starve starve_all unload kernel_logs"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/../net/cluster.sh"
# shellcheck source=selftests/vm/bed.sh
. "$(dirname "$0")/bed.sh"

# What a move may take beside the dead time when no machine is late, with a margin.
slack_ms=500

### What the client saw

# scene NAME [MACHINE]: from now on it is recorded, whatever the state of the MACHINE
scene()
{
	local name

	for name in "${machines[@]}"; do
		[ "$name" = "${2:-}" ] || on "$name" latest >/dev/null
	done
	on out measure "$1"
	check_err $? "the client has no answers to begin with"
}

# seen NAME [MACHINE]: ends the record. Of the two families $silence is the worse one's, and $lost,
# $failed, $broken and $moved (the router's entries) are sums; $late is how late machines were, but
# for the MACHINE that was hit: the sum, as a packet and its answer pass several.
seen()
{
	local name asked

	on out served "$1" 30
	check_err $? "the client has no answers in the end"
	on out measured "$1" >"$LEV_TMP/$1.json"
	check_err $? "no record"
	read -r silence lost failed broken asked moved < <(jq -rs '[
		(map(.udp.silence_ms) | max | ceil), (map(.udp.lost) | add),
		(map(.http.failed) | add), (map(.long.broken) | add),
		(map(.http.started) | add), (map(.cache_changes) | add)] | join(" ")' \
		"$LEV_TMP/$1.json")
	late=0
	for name in "${machines[@]}"; do
		[ "$name" = "${2:-}" ] || latest "$name"
	done
	saw="longest silence $silence ms, $lost probes lost, $failed of $asked requests failed,"
	saw+=" $broken downloads broken; machines $late ms late in all"
}

latest()
{
	local ms

	ms=$(on "$1" latest)
	late=$((late + ${ms:-0}))
}

# A leveler that dies is missed when the dead time since its last heartbeat is over, and nothing but
# probes is lost.
check_missed()
{
	check_between "$silence" $((lev_dead_ms - lev_beat_ms - slack_ms / 5 - late)) \
		$((lev_dead_ms + slack_ms + late)) \
		"ms without an answer"
	check_between "$lost" 1 $((silence / 50 + 4)) "lost probes"
	check_unbroken
}

# One that says that it goes is followed at once.
check_followed()
{
	check_between "$silence" 0 $((slack_ms + late)) "ms without an answer"
	check_between "$lost" 0 $((late / 50)) "lost probes"
	check_unbroken
}

check_unbroken()
{
	check_eq "$failed" 0 "failed requests"
	check_eq "$broken" 0 "broken downloads"
	check_eq "$moved" 0 "changes of the router's entries"
}

### Who is at work

# used: the leveler that the router's frames go to, as its switch knows
used()
{
	bridge -n "$wire" fdb show br neta | awk -v mac="$lane_mac" \
		'$1 == mac && match($3, /^lev[0-9]+-a$/) { print substr($3, 4) + 0 }'
}

uses()
{
	[ "$(used)" = "$1" ]
}

uses_another()
{
	local now
	now=$(used)

	[ -n "$now" ] && [ "$now" != "$1" ]
}

# wait_heirs: the $victim's lane is another one's, which is $heir; those that remain are without it
wait_heirs()
{
	local i

	slowwait 60 uses_another "$victim"
	check_err $? "the switch knows no other leveler"
	[ "$RET" = 0 ] || return
	heir=$(used)
	for ((i = 1; i <= LEV_LEVELERS; i++)); do
		[ "$i" = "$victim" ] || {
			wait_stat "$i" view "$others"
			check_err $? "leveler $i still has it in its view"
		}
	done
	check_eq "$(stat_of "$heir" owned_lanes)" 1 "lanes of the one that the router uses"
}

# wait_back: the $victim is at work again
wait_back()
{
	local i

	for ((i = 1; i <= LEV_LEVELERS; i++)); do
		wait_stat "$i" view "1-$LEV_LEVELERS" 120
		check_err $? "leveler $i does not have all in its view"
	done
	slowwait 60 uses "$victim"
	check_err $? "the switch does not know it"
}

### The scenes

begin()
{
	local name i

	bed_wires && bed_share
	check_err $? "no test bed"
	for name in "${machines[@]}"; do
		boot "$name"
	done
	for name in "${machines[@]}"; do
		booted "$name"
		check_err $? "$name does not boot"
	done
	for ((i = 1; i <= LEV_LEVELERS; i++)); do
		wait_stat "$i" view "1-$LEV_LEVELERS" 120
		check_err $? "leveler $i does not have all in its view"
	done
	[ "$RET" = 0 ] || begin_failed
	scene begin
	lane_mac=$(on out router_mac)
	victim=$(used)
	others=$(seq $LEV_LEVELERS | grep -vx "$victim" | paste -sd,)
	[ "$others" != 2,3 ] || others=2-3
	check_eq "$(LEV_FAMILY=6 on out router_mac $LEV_IP6)" "$lane_mac" "entry of the other family"
	seen begin
	check_unbroken
	[ "$RET" = 0 ] || begin_failed
	log_test "$LEV_LEVELERS levelers serve, the router uses $victim" "$saw"
}

begin_failed()
{
	log_test "$LEV_LEVELERS levelers serve"
	tests_done
}

# It hangs with its links up, as a machine does whose kernel is told to wait, then starts anew.
panic()
{
	scene panic
	tell "lev$victim" eval "echo 20 >/proc/sys/kernel/panic; echo c >/proc/sysrq-trigger"
	wait_heirs
	seen panic "lev$victim"
	check_missed
	slowwait 120 ended "lev$victim"
	check_err $? "it does not come to its end"
	grep -q "Kernel panic - not syncing: sysrq triggered crash" "$LEV_TMP/lev$victim.log"
	check_err $? "it was no panic"
	log_test "a leveler panics, another takes its place" "$saw"
}

ended()
{
	! runs "$1"
}

boot_again()
{
	scene boot-again "lev$victim"
	boot "lev$victim"
	booted "lev$victim"
	check_err $? "it does not boot"
	wait_back
	seen boot-again
	check_followed
	log_test "it boots again and has its place back" "$saw"
}

# What it is asked meanwhile waits at its card, before and behind heartbeats.
freeze()
{
	on out ask
	scene freeze
	signal "lev$victim" STOP
	wait_heirs
	seen freeze "lev$victim"
	check_missed
	log_test "a leveler is frozen, another takes its place" "$saw"
}

# From its thaw until it says that it is ready it knows nothing of now, whatever it was asked.
thaw()
{
	local side

	scene thaw "lev$victim"
	for side in a b; do
		capture_start "thaw-$side" "$wire" "lev$victim-$side" -Q in
		check_err $? "no capture"
	done
	signal "lev$victim" CONT
	wait_back
	on out ask_end
	check_err $? "nobody has asked"
	for side in a b; do
		capture_stop "thaw-$side"
	done
	seen thaw "lev$victim"
	check_followed
	for side in a b; do
		check_eq "$(spoke "thaw-$side")" "listened 0" "side $side: frames of its lane before"
	done
	log_test "it is thawed, and is silent until it has heard the others" "$saw"
}

# spoke CAPTURE: "listened" if it said that it is silent before it was ready, and how many frames
# it sent until then from its lane's address or for a LevIP
spoke()
{
	local beat="ether proto 0x88b5 and ether[22] = $victim"

	{
		capture_read "$1" "$beat and ether[38] != 0" | sed 's/^/silent /'
		capture_read "$1" "$beat and ether[38] = 0" | sed 's/^/ready /'
		capture_read "$1" "not ether proto 0x88b5 and (ether src $lane_mac or
			(arp[6:2] = 2 and (src host $LEV_IP or src host $LEV_GATEWAY)) or
			(icmp6 and ip6[40] = 136 and
			(src host $LEV_IP6 or src host $LEV_GATEWAY6)))" | sed 's/^/lane /'
	} | sort -nk2 | awk '
		$1 == "silent" { word = "listened" }
		$1 == "ready" && word { exit }
		$1 == "lane" { n++ }
		END { print word ? word : "never silent", n + 0 }'
}

# link_down SIDE REASON: a cable is pulled, which its card tells its kernel
link_down()
{
	local name=$2

	[ "$LEV_KIND" = vm ] || { skip_test "no cables to pull"; saw=; return; }
	scene "$name"
	monitor "lev$victim" set_link "lev$victim-$1" off
	wait_heirs
	check_eq "$(stat_of "$victim" reason)" "$name" "what it says"
	monitor "lev$victim" set_link "lev$victim-$1" on
	wait_back
	seen "$name"
	check_followed
}

front_down()
{
	link_down a front-down
	log_test "a cable is pulled in front, and put in again" "$saw"
}

back_down()
{
	link_down b back-down
	log_test "a cable is pulled on the back, and put in again" "$saw"
}

takeovers()
{
	local i

	for ((i = 1; i <= LEV_LEVELERS; i++)); do
		stat_of "$i" takeovers
	done | paste -sd' '
}

# starved SCENE [KERNEL]: for 8 s; $still is how long its user space stood still, $beats what it said
# meanwhile
starved()
{
	scene "$1"
	beats=$(stat_of "$victim" beats_sent)
	on "lev$victim" starve 8 "${2:-}"
	check_err $? "cannot starve it"
	beats=$(($(stat_of "$victim" beats_sent) - beats))
	still=$(on "lev$victim" latest)
	check_between "$still" 6000 60000 "ms that its user space stood still"
	wait_back
	seen "$1"
	saw="$beats heartbeats sent; $saw"
}

# Heartbeats and packets are the kernel's: it goes on as if nothing were.
starve()
{
	local before beats still

	before=$(takeovers)
	starved starve
	check_followed
	[ "$late" -ge $((lev_dead_ms / 2)) ] || check_eq "$(takeovers)" "$before" "takeovers"
	log_test "a leveler's user space is starved for $still ms" "$saw"
}

# The kernel's thread that takes over from interrupts when there is much to do has no time, either.
# Whether it is needed is chance: before Linux 6.5 all packets and timers wait for it then, and the
# leveler is missed.
starve_all()
{
	local beats still

	starved starve-all kernel
	check_between "$silence" 0 $((lev_dead_ms + slack_ms + late)) "ms without an answer"
	check_between "$lost" 0 $((silence / 50 + 4)) "lost probes"
	check_unbroken
	log_test "the kernel's own threads are starved, too, for $still ms" "$saw"
}

unload()
{
	scene unload
	on "lev$victim" rmmod leveler
	check_err $? "the module does not go"
	wait_heirs
	on "lev$victim" join "$victim"
	check_err $? "the module does not come again"
	wait_back
	seen unload
	check_followed
	log_test "the module is unloaded under load, and loaded again" "$saw"
}

kernel_logs()
{
	local name

	for name in "${machines[@]}"; do
		on "$name" log_is_clean | sed "s/^/# $name: /"
		check_err "${PIPESTATUS[0]}" "$name's kernel has complained"
	done
	log_test "no kernel has complained"
}

[ "$(id -u)" = 0 ] || skip_all "not root: no bridges, no taps"
[ -c /dev/net/tun ] || skip_all "no /dev/net/tun"
[ "$LEV_KIND" = uml ] || require_command qemu-system-x86_64
require_command setpriv
require_command nginx
require_command jq
require_command tcpdump
tests_run

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# MAC addresses of lanes: whatever happens to levelers, the router's entry for LevIP stays as it is,
# and switches learn where the lane is. The cluster has addresses of both families; which one the
# client uses, LEV_FAMILY says (vmac6.sh).
# needs: module
# timeout: 300
# time-travel: yes

ALL_TESTS="begin entries conflict turn missed drain undrain crash heal stop back quiet flooded
	explains refresh_off to_physical"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/meter.sh
. "$(dirname "$0")/meter.sh"
# shellcheck source=selftests/net/watch.sh
. "$(dirname "$0")/watch.sh"

LEV_GATEWAY=10.0.1.254
# shellcheck disable=SC2034 # these are read by cluster.sh
LEV_GATEWAY6=fd00:b::fe
LEV_LEVIPS="$LEV_IP $LEV_IP6"
LEV_SERVIPS="$SERV_IP $SERV_IP6"
LEV_MAC=virtual

# What the MAC addresses of the cluster's lanes begin with, on front and back.
lane_mac=02:4c:76:00:07:
lane_mac_back=02:4c:77:00:07:

# Frames that say where a lane is, and gratuitous ones for LevIP.
moved="ether proto 0x88b5 and ether[19] = 4"
told="(arp[6:2] = 1 and arp[14:4] = arp[24:4]) or
	(icmp6 and ip6[40] = 136 and ip6[44] & 0x40 = 0)"

router_lane()
{
	router_mac | grep -q "^$lane_mac"
}

# Which leveler has the lane of the router's entry: $owner, the other is $heir
lane_owner()
{
	local lane

	lane=$((16#$(router_mac | sed 's/.*://')))
	owner=$(levctl_on 1 -j status lev0 | jq ".[0].owners[$lane]")
	heir=$((3 - owner))
	[ "$owner" = 1 ] || [ "$owner" = 2 ]
	check_err $? "nobody has lane $lane"
}

# port_of MAC: the port of the router's switch that leads there
port_of()
{
	bridge -n "$wire" fdb show br neta | awk -v mac="$1" '$1 == mac { print $3 }'
}

switch_leads_to()
{
	[ "$(port_of "$(router_mac)")" = "lev$1-a" ]
}

wait_switch()
{
	busywait 3000 switch_leads_to "$1"
	check_err $? "the switch leads to '$(port_of "$(router_mac)")', not to leveler $1"
}

begin()
{
	lev_load && lev_topology levelers=2 servers=2 && start_http_all && start_echo_all &&
		lev_setup_all period 0
	check_err $? "no cluster"
	watch_all
	meter_start first --udp 100 --http 20
	check_err $? "ServIP does not answer"
	router_lane
	check_err $? "the router's entry is $(router_mac)"
	levctl_on 1 -j status lev0 >"$LEV_TMP/status"
	check_eq "$(jq -c '.[0].macs | [.front.mac, .front.why, .back.mac, .back.why]' \
		"$LEV_TMP/status")" '["virtual",null,"virtual",null]' "status"
	lane_owner
	wait_switch "$owner"
	more first 50
	meter_stop first
	check_eq "$(meter_get first .cache_changes)" 0 "changes of the router's entry"
	nothing_lost first
	log_test "two levelers serve, by MAC addresses of lanes" \
		"the router uses $(router_mac), leveler $owner"
}

# What answers and announcements look like.
entries()
{
	capture_start asked "$router" eth0 arp or icmp6 or ether proto 0x88b5
	in_ns "$router" arping -q -c 3 -w 10 -I eth0 $LEV_IP
	check_err $? "no ARP answer"
	capture_stop asked
	check_between "$(capture_count asked "arp[6:2] = 2 and arp[14:4] = 0x0a0000c8 and
		ether[6:4] = 0x024c7600 and arp[8:4] = 0x024c7600 and arp[12:2] = ether[10:2]")" \
		3 3 "answers from the lane, and of it"
	check_eq "$(capture_count asked "arp[6:2] = 2 and arp[14:4] = 0x0a0000c8 and
		not ether[6:4] = 0x024c7600")" 0 "answers from another address"
	log_test "answers carry the lane's MAC address, as source too"
}

# Nobody takes a lane's address for that of a third party.
conflict()
{
	check_eq "$(lev_stat 1 conflicts) $(lev_stat 2 conflicts)" "0 0" "conflicts"
	log_test "levelers do not report each other"
}

# planned NAME NODE COMMAND...: run that while the client is served; the lane then is NODE's, nothing
# is lost, and the router has not noticed
planned()
{
	local name=$1 node=$2
	shift 2

	capture_start "$name" "$router" eth0 "($moved) or $told"
	meter_start "$name" --udp 100 --http 20
	"$@"
	check_err $? "cannot: $*"
	wait_switch "$node"
	more "$name" 50
	meter_stop "$name"
	capture_stop "$name"
	check_eq "$(meter_get "$name" .cache_changes)" 0 "changes of the router's entry"
	nothing_lost "$name"
	[ "$(capture_count "$name" "$moved and ether src $(router_mac)")" -gt 0 ]
	check_err $? "no frame from the lane's MAC address"
	check_eq "$(capture_count "$name" "$told")" 0 "gratuitous frames"
}

reshape()
{
	levctl_on 1 cluster set lev0 "$@" && levctl_on 2 cluster set lev0 "$@"
}

turned()
{
	[ "$(($(lev_stat 1 turns) + $(lev_stat 2 turns)))" -ge "$1" ]
}

# The lane goes there and back.
turn()
{
	local before

	before=$(($(lev_stat 1 turns) + $(lev_stat 2 turns)))
	meter_start turn --udp 100 --http 20
	reshape period 2s
	check_err $? "cannot turn"
	slowwait 20 turned $((before + 80)) >/dev/null
	check_err $? "the wheel does not turn"
	reshape period 0
	more turn 50
	meter_stop turn
	check_eq "$(meter_get turn .cache_changes)" 0 "changes of the router's entry"
	nothing_lost turn
	lane_owner
	wait_switch "$owner"
	log_test "lanes turn, nothing is lost, the router's entry stays"
}

frame_missed()
{
	in_ns "$wire" nft list table netdev deaf | grep -q 'packets [1-9]'
}

period_is()
{
	[ "$(levctl_on 1 -j status lev0 | jq '.[0].period_ms')" = "$1" ] &&
		[ "$(levctl_on 2 -j status lev0 | jq '.[0].period_ms')" = "$1" ]
}

# owner_is I: of the lane of the router's entry
owner_is()
{
	lane_owner
	[ "$owner" = "$1" ]
}

# The frame that tells the switch of a turn is lost, the one after it is not: until then the old
# owner forwards.
missed()
{
	local before

	meter_start missed --udp 100 --http 20
	reshape period 20s
	slowwait 10 period_is 20000
	check_err $? "the period is not in force"
	# The lane has just come to its owner: its next turn is half a period away, and a whole one.
	lane_owner
	slowwait 30 owner_is "$heir"
	check_err $? "the lane does not turn"
	wait_switch "$owner"
	before=$(lev_stat "$owner" frames_late)
	in_ns "$wire" nft -f - <<-TEXT
		table netdev deaf {
			chain in {
				type filter hook ingress device "lev$heir-a" priority 0;
				ether saddr $(router_mac) ether type 0x88b5 \
					limit rate 1/day burst 1 packets counter drop
			}
		}
	TEXT
	check_err $? "cannot make the switch deaf"
	slowwait 30 frame_missed
	check_err $? "the lane does not turn back"
	wait_switch "$heir"
	in_ns "$wire" nft delete table netdev deaf
	reshape period 0
	more missed 50
	meter_stop missed
	check_between $(($(lev_stat "$owner" frames_late) - before)) 20 500 \
		"frames that came to the old owner"
	check_eq "$(meter_get missed .cache_changes)" 0 "changes of the router's entry"
	nothing_lost missed
	log_test "a switch that misses the frame of a turn is told again, nothing is lost"
}

drain()
{
	lane_owner
	planned drain "$heir" levctl_on "$owner" node set lev0 "$owner" state drain
	log_test "a leveler is drained, nothing is lost, the router's entry stays"
}

undrain()
{
	planned undrain "$owner" levctl_on "$owner" node set lev0 "$owner" state active
	log_test "it comes back, nothing is lost, the router's entry stays"
}

crash()
{
	local gap late

	meter_start crash --udp 100 --http 20
	lev_cut "$owner"
	wait_switch "$heir"
	more crash 100
	meter_stop crash
	gap=$(meter_get crash '.udp.gap_ms | floor')
	late=$(meter_get crash '.late_ms | ceil')
	check_between "$gap" 150 $((500 + late)) "ms without service"
	check_eq "$(meter_get crash .http.failed)" 0 "failed requests"
	check_eq "$(meter_get crash .cache_changes)" 0 "changes of the router's entry"
	log_test "a leveler dies, the router's entry stays" "service is back after $gap ms"
}

both_in_view()
{
	[ "$(lev_stat 1 view) $(lev_stat 2 view)" = "1-2 1-2" ]
}

heal()
{
	planned heal "$owner" lev_heal "$owner"
	busywait 3000 both_in_view
	check_err $? "the two do not find each other"
	log_test "it is healed, nothing is lost, the router's entry stays"
}

stop()
{
	planned stop "$heir" levctl_on "$owner" cluster del lev0
	lev_setup "$owner" period 0 && ip -n "$(lev_ns "$owner")" link set lev0 up
	check_err $? "no cluster"
	lev_wait_state "$owner" active 10000 && busywait 3000 both_in_view
	check_err $? "the two do not find each other"
	log_test "a leveler is stopped, nothing is lost, the router's entry stays"
}

# Servers know their gateway by a lane, too, and its frames are taken.
back()
{
	local i mac n=0

	for i in 1 2; do
		mac=$(ip -n "$(srv_ns $i)" neighbour show \
			"$(by_family $LEV_GATEWAY $LEV_GATEWAY6)" dev eth0 |
			sed -n 's/.* lladdr \([^ ]*\).*/\1/p')
		[[ $mac = "$lane_mac_back"* ]] && n=$((n + 1))
	done
	check_eq $n 2 "servers whose gateway has a lane's MAC address"
	log_test "the servers' gateway has MAC addresses of lanes"
}

# A switch forgets after 10 s what nobody sends from. After a minute in which the router sent
# nothing, its next frame goes to one port.
quiet()
{
	lane_owner
	reshape refresh 5s
	check_err $? "cannot set refresh"
	busywait 5000 lev_refreshed
	ip -n "$wire" link set neta type bridge ageing_time 1000
	ip -n "$router" neighbour replace "$(by_family $LEV_IP $LEV_IP6)" \
		lladdr "$(router_mac)" dev eth0 nud permanent
	lib_sleep 60
	capture_start other "$(lev_ns "$heir")" front "dst host $(by_family $SERV_IP $SERV_IP6)"
	capture_start own "$(lev_ns "$owner")" front "dst host $(by_family $SERV_IP $SERV_IP6)"
	in_ns "$client" ping -q -c 1 -W 2 "$(by_family $SERV_IP $SERV_IP6)" >/dev/null
	check_err $? "no answer"
	capture_stop other
	capture_stop own
	check_eq "$(capture_count own) $(capture_count other)" "1 0" "frames at the owner and the other"
	log_test "a switch with 10 s ageing knows the lane after a quiet minute"
}

lev_refreshed()
{
	[ "$(levctl_on 1 -j status lev0 | jq '.[0].refresh_ms')" = 5000 ] &&
		[ "$(levctl_on 2 -j status lev0 | jq '.[0].refresh_ms')" = 5000 ]
}

forwarded()
{
	echo $(($(lev_stat 1 packets_forwarded) + $(lev_stat 2 packets_forwarded)))
}

# A switch that does not know the lane floods: one of them takes the frame.
flooded()
{
	local before

	reshape refresh 0
	check_err $? "cannot set refresh"
	lib_sleep 3
	bridge -n "$wire" link set dev lev1-a learning off
	bridge -n "$wire" link set dev lev2-a learning off
	ip -n "$wire" link set neta type bridge fdb_flush
	check_eq "$(port_of "$(router_mac)")" "" "port that the switch knows"
	capture_start other "$(lev_ns "$heir")" front "dst host $(by_family $SERV_IP $SERV_IP6)"
	before=$(forwarded)
	in_ns "$client" ping -q -c 10 -i 0.1 -W 2 "$(by_family $SERV_IP $SERV_IP6)" >/dev/null
	check_err $? "no answer"
	capture_stop other
	check_eq "$(capture_count other)" 10 "frames that the switch flooded"
	check_eq $(($(forwarded) - before)) 10 "packets forwarded"
	bridge -n "$wire" link set dev lev1-a learning on
	bridge -n "$wire" link set dev lev2-a learning on
	log_test "frames that a switch floods are forwarded once"
}

explains()
{
	local src

	src=$(by_family 10.0.0.1 "$(ip -n "$router" -br -6 address show dev eth0 |
		grep -o 'fe80[^/]*')")
	levctl_on 1 -j explain lev0 src "$src" dst "$(by_family $LEV_IP $LEV_IP6)" \
		>"$LEV_TMP/explained"
	check_err $? "levctl explain"
	check_eq "$(jq -r '.lanes[0].mac' "$LEV_TMP/explained")" "$(router_mac)" "MAC address"
	log_test "levctl explain knows the MAC address of the router's lane"
}

lane_frames()
{
	echo $(($(lev_stat 1 announcements) + $(lev_stat 2 announcements)))
}

refresh_off()
{
	local before

	before=$(lane_frames)
	lib_sleep 20
	check_eq "$(lane_frames)" "$before" "frames of lanes in 20 s"
	log_test "refresh 0: lanes are told of when they move alone"
}

router_physical()
{
	local mac

	mac=$(router_mac)
	[ "$mac" = "$(lev_mac 1)" ] || [ "$mac" = "$(lev_mac 2)" ]
}

to_physical()
{
	# It asks all again, so its lane's owner knows it.
	ip -n "$router" neighbour del "$(by_family $LEV_IP $LEV_IP6)" dev eth0
	in_ns "$client" ping -q -c 1 -W 2 "$(by_family $SERV_IP $SERV_IP6)" >/dev/null
	check_err $? "no answer"
	reshape mac physical
	check_err $? "cannot set mac"
	busywait 5000 router_physical
	check_err $? "the router's entry is still $(router_mac)"
	check_eq "$(levctl_on 1 -j status lev0 | jq -r '.[0].macs.front | .mac + " " + .why')" \
		"physical config" "status"
	reshape mac virtual
	check_err $? "cannot set mac"
	busywait 5000 router_lane
	check_err $? "the router's entry is still $(router_mac)"
	log_test "askers follow from one kind of MAC address to the other"
}

require_command nginx
require_command nft
require_command jq
require_command tcpdump
require_command arping
tests_run

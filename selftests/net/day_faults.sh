# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The faults of day.sh: how each begins, with a leveler and a server that it may hit, and how it ends.
# Each says what it may cost the client: probes lost up to $begin_ms after it began and $end_ms
# after it ended, $fails new connections that fail, and open ones to the server $breaks that break; by
# default nothing. If it leaves the cluster $unharmed, that is well as long as it lasts, too. Sourced by
# day.sh, never run.

# shellcheck disable=SC2034 # what is set here is read there
read -ra kinds <<<"${LEV_FAULTS:-dies hangs loses_front loses_back loses_cards is_drained is_stopped \
	is_set_up_anew is_unwatched is_deaf lossy server_dies server_drains server_sick weights services \
	turning key clock}"

# Three heartbeats of 100 ms and an eighth of one, until the last frame of the takeover has passed
dead_ms=350

new_key()
{
	head -c 32 /dev/urandom >"$LEV_TMP/key"
	chmod 600 "$LEV_TMP/key"
}

# on_all LINE: levctl on each leveler, in any order
on_all()
{
	local i first=$((RANDOM % LEV_LEVELERS))

	for ((i = 0; i < LEV_LEVELERS; i++)); do
		say lev$((1 + (first + i) % LEV_LEVELERS)) "$1"
		lib_sleep 0.0$((RANDOM % 10))
	done
}

ports()
{
	say ports "link set dev lev$1-a state $2" "link set dev lev$1-b state $2"
}

dies()
{
	begin_ms=$dead_ms
	ports "$1" 0
}

dies_no_more()
{
	ports "$1" 3
}

# For less time than others take to miss it, or a little more.
hangs()
{
	begin_ms=$((2 * dead_ms))
	ports "$1" 0
	lib_sleep "0.$((RANDOM % 5))5"
	ports "$1" 3
}

hangs_no_more()
{
	:
}

loses_front()
{
	begin_ms=50
	say wire "link set lev$1-a down"
}

loses_front_no_more()
{
	say wire "link set lev$1-a up"
}

loses_back()
{
	begin_ms=50
	say wire "link set lev$1-b down"
}

loses_back_no_more()
{
	say wire "link set lev$1-b up"
}

# The devices are no more, and others come by the same names. ip, bridge and tc know them by number.
loses_cards()
{
	begin_ms=50
	say wire "link del lev$1-a" "link del lev$1-b"
}

loses_cards_no_more()
{
	local ns

	ns=$(lev_ns "$1")
	say wire "$(lib_cable "lev$1-a" neta "$ns" front)" "$(lib_cable "lev$1-b" netb "$ns" back)"
	done_well || return
	tool_run wire
	tool_run ports
	tool_run loss
	tool_run "ip$1"
	say "ip$1" "$(lib_leveler_lines "$1")"
}

is_drained()
{
	say "lev$1" "node set lev0 $1 state drain"
}

is_drained_no_more()
{
	say "lev$1" "node set lev0 $1 state active"
}

is_stopped()
{
	say "ip$1" "link set lev0 down"
}

is_stopped_no_more()
{
	say "ip$1" "link set lev0 up"
}

is_set_up_anew()
{
	say "lev$1" "cluster del lev0"
}

is_set_up_anew_no_more()
{
	say "lev$1" "$(<"$LEV_TMP/config$1")"
	done_well || return
	say "ip$1" "link set lev0 up"
}

# Who watches it has died, and says nothing any more.
is_unwatched()
{
	say "lev$1" "node set lev0 $1 watch 500ms"
}

is_unwatched_no_more()
{
	say "lev$1" "node set lev0 $1 watch 0"
}

# lose PERCENT DEVICE...: of what goes to who is there
lose()
{
	local percent=$1 device
	shift

	for device; do
		say loss "qdisc replace dev $device root netem loss $percent% delay 5ms"
	done
}

lose_nothing()
{
	local device

	for device; do
		say loss "qdisc del dev $device root"
	done
}

# It sends and hears nothing, so it takes the others for dead, and says so to switches: that costs as
# long as it lasts.
is_deaf()
{
	begin_ms=60000
	end_ms=$dead_ms
	fails=20
	lose 100 "lev$1-a" "lev$1-b"
}

is_deaf_no_more()
{
	lose_nothing "lev$1-a" "lev$1-b"
}

lossy()
{
	begin_ms=60000
	end_ms=$dead_ms
	fails=20
	lose $((5 + RANDOM % 20)) lev1-a lev2-b lev3-a
}

lossy_no_more()
{
	lose_nothing lev1-a lev2-b lev3-a
}

server_dies()
{
	begin_ms=5000
	fails=5
	breaks=srv$2
	say ports "link set dev srv$2-b state 0"
}

server_dies_no_more()
{
	say ports "link set dev srv$2-b state 3"
}

# It gets no new connections, and keeps those that it has.
server_drains()
{
	unharmed=yes
	on_all "server set lev0 10.0.1.$((100 + $2)) state drain"
}

server_drains_no_more()
{
	on_all "server set lev0 10.0.1.$((100 + $2)) state active"
}

# As levd says it, whose checks fail
server_sick()
{
	unharmed=yes
	breaks=srv$2
	on_all "server set lev0 10.0.1.$((100 + $2)) health down"
}

server_sick_no_more()
{
	on_all "server set lev0 10.0.1.$((100 + $2)) health up"
}

weights()
{
	unharmed=yes
	on_all "node set lev0 $1 weight $((1 + RANDOM % 5))"
	on_all "server set lev0 10.0.1.$((100 + $2)) weight $((1 + RANDOM % 5))"
}

weights_no_more()
{
	on_all "node set lev0 $1 weight 1"
	on_all "server set lev0 10.0.1.$((100 + $2)) weight 1"
}

# Another service, with servers of its own, and what it is reached by
services()
{
	unharmed=yes
	on_all "service add lev0 10.0.3.$1 proto tcp port 80 pool other"
	on_all "server add lev0 10.0.1.$((100 + $2)) pool other weight 2"
	on_all "address add lev0 10.0.0.$((210 + $1))"
}

services_no_more()
{
	on_all "address del lev0 10.0.0.$((210 + $1))"
	on_all "service del lev0 10.0.3.$1 proto tcp port 80"
	on_all "server del lev0 10.0.1.$((100 + $2)) pool other"
}

turning()
{
	unharmed=yes
	on_all "cluster set lev0 period $((RANDOM % 4))s"
}

turning_no_more()
{
	on_all "cluster set lev0 period 10s"
}

# On one leveler first; the others follow.
key()
{
	unharmed=yes
	new_key
	say "lev$1" "cluster set lev0 key $LEV_TMP/key"
}

key_no_more()
{
	on_all "cluster set lev0 key $LEV_TMP/key"
}

# The wall's clock goes wrong by an hour, and is set right.
clock()
{
	unharmed=yes
	date -s "1 hour" >"$LEV_TMP/date"
	lib_sleep 5
	date -s "1 hour ago" >"$LEV_TMP/date"
}

clock_no_more()
{
	:
}

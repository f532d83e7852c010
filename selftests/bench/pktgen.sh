# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The sender of the benchmark: the kernel's pktgen on devices "none" and "out" of the guest's own
# namespace, so that starting it costs no process. Sourced by run, in a guest; one caller at a time.

pg_dir=/proc/net/pktgen
declare -A pg_other=([none]=out [out]=none)

# What pktgen has on each of them: names of its own for it, how many, and packets sent so far.
declare -A pg_devices=()
declare -A pg_number=()
declare -A pg_total=()

# A frame of 60 bytes; of IPv6, pktgen makes none shorter than 78.
declare -A pg_size=([4]=60 [6]=78)

# Which end of a packet is the service, and which the client: questions go to it, answers come from
# it. By pktgen's words, which are flower's, too.
pg_near=dst
pg_far=src

# Clients of IPv4 are numbers from here on, so a million of them lie in 10.64.0.0/12.
pg_first=$((10 << 24 | 64 << 16 | 1))

# For a million flows pktgen has random addresses in IPv4 only; in IPv6 these are so many clients,
# each with random ports.
pg_clients6=16

pg_number_to_ip()
{
	echo "$(($1 >> 24)).$(($1 >> 16 & 255)).$(($1 >> 8 & 255)).$(($1 & 255))"
}

# pg_write LINK WORDS: to all its devices
pg_write()
{
	local device

	for device in ${pg_devices[$1]}; do
		echo "$2" >"$pg_dir/$device" || return
	done
}

pg_gone()
{
	! compgen -G "$pg_dir/*@*" >/dev/null
}

# pg_forget: all devices there are, before "out" goes, or what it is called then is taken from pktgen
# again and again. The thread is not waited for by who tells it, and without devices it would later
# take away new ones.
pg_forget()
{
	pg_devices=()
	pg_gone && return
	echo rem_device_all >$pg_dir/kpktgend_0 || return
	busywait 10000 pg_gone
}

# pg_add COUNT: so many on each link, by turns: pktgen goes through all of them for each packet, and
# those that have nothing to send, too, shall cost the same whichever link sends
pg_add()
{
	local i link

	for ((i = 0; i < $1; i++)); do
		for link in none out; do
			echo "add_device $link@$i" >$pg_dir/kpktgend_0 || return
			pg_devices[$link]+=" $link@$i"
			pg_number[$link]=$((i + 1))
		done
	done
}

# pg_ends4 LINK FLOWS, pg_ends6 LINK FLOWS: addresses and ports of both ends
pg_ends4()
{
	pg_write "$1" "${pg_near}_min $SERV_IP"
	pg_write "$1" "${pg_near}_max $SERV_IP"
	pg_write "$1" "${pg_far}_min $(pg_number_to_ip $pg_first)"
	pg_write "$1" "${pg_far}_max $(pg_number_to_ip $((pg_first + $2 - ($2 == 1))))"
	pg_write "$1" "udp_${pg_far}_min $BENCH_PORT"
	pg_write "$1" "udp_${pg_far}_max $BENCH_PORT"
}

pg_ends6()
{
	local i ports=$(($2 / pg_number[$1]))

	pg_write "$1" "${pg_near}6 $SERV_IP6"
	for ((i = 0; i < pg_number[$1]; i++)); do
		echo "${pg_far}6 fd00:c::$((i + 1))" >"$pg_dir/$1@$i"
	done
	pg_write "$1" "udp_${pg_far}_min 1024"
	pg_write "$1" "udp_${pg_far}_max $((1024 + ports - (ports == 1)))"
}

# pg_link LINK FAMILY FLOWS MAC
pg_link()
{
	pg_ends$2 "$1" "$3"
	pg_write "$1" "dst_mac $4"
	pg_write "$1" "pkt_size ${pg_size[$2]}"
	pg_write "$1" "udp_${pg_near}_min $BENCH_PORT"
	pg_write "$1" "udp_${pg_near}_max $BENCH_PORT"
	pg_write "$1" "delay 0"
	pg_write "$1" "clone_skb 0"
	# Reading the clock for each packet would cost more than most paths do under user-mode Linux.
	pg_write "$1" "flag NO_TIMESTAMP"
}

# pg_setup FAMILY FLOWS questions|answers: what pg_run sends
pg_setup()
{
	local link devices=1

	pg_near=dst
	pg_far=src
	if [ "$3" = answers ]; then
		pg_near=src
		pg_far=dst
	fi
	[ "$1" = 4 ] || [ "$2" -le 60000 ] || devices=$pg_clients6
	{ pg_forget && pg_add $devices; } || return
	for link in none out; do
		pg_total[$link]=0
		pg_link "$link" "$1" "$2" "${bed_macs[$link]}" || return
	done
}

# pg_read LINK: results of its devices into pg_usec, pg_idle and pg_sent; false if one has not yet
# ended
pg_read()
{
	local device line ended=0

	pg_usec=0
	pg_idle=0
	pg_sent=0
	for device in ${pg_devices[$1]}; do
		while read -r line; do
			# They run one after the other, from one and the same start.
			[[ $line =~ ^Result:\ OK:\ ([0-9]+)\(c[0-9]+\+d([0-9]+)\)\ usec,\ ([0-9]+) ]] || continue
			[ "${BASH_REMATCH[1]}" -le $pg_usec ] || pg_usec=${BASH_REMATCH[1]}
			pg_idle=$((pg_idle + BASH_REMATCH[2]))
			pg_sent=$((pg_sent + BASH_REMATCH[3]))
			ended=$((ended + 1))
		done <"$pg_dir/$device"
	done
	[ $ended -eq ${pg_number[$1]} ]
}

# pg_count LINK EACH: so many from each of its devices, once they start. This takes the place of the
# last result, too.
pg_count()
{
	pg_write "$1" "count $2" || return
	pg_total[$1]=$((pg_total[$1] + $2 * pg_number[$1]))
}

# pg_run LINK PACKETS random|each: sends so many there; leaves the microseconds that it took in
# pg_usec, those in which it let others run in pg_idle, and how many they were in pg_sent (as many
# from each device). "each" goes through the flows in order. All devices start at once, and none can
# be told to send nothing, so those of the other link send one packet each.
pg_run()
{
	local link=$1 other=${pg_other[$1]} each=$(($2 / pg_number[$1])) flag='' tries=200

	[ "$3" = random ] || flag='!'
	pg_write "$link" "flag ${flag}IP${pg_far^^}_RND" || return
	pg_write "$link" "flag ${flag}UDP${pg_far^^}_RND"
	pg_count "$other" 1 || return
	pg_count "$link" $each || return
	echo start >$pg_dir/pgctrl || return
	# It returns when the threads have ended, or if none has begun after an eighth of a second:
	# they look once in a tenth.
	until pg_read "$other" && pg_read "$link"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return
		lib_sleep 0.05
	done
	[ $pg_sent -eq $((each * pg_number[$link])) ]
}

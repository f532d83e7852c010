# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The sender of the benchmark: the kernel's pktgen on device "out" of the guest's own namespace, so
# that starting it costs no process. Sourced by run, in a guest; one caller at a time.

pg_dir=/proc/net/pktgen
pg_devices=()

# A frame of 60 bytes; of IPv6, pktgen makes none shorter than 78.
declare -A pg_size=([4]=60 [6]=78)

# Sources of IPv4 are numbers from here on, so a million of them lie in 10.64.0.0/12.
pg_first=$((10 << 24 | 64 << 16 | 1))

# For a million flows pktgen has random addresses in IPv4 only; in IPv6 these are so many senders,
# each with random ports.
pg_senders6=16

pg_number_to_ip()
{
	echo "$(($1 >> 24)).$(($1 >> 16 & 255)).$(($1 >> 8 & 255)).$(($1 & 255))"
}

# pg_write WORDS: to all devices
pg_write()
{
	local device

	for device in "${pg_devices[@]}"; do
		echo "$1" >"$pg_dir/$device" || return
	done
}

# pg_add COUNT: forget the devices there were
pg_add()
{
	local i

	pg_devices=()
	echo rem_device_all >$pg_dir/kpktgend_0 || return
	for ((i = 0; i < $1; i++)); do
		echo "add_device out@$i" >$pg_dir/kpktgend_0 || return
		pg_devices+=("out@$i")
	done
}

pg_sources4()
{
	pg_add 1 || return
	pg_write "dst $SERV_IP"
	pg_write "src_min $(pg_number_to_ip $pg_first)"
	pg_write "src_max $(pg_number_to_ip $((pg_first + $1 - ($1 == 1))))"
}

pg_sources6()
{
	local i senders=1 ports=$1

	[ "$1" -le 60000 ] || senders=$pg_senders6
	ports=$(($1 / senders))
	pg_add $senders || return
	pg_write "dst6 $SERV_IP6"
	for ((i = 0; i < senders; i++)); do
		echo "src6 fd00:c::$((i + 1))" >"$pg_dir/out@$i"
	done
	pg_write "udp_src_min 1024"
	pg_write "udp_src_max $((1024 + ports - (ports == 1)))"
}

# pg_setup FAMILY FLOWS MAC: what pg_run sends, and where to
pg_setup()
{
	pg_sources$1 "$2" || return
	pg_write "dst_mac $3"
	pg_write "pkt_size ${pg_size[$1]}"
	pg_write "udp_dst_min $BENCH_PORT"
	pg_write "udp_dst_max $BENCH_PORT"
	pg_write "delay 0"
	pg_write "clone_skb 0"
	# Reading the clock for each packet would cost more than most paths do under user-mode Linux.
	pg_write "flag NO_TIMESTAMP"
}

# pg_run PACKETS random|each: sends so many; leaves the microseconds that it took in pg_usec and
# how many they were in pg_sent (as many from each sender). "each" goes through the flows in order.
pg_run()
{
	local device line sent=0 flag=

	[ "$2" = random ] || flag='!'
	pg_write "flag ${flag}IPSRC_RND" || return
	pg_write "flag ${flag}UDPSRC_RND"
	pg_write "count $(($1 / ${#pg_devices[@]}))"
	echo start >$pg_dir/pgctrl
	pg_usec=0
	for device in "${pg_devices[@]}"; do
		while read -r line; do
			[[ $line =~ ^errors:\ ([0-9]+) || $line =~ errors:\ ([0-9]+)$ ]] &&
				[ "${BASH_REMATCH[1]}" != 0 ] && return 1
			# They run one after the other, from one and the same start.
			[[ $line =~ ^Result:\ OK:\ [0-9]+\(c([0-9]+)\+d[0-9]+\)\ usec,\ ([0-9]+) ]] || continue
			[ "${BASH_REMATCH[1]}" -le $pg_usec ] || pg_usec=${BASH_REMATCH[1]}
			sent=$((sent + BASH_REMATCH[2]))
		done <"$pg_dir/$device"
	done
	pg_sent=$(($1 / ${#pg_devices[@]} * ${#pg_devices[@]}))
	[ $sent -eq $pg_sent ]
}

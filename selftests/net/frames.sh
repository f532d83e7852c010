# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What tests of frames that are wrong share: a cluster, frames.py, and what became of the frames.
# Sourced behind flows.sh.

# frames_on NAMESPACE SIDE WORD...: frames.py there, with the addresses that it wants
frames_on()
{
	local ns=$1 side=$2 asker=10.0.0.1 asker6=fd00:a::1 leveler6=fd00:a::101
	shift 2

	if [ "$side" = back ]; then
		asker=10.0.1.101 asker6=fd00:b::101 leveler6=fd00:b::1
	fi
	FROM_MAC=$(ip -n "$ns" -br link show dev eth0 | awk '{ print $3 }') \
		TO_MAC=$(lev_mac 1 "$side") CLIENT_IP=$CLIENT_IP CLIENT_IP6=fd00:f::2 \
		SERV_IP=$SERV_IP SERV_IP6=$SERV_IP6 LEV_IP=$LEV_IP ASKER_IP=$asker \
		ASKER_IP6=$asker6 LEVELER_IP6=$leveler6 \
		in_ns "$ns" /usr/bin/python3 "$net_dir/frames.py" "$@"
}

# kernel_counts NAMESPACE NAME
kernel_counts()
{
	in_ns "$1" nstat -asz "$2" | awk -v name="$2" '$1 == name { print $2 }'
}

# counts [HAD...]: of leveler 1, packets forwarded, packets dropped, and packets that its kernel
# found wrong in their header or length; less what they were. One process: it is called often.
counts()
{
	local net=/proc/$frames_watcher/net lev

	lev=$(lev_sysfs 1)/lev0/leveler
	awk -v had="$*" '
		function is_wrong(name) { return name ~ /^(Ip6)?(InHdrErrors|InTruncatedPkts)$/ }
		FILENAME ~ /leveler/ { lev[++n] = $1 }
		$1 ~ /^Ip(Ext)?:$/ && !($1 in names) { names[$1] = $0; next }
		$1 in names {
			split(names[$1], name)
			for (i = 2; i <= NF; i++)
				wrong += is_wrong(name[i]) * $i
		}
		FILENAME ~ /snmp6/ && is_wrong($1) { wrong += $2 }
		END { split(had, h); print lev[1] - h[1], lev[2] - h[2], wrong - h[3] }
	' "$lev/packets_forwarded" "$lev/packets_dropped" "$net/snmp" "$net/netstat" "$net/snmp6"
}

counts_are()
{
	[ "$(counts "${@:2}")" = "$1" ]
}

# frames_begin: a keyed cluster that serves IPv4 and IPv6 while it remembers a change, so that flows
# are looked up among the pins, too
frames_begin()
{
	lev_topology levelers=2 servers=2
	start_in_ns "$lev1" sleep infinity
	frames_watcher=$started_pid
	head -c 32 /dev/urandom >"$LEV_TMP/key"
	chmod 600 "$LEV_TMP/key"
	lev_load && lev_setup_all key "$LEV_TMP/key" && start_http_all
	check_err $? "no cluster"
	on_all "service add lev0 $SERV_IP6"
	LEV_FAMILY=6 send_by 1
	on_all "server set lev0 10.0.1.102 weight 2"
	served
}

request()
{
	get -m 2 "http://$SERV_IP/" && get -m 2 "http://[$SERV_IP6]/"
}

view_is()
{
	[ "$(lev_stat 1 view)" = "$1" ] && [ "$(lev_stat 2 view)" = "$1" ]
}

# served: an ordinary client is, by both servers
served()
{
	busywait 20000 view_is 1-2
	check_err $? "views are $(lev_stat 1 view) and $(lev_stat 2 view)"
	busywait 20000 in_force
	check_err $? "not in force on both: $(lev_stat 1 reason), $(lev_stat 2 reason)"
	busywait 60000 request >/dev/null 2>&1
	check_err $? "nobody serves: $(request 2>&1 | xargs)"
	both_answer "http://$SERV_IP/"
	both_answer "http://[$SERV_IP6]/"
}

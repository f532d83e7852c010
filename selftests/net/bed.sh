# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# A small bed for tests of one node: namespace $node with front and back; their other ends are "net"
# in $outside (a client, 10.0.0.1) and "srv" in $server (10.0.1.101, with ServIP). Sourced behind
# cluster.sh.

# bed_front, bed_back: make that pair, also again after it was deleted
bed_front()
{
	ip -n "$node" -batch - <<-TEXT
		link add front type veth peer name net netns $outside
		link set front up
		address add 10.0.0.101/24 dev front
	TEXT
	ip -n "$outside" -batch - <<-TEXT
		link set net up
		address add 10.0.0.1/24 dev net
		route replace $SERV_IP/32 via $LEV_IP dev net
	TEXT
}

bed_back()
{
	ip -n "$node" -batch - <<-TEXT
		link add back type veth peer name srv netns $server
		link set back up
		address add 10.0.1.1/24 dev back
	TEXT
	ip -n "$server" -batch - <<-TEXT
		link set srv up
		address add 10.0.1.101/24 dev srv
		route replace default via 10.0.1.1 dev srv
	TEXT
}

# bed_setup: loads the module, too
bed_setup()
{
	setup_ns outside
	setup_ns_with "$lib_silent" server
	setup_ns_with "$lib_forwarding" node
	ip -n "$server" address add $SERV_IP/32 dev lo
	bed_front
	bed_back
	bed_sysfs=$LEV_TMP/sys/class/net
	mkdir -p "$LEV_TMP/sys"
	in_ns "$node" mount -t sysfs sys "$LEV_TMP/sys" || return
	defer umount -l "$LEV_TMP/sys"
	lev_load
}

# bed_commands [DEVICE [ID]]: the lines of a batch that make a cluster in the bed
bed_commands()
{
	cat <<-TEXT
		cluster add ${1:-lev0} id ${2:-7} node 1 front front back back
		address add ${1:-lev0} $LEV_IP
		service add ${1:-lev0} $SERV_IP
		server add ${1:-lev0} 10.0.1.101
	TEXT
}

# ctl WORD...: levctl on the node
ctl()
{
	in_ns "$node" "$LEVCTL" "$@"
}

# bed_wait active|silent [DEVICE]
bed_wait()
{
	busywait 15000 lib_file_is "$bed_sysfs/${2:-lev0}/leveler/state" "$1" >/dev/null
}

# bed_reason WORD: waits until lev0 is silent for this reason
bed_reason()
{
	busywait 15000 lib_file_is "$bed_sysfs/lev0/leveler/reason" "$1" >/dev/null
}

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In a Debian 12 in which the packages are installed: module and tools are there, levd's unit makes a
# cluster, an upgrade leaves it at work, and a purge leaves nothing. scripts/check-deb runs it;
# LEV_PACKAGES is its directory.
# needs: packages
# timeout: 1800

ALL_TESTS="is_installed serves upgrades new_module_loads purges"
# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/../net/cluster.sh"
# shellcheck source=selftests/net/meter.sh
. "$(dirname "$0")/../net/meter.sh"
# shellcheck source=selftests/packages/machine.sh
. "$(dirname "$0")/machine.sh"
# shellcheck source=selftests/packages/tree.sh
. "$(dirname "$0")/tree.sh"

[ -d "${LEV_PACKAGES:-}" ] || skip_all "for scripts/check-deb"
export DEBIAN_FRONTEND=noninteractive
kernel=$(uname -r)
file=/etc/leveler/lev0.yaml

is_installed()
{
	check_eq "$(dkms status)" "leveler/$(version_of old), $kernel, $(uname -m): installed" "DKMS"
	check_eq "$(modinfo -n leveler)" "/lib/modules/$kernel/updates/dkms/leveler.ko" "module"
	quietly modprobe leveler
	check_err $? "modprobe leveler"
	check_eq "$(levctl -V | cut -d, -f1)" "levctl $(cat /sys/module/leveler/version)" "levctl -V"
	quietly levctl cluster show
	check_err $? "levctl cluster show"
	log_test "packages are installed, the module loads"
}

unit_is()
{
	[ "$(on_machine leveler1 systemctl show -P ActiveState levd@lev0)" = "$1" ]
}

levd_pid()
{
	on_machine leveler1 systemctl show -P MainPID levd@lev0
}

# One for all. Slow, as an emulated machine is.
put_file()
{
	cat >$file <<-TEXT
		version: 1
		cluster: {id: 7, heartbeat: 500ms, dead: 10, front: front, back: back}
		nodes: [{id: 1, host: leveler1}, {id: 2, host: leveler2}]
		addresses: [{address: $LEV_IP}]
		services: [{address: $SERV_IP}]
		servers: [{address: $(srv_addr 1)}, {address: $(srv_addr 2)}]
		checks: [{type: http, path: /index.html, interval: 5s, timeout: 5s}]
	TEXT
}

wait_active()
{
	lev_wait_state 1 active 60000 && lev_wait_state 2 active 60000
}

serves()
{
	local i

	lev_topology levelers=2 servers=2
	start_echo_all
	mkdir "$LEV_TMP/www" && echo srv >"$LEV_TMP/www/index.html"
	for ((i = 1; i <= LEV_SERVERS; i++)); do
		start_in_ns "$(srv_ns $i)" busybox httpd -f -p 80 -h "$LEV_TMP/www"
	done
	put_file
	machine_start leveler1 "$lev1"
	check_err $? "no systemd: $(tail -n 3 "$LEV_TMP/machine-leveler1/said")"
	quietly on_machine leveler1 systemctl enable --now levd@lev0
	check_err $? "levd: $(on_machine leveler1 journalctl -b -u levd@lev0 | tail -n 5)"
	quietly levctl_on 2 apply lev0 $file node 2
	check_err $? "levctl apply"
	wait_active
	check_err $? "the cluster does not come up"
	lev_route $LEV_IP $LEV_IP6
	meter_start upgrade --udp 10 --http 1 --timeout 30s
	check_err $? "no answers"
	log_test "levd's unit makes a cluster, which serves"
}

forwarded()
{
	echo $(($(lev_stat 1 packets_forwarded) + $(lev_stat 2 packets_forwarded)))
}

upgrades()
{
	local before loaded index pid

	loaded=$(cat /sys/module/leveler/version)
	index=$(cat "$(lev_sysfs 1)/lev0/ifindex")
	pid=$(levd_pid)
	before=$(forwarded)
	quietly on_machine leveler1 dpkg -i "$(package new leveler-dkms)" "$(package new leveler-tools)"
	check_err $? "dpkg -i"
	check_eq "$(dkms status)" "leveler/$(version_of new), $kernel, $(uname -m): installed" "DKMS"
	check_eq "$(levctl -V | cut -d, -f1)" "levctl 9.9.9" "levctl -V"
	check_eq "$(modinfo -F version leveler)" 9.9.9 "the module for the next start"
	check_eq "$(cat /sys/module/leveler/version)" "$loaded" "the module that is loaded"
	check_eq "$(cat "$(lev_sysfs 1)/lev0/ifindex")" "$index" "the cluster's device"
	check_eq "$(lev_stat 1 state) $(lev_stat 2 state)" "active active" "states"
	slowwait 60 unit_is active
	check_err $? "levd: $(on_machine leveler1 systemctl status levd@lev0 | tail -n 5)"
	[ "$(levd_pid)" != "$pid" ]
	check_err $? "levd is the same as before"
	check_eq "$(on_machine leveler1 readlink "/proc/$(levd_pid)/exe")" /usr/sbin/levd "levd's program"
	levctl_on 1 -j status lev0 >"$LEV_TMP/status"
	check_err $? "the new levctl does not speak with the old module"
	meter_stop upgrade
	check_between "$(forwarded)" $((before + 100)) 1000000 "packets forwarded"
	check_between "$(meter_get upgrade .udp.answered)" 200 1000000 "answers"
	check_eq "$(meter_get upgrade .udp.lost)" 0 "lost"
	check_eq "$(meter_get upgrade .http.failed)" 0 \
		"failed requests ($(meter_get upgrade '.http.reasons | tostring'))"
	log_test "an upgrade leaves the cluster at work" "$(meter_get upgrade \
		'"\(.udp.answered) answers, longest gap \(.udp.gap_ms) ms, in \(.seconds) s"')"
}

# As the quickstart says.
new_module_loads()
{
	quietly on_machine leveler1 systemctl stop levd@lev0
	check_err $? "systemctl stop"
	quietly levctl_on 1 cluster del lev0 && quietly levctl_on 2 cluster del lev0
	check_err $? "levctl cluster del"
	busywait 30000 rmmod leveler 2>"$LEV_TMP/said"
	check_err $? "rmmod: $(tail -n 1 "$LEV_TMP/said")"
	quietly modprobe leveler
	check_err $? "modprobe leveler"
	check_eq "$(cat /sys/module/leveler/version)" 9.9.9 "version"
	quietly on_machine leveler1 systemctl start levd@lev0
	check_err $? "systemctl start"
	quietly levctl_on 2 apply lev0 $file node 2
	check_err $? "levctl apply"
	wait_active
	check_err $? "the cluster does not come up again"
	log_test "the new module takes its place"
}

purges()
{
	echo "net.ipv4.ip_forward = 1" >>/etc/sysctl.d/leveler.conf
	touch /etc/leveler/lev0.key
	ip link add lev-srv type dummy
	defer ip link del lev-srv
	quietly levctl realserver setup $SERV_IP dev lev-srv persistent
	check_err $? "levctl realserver setup"
	quietly on_machine leveler1 dpkg --purge leveler-dkms leveler-tools
	check_err $? "dpkg --purge"
	check_eq "$(dkms status)" "" "DKMS"
	unit_is inactive
	check_err $? "levd: $(on_machine leveler1 systemctl show -P ActiveState levd@lev0)"
	check_eq "$(lev_stat 1 state) $(lev_stat 2 state)" "active active" "states"
	rm -r /usr/share/leveler-dkms
	check_names "$LEV_PACKAGES/before"
	modprobe -n -q leveler
	check_fail $? "modprobe still finds the module"
	log_test "a purge leaves nothing, but the cluster that is at work"
}

tests_run

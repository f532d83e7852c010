#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Types what a new user types, from the packages to a cluster that serves, and has the transcript of it
# compared with Documentation/first-cluster.rst. scripts/check-deb runs it twice: in the tree, where
# the packages are installed, and in the VM that boots it, in which they are used. The transcript is
# in LEV_PACKAGES; with LEV_RECORD=yes it is not compared, as it is to take the document's place.
# needs: packages
# timeout: 1200

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/../net/cluster.sh"
# shellcheck source=selftests/packages/machine.sh
. "$(dirname "$0")/machine.sh"
# shellcheck source=selftests/packages/terminal.sh
. "$(dirname "$0")/terminal.sh"
# shellcheck source=selftests/packages/tree.sh
. "$(dirname "$0")/tree.sh"

ALL_TESTS=installs
[ "${LEV_GUEST:-}" != vm ] || ALL_TESTS="comes_up serves is_shown is_as_documented"

[ -d "${LEV_PACKAGES:-}" ] || skip_all "for scripts/check-deb"
transcript=$LEV_PACKAGES/first-cluster.rst
document=$lev_top/Documentation/first-cluster.rst
# shellcheck disable=SC2034 # this and the next are read by cluster.sh
LEV_GATEWAY=10.0.1.254
# shellcheck disable=SC2034
lib_silent=

begin()
{
	cat >"$transcript" <<-TEXT
		.. SPDX-License-Identifier: GPL-2.0

		.. Written by "make transcript", which types all of this. Change the commands in
		   selftests/packages/first-cluster.sh, not here.

		===============
		A first cluster
		===============

		Two levelers and two servers, from the packages on, in ten commands: what an admin's terminals
		show in a fresh Debian 12. The quick start (:doc:\`quickstart\`) says why each of them, and what
		else there is.

		The six machines are namespaces of one virtual machine, so they have one disk: what is installed
		or written on one is there for all. Machines of your own have each its packages (servers and levelers)
		and the two files in \`\`/etc/leveler\`\` (levelers). Their network is configured before: addresses as
		in the figure of \`\`README.md\`\`, the router as default gateway of the levelers, 10.0.1.254 as that of
		the servers, which are to share it. Each server has a web server that says its name.

	TEXT
}

installs()
{
	begin
	tell <<-TEXT
		The packages that \`\`make deb\`\` has made. What they depend on is installed here already; else apt gets
		it, and asks before. DKMS takes its time to build the module::

	TEXT
	cp "$(package old leveler-dkms)" "$(package old leveler-tools)" /tmp
	cd /tmp || return
	terminal_open lev1
	check_err $? "no terminal"
	type_at lev1 "apt install ./leveler-dkms_*.deb ./leveler-tools_*.deb"
	check_eq "$(dkms status)" \
		"leveler/$(version_of old), $(uname -r), $(uname -m): installed" "DKMS"
	quietly dpkg --verify leveler-dkms leveler-tools
	check_err $? "dpkg --verify"
	log_test "the packages are installed at a terminal"
}

# The machines as they are before: Debian's own settings, addresses and default gateways.
machines()
{
	local i ns

	lev_topology levelers=2 servers=2 front=eth0 back=eth1 || return
	for i in 1 2; do
		in_ns "$(lev_ns $i)" sysctl -qw net.ipv4.ip_forward=0
		ip -n "$(srv_ns $i)" address del $SERV_IP/32 dev lo
		ip -n "$(srv_ns $i)" address del $SERV_IP6/128 dev lo
		mkdir -p "$LEV_TMP/www$i"
		echo srv$i >"$LEV_TMP/www$i/index.html"
		start_in_ns "$(srv_ns $i)" busybox httpd -f -p 80 -h "$LEV_TMP/www$i"
		machine_start lev$i "$(lev_ns $i)" || return
		# shellcheck disable=SC2046 # words of a command
		terminal_open lev$i $(machine_enter lev$i) || return
	done
	for i in srv1 srv2 router client; do
		# shellcheck disable=SC2016 # for the shell within
		terminal_open $i nsenter --net="/run/netns/${!i}" unshare --uts \
			sh -c 'hostname "$1"; shift; exec "$@"' sh $i || return
	done
}

comes_up()
{
	machines
	check_err $? "no machines: $(tail -n 3 "$LEV_TMP"/machine-*/said "$LEV_TMP"/terminal-*/seen)"
	tell <<-TEXT

		The key that signs the heartbeats, and one file that says the whole cluster, on each leveler the
		same::

	TEXT
	type_at lev1 "(umask 077; head -c 32 /dev/urandom >/etc/leveler/lev0.key)"
	type_at lev1 "cat >/etc/leveler/lev0.yaml <<END
version: 1
cluster: {id: 7, front: eth0, back: eth1, key: /etc/leveler/lev0.key}
nodes: [{id: 1, host: lev1}, {id: 2, host: lev2}]
addresses: [{address: 10.0.0.200}, {address: 10.0.1.254, side: back}]
services: [{address: 10.0.1.200}]
servers: [{address: 10.0.1.101}, {address: 10.0.1.102}]
END"
	tell <<-TEXT

		Each leveler forwards the servers' answers (\`\`/etc/sysctl.d/leveler.conf\`\` is where to say so for
		each start), and levd's unit loads the module and makes the cluster, now and at each start::

	TEXT
	for i in 1 2; do
		type_at lev$i "sysctl -w net.ipv4.ip_forward=1 && systemctl enable --now levd@lev0"
	done
	lev_wait_state 1 active 60000 && lev_wait_state 2 active 60000
	check_err $? "the cluster does not come up: $(levctl_on 1 status lev0)"
	log_test "a cluster comes up as its commands are typed"
}

serves()
{
	tell <<-TEXT

		Each server has the address that all of them share, and nobody hears of it by ARP::

	TEXT
	for i in 1 2; do
		type_at srv$i "levctl realserver setup 10.0.1.200 dev eth0"
	done
	tell <<-TEXT

		The router knows one address of the levelers, and a client asks 20 times::

	TEXT
	type_at router "ip route add 10.0.1.200/32 via 10.0.0.200"
	type_at client "curl -s 'http://10.0.1.200/?[1-20]' | sort | uniq -c"
	check_eq "$(awk '/^ +[0-9]+ srv[12]$/ { n += $1 } END { print n }' "$transcript")" 20 "answers"
	check_eq "$(grep -cE '^ +[0-9]+ srv[12]$' "$transcript")" 2 "servers that answer"
	log_test "it serves"
}

is_shown()
{
	tell <<-TEXT

		Who takes which part, and whether all is well::

	TEXT
	type_at lev1 "levctl status lev0"
	check_eq "$(grep -cE '^ +[12] +1 +100 +active +none ' "$transcript")" 2 "nodes that are active"
	check_between "$(transcript_commands "$transcript" | grep -cv '^    >')" 1 10 "commands"
	log_test "and says so"
}

# Of numbers, digests and turns of the wheel only the form.
is_as_documented()
{
	if [ "${LEV_RECORD:-}" = yes ]; then
		skip_test "it is to be recorded"
	else
		diff <(transcript_form "$document") <(transcript_form "$transcript") >"$LEV_TMP/differs"
		check_err $? "the document (<) shows something else; \"make transcript\" writes it anew:
$(sed 's/^/# /' "$LEV_TMP/differs")"
	fi
	log_test "the documentation shows what is seen"
}

tests_run

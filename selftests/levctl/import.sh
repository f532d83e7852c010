#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# levctl import: configs of keepalived, its own samples among them, and of ipvsadm as files that
# levctl apply reads. Needs neither kernel nor root.

ALL_TESTS="whole included samples sample_words ipvsadm json wrong"

# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/../net/lib.sh"

program=$lev_top/build/levctl
samples=/usr/share/doc/keepalived/samples
out=$LEV_TMP/out.yaml
err=$LEV_TMP/err
cd "$LEV_TMP" || exit 1

# import KIND [FILE]
import()
{
	"$program" import "$@" >"$out" 2>"$err"
}

# same FILE WORDS: what is on stdin is in the file
same()
{
	diff - "$1" >"$LEV_TMP/diff"
	check_err $? "$2: $(head -n 4 "$LEV_TMP/diff")"
}

# The file gets past levctl's own checks: what ends it is that there is no such device or no module.
accepted()
{
	"$program" apply levnone0 "$out" check node 1 >"$LEV_TMP/applied" 2>&1
	[ $? -ne 1 ]
	check_err $? "apply: $(cat "$LEV_TMP/applied")"
}

whole()
{
	cat >k.conf <<-'TEXT'
		! Two directors
		global_defs {
		    router_id director1
		    notification_email { admin@example.org }
		}
		vrrp_script alive { script "/bin/true"
		    interval 2 }
		vrrp_instance FRONT {
		    state MASTER
		    interface net0
		    virtual_router_id 51
		    priority 150
		    advert_int 1
		    preempt_delay 60
		    authentication {
		        auth_type PASS
		        auth_pass secret # no comment
		    }
		    virtual_ipaddress {
		        10.0.0.200/24 label net0:1
		        10.0.0.201/24
		    }
		    notify_master "/usr/local/bin/notify master"
		}
		vrrp_instance BACK
		{
		    interface net1
		    virtual_router_id 52
		    virtual_ipaddress {
		        10.0.1.254/24 dev net1
		    }
		}
		virtual_server 10.0.0.200 80 {
		    delay_loop 6
		    lb_algo wlc
		    lb_kind DR
		    protocol TCP
		    persistence_timeout 300
		    sorry_server 10.0.1.9 80
		    real_server 10.0.1.101 80 {
		        weight 2
		        TCP_CHECK {
		            connect_timeout 3
		        }
		    }
		    real_server 10.0.1.102 80 {
		    }
		}
		virtual_server 10.0.0.201 53 {
		    lvs_sched mh
		    mh-port
		    lvs_method DR
		    protocol UDP
		    real_server 10.0.1.111 53 {
		        weight 0
		    }
		}
	TEXT
	import keepalived k.conf
	check_err $? "$(cat "$err")"
	same "$out" "the file" <<-'TEXT'
		version: 1
		cluster: {id: 51, failback: 1m, front: net0, back: net1}
		nodes:
		- {id: 1, host: director1}
		addresses:
		- {address: 10.0.0.200}
		- {address: 10.0.0.201}
		- {address: 10.0.1.254, side: back}
		services:
		- {address: 10.0.0.200, proto: tcp, port: 80, hash: source, pool: tcp-80}
		- {address: 10.0.0.201, proto: udp, port: 53, pool: udp-53}
		servers:
		- {address: 10.0.1.101, pool: tcp-80, weight: 2}
		- {address: 10.0.1.102, pool: tcp-80}
		- {address: 10.0.1.111, pool: udp-53, weight: 0}
		checks:
		- {pool: tcp-80, type: tcp, timeout: 3s, port: 80, interval: 6s}
	TEXT
	sed -nE 's/^levctl: k.conf: line ([0-9]*): import keepalived: "([a-zA-Z_]*).*/\1 \2/p' \
		"$err" >lines
	same lines "what is left out" <<-'TEXT'
		4 notification_email
		6 vrrp_script
		9 state
		12 priority
		13 advert_int
		15 authentication
		23 notify_master
		28 virtual_router_id
		35 lb_algo
		38 persistence_timeout
		39 sorry_server
	TEXT
	check_eq "$(grep -cE ': import keepalived: (LevIP and ServIP|node 1) ' "$err")" 2 \
		"what is said of the whole"
	! grep -q secret "$out" "$err"
	check_err $? "the password is told"
	accepted
	log_test "a config of keepalived as a file, and each line that is left out"
}

included()
{
	mkdir -p conf.d
	printf 'include conf.d/*.conf\ninclude conf.d/*.none\n' >main.conf
	echo 'vrrp_instance A { interface net0' >open.conf
	echo 'virtual_server 10.0.1.200 80 { include servers/?' >conf.d/1.conf
	echo '}' >>conf.d/1.conf
	mkdir -p conf.d/servers
	echo 'real_server 10.0.1.101 80 { colour red' >conf.d/servers/a
	echo '}' >>conf.d/servers/a
	echo 'real_server 10.0.1.102 80 { }' >conf.d/servers/b
	import keepalived main.conf
	check_err $? "$(cat "$err")"
	check_eq "$(grep -c 10.0.1.10 "$out")" 2 "servers of included files"
	grep -q '^levctl: ./conf.d/servers/a: line 1: import keepalived: "colour red"' "$err"
	check_err $? "the file is not named: $(cat "$err")"
	! grep -q '"include' "$err"
	check_err $? "an inclusion is left out: $(cat "$err")"
	accepted
	log_test "included files, by patterns, from the directory of who includes"

	echo 'include main.conf' >main.conf
	import keepalived main.conf
	check_eq $? 1 "a file that includes itself"
	grep -q 'line 1: .*"main.conf": more than 8 files that include each other' "$err"
	check_err $? "$(cat "$err")"
	echo 'include nosuch.conf' >main.conf
	import keepalived main.conf
	check_eq $? 1 "a file that is not there"
	grep -q 'main.conf: line 1: import keepalived: "nosuch.conf": there is no such file' "$err"
	check_err $? "$(cat "$err")"
	printf '\ninclude open.conf\n' >main.conf
	import keepalived main.conf
	check_eq $? 1 "a file whose block is open"
	grep -q 'open.conf: line 2: .*"vrrp_instance" of line 1: no "}"' "$err"
	check_err $? "$(cat "$err")"
	check_eq "$(cat "$out")" "" "stdout of what is wrong"
	log_test "what is wrong with included files is named"
}

# All samples that have an address or a service become files.
samples()
{
	local file n=0 none=0

	if [ ! -d $samples ]; then
		skip_test "no samples of keepalived"
		log_test "keepalived's samples"
		return
	fi
	for file in "$samples"/keepalived.conf.*; do
		if import keepalived "$file"; then
			accepted
			n=$((n + 1))
		else
			grep -q 'there is nothing in it that a cluster could have$' "$err"
			check_err $? "$file: $(cat "$err")"
			[ ! -s "$out" ]
			check_err $? "$file: something is on stdout"
			none=$((none + 1))
		fi
	done
	check_between $n 15 100 "samples that became files"
	log_test "keepalived's samples" "$n files, $none without a cluster"
}

sample_words()
{
	if [ ! -d $samples ]; then
		skip_test "no samples of keepalived"
		log_test "what a sample becomes"
		return
	fi
	import keepalived $samples/keepalived.conf.sample
	same "$out" "keepalived.conf.sample" <<-'TEXT'
		version: 1
		cluster: {id: 50, failback: never, front: eth0, back: eth0}
		nodes:
		- {id: 1, host: LVS_DEVEL}
		addresses:
		- {address: 192.168.200.11}
		- {address: 192.168.200.12}
		- {address: 192.168.200.13}
		services:
		- {address: 10.10.10.2, proto: tcp, port: 1358, hash: source}
		servers:
		- {address: 192.168.200.2}
		checks:
		- {type: http, path: /testurl3/test.jsp, timeout: 3s, fall: 4, port: 1358, interval: 6s}
	TEXT
	import keepalived $samples/keepalived.conf.fwmark
	check_eq $? 1 "marks alone"
	grep -q 'keepalived.conf.fwmark: line 7: import keepalived: "fwmark 1" is left out' "$err"
	check_err $? "$(cat "$err")"
	import keepalived $samples/keepalived.conf.virtual_server_group
	check_eq "$(grep -c 'proto: tcp, port: 80[,}]' "$out")" 9 "services of a group on port 80"
	grep -q 'line 19: import keepalived: "fwmark 2" is left out' "$err"
	check_err $? "$(cat "$err")"
	import keepalived $samples/keepalived.conf.IPv6
	grep -q "^- {address: 'ae00::10'}" "$out"
	check_err $? "IPv6: $(cat "$out")"
	log_test "what a sample becomes"
}

ipvsadm()
{
	cat >saved <<-'TEXT'
		-A -t 10.0.1.200:80 -s wrr
		-a -t 10.0.1.200:80 -r 10.0.1.101:80 -g -w 1
		-a -t 10.0.1.200:80 -r 10.0.1.102:80 -g -w 3
		-A -t 10.0.1.200:443 -s wrr
		-a -t 10.0.1.200:443 -r 10.0.1.102:443 -g -w 3
		-a -t 10.0.1.200:443 -r 10.0.1.101:443 -m -w 1
		-A -f 1 -s sh
	TEXT
	cat >wanted <<-'TEXT'
		version: 1
		cluster: {id: 1, front: eth0, back: eth1}
		nodes:
		- {id: 1}
		addresses: []
		services:
		- {address: 10.0.1.200, proto: tcp, port: 80}
		- {address: 10.0.1.200, proto: tcp, port: 443}
		servers:
		- {address: 10.0.1.101}
		- {address: 10.0.1.102, weight: 3}
	TEXT
	import ipvsadm saved
	check_err $? "$(cat "$err")"
	same "$out" "the file" <wanted
	accepted
	cut -d: -f1-3 "$err" | sort | uniq -c | sed 's/^ *//' >lines
	same lines "what is left out" <<-'TEXT'
		4 levctl: saved: import ipvsadm
		1 levctl: saved: line 1
		1 levctl: saved: line 4
		1 levctl: saved: line 6
		1 levctl: saved: line 7
	TEXT
	import ipvsadm <saved
	same "$out" "the file, from stdin" <wanted
	import ipvsadm - <saved
	same "$out" "the file, from -" <wanted
	grep -q '^levctl: stdin: line 7: import ipvsadm: "-f 1" is left out' "$err"
	check_err $? "$(cat "$err")"
	log_test "what ipvsadm has saved as a file"
}

json()
{
	"$program" -j import ipvsadm saved >"$out" 2>/dev/null
	check_err $? "levctl -j import"
	check_eq "$(jq -c '[.version, .cluster.back, .services[1].port, .servers[1].weight]' "$out")" \
		'["1","eth1","443","3"]' "JSON"
	accepted
	log_test "the file in JSON, which apply reads too"
}

# wrong SAYS WORD...
wrong_words()
{
	local says=$1
	shift

	import "$@" </dev/null
	check_eq $? 1 "status of: $*"
	grep -qF "$says" "$err"
	check_err $? "'$says' is not said of '$*': $(cat "$err")"
	[ ! -s "$out" ]
	check_err $? "something is on stdout of '$*'"
}

wrong()
{
	wrong_words 'import: a kind is missing: keepalived, ipvsadm'
	wrong_words 'import: "haproxy" is not one of: keepalived, ipvsadm' haproxy saved
	wrong_words 'import keepalived: a file is missing' keepalived
	wrong_words 'import ipvsadm: "more" is a word too many' ipvsadm saved more
	wrong_words 'import keepalived: "nosuch.conf": No such file' keepalived nosuch.conf
	wrong_words 'import keepalived: "conf.d": Is a directory' keepalived conf.d
	wrong_words 'stdin: import ipvsadm: there is nothing in it' ipvsadm
	printf 'a {\n b "c\n}\n' >bad.conf
	wrong_words 'levctl: bad.conf: line 2: import keepalived: a quote is not closed' \
		keepalived bad.conf
	printf 'vrrp_instance A {\n' >bad.conf
	wrong_words 'line 2: import keepalived: "vrrp_instance" of line 1: no "}"' keepalived bad.conf
	wrong_words 'bad.conf: line 1: import ipvsadm: "vrrp_instance" is neither -A nor -a' \
		ipvsadm bad.conf
	head -c 1048577 /dev/zero | tr '\0' '\n' >huge.conf
	wrong_words '"huge.conf": File too large' keepalived huge.conf
	log_test "wrong words and files are named, and nothing is on stdout"
}

require_command jq
tests_run

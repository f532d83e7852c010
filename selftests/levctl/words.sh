#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Wrong words to levctl and levd: each must end with status 1, name the word that is wrong, and print
# nothing on stdout. Right ones must get past that. Wrong words to make and scripts/check are here
# as well; files.sh has those in files. Needs neither kernel nor root.
# Run by the runner, or by hand; LEVCTL and LEVD name the programs.

# shellcheck source=selftests/levctl/said.sh
. "$(dirname "$0")/said.sh"

LEVD=${LEVD:-$top/build/levd}
levctl=$LEVCTL

# batch NAME SAYS: the batch on stdin must be refused.
batch()
{
	"$LEVCTL" -b - >"$dir/out" 2>"$dir/err"
	status=$?
	check "batch: $1" 1 "$2"
}

# help SAYS WORDS...: help on stdout, status 0.
help()
{
	says=$1
	shift
	"$LEVCTL" "$@" >"$dir/out" 2>"$dir/err" </dev/null
	status=$?
	problem=
	if [ "$status" -ne 0 ] || [ -s "$dir/err" ]; then
		problem="exit status $status: $(head -n 1 "$dir/err")"
	elif ! grep -qF -e "$says" "$dir/out"; then
		problem="not said: '$says'"
	fi
	report "help: $*" "$problem"
}

# refused STATUS LINE COMMAND...: another command must end so, and soon, with that line (an
# expression of grep's) on stderr.
refused()
{
	wanted=$1
	says=$2
	shift 2
	timeout 20 "$@" >"$dir/out" 2>"$dir/err" </dev/null
	status=$?
	problem=
	if [ "$status" -ne "$wanted" ]; then
		problem="exit status $status, not $wanted: $(head -n 1 "$dir/err")"
	elif ! grep -qE -e "^$says\$" "$dir/err"; then
		problem="not said: '$says', but: $(head -n 1 "$dir/err")"
	fi
	report "refused: $says" "$problem"
}

bytes 32 >"$dir/group.key"
chmod 620 "$dir/group.key"
bytes 15 >"$dir/short.key"
bytes 65 >"$dir/long.key"
bytes 1000 >"$dir/huge.key"
{ bytes 64; echo; echo; } >"$dir/lines.key"
{ bytes 64; echo; } >"$dir/good.key"
: >"$dir/empty.key"

mkdir "$dir/bin"
printf '#!/bin/sh\necho nosuchkernel\n' >"$dir/bin/uname"
chmod 755 "$dir/bin/uname"
# A tree whose setup fails, should check get so far: it must not start all over in here.
mkdir -p "$dir/tree/scripts"
ln -s "$top/selftests" "$dir/tree/selftests"
cp "$top"/scripts/check "$top"/scripts/check-debug "$top"/scripts/*.sh "$dir/tree/scripts"
printf '#!/bin/sh\nexit 1\n' >"$dir/tree/scripts/setup"
chmod 755 "$dir/tree/scripts/setup"
mkfifo "$dir/pipe.key"
chmod 600 "$dir"/short.key "$dir"/long.key "$dir"/huge.key "$dir"/lines.key "$dir"/good.key \
	"$dir"/empty.key "$dir"/pipe.key

to="dst 10.0.1.200"
add="cluster add $none id 7 node 1 front levnone1 back levnone2"

cases()
{
	# Commands, verbs, devices
	wrong 'a command is missing'
	wrong '"clusters"' clusters show
	wrong '"--frob"' --frob
	wrong '"-x"' -x status
	wrong '"-n"' -n
	wrong '"nosuchnamespace"' -n nosuchnamespace status
	wrong '"../escape"' -n ../escape status
	wrong 'cluster: a verb is missing' cluster
	wrong 'cluster: "ad" is not one of: add, set, del, show' cluster ad $none
	wrong 'address: "set" is not one of: add, del, show' address set $none 10.0.0.1
	wrong 'node add: a device is missing' node add
	wrong 'stats: a device is missing' stats
	wrong '"averyveryverylongname" is not a device' node show averyveryverylongname
	wrong 'top: a device is missing' top
	wrong '"now" is not a word that fits here' top $none now
	wrong '"interval": "5" is not a time' top $none interval 5
	wrong '"interval": "50ms" is out of range (100ms..1h)' top $none interval 50ms
	wrong '"count": "0" is out of range' top $none count 0
	wrong '"count" is given twice' top $none count 2 count 3
	wrong '"a/b" is not a device' cluster show a/b
	wrong '"" is not a device' cluster del ''
	wrong '"now" is a word too many' status $none now
	wrong '"now" is a word too many' stats $none now
	wrong '"now" is a word too many' monitor $none now
	wrong '"now" is a word too many' doctor $none now
	wrong '"a/b" is not a device' doctor a/b

	# Options behind the command
	wrong 'levctl: "-j" is an option: options come before the command (levctl -j status ...)' \
		status lev0 -j
	wrong '"-j" is an option' $add -j
	wrong '(levctl --json stats ...)' stats --json
	wrong '"-x" is a word too many' status $none -x

	# cluster
	wrong '"id" is missing' cluster add $none node 1 front eth0 back eth1
	wrong '"node" is missing' cluster add $none id 7 front eth0 back eth1
	wrong '"front" is missing' cluster add $none id 7 node 1 back eth1
	wrong '"back" is missing' cluster add $none id 7 node 1 front eth0
	wrong 'cluster add: "period": "5x" is not a time (examples: 100ms, 10s, 2m)' $add period 5x
	wrong '"period": "5" is not a time' $add period 5
	wrong '"period": "99ms" is out of range (0, or 100ms..1h)' $add period 99ms
	wrong '"period": "61m" is out of range' $add period 61m
	wrong '"period": "99999999999999999999s" is out of range' $add period 99999999999999999999s
	wrong '"period": "-1s" is not a time' $add period -1s
	wrong '"heartbeat": "4ms" is out of range (5ms..10s)' $add heartbeat 4ms
	wrong '"heartbeat": "never" is not a time' $add heartbeat never
	wrong '"heartbeat": "0" is out of range' $add heartbeat 0
	wrong '"dead": "1" is out of range (2..10)' $add dead 1
	wrong '"dead": "0x3" is not a number' $add dead 0x3
	wrong '"failback": "25h" is out of range (0s..24h, or never)' $add failback 25h
	wrong '"failback": "Never" is not a time' $add failback Never
	wrong '"flows": "1023" is out of range (1024..16777216)' $add flows 1023
	wrong '"memory": "9s" is out of range (10s..24h)' $add memory 9s
	wrong '"refresh": "999ms" is out of range (0, or 1s..1h)' $add refresh 999ms
	wrong '"pace": "0" is out of range (1..100000)' $add pace 0
	wrong '"lanes": "0" is out of range (1..256)' $add lanes 0
	wrong '"lanes": "257" is out of range' $add lanes 257
	wrong '"mac": "virtuel" is not one of: physical, virtual' $add mac virtuel
	wrong '"id": "0" is out of range (1..65535)' cluster set $none id 0
	wrong '"id": "65536" is out of range' cluster set $none id 65536
	wrong '"id": "4294967297" is out of range' cluster set $none id 4294967297
	wrong '"node": "65" is out of range (1..64)' cluster set $none node 65
	wrong '"front": "eth 0" is not a device' cluster set $none front 'eth 0'
	wrong '"period" is given twice' $add period 1s lanes 4 period 2s
	wrong '"period" has no value' $add period
	wrong '"colour" is not a word' $add colour red
	wrong 'nothing to set' cluster set $none
	wrong '"id" is not a word' cluster del $none id 7

	# key files
	wrong '"key": "/nonexistent"' $add key /nonexistent
	wrong "\"key\": \"$dir\" is not a regular file" $add key "$dir"
	wrong "\"key\": \"$dir/pipe.key\" is not a regular file" $add key "$dir/pipe.key"
	wrong 'has mode 0644' $add key "$dir/open.key"
	wrong 'has mode 0620' $add key "$dir/group.key"
	wrong 'holds 15 bytes (a key has 16..64)' $add key "$dir/short.key"
	wrong 'holds more than 64 bytes' $add key "$dir/long.key"
	wrong 'holds more than 64 bytes' $add key "$dir/huge.key"
	wrong 'holds more than 64 bytes' $add key "$dir/lines.key"
	wrong 'holds 0 bytes' $add key "$dir/empty.key"

	# address, node
	wrong '"address" is missing' address add $none
	wrong '"address": "10.0.0.256" is not' address add $none 10.0.0.256
	wrong '"address": "10.0.0.1/32" is not' address add $none 10.0.0.1/32
	wrong '"address": "fd00:::1" is not' address add $none fd00:::1
	wrong '"address": "localhost" is not' address del $none localhost
	wrong '"side": "left" is not one of: front, back' address add $none 10.0.0.1 side left
	wrong '"id" is missing' node add $none
	wrong '"id": "weight" is not a number' node add $none weight 3
	wrong '"id": "0" is out of range' node add $none 0
	wrong '"id": "65" is out of range' node del $none 65
	wrong '"id": "-1" is not a number' node add $none -1
	wrong '"weight": "1001" is out of range (0..1000)' node add $none 2 weight 1001
	wrong '"weight": "" is not a number' node add $none 2 weight ''
	wrong '"priority": "256" is out of range (0..255)' node add $none 2 priority 256
	wrong '"state" is not a word' node add $none 2 state drain
	wrong '"state": "drained" is not one of: active, drain' node set $none 2 state drained
	wrong 'nothing to set' node set $none 2

	# service, server
	wrong '"port": "80" needs "proto"' service add $none 10.0.1.200 port 80
	wrong 'protocol "47" has no ports' service add $none 10.0.1.200 proto 47 port 80
	wrong '"proto": "icmpx" is not a protocol' service add $none 10.0.1.200 proto icmpx
	wrong '"proto": "256" is out of range (1..255)' service add $none 10.0.1.200 proto 256
	wrong '"port": "65536" is out of range (1..65535)' service del $none 10.0.1.200 \
		proto tcp port 65536
	wrong '"port": "http" is not a number' service add $none 10.0.1.200 proto tcp port http
	wrong '"hash": "sauce" is not one of: flow, source' service set $none 10.0.1.200 hash sauce
	wrong '"pool": "sixteen-letters-" is not a pool' service add $none 10.0.1.200 \
		pool sixteen-letters-
	wrong '"pool": "a b" is not a pool' server add $none 10.0.1.101 pool 'a b'
	wrong 'nothing to set' service set $none 10.0.1.200 proto tcp port 80
	wrong 'nothing to set' server set $none 10.0.1.101 pool web
	wrong '"health": "sick" is not one of: up, down' server set $none 10.0.1.101 health sick
	wrong '"health" is not a word' server add $none 10.0.1.101 health down
	wrong '"weight" is not a word' server del $none 10.0.1.101 weight 1
	wrong '"weight" is not a word' server show $none 10.0.1.101 weight 1
	wrong '"address": "weight" is not' server show $none weight 1

	# explain
	wrong 'explain: a device is missing' explain
	wrong '"src" is missing' explain $none
	wrong '"dst" is missing' explain $none src 192.0.2.2
	wrong '"192.0.2.2" is not a word' explain $none 192.0.2.2
	wrong '"src": "client" is not an IPv4 or IPv6 address' explain $none src client $to
	wrong '"dst": "fd00::1" is not of the family of "src": "192.0.2.2"' \
		explain $none src 192.0.2.2 dst fd00::1
	wrong '"dst": "10.0.1.200" is not of the family of "src": "fd00::1"' \
		explain $none src fd00::1 $to
	wrong '"sport": "7" needs "proto"' explain $none src 192.0.2.2 $to sport 7 dport 7
	wrong '"dport": "7" needs "proto"' explain $none src 192.0.2.2 $to dport 7
	wrong '"proto": "tcpx" is not a protocol' explain $none src 192.0.2.2 $to proto tcpx
	wrong '"proto": "0" is out of range (1..255)' explain $none src 192.0.2.2 $to proto 0
	wrong '"proto": "udp" needs "sport"' explain $none src 192.0.2.2 $to proto udp
	wrong '"proto": "17" needs "dport"' explain $none src 192.0.2.2 $to proto 17 sport 7
	wrong '"dport": "7": protocol "1" has no ports' explain $none src 192.0.2.2 $to proto 1 \
		dport 7
	wrong '"sport": "65536" is out of range (0..65535)' explain $none src 192.0.2.2 $to \
		proto udp sport 65536 dport 7
	wrong '"dport": "http" is not a number' explain $none src 192.0.2.2 $to proto tcp sport 1 \
		dport http
	wrong '"src" is given twice' explain $none src 192.0.2.2 src 192.0.2.3 $to

	# apply, save
	wrong 'apply: a device is missing' apply
	wrong '"a/b" is not a device' apply a/b file
	wrong 'apply: a file is missing' apply $none
	wrong '"/nonexistent": No such file' apply $none /nonexistent
	wrong '"chek" is not a word that fits here' apply $none /dev/null chek
	wrong '"check" is not a word that fits here' apply $none /dev/null check check
	wrong '"node" has no value' apply $none /dev/null check node
	wrong '"node": "one" is not a number' apply $none /dev/null node one
	wrong '"node": "65" is out of range (1..64)' apply $none /dev/null node 65
	wrong 'save: a device is missing' save
	wrong '"file" is a word too many' save $none file

	# levd
	LEVCTL=$LEVD
	wrong 'levd: a device is missing'
	wrong '"a/b" is not a device' a/b file
	wrong 'levd: a file is missing' $none
	wrong '"-": the file is read again' $none -
	wrong '"nodes" is not a word that fits here' $none file nodes
	wrong '"node" has no value' $none file node
	wrong '"node": "0" is out of range (1..64)' $none file node 0
	wrong '"more" is a word too many' $none file node 1 more
	wrong '"/nonexistent": No such file' $none /nonexistent
	wrong 'levd: "-x": ' -x
	printf 'version: 1\nchecks: [{type: htpp}]\n' >"$dir/levd.yaml"
	wrong "levd: $dir/levd.yaml: line 2: apply check: \"type\": \"htpp\" is not one of" \
		$none "$dir/levd.yaml"
	help 'SIGHUP' -?
	help 'levd' -V
	LEVCTL=$levctl

	# Batches stop at the first line that fails, and name it
	batch 'the line is named' 'stdin: line 4: node add: "weight": "5x" is not a number' <<-'END'
		# a comment

		   # another
		node add lev0 2 weight 5x
		node add lev0 3 weight 6x
	END
	batch 'a quote that is not closed' 'line 1: a quote is not closed' <<-'END'
		cluster set lev0 key "/no where
	END
	batch 'a quoted word' '"key": "/no where"' <<-'END'
		cluster set lev0 key "/no where" # but this is a comment
	END
	batch 'an option' 'line 2: "-j" is an option: options come before' <<-'END'

		status lev0 -j
	END
	batch 'a word that is no command' 'line 1: "levctl" is not a command' <<-'END'
		levctl status
	END
	printf 'status lev0 now' >"$dir/batch"
	wrong "$dir/batch: line 1: status: \"now\" is a word too many" -b "$dir/batch"
	wrong '"-b": "/nonexistent"' -b /nonexistent
	wrong '"status": with -b' -b - status

	# Right words
	right $add mac virtual lanes 16 period 10s heartbeat 100ms dead 3 failback 0s
	right $add period 0 failback never key "$dir/good.key"
	right cluster set $none failback 24h node 64 key none
	right cluster set $none flows 16777216 memory 24h
	right address add $none fd00::c8 side back
	right node set $none 64 priority 0 state active weight 1000
	right service add $none 10.0.1.200 hash source port 443 proto sctp pool web
	right service del $none fd00::1 proto 1
	right server add $none ::1 state drain weight 0
	right server show $none pool web
	right monitor $none
	right top $none count 1 interval 1h
	right explain $none src 10.0.0.1 dst 10.0.0.200
	right explain $none dst fd00::c8 proto 58 src fd00::1
	right explain $none src 192.0.2.2 $to dport 0 sport 65535 proto sctp

	# Help
	help 'Commands' help
	help 'Commands' --help
	help 'Commands' '-?'
	help 'period' cluster help
	help 'levctl status' status help
	for noun in cluster address node service server status stats top explain monitor doctor apply save; do
		for word in --help '-?'; do
			help "levctl $noun: " $noun $word
			help "levctl $noun: " help $noun $word
			help "levctl $noun: " $word $noun
		done
		help "levctl $noun: " help $noun
	done
	for noun in cluster address node service server; do
		for verb in add set del show; do
			[ "$noun $verb" != 'address set' ] || continue
			help "levctl $noun: " $noun $verb --help
			help "levctl $noun: " $noun $verb '-?'
			help "levctl $noun: " help $noun $verb
		done
	done
	help 'levctl server: ' server del $none 10.0.1.101 --help
	help 'Commands' help --help
	wrong '"clusters" is not a command' help clusters
	wrong '"clusters" is not a command' clusters --help
	help 'levctl' -V

	# What it does
	help 'gets no new flows, and keeps its old ones' server help
	help 'virtual: each lane has its own MAC address' cluster help
	help 'an IPv6 one (not link-local)' address help
	help 'levctl apply lev0 lev0.yaml' help
	help 'sport      source port, with a protocol that has ports (0..65535)' explain help

	# make and scripts/check
	hint=': scripts/setup build gets them, or give KDIR=\.\.\.; "make tools" needs none'
	refused 2 "no headers for nosuchkernel$hint" \
		env -u KDIR MAKEFLAGS= PATH="$dir/bin:$PATH" make -C "$top" module
	refused 2 "no headers in /nonexistent$hint" \
		env MAKEFLAGS= make -C "$top" KDIR=/nonexistent module
	refused 1 'check: "nosuchtest" is not one of these tests: unit .*' \
		"$dir/tree/scripts/check" words nosuchtest
	refused 1 'check-debug: "words" is not one of these tests: agree .*' \
		"$dir/tree/scripts/check-debug" words
	problem=
	make -s -C "$top" help >"$dir/out"
	grep -q '^make tools ' "$dir/out" || problem='not said'
	report 'make help lists tools' "$problem"
}

results cases

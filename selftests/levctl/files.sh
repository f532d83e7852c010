#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Files of clusters that are wrong in one place, and some that are right: levctl apply names the line and
# the word. Needs neither kernel nor root. LEVCTL names the program.

# shellcheck source=selftests/levctl/said.sh
. "$(dirname "$0")/said.sh"

# file SAYS TEXT: the cluster's file TEXT, in the form of printf, must be refused.
file()
{
	# shellcheck disable=SC2059 # a form
	printf "$2" >"$dir/file.yaml"
	"$LEVCTL" apply $none "$dir/file.yaml" node 1 >"$dir/out" 2>"$dir/err"
	status=$?
	check "file: $2" 1 "levctl: $dir/file.yaml: $1"
}

# Each is wrong in one place, which is named.
files()
{
	begin='version: 1\ncluster: {id: 7, front: a, back: b}\nnodes: [{id: 1}]\n'

	file 'apply: there is nothing in it' ''
	file 'apply: there is nothing in it' '# nothing\n'
	file 'line 3: apply: a tab: YAML indents by blanks' 'version: 1\ncluster:\n\tid: 7\n'
	file 'line 3: apply: at ":": not YAML: ' 'version: 1\ncluster: {id: 7\nnodes: []\n'
	file 'line 1: apply: at ":": not YAML: ' 'version: 1: 2\n'
	file 'line 2: apply: "&x": anchors are not known' 'version: 1\ncluster: &x {id: 7}\n'
	file 'line 2: apply: "*x": aliases are not known' 'version: 1\ncluster: *x\n'
	file 'line 1: apply: "tag:yaml.org,2002:int": tags are not known' 'version: !!int 1\n'
	file 'line 3: apply: "version" is given twice: line 1 has it too' \
		'version: 1\ncluster: {id: 7}\nversion: 2\n'
	file 'line 2: apply: a second document begins' 'version: 1\n---\nversion: 2\n'
	file 'line 2: apply: not UTF-8 text: ' 'version: 1\ncluster: \377\n'
	file 'line 1: apply: "x": a byte of zero is in it' 'version: "x\\0y"\n'
	file 'line 1: apply: a map too deep within others' 'nodes: [{id: {id: {id: 1}}}]\n'
	file 'line 1: apply: a map cannot be a name' '{id: 7}: cluster\n'

	file 'line 2: apply: "colour" is not one of: version, cluster, nodes' \
		'version: 1\ncolour: red\n'
	file 'line 1: apply: a list: names with values are wanted' '[version, 1]\n'
	file 'line 1: apply: "version": names with values are wanted' 'version\n'
	file 'line 1: apply: "version": "one" is not a number' 'version: one\n'
	file 'line 1: apply: "version": "0" is out of range (1..4294967295)' 'version: 0\n'
	file 'line 1: apply: "version": "4294967296" is out of range' 'version: 4294967296\n'
	file 'line 1: apply: "version": a word is wanted, not a list' 'version: [1]\n'
	file 'line 1: apply: "version" is missing' 'cluster: {id: 7}\n'
	file 'line 1: apply: "cluster" is missing' 'version: 1\nnodes: [{id: 1}]\n'
	file 'line 2: apply: "nodes" are missing' 'version: 1\ncluster: {id: 7}\n'
	file 'line 2: apply: "7": names with values are wanted, as {id: 7}' \
		'version: 1\ncluster: 7\n'
	file 'line 4: apply: "servers": a list is wanted' "${begin}servers: 10.0.1.101\n"
	file 'line 4: apply server: "10.0.1.101": names with values are wanted' \
		"${begin}servers: [10.0.1.101]\n"

	file 'line 4: apply cluster: "lanes": "0" is out of range (1..256)' \
		'version: 1\ncluster:\n  id: 7\n  lanes: 0\n'
	file 'line 2: apply cluster: "period": "5" is not a time' \
		'version: 1\ncluster: {id: 7, period: 5}\n'
	file 'line 2: apply cluster: "node" is not a word that fits here: see "nodes"' \
		'version: 1\ncluster: {id: 7, node: 1}\n'
	file 'line 2: apply cluster: "front": "a b" is not a device' \
		'version: 1\ncluster: {id: 7, front: a b}\n'
	file 'line 2: apply cluster: "id" is missing' \
		'version: 1\ncluster: {front: a, back: b}\nnodes: [{id: 1}]\n'
	file 'line 3: apply node: "back" is missing, which this node needs' \
		'version: 1\ncluster: {id: 7, front: a}\nnodes: [{id: 1}]\n'
	file 'line 3: apply node: "id" is missing' \
		'version: 1\ncluster: {id: 7, front: a, back: b}\nnodes: [{host: x}]\n'
	file 'line 3: apply node: "state" is not a word' \
		'version: 1\ncluster: {id: 7}\nnodes: [{id: 1, state: drain}]\n'
	file 'line 3: apply: "nodes": none has "id": "1"' \
		'version: 1\ncluster: {id: 7}\nnodes: [{id: 2}]\n'
	for word in 0 65536 x 10.0.0.1 10.0.0.1:0 localhost:80 '[fd00::1]' fd00::1:80; do
		file "line 2: apply cluster: \"http\": \"$word\" is not a port, or address and port" \
			"version: 1\ncluster: {id: 7, http: '$word'}\nnodes: [{id: 1}]\n"
		file "line 3: apply node: \"http\": \"$word\" is not a port, or address and port" \
			"version: 1\ncluster: {id: 7}\nnodes: [{id: 1, http: '$word'}]\n"
	done
	file 'line 2: apply cluster: "watch": "soon" is not a time (examples: 5s, none)' \
		'version: 1\ncluster: {id: 7, watch: soon}\nnodes: [{id: 1}]\n'
	file 'line 3: apply node: "watch": "499ms" is out of range (500ms..3600s, or none)' \
		'version: 1\ncluster: {id: 7}\nnodes: [{id: 1, watch: 499ms}]\n'
	file 'line 5: apply address: "side": "left" is not one of: front, back' \
		"${begin}addresses:\n- {address: 10.0.0.1, side: left}\n"
	file 'line 5: apply service: "port": "80" needs "proto"' \
		"${begin}services:\n- address: 10.0.1.200\n  port: 80\n"
	file 'line 5: apply server: "address": "10.0.1.300" is not' \
		"${begin}servers:\n- {address: 10.0.1.300}\n"
	file 'line 6: apply server: "weight": "-1" is not a number' \
		"${begin}servers:\n- address: 10.0.1.101\n  weight: -1\n"
	file 'line 5: apply server: "address" is missing' "${begin}servers:\n- {pool: web}\n"
	file 'line 4: apply node: a cluster has at most 64 nodes' \
		"version: 1\ncluster: {id: 7}\nnodes: [$(seq -s, 64 | sed 's/[0-9]*/{id: &}/g'),\n{id: 1}]\n"

	begin="${begin}servers: [{address: 10.0.1.101}]\n"
	file 'line 5: apply: "checks": a list is wanted' "${begin}checks: http\n"
	file 'line 5: apply check: "http": names with values are wanted, as {type: http}' \
		"${begin}checks: [http]\n"
	file 'line 6: apply check: "type": "htpp" is not one of: tcp, http, https, udp, icmp, program' \
		"${begin}checks:\n- {type: htpp}\n"
	file 'line 6: apply check: "type" is missing' "${begin}checks:\n- {port: 80}\n"
	file 'line 6: apply check: "port" is missing, which type "tcp" needs' \
		"${begin}checks:\n- {type: tcp}\n"
	file 'line 7: apply check: "path" does not fit type "udp"' \
		"${begin}checks:\n- {type: udp, port: 53, send: x,\n   path: /}\n"
	file 'line 6: apply check: "port": "0" is out of range (1..65535)' \
		"${begin}checks:\n- {type: tcp, port: 0}\n"
	for word in health '/a b' '/a#b' /ä; do
		file "line 6: apply check: \"path\": \"$word\" is not a path from /" \
			"${begin}checks:\n- {type: http, path: '$word'}\n"
	done
	for word in www:80 a/b 'a b' user@www '[::1]'; do
		file "line 6: apply check: \"host\": \"$word\" is not a host" \
			"${begin}checks:\n- {type: http, host: '$word'}\n"
	done
	for word in 99 600 300-200 200- -200 2xx 200-299-300 ''; do
		file "line 6: apply check: \"status\"" \
			"${begin}checks:\n- {type: http, status: '$word'}\n"
	done
	for word in 0x 0x1 0xgg; do
		file "line 6: apply check: \"send\": \"$word\" is not text, or 0x and pairs" \
			"${begin}checks:\n- {type: udp, port: 53, send: '$word'}\n"
	done
	file 'line 6: apply check: "program": "true" is not a path from the root' \
		"${begin}checks:\n- {type: program, program: true}\n"
	file 'line 6: apply check: "timeout": "3s" is longer than "interval", 2s' \
		"${begin}checks:\n- {type: icmp, timeout: 3s}\n"
	file 'line 7: apply check: "timeout": "500ms" is longer than "interval", 400ms' \
		"${begin}checks:\n- type: icmp\n  timeout: 500ms\n  interval: 400ms\n"
	file 'line 6: apply check: "interval": "99ms" is out of range (100ms..1h)' \
		"${begin}checks:\n- {type: icmp, interval: 99ms}\n"
	file 'line 6: apply check: "rise": "0" is out of range (1..100)' \
		"${begin}checks:\n- {type: icmp, rise: 0}\n"
	file 'line 6: apply check: "colour" is not a word that fits here' \
		"${begin}checks:\n- {type: icmp, colour: red}\n"
	file 'line 6: apply check: "slowstart": "soon" is not a time' \
		"${begin}checks:\n- {type: icmp, slowstart: soon}\n"
	for word in 0 999ms 3601s; do
		file "line 6: apply check: \"slowstart\": \"$word\" is out of range (1s..1h)" \
			"${begin}checks:\n- {type: icmp, slowstart: $word}\n"
	done
	file 'line 6: apply check: "weight": "50%" is not one of: answer' \
		"${begin}checks:\n- {type: http, weight: 50%%}\n"
	for word in 'icmp' 'tcp, port: 80' 'udp, port: 53, send: x'; do
		file "line 6: apply check: \"weight\" does not fit type \"${word%%,*}\"" \
			"${begin}checks:\n- {type: $word, weight: answer}\n"
	done
	file 'line 6: apply check: "pool": "web" has no server' \
		"${begin}checks:\n- {type: icmp, pool: web}\n"
	file 'line 7: apply check: "pool": "default" has a check in line 6 already' \
		"${begin}checks:\n- {type: icmp}\n- {type: icmp, pool: default}\n"
	file 'line 6: apply notify: "program" is missing' "${begin}notify:\n- {event: state}\n"
	file 'line 6: apply notify: "program": "x" is not a path' "${begin}notify:\n- {program: x}\n"
	file 'line 6: apply notify: "event": "stat" is not an event (examples: state, server, check)' \
		"${begin}notify:\n- {program: /bin/true, event: stat}\n"

	file 'line 3: apply node: "key": "/nonexistent": No such file' \
		'version: 1\ncluster: {id: 7, front: a, back: b}\nnodes: [{id: 1, key: /nonexistent}]\n'
	file "line 2: apply node: \"key\": \"$dir/open.key\" has mode 0644" \
		"version: 1\ncluster: {id: 7, front: a, back: b, key: $dir/open.key}\nnodes: [{id: 1}]\n"
	file 'line 2: apply node: "key": "keep": there is no such cluster yet' \
		'version: 1\ncluster: {id: 7, front: a, back: b, key: keep}\nnodes: [{id: 1}]\n'

	file 'line 2: apply cluster: "oldkey" is not a word that fits here' \
		'version: 1\ncluster: {id: 7, front: a, back: b, oldkey: none}\nnodes: [{id: 1}]\n'

	head -c 1048577 /dev/zero | tr '\0' '\n' >"$dir/huge.yaml"
	wrong "$dir/huge.yaml: apply: it has more than 1048576 bytes" apply $none "$dir/huge.yaml"
	# shellcheck disable=SC2059 # a form
	printf "${begin}addresses:\nservices: []\n" >"$dir/good.yaml"
	right apply $none "$dir/good.yaml" node 1 check
	for word in 'http, port: 80, path: /, host: a, status: 200, body: b, weight: answer' \
		'https, weight: answer' 'program, program: /bin/true, weight: answer' 'tcp, port: 80'; do
		# shellcheck disable=SC2059 # a form
		printf "${begin}checks:\n- {type: $word, pool: default, interval: 1s, timeout: 1s, rise: 1, fall: 1, slowstart: 1m}\n" \
			>"$dir/good.yaml"
		right apply $none "$dir/good.yaml" node 1 check
	done
}

# By the name of this machine.
files_of_a_host()
{
	host=$(hostname)
	begin='version: 1\ncluster: {id: 7, front: a, back: b}\nnodes:\n- {id: 1'

	# shellcheck disable=SC2059 # a form
	printf "$begin}\n- {id: 2, host: not-$host}\n" >"$dir/host.yaml"
	wrong "line 3: apply: \"nodes\": none has \"host\": \"$host\", this machine's name" \
		apply $none "$dir/host.yaml"
	# shellcheck disable=SC2059
	printf "$begin, host: $host}\n- {id: 2, host: ${host%%.*}}\n" >"$dir/host.yaml"
	wrong "line 5: apply node: \"host\": \"${host%%.*}\" is this machine, as that of line 4 is" \
		apply $none "$dir/host.yaml"
	# shellcheck disable=SC2059
	printf "$begin, host: other.$host}\n- {id: 2, host: ${host%%.*}}\n" >"$dir/host.yaml"
	right apply $none "$dir/host.yaml"
}

results files files_of_a_host

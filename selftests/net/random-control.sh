#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# LEV_FRAMES requests by netlink that nobody means (2,000), made from the spec: none harms, each
# refusal has a word for it and has changed nothing. LEV_SEED repeats a run; one with many more
# requests needs a LEV_TIMEOUT.
# needs: module
# timeout: 600
# time-travel: only

ALL_TESTS="begin one_by_one at_once end"

# shellcheck source=selftests/net/cluster.sh
. "$(dirname "$0")/cluster.sh"
# shellcheck source=selftests/net/flows.sh
. "$(dirname "$0")/flows.sh"

requests=${LEV_FRAMES:-2000}
seed=${LEV_SEED:-$((RANDOM << 15 | RANDOM))}

view_is()
{
	[ "$(lev_stat 1 view)" = "$1" ] && [ "$(lev_stat 2 view)" = "$1" ]
}

served()
{
	busywait 20000 view_is 1-2 && slowwait 40 in_force &&
		busywait 20000 get -m 2 "http://$SERV_IP/" >/dev/null 2>&1
	check_err $? "nobody serves: $(lev_stat 1 reason), $(lev_stat 2 reason)"
}

begin()
{
	lev_load && lev_setup_all && start_http_all
	check_err $? "no cluster"
	ip -n "$lev1" link add spare type dummy
	served
	log_test "two levelers serve" "LEV_SEED=$seed"
}

# random WORD...: random_control.py on leveler 1. What it finds is shown, its last lines are said.
random()
{
	in_ns "$lev1" /usr/bin/python3 "$net_dir/random_control.py" "$@" >"$LEV_TMP/random" 2>&1
	check_err $? "$(head -c 4000 "$LEV_TMP/random")"
}

one_by_one()
{
	random alone "$requests" "$seed"
	log_test "$requests random requests" "$(tail -n 1 "$LEV_TMP/random")"
}

at_once()
{
	random together $((requests / 2)) "$seed" $((seed + 1)) $((seed + 2))
	log_test "three times $((requests / 2)) at once, while devices come and go" \
		"$(sed 's/seed [0-9]*: //' "$LEV_TMP/random" | paste -sd';' | sed 's/;/; /g')"
}

end()
{
	local device

	for device in $(ip -n "$lev1" -o link show type leveler | sed -E 's/^[0-9]+: ([^:@]+).*/\1/'); do
		levctl_on 1 cluster del "$device"
		check_err $? "cluster del $device"
	done
	# Devices that went down have lost what IPv6 had there, and routes.
	ip -n "$lev1" -batch - <<-TEXT
		link set front up
		link set back up
		address replace fd00:a::101/64 dev front
		address replace fd00:b::1/64 dev back
		route replace default via 10.0.0.1
		route replace default via fd00:a::1
	TEXT
	lev_setup 1 && ip -n "$lev1" link set lev0 up
	check_err $? "leveler 1 is not set up again"
	served
	log_test "the cluster serves"
}

require_command nginx
require_command jq
require_command python3
/usr/bin/python3 -c 'import yaml' 2>/dev/null || skip_all "no python3-yaml"
lev_topology levelers=2 servers=2
tests_run

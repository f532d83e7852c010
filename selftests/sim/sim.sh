#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Clusters that nobody thought of keep the laws, and a planted fault is found.
# timeout: 600

ALL_TESTS="stories again planted"

# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/../net/lib.sh"

sim_dir=$(cd "$(dirname "$0")" && pwd -P)
seeds=${LEV_SEEDS:-2000}

stories()
{
	local said

	make -s -C "$sim_dir"
	check_err $? "the simulator does not build"
	said=$("$sim_dir/run" "$sim_dir/../../build/sim/sim" 0 "$seeds")
	check_err $? "$said"
	log_test "clusters that nobody thought of keep the laws" "${said##*$'\n'}"
}

again()
{
	local once twice

	once=$("$sim_dir/../../build/sim/sim" --to 20 --print | grep -v ' s$')
	twice=$("$sim_dir/../../build/sim/sim" --to 20 --print | grep -v ' s$')
	check_eq "$twice" "$once" "second run"
	check_err "$((${#once} < 1000))" "too little is told: $once"
	log_test "a seed plays the same story again"
}

planted()
{
	local said

	said=$("$sim_dir/mutants" servers-never-due 2>&1)
	check_err $? "$said"
	log_test "a planted fault is found" "${said##*: }"
}

require_command gcc
tests_run

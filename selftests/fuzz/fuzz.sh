#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Each input that a fuzzer has kept runs through the core once more, under ASan and UBSan.
# timeout: 300

ALL_TESTS="wire flow frag config member yaml import"

# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/../net/lib.sh"

fuzz_dir=$(cd "$(dirname "$0")" && pwd -P)
fuzz_out=$fuzz_dir/../../build/fuzz

# replay TARGET WORDS
replay()
{
	local said

	make -s -C "$fuzz_dir" "../../build/fuzz/replay_$1"
	check_err $? "the target does not build"
	said=$("$fuzz_out/replay_$1" "$fuzz_dir/corpus/$1" 2>"$LEV_TMP/log")
	check_err $? "$(grep -v '^$' "$LEV_TMP/log" | tail -n 20)"
	log_test "$2" "$said"
}

wire()
{
	replay wire "what is read from a frame is written back to the same bytes"
}

flow()
{
	replay flow "nothing is read beyond a packet, and what is found makes sense"
}

frag()
{
	replay frag "each fragment held comes back once"
}

config()
{
	replay config "a refused edit changes nothing, and lists stay in order"
}

member()
{
	replay member "whatever a member hears, it keeps the laws"
}

yaml()
{
	replay yaml "a file is a tree of words, or wrong in a line, and read as it was written"
}

import()
{
	replay import "a config of another balancer is wrong in a line, or a good cluster"
}

require_command gcc
tests_run

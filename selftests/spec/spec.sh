#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The netlink spec against the uapi header and the kernel's tables, and the ABI page against the
# files of sysfs, both ways. Needs neither kernel nor root; run by the runner, or by hand.

dir=$(cd "$(dirname "$0")" && pwd -P)
python3 -c 'import yaml' 2>/dev/null || {
	echo "TAP version 13"
	echo "1..0 # SKIP no python3-yaml"
	exit 4
}
exec python3 "$dir/spec.py" "$(cd "$dir/../.." && pwd -P)"

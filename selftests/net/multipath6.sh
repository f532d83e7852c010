#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# One router uses several levelers at once, by IPv6: the twin of multipath.sh.
# needs: module
# timeout: 300
# time-travel: yes
# debug: no

LEV_FAMILY=6
# shellcheck source=selftests/net/multipath.sh
. "$(dirname "$0")/multipath.sh"

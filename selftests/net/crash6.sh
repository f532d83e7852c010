#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A leveler that the router uses over IPv6 is drained, dies, comes back, is stopped: the twin of
# crash.sh.
# needs: module
# timeout: 300
# time-travel: yes

LEV_FAMILY=6
# shellcheck source=selftests/net/crash.sh
. "$(dirname "$0")/crash.sh"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Real IPv6 traffic while the wheel turns: the twin of turns.sh.
# needs: module
# timeout: 300
# time-travel: yes
# debug: no

LEV_FAMILY=6
# shellcheck source=selftests/net/turns.sh
. "$(dirname "$0")/turns.sh"

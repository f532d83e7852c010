#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# 64 machines send at once by IPv6: the twin of askers.sh.
# needs: module
# timeout: 300
# time-travel: only

LEV_FAMILY=6
# shellcheck source=selftests/net/askers.sh
. "$(dirname "$0")/askers.sh"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Ten turns a second under load, by IPv6: the twin of storm.sh.
# needs: module
# timeout: 120
# time-travel: only

LEV_FAMILY=6
# shellcheck source=selftests/net/storm.sh
. "$(dirname "$0")/storm.sh"

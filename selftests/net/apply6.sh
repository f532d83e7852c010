#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The whole cluster in one file, over IPv6, with servers that are known by IPv6 addresses: the twin
# of apply.sh.
# needs: module
# timeout: 300
# time-travel: only

LEV_FAMILY=6
# shellcheck disable=SC2034 # read by cluster.sh
LEV_SERVER_FAMILY=6
# shellcheck source=selftests/net/apply.sh
. "$(dirname "$0")/apply.sh"

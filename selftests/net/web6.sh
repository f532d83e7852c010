#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What levd shows over HTTP of servers that are known by IPv6 addresses, and to IPv6: of web.sh what is
# not the same for both families, or TESTS.
# needs: module
# timeout: 240
# time-travel: only

LEV_FAMILY=6
# shellcheck disable=SC2034 # read by cluster.sh
LEV_SERVER_FAMILY=6
TESTS=${TESTS:-made counted bounded}
# shellcheck source=selftests/net/web.sh
. "$(dirname "$0")/web.sh"

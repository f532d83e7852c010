#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# levd with servers that are known and checked by IPv6 addresses, and an IPv6 client: of levd.sh what
# is not the same for both families, or TESTS.
# needs: module
# timeout: 300
# time-travel: only

LEV_FAMILY=6
# shellcheck disable=SC2034 # read by cluster.sh
LEV_SERVER_FAMILY=6
TESTS=${TESTS:-made check_fails watched types}
# shellcheck source=selftests/net/levd.sh
. "$(dirname "$0")/levd.sh"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# levd with servers that are known and checked by IPv6 addresses, and an IPv6 client: the twin of
# levd.sh.
# needs: module
# timeout: 300
# time-travel: only

LEV_FAMILY=6
# shellcheck disable=SC2034 # read by cluster.sh
LEV_SERVER_FAMILY=6
# shellcheck source=selftests/net/levd.sh
. "$(dirname "$0")/levd.sh"

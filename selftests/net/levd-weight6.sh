#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# How much of its weight levd gives a server that is known by its IPv6 address: the twin of
# levd-weight.sh.
# needs: module
# timeout: 200
# time-travel: only

LEV_FAMILY=6
# shellcheck disable=SC2034 # read by cluster.sh
LEV_SERVER_FAMILY=6
TESTS=${TESTS:-made rises answers prints}
# shellcheck source=selftests/net/levd-weight.sh
. "$(dirname "$0")/levd-weight.sh"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The twin of tiers.sh for a router that uses IPv6.
# needs: module
# timeout: 200
# time-travel: only

LEV_FAMILY=6
# shellcheck source=selftests/net/tiers.sh
. "$(dirname "$0")/tiers.sh"

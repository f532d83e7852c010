#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Shares are as the weights say, of IPv6: the twin of shares.sh.
# needs: module
# timeout: 300
# time-travel: only

LEV_FAMILY=6
# shellcheck source=selftests/net/shares.sh
. "$(dirname "$0")/shares.sh"

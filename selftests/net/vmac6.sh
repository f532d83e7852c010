#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# MAC addresses of lanes, and a router that uses IPv6: the twin of vmac.sh.
# needs: module
# timeout: 300
# time-travel: only

LEV_FAMILY=6
# shellcheck source=selftests/net/vmac.sh
. "$(dirname "$0")/vmac.sh"

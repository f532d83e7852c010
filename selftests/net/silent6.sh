#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A leveler that cannot do its work falls silent, and a router that uses IPv6: the twin of silent.sh.
# needs: module
# timeout: 300
# time-travel: only

LEV_FAMILY=6
# shellcheck source=selftests/net/silent.sh
. "$(dirname "$0")/silent.sh"

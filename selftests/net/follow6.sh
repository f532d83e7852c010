#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Have the askers followed, by Neighbour Discovery: the twin of follow.sh.
# needs: module
# timeout: 200
# time-travel: yes
# debug: enough

LEV_FAMILY=6
# shellcheck source=selftests/net/follow.sh
. "$(dirname "$0")/follow.sh"

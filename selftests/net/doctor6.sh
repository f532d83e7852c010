#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# levctl doctor, which asks by Neighbour Discovery: the twin of doctor.sh.
# needs: module
# timeout: 150
# time-travel: only

LEV_FAMILY=6
# shellcheck source=selftests/net/doctor.sh
. "$(dirname "$0")/doctor.sh"

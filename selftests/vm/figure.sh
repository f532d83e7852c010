# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
# What both sides of selftests/vm agree on, the test on the host and each of its machines: the figure
# of cluster.sh with three levelers, and one LevIP on the back that is the servers' gateway. Sourced
# behind cluster.sh.

LEV_LEVELERS=3
LEV_SERVERS=2
LEV_LEVIPS="$LEV_IP $LEV_IP6"
LEV_SERVIPS="$SERV_IP $SERV_IP6"
LEV_GATEWAY=10.0.1.254
LEV_GATEWAY6=fd00:b::fe

# A machine under emulation stands still at times, for as long as others keep the processors: here
# nobody is to be taken for dead for that. One lane, so one leveler has all packets, of both
# families and both ways, when it is hit.
lev_beat_ms=300
lev_words=(lanes 1 period 0 heartbeat "${lev_beat_ms}ms" dead 10)
# A node is lost a quarter of a heartbeat after the last one that it may miss.
lev_dead_ms=$((lev_beat_ms * 41 / 4))

# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Namespaces that are machines of their own: what is process 1 there is systemd, and /run is its own.
# They share one disk. For guests that boot a tree of Debian. Sourced behind net/cluster.sh, never run.

declare -A machine_pid

# machine_start NAME NAMESPACE: it leaves alone what a first start would make, as files that are new
# are to be the packages'
machine_start()
{
	local name=$1 dir=$LEV_TMP/machine-$1

	mkdir "$dir" || return
	machine_cgroups "$name"
	echo "$name" >"$dir/hostname"
	tr -d - </proc/sys/kernel/random/uuid >"$dir/machine-id"
	cat >"$dir/start" <<-TEXT
		mount -t sysfs sys /sys
		mount --bind $dir/hostname /etc/hostname
		mount --bind $dir/machine-id /etc/machine-id
		mount -t tmpfs -o mode=755 run /run
		mkdir -p /run/systemd/system
		for unit in timers.target ldconfig.service systemd-udevd.service systemd-udev-trigger.service \
			systemd-hwdb-update.service systemd-journal-catalog-update.service \
			systemd-machine-id-commit.service systemd-sysusers.service systemd-tmpfiles-setup.service \
			systemd-update-done.service; do
			ln -s /dev/null /run/systemd/system/\$unit
		done
		mount -t tmpfs tmp /tmp
		exec /lib/systemd/systemd --unit=basic.target
	TEXT
	# shellcheck disable=SC2016 # for the shell within
	start_in_ns "$2" unshare --fork --kill-child --uts --ipc --pid --mount --mount-proc \
		env -i container=leveler PATH="$PATH" \
		sh -ec 'echo 0 >"$1/cgroup.procs"; exec unshare --cgroup sh -e "$2"' \
		sh "$LEV_TMP/cgroup/$name" "$dir/start" >"$dir/said" 2>&1
	defer kill -KILL "$started_pid"
	machine_pid[$name]=$(busywait 5000 pgrep -P "$started_pid")
	slowwait 300 on_machine "$name" systemctl is-active basic.target >>"$dir/said" 2>&1
}

# machine_cgroups NAME: a group that its systemd takes for the whole
machine_cgroups()
{
	if [ ! -d "$LEV_TMP/cgroup" ]; then
		mkdir "$LEV_TMP/cgroup"
		mount -t cgroup2 cgroup "$LEV_TMP/cgroup"
		defer umount -l "$LEV_TMP/cgroup"
	fi
	mkdir "$LEV_TMP/cgroup/$1"
}

# machine_enter NAME: the words of a command that goes there
machine_enter()
{
	echo nsenter -t "${machine_pid[$1]}" --cgroup --uts --ipc --net --pid --mount
}

# on_machine NAME COMMAND WORD...: as an admin of it
on_machine()
{
	local name=$1
	shift

	$(machine_enter "$name") "$@"
}

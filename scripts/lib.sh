# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What scripts/vm, scripts/uml and scripts/check share: where things are, which kernel is meant,
# how a guest is packed, run and brought to its end. Sourced, never run.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/leveler
arch=$(dpkg --print-architecture) || exit 1

die()
{
	echo "${0##*/}: $*" >&2
	exit 1
}

# Where the kernel of series $1 is. Debian 12's own: headers and compiler are this system's, the
# image is in the cache's kernels/. Any other: all is in a tree of its own, which is printed.
kernel_tree()
{
	[ "$1" = 6.1 ] || printf '%s\n' "$cache/trees/$1"
}

# Releases such as 6.1.0-56-amd64 whose image is at hand for series $1 (6.1), newest first.
kernel_releases()
{
	local tree image images

	tree=$(kernel_tree "$1")
	if [ -n "$tree" ]; then
		images=("$tree"/boot/vmlinuz-*)
	else
		images=(/boot/vmlinuz-"$1".* "$cache"/kernels/*/boot/vmlinuz-"$1".*)
	fi
	for image in "${images[@]}"; do
		[ -r "$image" ] && printf '%s\n' "${image##*/vmlinuz-}"
	done | grep -x "[0-9].*-$arch" | sort -Vru
}

# The directory that holds boot/ and lib/modules/ of release $1: empty, and so /, if Debian's
# package is installed.
kernel_root()
{
	local dir

	for dir in "" "$cache/kernels/$1" "$cache"/trees/*; do
		if [ -r "$dir/boot/vmlinuz-$1" ] && [ -d "$dir/lib/modules/$1/kernel" ]; then
			printf '%s\n' "$dir"
			return 0
		fi
	done
	return 1
}

# In its tree, if it has one.
kernel_headers()
{
	printf '/usr/src/linux-headers-%s\n' "$1"
}

# The newest release of series $1 that has image, modules and headers; nothing if there is none.
kernel_release()
{
	local release

	for release in $(kernel_releases "$1"); do
		kernel_root "$release" >/dev/null || continue
		[ -e "$(kernel_tree "$1")$(kernel_headers "$release")/Makefile" ] || continue
		printf '%s\n' "$release"
		return 0
	done
	return 1
}

# kernel_make SERIES WORD...: make in our directory, for the kernel of that series. If it has a
# tree, its headers' own programs and its compiler run on its C library: they see its /usr.
kernel_make()
{
	local tree release
	local words=()

	release=$(kernel_release "$1") || die "no kernel $1 here; scripts/setup check gets one"
	tree=$(kernel_tree "$1")
	shift
	[ -z "$tree" ] || words=(bwrap --ro-bind "$tree/usr" /usr --symlink usr/bin /bin
		--symlink usr/lib /lib --symlink usr/lib64 /lib64 --proc /proc --dev /dev
		--tmpfs /tmp --bind "$top" "$top")
	"${words[@]}" make -s -C "$top" -j"$(nproc)" KDIR="$(kernel_headers "$release")" "$@"
}

# The suites of Debian that apt knows, or the suite $1 of the same mirror, as lines of sources.list.
debian_sources()
{
	local filter=("Created-By: Packages" "Origin: Debian")

	[ -z "${1:-}" ] || filter+=("Label: Debian")
	apt-get indextargets --format "deb \$(REPO_URI) ${1:-\$(RELEASE)} main" "${filter[@]}" |
		sort -u
}

# Arguments as one line that a shell reads back as they were.
quote_words()
{
	printf '%q ' "$@"
	printf '\n'
}

# boot_archive NAME [MODULE...]: the initramfs of a kernel, busybox and the first stage, made once
# for each content. Prints its path.
boot_archive()
{
	local file dir module name

	file=$cache/initramfs/$1-$({
		printf '%s\n' "$@"
		cat "$top/scripts/guest-boot" "$(command -v busybox)"
	} | sha256sum | cut -c1-12).cpio
	shift
	printf '%s\n' "$file"
	[ -s "$file" ] && return

	mkdir -p "${file%/*}"
	dir=$(mktemp -d)
	mkdir -p "$dir"/{bin,dev,proc,sys,lower,over,root,modules}
	cp "$(command -v busybox)" "$dir/bin/busybox"
	cp "$top/scripts/guest-boot" "$dir/init"
	for module in "$@"; do
		name=${module##*/}
		name=${name%.xz}
		case $module in
		*.xz) xz -dc "$module" >"$dir/modules/$name" ;;
		*) cp "$module" "$dir/modules/$name" ;;
		esac
		printf '%s\n' "$name" >>"$dir/modules/order"
	done
	pack_dir "$dir" . >"$file.$$" && mv "$file.$$" "$file"
}

# pack_dir DIR WHAT: write WHAT of DIR as a cpio archive of the kernel's form and remove DIR.
pack_dir()
{
	(cd "$1" && find "$2" | cpio --quiet -o -H newc -R 0:0) && rm -r "$1"
}

# run_archive KIND MODULES SHARE... -- COMMAND...: what this one run is to do, as a second archive
# that the kernel unpacks over the first. Words travel in files, so any path will do.
run_archive()
{
	local kind=$1 modules=$2 dir
	shift 2

	dir=$(mktemp -d)
	mkdir "$dir/run"
	printf '%s\n' "$kind" >"$dir/run/kind"
	printf '%s\n' "$top" >"$dir/run/top"
	printf '%s\n' "$PWD" >"$dir/run/cwd"
	printf '%s\n' "$modules" >"$dir/run/modules"
	printf '%s' "${guest_root:-}" >"$dir/run/root"
	printf '%s\n' "$guest_dir/status" >"$dir/run/status"
	: >"$dir/run/shares"
	while [ "$1" != -- ]; do
		printf '%s\n' "$1" >>"$dir/run/shares"
		shift
	done
	shift
	{
		env | grep -E '^(LEV|KVER|SEED)[A-Z_]*=' | while IFS= read -r word; do
			printf 'export %q\n' "$word"
		done
		quote_words "$@"
	} >"$dir/run/command"
	pack_dir "$dir" run
}

# card_mac TAP: the MAC address of a guest's card there. It follows from the name, so that no two on
# one wire have the same.
card_mac()
{
	printf %s "$1" | sha256sum | sed -E 's/^(..)(..)(..).*/52:54:00:\1:\2:\3/'
}

guest_pid=
guest_leader=
guest_dir=
guest_control=

# End what is left of the guest: timeout passes the signal on and follows with a stronger one.
# User-mode Linux makes a session of its own, in which its processes could outlive it. A second
# signal would end this half-way, and who ends a group of processes sends two, so those that were
# heeded are ignored from the first one on.
guest_end()
{
	trap '' INT TERM
	if [ -n "$guest_pid" ]; then
		kill -TERM "$guest_pid" 2>/dev/null
		wait "$guest_pid" 2>/dev/null
		[ -z "$guest_leader" ] || pkill -KILL -s "$guest_leader"
		guest_pid=
	fi
	[ -z "$guest_dir" ] || rm -rf "$guest_dir"
	guest_dir=
}

# A directory for one run, removed at the end. The guest sees it: build/ is shared with it.
guest_prepare()
{
	mkdir -p "$top/build"
	guest_dir=$(mktemp -d "$top/build/guest.XXXXXX")
	trap guest_end EXIT
	trap "trap '' INT TERM; exit 130" INT
	trap "trap '' INT TERM; exit 143" TERM
}

# guest_run SECONDS COMMAND...: run a guest to its end and return the status of the command in
# it. COMMAND writes what people are to see into file descriptor 3, through a pipe of ours, as
# QEMU would make the caller's own output non-blocking. Only the guest's own word counts: 124 if
# time ran out, 125 if it ended without one. The guest does not outlive us, however we end.
guest_run()
{
	local limit=$1 code reader
	shift

	mkfifo "$guest_dir/out"
	cat "$guest_dir/out" &
	reader=$!
	setpriv --pdeathsig TERM timeout -k 5 "$limit" "$@" \
		</dev/null 3>"$guest_dir/out" >>"$guest_dir/console" 2>&1 &
	guest_pid=$!
	until guest_leader=$(pgrep -P "$guest_pid"); do
		kill -0 "$guest_pid" 2>/dev/null || break
		sleep 0.05
	done
	[ -z "$guest_control" ] || echo "$guest_leader" >"$guest_control.pid"
	wait "$guest_pid"
	code=$?
	guest_pid=
	[ -z "$guest_leader" ] || pkill -KILL -s "$guest_leader"
	wait "$reader"
	if [ -s "$guest_dir/status" ]; then
		return "$(cat "$guest_dir/status")"
	fi
	tail -n 60 "$guest_dir/console" >&2
	if [ "$code" = 124 ] || [ "$code" = 137 ]; then
		echo "${0##*/}: no end within $limit seconds" >&2
		return 124
	fi
	echo "${0##*/}: the guest ended without a word of its own" >&2
	return 125
}

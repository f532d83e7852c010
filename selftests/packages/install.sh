#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# make install and make uninstall of the tools and of a module, into a directory of its own. Needs
# neither kernel nor root.
# timeout: 240

ALL_TESTS="installs keeps_what_was_changed uninstalls versions"
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/../net/lib.sh"

dest=$LEV_TMP/dest
# As in a tree that came as an archive.
export GIT_DIR=$LEV_TMP/none
# Headers of some kernel, for which the tree was built.
release=$(modinfo -F vermagic "$lev_top/leveler.ko" 2>/dev/null | cut -d' ' -f1)
kdir=/usr/src/linux-headers-$release
[ -n "$release" ] && [ -e "$kdir/Makefile" ] || kdir=

# make_in TARGET WORD...: the whole, or the tools alone where there are no headers
make_in()
{
	local dir=$lev_top
	[ -n "$kdir" ] || dir=$lev_top/userspace

	make -s -C "$dir" ${kdir:+KDIR="$kdir"} DESTDIR="$dest" "$@" >"$LEV_TMP/log" 2>&1 || {
		sed 's/^/# /' "$LEV_TMP/log"
		return 1
	}
}

files()
{
	(cd "$dest" && find . -type f | sed 's/^\.//' | sort)
}

# has FILE MODE
has()
{
	check_eq "$(stat -c %a "$dest$1" 2>&1)" "$2" "$1"
}

installs()
{
	make_in install
	check_err $? "make install"
	for file in levctl levd levmeter; do
		has "/usr/sbin/$file" 755
		has "/usr/share/man/man8/$file.8" 644
	done
	has /usr/share/man/man4/leveler.4 644
	has /usr/share/man/man5/leveler.conf.5 644
	has /usr/share/leveler/grafana/leveler.json 644
	has /usr/share/bash-completion/completions/levctl 644
	has /usr/lib/systemd/system/levd@.service 644
	has /etc/sysctl.d/leveler.conf 644
	has /etc/leveler 755
	[ -z "$kdir" ] || has "/lib/modules/$release/extra/leveler.ko" 644
	check_eq "$(sed '/^#/d; /^$/d' "$dest/etc/sysctl.d/leveler.conf")" "" "what sysctl.d sets"
	log_test "make install"
}

keeps_what_was_changed()
{
	echo "net.ipv4.ip_forward = 1" >>"$dest/etc/sysctl.d/leveler.conf"
	touch "$dest/etc/leveler/lev0.yaml"
	make_in install
	check_err $? "make install"
	check_eq "$(tail -n 1 "$dest/etc/sysctl.d/leveler.conf")" "net.ipv4.ip_forward = 1" "line"
	log_test "another make install keeps what was changed in /etc"
}

uninstalls()
{
	make_in uninstall
	check_err $? "make uninstall"
	check_eq "$(files | xargs)" "/etc/leveler/lev0.yaml /etc/sysctl.d/leveler.conf" "what stays"
	rm -r "$dest"
	make_in install && make_in uninstall
	check_err $? "make install, uninstall"
	check_eq "$(files)" "" "what stays of what nobody changed"
	make_in PREFIX=/usr/local install
	check_eq "$(files | grep -c ^/usr/local/)" "$(files | grep -vcE '^/(etc|lib)/')" "below PREFIX"
	grep -q "^ExecStart=/usr/local/sbin/levd " "$dest/usr/local/lib/systemd/system/levd@.service"
	check_err $? "the unit does not name the program below PREFIX"
	make_in PREFIX=/usr/local uninstall
	check_eq "$(files)" "" "what stays with PREFIX"
	log_test "make uninstall takes away what is not the admin's"
}

# It is said in one place, and shown in three.
versions()
{
	local version

	version=$(sed -n 's/^#define LEV_VERSION "\(.*\)"/\1/p' \
		"$lev_top/include/leveler_version.h")
	check_eq "$("$lev_top/build/levctl" -V | cut -d, -f1)" "levctl $version" "levctl -V"
	check_eq "$("$lev_top/build/levmeter" -V)" "levmeter $version" "levmeter -V"
	[ -z "$kdir" ] ||
		check_eq "$(modinfo -F version "$lev_top/leveler.ko")" "$version" "modinfo"
	log_test "module and tools say their version"
}

tests_run

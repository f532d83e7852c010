#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# "make deb": lintian finds no fault with the packages, and in them is what "make install" installs.
# needs: packages
# timeout: 300

ALL_TESTS="builds lintian_finds_nothing same_as_install keeps_the_module names_what_it_needs
	only_commits"
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/../net/lib.sh"
# shellcheck source=selftests/packages/tree.sh
. "$(dirname "$0")/tree.sh"

for command in git lintian dh_dkms dpkg-buildpackage; do
	require_command $command
done
git -C "$lev_top" rev-parse -q --verify HEAD >/dev/null 2>&1 || skip_all "the tree is in no repository"

LEV_PACKAGES=$LEV_TMP
tree=$LEV_TMP/new

builds()
{
	tree_copy "$lev_top" "$tree"
	check_err $? "the tree cannot be copied"
	make_deb "$tree"
	check_err $? "make deb"
	check_eq "$(cd "$tree/build/deb" && echo ./*.deb | sed -E 's/_[^ ]*//g')" \
		"./leveler-dkms ./leveler-tools-dbgsym ./leveler-tools" "packages"
	log_test "packages are built"
}

lintian_finds_nothing()
{
	local said

	said=$(lintian --allow-root --display-level ">=warning" --fail-on warning,error \
		"$tree"/build/deb/*.changes 2>&1)
	check_err $? "$(head -n 5 <<<"$said" | tr '\n' ' ')"
	log_test "lintian finds nothing"
}

# Debian packs manual pages, and adds its own documents.
same_as_install()
{
	local dest=$LEV_TMP/dest

	quietly make -s -C "$lev_top/userspace" DESTDIR="$dest" UNITDIR=/lib/systemd/system install
	check_err $? "make install"
	check_eq "$(dpkg-deb -c "$(package new leveler-tools)" | awk '/^-/ { print $6 }' |
		sed 's/\.gz$//' | grep -vE '^./usr/share/(doc|lintian)/' | sort)" \
		"$(cd "$dest" && find . -type f | sort)" "files of leveler-tools"
	check_eq "$(dpkg-deb -c "$(package new leveler-dkms)" |
		sed -n 's,^-.* ./usr/src/leveler-[^/]*/,,p' | grep -v '^dkms.conf$' | sort)" \
		"$(cd "$tree" && git ls-files Kbuild include kmod | sort)" "files of leveler-dkms"
	check_eq "$(version_of new)" "$(dpkg-deb --fsys-tarfile "$(package new leveler-dkms)" |
		tar -xO --wildcards '*/dkms.conf' |
		sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p')" "DKMS's version"
	log_test "in the packages is what make install installs, and what Kbuild needs"
}

# Nothing in a package's scripts may end a cluster that is at work.
keeps_the_module()
{
	local name

	for name in leveler-dkms leveler-tools; do
		dpkg-deb -e "$(package new $name)" "$LEV_TMP/scripts-$name"
	done
	grep -rnE 'rmmod|modprobe|insmod|levctl (cluster|apply)|ip link|sysctl' \
		"$LEV_TMP"/scripts-*/p* >"$LEV_TMP/found"
	check_fail $? "scripts: $(head -n 1 "$LEV_TMP/found")"
	log_test "no script of a package touches the module, a cluster or a sysctl"
}

# needed: Debian's packages for what the Makefiles link with, besides the C library
needed()
{
	cat "$lev_top"/userspace/Makefile "$lev_top"/userspace/*/*.mk |
		sed -nE 's/^LEV[A-Z]*_(LIBS|PKGS) := //p; s/^LEV[A-Z]*_LDLIBS := .*\)\)//p' |
		xargs -n 1 | sort -u | while read -r name; do
		case $name in
		-l*) dpkg -S "*/lib${name#-l}.so" ;;
		*) dpkg -S "*/pkgconfig/$name.pc" ;;
		esac | cut -d: -f1
	done | sort -u | grep -vx libc6-dev
}

# They come from the list of scripts/setup.
names_what_it_needs()
{
	check_eq "$(sed -n 's/^Build-Depends: //p' "$tree"/build/deb/*.dsc | sed 's/, */\n/g' |
		grep '^lib' | sort)" "$(needed)" "libraries"
	log_test "the packages are built with the libraries that the programs need"
}

# What is not committed would not be in the packages, and so there are none.
only_commits()
{
	echo >>"$tree/README.md"
	make -s -C "$tree" deb >"$LEV_TMP/log" 2>&1
	check_fail $? "a change that is not committed"
	grep -q "README.md" "$LEV_TMP/log"
	check_err $? "the change is not named: $(head -n 1 "$LEV_TMP/log")"
	rm -rf "$tree/.git"
	GIT_CEILING_DIRECTORIES=$LEV_TMP make -s -C "$tree" deb >"$LEV_TMP/log" 2>&1
	check_fail $? "a tree that is in no repository"
	grep -q "made of a commit, and here is none" "$LEV_TMP/log"
	check_err $? "it is not said why: $(head -n 1 "$LEV_TMP/log")"
	log_test "packages are made of commits only"
}

tests_run

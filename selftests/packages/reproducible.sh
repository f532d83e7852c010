#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What scripts/check-deb has made, once more in another place and with another user's settings: it
# is the same to the bit. And versions follow each other as commits do.
# needs: packages
# timeout: 300

ALL_TESTS="same_again versions_follow"
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/../net/lib.sh"
# shellcheck source=selftests/packages/tree.sh
. "$(dirname "$0")/tree.sh"

[ -d "${LEV_PACKAGES:-}" ] || skip_all "for scripts/check-deb"
again=$LEV_TMP/in-another-place/tree

sums()
{
	(cd "$1/build/deb" && sha256sum ./*.deb ./*.dsc ./*.tar.xz)
}

# Besides the packages, the source that they are built of.
same_again()
{
	mkdir -p "${again%/*}"
	(umask 077 && git clone -q "$LEV_PACKAGES/old" "$again" &&
		HOME=$LEV_TMP/nowhere TZ=Asia/Tokyo LC_ALL=C.UTF-8 make_deb "$again")
	check_err $? "make deb"
	check_eq "$(sums "$again" | wc -l)" 5 "files"
	check_eq "$(sums "$again")" "$(sums "$LEV_PACKAGES/old")" "files"
	log_test "one commit makes the same packages in two places"
}

versions_follow()
{
	local old new

	old=$(version_of old)
	new=$(version_of new)
	check_eq "$new" 9.9.9 "a release"
	[[ $old = *~git20260101.000000.* ]]
	check_err $? "$old does not name its commit"
	dpkg --compare-versions "$old" lt "${old%%~*}"
	check_err $? "$old is not before its release"
	dpkg --compare-versions "$old" lt "$new"
	check_err $? "$old is not before $new"
	log_test "a release has its own version, what leads to it one before"
}

tests_run

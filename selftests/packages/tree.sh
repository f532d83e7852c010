# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Copies of this tree as repositories of their own, of which packages can be made without touching
# this one; what is in LEV_PACKAGES, where scripts/check-deb made some; which files a system has.
# Sourced by tests of packages and by scripts/check-deb, never run.

# tree_git DIR WORD...: git there, by a user and at a time that are always the same
tree_git()
{
	local dir=$1
	shift

	GIT_AUTHOR_NAME=Leveler GIT_AUTHOR_EMAIL=leveler@example.org \
		GIT_COMMITTER_NAME=Leveler GIT_COMMITTER_EMAIL=leveler@example.org \
		GIT_AUTHOR_DATE="2026-01-0${tree_day:-1}T00:00:00Z" \
		GIT_COMMITTER_DATE="2026-01-0${tree_day:-1}T00:00:00Z" \
		git -C "$dir" -c core.autocrlf=false -c commit.gpgsign=false "$@"
}

# tree_copy FROM DIR: what is in FROM now, changes that are not committed too, as one commit
tree_copy()
{
	local commit

	commit=$(tree_git "$1" stash create) || return
	mkdir -p "$2"
	git -C "$1" archive "${commit:-HEAD}" | tar -x -C "$2" || return
	tree_git "$2" init -q -b main && tree_git "$2" add -f . &&
		tree_git "$2" commit -q -m "The tree as it is"
}

# tree_release DIR VERSION: another commit, which is the release of this version
tree_release()
{
	sed -i "s/^#define LEV_VERSION .*/#define LEV_VERSION \"$2\"/" "$1/include/leveler_version.h"
	tree_day=2 tree_git "$1" commit -q -a -m "Release $2" && tree_git "$1" tag "v$2"
}

# make_deb DIR: tells why, if it cannot
make_deb()
{
	quietly make -s -C "$1" deb
}

# package old|new NAME: its file
package()
{
	echo "$LEV_PACKAGES/$1/build/deb/$2"_*.deb
}

# version_of old|new
version_of()
{
	dpkg-deb -f "$(package "$1" leveler-dkms)" Version
}

# quietly COMMAND WORD...: what it says is shown only if it fails
quietly()
{
	"$@" >"$LEV_TMP/said" 2>&1 </dev/null || {
		tail -n 40 "$LEV_TMP/said" | sed 's/^/# /'
		return 1
	}
}

# names_now: of all files, without what is no package's: what guest and tests need, this project's
# tree, logs, caches, DKMS's own key
names_now()
{
	(cd / && find . -xdev) |
		grep -vE "^\./(dev|proc|sys|run|tmp|media|var/(log|cache|tmp)|var/lib/(dpkg|apt|systemd))(/|\$)" |
		grep -v '^\./var/lib/dkms/mok\.' |
		awk -v top=".$lev_top/" 'index(top, $0 "/") != 1 && index($0, top) != 1' | sort
}

# check_names FILE: all names are those of before, which are in FILE
check_names()
{
	names_now >"$LEV_TMP/names"
	[ -s "$1" ]
	check_err $? "no names of before"
	check_eq "$(comm -13 "$1" "$LEV_TMP/names" | xargs)" "" "left behind"
	check_eq "$(comm -23 "$1" "$LEV_TMP/names" | xargs)" "" "gone, too"
}

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The packages in a tree of Debian whose kernel does not run: installed by apt, built by DKMS,
# upgraded, purged. scripts/check-deb runs it there; the modules stay in LEV_PACKAGES, since DKMS
# would need half an hour for one in the emulated machine.
# needs: packages
# timeout: 600

ALL_TESTS="installs upgrades purges"
# shellcheck source=selftests/net/lib.sh
. "$(dirname "$0")/../net/lib.sh"
# shellcheck source=selftests/packages/tree.sh
. "$(dirname "$0")/tree.sh"

[ -d "${LEV_PACKAGES:-}" ] || skip_all "for scripts/check-deb"
export DEBIAN_FRONTEND=noninteractive
kernel=$(basename /boot/vmlinuz-*)
kernel=${kernel#vmlinuz-}

# has_built old|new: and nothing else
has_built()
{
	local module=/lib/modules/$kernel/updates/dkms/leveler.ko

	check_eq "$(dkms status)" "leveler/$(version_of "$1"), $kernel, $(uname -m): installed" "DKMS"
	check_eq "$(modinfo -F vermagic $module | cut -d' ' -f1)" "$kernel" "the module's kernel"
	check_eq "$(levctl -V | cut -d, -f1)" "levctl $(modinfo -F version $module)" "levctl -V"
	quietly dpkg --verify leveler-dkms leveler-tools
	check_err $? "dpkg --verify"
	quietly dkms mktarball "leveler/$(version_of "$1")" -k "$kernel" --binaries-only \
		--archive "$LEV_PACKAGES/leveler-$(version_of "$1").dkms.tar.gz"
	check_err $? "dkms mktarball"
}

installs()
{
	names_now >"$LEV_PACKAGES/before"
	quietly apt-get install -y --no-install-recommends \
		"$(package old leveler-dkms)" "$(package old leveler-tools)"
	check_err $? "apt-get install"
	has_built old
	log_test "the packages are installed, and DKMS builds the module"
}

upgrades()
{
	echo "net.ipv4.ip_forward = 1" >>/etc/sysctl.d/leveler.conf
	touch /etc/leveler/lev0.yaml
	quietly apt-get install -y --no-install-recommends \
		"$(package new leveler-dkms)" "$(package new leveler-tools)"
	check_err $? "apt-get install"
	has_built new
	check_eq "$(modinfo -k "$kernel" -F version leveler)" 9.9.9 "version"
	check_eq "$(tail -n 1 /etc/sysctl.d/leveler.conf)" "net.ipv4.ip_forward = 1" "sysctl.d"
	check_eq "$(ls /etc/leveler)" lev0.yaml "files of clusters"
	log_test "an upgrade replaces module and tools, and leaves alone what is the admin's"
}

purges()
{
	quietly apt-get purge -y leveler-dkms leveler-tools
	check_err $? "apt-get purge"
	check_eq "$(dkms status)" "" "DKMS"
	check_names "$LEV_PACKAGES/before"
	log_test "a purge leaves nothing"
}

tests_run

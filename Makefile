# SPDX-License-Identifier: GPL-2.0
#
# Leveler: "make" builds the module for the running kernel (or KDIR=) and the tools.
# "make help" lists the rest.

KDIR ?= /lib/modules/$(shell uname -r)/build
PREFIX ?= /usr
export PREFIX
NO_HEADERS = $(if $(filter file,$(origin KDIR)),for $(shell uname -r),in $(KDIR))

.PHONY: all module tools check check-kernels check-debug check-deb machines day unit sim sim-mutants fuzz \
	lint coverage demo bench race deb transcript install uninstall clean help

all: module tools

# A KDIR of the caller's is named as given; else it is the running kernel that has no headers.
module:
	@[ -e $(KDIR)/Makefile ] || { \
		echo 'no headers $(NO_HEADERS): scripts/setup build gets them,' \
			'or give KDIR=...; "make tools" needs none' >&2; exit 1; }
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

tools:
	$(MAKE) -C userspace
	$(MAKE) -C selftests/spoil

check:
	scripts/check

check-kernels:
	scripts/check-kernels

check-debug:
	scripts/check-debug

check-deb:
	scripts/check-deb

transcript:
	scripts/check-deb --record

machines:
	scripts/check machines

# A day in some 70 minutes: of the kernel without checkers. MINUTES=n is shorter.
MINUTES ?= 1440

day: tools
	LEV_MINUTES=$(MINUTES) LEV_TIMEOUT=$$(($(MINUTES) * 70 + 600)) \
		scripts/uml --plain --time-travel --timeout 14400 -- \
		selftests/run --kind uml --logs build/logs/uml/day selftests/net/day.sh

unit:
	$(MAKE) -C selftests/unit check

# SEED=n plays one story and tells it; SEEDS=count SEED0=first many.
SEED0 ?= 0
SEEDS ?= 2000

sim:
	$(MAKE) -C selftests/sim
	$(if $(SEED),build/sim/sim --from $(SEED) --print,\
		selftests/sim/run build/sim/sim $(SEED0) $(SEEDS))

sim-mutants:
	selftests/sim/mutants

# TIME=seconds for each fuzzer.
fuzz:
	scripts/setup fuzz
	$(MAKE) -C selftests/fuzz run

lint:
	scripts/lint

coverage:
	scripts/coverage

demo:
	scripts/demo

bench:
	scripts/bench

race:
	scripts/race

deb:
	scripts/deb

# By what the kernel calls itself it finds its modules; to Debian's "make kernelrelease" it is 6.1.192.
RELEASE = $(shell sed -n 's/^.define UTS_RELEASE "\(.*\)"/\1/p' $(KDIR)/include/generated/utsrelease.h)
DEPMOD = $(if $(DESTDIR),,depmod -a $(RELEASE))

install: all
	$(MAKE) -C $(KDIR) M=$(CURDIR) INSTALL_MOD_PATH=$(DESTDIR) INSTALL_MOD_DIR=extra modules_install
	$(DEPMOD)
	$(MAKE) -C userspace install

uninstall:
	[ ! -d $(KDIR) ] || rm -f $(DESTDIR)/lib/modules/$(RELEASE)/extra/leveler.ko*
	$(if $(wildcard $(KDIR)),$(DEPMOD))
	$(MAKE) -C userspace uninstall

clean:
	[ ! -d $(KDIR) ] || $(MAKE) -C $(KDIR) M=$(CURDIR) clean
	$(MAKE) -C userspace clean
	$(MAKE) -C selftests/spoil clean
	rm -rf build

help:
	@echo "make               the module for the running kernel (or KDIR=DIR), levctl, levd, levmeter"
	@echo "make tools         levctl, levd and levmeter alone, which need no kernel headers"
	@echo "make demo          see a cluster work in virtual machines (scripts/demo)"
	@echo "make check         all tests, the module's in a VM with Debian's kernel (scripts/check)"
	@echo "make check KVER=6.12   the module's on that series: 6.1, 6.12 or sid; make check-kernels: on each"
	@echo "make check-debug   the same in a debug kernel: KASAN, lockdep, kmemleak"
	@echo "make check-deb     the packages in a fresh Debian 12: install, upgrade, purge (scripts/check-deb)"
	@echo "make transcript    Documentation/first-cluster.rst anew, typed in that Debian (check-deb --record)"
	@echo "make machines      faults of whole machines, levelers in guests of their own: some 15 minutes"
	@echo "make day           a fault each minute of a day, in some 70 minutes"
	@echo "make unit          the unit tests of the core alone"
	@echo "make sim           clusters by the thousand in one process (SEED=n, or SEEDS=count SEED0=first)"
	@echo "make sim-mutants   does the simulator find planted faults?"
	@echo "make fuzz          new inputs for the core, TIME=60 seconds for each of its fuzzers"
	@echo "make lint          checkpatch, sparse, coccinelle and more, on all that is here (scripts/lint)"
	@echo "make coverage      how much of the core unit tests and simulator go through (scripts/coverage)"
	@echo "make bench         what a packet costs, beside tc, nft, forwarding and IPVS (scripts/bench)"
	@echo "make race          how long a failover takes, beside keepalived and ucarp (scripts/race)"
	@echo "make deb           Debian packages of the last commit, in build/deb (scripts/deb)"
	@echo "make install       module and tools on this machine (DESTDIR, PREFIX); make uninstall undoes it"

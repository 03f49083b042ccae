# SPDX-License-Identifier: GPL-2.0-only
#
# mhp_standby: `make help` says what there is to do. The module itself is built
# by Kbuild; what boots guests is in tools/lab, our QEMU in tools/qemu.

# The kernel to build the module for; the running one unless said otherwise.
KDIR ?= /lib/modules/$(shell uname -r)/build
# Guest architecture of demo and shell.
ARCH ?= s390x
FIRMWARE ?= sim

LAB := tools/lab
LANE = $(FIRMWARE)-$(ARCH)
comma := ,
QEMU_TARGETS := qemu qemu-path qemu-test

# Given, and not just what it is unless somebody says so.
GIVEN_ARCH = $(if $(filter command% environment%,$(origin ARCH)),$(ARCH))

# Read by the scripts of the lab.
export MINUTES SEED REPLAY LANES TESTS JOBS MIRROR SNAPSHOT ACCEL SMP KERNEL KERNEL_DAYS ONLY REPEAT STOP SPLIT

.PHONY: all demo dev dev-stop check check-all shell lint unit mutants bench lab-selfcheck report-test
.PHONY: clean cache clean-cache help kselftest build-test host-test compare kernel-config bisect-test tree-test
.PHONY: museum museum-check soak fuzz coverage
.PHONY: standbyctl install uninstall install-test deb deb-test rpm rpm-test pictures
.PHONY: host-guest host-llvm host-lint host-kselftest host-arm64 host-report host-standbyctl host-deb host-rpm host-pictures $(QEMU_TARGETS)

all: $(KDIR)/Makefile
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

$(KDIR)/Makefile:
	@echo "There are no headers to build modules with in $(KDIR)."
	@echo "For the running kernel:  apt-get install linux-headers-$$(uname -r)"
	@echo "For another one:         make KDIR=/path/to/its/build/directory"
	@echo "make demo and make check need neither: they fetch stock kernels."
	@false

demo: host-guest
	@$(LAB)/prepare.sh $(LANE)
	@$(LAB)/run.sh $(LANE) $(LAB)/demo.sh

check: host-guest
	@$(LAB)/check_kernel.sh $(GIVEN_ARCH)

compare: host-guest
	@$(LAB)/compare.sh "$(OLD)" "$(NEW)" $(GIVEN_ARCH)

kernel-config:
	@$(LAB)/kernel_options.sh --fragment $(ARCH) $(if $(DEBUG),debug)

bisect-test: host-guest
	@$(LAB)/bisect_test.sh

tree-test: host-guest
	@$(LAB)/tree_test.sh $(TREES)

check-all: build-test kselftest
	@env LANES=all $(LAB)/check.sh

build-test: host-guest host-lint host-arm64
	@$(LAB)/build_test.sh

dev dev-stop: host-guest
	@$(LAB)/dev.sh $(or $(firstword $(LANES)),sim-x86_64) $(if $(filter dev-stop,$@),stop,$(TESTS))

kselftest: host-guest host-kselftest
	@$(LAB)/kselftest.sh

shell: host-guest
	@$(LAB)/prepare.sh $(LANE)
	@$(LAB)/shell.sh $(LANE)

lint: host-guest host-lint
	@$(LAB)/lint.sh

unit: host-guest host-standbyctl
	@$(MAKE) --no-print-directory -C tools/unit BUILD=$(abspath $(or $(BUILD),build))
	@$(MAKE) --no-print-directory -C tools/standbyctl test BUILD=$(abspath $(or $(BUILD),build))
	@tools/package/install_test.sh
	@$(LAB)/kernel_test.sh
	@$(LAB)/selfcheck/canned.sh
	@$(LAB)/selfcheck/pieces.sh
	@tools/bench/test/figures.sh
	@tools/bench/test/guest.sh
	@$(LAB)/selfcheck/selftests.sh
	@$(LAB)/selfcheck/interrupt.sh
	@tools/museum/unit.sh

standbyctl:
	@$(MAKE) --no-print-directory -C tools/standbyctl BUILD=$(abspath $(or $(BUILD),build)) all docs

# The module for KDIR's kernel, the tool, manual pages and completions; below
# DESTDIR where it is set.
install: all
	$(MAKE) -C $(KDIR) M=$(CURDIR) INSTALL_MOD_PATH=$(DESTDIR) INSTALL_MOD_DIR=updates modules_install
	@$(MAKE) --no-print-directory -C tools/standbyctl BUILD=$(abspath $(or $(BUILD),build)) install
	@# Headers alone have no System.map, without which the kernel's make does not.
	[ -n "$(DESTDIR)" ] || depmod -a "$$($(MAKE) -s --no-print-directory -C $(KDIR) kernelrelease)"

# For each kernel that has it.
uninstall:
	@for ko in $(DESTDIR)/lib/modules/*/updates/mhp_standby.ko*; do \
		[ -e "$$ko" ] || continue; \
		echo "rm $$ko"; rm "$$ko" || exit; \
		d=$${ko%/updates/*}; \
		rmdir "$$d/updates" 2>/dev/null || true; \
		[ -n "$(DESTDIR)" ] || depmod -a "$${d##*/}"; \
	done
	@$(MAKE) --no-print-directory -C tools/standbyctl uninstall

deb: host-deb
	@tools/package/deb.sh

deb-test: deb
	@tools/package/test.sh $(or $(SUITES),bookworm sid)

rpm: host-rpm
	@tools/package/rpm.sh

install-test: host-guest host-standbyctl
	@tools/package/install_test.sh

rpm-test: rpm
	@tools/package/rpm_test.sh

pictures: host-guest host-pictures
	@tools/pictures/make.sh

bench: host-guest host-pictures
	@tools/bench/bench.sh $(BENCH)

mutants: host-guest
	@$(LAB)/mutants.sh $(MUTANTS)

# MINUTES, SEED and REPLAY as its head says.
soak: host-guest
	@tools/soak/soak.sh $(subst $(comma), ,$(LANES))

fuzz: host-guest host-llvm
	@$(MAKE) --no-print-directory -C tools/unit fuzz BUILD=$(abspath $(or $(BUILD),build))

# LANES, TESTS, GOAL and KEEP as its head says.
coverage: host-guest
	@tools/coverage/coverage.sh

# MUSEUM narrows; LIST=y, WHOLE=n, FETCH=y and COMPILE=y as their heads say.
museum: host-guest
	@tools/museum/museum.sh $(MUSEUM)

museum-check:
	@tools/museum/check.sh $(MUSEUM)

host-test:
	@$(LAB)/host_test.sh $(SUITE)

lab-selfcheck: host-guest
	@$(LAB)/selfcheck/selfcheck.sh

report-test: host-report
	@$(LAB)/selfcheck/report.sh

host-guest host-llvm host-lint host-kselftest host-arm64 host-report host-standbyctl host-deb host-rpm host-pictures: host-%:
	@$(LAB)/host.sh $*

$(QEMU_TARGETS):
	@$(MAKE) --no-print-directory -C tools/qemu $@

clean:
	@for d in build/dev/*/; do [ ! -e "$$d/pid" ] || $(LAB)/dev.sh "$$(basename "$$d")" stop; done
	rm -rf build
	if [ -e $(KDIR)/Makefile ]; then $(MAKE) -C $(KDIR) M=$(CURDIR) clean; fi

# What nobody used for DAYS; 0 is all of it.
clean-cache:
	@$(LAB)/cache.sh collect $(or $(DAYS),30)

cache:
	@$(LAB)/cache.sh list

help:
	@echo "make                 the module for the running kernel; KDIR=DIR for another"
	@echo "make demo            the story, told by a guest; ARCH=x86_64 or FIRMWARE=sclp"
	@echo "make check           the selftests in guests; LANES='A B' TESTS='A B' JOBS=N"
	@echo "make check KERNEL=X  the same for a kernel of yours: where it was built, or debian:6.12"
	@echo "make compare OLD= NEW=  two kernels side by side, and what got worse"
	@echo "make kernel-config   what to configure for it; ARCH=x86_64, DEBUG=y"
	@echo "make dev             TESTS=... in a guest that stays up; LANES=LANE ONLY=WORDS REPEAT=N STOP=first"
	@echo "make check-all       build-test, kselftest, and check in every lane ($$(cd $(LAB)/lanes && echo *))"
	@echo "make build-test      the module for each form of kernel, warnings are failures"
	@echo "make kselftest       the selftests in their place in a kernel tree"
	@echo "make shell           a prompt in a guest with the module at hand; the same"
	@echo "make lint            checkpatch, warnings, sparse, shellcheck, codespell"
	@echo "make unit            on the host: command grammar and fuzzer, standbyctl, the lab's judging"
	@echo "make standbyctl      the operator's tool, its manual page and completions"
	@echo "make install         module, tool, manual pages; DESTDIR=DIR, KDIR=DIR; uninstall, install-test"
	@echo "make deb             Debian packages of both, the module by DKMS; deb-test tries them"
	@echo "make rpm             the same as RPM packages; rpm-test tries them"
	@echo "make mutants         the module broken on purpose: do the selftests notice?"
	@echo "make coverage        lines of the module, and of the kernel's hotplug, that tests reach"
	@echo "make soak            random operations against a model; MINUTES= SEED= LANES= REPLAY=TRACE"
	@echo "make fuzz            libFuzzer on the grammar of commands; SECONDS=30"
	@echo "make museum          kernels broken on purpose: does the suite notice? MUSEUM=..."
	@echo "make museum-check    do its edits fit the kernel's source? FETCH=y COMPILE=y"
	@echo "make bench           what it costs, in guests, each figure with its goal; BENCH='handler scale'"
	@echo "make host-test       demo and check on another Debian; SUITE=trixie LANES= TESTS="
	@echo "make lab-selfcheck   does the lab notice panics, hangs and splats?"
	@echo "make pictures        docs/pictures, from a run of a guest"
	@echo "make report-test     the page of a run, clicked through in a browser"
	@echo "make qemu            QEMU with SCLP standby memory; qemu-path, qemu-test"
	@echo "make clean           remove what was built here"
	@echo "make cache           what was fetched or built for good, its size and last use"
	@echo "make clean-cache     remove what nobody used for 30 days; DAYS=0: all of it"
	@echo "make help            this"
	@echo
	@echo "Guests are fetched and built once, into \$${XDG_CACHE_HOME:-~/.cache}/mhp_standby;"
	@echo "MIRROR=URL names another Debian mirror than the one this machine uses."

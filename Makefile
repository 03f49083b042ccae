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
QEMU_TARGETS := qemu qemu-path qemu-test

# Read by the scripts of the lab.
export LANES TESTS JOBS MIRROR ACCEL SMP

.PHONY: all demo check check-all shell lint unit mutants lab-selfcheck clean clean-cache help
.PHONY: standbyctl install uninstall deb deb-test pictures
.PHONY: kselftest build-test host-guest host-lint host-kselftest host-arm64 host-standbyctl host-deb host-pictures $(QEMU_TARGETS)

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
	@$(LAB)/check.sh

check-all: build-test kselftest
	@env LANES=all $(LAB)/check.sh

build-test: host-guest host-lint host-arm64
	@$(LAB)/build_test.sh

kselftest: host-guest host-kselftest
	@$(LAB)/kselftest.sh

shell: host-guest
	@$(LAB)/prepare.sh $(LANE)
	@$(LAB)/shell.sh $(LANE)

lint: host-guest host-lint
	@$(LAB)/lint.sh

unit: host-standbyctl
	@$(MAKE) --no-print-directory -C tools/unit BUILD=$(abspath $(or $(BUILD),build))
	@$(MAKE) --no-print-directory -C tools/standbyctl test BUILD=$(abspath $(or $(BUILD),build))

standbyctl:
	@$(MAKE) --no-print-directory -C tools/standbyctl BUILD=$(abspath $(or $(BUILD),build)) all docs

# The module for KDIR's kernel, the tool, manual pages and completions; below
# DESTDIR where it is set.
install: all
	$(MAKE) -C $(KDIR) M=$(CURDIR) INSTALL_MOD_PATH=$(DESTDIR) INSTALL_MOD_DIR=updates modules_install
	@$(MAKE) --no-print-directory -C tools/standbyctl BUILD=$(abspath $(or $(BUILD),build)) install

uninstall:
	rm -f $(DESTDIR)/lib/modules/*/updates/mhp_standby.ko*
	-rmdir $(DESTDIR)/lib/modules/*/updates 2>/dev/null
	@$(MAKE) --no-print-directory -C tools/standbyctl uninstall
	[ -n "$(DESTDIR)" ] || depmod -a

deb: host-deb
	@tools/package/deb.sh

deb-test: deb
	@tools/package/test.sh $(or $(SUITES),bookworm sid)

pictures: host-guest host-pictures
	@tools/pictures/make.sh

mutants: host-guest
	@$(LAB)/mutants.sh $(MUTANTS)

lab-selfcheck: host-guest
	@$(LAB)/selfcheck/selfcheck.sh

host-guest host-lint host-kselftest host-arm64 host-standbyctl host-deb host-pictures: host-%:
	@$(LAB)/host.sh $*

$(QEMU_TARGETS):
	@$(MAKE) --no-print-directory -C tools/qemu $@

clean:
	rm -rf build
	if [ -e $(KDIR)/Makefile ]; then $(MAKE) -C $(KDIR) M=$(CURDIR) clean; fi

clean-cache: clean
	rm -rf "$${XDG_CACHE_HOME:-$$HOME/.cache}/mhp_standby"

help:
	@echo "make                 the module for the running kernel; KDIR=DIR for another"
	@echo "make demo            the story, told by a guest; ARCH=x86_64 or FIRMWARE=sclp"
	@echo "make check           the selftests in guests; LANES='A B' TESTS='A B' JOBS=N"
	@echo "make check-all       build-test, kselftest, and check in every lane ($$(cd $(LAB)/lanes && echo *))"
	@echo "make build-test      the module for each form of kernel, warnings are failures"
	@echo "make kselftest       the selftests in their place in a kernel tree"
	@echo "make shell           a prompt in a guest with the module at hand; the same"
	@echo "make lint            checkpatch, warnings, sparse, shellcheck, codespell"
	@echo "make unit            the command grammar with a fuzzer, and standbyctl, on the host"
	@echo "make standbyctl      the operator's tool, its manual page and completions"
	@echo "make install         module, tool, manual pages; DESTDIR=DIR, KDIR=DIR; uninstall"
	@echo "make deb             Debian packages of both, the module by DKMS; deb-test tries them"
	@echo "make mutants         the module broken on purpose: do the selftests notice?"
	@echo "make lab-selfcheck   does the lab notice panics, hangs and splats?"
	@echo "make pictures        docs/pictures, from a run of a guest"
	@echo "make qemu            QEMU with SCLP standby memory; qemu-path, qemu-test"
	@echo "make clean           remove what was built here; clean-cache: and what was fetched"
	@echo "make help            this"
	@echo
	@echo "Guests are fetched and built once, into \$${XDG_CACHE_HOME:-~/.cache}/mhp_standby;"
	@echo "MIRROR=URL names another Debian mirror than the one this machine uses."

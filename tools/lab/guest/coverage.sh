# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
#
# coverage.sh - lines that the kernel has counted until now, to who asked for them:
# archives of the counters, one behind the other, of which a later one has all that is
# in those before. A guest that dies has given what there was. Sourced, not run.

give_coverage()
{
	[ -n "${coverage_port=$(find_coverage_port)}" ] || return 0
	rm -rf /tmp/coverage
	# How long these files are is only known when they are read.
	(cd /sys/kernel/debug/gcov && find . -name '*.gcda') | while read -r gc_file; do
		mkdir -p "/tmp/coverage/${gc_file%/*}"
		cat "/sys/kernel/debug/gcov/$gc_file" >"/tmp/coverage/$gc_file"
	done
	tar -C /tmp/coverage -cf "$coverage_port" .
}

find_coverage_port()
{
	[ -d /sys/kernel/debug/gcov ] || return 0
	gc_port=$(grep -lx mhp_coverage /sys/class/virtio-ports/*/name) || return 0
	gc_port=${gc_port%/name}
	echo "/dev/${gc_port##*/}"
}

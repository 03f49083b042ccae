#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# our_qemu.sh - build the QEMU of tools/qemu, with a line of progress now and
# then. It takes minutes, once; the whole log is kept.

. "$(dirname "$0")/common.sh"

log=$BUILD/qemu-build.log
mkdir -p "$BUILD"
say "building QEMU with SCLP standby memory (4 to 10 minutes, once); log: $log"

# Every 150th step of ninja, [12/1351], and nothing of the rest.
progress() {
	awk -v step=150 '
		match($0, /^\[[0-9]+\/[0-9]+\]/) {
			split(substr($0, 2, RLENGTH - 2), n, "/")
			if (int(n[1] / step) != last) {
				last = int(n[1] / step)
				print "lab: QEMU " n[1] " of " n[2]
				fflush()
			}
		}' >&2
}

make -C "$TREE/tools/qemu" qemu 2>&1 | tee "$log" | progress || {
	tail -n 25 "$log" >&2
	die "QEMU could not be built; log: $log"
}

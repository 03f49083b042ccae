#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A module that assigns storage in MEM_GOING_ONLINE, one event too late: with the
# memmap on the block itself the kernel has written it by then. On real SCLP
# that is a crash, and the lab has to say so. Its own lane, build and results.

. "$(dirname "$0")/../lib.sh"

work=$run/wrong
out=$run/lane.ktap
# A folder of its own: results, and what stays in it for a look.
lane_run=$BUILD/run/sclp-s390x.wrong

builds() {
	mkdir -p "$work"
	cp -r "$TREE/Kbuild" "$TREE/module" "$work/"
	sed -i 's/row->event == MHPS_MEM_PREPARE_ONLINE && block/row->event == MHPS_MEM_GOING_ONLINE \&\& block/' \
		"$work/module/hotplug/notifier.c"
	! cmp -s "$TREE/module/hotplug/notifier.c" "$work/module/hotplug/notifier.c" ||
		fail "the mutation no longer fits notifier.c" || return
	MODULE_SRC=$work MODULE_OUT=.wrong "$LAB/module.sh" "$LANE" -s >"$run/build.log" 2>&1 ||
		fail "$(tail -n 5 "$run/build.log")"
}

# The first test of lifecycle.sh brings a block with altmap online.
crashes() {
	! MODULE_SRC=$work MODULE_OUT=.wrong "$LAB/lane.sh" sclp-s390x.wrong lifecycle >"$out" 2>&1 ||
		fail "lifecycle passes in $lane_run" || return
	grep -E '^not ok 1 lifecycle # (panic|splat): ' "$out" ||
		fail "expected a panic or an oops, got $(grep -E '^not ok|^ok' "$out")"
}

# The addressing exception, by its number, in the code that writes struct pages.
for_the_right_reason() {
	grep -a -m 1 -E 'addressing exception: 0005' "$lane_run"/console.*.log ||
		fail "no addressing exception in $lane_run/console.*.log"
	grep -a -m 1 -E '__init_single_page|memmap_init_range|mhp_init_memmap_on_memory' "$lane_run"/console.*.log ||
		fail "no memmap function in $lane_run/console.*.log"
}

it "a module that assigns in MEM_GOING_ONLINE builds" builds
it "the guest crashes, and the lab says so" crashes
it "it is an addressing exception in the code that writes the memmap" for_the_right_reason
run_tests

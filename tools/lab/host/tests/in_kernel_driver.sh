#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel's own SCLP driver, alone: the module is not loaded. What it does wrong is in
# docs/kernel-faults.md.

export INCREMENT=64M ADVERTISE=on
. "$(dirname "$0")/../lib.sh"

# The first block of standby storage, of four increments, at 2 GiB.
FIRST=33
STATE=/sys/devices/system/memory/memory8/state

boots() {
	there || return
	guest_says offline "cat $STATE" || return
	map_is ""
}

comes_and_goes() {
	there || return
	guest_says OK "wr $STATE online_movable" || return
	map_is $FIRST-$((FIRST + 3)) || return
	guest_says OK "wr $STATE offline" || return
	map_is ""
}

# refuse: the second of the four increments
refuse() {
	device_set x-fail-rn $((FIRST + 1)) && device_set x-fail-on '"assign"'
}

none_assigned() {
	there || return
	refuse || return
	guest "wr $STATE online_movable"
	expect_but 10 "increments assigned in QEMU" "" "$FIRST,$((FIRST + 2))-$((FIRST + 3))" \
		"$(device_get assigned)"
}

errno_of_the_refusal() {
	there || return
	refuse || return
	expect_but 12 "errno" EIO EPERM "$(guest "wr $STATE online_movable")"
}

# Of 256 elements the last has the id 255.
all_elements() {
	needs_faults "the guest may hang" || return
	export GUEST_TIMEOUT=${GUEST_TIMEOUT:-90}
	may_splat=y
	# Initial memory is in three elements of up to 1020 increments.
	export INCREMENT=1M LAYOUT=,per-element=16 STANDBY=4048M
	lane_load "$LANE"
	guest_start || return
	expect_but 11 "what a guest with 256 elements says" OK "" "$(guest "wr $STATE online_movable")"
}

it "a guest with increments of a quarter of a block" boots
it "a block goes online and offline, and its increments with it" comes_and_goes
it "one of four increments refused: none of its increments is assigned" none_assigned
it "one of four increments refused: the errno of a refused assign" errno_of_the_refusal
it "with 256 elements a block goes online" all_elements
run_tests

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The kernel's own SCLP driver, with an increment a block, whose commands the firmware
# refuses: what it is refused it does without, and afterwards all is as usual. What it
# does wrong is in in_kernel_driver.sh.

export ADVERTISE=on
. "$(dirname "$0")/../lib.sh"

# The first block of standby storage, at 2 GiB, and its increment.
BLOCK=8 RN=9
STATE=/sys/devices/system/memory/memory$BLOCK/state

# stays_offline: the online fails, whatever the errno, and has no effect
stays_offline() {
	local status=0
	guest "wr $STATE online_movable" || status=$?
	[ "$status" != 0 ] || { fail "the online succeeds"; return; }
	guest_says offline "cat $STATE" || return
	map_is ""
}

comes_and_goes() {
	guest_says OK "wr $STATE online_movable" || return
	map_is $RN || return
	guest_says OK "wr $STATE offline" || return
	map_is ""
}

attach_refused() {
	there || return
	device_set x-refuse-attach 65535 || return
	stays_offline || return
	expect "elements attached" "" "$(device_get attached)" || return
	device_set x-refuse-attach 0 || return
	comes_and_goes || return
	expect "elements attached" 1 "$(device_get attached)"
}

assign_refused() {
	there || return
	device_set x-fail-rn $RN && device_set x-fail-on '"assign"' || return
	stays_offline || return
	device_set x-fail-rn 0 || return
	comes_and_goes
}

# The storage stays assigned; the next online finds it so.
unassign_refused() {
	there || return
	guest_says OK "wr $STATE online_movable" || return
	device_set x-fail-rn $RN && device_set x-fail-on '"unassign"' || return
	guest_says OK "wr $STATE offline" || return
	map_is $RN || return
	device_set x-fail-rn 0 || return
	comes_and_goes
}

it "attach refused: the block stays offline, and comes when it is not" attach_refused
it "assign refused: the block stays offline, and comes when it is not" assign_refused
it "unassign refused: the block is offline, and comes again" unassign_refused
run_tests

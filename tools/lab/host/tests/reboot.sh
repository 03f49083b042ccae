#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The guest reboots with storage assigned: by a block that is online, and by
# hand. The next kernel finds all of it in standby, and the module works again.

export ADVERTISE=info
. "$(dirname "$0")/../lib.sh"

assigns() {
	guest_says "OK OK OK OK" "echo \$(load; add 8 2; online 9; wr \$MHP/assign rn=12)" || return
	map_is 10,12 || return
	guest_says 10,12 assigned
}

boots_and_assigns() {
	# The lab's guests end when they reboot, this one shall not.
	GUEST_ARGS=(-action reboot=reset)
	guest_start || return
	assigns
}

reboots() {
	local resets
	resets=$(device_get counters | jq .resets)
	guest_reboot || return
	expect "resets of the device" $((resets + 1)) "$(device_get counters | jq .resets)" || return
	map_is "" || return
	expect "elements attached" "" "$(device_get attached)"
}

works_again() {
	assigns || return
	guest_says "OK OK OK OK" "echo \$(
		offline 9; remove 8 2; wr \$MHP/unassign rn=12; modctl unload mhp_standby)" || return
	map_is ""
}

# The old contents are gone: what was stored before the reboot must not be seen
# after it, not even by a guest that assigns the increment again.
stores() {
	guest_says OK "insmod /selftests/test_modules/standby_access.ko; load >/dev/null
		wr \$MHP/assign rn=11 >/dev/null
		wr /sys/kernel/debug/standby_access 'stura 0xa0000000 0x1234'" || return
	guest_says 0x0000000000001234 "wr /sys/kernel/debug/standby_access 'lura 0xa0000000' >/dev/null
		cat /sys/kernel/debug/standby_access"
}

sees_zero() {
	guest_says 0x0000000000000000 "insmod /selftests/test_modules/standby_access.ko; load >/dev/null
		wr \$MHP/assign rn=11 >/dev/null
		wr /sys/kernel/debug/standby_access 'lura 0xa0000000' >/dev/null
		cat /sys/kernel/debug/standby_access"
}

it "a guest with a block online and an increment assigned by hand" boots_and_assigns
it "after a reboot all is standby and detached" reboots
it "the module works again" works_again
it "a word in an increment" stores
it "after a reboot all is standby and detached, again" reboots
it "the word is gone" sees_zero
run_tests

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A block of four increments, one of which the firmware refuses: none of them is
# assigned afterwards, as QEMU sees it.

export INCREMENT=64M ADVERTISE=info
. "$(dirname "$0")/../lib.sh"

# Block 8 of 256 MiB is at 2 GiB, where increments 33 to 36 are.
BLOCK=8 FIRST=33

boots_and_adds() {
	guest_start || return
	guest_says $'OK\nOK' "load; add $BLOCK" || return
	map_is ""
}

# refused POSITION
refused() {
	local rn=$((FIRST + $1 - 1)) before
	device_set x-fail-rn "$rn" && device_set x-fail-on '"assign"' || return
	before=$(device_get x-faults)
	guest_says EIO "online $BLOCK" || return
	map_is "" || return
	expect "assigns refused by QEMU" $((before + 1)) "$(device_get x-faults)" || return
	guest_says offline "cat \$MEMORY/memory$BLOCK/state" || return
	guest_says "" assigned || return
	guest_says "$rn -5" "rows events response=0x01f0 rn errno | tail -n 1"
}

works_afterwards() {
	device_set x-fail-rn 0 || return
	guest_says OK "online $BLOCK" || return
	map_is 33-36 || return
	guest_says OK "offline $BLOCK" || return
	map_is ""
}

# A refused unassign leaves its increment, and only that one.
unassign_refused() {
	guest_says OK "online $BLOCK" || return
	device_set x-fail-rn 35 && device_set x-fail-on '"unassign"' || return
	guest_says OK "offline $BLOCK" || return
	map_is 35 || return
	guest_says 35 "rows increments state=stuck rn" || return
	device_set x-fail-rn 0 || return
	guest_says OK "wr \$MHP/unassign rn=35" || return
	map_is ""
}

lets_go() {
	guest_says $'OK\nOK' "remove $BLOCK; modctl unload mhp_standby"
}

it "a guest with increments of a quarter of a block" boots_and_adds
for position in 1 2 3 4; do
	it "increment $position of 4 refused: EIO, none assigned" refused $position
done
it "nothing refused: all four assigned, and back" works_afterwards
it "unassign of one refused: that one stays, until it goes" unassign_refused
it "the block and the module can go" lets_go
run_tests

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The firmware refuses to attach the storage element: the online fails with
# EIO and nothing is assigned; when the refusal is lifted all is as usual.

export ADVERTISE=info
. "$(dirname "$0")/../lib.sh"

BLOCK=8 RN=9

boots_and_adds() {
	guest_start || return
	guest_says $'OK\nOK' "load; add $BLOCK" || return
	expect "elements attached" "" "$(device_get attached)"
}

refused() {
	device_set x-refuse-attach 65535 || return
	guest_says EIO "online $BLOCK" || return
	guest_says offline "cat \$MEMORY/memory$BLOCK/state" || return
	expect "elements attached" "" "$(device_get attached)" || return
	map_is "" || return
	guest_says "0x01f0 -5" "rows events event=ATTACH response errno | tail -n 1"
}

# By hand as well.
assign_refused() {
	guest_says EIO "wr \$MHP/assign rn=$RN" || return
	map_is "" || return
	guest_says "" assigned
}

lifted() {
	device_set x-refuse-attach 0 || return
	guest_says OK "online $BLOCK" || return
	map_is $RN || return
	expect "elements attached" 1 "$(device_get attached)" || return
	guest_says OK "offline $BLOCK" || return
	map_is ""
}

lets_go() {
	guest_says $'OK\nOK' "remove $BLOCK; modctl unload mhp_standby"
}

it "before the first online no element is attached" boots_and_adds
it "attach refused: the online is EIO, nothing assigned" refused
it "attach refused: assign by hand is EIO, nothing assigned" assign_refused
it "refusal lifted: online and back" lifted
it "the block and the module can go" lets_go
run_tests

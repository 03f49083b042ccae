#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Machines whose storage elements have another shape. The kernel's own driver
# and lsmem find the storage, chmem brings it and gives it back; the module's
# table says what the machine is, and a block of its own comes and goes.

export ADVERTISE=on
. "$(dirname "$0")/../lib.sh"

# 2 GiB and 4 GiB in standby, increments of 256 MiB: rn 1-8 and 9-24.

# boots ADVERTISE LAYOUT
boots() {
	export ADVERTISE=$1 LAYOUT=$2
	lane_load "$LANE"
	guest_start
}

# own_driver LAYOUT
own_driver() {
	boots on "$1" || return
	map_is "" || return
	# shellcheck disable=SC2016 # for the guest's awk
	guest_says $((4 << 30)) \
		'lsmem -b --summary=only | awk "/offline/ { print \$NF }"' || return
	guest_says "" "chmem -b -z Movable -e 9-11 >/dev/null" || return
	map_is 10-12 || return
	guest_says "" "chmem -b -d 10 >/dev/null" || return
	map_is 10,12 || return
	guest_says "" "chmem -b -d 9-11 >/dev/null" || return
	map_is ""
}

# module LAYOUT BOOT ALL: how many increments which element has, N,ELEMENT,...:
# of boot storage, and of all storage once a block was online
module() {
	boots info "$1" || return
	guest_says OK load || return
	guest_says "${2//,/ }" "rows increments state=reserved element | uniq -c | xargs" || return
	guest_says 16 "rows increments state=standby rn | wc -l" || return
	guest_says "start=0x80000000 size=4294967296" \
		"sed -n 's/^standby_//p' \$MHP/features | xargs" || return
	guest_says $'OK\nOK' "add 8; online 8" || return
	map_is 9 || return
	guest_says 9 assigned || return
	guest_says "${3//,/ }" "tail -n +2 \$MHP/increments | cut -d ' ' -f 2 | uniq -c | xargs" || return
	guest_says $'OK\nOK\nOK' "offline 8; remove 8; modctl unload mhp_standby" || return
	map_is ""
}

# Room for one piece: what is away from it cannot come, its middle cannot go.
own_driver_short() {
	boots on ,memslots=1 || return
	guest_says "" "chmem -b -z Movable -e 9 >/dev/null" || return
	map_is 10 || return
	guest "chmem -b -z Movable -e 11" &&
		{ fail "chmem -e succeeds without storage"; return; }
	map_is 10 || return
	guest_says "" "chmem -b -z Movable -e 10-11 >/dev/null" || return
	map_is 10-12 || return
	# The driver does not look at what UNASSIGN says.
	guest_says "" "chmem -b -d 10 >/dev/null" || return
	map_is 10-12 || return
	guest_says "" "chmem -b -z Movable -e 10 >/dev/null" || return
	guest_says "" "chmem -b -d 11 >/dev/null; chmem -b -d 10 >/dev/null; chmem -b -d 9 >/dev/null" || return
	map_is ""
}

module_short() {
	boots info ,memslots=1 || return
	guest_says $'OK\nOK\nOK\nOK\nOK' "load; add 8; add 9; add 10; online 8" || return
	guest_says EIO "online 10" || return
	map_is 9 || return
	guest_says $'OK\nOK' "online 9; online 10" || return
	guest_says OK "offline 9" || return
	map_is 9-11 || return
	guest_says stuck "rows increments rn=10 state" || return
	guest_says OK "online 9" || return
	guest_says assigned "rows increments rn=10 state" || return
	guest_says $'OK\nOK\nOK' "offline 10; offline 9; offline 8" || return
	map_is ""
}

it "boot and standby storage in one element: the kernel's own driver" \
	own_driver ,single-element=on
# Nothing is attached, and READ names none that are in standby: no element (-).
it "boot and standby storage in one element: the module" \
	module ,single-element=on 8,0 8,0,16,-
it "boot storage in four elements: the kernel's own driver" \
	own_driver ,boot-per-element=2
it "boot storage in four elements: the module" \
	module ,boot-per-element=2 2,0,2,1,2,2,2,3 2,0,2,1,2,2,2,3,16,4
it "storage that arrives assigned: the kernel's own driver" \
	own_driver ,per-element=4,attach-assigned=on
it "storage that arrives assigned: the module" \
	module ,per-element=4,attach-assigned=on 8,0 8,0,4,1,4,2,4,3,4,4
it "storage in one piece only: the kernel's own driver" own_driver_short
it "storage in one piece only: the module" module_short
run_tests

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

# module LAYOUT BOOT_ELEMENTS ELEMENTS: the elements that boot storage is in,
# one a row, and those of all storage when a block was online
module() {
	boots info "$1" || return
	guest_says OK load || return
	guest_says "$2" "rows increments state=reserved element | uniq -c | xargs" || return
	guest_says 16 "rows increments state=standby rn | wc -l" || return
	guest_says "start=0x80000000 size=0x100000000" \
		"sed -n 's/^standby_//p' \$MHP/features | xargs" || return
	guest_says $'OK\nOK' "add 8; online 8" || return
	map_is 9 || return
	guest_says 9 assigned || return
	guest_says "$3" "tail -n +2 \$MHP/increments | cut -d ' ' -f 2 | uniq -c | xargs" || return
	guest_says $'OK\nOK\nOK' "offline 8; remove 8; modctl unload mhp_standby" || return
	map_is ""
}

it "boot and standby storage in one element: the kernel's own driver" \
	own_driver ,single-element=on
it "boot and standby storage in one element: the module" \
	module ,single-element=on "8 0" "24 0"
it "boot storage in four elements: the kernel's own driver" \
	own_driver ,boot-per-element=2
it "boot storage in four elements: the module" \
	module ,boot-per-element=2 "2 0 2 1 2 2 2 3" "2 0 2 1 2 2 2 3 16 4"
it "storage that arrives assigned: the kernel's own driver" \
	own_driver ,per-element=4,attach-assigned=on
it "storage that arrives assigned: the module" \
	module ,per-element=4,attach-assigned=on "8 0" "8 0 4 1 4 2 4 3 4 4"
run_tests

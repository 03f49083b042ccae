#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Without our module: the kernel's own driver, lsmem and chmem work on the device
# as on a real machine, and what they say is what QEMU says.

export ADVERTISE=on
. "$(dirname "$0")/../lib.sh"

# 2 GiB and 4 GiB in standby, blocks and increments of 256 MiB: block 8 is rn 9.

# shellcheck disable=SC2016 # for the guest's awk
offline_memory() { guest 'lsmem -b --summary=only | awk "/offline/ { print \$NF }"'; }

boots() {
	guest_start || return
	map_is "" || return
	expect "offline memory of lsmem" $((4 << 30)) "$(offline_memory)"
}

# chmem BLOCKS MAP: in the movable zone, so that it goes offline again
enables() {
	guest_says "" "chmem -b -z Movable -e $1 >/dev/null" || return
	map_is "$2"
}

disables() {
	guest_says "" "chmem -b -d $1 >/dev/null" || return
	map_is "$2"
}

a_block_and_a_range() {
	enables 9 10 || return
	enables 11-13 10,12-14 || return
	expect "offline memory of lsmem" $((3 << 30)) "$(offline_memory)" || return
	disables 12 10,12,14 || return
	disables 9-13 ""
}

by_size() {
	guest_says "" "chmem -z Movable -e 1G >/dev/null" || return
	map_is 9-12 || return
	guest_says "" "chmem -d 1G >/dev/null" || return
	map_is ""
}

has_altmaps() {
	guest_says Y "cat /sys/module/memory_hotplug/parameters/memmap_on_memory" || return
	enables 20 21 || return
	# 4 MiB of a block of 256 MiB are its memmap and not managed by the kernel.
	guest_says $(((256 - 4) << 10)) "awk '/^Node/ { z = \$4 } z == \"Movable\" && \$1 == \"managed\" { print \$2 * 4 }' /proc/zoneinfo" || return
	disables 20 ""
}

refusal_arrives() {
	device_set x-fail-rn 11 || return
	guest "chmem -b -z Movable -e 10" && { fail "chmem -e of a refused block succeeds"; return; }
	map_is "" || return
	device_set x-fail-rn 0 || return
	enables 10 11 || return
	disables 10 ""
}

it "lsmem shows the standby storage" boots
it "chmem enables and disables blocks, the map agrees" a_block_and_a_range
it "chmem enables and disables a size, the map agrees" by_size
it "the kernel's blocks have their memmap on themselves" has_altmaps
it "a refused increment: chmem fails, nothing assigned, then it works" refusal_arrives
run_tests

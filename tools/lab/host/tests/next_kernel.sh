#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Without our module on the newest kernel there is (Debian sid), where blocks are
# configured in /sys/firmware/memory before they exist: with a memmap on
# themselves or not, online, offline, deconfigured; lsmem and QEMU agree.

export ADVERTISE=on
. "$(dirname "$0")/../lib.sh"

# Block 16 of 256 MiB is increment 17.
N=16 RN=17
CONFIG=/sys/firmware/memory/memory$N

# It comes from a suite in motion, and is not what we test.
boots() {
	GUEST_KERNEL=$("$LAB/kernel.sh" debian:sid "$ARCH" 2>"$run/fetch.log") ||
		skip "no kernel from sid: $(tail -n 1 "$run/fetch.log")" || return
	guest_start || return
	guest_says yes "[ -d $CONFIG ] && echo yes" ||
		skip "$(cat "$GUEST_KERNEL/release") has no /sys/firmware/memory" || return
	booted=y
	map_is ""
}
booted=''
needs_boot() { [ -n "$booted" ] || skip "no guest with /sys/firmware/memory"; }

# managed: KiB of the movable zone that the page allocator has
managed() {
	guest "awk '/^Node/ { z = \$4 } z == \"Movable\" && \$1 == \"managed\" { print \$2 * 4 }' /proc/zoneinfo"
}

# whole_life MEMMAP-ON-MEMORY KIB
whole_life() {
	needs_boot || return
	guest_says "OK OK" "echo \$(wr $CONFIG/memmap_on_memory $1; wr $CONFIG/config 1)" || return
	map_is $RN || return
	guest_says offline "cat \$MEMORY/memory$N/state" || return
	guest_says OK "online $N" || return
	map_is $RN || return
	expect "managed KiB" "$2" "$(managed)" || return
	guest_says "256M online" "lsmem -n -o RANGE,SIZE,STATE | awk '/^0x0000000100000000/ { print \$2, \$3 }'" || return
	guest_says "OK OK" "echo \$(offline $N; wr $CONFIG/config 0)" || return
	map_is "" || return
	guest_says gone "[ -d \$MEMORY/memory$N ] || echo gone"
}

online_is_not_deconfigured() {
	needs_boot || return
	guest_says "OK OK EBUSY" "echo \$(wr $CONFIG/config 1; online $N; wr $CONFIG/config 0)" || return
	map_is $RN || return
	guest_says "OK OK" "echo \$(offline $N; wr $CONFIG/config 0)" || return
	map_is ""
}

chmem_and_lsmem() {
	needs_boot || return
	guest_says OK "wr $CONFIG/config 1" || return
	guest_says "" "chmem -b -z Movable -e $N >/dev/null" || return
	guest_says "" "chmem -b -d $N >/dev/null" || return
	guest_says OK "wr $CONFIG/config 0" || return
	map_is ""
}

it "the newest kernel finds the standby storage" boots
it "configured with a memmap on itself: a whole life, the map agrees" \
	whole_life 1 $(((256 - 4) << 10))
it "configured with its memmap in system memory: a whole life" whole_life 0 $((256 << 10))
it "an online block is not deconfigured" online_is_not_deconfigured
it "chmem enables and disables it" chmem_and_lsmem
run_tests

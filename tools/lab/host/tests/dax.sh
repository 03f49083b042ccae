#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# dax/kmem beside us: memory that firmware set aside (EFI's "soft reserved") is a DAX
# device, which kmem adds as blocks, with their memmap in themselves or not. What is not
# ours the module sees, and leaves alone; what is ours is no DAX device.

# shellcheck source=tools/lab/host/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tools/lab/host/beside.sh
. "$LAB/host/beside.sh"

THEIRS=42 THEIR_MOST=2	# out of the hidden memory from 4 GiB on
# Before mem= does away with it. With a node that is named: kmem wants to know.
KERNEL_PARAMS="memmap=256M%$((THEIRS * BLOCK))-1+0xefffffff $KERNEL_PARAMS"
GUEST_ARGS=(
	-object "memory-backend-ram,id=ram0,size=$MEMORY,reserve=off"
	-numa "node,nodeid=0,memdev=ram0"
)
DAX=/sys/bus/dax/devices/dax0.0
KMEM=/sys/bus/dax/drivers/kmem

booted=''
needs_boot() { [ -n "$booted" ] || skip "no guest with a DAX device"; }

boots() {
	GUEST_FILES=$("$LAB/program.sh" "$ARCH" daxctl) || return
	guest_start || return
	guest "modprobe -a device_dax kmem dax_hmem" >"$run/why" 2>&1 ||
		skip "no DAX: $(tail -n 1 "$run/why")" || return
	guest_says "Soft Reserved" "grep -o 'Soft Reserved' /proc/iomem" || return
	guest_says yes "for _ in \$(seq 100); do [ ! -e $DAX/driver ] || break; usleep 100000; done
		[ -e $DAX/driver ] && echo yes" || return
	# kmem has it at once.
	guest_says OK "wr $KMEM/unbind dax0.0" || return
	books >"$run/books"
	guest_says OK "$LOAD" || return
	booted=y
}

# comes 0|1 WHERE PAGES: kmem adds it, with its memmap WHERE; beside ours all the time
comes() {
	needs_boot || return
	guest_says "OK OK" "echo \$(add $OURS 2; online $OURS)" || return
	guest_says OK "wr \$MHP/events clear" || return
	guest_says "OK OK" "echo \$(wr $DAX/memmap_on_memory $1; wr $KMEM/bind dax0.0)" || return
	expect "their blocks" "42 offline 43 offline " "$(theirs)" || return
	guest_says "System RAM (kmem)" "grep -m 1 -o 'System RAM (kmem)' /proc/iomem" || return
	guest_says "OK OK" "echo \$(online 42; online 43)" || return
	guest_says "42 $3 43 $3 " "rows events event=MEM_PREPARE_ONLINE block altmap_nr_pages | tr '\n' ' '" || return
	guest_says "$2" "rows blocks block=42 memmap" || return
	guest_says OK "offline 43" || return
	expect "firmware calls" "" "$(guest "rows events event=ASSIGN seq; rows events event=UNASSIGN seq")" || return
	expect "their blocks" "42 online 43 offline " "$(theirs)" || return
	expect "blocks of ours" "8 online 9 offline " "$(ours)" || return
	guest_says 9 assigned
}

# Ours go while one of theirs is online, theirs while one of ours is.
go() {
	needs_boot || return
	guest_says "OK OK OK OK" "echo \$(offline $OURS; remove $OURS 2; add $OURS; online $OURS)" || return
	expect "their blocks" "42 online 43 offline " "$(theirs)" || return
	guest_says "OK OK" "echo \$(offline 42; wr $KMEM/unbind dax0.0)" || return
	expect "their blocks" "" "$(theirs)" || return
	expect "blocks of ours" "8 online " "$(ours)" || return
	guest_says 9 assigned || return
	guest_says "OK OK" "echo \$(offline $OURS; remove $OURS)" || return
	nothing_amiss
}

# What is ours is no DAX device, and what is one is not ours.
to_each_his_own() {
	needs_boot || return
	guest_says OK "add $OURS 1 type=device" || return
	guest_says dax0.0 "ls /sys/bus/dax/devices" || return
	guest_says ENODEV "wr $KMEM/bind dax1.0" || return
	guest_says OK "remove $OURS" || return
	guest_says ENOENT "add $THEIRS 2"
}

# daxctl_is WANTED FILTER: of what it says of the device in JSON
daxctl_is() { expect "daxctl list: $2" "$1" "$(guest "daxctl list 2>/dev/null" | jq -r ".[0] | $2")"; }

by_daxctl() {
	needs_boot || return
	guest_says "OK OK" "wr \$MHP/events clear >/dev/null
		echo \$(add $OURS; wr $DAX/memmap_on_memory 1)" || return
	guest_says "reconfigured 1 device" "daxctl reconfigure-device --mode=system-ram --no-online dax0.0 2>&1 >/dev/null" || return
	daxctl_is "system-ram 0 2" '"\(.mode) \(.online_memblocks) \(.total_memblocks)"' || return
	expect "their blocks" "42 offline 43 offline " "$(theirs)" || return
	guest_says "onlined memory for 1 device" "daxctl online-memory dax0.0 2>&1 >/dev/null" || return
	daxctl_is "2 2" '"\(.online_memblocks) \(.total_memblocks)"' || return
	expect "their blocks" "42 online 43 online " "$(theirs)" || return
	guest_says "block" "rows blocks block=43 memmap" || return
	guest_says "offlined memory for 1 device" "daxctl offline-memory dax0.0 2>&1 >/dev/null" || return
	guest_says "reconfigured 1 device" "daxctl reconfigure-device --mode=devdax dax0.0 2>&1 >/dev/null" || return
	daxctl_is devdax .mode || return
	expect "their blocks" "" "$(theirs)" || return
	expect "firmware calls" "" "$(guest "rows events event=ASSIGN seq; rows events event=UNASSIGN seq")" || return
	guest_says "OK OK" "echo \$(remove $OURS; wr /sys/bus/dax/drivers/device_dax/unbind dax0.0)"
}

all_as_before() {
	needs_boot || return
	guest_says OK "modctl unload mhp_standby" || return
	books_are_as_before
}

it "a guest with a DAX device" boots
it "kmem: blocks with their memmap in themselves, beside ours" comes 1 block 512
it "kmem: they go, ours go, and the others stay" go
it "kmem: blocks with their memmap in system memory, beside ours" comes 0 system 0
it "kmem: they go, ours go, and the others stay, again" go
it "daxctl: blocks come, go online and offline, and go" by_daxctl
it "a range of ours is no DAX device, and a DAX device no standby storage" to_each_his_own
it "all is as before" all_as_before
run_tests

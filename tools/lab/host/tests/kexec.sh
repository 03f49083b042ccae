#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A second kernel that firmware has not booted. kexec resets channels and CPUs but
# no storage: the next kernel has what is assigned for memory it was booted with,
# and the rest for standby storage. One that dumps a crashed kernel finds in
# /proc/vmcore what was assigned, and does not go near the rest.

export ADVERTISE=info BOOT_MEMORY=512M APPEND="crashkernel=192M"
. "$(dirname "$0")/../lib.sh"

# Blocks and increments are 256 MiB: block 2 is increment 3, the first in standby.
# Blocks 2 and 4 are online, increment 7 is assigned by hand and holds a word.
BLOCK=$((256 << 20))
MAP=3,5,7
PATTERN=0x123456789abcdef0

boots() {
	local kernel
	kernel=$(lane_kernel)
	grep -qx CONFIG_KEXEC=y "$kernel/config" ||
		skip "Linux $(cat "$kernel/release") has no kexec; lane kexec-s390x has" || return
	# What is to come, and in itself what comes after.
	GUEST_FILES=$run/files
	mkdir -p "$GUEST_FILES/next"
	cp "$kernel/vmlinuz" "$GUEST_FILES/next/"
	"$LAB/initramfs.sh" "$LANE" host "$GUEST_FILES/next/initrd"
	guest_start || return
	booted=y
	assigns
}
booted=''
needs_boot() { [ -n "$booted" ] || skip "no guest that can kexec"; }

assigns() {
	guest_says "OK OK OK OK OK" "insmod /selftests/test_modules/standby_access.ko
		echo \$(load; add 2 3; online 2; online 4; wr \$MHP/assign rn=7)" || return
	guest_says OK "wr /sys/kernel/debug/standby_access 'stura $((6 * BLOCK)) $PATTERN'" || return
	map_is $MAP
}

# next_kernel -l|-p COMMANDS: the same kernel and initramfs, entered by COMMANDS
next_kernel() {
	local resets
	resets=$(device_get counters | jq .resets) || return
	guest_says "" "kexec $1 /next/vmlinuz --initrd=/next/initrd --command-line=\"\$(
		sed 's/crashkernel=[^ ]*//' /proc/cmdline)\" 2>&1" || return
	guest_leaves "$2" || return
	expect "resets of the device" "$resets" "$(device_get counters | jq .resets)" || return
	map_is $MAP
}

# As blocks, to the first of which kernel and crash kernel belong.
memory() {
	guest "sed -n 's/^\([0-9a-f]*\)-\([0-9a-f]*\) : System RAM\$/0x\1 0x\2/p' /proc/iomem |
		while read -r from to; do
			seq \$((from / BLOCK)) \$((to / BLOCK))
		done | sort -nu | tr '\n' ' '"
}

kexec_keeps() {
	needs_boot || return
	next_kernel -l "kexec -e" || return
	expect "blocks of memory" "0 1 2 4 6 " "$(memory)"
}

# states: rn of increments that are STATE, of the first eight
states() { guest "rows increments state=$1 rn | awk '\$1 <= 8' | tr '\n' ' '"; }

module_agrees() {
	needs_boot || return
	guest_says OK load || return
	expect "increments of memory" "1 2 3 5 7 " "$(states reserved)" || return
	expect "increments in standby" "4 6 8 " "$(states standby)" || return
	guest_says EPERM "wr \$MHP/unassign rn=3" || return
	map_is $MAP
}

module_works() {
	needs_boot || return
	guest_says "OK OK" "echo \$(add 3; online 3)" || return
	map_is 3-5,7 || return
	guest_says "OK OK OK" "echo \$(offline 3; remove 3; modctl unload mhp_standby)" || return
	map_is $MAP
}

# As firmware boots it, all is in standby again.
reboots() {
	needs_boot || return
	guest_start || return
	map_is "" || return
	expect "blocks of memory" "0 1 " "$(memory)" || return
	assigns
}

crashes() {
	needs_boot || return
	may_splat=y
	next_kernel -p "echo c >/proc/sysrq-trigger" || return
	guest_says yes "[ -e /proc/vmcore ] && echo yes" || return
	# It lives in what was set aside.
	expect "blocks of memory" "0 " "$(memory)"
}

# To it the dead kernel's memory is hidden RAM like any other.
nothing_is_painted() {
	needs_boot || return
	guest_says EPERM "load firmware=sim sim_start=$BLOCK sim_size=$BLOCK" || return
	guest "dmesg | tail -n 3" | grep -q "here to dump memory" ||
		fail "no reason in the log: $(guest "dmesg | tail -n 3")"
}

# dumped BLOCK: what the vmcore has of its first page
dumped() { guest "kcore -f /proc/vmcore pa $(($1 * BLOCK)) 4096"; }

dump_has_assigned() {
	local block
	needs_boot || return
	for block in 2 4; do
		# They begin with struct pages.
		[[ $(dumped $block) =~ ^nonzero=[1-9] ]] || fail "block $block in the dump: $(dumped $block)" || return
	done
	expect "block 6 in the dump" "nonzero=1 first=$PATTERN" "$(dumped 6)" || return
	for block in 2 4 6; do
		guest_says "" "kcore -f /proc/vmcore pa $(((block + 1) * BLOCK - (1 << 20))) $((1 << 20)) >/dev/null" || return
	done
}

dump_has_no_standby() {
	local block
	needs_boot || return
	for block in 3 5 7 8; do
		expect "block $block in the dump" absent "$(dumped $block)" || return
	done
	map_is $MAP
}

# No fault anywhere but the one that was asked for.
log_of_dump() {
	needs_boot || return
	! grep -aE 'addressing exception|Unable to handle|[^c]Oops' "$console"
}

it "a guest with blocks online and an increment assigned by hand" boots
it "kexec: assigned increments stay so, and are memory of the next kernel" kexec_keeps
it "kexec: the module finds every increment in its state" module_agrees
it "kexec: the module works on what is in standby" module_works
it "booted by firmware: all is in standby again" reboots
it "kdump: assigned increments stay so" crashes
it "kdump: the simulation does not paint over what is to be dumped" nothing_is_painted
it "kdump: what was assigned is in the dump" dump_has_assigned
it "kdump: what was in standby is not" dump_has_no_standby
it "kdump: nobody touched standby storage" log_of_dump
run_tests

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A crash in the middle of a memory event, and what the kernel that dumps it finds. The
# crash kernel's ELF headers are made anew as blocks come and go (CONFIG_CRASH_HOTPLUG);
# standby storage has its canary in every word, so a dump tells who has been there.

export APPEND="crashkernel=256M" GUEST_TIMEOUT=${GUEST_TIMEOUT:-300}
. "$(dirname "$0")/../lib.sh"

# Blocks of 128 MiB; standby storage is blocks 8 to 11.
BLOCK=$((128 << 20))
LOAD="load sim_start=$((8 * BLOCK)) sim_size=$((4 * BLOCK)) canary=full"
KEY=0xa5c35a3c96690fb7	# of the canary
MEMMAP=$((2 << 20))	# of a block, at its begin

# crash_kernel: a guest with one, loaded by the system call that takes files: the kernel
# keeps such an image's headers up to date by itself.
crash_kernel() {
	local kernel
	kernel=$(lane_kernel)
	grep -qx CONFIG_CRASH_HOTPLUG=y "$kernel/config" ||
		skip "Linux $(cat "$kernel/release") has no CRASH_HOTPLUG" || return
	may_splat=y dumps=''
	GUEST_FILES=$run/files
	mkdir -p "$GUEST_FILES/next"
	cp "$kernel/vmlinuz" "$GUEST_FILES/next/"
	"$LAB/initramfs.sh" "$LANE" host "$GUEST_FILES/next/initrd"
	guest_start || return
	guest_says "" "kexec -s -p /next/vmlinuz --initrd=/next/initrd --command-line=\"\$(
		sed 's/crashkernel=[^ ]*//; s/mem=[^ ]*//' /proc/cmdline)\" 2>&1" || return
	guest_says "1 1" "echo \$(cat /sys/kernel/kexec_crash_loaded \$MEMORY/crash_hotplug)" || return
	guest_says "" "echo 'func arch_crash_handle_hotplug_event +p' >/sys/kernel/debug/dynamic_debug/control" || return
	guest_says OK "$LOAD" || return
	ready=y
}
ready='' dumps=''
needs_ready() { [ -n "$ready" ] || skip "no guest with a crash kernel"; }
needs_dump() { [ -n "$dumps" ] || skip "no dump"; }

# updates: how often the headers were made anew
updates() { guest "dmesg | grep -c 'updated elfcorehdr'"; }

# Then block 8 is online, 9 offline, 10 has been and gone, 11 never was.
headers_follow() {
	needs_ready || return
	guest_says "OK OK" "echo \$(add 8 2; add 10)" || return
	expect "updates by add" 0 "$(updates)" || return
	guest_says OK "online 8" || return
	expect "updates, one online" 1 "$(updates)" || return
	guest_says "OK OK OK" "echo \$(online 10; offline 10; remove 10)" || return
	expect "updates, another online and offline" 3 "$(updates)"
}

# crash EVENT COMMAND: in front of our own subscriber
crash() {
	needs_ready || return
	ready=''
	guest_says "" "insmod /selftests/test_modules/crash_in.ko event=$1 priority=1" || return
	guest_leaves "${*:2}" || return
	grep -aq "Kernel panic - not syncing: crash_in: $1 " "$console" || fail "no panic in $1" || return
	guest_says yes "[ -e /proc/vmcore ] && echo yes" || return
	dumps=y
}

# dumped BLOCK: what the dump has of its memmap
dumped() { guest "kcore -f /proc/vmcore pa $(($1 * BLOCK)) $MEMMAP $KEY"; }

is_struct_pages() {
	[[ $(dumped "$1") =~ ^nonzero=[1-9].*\ keyed=0$ ]] ||
		fail "memmap of block $1 in the dump: expected struct pages got $(dumped "$1")"
}

all_is_readable() {
	needs_dump || return
	guest "kcore -f /proc/vmcore list"
	guest "kcore -f /proc/vmcore all" || return
	! awk '/\] Linux version /{ n++ } n > 1' "$console" | awk -v test= -f "$SPLATS" | grep .
}

# Its storage was not assigned yet.
in_prepare() {
	needs_dump || return
	is_struct_pages 8 || return
	expect "words of block 9 that are the canary's" "keyed=$((MEMMAP / 8))" \
		"$(dumped 9 | grep -o 'keyed=.*')" || return
	expect "block 11, never there, in the dump" absent "$(dumped 11)"
}

removed_is_gone() {
	needs_dump || return
	expect_but 18 "block 10, removed, in the dump" absent "nonzero=*" "$(dumped 10)"
}

goes_offline() {
	crash_kernel || return
	guest_says "OK OK OK" "echo \$(add 8 2; online 8; online 9)"
}

# Its storage was still there.
in_finish() {
	needs_dump || return
	is_struct_pages 8 || return
	is_struct_pages 9 || return
	expect "block 10, never there, in the dump" absent "$(dumped 10)"
}

it "a guest with a crash kernel" crash_kernel
it "its headers are made anew as blocks go online and offline" headers_follow
it "a crash inside PREPARE_ONLINE: the crash kernel comes up" crash MEM_PREPARE_ONLINE "online 9"
it "inside PREPARE_ONLINE: all of the dump can be read" all_is_readable
it "inside PREPARE_ONLINE: the dump has the online block, and standby storage untouched" in_prepare
it "a block that was removed is not in the dump" removed_is_gone
it "a guest with a crash kernel and two blocks online" goes_offline
it "a crash inside FINISH_OFFLINE: the crash kernel comes up" crash MEM_FINISH_OFFLINE "offline 9"
it "inside FINISH_OFFLINE: all of the dump can be read" all_is_readable
it "inside FINISH_OFFLINE: the dump has both blocks, and their memmaps" in_finish
run_tests

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What walks along page frames, free lists or page tables by itself, again and again,
# while blocks come and go: a block goes offline all the same, and what is in use keeps
# its contents. DAMON and KSM are in load.sh.

. ./lib.sh
. ./rounds.sh

HUGE=/sys/kernel/mm/transparent_hugepage
KMEMLEAK=/sys/kernel/debug/kmemleak

task()
{
	in_use anon
}

# collapsed: how many huge pages khugepaged has made
collapsed()
{
	cat $HUGE/khugepaged/pages_collapsed
}

# small_pages: which khugepaged makes huge ones of
small_pages()
{
	in_use small -x "
		was=$(collapsed)
		for i in \$(seq 100); do
			[ \$(cat $HUGE/khugepaged/pages_collapsed) = \$was ] || exit 0
			sleep 0.1
		done
		exit 1"
}

khugepaged()
{
	[ -e $HUGE/khugepaged ] || skip "no transparent huge pages in this kernel"
	needs_madvise
	setting $HUGE/enabled madvise
	setting $HUGE/khugepaged/scan_sleep_millisecs 10
	setting $HUGE/khugepaged/alloc_sleep_millisecs 10
	setting $HUGE/khugepaged/pages_to_scan 32768
	before=$(collapsed)
	come_and_go small_pages
	expect_number "huge pages made" -gt "$before" "$(collapsed)"
}

# Bits of a balloon's features, as include/uapi/linux/virtio_balloon.h counts them.
HINTS=3
REPORTING=5

# balloon: the device that wants to know
balloon()
{
	for ba_dir in /sys/bus/virtio/devices/*; do
		[ "$(cat "$ba_dir/device" 2> /dev/null)" = 0x0005 ] || continue
		echo "$ba_dir"
	done
}

# reports: how often pages were reported, where interrupts are counted by queue
reports()
{
	awk '/reporting_vq/ { for (i = 2; i <= NF && $i ~ /^[0-9]+$/; i++) n += $i; seen = 1 }
		END { if (seen) print n + 0 }' /proc/interrupts
}

# has_bit N: of the features of the device
has_bit()
{
	[ "$(cut -c $(($1 + 1)) "$device/features")" = 1 ]
}

forget_balloon()
{
	stop_load
	rmmod virtio_balloon
}

# 6.12 oopses as it removes a balloon on PCI where queues are left out in between
# (vp_del_vq()): such a one stays.
page_reporting()
{
	device=$(balloon)
	[ -n "$device" ] || skip "no device here that free pages are reported to"
	[ ! -d /sys/module/virtio_balloon ] || skip "there is a balloon already"
	modprobe virtio_balloon 2> /dev/null ||
		skip "no virtio_balloon in this kernel, or no module of it here (VIRTIO_BALLOON)"
	has_bit $HINTS || ! readlink -f "$device" | grep -q /pci ||
		skip "the kernel may oops as this balloon goes: it takes no hints"
	end_test() { forget_balloon; }
	trap end_test EXIT
	has_bit $REPORTING || skip "no free pages are reported here (PAGE_REPORTING)"
	before=$(reports)
	# A pass begins two seconds after pages came free.
	ROUNDS=$((ROUNDS + 1))
	come_and_go task wait_a_while
	[ -z "$before" ] || expect_number "reports of free pages" -gt "$before" "$(reports)"
}

wait_a_while()
{
	sleep 1
}

OWNERS=/sys/kernel/debug/page_owner
IDLE=/sys/kernel/mm/page_idle/bitmap

needs_owners()
{
	[ -r $OWNERS ] || skip "nobody writes down who has a page here (PAGE_OWNER, page_owner=on)"
}

# owners_of_block_0: the command that tells them, of the first pages from there on that
# have one. An offset of this file is a pfn.
owners_of_block_0()
{
	echo "dd if=$OWNERS bs=4096 skip=$(($(at 0) / PAGE / 4096)) count=64"
}

owners()
{
	in_use anon -x "$(owners_of_block_0) 2> /dev/null | grep -q '^PFN '"
}

page_owner()
{
	needs_owners
	stay_added none owners
}

# read_page_owner() takes each struct page that there is, also those of offline blocks:
# fault 19.
page_owner_of_standby()
{
	needs_owners
	[ "$OFFLINE_STORAGE" = assigned ] || needs_faults "the kernel reads the memmap of offline blocks"
	needs_altmap
	add 0
	sh -c "$(owners_of_block_0)" > "$work/owners" 2> "$work/dd" || fail "$(tail -n 1 "$work/dd")"
	owned=$(sed -n 's/^PFN \(0x[0-9a-f]*\) .*/\1/p' "$work/owners")
	for pfn in $owned; do
		[ $((pfn)) -ge $(($(at 1) / PAGE)) ] || fail "page $pfn of an offline block has an owner"
	done
}

# idle_pages: told that all of both blocks is, the kernel finds pages of which it is so.
# A bit a page.
idle_pages()
{
	ip_from=$(($(at 0) / PAGE / 8 / 4096)) ip_number=$((2 * BLOCK_PAGES / 8 / 4096))
	in_use anon -x "dd if=$work/ones of=$IDLE bs=4096 seek=$ip_from conv=notrunc 2> /dev/null &&
		dd if=$IDLE bs=4096 skip=$ip_from count=$ip_number 2> /dev/null | tr -d '\\0' | grep -q ."
}

page_idle()
{
	[ -w $IDLE ] || skip "nobody looks for idle pages here (IDLE_PAGE_TRACKING)"
	tr '\0' '\377' < /dev/zero | head -c $((2 * BLOCK_PAGES / 8)) > "$work/ones"
	come_and_go idle_pages
}

# It asks for each page whether it is online, and holds blocks where they are: so it
# can go over altmaps, and whoever moves a block waits for a scan.
scan_for_leaks()
{
	echo scan > $KMEMLEAK
}

needs_kmemleak()
{
	[ -w $KMEMLEAK ] || skip "no kmemleak in this kernel (DEBUG_KMEMLEAK)"
}

kmemleak()
{
	needs_kmemleak
	ROUNDS=1
	come_and_go scan_for_leaks
}

# In the rounds no zone has a block in its midst that is offline.
kmemleak_of_a_gap()
{
	needs_kmemleak
	needs_altmap
	movable_around 1
	add 1 1 "flags=$ALTMAP"
	scan_for_leaks || fail "scan: status $?"
	expect "storage of the block" "$OFFLINE_STORAGE" "$(storage_of 1)"
}

dump_page_tables()
{
	cat "$dump" > /dev/null
}

ptdump()
{
	for dump in /sys/kernel/debug/page_tables/kernel /sys/kernel/debug/kernel_page_tables; do
		[ ! -r "$dump" ] || break
	done
	[ -r "$dump" ] || skip "this kernel dumps no page tables (PTDUMP_DEBUGFS)"
	come_and_go dump_page_tables
}

# whole_kcore: as far as its segments go, which change meanwhile; a piece of each
whole_kcore()
{
	kcore list > "$work/segments" && [ -s "$work/segments" ] || return
	while read -r wk_va wk_pa wk_size; do
		[ "$wk_pa" != - ] || continue
		kcore va "$wk_va" 4096 && kcore va $((wk_va + wk_size - 4096)) 4096 || return
	done < "$work/segments"
}

kcore_of_all()
{
	[ -r /proc/kcore ] || skip "no /proc/kcore in this kernel (PROC_KCORE)"
	stay_added none whole_kcore task
}

it "while khugepaged makes huge pages" khugepaged
it "while free pages are reported to the host" page_reporting
it "while kmemleak scans memory" kmemleak
it "a zone with an offline block in its midst is scanned by kmemleak" kmemleak_of_a_gap
it "while page tables are dumped" ptdump
it "while owners of pages are read" page_owner
it "owners of pages of a block in standby" page_owner_of_standby
it "while pages are marked as idle, and looked at" page_idle
it "while kcore is read from end to end" kcore_of_all

run "$@"

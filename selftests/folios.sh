#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What is in a block moves out when the block goes offline, whatever it belongs to, and
# reads the same there. What is pinned for long was never in a movable block; what is
# pinned for a moment makes an offline wait, which can be told to stop.

. ./lib.sh
. ./disks.sh
. ./ksm.sh

# Bits of /proc/kpageflags, Documentation/admin-guide/mm/pagemap.rst.
KPF_MMAP=11
KPF_ANON=12
KPF_SWAPCACHE=13
KPF_SWAPBACKED=14
KPF_UNEVICTABLE=18
KPF_KSM=21
KPF_THP=22

# flags_reach: /proc/kpageflags goes as far as block 0
flags_reach()
{
	[ -n "$(entry kpageflags 0)" ]
}

holder=

# hold KIND [OPTION]...: block 0, which is online, has pages of that kind, until let_go
hold()
{
	fill_block 0 -p 15 -t "$@" \
		-x ": > $work/held; until [ -e $work/let_go ]; do sleep 0.1; done" > "$work/fill" 2>&1 &
	holder=$!
	trap end_all EXIT
	until_held
}

end_holder()
{
	: > "$work/let_go"
	wait "$holder"
	rm -f "$work/let_go" "$work/held"
	holder=
}

end_all()
{
	[ -z "$holder" ] || end_holder
	remove_disk
}

let_go()
{
	end_holder
	kept
	expect_number "pages of the block that were used" -ge $((BLOCK_PAGES / 20)) "$in_range"
}

# moves_out KIND BIT [BIT [OPTION...]]: pages that have the one bit and not the other,
# where that can be seen
moves_out()
{
	mo_kind=$1 mo_with=$2 mo_without=${3-}
	shift $(($# < 3 ? $# : 3))
	add 0
	online 0
	hold "$mo_kind" "$@"
	if flags_reach; then
		many=$(flagged_in 0 "$mo_with")
		[ -z "$mo_without" ] || many=$((many - $(flagged_in 0 "$mo_without")))
		expect_number "pages of the block that are $mo_kind" -ge $((BLOCK_PAGES / 20)) \
			"$many"
	fi
	moved=$(vmcounter pgmigrate_success)
	expect "offline" OK "$(try_offline 0)"
	expect_number "pages that moved" -ge $((BLOCK_PAGES / 20)) \
		$(($(vmcounter pgmigrate_success) - moved))
	expect "storage" "$OFFLINE_STORAGE" "$(storage_of 0)"
	let_go
}

file_pages()
{
	trap end_all EXIT
	needs_file_system
	moves_out file $KPF_MMAP $KPF_SWAPBACKED -f "$work/disk/file"
	# Not only in memory.
	sum=$(md5sum < "$work/disk/file")
	umount "$work/disk" && mount -t ext2 "$DISK" "$work/disk"
	expect "contents of the file, read again" "$sum" "$(md5sum < "$work/disk/file")"
}

swap_cache()
{
	trap end_all EXIT
	needs_madvise
	needs_swap
	moves_out swapped $KPF_SWAPCACHE
}

huge_ones()
{
	[ -e /sys/kernel/mm/transparent_hugepage/enabled ] ||
		skip "no transparent huge pages in this kernel"
	needs_madvise
	setting /sys/kernel/mm/transparent_hugepage/enabled madvise
	moves_out huge $KPF_THP
}

# merged: block 0 is online, and KSM has merged pages of it; sets before, how many were
# anonymous. One page stands for up to max_page_sharing others.
merged()
{
	needs_ksm
	setting $KSM/max_page_sharing 16
	add 0
	online 0
	hold same
	! flags_reach || before=$(flagged_in 0 $KPF_ANON)
	setting $KSM/run 1
	for _ in $(seq 120); do
		[ "$(cat $KSM/pages_sharing)" -lt $((BLOCK_PAGES / 20)) ] || break
		sleep 0.5
	done
	expect_number "pages that KSM has others stand for" -ge $((BLOCK_PAGES / 20)) \
		"$(cat $KSM/pages_sharing)"
}

# KPF_KSM is no help: 6.12 has it of every anonymous page (stable_page_flags() in
# fs/proc/page.c).
ksm_pages()
{
	merged
	! flags_reach ||
		expect_number "anonymous pages of the block" -le $((before - BLOCK_PAGES / 20)) \
		"$(flagged_in 0 $KPF_ANON)"
	expect_number "of them pages of KSM, at most" -ge $((BLOCK_PAGES / 20 / 16)) \
		"$(cat $KSM/pages_shared)"
	expect "offline" OK "$(try_offline 0)"
	expect "storage" "$OFFLINE_STORAGE" "$(storage_of 0)"
	let_go
}

# What is free again is in KSM's tree until it looks next.
ksm_forgets()
{
	merged
	writes 0 $KSM/run
	let_go
	expect_number "pages of KSM" -ge $((BLOCK_PAGES / 20 / 16)) "$(cat $KSM/pages_shared)"
	expect "offline" OK "$(try_offline 0)"
	expect "storage" "$OFFLINE_STORAGE" "$(storage_of 0)"
	expect_number "pages of KSM" -lt $((BLOCK_PAGES / 20 / 16)) "$(cat $KSM/pages_shared)"
	writes 1 $KSM/run
	said=$(fill -r 0:1 -p 100 -m 16 -t same -x "$UNTIL_MERGED" 2>&1)
	expect "what merged pages" "bad=0 command=0" "$(echo "$said" | grep -o 'bad=.*')"
}

no_ksm()
{
	add 0
	online 0
	flags_reach || skip "/proc/kpageflags ends below hot-added memory here"
	hold anon
	expect_but 16 "pages of KSM, which does not run" 0 '[1-9]*' "$(flagged_in 0 $KPF_KSM)"
	let_go
}

pinned_for_long()
{
	[ "$(cat /proc/sys/kernel/io_uring_disabled 2> /dev/null)" = 0 ] ||
		skip "no io_uring in this kernel, or nobody may use it"
	add 0
	online 0
	hold pinned
	! flags_reach ||
		expect_number "pages of the block that are anonymous" -lt $((BLOCK_PAGES / 20)) \
		"$(flagged_in 0 $KPF_ANON)"
	expect "offline" OK "$(try_offline 0)"
	let_go
}

pinned_for_a_moment()
{
	add 0
	online 0
	hold piped
	clear_events
	stopped=$(OFFLINE_SECONDS=5 try_offline 0)
	expect "answer to an offline that was stopped" "" "$stopped"
	expect "state" online "$(cat "$MEMORY/memory$(block_id 0)/state")"
	expect "storage" assigned "$(storage_of 0)"
	expect "events" "MEM_GOING_OFFLINE MEM_CANCEL_OFFLINE" "$(events)"
	expect "isolated pageblocks" 0 "$(isolated)"
	let_go
	expect "offline" OK "$(try_offline 0)"
}

it "anonymous pages move" moves_out anon $KPF_ANON
it "pages of tmpfs move" moves_out shmem $KPF_SWAPBACKED $KPF_ANON
it "pages of a file move" file_pages
it "pages of the swap cache move" swap_cache
it "locked pages move" moves_out locked $KPF_UNEVICTABLE
it "transparent huge pages move" huge_ones
it "pages that KSM merged move" ksm_pages
it "pages that KSM merged are forgotten" ksm_forgets
it "anonymous pages are not said to be of KSM" no_ksm
it "pages that are pinned for long were moved before" pinned_for_long
it "with pages pinned for a moment an offline waits, and can be stopped" pinned_for_a_moment

run "$@"

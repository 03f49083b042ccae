#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Huge pages in a block that goes offline: free ones are dissolved, those in use move.

. ./lib.sh

POOL=/proc/sys/vm/nr_hugepages
WANTED=8		# huge pages; the movable zone is where they are looked for first

needs_huge_pages()
{
	[ -w $POOL ] || skip "no huge pages in this kernel (HUGETLBFS)"
	[ "$(cat $POOL)" = 0 ] || skip "$(cat $POOL) huge pages are there already"
	setting $POOL $WANTED
	[ "$(cat $POOL)" = $WANTED ] || skip "no room for $WANTED huge pages"
}

# Bits of /proc/kpageflags.
KPF_LRU=5
KPF_HUGE=17

goes_offline()
{
	expect "offline of a block with huge pages" OK "$(try_offline 0)"
}

free_ones()
{
	add 0
	online 0
	needs_huge_pages
	size=$(($(meminfo Hugepagesize) * 1024 / PAGE))
	in_block=$(($(flagged_in 0 $KPF_HUGE) / size))
	[ $in_block -gt 0 ] || skip "no huge page came from the block"
	goes_offline
	expect "huge pages left" $((WANTED - in_block)) "$(meminfo HugePages_Total)"
}

mount_huge()
{
	mkdir -p "$work/huge"
	mount -t hugetlbfs none "$work/huge" || skip "no hugetlbfs"
	trap 'umount "$work/huge"' EXIT
}

used_ones()
{
	add 0
	online 0
	needs_huge_pages
	mount_huge
	fallocate -l $((WANTED * $(meminfo Hugepagesize) * 1024)) "$work/huge/file" ||
		skip "hugetlbfs has no room for $WANTED huge pages"
	expect "huge pages free" 0 "$(meminfo HugePages_Free)"
	[ "$(flagged_in 0 $KPF_HUGE)" -gt 0 ] || skip "no huge page came from the block"
	goes_offline
	expect "huge pages in the block" 0 "$(flagged_in 0 $KPF_HUGE)"
	expect_number "huge pages left" -ge $WANTED "$(meminfo HugePages_Total)"
}

# before_all_others N: the first huge page of block N is in front of all that move
before_all_others()
{
	ba_huge=$(pages_with "$1" $KPF_HUGE | head -n 1)
	ba_lru=$(pages_with "$1" $KPF_LRU | head -n 1)
	[ "${ba_huge:-$BLOCK_PAGES}" -lt "${ba_lru:-$BLOCK_PAGES}" ] && block=$1
}

# From the first page on that is found everything is moved: a huge page behind another
# one moves with that, whoever looks for it.
used_before_all_others()
{
	needs_blocks 2
	add 0 2
	online 0
	online 1
	needs_huge_pages
	[ $(($(flagged_in 0 $KPF_HUGE) + $(flagged_in 1 $KPF_HUGE))) -gt 0 ] ||
		skip "no huge page came from the block"
	number=$WANTED
	size=$(($(meminfo Hugepagesize) * 1024))
	until before_all_others 0 || before_all_others 1; do
		number=$((number * 2))
		[ $number -lt $((2 * BLOCK / size)) ] ||
			skip "a page that moves is in front of the huge ones"
		writes $number $POOL
	done
	mount_huge
	fallocate -l $((number * size)) "$work/huge/file" ||
		skip "hugetlbfs has no room for $number huge pages"
	before_all_others "$block" || skip "a page that moves is in front of the huge ones"
	expect "offline of a block that begins with huge pages" OK "$(try_offline "$block")"
	expect "huge pages in the block" 0 "$(flagged_in "$block" $KPF_HUGE)"
	expect_number "huge pages left" -ge $number "$(meminfo HugePages_Total)"
}

it "free huge pages are dissolved" free_ones
it "huge pages in use move" used_ones
it "huge pages in use move where nothing in front of them does" used_before_all_others

run "$@"

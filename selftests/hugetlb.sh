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

# A digit of /proc/kpageflags, and the flag is its 2: KPF_LRU is bit 5, KPF_HUGE bit 17
LRU=15
HUGE=12

# pages_with N DIGIT: numbers of the pages of block N that have the flag
pages_with()
{
	dd if=/proc/kpageflags bs=32768 skip=$(($(at "$1") / PAGE / 4096)) \
		count=$((BLOCK_PAGES / 4096)) 2> /dev/null | od -A n -v -t x8 |
		awk -v digit="$2" '{ for (i = 1; i <= NF; i++)
			if (substr($i, digit, 1) ~ /[2367abef]/) print n + i - 1
			n += NF }'
}

# huge_in N: pages of block N that belong to huge ones
huge_in()
{
	pages_with "$1" $HUGE | wc -l | tr -d ' '
}

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
	in_block=$(($(huge_in 0) / size))
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
	[ "$(huge_in 0)" -gt 0 ] || skip "no huge page came from the block"
	goes_offline
	expect "huge pages in the block" 0 "$(huge_in 0)"
	expect_number "huge pages left" -ge $WANTED "$(meminfo HugePages_Total)"
}

# before_all_others N: the first huge page of block N is in front of all that move
before_all_others()
{
	ba_huge=$(pages_with "$1" $HUGE | head -n 1)
	ba_lru=$(pages_with "$1" $LRU | head -n 1)
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
	number=$WANTED
	size=$(($(meminfo Hugepagesize) * 1024))
	until before_all_others 0 || before_all_others 1; do
		number=$((number + WANTED))
		[ $number -lt $((2 * BLOCK / size)) ] ||
			skip "a page that moves is in front of the huge ones"
		writes $number $POOL
	done
	mount_huge
	fallocate -l $((number * size)) "$work/huge/file" ||
		skip "hugetlbfs has no room for $number huge pages"
	before_all_others "$block" || skip "a page that moves is in front of the huge ones"
	expect "offline of a block that begins with huge pages" OK "$(try_offline "$block")"
	expect "huge pages in the block" 0 "$(huge_in "$block")"
	expect_number "huge pages left" -ge $number "$(meminfo HugePages_Total)"
}

it "free huge pages are dissolved" free_ones
it "huge pages in use move" used_ones
it "huge pages in use move where nothing in front of them does" used_before_all_others

run "$@"

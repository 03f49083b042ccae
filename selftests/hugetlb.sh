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

# huge_in N: pages of block N that belong to huge ones (KPF_HUGE, bit 17)
huge_in()
{
	dd if=/proc/kpageflags bs=32768 skip=$(($(at "$1") / PAGE / 4096)) \
		count=$((BLOCK_PAGES / 4096)) 2> /dev/null | od -A n -v -t x8 |
		awk '{ for (i = 1; i <= NF; i++) n += substr($i, 12, 1) ~ /[2367abef]/ }
			END { print n + 0 }'
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

it "free huge pages are dissolved" free_ones
it "huge pages in use move" used_ones

run "$@"

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Several ranges at once: neighbours, gaps, order of removal, what may not be
# added or removed, flags a range.

. ./lib.sh

ranges_owned()
{
	column ranges origin=mhp_standby start | wc -l | tr -d ' '
}

non_adjacent_blocks()
{
	needs_blocks 4
	add 0
	add 3
	expect "ranges" 2 "$(ranges_owned)"
	[ ! -e "$MEMORY/memory$(block_id 1)" ] || fail "memory$(block_id 1) exists"
	[ ! -e "$MEMORY/memory$(block_id 2)" ] || fail "memory$(block_id 2) exists"
	online 3
	online 0
	expect "storage of block 0" assigned "$(storage_of 0)"
	expect "storage of block 3" assigned "$(storage_of 3)"
}

a_gap_is_filled()
{
	needs_blocks 3
	add 0
	add 2
	add 1
	expect "ranges" 3 "$(ranges_owned)"
	for n in 0 1 2; do
		online $n
	done
}

# removed_in_order N N N
removed_in_order()
{
	needs_blocks 3
	add 0
	add 1
	add 2
	left=3
	for n; do
		remove "$n"
		left=$((left - 1))
		expect "ranges after removing block $n" $left "$(ranges_owned)"
	done
}

one_range_of_several_blocks()
{
	needs_blocks 3
	add 0 3
	expect "ranges" 1 "$(ranges_owned)"
	expect "size" $((3 * BLOCK)) "$(column ranges origin=mhp_standby size)"
	expect "blocks of the range" 3 "$(column blocks owner=mhp_standby block |
		wc -l | tr -d ' ')"
	online 1
	expect "state of block 0" offline "$(block_is 0 state)"
	expect "state of block 1" online "$(block_is 1 state)"
	expect "storage of block 2" "$OFFLINE_STORAGE" "$(storage_of 2)"
}

neighbour_stays_online()
{
	needs_blocks 2
	add 0
	add 1
	online 0
	online 1
	offline 0
	remove 0
	expect "state of block 1" online "$(block_is 1 state)"
	expect "storage of block 1" assigned "$(storage_of 1)"
}

side_by_side()
{
	needs_altmap
	needs_blocks 3
	add 0 1 flags=$ALTMAP
	add 1 1 flags=none
	add 2 1 flags=$ALTMAP
	for n in 0 1 2; do
		online $n
	done
	expect "memmap of blocks 0 1 2" "block system block" \
		"$(block_is 0 memmap) $(block_is 1 memmap) $(block_is 2 memmap)"
	expect "zones of blocks" Movable "$(for n in 0 1 2; do
		cat "$MEMORY/memory$(block_id $n)/valid_zones"
	done | sort -u)"
	expect "altmap pages" "$(feature altmap_pages) 0 $(feature altmap_pages)" \
		"$(block_is 0 altmap_nr_pages) $(block_is 1 altmap_nr_pages) $(
			block_is 2 altmap_nr_pages)"
}

# overlap_refused WHAT FROM COUNT: with blocks 1 and 2 added
overlap_refused()
{
	needs_blocks 4
	add 1 2
	refuses_command EEXIST add "$(range "$1" "$2")"
}

boot_memory_refused()
{
	boot=$(grep -m 1 "System RAM" /proc/iomem | sed 's/-.*//; s/ //g')
	boot=$(((0x$boot + BLOCK - 1) / BLOCK * BLOCK))
	refuses EPERM "$MHP/add" "start=$(hex $boot) size=$(hex "$BLOCK")"
}

# part_refused FROM COUNT
part_refused()
{
	needs_blocks 3
	add 0 3
	refuses_command EINVAL remove "$(range "$1" "$2")"
}

too_much_refused()
{
	needs_blocks 2
	add 0
	add 1
	refuses_command EINVAL remove "$(range 0 2)"
}

# start + size is 2^64: no byte of it is past 64 bits, but its end is.
end_of_addresses_refused()
{
	refuses_command ERANGE add "start=$(hex $((0 - BLOCK))) size=$BLOCK"
	refuses_command ERANGE remove "start=$(hex $((0 - BLOCK))) size=$BLOCK"
}

never_added_refused()
{
	refuses_command ENOENT remove "$(range 0)"
}

twice_removed_refused()
{
	add 0
	remove 0
	refuses_command ENOENT remove "$(range 0)"
}

one_online_block_keeps_the_range()
{
	needs_blocks 3
	add 0 3
	online 2
	refuses_command EBUSY remove "$(range 0 3)"
	offline 2
	remove 0 3
}

# Two ranges, as one would look to the kernel like the entry of the firmware's
# memory map that told of this RAM, and remove would take that entry away.
all_of_the_run()
{
	needs_blocks 2
	add 0
	add 1 $((RUN_BLOCKS - 1))
	expect "blocks" "$RUN_BLOCKS" "$(column blocks owner=mhp_standby block |
		wc -l | tr -d ' ')"
	n=0
	while [ $n -lt "$RUN_BLOCKS" ]; do
		online $n
		n=$((n + 1))
	done
	expect "states" online "$(column blocks owner=mhp_standby state | sort -u)"
}

outside_refused()
{
	# The first block past every run of standby storage.
	end=$(column increments state=standby start | tail -n 1)
	end=$(((end + INCREMENT + BLOCK - 1) / BLOCK * BLOCK))
	refuses_command ENOENT add "start=$(hex $end) size=$(hex "$BLOCK")"
}

numbers_in_every_form()
{
	mib=$((BLOCK / 1048576))
	for size in ${mib}M $((mib * 1024))K $((mib * 1024))k "$BLOCK" "$(hex "$BLOCK")"; do
		writes "start=$(at 0) size=$size" "$MHP/add"
		writes "size=$size start=$(hex "$(at 0)")" "$MHP/remove"
	done
}

node_by_number()
{
	add 0 1 nid=0
	expect nid 0 "$(block_is 0 nid)"
	[ -d /sys/devices/system/node/node0 ] || return 0
	[ -e "/sys/devices/system/node/node0/memory$(block_id 0)" ] ||
		fail "memory$(block_id 0): expected under node0"
}

it "two blocks with a gap between" non_adjacent_blocks
it "a gap is filled later" a_gap_is_filled
it "ranges removed in the order they came" removed_in_order 0 1 2
it "ranges removed in reverse" removed_in_order 2 1 0
it "ranges removed from the middle" removed_in_order 1 0 2
it "one range of three blocks, each with a life of its own" \
	one_range_of_several_blocks
it "a neighbour stays online while a range goes" neighbour_stays_online
it "altmap and no altmap side by side in one zone" side_by_side
it "add of the same range is refused" overlap_refused 1 2
it "add of a part of a range is refused" overlap_refused 2 1
it "add across the start of a range is refused" overlap_refused 0 2
it "add across the end of a range is refused" overlap_refused 2 2
it "add around a range is refused" overlap_refused 0 4
it "add of boot memory is refused" boot_memory_refused
it "add past the standby storage is refused" outside_refused
it "remove of the first part is refused" part_refused 0 1
it "remove of the last part is refused" part_refused 1 2
it "remove of the middle is refused" part_refused 1 1
it "remove of two ranges at once is refused" too_much_refused
it "add and remove of a range that ends where addresses end are refused" \
	end_of_addresses_refused
it "remove of a range never added is refused" never_added_refused
it "remove of a removed range is refused" twice_removed_refused
it "one online block keeps its whole range" one_online_block_keeps_the_range
it "all standby storage added, all online" all_of_the_run
it "sizes in K, M, decimal and hex, keys in any order" numbers_in_every_form
it "nid=0 puts the block under node 0" node_by_number

run "$@"

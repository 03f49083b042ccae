#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Memory groups: a range that says which of its blocks come and go together, and
# how the kernel's auto-movable policy therefore chooses a zone for a plain
# "online". valid_zones of an offline block names that zone first.

. ./lib.sh

# movable_for TENTHS: auto-movable, with a ratio that lets so many tenths of a
# block be movable
movable_for()
{
	boot_pages
	mf_ratio=$(((BLOCK_PAGES * $1 / 10 + cma) * 100 / early))
	# The ratio is in whole percent: enough for the blocks, too little for more.
	[ $((mf_ratio * early / 100)) -ge $((BLOCK_PAGES * ($1 / 10) + cma)) ] ||
		skip "$1 tenths of a block are no whole percent of boot memory"
	auto_movable $mf_ratio
	# A node of nothing but standby memory never has room; numa.sh looks at that.
	[ ! -e $PARAMETERS/auto_movable_numa_aware ] ||
		setting $PARAMETERS/auto_movable_numa_aware N
}

without_group_each_by_itself()
{
	needs_blocks 3
	movable_for 15
	add 0 3
	expect "group, mgid" "-, -" "$(range_is 0 group), $(range_is 0 mgid)"
	for n in 0 1 2; do
		expect "zone of block $n" Movable "$(zone_of $n)"
	done
}

no_ratio_no_movable()
{
	movable_for 15
	add 0
	expect "zone of block 0" Movable "$(zone_of 0)"
	setting $PARAMETERS/auto_movable_ratio 0
	expect "zone of block 0, ratio 0" Normal "$(zone_of 0)"
}

static_all_or_none()
{
	needs_blocks 3
	movable_for 15
	add 0 3 group=static
	expect group static "$(range_is 0 group)"
	for n in 0 1 2; do
		expect "zone of block $n, room for one" Normal "$(zone_of $n)"
	done
	remove 0 3
	movable_for 35
	add 0 3 group=static
	for n in 0 1 2; do
		expect "zone of block $n, room for three" Movable "$(zone_of $n)"
		online $n online
		expect "zone of block $n, online" Movable "$(zone_of $n)"
	done
}

# dynamic BLOCKS ZONE: a group of units of so many blocks, room for one
dynamic()
{
	needs_blocks 2
	movable_for 15
	add 0 2 "group=dynamic:$(($1 * BLOCK))"
	expect group "dynamic:$(($1 * BLOCK))" "$(range_is 0 group)"
	for n in 0 1; do
		expect "zone of block $n" "$2" "$(zone_of $n)"
	done
}

dynamic_unit_by_unit()
{
	needs_blocks 4
	movable_for 35
	add 0 4 "group=dynamic:$((2 * BLOCK))"
	for n in 0 1; do
		expect "zone of block $n" Movable "$(zone_of $n)"
		online $n online
		expect "zone of block $n, online" Movable "$(zone_of $n)"
	done
	# A block more would have room, a unit has not.
	for n in 2 3; do
		expect "zone of block $n" Normal "$(zone_of $n)"
	done
	offline 0
	offline 1
	for n in 2 3; do
		expect "zone of block $n, others offline" Movable "$(zone_of $n)"
	done
}

unit_is_a_block()
{
	add 0 1 group=dynamic
	expect group "dynamic:$BLOCK" "$(range_is 0 group)"
}

onlined_inside_add()
{
	needs_blocks 3
	movable_for 35
	# Nothing may come into a kernel zone, which it might never leave.
	add 0 3 group=static
	expect "zone, offline" Movable "$(zone_of 0)"
	remove 0 3
	writes online "$MEMORY/auto_online_blocks"
	add 0 3 group=static
	for n in 0 1 2; do
		expect "state of block $n" online "$(block_is $n state)"
		expect "zone of block $n" Movable "$(zone_of $n)"
	done
}

one_group_each()
{
	needs_blocks 2
	add 0 1 group=static
	add 1 1 group=static
	expect_number "group of block 1" -ne "$(range_is 0 mgid)" "$(range_is 1 mgid)"
}

# The kernel gives the lowest number that is free.
goes_with_its_range()
{
	for group in static dynamic; do
		add 0 1 group=$group
		mgid=$(range_is 0 mgid)
		remove 0
		add 0 1 group=$group
		expect "number of the next $group group" "$mgid" "$(range_is 0 mgid)"
		remove 0
	done
	! log_since_start | grep -q "memory group .* stays" ||
		fail "kernel log: a group stays"
}

# whole_life GROUP FLAGS
whole_life()
{
	needs_blocks 2
	[ "$2" = none ] || needs_altmap
	add 0 2 "group=$1 flags=$(flags_of "$2")"
	for n in 0 1; do
		online $n
		expect "storage of block $n" assigned "$(storage_of $n)"
		expect "memmap of block $n" "$([ "$2" = none ] &&
			echo system || echo block)" "$(block_is $n memmap)"
	done
	refuses_command EBUSY remove "$(range 0 2)"
	offline 1
	offline 0
	remove 0 2
}

# bad GROUP WORD
bad()
{
	refuses_command EINVAL add "$(range 0 2) group=$1" "$2"
}

unit_smaller_than_a_block()
{
	bad "dynamic:$((BLOCK / 2))" "block size"
}

unit_no_power_of_two()
{
	bad "dynamic:$((3 * BLOCK))" "power of two"
}

unit_larger_than_the_range()
{
	bad "dynamic:$((4 * BLOCK))" "multiples of the group's unit"
}

start_inside_a_unit()
{
	needs_blocks 3
	refuses_command EINVAL add "$(range 1 2) group=dynamic:$((2 * BLOCK))" \
		"multiples of the group's unit"
}

it "without group each block is judged by itself" without_group_each_by_itself
it "a ratio of 0 allows nothing movable" no_ratio_no_movable
it "static: all blocks are movable or none" static_all_or_none
it "dynamic, unit of one block: each by itself" dynamic 1 Movable
it "dynamic, unit of two blocks: both or none" dynamic 2 Normal
it "dynamic: unit by unit" dynamic_unit_by_unit
it "dynamic: the unit is a block unless said" unit_is_a_block
it "auto_online_blocks=online brings a static group to one zone" \
	onlined_inside_add
it "every range has a group of its own" one_group_each
it "the group goes with its range" goes_with_its_range
it "whole life of a static group with altmap" whole_life static altmap
it "whole life of a static group without altmap" whole_life static none
it "whole life of a dynamic group with altmap" whole_life dynamic altmap
for group in none static:1G dynamic: dynamic:0 dynamic:x; do
	it "group=$group is refused" bad $group "group="
done
it "a unit smaller than a block is refused" unit_smaller_than_a_block
it "a unit that is no power of two is refused" unit_no_power_of_two
it "a unit larger than the range is refused" unit_larger_than_the_range
it "a range that starts inside a unit is refused" start_inside_a_unit

run "$@"

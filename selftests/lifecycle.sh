#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A block's life: add, online, use, offline, remove, with its memmap on itself
# and in system memory.

. ./lib.sh

# has_state STATE STORAGE [N]: sysfs, table and firmware agree on block N
has_state()
{
	n=${3-0}
	expect "sysfs state" "$1" "$(cat "$MEMORY/memory$(block_id "$n")/state")"
	expect "block state" "$1" "$(block_is "$n" state)"
	expect "storage of the block" "$2" "$(storage_of "$n")"
}

# whole_life FLAGS HOW
whole_life()
{
	[ "$1" = none ] || needs_altmap
	[ "$2" != online ] || movable_around 1
	n=1
	books > "$work/books0"
	add "$n" 1 "flags=$1"
	has_state offline "$OFFLINE_STORAGE" "$n"
	expect flags "$(flags_of "$1")" "$(block_is "$n" flags)"

	total=$(meminfo MemTotal)
	present=$(zone_sum present)
	online "$n" "$2"
	has_state online assigned "$n"
	usable=$((BLOCK_PAGES - $(block_is "$n" altmap_nr_pages)))
	expect "present pages gained" "$BLOCK_PAGES" $(($(zone_sum present) - present))
	expect "MemTotal gained" $((usable * PAGE / 1024)) \
		$(($(meminfo MemTotal) - total))

	offline "$n"
	has_state offline "$OFFLINE_STORAGE" "$n"
	expect "present pages" "$present" "$(zone_sum present)"
	expect "MemTotal" "$total" "$(meminfo MemTotal)"

	remove "$n"
	[ ! -e "$MEMORY/memory$(block_id "$n")" ] ||
		fail "memory$(block_id "$n") still there"
	expect "rows for the block" "" "$(block_is "$n" block)"
	same_as_before books0 books
}

lands_in_the_movable_zone()
{
	add 0
	online 0 online_movable
	expect zone Movable "$(zone_of 0)"
}

# fills [ARGUMENT...]: use block 0, which is online
fills()
{
	fill_block 0 "$@" > "$work/fill"
	kept
}

holds_data()
{
	[ "$1" = none ] || needs_altmap
	add 0 1 "flags=$1"
	for _ in 1 2; do
		online 0
		fills -p 90
		expect_number "pages of the block in use" -ge \
			$((BLOCK_PAGES * 85 / 100)) "$in_range"
		offline 0
	done
}

data_survives_offline()
{
	add 0
	online 0
	fills -p 25 -x "wr $MEMORY/memory$(block_id 0)/state offline > /dev/null"
	expect_number "pages of the block in use" -ge $((BLOCK_PAGES / 5)) "$in_range"
	expect "result of offline" command=0 "$(grep -o 'command=.*' "$work/fill")"
	expect "block state" offline "$(block_is 0 state)"
}

cycles_are_counted()
{
	add 0
	for _ in 1 2 3 4 5; do
		online 0
		offline 0
	done
	expect onlined 5 "$(block_is 0 onlined)"
	expect offlined 5 "$(block_is 0 offlined)"
	expect failed 0 "$(block_is 0 failed)"
}

# The file of any device: it says nothing of a zone, so the kernel takes the first of
# valid_zones.
online_file()
{
	movable_around 1
	add 1
	file=$MEMORY/memory$(block_id 1)/online
	first=$(zone_of 1)
	# Said twice is said once.
	for _ in 1 2; do
		writes 1 "$file"
		has_state online assigned 1
	done
	expect "file, online" 1 "$(cat "$file")"
	expect zone "$first" "$(zone_of 1)"
	for _ in 1 2; do
		writes 0 "$file"
		has_state offline "$OFFLINE_STORAGE" 1
	done
	expect "file, offline" 0 "$(cat "$file")"
	expect onlined 1 "$(block_is 1 onlined)"
	expect offlined 1 "$(block_is 1 offlined)"
}

remove_refused_while_online()
{
	add 0
	online 0
	refuses_command EBUSY remove "$(range 0)"
	expect "block state" online "$(block_is 0 state)"
	offline 0
	remove 0
}

added_again_with_other_flags()
{
	needs_altmap
	for flags in "$ALTMAP" none "$ALTMAP"; do
		add 0 1 "flags=$flags"
		expect flags "$flags" "$(block_is 0 flags)"
		online 0
		offline 0
		remove 0
	done
}

default_flags_are_right()
{
	add 0
	if [ "$MOM" = yes ]; then
		expect flags "$ALTMAP" "$(block_is 0 flags)"
	else
		expect flags none "$(block_is 0 flags)"
	fi
}

lsmem_sees_the_block()
{
	lsmem > /dev/null || skip "no lsmem that works"
	online_bytes()
	{
		lsmem -b --summary=only | awk '/online memory/ { print $NF }'
	}
	before=$(online_bytes)
	add 0
	expect "online bytes with the block offline" "$before" "$(online_bytes)"
	online 0
	expect "online bytes gained" "$BLOCK" $(($(online_bytes) - before))
}

chmem_drives_the_block()
{
	chmem --version > /dev/null || skip "no chmem that works"
	# It asks memory0 whether the kernel knows zones.
	[ -d "$MEMORY/memory0" ] || skip "no RAM at 0: chmem -z is ignored"
	add 0
	chmem -b -z Movable -e "$(block_id 0)" || fail "chmem -e: status $?"
	has_state online assigned
	chmem -b -d "$(block_id 0)" || fail "chmem -d: status $?"
	has_state offline "$OFFLINE_STORAGE"
}

it "whole life with altmap, online" whole_life altmap online
it "whole life with altmap, online_movable" whole_life altmap online_movable
it "whole life without altmap, online" whole_life none online
it "whole life without altmap, online_movable" whole_life none online_movable
it "default flags suit the firmware" default_flags_are_right
it "online_movable lands in the movable zone" lands_in_the_movable_zone
it "a block with altmap holds data when full, twice" holds_data altmap
it "a block without altmap holds data when full, twice" holds_data none
it "data survives the offlining of its block" data_survives_offline
it "onlining and offlining is counted" cycles_are_counted
it "the online file brings the block online and offline" online_file
it "remove of an online block is refused" remove_refused_while_online
it "the same block can be added again with other flags" \
	added_again_with_other_flags
it "lsmem counts the block when it is online" lsmem_sees_the_block
it "chmem brings the block online and offline" chmem_drives_the_block

run "$@"

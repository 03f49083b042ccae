#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Real firmware: storage that is not assigned is not there. Loads and stores, by
# the direct map and by real address, fault before it is assigned and after it
# is unassigned, and work in between.

. ./lib.sh

. ./touch.sh

PATTERN=0x123456789abcdef0

# all_touch OK|EFAULT ADDRESS: storing what is there already, if it is there
all_touch()
{
	touches "$1" lura "$2"
	touches "$1" stura "$2" "$(cat $ACCESS)"
	touches "$1" load "$2"
	touches "$1" store "$2" "$(cat $ACCESS)"
}

# parts_of N: places in block N: its ends, its middle, and where an altmap ends
parts_of()
{
	echo "$(at "$1") $(($(at "$1") + $(feature altmap_pages) * PAGE))" \
		"$(($(at "$1") + BLOCK / 2)) $(($(at "$1") + BLOCK - 8))"
}

# block_is_there OK|EFAULT N
block_is_there()
{
	for address in $(parts_of "$2"); do
		all_touch "$1" "$(hex "$address")"
	done
}

boot_memory_is_there()
{
	needs_access
	all_touch OK 0x1000000
}

by_hand()
{
	needs_access
	needs_drive
	where=$(hex "$(at 0)")
	for _ in 1 2 3; do
		touches EFAULT lura "$where"
		touches EFAULT stura "$where" 1
		writes "rn=$(rn 0)" "$MHP/assign"
		touches OK lura "$where"
		touches OK stura "$where" 1
		writes "rn=$(rn 0)" "$MHP/unassign"
	done
	touches EFAULT lura "$where"
	touches EFAULT stura "$where" 1
}

# Just what is assigned, and not its neighbours.
neighbours_stay_away()
{
	needs_access
	needs_drive
	needs_blocks 3
	first=$(rn 1)
	last=$(($(rn 2) - 1))
	writes "rn=$first-$last" "$MHP/assign"
	touches EFAULT lura "$(hex $(((first - 1) * INCREMENT - 8)))"
	touches OK lura "$(hex $(((first - 1) * INCREMENT)))"
	touches OK lura "$(hex $((last * INCREMENT - 8)))"
	touches EFAULT lura "$(hex $((last * INCREMENT)))"
}

# Whoever had the storage before: its contents are not ours to see.
comes_back_empty()
{
	needs_access
	needs_drive
	writes "rn=$(rn 0)" "$MHP/assign"
	for offset in 0 4096 $((INCREMENT - 8)); do
		touches OK stura "$(hex $(($(at 0) + offset)))" $PATTERN
		touches OK lura "$(hex $(($(at 0) + offset)))"
		expect "word stored" $PATTERN "$(cat $ACCESS)"
	done
	writes "rn=$(rn 0)" "$MHP/unassign"
	writes "rn=$(rn 0)" "$MHP/assign"
	for offset in 0 4096 $((INCREMENT - 8)); do
		touches OK lura "$(hex $(($(at 0) + offset)))"
		expect "word at $offset after another assign" 0x0000000000000000 \
			"$(cat $ACCESS)"
	done
}

# block_lives FLAGS: there while it is online, and only then
block_lives()
{
	needs_access
	needs_event_model
	[ "$1" = none ] || needs_altmap
	add 0 1 "flags=$1"
	block_is_there EFAULT 0
	for _ in 1 2; do
		online 0
		block_is_there OK 0
		offline 0
		block_is_there EFAULT 0
	done
	remove 0
	touches EFAULT lura "$(hex "$(at 0)")"
}

# An added block of which some increments are assigned by hand is usable there.
added_and_assigned_by_hand()
{
	needs_access
	needs_drive
	needs_event_model
	add 0 1 flags=none
	writes "rn=$(rn 0)" "$MHP/assign"
	where=$(hex "$(at 0)")
	touches OK store "$where" $PATTERN
	touches OK load "$where"
	expect "word stored" $PATTERN "$(cat $ACCESS)"
	writes "rn=$(rn 0)" "$MHP/unassign"
	touches EFAULT load "$where"
	touches EFAULT store "$where" 0
}

refused_online_leaves_nothing()
{
	needs_access
	needs_drive
	needs_event_model
	add 0
	writes "what=MEM_GOING_ONLINE errno=EIO" "$MHP/inject"
	expect "online" EIO "$(wr "$MEMORY/memory$(block_id 0)/state" online_movable)"
	block_is_there EFAULT 0
}

it "boot memory is there" boot_memory_is_there
it "an increment is there from assign to unassign" by_hand
it "assigned increments are there to the last word, neighbours are not" \
	neighbours_stay_away
it "contents are zero after unassign and assign" comes_back_empty
it "a block with altmap is there while it is online" block_lives altmap
it "a block without altmap is there while it is online" block_lives none
it "an offline block is there where it is assigned by hand" \
	added_and_assigned_by_hand
it "an online that is refused leaves nothing there" refused_online_leaves_nothing
it "the module that touched it goes" touching_ends

run "$@"

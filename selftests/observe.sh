#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Beside the in-kernel SCLP driver: the module sees what becomes of its blocks
# and causes no firmware call for them; and it can take an offline block out and
# add it again with other flags, which kernels before 6.19 have no way to do.

. ./lib.sh

ALTMAP=memmap_on_memory,offline_inaccessible
leave_blocks=1

# Nothing is added yet: a block that is there all the same is of the in-kernel
# driver, which sees all events and assigns by itself.
needs_observe()
{
	needs_event_model
	[ "$DRIVES" = no ] || [ ! -d "$MEMORY/memory$(block_id 0)" ] ||
		fail "drives: expected no beside the in-kernel driver got yes"
	[ "$DRIVES" = no ] || skip "no in-kernel driver has blocks here"
	needs_blocks 3
}

# takes_blocks: what the test removes comes back with the next load, after it
takes_blocks()
{
	needs_observe
	needs_reload
	: > "$work/reloaded"
}

# no_calls: of ours. READ is fine, it changes nothing.
no_calls()
{
	expect "firmware calls in the ledger" "" "$(column events "" event |
		grep -x -e ATTACH -e ASSIGN -e UNASSIGN)"
	for name in attaches assigns unassigns; do
		expect "$name in stats" 0 "$(counter $name)"
	done
}

blocks_are_there()
{
	needs_observe
	n=0
	while [ $n -lt "$RUN_BLOCKS" ]; do
		expect "state of block $n" offline \
			"$(cat "$MEMORY/memory$(block_id $n)/state")"
		expect "state of its increment" standby "$(increment "$(rn $n)" state)"
		n=$((n + 1))
	done
	no_calls
}

sees_online_and_offline()
{
	needs_observe
	clear_events
	online 0
	expect "events of online" "MEM_PREPARE_ONLINE MEM_GOING_ONLINE MEM_ONLINE" \
		"$(events)"
	expect "block" "online kernel 1 0" "$(block_is 0 state) $(block_is 0 owner) $(
		block_is 0 onlined) $(block_is 0 offlined)"
	expect "storage" assigned "$(storage_of 0)"
	clear_events
	offline 0
	expect "events of offline" \
		"MEM_GOING_OFFLINE MEM_OFFLINE MEM_FINISH_OFFLINE" "$(events)"
	expect "block" "offline kernel 1 1" "$(block_is 0 state) $(block_is 0 owner) $(
		block_is 0 onlined) $(block_is 0 offlined)"
	expect "storage" standby "$(storage_of 0)"
	no_calls
}

sees_the_altmap()
{
	needs_observe
	needs_altmap
	clear_events
	online 0
	pages=$(feature altmap_pages)
	expect "altmap of PREPARE" "$(($(at 0) / PAGE)) $pages" \
		"$(event MEM_PREPARE_ONLINE altmap_start_pfn) $(
			event MEM_PREPARE_ONLINE altmap_nr_pages)"
	expect "altmap of the block" "$(($(at 0) / PAGE)) $pages block" \
		"$(block_is 0 altmap_start_pfn) $(block_is 0 altmap_nr_pages) $(
			block_is 0 memmap)"
}

by_hand_refused()
{
	needs_observe
	refuses_command EOPNOTSUPP assign "rn=$(rn 0)"
	refuses_command EOPNOTSUPP unassign "rn=$(rn 0)"
	online 0
	refuses_command EOPNOTSUPP unassign "rn=$(rn 0)"
	offline 0
	no_calls
}

# Memmap on memory chosen block by block.
side_by_side()
{
	takes_blocks
	needs_altmap
	remove 0 2
	add 0 1 flags=none
	add 1 1 flags=$ALTMAP
	clear_events
	for n in 0 1; do
		online $n
		expect "storage of block $n" assigned "$(storage_of $n)"
		expect "owner of block $n" mhp_standby "$(block_is $n owner)"
	done
	expect "memmaps" "system 0 block $(feature altmap_pages)" "$(block_is 0 memmap) $(
		block_is 0 altmap_nr_pages) $(block_is 1 memmap) $(
		block_is 1 altmap_nr_pages)"
	offline 1
	used 0 -p 40
	online 1
	offline 0
	used 1 -p 40
	offline 1
	expect "storage" "standby standby" "$(storage_of 0) $(storage_of 1)"
	no_calls
	remove 0
	remove 1
}

swapped_again_and_again()
{
	takes_blocks
	needs_altmap
	remove 0
	for flags in none $ALTMAP none $ALTMAP; do
		add 0 1 "flags=$flags"
		online 0
		case $flags in
		none) expect memmap system "$(block_is 0 memmap)" ;;
		*) expect memmap block "$(block_is 0 memmap)" ;;
		esac
		offline 0
		remove 0
	done
	no_calls
}

boot_storage_stays()
{
	needs_observe
	refuses_command EPERM remove "start=0 size=$BLOCK"
}

online_block_stays()
{
	needs_observe
	online 1
	refuses_command EBUSY remove "$(range 1)"
	# All or none.
	refuses_command EBUSY remove "$(range 0 3)"
	expect "state of the block before" offline \
		"$(cat "$MEMORY/memory$(block_id 0)/state")"
	offline 1
}

absent_block_is_absent()
{
	takes_blocks
	remove 0
	refuses_command ENOENT remove "$(range 0)"
	refuses_command ENOENT remove "start=$(($(at 0) + RUN_BLOCKS * BLOCK)) size=$BLOCK"
}

# Many at once, block by block: one gets it, for the others it is on its way or gone.
one_detach_wins()
{
	takes_blocks
	n=0
	while [ $n -lt "$RUN_BLOCKS" ]; do
		wr -p 6 "$MHP/remove" "$(range $n)" > "$work/results"
		expect "answers OK for block $n" 1 "$(grep -c '^OK$' "$work/results")"
		expect "other answers for block $n" "" \
			"$(grep -v -e OK -e EBUSY -e ENOENT "$work/results")"
		expect "state of the range of block $n" detached "$(range_is $n state)"
		n=$((n + 1))
	done
	add 0 2
	expect "ranges in their place" "mhp_standby $((2 * BLOCK))" \
		"$(range_is 0 origin) $(range_is 0 size)"
	expect "range of block 1" "" "$(range_is 1 state)"
	remove 0 2
	expect "range of block 1, after remove" detached "$(range_is 1 state)"
}

# faces: how the kernel's blocks look when they are online, for three of them
faces()
{
	for n in 0 1 2; do
		online $n
		echo "$(block_is $n owner) $(block_is $n memmap) $(
			block_is $n altmap_start_pfn) $(block_is $n altmap_nr_pages) $(
			cat "$MEMORY/memory$(block_id $n)/removable" \
				"$MEMORY/memory$(block_id $n)/valid_zones" | tr '\n' ' ')"
		offline $n
	done
}

come_back_as_they_were()
{
	takes_blocks
	faces > "$work/faces"
	maps > "$work/maps0"
	books > "$work/books0"
	remove 0 2
	remove 2
	[ ! -e "$MEMORY/memory$(block_id 1)" ] || fail "memory$(block_id 1) still there"
	add 1 1 flags=none
	online 1
	offline 1
	remove 1
	expect "unload" OK "$(unload)"
	same_as_before maps0 maps
	same_as_before books0 books
	expect "load" OK "$(load)"
	same_as_before faces faces
}

online_through_an_unload()
{
	needs_observe
	needs_reload
	online 0
	expect "unload" OK "$(unload)"
	expect "sysfs state" online "$(cat "$MEMORY/memory$(block_id 0)/state")"
	expect "load" OK "$(load)"
	expect "users of its increment" 1 "$(increment "$(rn 0)" users)"
	clear_events
	offline 0
	expect "users of its increment, offline" 0 "$(increment "$(rn 0)" users)"
	expect "events of offline" \
		"MEM_GOING_OFFLINE MEM_OFFLINE MEM_FINISH_OFFLINE" "$(events)"
	expect "storage" standby "$(storage_of 0)"
	no_calls
}

it "the kernel's blocks are there, offline, their storage in standby" blocks_are_there
it "online and offline of a kernel's block are seen, nothing is called" \
	sees_online_and_offline
it "the altmap of a kernel's block is seen" sees_the_altmap
it "assign and unassign by hand are refused" by_hand_refused
it "two blocks taken out and added again, with altmap and without, side by side" \
	side_by_side
it "the memmap of a block moves in and out, again and again" swapped_again_and_again
it "boot storage is not taken out" boot_storage_stays
it "an online block is not taken out, nor others with it" online_block_stays
it "a block that is taken out already is not there" absent_block_is_absent
it "of many removes of one block of the kernel one wins" one_detach_wins
it "at rmmod the kernel's blocks come back as they were" come_back_as_they_were
it "a kernel's block stays online while the module goes and comes" \
	online_through_an_unload

run "$@"

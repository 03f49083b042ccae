#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Increments smaller than, equal to and larger than a memory block; all of a
# block's increments are assigned or none is. Blocks that share one are in
# shared_increments.sh.

. ./lib.sh

# Four blocks are enough, and loading paints the canary on all there is.
SMALL=sim_size=$((4 * 0x$(cat "$MEMORY/block_size_bytes" 2> /dev/null || echo 1)))

# sized NUMERATOR/DENOMINATOR: increments of that part of a block
sized()
{
	needs_event_model
	# Real firmware has the one size it has.
	[ "$FIRMWARE" = sim ] || [ "$INCREMENT" != $((BLOCK * ${1%/*} / ${1#*/})) ] ||
		return 0
	reload "increment_size=$((BLOCK * ${1%/*} / ${1#*/}))" "$SMALL"
	expect increment_size $((BLOCK * ${1%/*} / ${1#*/})) "$(feature increment_size)"
}

# block_gets_its_own SIZE COUNT
block_gets_its_own()
{
	sized "$1"
	needs_blocks 2
	add 0 2
	expect "increments of block 0" "$2" "$(increments_of 0 | wc -l | tr -d ' ')"
	expect "first increment of block 0" "$(rn 0)" "$(increments_of 0 | head -n 1)"
	online 0
	expect "storage of block 0" assigned "$(storage_of 0)"
	expect "storage of block 1" standby "$(storage_of 1)"
	expect "increments assigned" "$2" "$(column increments state=assigned rn |
		wc -l | tr -d ' ')"
	offline 0
	expect "increments assigned" 0 "$(column increments state=assigned rn |
		wc -l | tr -d ' ')"
}

# none_or_all POSITION: the POSITION-th of four increments is refused
none_or_all()
{
	sized 1/4
	add 0
	bad=$(rn 0 $(($1 - 1)))
	writes "what=assign rn=$bad errno=EIO" "$MHP/inject"
	clear_events
	expect "write to state" EIO "$(set_state 0 online_movable)"
	expect "sysfs state" offline "$(cat "$MEMORY/memory$(block_id 0)/state")"
	expect "block state" offline "$(block_is 0 state)"
	expect "storage of the block" standby "$(storage_of 0)"
	expect "failed" 1 "$(block_is 0 failed)"
	k=$(($1 - 2))
	while [ $k -ge 0 ]; do
		rn 0 $k
		k=$((k - 1))
	done > "$work/reverse"
	expect "increments unwound, in order" "$(cat "$work/reverse")" \
		"$(column events flags=unwind rn)"
	writes clear "$MHP/inject"
	online 0
	expect "storage, second try" assigned "$(storage_of 0)"
}

# errno_arrives ERRNO
errno_arrives()
{
	sized 1/4
	add 0
	writes "what=assign rn=$(rn 0 1) errno=$1" "$MHP/inject"
	expect "write to state" "$1" "$(set_state 0 online_movable)"
	expect "storage of the block" standby "$(storage_of 0)"
}

first_cause_wins()
{
	sized 1/4
	add 0
	writes "what=assign rn=$(rn 0 2) errno=ENOMEM" "$MHP/inject"
	writes "what=unassign rn=$(rn 0 1) errno=EIO times=1" "$MHP/inject"
	expect "write to state" ENOMEM "$(set_state 0 online_movable)"
	expect "state of increment 2 of 4" stuck "$(increment "$(rn 0 1)" state)"
	expect "state of increment 1 of 4" standby "$(increment "$(rn 0)" state)"
	writes clear "$MHP/inject"
	online 0
	expect "storage, second try" assigned "$(storage_of 0)"
}

# stuck_recovers SIZE
stuck_recovers()
{
	sized "$1"
	add 0
	online 0
	writes "what=unassign rn=$(rn 0) errno=EIO times=1" "$MHP/inject"
	offline 0
	expect "block state" offline "$(block_is 0 state)"
	expect "state of the increment" stuck "$(increment "$(rn 0)" state)"
	online 0
	expect "state, online again" assigned "$(increment "$(rn 0)" state)"
	offline 0
	expect "state, offline again" standby "$(storage_of 0)"
}

# elements_share_the_storage COUNT
elements_share_the_storage()
{
	needs_event_model
	reload "increment_size=$BLOCK" "$SMALL"
	needs_blocks 4
	boot=$(($(feature elements) - 1))
	reload "increment_size=$BLOCK" "$SMALL" "sim_elements=$1"
	expect elements $((boot + $1)) "$(feature elements)"
	add 0 "$RUN_BLOCKS"
	n=0
	while [ $n -lt "$RUN_BLOCKS" ]; do
		online $n
		expect "storage of block $n" assigned "$(storage_of $n)"
		n=$((n + 1))
	done
	expect "elements of the storage" "$1" "$(column increments \
		state=assigned element | sort -u | wc -l | tr -d ' ')"
}

# Four blocks at the end of what mem= hides, in increments of a MiB: all below is
# the machine's boot storage, more than one element lists, and the part of it that
# is hidden too is no memory of this kernel's.
boot_storage_in_several_elements()
{
	needs_sim
	needs_drive
	reload canary=off
	needs_blocks 6
	start=$(at $((RUN_BLOCKS - 4)))
	reload "sim_start=$start" "$SMALL" increment_size=1M
	expect_number elements -ge 3 "$(feature elements)"
	expect standby_start "$(hex "$start")" "$(feature standby_start)"
	expect standby_size $((4 * BLOCK)) "$(feature standby_size)"
	expect "increments of boot storage" $((start >> 20)) \
		"$(column increments state=reserved rn | wc -l | tr -d ' ')"
	expect "blocks of standby storage" "$(for n in 0 1 2 3; do block_id $n; done)" \
		"$(column memmap "" block)"
}

rows_lie_on_the_grid()
{
	sized "$1"
	column increments "" rn > "$work/rn"
	column increments "" start > "$work/start"
	paste "$work/rn" "$work/start" > "$work/grid"
	while read -r number start; do
		[ $((start)) -eq $(((number - 1) * INCREMENT)) ] ||
			fail "start of rn $number: expected $(
				hex $(((number - 1) * INCREMENT))) got $start"
	done < "$work/grid"
}

for size in 1/4 1/2 1/1 2/1 4/1; do
	it "increments of $size block: addresses are (rn - 1) x size" \
		rows_lie_on_the_grid $size
done
it "increments of 1/4 block: a block gets its four" block_gets_its_own 1/4 4
it "increments of 1/2 block: a block gets its two" block_gets_its_own 1/2 2
it "increments of a block: a block gets its one" block_gets_its_own 1/1 1
for position in 1 2 3 4; do
	it "increment $position of 4 refused: none stays assigned, unwound in reverse" \
		none_or_all $position
done
for errno in EIO ENOMEM EBUSY ETIMEDOUT; do
	it "$errno from the firmware arrives at the write to state" \
		errno_arrives $errno
done
it "the first cause wins over an error while unwinding" first_cause_wins
it "a refused unassign leaves the increment stuck, the next online recovers" \
	stuck_recovers 1/1
it "one of four stuck, the next online recovers" stuck_recovers 1/4
it "boot storage in several elements, not all of it known to the kernel" \
	boot_storage_in_several_elements
it "storage in one element" elements_share_the_storage 1
it "storage in two elements" elements_share_the_storage 2

run "$SMALL" "$@"

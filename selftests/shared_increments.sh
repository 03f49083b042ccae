#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# An increment larger than a memory block is needed by several blocks, of one
# range or of neighbouring ranges. Those that need it are counted; it is assigned
# with the first and unassigned with the last. Linux on s390 makes blocks at least
# as large as increments, so only simulated firmware has any to share.

. ./lib.sh

# Four blocks are enough, and loading paints the canary on all there is.
SMALL=sim_size=$((4 * 0x$(cat "$MEMORY/block_size_bytes" 2> /dev/null || echo 1)))

# shared_by N: increments of N blocks each
shared_by()
{
	needs_drive
	reload "increment_size=$((BLOCK * $1))" "$SMALL"
	expect increment_size $((BLOCK * $1)) "$(feature increment_size)"
	needs_blocks 4
}

# has WHEN N STATE USERS: the increment of block N
has()
{
	expect "state and users of the increment of block $2, $1" "$3 $4" \
		"$(increment "$(rn "$2")" state) $(increment "$(rn "$2")" users)"
}

# calls NAME: how many there were since clear_events
calls()
{
	event "$1" rn | wc -l | tr -d ' '
}

users_are_counted()
{
	shared_by 4
	has "before" 0 standby 0
	for n in 0 1 2 3; do
		ready_to_assign $n
	done
	has "added" 0 standby 0
	clear_events
	count=0
	for n in 2 0 3 1; do
		expect "storage for block $n" OK "$(assign_storage $n)"
		count=$((count + 1))
		has "with $count blocks" 0 assigned $count
	done
	expect "assigns" 1 "$(calls ASSIGN)"
	for n in 0 3 1 2; do
		expect "unassigns before the last" 0 "$(calls UNASSIGN)"
		unassign_storage $n
		count=$((count - 1))
		[ $count = 0 ] || has "with $count blocks" 0 assigned $count
	done
	has "with none" 0 standby 0
	expect "unassigns" 1 "$(calls UNASSIGN)"
}

# goes_with_the_last FIRST-OUT: two ranges of a block each
goes_with_the_last()
{
	shared_by 2
	expect "increment of block 1" "$(rn 0)" "$(rn 1)"
	for n in 0 1; do
		ready_to_assign $n
	done
	clear_events
	expect "storage for block 0" OK "$(assign_storage 0)"
	has "one" 0 assigned 1
	expect "storage for block 1" OK "$(assign_storage 1)"
	expect "assigns for two blocks" 1 "$(calls ASSIGN)"
	unassign_storage "$1"
	has "the other still" 0 assigned 1
	expect "unassigns so far" 0 "$(calls UNASSIGN)"
	unassign_storage $((1 - $1))
	has "none" 0 standby 0
	expect "unassigns" 1 "$(calls UNASSIGN)"
}

# Ranges of one and of three blocks: the border is in the middle of an increment.
border_inside_an_increment()
{
	shared_by 2
	expect "increments of blocks 0 to 3" \
		"$(rn 0) $(rn 0) $(($(rn 0) + 1)) $(($(rn 0) + 1))" \
		"$(rn 0) $(rn 1) $(rn 2) $(rn 3)"
	add 0
	add 1 3
	for n in 0 1 2 3; do
		online $n
	done
	if [ "$MODEL" = event ]; then
		has "all online" 0 assigned 2
		has "all online" 2 assigned 2
		for n in 3 2 1; do
			offline $n
		done
	else
		# Users are ranges here.
		has "all online" 0 assigned 2
		has "all online" 2 assigned 1
		for n in 3 2 1; do
			offline $n
		done
		remove 1 3
	fi
	has "the long range done" 0 assigned 1
	has "the long range done" 2 standby 0
	expect "state of block 0" online "$(block_is 0 state)"
	offline 0
	[ "$MODEL" = event ] || remove 0
	has "both done" 0 standby 0
}

# The border again, with the range below it in use when the one above is removed.
removed_beside_the_border()
{
	shared_by 2
	add 0 3
	add 3
	for n in 2 3; do
		online $n
	done
	offline 3
	remove 3
	expect "state of block 2" online "$(block_is 2 state)"
	expect "state of the shared increment" assigned "$(increment "$(rn 2)" state)"
	expect "users of the shared increment" 1 "$(increment "$(rn 2)" users)"
	add 3
	online 3
	offline 2
	expect "state of the shared increment" assigned "$(increment "$(rn 2)" state)"
}

data_survives_the_neighbour()
{
	shared_by 2
	add 0
	add 1
	online 1
	online 0
	fill_block 1 -p 30 \
		-x "wr $MEMORY/memory$(block_id 0)/state offline > /dev/null" > "$work/fill"
	kept
	expect "result of offline" command=0 "$(grep -o 'command=.*' "$work/fill")"
	expect "storage" assigned "$(storage_of 1)"
}

added_neighbour_keeps_nothing()
{
	needs_event_model
	shared_by 2
	add 0
	add 1
	online 0
	offline 0
	has "the neighbour only added" 0 standby 0
}

neighbours_of_a_refused_block_stay()
{
	needs_event_model
	shared_by 2
	add 0 4
	online 0
	writes "what=assign rn=$(rn 2) errno=EIO" "$MHP/inject"
	expect "online of block 2" EIO "$(set_state 2 online_movable)"
	online 1
	has "after the refusal" 0 assigned 2
	has "after the refusal" 2 standby 0
}

# A range of which one increment is refused: the shared one keeps its user.
neighbours_of_a_refused_range_stay()
{
	[ "$MODEL" = configure ] || skip "for the configure model"
	shared_by 2
	add 0
	writes "what=assign rn=$(rn 2) errno=EIO" "$MHP/inject"
	expect "add of blocks 1 to 3" EIO "$(wr "$MHP/add" "$(range 1 3)")"
	has "after the refusal" 0 assigned 1
	has "after the refusal" 2 standby 0
}

a_later_veto_takes_one_user_away()
{
	needs_event_model
	shared_by 2
	add 0 2
	online 0
	writes "what=MEM_GOING_ONLINE block=$(block_id 1) errno=ENOMEM" "$MHP/inject"
	expect "online of block 1" ENOMEM "$(set_state 1 online_movable)"
	has "after the veto" 0 assigned 1
}

it "users of an increment are counted" users_are_counted
it "storage goes with the last of two ranges, the second" goes_with_the_last 0
it "storage goes with the last of two ranges, the first" goes_with_the_last 1
it "a border inside an increment: storage stays with the range still in use" \
	border_inside_an_increment
it "a range removed beside the border takes no storage along" \
	removed_beside_the_border
it "data survives the neighbour that shares the increment" \
	data_survives_the_neighbour
it "a neighbour that is only added keeps no storage" added_neighbour_keeps_nothing
it "a refused block leaves its neighbours alone" \
	neighbours_of_a_refused_block_stay
it "a refused range leaves its neighbours alone" \
	neighbours_of_a_refused_range_stay
it "a veto after PREPARE takes one user away, not the storage" \
	a_later_veto_takes_one_user_away

run "$SMALL" "$@"

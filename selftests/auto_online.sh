#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# auto_online_blocks: the kernel onlines blocks inside our own add.

. ./lib.sh

auto()
{
	writes "$1" "$MEMORY/auto_online_blocks"
}

# onlines_inside_add SETTING FLAGS
onlines_inside_add()
{
	[ "$2" = none ] || needs_altmap
	[ "$1" != online ] || movable_around 1
	auto "$1"
	clear_events
	add 1 1 "flags=$2"
	expect "block state" online "$(block_is 1 state)"
	expect "sysfs state" online "$(cat "$MEMORY/memory$(block_id 1)/state")"
	expect "storage" assigned "$(storage_of 1)"
	expect "events" \
		"$(driven ADD MEM_PREPARE_ONLINE ASSIGN MEM_GOING_ONLINE MEM_ONLINE)" "$(events)"
	expect zone Movable "$(zone_of 1)"
	offline 1
	remove 1
	expect "events of remove" "$(driven MEM_GOING_OFFLINE MEM_OFFLINE \
		MEM_FINISH_OFFLINE UNASSIGN REMOVE)" "$(events | sed 's/.*MEM_ONLINE //')"
}

# has_setting SETTING: it is taken, and told
has_setting()
{
	auto "$1"
	expect auto_online_blocks "$1" "$(cat "$MEMORY/auto_online_blocks")"
}

unknown_setting()
{
	refuses EINVAL "$MEMORY/auto_online_blocks" movable
	expect auto_online_blocks offline "$(cat "$MEMORY/auto_online_blocks")"
}

stays_offline()
{
	auto offline
	clear_events
	add 0
	expect "block state" offline "$(block_is 0 state)"
	expect "events" "$(driven ADD)" "$(events)"
}

onlines_every_block()
{
	needs_blocks 3
	auto online_movable
	add 0 3
	for n in 0 1 2; do
		expect "state of block $n" online "$(block_is $n state)"
		expect "storage of block $n" assigned "$(storage_of $n)"
	done
	refuses_command EBUSY remove "$(range 0 3)"
	for n in 2 0 1; do
		offline $n
	done
	remove 0 3
}

refused_storage_leaves_the_block_offline()
{
	needs_drive
	needs_event_model
	auto online_movable
	writes "what=assign errno=EIO times=1" "$MHP/inject"
	# The kernel does not tell the caller of add_memory() about this.
	add 0
	expect "sysfs state" offline "$(cat "$MEMORY/memory$(block_id 0)/state")"
	expect "block state" offline "$(block_is 0 state)"
	expect "storage" standby "$(storage_of 0)"
	expect "failed" 1 "$(block_is 0 failed)"
	online 0
	expect "block state, second try" online "$(block_is 0 state)"
}

second_of_three_refused()
{
	needs_drive
	needs_event_model
	needs_blocks 3
	auto online_movable
	writes "what=assign rn=$(rn 1) errno=EIO" "$MHP/inject"
	add 0 3
	expect "state of block 0" online "$(block_is 0 state)"
	expect "state of block 1" offline "$(block_is 1 state)"
	expect "storage of block 1" standby "$(storage_of 1)"
	# The kernel goes no further after a block that failed.
	expect "state of block 2" offline "$(block_is 2 state)"
	expect "storage of block 2" standby "$(storage_of 2)"
}

for setting in online online_movable; do
	it "auto_online_blocks=$setting onlines inside add, with altmap" \
		onlines_inside_add $setting altmap
	it "auto_online_blocks=$setting onlines inside add, without altmap" \
		onlines_inside_add $setting none
done
for setting in online online_kernel online_movable offline; do
	it "auto_online_blocks=$setting is a setting" has_setting $setting
done
it "auto_online_blocks knows no other" unknown_setting
it "auto_online_blocks=offline leaves the block offline" stays_offline
it "every block of a range is onlined inside add" onlines_every_block
it "storage refused inside add leaves the block offline, not half way" \
	refused_storage_leaves_the_block_offline
it "storage refused to the second of three blocks spares the first" \
	second_of_three_refused

run "$@"
